"""``film pick``: which take of a shot is in the cut, or which stretches of which takes; written to film.picks.toml."""

from __future__ import annotations

import getpass
import json
import os
import re
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from compiler.diagnostics import Report
from compiler.graph.choose import Choice, left_as
from compiler.picks import FILE, Pick, Stretch, disordered, read_stretches
from compiler.picks_read import read_picks
from compiler.picks_write import changed, print_picks
from compiler.project import project_folder
from compiler.staging.model import TimedShot
from compiler.staging.numbers import find_shot, numbered
from compiler.syntax.source import Source
from runtime.cli.build import Loaded, Options, known_facts
from runtime.cli.building import disk_trouble, say
from runtime.cli.choices import choices_of, made
from runtime.cli.demanded import takes_bound
from runtime.cli.elsewhere import at_other_sizes
from runtime.cli.excerpt import shown
from runtime.cli.picked import keep_takes, let_go
from runtime.cli.planned import Planned, with_plan
from runtime.cli.takes import came_back
from runtime.store.kept import in_turn, write_kept
from runtime.store.store import Store

_LONGEST = 300
"""Characters of a reason or a name."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked: a shot, the words that say which take, whether the pick is taken back, who asks and why."""

    shot: str
    words: tuple[str, ...] = ()
    clear: bool = False
    by: str = ""
    why: str = ""


def pick(options: Options, order: Order, form: str) -> int:
    """Write or take back a pick; returns the exit code."""
    if order.clear and order.words:
        say("error: --clear takes the pick back, so it goes without a take")
        return 2
    stretches = read_stretches(" ".join(order.words)) if order.words else ()
    if isinstance(stretches, str):
        return _wrong(order, stretches)
    return with_plan(
        replace(options, shot=order.shot),
        form,
        lambda planned: _pick(planned, order, stretches, form),
        uncut=True,
        without=(lambda loaded, store: _clear_stray(loaded, store, order, form)) if order.clear else None,
    )


def _clear_stray(loaded: Loaded, store: Store, order: Order, form: str) -> int | None:
    """Take back the picks of a shot that is no more; ``None`` when there are none."""
    assert loaded.main is not None
    path = project_folder(loaded.main) / FILE
    try:
        with in_turn(store.root, "picks"):
            sources: dict[str, Source] = {}
            picks = read_picks(path.parent, sources, Report())
            mine = tuple(p for p in picks if order.shot in (p.shot, p.key) and p.film in ("", loaded.main.name))
            if not mine:
                return None
            write_kept(path, changed(sources[str(path)], picks, mine, None))
        for key in {pick.key or pick.shot for pick in mine}:
            let_go(store, loaded.main.name, key)
    except OSError as error:
        return disk_trouble(error)
    if form == "json":
        print(json.dumps({"shot": order.shot, "take": None, "file": str(path), "changed": True}, ensure_ascii=False))
    else:
        print(f"{shown(order.shot)}: the pick is taken back, and there is no such shot any more")
    return 0


def split_words(words: Sequence[str]) -> tuple[str, tuple[str, ...], Path]:
    """Shot, words of the take and film of a command line: the film is named last, or first as other commands have it."""
    rest = list(words)
    film = Path()
    if len(rest) > 1 and _names_film(rest[-1]):
        film = Path(rest.pop())
    elif len(rest) > 1 and _names_film(rest[0]) and not _is_take(rest[1]):
        film = Path(rest.pop(0))
    return (rest[0] if rest else ""), tuple(rest[1:]), film


def _is_take(word: str) -> bool:
    if re.fullmatch(r"#?\d+,?", word):
        return True
    return ".." in word.strip("/.") or re.match(r"\.\.\d|\d\S*\.\.$|\d\S*–", word) is not None


def _names_film(word: str) -> bool:
    """Whether a word is a path: it is there, or is written as the paths of films are."""
    written = word.endswith((".film", ".fountain")) or "/" in word
    return not _is_take(word) and (written or os.path.exists(word))  # noqa: PTH110 - Path.exists may raise


