"""Runs the language's reference manual: every ``film`` example in docs/spec, with what it says about itself.

The form of the expectations is described in docs/spec/README.md.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, is_dataclass
from dataclasses import fields as fields_of
from enum import Enum
from fractions import Fraction
from pathlib import Path

import pytest

from compiler.diagnostics import Report, Severity, Span
from compiler.front import check_text
from compiler.meaning.film import Composite, Cue, Film, Move, Phrase, PlateSource, Shot, Speech, Still
from compiler.silence import settle
from compiler.staging.coverage import Played, Setup
from compiler.staging.stage import stage_film
from compiler.staging.understanding import understood
from compiler.staging.voicing import estimate

SPEC = Path(__file__).resolve().parents[2] / "docs" / "spec"
_FENCE = re.compile(r"^```(film|fountain)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EXPECT = re.compile(r"^\s*\[\[([!=]) (.*)\]\]\s*$")
_HEADING = re.compile(r"^(INT|EXT|EST|\.\w)", re.MULTILINE)
_TAIL = "\n\nINT. SOMEWHERE - DAY\n\nSomething happens.\n"


@dataclass(frozen=True, slots=True)
class Example:
    where: str
    name: str
    text: str


def _examples() -> Iterator[Example]:
    for page in sorted(SPEC.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        for match in _FENCE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            body = match[2] if _HEADING.search(match[2]) else match[2] + _TAIL
            yield Example(f"{page.name}:{line}", f"example.{match[1]}", body)


EXAMPLES = list(_examples())


@pytest.mark.parametrize("example", EXAMPLES, ids=[e.where for e in EXAMPLES])
def test_example_means_what_the_manual_says(example: Example) -> None:
    film, found_in, report = check_text(example.text, example.name)
    errors = [d for d in report.items if d.severity is Severity.ERROR]
    if film is not None and not errors:
        stage_film(film, estimate, report)
    items = settle(report.items, found_in.sources, complete=not errors).items
    lines = example.text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    if errors:
        film = _without_errors(example, lines)
    above = 0
    stated: list[object] = []
    for number, line in enumerate(lines):
        expect = _EXPECT.match(line)
        if not expect:
            above = number if line.strip() else above
            continue
        row = (starts[above], starts[above + 1])
        if expect[1] == "!":
            code, _, marked = expect[2].partition(" ")
            found = [d for d in items if d.code == code and (d.span is None or _meets(d.span, row))]
            assert found, f"{example.where}: no {code} on `{lines[above].strip()}`; there is {items}"
            if marked.strip():
                seen = [example.text[d.span.start : d.span.end] for d in found if d.span]
                assert marked.strip().strip("`") in seen, f"{code} marks {seen}"
            stated += found
        else:
            assert film is not None
            _check_value(film, row, expect[2], lines[above])
    unexpected = [d for d in errors if not any(d is s for s in stated)]
    assert not unexpected


def _without_errors(example: Example, lines: list[str]) -> Film | None:
    """The film of an example whose wrong lines are turned into comments of the same length."""
    kept = list(lines)
    above = 0
    for number, line in enumerate(lines):
        expect = _EXPECT.match(line)
        if not expect:
            above = number if line.strip() else above
        elif expect[1] == "!" and expect[2].startswith("E"):
            kept[above] = "/*" + " " * (len(lines[above]) - 4) + "*/"
    return check_text("\n".join(kept), example.name)[0]


def _check_value(film: Film, row: tuple[int, int], expectation: str, line: str) -> None:
    kind, *wanted = shlex.split(expectation)
    if kind == "Thing":
        _check_thing(film, row, wanted, line)
        return
    if kind == "Staged":
        _check_staged(film, row, wanted, line)
        return
    told = understood(film) if kind in ("Doing", "Prose", "Understood") else ()
    nodes = [n for n in _nodes(told or film) if type(n).__name__ == kind and (kind == "Film" or _meets(n.span, row))]  # type: ignore[attr-defined]
    assert nodes, f"no {kind} comes from `{line.strip()}`"
    tried = []
    for node in nodes:
        got = {name: _text(_get(node, name)) for name in (part.partition("=")[0] for part in wanted)}
        if all(got[name] == value for name, _, value in (part.partition("=") for part in wanted)):
            return
        tried.append(got)
    raise AssertionError(f"`{line.strip()}` means {tried}, not {wanted}")


def _check_staged(film: Film, row: tuple[int, int], wanted: list[str], line: str) -> None:
    """Whether one of the shots a line is shown in has those values; ``inferred`` is one of them."""
    covered: list[list[Setup]] = []
    stage_film(film, estimate, Report(), covered=covered)
    found: list[tuple[Shot, bool]] = []
    for setup in (setup for scene in covered for setup in scene):
        items = [item.action if isinstance(item, Played) else item for item in setup.items]
        here = [item for item in items if _meets(item.span, row)]
        if here or _meets(setup.shot.span, row):
            found.append((setup.shot, setup.inferred))
        found += [(shot, setup.inferred) for item in here if isinstance(item, Speech) for _, shot in item.cuts]
    assert found, f"no shot comes from `{line.strip()}`"
    tried = []
    for shot, inferred in found:
        names = [part.partition("=")[0] for part in wanted]
        got = {name: _text(inferred if name == "inferred" else _get(shot, name)) for name in names}
        if all(got[name] == value for name, _, value in (part.partition("=") for part in wanted)):
            return
        tried.append(got)
    raise AssertionError(f"`{line.strip()}` is covered by {tried}, not {wanted}")


def _check_thing(film: Film, row: tuple[int, int], wanted: list[str], line: str) -> None:
    """Whether a thing is as stated at the end of a shot that a line is shown in."""
    name, *values = wanted
    covered: list[list[Setup]] = []
    timeline = stage_film(film, estimate, Report(), covered=covered)
    spans = {
        (setup.shot.span.start, setup.shot.span.end)
        for setup in (setup for scene in covered for setup in scene)
        for item in (None, *setup.items)
        if _meets(setup.shot.span if item is None else (item.action if isinstance(item, Played) else item).span, row)
    }
    tried = []
    for timed in timeline.shots:
        for thing in timed.shot.things if (timed.source.start, timed.source.end) in spans else ():
            last = next(key for key in reversed(thing.keys) if key.time <= timed.shot.frames / 24)
            got = {
                "holder": last.holder, "hand": last.hand, "height": f"{last.position[1]:g}", "kind": thing.piece.kind,
                "moves": thing.moves, "opening": f"{thing.opening[-1][1] if thing.opening else 0.0:g}",
            }  # fmt: skip
            if thing.name == name and all(got[k] == v for k, _, v in (part.partition("=") for part in values)):
                return
            tried.append((thing.name, got))
    raise AssertionError(f"`{line.strip()}` shows {tried}, not {wanted}")


def _nodes(value: object) -> Iterator[object]:
    if isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)
    elif is_dataclass(value) and not isinstance(value, Span):
        yield value
        for field in fields_of(value):
            yield from _nodes(getattr(value, field.name))


def _meets(span: Span, row: tuple[int, int]) -> bool:
    return span.file.startswith("example") and span.start < row[1] and span.end >= row[0]


def _get(node: object, path: str) -> object:
    for name in path.split("."):
        node = {field.name: getattr(node, field.name) for field in fields_of(node)}[name]  # type: ignore[arg-type]
    return node


def _text(value: object) -> str:
    """A value as the manual writes it."""
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case Enum():
            return str(value.value)
        case Fraction() | float():
            return f"{float(value):g}"
        case Phrase():
            return value.text
        case Move():
            amount = f"{value.amount:g}{value.unit}" if value.amount is not None else ""
            start, end = (
                (_text(value.start) + "s" if value.start is not None else ""),
                (_text(value.end) + "s" if value.end is not None else ""),
            )
            times = f"{start}..{end}" if start or end else ""
            parts = [value.kind.value, value.direction, value.target, amount, value.speed.value, times]
            return " ".join(part for part in parts if part and part != "normal")
        case tuple():
            return ", ".join(_text(item) for item in value)
        case Still():
            return f"still {value.file}"
        case Composite():
            return f"{value.kind} {', '.join(value.shots)}"
        case PlateSource():
            return f"plate {value.plate}"
        case Cue():
            said = [_text(getattr(value, field.name)) for field in fields_of(value)]
            return ", ".join(text for text in said if text not in ("none", "", "no"))
        case _ if is_dataclass(value) and hasattr(value, "key") and hasattr(value, "phrases"):
            return f"{value.key}: {_text(value.phrases)}"
        case _ if is_dataclass(value) and hasattr(value, "entity"):
            return f"{value.entity}: {_text(value.phrases)}"
        case _:
            return str(value)
