"""Parsed sources to the typed Film: declarations first, then scenes, then what can only be seen whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from compiler.codes import E, W
from compiler.diagnostics import Report, Span
from compiler.meaning import film as f
from compiler.meaning.declarations import character, location, look
from compiler.meaning.scenes import SceneWalker
from compiler.meaning.scope import Scope
from compiler.names import did_you_mean
from compiler.syntax import nodes as n
from compiler.timebase import FrameRate

_FORMAT_SIZE = re.compile(r"(\d{2,5})\s*[x×]\s*(\d{2,5})")
_FORMAT_RATE = re.compile(r"(\d{1,3}(?:\.\d{1,3})?)\s*fps")
SMALLEST, LARGEST = 64, 4096


def check_film(library: Sequence[n.Screenplay], main: n.Screenplay, report: Report, at: Span) -> f.Film | None:
    """The film of ``main`` with the declarations of ``library`` in scope; ``None`` when errors were reported.

    ``at`` is where a film without a scene is complained about.
    """
    page = next((e for e in main.elements if isinstance(e, n.TitlePage)), None)
    film = _title_page(page, report)
    scope = Scope(film.rate.fps)
    people: dict[str, f.Character] = {}
    places: dict[str, f.Location] = {}
    looks: dict[str, f.Look] = {}
    for screenplay in (*library, main):
        own = screenplay is main
        for element in screenplay.elements:
            if isinstance(element, n.Directive):
                _declare(element, people, places, looks, own, report)
    scope.people = {name.casefold(): name for name in people}
    scope.looks = set(looks)
    walker = SceneWalker(scope, places, report)
    for person in _cued_names(main):
        scope.people.setdefault(person.casefold(), person)
    walker.walk(main.elements)
    scenes = walker.finish()
    if not report.failed and not any(scene.items for scene in scenes):
        report(E.NO_SCENES, at, help="begin with a scene heading: INT. KITCHEN - NIGHT")
    if page and film.look not in looks:
        span = next(text.span for key, text in page.entries if key.lower() == "look")
        known = "the looks are " + ", ".join(f"`{name}`" for name in sorted(looks))
        report(E.UNKNOWN_LOOK, span, name=film.look, help=did_you_mean(film.look, looks) or known)
    _unused(people, places, walker, main, report)
    for name, span in walker.cued.items():
        people.setdefault(name, f.Character(name, seed=name, declared=False, span=span))
    for name, span in walker.headed.items():
        places.setdefault(name, f.Location(name, declared=False, span=span))
    if report.failed:
        return None
    return replace(
        film,
        characters=tuple(people.values()),
        locations=tuple(places.values()),
        looks=tuple(looks.values()),
        scenes=scenes,
    )


def _declare(
    element: n.Directive,
    people: dict[str, f.Character],
    places: dict[str, f.Location],
    looks: dict[str, f.Look],
    own: bool,
    report: Report,
) -> None:
    made: f.Character | f.Location | f.Look | None = None
    table: dict[str, f.Character] | dict[str, f.Location] | dict[str, f.Look]
    match element.keyword:
        case "character":
            made, table = character(element, report), people
        case "location":
            made, table = location(element, report), places
        case "look":
            made, table = look(element, looks, report), looks
        case _:
            return
    if made is None:
        return
    if own and made.name in table and table[made.name].span.file == made.span.file:
        first = ((table[made.name].span, "first here"),)
        report(E.DUPLICATE, element.head.span, name=made.name, help="rename one, or join the two blocks", notes=first)
        return
    table[made.name] = made  # type: ignore[assignment]


def _cued_names(screenplay: n.Screenplay) -> list[str]:
    return [e.name for e in screenplay.elements if isinstance(e, n.Dialogue)]


def _title_page(page: n.TitlePage | None, report: Report) -> f.Film:
    film = f.Film()
    if page is None:
        return film
    entries = tuple((key, text.text) for key, text in page.entries)
    film = replace(film, title_page=entries)
    for key, text in page.entries:
        match key.lower():
            case "title":
                title = " ".join(text.text.split()).strip("*_ ")
                film = replace(film, title=title or film.title)
            case "author" | "authors":
                film = replace(film, author=" ".join(text.text.split()))
            case "look":
                film = replace(film, look=text.text.strip())
            case "seed":
                if text.text.strip().isdecimal() and len(text.text.strip()) <= 9:
                    film = replace(film, seed=int(text.text))
                else:
                    report(
                        E.BAD_VALUE,
                        text.span,
                        text=text.text,
                        expected="seed",
                        help="a whole number of up to nine digits",
                    )
            case "format":
                film = _format(film, text, report)
    return film


def _format(film: f.Film, text: n.Text, report: Report) -> f.Film:
    size, rate = _FORMAT_SIZE.search(text.text), _FORMAT_RATE.search(text.text)
    rest = _FORMAT_SIZE.sub("", _FORMAT_RATE.sub("", text.text, count=1), count=1)
    if rest.strip(" ,"):
        report(E.BAD_VALUE, text.span, text=text.text, expected="format", help="write `Format: 960x402, 24 fps`")
    if size:
        width, height = int(size[1]), int(size[2])
        if width % 2 or height % 2 or not (SMALLEST <= width <= LARGEST and SMALLEST <= height <= LARGEST):
            reason = f"both sides are even and between {SMALLEST} and {LARGEST}"
            report(
                E.OUT_OF_RANGE,
                text.span,
                what="the frame size",
                text=size[0],
                reason=reason,
                help="960x402 is a wide screen",
            )
        else:
            film = replace(film, size=(width, height))
    if rate:
        try:
            film = replace(film, rate=FrameRate.parse(rate[1]))
        except ValueError:
            reason = "a frame rate lies between 1 and 240"
            report(E.OUT_OF_RANGE, text.span, what="the frame rate", text=rate[0], reason=reason, help="24 fps is film")
    return film


def _unused(
    people: dict[str, f.Character],
    places: dict[str, f.Location],
    walker: SceneWalker,
    main: n.Screenplay,
    report: Report,
) -> None:
    file = next((e.span.file for e in main.elements), "")
    used = set(walker.cued)
    text = []
    for scene in walker.scenes:
        used.update(p.entity for p in scene.placements)
        for item in scene.items:
            if isinstance(item, f.Shot):
                used.update(item.subjects)
            elif isinstance(item, f.Action):
                text.append(item.text.casefold())
            elif isinstance(item, f.Speech):
                used.update(name for _, shot in item.cuts for name in shot.subjects)
    prose = " ".join(text)
    for name, person in people.items():
        if person.span.file == file and name not in used and name.casefold() not in prose:
            report(W.UNUSED, person.span, name=name, help="remove it, or give them a part")
    for name, place in places.items():
        if place.span.file == file and name not in walker.headed:
            report(W.UNUSED, place.span, name=name, help=f"no heading is set there; `INT. {name} - DAY` is")