def _pick(planned: Planned, order: Order, stretches: tuple[Stretch, ...], form: str) -> int:
    assert planned.loaded.main is not None
    timed = find_shot(planned.plan.film, planned.plan.timeline.shots, order.shot)
    assert timed is not None
    if left_as(timed.key):
        return _wrong(order, came_back(planned, timed), "pick that shot: what it is picked as, this one shows, too")
    found = choices_of(planned)
    choice = found[0][1] if found else None
    if not order.clear and not stretches:
        return _show(timed, choice, form)
    if not order.clear and (wrong := _impossible(timed, choice, stretches, planned)):
        return _wrong(order, *wrong)
    main = planned.loaded.main
    path = project_folder(main) / FILE
    elsewhere: list[tuple[tuple[int, int], Choice]] = []
    fresh = None if order.clear else _new(planned, timed, choice, order, stretches)
    try:
        with in_turn(planned.store.root, "picks"):
            report = Report()
            sources: dict[str, Source] = {}
            before = read_picks(path.parent, sources, report)
            if report.failed:
                say(f"error: {FILE} cannot be written while it is not readable; `film check` says what is wrong")
                return 1
            number = numbered(planned.plan.film, planned.plan.timeline.shots)[timed.key]
            mine = tuple(pick for pick in before if _of(pick, timed, number, main.name))
            if mine or fresh is not None:
                source = sources.get(str(path))
                new = [fresh] if fresh is not None else []
                write_kept(path, print_picks(new) if source is None else changed(source, before, mine, fresh))
        if fresh is None:
            let_go(planned.store, main.name, timed.key)
        elif choice is not None:
            elsewhere = _elsewhere(planned, choice, {s.take for s in stretches})
            every = (choice, *(other for _, other in elsewhere))
            keep_takes(planned.store, main.name, every, {s.take for s in stretches}, alone=True)
    except OSError as error:
        return disk_trouble(error)
    if form == "json":
        print(json.dumps(_json(planned, timed, path, fresh, bool(mine or fresh)), ensure_ascii=False))
    else:
        _tell(planned, timed, choice, path, fresh, bool(mine or fresh), [size for size, _ in elsewhere])
    return 0


def _elsewhere(planned: Planned, choice: Choice, takes: set[int]) -> list[tuple[tuple[int, int], Choice]]:
    """Sizes other than the film's own at which takes of the shot that are picked are made, where they are not made in that."""
    if takes <= made(choice, planned.store):
        return []
    found = []
    for other in at_other_sizes(planned):
        small = choices_of(other)
        if small and takes & made(small[0][1], planned.store):
            found.append((small[0][0].shot.size, small[0][1]))
    return found


def _of(pick: Pick, timed: TimedShot, number: str, film: str) -> bool:
    """Whether a pick is of this shot of this film."""
    if pick.film and pick.film != film:
        return False
    return timed.key == pick.key if pick.key else pick.shot in (timed.key, timed.name, number)


def _new(
    planned: Planned, timed: TimedShot, choice: Choice | None, order: Order, stretches: tuple[Stretch, ...]
) -> Pick:
    named = timed.name if _has_name(planned, timed) else timed.key
    assert planned.loaded.main is not None
    own = choice.looked_at if choice is not None and timed.shot.size == planned.plan.film.size else ""
    return Pick(
        named,
        stretches,
        timed.key if timed.key != named else "",
        planned.loaded.main.name if _several_films(planned.loaded.main) else "",
        " ".join((order.by or _who(planned.loaded.main.parent)).split())[:_LONGEST],
        time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        " ".join(order.why.split())[:_LONGEST],
        own,
    )


