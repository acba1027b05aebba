"""``film show``: the resolved values of a shot, and where each came from."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from compiler.diagnostics import Span
from compiler.front import SourceMap, load_film
from compiler.meaning.film import Film, Lens, Move, Scene, Shot, Speech
from compiler.names import did_you_mean
from runtime.cli.diagnostics import print_diagnostics, shown

Format = Literal["text", "json"]
_NEUTRAL = Shot()


@dataclass(frozen=True, slots=True)
class Value:
    """One resolved value: what it is and which line, scene or default says so."""

    name: str
    value: str
    origin: str


def show(path: Path, shot: str, property: str = "", format: Format = "text") -> int:  # noqa: A002
    """Print the resolved values of a shot (or one of them); returns the exit code.

    ``shot`` is a shot's name or key, or ``SCENE.N`` (both counted from 1) for the n-th written shot of a scene.
    """
    film, sources, report = load_film(path)
    if film is None:
        from rich.console import Console

        print_diagnostics(Console(stderr=True, highlight=False), str(path), list(report.sorted()), sources.sources)
        return 1
    found = find_shot(film, shot)
    if found is None:
        names = [s.name or label for label, _, s in written_shots(film)]
        hint = did_you_mean(shot, names) or "its shots are " + ", ".join(names[:20])
        print(f"error: there is no shot `{shown(shot)}` in {shown(str(path))}; {shown(hint)}", file=sys.stderr)
        return 1
    values = resolved(film, *found, sources)
    chosen = [v for v in values if not property or v.name == property.lower()]
    if not chosen:
        hint = did_you_mean(property, [v.name for v in values]) or "it has " + ", ".join(v.name for v in values)
        print(f"error: a shot has no `{shown(property)}`; {hint}", file=sys.stderr)
        return 1
    if format == "json":
        rows = [{"property": v.name, "value": v.value, "origin": v.origin} for v in chosen]
        print(json.dumps({"shot": shot, "values": rows}, ensure_ascii=False))
        return 0
    wide = max(len(v.name) for v in chosen)
    room = max(len(shown(v.value)) for v in chosen)
    for item in chosen:
        print(f"{item.name:<{wide}}  {shown(item.value):<{room}}  {shown(item.origin)}")
    return 0


def written_shots(film: Film) -> Iterator[tuple[str, Scene, Shot]]:
    """Every written shot with its ``scene.n`` label, those inside speeches included, in order."""
    for number, scene in enumerate(film.scenes, 1):
        count = 0
        for item in scene.items:
            shots = [item] if isinstance(item, Shot) else [s for _, s in item.cuts] if isinstance(item, Speech) else []
            for shot in shots:
                count += 1
                yield f"{number}.{count}", scene, shot


def find_shot(film: Film, wanted: str) -> tuple[Scene, Shot] | None:
    """The shot of that name, key or ``scene.n`` label."""
    for label, scene, shot in written_shots(film):
        if wanted in (shot.name, shot.key, label):
            return scene, shot
    return None


def resolved(film: Film, scene: Scene, shot: Shot, sources: SourceMap) -> list[Value]:
    """Every value of a shot after ``as``, scene and film have had their say."""
    named = {s.name: s for _, _, s in written_shots(film) if s.name}
    model = named.get(shot.repeats)
    here = _where(shot.span, sources)
    full = shot
    if model is not None:
        full = replace(
            shot,
            size=shot.size or model.size,
            subjects=shot.subjects or model.subjects,
            relation=shot.relation if shot.subjects else model.relation,
            height=shot.height if shot.height is not _NEUTRAL.height else model.height,
            side=shot.side or model.side,
            lens=shot.lens if shot.lens != Lens() else model.lens,
        )
    there = _where(model.span, sources) if model is not None else ""

    def said(name: str, text: str, slot: str, unsaid: str) -> Value:
        value, own = getattr(full, slot), getattr(shot, slot)
        if value == getattr(_NEUTRAL, slot):
            return Value(name, unsaid or text, "default")
        inherited = model is not None and own != value
        return Value(name, text, f"as {shot.repeats}, {there}" if inherited else here)

    look, look_from = (
        (shot.look, here) if shot.look
        else (scene.look, f"scene, {_where(scene.span, sources)}") if scene.look
        else (film.look, "title page" if _has(film, "look") else "default")
    )  # fmt: skip
    lens = full.lens
    seed = f"{shot.seed}" if shot.seed is not None else f"{film.seed} with {shot.key}"
    return [
        Value("name", shot.name or "-", here if shot.name else "default"),
        Value("key", shot.key, "its name" if shot.name else "scene, size, subjects and count"),
        Value("scene", scene.heading or scene.key, _where(scene.span, sources)),
        said("size", full.size.value if full.size else "", "size", "solved from what happens"),
        said("subject", ", ".join(full.subjects), "subjects", "whoever acts"),
        said("relation", full.relation.value, "relation", ""),
        said("height", full.height.value, "height", ""),
        said("side", full.side.value if full.side else "", "side", "solved from the line of action"),
        said("dutch", f"{full.dutch_deg:g}deg", "dutch_deg", "0deg"),
        said("lens", _lens(lens), "lens", "solved from the size"),
        said("move", _moves(full.moves, full.moves_then), "moves", "static"),
        said("length", f"{float(full.seconds or 0):g}s", "seconds", "auto: what the performance needs"),
        said("audio-leads", f"{float(full.audio_leads):g}s", "audio_leads", ""),
        said("audio-trails", f"{float(full.audio_trails):g}s", "audio_trails", ""),
        Value("look", look, look_from),
        Value("seed", seed, here if shot.seed is not None else "seed key"),
        Value("format", f"{film.size[0]}x{film.size[1]}, {film.rate} fps", _origin(film, "format")),
    ]


def _lens(lens: Lens) -> str:
    parts = [f"{lens.focal_mm:g}mm" if lens.focal_mm else "", f"f/{lens.f_stop:g}" if lens.f_stop else ""]
    parts += ["anamorphic" if lens.anamorphic else "", f"focus on {lens.focus}" if lens.focus else ""]
    parts.append(f"rack to {lens.rack_to}" if lens.rack_to else "")
    return ", ".join(part for part in parts if part)


def _moves(moves: tuple[Move, ...], then: bool) -> str:
    words = []
    for move in moves:
        amount = f"{move.amount:g}{move.unit}" if move.amount is not None else ""
        kind = move.kind.value
        side = "" if kind.endswith(move.direction) else move.direction
        pace = {"slow": "slowly", "fast": "quickly"}.get(move.speed.value, "")
        words.append(" ".join(part for part in (kind, side, move.target, amount, pace) if part))
    return (" then " if then else " and ").join(words)


def _has(film: Film, key: str) -> bool:
    return any(name.lower() == key for name, _ in film.title_page)


def _origin(film: Film, key: str) -> str:
    return "title page" if _has(film, key) else "default"


def _where(span: Span, sources: SourceMap) -> str:
    file, line, column, _, _ = sources.place(span)
    return f"{file}:{line}:{column}" if line else file
