"""Parts to sound: a sampled layer from the packaged General MIDI set, and synthesised layers that give it size.

The sampled set is small and dry, so every part is filtered, detuned against a second take of itself and shaped by the
piece's arc; strings and pads lie on a soft synthesised bed, pianos get felt hammers by modal synthesis.
"""

from __future__ import annotations

import importlib.resources as resources
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.io import wavfile

from compiler.timebase import SAMPLE_RATE
from runtime.sound.composer import Note, Part, Piece
from runtime.sound.filters import Wave, bandpass, drift, highpass, lines, lowpass, noise_band, shelf
from runtime.sound.loudness import decibels
from runtime.sound.wav import resample

_SR = SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Sound:
    """How an instrument is made: General MIDI programs, low-pass Hz, seconds of attack, pan −1..1, gains in dB."""

    programs: tuple[int, ...]
    bright: float
    attack: float
    pan: float
    gain: float
    bed: float = -90.0
    """Gain of the synthesised bed under it."""
    felt: float = -90.0
    """Gain of the modal piano under it."""
    send: float = 0.0
    """Reverb in dB against the house amount."""


SOUNDS = {
    "strings": Sound((48, 49), 4200.0, 0.5, -0.12, 0.0, bed=-3.0),
    "choir": Sound((52, 53), 3600.0, 0.6, 0.1, -3.0, bed=-9.0, send=3.0),
    "pad": Sound((89, 91), 3000.0, 0.8, 0.0, -3.0, bed=-1.0, send=2.0),
    "synth": Sound((50, 89), 3600.0, 0.5, 0.0, -3.0, bed=-1.0),
    "organ": Sound((19, 20), 3200.0, 0.2, 0.0, -5.0),
    "horn": Sound((60, 60), 2600.0, 0.15, 0.2, -3.0, send=2.0),
    "piano": Sound((0, 1), 5200.0, 0.0, 0.05, 1.0, felt=-1.0),
    "celesta": Sound((8, 10), 7500.0, 0.0, 0.3, 2.0, send=4.0),
    "music": Sound((10, 8), 7500.0, 0.0, 0.25, 2.0, send=4.0),
    "vibraphone": Sound((11, 11), 4000.0, 0.0, 0.3, -5.0, send=4.0),
    "glass": Sound((92, 88), 5000.0, 0.2, -0.3, -4.0, send=5.0),
    "bell": Sound((14, 14), 5000.0, 0.0, 0.35, -8.0, send=5.0),
    "harp": Sound((46, 46), 5000.0, 0.0, -0.35, -3.0, send=3.0),
    "guitar": Sound((24, 24), 4200.0, 0.0, -0.2, -3.0),
    "violin": Sound((40, 48), 4600.0, 0.18, -0.3, -4.0, send=2.0),
    "viola": Sound((41, 48), 3800.0, 0.2, 0.15, -3.0, send=2.0),
    "flute": Sound((73, 73), 5000.0, 0.08, -0.15, -4.0, send=3.0),
    "clarinet": Sound((71, 71), 3600.0, 0.06, 0.15, -4.0, send=2.0),
    "oboe": Sound((68, 68), 4200.0, 0.05, 0.1, -5.0, send=2.0),
    "cello": Sound((42, 48), 2900.0, 0.22, 0.28, -1.0, bed=-10.0, send=1.0),
    "contrabass": Sound((43, 48), 1800.0, 0.25, 0.12, -2.0, bed=-12.0),
    "drums": Sound((48, 0), 9000.0, 0.0, 0.0, 3.0, send=-4.0),
    "drone": Sound((89, 48), 1600.0, 1.2, 0.0, -6.0, bed=-2.0),
}
_DRUM_CHANNEL = 9
_ROLES = {
    "bed": -4.0,
    "melody": 3.0,
    "bass": -5.0,
    "echo": 1.0,
    "drone": -5.0,
    "counter": -3.0,
    "pulse": -9.0,
    "drums": 1.0,
}
"""Balance of roles in dB."""


