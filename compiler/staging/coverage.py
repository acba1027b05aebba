"""Coverage: which shot shows what. Written shots keep what stands under them; the rest follows a coverage pattern.

Here it is decided what each moment is (an opening, an answer, a thing touched); what picture that asks for is the
pattern's affair, ``classic`` unless the scene names another. The choice depends on what came before in the scene only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise

from compiler.diagnostics import Span
from compiler.meaning.acting import HANDS, TRAVEL
from compiler.meaning.film import (
    Action,
    Cover,
    Coverage,
    Inpaint,
    LightChange,
    Music,
    Pause,
    Relation,
    Scene,
    Shot,
    Size,
    Sound,
    Speech,
    Title,
    TitleCard,
    Transition,
    TransitionKind,
)
from compiler.staging.coverage_pattern import DEFAULT, Pattern, pattern_named
from compiler.staging.coverage_talk import WORDS_A_SECOND, speech_seconds, stretches
from compiler.staging.performance import Doing, Prose
from compiler.staging.places import PlacedSet


@dataclass(frozen=True, slots=True)
class Played:
    """An action paragraph with what was understood of it."""

    action: Action
    steps: tuple[Doing | Prose, ...]


Item = Played | Speech | Pause | TitleCard | Title | Sound | Music | LightChange | Inpaint


@dataclass(slots=True)
class Setup:
    """One shot to be: its slots, what happens in it, and how it joins. ``card`` makes it a title on black."""

    shot: Shot
    items: list[Item] = field(default_factory=list)
    inferred: bool = False
    join: Transition | None = None
    fade_out: Transition | None = None
    card: TitleCard | None = None
    leaves: Fraction = Fraction(0)
    """Seconds of dissolve or wipe the next shot takes from this one."""


@dataclass(frozen=True, slots=True)
class Company:
    """Who a scene has: people with bodies, and the test for a thing of the set."""

    people: tuple[str, ...]
    is_thing: Callable[[str], bool]
    things: tuple[str, ...] = ()
    """What stands in the place and is worth a picture of its own, in the order it was written."""


def cover_scene(
    scene: Scene,
    items: Sequence[Item | Shot | Transition | Cover],
    company: Company,
    join: Transition | None = None,
    coverages: Sequence[Coverage] = (),
) -> tuple[list[Setup], Transition | None]:
    """Every item of the scene in exactly one set-up, in order, at least one set-up; and the transition left at its end.

    ``join`` is the transition left by the scene before; ``coverages`` are the film's patterns. A long paragraph or
    speech that nobody directs is spread over several set-ups, a speech by cuts between its sentences.
    """
    desk = _Desk(scene, company, coverages, pattern_named(scene.cover or DEFAULT, coverages), join=join)
    for item in items:
        match item:
            case Shot():
                desk.start(item, inferred=False)
            case Cover():
                desk.cover(item)
            case Transition():
                desk.transition(item)
            case TitleCard() if not item.over:
                desk.card(item)
            case _:
                desk.take(item)
    setups = desk.finish()
    for before, after in pairwise(setups):
        before.leaves = overlap(after.join)
    setups[-1].leaves = overlap(desk.join)
    return setups, desk.join


def pictured_things(placed: PlacedSet) -> tuple[str, ...]:
    """What stands in a place and fills an insert well: no seats, no rugs, nothing of a house's size."""
    names = dict.fromkeys(piece.name.lower() for piece in placed.spec.pieces)
    marks = ((name, placed.marks.get(name)) for name in names)
    return tuple(
        name
        for name, mark in marks
        if mark is not None and mark.kind != "sit" and min(mark.size[1], 1.0) > 0.05 and max(mark.size) < 2.2
    )


def overlap(join: Transition | None) -> Fraction:
    """Seconds two shots share in a transition."""
    return (
        join.seconds
        if join is not None and join.kind in (TransitionKind.DISSOLVE, TransitionKind.WIPE)
        else Fraction(0)
    )


_WIDE = (Size.EXTREME_WIDE, Size.WIDE)
_POSTURE = frozenset(["sit", "stand", "kneel", "lie", "turn", "turn away", "fall", "lean", "embrace"])
_HANDLING = HANDS - {"gesture", "use"}
_DWELL = 13.0
"""Seconds, by the words, after which a picture nobody directed has been on for long enough."""
_SETTLED = 5.0
"""Seconds that a picture has at least been on before it is left for having been on for long."""
_LINES = 12
"""Lines of a conversation after which everybody is seen together once more."""
_ALL = 4
"""People one picture is asked to hold by name."""
_SUBJECT = re.compile(r"^(?:the|a|an|his|her|their|its)\s+([^\W\d_][\w'-]*(?:\s+[^\W\d_][\w'-]*){0,2})", re.IGNORECASE)


