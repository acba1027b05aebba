"""``film check --understanding``: sentence by sentence, what will be staged, and what stays prose and why."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from compiler.front import SourceMap, load_film
from runtime.cli.diagnostics import shown

if TYPE_CHECKING:
    from compiler.meaning.film import Character, Film, Phrase
    from compiler.staging.understanding import Understood

Format = Literal["text", "json"]


def show_understanding(paths: Sequence[Path], format: Format = "text") -> int:  # noqa: A002 - the option's name
    """Prints what was understood of every named film; 1 when one has an error and cannot be read."""
    from compiler.staging.understanding import understood

    failed = False
    for path in paths:
        film, sources, report = load_film(path)
        if film is None or report.failed:
            failed = True
            if format == "json":
                print(json.dumps({"file": str(path), "sentences": None}))
            else:
                print(f"{shown(str(path))}: has errors; `film check` shows them")
            continue
        rows = understood(film)
        if format == "json":
            print(json.dumps(_json(path, film, rows, sources), ensure_ascii=False))
        else:
            print(_text(path, film, rows, sources), end="")
    return int(failed)


def _json(path: Path, film: Film, rows: Sequence[Understood], sources: SourceMap) -> dict[str, Any]:
    """One object a film: its sentences in order, each with its steps."""
    return {
        "file": str(path),
        "sentences": [
            {
                "scene": film.scenes[row.scene].key,
                "file": sources.place(row.span)[0],
                "line": sources.place(row.span)[1],
                "text": row.text,
                **({"speaker": row.speaker} if row.speaker else {}),
                **({"delivery": row.delivery} if row.delivery else {}),
                **({"face": row.face} if row.face else {}),
                "staged": row.staged,
                "steps": [_step(row, index) for index in range(len(row.steps))],
            }
            for row in rows
        ],
        "people": [
            {"name": who.name, "read": [{"text": p.text, "line": sources.place(p.span)[1]} for p in _read_of(who)]}
            for who in film.characters
            if not who.declared
        ],
    }


def _step(row: Understood, index: int) -> dict[str, Any]:
    from compiler.staging.performance import Doing
    from compiler.staging.understanding import when_of

    step = row.steps[index]
    if not isinstance(step, Doing):
        return {"prose": step.text, "why": step.reason}
    made: dict[str, Any] = {
        "subject": step.subject,
        "act": step.act,
        "verb": step.verb,
        "when": when_of(step, index == 0),
    }
    for key in ("style", "target", "object"):
        if value := getattr(step, key):
            made[key] = value
    if step.tempo != 1.0:
        made["tempo"] = round(step.tempo, 3)
    if step.doubt:
        made["doubt"] = step.doubt
    return made


def _text(path: Path, film: Film, rows: Sequence[Understood], sources: SourceMap) -> str:
    lines: list[str] = []
    scene = -1
    for row in rows:
        if row.scene != scene:
            scene = row.scene
            lines += ["", shown(film.scenes[scene].heading or "(no heading)")]
        line = sources.place(row.span)[1]
        who = f"{row.speaker} " if row.speaker else ""
        lines.append(f"{line:>6}  {shown(who + row.text)}")
        if row.delivery or row.face:
            said = [f"speaks: {row.delivery}"] if row.delivery else []
            how = " and ".join([*said, *([f"face: {row.face}"] if row.face else [])])
            lines.append(f"        = {how}")
        lines += [f"        {_line(row, index)}" for index in range(len(row.steps))]
    undeclared = [person for person in film.characters if not person.declared]
    lines += ["", "Cast by the screenplay"] if undeclared else []
    for person in undeclared:
        read = ", ".join(f"{shown(p.text)} (line {sources.place(p.span)[1]})" for p in _read_of(person))
        lines.append(f"        {shown(person.name)}: {read or 'nothing said; drawn from the name'}")
    staged = sum(row.staged for row in rows)
    lines += [
        "",
        f"{shown(str(path))}: {staged} of {len(rows)} sentences are staged, {len(rows) - staged} stay prose",
        "",
    ]
    return "\n".join(lines)


def _read_of(who: Character) -> Sequence[Phrase]:
    """What the screenplay says of somebody nobody declared."""
    return (*who.description, *who.hair, *who.wears)


def _line(row: Understood, index: int) -> str:
    made = _step(row, index)
    if "prose" in made:
        return f". prose: {made['why']}" + (f" ({shown(made['prose'])})" if len(row.steps) > 1 else "")
    parts = [made["subject"], made["act"] + (f" ({made['style']})" if "style" in made else "")]
    if "object" in made:
        parts.append(made["object"])
    if "target" in made:
        parts.append(f"→ {made['target']}")
    extra = [made["when"]] if made["when"] != "first" else []
    extra += [f"tempo {made['tempo']:g}"] if "tempo" in made else []
    extra += [made["doubt"]] if "doubt" in made else []
    return f"{'|' if 'with' in made['when'] else '+'} {shown(' '.join(parts))}" + (
        f"  [{', '.join(extra)}]" if extra else ""
    )
