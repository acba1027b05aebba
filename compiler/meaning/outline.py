"""A screenplay's elements to its scenes: where each begins, what it is called, and the context it is resolved in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from compiler.codes import E, W
from compiler.diagnostics import Edit, Fix, Report, Span
from compiler.meaning import film as f
from compiler.meaning.headings import continuous, nearest_place, read_heading
from compiler.meaning.library import dressed_with
from compiler.meaning.scenes import OPENING, SceneContext
from compiler.meaning.scope import Names, words_of
from compiler.meaning.text import plain
from compiler.meaning.vocabulary import TIMES
from compiler.names import nearest
from compiler.syntax import nodes as n

HAPPENING = frozenset({"shot", "sound", "music", "title", "light", "inpaint", "cover", "line", "scene", "require"})
"""Directives that belong to the scene they stand in."""
_BEFORE_PICTURE = frozenset({"sound", "music", "title", "cover"})
NOWHERE_PLACE = "SOMEWHERE"


@dataclass(frozen=True, slots=True)
class Part:
    """A heading (or none) and the elements under it that mean something, up to the next heading."""

    heading: n.Heading | None
    elements: tuple[n.Element, ...]
    chapter: str = ""


@dataclass(slots=True)
class Outline:
    """Everything a film's elements say, sorted by what it belongs to."""

    page: n.TitlePage | None = None
    declarations: list[n.Directive] = field(default_factory=list)
    requires: list[n.Directive] = field(default_factory=list)
    """``require`` above the first scene: of the whole film."""
    parts: list[Part] = field(default_factory=list)


def outline(elements: Iterable[n.Element], report: Report) -> Outline:
    """Sort elements into declarations and scenes. What precedes the first heading belongs to its scene when that is a
    fade, a card or a cue; action there is a scene of its own, nowhere in particular."""
    made = Outline()
    chapter = ""
    heading: n.Heading | None = None
    inner: list[n.Element] = []
    begun = False
    part_chapter = ""

    def close() -> None:
        if heading is not None or inner:
            made.parts.append(Part(heading, tuple(inner), part_chapter))
        inner.clear()

    for element in elements:
        match element:
            case n.Action() | n.Dialogue() | n.Transition() | n.Centered() | n.Lyric():
                if not inner and not begun:
                    part_chapter = chapter
                inner.append(element)
            case n.TitlePage():
                made.page = made.page or element
            case n.Section():
                chapter = plain(element.text)
            case n.Heading():
                if begun or not _leads_in(inner):
                    close()
                heading, part_chapter, begun = element, chapter, True
            case n.Directive():
                if element.keyword not in HAPPENING:
                    made.declarations.append(element)
                elif begun or inner or element.keyword not in ("require", "scene"):
                    inner.append(element)
                elif element.keyword == "require":
                    made.requires.append(element)
                else:
                    reason = "there is no scene yet"
                    report(
                        E.MISPLACED, element.span, keyword="scene", reason=reason, help="write it under a scene heading"
                    )
            case _:
                pass
    close()
    return made


def contexts(
    parts: list[Part], names: Names, places: Mapping[str, f.Location], report: Report
) -> list[tuple[SceneContext, Span, str]]:
    """The context, span and declared parent place ("" = none) of every part, in order.

    A heading that says LATER or CONTINUOUS has the time of the scene before it. A scene's key is its number, else its
    heading and which such heading it is.
    """
    made: list[tuple[SceneContext, Span, str]] = []
    seen: dict[str, int] = {}
    numbers: dict[str, Span] = {}
    words: dict[str, frozenset[str]] = {}
    time = "day"
    for part in parts:
        if part.heading is None:
            first = part.elements[0]
            opening = _leads_in(part.elements)
            key, place = (OPENING, "") if opening else (f"{NOWHERE_PLACE}~1", NOWHERE_PLACE)
            made.append((SceneContext(names, key, place, chapter=part.chapter), first.span, ""))
            continue
        heading = part.heading
        read = read_heading(heading)
        location, parent = nearest_place(read, places)
        time = read.time or (time if read.note else "day")
        if read.last and not read.time and not read.note and read.last not in places:
            _near_time(heading, read.last, report)
        count = seen[heading.text.upper()] = seen.get(heading.text.upper(), 0) + 1
        key = f"{heading.text.upper()}~{count}"
        if heading.number:
            key = f"#{heading.number}"
            if heading.number in numbers:
                notes = ((numbers[heading.number], "first here"),)
                help_text = "give one of them another number; until then it goes by its heading"
                report(W.SAME_NUMBER, heading.span, number=heading.number, notes=notes, help=help_text)
                key = f"{heading.text.upper()}~{count}"
            numbers.setdefault(heading.number, heading.span)
        known = places.get(location)
        if known is not None and location not in words:
            text = "\n".join(phrase.text for phrase in (*known.set, *known.description))
            words[location] = words_of(text) | dressed_with(f"{location} {text}")
        made.append(
            (
                SceneContext(
                    names,
                    key,
                    location,
                    time,
                    read.note,
                    continuous(read.note),
                    read.interior,
                    part.chapter,
                    heading.text,
                    heading.number,
                    words.get(location, frozenset()),
                    known is not None and bool(known.set),
                ),
                heading.span,
                parent,
            )
        )
    return made


def _leads_in(elements: Iterable[n.Element]) -> bool:
    """Whether what stands above a heading is nothing but a way in: it begins with a fade, a card or a cue."""
    first = next(iter(elements), None)
    if first is None:
        return True
    return isinstance(first, n.Transition | n.Centered) or (
        isinstance(first, n.Directive) and first.keyword in _BEFORE_PICTURE
    )


def _near_time(heading: n.Heading, last: str, report: Report) -> None:
    """Warn of ``INT. HALL - NIHGT``."""
    close = nearest(last.lower(), TIMES, limit=1, cutoff=0.75)
    if not close or len(last.split()) > 1 or last.lower() in TIMES:
        return
    at = heading.text.upper().rfind(last)
    start = heading.span.start + heading.forced + max(0, at)
    span = Span(start, start + len(last), heading.span.file)
    word = close[0].upper().replace("-", " ")
    fix = Fix(f"write {word}", (Edit(span, word),))
    report(W.NEAR_TIME, span, text=last, help=f"did you mean `{word}`?", fix=fix)
