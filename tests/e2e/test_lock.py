"""film.lock over whole builds: two machines whose voices differ make the same cut; who has no lock builds as ever."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from compiler.diagnostics import Report
from compiler.graph import params as p
from compiler.graph.codec import Plain
from compiler.graph.facts import Facts
from compiler.graph.locked import line_key
from compiler.graph.ops import OPS
from compiler.graph.sources import files_of
from compiler.lock import FILE
from compiler.plan import plan_film
from compiler.staging.voicing import estimate
from runtime.cli.build import Built, Options, build, load, open_store
from runtime.cli.main import app
from runtime.schedule import table
from runtime.schedule.table import TaskContext
from runtime.store import durable
from tests.e2e.films import TALK
from tests.schedule import fakes
from tests.schedule.fakes import InlinePool, Recorder

FREE = TALK.replace(", 6s", "").replace(", 5s\n\nTOM", "\n\nTOM").replace(
    "Hello my friend.", "Hello my friend. [[shot insert of lamp, 1s]]"
)  # fmt: skip
"""Shots as long as what is said in them."""
SPEED = [1.0]


def voice(task: TaskContext) -> Plain:
    """A voice that takes ``SPEED`` times the estimate, its first word a little later than the rest would have it."""
    known = fakes.fake(task)
    q = task.params
    timing = estimate(q.line) if isinstance(q, p.Speak) else None
    if timing is None:
        return known
    words = [[round(a * SPEED[0], 4), round(b * SPEED[0], 4)] for a, b in timing.words]
    task.outputs["audio"].write_text(f"{fakes.content(task)} at {SPEED[0]}")
    return {"seconds": round(timing.seconds * SPEED[0], 4), "words": words}  # type: ignore[dict-item]


Make = Callable[..., tuple[Recorder, Built]]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Build a film's text on one of several machines, each with its own folder, voice and code."""
    monkeypatch.setattr(table, "FUNCTIONS", dict(table.FUNCTIONS))
    fakes.install()
    table.FUNCTIONS["speak"] = f"{__name__}:voice"
    monkeypatch.setattr("runtime.cli.build.Pool", InlinePool)
    monkeypatch.setattr("runtime.cli.locking.Pool", InlinePool)

    def run(text: str, machine: str = "a", speed: float = 1.0, **options: object) -> tuple[Recorder, Built]:
        SPEED[0] = speed
        code = {op.name: f"{machine} {op.name}" for op in OPS}
        for module in ("build", "locking"):
            monkeypatch.setattr(f"runtime.cli.{module}.tools", lambda: code)
            monkeypatch.setattr(f"runtime.cli.{module}.domain", lambda: machine)
        path = tmp_path / machine / "talk.film"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        loaded, heard = load(path), Recorder()
        assert loaded.film is not None, loaded.report.items
        store = open_store(path)
        try:
            built = build(
                loaded, Options(path, tmp_path / machine / "out", **options), store, heard.heard, heard.planned
            )  # type: ignore[arg-type]
        finally:
            store.close()
        assert built.failed == []
        heard.warned = [item.code for item in loaded.report.items if item.code.startswith("W53")]  # type: ignore[attr-defined]
        return heard, built

    return run


def lock_of(tmp_path: Path, machine: str) -> Path:
    return tmp_path / machine / FILE


def cut_of(heard: Recorder) -> tuple[object, ...]:
    """What is seen and heard when."""
    assert heard.plan is not None
    t = heard.plan.timeline
    return t.frames, [(s.key, s.first_frame, s.shot, s.lines) for s in t.shots], t.speeches, t.sounds, t.music


def carry(tmp_path: Path, source: str, target: str) -> None:
    """What git does."""
    (tmp_path / target).mkdir(exist_ok=True)
    lock_of(tmp_path, target).write_bytes(lock_of(tmp_path, source).read_bytes())


def test_another_machine_makes_the_same_cut(make: Make, tmp_path: Path) -> None:
    first, built = make(FREE)
    assert first.plan is not None
    assert built.pinned is not None
    assert (built.pinned.added, built.pinned.written) == (2, True)
    alone, _ = make(FREE, "b", 1.2)
    assert alone.plan is not None
    assert cut_of(alone) != cut_of(first)
    carry(tmp_path, "a", "c")
    pinned, built = make(FREE, "c", 1.2)
    assert pinned.plan is not None
    assert cut_of(pinned) == cut_of(first)
    assert pinned.ops["fit"] == 2
    assert built.pinned is not None
    assert (built.pinned.fitted, built.pinned.written) == (2, False)
    assert lock_of(tmp_path, "c").read_bytes() == lock_of(tmp_path, "a").read_bytes()
    # what hears or mouths a line has the fitted one
    graph = pinned.plan.graph
    for task in graph.tasks:
        if task.op.name in ("bake", "mix"):
            assert "speak" not in [graph.tasks[ref.task].op.name for ref in task.sources()]
    assert make(FREE, "c", 1.2)[0].ran == []


