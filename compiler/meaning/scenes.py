"""One scene's elements to a typed ``Scene``: a function of what is written in it and of a small, hashable context.

Nothing here looks at another scene, so a scene whose elements and context are what they were means what it meant. What
only the whole film can decide (is that shot's name taken? did an earlier scene bring the cup?) is handed back as a note.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from compiler.codes import E, W
from compiler.diagnostics import Diagnostic, Report, Span
from compiler.meaning import film as f
from compiler.meaning.audio import music, sound
from compiler.meaning.cues import CueDraft
from compiler.meaning.direction import cover, inpaint, light, line, title
from compiler.meaning.requirements import requirements
from compiler.meaning.scene_block import Opening, read_scene
from compiler.meaning.scope import FileUse, Names, Scope, plain_block, words_of
from compiler.meaning.shots import resolve_shot
from compiler.meaning.speeches import beat, speech_items
from compiler.meaning.text import plain
from compiler.meaning.transitions import SUPER, transition
from compiler.syntax import nodes as n

OPENING = "~opening"
"""Key of what stands before the first heading: a card, a fade."""
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class SceneContext:
    """All that a scene's meaning depends on besides its own elements."""

    names: Names
    key: str
    location: str = ""
    time_of_day: str = "day"
    time_note: str = ""
    continuous: bool = False
    interior: bool = True
    chapter: str = ""
    heading: str = ""
    number: str = ""
    place_words: frozenset[str] = frozenset()
    """Words of the place's declared set and description."""
    furnished: bool = False
    """The place's set is written: only what it says stands there."""


@dataclass(frozen=True, slots=True)
class ResolvedScene:
    """A scene, what was found wrong in it, and its notes for the whole film."""

    scene: f.Scene
    diagnostics: tuple[Diagnostic, ...] = ()
    cues: tuple[tuple[str, Span], ...] = ()
    """Who speaks, each once, at their first cue."""
    shots: tuple[tuple[str, Span], ...] = ()
    """Named shots."""
    refers: tuple[tuple[str, Span, int], ...] = ()
    """Shots referred to, and for ``as NAME`` how many of ``shots`` come before (-1: any shot of the film will do)."""
    used: frozenset[tuple[str, str]] = frozenset()
    """(kind, name) of declarations it names."""
    words: frozenset[str] = frozenset()
    """Lower-case words of its prose and speech: what it brings in, whom it mentions."""
    wanted: tuple[tuple[str, Span], ...] = ()
    """Things it names that neither its place nor its own prose has."""
    files: tuple[FileUse, ...] = ()


def resolve_scene(elements: tuple[n.Element, ...], context: SceneContext, span: Span) -> ResolvedScene:
    """The meaning of a scene's elements, its heading left out; ``span`` is the heading's. Pure."""
    report = Report()
    words = _prose_words(elements)
    scope = context.names.scope(context.place_words | words, furnished=context.furnished)
    work = _Scene(scope, report)
    for element in elements:
        work.element(element)
    work.finish()
    items = tuple(_keyed(context.key, work.items))
    scene = f.Scene(
        context.key,
        context.heading,
        context.interior,
        context.location,
        context.time_of_day,
        context.number,
        context.chapter,
        continuous=context.continuous,
        time_note=context.time_note,
        items=items,
        span=span,
        **work.opening.scene_fields(),  # type: ignore[arg-type]
    )
    return ResolvedScene(
        scene,
        tuple(report.items),
        tuple(work.cues.items()),
        tuple(work.shots),
        tuple(work.refers),
        frozenset(scope.used),
        words,
        tuple(scope.wanted),
        tuple(scope.files),
    )


