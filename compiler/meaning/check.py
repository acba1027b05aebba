"""Parsed elements to the typed Film: declarations first, then every scene for itself, then what only the whole shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from compiler.codes import E, W
from compiler.diagnostics import Report, Span
from compiler.meaning import film as f
from compiler.meaning.bases import bases, check_bases, in_order
from compiler.meaning.declarations import character, edition, location, plate
from compiler.meaning.define_piece import group, prop
from compiler.meaning.define_verb import check_verbs
from compiler.meaning.inherit import inherited
from compiler.meaning.introductions import introduced
from compiler.meaning.library import DEFINING, Definitions, library, piece_nouns
from compiler.meaning.outline import Outline, contexts, outline
from compiler.meaning.requirements import requirements
from compiler.meaning.scenes import ResolvedScene, SceneContext, resolve_scene
from compiler.meaning.scope import FileUse, Names
from compiler.meaning.title_page import Setting, film_settings
from compiler.meaning.whole import check_whole, gathered
from compiler.syntax import nodes as n
from compiler.timebase import FrameRate

T = TypeVar("T")
D = TypeVar("D", f.Character, f.Group, f.Prop, f.Location, f.Plate, f.Edition)
Resolve = Callable[[tuple[n.Element, ...], SceneContext, Span], ResolvedScene]
"""``resolve_scene``, or one that remembers."""


@dataclass(slots=True)
class Declared:
    """What a film declares of its own, by name; ``vocabulary`` is the library's with the film's put in."""

    people: dict[str, f.Character] = field(default_factory=dict)
    groups: dict[str, f.Group] = field(default_factory=dict)
    props: dict[str, f.Prop] = field(default_factory=dict)
    places: dict[str, f.Location] = field(default_factory=dict)
    plates: dict[str, f.Plate] = field(default_factory=dict)
    editions: dict[str, f.Edition] = field(default_factory=dict)
    vocabulary: Definitions = field(default_factory=Definitions)
    own: dict[tuple[str, str], Span] = field(default_factory=dict)
    """(kind, name) of everything declared, at its head."""
    files: list[FileUse] = field(default_factory=list)
    bases: set[str] = field(default_factory=set)
    """Looks that others of the film extend."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A film, ``None`` when it has errors, and the files it names."""

    film: f.Film | None
    files: tuple[FileUse, ...] = ()


def check_film(
    elements: Iterable[n.Element],
    report: Report,
    at: Span,
    *,
    settings: Mapping[str, Setting] | None = None,
    rights: bool = False,
    resolve: Resolve = resolve_scene,
) -> Checked:
    """The film of elements, those of used files spliced in. ``settings`` is film.toml's part, below the title page.

    ``at`` is where a film without a scene is complained about; ``rights`` asks for records of whatever is borrowed.
    """
    sorted_ = outline(elements, report)
    film = film_settings(sorted_.page, settings or {}, report)
    declared = declare(sorted_.declarations, film.rate, report)
    places = inherited(declared.places, report)
    people = inherited(declared.people, report)
    names = names_of(declared, sorted_, film.rate)
    scenes: list[ResolvedScene] = []
    parents: dict[str, str] = {}
    for part, (context, span, parent) in zip(
        sorted_.parts, contexts(sorted_.parts, names, places, report), strict=True
    ):
        scenes.append(resolve(part.elements, context, span))
        if parent:
            parents[context.location] = parent
    for scene in scenes:
        report.items.extend(scene.diagnostics)
    scope = names.scope()
    requires = [r for d in sorted_.requires for r in requirements(d.head, scope, report)]
    used = set(scope.used).union(*(scene.used for scene in scenes))
    check_whole(film, declared, scenes, used, rights, report, at)
    report.items[:] = gathered(report.items)
    files = (*declared.files, *(use for scene in scenes for use in scene.files))
    if report.failed:
        return Checked(None, files)
    kinds = dict(names.entities)
    cued: dict[str, Span] = {}
    for scene in scenes:
        for name, span in scene.cues:
            if name not in people and kinds.get(name, "character") == "character":
                cued.setdefault(name, span)
    people.update(introduced(cued, [scene.scene for scene in scenes], people))
    for scene in scenes:
        if scene.scene.location:
            places.setdefault(
                scene.scene.location, _undeclared(scene.scene, places.get(parents.get(scene.scene.location, "")))
            )
    words = declared.vocabulary
    return Checked(
        replace(
            film,
            characters=_by_name(people),
            groups=_by_name(declared.groups),
            props=_by_name(declared.props),
            locations=_by_name(places),
            looks=_by_name(words.looks),
            plates=_by_name(declared.plates),
            setups=_by_name(words.setups),
            verbs=tuple(words.verbs.values()),
            deliveries=tuple(words.deliveries.values()),
            pieces=tuple(words.pieces.values()),
            coverages=_by_name(words.coverages),
            editions=_by_name(declared.editions),
            requires=tuple(requires),
            scenes=tuple(scene.scene for scene in scenes),
        ),
        files,
    )


def declare(directives: Iterable[n.Directive], rate: FrameRate, report: Report) -> Declared:
    """Type every declaration, each from itself alone. One name means one thing, in whatever file it is declared."""
    made = Declared(vocabulary=library().definitions)
    directives = list(directives)
    own = [d for d in directives if d.keyword in DEFINING]
    if own:
        made.vocabulary = made.vocabulary.copy()
        for directive in in_order(own, report):
            _define(directive, made, report)
        check_bases(made.vocabulary.setups, made.vocabulary.pieces, tuple(made.own), report)
        if any(d.keyword == "verb" for d in own):
            sound = check_verbs(tuple(made.vocabulary.verbs.values()), report)
            made.vocabulary.verbs = {verb.name: verb for verb in sound}
    for directive in directives:
        if directive.keyword not in DEFINING and directive.keyword != "use":
            _declare(directive, made, rate, report)
    _clashes(made, report)
    return made


