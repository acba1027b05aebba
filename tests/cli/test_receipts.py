"""What has not changed is answered at once, with the very answer; whatever has changed in the least is not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from runtime.cli import main, receipts, resting, start
from runtime.schedule import table
from runtime.store.store import Store
from tests.e2e.films import TINY
from tests.schedule import fakes
from tests.store.work import put

PEOPLE = "character TOM\n    a man of forty\n"


class Desk:
    """The ``film`` command in this process, in a folder of its own; ``ran`` counts what no receipt answered."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.capsys, self.patch, self.ran = folder, capsys, monkeypatch, 0
        run = main.run

        def counted() -> None:
            self.ran += 1
            run()

        monkeypatch.setattr(main, "run", counted)

    def film(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, standard output, standard error."""
        self.patch.setattr(sys, "argv", ["film", *arguments])
        code = 0
        try:
            start.main()
        except SystemExit as end:
            code = int(end.code or 0)
        said = self.capsys.readouterr()
        return code, said.out, said.err

    def at_once(self, *arguments: str) -> bool:
        before = self.ran
        self.film(*arguments)
        return self.ran == before

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        time.sleep(0.03)  # a person's command comes later than a tick of the clock after the save


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv(receipts.OFF, raising=False)
    monkeypatch.setattr(table, "FUNCTIONS", dict(table.FUNCTIONS))
    fakes.install()
    monkeypatch.setattr("runtime.cli.build.Pool", fakes.InlinePool)
    monkeypatch.setattr("runtime.cli.building.warm_once", lambda quiet: None)
    # The code of a project that is being worked on may change under a test.
    monkeypatch.setattr(receipts, "tools_digest", lambda: "tools")
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    made = Desk(folder, capsys, monkeypatch)
    made.write("tiny/tiny.film", TINY)
    return made


@pytest.mark.parametrize("command", ["check", "plan", "build"])
@pytest.mark.parametrize("form", ["text", "json"])
def test_the_answer_is_the_one_a_run_gives(desk: Desk, command: str, form: str) -> None:
    asked = (command, "tiny", "--format", form)
    desk.film(*asked)
    assert desk.at_once(*asked)
    quick = desk.film(*asked)
    desk.patch.setenv(receipts.OFF, "0")
    slow = desk.film(*asked)
    assert desk.ran == 2

    def timeless(said: tuple[int, str, str]) -> list[str]:
        return [w for w in f"{said}".split() if not w.rstrip(",").replace(".", "").isdigit() and "-" not in w]

    assert timeless(quick) == timeless(slow)
    assert quick[0] == 0


def test_a_film_with_errors_is_answered_too(desk: Desk) -> None:
    desk.write("tiny/tiny.film", TINY.replace("close-up of ADA", "close-up of ADDA"))
    code, out, err = desk.film("check", "tiny")
    assert code == 1
    assert desk.film("check", "tiny") == (code, out, err)
    assert desk.ran == 1


def _same_size_and_date(desk: Desk) -> None:
    path = desk.folder / "tiny/tiny.film"
    before = path.stat()
    desk.write("tiny/tiny.film", TINY.replace("you", "You"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _exchanged(desk: Desk) -> None:
    path = desk.folder / "tiny/tiny.film"
    desk.write("tiny/new", TINY)
    (desk.folder / "tiny/new").replace(path)


CHANGES: dict[str, Callable[[Desk], object]] = {
    "a letter, with size and date as they were": _same_size_and_date,
    "another file in its place": _exchanged,
    "settings appear": lambda d: d.write("tiny/film.toml", 'title = "Else"\n'),
    "a second film appears": lambda d: d.write("tiny/other.film", TINY),
    "pinned lengths appear": lambda d: d.write("tiny/film.lock", "version = 1\n"),
    "picks appear": lambda d: d.write("tiny/film.picks.toml", ""),
    "the source is gone": lambda d: (d.folder / "tiny/tiny.film").unlink(),
    "a wider terminal": lambda d: d.patch.setenv("COLUMNS", "133"),
    "another language": lambda d: d.patch.setenv("LC_ALL", "C.UTF-8"),
    "other code": lambda d: d.patch.setattr(receipts, "tools_digest", lambda: "others"),
    "another folder of the same files": lambda d: (
        shutil.copytree(d.folder, d.folder.parent / "copy"),
        d.patch.chdir(d.folder.parent / "copy"),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_is_looked_at(desk: Desk, change: str) -> None:
    for command in ("check", "plan"):
        desk.film(command, "tiny")
        assert desk.at_once(command, "tiny"), command
    CHANGES[change](desk)
    for command in ("check", "plan"):
        assert not desk.at_once(command, "tiny"), command


def test_a_used_file_and_a_picture_count(desk: Desk) -> None:
    desk.write("tiny/people.film", PEOPLE)
    desk.write("tiny/look.cube", "LUT_3D_SIZE 2\n" + "0 0 0\n" * 8)
    text = TINY.replace("character ADA", 'look old\n    lut: "look.cube"\n\ncharacter ADA', 1)
    head, sep, rest = text.partition("\n\n")
    desk.write("tiny/tiny.film", f'{head}{sep}use "people.film"\n\n{rest}')
    assert desk.film("check", "tiny")[0] == 0
    assert desk.at_once("check", "tiny")
    desk.write("tiny/people.film", PEOPLE.replace("forty", "fifty"))
    assert not desk.at_once("check", "tiny")
    assert desk.at_once("check", "tiny")
    desk.write("tiny/look.cube", "LUT_3D_SIZE 2\n" + "0 0 1\n" * 8)
    assert not desk.at_once("check", "tiny")


def _blob(desk: Desk, suffix: str) -> Path:
    return next((desk.folder / "tiny/.film/blobs").glob(f"*/*{suffix}"))


def _of_film(desk: Desk) -> Path:
    made = (desk.folder / "build/tiny/tiny.mp4").read_bytes()
    return next(p for p in (desk.folder / "tiny/.film/blobs").glob("*/*.mp4") if p.read_bytes() == made)


DAMAGE: dict[str, Callable[[Desk], object]] = {
    "a delivered file is gone": lambda d: (d.folder / "build/tiny/tiny.srt").unlink(),
    "a delivered file is another": lambda d: d.write("build/tiny/tiny.mp4", "not a film"),
    "its blob is gone": lambda d: _of_film(d).unlink(),
    "its blob is damaged": lambda d: _of_film(d).write_bytes(b"X" * _of_film(d).stat().st_size),
    "the index is gone": lambda d: (d.folder / "tiny/.film/index.sqlite").unlink(),
    "all that was kept is gone": lambda d: shutil.rmtree(d.folder / "tiny/.film"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_is_damaged_is_mended(desk: Desk, damage: str) -> None:
    desk.film("build", "tiny")
    assert desk.at_once("build", "tiny")
    good = {path.name: path.read_bytes() for path in (desk.folder / "build/tiny").iterdir()}
    DAMAGE[damage](desk)
    assert not desk.at_once("build", "tiny")
    assert {path.name: path.read_bytes() for path in (desk.folder / "build/tiny").iterdir()} == good
    assert desk.at_once("build", "tiny")


def test_a_plan_is_another_when_the_store_is(desk: Desk) -> None:
    desk.film("plan", "tiny")
    assert desk.at_once("plan", "tiny")
    store = Store(desk.folder / "tiny/.film")
    put(store, "a")
    store.close()
    assert not desk.at_once("plan", "tiny")
    desk.film("build", "tiny")
    assert not desk.at_once("plan", "tiny")
    assert desk.at_once("plan", "tiny")
    _blob(desk, ".mkv").unlink()
    assert not desk.at_once("plan", "tiny")


def test_a_store_that_others_write_to_meanwhile_vouches_for_nothing(desk: Desk) -> None:
    desk.film("plan", "tiny")
    tell = resting.Pending.close

    def disturbed(kept: resting.Pending, store: Store) -> None:
        other = Store(store.root)
        put(other, "b")
        other.close()
        tell(kept, store)

    desk.patch.setattr(resting.Pending, "close", disturbed)
    desk.write("tiny/tiny.film", TINY + "\nShe waits.\n")
    assert not desk.at_once("plan", "tiny")
    desk.patch.setattr(resting.Pending, "close", tell)
    assert not desk.at_once("plan", "tiny")
    other = Store(desk.folder / "tiny/.film")
    desk.write("tiny/tiny.film", TINY)
    desk.film("plan", "tiny")
    assert not desk.at_once("plan", "tiny"), "another build has the store open"
    other.close()


def test_a_file_written_to_meanwhile_or_just_before_vouches_for_nothing(desk: Desk) -> None:
    desk.patch.setattr(receipts, "TICK", 10**12)
    desk.film("check", "tiny")
    assert not desk.at_once("check", "tiny")
    desk.patch.undo()


def test_a_clock_that_jumps_vouches_for_nothing(desk: Desk) -> None:
    ask = receipts.ask

    def jumped(arguments: list[str]) -> receipts.Question | None:
        question = ask(arguments)
        return question and question._replace(ahead=question.ahead - 3_600_000_000_000)

    desk.patch.setattr(start, "ask", jumped)
    desk.film("check", "tiny")
    desk.patch.setattr(start, "ask", ask)
    assert not desk.at_once("check", "tiny")
    future = time.time_ns() + 10**13
    os.utime(desk.folder / "tiny/tiny.film", ns=(future, future))
    desk.film("check", "tiny")
    assert not desk.at_once("check", "tiny"), "a file of tomorrow may be written to without showing it"


def test_a_slow_look_at_our_own_code_is_no_jump_of_the_clock(desk: Desk) -> None:
    def slow() -> str:
        time.sleep(3 * receipts.TICK / 1e9)
        return "tools"

    desk.patch.setattr(receipts, "tools_digest", slow)
    desk.film("check", "tiny")
    assert desk.at_once("check", "tiny")


def test_commands_that_only_look_leave_every_answer(desk: Desk) -> None:
    desk.film("build", "tiny")
    desk.film("plan", "tiny")
    desk.film("check", "tiny")
    looks = (
        ["why", "film", "tiny"],
        ["graph", "tiny"],
        ["runs", "tiny"],
        ["cache", "stat", "tiny"],
        ["plan", "tiny", "--explain"],
    )
    for look in looks:
        assert desk.film(*look)[0] == 0
        assert desk.at_once("check", "tiny"), look
        assert desk.at_once("plan", "tiny"), look
    assert desk.at_once("build", "tiny")


def test_a_disk_that_has_filled_up_meanwhile_is_said(desk: Desk) -> None:
    desk.film("plan", "tiny")
    assert desk.at_once("plan", "tiny")
    desk.patch.setattr(receipts, "free", lambda folder: 100)
    assert not desk.at_once("plan", "tiny")


def test_what_asks_for_more_is_never_answered_from_a_receipt(desk: Desk) -> None:
    desk.film("build", "tiny")
    assert not desk.at_once("build", "tiny", "--verify")
    assert desk.at_once("build", "tiny")
    for more in (["build", "tiny", "--events", "e.jsonl"], ["check", "tiny", "--fix"], ["plan", "tiny", "--verify"]):
        desk.film(*more)
        assert not desk.at_once(*more), more
    assert (desk.folder / "e.jsonl").read_text().count("\n") > 0
    desk.film("check", "nothing here")
    assert not desk.at_once("check", "nothing here")


def test_a_build_answered_at_once_is_in_the_journal(desk: Desk) -> None:
    desk.film("build", "tiny")
    assert desk.at_once("build", "tiny", "--format", "json") is False
    _, out, _ = desk.film("build", "tiny", "--format", "json")
    assert desk.ran == 2
    _, listed, _ = desk.film("runs", "tiny", "--format", "json")
    name = out.partition('"run": "')[2].partition('"')[0]
    assert name
    assert name in listed
    assert len(list((desk.folder / "tiny/.film/runs").iterdir())) == 3


def test_receipts_that_others_could_have_written_are_none(desk: Desk) -> None:
    desk.film("check", "tiny")
    folder = next((desk.folder.parent / "cache").rglob("receipts"))
    (kept,) = folder.iterdir()
    folder.chmod(0o777)
    assert not desk.at_once("check", "tiny")
    folder.chmod(0o700)
    assert desk.at_once("check", "tiny")
    good = kept.read_bytes()
    for bad in (good[:-5], good.replace(b'"exit":0', b'"exit":1'), b"", b"[]"):
        kept.write_bytes(bad)
        assert not desk.at_once("check", "tiny")
    assert desk.at_once("check", "tiny")


def test_an_answer_needs_none_of_what_makes_films(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/a.film").write_text(TINY)
    time.sleep(0.03)
    root = Path(__file__).resolve().parents[2]
    code = (
        "import sys, atexit; from runtime.cli.start import main; "
        "atexit.register(lambda: print(*sys.modules, file=open('modules', 'w'))); "
        "import runtime.cli.receipts as r; r.tools_digest = lambda: 't'; main()"
    )
    env = {**os.environ, "PYTHONPATH": str(root), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    env.pop(receipts.OFF, None)
    for _ in range(2):
        subprocess.run([sys.executable, "-c", code, "check", "a"], cwd=tmp_path, env=env, check=True)
    loaded = set((tmp_path / "modules").read_text().split())
    assert "runtime.cli.receipts" in loaded
    assert not loaded & {"typer", "click", "rich", "numpy", "lark", "pydantic", "compiler", "runtime.cli.resting"}


def test_every_variable_that_something_here_reads_is_part_of_the_question() -> None:
    import re

    root = Path(receipts.__file__).resolve().parents[2]
    found = set()
    for place in ("compiler", "runtime"):
        for path in (root / place).rglob("*.py"):
            text = path.read_text()
            found |= set(re.findall(r"""environ(?:\.get\(|\[|\.setdefault\()\s*["'](\w+)["']""", text))
    found |= {"FILM_CACHE"}
    known = {name for name in found if name in receipts._ENVIRONMENT or name.startswith(receipts._FAMILIES)}
    threads = {name for name in found if name.endswith("_NUM_THREADS")}  # results never depend on them
    assert found - known - threads == set()
