"""``film expand``: the shots nobody wrote, written into the source as named shots, each with the key its seed comes from.

A written shot keeps what stands under it, so every inferred shot of a scene is written, at the very word it begins on.
Nothing that is generated changes: a scene where that cannot be had is left as it is, and said.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from compiler.codes import E, W
from compiler.diagnostics import Edit, Report, Span
from compiler.meaning.film import Film, Move, MoveKind, Relation, Scene, Shot, Speed
from compiler.meaning.film import Speech as Spoken
from compiler.meaning.scope import bare
from compiler.meaning.speeches import without_beats
from compiler.meaning.text import plain
from compiler.meaning.vocabulary import shot_words
from compiler.rewrite import Rewrite, insert, line_ending
from compiler.staging.coverage import Item, Played, Setup
from compiler.staging.model import TimedShot, Timeline
from compiler.staging.paragraphs import clause_pattern
from compiler.staging.sentences import split_sentences
from compiler.syntax import nodes as n
from compiler.syntax.parser import parse
from compiler.syntax.source import Source

_JOINT = re.compile(r"(?:,\s*)?(?:\b(?:and then|and|then)\s+)?\Z")
"""What joins a clause to the one before it."""


class NotWritable(Exception):  # noqa: N818 - a reason, never seen outside this module
    """Why a shot cannot be written where it begins, as the end of a sentence."""


def expand_scenes(
    film: Film, sources: Mapping[str, Source], covered: Sequence[Sequence[Setup]], scenes: Iterable[int], report: Report
) -> dict[int, list[Edit]]:
    """Edits by scene index. ``covered`` are the film's set-ups as ``stage_film`` hands them out."""
    known = {entity.name for table in (film.characters, film.groups, film.props) for entity in table}
    names = _Names(_shot_names(film), frozenset(known))
    trees = _Trees(sources)
    made: dict[int, list[Edit]] = {}
    for index in scenes:
        scene = film.scenes[index]
        try:
            edits = [edit for setup in covered[index] for edit in _setup(setup, scene, index, film, trees, names)]
        except NotWritable as reason:
            report(W.NOT_EXPANDED, scene.span, scene=scene.heading or index + 1, reason=reason, help=_HELP)
            continue
        if edits:
            made[index] = edits
    return made


_HELP = "write this scene's shots yourself where you want them; the others are expanded"


def as_rewrite(edits: Mapping[int, Sequence[Edit]]) -> Rewrite:
    """The edits of all scenes, by source."""
    found: dict[str, list[Edit]] = {}
    for scene in edits.values():
        for edit in scene:
            found.setdefault(edit.span.file, []).append(edit)
    count = sum(map(len, edits.values()))
    return Rewrite(
        {name: tuple(some) for name, some in found.items()}, f"{count} shot{'s' if count != 1 else ''} written down"
    )


def scene_called(film: Film, text: str, report: Report) -> list[int]:
    """Indexes of the scenes a text means: a number, a heading, or a place in the film counted from 1. "" means all."""
    wanted = " ".join(text.casefold().split()).strip("#")
    if not wanted:
        return list(range(len(film.scenes)))
    found = [i for i, s in enumerate(film.scenes) if s.number.casefold() == wanted]
    found = found or [i for i, s in enumerate(film.scenes) if " ".join(s.heading.casefold().split()) == wanted]
    if not found and wanted.isdecimal() and len(wanted) < 6 and 1 <= int(wanted) <= len(film.scenes):
        found = [int(wanted) - 1]
    if not found:
        report(E.NO_SUCH_SCENE, None, name=text, help=f"the film has {len(film.scenes)} scenes, counted from 1")
    return found


def changed_scenes(before: Timeline, after: Timeline) -> set[int]:
    """Scenes of which anything that is generated differs; names and places in the source are not generated."""
    scenes = {shot.scene for shot in (*before.shots, *after.shots)}
    changed = {
        scene
        for scene in scenes
        if [_told(s) for s in before.shots if s.scene == scene] != [_told(s) for s in after.shots if s.scene == scene]
    }
    rest = ("frames", "speeches", "sounds", "music", "chapters")
    if not changed and any(getattr(before, name) != getattr(after, name) for name in rest):
        return scenes
    return changed


def _told(timed: TimedShot) -> TimedShot:
    return replace(timed, name="", source=Span(0, 0), first_frame=0)


# --- one set-up ---------------------------------------------------------------------------------


@dataclass(slots=True)
class _Names:
    """Names of shots that are taken."""

    taken: set[str]
    known: frozenset[str]
    """Names of people, groups and props; whatever else a shot is of is a thing, in small letters."""

    def fresh(self, shot: Shot, index: int, scene: Scene) -> str:
        """A new name that says which scene, how large and of whom."""
        size = shot.size.value if shot.size else "shot"
        number = _slug(scene.number) or str(index + 1)
        base = "-".join(part for part in (f"s{number}", *map(_slug, shot.subjects[:2]), _slug(size)) if part)[:60]
        name, count = base, 1
        while name in self.taken or name in shot_words():
            count += 1
            name = f"{base}-{count}"
        self.taken.add(name)
        return name


