"""``film takes`` without a shot: those that have takes, or simply all, with the numbers and names they go by."""

from __future__ import annotations

import json

from compiler.graph.choose import Choice
from compiler.picks import is_number
from compiler.staging.model import TimedShot
from compiler.staging.numbers import numbered
from runtime.cli.choices import choice_json, choices_of, in_words, made, tell_findings
from runtime.cli.columns import columns
from runtime.cli.elsewhere import at_other_sizes
from runtime.cli.excerpt import shown
from runtime.cli.planned import Planned


def list_takes(planned: Planned, form: str, *, every: bool = False) -> int:
    """Every shot that asks for more than one take, or is picked; or simply every shot."""
    found = _several(planned)
    for other in at_other_sizes(planned) if not any(made(c, planned.store) for _, c in found) else ():
        again = _several(other)
        if any(made(c, planned.store) for _, c in again):
            planned, found = other, again
            break
    numbers = numbered(planned.plan.film, planned.plan.timeline.shots)
    chosen = {timed.key: choice for timed, choice in found}
    if form == "json":
        rows = []
        for timed in planned.plan.timeline.shots:
            own = {"number": numbers[timed.key]}
            if (choice := chosen.get(timed.key)) is not None:
                rows.append({**own, **choice_json(planned, timed, choice, made(choice, planned.store))})
            elif every:
                rows.append({**own, "shot": timed.name, "key": timed.key, "asked": 1})
        print(json.dumps({"shots": rows}, ensure_ascii=False))
        return 0
    tell_findings(planned)
    if not found and not every:
        print("No shot of this film asks for takes, and none is picked: write `takes: 3` below a shot.")
        return 0
    table: list[tuple[str, ...]] = []
    for timed in planned.plan.timeline.shots:
        choice = chosen.get(timed.key)
        if choice is not None:
            table.append((numbers[timed.key], shown(called(timed)), *_row(planned, choice)))
        elif every:
            table.append((numbers[timed.key], shown(called(timed)), "1", "", "", "", ""))
    print(columns(("no.", "shot", "takes", "made", "judged", "best", "in the cut"), table, give=6, right=(2, 3, 4, 5)))
    first = found[0][0] if found else planned.plan.timeline.shots[0]
    print(
        f"A shot goes by its name or its number: `film takes {numbers[first.key]}` shows its takes,"
        f" `film pick {numbers[first.key]} 2` puts one into the cut."
    )
    left = len(planned.plan.timeline.shots) - len(found)
    if left and not every:
        others = f"{left} other shots have" if left > 1 else "1 other shot has"
        print(f"{others} one take: `film takes --all` lists every shot.")
    return 0


def _several(planned: Planned) -> list[tuple[TimedShot, Choice]]:
    """Shots that ask for more than one take, or are picked."""
    return [(t, c) for t, c in choices_of(planned) if c.asked > 1 or c.pick or len(c.takes) > 1]


def _row(planned: Planned, choice: Choice) -> tuple[str, ...]:
    """What is known of a shot's takes, as the cells of a table."""
    ranks = choice.ranked()
    best = next((t.marks.score for t in choice.takes if ranks and t.number == ranks[0] and t.marks), None)
    there = str(len(made(choice, planned.store)))
    score = f"{best:.3f}" if best is not None else "–"
    return str(len(choice.takes)), there, str(len(ranks)), score, shown(in_words(choice))


def called(timed: TimedShot) -> str:
    """What a shot is called in a list: its name, or what it is of when it has none."""
    if not is_number(timed.name):
        return timed.name
    parts = timed.key.split("|")
    size, _, who = (parts[1] if len(parts) > 2 else "").partition("/")
    return f"({size} of {who})" if who else f"({size})" if size else "–"
