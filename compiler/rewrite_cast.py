"""``film cast``: the people and places a film has without saying so, written into it as declarations to refine.

What is written says nothing new, so nothing that is generated changes: a declaration with no properties means what the
cue or heading alone means, and how the person is cast stands beside it as a note.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from compiler.diagnostics import Edit, Report
from compiler.meaning.film import Film, Location, Scene
from compiler.rewrite import Rewrite, insert, line_ending
from compiler.staging.casting import cast_person
from compiler.staging.model import PersonSpec
from compiler.staging.places import place_set
from compiler.syntax import nodes as n
from compiler.syntax.parser import parse
from compiler.syntax.source import Source

_DECLARING = frozenset(
    "use character group location prop look setup verb delivery piece coverage plate edition require".split()
)


def cast_film(film: Film, source: Source) -> Rewrite:
    """Declarations for everybody who speaks and every place that is headed without one, as edits of the main source."""
    people = [c for c in film.characters if not c.declared and can_be_declared(c.name)]
    places = [p for p in film.locations if not p.declared and can_be_declared(p.name) and _headed(p, film.scenes)]
    scenes = {scene.location: scene for scene in reversed(film.scenes)}
    edits = declare(source, "character", [(c.name, _as_cast(cast_person(c, film.seed))) for c in people])
    edits += declare(source, "location", [(p.name, _as_built(p, scenes[p.name], film)) for p in places])
    said = " and ".join(
        f"{len(found)} {word if len(found) == 1 else more}"
        for found, word, more in ((people, "person", "people"), (places, "place", "places"))
        if found
    )
    return Rewrite({source.name: tuple(edits)}, f"{said} declared" if said else "everybody and every place is declared")


def can_be_declared(name: str) -> bool:
    """Whether a name in capitals can stand at the head of a declaration: a comma or a colon would end it."""
    return (
        bool(name) and name == name.upper() and not any(mark in name for mark in ',:"[]()*/\\#') and name[0].isalnum()
    )


def declare(source: Source, keyword: str, names: Sequence[tuple[str, str]]) -> list[Edit]:
    """Edits that put declarations after those the source has; each is a name and the line of its block, or ""."""
    if not names:
        return []
    fountain = source.name.lower().endswith(".fountain")
    ending = line_ending(source)
    blocks = [_block(keyword, name, line, fountain, ending) for name, line in names]
    at = _place(source, keyword, fountain)
    gap = ending * 2
    text = gap.join(blocks)
    if at == 0:
        return [insert(0, text + gap, source.name)]
    return [insert(at, gap + text, source.name)]


def _block(keyword: str, name: str, line: str, fountain: bool, ending: str) -> str:
    note = line.startswith("[[")
    if not fountain:
        return f"{keyword} {name}" + (f"{ending}    {line}" if line else "")
    inner = f"{ending}    {line}" if line and not note else ""
    return f"[[{keyword}: {name}{inner}]]" + (f"{ending}{line}" if note else "")


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


def _as_cast(person: PersonSpec) -> str:
    who = "woman" if person.gender < 0.35 else "man" if person.gender > 0.65 else "person"
    wears = ", ".join(dict.fromkeys(garment.kind for garment in person.garments))
    hair = person.hair.style if person.hair.style in ("bald",) else f"{person.hair.style} hair"
    return f"[[as cast: a {who} of about {round(person.age)}, {person.height:.2f} m, {hair}; wears {wears or 'nothing of note'}]]"


def _as_built(place: Location, scene: Scene, film: Film) -> str:
    spec = place_set(place, scene.light, scene.time_of_day, scene.interior, film.seed, Report()).spec
    pieces = list(dict.fromkeys(piece.name.lower() for piece in spec.pieces))[:8]
    return f"[[as built: {', '.join(pieces)}]]" if pieces else ""
