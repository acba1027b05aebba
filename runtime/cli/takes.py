"""``film takes``: the takes of a shot, or of all shots, with what they were found to be, and their contact sheet."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.graph.choose import Choice, Take, left_as
from compiler.graph.judged import judge_params
from compiler.graph.marks import ALIKE
from compiler.staging.model import TimedShot
from compiler.staging.numbers import find_shot
from runtime.cli.build import Options, file_name
from runtime.cli.building import build_film, say
from runtime.cli.choices import changed, choice_json, choices_of, in_words, made, standing, tell_findings
from runtime.cli.elsewhere import at_other_sizes
from runtime.cli.excerpt import shown
from runtime.cli.planned import Planned, with_plan
from runtime.cli.takes_list import list_takes
from runtime.schedule.tools import domain
from runtime.store.store import Store

if TYPE_CHECKING:
    from runtime.judge.scores import Scores
    from runtime.judge.view import Frame8

MEASURES = ("framing", "sharpness", "stability", "exposure", "clipping")
_HEADS = {"sharpness": "sharp", "stability": "steady", "exposure": "exposed", "clipping": "unclipped"}
_WIDTH = 10
_ACROSS = 6
"""Frames of a take on its contact sheet."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked: a shot ("" for all), whether its takes are made first, where its sheet goes (``None``: the usual place)."""

    shot: str = ""
    make: bool = False
    sheet: Path | None = None
    every: bool = False
    """Without a shot: also those that have one take."""


def show_takes(options: Options, wish: Wish, form: str) -> int:
    """Print takes and write a shot's contact sheet; returns the exit code."""
    if wish.make:
        code = build_film(replace(options, shot=wish.shot, takes=True), "text")
        if code:
            return code
    if not wish.shot:
        return with_plan(options, form, lambda planned: list_takes(planned, form, every=wish.every))
    return with_plan(replace(options, shot=wish.shot), form, lambda planned: _one(planned, wish, form))


def the_film(shot: str, source: Path) -> tuple[str, Path]:
    """Shot and film of a command line on which either may be left out, or the film be named first."""
    if shot and source == Path() and _is_film(shot):
        return "", Path(shot)
    if shot and _is_film(shot) and not _is_film(str(source)):
        return str(source), Path(shot)
    return shot, source


def _is_film(word: str) -> bool:
    return os.path.exists(word)  # noqa: PTH110 - Path.exists raises for names that are too long


def _one(planned: Planned, wish: Wish, form: str) -> int:
    found = choices_of(planned)
    if not found:
        return _no_takes(planned, wish.shot, form)
    timed, choice = found[0]
    there = made(choice, planned.store)
    for other in at_other_sizes(planned) if not there else ():
        found = choices_of(other)
        if found and made(found[0][1], planned.store):
            planned, (timed, choice) = other, found[0]
            there = made(choice, planned.store)
            break
    sheet, trouble = _sheet(planned, timed, choice, there, wish.sheet)
    if form == "json":
        print(
            json.dumps(
                {**choice_json(planned, timed, choice, there), "sheet": str(sheet) if sheet else None},
                ensure_ascii=False,
            )
        )
    else:
        tell_findings(planned, wish.shot)
        _tell_one(planned, timed, choice, there)
        if sheet is not None:
            print(f"contact sheet: {sheet}")
        elif not there:
            print(f"No take is made: `film takes {choice.name} --make` makes them, `film build` those it needs.")
    if trouble:
        say(f"error: the contact sheet was not written: {trouble}")
        return 1
    return 0


def _no_takes(planned: Planned, name: str, form: str) -> int:
    """A shot that is no staged picture has nothing to choose among."""
    timed = find_shot(planned.plan.film, planned.plan.timeline.shots, name)
    assert timed is not None
    if form == "json":
        print(json.dumps({"shot": timed.name, "key": timed.key, "asked": 1, "takes": [], "sheet": None}))
    elif left_as(timed.key):
        print(shown(came_back(planned, timed)))
    else:
        print(f"{shown(timed.name)}: one take: nobody and nothing is staged in it, so that another would be the same.")
    return 0


