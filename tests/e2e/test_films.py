"""Real films, small ones: built by the command as a user would, looked at from outside, killed at random instants."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import av
import pytest

from tests.e2e.films import TALK, TINY

ROOT = Path(__file__).resolve().parents[2]
FILM = [sys.executable, "-c", "from runtime.cli.main import main; main()"]


def film(*arguments: object, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [*FILM, *map(str, arguments)]
    return subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=600)


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "120"}


def built(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    (line,) = done.stdout.splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def decoded(path: Path) -> tuple[str, str]:
    """sha256 of every decoded picture and of every decoded sample of a film."""
    found = []
    for kind in ("video", "audio"):
        digest = hashlib.sha256()
        with av.open(str(path)) as container:
            for frame in container.decode(**{kind: 0}):
                digest.update(bytes(frame.to_ndarray().data))
        found.append(digest.hexdigest())
    return found[0], found[1]


def test_a_tiny_film_by_the_command(tmp_path: Path) -> None:
    """Picture, sound, captions and report are there; a second build runs nothing; damage is mended."""
    (tmp_path / "tiny.film").write_text(TINY)
    first = built(film("build", "tiny.film", "--out", "out", "--format", "json", folder=tmp_path))
    assert first["film"] == "out/tiny.mp4"
    assert first["ran"] > 10
    assert first["failed"] == 0
    made = tmp_path / "out" / "tiny.mp4"
    with av.open(str(made)) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        assert (picture.codec_context.name, picture.width, picture.height) == ("h264", 128, 72)
        assert (sound.codec_context.name, sound.rate, sound.codec_context.channels) == ("aac", 48000, 2)
        frames = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
        assert len(frames) == 16
        assert max(frame.std() for frame in frames) > 5, "there is a picture"
        assert container.metadata["title"] == "Tiny"
    data = made.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat"), "it begins to play before it is whole"
    assert "Hello you." in (tmp_path / "out" / "tiny.srt").read_text()
    report = (tmp_path / "out" / "report.html").read_text()
    assert report.count("data:image") >= 4
    again = built(film("build", "tiny.film", "--out", "out", "--format", "json", folder=tmp_path))
    assert again["ran"] == 0
    assert again["cached"] > 10
    assert made.read_bytes() == data
    _spoil(tmp_path, data)
    mended = built(film("build", "tiny.film", "--out", "out", "--format", "json", folder=tmp_path))
    assert mended["ran"] == 1
    assert made.read_bytes() == data


def _spoil(folder: Path, data: bytes) -> None:
    """Flip a byte of the finished film where it is kept and where it was delivered."""
    (kept,) = [path for path in (folder / ".film" / "blobs").rglob("*.mp4") if path.read_bytes() == data]
    spoilt = data[:-100] + bytes([data[-100] ^ 1]) + data[-99:]
    kept.write_bytes(spoilt)
    (folder / "out" / "tiny.mp4").write_bytes(spoilt)


@pytest.mark.slow
def test_killed_at_any_moment_it_finishes_with_the_same_picture_and_sound(tmp_path: Path) -> None:
    text = TALK.replace("24 fps", "8 fps").replace("5s", "1.5s").replace("6s", "3s").replace("4s", "1s")
    for name in ("calm", "killed"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "talk.film").write_text(text)
    calm = built(film("build", "--out", "out", "--format", "json", folder=tmp_path / "calm"))
    chance, kills = random.Random(7), 0
    command = [*FILM, "build", "--out", "out", "--format", "json", "--jobs", "2"]
    for number in range(6):
        before = _finished(tmp_path / "killed")
        running = subprocess.Popen(
            command, cwd=tmp_path / "killed", env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        # Every other time it gets somewhere first, however slow the machine is.
        while number % 2 and _finished(tmp_path / "killed") == before and running.poll() is None:
            time.sleep(0.02)
        time.sleep(chance.uniform(0.0, max(3.0, calm["seconds"] * 0.2)))
        kills += running.poll() is None
        running.send_signal(signal.SIGKILL)
        running.communicate()
    assert kills
    last = built(film("build", "--out", "out", "--format", "json", folder=tmp_path / "killed"))
    assert last["failed"] == 0
    assert last["ran"] < calm["ran"], "what was finished is kept"
    assert decoded(tmp_path / "killed/out/talk.mp4") == decoded(tmp_path / "calm/out/talk.mp4")
    assert (tmp_path / "killed/out/talk.mp4").read_bytes() == (tmp_path / "calm/out/talk.mp4").read_bytes()
    assert built(film("build", "--out", "out", "--format", "json", folder=tmp_path / "killed"))["ran"] == 0


def _finished(folder: Path) -> int:
    """How many tasks are recorded beside a film, by whoever is at work there."""
    index = folder / ".film" / "index.sqlite"
    try:
        with closing(sqlite3.connect(f"file:{index}?mode=ro", uri=True, timeout=10)) as db:
            return int(db.execute("select count(*) from actions").fetchone()[0])
    except sqlite3.OperationalError:
        return 0  # it has not begun one


@pytest.mark.slow
def test_the_number_of_workers_changes_nothing(tmp_path: Path) -> None:
    found = []
    for jobs in (1, 3):
        folder = tmp_path / str(jobs)
        folder.mkdir()
        (folder / "tiny.film").write_text(TINY)
        built(film("build", "--out", "out", "--format", "json", "--jobs", jobs, folder=folder))
        found.append((folder / "out" / "tiny.mp4").read_bytes())
    assert found[0] == found[1]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["hello", "the_last_breath"])
def test_the_films_check_and_plan(name: str, tmp_path: Path) -> None:
    assert film("check", ROOT / "films" / name, folder=tmp_path).returncode == 0


@pytest.mark.slow
def test_hello_as_a_board(tmp_path: Path) -> None:
    (tmp_path / "hello.film").write_text((ROOT / "films/hello/hello.film").read_text())
    made = built(
        film("build", "--profile", "board", "--size", "320x134", "--out", "out", "--format", "json", folder=tmp_path)
    )
    with av.open(str(tmp_path / "out" / "hello.mp4")) as container:
        assert container.duration is not None
        assert 8 <= container.duration / 1e6 <= 12
    assert made["failed"] == 0