@dataclass(slots=True)
class _Scene:
    """A scene while its elements are read, in order."""

    scope: Scope
    report: Report
    items: list[f.Item] = field(default_factory=list)
    opening: Opening = field(default_factory=Opening)
    cues: dict[str, Span] = field(default_factory=dict)
    shots: list[tuple[str, Span]] = field(default_factory=list)
    refers: list[tuple[str, Span, int]] = field(default_factory=list)
    recording: tuple[str, Span] | None = None
    spoken: list[tuple[str, Span]] = field(default_factory=list)

    def element(self, element: n.Element) -> None:
        match element:
            case n.Action():
                self._action(element)
            case n.Dialogue():
                self._dialogue(element)
            case n.Directive():
                self._directive(element)
            case n.Transition():
                self.items.append(transition(element, self.scope.fps))
            case n.Centered():
                if text := plain(element.text):
                    self.items.append(f.TitleCard(text, span=element.span))
            case n.Lyric():
                if text := plain(element.text):
                    self.items.append(f.Action(text, element.span))
            case _:
                pass

    def finish(self) -> None:
        """What only the end of the scene shows."""
        if self.recording is not None:
            help_text = "write it above the cue it records"
            self.report(E.NO_SPEECH, self.recording[1], help=help_text)
        if not self.spoken:
            return
        said = " ".join(
            " ".join(_WORDS.findall(item.text.casefold())) for item in self.items if isinstance(item, f.Speech)
        )
        for phrase, span in self.spoken:
            wanted = " ".join(_WORDS.findall(phrase.casefold()))
            if wanted and f" {wanted} " not in f" {said} ":
                self.report(W.NEVER_SAID, span, word=phrase, help="quote a word of the scene's dialogue")

    def _action(self, action: n.Action) -> None:
        lines = action.lines
        text = plain(lines[0].text if len(lines) == 1 else " ".join(line.text.strip() for line in lines))
        text = text.removeprefix("!").strip()
        if not text:
            return
        if text[0] == "(" and text[-1] == ")" and (silence := beat(text[1:-1], self.scope.fps)) is not None:
            self.items.append(f.Pause(silence, action.span))
        elif text[0] in "STCI" and (card := SUPER.fullmatch(text)) and not action.forced:
            words = card[1].strip().strip('"').strip()
            if words:
                self.items.append(f.TitleCard(words, over=True, span=action.span))
        else:
            self.items.append(f.Action(text, action.span, action.joined))

    def _dialogue(self, speech: n.Dialogue) -> None:
        name = self.scope.people.get(speech.name.casefold(), speech.name)
        self.cues.setdefault(name, speech.name_span)
        self.scope.used.add((self.scope.kinds.get(name, "character"), name))
        recording = self.recording[0] if self.recording else ""
        made = speech_items(speech, name, recording, self.scope.fps, self._inside)
        if recording and any(isinstance(item, f.Speech) for item in made):
            self.recording = None
        self.items += made

    def _inside(
        self, directive: n.Directive
    ) -> f.Shot | f.Sound | f.Music | f.Title | f.LightChange | f.Inpaint | None:
        """The meaning of a directive written inside a speech."""
        item = self._item(directive)
        if isinstance(item, f.Cover) or item is None:
            if isinstance(item, f.Cover):
                self.items.append(item)
            return None
        return item

    def _directive(self, directive: n.Directive) -> None:
        match directive.keyword:
            case "scene":
                if any(not isinstance(item, f.Transition | f.Music | f.Cover) for item in self.items):
                    help_text = "move it up to the heading"
                    span = Span(directive.span.start, directive.span.start + len("scene"), directive.span.file)
                    self.report(W.SCENE_LATE, span, help=help_text)
                read_scene(directive, self.opening, self.scope, self.report)
            case "require":
                plain_block(directive, self.report)
                self.opening.requires += requirements(directive.head, self.scope, self.report)
            case "line":
                path = line(directive, self.scope, self.report)
                if path and self.recording is not None:
                    help_text = "one recording for each speech"
                    notes = ((self.recording[1], "this one still waits for its speech"),)
                    self.report(E.NO_SPEECH, self.recording[1], help=help_text, notes=notes)
                if path:
                    self.recording = (path, directive.head.span)
            case _:
                item = self._item(directive)
                if item is not None:
                    self.items.append(item)

    def _item(
        self, directive: n.Directive
    ) -> f.Shot | f.Sound | f.Music | f.Title | f.LightChange | f.Inpaint | f.Cover | None:
        scope, report = self.scope, self.report
        cue: CueDraft | None = None
        made: f.Shot | f.Sound | f.Music | f.Title | f.LightChange | f.Inpaint | f.Cover | None = None
        match directive.keyword:
            case "shot":
                return self._shot(directive)
            case "sound":
                made, cue = sound(directive, scope, report)
            case "music":
                made, cue = music(directive, scope, report)
            case "title":
                made, cue = title(directive, scope, report)
            case "light":
                made, cue = light(directive, scope, report)
            case "inpaint":
                made = inpaint(directive, scope, report)
            case "cover":
                made = cover(directive, scope, report)
            case _:
                return None
        if cue is not None:
            self.spoken += cue.spoken
        return made

    def _shot(self, directive: n.Directive) -> f.Shot:
        shot = resolve_shot(directive, self.scope, self.report)
        if shot.repeats:
            self.refers.append((shot.repeats, dict(shot.said).get("repeats", shot.span), len(self.shots)))
        if shot.name:
            self.shots.append((shot.name, shot.span))
        if isinstance(shot.source, f.Composite):
            where = dict(shot.said).get("source", shot.span)
            self.refers += [(name, where, -1) for name in shot.source.shots]
        return shot


def _keyed(scene_key: str, items: list[f.Item]) -> list[f.Item]:
    """Give every shot its key: what its block says, its name, else (scene, size, subjects, n-th such)."""
    counts: dict[str, int] = {}

    def key(shot: f.Shot) -> f.Shot:
        if shot.key or shot.name:
            return replace(shot, key=shot.key or shot.name)
        kind = f"{shot.size.value if shot.size else '-'}/{'+'.join(shot.subjects)}"
        counts[kind] = counts.get(kind, 0) + 1
        return replace(shot, key=f"{scene_key}|{kind}|{counts[kind]}")

    keyed: list[f.Item] = []
    for item in items:
        if isinstance(item, f.Shot):
            keyed.append(key(item))
        elif isinstance(item, f.Speech) and item.cuts:
            keyed.append(replace(item, cuts=tuple((at, key(shot)) for at, shot in item.cuts)))
        else:
            keyed.append(item)
    return keyed


def _prose_words(elements: tuple[n.Element, ...]) -> frozenset[str]:
    """Words of what is told, said and placed in a scene."""
    texts: list[str] = []
    for element in elements:
        match element:
            case n.Action():
                texts += [line.text for line in element.lines]
            case n.Dialogue():
                texts += [part.text for part in element.parts if isinstance(part, n.SpeechLine | n.Parenthetical)]
            case n.Directive(keyword="scene"):
                texts += [prop.value.text for prop in element.properties]
            case n.Directive(keyword="shot") if element.description or element.properties:
                texts += [line.text for line in element.description]
                texts += [prop.value.text for prop in element.properties if prop.key.isupper()]
            case _:
                pass
    return words_of("\n".join(texts))