def came_back(planned: Planned, timed: TimedShot) -> str:
    """What to say of a shot that is the rest of another."""
    first = next(s for s in planned.plan.timeline.shots if s.key == left_as(timed.key))
    return f"{timed.name} is {first.name} come back after a shot within the speech: it shows the take of {first.name}"


def _tell_one(planned: Planned, timed: TimedShot, choice: Choice, there: frozenset[int]) -> None:
    """A table that stays one line a take, however wide the screen is: remarks stand last and are not wrapped."""
    seconds = timed.shot.frames * timed.shot.fps[1] / timed.shot.fps[0]
    takes = f"{choice.asked} take{'s' * (choice.asked > 1)}"
    estimate = "" if timed.exact else " (estimated)"
    size = "" if timed.shot.size == planned.plan.film.size else "made at {}x{}, ".format(*timed.shot.size)
    print(shown(f"{choice.name}: {seconds:.1f} s{estimate}, asks for {takes}, {size}seed {timed.shot.seed}"))
    heads = ("take", "rank", "score", *(_HEADS.get(name, name) for name in MEASURES))
    print("  " + "".join(f"{head:>{_WIDTH}}" for head in heads).rstrip())
    ranks = choice.ranked()
    notes = _remarks(planned, timed, choice)
    for take in choice.takes:
        marks = take.marks
        used = standing(choice, take.number)
        values = [marks.score if marks else None, *(marks.measure(name) if marks else None for name in MEASURES)]
        state = "" if take.number in there else "not made" if marks is None else "scores kept, picture let go"
        rank = str(ranks.index(take.number) + 1) if take.number in ranks else "–"
        cells = (str(take.number), rank, *("–" if value is None else f"{value:.3f}" for value in values))
        word = "first of those alike" if used == "best" and len(choice.alike()) > 1 else used
        said = "; ".join(word for word in (word, state, notes.get(take.number, "")) if word)
        row = "".join(f"{cell:>{_WIDTH}}" for cell in cells)
        print(shown(f"{'→' if used else ' '} {row}  {said}".rstrip()))
    if len(choice.alike()) > 1:
        print(f"Scores within {ALIKE} of each other are alike: of those the earlier take comes first.")
    if choice.pick is not None:
        when = f", {choice.pick.when[:10]}" if choice.pick.when else ""
        print(shown(f"In the cut: {in_words(choice)}{when}"))
        if changed(planned, timed, choice):
            print("The shot has changed since it was picked: look again, and pick again.")


def _remarks(planned: Planned, timed: TimedShot, choice: Choice) -> dict[int, str]:
    from runtime.judge.ranking import remarks

    return remarks(_scores(planned.store, choice), timed.shot.fps)


def _scores(store: Store, choice: Choice) -> dict[int, Scores]:
    """The judge's own account of each judged take."""
    from runtime.judge.scores import from_plain

    facts = store.index.facts()
    found = {}
    for take in choice.takes:
        if take.recipe in facts:
            try:
                scores = from_plain(json.loads(facts[take.recipe]))
            except ValueError:
                continue
            if scores is not None:
                found[take.number] = scores
    return found


def _sheet(
    planned: Planned, timed: TimedShot, choice: Choice, there: frozenset[int], wanted: Path | None
) -> tuple[Path | None, str]:
    """Write the contact sheet of the takes that are made; where it is, and why it could not be written."""
    takes = [take for take in choice.takes if take.number in there]
    if not takes:
        return None, ""
    assert planned.loaded.main is not None
    stem = file_name(planned.loaded.main.stem)
    path = wanted or (planned.options.out or Path("build") / stem) / f"{file_name(choice.name)}.takes.png"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sheet_bytes(planned, timed, choice, takes))
    except OSError as error:
        return None, f"{error.strerror or error}: {path}"
    return path, ""


