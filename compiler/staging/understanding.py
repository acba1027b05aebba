"""What was understood of a film, sentence by sentence: who does what, when beside its neighbours, and what stays prose and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from compiler.diagnostics import Span
from compiler.meaning.film import Action, Film, Item, Speech
from compiler.staging.house import House
from compiler.staging.performance import Doing, Prose, understand, understand_manner
from compiler.staging.sentences import split_sentences


@dataclass(frozen=True, slots=True)
class Understood:
    """One sentence of action, or one parenthetical of ``speaker``, and what became of it."""

    scene: int
    text: str
    span: Span
    steps: tuple[Doing | Prose, ...] = ()
    speaker: str = ""
    delivery: str = ""
    """How the words are spoken, by the parenthetical: the delivery's name."""
    face: str = ""
    """The feeling it shows."""

    @property
    def staged(self) -> bool:
        """Whether anything of it will be seen or heard."""
        return bool(self.delivery or self.face) or any(isinstance(s, Doing) for s in self.steps)


def understood(film: Film) -> tuple[Understood, ...]:
    """Every sentence of action and every parenthetical of a film, in written order. Nothing is staged for it."""
    house = House(film)
    found: list[Understood] = []
    for number, scene in enumerate(film.scenes):
        placed = house.place(scene)
        talk = house.talk(placed, house.bodies(scene, placed))
        for index, item in enumerate(scene.items):
            match item:
                case Action(joined=False):
                    text, whole = _paragraph(scene.items, index)
                    exact = whole.end - whole.start == len(text)
                    for offset, sentence in split_sentences(text):
                        begin = whole.start + offset
                        span = Span(begin, begin + len(sentence), whole.file) if exact else whole
                        found.append(Understood(number, sentence, span, understand(sentence, talk, span)))
                case Speech():
                    for text in item.manner:
                        words = house.words
                        known = words.manners(text)
                        doings = understand_manner(text, item.character, talk, item.span)
                        feeling = words.feeling(text)
                        rest: tuple[Doing | Prose, ...] = doings
                        if not (doings or known):
                            rest = (Prose(text, "neither a manner of speaking nor something done", item.span),)
                        name, face = known[0].name if known else "", feeling[0] if feeling else ""
                        found.append(Understood(number, f"({text})", item.span, rest, item.character, name, face))
                case _:
                    pass
    return tuple(found)


def when_of(step: Doing, first: bool) -> str:
    """When a doing begins, told by its neighbours."""
    if step.together:
        return "while speaking" if first else "with the one before"
    return "first" if first else "then"


def _paragraph(items: Sequence[Item], index: int) -> tuple[str, Span]:
    """The whole text of the paragraph that begins at an action, wherever shots begin in it, and its place."""
    first = items[index]
    assert isinstance(first, Action)
    texts, span = [first.text], first.span
    for item in items[index + 1 :]:
        if isinstance(item, Speech) or (isinstance(item, Action) and not item.joined):
            break
        if isinstance(item, Action):
            texts.append(item.text)
            span = span.join(item.span) if item.span.file == span.file else span
    return " ".join(texts), span
