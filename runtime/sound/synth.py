"""Generators of sound: noise that gusts, surf, struck bodies, hums, birds. Each takes ``(count, seed, **figures)``.

Every generator returns a mono or stereo wave of ``count`` samples at 48 kHz around unit level; recipes in
``stdlib/sounds.toml`` name them by ``kind`` and give their figures (Hz, seconds, 0..1).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy.fft import irfft, rfft, rfftfreq

from compiler.timebase import SAMPLE_RATE
from runtime.sound.breath import breath
from runtime.sound.filters import Wave, bandpass, drift, lines, lowpass, noise, noise_band, resonance

_SR = SAMPLE_RATE
_STEP = 48
"""Samples between points of a level curve."""


def hiss(
    count: int, seed: int, *, colour: float = 0.0, low: float = 80.0, high: float = 8000.0, gust: float = 0.0,
    depth: float = 0.0, sway: float = 0.0, around: float = 600.0, narrow: float = 150.0,
) -> Wave:  # fmt: skip
    """Two decorrelated channels of noise in a band. ``gust`` and ``depth`` shape it; ``sway`` Hz moves a resonance."""
    sides = []
    swell = _gusts(count, gust, depth, seed)
    for side in (0, 1):
        x = noise_band(count, seed + 31 * side, colour, low, high)
        if sway:
            x = _whistle(x, around + sway * drift(count, max(gust, 0.1) * 1.7, seed + 5), narrow)
        sides.append(x * swell * (1.0 + 0.15 * depth * drift(count, max(gust, 0.1) * 2.3, seed + 9 + side)))
    return np.stack(sides, axis=1)


def surge(
    count: int, seed: int, *, period: float = 8.0, low: float = 80.0, high: float = 3000.0, colour: float = 1.0,
    attack: float = 0.35, lag: float = 0.0,
) -> Wave:  # fmt: skip
    """Waves: noise that gathers for ``attack`` of an irregular ``period`` and drains, with a smaller wave between."""
    points = count // _STEP + 2
    curve = np.full(points, 0.07)
    rng = np.random.default_rng(seed // 97)  # layers of one sound share their waves
    at = -period * rng.uniform(0.2, 0.7) + lag
    t = np.arange(points) * (_STEP / _SR)
    while at < count / _SR:
        length = period * rng.uniform(0.85, 1.35)
        size = rng.uniform(0.55, 1.0)
        u = (t - at) / length
        rise, fall = np.clip(u / attack, 0, 1), np.clip((1.35 - u) / (1.35 - attack), 0, 1)
        curve += size * np.where((u > 0) & (u < 1.35), rise**2.2 * fall**1.8, 0.0)
        at += length * rng.uniform(0.75, 1.0)
    level = lines(curve, _STEP)[:count]
    pan = np.float32(0.25) * drift(count, 0.5 / period, seed + 3)
    sides = []
    for side, sign in ((0, -1.0), (1, 1.0)):
        x = noise_band(count, seed + 17 * side, colour, low, high)
        sides.append(x * level * (1.0 + sign * pan))
    return np.stack(sides, axis=1)


def grains(
    count: int, seed: int, *, rate: float = 20.0, low: float = 800.0, high: float = 5000.0, decay: float = 0.01,
    noisy: bool = False, fall: float = 0.0, follow: float = 0.0,
) -> Wave:  # fmt: skip
    """Many small events a second: drops, crackle, splinters. ``fall``: they thin out over that many seconds."""
    rng = np.random.default_rng(seed)
    out = np.zeros((count, 2))
    number = int(rng.poisson(rate * count / _SR))
    times = rng.uniform(0, 1, number)
    times = np.minimum(-np.log(1 - times * 0.999) * fall * _SR, count - 1) if fall else times * count
    for at in np.sort(times).astype(int):
        hz = low * (high / low) ** rng.uniform()
        length = min(count - at, int(decay * 7 * _SR))
        if length <= 8:
            continue
        t = np.arange(length) / _SR
        size = rng.uniform(0.1, 1.0) ** 2.5
        body = rng.standard_normal(length) if noisy else np.zeros(length)
        tone = np.sin(2 * np.pi * hz * t * (1.0 + 0.1 * t / decay))
        shape = np.exp(-t / decay) * np.minimum(1.0, t * 6000)
        mono = (0.5 * body + tone) * shape * size
        side = rng.uniform(0.15, 0.85)
        out[at : at + length] += mono[:, None] * [np.sqrt(1 - side), np.sqrt(side)]
    if follow:
        out *= surge(count, seed, period=follow, low=100, high=5000)[:, :1].clip(-1, 1) ** 2
    return out


def strike(
    count: int, seed: int, *, partials: Sequence[Sequence[float]], every: float = 0.0, start: float = 0.0,
    times: int = 0, jitter: float = 0.0, alternate: float = 1.0, beat: float = 0.0, burst: float = 0.0,
    burst_low: float = 500.0, burst_high: float = 6000.0, burst_decay: float = 0.01,
    rough: float = 0.0, spread: float = 0.0, rise: float = 0.0,
    gate: float = 0.0, ringing: float = 0.0,
) -> Wave:  # fmt: skip
    """A struck body: decaying partials [Hz, level, seconds] and a burst of noise, once or ``every`` so many seconds."""
    rng = np.random.default_rng(seed)
    out = np.zeros(count)
    at, number = start, 0
    longest = max(max(p[2] for p in partials) * 6.0, burst_decay * 8.0)
    while at * _SR < count and (every > 0 or number == 0) and not (times and number >= times):
        if not gate or at % gate < ringing:
            factor = (alternate if number % 2 else 1.0) * (1.0 + spread * rng.uniform(-1, 1))
            factor *= 1.0 + 0.004 * rng.standard_normal()
            first = int(max(0.0, at + jitter * rng.standard_normal()) * _SR)
            length = min(count - first, int(longest * _SR))
            if length > 0:
                t = np.arange(length) / _SR
                sound = np.zeros(length)
                for hz, level, decay in partials:
                    glide = 1.0 + rise * t / max(decay, 1e-3) if rise else 1.0
                    phase = 2 * np.pi * rng.uniform() if burst else 0.0
                    tone = np.sin(2 * np.pi * hz * factor * t * glide + phase)
                    if beat:  # nearly equal modes of an imperfect bell beat against each other
                        tone = 0.65 * tone + 0.35 * np.sin(2 * np.pi * (hz * factor + beat) * t)
                    sound += level * np.exp(-t / decay) * tone
                if burst:
                    grit = bandpass(rng.standard_normal(length), burst_low, min(burst_high, 20000.0))
                    if rough:
                        grit *= 1.0 - rough + rough * 2.0 * np.abs(drift(length, 90.0, seed + number))
                    sound += 2.5 * burst * grit * np.exp(-t / burst_decay)
                out[first : first + length] += sound * np.minimum(1.0, t * 3000) * rng.uniform(0.82, 1.0)
        at += every
        number += 1
    return out


def hum(
    count: int, seed: int, *, hz: float, partials: Sequence[Sequence[float]], wobble: float = 0.1, tremble: float = 0.0,
    attack: float = 0.0, hold: float = 0.0, release: float = 0.0,
) -> Wave:  # fmt: skip
    """Steady partials [ratio, level] never quite still (``wobble``, per cent); with ``attack`` a single blast."""
    turns = np.cumsum(hz * (1.0 + 0.01 * wobble * drift(count, 0.4, seed)), dtype=np.float64) / _SR
    out = np.zeros((count, 2), np.float32)
    for i, (ratio, level) in enumerate(partials):
        for side in (0, 1):
            life = np.float32(level) * (1.0 + 0.25 * drift(count, 0.3 + 0.1 * i, seed + 11 * i + 3 * side))
            # Only the part of a turn matters, and that much single precision holds.
            at = ratio * turns + (1.7 * i + 0.5 * side) / (2.0 * np.pi)
            at -= np.floor(at)
            out[:, side] += life * np.sin(np.asarray(at, np.float32) * np.float32(2.0 * np.pi))
    if tremble:
        out *= (0.8 + 0.2 * np.sin(2 * np.pi * tremble * np.arange(count) / _SR))[:, None]
    if attack:
        t = np.arange(count) / _SR
        out *= (np.clip(t / attack, 0, 1) ** 1.5 * np.exp(-np.maximum(0.0, t - attack - hold) / (release / 3.0)))[
            :, None
        ]
    return out


def glide(
    count: int,
    seed: int,
    *,
    partials: Sequence[Sequence[float]],
    seconds: float = 0.0,
    shape: str = "fall",
    **ends: float,
) -> Wave:
    """Partials whose pitch slides ``from`` … ``to`` Hz: power going, risers (``rise``), sub drops (``struck``)."""
    length = seconds or count / _SR
    u = np.clip(np.arange(count) / (length * _SR), 0.0, 1.0)
    curve = u**1.6 if shape == "rise" else 1.0 - (1.0 - u) ** 2.2
    pitch = ends["from"] * (ends["to"] / ends["from"]) ** curve
    phase = 2 * np.pi * np.cumsum(pitch * (1.0 + 0.002 * drift(count, 3.0, seed))) / _SR
    match shape:
        case "rise":
            level = u**2.5
        case "struck":
            level = np.exp(-4.0 * u) * np.minimum(1.0, np.arange(count) / (0.004 * _SR))
        case _:
            level = (1.0 - u) ** 1.3 * np.minimum(1.0, np.arange(count) / (0.02 * _SR))
    return np.asarray(sum(a * np.sin(ratio * phase) for ratio, a in partials) * level)


def swell(
    count: int, seed: int, *, attack: float, decay: float, colour: float = 1.0, low: float = 60.0, high: float = 4000.0,
    rumble: float = 0.0,
) -> Wave:  # fmt: skip
    """One burst of noise that comes and dies; ``rumble`` Hz breaks it up as thunder or cloth."""
    t = np.arange(count) / _SR
    level = np.minimum(1.0, t / attack) * np.exp(-np.maximum(0.0, t - attack) / decay)
    if rumble:
        level *= 0.25 + 0.75 * np.abs(drift(count, rumble, seed + 1))
    return np.stack([bandpass(noise(count, seed + s, colour), low, high) * level for s in (2, 3)], axis=1)


def sweep(
    count: int, seed: int, *, shape: str = "pass", seconds: float = 0.0, back: float = 0.0, **ends: float
) -> Wave:
    """Noise through a moving resonance ``from`` … ``to`` (… ``back``) Hz; ``pass`` comes by, ``rise`` grows."""
    u = np.clip(np.arange(count) / ((seconds or count / _SR) * _SR), 0.0, 1.0)
    if shape == "rise":
        centre, level = ends["from"] * (ends["to"] / ends["from"]) ** u, u**2.2
    else:
        end = back or ends["from"]
        up = ends["from"] * (ends["to"] / ends["from"]) ** np.clip(u / 0.45, 0, 1)
        centre = np.where(u < 0.45, up, ends["to"] * (end / ends["to"]) ** np.clip((u - 0.45) / 0.55, 0, 1))
        level = np.sin(np.pi * u) ** 2.5
    return np.stack([_whistle(noise(count, seed + s, 0.6), centre, 0.5 * centre) * level for s in (0, 1)], axis=1)


def chirps(
    count: int, seed: int, *, rate: float, low: float, high: float, length: float, sweep: float = 0.2, run: int = 3
) -> Wave:
    """Birds and insects: runs of short gliding whistles from several places."""
    rng = np.random.default_rng(seed)
    out = np.zeros((count, 2))
    for _ in range(max(1, int(rng.poisson(rate * count / _SR / run * 2.0)))):
        at, side, size = rng.uniform(0, count / _SR), rng.uniform(0.1, 0.9), rng.uniform(0.2, 1.0) ** 2
        base, gap = low * (high / low) ** rng.uniform(), length * rng.uniform(1.25, 2.2)
        warble = rng.uniform(-1, 1)
        for k in range(int(rng.integers(max(1, run - 1), run + 2))):
            first, n = int((at + k * gap) * _SR), int(length * rng.uniform(0.8, 1.15) * _SR)
            if first + n >= count:
                break
            u = np.arange(n) / n
            pitch = base * (1.0 + 0.04 * warble * k + sweep * (u - 0.5) + 0.03 * np.sin(2 * np.pi * 2.0 * u + k))
            tone = np.sin(2 * np.pi * np.cumsum(pitch) / _SR) * np.sin(np.pi * u) ** 1.4
            out[first : first + n] += size * tone[:, None] * [np.sqrt(1 - side), np.sqrt(side)]
    return out


def cries(count: int, seed: int, *, rate: float, low: float, high: float, length: float, run: int = 3) -> Wave:
    """Gulls: harsh falling calls rich in partials, in laughing runs."""
    rng = np.random.default_rng(seed)
    out = np.zeros((count, 2))
    for _ in range(max(1, int(rng.poisson(rate * count / _SR)))):
        at, side, size = rng.uniform(0, max(0.5, count / _SR - length)), rng.uniform(0.15, 0.85), rng.uniform(0.3, 1.0)
        top, calls = low * (high / low) ** rng.uniform(), int(rng.integers(1, run + 1))
        for k in range(calls):
            n = int(length * (0.6 if k else 1.0) * rng.uniform(0.8, 1.2) * _SR)
            first = int(at * _SR)
            at += n / _SR * 1.25
            if first + n >= count:
                break
            u = np.arange(n) / n
            pitch = top * (0.72 + 0.5 * np.sin(np.pi * np.minimum(1.0, u * 1.15)) ** 0.6 - 0.18 * u)
            phase = 2 * np.pi * np.cumsum(pitch * (1.0 + 0.012 * drift(n, 40.0, seed + k))) / _SR
            voice = sum(np.sin(h * phase) / h**0.7 for h in range(1, 8))
            voice = 0.6 * resonance(voice, 1900.0, 500.0) + resonance(voice, 3100.0, 700.0) + 0.15 * voice
            out[first : first + n] += (size * voice * np.sin(np.pi * u) ** 0.7)[:, None] * [
                np.sqrt(1 - side),
                np.sqrt(side),
            ]
    return out


def babble(count: int, seed: int, *, voices: int = 12) -> Wave:
    """A room of people talking, no word to be made out: pulse trains through vowels at syllable pace."""
    rng = np.random.default_rng(seed)
    out = np.zeros((count, 2))
    for v in range(voices):
        low = bool(rng.integers(2))
        pitch = (105.0 if low else 195.0) * rng.uniform(0.85, 1.2) * 2.0 ** (0.22 * drift(count, 2.2, seed + 13 * v))
        pulses = np.diff(np.floor(np.cumsum(pitch) / _SR), prepend=0.0)
        speech = np.zeros(count)
        pace = rng.uniform(3.4, 4.8)
        for f, (a, b) in enumerate(((520.0, 180.0), (1400.0, 420.0))):
            speech += _whistle(pulses, a + b * drift(count, pace, seed + 13 * v + f), 120.0) * (1.0 if f == 0 else 0.5)
        talk = np.clip(drift(count, pace, seed + 13 * v + 5) + 0.35, 0, 1)
        talk *= np.clip(drift(count, 0.35, seed + 13 * v + 6) + 0.5, 0, 1)
        side = rng.uniform(0.1, 0.9)
        out += (speech * talk * rng.uniform(0.3, 1.0))[:, None] * [np.sqrt(1 - side), np.sqrt(side)]
    return np.asarray(lowpass(out, 2600.0))


def stick(count: int, seed: int, *, low: float, high: float, body: Sequence[float], width: float) -> Wave:
    """Stick and slip: wood that creaks. Irregular pulses ring a body of resonances."""
    u = np.arange(count) / count
    pitch = low + (high - low) * np.clip(u * 1.3 + 0.3 * drift(count, 6.0, seed), 0, 1.2)
    jitter = 1.0 + 0.4 * drift(count, 45.0, seed + 1)
    pulses = np.diff(np.floor(np.cumsum(pitch * jitter) / _SR), prepend=0.0) * (
        0.6 + 0.4 * drift(count, 30.0, seed + 2)
    )
    out = sum(resonance(pulses, hz, width) / (1 + i) for i, hz in enumerate(body))
    return np.asarray(
        out * np.sin(np.pi * np.clip(u * 1.02, 0, 1)) ** 0.8 * np.clip(0.6 + drift(count, 4.0, seed + 3), 0, 1)
    )


GENERATORS: dict[str, Callable[..., Any]] = {
    "noise": hiss, "surge": surge, "grains": grains, "strike": strike, "hum": hum, "glide": glide, "swell": swell,
    "sweep": sweep, "chirps": chirps, "cries": cries, "babble": babble, "stick": stick, "breath": breath,
}  # fmt: skip


def _gusts(count: int, hz: float, depth: float, seed: int) -> Wave:
    if not hz or not depth:
        return np.ones(count, np.float32)
    curve = (
        0.6 * drift(count, hz, seed + 2)
        + 0.28 * drift(count, hz * 2.7, seed + 3)
        + 0.12 * drift(count, hz * 7, seed + 4)
    )
    return np.asarray(np.exp((curve - 0.15) * np.float32(depth * 18.0 / 20.0 * np.log(10.0))))


def _whistle(x: Wave, centre: Wave, width: float | Wave) -> Wave:
    """A resonance whose centre moves: every 21 ms a spectrum under the magnitude of a two-pole resonator, overlapped."""
    hop = 1024
    count = len(x)
    pieces = -(-count // hop) + 1
    padded = np.zeros((pieces + 1) * hop, np.float32)
    padded[hop : hop + count] = x
    window = np.sin(np.pi * (np.arange(2 * hop, dtype=np.float32) + 0.5) / (2 * hop))  # its square overlaps to one
    spectra = rfft(np.lib.stride_tricks.sliding_window_view(padded, 2 * hop)[::hop] * window, axis=1)
    middles = np.minimum(np.arange(pieces) * hop, count - 1)
    hz = np.maximum(30.0, np.asarray(centre, np.float32)[middles])[:, None]
    half = (0.5 * (np.float32(width) if isinstance(width, float | int) else width[middles][:, None])).astype(np.float32)
    f = np.maximum(rfftfreq(2 * hop, 1.0 / _SR), 1.0).astype(np.float32)
    # Unit gain at its centre, half the power ``width`` / 2 away, 6 dB an octave far off.
    spectra /= np.sqrt(1.0 + ((f * f - hz * hz) / (2.0 * half * f)) ** 2)
    parts = irfft(spectra, 2 * hop, axis=1) * window
    out = np.zeros((pieces + 1, hop), np.float32)
    out[:-1] += parts[:, :hop]
    out[1:] += parts[:, hop:]
    return np.asarray(out.ravel()[hop : hop + count])