def _has_name(planned: Planned, timed: TimedShot) -> bool:
    """Whether the film gives the shot a name; others go by scene and number, which an edit may change."""
    return re.fullmatch(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", timed.name) is not None


def _several_films(main: Path) -> bool:
    """Whether the folder has other sources, so that a pick has to say which film it is of."""
    try:
        return sum(path.suffix.lower() in (".film", ".fountain") for path in main.parent.iterdir()) > 1
    except OSError:
        return False


def _who(folder: Path) -> str:
    """The user as git knows them, else as the system does."""
    try:
        found = subprocess.run(
            ["git", "config", "user.name"],
            cwd=folder, capture_output=True, text=True, timeout=5, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        if found.returncode == 0 and found.stdout.strip():
            return found.stdout.strip()
    except (OSError, subprocess.SubprocessError, UnicodeError):
        pass
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def _impossible(
    timed: TimedShot, choice: Choice | None, stretches: tuple[Stretch, ...], planned: Planned
) -> tuple[str, str] | None:
    """Why these cannot be picked, and what can."""
    rate = planned.plan.film.rate
    most = takes_bound(choice)
    name = shown(timed.name)
    for stretch in stretches:
        if stretch.take > most:
            have = f"{name} has {most} take{'s' * (most > 1)}"
            if choice is None:
                return have, "nobody and nothing is staged in it, so that another take would be the same"
            others = f", or pick one of 1 to {most}" if most > 1 else ""
            return have, f"write `takes: {stretch.take}` below the shot to have so many{others}"
    wrong = disordered(stretches, rate.fps)
    if wrong is not None:
        return (
            f"the stretch `{wrong[0]}` begins before `{wrong[1]}` has ended",
            "give the stretches in the order of the shot's time",
        )
    frames = timed.shot.frames
    seconds = f"{float(rate.seconds(frames)):.4g}"
    for stretch in stretches:
        first, end = stretch.frames(rate.fps)
        if timed.exact and (first >= frames or (end or 0) > frames):
            return f"`{stretch}` lies outside the shot, which is {seconds} s long", f"pick within 0s..{seconds}s"
        if end is not None and end <= first:
            return f"`{stretch}` is shorter than a frame", "a frame lasts 1/" + f"{float(rate.fps):.4g} s"
    return None


def _wrong(order: Order, reason: str, remedy: str = "") -> int:
    say(f"error: {shown(reason)}")
    usual = (
        f"`film pick {order.shot} 2`, `film pick {order.shot} 3 1.2s..4s`, `film pick {order.shot} 2 0s..2s 3 2s..5s`"
    )
    say(f"  = help: {shown(remedy or usual)}")
    return 1


def _show(timed: TimedShot, choice: Choice | None, form: str) -> int:
    """Without a take: what is picked now."""
    pick = choice.pick if choice else None
    if form == "json":
        print(json.dumps({"shot": timed.name, "key": timed.key, "take": str(pick) if pick else None}))
        return 0
    if pick is None:
        name, most = shown(timed.name), takes_bound(choice)
        one = f", and it has one take; `film pick {name} 1 0s..2s` keeps a part of it"
        print(f"{name}: nothing is picked" + (f"; `film pick {name} 2` picks take 2" if most > 1 else one))
        return 0
    said = f" by {pick.by}" if pick.by else ""
    said += f" on {pick.when[:10]}" if pick.when else ""
    said += f": {pick.why}" if pick.why else ""
    print(shown(f"{timed.name}: take {pick} was picked{said}"))
    return 0


def _json(planned: Planned, timed: TimedShot, path: Path, fresh: Pick | None, done: bool) -> dict[str, object]:
    return {
        "shot": timed.name,
        "key": timed.key,
        "take": str(fresh) if fresh else None,
        "by": fresh.by if fresh else None,
        "why": fresh.why if fresh else None,
        "file": str(path),
        "changed": done,
    }


def _tell(
    planned: Planned,
    timed: TimedShot,
    choice: Choice | None,
    path: Path,
    fresh: Pick | None,
    done: bool,
    elsewhere: Sequence[tuple[int, int]],
) -> None:
    name = shown(timed.name)
    if fresh is None:
        print(f"{name}: the pick is taken back" if done else f"{name}: nothing was picked")
        return
    print(shown(f"{timed.name}: take {fresh} is in the cut, picked by {fresh.by or 'nobody named'}"))
    print(f"  {path}")
    rate = planned.plan.film.rate
    for line in _lost(planned, timed, fresh.stretches):
        print(shown(f"  {line}"))
    left = sum(_count(s, timed, rate.fps) for s in fresh.stretches)
    if left < timed.shot.frames:
        gone = float(rate.seconds(timed.shot.frames - left))
        print(
            f"  the shot is {float(rate.seconds(left)):.2f} s long in the cut, {gone:.2f} s shorter than it was played"
        )
    if choice is not None and (missing := {s.take for s in fresh.stretches} - made(choice, planned.store)):
        several = len(missing) > 1
        listed = f"take{'s' * several} {', '.join(map(str, sorted(missing)))}"
        if elsewhere:
            across, down = elsewhere[0]
            print(f"  looked at in {across}x{down}: the next build in the film's own size makes {listed} in that")
        else:
            print(f"  not made yet: {listed}; the next build makes {'them' if several else 'it'}")
    if not _has_name(planned, timed):
        print("  the shot has no name, so the pick holds by its key, which changes when shots like it come before it;")
        print(f"  to be sure, name it: `shot NAME: …` with `key: {timed.key}` below")


def _count(stretch: Stretch, timed: TimedShot, fps: Fraction) -> int:
    """Frames of a stretch that the shot has."""
    first, end = stretch.frames(fps)
    return max(0, min(timed.shot.frames, timed.shot.frames if end is None else end) - first)


def _lost(planned: Planned, timed: TimedShot, stretches: tuple[Stretch, ...]) -> list[str]:
    """Words that are said in the shot and are not in the cut, speech by speech."""
    film, loaded, rate = planned.loaded.film, planned.loaded, planned.plan.film.rate
    assert film is not None
    facts = known_facts(film, planned.store, planned.options, loaded.locked)
    zero, frames = timed.first_frame + timed.shot.head, timed.shot.frames
    kept = [(a, frames if b is None else b) for a, b in (stretch.frames(rate.fps) for stretch in stretches)]
    said = []
    for speech in planned.plan.timeline.speeches:
        timing = facts.line(speech.line)
        words = (speech.caption or speech.line.text).split()
        if speech.voice_over or len(words) != len(timing.words):
            continue
        lost = [
            word
            for word, (a, b) in zip(words, timing.words, strict=True)
            if 0 <= (at := (speech.start + (a + b) / 2) * float(rate.fps) - zero) < frames
            and not any(first <= at < end for first, end in kept)
        ]
        if lost:
            said.append(f"cuts {len(lost)} of {len(words)} words of {speech.character}: “{' '.join(lost)}”")
    return said
