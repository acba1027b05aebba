"""The front door of the compiler: a path or a text to a checked film, its sources and every diagnostic."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from compiler.codes import E
from compiler.diagnostics import Report, Span
from compiler.meaning.check import Resolve, check_film
from compiler.meaning.film import Film
from compiler.meaning.library import library
from compiler.meaning.scenes import resolve_scene
from compiler.media import vet_file
from compiler.nearmiss import near_misses
from compiler.project import Project, main_file, read_project
from compiler.syntax.nodes import Screenplay
from compiler.syntax.parser import parse
from compiler.syntax.source import Source, make_source, read_source
from compiler.uses import Parse, Splicer
from compiler.vetting import vet_film


@dataclass(slots=True)
class SourceMap:
    """Every source that was read, by name: turns spans into places and excerpts."""

    sources: dict[str, Source] = field(default_factory=dict)
    allowed: tuple[tuple[str, Span | None], ...] = ()
    """Codes of warnings that film.toml allows in the whole project, and where it says so."""
    shared: bool = False
    """Whether film.toml asks for the user's shared store of results."""
    root: Path | None = None
    """The folder the film's files lie in, once its source has been read; ``None`` for a text that is no file."""
    files: tuple[str, ...] = ()
    """Files other than sources that the film names, from ``root``: pictures, sounds, footage, LUTs."""

    def place(self, span: Span) -> tuple[str, int, int, int, int]:
        """File, line, column, end line and end column, all 1-based; zeros when the source is unknown."""
        source = self.sources.get(span.file) or library().sources.get(span.file)
        if source is None:
            return span.file, 0, 0, 0, 0
        return (
            span.file,
            *source.place(min(span.start, len(source.text))),
            *source.place(min(span.end, len(source.text))),
        )


def parse_source(source: Source, report: Report) -> Screenplay:
    """Parse a source as what its name says it is: in ``.fountain`` only notes direct."""
    return parse(source, report, bare_directives=not source.name.lower().endswith(".fountain"))


def load_film(
    path: Path, *, resolve: Resolve = resolve_scene, parse: Parse = parse_source
) -> tuple[Film | None, SourceMap, Report]:
    """Read and check a ``.film`` or ``.fountain`` file, or the project folder it lies in.

    ``resolve`` and ``parse`` may be ones that remember: both are pure functions of what they are given.
    """
    report, sources = Report(), SourceMap()
    project = read_project(path if _is_folder(path) else path.parent, sources.sources, report)
    if project is None:
        return None, sources, report
    sources.allowed, sources.shared = project.allow, project.shared
    main = find_main(path, report, project)
    source = read_source(main, report) if main is not None else None
    if main is None or source is None:
        return None, sources, report
    return check_source(source, main.parent, sources, report, project, resolve=resolve, parse=parse), sources, report


def check_text(text: str, name: str = "<text>") -> tuple[Film | None, SourceMap, Report]:
    """Check a source that is not a file; ``use`` finds only the standard library."""
    report, sources = Report(), SourceMap()
    return check_source(make_source(name, text), None, sources, report, Project()), sources, report


def check_source(
    source: Source,
    root: Path | None,
    sources: SourceMap,
    report: Report,
    project: Project,
    *,
    resolve: Resolve = resolve_scene,
    parse: Parse = parse_source,
) -> Film | None:
    """Check a source that has been read. ``root`` is the folder its files lie in, ``None`` for a text without one."""
    sources.sources[source.name] = source
    sources.sources.update(library().sources)
    splicer = Splicer(root, sources.sources, report, parse)
    elements = splicer.splice(parse(source, report).elements, ((source.name, Span(0, 0, source.name)),))
    near_misses(elements, sources.sources, report)
    checked = check_film(
        elements,
        report,
        Span(0, 0, source.name),
        settings=project.settings,
        rights=project.rights,
        resolve=resolve,
    )
    sources.root, sources.files = root, tuple(sorted({use.path for use in checked.files}))
    vetted = [vet_file(root, use.path, use.kind, use.span, report) for use in dict.fromkeys(checked.files)]
    if checked.film is None or not all(vetted):
        return None
    vet_film(checked.film, report)
    return checked.film


def find_main(path: Path, report: Report, project: Project | None = None) -> Path | None:
    """The file a path means: itself, or a folder's one film or the one its film.toml names."""
    if not _is_folder(path):
        if path.suffix.lower() in (".film", ".fountain") or not os.path.exists(path):  # noqa: PTH110 - see _is_folder
            return path
        report(
            E.NO_FILM,
            None,
            path=path,
            reason=f"`{path.suffix or path.name}` is no source",
            help=f"`film convert {path} {path.with_suffix('.film').name}` makes one of it"
            if path.suffix.lower() == ".fdx"
            else "name a .film or .fountain file",
        )
        return None
    project = project or read_project(path, {}, report)
    if project is None:
        return None
    if project.main:
        return main_file(path, project, report)
    try:
        films = sorted(p for p in path.iterdir() if p.suffix.lower() in (".film", ".fountain") and p.is_file())
    except OSError as error:
        report(
            E.FILE_UNREADABLE,
            None,
            path=path,
            why=error.strerror or "it cannot be listed",
            help="check its permissions",
        )
        return None
    if len(films) == 1:
        return films[0]
    films = _with_scenes(films)
    if len(films) == 1:
        return films[0]
    reason = "the folder has none" if not films else "it has " + ", ".join(p.name for p in films[:5])
    below = [] if films else _films_below(path)
    if below:
        remedy = "name one of its films: " + ", ".join(f"`{p}`" for p in below)
    else:
        remedy = f"`film new {path / 'NAME'}` begins one" if not films else 'name one in film.toml: main = "…"'
    report(E.NO_FILM, None, path=path, reason=reason, help=remedy)
    return None


def _is_folder(path: Path) -> bool:
    """As ``Path.is_dir``, which raises for names that are too long or out of reach."""
    return os.path.isdir(path)  # noqa: PTH112


def _films_below(folder: Path) -> list[Path]:
    """A few of the folders right below that look like projects."""
    found: list[Path] = []
    try:
        for inner in sorted(p for p in islice(folder.iterdir(), 200) if p.is_dir() and not p.name.startswith(".")):
            if any(p.suffix.lower() in (".film", ".fountain") for p in islice(inner.iterdir(), 200)):
                found.append(inner)
    except OSError:
        return found[:5]
    return found[:5]


def _with_scenes(films: list[Path]) -> list[Path]:
    """Of several sources, those that have scenes: files of declarations are used by the film, not films."""
    from compiler.syntax.nodes import Heading

    kept = []
    for path in films[:20]:
        source = read_source(path, Report())
        if source is None or any(isinstance(e, Heading) for e in parse_source(source, Report()).elements):
            kept.append(path)
    return kept if kept else films
