"""Which letters the shipped typefaces have, so that a title that would show empty boxes is known before it is made.

Reads the character map (``cmap``, formats 4 and 12 of the OpenType specification) and nothing else of a font.
"""

from __future__ import annotations

import struct
import unicodedata
from functools import cache
from importlib import resources

SERIF, ITALIC, SANS = "EBGaramond-Regular.otf", "EBGaramond-Italic.otf", "Inter-Regular.otf"


def missing_letters(text: str, fonts: tuple[str, ...] = (SERIF, SANS)) -> str:
    """The letters of ``text`` that none of ``fonts`` has, each once, in order of appearance."""
    if text.isascii():
        return ""
    known = [letters_of(font) for font in fonts]
    wanted = dict.fromkeys(c for c in unicodedata.normalize("NFC", text) if not c.isspace() and _drawn(c))
    return "".join(c for c in wanted if not any(ord(c) in letters for letters in known))


@cache
def letters_of(font: str) -> frozenset[int]:
    """Code points a shipped font has glyphs for."""
    data = resources.files("stdlib").joinpath("fonts", font).read_bytes()
    count = struct.unpack_from(">H", data, 4)[0]
    tables = {data[12 + 16 * i : 16 + 16 * i]: struct.unpack_from(">I", data, 20 + 16 * i)[0] for i in range(count)}
    cmap = tables[b"cmap"]
    found: set[int] = set()
    for i in range(struct.unpack_from(">H", data, cmap + 2)[0]):
        found |= _subtable(data, cmap + struct.unpack_from(">I", data, cmap + 8 + 8 * i)[0])
    return frozenset(found)


def _subtable(data: bytes, at: int) -> set[int]:
    form = struct.unpack_from(">H", data, at)[0]
    if form == 12:
        groups = struct.unpack_from(">I", data, at + 12)[0]
        found: set[int] = set()
        for i in range(groups):
            first, last, _ = struct.unpack_from(">III", data, at + 16 + 12 * i)
            found.update(range(first, last + 1))
        return found
    return _segments(data, at) if form == 4 else set()


def _segments(data: bytes, at: int) -> set[int]:
    count = struct.unpack_from(">H", data, at + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", data, at + 14)
    starts = struct.unpack_from(f">{count}H", data, at + 16 + 2 * count)
    deltas = struct.unpack_from(f">{count}H", data, at + 16 + 4 * count)
    offsets_at = at + 16 + 6 * count
    offsets = struct.unpack_from(f">{count}H", data, offsets_at)
    found: set[int] = set()
    for i, (start, end, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        for code in range(start, min(end, 0xFFFE) + 1):
            glyph = (
                code
                if not offset
                else struct.unpack_from(">H", data, offsets_at + 2 * i + offset + 2 * (code - start))[0]
            )
            if glyph and (glyph + delta) & 0xFFFF:
                found.add(code)
    return found


def _drawn(char: str) -> bool:
    return unicodedata.category(char) not in ("Cf", "Cc", "Mn", "Zs")
