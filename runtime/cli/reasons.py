"""Why a task runs or does not: what changed in it since the last build, field by field, and which line says so."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from compiler.diagnostics import Span
from compiler.front import SourceMap
from compiler.graph import params as p
from compiler.graph.task import Task
from compiler.meaning.film import Film, Music, Shot, Sound, Speech, Title
from compiler.plan import Plan
from runtime.cli.build import planned_tasks
from runtime.store.index import PlannedTask

_LEAVES = {
    "fps": "format", "size": "format", "camera": "lens", "lens": "lens", "frames": "seconds", "seed": "seed", "look": "look",
    "grade": "look", "time": "speed", "still": "source", "plate": "source",
}  # fmt: skip
"""Field of a staged shot → the slot of a source shot that says it."""
ECHOES = frozenset({"report", "captions", "conform"})
"""Ops that say again what shots and lines are: theirs is no change of its own."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one task that is not what it was when the film was last built."""

    task: str
    field: str
    before: str
    after: str
    place: str = ""
    """``file:line`` of what says it, "" when no line does."""


class Reasons:
    """Compares a plan with the last built one. ``before`` is empty when there is none."""

    def __init__(self, plan: Plan, before: Mapping[str, PlannedTask], sources: SourceMap, main: str) -> None:
        self.plan, self.before, self.sources, self.main = plan, before, sources, main
        self.now = planned_tasks(plan)
        self._shots = {timed.key: timed for timed in plan.timeline.shots}
        self._written = {shot.key: shot for shot in _shots(plan.film)}

    def changed(self, index: int) -> bool:
        """Whether a task is not what it was: its recipe is another, or it was not there."""
        old = self.before.get(self.now[index].task)
        return old is None or old.recipe != self.now[index].recipe

    def own(self, index: int) -> list[Change]:
        """What changed in a task itself, not in what it reads. A task that was not there is new only if nothing it reads is."""
        now = self.now[index]
        old = self.before.get(now.task)
        if old is None:
            read = {ref.task for ref in self.plan.graph.tasks[index].sources()}
            if not self.before or any(map(self.changed, read)):
                return []
            return [Change(now.task, "new", "not there", now.op, self.place(index, ""))]
        if old.recipe == now.recipe:
            return []
        found = [
            Change(now.task, field, was, is_now, self.place(index, field))
            for field, was, is_now in differences(json.loads(old.params), json.loads(now.params))
        ]
        if not found and old.inputs == now.inputs:
            found.append(
                Change(now.task, "code", f"as it was then, recipe {old.recipe[:8]}", f"recipe {now.recipe[:8]}")
            )
        if not found and len(json.loads(old.inputs)) != len(json.loads(now.inputs)):
            was, is_now = (str(len(json.loads(text))) for text in (old.inputs, now.inputs))
            found.append(Change(now.task, "inputs", was, is_now, self.place(index, "")))
        return found

    def chain(self, index: int) -> list[tuple[list[Change], list[str]]]:
        """What a task's change comes from: each cause with the labels of the tasks it came through, the task itself last."""
        tasks = self.plan.graph.tasks
        found: list[tuple[list[Change], list[str]]] = []
        seen = {index}
        paths = [[index]]
        while paths:
            path = paths.pop(0)
            if own := self.own(path[0]):
                found.append((own, [self.now[i].task for i in path]))
            for ref in tasks[path[0]].sources():
                if ref.task not in seen and self.changed(ref.task):
                    seen.add(ref.task)
                    paths.append([ref.task, *path])
        return found

    def reason(self, index: int) -> str:
        """One line: why a task is not what it was, or that it is."""
        if not self.before:
            return "never built"
        if not self.changed(index):
            return "unchanged"
        if own := self.own(index):
            first = own[0]
            more = f", and {len(own) - 1} more fields" if len(own) > 1 else ""
            said = f" ({first.place})" if first.place else ""
            return f"{first.field}: {first.before} → {first.after}{said}{more}"
        read = [self.now[ref.task].task for ref in self.plan.graph.tasks[index].sources() if self.changed(ref.task)]
        return f"reads {read[0]}, which has changed" if read else "what it reads is in another order"

    def place(self, index: int, field: str) -> str:
        """``file:line`` of the source that says a field of a task; "" when nothing does."""
        span = self._span(self.plan.graph.tasks[index], field)
        if span is None:
            return ""
        file, line, *_ = self.sources.place(span)
        return f"{file}:{line}" if line else ""

    def _span(self, task: Task, field: str) -> Span | None:
        film = self.plan.film
        match task.params:
            case p.BuildPerson(person=person):
                return _of_person(film, person.name, field)
            case p.BuildSet(set=place):
                return _of_place(film, place.name, field)
            case p.Speak(line=line):
                return next((s.span for s in _items(film) if isinstance(s, Speech) and line.text in s.text), None)
            case p.MakeSound(sound=sound):
                return next((s.span for s in _items(film) if isinstance(s, Sound) and s.what == sound.what), None)
            case p.MakeMusic():
                return next((s.span for s in _items(film) if isinstance(s, Music)), None)
            case p.Mux():
                return dict(film.said).get(field.split("[")[0])
        return self._of_shot(task, field)

    def _of_shot(self, task: Task, field: str) -> Span | None:
        timed = self._shots.get(task.shot)
        if timed is None:
            return None
        film, parts = self.plan.film, field.replace("[", ".").replace("]", "").split(".")
        leaf = parts[1] if parts[0] == "shot" and len(parts) > 1 else parts[0]
        written = self._written.get(timed.key.rpartition("#")[0] or timed.key) or self._written.get(timed.key)
        said = {**dict(film.said), **dict(film.scenes[timed.scene].said), **(dict(written.said) if written else {})}
        if leaf == "set" and timed.shot.set is not None:
            return _of_place(film, timed.shot.set.name, field) or film.scenes[timed.scene].span
        if leaf == "actors" and "person" in parts:
            number = int(parts[parts.index("actors") + 1]) if parts[parts.index("actors") + 1].isdigit() else 0
            if number < len(timed.shot.actors):
                return _of_person(film, timed.shot.actors[number].person.name, field)
        if leaf == "look":
            name = timed.shot.look.name
            own = next((k.span for k in film.looks if k.name == name and not k.span.file.startswith("stdlib:")), None)
            return own if own and own.file else said.get("look")
        if leaf == "overlays":
            titles = [item.span for item in film.scenes[timed.scene].items if isinstance(item, Title)]
            return titles[0] if titles else None
        slot = _LEAVES.get(leaf, leaf)
        for name in (slot, f"{slot}_mm", "focal_mm" if slot == "lens" else slot, "size" if slot == "lens" else slot):
            if name in said and not (name == "size" and leaf in ("fps", "size")):
                return said[name]
        return written.span if written else timed.source


