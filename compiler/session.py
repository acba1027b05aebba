"""A warm checker for editors and watchers: the same answers as a cold check, at the cost of what was edited.

A source is parsed in chunks that begin at scene headings, each with spans of its own, so that a chunk whose text is what
it was is not parsed again wherever it has moved to; a scene whose elements and context are what they were means what it
meant. Everything else (declarations, what only the whole film shows) is checked anew.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from compiler.collecting import uncollected
from compiler.diagnostics import Diagnostic, Edit, Fix, Report, Span
from compiler.front import SourceMap, check_source, load_film, parse_source
from compiler.meaning.film import Film
from compiler.meaning.scenes import ResolvedScene, SceneContext, resolve_scene
from compiler.meaning.scope import Names
from compiler.project import Project
from compiler.syntax import nodes as n
from compiler.syntax.comments import mask_comments
from compiler.syntax.names import caseless_cues
from compiler.syntax.parser import known_speakers, parse_chunk
from compiler.syntax.source import Source, make_source

_BOUNDARY = re.compile(r"\n\n(?=(?:INT|EXT|EST|I/E)[. /])")
_BOUNDARY_CRLF = re.compile(r"\n\r\n(?=(?:INT|EXT|EST|I/E)[. /])")
"""An empty line and a heading below it, as nearly every scene begins; others belong to the chunk before them."""
_MARK = "\0"
"""Stands around a chunk's number, before its source's name, in spans: no name of a file holds it."""
_MOST_FOUND = 20
"""Findings of the parser after which a source is parsed whole: some are counted over all of it."""


@dataclass(slots=True)
class WarmSources(SourceMap):
    """Sources whose spans may be relative to a chunk: ``place`` and ``absolute`` know where each chunk is now."""

    begins: dict[str, tuple[str, int]] = field(default_factory=dict)

    def absolute(self, span: Span) -> Span:
        """The same stretch, counted from the beginning of its file."""
        name, offset = self.begins.get(span.file, (span.file, 0))
        return Span(span.start + offset, span.end + offset, name)

    def place(self, span: Span) -> tuple[str, int, int, int, int]:
        """File, line, column, end line and end column, all 1-based; zeros when the source is unknown."""
        return super(WarmSources, self).place(self.absolute(span))


@dataclass(slots=True)
class Work:
    """What the last check had to do: chunks parsed and scenes resolved, of how many."""

    chunks: int = 0
    parsed: int = 0
    scenes: int = 0
    resolved: int = 0


@dataclass(slots=True)
class Session:
    """Remembers the parsed chunks and resolved scenes of the last check, and nothing older."""

    work: Work = field(default_factory=Work)
    _chunks: dict[_ChunkKey, _Chunk] = field(default_factory=dict)
    _fresh: dict[_ChunkKey, _Chunk] = field(default_factory=dict)
    _speakers: dict[tuple[str, bool], _Speakers] = field(default_factory=dict)
    _scenes: dict[_SceneKey, tuple[tuple[n.Element, ...], ResolvedScene]] = field(default_factory=dict)
    _kept: dict[_SceneKey, tuple[tuple[n.Element, ...], ResolvedScene]] = field(default_factory=dict)
    _names: Names | None = None
    _begins: dict[str, tuple[str, int]] = field(default_factory=dict)
    _count: int = 0

    def check(self, path: Path) -> tuple[Film | None, WarmSources, Report]:
        """What ``load_film`` returns. Spans of the film are relative to chunks, those of the report are not."""
        self._begin()
        with uncollected():
            return self._finish(*load_film(path, resolve=self._resolve, parse=self._parse))

    def check_text(
        self, text: str, name: str = "<text>", root: Path | None = None
    ) -> tuple[Film | None, WarmSources, Report]:
        """What ``check_text`` returns for a source in memory; with ``root``, ``use`` finds files below it."""
        self._begin()
        report, sources = Report(), SourceMap()
        with uncollected():
            film = check_source(
                make_source(name, text), root, sources, report, Project(), resolve=self._resolve, parse=self._parse
            )
            return self._finish(film, sources, report)

    def _begin(self) -> None:
        self.work = Work()
        self._begins = {}

    def _finish(self, film: Film | None, sources: SourceMap, report: Report) -> tuple[Film | None, WarmSources, Report]:
        # Only what this check used is kept: a session does not grow with the number of edits.
        self._chunks, self._fresh = self._fresh, {}
        self._scenes, self._kept = self._kept, {}
        texts = {(chunk.text, chunk.bare) for chunk in self._chunks}
        self._speakers = {key: told for key, told in self._speakers.items() if key in texts}
        warm = WarmSources(
            sources.sources, sources.allowed, sources.shared, sources.root, sources.files, begins=self._begins
        )
        report.items[:] = [moved(item, warm) for item in report.items]
        return film, warm, report

    # --- parsing --------------------------------------------------------------------------------

    def _parse(self, source: Source, report: Report) -> n.Screenplay:
        bare = not source.name.lower().endswith(".fountain")
        bounds = _bounds(source.text)
        if len(bounds) < 3:
            return parse_source(source, report)
        texts = [source.text[begin:end] for begin, end in pairwise(bounds)]
        names = self._names_in(texts, bare)
        elements: list[n.Element] = []
        found: list[Diagnostic] = []
        met: Counter[str] = Counter()
        for index, (text, begin) in enumerate(zip(texts, bounds, strict=False)):
            met[text] += 1
            chunk = self._chunk(_ChunkKey(source.name, text, met[text], bare, index == 0, names))
            if index:
                self._begins[chunk.name] = (source.name, begin)
            elements += chunk.elements
            found += chunk.found
        if len(found) >= _MOST_FOUND:
            return parse_source(source, report)
        report.items += found
        return n.Screenplay(tuple(elements))

    def _chunk(self, key: _ChunkKey) -> _Chunk:
        self.work.chunks += 1
        chunk = self._chunks.get(key)
        if chunk is None:
            self.work.parsed += 1
            self._count += 1
            # The first chunk begins where its file does; the others' names end as the file's does.
            name, report = key.file if key.first else f"{_MARK}{self._count}{_MARK}{key.file}", Report()
            tree = parse_chunk(key.text, name, report, bare_directives=key.bare, title_page=key.first, names=key.names)
            chunk = _Chunk(name, tree.elements, tuple(report.items))
        self._fresh[key] = chunk
        return chunk

    def _names_in(self, texts: list[str], bare: bool) -> frozenset[str]:
        """Speakers that the whole source makes known, from what each chunk says of them."""
        names: set[str] = set()
        cues: Counter[str] = Counter()
        for text in texts:
            told = self._speakers.get((text, bare))
            if told is None:
                told = self._speakers[text, bare] = _speakers(text, bare)
            names |= told.names
            cues.update(told.cues)
        names.update(name for name, count in cues.items() if count > 1)
        return frozenset(names)

    # --- meaning --------------------------------------------------------------------------------

    def _resolve(self, elements: tuple[n.Element, ...], context: SceneContext, span: Span) -> ResolvedScene:
        if self._names != context.names:
            self._names = context.names
            self._scenes = {}
        self.work.scenes += 1
        key = _SceneKey(tuple(map(id, elements)), _without_names(context), span)
        known = self._scenes.get(key)
        if known is None:
            self.work.resolved += 1
            known = (elements, resolve_scene(elements, context, span))
        self._kept[key] = known
        return known[1]


class _ChunkKey(NamedTuple):
    """What a chunk's parse depends on, and which of equal chunks it is, for its spans are its own."""

    file: str
    text: str
    turn: int
    bare: bool
    first: bool
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Chunk:
    """A parsed chunk: the name its spans go by, its elements and what was found wrong in it."""

    name: str
    elements: tuple[n.Element, ...]
    found: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class _Speakers:
    names: frozenset[str]
    cues: dict[str, int]


