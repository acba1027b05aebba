"""The world's state as a pure fold: whoever replays the deeds gets the same world, and a scene finds what others left."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from compiler.staging.model import Posture, Stance
from compiler.staging.world import Deed, DeedKind, Spot, World, WorldState, after, replay

_PEOPLE = ("MARA", "ELIAS", "JON")
_THINGS = ("CUP", "LETTER", "TAXI")


@st.composite
def deeds(draw: st.DrawFn) -> Deed:
    start = Fraction(draw(st.integers(0, 40)), 4)
    kind = draw(st.sampled_from(list(DeedKind)))
    spot = Spot((float(draw(st.integers(-3, 3))), 0.75, 0.0), 0.0)
    return Deed(
        kind,
        start,
        start + 1,
        draw(st.sampled_from(_THINGS)),
        draw(st.sampled_from(_PEOPLE)),
        draw(st.sampled_from(("", *_PEOPLE))),
        draw(st.sampled_from(("left", "right", "both"))),
        draw(st.sampled_from(("KITCHEN", "STREET"))),
        spot,
        draw(st.sampled_from((0.0, 0.5, 1.0))),
        words=tuple(draw(st.lists(st.sampled_from(("raincoat", "night", "rain")), max_size=3))),
        stance=Stance((0.0, 0.0, 0.0), 0.0, Posture.STAND),
    )


@given(st.lists(deeds(), max_size=14))
def test_replaying_the_deeds_gives_the_same_world(done: list[Deed]) -> None:
    world = World()
    for deed in done:
        world.add(deed)
    assert world.at() == replay(done) == replay(sorted(done, key=lambda d: d.start))


@given(st.lists(deeds(), max_size=14), st.integers(0, 40))
def test_a_moment_is_what_was_done_up_to_it(done: list[Deed], quarter: int) -> None:
    world = World(deeds=list(done))
    moment = Fraction(quarter, 4)
    assert world.at(moment) == replay([d for d in done if d.start <= moment])


@given(st.lists(deeds(), max_size=8), st.lists(deeds(), max_size=8))
def test_the_next_scene_finds_what_this_one_left(first: list[Deed], second: list[Deed]) -> None:
    world = World(deeds=list(first))
    following = world.next_scene()
    for deed in second:
        following.add(deed)
    assert following.before == world.at()
    assert following.at() == replay(second, replay(first))
    assert world.at() == replay(first), "a scene that was played stays as it was played"


@given(st.lists(deeds(), max_size=14))
def test_a_thing_is_in_one_place(done: list[Deed]) -> None:
    state = replay(done)
    for name, item in state.items.items():
        assert not (item.holder and item.spot and item.inside)
        assert sum(name in state.held_by(who) for who in _PEOPLE) == bool(item.holder)


@given(st.lists(deeds(), max_size=14))
def test_no_two_share_a_seat(done: list[Deed]) -> None:
    state = replay(done)
    for thing in _THINGS:
        seats = [state.person(who).seat for who in state.riders(thing)]
        assert len(seats) == len(set(seats))


def test_a_state_is_never_changed_in_place() -> None:
    empty = WorldState()
    take = Deed(DeedKind.TAKE, Fraction(0), Fraction(0), "CUP", "MARA", hand="right")
    held = after(empty, take)
    assert held.item("CUP").holder == "MARA"
    assert not empty.item("CUP").known
    given_away = after(held, Deed(DeedKind.GIVE, Fraction(1), Fraction(1), "CUP", "MARA", "ELIAS", "left"))
    assert given_away.held_by("ELIAS") == ("CUP",)
    assert held.held_by("MARA") == ("CUP",)
