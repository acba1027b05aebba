"""Lowering of sound: every source is made at its own time zero, then placed by the mix, window by window."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias, TypeVar, cast

from compiler.graph import params as p
from compiler.graph.facts import Facts
from compiler.graph.sources import Files, source_file, use_recording
from compiler.graph.task import GraphBuilder, Ref
from compiler.staging.model import PlacedMusic, PlacedSound, PlacedSpeech, SpokenLine, Timeline
from compiler.timebase import SAMPLE_RATE, FrameRate

T = TypeVar("T")
H = TypeVar("H", bound=PlacedSpeech | PlacedSound | PlacedMusic)
_Placed: TypeAlias = tuple[T, float, float, Ref]
"""What is placed, its first and last second, what makes it."""

WINDOW_SECONDS = 10
TAIL_SECONDS = 4.0
"""How long a source may ring on after its end: reverberation."""
AHEAD_SECONDS = 2.0
"""How far ahead of speech the music begins to give way."""


def lower_speech(build: GraphBuilder, line: SpokenLine, facts: Facts) -> Ref:
    """The task that voices a line, takes its recording or fits either to its slot; its outputs are ``audio`` and ``phones``.

    Whether a pinned line has to be fitted is known once it is voiced: till then whoever hears it or mouths it waits.
    """
    if line.recording:
        voiced = use_recording(build, line, facts.files)
    else:
        voiced = build.add(p.Speak(line), label=f"voice “{line.text[:32]}”")
    slot = facts.slot(line)
    if slot is None or slot.fitted is False:
        return voiced
    fit = p.FitSpeech(slot.locked.seconds, slot.locked.words)
    inputs = [("audio", voiced), ("phones", Ref(voiced.task, "phones"))]
    return build.add(fit, inputs, label=f"fit “{line.text[:32]}”", provisional=slot.fitted is None)


def lower_mix(
    build: GraphBuilder, timeline: Timeline, facts: Facts, speak: dict[SpokenLine, Ref], rate: FrameRate, exact: bool
) -> list[Ref]:
    """Mix windows of the whole film, in order. Provisional while any line's length is an estimate."""
    speeches = [_heard(build, s, s.start + facts.line(s.line).seconds, speak[s.line], exact) for s in timeline.speeches]
    sounds = [
        _heard(build, s, s.start + s.seconds, _sound(build, s, facts.files, exact), exact) for s in timeline.sounds
    ]
    music = [_heard(build, m, m.start + m.seconds, _music(build, m, facts.files, exact), exact) for m in timeline.music]
    total = rate.samples(timeline.frames)
    step = WINDOW_SECONDS * SAMPLE_RATE
    windows = []
    spans = [(start, min(step, total - start)) for start in range(0, max(total, 1), step)]
    by_window = zip(_near(speeches, spans), _near(sounds, spans), _near(music, spans), strict=True)
    for (start, count), (near_speeches, near_sounds, near_music) in zip(spans, by_window, strict=True):
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


def _near(placed: list[_Placed[T]], spans: list[tuple[int, int]]) -> list[list[_Placed[T]]]:
    """For each window, what sounds in it, rings into it or is about to begin, in the order it came in."""
    found: list[list[_Placed[T]]] = [[] for _ in spans]
    for item in placed:
        first = int((item[1] - AHEAD_SECONDS) / WINDOW_SECONDS) - 1
        last = int((item[2] + TAIL_SECONDS) / WINDOW_SECONDS) + 1
        for number in range(max(first, 0), min(last + 1, len(spans))):
            start, count = spans[number]
            begin, end = start / SAMPLE_RATE - TAIL_SECONDS, (start + count) / SAMPLE_RATE + AHEAD_SECONDS
            if item[1] < end and item[2] > begin:
                found[number].append(item)
    return found


def _heard(build: GraphBuilder, placed: H, end: float, made: Ref, exact: bool) -> _Placed[H]:
    """A sound at its place; of one that a pick has cut into, the part that is left.

    It is made as if nothing had been cut, so that a pick makes no voice, no effect and no score anew. Beds and music
    are stopped by the mix, under their own fade.
    """
    if placed.part is None:
        return placed, placed.start, end, made
    first, last = placed.part
    heard: PlacedSpeech | PlacedSound | PlacedMusic
    match placed:
        case PlacedSpeech():
            heard = replace(placed, part=None)
        case PlacedSound():
            begins, ends = first > 0.0, last < placed.seconds and not placed.ambience
            heard = replace(
                placed,
                part=None,
                seconds=round(last - first, 4),
                fade_in=0.0 if begins else placed.fade_in,
                fade_out=0.0 if ends else placed.fade_out,
            )
        case PlacedMusic():
            heard = replace(placed, part=None, seconds=round(last - first, 4))
    bed = first == 0.0 and (isinstance(placed, PlacedMusic) or (isinstance(placed, PlacedSound) and placed.ambience))
    if not bed:
        label = f"cut sound {first:g}–{last:g} s"
        made = build.add(p.CutSound(first, last), [("audio", made)], label=label, provisional=not exact)
    return cast(H, heard), placed.start, placed.start + last - first, made


def _sound(build: GraphBuilder, sound: PlacedSound, files: Files, exact: bool) -> Ref:
    if sound.file:
        params = p.ImportSound(sound.begin, sound.seconds, sound.loop, False, sound.distance)
        source = [("file", source_file(build, sound.file, files))]
        return build.add(params, source, label=f"sound {sound.file}", provisional=not exact)
    bare = replace(sound, start=0.0, level_db=0.0, pan=0.0, fade_in=0.0, fade_out=0.0, part=None)
    return build.add(p.MakeSound(bare), label=f"sound {sound.what[:32]}", provisional=not exact)


def _music(build: GraphBuilder, music: PlacedMusic, files: Files, exact: bool) -> Ref:
    if music.file:
        params = p.ImportSound(0.0, music.seconds, music=True)
        source = [("file", source_file(build, music.file, files))]
        return build.add(params, source, label=f"music {music.file}", provisional=not exact)
    bare = replace(music, start=0.0, level_db=0.0, fade_in=0.0, fade_out=0.0, part=None)
    return build.add(p.MakeMusic(bare), label=f"music {music.key} {music.mode}", provisional=not exact)
