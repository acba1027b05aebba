"""A small film composer: from a cue's words to parts of timed notes.

It lays out phrases of bars, picks a progression and voices it, invents one short motif, lets it speak, vary, break
off and come home at the end, and bends time so that bar lines fall on the picture's cuts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from compiler.staging.model import PlacedMusic
from runtime.sound.harmony import Chord, Key, key_of, lead

BEATS = 4


@dataclass(frozen=True, slots=True)
class Note:
    """``start`` and ``seconds`` in cue time; ``pitch`` a MIDI number; ``velocity`` 1..127."""

    start: float
    seconds: float
    pitch: int
    velocity: int


@dataclass(frozen=True, slots=True)
class Part:
    """One line or bed of one instrument. ``role``: bed, melody, bass, echo, drone, pulse."""

    instrument: str
    role: str
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    parts: tuple[Part, ...]
    seconds: float
    arc: tuple[tuple[float, float], ...]
    """(seconds, intensity 0..1) at every bar line: expression, brightness and size follow it."""
    character: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the composer decided before any note."""

    key: Key
    bars: int
    phrase: int
    lines: tuple[float, ...]
    """Seconds of every bar line, ``bars + 1`` of them."""
    chords: tuple[Chord, ...]
    arc: tuple[float, ...]
    words: frozenset[str]
    accents: frozenset[int]
    """Bars that begin on a hit."""

    def time(self, bar: float) -> float:
        """Seconds of a place in bars, leaning a little late in the middle of a phrase's last bar."""
        base = float(np.interp(bar, np.arange(self.bars + 1), self.lines))
        inside, index = bar % 1.0, int(bar)
        slack = 0.05 if (index + 1) % self.phrase == 0 else 0.012
        return base + slack * (self.lines[-1] / self.bars) * float(np.sin(np.pi * inside)) ** 2


BED = ("strings", "choir", "pad", "organ", "synth", "horn", "horns", "brass", "voices", "string")
MELODY = (
    "piano", "celesta", "violin", "flute", "clarinet", "oboe", "harp", "guitar", "music", "vibraphone", "glass", "bell",
    "bells", "viola",
)  # fmt: skip
LOW = ("cello", "bass", "contrabass", "cellos", "basses")

PERCUSSION = frozenset({"drums", "drum", "drumming", "percussion", "percussive", "taiko", "toms", "beat", "beats"})
_KICK, _STICK, _LOW_TOM, _TOM, _HIGH_TOM, _HAT, _SHAKER = 36, 37, 41, 45, 48, 42, 70
"""General MIDI's drum map."""

_PROGRESSIONS = {
    "minor": ((0, 5, 2, 6), (0, 5, 3, 4), (0, 3, 5, 4), (0, 2, 5, 3), (0, 4, 5, 3)),
    "hopeful": ((5, 2, 6, 0), (5, 6, 0, 2), (3, 5, 2, 6), (0, 5, 2, 6)),
    "tense": ((0, 1, 0, 6), (0, 5, 1, 4), (0, 3, 1, 4)),
    "major": ((0, 4, 5, 3), (0, 5, 3, 4), (0, 2, 3, 3), (3, 0, 4, 5)),
}
"""Roots by phrase, as scale degrees."""

_MOTIFS = (
    ((0.0, 1.5, 4), (1.5, 0.5, 3), (2.0, 2.0, 2)),
    ((0.0, 1.0, 2), (1.0, 1.0, 4), (2.0, 2.0, 3)),
    ((0.5, 0.5, 0), (1.0, 1.0, 2), (2.0, 2.0, 1)),
    ((0.0, 2.0, 4), (2.0, 1.0, 6), (3.0, 1.0, 4)),
    ((0.0, 1.0, 2), (1.0, 0.5, 1), (1.5, 0.5, 2), (2.0, 2.0, 4)),
    ((1.0, 1.0, 4), (2.0, 0.5, 3), (2.5, 1.5, 0)),
)
"""Shapes to choose from: (beat, beats long, degrees above the phrase's tonal centre)."""


