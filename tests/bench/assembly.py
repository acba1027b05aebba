"""``python -m tests.bench assembly [SHOTS]``: what putting a film together costs after an edit, beside encoding it whole.

A film of 200 shots, about 390 s at 1280×536 with a dissolve between scenes, goes through the real compiler, store and
scheduler; so are dissolves, mix, loudness, master, AAC, conform and mux. Only what comes before assembly is pretended: voices,
scores and segments are synthesised cheaply. The yardstick is one pass of ffmpeg over the finished timeline in the same run,
with the same encoder settings, every frame decoded and encoded, its sound too. Processor seconds of one core.
"""

from __future__ import annotations

import os
import platform
import resource
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from unittest import mock

import numpy as np
from blake3 import blake3

from compiler.graph import params as p
from compiler.graph.codec import Plain, canonical, encode
from compiler.staging.voicing import estimate
from compiler.timebase import SAMPLE_RATE
from runtime.cli.build import Built, Options, build, load, open_store
from runtime.edit.clip import ClipWriter
from runtime.edit.ffmpeg import EXACT, run, source
from runtime.edit.planes import Frame8
from runtime.edit.segment import PROFILE, encode_segment
from runtime.edit.tasks import encode_transition
from runtime.schedule import table
from runtime.schedule.execute import Event
from runtime.schedule.table import TaskContext
from runtime.sound.aac import CODEC
from runtime.sound.wav import write_wav
from tests.schedule.fakes import InlinePool, fake

SHOTS = 200
SIZE = (1280, 536)
ASSEMBLY = ("transition", "mix", "loudness", "master", "aac", "conform", "mux")
_PER_SCENE = 10
_PLACES = ("STUDY", "KITCHEN", "HALL", "ATTIC")
_HANDLES = Path()


def main() -> None:
    """Build, edit, build again; print what ran and what it cost."""
    shots = int(sys.argv[2]) if len(sys.argv) > 2 else SHOTS
    print(
        f"{_processor()}, {os.cpu_count()} processors, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"
    )
    global _HANDLES
    with tempfile.TemporaryDirectory() as folder, mock.patch.dict(table.FUNCTIONS, _functions()):
        _HANDLES = Path(folder)
        bench = _Bench(Path(folder))
        text = screenplay(shots)
        bench.made("first build", text)
        whole = bench.single_pass()
        middle, early = shots // 2, 1
        same = text.replace(f"shot s{middle}: close-up of ADA", f"shot s{middle}: medium of ADA")
        word = same.replace(f"It is {_word(middle)} again.", "It is over now.")
        longer = text.replace(
            f"shot s{middle}: close-up of ADA, 50mm, 47f", f"shot s{middle}: close-up of ADA, 50mm, 54f"
        )
        first = text.replace(f"shot s{early}: close-up of ADA, 50mm, 47f", f"shot s{early}: close-up of ADA, 50mm, 58f")
        for name, edited, bound in (
            ("a shot's picture, same length", same, 20),
            ("and a word of its line", word, 20),
            ("seven frames more in the middle", longer, 6),
            ("eleven frames more at the beginning", first, 6),
        ):
            assert edited != text
            bench.made("  (undo)", text, quiet=True)
            cost = bench.made(name, edited)
            assert cost > 0, "an edit that nobody sees measures nothing"
            print(f"    1/{whole / cost:.1f} of the single pass (wanted: at most 1/{bound})")
        bench.made("  (undo)", text, quiet=True)


class _Bench:
    def __init__(self, folder: Path) -> None:
        self.folder, self.film = folder, folder / "long.film"
        self.out = folder / "out"
        self.built: Built | None = None

    def made(self, name: str, text: str, *, quiet: bool = False) -> float:
        """Build; returns the processor seconds that assembly took."""
        self.film.write_text(text)
        loaded = load(self.film)
        assert loaded.film is not None, loaded.report.items
        cpu: dict[str, float] = defaultdict(float)
        count: dict[str, int] = defaultdict(int)

        def heard(event: Event) -> None:
            if event.what == "ran":
                cpu[event.op] += event.cpu
                count[event.op] += 1

        store = open_store(self.film)
        began = time.monotonic()
        try:
            with mock.patch("runtime.cli.build.Pool", InlinePool):
                self.built = build(loaded, Options(self.film, self.out, size=SIZE), store, heard)
        finally:
            store.close()
        assert self.built.failed == []
        total = sum(cpu[op] for op in ASSEMBLY)
        if not quiet:
            ran = ", ".join(f"{op} {count[op]}: {cpu[op]:.2f}" for op in ASSEMBLY if count[op])
            print(f"{name:<36} {total:7.2f} s   {ran}   (wall, with planning: {time.monotonic() - began:.1f} s)")
        return total

    def single_pass(self) -> float:
        """ffmpeg over the finished film, picture and sound decoded and encoded anew."""
        assert self.built is not None
        assert self.built.film is not None
        arguments = [
            *source(self.built.film, "mp4", "-threads", "1"),
            "-map",
            "0:v:0",
            "-map",
            "0:a:0",
            *PROFILE,
            *CODEC,
            *EXACT,
        ]
        before = _children()
        run([*arguments, "-f", "mp4", f"file:{self.folder / 'single.mp4'}"])
        cost = _children() - before
        print(f"{'single pass of ffmpeg':<36} {cost:7.2f} s   {self.built.film.stat().st_size / 1e6:.0f} MB")
        return cost