@dataclass(slots=True)
class _Trees:
    """Elements of the film's own sources, by place."""

    sources: Mapping[str, Source]
    found: dict[str, tuple[list[int], list[n.Element]]] = field(default_factory=dict)
    told: dict[Span, int] = field(default_factory=dict)
    """By paragraph, where the last clause begins that an earlier shot shows."""

    def source(self, span: Span) -> Source:
        source = self.sources.get(span.file)
        if source is None or span.file.startswith("stdlib:"):
            raise NotWritable("the scene is not in a file of the film's own")
        return source

    def holding(self, span: Span) -> n.Element | None:
        """The element in which a span begins."""
        source = self.source(span)
        if span.file not in self.found:
            tree = parse(source, Report(), bare_directives=not span.file.lower().endswith(".fountain"))
            elements: list[n.Element] = [e for e in tree.elements if not isinstance(e, n.Comment)]
            self.found[span.file] = ([e.span.start for e in elements], elements)
        starts, elements = self.found[span.file]
        at = bisect_right(starts, span.start) - 1
        return elements[at] if at >= 0 and span.start < elements[at].span.end else None


def _setup(setup: Setup, scene: Scene, index: int, film: Film, trees: _Trees, names: _Names) -> Iterator[Edit]:
    if setup.inferred and setup.card is None:
        text = _directive(setup.shot, index, scene, names)
        first = next((item for item in setup.items if _begins(item)), None)
        yield _before(first, text, scene, film, index, trees)
    for item in setup.items:
        if isinstance(item, Played) and not item.action.span.file.startswith("stdlib:"):
            _show(item, trees)
    written = {item.span: len(item.cuts) for item in scene.items if isinstance(item, Spoken)}
    for item in setup.items:
        if isinstance(item, Spoken) and item.cuts and not written.get(item.span):
            for word, shot in item.cuts:
                at = _word(item, word, scene, trees)
                source = trees.source(item.span)
                yield insert(at, _note(_directive(shot, index, scene, names), source) + " ", source.name)


def _begins(item: Item) -> bool:
    return isinstance(item, Played | Spoken) or type(item).__name__ in ("Pause", "TitleCard")


def _before(item: Item | None, text: tuple[str, str], scene: Scene, film: Film, index: int, trees: _Trees) -> Edit:
    """An edit that puts a shot before an item, or at the end of a scene where nothing happens."""
    if item is None:
        source = trees.source(scene.span)
        following = film.scenes[index + 1].span if index + 1 < len(film.scenes) else None
        if following is not None and following.file == scene.span.file:
            return insert(following.start, _block(text, source) + line_ending(source) * 2, source.name)
        ending = line_ending(source)
        return insert(len(source.text), ending * 2 + _block(text, source) + ending, source.name)
    if isinstance(item, Played):
        span = item.action.span
        begin = _begin(item, trees)
        if begin > span.start:
            source = trees.source(span)
            return insert(begin, _note(text, source) + " ", source.name)
    else:
        span = item.span
    source = trees.source(span)
    element = trees.holding(span)
    if element is None:
        raise NotWritable("a shot begins where no line does")
    if isinstance(element, n.Dialogue):
        if _earlier(item, element.span, scene):
            at = _word(item, 0, scene, trees) if isinstance(item, Spoken) else span.start
            return insert(at, _note(text, source) + " ", source.name)
        span = element.span
    line, column = source.place(span.start)
    ending = line_ending(source)
    before = source.line(line)[: column - 1]
    if before.strip():
        return insert(span.start, _note(text, source) + " ", source.name)
    at = span.start - len(before)
    gap = ending if line > 1 and source.line(line - 1).strip() else ""
    return insert(at, gap + _block(text, source) + ending * 2, source.name)


def _earlier(item: Item, span: Span, scene: Scene) -> bool:
    """Whether something else under the same cue happens before an item."""
    first = next((i for i in scene.items if span.start <= i.span.start < span.end and i.span.file == span.file), None)
    return first is not None and (type(first) is not type(item) or _words(first) != _words(item))


def _words(item: object) -> str:
    return item.text if isinstance(item, Spoken) else ""


def _begin(item: Played, trees: _Trees) -> int:
    """Where a played part begins: at its paragraph, its sentence, or its clause when the sentence is shown from before."""
    span = item.action.span
    before = trees.told.get(span)
    if before is None or not item.steps:
        return span.start
    text = trees.source(span).text[span.start : span.end]
    at = _clause(item.steps[0].text, text, before)
    sentence = max((offset for offset, _ in split_sentences(text) if offset <= at), default=0)
    if sentence > before:
        return span.start + sentence
    joint = _JOINT.search(text, before, at)
    return span.start + (joint.start() if joint else at)


