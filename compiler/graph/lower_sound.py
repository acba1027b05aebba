"""Lowering of sound: every source is made at its own time zero, then placed by the mix, window by window."""

from __future__ import annotations

from dataclasses import replace

from compiler.graph import params as p
from compiler.graph.facts import Facts
from compiler.graph.task import GraphBuilder, Ref
from compiler.staging.model import PlacedMusic, PlacedSound, SpokenLine, Timeline
from compiler.timebase import SAMPLE_RATE, FrameRate

WINDOW_SECONDS = 10
TAIL_SECONDS = 4.0
"""How long a source may ring on after its end: reverberation."""
AHEAD_SECONDS = 2.0
"""How far ahead of speech the music begins to give way."""


def lower_speech(build: GraphBuilder, line: SpokenLine) -> Ref:
    """The task that voices a line; its outputs are ``audio`` and ``phones``."""
    return build.add(p.Speak(line), label=f"voice “{line.text[:32]}”")


def lower_mix(
    build: GraphBuilder, timeline: Timeline, facts: Facts, speak: dict[SpokenLine, Ref], rate: FrameRate, exact: bool
) -> list[Ref]:
    """Mix windows of the whole film, in order. Provisional while any line's length is an estimate."""
    speeches = [(s, s.start, s.start + facts.line(s.line).seconds, speak[s.line]) for s in timeline.speeches]
    sounds = [
        (
            s,
            s.start,
            s.start + s.seconds,
            build.add(p.MakeSound(_bare_sound(s)), label=f"sound {s.what[:32]}", provisional=not exact),
        )
        for s in timeline.sounds
    ]
    music = [
        (
            m,
            m.start,
            m.start + m.seconds,
            build.add(p.MakeMusic(_bare_music(m)), label=f"music {m.key} {m.mode}", provisional=not exact),
        )
        for m in timeline.music
    ]
    total = rate.samples(timeline.frames)
    step = WINDOW_SECONDS * SAMPLE_RATE
    windows = []
    for start in range(0, max(total, 1), step):
        count = min(step, total - start)
        begin, end = start / SAMPLE_RATE - TAIL_SECONDS, (start + count) / SAMPLE_RATE + AHEAD_SECONDS
        near_speeches = [x for x in speeches if x[1] < end and x[2] > begin]
        near_sounds = [x for x in sounds if x[1] < end and x[2] > begin]
        near_music = [x for x in music if x[1] < end and x[2] > begin]
        window = p.MixWindow(
            start,
            count,
            total,
            tuple(x[0] for x in near_speeches),
            tuple(x[0] for x in near_sounds),
            tuple(x[0] for x in near_music),
        )
        inputs = [("audio", x[3]) for x in (*near_speeches, *near_sounds, *near_music)]
        windows.append(build.add(window, inputs, label=f"mix {start // SAMPLE_RATE} s", provisional=not exact))
    return windows


def _bare_sound(sound: PlacedSound) -> PlacedSound:
    return replace(sound, start=0.0, level_db=0.0, pan=0.0, fade_in=0.0, fade_out=0.0)


def _bare_music(music: PlacedMusic) -> PlacedMusic:
    return replace(music, start=0.0, level_db=0.0, fade_in=0.0, fade_out=0.0)
