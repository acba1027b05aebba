"""The finished track as AAC, made in pieces: a piece by itself is, bit for bit, its part of one long encode.

A piece is whole AAC frames of the film's own grid of 1,024 samples. The encoder is let run up over some frames of what
comes before, which it takes to forget where it began, and over what comes behind, as far as it looks ahead; both are cut
off. That works because quality is constant: an encoder that holds a bit rate remembers for ever. Noise substitution,
intensity stereo and noise shaping are off: they cost more fidelity than bits at this rate, and are what it remembers longest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from compiler.timebase import SAMPLE_RATE
from runtime.sound.adts import adts_frames
from runtime.sound.master import Joined

QUALITY = "1.4"
"""About 200 to 350 kb/s, after what is heard."""
CODEC = (
    "-c:a", "aac", "-q:a", QUALITY, "-aac_coder", "twoloop", "-aac_pns", "0", "-aac_is", "0", "-aac_tns", "0",
    "-ac", "2", "-ar", str(SAMPLE_RATE), "-threads", "1",
)  # fmt: skip
_BLOCK = 1 << 16


def encode_piece(windows: Sequence[Path], out: Path, start: int, frames: int, lead: int, count: int) -> None:
    """Write ADTS frames ``lead`` .. ``lead + frames`` of the encode of samples ``start`` .. ``start + count``.

    The samples are those of ``windows`` laid end to end. Frame i of an encode hears samples 1,024·(i − 1) to 1,024·(i + 1),
    so the first of a film holds its first samples and as many of silence. Raises ``FfmpegError``; ``ValueError`` when
    fewer frames come.
    """
    from runtime.edit.ffmpeg import EXACT, run

    raw = ("-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", "2", "-i", "pipe:0")
    whole = out.with_name(f"{out.stem}-whole.aac")
    try:
        run([*raw, *CODEC, *EXACT, "-f", "adts", f"file:{whole}"], _samples(Joined(windows), start, start + count))
        with out.open("wb") as file:
            kept = sum(file.write(frame) > 0 for frame in islice(adts_frames(whole), lead, lead + frames))
    finally:
        whole.unlink(missing_ok=True)
    if kept != frames:
        raise ValueError(f"{kept} frames of sound came of {count} samples, {frames} were wanted")


def _samples(track: Joined, start: int, end: int) -> Iterator[memoryview]:
    for first in range(start, end, _BLOCK):
        yield track.read(first, min(first + _BLOCK, end)).reshape(-1).data.cast("B")