def _clause(words: str, text: str, position: int) -> int:
    """The next place where a clause stands in its paragraph."""
    match = clause_pattern(words).search(text, position)
    if match is None or not words:
        raise NotWritable("a shot begins inside a sentence")
    return match.start()


def _show(item: Played, trees: _Trees) -> None:
    """Note how far into its paragraph a part goes."""
    span = item.action.span
    text = trees.source(span).text[span.start : span.end]
    position = trees.told.get(span, 0)
    for step in item.steps:
        with suppress(NotWritable):
            position = _clause(step.text, text, position)
    trees.told[span] = position


def _word(speech: Spoken, word: int, scene: Scene, trees: _Trees) -> int:
    """The offset of a word of a speech in its source; speeches under one cue follow one another."""
    element = trees.holding(speech.span)
    for other in scene.items:
        if isinstance(other, Spoken) and other.span == speech.span:
            if other.text == speech.text:
                break
            word += len(other.text.split())
    count = 0
    for part in element.parts if isinstance(element, n.Dialogue) else ():
        if not isinstance(part, n.SpeechLine):
            continue
        text = without_beats(part.text)
        tokens = list(re.finditer(r"\S+", text))
        if len(tokens) != len(plain(text).split()):
            raise NotWritable("emphasis hides where a word begins")
        if count + len(tokens) > word:
            return part.span.start + tokens[word - count].start()
        count += len(tokens)
    raise NotWritable("its word is not found")


# --- text ---------------------------------------------------------------------------------------


def _directive(shot: Shot, index: int, scene: Scene, names: _Names) -> tuple[str, str]:
    """(head, key line) of a shot."""
    return f"{names.fresh(shot, index, scene)}: {', '.join(_phrases(shot, names.known))}", f"key: {shot.key}"


def _block(text: tuple[str, str], source: Source) -> str:
    if source.name.lower().endswith(".fountain"):
        return _note(text, source)
    return f"shot {text[0]}{line_ending(source)}    {text[1]}"


def _note(text: tuple[str, str], source: Source) -> str:
    return f"[[shot: {text[0]}{line_ending(source)}    {text[1]}]]"


def _phrases(shot: Shot, known: Container[str]) -> Iterator[str]:
    """The phrases that say a shot, in the order people write them."""
    named = [name if name in known else bare(name).lower() for name in shot.subjects]
    who = [f"{name}'s {shot.detail}" if shot.detail else name for name in named]
    size = shot.size.value if shot.size else ""
    match shot.relation:
        case Relation.OVER_SHOULDER if who:
            yield from filter(None, [size])
            yield f"over {who[0]}'s shoulder" + (f" of {_listed(who[1:])}" if who[1:] else "")
        case Relation.TWO_SHOT | Relation.GROUP:
            yield from filter(None, [size])
            yield shot.relation.value + (f" of {_listed(who)}" if who else "")
        case Relation.POV if who:
            yield from filter(None, [size])
            yield f"pov of {_listed(who)}"
        case _ if who:
            yield f"{size} of {_listed(who)}".strip()
        case _ if size:
            yield size
    if shot.establishing:
        yield "establishing"
    if shot.height.value != "eye level":
        yield shot.height.value
    if shot.side is not None:
        yield shot.side.value
    if shot.dutch_deg:
        yield f"dutch {shot.dutch_deg:g}deg"
    if shot.lens.focal_mm is not None:
        yield f"{shot.lens.focal_mm:g}mm"
    if shot.lens.f_stop is not None:
        yield f"f/{shot.lens.f_stop:g}"
    if shot.lens.anamorphic:
        yield "anamorphic"
    if shot.moves:
        yield (" then " if shot.moves_then else " and ").join(map(_move, shot.moves))
    if shot.seconds is not None:
        yield f"{float(shot.seconds):g}s"


def _move(move: Move) -> str:
    words = [move.kind.value]
    if move.kind is MoveKind.FOLLOW:
        words.append(move.target)
    elif move.target:
        words.append(f"on {move.target}" if move.kind is MoveKind.MOUNTED else f"to {move.target}")
    words += [move.direction] if move.direction else []
    words += [f"{move.amount:g}{move.unit}"] if move.amount is not None else []
    words += {Speed.SLOW: ["slowly"], Speed.FAST: ["quickly"]}.get(move.speed, [])
    return " ".join(words)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _slug(text: str) -> str:
    flat = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", flat))[:24].strip("-")


def _shot_names(film: Film) -> set[str]:
    names = set()
    for scene in film.scenes:
        for item in scene.items:
            if isinstance(item, Shot):
                names.add(item.name)
            elif isinstance(item, Spoken):
                names.update(shot.name for _, shot in item.cuts)
    return names
