"""``film takes``: the takes of a shot, or of all shots, with what they were found to be, and their contact sheet."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.diagnostics import Report
from compiler.graph.choose import Choice, Take, choose, left_as
from compiler.profiles import PROFILES
from compiler.staging.model import TimedShot
from runtime.cli.build import Options, file_name, known_facts
from runtime.cli.building import build_film, say
from runtime.cli.excerpt import shown
from runtime.cli.planned import Planned, with_plan
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


def show_takes(options: Options, wish: Wish, form: str) -> int:
    """Print takes and write a shot's contact sheet; returns the exit code."""
    if wish.make:
        code = build_film(replace(options, shot=wish.shot, takes=True), "text")
        if code:
            return code
    if not wish.shot:
        return with_plan(options, form, lambda planned: _all(planned, form))
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


def choices_of(planned: Planned) -> tuple[tuple[TimedShot, Choice], ...]:
    """Shots that ask for takes or are picked, with what is known of those; or the one shot of a plan that is of one."""
    assert planned.loaded.film is not None
    loaded, options, plan = planned.loaded, planned.options, planned.plan
    assert loaded.film is not None
    facts = known_facts(loaded.film, planned.store, options, loaded.locked, loaded.picks)
    shots = {timed.key: timed for timed in plan.timeline.shots}
    only = next((key for key, timed in shots.items() if options.shot and options.shot in (key, timed.name)), "")
    found = choose(loaded.film, plan.timeline, facts, PROFILES["previz"], Report(), only=only, every=bool(only))
    return tuple((shots[choice.key], choice) for choice in found if choice.takes)


def _one(planned: Planned, wish: Wish, form: str) -> int:
    found = choices_of(planned)
    if not found:
        return _no_takes(planned, wish.shot, form)
    timed, choice = found[0]
    there = made(choice, planned.store)
    sheet, trouble = _sheet(planned, timed, choice, there, wish.sheet)
    if form == "json":
        print(
            json.dumps(
                {**choice_json(timed, choice, there), "sheet": str(sheet) if sheet else None}, ensure_ascii=False
            )
        )
    else:
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
    timed = next(s for s in planned.plan.timeline.shots if name in (s.key, s.name))
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


def made(choice: Choice, store: Store) -> frozenset[int]:
    """Numbers of the takes whose pictures are there."""
    known = store.known({recipe for take in choice.takes for recipe in take.clips}, domain())
    return frozenset(take.number for take in choice.takes if take.clips and set(take.clips) <= known)


def take_json(timed: TimedShot, choice: Choice, take: Take, there: frozenset[int]) -> dict[str, object]:
    """A take for programs."""
    marks, ranks = take.marks, choice.ranked()
    return {
        "take": take.number,
        "seed": timed.shot.seed,
        "made": take.number in there,
        "judged": marks is not None,
        "score": None if marks is None else marks.score,
        "measures": {} if marks is None else dict(marks.measures),
        "rank": ranks.index(take.number) + 1 if take.number in ranks else None,
        "chosen": standing(choice, take.number),
    }


def choice_json(timed: TimedShot, choice: Choice, there: frozenset[int]) -> dict[str, object]:
    """A shot's takes for programs. ``chosen`` is "picked", "best" or ""."""
    rate = timed.shot.fps[0] / timed.shot.fps[1]
    pick = choice.pick
    return {
        "shot": choice.name,
        "key": choice.key,
        "asked": choice.asked,
        "seconds": round(timed.shot.frames / rate, 3),
        "takes": [take_json(timed, choice, take, there) for take in choice.takes],
        "cut": [
            {"take": piece.take, "from": round(piece.first / rate, 3), "to": round(piece.end / rate, 3)}
            for piece in choice.cut.shown
        ],
        "settled": choice.cut.settled,
        "pick": None
        if pick is None
        else {"take": str(pick), "by": pick.by, "when": pick.when, "why": pick.why, "changed": changed(choice)},
    }


def changed(choice: Choice) -> bool:
    """Whether a shot is no longer what was looked at when it was picked."""
    return bool(choice.pick and choice.pick.recipe and choice.looked_at) and (
        choice.pick is not None and choice.pick.recipe != choice.looked_at
    )


def standing(choice: Choice, number: int) -> str:
    """What the film uses of a take: "picked", "best", or "" for nothing."""
    if choice.pick is not None:
        return "picked" if number in choice.shown else ""
    settled = choice.cut.settled and len(choice.takes) > 1 and choice.takes[0].marks is not None
    return "best" if settled and number in choice.shown else ""