def screenplay(shots: int) -> str:
    """Scenes of ten shots of 47 frames, a line in every second one; each scene has its place, its music, and a dissolve to the next."""
    lines = [
        "Title: Long", "Format: 1280x536, 24 fps", "", "character ADA", "    a woman of thirty-four, dark bob",
        "    wears: green knit sweater, blue jeans", "    voice: warm", "",
    ]  # fmt: skip
    for place in _PLACES:
        lines += [
            f"location {place}",
            f"    a small {place.lower()}",
            "    set: table at 0 0, window on north wall",
            "",
        ]
    for shot in range(shots):
        if shot % _PER_SCENE == 0:
            if shot:
                lines += ["DISSOLVE 1S TO:", ""]
            place = _PLACES[shot // _PER_SCENE % len(_PLACES)]
            lines += [f"INT. {place} - NIGHT", "", "scene", "    ADA: standing at window", ""]
            lines += [f"music sparse piano in {'ABCDEFG'[shot // _PER_SCENE % 7]} minor, 60 bpm, low", ""]
        lines += [f"shot s{shot}: close-up of ADA, 50mm, 47f", ""]
        lines += ["ADA", f"It is {_word(shot)} again.", ""] if shot % 2 == 0 else ["Ada waits.", ""]
    return "\n".join(lines)


def _word(shot: int) -> str:
    """Another word for every shot: no line is said twice."""
    return "".join("aeiouklmnr"[int(digit)] for digit in f"{shot * 7919 % 1000:03}")


def speak(task: TaskContext) -> Plain:
    """A hum with syllables, as long as the line was estimated."""
    q = task.params
    assert isinstance(q, p.Speak)
    facts = fake(task)
    timing = estimate(q.line)
    seconds = round(timing.seconds + 0.25, 4)
    t = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    voice = sum(np.sin(2 * np.pi * 180 * k * t) / k for k in range(1, 16)) * (0.5 + 0.5 * np.sin(2 * np.pi * 4 * t))
    write_wav(task.outputs["audio"], np.asarray(0.12 * voice, np.float32))
    return facts


def tone(task: TaskContext) -> None:
    """A chord over noise for music and effects."""
    q = task.params
    seconds = q.music.seconds if isinstance(q, p.MakeMusic) else q.sound.seconds if isinstance(q, p.MakeSound) else 1.0
    rng = np.random.default_rng(_seed(task))
    t = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    chord = sum(np.sin(2 * np.pi * f * t) for f in rng.uniform(100, 900, 4)) * 0.04
    write_wav(task.outputs["audio"], np.asarray(chord[:, None] + rng.normal(0, 0.004, (len(t), 2)), np.float32))


def segment(task: TaskContext) -> None:
    """A grainy picture that drifts: encodes about as hard as a graded shot."""
    q = task.params
    assert isinstance(q, p.EncodeWindow)
    encode_segment(drifting(_seed(task), q.size, q.window.count), task.outputs["segment"], q.size, q.fps)


def transition(task: TaskContext) -> None:
    """The real dissolve between two synthetic handles."""
    q = task.params
    assert isinstance(q, p.EncodeTransition)
    clips = tuple(
        _handle(shade, side.size, side.fps, side.window.count) for shade, side in enumerate((q.leaving, q.arriving))
    )
    encode_transition(TaskContext(q, {"clip": clips}, {}, task.outputs))


@cache
def _handle(shade: int, size: tuple[int, int], fps: tuple[int, int], count: int) -> Path:
    """A clip of plain frames, as a handle is kept."""
    path = _HANDLES / f"{shade}-{size}-{count}.mkv"
    with ClipWriter(path, size, fps) as clip:
        for frame in range(count):
            clip.write(np.full((size[1], size[0], 3), 300 + 200 * shade + frame, np.uint16))
    return path


def drifting(seed: int, size: tuple[int, int], count: int) -> Iterator[Frame8]:
    """Flat 4:2:0 planes: soft shapes under grain, moving two pixels a frame."""
    width, height = size
    rng = np.random.default_rng(seed)
    coarse = rng.uniform(40, 200, (height // 67 + 2, width // 64 + 2))
    y, x = np.linspace(0, coarse.shape[0] - 1.01, height), np.linspace(0, coarse.shape[1] - 1.01, width)
    rows = coarse[y.astype(int)] * (1 - y % 1)[:, None] + coarse[y.astype(int) + 1] * (y % 1)[:, None]
    luma = rows[:, x.astype(int)] * (1 - x % 1) + rows[:, x.astype(int) + 1] * (x % 1)
    grain = rng.normal(0, 2.0, (4, height, width))
    chroma = np.full(height * width // 2, 124, np.uint8)
    for frame in range(count):
        picture = np.clip(np.roll(luma, 2 * frame, axis=1) + grain[frame % 4], 16, 235).astype(np.uint8)
        yield np.concatenate([picture.ravel(), chroma])


def _functions() -> dict[str, str]:
    kept = {op: function for op, function in table.FUNCTIONS.items() if op in ASSEMBLY}
    own = {"speak": "speak", "music": "tone", "sound": "tone", "encode": "segment", "transition": "transition"}
    pretended = dict.fromkeys(table.FUNCTIONS, "tests.schedule.fakes:fake")
    return {**pretended, **kept, **{op: f"{__name__}:{name}" for op, name in own.items()}}


def _seed(task: TaskContext) -> int:
    known: Plain = [encode(task.params), [[slot, list(found)] for slot, found in sorted(task.digests.items())]]
    return int(blake3(canonical(known).encode()).hexdigest()[:12], 16)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _processor() -> str:
    with Path("/proc/cpuinfo").open(encoding="utf-8", errors="replace") as info:
        return next(
            (line.partition(":")[2].strip() for line in info if line.startswith("model name")), platform.machine()
        )


if __name__ == "__main__":
    main()
