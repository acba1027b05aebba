"""``require``, held against what was measured: what each requirement wants, what there is, and whether that is enough."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from compiler.codes import W
from compiler.diagnostics import Report
from compiler.graph.choose import Choice, meets
from compiler.meaning.film import Film, Requirement, Shot, Speech
from compiler.meaning.requirements import OF_TAKES, unmeasured
from compiler.staging.model import TimedShot, Timeline


class Standing(str, Enum):
    """How a requirement stands."""

    MET = "met"
    UNMET = "not met"
    OPEN = "open"
    """What it speaks of has not been made yet."""
    UNMEASURED = "not measured"


@dataclass(frozen=True, slots=True)
class Demand:
    """One requirement of the film, of a scene or of a shot."""

    of: str
    """``the film``, ``scene 2``, ``listening``."""
    requirement: Requirement
    standing: Standing
    value: float | None = None
    """The best that was seen."""
    takes: int = 0
    """How many takes were looked at, where it is of takes."""
    take: int = 0
    """Which of them had it."""
    reason: str = ""
    """Why it is not measured."""

    @property
    def wanted(self) -> str:
        """As it is written: ``stability >= 0.98``."""
        r = self.requirement
        subject = f" of {r.subject}" if r.subject else ""
        return f"{r.measure}{subject} {r.comparison} {shown(r.value, r.unit)}"

    @property
    def seen(self) -> str:
        """What there is, in words."""
        if self.standing is Standing.UNMEASURED:
            return f"not measured {self.reason}"
        if self.value is None:
            return "not made yet"
        value = shown(self.value, self.requirement.unit)
        if not self.take:
            return f"it is {value}"
        return f"take {self.take} has {value}" + (f", the best of {self.takes}" if self.takes > 1 else "")


def demands(
    film: Film, timeline: Timeline, choices: Iterable[Choice], sound: str | None, only: str = ""
) -> tuple[Demand, ...]:
    """Every requirement, the film's first, then by scene and shot; or those of the shot whose key is ``only``.

    ``sound`` is the fact of the mix, ``None`` before it is one.
    """
    chosen = {choice.key: choice for choice in choices}
    exact = all(shot.exact for shot in timeline.shots)
    found: list[Demand] = []
    for r in () if only else film.requires:
        found += _of_film(r, film, timeline, exact, sound)
    by_scene: dict[int, list[TimedShot]] = {}
    for timed in timeline.shots:
        by_scene.setdefault(timed.scene, []).append(timed)
    written = {shot.key or shot.name: shot for scene in film.scenes for shot in _shots(scene.items)}
    for index, scene in enumerate(film.scenes):
        shots = by_scene.get(index, [])
        name = f"scene {scene.number or index + 1}"
        for r in () if only else scene.requires:
            found += _plain(r, name, "scene", film, shots)
        for timed in (shot for shot in shots if not only or shot.key == only):
            own = written.get(timed.key)
            for r in own.requires if own else ():
                found += _plain(r, timed.name, "shot", film, [timed])
            if timed.key in chosen:
                found += (_of_takes(r, chosen[timed.key]) for r in chosen[timed.key].requires)
    return tuple(found)


def report_demands(found: Iterable[Demand], report: Report) -> None:
    """Warn of every requirement that what there is does not meet."""
    for demand in found:
        if demand.standing is Standing.UNMET:
            remedy = "loosen the requirement, change the shot, or pick the take that is good enough"
            report(
                W.NOT_MET, demand.requirement.span, what=demand.of, wanted=demand.wanted, best=demand.seen,
                help=remedy if demand.take else "loosen the requirement, or change the film",
            )  # fmt: skip


def shown(value: float, unit: str) -> str:
    """A measured value with its unit, in as few figures as tell it from its neighbours."""
    text = f"{value:.{1 if unit else 4}f}".rstrip("0").rstrip(".")
    return f"{text} {unit}" if unit not in ("", "s") else f"{text}{unit}"


def _of_film(r: Requirement, film: Film, timeline: Timeline, exact: bool, sound: str | None) -> Iterator[Demand]:
    if why := unmeasured(r, "film"):
        yield Demand("the film", r, Standing.UNMEASURED, reason=why)
    elif r.measure == "length":
        yield _standing("the film", r, float(film.rate.seconds(timeline.frames)) if exact else None)
    elif r.measure not in OF_TAKES:
        yield _standing("the film", r, _heard(sound).get(r.measure))


def _plain(r: Requirement, name: str, level: str, film: Film, shots: list[TimedShot]) -> Iterator[Demand]:
    """What a scene or a shot asks beside its takes."""
    if why := unmeasured(r, level):
        yield Demand(name, r, Standing.UNMEASURED, reason=why)
    elif r.measure == "length":
        frames = sum(shot.shot.head + shot.frames for shot in shots)
        known = all(shot.exact for shot in shots)
        yield _standing(name, r, float(film.rate.seconds(frames)) if known else None)


def _of_takes(r: Requirement, choice: Choice) -> Demand:
    known = {t.number: v for t in choice.takes if t.marks and (v := t.marks.measure(r.measure)) is not None}
    judged = [t.number for t in choice.takes if t.marks is not None]
    waiting = choice.cut.judged or not set(choice.shown) <= set(judged)
    if waiting and choice.cut.settled and not choice.cut.judged:
        return Demand(choice.name, r, Standing.UNMEASURED, reason="on the board, which judges no takes; previz does")
    if waiting:
        return Demand(choice.name, r, Standing.OPEN, takes=len(judged))
    held = [known.get(number) for number in choice.shown]
    if any(value is None for value in held):
        return Demand(choice.name, r, Standing.UNMEASURED, reason="in this shot, which gives it nothing to go by")
    good = all(meets(r, value) for value in held)
    best = _best(r, known) if not good else choice.shown[0]
    return Demand(choice.name, r, Standing.MET if good else Standing.UNMET, known[best], len(judged), best)


def _best(r: Requirement, known: Mapping[int, float]) -> int:
    """The take nearest to what is wanted, the earliest of equals."""
    match r.comparison:
        case ">=" | ">":
            return min(known, key=lambda number: (-known[number], number))
        case "<=" | "<":
            return min(known, key=lambda number: (known[number], number))
        case _:
            return min(known, key=lambda number: (abs(known[number] - r.value), number))


def _standing(of: str, r: Requirement, value: float | None) -> Demand:
    if value is None:
        return Demand(of, r, Standing.OPEN)
    value = round(value, 4)
    return Demand(of, r, Standing.MET if meets(r, value) else Standing.UNMET, value)


def _heard(sound: str | None) -> dict[str, float]:
    """Loudness and peak of the mastered mix."""
    try:
        data = json.loads(sound or "null")["mastered"]
        return {"loudness": float(data["lufs"]), "peak": float(data["peak"])}
    except (ValueError, TypeError, KeyError):
        return {}


def _shots(items: Iterable[object]) -> Iterator[Shot]:
    for item in items:
        if isinstance(item, Shot):
            yield item
        elif isinstance(item, Speech):
            yield from (shot for _, shot in item.cuts)
