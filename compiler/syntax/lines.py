"""What a single line can be, by Fountain's rules. Knows no neighbours: blank lines around are the parser's affair."""

from __future__ import annotations

import re
from typing import NamedTuple

KEYWORDS = frozenset(
    "use character group location prop look setup verb delivery piece coverage scene shot light sound music title plate"
    " inpaint line require cover edition".split()
)
"""The keywords of directives."""
TIMED = frozenset({"shot", "sound", "music", "light", "title", "plate", "inpaint", "line"})
"""Directives that happen at their place in a paragraph; the others stand beside it."""

_KEYWORD = re.compile(rf"(?:{'|'.join(sorted(KEYWORDS))})(?=\s|$)")
_HEADING = re.compile(r"(?:INT\.?/EXT|EXT\.?/INT|I/E|INT|EXT|EST)(?:\.|(?=\s))", re.IGNORECASE)
_TITLE_KEY = re.compile(r"([^\s:!@.~>#=][^:]{0,60}):(.*)", re.DOTALL)
_NUMBER = re.compile(r"\s*#([^\s#]+)#\s*$")
_EXTENSION = re.compile(r"[(（]([^()（）]*)[)）]")
_TRANSITIONS = re.compile(
    r"(?:(?:SLOW|LONG|QUICK|FAST) )?(?:FADE (?:IN|OUT|UP|TO BLACK|TO WHITE)|CUT TO BLACK)"
    r"(?:,? (?:OVER )?\d{1,4}(?:\.\d{1,4})? ?(?:SECONDS?|SECS?|S|FRAMES?|F|MS))?[.:]?"
)
_CROSSFADE = re.compile(r"(?:SLOW |QUICK )?CROSS ?FADE(?: \S+)?(?: TO)?[.:]?")
_INITIAL = re.compile(r"(?:^|[ .])(?:\w|JR|SR|DR|MR|MRS|MS|PROF|CAPT|SGT|LT|COL|GEN|REV|HON|ESQ)\.$")
_SENTENCE_ENDS = frozenset(".!?:;…。！？،؟。।")
_CASELESS_LOWER = str.maketrans("ßªº", "ẞAO")
"""Letters that are lower case to Unicode and stand among capitals to people."""
LONGEST_NAME = 60


class Cue(NamedTuple):
    """A cue's parts; ``start`` and ``end`` bound the name within the line."""

    name: str
    extensions: tuple[str, ...]
    dual: bool
    forced: bool
    start: int
    end: int


def is_blank(line: str) -> bool:
    """Nothing, or white space only."""
    return not line or line.isspace()


def is_empty(line: str) -> bool:
    """Blank, and short of the two spaces (or one tab) that keep an empty line inside a speech."""
    return not line or (line.isspace() and len(line) < 2 and line != "\t")


def single_spaced(text: str) -> str:
    """Text without white space around it, and with single spaces where comments or people left more."""
    return " ".join(text.split()) if "  " in text or "\t" in text else text.strip()


def keyword_of(line: str) -> str:
    """The directive keyword a line begins with, or ""."""
    word = _KEYWORD.match(line)
    return word[0] if word else ""


def heading_of(text: str) -> tuple[str, str, bool] | None:
    """(text, number, forced) of a scene heading; ``text`` is a line without white space around it."""
    forced = len(text) > 1 and text[0] == "." and text[1].isalnum()
    if not forced and not _HEADING.match(text):
        return None
    body = text[1:] if forced else text
    number = _NUMBER.search(body) if body.endswith("#") else None
    return single_spaced(body[: number.start()] if number else body), number[1] if number else "", forced


def is_transition(text: str) -> bool:
    """An unforced transition: upper case and ending in ``TO:``, or one of the fades."""
    if not text.isupper():
        return False
    text = single_spaced(text)
    return text.endswith("TO:") or bool(_TRANSITIONS.fullmatch(text) or _CROSSFADE.fullmatch(text))


def title_entry(line: str) -> re.Match[str] | None:
    """A line of a title page that begins an entry: groups are the key and what follows the colon."""
    return _TITLE_KEY.fullmatch(line)


def begins_title_page(line: str, bare_directives: bool) -> bool:
    """Whether a source whose first line this is has a title page; a directive, heading or transition begins the film."""
    text = line.strip()
    begins_film = heading_of(text) or is_transition(text) or (bare_directives and keyword_of(line))
    return title_entry(line) is not None and not begins_film


def is_page_break(text: str) -> bool:
    """Three or more ``=`` and nothing else."""
    return text.startswith("===") and not text.strip("=")


def cue_of(line: str, names: frozenset[str]) -> Cue | None:
    """The parts of a line that can be a character cue; ``names`` are speakers known to the file.

    Outside parentheses it is all capitals, with at least one letter; it begins with a letter or a digit, and ends in
    no mark that ends a sentence, unless that is an initial or a title. A known name needs neither. Letters without
    case make a cue only of a known name, or with an extension in parentheses or a caret. ``@`` forces.
    """
    text = line.rstrip()
    start = len(text) - len(text.lstrip())
    forced = text.startswith("@", start)
    if forced:
        start += 1
        start += len(text) - start - len(text[start:].lstrip())
    elif start >= len(text) or not (text[start].isalnum() or text[start] in "'’\"“"):
        return None
    end = len(text.rstrip("^").rstrip())
    dual = end < len(text) and text[-1] == "^"
    body = text[start:end]
    extensions: tuple[str, ...] = ()
    if "(" in body or "（" in body:
        extensions = tuple(e.strip() for e in _EXTENSION.findall(body))
        first = _EXTENSION.search(body)
        end = start + (len(body[: first.start()].rstrip()) if first else len(body))
        body = _EXTENSION.sub(" ", body)
    name = " ".join(body.split())
    if not name or any(mark in name for mark in "()（）"):
        return None
    cue = Cue(name, extensions, dual, forced, start, end)
    return cue if forced or name in names or _cue_like(name, bool(extensions) or dual) else None


def _cue_like(name: str, marked: bool) -> bool:
    if len(name) > LONGEST_NAME or ":" in name:
        return False
    if name[-1] in _SENTENCE_ENDS and not _INITIAL.search(name):
        return False
    if name.isupper() or (not name.isascii() and name.translate(_CASELESS_LOWER).isupper()):
        return True
    caseless = any(map(str.isalpha, name)) and not any(c.islower() or c.isupper() for c in name)
    return caseless and marked
