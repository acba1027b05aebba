"""Lowering of sound: every source is made at its own time zero, then placed by the mix, window by window."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple, TypeAlias, TypeVar, cast

from compiler.graph import params as p
from compiler.graph.beds import in_pieces, until
from compiler.graph.facts import Facts
from compiler.graph.fragment import FragmentBuilder
from compiler.graph.soundgrid import AAC_BEHIND, AAC_FRAME, AAC_LEAD, aac_frames, piece_frames
from compiler.graph.sources import Files, source_file, use_recording
from compiler.graph.task import GraphBuilder, Ref
from compiler.staging.model import PlacedMusic, PlacedSound, PlacedSpeech, SpokenLine, Timeline
from compiler.timebase import SAMPLE_RATE, FrameRate

T = TypeVar("T")
H = TypeVar("H", bound=PlacedSpeech | PlacedSound | PlacedMusic)
_Placed: TypeAlias = tuple[T, float, float, Ref]
"""What is placed, its first and last second, what makes it."""

WINDOW_SECONDS = 10
SHORTEST_SECONDS = 4
"""A scene that begins sooner after the last is mixed with it."""
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
    build: FragmentBuilder, timeline: Timeline, facts: Facts, speak: dict[SpokenLine, Ref], rate: FrameRate, exact: bool
) -> list[Mixed]:
    """Mix windows of the whole film, in order. Provisional while any line's length is an estimate.

    A window knows where it lies in its scene, not in the film: an edit elsewhere, of whatever length, leaves it alone.
    """
    speeches = [_heard(build, s, s.start + facts.line(s.line).seconds, speak[s.line], exact) for s in timeline.speeches]
    sounds = [
        _heard(build, s, s.start + s.seconds, _sound(build, made, facts.files, exact), exact)
        for placed in timeline.sounds
        for made, s in in_pieces(placed)
    ]
    music = [_heard(build, m, m.start + m.seconds, _music(build, m, facts.files, exact), exact) for m in timeline.music]
    spans = _spans(timeline, rate)
    by_window = zip(_near(speeches, spans, AHEAD_SECONDS), _near(sounds, spans), _near(music, spans), strict=True)
    windows = []
    moved = _Moved()
    for span, (near_speeches, near_sounds, near_music) in zip(spans, by_window, strict=True):
        end = span.first - span.begin + span.samples
        window = p.MixWindow(
            span.first - span.begin,
            span.samples,
            end + SAMPLE_RATE,
            tuple([moved.of(span.begin, x[0]) for x in near_speeches]),
            tuple([until(moved.of(span.begin, x[0]), end / SAMPLE_RATE) for x in near_sounds]),
            tuple([moved.of(span.begin, x[0]) for x in near_music]),
        )
        inputs = [("audio", x[3]) for x in (*near_speeches, *near_sounds, *near_music)]
        label, like = f"mix {span.first // SAMPLE_RATE} s", ("mix", span.shot, span.first - span.begin)
        made = build.add(window, inputs, label=label, provisional=not exact, like=like)
        windows.append(Mixed(made, span.first, span.samples))
    return windows


def lower_master(
    build: FragmentBuilder, facts: Facts, windows: Sequence[Mixed], rate: FrameRate, start: int, count: int
) -> list[Ref]:
    """The pieces of the film's sound from sample ``start`` on, ``count`` of them, as AAC; provisional till it is measured.

    Each window is raised and limited by itself, with its neighbours for context: what an edit moves but does not change
    is there. Pieces lie on the film's own grid, so what is moved is encoded anew.
    """
    measured = build.add(
        p.MeasureLoudness(),
        [("scores", Ref(window.made.task, "scores")) for window in windows],
        label="measure loudness",
    )
    build.want("loudness", measured)
    gain = facts.gain(build.recipe(measured))
    # Only what is within the stretch, and what its ends look at.
    heard = [i for i, w in enumerate(windows) if w.first + w.samples > start and w.first < start + count]
    mastered = []
    for index in heard:
        window = windows[index]
        around = windows[max(index - 1, 0) : index + 2]
        params = p.MasterSound(gain or 0.0, window.first - around[0].first, window.samples)
        inputs = [("audio", near.made) for near in around]
        label = f"master {window.first // SAMPLE_RATE} s"
        like = ("master", build.recipe(window.made))
        made = build.add(params, inputs, label=label, provisional=gain is None, like=like)
        mastered.append(Mixed(made, window.first, window.samples))
    return _encoded(build, mastered, rate, start, count)


def _encoded(build: FragmentBuilder, windows: Sequence[Mixed], rate: FrameRate, start: int, count: int) -> list[Ref]:
    frames, size = aac_frames(count), piece_frames(rate)
    firsts, lasts = [w.first for w in windows], [w.first + w.samples for w in windows]
    pieces = []
    for first in range(0, frames, size):
        lead = min(AAC_LEAD, first)
        low = start + (first - lead) * AAC_FRAME
        high = min(start + count, start + (first + size + AAC_BEHIND) * AAC_FRAME)
        inside = windows[bisect_right(lasts, low) : bisect_left(firsts, high)]
        params = p.EncodeSound(low - inside[0].first, min(size, frames - first), lead, high - low)
        inputs = [("audio", w.made) for w in inside]
        label = f"encode sound {(low + lead * AAC_FRAME) // SAMPLE_RATE} s"
        pieces.append(build.add(params, inputs, label=label, like=("aac", first)))
    return pieces


class Mixed(NamedTuple):
    """A window of the film's sound: what makes it, its first sample in the film, how many it has."""

    made: Ref
    first: int
    samples: int