def test_a_lock_of_ones_own_re_runs_nothing_and_fits_nothing(make: Make, tmp_path: Path) -> None:
    first, _ = make(FREE)
    assert "fit" not in first.ops
    again, built = make(FREE)
    assert again.ran == []
    assert built.pinned is not None
    assert not built.pinned.written
    lock_of(tmp_path, "a").unlink()
    bare, built = make(FREE)
    assert bare.ran == []
    assert bare.plan is not None
    assert again.plan is not None
    assert bare.plan.recipes == again.plan.recipes


def test_what_is_pinned_is_firm_before_it_is_voiced(make: Make, tmp_path: Path) -> None:
    """The cut, captions, score and the shot without lips are firm at once; whoever hears a line waits for it."""
    make(FREE)
    carry(tmp_path, "a", "b")
    rounds: list[tuple[set[str], set[str]]] = []
    path = tmp_path / "b" / "talk.film"
    path.write_text(FREE)
    loaded = load(path)
    from compiler.diagnostics import Report
    from runtime.cli.build import make_plan

    assert loaded.film is not None
    for locked in (loaded.locked, {}):
        plan = make_plan(loaded.film, None, Options(path), Report(), locked)
        provisional = {task.op.name for task in plan.graph.tasks if task.provisional}
        firm = {task.op.name for task in plan.graph.tasks if not task.provisional}
        rounds.append((firm, provisional))
    (firm, provisional), (without, _) = rounds
    assert {"captions", "music"} <= firm - without
    assert {"fit", "mix", "conform"} <= provisional
    shots = {task.shot for task in make_plan(loaded.film, None, Options(path), Report(), loaded.locked).graph.tasks
             if task.op.name == "bake" and task.provisional}  # fmt: skip
    assert len(shots) == 2, "of four shots two show who is speaking"


def test_a_voice_too_far_off_is_told_and_the_cut_follows_it(make: Make, tmp_path: Path) -> None:
    make(FREE)
    carry(tmp_path, "a", "b")
    before = lock_of(tmp_path, "b").read_bytes()
    far, built = make(FREE, "b", 2.0)
    assert far.warned == ["W530", "W530"]  # type: ignore[attr-defined]
    assert "fit" not in {task.op.name for task in far.plan.graph.tasks}  # type: ignore[union-attr]
    assert lock_of(tmp_path, "b").read_bytes() == before, "only who says so pins anew"
    assert make(FREE, "b", 2.0)[0].ran == []
    alone, _ = make(FREE, "c", 2.0)
    assert cut_of(alone) == cut_of(far)
    again, built = make(FREE, "b", 2.0, relock=True)
    assert (again.warned, again.ran) == ([], [])  # type: ignore[attr-defined]
    assert built.pinned is not None
    assert (built.pinned.changed, built.pinned.written) == (2, True)
    assert lock_of(tmp_path, "b").read_text() == lock_of(tmp_path, "c").read_text()


def test_lines_come_and_go_with_the_whole_film_only(make: Make, tmp_path: Path) -> None:
    make(FREE)
    before = lock_of(tmp_path, "a").read_text()
    more = FREE.replace("Only the two of us.", "Only the three of us.")
    make(more, shot="ada")
    assert lock_of(tmp_path, "a").read_text() == before, "one shot alone pins nothing"
    _, built = make(more)
    assert built.pinned is not None
    assert (built.pinned.added, built.pinned.dropped, built.pinned.lines) == (1, 1, 2)
    assert "Only the three of us." in lock_of(tmp_path, "a").read_text()
    assert make(FREE)[0].ops.keys().isdisjoint({"speak"}), "undo voices nothing"
    assert lock_of(tmp_path, "a").read_text() == before


@pytest.mark.slow
def test_an_edition_and_a_profile_drop_nothing(make: Make, tmp_path: Path) -> None:
    two = (
        FREE.replace("INT. STUDY", "edition short: scenes 2\n\nINT. STUDY", 1)
        + "\nINT. STUDY - DAY\n\nADA\nGoodbye now.\n"
    )
    make(two)
    before = lock_of(tmp_path, "a").read_text()
    assert before.count("said = ") == 3
    path = tmp_path / "a" / "talk.film"
    loaded = load(path, "short")
    store = open_store(path)
    heard = Recorder()
    built = build(loaded, Options(path, tmp_path / "out", edition="short"), store, heard.heard, heard.planned)
    store.close()
    assert len(built.plan.timeline.speeches) == 1  # type: ignore[union-attr]
    make(two, profile="board")
    make(two, size=(192, 108))
    assert lock_of(tmp_path, "a").read_text() == before


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2], lambda text: text.replace("seconds = ", "seconds = x", 1),
        lambda text: text.replace("]\n", "]\n<<<<<<< HEAD\n", 1), lambda text: "", lambda text: "\0" * 100,
        lambda text: text.replace("version = 1", "version = 7"),
    ],
)  # fmt: skip
def test_a_spoilt_lock_is_told_and_the_film_is_made(make: Make, tmp_path: Path, damage: Callable[[str], str]) -> None:
    first, _ = make(FREE)
    path = lock_of(tmp_path, "a")
    whole = path.read_text()
    path.write_text(damage(whole))
    again, _ = make(FREE)
    assert again.ran == []
    assert again.warned  # type: ignore[attr-defined]
    assert cut_of(again) == cut_of(first)
    told = set(again.warned)  # type: ignore[attr-defined]
    assert path.read_text() == (damage(whole) if "W531" in told else whole), "what is no lock is left as it is"


