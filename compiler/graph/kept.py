"""Lowered scenes as text, and back: what a plan tells of their tasks without their parameters.

A scene's text holds for each shot its steps under their recipes: op, cost, bytes, inputs. Whoever wants a step's parameters
gets them from the scene itself, staged and lowered again, and only if they have that very recipe: a text that is wrong can
cost work or end in ``KeptWrongError``, it never becomes a task.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from compiler.graph import params as p
from compiler.graph.codec import Plain, canonical, decode, encode
from compiler.graph.fragment import Fragment, Made, Step
from compiler.graph.memo import Handle, LoweredShot
from compiler.graph.ops import BY_NAME, Kind, op_of
from compiler.graph.sizes import own_size
from compiler.graph.unread import Inputs, KeptWrongError, Unread
from compiler.staging.model import SpokenLine, TimedShot
from compiler.staging.model_takes import ONE_TAKE

FORMAT = "filmlang kept scene 1"


class Shelf(Protocol):
    """Where texts are kept from one process to the next. It may lose any of them at any time."""

    @property
    def made_by(self) -> str:
        """A digest of everything besides the film that decides what a scene is staged and lowered to."""

    def take(self, keys: Sequence[str]) -> Mapping[str, str]:
        """The texts that are there, as they were put."""

    def put(self, texts: Mapping[str, str]) -> None:
        """Keep these texts, if that can be done."""


class KeptShot(NamedTuple):
    """A shot as it was kept: what staging says of it without a look, and its fragments."""

    lengths: tuple[int, int, int]
    """Frames of its body, head and tail."""
    size: tuple[int, int]
    fps: tuple[int, int]
    exact: bool
    lines: tuple[SpokenLine, ...]
    voices: tuple[Made, ...]
    """What makes its lines."""
    lowered: Callable[[TimedShot, Callable[[], LoweredShot]], LoweredShot]


def keeps(lowered: LoweredShot) -> bool:
    """Whether a shot can be kept: one picture, of which its one take is shown as a whole."""
    timed = lowered.timed
    return not timed.panels and timed.takes == ONE_TAKE and not lowered.judged and not lowered.kept


def scene_text(shots: Sequence[tuple[TimedShot, LoweredShot]], lines: Sequence[SpokenLine]) -> str | None:
    """A scene's shots as one text; ``None`` when one shows somebody speaking who is not among the scene's ``lines``."""
    table = _Table()
    numbers = {line: number for number, line in enumerate(lines)}
    if any(line not in numbers for timed, _ in shots for line in timed.lines):
        return None
    rows: list[Plain] = [_row(timed, lowered, numbers, table) for timed, lowered in shots]
    return canonical([FORMAT, list(table.texts), rows])


def scene_of(text: str, lines: Sequence[SpokenLine]) -> list[KeptShot]:
    """The shots of a scene's text. Raises ``ValueError`` for anything ``scene_text`` did not write of such a scene."""
    try:
        form, texts, rows = json.loads(text)
        if form != FORMAT or not all(type(item) is str for item in texts):
            raise ValueError("not a kept scene")
        return [_kept(row, texts, lines) for row in rows]
    except (TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise ValueError(f"not a kept scene: {error}") from error


class _Table:
    """Strings that occur again and again, each once."""

    def __init__(self) -> None:
        self.texts: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        return self.texts.setdefault(text, len(self.texts))


def _row(timed: TimedShot, lowered: LoweredShot, numbers: Mapping[SpokenLine, int], of: _Table) -> list[Plain]:
    shot = timed.shot
    return [
        [shot.frames, shot.head, shot.tail],
        list(shot.size),
        list(shot.fps),
        timed.exact,
        [numbers[line] for line in timed.lines],
        lowered.lens,
        list(lowered.people),
        [_made(made, of) for made in lowered.voices],
        _steps(lowered.steps, of),
        [_made(made, of) for made in lowered.body],
        _handle(lowered.head, of),
        _handle(lowered.tail, of),
        _steps(lowered.stills, of),
        [_made(made, of) for made in lowered.shown],
        [[path, digest] for path, digest in lowered.asked],
    ]


def _made(made: Made, of: _Table) -> list[Plain]:
    return [of(made.recipe), of(made.output), made.provisional]


def _handle(handle: Handle | None, of: _Table) -> Plain:
    if handle is None:
        return None
    return [None if handle.clip is None else _made(handle.clip, of), encode(handle.encode)]


def _steps(steps: Fragment, of: _Table) -> list[Plain]:
    return [
        [
            of(step.recipe),
            of(op.name),
            [[of(name), of(kind.value)] for name, kind in op.outputs(step.params)],
            op.cost(step.params),
            own_size(step.params),
            [[of(slot), of(recipe), of(output)] for slot, recipe, output in step.inputs],
            step.label,
            step.own,
            step.provisional,
        ]
        for step in steps
        if not isinstance(step.params, Unread)
        for op in (op_of(step.params),)
    ]


def _kept(row: list[Any], texts: list[str], spoken: Sequence[SpokenLine]) -> KeptShot:
    lengths, size, fps, exact, lines, lens, people, voices, steps, body, head, tail, stills, shown, asked = row
    for numbers, count in ((lengths, 3), (size, 2), (fps, 2), (lines, len(voices))):
        _need(len(numbers) == count and all(type(n) is int and n >= 0 for n in numbers))
    _need(type(exact) is bool and type(lens) is str and all(type(name) is str for name in people))
    _need(all(type(path) is str and (digest is None or type(digest) is str) for path, digest in asked))
    read = _Reader()
    made_voices, made_body, made_shown = (_made_of(items, texts) for items in (voices, body, shown))
    own, posters = _steps_of(steps, texts, read), _steps_of(stills, texts, read)
    handles = _handle_of(head, texts), _handle_of(tail, texts)
    _need([handle is not None for handle in handles] == [frames > 0 for frames in lengths[1:]] and len(body) > 0)
    _check(own, posters, made_voices, (*made_body, *made_shown, *(h.clip for h in handles if h and h.clip)))

    def lowered(timed: TimedShot, again: Callable[[], LoweredShot]) -> LoweredShot:
        read.again = again
        files = tuple((path, digest) for path, digest in asked)
        return LoweredShot(
            timed, made_voices, own, made_body, *handles, posters, made_shown, lens, tuple(people), files
        )  # fmt: skip

    said = tuple(spoken[line] for line in lines)
    (frames, before, behind), (width, height), (over, under) = lengths, size, fps
    return KeptShot((frames, before, behind), (width, height), (over, under), exact, said, made_voices, lowered)


def _check(steps: Fragment, stills: Fragment, voices: tuple[Made, ...], made: Sequence[Made]) -> None:
    """Steps read what comes before them, and what the shot is said to make some step makes."""
    there = {voice.recipe for voice in voices}
    own = set()
    for step in (*steps, *stills):
        slots = _SLOTS[step.params.op.name] if isinstance(step.params, Unread) else frozenset[str]()
        for slot, recipe, _ in step.inputs:
            if recipe not in there or slot not in slots:
                raise ValueError("not a kept scene")
        there.add(step.recipe)
        own.add(step.recipe)
    for output in made:
        _need(output.recipe in own)


def _need(sound: bool) -> None:
    if not sound:
        raise ValueError("not a kept scene")


class _Reader:
    """Reads parameters by recipe from a shot that is lowered again when the first is asked for."""

    def __init__(self) -> None:
        self.again: Callable[[], LoweredShot] | None = None
        self._steps: dict[tuple[str, Inputs], p.Params] | None = None

    def __call__(self, recipe: str, inputs: Inputs) -> p.Params:
        if self._steps is None:
            if self.again is None:
                raise KeptWrongError("nobody knows the shot")
            lowered = self.again()
            steps = (*lowered.steps, *lowered.stills)
            self._steps = {(s.recipe, s.inputs): s.params for s in steps if not isinstance(s.params, Unread)}
        if (recipe, inputs) not in self._steps:
            raise KeptWrongError(f"no step of the shot has the recipe {recipe} and reads what is said")
        return self._steps[recipe, inputs]


def _made_of(items: list[Any], texts: list[str]) -> tuple[Made, ...]:
    made = tuple([Made(texts[recipe], texts[output], provisional) for recipe, output, provisional in items])
    for _, _, provisional in made:
        _need(type(provisional) is bool)
    return made


def _handle_of(item: Any, texts: list[str]) -> Handle | None:
    if item is None:
        return None
    clip, params = item
    return Handle(None if clip is None else _made_of([clip], texts)[0], decode(p.EncodeWindow, params))


def _steps_of(rows: list[Any], texts: list[str], read: _Reader) -> Fragment:
    steps = []
    for recipe, op, kinds, cost, size, inputs, label, own, provisional in rows:
        if type(label) is not str or type(own) is not bool or type(provisional) is not bool:
            raise ValueError("not a kept scene")
        if type(cost) not in _FIGURES or (size is not None and type(size) not in _FIGURES):
            raise ValueError("not a kept scene")
        key, sources = texts[recipe], tuple([(texts[s], texts[r], texts[o]) for s, r, o in inputs])
        made = tuple([(texts[name], _KINDS[texts[kind]]) for name, kind in kinds])
        params = Unread(key, BY_NAME[texts[op]], sources, made, cost, size, read)
        steps.append(Step(key, params, sources, label, "", own, provisional))
    return tuple(steps)


_KINDS = {kind.value: kind for kind in Kind}
_SLOTS = {name: frozenset(slot for slot, _ in op.inputs) for name, op in BY_NAME.items()}
_FIGURES = (int, float)
