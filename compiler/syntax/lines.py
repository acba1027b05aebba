"""What a single line can be, by Fountain's rules. Knows no neighbours: blank lines around are the parser's affair."""

from __future__ import annotations

import re

KEYWORDS = frozenset(
    "use character group location prop look setup verb delivery piece coverage scene shot light sound music title plate"
    " inpaint line require cover edition".split()
)
"""The keywords of directives."""
TIMED = frozenset({"shot", "sound", "music", "light", "title", "plate", "inpaint", "line"})
"""Directives that happen at their place in a paragraph; the others stand beside it."""

_HEADING = re.compile(r"(?:INT\.?/EXT|EXT\.?/INT|I/E|INT|EXT|EST)[. ]", re.IGNORECASE)
_NUMBER = re.compile(r"\s*#([\w.\-]+)#\s*$")
_EXTENSION = re.compile(r"\(([^()]*)\)")
_TRANSITIONS = re.compile(r"(?:FADE (?:IN|OUT|TO BLACK|UP)|CUT TO BLACK|FADE TO WHITE)[.:]?", re.IGNORECASE)
_CROSSFADE = re.compile(r"(?:SLOW |QUICK )?CROSS ?FADE(?: \S+)?(?: TO)?[.:]?")
_SPECIAL_FIRST = "!@~>#="


def is_blank(line: str) -> bool:
    """Empty, or fewer than two spaces: two spaces keep an empty line inside a speech."""
    return not line.strip()


def keyword_of(line: str) -> str:
    """The directive keyword a line begins with, or ""."""
    word = re.match(r"[a-z]+(?=\s|$)", line)
    return word[0] if word and word[0] in KEYWORDS else ""


def heading_of(line: str) -> tuple[str, str, bool] | None:
    """(text, number, forced) of a scene heading."""
    text = line.strip()
    forced = text.startswith(".") and len(text) > 1 and text[1].isalnum()
    if not forced and not _HEADING.match(text):
        return None
    body = text[1:] if forced else text
    number = _NUMBER.search(body)
    return (body[: number.start()] if number else body).strip(), number[1] if number else "", forced


def is_transition(line: str) -> bool:
    """An unforced transition: upper case and ending in ``TO:``, or one of the fades."""
    text = line.strip()
    if not text or any(c.islower() for c in text):
        return False
    return text.endswith("TO:") or bool(_TRANSITIONS.fullmatch(text)) or bool(_CROSSFADE.fullmatch(text))


def cue_of(line: str, names: frozenset[str]) -> tuple[str, tuple[str, ...], bool, bool] | None:
    """(name, extensions, dual, forced) when a line can be a character cue.

    Upper case throughout outside parentheses and at least one letter; letters without case (Japanese,
    Arabic) count when the name is declared; ``@`` forces.
    """
    text = line.strip()
    forced = text.startswith("@")
    if forced:
        text = text[1:].lstrip()
    elif not text or text[0] in _SPECIAL_FIRST or text[0] == "(":
        return None
    dual = text.endswith("^")
    text = text.rstrip("^").rstrip()
    extensions = tuple(e.strip() for e in _EXTENSION.findall(text))
    name = " ".join(_EXTENSION.sub(" ", text).split())
    if not name or ("(" in name or ")" in name):
        return None
    if forced:
        return name, extensions, dual, True
    if any(c.islower() for c in name) or not any(c.isalpha() for c in name):
        return None
    if not any(c.isupper() for c in name) and name not in names:
        return None
    if name[-1] in ".!?:…" and name not in names:
        return None
    return name, extensions, dual, False
