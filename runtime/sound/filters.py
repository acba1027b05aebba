"""Small tools of the sound room: filters, noise, envelopes, spectral envelopes. Plain functions on float arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft, rfftfreq
from scipy.signal import butter, get_window, sosfilt, sosfiltfilt

from compiler.timebase import SAMPLE_RATE

Wave = NDArray[np.floating[Any]]
"""Single or double precision: filters and phases need double, textures do not."""
LOOP = 12 * SAMPLE_RATE


def lowpass(x: Wave, hz: float, order: int = 2, rate: int = SAMPLE_RATE) -> Wave:
    return np.asarray(sosfilt(butter(order, hz, "low", fs=rate, output="sos"), x, axis=0))


def highpass(x: Wave, hz: float, order: int = 2, rate: int = SAMPLE_RATE) -> Wave:
    return np.asarray(sosfilt(butter(order, hz, "high", fs=rate, output="sos"), x, axis=0))


def bandpass(x: Wave, low: float, high: float, order: int = 2, rate: int = SAMPLE_RATE) -> Wave:
    return np.asarray(sosfilt(butter(order, [low, high], "band", fs=rate, output="sos"), x, axis=0))


def resonance(x: Wave, hz: float, width: float, rate: int = SAMPLE_RATE) -> Wave:
    """Two-pole resonator of bandwidth ``width`` Hz, unit gain at its centre, nothing at 0 Hz and at half the rate."""
    radius = np.exp(-np.pi * width / rate)
    angle = 2.0 * np.pi * hz / rate
    z = np.exp(-1j * angle)
    poles = np.array([1.0, -2.0 * radius * np.cos(angle), radius**2])
    gain = abs((1.0 + poles[1] * z + poles[2] * z**2) / (1.0 - z**2))
    return np.asarray(sosfilt(np.array([[gain, 0.0, -gain, *poles]]), x, axis=0))


def shelf(x: Wave, hz: float, gain_db: float, high: bool = True, rate: int = SAMPLE_RATE) -> Wave:
    """High or low shelf (Audio EQ Cookbook, slope 1)."""
    a = 10.0 ** (gain_db / 40.0)
    w = 2.0 * np.pi * hz / rate
    cos, alpha, s = np.cos(w), np.sin(w) / np.sqrt(2.0), 1.0 if high else -1.0
    root = 2.0 * np.sqrt(a) * alpha
    b = [
        a * (a + 1 + s * (a - 1) * cos + root),
        -2 * s * a * (a - 1 + s * (a + 1) * cos),
        a * (a + 1 + s * (a - 1) * cos - root),
    ]
    d = [a + 1 - s * (a - 1) * cos + root, 2 * s * (a - 1 - s * (a + 1) * cos), a + 1 - s * (a - 1) * cos - root]
    sos = np.array([[*(v / d[0] for v in b), 1.0, d[1] / d[0], d[2] / d[0]]])
    return np.asarray(sosfilt(sos, x, axis=0))


def noise(count: int, seed: int, colour: float = 0.0) -> Wave:
    """Gaussian noise of unit power; ``colour`` 0 white, 1 pink, 2 brown (−3 dB per octave each)."""
    rng = np.random.default_rng(seed)
    if colour == 0.0 or count < 2:
        return rng.standard_normal(count)
    size = next_fast_len(count, real=True)
    spectrum = rfft(rng.standard_normal(size, dtype=np.float32))
    spectrum *= _tilt(size, colour)
    out = irfft(spectrum, size)[:count]
    return np.asarray(out / max(float(out.std()), 1e-12))


def noise_band(count: int, seed: int, colour: float, low: float, high: float) -> Wave:
    """``noise`` in a band, unit power, float32: a loop of at most 12 s without a seam, for it is made as a spectrum.

    Twelve seconds of noise under a slowly moving level are not heard to repeat; the level is the caller's.
    """
    size = min(LOOP, next_fast_len(max(count, 16), real=True))
    rng = np.random.default_rng(seed)
    spectrum = rfft(rng.standard_normal(size, dtype=np.float32))
    f = np.maximum(rfftfreq(size, 1.0 / SAMPLE_RATE), 1.0).astype(np.float32)
    # The magnitude of a second-order Butterworth band: 12 dB an octave either side.
    spectrum *= _tilt(size, colour) / np.sqrt((1.0 + (low / f) ** 4) * (1.0 + (f / high) ** 4))
    spectrum[0] = 0.0
    loop = np.asarray(irfft(spectrum, size), np.float32)
    loop /= max(float(loop.std()), 1e-12)
    return np.resize(loop, count)


def _tilt(size: int, colour: float) -> NDArray[np.float32]:
    f = rfftfreq(size, 1.0 / SAMPLE_RATE)
    tilt = np.maximum(f, 18.0) ** (-colour / 2.0)
    if colour:
        tilt[0] = 0.0
    return np.asarray(tilt, np.float32)


def drift(count: int, hz: float, seed: int, rate: int = SAMPLE_RATE) -> Wave:
    """Slow random curve in −1..1 with features of about 1/``hz`` seconds; smooth (cosine joined)."""
    knots = max(4, int(count / rate * hz) + 4)
    values = np.random.default_rng(seed).uniform(-1.0, 1.0, knots)
    # Slow curves are worked out once a millisecond and joined by lines.
    step = rate // 1000 if hz < 12.0 else 1
    at = np.arange(-(-count // step) + 1) * (step * hz / rate)
    i = np.minimum(at.astype(int), knots - 2)
    blend = 0.5 - 0.5 * np.cos(np.pi * np.clip(at - i, 0.0, 1.0))
    curve = np.asarray(values[i] * (1.0 - blend) + values[i + 1] * blend)
    return curve[:count] if step == 1 else lines(curve, step)[:count]


def lines(points: Wave, step: int) -> Wave:
    """Points joined by lines, ``step`` samples apart: (len(points) − 1) · step samples, float32."""
    part = np.arange(step, dtype=np.float32) / np.float32(step)
    first = np.asarray(points, np.float32)
    return (first[:-1, None] + np.diff(first)[:, None] * part).ravel()


def fade(x: Wave, seconds_in: float, seconds_out: float, rate: int = SAMPLE_RATE) -> Wave:
    """Raised-cosine fades at both ends, on a copy."""
    out = np.array(x, np.float64)
    for seconds, end in ((seconds_in, False), (seconds_out, True)):
        n = min(len(out), int(seconds * rate))
        if n > 0:
            ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(n) + 0.5) / n)
            if out.ndim == 2:
                ramp = ramp[:, None]
            if end:
                out[len(out) - n :] *= ramp[::-1]
            else:
                out[:n] *= ramp
    return out


def compressed(x: Wave, ratio: float = 2.2, rate: int = SAMPLE_RATE) -> Wave:
    """Gentle levelling of a voice: levels over its own average are drawn in by ``ratio``, 8 ms up and 120 ms down."""
    step = rate // 500
    count = -(-len(x) // step)
    if count < 4:
        return x
    padded = np.zeros(count * step)
    padded[: len(x)] = x
    power = (padded.reshape(count, step) ** 2).mean(axis=1)
    level = np.zeros(count)
    held = 0.0
    rise, fall = np.exp(-1.0 / (0.008 * 500)), np.exp(-1.0 / (0.12 * 500))
    for i in range(count):
        keep = rise if power[i] > held else fall
        held = keep * held + (1.0 - keep) * power[i]
        level[i] = held
    threshold = float(power[power > power.max() * 1e-3].mean()) * 0.5 if power.max() > 0 else 1.0
    gain = np.minimum(1.0, (np.maximum(level, 1e-12) / threshold) ** (0.5 * (1.0 / ratio - 1.0)))
    # The curve looks 6 ms ahead, so that onsets are met rather than chased.
    at = np.arange(len(x)) / step + 3.0
    return x * np.interp(at, np.arange(count) + 0.5, gain)


def smooth(x: Wave, hz: float, rate: float) -> Wave:
    """Zero-phase low-passed control curve."""
    sos = butter(2, hz, fs=rate, output="sos")
    pad = min(len(x) - 1, 3 * 12)
    return np.asarray(sosfiltfilt(sos, x, padlen=max(0, pad))) if len(x) > 12 else np.asarray(x)


# --- spectral envelopes -----------------------------------------------------------------------

_SIZE, _HOP = 1024, 256


def frames_of(x: Wave) -> NDArray[np.complex128]:
    """Hann spectra of 1024 samples every 256, shape (frames, 513), centred so that frame 0 is at sample 0."""
    window = get_window("hann", _SIZE)
    count = -(-len(x) // _HOP) + 1
    padded = np.zeros(count * _HOP + _SIZE)
    padded[_SIZE // 2 : _SIZE // 2 + len(x)] = x
    view = np.lib.stride_tricks.sliding_window_view(padded, _SIZE)[::_HOP][:count]
    return np.asarray(np.fft.rfft(view * window, axis=1))


def wave_of(spectra: NDArray[np.complex128], count: int) -> Wave:
    """Overlap-add inverse of ``frames_of``."""
    window = get_window("hann", _SIZE)
    pieces = np.fft.irfft(spectra, _SIZE, axis=1) * window
    out = np.zeros(len(spectra) * _HOP + _SIZE)
    for i, piece in enumerate(pieces):
        out[i * _HOP : i * _HOP + _SIZE] += piece
    return np.asarray(out[_SIZE // 2 : _SIZE // 2 + count] / 1.5)


def envelopes(spectra: NDArray[np.complex128], lifter: int = 52) -> NDArray[np.float64]:
    """Smooth magnitude envelope per frame by iterated cepstral liftering (true envelope, Röbel and Rodet)."""
    log = np.log(np.abs(spectra) + 1e-7)
    target = log
    for _ in range(8):
        cepstrum = np.fft.irfft(target, _SIZE, axis=1)
        cepstrum[:, lifter : _SIZE - lifter + 1] = 0.0
        smooth_log = np.fft.rfft(cepstrum, axis=1).real
        target = np.maximum(log, smooth_log)
    return np.asarray(np.exp(smooth_log))


def shift_formants(x: Wave, factor: float) -> Wave:
    """Move the spectral envelope by ``factor`` (> 1 = smaller head) and leave the pitch."""
    if abs(factor - 1.0) < 1e-3 or len(x) < _SIZE:
        return x
    spectra = frames_of(x)
    env = envelopes(spectra)
    bins = np.arange(env.shape[1], dtype=np.float64)
    source = np.clip(bins / factor, 0, env.shape[1] - 1)
    i = np.minimum(source.astype(int), env.shape[1] - 2)
    t = source - i
    moved = np.exp(np.log(env[:, i]) * (1.0 - t) + np.log(env[:, i + 1]) * t)
    return wave_of(spectra * np.clip(moved / env, 0.05, 12.0), len(x))
