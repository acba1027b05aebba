"""``film show``: the resolved values of a shot, and where each came from."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from compiler.diagnostics import Span
from compiler.front import SourceMap, load_film
from compiler.meaning.film import Film, Generation, Lens, Move, PlateSource, Property, Scene, Shot, Speech, Still
from compiler.names import did_you_mean
from runtime.cli.diagnostics import print_diagnostics, shown

if TYPE_CHECKING:
    from compiler.staging.coverage import Setup

Format = Literal["text", "json"]
_NEUTRAL = Shot()
_REPEATED = frozenset({"size", "subjects", "relation", "height", "side", "lens", "dutch_deg"})
"""Slots that ``as NAME`` takes from the shot it names."""


@dataclass(frozen=True, slots=True)
class Value:
    """One resolved value: what it is, who says so (shot, set-up, scene, title page, film.toml …), and where."""

    name: str
    value: str
    origin: str
    place: str = ""
    """``file:line:column``, or "" when no line says it."""

    @property
    def whence(self) -> str:
        return f"{self.origin}, {self.place}" if self.place and self.origin else self.place or self.origin


@dataclass(frozen=True, slots=True)
class Found:
    """A shot to show: its label ``scene.n``, its scene, and its length in the estimated film when it was staged."""

    label: str
    scene: Scene
    shot: Shot
    inferred: bool = False
    begins: Fraction | None = None
    seconds: Fraction | None = None


def show(path: Path, shot: str, property: str = "", format: Format = "text") -> int:  # noqa: A002
    """Print the resolved values of a shot (or one of them); returns the exit code.

    ``shot`` is a shot's name or key, or ``SCENE.N`` for the n-th shot of a scene as it is staged, written or inferred;
    the scene goes by its number, or counted from 1.
    """
    film, sources, report = load_film(path)
    if film is None:
        from rich.console import Console

        print_diagnostics(Console(stderr=True, highlight=False), str(path), list(report.sorted()), sources.sources)
        return 1
    shots = list(staged_shots(film))
    found = next((s for s in shots if shot in (s.shot.name, s.shot.key, s.label) and shot), None)
    if found is None:
        names = [s.shot.name or s.label for s in shots]
        hint = did_you_mean(shot, names) or "its shots are " + ", ".join(names[:20])
        print(f"error: there is no shot `{shown(shot)}` in {shown(str(path))}; {shown(hint)}", file=sys.stderr)
        return 1
    values = resolved(film, found, sources)
    chosen = [v for v in values if not property or v.name == property.lower()]
    if not chosen:
        hint = did_you_mean(property, [v.name for v in values]) or "it has " + ", ".join(v.name for v in values)
        print(f"error: a shot has no `{shown(property)}`; {hint}", file=sys.stderr)
        return 1
    if format == "json":
        rows = [{"property": v.name, "value": v.value, "origin": v.origin, "place": v.place} for v in chosen]
        print(json.dumps({"shot": shot, "values": rows}, ensure_ascii=False))
        return 0
    wide = max(len(v.name) for v in chosen)
    room = min(60, max(len(shown(v.value)) for v in chosen))
    for item in chosen:
        print(f"{item.name:<{wide}}  {shown(item.value) or '-':<{room}}  {shown(item.whence)}")
    return 0


def staged_shots(film: Film) -> Iterator[Found]:
    """Every shot of the film as it would be made, inferred ones included, in order, on estimated line lengths."""
    from compiler.diagnostics import Report
    from compiler.staging.stage import stage_film
    from compiler.staging.voicing import estimate

    covered: list[list[Setup]] = []
    timeline = stage_film(film, estimate, Report(), covered=covered)
    written = {shot.key: shot for scene in film.scenes for shot in _written(scene)}
    spare = [iter([shot for setup in setups if setup.inferred for shot in _in_order(setup)]) for setups in covered]
    numbers: dict[int, int] = {}
    for timed in timeline.shots:
        index = timed.scene
        numbers[index] = numbers.get(index, 0) + 1
        scene = film.scenes[index]
        label = f"{scene.number or index + 1}.{numbers[index]}"
        shot = written.get(timed.key) or written.get(timed.key.rpartition("#")[0])
        inferred = shot is None
        if shot is None:
            shot = next(spare[index], Shot())
        frames = timed.shot.frames
        yield Found(label, scene, shot, inferred, film.rate.seconds(timed.first_frame), film.rate.seconds(frames))


def _in_order(setup: Setup) -> list[Shot]:
    """An inferred shot and those cut to inside the speeches it holds."""
    return [setup.shot, *(shot for item in setup.items if isinstance(item, Speech) for _, shot in item.cuts)]


def resolved(film: Film, found: Found, sources: SourceMap) -> list[Value]:
    """Every value of a shot after its set-up, the shot it repeats, its scene, the title page and film.toml have spoken."""
    scene, shot = found.scene, found.shot
    said, told, ruled = dict(shot.said), dict(scene.said), dict(film.said)
    model = (
        next((s for sc in film.scenes for s in _written(sc) if s.name == shot.repeats), None) if shot.repeats else None
    )
    remembered = dict(model.said) if model else {}

    def where(span: Span | None) -> str:
        if span is None:
            return ""
        file, line, column, _, _ = sources.place(span)
        return f"{file}:{line}:{column}" if line else file

    def from_shot(slot: str) -> tuple[str, str]:
        span = said.get(slot)
        if span is None:
            return "shot", where(shot.span)
        setup = said.get("setup")
        by_setup = shot.setup and setup is not None and (span.file != setup.file or not _covers(shot.span, span))
        return (f"set-up {shot.setup}" if by_setup else "shot"), where(span)

    def slot(name: str, field: str, text: str, unsaid: str, key: str = "") -> Value:
        if key in said or (not key and field in said) or _get(shot, field) != _get(_NEUTRAL, field):
            if found.inferred:
                return Value(name, text, f"coverage {scene.cover}" if scene.cover else "coverage")
            return Value(name, text, *from_shot(key or field))
        if model is not None and field in _REPEATED and _get(model, field) != _get(_NEUTRAL, field):
            return Value(
                name, _text(model, field), f"as {shot.repeats}", where(remembered.get(key or field, model.span))
            )
        return Value(name, unsaid, "default")

    def layered(name: str, own: str, of_scene: str, of_film: str, usual: str) -> Value:
        if own:
            return Value(name, own, *from_shot(name))
        if of_scene:
            return Value(name, of_scene, "scene", where(told.get(name, scene.span)))
        if name in ruled:
            return Value(name, of_film, _level(ruled[name]), where(ruled[name]))
        return Value(name, of_film or usual, "default")

    lens, generation = shot.lens, shot.generation
    focus = Value("focus", "whoever it is of", "default")
    if lens.focus or lens.rack_to:
        focus = Value(
            "focus",
            " to ".join(p for p in (lens.focus, lens.rack_to) if p),
            *from_shot("rack_to" if lens.rack_to else "focus"),
        )
    seed = Value("seed", str(shot.seed), *from_shot("seed")) if shot.seed is not None else None
    heading = where(scene.span)
    length = f"{float(found.seconds):g}s" if found.seconds is not None else "auto"
    fixed = f"{float(shot.seconds):g}s" if shot.seconds is not None else length
    asked = [
        f"{r.measure}{' of ' + r.subject if r.subject else ''} {r.comparison} {r.value:g}{r.unit}"
        for r in shot.requires
    ]
    return [
        Value("name", shot.name, "shot" if shot.name else "default", where(shot.span) if shot.name else ""),
        Value("key", shot.key or found.label, "its name" if shot.name else "scene, size, subjects and count"),
        Value("scene", scene.heading or scene.key, "heading", heading),
        Value("place", scene.location, "heading", heading),
        Value("time", scene.time_of_day, "scene before" if scene.time_note else "heading", heading),
        slot("size", "size", shot.size.value if shot.size else "", "solved from what happens"),
        slot("subject", "subjects", ", ".join(shot.subjects), "whoever acts"),
        slot("detail", "detail", shot.detail, "the whole"),
        slot("relation", "relation", shot.relation.value, "of"),
        slot("height", "height", shot.height.value, "eye level"),
        slot("side", "side", shot.side.value if shot.side else "", "solved from the line of action"),
        slot("dutch", "dutch_deg", f"{shot.dutch_deg:g}deg", "0deg"),
        slot("lens", "lens", _lens(lens), "solved from the size", "focal_mm" if lens.focal_mm else "f_stop" if lens.f_stop else ""),
        focus,
        slot("move", "moves", _moves(shot.moves, shot.moves_then), "static"),
        slot("length", "seconds", fixed, f"{length}, what the performance needs"),
        Value("begins", f"{float(found.begins):g}s" if found.begins is not None else "", "the estimated film"),
        slot("establishing", "establishing", "yes", "no"),
        slot("source", "source", _source(shot), "staged"),
        slot("speed", "speed", f"{float(shot.speed) * 100:g}%", "100%"),
        slot("freeze", "freeze", "yes", "no"),
        slot("reverse", "reverse", "yes", "no"),
        slot("audio-leads", "audio_leads", f"{float(shot.audio_leads):g}s", "0s"),
        slot("audio-trails", "audio_trails", f"{float(shot.audio_trails):g}s", "0s"),
        slot("match", "match", shot.match, "nothing"),
        slot("continues", "continues", "yes", "no"),
        slot("as", "repeats", shot.repeats, "nothing", "repeats"),
        Value("setup", shot.setup, "shot", where(said.get("setup"))) if shot.setup else Value("setup", "none", "default"),
        layered("look", shot.look, scene.look, film.look, ""),
        layered("light", _properties(shot.light), _properties(scene.light), "", "the place's"),
        layered("mood", "", scene.mood, "", "none"),
        layered("weather", "", ", ".join(p.text for p in scene.weather), "", "the place's"),
        layered("cover", "", scene.cover, "", "inferred from the scene"),
        layered("pace", "", f"{scene.pace:g}" if scene.pace != 1.0 else "", "", "1"),
        layered("wardrobe", "", "; ".join(f"{p.key}: {_phrases(p)}" for p in scene.wardrobe), "", "as declared"),
        seed or Value("seed", f"{film.seed} with {shot.key or found.label}", _level(ruled.get("seed")), where(ruled.get("seed"))),
        *_generation(generation, from_shot),
        Value("require", ", ".join(asked), *from_shot("require"))
        if shot.requires else Value("require", "nothing", "default"),
        Value("overrides", "; ".join(f"{p.key}: {_phrases(p)}" for p in shot.overrides), "shot", where(shot.overrides[0].span))
        if shot.overrides else Value("overrides", "none", "default"),
        Value("format", f"{film.size[0]}x{film.size[1]}, {film.rate} fps", _level(ruled.get("format")), where(ruled.get("format"))),
    ]  # fmt: skip


def _written(scene: Scene) -> Iterator[Shot]:
    """Shots written in a scene, those inside speeches included."""
    for item in scene.items:
        if isinstance(item, Shot):
            yield item
        elif isinstance(item, Speech):
            yield from (shot for _, shot in item.cuts)


def _generation(generation: Generation, from_shot: object) -> list[Value]:
    """What the block tells generative models, value by value."""
    texts = {
        "takes": str(generation.takes), "prompt": generation.prompt, "avoid": ", ".join(generation.avoid),
        "reference": ", ".join(generation.reference), "control": ", ".join(generation.control), "pose": generation.pose,
        "performance": generation.performance, "mask": generation.mask, "profile": generation.profile,
    }  # fmt: skip
    usual = Generation()
    values = []
    for name, text in texts.items():
        if _get(generation, name) == _get(usual, name):
            values.append(Value(name, "1" if name == "takes" else "none", "default"))
        else:
            assert callable(from_shot)
            values.append(Value(name, text, *from_shot(name)))
    return values


def _get(item: object, field: str) -> object:
    return {name: getattr(item, name) for name in (field,)}[field]


def _text(shot: Shot, field: str) -> str:
    """A repeated slot as the model shot has it."""
    match field:
        case "size":
            return shot.size.value if shot.size else ""
        case "subjects":
            return ", ".join(shot.subjects)
        case "relation":
            return shot.relation.value
        case "height":
            return shot.height.value
        case "side":
            return shot.side.value if shot.side else ""
        case "dutch_deg":
            return f"{shot.dutch_deg:g}deg"
        case _:
            return _lens(shot.lens)


def _lens(lens: Lens) -> str:
    parts = [f"{lens.focal_mm:g}mm" if lens.focal_mm else "", f"f/{lens.f_stop:g}" if lens.f_stop else ""]
    parts.append("anamorphic" if lens.anamorphic else "")
    return ", ".join(part for part in parts if part)


def _moves(moves: tuple[Move, ...], then: bool) -> str:
    words = []
    for move in moves:
        amount = f"{move.amount:g}{move.unit}" if move.amount is not None else ""
        kind = move.kind.value
        side = "" if kind.endswith(move.direction) else move.direction
        pace = {"slow": "slowly", "fast": "quickly"}.get(move.speed.value, "")
        start = f"from {float(move.start):g}s" if move.start is not None else ""
        end = f"to {float(move.end):g}s" if move.end is not None else ""
        words.append(" ".join(part for part in (kind, side, move.target, amount, pace, start, end) if part))
    return (" then " if then else " and ").join(words)


def _source(shot: Shot) -> str:
    match shot.source:
        case None:
            return "staged"
        case Still(file=file):
            return f'still "{file}"'
        case PlateSource(plate=plate, begin=begin, end=end, sound=sound):
            times = f" {float(begin):g}s..{float(end):g}s" if begin is not None and end is not None else ""
            return f"plate {plate}{times}{', sound on' if sound else ''}"
        case other:
            return f"{other.kind} {other.shots[0]} and {other.shots[1]}"


def _properties(properties: tuple[Property, ...]) -> str:
    return "; ".join(f"at {p.when}: {_phrases(p)}" if p.when else _phrases(p) for p in properties)


def _phrases(item: Property) -> str:
    return ", ".join(p.text for p in item.phrases)


def _covers(outer: Span, inner: Span) -> bool:
    return outer.file == inner.file and outer.start <= inner.start and inner.end <= outer.end


def _level(span: Span | None) -> str:
    """Which level of settings a place belongs to."""
    if span is None:
        return "default"
    return "film.toml" if span.file.endswith("film.toml") else "title page"
