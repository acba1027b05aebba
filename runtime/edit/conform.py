"""The cut: segments laid end to end by packet copy. Run as a program it does so in a sandbox: see ``finishing``."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av

REORDER = 2
"""Frames an encoder may hold back; fixed so that every segment of a film decodes by the same rule."""
_LOOK = [{"skip_frame": "all"}]
"""Opening decodes a frame to learn what the file says anyway: six times slower."""


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
            with av.open(str(path), format="mp4", stream_options=_LOOK) as piece:  # type: ignore[arg-type]
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


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    conform([Path(path) for path in asked["segments"]], Path(asked["out"]), (asked["fps"][0], asked["fps"][1]))