class _Span(NamedTuple):
    """A window in film time, and the sample at which its scene begins."""

    begin: int
    first: int
    samples: int
    shot: str
    """Key of the shot that begins the scene."""


def _spans(timeline: Timeline, rate: FrameRate) -> list[_Span]:
    """Windows of ten seconds from where each scene begins. Scenes cut into one another are one, or windows would be tiny."""
    total = rate.samples(timeline.frames)
    begins = [0]
    shots = [timeline.shots[0].key if timeline.shots else ""]
    scene = timeline.shots[0].scene if timeline.shots else 0
    for shot in timeline.shots:
        first = rate.samples(shot.first_frame + shot.shot.head)
        if shot.scene != scene and first - begins[-1] >= SHORTEST_SECONDS * SAMPLE_RATE:
            begins.append(first)
            shots.append(shot.key)
        scene = shot.scene
    step = WINDOW_SECONDS * SAMPLE_RATE
    spans = []
    for (begin, end), key in zip(pairwise((*begins, max(total, 1))), shots, strict=True):
        spans += [_Span(begin, first, min(step, end - first), key) for first in range(begin, end, step)]
    return spans


class _Moved:
    """What is placed, in time from where a scene begins; made once for all windows of the scene."""

    def __init__(self) -> None:
        self._begin = -1
        self._made: dict[int, object] = {}
        """By the identity of what is placed in the film."""

    def of(self, begin: int, placed: H) -> H:
        """In time from sample ``begin`` of the film: whole samples, so that moving both changes nothing."""
        if begin != self._begin:
            self._begin, self._made = begin, {}
        made = self._made.get(id(placed))
        if made is None:
            made = replace(placed, start=(round(placed.start * SAMPLE_RATE) - begin) / SAMPLE_RATE)
            self._made[id(placed)] = made
        return cast(H, made)


def _near(placed: list[_Placed[T]], spans: Sequence[_Span], ahead: float = 0.0) -> list[list[_Placed[T]]]:
    """For each window, what sounds in it, rings into it or begins within ``ahead`` seconds of it, in the order it came in."""
    found: list[list[_Placed[T]]] = [[] for _ in spans]
    firsts = [span.first for span in spans]
    for item in placed:
        low = bisect_right(firsts, (item[1] - ahead) * SAMPLE_RATE) - 1
        high = bisect_left(firsts, (item[2] + TAIL_SECONDS) * SAMPLE_RATE)
        for number in range(max(low, 0), high):
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


def _sound(build: FragmentBuilder, sound: PlacedSound, files: Files, exact: bool) -> Ref:
    if sound.file:
        params = p.ImportSound(sound.begin, sound.seconds, sound.loop, False, sound.distance)
        source = [("file", source_file(build, sound.file, files))]
        return build.add(params, source, label=f"sound {sound.file}", provisional=not exact)
    bare = replace(sound, start=0.0, level_db=0.0, pan=0.0, fade_in=0.0, fade_out=0.0, part=None)
    like = ("sound", sound.what, sound.seconds, sound.seed)
    return build.add(p.MakeSound(bare), label=f"sound {sound.what[:32]}", provisional=not exact, like=like)


def _music(build: FragmentBuilder, music: PlacedMusic, files: Files, exact: bool) -> Ref:
    if music.file:
        params = p.ImportSound(0.0, music.seconds, music=True)
        source = [("file", source_file(build, music.file, files))]
        return build.add(params, source, label=f"music {music.file}", provisional=not exact)
    bare = replace(music, start=0.0, level_db=0.0, fade_in=0.0, fade_out=0.0, part=None)
    like = ("music", music.character, music.seconds, music.seed)
    return build.add(p.MakeMusic(bare), label=f"music {music.key} {music.mode}", provisional=not exact, like=like)
