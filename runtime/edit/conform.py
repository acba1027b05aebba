"""The cut: segments laid end to end by packet copy, then picture, sound, chapters and title in one file."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av

from runtime.edit.ffmpeg import EXACT, run, source
from runtime.edit.segment import REORDER


def conform(segments: Sequence[Path], out: Path, fps: tuple[int, int]) -> int:
    """Copy the packets of ``segments`` in order into one H.264 MP4 at ``out``; returns its frame count.

    Every packet gets its time from its place: presentation from its segment's own order, decoding one frame per
    packet, so both are exact and monotone whatever clock the segments carried. Raises ``ValueError`` when a
    segment is empty or was made by another encoder profile.
    """
    rate = Fraction(*fps)
    tick = 1 / rate
    total = 0
    head: bytes | None = None
    options = {"fflags": "+bitexact", "use_editlist": "1"}
    with av.open(str(out), "w", format="mp4", container_options=options) as target:
        stream = None
        for path in segments:
            with av.open(str(path), format="mp4") as piece:
                track = piece.streams.video[0]
                extra = bytes(track.codec_context.extradata or b"")
                if stream is None:
                    head = extra
                    stream = target.add_stream_from_template(track)
                    stream.time_base = tick
                elif extra != head:
                    raise ValueError(f"{path.name} was encoded with another profile")
                packets = [p for p in piece.demux(track) if p.size]
                order = {pts: i for i, pts in enumerate(sorted(p.pts for p in packets if p.pts is not None))}
                if len(order) != len(packets) or not packets:
                    raise ValueError(f"{path.name} holds no sound sequence of frames")
                for k, packet in enumerate(packets):
                    packet.pts, packet.dts = total + order[packet.pts or 0], total + k - REORDER
                    packet.duration = 1
                    packet.time_base = tick
                    packet.stream = stream
                    target.mux(packet)
                total += len(packets)
        if stream is None:
            raise ValueError("nothing to conform")
    return total


def mux(
    video: Path, audio: Path | None, chapters: Sequence[tuple[float, str]], title: str, out: Path, author: str = ""
) -> None:
    """Picture, sound (AAC in MP4), chapters (seconds, title) and title to a fast-start MP4; nothing is re-encoded.

    User text travels in a file, escaped, never in arguments. Raises ``FfmpegError``.
    """
    seconds = duration(video)
    notes = out.with_suffix(".ffmeta")
    notes.write_text(metadata(chapters, title, author, seconds), encoding="utf-8")
    inputs = source(video, "mp4")
    if audio is not None:
        inputs += source(audio, "mp4")
    inputs += source(notes, "ffmetadata")
    last = 2 if audio is not None else 1
    maps = ["-map", "0:v:0", *(["-map", "1:a:0"] if audio is not None else [])]
    exact = EXACT[: EXACT.index("-map_metadata")]
    carry = ["-map_metadata", str(last), "-map_chapters", str(last), "-c", "copy"]
    try:
        run([*inputs, *maps, *carry, *exact, "-movflags", "+faststart", "-f", "mp4", f"file:{out}"])
    finally:
        notes.unlink(missing_ok=True)


def metadata(chapters: Sequence[tuple[float, str]], title: str, author: str, seconds: float) -> str:
    """ffmetadata text: title, artist and chapters that end where the next begins."""
    lines = [";FFMETADATA1", f"title={_escaped(title)}"]
    if author:
        lines.append(f"artist={_escaped(author)}")
    ends = [*(at for at, _ in chapters[1:]), seconds][: len(chapters)]
    for (start, name), end in zip(chapters, ends, strict=True):
        first, last = round(start * 1000), max(round(end * 1000), round(start * 1000) + 1)
        lines += ["[CHAPTER]", "TIMEBASE=1/1000", f"START={first}", f"END={last}", f"title={_escaped(name)}"]
    return "\n".join(lines) + "\n"


def duration(video: Path) -> float:
    """Seconds of the picture of an MP4 file."""
    with av.open(str(video), format="mp4") as file:
        track = file.streams.video[0]
        return float((track.duration or 0) * (track.time_base or Fraction(1)))


def _escaped(text: str) -> str:
    text = " ".join(text.split())
    return "".join(f"\\{c}" if c in "=;#\\" else c for c in text if c.isprintable())
