"""Elements to scenes: each heading selects a place and a time, and what follows happens there, in order."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from fractions import Fraction

from compiler.codes import E, W
from compiler.diagnostics import Report, Span
from compiler.meaning import film as f
from compiler.meaning.audio import music, sound
from compiler.meaning.scope import Scope
from compiler.meaning.shots import resolve_shot
from compiler.meaning.units import seconds
from compiler.meaning.vocabulary import TIMES
from compiler.names import hint, nearest
from compiler.syntax import nodes as n
from compiler.syntax.phrases import Word, split_phrases

_PREFIX = re.compile(r"(INT\.?/EXT\.?|EXT\.?/INT\.?|I/E\.?|INT\.?|EXT\.?|EST\.?)\s*", re.IGNORECASE)
_MARK = re.compile(r"\\[*_]|\*{1,3}|_")
_PUNCTUATION = '.,;:!?…"“”‘’()—–-'
_BEATS = {
    "beat": Fraction(1),
    "pause": Fraction(3, 2),
    "long pause": Fraction(3),
    "a beat": Fraction(1),
    "long beat": Fraction(2),
}
_SUPER = re.compile(r"(?:SUPER|TITLE|CHYRON)\s*:\s*(.+)", re.DOTALL)
_DURATION = re.compile(r"\b(\d+(?:\.\d+)?)\s?(S|F|MS)\b", re.IGNORECASE)
_OPENING = "~opening"
_SCENE_KEYS = ("mood", "look", "light", "wardrobe", "cover", "pace")
_ItemList = list[f.Action | f.Speech | f.Pause | f.Transition | f.TitleCard | f.Sound | f.Music | f.Shot]


@dataclass(slots=True)
class _Open:
    """The scene being filled."""

    scene: f.Scene
    items: _ItemList = field(default_factory=list)


class SceneWalker:
    """Walks elements once and collects scenes, cued people and headed places."""

    def __init__(self, scope: Scope, places: dict[str, f.Location], report: Report) -> None:
        self.scope, self.places, self.report = scope, places, report
        self.scenes: list[f.Scene] = []
        self.cued: dict[str, Span] = {}
        self.headed: dict[str, Span] = {}
        self.chapter = ""
        self.open: _Open | None = None
        self.seen: dict[str, int] = {}
        self.shots: dict[str, Span] = {}
        self.declared = set(scope.people.values())

    def walk(self, elements: tuple[n.Element, ...]) -> None:
        for element in elements:
            self._element(element)

    def finish(self) -> tuple[f.Scene, ...]:
        self._close()
        return tuple(self.scenes)

    def _element(self, element: n.Element) -> None:
        match element:
            case n.Section():
                self.chapter = element.text
            case n.Heading():
                before = self.open.items if self.open and self.open.scene.key == _OPENING else []
                if before:
                    self.open = None  # a FADE IN: above the first heading belongs to the first picture
                self._close()
                self.open = _Open(self._heading(element), list(before))
            case n.Directive(keyword="scene"):
                self._scene(element)
            case n.Action() | n.Dialogue() | n.Transition() | n.Centered() | n.Lyric():
                self._happens(element)
            case n.Directive(keyword="shot" | "sound" | "music"):
                self._happens(element)
            case _:
                pass

    # --- scenes -------------------------------------------------------------------------------

    def _heading(self, heading: n.Heading) -> f.Scene:
        prefix = _PREFIX.match(heading.text)
        rest = heading.text[prefix.end() :] if prefix and not heading.forced else heading.text
        parts = [part.strip() for part in re.split(r"\s+[-–—]\s+", rest) if part.strip()]
        time = "day"
        if len(parts) > 1 and _time_word(parts[-1]):
            time = _time_word(parts.pop())
        place = " - ".join(parts).upper() or "SOMEWHERE"
        self.headed.setdefault(place, heading.span)
        known = self.places.get(place) or f.Location(place)
        self.scope.place_words = frozenset(
            word
            for phrase in (*known.set, *known.description)
            for word in re.findall(r"[^\W\d_][\w'-]*", phrase.text.lower())
        )
        count = self.seen[heading.text] = self.seen.get(heading.text, 0) + 1
        key = f"#{heading.number}" if heading.number else f"{heading.text.upper()}~{count}"
        interior = not (prefix and prefix[1].upper().startswith(("EXT", "EST")))
        return f.Scene(key, heading.text, interior, place, time, heading.number, self.chapter, span=heading.span)

    def _scene(self, directive: n.Directive) -> None:
        if self.open is None:
            self.report(E.BAD_PHRASE, directive.span, text="scene", help="write it under a scene heading")
            return
        scene = self.open.scene
        placements = list(scene.placements)
        for prop in directive.properties:
            phrases = tuple(f.Phrase(t.text, t.span) for t in split_phrases(prop.value))
            match prop.key:
                case "mood":
                    scene = replace(scene, mood=prop.value.text)
                case "look":
                    self.scope.need_look(prop.value, self.report)
                    scene = replace(scene, look=prop.value.text)
                case "light":
                    scene = replace(scene, light=(*scene.light, f.Property("light", phrases, prop.when, prop.span)))
                case "wardrobe":
                    scene = replace(
                        scene, wardrobe=(*scene.wardrobe, f.Property("wardrobe", phrases, prop.when, prop.span))
                    )
                case _ if known := self.scope.resolve(prop.key):
                    placements.append(f.Placement(known, phrases, prop.span))
                case key if key.isupper():
                    span = Span(prop.span.start, prop.span.start + len(key), prop.span.file)
                    self.report(E.UNKNOWN_NAME, span, name=key, help=hint(self.report, key, self.scope.visible()))
                case key:
                    known_keys = (
                        hint(self.report, key, _SCENE_KEYS) or "known are " + ", ".join(_SCENE_KEYS) + " and names"
                    )
                    self.report(E.UNKNOWN_PROPERTY, prop.key_span, keyword="scene", key=key, help=known_keys)
        self.open.scene = replace(scene, placements=tuple(placements))

    def _close(self) -> None:
        if self.open is not None:
            self.scenes.append(replace(self.open.scene, items=tuple(_keyed(self.open.scene, self.open.items))))
        self.open = None

    # --- what happens -------------------------------------------------------------------------

    def _happens(self, element: n.Element) -> None:
        if self.open is None:
            if (isinstance(element, n.Transition) and not self.scenes) or isinstance(element, n.Centered):
                self.open = _Open(f.Scene("~opening", "", True, "", span=element.span))
            else:
                self.open = _Open(f.Scene("SOMEWHERE~1", "", True, "SOMEWHERE", span=element.span))
                self.headed.setdefault("SOMEWHERE", element.span)
        items = self.open.items
        match element:
            case n.Action():
                self._action(element, items)
            case n.Lyric():
                items.append(f.Action(_plain(element.text), element.span))
            case n.Dialogue():
                self._dialogue(element, items)
            case n.Transition():
                items.append(_transition(element, self.scope.fps))
            case n.Centered():
                items.append(f.TitleCard(_plain(element.text), span=element.span))
            case n.Directive(keyword="shot"):
                items.append(self._shot(element))
            case n.Directive(keyword="sound"):
                items.append(sound(element, self.scope, self.report))
            case n.Directive(keyword="music"):
                items.append(music(element, self.scope, self.report))
            case _:
                pass

    def _action(self, action: n.Action, items: _ItemList) -> None:
        text = _plain(" ".join(line.text.strip() for line in action.lines))
        text = text.removeprefix("!").strip()
        if title := _SUPER.fullmatch(text):
            items.append(f.TitleCard(title[1].strip().strip('"'), over=True, span=action.span))
        elif text.strip("().").lower() in _BEATS:
            items.append(f.Pause(_BEATS[text.strip("().").lower()], action.span))
        elif text:
            items.append(f.Action(text, action.span))

    def _dialogue(self, speech: n.Dialogue, items: _ItemList) -> None:
        name = self._cue(speech)
        extensions = {e.upper().replace(" ", "") for e in speech.extensions}
        made = f.Speech(
            name,
            "",
            off_screen=bool(extensions & {"O.S.", "OS", "O.C.", "OFF"}),
            voice_over=bool(extensions & {"V.O.", "VO", "V.O"}),
            span=speech.span,
        )
        words: list[str] = []
        manner: list[str] = []
        cuts: list[tuple[int, f.Shot]] = []
        waiting: list[tuple[int, f.Sound | f.Music]] = []
        line: n.SpeechLine | None = None
        before_line = 0

        def place(note: n.Directive) -> int:
            """Index of the word a directing note stands before."""
            if line is None or note.span.start >= line.span.end:
                return len(words)
            return before_line + len(_plain(line.text[: max(0, note.span.start - line.span.start)]).split())

        def flush() -> None:
            if words:
                items.append(replace(made, text=" ".join(words), manner=tuple(manner), cuts=tuple(cuts)))
                for at, cue in waiting:
                    word = words[at].strip(_PUNCTUATION) if at < len(words) and cue.cue == f.Cue() else ""
                    items.append(replace(cue, cue=f.Cue(on_word=word)) if word else cue)
                words.clear()
                cuts.clear()
                waiting.clear()

        for part in speech.parts:
            match part:
                case n.Parenthetical():
                    note = _plain(part.text).strip().lower()
                    if note in _BEATS:
                        flush()
                        items.append(f.Pause(_BEATS[note], part.span))
                    else:
                        if words:
                            flush()
                            manner.clear()
                        manner.append(note)
                case n.SpeechLine():
                    line, before_line = part, len(words)
                    words.extend(_plain(part.text).split())
                case n.Directive(keyword="shot"):
                    cuts.append((place(part), self._shot(part)))
                case n.Directive(keyword="sound"):
                    waiting.append((place(part), sound(part, self.scope, self.report)))
                case n.Directive(keyword="music"):
                    waiting.append((place(part), music(part, self.scope, self.report)))
                case _:
                    pass
        flush()
        items.extend(cue for _, cue in waiting)
        items.extend(shot for _, shot in cuts)

    def _cue(self, speech: n.Dialogue) -> str:
        name = self.scope.people.get(speech.name.casefold(), speech.name)
        if name not in self.declared and name not in self.cued:
            close = nearest(name, self.declared, limit=1, cutoff=0.75)
            if close:
                self.report(W.NEAR_CUE, speech.name_span, name=name, help=f"did you mean `{close[0]}`?")
            self.scope.people[name.casefold()] = name
        self.cued.setdefault(name, speech.name_span)
        return name

    def _shot(self, directive: n.Directive) -> f.Shot:
        shot = resolve_shot(directive, self.scope, self.report)
        if shot.name:
            if shot.name in self.shots:
                first = ((self.shots[shot.name], "first here"),)
                self.report(
                    E.DUPLICATE_SHOT, shot.span, name=shot.name, help="give one of them another name", notes=first
                )
            self.shots.setdefault(shot.name, shot.span)
        if shot.repeats and shot.repeats not in self.shots:
            self.report(E.UNKNOWN_SHOT, shot.span, name=shot.repeats, help=hint(self.report, shot.repeats, self.shots))
            shot = replace(shot, repeats="")
        return shot


def _keyed(scene: f.Scene, items: _ItemList) -> _ItemList:
    """Give every shot its key: its name, else (scene, size, subjects, n-th such)."""
    counts: dict[str, int] = {}

    def key(shot: f.Shot) -> f.Shot:
        if shot.name:
            return replace(shot, key=shot.name)
        kind = f"{shot.size.value if shot.size else '-'}/{'+'.join(shot.subjects)}"
        counts[kind] = counts.get(kind, 0) + 1
        return replace(shot, key=f"{scene.key}|{kind}|{counts[kind]}")

    keyed: _ItemList = []
    for item in items:
        if isinstance(item, f.Shot):
            keyed.append(key(item))
        elif isinstance(item, f.Speech) and item.cuts:
            keyed.append(replace(item, cuts=tuple((at, key(shot)) for at, shot in item.cuts)))
        else:
            keyed.append(item)
    return keyed


def _time_word(text: str) -> str:
    word = text.lower().replace(" ", "-")
    return next((time for time in TIMES if time in (word, word.split("-")[-1])), "")


def _plain(text: str) -> str:
    """Emphasis marks removed, escapes resolved, spaces collapsed; one pass, whatever the marks."""
    if "*" not in text and "_" not in text:
        return " ".join(text.split())
    marks = list(_MARK.finditer(text))
    open_at: dict[str, int] = {}
    dropped = [False] * len(marks)
    for index, mark in enumerate(marks):
        kind = mark[0]
        if kind[0] == "\\":
            continue
        opens = mark.end() < len(text) and not text[mark.end()].isspace()
        closes = mark.start() > 0 and not text[mark.start() - 1].isspace()
        if closes and kind in open_at:
            dropped[open_at.pop(kind)] = dropped[index] = True
        elif opens:
            open_at[kind] = index
    pieces: list[str] = []
    position = 0
    for mark, drop in zip(marks, dropped, strict=True):
        pieces.append(text[position : mark.start()])
        pieces.append("" if drop else mark[0].removeprefix("\\"))
        position = mark.end()
    return " ".join("".join([*pieces, text[position:]]).split())


def _transition(node: n.Transition, fps: Fraction) -> f.Transition:
    text = node.text.upper().rstrip(":. ")
    length: Fraction | None = None
    if match := _DURATION.search(text):
        length = seconds(Word("MEASURE", match[1] + match[2].lower(), node.span), fps)
    slow, quick = "SLOW" in text, "QUICK" in text or "FAST" in text
    kinds = [
        (("DISSOLVE", "CROSSFADE", "CROSS FADE"), f.TransitionKind.DISSOLVE, Fraction(1)),
        (("FADE IN", "FADE UP"), f.TransitionKind.FADE_IN, Fraction(3, 2)),
        (("FADE",), f.TransitionKind.FADE_OUT, Fraction(2)),
        (("WIPE",), f.TransitionKind.WIPE, Fraction(1)),
        (("SMASH",), f.TransitionKind.SMASH_CUT, Fraction(0)),
        (("MATCH",), f.TransitionKind.MATCH_CUT, Fraction(0)),
    ]
    for words, kind, usual in kinds:
        if any(word in text for word in words):
            default = usual * (2 if slow else Fraction(1, 2) if quick else 1)
            return f.Transition(kind, min(length if length is not None else default, Fraction(10)), node.span)
    return f.Transition(f.TransitionKind.CUT, Fraction(0), node.span)
