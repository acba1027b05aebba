"""``film cast``: the people and places a film has without saying so, written into it as declarations to refine.

What is written casts to the very person and place there was, so nothing that is generated changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from compiler.diagnostics import Edit, Report
from compiler.meaning.film import Film, Location, Scene
from compiler.rewrite import Rewrite, insert, line_ending
from compiler.rewrite_declare import person_lines, place_lines
from compiler.syntax import nodes as n
from compiler.syntax.parser import parse
from compiler.syntax.source import Source

_DECLARING = frozenset(
    "use character group location prop look setup verb delivery piece coverage plate edition require".split()
)


FULLY, UNDRESSED, BARELY = 0, 1, 2
"""How much is written: everything that casts to the same person and place; all but clothes nobody spoke of and what stands
in places; only what the screenplay itself says of people."""


def cast_film(film: Film, source: Source, much: int = FULLY) -> Rewrite:
    """Declarations for everybody who speaks and every place that is headed without one, as edits of the main source."""
    people = [c for c in film.characters if not c.declared and can_be_declared(c.name)]
    places = [p for p in film.locations if not p.declared and can_be_declared(p.name) and _headed(p, film.scenes)]
    edits = declare(source, "character", [(c.name, person_lines(c, film.seed, much)) for c in people])
    edits += declare(source, "location", [(p.name, place_lines(p, film) if much == FULLY else []) for p in places])
    said = " and ".join(
        f"{len(found)} {word if len(found) == 1 else more}"
        for found, word, more in ((people, "person", "people"), (places, "place", "places"))
        if found
    )
    return Rewrite({source.name: tuple(edits)}, f"{said} declared" if said else "everybody and every place is declared")


def can_be_declared(name: str) -> bool:
    """Whether a name in capitals can stand at the head of a declaration: a comma or a colon would end it."""
    return bool(name) and name == name.upper() and not any(mark in name for mark in ',:"[]()*/\\') and name[0].isalnum()


def declare(source: Source, keyword: str, names: Sequence[tuple[str, Sequence[str]]]) -> list[Edit]:
    """Edits that put declarations after those the source has; each is a name and the lines of its block."""
    if not names:
        return []
    fountain = source.name.lower().endswith(".fountain")
    ending = line_ending(source)
    blocks = [_block(keyword, name, lines, fountain, ending) for name, lines in names]
    at = _place(source, keyword, fountain)
    gap = ending * 2
    text = gap.join(blocks)
    if at == 0:
        return [insert(0, text + gap, source.name)]
    return [insert(at, gap + text, source.name)]


def _block(keyword: str, name: str, lines: Sequence[str], fountain: bool, ending: str) -> str:
    block = "".join(f"{ending}    {line}" for line in lines)
    return f"[[{keyword}: {name}{block}]]" if fountain else f"{keyword} {name}{block}"


def _place(source: Source, keyword: str, fountain: bool) -> int:
    """Where declarations go: after the last of their kind above the screenplay, else after what stands first."""
    tree = parse(source, Report(), bare_directives=not fountain)
    last = same = 0
    comments: list[n.Comment] = []
    for element in tree.elements:
        if isinstance(element, n.Comment):
            comments.append(element)
        elif isinstance(element, n.TitlePage) or (isinstance(element, n.Directive) and element.keyword in _DECLARING):
            last = element.span.end
            if isinstance(element, n.Directive) and element.keyword == keyword:
                same = last
        else:
            break
    return _line_end(source, same or last, comments)


def _line_end(source: Source, at: int, comments: Iterable[n.Comment]) -> int:
    """The end of a line, past comments that begin on it."""
    if not at:
        return 0
    end = _end(source, at)
    for comment in comments:
        if at <= comment.span.start <= end < comment.span.end:
            end = _end(source, comment.span.end)
    return end


def _end(source: Source, at: int) -> int:
    line, column = source.place(at)
    return at - (column - 1) + len(source.line(line))


def _headed(place: Location, scenes: Iterable[Scene]) -> bool:
    return any(scene.location == place.name and scene.heading for scene in scenes)