class _SceneKey(NamedTuple):
    """The very elements, which the value keeps alive, and the context but for its names, which all scenes share."""

    elements: tuple[int, ...]
    context: tuple[object, ...]
    span: Span


def _bounds(text: str) -> list[int]:
    """Offsets at which chunks begin and the last one ends: at headings after an empty line, outside comments."""
    report = Report()
    comments = iter([comment.span for comment in mask_comments(text, "", report).comments])
    if report.items:
        return [0, len(text)]  # what is unclosed may reach anywhere
    bounds = [0]
    comment = next(comments, None)
    for match in (_BOUNDARY_CRLF if "\r" in text else _BOUNDARY).finditer(text):
        at = match.end()
        while comment is not None and comment.end <= at:
            comment = next(comments, None)
        if comment is None or comment.start >= at:
            bounds.append(at)
    return [*bounds, len(text)]


def _speakers(text: str, bare: bool) -> _Speakers:
    cues: Counter[str] = Counter()
    if not text.isascii():
        cues = caseless_cues(re.split(r"\r\n?|\n", mask_comments(text, "", Report()).text))
    return _Speakers(known_speakers(text, bare_directives=bare), dict(cues))


def _without_names(context: SceneContext) -> tuple[object, ...]:
    return (
        context.key,
        context.location,
        context.time_of_day,
        context.time_note,
        context.continuous,
        context.interior,
        context.chapter,
        context.heading,
        context.number,
        context.place_words,
        context.furnished,
    )


def moved(item: Diagnostic, sources: WarmSources) -> Diagnostic:
    """A finding with its spans counted from the beginning of its file."""
    spans = [span for span in _spans(item) if _MARK in span.file]
    if not spans:
        return item
    fix = item.fix
    if fix is not None:
        edits = tuple(Edit(sources.absolute(edit.span), edit.text) for edit in fix.edits)
        fix = Fix(fix.title, edits, fix.safe)
    notes = tuple((sources.absolute(span), text) for span, text in item.notes)
    return replace(item, span=sources.absolute(item.span) if item.span else None, notes=notes, fix=fix)


def _spans(item: Diagnostic) -> Iterator[Span]:
    if item.span is not None:
        yield item.span
    for span, _ in item.notes:
        yield span
    if item.fix is not None:
        for edit in item.fix.edits:
            yield edit.span
