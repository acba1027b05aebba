"""The cut as it was picked: a timeline of whole shots becomes one in which shots show stretches of takes.

Picture is razored and closed up, and what is heard goes with it: lines and effects are cut where the picture is, beds and
music close over the gap, a voice-over stays whole. Nothing is staged, baked or made anew: only film time changes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from compiler.graph.facts import Facts
from compiler.staging.model import LineTiming, PlacedMusic, PlacedSound, PlacedSpeech, TimedShot, Timeline
from compiler.staging.model_takes import Takes
from compiler.timebase import FrameRate

LEAST = Fraction(2, 25)
"""Seconds below which what is left of a sound is left out: nobody hears what it was."""


def recut(timeline: Timeline, takes: Mapping[str, Takes], facts: Facts, rate: FrameRate) -> Timeline:
    """The timeline with what ``takes`` (by shot key) says of its shots; the very timeline when it says nothing.

    Frames are whole, handles stay as long as they were: material for them lies to both sides of any stretch.
    """
    if not takes:
        return timeline
    shots = tuple(replace(s, takes=takes[s.key]) if s.key in takes else s for s in timeline.shots)
    if all(shot.frames == shot.shot.frames and _unbroken(shot) for shot in shots if shot.takes.shown):
        return replace(timeline, shots=shots)
    cut = _Cut.of(shots, timeline.frames, rate)
    speeches = [part for speech in timeline.speeches for part in cut.speech(speech, facts.line(speech.line))]
    sounds = [part for sound in timeline.sounds for part in cut.sound(sound)]
    return Timeline(
        cut.frames,
        tuple(replace(s, first_frame=cut.frame(s.first_frame)) for s in shots),
        tuple(speeches),
        tuple(sorted(sounds, key=lambda s: (s.start, s.what, s.seconds))),
        tuple(part for music in timeline.music for part in cut.music(music)),
        tuple((cut.frame(frame), title) for frame, title in timeline.chapters),
    )


def captioned(speech: PlacedSpeech, timing: LineTiming) -> tuple[PlacedSpeech, LineTiming]:
    """A speech of which the cut keeps a part, as its captions are to read: the words that are heard, from its start."""
    if speech.part is None:
        return speech, timing
    begin, end = speech.part
    words = " ".join((speech.caption or speech.line.text).split()).split()
    spans = timing.words
    if len(words) != len(spans):
        step = timing.seconds / max(1, len(words))
        spans = tuple((i * step, (i + 1) * step) for i in range(len(words)))
    kept = [(w, a, b) for w, (a, b) in zip(words, spans, strict=True) if begin <= (a + b) / 2 < end]
    text = " ".join(word for word, _, _ in kept)
    times = tuple((round(max(a - begin, 0.0), 4), round(min(b, end) - begin, 4)) for _, a, b in kept)
    heard = replace(speech, line=replace(speech.line, text=text), caption=text, part=None, until=0.0)
    return heard, LineTiming(round(end - begin, 4), times, timing.exact)


def _unbroken(shot: TimedShot) -> bool:
    """Whether a shot's pieces go through it without a gap."""
    at = 0
    for piece in shot.takes.shown:
        if piece.first != at:
            return False
        at = piece.end
    return True


@dataclass(frozen=True, slots=True)
class _Run:
    """Film frames that stay together: ``[begin, end)`` of before, at ``now`` in the cut."""

    begin: int
    end: int
    now: int


