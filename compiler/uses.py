"""``use``: a film's files spliced into one run of elements, and the library's modules named.

A file is used once, however often it is named: at its first place come its declarations and its scenes. ``use
"people.film", MARA, ELIAS`` takes only those declarations. Paths are relative to the file that names them and stay
inside the project.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from compiler.codes import E
from compiler.diagnostics import Report, Span
from compiler.limits import NESTING, SOURCES
from compiler.meaning.library import DEFINING, Definition, library
from compiler.meaning.scope import plain_block, suggest
from compiler.names import did_you_mean
from compiler.paths import Refusal, Refused, open_inside
from compiler.syntax.nodes import Directive, Element, Screenplay, Text
from compiler.syntax.phrases import split_phrases
from compiler.syntax.source import Source, read_opened

LIBRARY = "stdlib:"
_QUOTED = re.compile(r'"([^"\r\n]*)"')
Parse = Callable[[Source, Report], Screenplay]
_DECLARING = frozenset({*DEFINING, "character", "group", "prop", "location", "plate", "edition"})


@dataclass(slots=True)
class Splicer:
    """Follows ``use`` from a main file. ``sources`` gains every file that was read."""

    root: Path | None
    sources: dict[str, Source]
    report: Report
    parse: Parse
    done: dict[str, Span] = field(default_factory=dict)
    """File → where it was used in full."""
    parsed: dict[str, tuple[Element, ...]] = field(default_factory=dict)

    def splice(self, elements: tuple[Element, ...], chain: tuple[tuple[str, Span], ...]) -> list[Element]:
        """The elements with what they use in place. ``chain`` is (file, where it is used) from the main file down."""
        made: list[Element] = []
        for element in elements:
            if not isinstance(element, Directive) or element.keyword != "use":
                made.append(element)
                continue
            phrases = split_phrases(element.head)
            plain_block(element, self.report)
            if not phrases:
                help_text = 'write `use "people.film"` or `use "stdlib:looks"`'
                self.report(E.MISSING_NAME, element.span, keyword="use", help=help_text)
                continue
            quoted = _QUOTED.fullmatch(phrases[0].text)
            name = quoted[1] if quoted else phrases[0].text.strip('"')
            if name.startswith(LIBRARY):
                self._library(name, phrases)
            else:
                made += self._file(name, phrases[0], phrases[1:], chain)
        return made

    def _library(self, name: str, phrases: tuple[Text, ...]) -> None:
        """Library modules are always in scope; naming one only has to name one that is there."""
        known = library().sources
        if name not in known:
            listed = "the library has " + ", ".join(f"`{k}`" for k in known)
            help_text, fix = suggest(self.report, name, phrases[0].span, known)
            self.report(E.USE_MISSING, phrases[0].span, path=name, help=help_text or listed, fix=fix)
            return
        if len(phrases) > 1:
            names = {d.name for d in _defined(name)}
            for phrase in phrases[1:]:
                if phrase.text not in names:
                    help_text = did_you_mean(phrase.text, names)
                    self.report(E.NOT_DECLARED_THERE, phrase.span, path=name, name=phrase.text, help=help_text)

    def _file(
        self, name: str, at: Text, chosen: tuple[Text, ...], chain: tuple[tuple[str, Span], ...]
    ) -> list[Element]:
        shown = self._shown(name, at, chain)
        if shown is None:
            return []
        elements = self._read(shown, name, at, chain)
        if elements is None:
            return []
        if chosen:
            return self._selected(elements, name, chosen, (*chain, (shown, at.span)))
        if shown in self.done:
            return []
        self.done[shown] = at.span
        return self.splice(elements, (*chain, (shown, at.span)))

    def _shown(self, name: str, at: Text, chain: tuple[tuple[str, Span], ...]) -> str | None:
        """The path of a used file as it is shown, relative to the file that uses it; ``None`` when it may not be read."""
        report, root = self.report, self.root
        if root is None:
            report(E.USE_OUTSIDE, at.span, path=name, help="use files below the film's own folder")
            return None
        base = posixpath.relpath(Path(chain[-1][0]).parent.as_posix(), root.as_posix())
        inner = posixpath.normpath(posixpath.join(base, name)) if name and not name.startswith("/") else name
        if inner.startswith("..") or "\\" in name or "://" in name:
            inner = name if inner == name else f"../{name}" if inner.startswith("..") else name
        path = root / inner
        shown = str(path)
        files = [file for file, _ in chain]
        if shown in files:
            start = files.index(shown)
            way = " → ".join(Path(file).name for file in (*files[start:], shown))
            notes = tuple((span, f"{Path(file).name} is used here") for file, span in chain[start + 1 :])
            help_text = "move what both need into a third file"
            report(E.USE_CYCLE, at.span, path=name, chain=way, help=help_text, notes=notes)
            return None
        if len(chain) > NESTING.value:
            report(
                E.TOO_DEEP,
                at.span,
                what="this chain of `use`",
                limit=NESTING.value,
                help="use the files from one place",
            )
            return None
        return shown

    def _read(self, shown: str, name: str, at: Text, chain: tuple[tuple[str, Span], ...]) -> tuple[Element, ...] | None:
        if shown in self.parsed:
            return self.parsed[shown]
        report = self.report
        assert self.root is not None
        if len(self.parsed) >= SOURCES.value:
            what, unit = SOURCES.what, SOURCES.unit
            report(E.TOO_MANY, at.span, what=what, limit=SOURCES.value, unit=unit, help="join small files")
            return None
        relative = os.path.relpath(shown, self.root) if Path(shown).is_relative_to(self.root) else name
        with open_inside(self.root, relative) as opened:
            if isinstance(opened, Refusal):
                refuse_use(opened, name, at.span, report)
                return None
            source = read_opened(os.dup(opened), shown, report)
        if source is None:
            return None
        self.sources[shown] = source
        self.parsed[shown] = self.parse(source, report).elements
        return self.parsed[shown]

    def _selected(
        self, elements: tuple[Element, ...], name: str, chosen: tuple[Text, ...], chain: tuple[tuple[str, Span], ...]
    ) -> list[Element]:
        """The chosen declarations of a file and of what it uses; its scenes stay out."""
        inner = Splicer(self.root, self.sources, self.report, self.parse, {}, self.parsed)
        there = {
            declared_name(element): element
            for element in inner.splice(elements, chain)
            if isinstance(element, Directive) and element.keyword in _DECLARING
        }
        made: list[Element] = []
        for phrase in chosen:
            for text in re.split(r"\s+and\s+", phrase.text.removeprefix("only ").removeprefix("and ")):
                if text in there:
                    made.append(there[text])
                    continue
                help_text, fix = suggest(self.report, text, phrase.span, there)
                listed = (
                    "it declares " + ", ".join(f"`{k}`" for k in list(there)[:20]) if there else "it declares nothing"
                )
                self.report(E.NOT_DECLARED_THERE, phrase.span, path=name, name=text, help=help_text or listed, fix=fix)
        return made


def declared_name(directive: Directive) -> str:
    """The name a declaring directive begins with, as written: ``MARA``, ``drowned-memory``, ``over-shoulder``."""
    return re.split(r"[,:(]", directive.head.text, maxsplit=1)[0].strip()


def refuse_use(refusal: Refusal, name: str, span: Span, report: Report) -> None:
    """Report why ``use`` does not open ``name``."""
    remedy = refusal.help or "the path is relative to the file that uses it"
    match refusal.kind:
        case Refused.OUTSIDE:
            report(E.USE_OUTSIDE, span, path=name, help=remedy)
        case Refused.MISSING:
            report(E.USE_MISSING, span, path=name, help=remedy)
        case Refused.UNREADABLE:
            report(E.FILE_UNREADABLE, span, path=name, why=refusal.why, help=remedy)


def _defined(module: str) -> list[Definition]:
    words = library().definitions
    return [d for keyword in DEFINING for d in words.named(keyword).values() if d.span.file == module]
