"""Linking with what is remembered of the last plan gives the very graph that linking from nothing gives."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.graph import params as p
from compiler.graph.fragment import Fragment, Links, Lowered, Made, Placed, Step


def _pool(dice: random.Random) -> list[Fragment]:
    """Fragments that read what those before them make; some share steps, and some of those are firm where others are not."""
    made: list[str] = []
    shared: list[Step] = []
    pool = []
    for number in range(8):
        steps: list[Step] = []
        for step in range(dice.randint(1, 3)):
            if shared and dice.random() < 0.5:
                again = dice.choice(shared)
                steps.append(again._replace(provisional=dice.random() < 0.5))
                continue
            recipe = f"{number}.{step}"
            reads = dice.sample(made, min(len(made), dice.randint(0, 2)))
            inputs = tuple(("audio", source, "audio") for source in reads)
            provisional = bool(reads) or dice.random() < 0.5
            steps.append(Step(recipe, p.MasterSound(float(number), 0, step), inputs, recipe, "", False, provisional))
            if not reads:
                shared.append(steps[-1])
            made.append(recipe)
        pool.append(tuple(steps))
    return pool


def _standing(pool: list[Fragment], chosen: list[int]) -> tuple[Placed, ...]:
    """The chosen fragments in their order, each after whatever it reads."""
    makes = {step.recipe: number for number, steps in reversed(list(enumerate(pool))) for step in steps}
    placed: list[int] = []

    def place(number: int) -> None:
        if number in placed:
            return
        for step in pool[number]:
            for _, recipe, _ in step.inputs:
                if makes[recipe] != number:
                    place(makes[recipe])
        placed.append(number)

    for number in chosen:
        place(number)
    return tuple(Placed(pool[number], f"shot {number % 3}", str(number % 2)) for number in placed)


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False), st.lists(st.lists(st.integers(0, 7), min_size=1), min_size=2, max_size=6))
def test_links_of_the_last_plan_change_nothing(dice: random.Random, plans: list[list[int]]) -> None:
    pool, links = _pool(dice), Links()
    for chosen in plans:
        if dice.random() < 0.3:  # a fragment is lowered anew, to other work
            number = dice.randrange(8)
            pool[number] = tuple(step._replace(label=f"{step.label}!") for step in pool[number])
        placed = _standing(pool, chosen)
        lowered = Lowered(placed, (("film", Made(placed[-1].steps[-1].recipe, "audio")),))
        for _ in range(2):
            (warm, keys), (cold, plain) = lowered.linked(links), lowered.linked()
            assert keys == plain
            assert warm == cold
            assert [(t.label, t.shot, t.provisional) for t in warm.tasks] == [
                (t.label, t.shot, t.provisional) for t in cold.tasks
            ]


def test_a_film_that_goes_on_as_it_was_keeps_its_tasks() -> None:
    pool = _pool(random.Random(3))
    links, placed = Links(), _standing(pool, list(range(8)))
    wanted = (("film", Made(placed[0].steps[0].recipe, "audio")),)
    first, _ = Lowered(placed, wanted).linked(links)
    again, _ = Lowered(placed, wanted).linked(links)
    assert all(one is other for one, other in zip(first.tasks, again.tasks, strict=True))
