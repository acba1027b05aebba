"""Sound files and sample-rate changes. Every artifact is 32-bit float WAV at 48 kHz, shape (n,) or (n, channels)."""

from __future__ import annotations

import struct
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


def read_span(path: Path, first: int, count: int) -> Samples:
    """Samples ``first`` .. ``first + count`` of a WAV written by ``write_wav``; only that part is read."""
    _, data = wavfile.read(path, mmap=True)
    return np.array(data[max(0, first) : max(0, first + count)], np.float32)


def length(path: Path) -> int:
    """Samples in a WAV, from its header."""
    _, data = wavfile.read(path, mmap=True)
    return len(data)


class WavWriter:
    """Writes a stereo float WAV piece by piece, so that memory does not grow with the film."""

    def __init__(self, path: Path, total: int) -> None:
        """``total`` samples will be written; a different number raises ``ValueError`` at the end."""
        self._file = path.open("wb")
        self._left = total
        size = total * 8
        form = struct.pack("<HHIIHH", 3, 2, SAMPLE_RATE, SAMPLE_RATE * 8, 8, 32)
        fact = b"fact" + struct.pack("<II", 4, total)
        head = b"WAVEfmt " + struct.pack("<I", 16) + form + fact + b"data" + struct.pack("<I", size)
        self._file.write(b"RIFF" + struct.pack("<I", len(head) + size) + head)

    def write(self, samples: Samples) -> None:
        self._file.write(np.ascontiguousarray(samples, np.float32).tobytes())
        self._left -= len(samples)

    def __enter__(self) -> WavWriter:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._file.close()
        if kind is None and self._left:
            raise ValueError(f"{self._left} samples are missing")


def resample(samples: Samples, source: int, target: int) -> Samples:
    """Polyphase resampling, Kaiser β = 10 (stop band below −100 dB)."""
    if source == target or len(samples) == 0:
        return np.asarray(samples, np.float32)
    common = gcd(source, target)
    data = np.asarray(samples, np.float32)
    return np.asarray(resample_poly(data, target // common, source // common, window=("kaiser", 10.0)), np.float32)


def stereo(samples: Samples) -> Samples:
    """(n, 2) view of mono or stereo samples."""
    if samples.ndim == 2:
        return samples
    return np.repeat(samples[:, None], 2, axis=1)