def names_of(declared: Declared, sorted_: Outline, rate: FrameRate) -> Names:
    """Every name a scene may use: declared ones, and whoever is cued anywhere."""
    entities: dict[str, tuple[str, str]] = {}
    for kind, table in (("character", declared.people), ("group", declared.groups), ("prop", declared.props)):
        for name in table:
            entities.setdefault(name.casefold(), (name, kind))
    for name in dict.fromkeys(e.name for part in sorted_.parts for e in part.elements if isinstance(e, n.Dialogue)):
        entities.setdefault(name.casefold(), (name, "character"))
    words = declared.vocabulary
    base = library()
    nouns = base.noun_words
    if words is not base.definitions:
        nouns = nouns | piece_nouns(p for p in words.pieces.values() if ("piece", p.name) in declared.own)
    return Names(
        rate.fps,
        tuple(sorted(entities.values())),
        tuple(sorted(words.looks)),
        tuple(words.setups[name] for name in sorted(words.setups)),
        tuple(sorted(words.coverages)),
        tuple(sorted(declared.plates)),
        nouns,
    )


def _define(directive: n.Directive, made: Declared, report: Report) -> None:
    """A definition of the film's own: it replaces the library's of its name, never another of its own."""
    keyword = directive.keyword
    before = made.vocabulary.named(keyword)
    files: list[FileUse] = []
    item = Definitions.define(made.vocabulary, directive, report, files)
    if item is None:
        return
    made.files += files
    first = made.own.get((keyword, item.name))
    if first is not None and first == directive.head.span:
        return
    if first is not None:
        _twice(item.name, directive, first, report)
        return
    made.own[keyword, item.name] = directive.head.span
    if keyword == "look":
        made.bases |= set(bases(directive)) - {item.name}
    if item.name in before and not directive.properties:
        help_text = "to change it, say what is different; to use the library's, take this line out"
        report(W.SHADOWS, directive.head.span, keyword=keyword, name=item.name, help=help_text)


def _declare(directive: n.Directive, made: Declared, rate: FrameRate, report: Report) -> None:
    """Someone, something or somewhere of the film's own."""
    keyword = directive.keyword
    match keyword:
        case "character":
            _enter(made.people, character(directive, report, made.files), directive, made, report)
        case "group":
            _enter(made.groups, group(directive, report), directive, made, report)
        case "prop":
            thing = prop(directive, report)
            _enter(made.props, thing, directive, made, report)
            made.files += [FileUse(path, "picture", thing.span) for path in thing.reference] if thing else []
        case "location":
            _enter(made.places, location(directive, report, made.files), directive, made, report)
        case "plate":
            _enter(made.plates, plate(directive, report, rate, made.files), directive, made, report)
        case "edition":
            _enter(made.editions, edition(directive, report, rate), directive, made, report)


def _enter(table: dict[str, D], item: D | None, directive: n.Directive, made: Declared, report: Report) -> None:
    """Put a declaration into its table, unless its name is taken there."""
    if item is None:
        return
    key = (directive.keyword, item.name)
    if key in made.own and made.own[key] == directive.head.span:
        return  # the very same declaration, by two ways
    if key in made.own:
        _twice(item.name, directive, made.own[key], report)
        return
    made.own[key] = directive.head.span
    table[item.name] = item


def _twice(name: str, directive: n.Directive, first: Span, report: Report) -> None:
    help_text = "rename one, or join the two blocks"
    report(E.DUPLICATE, directive.head.span, name=name, help=help_text, notes=((first, "first here"),))


def _clashes(made: Declared, report: Report) -> None:
    """Names that mean two kinds of thing: an error where a shot could not tell them apart, else a warning."""
    seen: dict[str, tuple[str, Span]] = {}
    for (kind, name), span in made.own.items():
        if kind not in ("character", "group", "prop"):
            continue
        if name.casefold() in seen:
            other, first = seen[name.casefold()]
            notes = ((first, f"the {other}"),)
            report(E.NAME_CLASH, span, name=name, kind=other, other=kind, notes=notes, help="rename one of them")
        seen.setdefault(name.casefold(), (kind, span))
    for name in made.places:
        if name.casefold() in seen:
            other, first = seen[name.casefold()]
            notes = ((first, f"the {other}"),)
            span = made.own["location", name]
            report(W.SAME_NAME, span, name=name, kind=other, other="location", notes=notes, help="rename one of them")


def _undeclared(scene: f.Scene, parent: f.Location | None) -> f.Location:
    """A place only headings know; a part of a declared place has that one's light and air."""
    if parent is None:
        return f.Location(scene.location, declared=False, span=scene.span)
    return f.Location(
        scene.location,
        light=parent.light,
        sound=parent.sound,
        weather=parent.weather,
        palette=parent.palette,
        extends=parent.name,
        declared=False,
        span=scene.span,
    )


def _by_name(table: Mapping[str, T]) -> tuple[T, ...]:
    """In order of name, so that where a declaration stands changes nothing."""
    return tuple(table[name] for name in sorted(table))
