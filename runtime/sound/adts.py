"""AAC frames in a row, each with its own header (ADTS): what pieces of a film's sound are kept as, for they join as bytes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

HEADER = 7
"""Bytes before the sound of a frame."""


def adts_frames(path: Path) -> Iterator[bytes]:
    """The frames of an ADTS file, headers and all. Raises ``ValueError`` on a damaged one."""
    with path.open("rb") as file:
        while head := file.read(HEADER):
            size = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5 if len(head) == HEADER else 0
            body = file.read(size - HEADER) if size > HEADER else b""
            if head[0] != 0xFF or len(body) != size - HEADER or size <= HEADER:
                raise ValueError(f"{path.name} is no whole sound of AAC frames")
            yield head + body
