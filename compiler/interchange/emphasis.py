"""Styled text back to Fountain's marks: what word processors call bold, italic and underline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from compiler.syntax.emphasis import Run, emphasis_runs

_SPECIAL = re.compile(r"[*_\\]")
_MARKS = (("underline", "_"), ("bold", "**"), ("italic", "*"))


def styled_runs(text: str) -> tuple[Run, ...]:
    """The runs of a text of several lines; LF between lines is text."""
    runs: list[Run] = []
    for index, line in enumerate(text.split("\n")):
        if index:
            runs.append(replace(runs[-1], text="\n") if runs else Run("\n"))
        runs += emphasis_runs(line)
    return joined(runs)


def styles(run: Run) -> tuple[bool, bool, bool]:
    """Bold, italic, underline."""
    return run.bold, run.italic, run.underline


def joined(runs: Iterable[Run]) -> tuple[Run, ...]:
    """The same text with neighbours of equal style made one, and nothing empty."""
    groups = groupby((run for run in runs if run.text), key=styles)
    return tuple(Run("".join(run.text for run in group), *worn) for worn, group in groups)


def plainly(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Runs as they are compared: the style of white space does not show, so it takes the style before it."""
    told: list[Run] = []
    for run in runs:
        for part in filter(None, re.split(r"(\s+)", run.text)):
            worn = styles(run)
            if part.isspace():
                worn = styles(told[-1]) if told else (False, False, False)
            told.append(Run(part, *worn))
    return joined(told)


def marked_text(runs: Sequence[Run]) -> tuple[str, bool]:
    """Fountain text of runs, and whether every style could be said in it; if not, the words are kept without it.

    Never opens a boneyard: a slash before an asterisk has that escaped.
    """
    lines: list[list[Run]] = [[]]
    for run in runs:
        first, *more = run.text.split("\n")
        lines[-1].append(replace(run, text=first))
        lines += [[replace(run, text=part)] for part in more]
    told = [_marked_line(joined(line)) for line in lines]
    return "\n".join(text for text, _ in told), all(whole for _, whole in told)


def _marked_line(runs: tuple[Run, ...]) -> tuple[str, bool]:
    for attempt in (_wrapped, _nested):
        for escape in (False, True):
            text = attempt(runs, escape)
            if "/*" not in text and plainly(emphasis_runs(text)) == plainly(runs):
                return text, True
    return "".join(_escaped(run.text, True) for run in runs), False


def _wrapped(runs: Sequence[Run], escape: bool) -> str:
    """Every run between its own marks."""
    pieces = []
    for run in runs:
        lead, core, trail = _parted(_escaped(run.text, escape))
        marks = [mark for style, mark in _MARKS if getattr(run, style)] if core else []
        pieces += [lead, *marks, core, *reversed(marks), trail]
    return "".join(pieces)


def _nested(runs: Sequence[Run], escape: bool) -> str:
    """Marks only where a style begins or ends, white space left outside."""
    pieces: list[str] = []
    worn: list[str] = []
    for run in (*plainly(runs), Run("")):
        wanted = [mark for style, mark in _MARKS if getattr(run, style)]
        closing = [mark for mark in reversed(worn) if mark not in wanted]
        opening = [mark for mark in wanted if mark not in worn]
        last = pieces[-1] if pieces and closing else ""
        space = last[len(last.rstrip()) :]
        if space:
            pieces[-1] = last[: len(last) - len(space)]
        worn = [mark for mark in worn if mark in wanted] + opening
        pieces += [*closing, space]
        lead, core, trail = _parted(_escaped(run.text, escape))
        pieces += [lead, *opening, core + trail]
    return "".join(pieces)


def _parted(text: str) -> tuple[str, str, str]:
    """Text without the white space round it, and that before and behind it."""
    core = text.strip()
    lead = len(text) - len(text.lstrip())
    return text[:lead], core, text[lead + len(core) :]


def _escaped(text: str, escape: bool) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text) if escape else text