@dataclass(frozen=True, slots=True)
class _Cut:
    """Where the frames of a film have gone."""

    runs: tuple[_Run, ...]
    begins: tuple[Fraction, ...]
    """Second at which each run begins."""
    trimmed: tuple[tuple[Fraction, Fraction], ...]
    """Begin and end, in the film as it was, of shots that something is cut from."""
    frames: int
    rate: FrameRate

    @classmethod
    def of(cls, shots: Sequence[TimedShot], whole: int, rate: FrameRate) -> _Cut:
        kept: list[tuple[int, int]] = []
        trimmed: list[tuple[Fraction, Fraction]] = []
        for number, shot in enumerate(shots):
            end = shots[number + 1].first_frame if number + 1 < len(shots) else whole
            if not shot.takes.shown:  # its picture may not have been taken yet, and need not be
                kept.append((shot.first_frame, end))
                continue
            zero = shot.first_frame + shot.shot.head
            if shot.frames != shot.shot.frames:
                trimmed.append((rate.seconds(zero), rate.seconds(zero + shot.shot.frames)))
            kept.append((shot.first_frame, zero))
            kept += [(zero + piece.first, zero + piece.end) for piece in shot.takes.shown]
            kept.append((zero + shot.shot.frames, end))
        runs: list[_Run] = []
        now = 0
        for begin, end in kept:
            if end <= begin:
                continue
            if runs and runs[-1].end == begin:
                runs[-1] = replace(runs[-1], end=end)
            else:
                runs.append(_Run(begin, end, now))
            now += end - begin
        return cls(tuple(runs), tuple(rate.seconds(run.begin) for run in runs), tuple(trimmed), now, rate)

    def frame(self, old: int) -> int:
        """Where a frame is now; one that is cut away is where the cut closes."""
        at = bisect_right(self.runs, old, key=lambda run: run.begin) - 1
        return self.runs[at].now + min(old, self.runs[at].end) - self.runs[at].begin if at >= 0 else 0

    def second(self, old: Fraction) -> Fraction:
        """The same for a moment."""
        index = bisect_right(self.begins, old) - 1
        if index < 0:
            return max(old, Fraction(0)) if not self.runs or not self.runs[0].begin else Fraction(0)
        run = self.runs[index]
        return self.rate.seconds(run.now) + min(old, self.rate.seconds(run.end)) - self.begins[index]

    def speech(self, speech: PlacedSpeech, timing: LineTiming) -> list[PlacedSpeech]:
        """What is heard of a line, in as many parts as the cut makes of it."""
        start = _exact(speech.start)
        heard = _exact(speech.until or timing.seconds)
        if speech.voice_over:
            stays = self._kept(start, heard)
            return [replace(speech, start=_r4(self.second(start)))] if stays else []
        parts = self._kept(start, heard)
        if parts == [(Fraction(0), heard)]:
            return [replace(speech, start=_r4(self.second(start)))]
        return [
            replace(speech, start=_r4(self.second(start + a)), until=0.0, part=(_r4(a), _r4(b)))
            for a, b in parts
            if b - a >= LEAST
        ]

    def sound(self, sound: PlacedSound) -> list[PlacedSound]:
        """What is heard of an effect; a bed closes over what is cut away, and so does what sounds through a whole shot."""
        start, seconds = _exact(sound.start), _exact(sound.seconds)
        near = slice(
            max(bisect_right(self.trimmed, (start, start)) - 1, 0), bisect_right(self.trimmed, (start + seconds,))
        )
        met = [(a, b) for a, b in self.trimmed[near] if a < start + seconds and start < b]
        if sound.ambience or sound.loop or (met and all(start < a and b < start + seconds for a, b in met)):
            now, length = self._closed(start, seconds)
            if length < LEAST:
                return []
            return [replace(sound, start=now, part=None if length == seconds else (0.0, _r4(length)))]
        parts = self._kept(start, seconds)
        if parts == [(Fraction(0), seconds)]:
            return [replace(sound, start=_r4(self.second(start)))]
        return [
            replace(sound, start=_r4(self.second(start + a)), part=(_r4(a), _r4(b))) for a, b in parts if b - a >= LEAST
        ]

    def music(self, music: PlacedMusic) -> list[PlacedMusic]:
        start, seconds = _exact(music.start), _exact(music.seconds)
        now, length = self._closed(start, seconds)
        if length < LEAST:
            return []
        return [replace(music, start=now, part=None if length == seconds else (0.0, _r4(length)))]

    def _closed(self, start: Fraction, seconds: Fraction) -> tuple[float, Fraction]:
        """Start and length of what goes on over every gap."""
        lead = min(start, Fraction(0))  # a bed may begin before the film does
        begin, end = self.second(start) + lead, self.second(start + seconds)
        after = start + seconds - self.rate.seconds(self.runs[-1].end)
        length = end - begin + max(after, Fraction(0))
        return _r4(begin), seconds if abs(length - seconds) < Fraction(1, 1000) else length

    def _kept(self, start: Fraction, seconds: Fraction) -> list[tuple[Fraction, Fraction]]:
        """Parts of ``[start, start + seconds)`` that are in the cut, counted from its start."""
        parts = []
        first = max(bisect_right(self.begins, start) - 1, 0)
        last = bisect_right(self.begins, start + seconds)
        for number in range(first, max(last, first + 1)):
            begin, end = self.begins[number], self.rate.seconds(self.runs[number].end)
            if number == len(self.runs) - 1:
                end = max(end, start + seconds)  # what rings out after the film is cut by the mix
            if number == 0:
                begin = min(begin, start)
            a, b = max(start, begin) - start, min(start + seconds, end) - start
            if a < b:
                parts.append((a, b))
        return parts


def _exact(seconds: float) -> Fraction:
    """A time as it is written, to a tenth of a millisecond."""
    return Fraction(round(seconds * 10_000), 10_000)


def _r4(seconds: Fraction | float) -> float:
    return round(float(seconds), 4)
