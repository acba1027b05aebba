"""Which take of a shot is in the cut: the director's pick, else the best of those that were judged, else it is still open.

Pure: scores are facts under the recipe of what judged them. A requirement that no take has met yet asks for more, up to a
bound; every fact settles one take for good, so that this ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from compiler.codes import W
from compiler.diagnostics import Report
from compiler.graph.codec import Writer
from compiler.graph.facts import Facts
from compiler.graph.fragment import FragmentBuilder
from compiler.graph.keys import digest
from compiler.graph.lower_picture import PictureLowering
from compiler.graph.lower_sound import lower_speech
from compiler.graph.lower_takes import judge
from compiler.graph.marks import ALIKE, Marks, in_order, marks_of
from compiler.limits import REQUIRED_TAKES
from compiler.meaning.film import Film, Look, Requirement, Shot, Speech
from compiler.meaning.requirements import OF_TAKES
from compiler.names import hint
from compiler.picks import Pick, disordered, is_number
from compiler.profiles import Profile
from compiler.staging.model import StagedShot, TimedShot, Timeline
from compiler.staging.model_takes import Piece, Takes
from compiler.staging.numbers import find_shot
from compiler.timebase import FrameRate

_RETURN = re.compile(r"/again(?:#\d+)?$")
"""Ends the key of what a set-up shows once more, after a shot within a speech."""
_EXACTLY = 1e-6


@dataclass(frozen=True, slots=True)
class Take:
    """One take of a shot: what it is made and judged under, and what it was found to be."""

    number: int
    recipe: str
    """Of what judges it; "" where nothing does."""
    clips: tuple[str, ...]
    """Recipes of its clips in the order of the shot's time, handles included; several may be one held picture."""
    marks: Marks | None


@dataclass(frozen=True, slots=True)
class Choice:
    """What is known of a shot's takes, and what of them is in the cut."""

    key: str
    name: str
    asked: int
    """Takes that the shot asks for."""
    takes: tuple[Take, ...]
    """Those that are asked for or picked, by number."""
    cut: Takes
    pick: Pick | None
    requires: tuple[Requirement, ...]
    """What its takes have to measure: the shot's own, its scene's, the film's."""
    looked_at: str
    """What the shot is, as a pick remembers it."""
    reel: tuple[tuple[int, int], ...] = ()
    """(first frame, counted from that of the shot's body, and number of frames) of each clip of a take."""
    held: bool = False
    """A clip is one picture, held for all of its frames."""

    @property
    def shown(self) -> tuple[int, ...]:
        """Numbers of the takes in the cut, in playing order."""
        return tuple(dict.fromkeys(piece.take for piece in self.cut.shown)) or (1,)

    def ranked(self) -> list[int]:
        """Numbers of the judged takes, best first."""
        return _ranked(self.takes, self.requires)

    def alike(self) -> list[int]:
        """Numbers of the takes whose scores cannot be told from that of the best, by number."""
        return _alike(self.takes, self.requires)


def choose(
    film: Film,
    timeline: Timeline,
    facts: Facts,
    profile: Profile,
    report: Report,
    *,
    only: str = "",
    every: bool = False,
) -> tuple[Choice, ...]:
    """The choices of a film, or of the shot whose key is ``only``; of shots without takes, picks or requirements none.

    ``every``: of all shots that people are staged in, for who wants to see their takes. What is wrong with a pick is
    reported.
    """
    written = _written(film)
    asking = _Asking(film, written)
    found = _by_shot(film, facts.picks, timeline, report) if facts.picks else {}
    choices: dict[str, Choice] = {}
    writer = Writer()  # one for all: people and places are the same in many shots
    for timed in timeline.shots:
        if only and timed.key not in (only, left_as(only)):
            continue
        shot = written.get(timed.key)
        pick = found.get(timed.key)
        takes, requires = asking.of(timed, shot)
        if left_as(timed.key):
            main = choices.get(left_as(timed.key))
            if main is not None and main.cut != Takes():
                choices[timed.key] = _following(timed, main)
        elif pick or takes > 1 or requires or (every and can_differ(timed)):
            choices[timed.key] = _chosen(film, timed, takes, requires, pick, facts, profile, report, writer)
    return tuple(choice for key, choice in choices.items() if not only or key == only)


def cuts(choices: Iterable[Choice]) -> dict[str, Takes]:
    """What the choices come to, by shot key; shots that show the whole of their only take are left out."""
    return {choice.key: choice.cut for choice in choices if choice.cut != Takes()}


