"""Media that people bring: what kind a file is, how long, and its sound and pictures, decoded under limits.

A file is what its first bytes say, never what it is called; only containers on this list are opened at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from compiler.timebase import SAMPLE_RATE
from runtime.edit.ffmpeg import BROUGHT, frames, output, source

MOST_SECONDS = 4 * 3600
_LISTING = 256 << 20
"""Most bytes of a packet listing: one line a packet, hours of film."""
_SIDE = re.compile(r"#dimensions \d+: (\d+)x(\d+)")
_BASE = re.compile(r"#tb (\d+): (\d+)/(\d+)")
_TYPE = re.compile(r"#media_type (\d+): (\w+)")


class MediaError(ValueError):
    """A file holds nothing that can be used; the message says why."""

    trouble = "bad input"


@dataclass(frozen=True, slots=True)
class Media:
    """What a file holds. ``seconds`` is its longest stream's length; ``size`` and ``rate`` are those of its picture."""

    seconds: Fraction
    size: tuple[int, int] | None
    rate: Fraction | None
    sound: bool


def form_of(path: Path) -> str:
    """The demuxer for a file by its first bytes. Raises ``MediaError`` for any other kind of file."""
    with path.open("rb") as file:
        head = file.read(16)
    match head:
        case _ if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
            return "wav"
        case _ if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
            return "avi"
        case _ if head[:4] == b"fLaC":
            return "flac"
        case _ if head[:4] == b"OggS":
            return "ogg"
        case _ if head[:4] == b"\x1a\x45\xdf\xa3":
            return "matroska"
        case _ if head[4:8] == b"ftyp":
            return "mov"
        case _ if head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
            return "mp3"
    raise MediaError("it is no WAV, MP3, FLAC, Ogg, MP4, MOV, Matroska or AVI file")


def probe(path: Path) -> Media:
    """Length, picture and sound of a file, from its packets; nothing is decoded. Raises ``MediaError``, ``FfmpegError``."""
    wanted = ["-map", "0:v:0?", "-map", "0:a:0?", "-c", "copy", "-f", "framecrc", "pipe:1"]
    listing = output([*source(path, form_of(path)), *wanted], _LISTING, BROUGHT).decode("ascii", "replace")
    kinds = dict(_TYPE.findall(listing))
    base = {number: Fraction(int(a), max(int(b), 1)) for number, a, b in _BASE.findall(listing)}
    if not kinds:
        raise MediaError("it holds neither picture nor sound")
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    count: dict[str, int] = {}
    for line in listing.split("\n"):
        fields = line.split(",")
        if line.startswith("#") or len(fields) < 5:
            continue
        stream, shown, long = fields[0].strip(), int(fields[2]), int(fields[3])
        first[stream] = min(first.get(stream, shown), shown)
        last[stream] = max(last.get(stream, shown), shown + long)
        count[stream] = count.get(stream, 0) + 1
    spans = {stream: (last[stream] - first[stream]) * base[stream] for stream in first}
    if not spans or max(spans.values()) <= 0:
        raise MediaError("it is empty")
    video = next((number for number, kind in kinds.items() if kind == "video"), "")
    side = _SIDE.search(listing)
    rate = count[video] / spans[video] if spans.get(video) else None
    return Media(
        min(max(spans.values()), Fraction(MOST_SECONDS)),
        (int(side[1]), int(side[2])) if side and video else None,
        rate,
        "audio" in kinds.values(),
    )


def sound_of(path: Path, begin: float = 0.0, seconds: float = MOST_SECONDS) -> NDArray[np.float32]:
    """Up to ``seconds`` of a file's sound from ``begin`` on, (n, 2) float32 at 48 kHz. Raises ``MediaError``, ``FfmpegError``."""
    seconds = min(seconds, float(MOST_SECONDS))
    cut = ["-ss", f"{begin:.6f}", "-t", f"{seconds:.6f}"]
    to = ["-map", "0:a:0", "-ac", "2", "-ar", str(SAMPLE_RATE), "-c:a", "pcm_f32le", "-f", "f32le", "pipe:1"]
    most = (int(seconds * SAMPLE_RATE) + SAMPLE_RATE) * 8
    data = output([*source(path, form_of(path), *cut), *to], most, BROUGHT)
    samples = np.frombuffer(data[: len(data) // 8 * 8], np.float32).reshape(-1, 2)
    if not len(samples):
        raise MediaError("it holds no sound there")
    return np.nan_to_num(np.clip(samples, -4.0, 4.0))


def pictures_of(
    path: Path, begin: Fraction, count: int, size: tuple[int, int], fps: Fraction
) -> Iterator[NDArray[np.uint8]]:
    """Up to ``count`` frames from second ``begin`` on, ``fps`` to each second of the file, scaled to cover ``size``.

    Frames are (H, W, 3) uint8 sRGB. Fewer come when the file ends. Raises ``MediaError``, ``FfmpegError``.
    """
    width, height = size
    fit = f"scale={width}:{height}:force_original_aspect_ratio=increase:flags=lanczos,crop={width}:{height},setsar=1"
    to = ["-map", "0:v:0", "-an", "-sn", "-vf", f"fps={fps.numerator}/{fps.denominator}:start_time=0,{fit}"]
    raw = ["-frames:v", str(count), "-pix_fmt", "rgb24", "-fps_mode", "passthrough", "-f", "rawvideo", "pipe:1"]
    seek = ["-ss", f"{float(begin):.6f}", "-threads", "1"]
    for block in frames([*source(path, form_of(path), *seek), *to, *raw], width * height * 3, BROUGHT):
        yield np.frombuffer(block, np.uint8).reshape(height, width, 3).copy()