@dataclass(slots=True)
class _Desk:
    scene: Scene
    company: Company
    coverages: Sequence[Coverage]
    pattern: Pattern
    setups: list[Setup] = field(default_factory=list)
    current: Setup | None = None
    shown: Shot | None = None
    """The picture on at the end of what has been covered: the current set-up's, or the last cut inside a speech."""
    waiting: list[Item] = field(default_factory=list)
    join: Transition | None = None
    established: bool = False
    spoken: dict[str, int] = field(default_factory=dict)
    last_speaker: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    turns: dict[str, int] = field(default_factory=dict)
    on: float = 0.0
    """Seconds the picture has been on, by the words."""
    lines: int = 0
    """Lines since everybody was last seen together."""
    changed: bool = False
    """Somebody came, or one of many went, since the last picture of everybody."""
    pictured: int = 0
    """Things of the place shown so far for want of anything else."""

    def start(self, shot: Shot, *, inferred: bool, card: TitleCard | None = None) -> Setup:
        shot = self._keyed(shot)
        self.current = Setup(shot, list(self.waiting), inferred, self.join, None, card)
        self.waiting, self.join = [], None
        self.setups.append(self.current)
        self._show(shot)
        return self.current

    def cover(self, item: Cover) -> None:
        """Another pattern from here on; a written shot ends here."""
        self.pattern = pattern_named(item.name, self.coverages)
        self.turns.clear()
        self.spoken.clear()
        if self.current is not None and not self.current.inferred:
            self.current, self.established = None, True

    def transition(self, item: Transition) -> None:
        if item.kind is TransitionKind.FADE_OUT:
            if self.current is not None:
                self.current.fade_out = item
        else:
            self.join = item
        self.current = None
        self.established = self.established or bool(self.setups)

    def card(self, item: TitleCard) -> None:
        self.start(Shot(size=Size.WIDE, seconds=item.seconds, span=item.span), inferred=True, card=item)
        self.current = None

    def take(self, item: Item) -> None:
        current = self.current
        if isinstance(item, Sound | Music | Title | LightChange | Inpaint):
            (self.waiting if current is None else current.items).append(item)
        elif current is not None and not current.inferred:
            current.items.append(item)
        elif isinstance(item, Speech):
            self._speech(item)
        elif isinstance(item, Played):
            for part in _parts(item):
                self._place(part, self._for_action(part), _seconds(part))
                self._note_comings(part)
        else:
            wanted = self._ask("beat", self._talkers(self.last_speaker)) if isinstance(item, Pause) else None
            self._place(item, wanted, _seconds(item))
        if isinstance(item, Speech):
            self.spoken[item.character] = self.spoken.get(item.character, 0) + 1
            self.last_speaker = item.character
            self.lines += 1

    def finish(self) -> list[Setup]:
        if not any(s.card is None for s in self.setups) and (self.waiting or not self.setups):
            wide = self._opening() or Shot(size=Size.WIDE, establishing=True)
            self.start(replace(wide, seconds=Fraction(4), span=self.scene.span), inferred=True)
        if self.setups:
            self.setups[-1].items.extend(self.waiting)
        return self.setups

    # --- what happens --------------------------------------------------------------------------

    def _place(self, item: Item, wanted: Shot | None, seconds: float) -> Setup:
        """Puts an item into the picture it wants, into the one that is on, or, when that has been on for long, a new one."""
        current, span = self.current, self._span(item)
        if current is None:
            current = self.start(replace(wanted or self._opening() or _PLAIN, span=span), inferred=True)
        elif wanted is not None and not _same(self.shown, wanted):
            current = self.start(replace(wanted, span=span), inferred=True)
        elif self.on > _SETTLED and self.on + seconds > _DWELL * self.scene.pace:
            other = self._rest(item)
            if other is not None:
                current = self.start(replace(other, span=span), inferred=True)
        before = current.items[-1] if current.items else None
        if isinstance(item, Played) and isinstance(before, Played) and before.action is item.action:
            current.items[-1] = Played(item.action, (*before.steps, *item.steps))  # seen in one picture after all
        else:
            current.items.append(item)
        self.established = True
        self.on += seconds
        return current

    def _speech(self, item: Speech) -> None:
        wanted = self._for_speech(item)
        places = [] if item.cuts else stretches(item.text)
        words = [*(word for word, _ in places), len(item.text.split())]
        setup = self._place(item, wanted, speech_seconds(item) if not places else words[0] / WORDS_A_SECOND)
        cuts: list[tuple[int, Shot]] = []
        for n, (word, aside) in enumerate(places):
            shot = self._inside(item, n, aside)
            if shot is not None:
                shot = self._keyed(replace(shot, span=item.span))
                cuts.append((word, shot))
                self._show(shot)
            self.on += (words[n + 1] - word) / WORDS_A_SECOND
        if cuts:
            setup.items[-1] = replace(item, cuts=tuple(cuts))
        elif item.cuts:
            self._show(item.cuts[-1][1])

    def _inside(self, item: Speech, n: int, aside: bool) -> Shot | None:
        """The picture for the n-th stretch of a long speech after its first."""
        slots = self._talkers(item.character)
        if item.voice_over or item.character not in self.company.people:
            shots = (self.pattern.ask("voice-over", n + more, slots) for more in (1, 2, 3))
            return next((shot for shot in shots if shot is not None and not _same(self.shown, shot)), None)
        if aside and (shot := self._fresh("reaction", slots)) is not None:
            return shot
        return self._fresh("long-speech", slots, item.character)

    def _rest(self, item: Item) -> Shot | None:
        """Where to look when a picture has been on for long."""
        if isinstance(item, Speech) and item.character in self.company.people and not item.voice_over:
            return self._fresh("long-speech", self._talkers(item.character), item.character)
        return self._fresh("dwell", self._doers(item))

    def _for_action(self, item: Played) -> Shot | None:
        doings = [s for s in item.steps if isinstance(s, Doing)]
        slots = self._doers(item)
        if not self.established:
            return self._opening()
        if not doings:
            named = _SUBJECT.match(item.steps[0].text if item.steps else item.action.text)
            thing = named and next((t for t in _shorter(named[1]) if t.lower() in self.company.things), "")
            if thing:
                return self._ask("thing", {**slots, "thing": (thing.lower(),)})
            return self._ask("prose", slots)
        who = slots["who"]
        acts = {d.act for d in doings}
        if not who:
            return self._ask("thing", {**slots, "thing": (doings[0].subject,)})
        if not any(w in self.company.people for w in who):
            return self._ask("group", slots)
        if len(who) > 1:
            return self._ask("travel-together" if acts & TRAVEL else "together", slots)
        for act, situation in (("enter", "enter"), ("exit", "exit")):
            if act in acts:
                return self._ask(situation, slots)
        if acts & TRAVEL:
            return self._ask("travel", slots)
        if acts & _POSTURE:
            return self._ask("posture", slots)
        touched = next((d.target for d in doings if d.act in _HANDLING and self.company.is_thing(d.target)), "")
        if touched:
            return self._ask("touch" if len(doings) == 1 else "handle", {**slots, "thing": (touched,)})
        return self._ask("gesture", slots)

    def _for_speech(self, item: Speech) -> Shot | None:
        name, count = item.character, self.spoken.get(item.character, 0)
        people = self.company.people
        slots = self._talkers(name)
        if name not in people or item.voice_over or item.off_screen:
            if not self.established:
                return self._opening()
            if self.company.is_thing(name):
                return self.pattern.ask("voice", count, slots)
            return self.pattern.ask("voice-over" if item.voice_over else "off-screen", 0, slots)
        if not self.established and (len(people) > 1 or len(item.text.split()) > 12):
            return self._opening()
        if self.changed and len(people) > 1:
            self.changed = False
            if self.shown is None or self.shown.size not in _WIDE:
                return self._ask("reopening", slots)
        if self.last_speaker == name and self.shown is not None and name in self.shown.subjects:
            return None
        if len(people) < 2:
            return self.pattern.ask("alone", count, slots)
        if self.lines >= _LINES:
            self.lines = 0
            self.spoken.clear()
            if (shot := self._ask("regroup", slots)) is not None:
                return shot
        if count == 0:
            return self.pattern.ask("first-line" if len(people) == 2 else "among", 0, slots)
        return self.pattern.ask("reply" if self.last_speaker != name else "line", count - 1, slots)

    def _note_comings(self, item: Played) -> None:
        acts = {s.act for s in item.steps if isinstance(s, Doing) and not s.thing}
        self.changed = self.changed or "enter" in acts or ("exit" in acts and len(self.company.people) > 2)

    # --- asking the pattern --------------------------------------------------------------------

    def _ask(self, situation: str, slots: dict[str, tuple[str, ...]], key: str = "") -> Shot | None:
        """The pattern's shot for a situation, counted through the scene (``key``: for somebody by themselves)."""
        turn = self.turns.get(situation + key, 0)
        self.turns[situation + key] = turn + 1
        return self.pattern.ask(situation, turn, slots)

    def _fresh(self, situation: str, slots: dict[str, tuple[str, ...]], key: str = "") -> Shot | None:
        """The next shot of a situation that is not the picture on, if there is one."""
        for _ in range(3):
            shot = self._ask(situation, slots, key)
            if shot is None or not _same(self.shown, shot):
                return shot
        return None

    def _opening(self) -> Shot | None:
        return self._ask("opening", self._everybody())

    def _everybody(self) -> dict[str, tuple[str, ...]]:
        slots = {"all": self.company.people[:_ALL]}
        if self.company.things:
            slots["thing"] = (self.company.things[self.pictured % len(self.company.things)],)
            self.pictured += 1
        return {name: who for name, who in slots.items() if who}

    def _talkers(self, name: str) -> dict[str, tuple[str, ...]]:
        """Slots of a speech: who speaks, to whom, and who hears it."""
        others = tuple(p for p in self.company.people if p != name)
        slots = self._everybody()
        if name:
            slots["speaker"] = slots["who"] = (name,)
        if others:
            other = self.last_speaker if self.last_speaker in others else others[0]
            slots["other"] = slots["listener"] = (other,)
        return slots

    def _doers(self, item: Item) -> dict[str, tuple[str, ...]]:
        """Slots of an action: who acts, who else is there, and a thing of the place."""
        steps = item.steps if isinstance(item, Played) else ()
        who = tuple(dict.fromkeys(s.subject for s in steps if isinstance(s, Doing) and not s.thing))
        slots = self._everybody()
        slots["who"] = who[:_ALL]
        seen = who or ((item.character,) if isinstance(item, Speech) and item.character in self.company.people else ())
        if not seen and not any(isinstance(s, Doing) for s in steps):
            people = self.company.people
            seen = slots["who"] = people[self.pictured % len(people) :][:1] if people else ()
        others = tuple(p for p in self.company.people if p not in seen)
        if others:
            slots["other"] = slots["listener"] = others[:1]
        return {name: found for name, found in slots.items() if found or name == "who"}

    # --- keeping the books ---------------------------------------------------------------------

    def _show(self, shot: Shot) -> None:
        self.shown, self.on = shot, 0.0
        if shot.size in _WIDE or (
            shot.relation is Relation.TWO_SHOT and len(shot.subjects) >= len(self.company.people)
        ):
            self.lines = 0

    def _span(self, item: Item) -> Span:
        match item:
            case Played():
                return next((s.span for s in item.steps if s.span is not None), item.action.span)
            case Speech() | TitleCard() | Pause():
                return item.span
            case _:
                return self.scene.span

    def _keyed(self, shot: Shot) -> Shot:
        """Seed key of an unnamed shot: scene, size, subjects and which such it is; a written one that carries such a key
        counts as that one."""
        if shot.key:
            kind, _, number = shot.key.rpartition("/")
            if kind and number.isdecimal() and len(number) < 9:
                self.counts[kind] = max(self.counts.get(kind, 0), int(number))
            return shot
        kind = f"{self.scene.key}/{shot.size.value if shot.size else 'auto'}/{'+'.join(shot.subjects)}"
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return replace(shot, key=f"{kind}/{self.counts[kind]}")