def _of_person(film: Film, name: str, field: str) -> Span | None:
    """The phrase of a declaration that says a field of a person; the declaration itself when none does alone."""
    who = next((item for item in film.characters if item.name.lower() == name.lower()), None)
    if who is None or not who.declared:
        return _named(film, name)
    if match := re.search(r"garments(?:\[(\d+)\])?", field):
        said, number = who.wears, int(match[1] or 0)
        return said[min(number, len(said) - 1)].span if said else who.span
    for part, phrases in (("hair", who.hair), ("face", who.face), ("body", who.build)):
        if part in field and phrases:
            return phrases[0].span
    return who.description[0].span if who.description and "person" in field else who.span


def _of_place(film: Film, name: str, field: str) -> Span | None:
    """The phrase of a declaration that says a field of a place; the declaration itself when none does alone."""
    place = next((item for item in film.locations if item.name.lower() == name.lower()), None)
    if place is None or not place.declared:
        return _named(film, name)
    if "light" in field and place.light:
        return place.light[0].span
    if "pieces" in field and place.set:
        return place.set[0].span
    return place.span


def _named(film: Film, name: str) -> Span | None:
    """Where somebody, some place or some group of this name is declared; else the scene it is the place of."""
    declared = [(item.name, item.span) for item in film.characters]
    declared += [(item.name, item.span) for item in film.groups]
    declared += [(item.name, item.span) for item in film.locations]
    for known, span in declared:
        if known.lower() == name.lower() and span.file:
            return span
    return next((scene.span for scene in film.scenes if scene.location.lower() == name.lower()), None)


def _items(film: Film) -> Iterator[object]:
    for scene in film.scenes:
        yield from scene.items


def _shots(film: Film) -> Iterator[Shot]:
    for item in _items(film):
        if isinstance(item, Shot):
            yield item
        elif isinstance(item, Speech):
            yield from (shot for _, shot in item.cuts)


def differences(old: object, new: object, path: str = "") -> Iterator[tuple[str, str, str]]:
    """(field, before, after) of every field in which two encoded values differ; ``[*]`` stands for every item of a list."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted({*old, *new}):
            yield from differences(old.get(name), new.get(name), f"{path}.{name}" if path else name)
    elif isinstance(old, list) and isinstance(new, list) and old != new and _records(old) and _records(new):
        yield from _of_records(old, new, path)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new) and not _point(new):
        for index, (a, b) in enumerate(zip(old, new, strict=True)):
            yield from differences(a, b, f"{path}[{index}]")
    elif old != new:
        yield path, _short(old), _short(new)


def _records(value: list[object]) -> bool:
    return all(isinstance(item, dict) for item in value)


def _of_records(
    old: list[dict[str, object]], new: list[dict[str, object]], path: str
) -> Iterator[tuple[str, str, str]]:
    """Differences of two lists of records: once what all of a list have in common, then item by item."""
    common: set[str] = set()
    if len(old) > 1 and len(new) > 1:
        names = {name for item in (*old, *new) for name in item}
        common = {name for name in names if all(_alike(name, items) for items in (old, new))}
        for name in sorted(common):
            yield from differences(old[0].get(name), new[0].get(name), f"{path}[*].{name}")
    if len(old) != len(new):
        yield path, f"{len(old)} of them", f"{len(new)} of them"
        return
    for index, pair in enumerate(zip(old, new, strict=True)):
        was, now = ({name: item[name] for name in item.keys() - common} for item in pair)
        yield from differences(was, now, f"{path}[{index}]")


def _alike(name: str, items: list[dict[str, object]]) -> bool:
    return all(item.get(name) == items[0].get(name) for item in items)


def _point(value: list[object]) -> bool:
    """Whether a list is a colour or a place: said as one."""
    return 1 < len(value) <= 4 and all(isinstance(item, int | float) for item in value)


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "…"
