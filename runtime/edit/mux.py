"""The film as people get it: picture, sound, chapters and titles in one fast-start MP4; packets are copied, nothing is encoded.

Sound comes in pieces of ADTS frames and becomes one track. Its first frame begins 1,024 samples before the picture, which
the file says, and it ends at the very sample the film ends at, so that picture and sound stay together to the sample.
Run as a program it does so in a sandbox: see ``finishing``.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator, Sequence
from fractions import Fraction
from heapq import merge
from pathlib import Path
from typing import Any, TypeAlias

import av

from compiler.graph.soundgrid import AAC_FRAME, aac_frames
from compiler.timebase import SAMPLE_RATE
from runtime.sound.adts import HEADER, adts_frames

_CLOCK = 240_000
"""Ticks a second in which the file says how long its tracks are: whole for samples and for frames of every usual rate."""
_Timed: TypeAlias = tuple[Fraction, "av.Packet[Any]"]
"""A packet and the second at which it is decoded."""


def mux(
    video: Path,
    audio: Sequence[Path],
    samples: int,
    chapters: Sequence[tuple[float, str]],
    title: str,
    out: Path,
    author: str = "",
) -> None:
    """Write picture, ``samples`` of sound (ADTS pieces in order; none: a silent film), chapters (seconds, title) and titles.

    Raises ``ValueError`` when the pieces are not the frames of so many samples.
    """
    options = {"fflags": "+bitexact", "use_editlist": "1", "movie_timescale": str(_CLOCK)}
    with av.open(str(video), format="mp4") as picture, contextlib.ExitStack() as stack:
        track = picture.streams.video[0]
        # Room for the index is left in front: to move it there afterwards would be to write the film twice.
        room = _room(
            track.frames, aac_frames(samples) if audio else 0, [title, author, *(name for _, name in chapters)]
        )
        options["moov_size"] = str(room)
        film = stack.enter_context(av.open(str(out), "w", format="mp4", container_options=options))
        shown = film.add_stream_from_template(track)
        packets = _picture(picture, track, shown)
        if audio:
            heard = film.add_stream("aac", rate=SAMPLE_RATE, layout="stereo")
            heard.time_base = Fraction(1, SAMPLE_RATE)
            packets = merge(packets, _sound(audio, samples, heard), key=lambda timed: timed[0])
        film.metadata.update({name: _line(text) for name, text in (("title", title), ("artist", author)) if text})
        seconds = Fraction(track.duration or 0) * (track.time_base or 1)
        film.set_chapters(_chapters(chapters, seconds))
        for _, packet in packets:
            film.mux(packet)


def _picture(source: av.container.InputContainer, track: av.VideoStream, to: av.VideoStream) -> Iterator[_Timed]:
    for packet in source.demux(track):
        if packet.size and packet.dts is not None and packet.time_base is not None:
            at = packet.dts * packet.time_base
            packet.stream = to
            yield at, packet


def _sound(pieces: Sequence[Path], samples: int, to: av.AudioStream) -> Iterator[_Timed]:
    number = 0
    whole = aac_frames(samples)
    for piece in pieces:
        for frame in adts_frames(piece):
            packet: av.Packet[Any] = av.Packet(frame[HEADER:])
            packet.pts = packet.dts = (number - 1) * AAC_FRAME
            # The last frame holds what is left; a player stops there.
            packet.duration = AAC_FRAME if number < whole - 1 else samples - (whole - 2) * AAC_FRAME
            packet.time_base = Fraction(1, SAMPLE_RATE)
            packet.is_keyframe = True
            packet.stream = to
            yield Fraction(packet.dts, SAMPLE_RATE), packet
            number += 1
    if number != whole:
        raise ValueError(f"{number} frames of sound came, {whole} make up {samples} samples")


def _chapters(chapters: Sequence[tuple[float, str]], seconds: Fraction) -> list[av.container.core.Chapter]:
    """Each ends where the next begins, in milliseconds."""
    ends = [*(at for at, _ in chapters[1:]), float(seconds)][: len(chapters)]
    return [
        {
            "id": number,
            "start": round(start * 1000),
            "end": max(round(end * 1000), round(start * 1000) + 1),
            "time_base": Fraction(1, 1000),
            "metadata": {"title": _line(name)},
        }
        for number, ((start, name), end) in enumerate(zip(chapters, ends, strict=True), 1)
    ]


def _room(pictures: int, sounds: int, texts: Sequence[str]) -> int:
    """Bytes that the index of a film can take at the very most, each packet a chunk of its own."""
    return (1 << 16) + 48 * pictures + 36 * sounds + sum(512 + 8 * len(text.encode()) for text in texts)


def _line(text: str) -> str:
    """Text as one line of what can be shown."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    mux(
        Path(asked["video"]),
        [Path(path) for path in asked["audio"]],
        asked["samples"],
        [(float(at), str(name)) for at, name in asked["chapters"]],
        asked["title"],
        Path(asked["out"]),
        asked["author"],
    )