_PLAIN = Shot(size=Size.WIDE, establishing=True)


def _parts(item: Played) -> Iterator[Played]:
    """A long paragraph in the pieces it is seen in: by who acts, apart where somebody sets out or arrives."""
    doings = [s for s in item.steps if isinstance(s, Doing)]
    if len(doings) < 3 and (_seconds(item) < _DWELL or len(item.steps) < 3):
        yield item
        return
    part: list[Doing | Prose] = []
    kind: tuple[str, bool] | None = None
    for step in item.steps:
        now = (step.subject, step.act in TRAVEL) if isinstance(step, Doing) else kind
        fresh = now != kind and kind is not None and not (isinstance(step, Doing) and step.together)
        if part and (fresh or _seconds(Played(item.action, tuple(part))) > _DWELL / 2):
            yield Played(item.action, tuple(part))
            part = []
        part.append(step)
        kind = now
    yield Played(item.action, tuple(part))


def _seconds(item: Item) -> float:
    """How long an item takes, guessed by its words."""
    match item:
        case Played():
            return sum(
                (max(s.seconds, 2.5 if s.act in TRAVEL else 0.8) + s.hold)
                if isinstance(s, Doing)
                else max(1.0, min(4.0, len(s.text.split()) / 5))
                for s in item.steps
            )
        case Speech():
            return speech_seconds(item)
        case Pause():
            return float(item.seconds)
        case _:
            return 0.0


def _shorter(words: str) -> Iterator[str]:
    parts = words.split()
    for length in range(len(parts), 0, -1):
        yield " ".join(parts[:length])


def _same(a: Shot | None, b: Shot) -> bool:
    """Whether two shots are one picture: whoever is named first, two in a two-shot are the same two."""
    if a is None or a.size is not b.size or a.relation is not b.relation:
        return False
    return a.subjects == b.subjects or (a.relation is Relation.TWO_SHOT and set(a.subjects) == set(b.subjects))
