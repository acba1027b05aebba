"""What can be said of takes and requirements before anything is made: takes that would be alike, measures nobody takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from compiler.codes import W
from compiler.diagnostics import Report
from compiler.meaning.film import Film, PlateSource, Requirement, Shot, Speech, Still
from compiler.meaning.requirements import OF_FILM, OF_TAKES, unmeasured
from compiler.names import hint
from compiler.picks import Pick, is_number

_NAMELESS = frozenset("|/~#")
"""Letters of keys that no name has."""


def vet_takes(film: Film, report: Report) -> None:
    """Report takes that cannot differ, and requirements that cannot be held against anything."""
    _vet_requirements(film.requires, "film", report)
    for scene in film.scenes:
        _vet_requirements(scene.requires, "scene", report)
    for shot in written_shots(film):
        _vet_requirements(shot.requires, "shot", report)
        reason = _alike(film, shot)
        if reason and shot.generation.takes > 1:
            span = dict(shot.said).get("takes", shot.span)
            report(W.TAKES_ALIKE, span, reason=reason, help="leave `takes` out")


def vet_picks(film: Film, picks: Iterable[Pick], report: Report) -> None:
    """Report picks of shots that no line of the film names. Keys and numbers are known once it is staged."""
    shots = list(written_shots(film))
    known = ({shot.name for shot in shots} | {shot.key for shot in shots}) - {""}
    for pick in picks:
        placed = not pick.key and is_number(pick.shot)
        if not {pick.shot, pick.key} & known and not _NAMELESS & set(pick.key or pick.shot) and not placed:
            names = sorted(shot.name for shot in shots if shot.name)
            remedy = hint(report, pick.shot, names) or "remove it, or write the shot's name as it is now"
            report(W.UNKNOWN_PICK, pick.span, shot=pick.shot, help=remedy)


def picks_within(film: Film, picks: Iterable[Pick]) -> tuple[Pick, ...]:
    """The picks of shots that an edition has: those of scenes it leaves out are no slips."""
    shots = list(written_shots(film))
    known = ({shot.name for shot in shots} | {shot.key for shot in shots}) - {""}
    return tuple(p for p in picks if {p.shot, p.key} & known or _NAMELESS & set(p.key or p.shot))


def written_shots(film: Film) -> Iterator[Shot]:
    """Every shot somebody wrote, those within speeches too."""
    for scene in film.scenes:
        for item in scene.items:
            if isinstance(item, Shot):
                yield item
            elif isinstance(item, Speech):
                yield from (shot for _, shot in item.cuts)


def _vet_requirements(requires: tuple[Requirement, ...], level: str, report: Report) -> None:
    for requirement in requires:
        where = unmeasured(requirement, level)
        if where:
            known = ", ".join(sorted(OF_TAKES | (OF_FILM if level == "film" else {"length"})))
            report(
                W.NOT_MEASURED, requirement.span, measure=requirement.measure, where=where,
                help=f"what is measured of a {level} is {known}",
            )  # fmt: skip


def _alike(film: Film, shot: Shot) -> str:
    """Why every take of a shot would be the same, or ""."""
    match shot.source:
        case Still():
            return "it is a still"
        case PlateSource(plate=name) if not any(plate.name == name and plate.key for plate in film.plates):
            return "it is live action, which was played once"
        case _:
            return ""