def test_a_pull_during_a_build_is_not_undone(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(FREE)
    path = lock_of(tmp_path, "a")
    pulled = path.read_text().replace("seconds = 1.", "seconds = 2.", 1)
    assert pulled != path.read_text()

    def pull(*_: object) -> None:
        path.write_text(pulled)

    monkeypatch.setattr("runtime.cli.build.report_beyond", pull)
    make(FREE)
    assert path.read_text() == pulled


@pytest.mark.slow
def test_killed_at_any_call_it_is_the_old_lock_or_the_new(make: Make, tmp_path: Path) -> None:
    make(FREE)
    path = lock_of(tmp_path, "a")
    old = path.read_text()
    more = FREE.replace("Only the two of us.", "Nobody else.")

    class Killed(BaseException):
        pass

    for stop in range(40):
        path.write_text(old)
        left = [stop]

        def watch(what: str, at: Path, left: list[int] = left) -> None:
            if FILE in at.name and what != "fsync folder":
                left[0] -= 1
                if left[0] < 0:
                    raise Killed

        durable.WATCH.append(watch)
        try:
            make(more)
        except Killed:
            text = path.read_text()
            assert text == old or text.count("said = ") == 2
        else:
            break
        finally:
            durable.WATCH.remove(watch)
    assert 1 <= stop < 40
    assert "Nobody else." in path.read_text()


def test_lengths_that_cannot_be_so_are_measured_again(make: Make, tmp_path: Path) -> None:
    """A ``.film/`` that came with a clone is believed nothing that no task of ours would have said."""
    first, _ = make(FREE)
    lock_of(tmp_path, "a").unlink()
    with sqlite3.connect(tmp_path / "a" / ".film" / "index.sqlite") as db:
        db.execute('update facts set value = \'{"seconds": 1e30, "words": []}\'')
        db.execute("update actions set facts = 'nonsense' where op = 'speak'")
    db.close()
    again, built = make(FREE)
    assert again.ops["speak"] == 2
    assert cut_of(again) == cut_of(first)
    assert built.pinned is not None
    assert built.pinned.added == 2
    assert make(FREE)[0].ran == []


def test_a_folder_that_cannot_be_written_only_warns(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> bool:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("runtime.cli.pinning.write_kept", full)
    _, built = make(FREE)
    assert built.pinned is not None
    assert built.pinned.trouble == "No space left on device"
    assert built.film is not None


def test_the_command_voices_only(make: Make, tmp_path: Path) -> None:
    make("INT. HALL - DAY\n\nAnna waits.\n")
    path = tmp_path / "a" / "talk.film"
    path.write_text(FREE)

    def lock(*more: str) -> tuple[int, dict[str, object]]:
        done = CliRunner().invoke(app, ["lock", str(path), "--format", "json", *more])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, json.loads(done.stdout)

    assert not lock_of(tmp_path, "a").exists()
    code, found = lock("--check")
    assert (code, len(found["not_pinned"])) == (1, 2)  # type: ignore[arg-type]
    assert not lock_of(tmp_path, "a").exists()
    code, found = lock()
    assert (code, found["voiced"], found["added"]) == (0, 2, 2)
    assert lock("--check")[0] == 0
    assert lock()[1]["written"] is False
    heard, _ = make(FREE)
    assert "speak" not in heard.ops
    path.write_text(FREE.replace("Only the two of us.", "Nobody."))
    code, found = lock("--check")
    assert (code, found["not_pinned"], found["not_in_the_film"]) == (1, ["TOM: Nobody."], ["TOM: Only the two of us."])


FILMS = Path(__file__).resolve().parents[2] / "films"


@pytest.mark.parametrize("name", sorted(path.name for path in FILMS.iterdir() if path.is_dir()))
def test_our_films_are_pinned(name: str) -> None:
    """Who changes a line there runs ``film lock films/NAME``."""
    loaded = load(FILMS / name)
    assert loaded.film is not None
    files = dict.fromkeys(files_of(loaded.film), "")
    plan = plan_film(loaded.film, Facts({}, {}, files, loaded.locked), {}, Report())
    keys = {line_key(speech.line, files) for speech in plan.timeline.speeches}
    assert keys == set(loaded.lock.films.get(f"{name}.film", {}))
    assert all(shot.exact for shot in plan.timeline.shots)
