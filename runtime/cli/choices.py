"""What is known of a shot's takes, as the commands of a director tell it: in words, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from compiler.codes import W
from compiler.diagnostics import Report
from compiler.graph.choose import Choice, Take, choose
from compiler.profiles import PROFILES
from compiler.staging.model import TimedShot
from compiler.staging.numbers import find_shot
from runtime.cli.build import known_facts
from runtime.cli.planned import Planned
from runtime.schedule.tools import domain
from runtime.store.store import Store


def choices_of(planned: Planned) -> tuple[tuple[TimedShot, Choice], ...]:
    """Shots that ask for takes or are picked, with what is known of those; or the one shot of a plan that is of one."""
    assert planned.loaded.film is not None
    loaded, options, plan = planned.loaded, planned.options, planned.plan
    assert loaded.film is not None
    facts = known_facts(loaded.film, planned.store, options, loaded.locked, loaded.picks)
    shots = {timed.key: timed for timed in plan.timeline.shots}
    asked = find_shot(plan.film, plan.timeline.shots, options.shot) if options.shot else None
    only = asked.key if asked is not None else ""
    found = choose(loaded.film, plan.timeline, facts, PROFILES["previz"], Report(), only=only, every=bool(only))
    return tuple((shots[choice.key], choice) for choice in found if choice.takes)


def made(choice: Choice, store: Store) -> frozenset[int]:
    """Numbers of the takes whose pictures are there."""
    known = store.known({recipe for take in choice.takes for recipe in take.clips}, domain())
    return frozenset(take.number for take in choice.takes if take.clips and set(take.clips) <= known)


def take_json(timed: TimedShot, choice: Choice, take: Take, there: frozenset[int]) -> dict[str, object]:
    """A take for programs."""
    marks, ranks = take.marks, choice.ranked()
    return {
        "take": take.number,
        "seed": timed.shot.seed,
        "made": take.number in there,
        "judged": marks is not None,
        "score": None if marks is None else marks.score,
        "measures": {} if marks is None else dict(marks.measures),
        "rank": ranks.index(take.number) + 1 if take.number in ranks else None,
        "chosen": standing(choice, take.number),
    }


def choice_json(planned: Planned, timed: TimedShot, choice: Choice, there: frozenset[int]) -> dict[str, object]:
    """A shot's takes for programs. ``chosen`` is "picked", "best" or ""."""
    rate = timed.shot.fps[0] / timed.shot.fps[1]
    pick = choice.pick
    return {
        "shot": choice.name,
        "key": choice.key,
        "size": list(timed.shot.size),
        "asked": choice.asked,
        "seconds": round(timed.shot.frames / rate, 3),
        "takes": [take_json(timed, choice, take, there) for take in choice.takes],
        "cut": [
            {"take": piece.take, "from": round(piece.first / rate, 3), "to": round(piece.end / rate, 3)}
            for piece in choice.cut.shown
        ],
        "settled": choice.cut.settled,
        "alike": choice.alike(),
        "pick": None
        if pick is None
        else {
            "take": str(pick),
            "by": pick.by,
            "when": pick.when,
            "why": pick.why,
            "changed": changed(planned, timed, choice),
        },
    }


def tell_findings(planned: Planned, shot: str = "") -> None:
    """Say on standard error what is wrong with picks and requirements: of all shots, or as far as it is of one."""
    from rich.console import Console

    from compiler.silence import settle
    from runtime.cli.diagnostics import print_diagnostics

    sources, found = planned.loaded.sources, planned.plan.findings
    items = [item for item in found if not (shot and item.code == W.UNKNOWN_PICK.id)]
    items = [i for i in settle(items, sources.sources, sources.allowed, complete=False).items if i in items]
    if items:
        print_diagnostics(Console(stderr=True, highlight=False), str(planned.loaded.main), items, sources.sources)


def changed(planned: Planned, timed: TimedShot, choice: Choice) -> bool:
    """Whether a shot is no longer what was looked at when it was picked; that can be told in the film's own size alone."""
    if timed.shot.size != planned.plan.film.size:
        return False
    return bool(choice.pick and choice.pick.recipe and choice.looked_at) and (
        choice.pick is not None and choice.pick.recipe != choice.looked_at
    )


def standing(choice: Choice, number: int) -> str:
    """What the film uses of a take: "picked", "best", or "" for nothing."""
    if choice.pick is not None:
        return "picked" if number in choice.shown else ""
    settled = choice.cut.settled and len(choice.takes) > 1 and choice.takes[0].marks is not None
    return "best" if settled and number in choice.shown else ""


def in_words(choice: Choice) -> str:
    """What of a shot is in the cut."""
    if choice.pick is not None:
        who = f" by {choice.pick.by}" if choice.pick.by else ""
        why = f": {choice.pick.why}" if choice.pick.why else ""
        return f"take {choice.pick}, picked{who}{why}"
    if not choice.cut.settled:
        return "open: they are judged when they are made"
    if not standing(choice, choice.shown[0]):
        return f"take {choice.shown[0]}"
    alike = [number for number in choice.alike() if number != choice.shown[0]]
    if len(alike) > 2 and len(alike) == len(choice.takes) - 1:
        return f"take {choice.shown[0]}, as good as any other"
    return f"take {choice.shown[0]}, " + (f"as good as {_listed(alike)}" if alike else "the best")


def _listed(numbers: Sequence[int]) -> str:
    *most, last = map(str, numbers)
    return f"{', '.join(most)} and {last}" if most else last
