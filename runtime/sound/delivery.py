"""What a delivery does to a spoken line after the model: whisper, breath, tape, telephone, machine, age.

Input and output are 24 kHz or 48 kHz mono waves of the same length, so phoneme times stay true.
"""

from __future__ import annotations

import numpy as np

from compiler.timebase import SAMPLE_RATE
from runtime.sound.filters import (
    Wave,
    bandpass,
    drift,
    envelopes,
    frames_of,
    highpass,
    lowpass,
    noise,
    resonance,
    shelf,
    wave_of,
)
from runtime.sound.voices import VOICE_RATE


def colour_voice(x: Wave, effect: str, breath: float, seed: int) -> Wave:
    """First half, at 24 kHz: what happens in the throat."""
    if effect == "whisper":
        return whisper(x, seed) + 0.04 * lowpass(x, 900.0, rate=VOICE_RATE)
    amount = min(1.0, breath)
    if amount > 0.0:
        air = highpass(whisper(x, seed), 1400.0, rate=VOICE_RATE)
        x = shelf(x, 2500.0, -4.0 * amount, rate=VOICE_RATE) + 0.55 * amount * air
    if effect == "tremble":
        x = x * (1.0 + 0.16 * amount_of_tremor(len(x), 6.1, seed))
    if effect == "shout":
        pressed = np.tanh(2.2 * x / max(float(np.abs(x).max()), 1e-6))
        x = shelf(0.5 * x / max(float(np.abs(x).max()), 1e-6) + 0.5 * pressed, 1800.0, 4.5, rate=VOICE_RATE)
    return x


def colour_path(x: Wave, effect: str, seed: int) -> Wave:
    """Second half, at 48 kHz: what happens between the throat and the ear."""
    match effect:
        case "recording":
            return tape(x, seed)
        case "phone":
            return telephone(x, seed)
        case "machine":
            return machine(x)
        case _:
            return x


def whisper(x: Wave, seed: int) -> Wave:
    """The same mouth without the larynx: noise through the line's own spectral envelopes (24 kHz)."""
    spectra = frames_of(x)
    env = envelopes(spectra, lifter=44)
    f = np.fft.rfftfreq(1024, 1.0 / VOICE_RATE)
    # Whispered speech loses its low end and gains some at 2 to 6 kHz, for want of the glottal slope.
    tilt = (f / (f + 600.0)) * np.minimum(4.0, (np.maximum(f, 200.0) / 900.0) ** 0.55)
    air = np.fft.rfft(np.hanning(1024) * _grains(noise(len(x) + 2048, seed), len(spectra)), axis=1)
    shaped = wave_of(air * env * tilt / np.sqrt(1024 * 0.375), len(x))
    power = float(np.sqrt(np.mean(x**2)))
    return shaped * (power / max(float(np.sqrt(np.mean(shaped**2))), 1e-9))


def amount_of_tremor(count: int, hz: float, seed: int, rate: int = VOICE_RATE) -> Wave:
    """A wavering −1..1 at about ``hz``, never quite regular."""
    phase = 2.0 * np.pi * hz * np.arange(count) / rate + 2.5 * drift(count, 1.5, seed, rate)
    return np.asarray(np.sin(phase) * (0.6 + 0.4 * drift(count, 1.1, seed + 1, rate)))


def tape(x: Wave, seed: int) -> Wave:
    """An old recording: band-limited, wow and flutter, a little saturation, hiss under it."""
    n = len(x)
    t = np.arange(n, dtype=np.float64)
    wow = 22.0 * drift(n, 0.9, seed) + 3.0 * drift(n, 7.0, seed + 1)
    bent = np.interp(np.clip(t + wow - wow[0], 0, n - 1), t, x) if n else x
    level = max(float(np.abs(bent).max()), 1e-6)
    driven = np.tanh(1.6 * bent / level) * level * 0.75
    band = lowpass(highpass(driven, 170.0), 5200.0, order=3)
    hiss = bandpass(noise(n, seed + 2), 1200.0, 7500.0)
    gentle = np.minimum(1.0, np.minimum(t, n - 1 - t) / (0.12 * SAMPLE_RATE)) if n else t
    return np.asarray(shelf(band, 900.0, 2.0) + 0.006 * level * hiss * gentle)


def telephone(x: Wave, seed: int) -> Wave:
    """300 to 3,400 Hz, pressed by the carbon, faint line noise."""
    level = max(float(np.abs(x).max()), 1e-6)
    band = bandpass(np.tanh(2.5 * x / level), 300.0, 3400.0, order=3)
    return np.asarray((band + 0.004 * bandpass(noise(len(x), seed), 300.0, 3000.0)) * level * 0.8)


def machine(x: Wave) -> Wave:
    """A calm voice from glass and a small speaker: short comb, bell-like resonances, a shadow an instant later."""
    n = len(x)
    out = highpass(x, 110.0)
    for delay, gain in ((0.0041, 0.22), (0.0113, -0.16), (0.0267, 0.14)):
        k = int(delay * SAMPLE_RATE)
        if n > k:
            out[k:] += gain * x[: n - k]
    ring = resonance(x, 1270.0, 26.0) + 0.8 * resonance(x, 2480.0, 34.0) + 0.6 * resonance(x, 3910.0, 48.0)
    return np.asarray(shelf(out + 0.32 * ring, 6500.0, -5.0))


def air_band(x: Wave, seed: int) -> Wave:
    """Noise above 11.5 kHz that follows the sibilants, so that a 24 kHz voice does not sound shut in (48 kHz)."""
    edge = np.sqrt(np.maximum(lowpass(bandpass(x, 7000.0, 11000.0) ** 2, 60.0), 0.0))
    return np.asarray(x + 0.5 * edge * bandpass(noise(len(x), seed), 11500.0, 17000.0))


def _grains(x: Wave, count: int) -> Wave:
    need = count * 256 + 1024
    padded = np.resize(x, need)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, 1024)[::256][:count])
