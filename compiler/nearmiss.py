"""Slips where the language takes free words, so that nothing is wrong and something is missing: said, never guessed.

A title page keeps any key, any words before ``TO:`` are a cut, a sound is described freely; what is nearly a word that
would have meant something there is warned about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from compiler.codes import W
from compiler.diagnostics import Edit, Fix, Report, Span
from compiler.meaning.audio import MODES
from compiler.meaning.title_page import SETTINGS
from compiler.meaning.transitions import DURATION
from compiler.meaning.units import LEVELS_DB
from compiler.meaning.vocabulary import TIMES, all_shot_phrases
from compiler.names import distance, misspelling
from compiler.syntax import nodes as n
from compiler.syntax.phrases import split_phrases
from compiler.syntax.source import Source

_PAGE_KEYS = frozenset(
    "authors credit source notes date contact copyright revision format font header footer episode series draft".split()
)
_EDITS = ("DISSOLVE", "CROSSFADE", "FADE", "WIPE", "SMASH", "MATCH")
_WORD = re.compile(r"[^\W\d_]+")
_SOUND_WORDS = (*(level.replace("-", " ") for level in LEVELS_DB), "looping", "under scene", "until end of scene")
_MUSIC_WORDS = (*(level.replace("-", " ") for level in LEVELS_DB), "under scene", "until end of scene")
_NUMBER_UNIT = re.compile(r"(\d{1,4}(?:\.\d{1,3})?)\s?([^\W\d_]{2,7})")
_UNITS = ("bpm", "seconds", "frames")
_IN_KEY = re.compile(r"((?:.*\s)?in )([a-g](?: ?[#♯]|[b♭]| sharp| flat)?) ([a-z]{4,12})")
_CAPITAL = re.compile(r"(Shot|Character|Location|Prop|Group)[ \t]+(\S.*)")
_MEASURED = re.compile(r",\s*(?:\d{1,3}\s?mm|f/\d)")
_MOST_TOLD = 100
_LONGEST_LINE = 120
_OPENING = re.compile(r"([A-Z]{2,8})([.,:;]?)\s+(?=\S)")
_WRITTEN_OUT = {"INTERIOR": "INT.", "EXTERIOR": "EXT.", "INTER": "INT.", "EXTER": "EXT."}
_FADES = ("FADE IN", "FADE OUT", "FADE TO BLACK", "CUT TO BLACK", "CROSSFADE")
_SLIPS = {"V0": "V.O.", "0S": "O.S.", "0C": "O.S.", "VOO": "V.O.", "OSS": "O.S."}
"""Letters of an extension that is surely a slip of the finger."""
_TO_LESS = re.compile(r"(?:(?:SLOW|QUICK|SMASH|MATCH) )?(?:DISSOLVE|WIPE|CUT)(?: \d\S*)?:")
_COUNT = re.compile(r"\d\S*")


def near_misses(elements: Iterable[n.Element], sources: Mapping[str, Source], report: Report) -> None:
    """Warn about every near-miss in the elements of a film's own sources. Linear in their number."""
    for element in elements:
        if len(report.items) >= _MOST_TOLD:
            return
        match element:
            case n.Dialogue():
                _speech(element, sources, report)
                for part in element.parts:
                    if type(part) is n.Directive:
                        _directive(part, report)
            case n.Action():
                opening = element.lines[0].text[:1] if element.lines else ""
                fountain = element.span.file.lower().endswith(".fountain")
                if opening and opening in ("scplg" if fountain else "SCPLG"):
                    _unread_keyword(element, fountain, report)
                if len(element.lines) == 1 and element.lines[0].text.isupper():
                    _upper_line(element, report)
            case n.Directive():
                _directive(element, report)
            case n.TitlePage():
                _title_page(element, sources, report)
            case n.Transition():
                _transition(element, report)
            case _:
                pass


def _title_page(page: n.TitlePage, sources: Mapping[str, Source], report: Report) -> None:
    source = sources.get(page.span.file)
    given = {key.lower() for key, _ in page.entries}
    for key, value in page.entries:
        lower = key.lower()
        near = "" if lower in SETTINGS or lower in _PAGE_KEYS or len(key) > 20 else _meant_setting(lower)
        if not near or near in given:
            continue
        at = source.text.rfind(key + ":", page.span.start, value.span.start) if source else -1
        span = Span(at, at + len(key), page.span.file) if at >= 0 else page.span
        fix = Fix(f"write `{near.capitalize()}`", (Edit(span, near.capitalize()),)) if at >= 0 else None
        report(W.NEAR_SETTING, span, key=key, help=f"did you mean `{near.capitalize()}`?", fix=fix)


