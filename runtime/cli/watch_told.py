"""What changed between two plans of a film, in the words of a set: ``scene 3 shot ana: lens 50 → 85 mm``."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from compiler.graph.codec import encode
from compiler.plan import Plan
from compiler.staging.model import TimedShot
from runtime.cli.excerpt import shown
from runtime.cli.fieldwords import in_words
from runtime.cli.reasons import ECHOES, differences

_MOST_LOOKED_AT = 300
"""Changed tasks that are compared field by field."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that changed, and the second of the film where it is seen first; ``None``: nowhere in particular."""

    text: str
    at: float | None = None


def what_changed(old: Plan | None, new: Plan) -> list[Told]:
    """The causes of what a new plan has to make beside an old one, most telling first, one for each place."""
    if old is None:
        return []
    recipes = set(old.recipes)
    fresh = {i for i, made in enumerate(new.recipes) if made not in recipes}
    fresh = {i for i in fresh if new.graph.tasks[i].op.name not in ECHOES}
    labels = {new.graph.tasks[i].label for i in fresh}
    shots = {timed.key: timed for timed in new.timeline.shots}
    had = {name: index for index, name in _names(old, labels)}
    found: dict[str, tuple[int, Told]] = {}
    looked_at = 0
    for index, name in _names(new, labels):
        if index not in fresh:
            continue
        looked_at += 1
        if looked_at > _MOST_LOOKED_AT:
            break
        timed = shots.get(new.graph.tasks[index].shot)
        place = _place(new, timed) if timed is not None else shown(new.graph.tasks[index].label)
        at = float(new.film.rate.seconds(timed.first_frame)) if timed is not None else None
        for weight, words in _changes(old, had.get(name), new, index):
            if place not in found or weight < found[place][0]:
                found[place] = weight, Told(f"{place}: {words}", at)
    gone = len(old.timeline.shots) - len(new.timeline.shots)
    if gone > 0:
        found["-"] = 1, Told("a shot less" if gone == 1 else f"{gone} shots less")
    alike: dict[str, list[Told]] = {}
    for _, told in sorted(found.values(), key=lambda item: (item[0], item[1].at is None, item[1].at or 0.0)):
        alike.setdefault(told.text.partition(": ")[2] or told.text, []).append(told)
    # One cause that reaches many places is told once.
    return [
        told[0]
        if len(told) == 1
        else Told(f"{told[0].text.partition(': ')[0]} and {len(told) - 1} more: {words}", told[0].at)
        for words, told in alike.items()
    ]


def in_a_line(told: list[Told]) -> str:
    """The first of several causes, and how many more there are."""
    if not told:
        return ""
    more = f", and {len(told) - 1} more" if len(told) > 1 else ""
    return told[0].text + more


def _changes(old: Plan, before: int | None, new: Plan, index: int) -> Iterator[tuple[int, str]]:
    """(weight, words) of what is different in a task itself; the lightest says most."""
    task = new.graph.tasks[index]
    if before is None:
        if task.op.name in ("bake", "speak", "person", "set", "sound", "music"):
            yield 2, "new"
        return
    for field, was, now in differences(encode(old.graph.tasks[before].params), encode(task.params)):
        yield in_words(field, was, now)


def _place(plan: Plan, timed: TimedShot) -> str:
    if re.fullmatch(r"[\d.]+", timed.name):
        return f"shot {timed.name}"
    number = plan.film.scenes[timed.scene].number or timed.scene + 1
    return shown(f"scene {number} shot {timed.name}")


def _names(plan: Plan, labels: Collection[str]) -> Iterator[tuple[int, tuple[str, int]]]:
    """Index and name of the tasks of these labels: the label, and which of those of one label it is, from plan to plan."""
    met: dict[str, int] = {}
    for index, task in enumerate(plan.graph.tasks):
        if task.label in labels:
            number = met[task.label] = met.get(task.label, 0) + 1
            yield index, (task.label, number)
