"""Silences: warnings a writer has looked at and allows, for a line, a scene or the whole project.

``[[allow: W601]]`` (or ``silence:``) on a line, or alone above it, speaks for that line; ``allow: jump-cut`` in a
``scene`` block for the scene; ``allow = ["W602"]`` in film.toml for the project. Codes go by id or name. A silence that
names no warning, or one that nothing reports, is a warning itself. Errors cannot be silenced.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from compiler.codes import BY_NAME, CODES, W, find_code
from compiler.diagnostics import Diagnostic, Edit, Fix, Report, Severity, Span
from compiler.names import did_you_mean, misspelling
from compiler.syntax.nodes import Directive, Heading, Text
from compiler.syntax.parser import parse
from compiler.syntax.phrases import split_phrases
from compiler.syntax.source import Source

_NOTE = re.compile(r"/\*.*?(?:\*/|\Z)|\[\[[ \t]*(?:silence|allow)[ \t]*:(?P<words>[^\]\n]*)\]\]", re.DOTALL)
_SCENE_ALLOW = re.compile(r"^[ \t]+allow[ \t]*:|\bscene\b[^\n]*\ballow\b", re.MULTILINE)
_HEAD_ALLOW = re.compile(r"allow[ \t:]+(.+)", re.DOTALL)
_WORD = re.compile(r"[^,;]+")
_REASON = re.compile(r"\(.*|\bbecause\b.*|\s[-–—]+\s.*", re.DOTALL)
LIBRARY = "stdlib:"
_LOOKED_AROUND = 20
"""Lines around a note in which the line it speaks for is looked for."""
_MOST_LINES = 200
"""Lines of a finding in which a silence is looked for."""
_SAME_SCENE = 8
"""Words that may silence one code in one scene."""


@dataclass(frozen=True, slots=True)
class Silence:
    """One allowed word, where it is written, and what it speaks for.

    ``scope`` holds offsets of ``span.file``: the lines they lie on, or all between its two for a ``whole_scene``;
    ``None`` is everywhere. ``below`` is the next written line, spoken for when nothing on the line itself is meant.
    """

    word: str
    span: Span | None
    scope: tuple[int, ...] | None
    where: str
    whole_scene: bool = False
    below: int | None = None
    remove: Span | None = None
    """What to delete so that nothing is left of it."""


@dataclass(slots=True)
class Settled:
    """What is left to show, and how many warnings were silenced."""

    items: list[Diagnostic] = field(default_factory=list)
    silenced: int = 0


def settle(
    items: Iterable[Diagnostic],
    sources: Mapping[str, Source],
    project: Sequence[tuple[str, Span | None]] = (),
    *,
    complete: bool = True,
) -> Settled:
    """Take the silenced warnings out of a film's findings and add what is wrong with the silences.

    ``project`` is film.toml's ``allow``: words and where they stand. ``complete`` is false when checking stopped
    early (errors keep a film from being staged), so that a silence may be for what was not looked at.
    """
    report, found = Report(), list(items)
    index = _Index()
    silences = [Silence(word, span, None, "in this project") for word, span in project]
    for name, source in sources.items():
        if not name.startswith(LIBRARY):
            silences += written(source)
    for silence in silences:
        if code := _known(silence, report):
            index.add(silence, code, sources)
    settled, used = Settled(), set[int]()
    left: list[Diagnostic] = []
    for item in found:
        matching = index.of(item, sources) if item.severity is Severity.WARNING else []
        if matching:
            used.update(map(id, matching))
        else:
            left.append(item)
    for item in left:
        matching = [silence for silence in index.above(item, sources) if id(silence) not in used]
        if matching:
            used.add(id(matching[0]))
        else:
            settled.items.append(item)
    settled.silenced = len(found) - len(settled.items)
    settled.items += [item for item in report.items if not _allowed(item.code, index, used)]
    if not complete or _allowed(W.UNUSED_SILENCE.id, index, used):
        return settled
    late = Report()
    for silence in (silence for silence in index.all if id(silence) not in used):
        fix = Fix("delete the silence", (Edit(silence.remove, ""),), safe=True) if silence.remove else None
        remedy = "delete it, or move it to the line that is meant"
        late(W.UNUSED_SILENCE, silence.span, word=silence.word, where=silence.where, help=remedy, fix=fix)
    settled.items += late.items
    return settled


def _allowed(code: str, index: _Index, used: set[int]) -> bool:
    """Whether the project allows what is wrong with its silences."""
    used.update(map(id, index.everywhere.get(code, ())))
    return code in index.everywhere


@dataclass(slots=True)
class _Index:
    """Silences by code and place, so that many silences and many warnings cost their sum."""

    all: list[Silence] = field(default_factory=list)
    everywhere: dict[str, list[Silence]] = field(default_factory=dict)
    scenes: dict[tuple[str, str], list[Silence]] = field(default_factory=dict)
    lines: dict[tuple[str, str, int], list[Silence]] = field(default_factory=dict)
    below: dict[tuple[str, str, int], list[Silence]] = field(default_factory=dict)

    def add(self, silence: Silence, code: str, sources: Mapping[str, Source]) -> None:
        self.all.append(silence)
        if silence.scope is None or silence.span is None:
            self.everywhere.setdefault(code, []).append(silence)
        elif silence.whole_scene:
            self.scenes.setdefault((code, silence.span.file), []).append(silence)
        else:
            source = sources[silence.span.file]
            for at in set(silence.scope):
                key = (code, silence.span.file, source.place(at)[0])
                self.lines.setdefault(key, []).append(silence)
            if silence.below is not None:
                key = (code, silence.span.file, source.place(silence.below)[0])
                self.below.setdefault(key, []).append(silence)

    def above(self, item: Diagnostic, sources: Mapping[str, Source]) -> list[Silence]:
        """Silences on the written line right above a warning."""
        source = sources.get(item.span.file) if item.span and item.severity is Severity.WARNING else None
        if source is None or item.span is None or not self.below:
            return []
        return self.below.get((item.code, item.span.file, source.place(min(item.span.start, len(source.text)))[0]), [])

    def of(self, item: Diagnostic, sources: Mapping[str, Source]) -> list[Silence]:
        matching = list(self.everywhere.get(item.code, ()))
        span = item.span
        source = sources.get(span.file) if span else None
        if span is None or source is None:
            return matching
        scenes = self.scenes.get((item.code, span.file), [])
        at = bisect_right(scenes, span.start, key=lambda s: s.scope[0] if s.scope else 0)
        matching += [s for s in scenes[max(0, at - _SAME_SCENE) : at] if s.scope and span.start < s.scope[1]]
        if self.lines:
            first, last = (
                source.place(span.start)[0],
                source.place(min(max(span.end - 1, span.start), len(source.text)))[0],
            )
            for number in range(first, min(last, first + _MOST_LINES) + 1):
                matching += self.lines.get((item.code, span.file, number), ())
        return matching


def written(source: Source) -> Iterator[Silence]:
    """Every silence of a source, by line and by scene."""
    if "allow" not in source.text and "silence" not in source.text:
        return
    for note in _NOTE.finditer(source.text):
        if note["words"] is None:
            continue
        span = Span(note.start(), note.end(), source.name)
        words = list(_words(note["words"], note.start("words"), source.name))
        scope, below = _line_scope(source, span)
        for word, place in words:
            remove = _whole_note(source, span) if len(words) == 1 else None
            yield Silence(word, place, scope, "here", below=below, remove=remove)
    if _SCENE_ALLOW.search(source.text):
        yield from _by_scene(source)


def _by_scene(source: Source) -> Iterator[Silence]:
    """``allow:`` of ``scene`` blocks; a scene runs from its heading to the next."""
    elements = parse(source, Report(), bare_directives=not source.name.lower().endswith(".fountain")).elements
    starts = [element.span.start for element in elements if isinstance(element, Heading)] + [len(source.text) + 1]
    for element in elements:
        if not isinstance(element, Directive) or element.keyword != "scene":
            continue
        begin = max((s for s in starts if s <= element.span.start), default=0)
        end = min(s for s in starts if s > element.span.start)
        said = [prop.value for prop in element.properties if prop.key == "allow"]
        for phrase in split_phrases(element.head):  # `scene allow jump-cut`
            if head := _HEAD_ALLOW.fullmatch(phrase.text):
                start = phrase.span.start + head.start(1)
                said.append(Text(head[1], Span(start, phrase.span.end, source.name)))
        for value in said:
            for word, place in _words(value.text, value.span.start, source.name):
                yield Silence(word, place, (begin, end), "in this scene", whole_scene=True)


def _words(text: str, start: int, file: str) -> Iterator[tuple[str, Span]]:
    """The codes of a comma-separated list; a reason may follow in parentheses or after a dash."""
    for part in _WORD.finditer(_REASON.sub("", text)):
        word = part[0].strip()
        if word:
            at = start + part.start() + part[0].index(word)
            yield word, Span(at, at + len(word), file)


def _line_scope(source: Source, span: Span) -> tuple[tuple[int, ...], int | None]:
    """The lines a note speaks for, by an offset in each, and the next written line for one that shares its own.

    Alone on its line it speaks for the next written line, or, within a block, for the directive above it.
    """
    number, column = source.place(span.start)
    begin, end = source.starts[number - 1], _line_end(source, number)
    below = _next_line(source, number)
    if source.text[begin : span.start].strip() or source.text[span.end : end].strip():
        return (span.start,), below
    scope = [span.start] if below is None else [span.start, below]
    if column > 1:
        for above in range(number - 1, max(number - _LOOKED_AROUND, 0), -1):
            text = source.line(above)
            if not text.strip():
                break
            if text[0] not in " \t":
                scope.append(source.starts[above - 1])
                break
    return tuple(scope), None


def _next_line(source: Source, number: int) -> int | None:
    for below in range(number + 1, min(number + _LOOKED_AROUND, len(source.starts)) + 1):
        text = source.line(below).strip()
        if text and not (text.startswith("[[") and text.endswith("]]")):
            return source.starts[below - 1]
    return None


def _line_end(source: Source, number: int) -> int:
    return source.starts[number] if number < len(source.starts) else len(source.text) + 1


def _whole_note(source: Source, span: Span) -> Span:
    """The note with its line when it stands alone between others, or with the blanks before it."""
    number, _ = source.place(span.start)
    begin, end = source.starts[number - 1], _line_end(source, number)
    before, after = source.text[begin : span.start], source.text[span.end : end]
    if not before.strip() and not after.strip():
        return Span(begin, min(end, len(source.text)), span.file)
    blanks = len(before) - len(before.rstrip(" \t")) if not after.strip() or after[:1] in " \t" else 0
    return Span(span.start - blanks, span.end, span.file)


def _known(silence: Silence, report: Report) -> str:
    """The id of the warning a silence names, or "" and a report."""
    code = find_code(silence.word)
    if code is None:
        warnings = [c for c in CODES.values() if c.severity is Severity.WARNING]
        words = [*(c.name for c in warnings), *(c.id for c in warnings)]
        near = misspelling(silence.word.lower(), BY_NAME)
        fix = Fix(f"write `{near}`", (Edit(silence.span, near),)) if near and silence.span else None
        remedy = did_you_mean(silence.word, words) or "`film explain` lists every code"
        report(W.UNKNOWN_SILENCE, silence.span, word=silence.word, help=remedy, fix=fix)
        return ""
    if code.severity is not Severity.WARNING:
        report(W.SILENCED_ERROR, silence.span, word=silence.word, help=f"mend it: `film explain {code.id}` says how")
        return ""
    return code.id