def _meant_setting(key: str) -> str:
    short = next((s for s in SETTINGS if len(key) == 3 and distance(key, s, 1) == 1), "")
    return misspelling(key, SETTINGS) or short


def _transition(node: n.Transition, report: Report) -> None:
    near = _meant_edit(node.text)
    text = node.text.strip()
    if near:
        wrong, right = near
        report(W.NEAR_TRANSITION, node.span, text=text, what="a cut", help=f"did you mean `{right}` by `{wrong}`?")
    elif (number := _COUNT.search(text)) and not DURATION.search(" ".join(text.upper().rstrip(":. ").split())):
        what = "one of the usual length"
        help_text = f"`{number[0]}` is no duration; write `DISSOLVE 2S TO:`"
        report(W.NEAR_TRANSITION, node.span, text=text, what=what, help=help_text)


def _upper_line(action: n.Action, report: Report) -> None:
    """A line of capitals that is nearly a heading (``INNT. HALL - DAY``) or a fade (``FADE OTU.``)."""
    line = action.lines[0]
    text = " ".join(line.text.split())
    if action.forced or len(text) > _LONGEST_LINE:
        return
    if near := _meant_heading(text):
        _near_heading(Span(line.span.start, line.span.start + len(near[0]), line.span.file), near, "action", report)
    elif (right := _meant_fade(text)) and text != right:
        report(W.NEAR_TRANSITION, line.span, text=text, what="action", help=f"did you mean `{right}`?")


def _near_heading(span: Span, near: tuple[str, str], what: str, report: Report) -> None:
    fix = Fix(f"write `{near[1]}`", (Edit(span, near[1]),))
    report(W.NEAR_HEADING, span, text=near[0], what=what, help=f"did you mean `{near[1]}`?", fix=fix)


@lru_cache(maxsize=1024)
def _meant_heading(text: str) -> tuple[str, str] | None:
    """What a line begins with, and the ``INT.`` or ``EXT.`` that is surely meant: a time or a dash stands after it."""
    match = _OPENING.match(text)
    if match is None or (" - " not in text and text.rsplit(" ", 1)[-1].lower() not in TIMES):
        return None
    word = match[1]
    if word in _WRITTEN_OUT:
        return match[0].rstrip(), _WRITTEN_OUT[word]
    if word in ("INT", "EXT", "EST"):
        return match[0].rstrip(), f"{word}."
    if not match[2] or text.rsplit(" ", 1)[-1].lower().strip(".") not in TIMES:
        return None  # `EXIT. THE DOOR - CLOSED.` is no place; a full stop and a time of day tell
    near = [right for right in ("INT", "EXT") if distance(word, right, 1) == 1 and len(word) in (2, 3, 4)]
    return (match[0].rstrip(), f"{near[0]}.") if len(near) == 1 else None


@lru_cache(maxsize=1024)
def _meant_fade(text: str) -> str:
    bare = text.rstrip(".:")
    if _TO_LESS.fullmatch(text):
        return f"{bare} TO:"
    near = [right for right in _FADES if bare != right and distance(bare, right, 1) == 1]
    return f"{near[0]}." if len(near) == 1 else ""


def _speech(node: n.Dialogue, sources: Mapping[str, Source], report: Report) -> None:
    """``(V.0.)`` beside a name, and a heading that a line of action right below has made a speaker."""
    for extension in node.extensions:
        letters = re.sub(r"[^A-Z0-9]", "", extension.upper())
        if letters in _SLIPS and (right := _SLIPS[letters]) and letters != extension:
            source = sources.get(node.span.file)
            at = source.text.find(extension, node.span.start, node.span.end) if source else -1
            span = Span(at, at + len(extension), node.span.file) if at >= 0 else node.span
            fix = Fix(f"write `{right}`", (Edit(span, right),), safe=True) if at >= 0 else None
            report(W.NEAR_EXTENSION, span, text=extension, help=f"did you mean `({right})`?", fix=fix)
    if not node.forced and (near := _meant_heading(node.name)):
        start = node.name_span.start
        _near_heading(Span(start, start + len(near[0]), node.span.file), near, "a speaker", report)


@lru_cache(maxsize=256)
def _meant_edit(text: str) -> tuple[str, str] | None:
    upper = text.upper()
    if any(word in upper for word in _EDITS) or "CUT" in upper:
        return None
    for word in _WORD.findall(upper):
        if right := misspelling(word, _EDITS):
            return word, right
    return None


