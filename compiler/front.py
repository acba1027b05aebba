"""The front door of the compiler: a path or a text to a checked film, its sources and every diagnostic."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from compiler.codes import E
from compiler.diagnostics import Report, Span
from compiler.limits import NESTING, SOURCES
from compiler.meaning.check import check_film
from compiler.meaning.film import Film
from compiler.paths import Refusal, Refused, open_inside
from compiler.project import Project, main_file, read_project
from compiler.syntax.nodes import Directive, Element, Screenplay
from compiler.syntax.parser import parse
from compiler.syntax.source import Source, make_source, read_opened, read_source
from compiler.vetting import vet_film

_ALWAYS_USED = ("looks",)


@dataclass(slots=True)
class SourceMap:
    """Every source that was read, by name: turns spans into places and excerpts."""

    sources: dict[str, Source] = field(default_factory=dict)
    allowed: tuple[tuple[str, Span | None], ...] = ()
    """Codes of warnings that film.toml allows in the whole project, and where it says so."""

    def place(self, span: Span) -> tuple[str, int, int, int, int]:
        """File, line, column, end line and end column, all 1-based; zeros when the source is unknown."""
        source = self.sources.get(span.file)
        if source is None:
            return span.file, 0, 0, 0, 0
        return (
            span.file,
            *source.place(min(span.start, len(source.text))),
            *source.place(min(span.end, len(source.text))),
        )


def load_film(path: Path) -> tuple[Film | None, SourceMap, Report]:
    """Read and check a ``.film`` or ``.fountain`` file, or the project folder it lies in."""
    report, sources = Report(), SourceMap()
    project = read_project(path if path.is_dir() else path.parent, sources.sources, report)
    if project is None:
        return None, sources, report
    sources.allowed = project.allow
    main = find_main(path, report, project)
    film = _load(main, main.parent, sources, report) if main is not None else None
    return film, sources, report


def check_text(text: str, name: str = "<text>") -> tuple[Film | None, SourceMap, Report]:
    """Check a source that is not a file; ``use`` finds only the standard library."""
    report, sources = Report(), SourceMap()
    source = make_source(name, text)
    return _check(source, None, sources, report), sources, report


def find_main(path: Path, report: Report, project: Project | None = None) -> Path | None:
    """The file a path means: itself, or a folder's one film or the one its film.toml names."""
    if not path.is_dir():
        if path.suffix.lower() in (".film", ".fountain") or not path.exists():
            return path
        report(
            E.NO_FILM,
            None,
            path=path,
            reason=f"`{path.suffix or path.name}` is no source",
            help="name a .film or .fountain file",
        )
        return None
    project = project or read_project(path, {}, report)
    if project is None:
        return None
    if project.main:
        return main_file(path, project, report)
    films = sorted(p for p in path.iterdir() if p.suffix.lower() in (".film", ".fountain") and p.is_file())
    if len(films) == 1:
        return films[0]
    reason = "the folder has none" if not films else "it has " + ", ".join(p.name for p in films[:5])
    remedy = f"`film new {path.name}` begins one" if not films else 'name one in film.toml: main = "…"'
    report(E.NO_FILM, None, path=path, reason=reason, help=remedy)
    return None


def _load(main: Path, root: Path, sources: SourceMap, report: Report) -> Film | None:
    source = read_source(main, report)
    return None if source is None else _check(source, root, sources, report)


def _check(source: Source, root: Path | None, sources: SourceMap, report: Report) -> Film | None:
    sources.sources[source.name] = source
    main = parse(source, report, bare_directives=not source.name.lower().endswith(".fountain"))
    library: list[Screenplay] = []
    done: set[str] = set()
    for name in _ALWAYS_USED:
        _use_library(name, Span(0, 0, source.name), library, done, sources, report)
    spliced = _follow(main, root, (source.name,), library, done, sources, report)
    film = check_film(library, Screenplay(spliced), report, Span(0, 0, source.name))
    if film is not None:
        vet_film(film, report)
    return film


def _follow(
    screenplay: Screenplay,
    root: Path | None,
    chain: tuple[str, ...],
    library: list[Screenplay],
    done: set[str],
    sources: SourceMap,
    report: Report,
) -> tuple[Element, ...]:
    """The elements of a screenplay with what it ``use``s: declarations to ``library``, scenes spliced in place."""
    elements: list[Element] = []
    for element in screenplay.elements:
        if not isinstance(element, Directive) or element.keyword != "use":
            elements.append(element)
            continue
        name = element.head.text.strip().strip('"')
        if name.startswith("stdlib:"):
            _use_library(name.removeprefix("stdlib:"), element.head.span, library, done, sources, report)
            continue
        elements.extend(_use_file(name, element.head.span, root, chain, library, done, sources, report))
    return tuple(elements)


def _use_library(
    name: str, span: Span, library: list[Screenplay], done: set[str], sources: SourceMap, report: Report
) -> None:
    shown = f"stdlib:{name}"
    if shown in done:
        return
    done.add(shown)
    entry = resources.files("stdlib").joinpath(f"{name}.film")
    if not name.isidentifier() or not entry.is_file():
        known = sorted(
            p.name.removesuffix(".film") for p in resources.files("stdlib").iterdir() if p.name.endswith(".film")
        )
        report(E.USE_MISSING, span, path=shown, help="the library has " + ", ".join(f"`stdlib:{k}`" for k in known))
        return
    source = make_source(shown, entry.read_text(encoding="utf-8"))
    sources.sources[shown] = source
    library.append(parse(source, report))


def _use_file(
    name: str,
    span: Span,
    root: Path | None,
    chain: tuple[str, ...],
    library: list[Screenplay],
    done: set[str],
    sources: SourceMap,
    report: Report,
) -> tuple[Element, ...]:
    if root is None:
        report(E.USE_OUTSIDE, span, path=name, help="use files below the film's own folder")
        return ()
    path = root / "/".join(part for part in name.split("/") if part not in ("", "."))
    shown = str(path)
    if shown in chain:
        report(
            E.USE_CYCLE,
            span,
            path=name,
            chain=" → ".join(Path(c).name for c in chain),
            help="move what both need into a third file",
        )
        return ()
    if shown in done:
        return ()
    done.add(shown)
    if len(done) > SOURCES.value:
        report(E.TOO_MANY, span, what=SOURCES.what, limit=SOURCES.value, unit=SOURCES.unit, help="join small files")
        return ()
    if len(chain) > NESTING.value:
        report(E.TOO_DEEP, span, what="this chain of `use`", limit=NESTING.value, help="use the files from one place")
        return ()
    with open_inside(root, name) as opened:
        if isinstance(opened, Refusal):
            refuse_use(opened, name, span, report)
            return ()
        source = read_opened(os.dup(opened), shown, report)
    if source is None:
        return ()
    sources.sources[shown] = source
    inner = parse(source, report, bare_directives=not shown.lower().endswith(".fountain"))
    return _follow(inner, root, (*chain, shown), library, done, sources, report)


def refuse_use(refusal: Refusal, name: str, span: Span, report: Report) -> None:
    """Report why ``use`` does not open ``name``."""
    remedy = refusal.help or "the path is relative to the film's folder"
    match refusal.kind:
        case Refused.OUTSIDE:
            report(E.USE_OUTSIDE, span, path=name, help=remedy)
        case Refused.MISSING:
            report(E.USE_MISSING, span, path=name, help=remedy)
        case Refused.UNREADABLE:
            report(E.FILE_UNREADABLE, span, path=name, why=refusal.why, help=remedy)