def perform(part: Part, piece: Piece, count: int, seed: int) -> tuple[Wave, float]:
    """((count, 2) dry sound, linear reverb send) of one part."""
    sound = SOUNDS.get(part.instrument, SOUNDS["pad"])
    out = _sampled(part.notes, sound, count) * decibels(sound.gain)
    sustained = sound.attack > 0.0
    if sustained:
        out = _expressed(out, piece, part.notes, sound.attack)
    out = lowpass(highpass(out, 38.0), sound.bright, order=1)
    if sound.felt > -60.0:
        out = out + felt_piano(part.notes, count, seed) * decibels(sound.felt)
    if sound.bed > -60.0:
        out = out + soft_bed(part.notes, piece, sound, count, seed) * decibels(sound.bed)
    left, right = np.cos((sound.pan + 1) * np.pi / 4), np.sin((sound.pan + 1) * np.pi / 4)
    out = out * np.array([left, right]) * 1.414
    if part.role == "bed":  # the bass has its own part; a bed heavy below middle C turns to mud under voices
        out = shelf(out, 240.0, -5.0, high=False)
    return out * decibels(_ROLES.get(part.role, -3.0)), float(decibels(sound.send))


def soft_bed(notes: Sequence[Note], piece: Piece, sound: Sound, count: int, seed: int) -> Wave:
    """Five slightly mistuned voices a note, dark at first and opening with the arc: the body of a string section.

    Nothing in it lies above 5 kHz, so it is made at half the rate; levels and vibrato once a millisecond.
    """
    rate, step = _SR // 2, _SR // 2000
    half = -(-count // 2)
    out = np.zeros((half, 2), np.float32)
    rng = np.random.default_rng(seed)
    table = _wavetable()
    attack = max(0.35, sound.attack)
    for note in notes:
        first = int(note.start * rate)
        n = min(half - first, int((note.seconds + 1.2) * rate))
        if n < 64:
            continue
        t = np.arange(-(-n // step) + 1) * (step / rate)
        hz = 440.0 * 2.0 ** ((note.pitch - 69) / 12.0)
        curve = np.minimum(1.0, t / attack) ** 1.3 * np.clip((note.seconds + 1.2 - t) / 1.2, 0.0, 1.0) ** 1.4
        curve *= (note.velocity / 90.0) ** 1.4 * min(1.0, (220.0 / hz) ** 0.25)
        level = lines(curve, step)[:n]
        settled = np.clip(t - 0.6, 0.0, 1.0) * (3.0 / 1731.0)  # cents of vibrato as a fraction of pitch
        for voice, cents in enumerate((-9.0, -4.0, 0.5, 5.0, 8.5)):
            vibrato = settled * np.sin(2 * np.pi * rng.uniform(4.4, 5.4) * t + rng.uniform(0, 6.28))
            pace = hz * 2.0 ** (cents / 1200.0) / rate * len(table)
            phase = np.arange(n) * pace + lines(np.cumsum(vibrato) * (step * pace), step)[:n]
            wave = table[(phase + rng.uniform() * len(table)).astype(np.int64) & (len(table) - 1)] * level
            side = 0.5 + 0.42 * (voice - 2) / 2.0
            out[first : first + n, 0] += wave * np.float32(np.sqrt(1.0 - side))
            out[first : first + n, 1] += wave * np.float32(np.sqrt(side))
    dark = lowpass(out, 1100.0, order=1, rate=rate)
    open_ = lowpass(out, min(4800.0, 1.4 * sound.bright), order=1, rate=rate)
    blend = _arc_curve(piece, half, rate)[:, None]
    full = resample(np.asarray(dark * (1.0 - 0.75 * blend) + open_ * (0.2 + 0.65 * blend), np.float32), rate, _SR)
    return np.float32(0.06) * full[:count]


def felt_piano(notes: Sequence[Note], count: int, seed: int) -> Wave:
    """Soft hammers on two slightly mistuned strings: inharmonic partials that decay twice, and the felt's thump."""
    out = np.zeros((count, 2))
    rng = np.random.default_rng(seed + 5)
    for note in notes:
        first = int(note.start * _SR)
        hz = 440.0 * 2.0 ** ((note.pitch - 69) / 12.0)
        life = float(np.clip(9.0 * (110.0 / hz) ** 0.45, 1.2, 14.0))
        held = max(note.seconds, 0.5) + 0.25
        n = min(count - first, int(min(life * 1.1, held + 1.6) * _SR))
        if n < 64:
            continue
        t = np.arange(n) / _SR
        force = note.velocity / 100.0
        sound = _modes(n, _partials(hz, force, life, rng))
        sound *= np.minimum(1.0, t / 0.006) * np.where(t < held, 1.0, np.exp(-(t - held) / 0.45))
        m = min(n, int(0.09 * _SR))
        thump = lowpass(rng.standard_normal(m), 320.0) * np.exp(-t[:m] / 0.018) * 0.22
        knock = bandpass(rng.standard_normal(m), 900.0, 2600.0) * np.exp(-t[:m] / 0.006) * 0.035
        sound[:m] += thump + knock
        side = float(np.clip(0.5 + (note.pitch - 60) / 90.0, 0.25, 0.75))
        loud = 0.16 * force**1.5
        out[first : first + n] += (loud * sound)[:, None] * [np.sqrt(1.0 - side), np.sqrt(side)]
    return shelf(out, 3200.0, -2.0)


def _partials(hz: float, force: float, life: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Rows (Hz, amplitude, seconds to 1/e, phase) of two strings, each with a fast and a slow decay."""
    rows = []
    stiff = 0.00012 * (hz / 130.0) ** 1.2
    for k in range(1, 15):
        f = hz * k * np.sqrt(1.0 + stiff * k * k)
        if f > 7500.0:
            break
        size = np.exp(-k * (0.46 - 0.26 * force)) * abs(np.sin(np.pi * k / 7.4)) * 1.6
        fall = life / (1.0 + 0.34 * (k - 1)) / 2.2
        split = 1.0 + 0.00022 * rng.uniform(0.6, 1.4)
        phase = 2 * np.pi * rng.uniform()
        for string, weight in ((1.0, 1.0), (split, 0.8)):
            rows += [
                (f * string, 0.72 * weight * size, 0.28 * fall, phase),
                (f * string, 0.28 * weight * size, fall, phase),
            ]
    return np.array(rows)


def _modes(n: int, rows: NDArray[np.float64]) -> Wave:
    """Sum of decaying sines, ``n`` samples, as one matrix product.

    A damped exponential over time a + b is the product of its values at a and at b; so blocks of 512 samples are
    (starts × modes) times (modes × offsets).
    """
    block = 512
    rate = (2j * np.pi * rows[:, 0] - 1.0 / rows[:, 2]) / _SR
    starts = np.exp(np.outer(np.arange(-(-n // block)) * block, rate)) * (rows[:, 1] * np.exp(1j * rows[:, 3]))
    offsets = np.exp(np.outer(rate, np.arange(block)))
    return np.asarray((starts.imag @ offsets.real + starts.real @ offsets.imag).ravel()[:n])


def air(count: int, piece: Piece, seed: int) -> Wave:
    """Bow hair and room behind the notes, hardly audible: without it synthesised strings sound vacuum-packed."""
    level = 0.0009 * (0.3 + _arc_curve(piece, count)) * (0.8 + 0.2 * drift(count, 0.4, seed))
    return np.stack([noise_band(count, seed + s, 0.7, 700.0, 5200.0) * level for s in (0, 1)], axis=1)


def _sampled(notes: Sequence[Note], sound: Sound, count: int) -> Wave:
    """Two takes of the part from the sampled set, a few cents and milliseconds apart, left and right of each other."""
    drums = sound is SOUNDS["drums"]
    takes = [
        _Take(
            program, 0.0 if drums else cents, (0.0 if drums else 0.011) * index, pan, _DRUM_CHANNEL if drums else index
        )
        for index, (program, cents, pan) in enumerate(zip(sound.programs, (-5.0, 6.0), (-0.36, 0.36), strict=True))
    ]
    wave = _render(_midi(notes, takes))[:count]
    out = np.zeros((count, 2), np.float32)
    out[: len(wave)] = wave * np.float32(1.6)
    return out


@dataclass(frozen=True, slots=True)
class _Take:
    """One playing of a part: General MIDI program, detuning, seconds late, pan −1..1, MIDI channel."""

    program: int
    cents: float
    late: float
    pan: float
    channel: int


def _midi(notes: Sequence[Note], takes: Sequence[_Take]) -> bytes:
    """A MIDI file at 1,000 ticks a second, a channel per take (drums: one, of the whole kit), reverb and chorus of the synthesiser off.

    Takes share a file because most of what the synthesiser does is done once a file, however few its notes.
    """
    import mido

    track = mido.MidiTrack()
    track.append(mido.MetaMessage("set_tempo", tempo=1_000_000, time=0))
    events: list[tuple[int, int, int, int, int]] = []
    if takes and takes[0].channel == _DRUM_CHANNEL:
        takes = [replace(takes[0], pan=0.0)]
    for take in takes:
        channel = take.channel
        track.append(mido.Message("program_change", channel=channel, program=take.program, time=0))
        for control, value in ((7, 110), (91, 0), (93, 0), (10, 64 + round(63 * take.pan))):
            track.append(mido.Message("control_change", channel=channel, control=control, value=value, time=0))
        track.append(mido.Message("pitchwheel", channel=channel, pitch=round(take.cents / 200.0 * 8192), time=0))
        for note in notes:
            start = round((note.start + take.late) * 1000)
            pitch = max(0, min(127, note.pitch))
            events.append((start, 1, pitch, note.velocity, channel))
            events.append((start + max(30, round(note.seconds * 1000)), 0, pitch, 0, channel))
    now = 0
    for at, on, pitch, velocity, channel in sorted(events):
        kind = "note_on" if on else "note_off"
        track.append(mido.Message(kind, channel=channel, note=pitch, velocity=velocity, time=at - now))
        now = at
    track.append(mido.MetaMessage("end_of_track", time=3000))
    file = mido.MidiFile(type=0, ticks_per_beat=1000)
    file.tracks.append(track)
    target = io.BytesIO()
    file.save(file=target)
    return target.getvalue()


def _render(midi: bytes) -> Wave:
    from midirenderer import render_wave_from

    rate, data = wavfile.read(io.BytesIO(render_wave_from(_soundfont(), midi)))
    wave = np.asarray(data, np.float32) / (32768.0 if data.dtype == np.int16 else 1.0)
    return resample(np.asarray(wave, np.float32), int(rate), _SR)


@lru_cache(maxsize=1)
def _soundfont() -> bytes:
    return (resources.files("pretty_midi") / "TimGM6mb.sf2").read_bytes()


def _expressed(x: Wave, piece: Piece, notes: Sequence[Note], attack: float) -> Wave:
    """Sustained parts breathe with the arc and come in softly where they begin."""
    level = 0.45 + 0.75 * _arc_curve(piece, len(x))
    if notes:
        first = min(note.start for note in notes)
        begin = max(0, int(first * _SR))
        rise = int(attack * 2.5 * _SR)
        level[:begin] = 0.0
        level[begin : begin + rise] *= ((np.arange(rise) / rise) ** 0.8)[: max(0, len(level) - begin)]
    return np.asarray(x * level[:, None])


def _arc_curve(piece: Piece, count: int, rate: int = _SR) -> Wave:
    times, values = zip(*piece.arc, strict=True)
    step = rate // 500
    return lines(np.interp(np.arange(-(-count // step) + 1) * (step / rate), times, values), step)[:count]


@lru_cache(maxsize=1)
def _wavetable() -> Wave:
    """One period of a bowed-like wave: odd and even partials falling 7 dB an octave."""
    phase = 2 * np.pi * np.arange(4096) / 4096
    wave = sum(np.sin(k * phase + 0.7 * k) / k**1.2 for k in range(1, 24))
    return np.asarray(wave / np.abs(np.asarray(wave)).max(), np.float32)