def _unread_keyword(action: n.Action, fountain: bool, report: Report) -> None:
    """``Shot wide, 35mm``, and ``shot wide, 35mm`` in a ``.fountain``: action to the parser, and hardly meant to be."""
    first = action.lines[0] if action.lines and not action.forced else None
    match = _CAPITAL.match(first.text.capitalize() if fountain else first.text) if first else None
    if first is None or match is None:
        return
    word, rest = match[1], first.text[match.start(2) : match.end(2)]
    told = split_phrases(n.Text(rest, Span(0, len(rest), "")))
    opening = told[0].text if told else ""
    if word == "Shot":
        meant = opening.partition(" of ")[0].lower() in all_shot_phrases() or bool(_MEASURED.search(rest))
    else:
        meant = opening.isupper() and len(opening) > 1
    if meant and fountain:
        begin, end, file = first.span.start, first.span.end, first.span.file
        whole = len(action.lines) == 1 and end - begin == len(first.text)
        edits = (Edit(Span(begin, begin + len(word), file), f"[[{word.lower()}:"), Edit(Span(end, end, file), "]]"))
        help_text = f"in a .fountain file a note directs: `[[{word.lower()}: …]]`"
        fix = Fix("make it a note", edits) if whole else None
        report(W.NEAR_KEYWORD, Span(begin, begin + len(word), file), word=word.lower(), help=help_text, fix=fix)
    elif meant:
        span = Span(first.span.start, first.span.start + len(word), first.span.file)
        fix = Fix(f"write `{word.lower()}`", (Edit(span, word.lower()),))
        help_text = f"keywords are in lower case: `{word.lower()} …`; write `!{word}` to keep it action"
        report(W.NEAR_KEYWORD, span, word=word, help=help_text, fix=fix)


def _directive(directive: n.Directive, report: Report) -> None:
    head = directive.head
    if head.text.count('"') % 2:
        last = head.span.start + head.text.rfind('"')  # character i of a text stands at its start + i
        report(W.UNCLOSED_QUOTE, Span(last, last + 1, head.span.file), help='close it: `"…"`')
    if directive.keyword in ("sound", "music") and _worth_hearing(head.text, directive.keyword):
        for place, phrase in enumerate(split_phrases(head)):
            if not place and not _IN_KEY.fullmatch(phrase.text.lower()):
                continue  # the first says what is heard, in any words
            _heard(phrase, directive.keyword, report)


@lru_cache(maxsize=4096)
def _worth_hearing(head: str, keyword: str) -> bool:
    """Whether any part between commas is nearly a word of the vocabulary."""
    first, *parts = head.split(",")
    parts += [first] if keyword == "music" and " in " in f" {first}" else []
    return any(_meant_heard(" ".join(part.lower().split()), keyword) for part in parts)


def _heard(phrase: n.Text, keyword: str, report: Report) -> None:
    """A phrase after the first one of ``sound`` or ``music`` that is nearly a level, a length or a tempo."""
    near = _meant_heard(phrase.text.lower(), keyword)
    if near:
        what = "what is heard" if keyword == "sound" else "the music"
        fix = Fix(f"write `{near}`", (Edit(phrase.span, near),)) if len(phrase.text) == _length(phrase.span) else None
        report(W.NEAR_WORD, phrase.span, text=phrase.text, what=what, help=f"did you mean `{near}`?", fix=fix)


@lru_cache(maxsize=1024)
def _meant_heard(text: str, keyword: str) -> str:
    words = _SOUND_WORDS if keyword == "sound" else _MUSIC_WORDS
    if text in words:
        return ""
    if measure := _NUMBER_UNIT.fullmatch(text):
        unit = measure[2]
        near = "bpm" if sorted(unit) == sorted("bpm") and unit != "bpm" else misspelling(unit, _UNITS)
        return f"{measure[1]} {near}" if near and near != unit else ""
    if keyword == "music" and (key := _IN_KEY.fullmatch(text)):
        mode = "" if key[3] in MODES else misspelling(key[3], MODES)
        return f"{key[1]}{key[2].upper()} {mode}" if mode else ""
    near = misspelling(text, words)
    sure = len(text) >= 6 or sorted(text) == sorted(near)  # `slow` is no slip for `low`
    return near if sure else ""


def _length(span: Span) -> int:
    return span.end - span.start
