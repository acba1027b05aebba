"""What a body did, found by when it was: the same answers as looking at everything it ever did."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.staging.history import FOREVER, Did, History
from compiler.staging.model import Act, ActKind, Stance

KINDS = st.sampled_from(
    [ActKind.WALK, ActKind.SIT, ActKind.LOOK, ActKind.EMOTE, ActKind.REACH, ActKind.HOLD, ActKind.CLOSE_EYES, ActKind.SPEAK]
)  # fmt: skip
TIMES = st.integers(0, 400).map(lambda n: Fraction(n, 8))
LENGTHS = st.integers(0, 300).map(lambda n: Fraction(n, 8))


@st.composite
def deeds(draw: st.DrawFn) -> list[Did]:
    """Acts nearly in order of time, as they are settled."""
    made, now = [], Fraction(0)
    for number in range(draw(st.integers(0, 24))):
        kind = draw(KINDS)
        now = max(Fraction(0), now + draw(st.integers(-8, 24).map(lambda n: Fraction(n, 8))))
        end = now + draw(LENGTHS) / 10
        after = Stance((float(number), 0.0, 0.0), 0.0) if kind in (ActKind.WALK, ActKind.SIT) else None
        until = draw(st.sampled_from([None, FOREVER, end + 1, end + 40])) if kind is not ActKind.SPEAK else None
        made.append(
            Did(Act(kind, 0, 0, hand=str(number)), now, end, after, until, number if kind is ActKind.SPEAK else -1)
        )
    return made


CHANGES = st.lists(st.tuples(st.sampled_from(["end", "eyes", "off"]), st.integers(0, 23), TIMES), max_size=6)


def _history(did: list[Did], changes: list[tuple[str, int, Fraction]]) -> tuple[History, list[Did]]:
    """The same acts as a history and as a list, both changed as a scene changes them."""
    history, plain = History(), []
    waiting = list(changes)
    for number, one in enumerate(did):
        history.append(one)
        plain.append(one)
        while waiting and waiting[0][1] <= number:
            what, speech, at = waiting.pop(0)
            match what:
                case "end":
                    history.end(lambda d: d.act.kind in (ActKind.REACH, ActKind.HOLD), at)
                    held = (ActKind.REACH, ActKind.HOLD)
                    plain = [
                        replace(d, until=max(at, d.end)) if d.act.kind in held and d.until == FOREVER else d
                        for d in plain
                    ]
                case "eyes":
                    history.open_eyes(at)
                    shut = ActKind.CLOSE_EYES
                    plain = [
                        replace(d, until=at) if d.act.kind is shut and (d.until or d.end) > at else d for d in plain
                    ]
                case _:
                    history.break_off(speech, at)
                    plain = [replace(d, end=at) if d.speech == speech else d for d in plain]
    return history, plain


@given(deeds(), CHANGES, TIMES, LENGTHS)
@settings(max_examples=150, deadline=None)
def test_whatever_is_asked_for_is_found(
    did: list[Did], changes: list[tuple[str, int, Fraction]], at: Fraction, long: Fraction
) -> None:
    history, plain = _history(did, changes)
    assert list(history) == plain
    now, last = float(at), float(at + long)
    moves = [d for d in plain if d.after is not None]
    assert history.moves.items == moves
    first, end = history.moves.around(now, last)
    assert all(d.finish < now for d in moves[:first])
    assert all(d.begin >= last for d in moves[end:])
    held = [d for d in plain if d.act.kind is ActKind.REACH and d.begin < last and (d.until is None or d.until > at)]
    assert [d for d in history.reaches.between(now, last) if d in held] == held
    assert history.kept(ActKind.HOLD) == [d for d in plain if d.act.kind is ActKind.HOLD and d.until == FOREVER]
    looks = [d for d in plain if d.act.kind is ActKind.LOOK and d.begin <= now]
    assert history.look_at(now) == (max(looks, key=lambda d: d.begin) if looks else None)


@given(deeds(), CHANGES, TIMES, LENGTHS)
@settings(max_examples=150, deadline=None)
def test_a_shot_is_told_all_that_it_may_show(
    did: list[Did], changes: list[tuple[str, int, Fraction]], at: Fraction, long: Fraction
) -> None:
    history, plain = _history(did, changes)
    first, last = float(at), float(at + long + Fraction(1, 24))  # no shot is shorter than a frame
    latest: dict[ActKind, Did] = {
        d.act.kind: d for d in plain if d.finish <= first and d.act.kind in (ActKind.LOOK, ActKind.EMOTE)
    }
    wanted = [
        d
        for d in plain
        if d == latest.get(d.act.kind)
        or (d.begin < last and (d.finish > first or (d.act.kind not in latest and (d.until or d.end) > at)))
    ]
    seen = history.seen(first, last)
    assert [d for d in seen if d in wanted] == wanted
    fleeting = [d for d in seen if d.act.kind in (ActKind.LOOK, ActKind.EMOTE)]
    assert all(d.finish > first or d == latest[d.act.kind] for d in fleeting)
    assert seen == [d for d in plain if d in seen]
