"""Time, kept rational.

Film time is counted in whole frames at a rational rate; seconds are ``Fraction``; a sample
position is the floor of frame times rate, never a running sum. This module knows no film.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

SAMPLE_RATE = 48_000
"""Samples per second of every audio artifact."""

_BROADCAST_RATES = {
    "23.976": Fraction(24000, 1001),
    "23.98": Fraction(24000, 1001),
    "29.97": Fraction(30000, 1001),
    "59.94": Fraction(60000, 1001),
    "47.952": Fraction(48000, 1001),
}


@dataclass(frozen=True, slots=True)
class FrameRate:
    """Frames per second as a rational number; ``FrameRate.parse("23.976")`` is 24000/1001."""

    fps: Fraction = Fraction(24)

    @classmethod
    def parse(cls, text: str) -> FrameRate:
        """Read ``24``, ``23.976`` or ``24000/1001``. Raises ``ValueError`` on anything else."""
        text = text.strip()
        if text in _BROADCAST_RATES:
            return cls(_BROADCAST_RATES[text])
        if len(text) > 16:
            raise ValueError(f"not a frame rate: {text[:16]}…")
        value = Fraction(text)
        if not 1 <= value <= 240:
            raise ValueError(f"a frame rate lies between 1 and 240: {text}")
        return cls(value)

    def frames(self, seconds: Fraction) -> int:
        """Nearest whole frame count for a duration; halves go up."""
        return floor(seconds * self.fps + Fraction(1, 2))

    def frames_up(self, seconds: Fraction) -> int:
        """Smallest whole frame count that covers a duration."""
        return ceil(seconds * self.fps)

    def seconds(self, frames: int) -> Fraction:
        """Exact duration of a number of frames."""
        return Fraction(frames * self.fps.denominator, self.fps.numerator)

    def samples(self, frame: int, rate: int = SAMPLE_RATE) -> int:
        """Sample position at which a frame begins."""
        return floor(Fraction(frame) * rate / self.fps)

    def __str__(self) -> str:
        return f"{self.fps.numerator}" if self.fps.denominator == 1 else f"{self.fps.numerator}/{self.fps.denominator}"


def timecode(seconds: Fraction) -> str:
    """``H:MM:SS.mmm`` for people and chapter files."""
    ms = floor(seconds * 1000 + Fraction(1, 2))
    return f"{ms // 3_600_000}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"