def all_takes(choice: Choice) -> Choice:
    """The choice of who wants to look at every take: each is made, and judged if it has not been."""
    numbers = tuple(take.number for take in choice.takes)
    open_ = tuple(take.number for take in choice.takes if take.recipe and take.marks is None)
    return replace(choice, cut=replace(choice.cut, judged=open_, kept=numbers))


def left_as(key: str) -> str:
    """Key of the shot that comes back in this one, after a shot within its speech; "" when none does."""
    found = _RETURN.sub("", key)
    return "" if found == key else found


def can_differ(timed: TimedShot) -> bool:
    """Whether another take of a shot would be another picture: something is staged and photographed."""
    return any(
        shot.set is not None and shot.still is None and (shot.plate is None or bool(shot.plate.key))
        for shot in (timed.shot, *(panel.shot for panel in timed.panels))
    )


def looked_at(timed: TimedShot, writer: Writer) -> str:
    """A digest of a shot as it is played and photographed, whatever its size, its look, its titles and the tools."""
    plain = [_plain(timed.shot), *(_plain(panel.shot) for panel in timed.panels)]
    lines = [*timed.lines, *(line for panel in timed.panels for line in panel.lines)]
    return digest(writer.text([writer.text(plain), writer.text(lines)]))[:16]


def meets(requirement: Requirement, value: float | None) -> bool:
    """Whether a measured value is as required; never when there is none."""
    if value is None:
        return False
    match requirement.comparison:
        case ">=":
            return value >= requirement.value - _EXACTLY
        case "<=":
            return value <= requirement.value + _EXACTLY
        case ">":
            return value > requirement.value
        case "<":
            return value < requirement.value
        case _:
            return abs(value - requirement.value) <= _EXACTLY


def _chosen(
    film: Film,
    timed: TimedShot,
    asked: int,
    requires: tuple[Requirement, ...],
    pick: Pick | None,
    facts: Facts,
    profile: Profile,
    report: Report,
    writer: Writer,
) -> Choice:
    differ = can_differ(timed)
    asked = asked if differ else 1
    lowering = _Lowering.of(film, timed, facts, writer)
    judged = requires if requires and lowering.take(1).recipe else ()
    own = looked_at(timed, writer) if timed.exact else ""
    if pick is not None:
        shown = _picked(timed, pick, asked, differ, film.rate, report)
        _look_again(film, timed, pick, own, report)
        numbers = sorted({piece.take for piece in shown} | set(range(1, asked + 1)))
        takes = tuple(lowering.take(number) for number in numbers)
        open_ = [t for t in takes if t.number in {piece.take for piece in shown} and t.marks is None]
        want = tuple(t.number for t in open_) if judged and not profile.board and differ else ()
        label = ", ".join(f"take {n}" for n in dict.fromkeys(piece.take for piece in shown)) + ", picked"
        cut = Takes(_canonical(shown, timed), want, label=label)
        return Choice(timed.key, timed.name, asked, takes, cut, pick, judged, own, lowering.reel, lowering.held)
    bound = max(asked, REQUIRED_TAKES.value) if judged and differ else asked
    count = asked
    takes = tuple(lowering.take(number) for number in range(1, count + 1))
    while count < bound and all(t.marks is not None for t in takes) and not any(_good(t, judged) for t in takes):
        more = min(2 * count, bound)
        takes += tuple(lowering.take(number) for number in range(count + 1, more + 1))
        count = more
    want = tuple(t.number for t in takes if t.marks is None) if count > 1 or judged else ()
    if want and profile.board:  # it judges nothing; what is known of the rendered takes it shows
        return Choice(timed.key, timed.name, asked, takes, Takes(), None, judged, own, lowering.reel, lowering.held)
    if want or count == 1:
        label = f"take 1 of {count}, not judged yet" if want and count > 1 else ""
        cut = Takes((), want, not (want and count > 1), label=label)
        return Choice(timed.key, timed.name, asked, takes, cut, None, judged, own, lowering.reel, lowering.held)
    best = _ranked(takes, judged)[0]
    shown = _canonical((Piece(best, 0, timed.shot.frames),), timed)
    why = "none is clearly better" if len(_alike(takes, judged)) > 1 else "best score"
    cut = Takes(shown, label=f"take {best} of {count}, {why}")
    return Choice(timed.key, timed.name, asked, takes, cut, None, judged, own, lowering.reel, lowering.held)


