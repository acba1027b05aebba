"""Fields of tasks in the words of a set: ``shot.camera.keys[*].focal_mm`` is the lens, and 28.0 → 35.0 is ``28 → 35 mm``."""

from __future__ import annotations

import re

from runtime.cli.excerpt import shown

_LONGEST = 40
_WORDS: tuple[tuple[str, str, str], ...] = (
    (r"focal_mm$", "lens", " mm"), (r"(^|\.)line\.text$|\.text$", "words", ""), (r"look\.name$", "look", ""),
    (r"voice", "voice", ""), (r"garments", "clothes", ""), (r"hair", "hair", ""), (r"light|lamps", "light", ""),
    (r"f_stop$|f_number$|aperture", "aperture", ""), (r"(^|\.)frames$", "length", " frames"), (r"overlays", "title", ""),
    (r"(^|\.)title$", "title", ""), (r"gain|level", "level", ""), (r"eye|target|position|keys", "camera", ""),
    (r"(^|\.)size$", "frame size", ""),
)  # fmt: skip
"""Pattern of a field, what people call it, and its unit."""
_FIRST = ("lens", "words", "look", "voice", "clothes", "hair", "light", "title", "length")
"""What says more than the rest of what it brings with it."""
_BARE = frozenset({"voice", "clothes", "hair", "light", "camera"})
"""Words that a figure says nothing about: they have many."""


def in_words(field: str, before: str, after: str) -> tuple[int, str]:
    """(weight, words) of one changed field, its values as JSON; of all fields that change together the lightest says most."""
    if field == "new":
        return 2, "new"
    if field == "code":
        return 4, "the code or the data it is made with"
    word, unit = next(((w, u) for pattern, w, u in _WORDS if re.search(pattern, field)), ("", ""))
    weight = _FIRST.index(word) - len(_FIRST) if word in _FIRST else 3 if word else 5
    said = word or re.sub(r"\[[\d*]+\]", "", field).rpartition(".")[2].replace("_", " ")
    short = _value(before), _value(after)
    plain = all(0 < len(v) <= _LONGEST and v[0] not in "[{" and not v.endswith(" of them") for v in short)
    if word in _BARE and all(re.match(r"-?[\d.]+$|nothing$", value) for value in short):
        plain = False
    return weight, f"{said} {short[0]} → {short[1]}{unit}" if plain else said


def _value(text: str) -> str:
    """A value as people write it: no quotes that say nothing, no ``.0``, a size as one."""
    if text == "null":
        return "nothing"
    if re.fullmatch(r"-?\d+\.0", text):
        return text[:-2]
    if match := re.fullmatch(r"\[(\d+), (\d+)\]", text):
        return f"{match[1]}x{match[2]}"
    return shown(text.strip('"') if len(text) > 2 and text.count('"') == 2 and " " not in text else text)