def compose(m: PlacedMusic) -> Piece:
    """Write the cue ``m``. Equal cues give equal pieces."""
    rng = np.random.default_rng(m.seed * 2654435761 % 2**32 + 17)
    plan = _plan(m, rng)
    wanted = [_family(name) for name in m.instruments] or ["strings", "piano"]
    beds = [n for n in wanted if n in BED] or ([] if "solo" in plan.words else ["strings"])
    leads = [n for n in wanted if n in MELODY]
    lows = [n for n in wanted if n in LOW]
    motif = _MOTIFS[int(rng.integers(len(_MOTIFS)))]
    voicings = lead(plan.chords, plan.key)
    parts: list[Part] = []
    for index, name in enumerate(beds):
        parts.append(_bed(name, plan, voicings, rng, index))
    if "drone" in plan.words or not beds:
        parts.append(_drone(plan))
    if "drone" not in plan.words or (lows and leads):
        parts.append(_bass(lows[0] if lows else "contrabass", plan, voicings, rng))
    for index, name in enumerate(leads[:2]):
        parts.append(_melody(name, plan, motif, rng) if index == 0 else _echo(name, plan, motif, rng))
    if not leads and lows:
        parts.append(_melody("cello", plan, motif, rng, octave=3))
    elif lows and plan.bars >= 8:
        parts.append(_counter(lows[0], plan, voicings, rng))
    if plan.words & {"pulse", "pulsing", "tense", "ostinato", "driving"}:
        parts.append(_pulse("piano" if "piano" in leads else "strings", plan, voicings, rng))
    if plan.words & PERCUSSION:
        parts.append(_drums(plan, rng))
    arc = tuple((plan.lines[bar], plan.arc[min(bar, plan.bars - 1)]) for bar in range(plan.bars + 1))
    return Piece(tuple(p for p in parts if p.notes), m.seconds, arc, plan.words)


def _plan(m: PlacedMusic, rng: np.random.Generator) -> _Plan:
    words = frozenset(re.findall(r"[^\W\d_]+", m.character.lower()))
    key = key_of(m.key, m.mode)
    ring = min(0.12 * m.seconds, 5.0)  # the last chord rings into the fade
    room = max(1.0, m.seconds - ring)
    bpm = min(160.0, max(30.0, m.bpm))
    bars = max(1, round(room * bpm / 60.0 / BEATS))
    phrase = 4 if bars >= 8 else max(1, min(4, bars))
    lines, accents = _fit_to_hits(np.linspace(0.0, room, bars + 1), m.hits)
    lines = (*lines[:-1], m.seconds)  # the last bar is the ring
    return _Plan(
        key, bars, phrase, lines, _progression(key, bars, phrase, words, rng), _arc(bars, words), words, accents
    )


def _fit_to_hits(lines: np.ndarray, hits: tuple[float, ...]) -> tuple[tuple[float, ...], frozenset[int]]:
    """Move bar lines onto hits they nearly meet, and share the difference among the bars between.

    No bar is stretched or squeezed by more than a fifth; a hit that would need more is let go.
    """
    bar = float(lines[1] - lines[0])
    anchors: dict[int, float] = {0: 0.0, len(lines) - 1: float(lines[-1])}
    for hit in sorted(hits):
        near = int(np.argmin(np.abs(lines - hit)))
        if near in anchors or abs(lines[near] - hit) > 0.4 * bar:
            continue
        trial = sorted({**anchors, near: hit}.items())
        paces = [(t2 - t1) / ((b2 - b1) * bar) for (b1, t1), (b2, t2) in pairwise(trial)]
        if all(0.8 <= pace <= 1.2 for pace in paces):
            anchors[near] = hit
    places = sorted(anchors)
    warped = np.interp(np.arange(len(lines)), places, [anchors[b] for b in places])
    return tuple(float(t) for t in warped), frozenset(b for b in places if 0 < b < len(lines) - 1)