def _all(planned: Planned, form: str) -> int:
    """Every shot that asks for more than one take, or is picked."""
    found = [(t, c) for t, c in choices_of(planned) if c.asked > 1 or c.pick or len(c.takes) > 1]
    if form == "json":
        rows = [choice_json(timed, choice, made(choice, planned.store)) for timed, choice in found]
        print(json.dumps({"shots": rows}, ensure_ascii=False))
        return 0
    if not found:
        print("No shot of this film asks for takes, and none is picked: write `takes: 3` below a shot.")
        return 0
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("shot")
    for name in ("takes", "made", "judged", "best"):
        table.add_column(name, justify="right")
    table.add_column("in the cut")
    for _, choice in found:
        ranks = choice.ranked()
        best = next((t.marks.score for t in choice.takes if ranks and t.number == ranks[0] and t.marks), None)
        table.add_row(
            shown(choice.name),
            str(len(choice.takes)),
            str(len(made(choice, planned.store))),
            str(len(ranks)),
            f"{best:.3f}" if best is not None else "–",
            shown(in_words(choice)),
        )
    console = Console(highlight=False)
    console.print(table)
    console.print(
        "`film takes SHOT` shows the takes of one; `film pick SHOT TAKE` puts one into the cut.", soft_wrap=True
    )
    return 0


def in_words(choice: Choice) -> str:
    """What of a shot is in the cut."""
    if choice.pick is not None:
        who = f" by {choice.pick.by}" if choice.pick.by else ""
        why = f": {choice.pick.why}" if choice.pick.why else ""
        return f"take {choice.pick}, picked{who}{why}"
    if not choice.cut.settled:
        return "open: they are judged when they are made"
    return f"take {choice.shown[0]}" + (", the best" if standing(choice, choice.shown[0]) else "")


def _tell_one(planned: Planned, timed: TimedShot, choice: Choice, there: frozenset[int]) -> None:
    """A table that stays one line a take, however wide the screen is: remarks stand last and are not wrapped."""
    seconds = timed.shot.frames * timed.shot.fps[1] / timed.shot.fps[0]
    takes = f"{choice.asked} take{'s' * (choice.asked > 1)}"
    estimate = "" if timed.exact else " (estimated)"
    print(shown(f"{choice.name}: {seconds:.1f} s{estimate}, asks for {takes}, seed {timed.shot.seed}"))
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
        said = "; ".join(word for word in (used, state, notes.get(take.number, "")) if word)
        row = "".join(f"{cell:>{_WIDTH}}" for cell in cells)
        print(shown(f"{'→' if used else ' '} {row}  {said}".rstrip()))
    if choice.pick is not None:
        when = f", {choice.pick.when[:10]}" if choice.pick.when else ""
        print(shown(f"In the cut: {in_words(choice)}{when}"))
        if changed(choice):
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
    from runtime.judge.sheet import Row, contact_sheet, even, stills

    scores = _scores(planned.store, choice)
    notes = remarks(scores, timed.shot.fps)
    wanted = even(timed.shot.frames, _ACROSS)
    rows = []
    for take in takes:
        clips = list(_clips(planned.store, take))
        if choice.held:
            frames = tuple((frame, _still(clips, choice, timed, frame)) for frame in wanted)
        else:
            before = -choice.reel[0][0]
            found = stills(clips, [count for _, count in choice.reel], timed.shot.size, [w + before for w in wanted])
            frames = tuple((frame - before, picture) for frame, picture in found)
        rows.append(
            Row(
                take.number,
                frames,
                scores.get(take.number),
                _used(choice, timed, take.number),
                notes.get(take.number, ""),
            )
        )
    title = planned.plan.film.title
    missing = len(choice.takes) - len(takes)
    note = f"{len(choice.takes)} takes" + (f", {missing} not made" if missing else "")
    return contact_sheet(f"{title}: {choice.name}", rows, timed.shot.fps, note)


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
    if used != "picked":
        return used
    rate = timed.shot.fps[0] / timed.shot.fps[1]
    parts = [p for p in choice.cut.shown if p.take == number and p.count < timed.shot.frames]
    return "picked" + ", ".join(f" {p.first / rate:.1f}s–{p.end / rate:.1f}s" for p in parts)
