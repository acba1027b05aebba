"""A film that is watched: every save is built, the newest whole film is shown, and nothing stops but Ctrl-C."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from runtime.cli import watching
from runtime.cli.build import Options, build, load, open_store
from runtime.cli.watch import Superseded, Watcher, _saved
from runtime.cli.watching import Sentry
from runtime.schedule import table
from tests.e2e.films import TALK, TINY
from tests.schedule import fakes

LONG = 60.0
"""Seconds within which what has to happen has happened on the slowest machine; never waited for when it has."""


class Standing(fakes.InlinePool):
    """Workers that outlive a build, without processes. ``before`` is called before each answer."""

    before: Callable[[], None] = staticmethod(lambda: None)

    def __init__(self, size: int, look: Callable[[], None]) -> None:
        super().__init__(size)
        self._look = look

    def replies(self, timeout: float) -> Iterator[tuple[int, dict[str, object]]]:
        type(self).before()
        self._look()
        return super().replies(timeout)


class Shown:
    """Stands for the page: what it was last told, and all it was told."""

    def __init__(self) -> None:
        self.now: dict[str, object] = {}
        self.all: list[dict[str, object]] = []
        self.address = "http://127.0.0.1/"

    def show(self, **news: object) -> None:
        self.now |= news
        self.all.append(news)

    def close(self) -> None:
        pass


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(table, "FUNCTIONS", dict(table.FUNCTIONS))
    fakes.install()
    monkeypatch.setattr("runtime.cli.build.Pool", fakes.InlinePool)
    monkeypatch.setattr("runtime.cli.watch.Standing", Standing)
    monkeypatch.setattr("runtime.cli.watch.warm_once", lambda quiet: None)
    monkeypatch.setattr(Standing, "before", staticmethod(lambda: None))
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "talk"
    folder.mkdir()
    (folder / "talk.film").write_text(TALK)
    return folder


@pytest.fixture
def watcher(project: Path) -> Iterator[Watcher]:
    made = Watcher(Options(project, project.parent / "out"), Shown())  # type: ignore[arg-type]
    yield made
    made.close()


def clean(text: str, folder: Path) -> dict[str, bytes]:
    """What a first build of a source delivers, by file."""
    folder.mkdir()
    path = folder / "talk.film"
    path.write_text(text)
    store = open_store(path)
    try:
        built = build(load(path), Options(path, folder / "out"), store, lambda _: None)
    finally:
        store.close()
    assert built.failed == []
    return delivered(folder)


def delivered(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "out").iterdir()}


def shown(watcher: Watcher) -> dict[str, object]:
    assert isinstance(watcher.page, Shown)
    return watcher.page.now


def test_a_save_is_built_and_shown(watcher: Watcher, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert watcher.make([]) is False
    first = shown(watcher)["film"]
    assert isinstance(first, Path)
    assert first.read_bytes() == delivered(project.parent)["talk.mp4"]
    (project / "talk.film").write_text(TALK.replace("TOM, 75mm", "TOM, 85mm"))
    saved = watcher.sentry.wait(LONG)
    assert [Path(name).name for name in saved] == ["talk.film"]
    capsys.readouterr()
    watcher.make(saved)
    said = capsys.readouterr().out.splitlines()
    assert re.fullmatch(
        r"\d\d:\d\d:\d\d saved talk\.film, planned in \d+\.\d\d s: scene 1 shot tom: lens 75 → 85 mm", said[0]
    )
    assert re.fullmatch(
        r"\d\d:\d\d:\d\d ready: scene 1 shot tom: lens 75 → 85 mm: \d+ tasks, \d+\.\d s → .*talk\.mp4", said[1]
    )
    second = shown(watcher)["film"]
    assert isinstance(second, Path)
    assert second != first
    assert first.exists(), "whoever is watching the film before may watch it to its end"
    (told,) = shown(watcher)["changed"]  # type: ignore[misc]
    assert (told.text, told.at) == ("scene 1 shot tom: lens 75 → 85 mm", 11.0)
    assert (shown(watcher)["of"], shown(watcher)["errors"]) == (0, "")


def test_programs_are_told_in_lines_of_json(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    watcher = Watcher(Options(project, project.parent / "out"), None, "json")
    watcher.make([])
    (project / "talk.film").write_text(TALK.replace("Look: ember", "Look: embr"))
    watcher.make(watcher.sentry.wait(LONG))
    (project / "talk.film").write_text(TALK.replace("TOM, 75mm", "TOM, 85mm"))
    watcher.make(watcher.sentry.wait(LONG))
    watcher.close()
    said = capsys.readouterr()
    told = [json.loads(line) for line in said.out.splitlines()]
    assert [line["what"] for line in told] == ["planned", "ready", "errors", "planned", "ready"]
    assert told[2]["diagnostics"][0]["code"] == "E203"
    assert told[4]["changed"] == [{"text": "scene 1 shot tom: lens 75 → 85 mm", "at": 11.0}]
    assert told[4]["film"] == str(project.parent / "out/talk.mp4")
    assert said.err == ""


def test_errors_leave_the_last_whole_film(watcher: Watcher, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    watcher.make([])
    good, film = delivered(project.parent), shown(watcher)["film"]
    (project / "talk.film").write_text(TALK.replace("Look: ember", "Look: embr"))
    watcher.make(watcher.sentry.wait(LONG))
    said = capsys.readouterr()
    assert "error[E203]" in said.err
    assert "1 error; the last whole film stays" in said.out
    assert "embr" in str(shown(watcher)["errors"])
    assert (delivered(project.parent), shown(watcher)["film"]) == (good, film)
    (project / "talk.film").unlink()
    watcher.make(watcher.sentry.wait(LONG))
    assert delivered(project.parent) == good
    (project / "talk.film").write_text(TALK)
    watcher.make(watcher.sentry.wait(LONG))
    assert "nothing to make" in capsys.readouterr().out
    assert shown(watcher)["errors"] == ""


def test_a_failed_task_leaves_the_last_whole_film(
    watcher: Watcher, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    orders = project.parent / "orders"
    orders.mkdir()
    monkeypatch.setenv(fakes.ORDERS, str(orders))
    watcher.make([])
    good = delivered(project.parent)
    fakes.order(orders, "EncodeWindow", "fail")
    (project / "talk.film").write_text(TALK.replace("TOM, 75mm", "TOM, 85mm"))
    watcher.make(watcher.sentry.wait(LONG))
    assert "as ordered" in str(shown(watcher)["errors"])
    assert "as ordered" in capsys.readouterr().err
    assert delivered(project.parent) == good
    watcher.make([])
    assert delivered(project.parent) != good
    assert shown(watcher)["errors"] == ""


def test_a_save_overtakes_the_build_and_what_is_finished_stays(
    watcher: Watcher, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [TALK.replace("TOM, 75mm", f"TOM, {lens}mm") for lens in (85, 40, 100)]
    left = list(texts)
    answers = [0]

    def save_again() -> None:
        answers[0] += 1
        if left and answers[0] % 9 == 0:
            (project / "talk.film").write_text(left.pop(0))

    monkeypatch.setattr(Standing, "before", staticmethod(save_again))
    monkeypatch.setattr("runtime.cli.watch._LOOK", 0.0)  # what is pretended is done sooner than files are looked at
    again, times = True, 0
    while again:
        again = watcher.make([])
        times += 1
        # Until a newer film is whole, what is there is whole: here, nothing.
        assert again is not (project.parent / "out").is_dir()
    assert times == 4
    assert delivered(project.parent) == clean(texts[-1], project.parent / "clean")
    # Four builds, each stopped at its ninth task, have run no more than what was needed of each, and nothing twice.
    done = [line for path in sorted((project / ".film/runs").iterdir()) for line in path.read_text().splitlines()]
    ran = [line.partition('"id": "')[2][:16] for line in done if '"what": "ran"' in line]
    assert len(ran) == len(set(ran))
    assert sum('"how": "stopped"' in line for line in done) == 3


def test_two_watches_at_once_and_a_build(project: Path) -> None:
    out = project.parent / "out"
    watchers = [Watcher(Options(project, out), Shown()) for _ in range(2)]  # type: ignore[arg-type]
    for number, text in enumerate((TALK, TALK.replace("TOM, 75mm", "TOM, 85mm"))):
        (project / "talk.film").write_text(text)
        threads = [threading.Thread(target=w.make, args=([],)) for w in watchers]
        for thread in threads:
            thread.start()
        store = open_store(project / "talk.film")
        built = build(load(project), Options(project, out), store, lambda _: None)
        store.close()
        for thread in threads:
            thread.join(LONG)
        assert built.failed == []
        assert delivered(project.parent) == clean(text, project.parent / f"clean-{number}")
        assert all(shown(w)["errors"] == "" for w in watchers)
    for watcher in watchers:
        watcher.close()


# --- files -------------------------------------------------------------------------------------------


def _renamed(project: Path) -> None:
    (project / "talk.film~new").write_text(TALK + "\n")
    (project / "talk.film~new").replace(project / "talk.film")


def _gone_and_back(project: Path) -> None:
    (project / "talk.film").rename(project / "talk.film~")
    (project / "talk.film").write_text(TALK + "\n")


SAVES: dict[str, Callable[[Path], object]] = {
    "written in place": lambda p: (p / "talk.film").write_text(TALK + "\n"),
    "written beside and renamed": _renamed,
    "moved aside and written anew": _gone_and_back,
    "of the same length": lambda p: (p / "talk.film").write_text(TALK.replace("tonight", "Tonight")),
    "a used file": lambda p: (p / "parts/people.film").write_text("character EVA\n    a girl of ten\n"),
    "a picture": lambda p: (p / "look.cube").write_text("LUT_3D_SIZE 2\n" + "0 0 1\n" * 8),
    "settings that were not there": lambda p: (p / "film.toml").write_text('author = "Me"\n'),
    "picks that were not there": lambda p: (p / "film.picks.toml").write_text(""),
    "pinned lengths that were not there": lambda p: (p / "film.lock").write_text("version = 1\n"),
    "another film in the folder": lambda p: (p / "other.film").write_text(TINY),
}


@pytest.mark.parametrize("save", SAVES)
def test_a_save_is_seen(project: Path, save: str) -> None:
    (project / "parts").mkdir()
    (project / "parts/people.film").write_text("character EVA\n    a girl of nine\n")
    (project / "look.cube").write_text("LUT_3D_SIZE 2\n" + "0 0 0\n" * 8)
    head, _, rest = TALK.partition("\n\n")
    (project / "talk.film").write_text(f'{head}\n\nuse "parts/people.film"\n\nlook old\n    lut: "look.cube"\n\n{rest}')
    sentry = Sentry(project)
    loaded = load(project)
    assert loaded.film is not None, loaded.report.items
    sentry.rest_on(loaded.sources, loaded.report.items)
    assert sentry.wait(0.2) == []
    threading.Timer(0.1, SAVES[save], (project,)).start()
    assert sentry.wait(LONG)
    sentry.begin()
    assert sentry.wait(0.2) == []
    sentry.close()


def test_what_a_film_misses_is_waited_for_wherever_it_appears(project: Path) -> None:
    (project / "talk.film").write_text(f'use "later/people.film"\n\n{TALK.partition(chr(10) * 2)[2]}')
    sentry = Sentry(project / "talk.film")
    loaded = load(project / "talk.film")
    assert loaded.report.failed
    sentry.rest_on(loaded.sources, loaded.report.items)
    (project / "later").mkdir()
    threading.Timer(0.1, (project / "later/people.film").write_text, ("character EVA\n    a girl\n",)).start()
    assert sentry.wait(LONG)
    sentry.close()


def test_neither_results_nor_strangers_nor_own_writing_are_news(project: Path) -> None:
    sentry = Sentry(project)
    sentry.rest_on(load(project).sources)
    (project / "notes.txt").write_text("mine")
    (project / ".talk.film.swp").write_text("an editor's")
    (project / "build").mkdir()
    (project / ".film").mkdir()
    (project / "film.lock").write_text("version = 1\n")
    sentry.absorb(project / "film.lock")
    assert sentry.wait(0.3) == []
    sentry.close()


def test_a_save_in_many_writes_is_read_when_it_is_over(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sentry = Sentry(project)
    path = project / "talk.film"
    left = [TALK[part : part + 200] for part in range(0, len(TALK), 200)]

    def a_little_later(_: float) -> None:
        if left:
            with path.open("a") as stream:
                stream.write(left.pop(0))

    # No clock but the save's own: between two looks there is one more piece.
    monkeypatch.setattr(watching, "time", SimpleNamespace(monotonic=time.monotonic, sleep=a_little_later))
    path.write_text("")
    assert sentry.wait(LONG)
    assert path.read_text() == TALK
    sentry.close()


# --- Ctrl-C ------------------------------------------------------------------------------------------

_WATCHED = """
import sys, time
sys.argv = ["film", "watch", "talk", "--out", "out", "--jobs", "2"]
from tests.schedule import fakes
import runtime.cli.watch as watch
from runtime.schedule import pool
serve = fakes.serve
start = pool.Pool.__init__
pool.Pool.__init__ = lambda self, size, _=None: start(self, size, serve)
watch.warm_once = lambda quiet: None
from runtime.cli.main import main
main()
"""


def _stopped_after(project: Path, seconds: float, number: signal.Signals) -> tuple[int, str, str]:
    """Watch in a process of its own, and stop it so long after it has begun to."""
    root = Path(__file__).resolve().parents[2]
    env = {**os.environ, "PYTHONPATH": str(root)}
    child = subprocess.Popen(
        [sys.executable, "-c", _WATCHED], cwd=project.parent, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )  # fmt: skip
    assert child.stdout is not None
    first = child.stdout.readline()
    time.sleep(seconds)
    child.send_signal(number)
    out, err = child.communicate(timeout=3 * LONG)
    return child.returncode, first + out, err


def test_ctrl_c_leaves_cleanly(project: Path) -> None:
    code, out, err = _stopped_after(project, 0.3, signal.SIGINT)
    assert (code, "Traceback" in err) == (130, False), err
    assert out.startswith("watching talk; Ctrl-C ends it\n")
    assert "Everything finished so far is kept" in err


@pytest.mark.slow
def test_ctrl_c_at_any_instant(project: Path) -> None:
    chance = random.Random(7)
    for turn in range(12):
        number = signal.SIGTERM if turn % 4 == 3 else signal.SIGINT
        code, _, err = _stopped_after(project, chance.uniform(0, 2.5), number)
        assert (code, "Traceback" in err) == (130, False), err
        if turn % 3 == 2:
            (project / "talk.film").write_text(TALK.replace("TOM, 75mm", f"TOM, {80 + turn}mm"))
    path = project / "talk.film"
    store = open_store(path)
    built = build(load(path), Options(path, project.parent / "out"), store, lambda _: None)
    store.close()
    assert built.failed == []
    assert delivered(project.parent) == clean(path.read_text(), project.parent / "clean")


def test_overtaken_is_stopped_as_by_ctrl_c() -> None:
    assert issubclass(Superseded, KeyboardInterrupt)


def test_what_was_saved_in_a_few_words(tmp_path: Path) -> None:
    (tmp_path / "a.film").write_text("")
    here, folder = str(tmp_path / "a.film"), f"{tmp_path}{os.sep}"
    assert _saved([]) == "begun"
    assert _saved([folder, here]) == "saved a.film"
    assert _saved([here, str(tmp_path / "b.film")]) == "saved a.film and 1 more"
    assert _saved([folder, str(tmp_path / "gone.film")]) == "removed gone.film"
    assert _saved([".", folder]) == "files came or went"


def test_a_name_that_cannot_be_is_no_trouble_of_the_port(tmp_path: Path) -> None:
    sentry = Sentry(tmp_path / ("long" * 100))
    assert sentry.changed() == []
    sentry.close()