def _following(timed: TimedShot, main: Choice) -> Choice:
    """What a set-up shows when it comes back: the take that it left with."""
    take = main.shown[-1]
    shown = () if take == 1 else (Piece(take, 0, timed.shot.frames),)
    cut = Takes(shown, (), main.cut.settled, label=main.cut.label)
    return Choice(timed.key, timed.name, 1, (), cut, None, (), "")


def _picked(
    timed: TimedShot, pick: Pick, asked: int, differ: bool, rate: FrameRate, report: Report
) -> tuple[Piece, ...]:
    """The pieces a pick means, each within the shot; the whole of its first take when none is."""
    frames = timed.shot.frames
    length = f"{float(rate.seconds(frames)):g}"
    found: list[Piece] = []
    beyond = next((s.take for s in pick.stretches if s.take > asked), 0)
    if beyond:
        ask = f"write `takes: {beyond}` in the shot to have it judged with the others, or pick another"
        report(
            W.BEYOND_TAKES, pick.place, take=beyond, shot=timed.name, asked=f"{asked} take{'s' * (asked > 1)}",
            help=ask if differ else "pick take 1: every take of it is the same",
        )  # fmt: skip
    for stretch in pick.stretches:
        first, end = stretch.frames(rate.fps)
        last = frames if end is None else min(end, frames)
        at = found[-1].end if found else 0
        if timed.exact and (first >= frames or (end is not None and end > frames)):
            report(
                W.PICK_OUTSIDE, pick.place, text=str(stretch), shot=timed.name, seconds=length,
                help=f"pick it again: `film pick {timed.name} {stretch.take} …`, within 0s..{length}s",
            )  # fmt: skip
        first = max(first, at)
        if first < last:
            found.append(Piece(stretch.take if differ else 1, first, last - first))
    if not found:
        found = [Piece(pick.stretches[0].take if differ else 1, 0, frames)]
    return tuple(found)


def _look_again(film: Film, timed: TimedShot, pick: Pick, own: str, report: Report) -> None:
    """Say so when a shot is not what it was when it was picked, as far as that can be told at this size."""
    if not pick.recipe or not own or timed.shot.size != film.size or pick.recipe == own:
        return
    words = str(pick).replace(",", "")
    report(
        W.PICK_CHANGED, pick.place or pick.span, shot=timed.name, take=pick.stretches[0].take,
        help=f"look at it with `film takes {timed.name}`, then pick again: `film pick {timed.name} {words}`",
    )  # fmt: skip


def _canonical(pieces: Sequence[Piece], timed: TimedShot) -> tuple[Piece, ...]:
    """The fewest pieces that show the same; none at all for the whole of take 1."""
    made: list[Piece] = []
    for piece in pieces:
        if made and made[-1].take == piece.take and made[-1].end == piece.first:
            made[-1] = replace(made[-1], count=made[-1].count + piece.count)
        else:
            made.append(piece)
    return () if made == [Piece(1, 0, timed.shot.frames)] else tuple(made)


def _good(take: Take, requires: Sequence[Requirement]) -> bool:
    return take.marks is not None and all(meets(r, take.marks.measure(r.measure)) for r in requires)


def _ranked(takes: Iterable[Take], requires: Sequence[Requirement]) -> list[int]:
    """The judged takes: those that meet what is required, then the others; each the better first, of those alike the earlier."""
    known = [take for take in takes if take.marks is not None]
    good = {take.number: take.marks.score for take in known if take.marks and _good(take, requires)}
    rest = {take.number: take.marks.score for take in known if take.marks and take.number not in good}
    return in_order(good) + in_order(rest)


def _alike(takes: Iterable[Take], requires: Sequence[Requirement]) -> list[int]:
    known = [take for take in takes if take.marks is not None]
    some = any(_good(take, requires) for take in known)
    scores = {t.number: t.marks.score for t in known if t.marks and (not some or _good(t, requires))}
    top = max(scores.values(), default=0.0)
    return [number for number, score in sorted(scores.items()) if score >= top - ALIKE - 1e-9]


