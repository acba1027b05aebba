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
from compiler.meaning.title_page import SETTINGS
from compiler.meaning.units import LEVELS_DB
from compiler.meaning.vocabulary import all_shot_phrases
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
_CAPITAL = re.compile(r"(Shot|Character|Location|Prop|Group)[ \t]+(\S.*)")
_MEASURED = re.compile(r",\s*(?:\d{1,3}\s?mm|f/\d)")
_MOST_TOLD = 100


def near_misses(elements: Iterable[n.Element], sources: Mapping[str, Source], report: Report) -> None:
    """Warn about every near-miss in the elements of a film's own sources. Linear in their number."""
    for element in elements:
        if len(report.items) >= _MOST_TOLD:
            return
        match element:
            case n.Dialogue():
                for part in element.parts:
                    if type(part) is n.Directive:
                        _directive(part, report)
            case n.Action():
                opening = element.lines[0].text[:1] if element.lines else ""
                if opening and opening in "SCLPG" and not element.span.file.lower().endswith(".fountain"):
                    _capital_keyword(element, report)
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
    if near:
        wrong, right = near
        report(W.NEAR_TRANSITION, node.span, text=node.text.strip(), help=f"did you mean `{right}` by `{wrong}`?")


@lru_cache(maxsize=256)
def _meant_edit(text: str) -> tuple[str, str] | None:
    upper = text.upper()
    if any(word in upper for word in _EDITS) or "CUT" in upper:
        return None
    for word in _WORD.findall(upper):
        if right := misspelling(word, _EDITS):
            return word, right
    return None


def _capital_keyword(action: n.Action, report: Report) -> None:
    """``Shot wide, 35mm`` and ``Character MARA``: action to the parser, and hardly meant to be."""
    first = action.lines[0] if action.lines else None
    match = _CAPITAL.match(first.text) if first else None
    if first is None or match is None:
        return
    word, rest = match.groups()
    told = split_phrases(n.Text(rest, Span(0, len(rest), "")))
    opening = told[0].text if told else ""
    if word == "Shot":
        meant = opening.partition(" of ")[0].lower() in all_shot_phrases() or bool(_MEASURED.search(rest))
    else:
        meant = opening.isupper() and len(opening) > 1
    if meant:
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
        for phrase in split_phrases(head)[1:]:
            _heard(phrase, directive.keyword, report)


@lru_cache(maxsize=4096)
def _worth_hearing(head: str, keyword: str) -> bool:
    """Whether any part between commas is nearly a word of the vocabulary."""
    return any(_meant_heard(" ".join(part.lower().split()), keyword) for part in head.split(",")[1:])


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
    near = misspelling(text, words)
    sure = len(text) >= 6 or sorted(text) == sorted(near)  # `slow` is no slip for `low`
    return near if sure else ""


def _length(span: Span) -> int:
    return span.end - span.start