def _progression(
    key: Key, bars: int, phrase: int, words: frozenset[str], rng: np.random.Generator
) -> tuple[Chord, ...]:
    mood = "tense" if words & {"tense", "dark", "ominous", "dread", "uneasy"} else "minor" if key.is_minor else "major"
    if key.is_minor and words & {"hopeful", "warm", "rising", "tender", "bright"}:
        mood = "hopeful"
    table = _PROGRESSIONS[mood]
    first = table[int(rng.integers(len(table)))]
    second = table[int(rng.integers(len(table)))]
    slow = 2 if words & {"drone", "static", "still", "slow"} else 1
    chords: list[Chord] = []
    for bar in range(bars):
        line = second if (bar // phrase) % 3 == 1 and bars > phrase else first
        root = line[(bar // slow) % len(line)]
        chords.append(Chord(root, _colour(root, mood, rng)))
    # The close: subdominant, dominant left open, home.
    home = Chord(0, (0, 2, 4, 1), raised_third=mood == "hopeful") if mood != "tense" else Chord(0, (0, 4, 1))
    ending = [Chord(3, (0, 2, 4, 1)), Chord(4, (0, 3, 4)), home]
    for k, chord in enumerate(reversed(ending[-min(3, max(1, bars // 2)) :])):
        chords[bars - 1 - k] = chord
    return tuple(chords)


def _colour(root: int, mood: str, rng: np.random.Generator) -> tuple[int, ...]:
    """Added tones: ninths on the tonic, sevenths on the sixth degree, now and then a suspension."""
    draw = rng.uniform()
    if mood == "tense":
        return (0, 2, 4, 6) if draw < 0.4 else (0, 4, 1) if draw < 0.7 else (0, 2, 4)
    if root == 0:
        return (0, 2, 4, 1) if draw < 0.6 else (0, 2, 4)
    if root in (3, 5):
        return (0, 2, 4, 6) if draw < 0.55 else (0, 2, 4, 1)
    return (0, 3, 4) if draw < 0.25 else (0, 2, 4)


def _arc(bars: int, words: frozenset[str]) -> tuple[float, ...]:
    u = (np.arange(bars) + 0.5) / bars
    if words & {"swelling", "rising", "building", "epic", "crescendo"}:
        curve = np.interp(u, [0.0, 0.2, 0.78, 0.9, 1.0], [0.22, 0.3, 1.0, 0.85, 0.4])
    elif words & {"fading", "falling", "dying"}:
        curve = np.interp(u, [0.0, 0.15, 1.0], [0.5, 0.75, 0.1])
    else:
        curve = np.interp(u, [0.0, 0.3, 0.66, 1.0], [0.3, 0.45, 0.72, 0.36])
    if words & {"sparse", "intimate", "quiet", "soft", "delicate", "gentle"}:
        curve = 0.12 + 0.66 * curve
    return tuple(float(c) for c in curve)


def _bed(name: str, plan: _Plan, voicings: list[tuple[int, ...]], rng: np.random.Generator, index: int) -> Part:
    """Held harmony: common tones are tied over, entering voices overlap the leaving ones."""
    notes: list[Note] = []
    late = 0 if index == 0 else min(plan.bars - 1, plan.phrase * index)  # later beds join a phrase later
    lift = 12 if name in ("choir", "voices") else 0
    for voice in range(len(voicings[0])):
        bar = late
        while bar < plan.bars:
            end = bar + 1
            while end < plan.bars and voicings[end][voice] == voicings[bar][voice] and end - bar < 3:
                end += 1
            start = plan.time(bar) - (0.18 if bar else 0.0) + 0.05 * rng.uniform()
            stop = plan.time(end) + (0.35 if end < plan.bars else 0.0)
            level = 40 + 44 * plan.arc[bar] - 5 * (voice in (1, 2)) + 3 * rng.standard_normal()
            pitch = voicings[bar][voice] + lift
            if not (lift and voice == 0):
                notes.append(Note(max(0.0, start), stop - start, pitch, _velocity(level)))
            bar = end
    return Part(name, "bed", tuple(notes))


def _drone(plan: _Plan) -> Part:
    """Tonic and fifth underneath everything, breathing with each phrase."""
    notes = []
    for bar in range(0, plan.bars, plan.phrase):
        start, end = plan.time(bar), plan.time(min(plan.bars, bar + plan.phrase))
        level = 46 + 40 * plan.arc[min(plan.bars - 1, bar + plan.phrase // 2)]
        for pitch, drop in ((plan.key.pitch(0, 1), 0), (plan.key.pitch(0, 2), 4), (plan.key.pitch(4, 2), 14)):
            notes.append(Note(max(0.0, start - 0.6), end - start + 1.2, pitch, _velocity(level - drop)))
    return Part("drone", "drone", tuple(notes))


def _bass(name: str, plan: _Plan, voicings: list[tuple[int, ...]], rng: np.random.Generator) -> Part:
    """Chord roots, long; in sparse music only where a phrase begins, on accents and at the close."""
    sparse = bool(plan.words & {"sparse", "intimate", "delicate"})
    notes, bar = [], 0
    while bar < plan.bars:
        end = bar + 1
        while end < plan.bars and plan.chords[end].root == plan.chords[bar].root:
            end += 1
        speaks = not sparse or bar % plan.phrase in (0, 2) or bar in plan.accents or bar >= plan.bars - 3
        if speaks and not (bar == 0 and plan.bars > 4):
            pitch = plan.key.pitch(plan.chords[bar].root, 2)
            pitch -= 12 if pitch > 46 else 0
            level = 44 + 42 * plan.arc[bar] + (8 if bar in plan.accents else 0)
            notes.append(Note(plan.time(bar), plan.time(end) - plan.time(bar) + 0.2, pitch, _velocity(level)))
        bar = end
    return Part(name, "bass", tuple(notes))


def _melody(
    name: str, plan: _Plan, motif: tuple[tuple[float, float, int], ...], rng: np.random.Generator, octave: int = 4
) -> Part:
    """The motif's story: stated, answered, broken off, returned, resolved. Silence is part of it."""
    notes: list[Note] = []
    sparse = bool(plan.words & {"sparse", "drone", "still", "delicate"})
    for bar in range(plan.bars):
        place, last = bar % plan.phrase, bar >= plan.bars - 2
        if last:
            continue
        entering = bar == 0 and plan.bars > 3
        rests = place == plan.phrase - 1 or (sparse and place % 2 == 1 and bar != 1)
        if entering or (rests and bar not in plan.accents):
            continue
        # The answer keeps the rhythm and turns the contour over.
        shape = tuple((b, d, 2 * motif[0][2] - g) for b, d, g in motif) if place >= 2 else motif
        if sparse and 0.45 < bar / plan.bars < 0.7:
            shape = shape[:2]  # broken off
        notes += _state(shape, bar, plan, rng, octave + (bar // plan.phrase) % 2, 1.0)
    notes += _close(motif, plan, rng, octave)
    return Part(name, "melody", tuple(notes))


def _state(
    shape: tuple[tuple[float, float, int], ...],
    bar: int,
    plan: _Plan,
    rng: np.random.Generator,
    octave: int,
    size: float,
) -> list[Note]:
    """Set a shape over the bar's chord: it moves by steps until its first and longest notes are chord tones."""
    classes = set(plan.chords[bar].classes(plan.key))
    longest = max(shape, key=lambda note: note[1])[2]

    def strain(k: int) -> tuple[float, int]:
        misses = sum(plan.key.pitch(g + k, octave) % 12 not in classes for g in (shape[0][2], longest))
        return misses * 4.0 + abs(k), k

    step = min(range(-4, 4), key=strain)
    notes = []
    for index, (beat, beats, degree) in enumerate(shape):
        start = plan.time(bar + beat / BEATS) + 0.014 * float(rng.standard_normal())
        end = plan.time(min(plan.bars, bar + (beat + beats) / BEATS))
        swell = 5.0 if index == 0 else -2.0 * index
        level = (46 + 44 * plan.arc[bar] + swell + 4.0 * float(rng.standard_normal())) * size
        pitch = plan.key.pitch(degree + step, octave)
        notes.append(Note(max(0.0, start), max(0.2, end - start) * 1.15, pitch, _velocity(level)))
    if bar in plan.accents:  # the cut itself is met by a low note, whatever beat the melody begins on
        low = plan.key.pitch(plan.chords[bar].root, 2)
        notes.append(Note(plan.time(bar), 3.5, low, _velocity(44 + 40 * plan.arc[bar])))
    return notes


def _close(
    motif: tuple[tuple[float, float, int], ...], plan: _Plan, rng: np.random.Generator, octave: int
) -> list[Note]:
    """The motif a last time over the dominant, slower, and its step home."""
    if plan.bars < 2:
        start = plan.time(0.0)
        return [Note(start, plan.lines[-1] - start, plan.key.pitch(d, octave), _velocity(52)) for d in (0, 4)]
    notes = _state(motif, plan.bars - 2, plan, rng, octave, 0.86)
    at = plan.time(plan.bars - 1)
    ring = plan.lines[-1] - at
    third = plan.key.pitch(2, octave) + (1 if plan.chords[-1].raised_third and plan.key.is_minor else 0)
    home = [(0.0, plan.key.pitch(0, octave)), (0.09, third), (0.2, plan.key.pitch(4, octave))]
    notes += [Note(at + d, ring - d, p, _velocity(50 - 30 * d)) for d, p in home]
    notes.append(Note(at, ring, plan.key.pitch(0, octave - 2), _velocity(44)))
    if ring > 3.0:
        notes.append(Note(at + 0.42 * ring, 0.58 * ring, plan.key.pitch(0, octave + 1), _velocity(34)))
    return notes


def _echo(name: str, plan: _Plan, motif: tuple[tuple[float, float, int], ...], rng: np.random.Generator) -> Part:
    """A second voice that remembers the first two notes of the motif, high and late, in the rests."""
    notes: list[Note] = []
    for bar in range(plan.phrase - 1, plan.bars - 1, plan.phrase):
        notes += _state(motif[:2], bar, plan, rng, 5, 0.72)
    if plan.bars > 2:
        at = plan.time(plan.bars - 1) + 0.6 * (plan.lines[-1] - plan.time(plan.bars - 1))
        notes.append(Note(at, plan.lines[-1] - at, plan.key.pitch(4, 5), _velocity(32)))
    return Part(name, "echo", tuple(notes))


def _counter(name: str, plan: _Plan, voicings: list[tuple[int, ...]], rng: np.random.Generator) -> Part:
    """From the middle on, an inner voice an octave of its own: the tenor of the harmony, moving where it moves."""
    notes = []
    for bar in range(plan.bars // 2, plan.bars):
        pitch = voicings[bar][1]
        pitch -= 12 if pitch > 60 else 0
        start, end = plan.time(bar + 0.02), plan.time(min(plan.bars, bar + 1))
        level = 42 + 46 * plan.arc[bar] + 3 * rng.standard_normal()
        notes.append(Note(start, end - start + 0.25, pitch, _velocity(level)))
    return Part(name, "counter", tuple(notes))


def _pulse(name: str, plan: _Plan, voicings: list[tuple[int, ...]], rng: np.random.Generator) -> Part:
    """Quiet repeated eighths low in the chord, from the second phrase."""
    notes = []
    for bar in range(min(plan.phrase, plan.bars // 3), plan.bars - 1):
        for step in range(8):
            pitch = voicings[bar][(0, 1, 0, 2)[step % 4]] - (12 if step % 4 == 0 else 0)
            start = plan.time(bar + step / 8) + 0.006 * float(rng.standard_normal())
            level = 30 + 34 * plan.arc[bar] + (6 if step % 4 == 0 else 0) + 2 * rng.standard_normal()
            notes.append(
                Note(max(0.0, start), (plan.time(bar + 1) - plan.time(bar)) / 8 * 0.8, pitch, _velocity(level))
            )
    return Part(name, "pulse", tuple(notes))


def _family(name: str) -> str:
    """Instrument by the first of its words that is known: ``low strings`` → strings."""
    words: list[str] = re.findall(r"[^\W\d_]+", name.lower())
    for word in words:
        if word in BED or word in MELODY or word in LOW:
            return _SAME.get(word, word)
    return "pad"


_SAME: dict[str, str] = {
    "string": "strings", "voices": "choir", "cellos": "cello", "basses": "contrabass", "bass": "contrabass",
    "horns": "horn", "bells": "bell", "brass": "horn",
}  # fmt: skip


def _velocity(level: float) -> int:
    return int(max(12, min(112, round(level))))


def _drums(plan: _Plan, rng: np.random.Generator) -> Part:
    """Toms over a kick, a shaker between them, more of everything as the piece rises; a roll leads into each phrase.

    The figure is chosen once and kept, so that it grooves; only its accents and the rolls are new each time.
    """
    steps = 16
    figure = [step for step in range(steps) if step % 8 in (0, 3, 6) or rng.uniform() < 0.16]
    notes: list[Note] = []

    def hit(bar: int, step: float, pitch: int, force: float) -> None:
        start = plan.time(bar + step / steps)
        velocity = int(np.clip(force * (0.9 + 0.2 * rng.uniform()), 12, 124))
        notes.append(Note(start, 0.12, pitch, velocity))

    for bar in range(plan.bars):
        rise = plan.arc[min(bar, plan.bars - 1)]
        last = (bar + 1) % plan.phrase == 0 and bar + 1 < plan.bars
        if bar == plan.bars - 1:
            hit(bar, 0, _KICK, 112)
            hit(bar, 0, _LOW_TOM, 118)
            break
        for step in figure:
            strong = step % 4 == 0
            pitch = _LOW_TOM if strong else _TOM
            hit(bar, step, pitch, (84 if strong else 58) + 34 * rise)
        for step in (0, 8) if rise < 0.55 else (0, 6, 8, 14):
            hit(bar, step, _KICK, 80 + 34 * rise)
        if rise > 0.45:
            for step in (4, 12):
                hit(bar, step, _STICK, 60 + 40 * rise)
        for step in range(0, steps, 2 if rise < 0.5 else 1):
            hit(bar, step, _SHAKER if step % 2 else _HAT, (26 if step % 2 else 38) + 22 * rise)
        if last:
            for k in range(8):
                hit(bar, 12 + k / 2, _HIGH_TOM if k < 3 else _TOM if k < 6 else _LOW_TOM, 62 + 7 * k)
        if bar in plan.accents:
            hit(bar, 0, _LOW_TOM, 122)
    return Part("drums", "drums", tuple(notes))