@dataclass(slots=True)
class _Lowering:
    """Lowers the takes of one shot, to learn what they are kept under."""

    build: FragmentBuilder
    picture: PictureLowering
    timed: TimedShot
    facts: Facts
    reel: tuple[tuple[int, int], ...] = ()
    held: bool = False

    @classmethod
    def of(cls, film: Film, timed: TimedShot, facts: Facts, writer: Writer) -> _Lowering:
        build = FragmentBuilder(facts.tools, writer)
        lines = [*timed.lines, *(line for panel in timed.panels for line in panel.lines)]
        speak = {line: lower_speech(build, line, facts) for line in dict.fromkeys(lines)}
        return cls(build, PictureLowering(build, film.rate, False, speak, facts.files), timed, facts)

    def take(self, number: int) -> Take:
        reel = self.picture.reel(self.timed, number)
        judged = judge(self.build, reel)
        recipe = "" if judged is None else self.build.recipe(judged)
        order = sorted(reel.clips.items(), key=lambda item: item[0].first)
        self.reel, self.held = tuple((window.first, window.count) for window, _ in order), reel.held
        marks = marks_of(self.facts.values.get(recipe)) if recipe else None
        return Take(number, recipe, tuple(self.build.recipe(ref) for _, ref in order), marks)


class _Asking:
    """How many takes shots ask for, and what is required of them."""

    def __init__(self, film: Film, written: Mapping[str, Shot]) -> None:
        self.film = film
        self.plain = not any(shot.generation.takes > 1 or shot.requires for shot in written.values())
        self.wide = any(scene.requires for scene in film.scenes) or bool(film.requires)

    def of(self, timed: TimedShot, shot: Shot | None) -> tuple[int, tuple[Requirement, ...]]:
        if self.plain and not self.wide:
            return 1, ()
        levels = (self.film.requires, self.film.scenes[timed.scene].requires, shot.requires if shot else ())
        found: dict[tuple[str, str], Requirement] = {}
        for level in levels:
            found |= {(r.measure, r.subject): r for r in level if r.measure in OF_TAKES and not r.subject}
        return shot.generation.takes if shot else 1, tuple(found.values())


def _written(film: Film) -> dict[str, Shot]:
    """Shots by the key they are staged under."""
    found: dict[str, Shot] = {}
    for scene in film.scenes:
        for item in scene.items:
            if isinstance(item, Shot):
                found.setdefault(item.key or item.name, item)
            elif isinstance(item, Speech):
                for _, shot in item.cuts:
                    found.setdefault(shot.key or shot.name, shot)
    return found


def _by_shot(film: Film, picks: Sequence[Pick], timeline: Timeline, report: Report) -> dict[str, Pick]:
    """Picks by the key of the shot they are of: by the key they say, else by name or number; those of no shot are reported."""
    keys = {timed.key for timed in timeline.shots}
    names = {timed.name: timed.key for timed in reversed(timeline.shots)}
    found: dict[str, Pick] = {}
    for pick in sorted(picks, key=_placed):  # a name says more surely which shot is meant
        wrong = disordered(pick.stretches)
        key = next((k for k in (pick.key, names.get(pick.shot, ""), pick.shot) if k and k in keys), "")
        if _placed(pick):
            key = _by_place(film, pick, timeline, found, report)
        if not key:
            known = [name for name in names if not is_number(name)]
            remedy = hint(report, pick.shot, known) or "remove it, or write the shot's name as it is now"
            report(W.UNKNOWN_PICK, pick.span, shot=pick.shot, help=remedy)
        elif wrong is None:
            found.setdefault(key, pick)
    return found


def _placed(pick: Pick) -> bool:
    """Whether a pick calls its shot by its number alone."""
    return not pick.key and is_number(pick.shot)


def _by_place(film: Film, pick: Pick, timeline: Timeline, found: Mapping[str, Pick], report: Report) -> str:
    """Key of the shot that a pick calls by its number, which is said to be no name."""
    timed = find_shot(film, timeline.shots, pick.shot)
    if timed is None:
        return ""
    own = timed.name if timed.name != pick.shot else timed.key
    remedy = f'write `shot = "{own}"`, or pick it again: `film pick {pick.shot} {str(pick).replace(",", "")}`'
    if timed.key in found:
        remedy = f"remove it: `{own}`, which it means, has a pick of its own, and that is in the cut"
    report(W.PICK_BY_PLACE, pick.named or pick.span, shot=pick.shot, help=remedy)
    return timed.key


def _plain(shot: StagedShot) -> StagedShot:
    return replace(shot, size=(0, 0), look=Look(), overlays=(), head=0, tail=0)
