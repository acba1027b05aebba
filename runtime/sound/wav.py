"""Sound files and sample-rate changes. Every artifact is 32-bit float WAV at 48 kHz, shape (n,) or (n, channels)."""

from __future__ import annotations

from math import gcd
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.io import wavfile
from scipy.signal import resample_poly

from compiler.timebase import SAMPLE_RATE

Samples = NDArray[np.float32]
"""float32, (n,) mono or (n, 2) stereo, full scale ±1."""


def write_wav(path: Path, samples: Samples, rate: int = SAMPLE_RATE) -> None:
    """Write float32 WAV; non-finite samples are a bug and raise ``ValueError``."""
    data = np.ascontiguousarray(samples, dtype=np.float32)
    if not np.isfinite(data).all():
        raise ValueError(f"{path.name}: not a number among the samples")
    wavfile.write(path, rate, data)


def read_wav(path: Path) -> Samples:
    """Read a WAV as float32. Raises ``ValueError`` unless it is at 48 kHz."""
    rate, data = wavfile.read(path)
    if rate != SAMPLE_RATE:
        raise ValueError(f"{path.name}: {rate} Hz, {SAMPLE_RATE} expected")
    if data.dtype == np.int16:
        return np.asarray(data, np.float32) / np.float32(32768.0)
    return np.asarray(data, np.float32)


def resample(samples: Samples, source: int, target: int) -> Samples:
    """Polyphase resampling, Kaiser β = 10 (stop band below −100 dB)."""
    if source == target or len(samples) == 0:
        return np.asarray(samples, np.float32)
    common = gcd(source, target)
    wide = np.asarray(samples, np.float64)
    return np.asarray(resample_poly(wide, target // common, source // common, window=("kaiser", 10.0)), np.float32)


def stereo(samples: Samples) -> Samples:
    """(n, 2) view of mono or stereo samples."""
    if samples.ndim == 2:
        return samples
    return np.repeat(samples[:, None], 2, axis=1)
