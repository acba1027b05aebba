"""The grid on which a film's sound is encoded: whole AAC frames, and whole film frames too where these meet soon enough."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from compiler.timebase import SAMPLE_RATE, FrameRate

AAC_FRAME = 1024
"""Samples in a frame of AAC."""
AAC_LEAD = 128
"""Frames over which an encoder is let run up before a piece: 2.7 s. Of 64, one frame in a thousand still differed."""
AAC_BEHIND = 2
"""Frames behind a piece that its last frames look at."""
_ABOUT = 10 * SAMPLE_RATE


def piece_frames(rate: FrameRate) -> int:
    """AAC frames in one piece: about ten seconds, ending where a film frame does if that happens within twenty.

    At 24 frames a second 125 AAC frames are 64 film frames, at 25 they are 15 and 8: an edit that moves what follows by so
    many frames leaves it on the grid.
    """
    per_frame = Fraction(SAMPLE_RATE) / rate.fps
    meeting = lcm(per_frame.numerator, AAC_FRAME)
    if meeting > 2 * _ABOUT:
        return _ABOUT // AAC_FRAME
    return meeting // AAC_FRAME * max(1, round(_ABOUT / meeting))


def aac_frames(samples: int) -> int:
    """Frames in the encode of so many samples: the first is half silence, because each overlaps the next."""
    return -(-samples // AAC_FRAME) + 1 if samples else 0