def sheet_bytes(planned: Planned, timed: TimedShot, choice: Choice, takes: Sequence[Take]) -> bytes:
    """The contact sheet of takes that are made, as PNG."""
    from runtime.judge.ranking import remarks
    from runtime.judge.sheet import Row, contact_sheet, cropped, even, stills

    scores = _scores(planned.store, choice)
    notes = remarks(scores, timed.shot.fps)
    wanted = even(timed.shot.frames, _ACROSS)
    boxes = _nearer(timed, wanted)
    rows = []
    for take in takes:
        clips = list(_clips(planned.store, take))
        if choice.held:
            frames = tuple((frame, _still(clips, choice, timed, frame)) for frame in wanted)
        else:
            before = -choice.reel[0][0]
            found = stills(clips, [count for _, count in choice.reel], timed.shot.size, [w + before for w in wanted])
            frames = tuple((frame - before, picture) for frame, picture in found)
        near = tuple(cropped(picture, box) if (box := boxes.get(frame)) else None for frame, picture in frames)
        used = _used(choice, timed, take.number)
        cut = tuple((piece.first, piece.count) for piece in choice.cut.shown if piece.take == take.number)
        if used and not choice.cut.shown:
            cut = ((0, timed.shot.frames),)
        note = notes.get(take.number, "")
        rows.append(Row(take.number, frames, scores.get(take.number), used, note, near, cut if used else ()))
    title = planned.plan.film.title
    missing = len(choice.takes) - len(takes)
    seconds = timed.shot.frames * timed.shot.fps[1] / timed.shot.fps[0]
    said = [f"{seconds:.1f} s", f"{len(choice.takes)} takes" + (f", {missing} not made" if missing else "")]
    said.append("shown without the film's look")
    return contact_sheet(f"{title}: {choice.name}", rows, timed.shot.fps, " · ".join(said))


def _nearer(timed: TimedShot, wanted: Sequence[int]) -> dict[int, tuple[float, float, float, float]]:
    """What to show from nearer of each frame in which people are small: the same of every take, to compare them by."""
    from runtime.judge.framing import looked_for
    from runtime.judge.sheet import nearer

    views = judge_params(timed.shot, ()).composed if not timed.panels else ()
    if not views:
        return {}
    looks = [min(views, key=lambda view: abs(view.frame - frame)) for frame in wanted]
    heads = [[sitter.head for sitter in looked_for(view.sitters)] for view in looks]
    boxes = nearer(heads, timed.shot.size[0] / timed.shot.size[1])
    return {frame: box for frame, box in zip(wanted, boxes, strict=True) if box is not None}


def _still(clips: Sequence[Path], choice: Choice, timed: TimedShot, frame: int) -> Frame8:
    """The picture that is held at a frame."""
    from runtime.judge.sheet import stills

    at = next(number for number, (first, count) in enumerate(choice.reel) if first <= frame < first + count)
    ((_, picture),) = stills([clips[at]], [1], timed.shot.size, [0])
    return picture


def _clips(store: Store, take: Take) -> Iterable[Path]:
    for recipe in take.clips:
        action = store.find(recipe, domain())
        if action is None or not store.sound(action, "clip"):
            raise OSError(0, "a picture in the store is damaged; `film build` makes it again", recipe[:16])
        yield store.path(action, "clip")


def _used(choice: Choice, timed: TimedShot, number: int) -> str:
    """What the film uses of a take, as its sheet says it."""
    used = standing(choice, number)
    if used == "best" and len(choice.alike()) > 1:
        return "none better"
    if used != "picked":
        return used
    rate = timed.shot.fps[0] / timed.shot.fps[1]
    parts = [p for p in choice.cut.shown if p.take == number and p.count < timed.shot.frames]
    return "picked" + ", ".join(f" {p.first / rate:.1f}s–{p.end / rate:.1f}s" for p in parts)
