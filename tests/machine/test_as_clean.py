"""Whatever happens to a film and its store, the next build comes to what a first build in a fresh folder comes to.

Edits, undo, picks, damaged and lost files, a full disk, Ctrl-C, kills, power cuts, clocks that jump, two builds at once:
outputs and plan are always a clean build's, nothing that was finished is done again, nothing half-written is read or seen.
"""

from __future__ import annotations

import os
import time

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from tests.machine.world import DAMAGES, EDITS, World

EDIT = st.sampled_from(sorted(EDITS))
WHICH = st.integers(0, 60)
DAMAGE = st.sampled_from(DAMAGES)


class AsClean(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.history: list[str] = []
        self.picked = False

    # --- what its author does -------------------------------------------------------------------

    @rule(edit=EDIT)
    def edit(self, edit: str) -> None:
        if edit == "one take" and self.picked:
            return  # a pick of a take that is no more is an error of the film
        self.world.toggle(edit)
        self.history.append(edit)

    @precondition(lambda self: self.history)
    @rule()
    def undo(self) -> None:
        if not (self.history[-1] == "one take" and self.picked):
            self.world.toggle(self.history.pop())

    @precondition(lambda self: "one take" not in self.world.edits)
    @rule(words=st.sampled_from([("1",), ("2",), ("2 0s..1s",), ("1 0s..0.5s", "2 0.5s..1.5s"), ()]))
    def pick(self, words: tuple[str, ...]) -> None:
        if words or self.picked:
            self.world.pick(*" ".join(words).split())
            self.picked = (self.world.folder / "film.picks.toml").exists() and bool(words)

    @rule(value=st.sampled_from("0123"), dated=st.booleans())
    def other_bytes_of_the_same_size(self, value: str, dated: bool) -> None:
        path = self.world.folder / "look.cube"
        before = path.stat()
        path.write_text("LUT_3D_SIZE 2\n" + f"0 0 {value}\n" * 8)
        if dated:  # as a tool that keeps dates does
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    # --- builds ---------------------------------------------------------------------------------

    @rule()
    def build(self) -> None:
        self.world.build()

    @rule()
    def ask(self) -> None:
        self.world.ask()

    @rule()
    def look(self) -> None:
        self.world.plan()

    @rule()
    def two_at_once(self) -> None:
        self.world.two_at_once()

    # --- what befalls it ------------------------------------------------------------------------

    @rule(stop=st.integers(0, 120))
    def full_disk(self, stop: int) -> None:
        self.world.build_on_a_full_disk(stop)

    @rule(stop=st.integers(0, 20))
    def stopped(self, stop: int) -> None:
        self.world.build_stopped(stop)

    @rule(stop=st.integers(0, 200), power=st.booleans())
    def killed(self, stop: int, power: bool) -> None:
        self.world.build_killed(stop, power=power)

    @rule(which=WHICH, how=DAMAGE)
    def a_blob(self, which: int, how: str) -> None:
        self.world.damage_blob(which, how)

    @rule(how=DAMAGE)
    def the_index(self, how: str) -> None:
        self.world.damage_index(how)

    @rule(which=st.integers(0, 2), how=DAMAGE)
    def a_delivered_file(self, which: int, how: str) -> None:
        self.world.damage_delivered(which, how)

    @rule()
    def the_pinned_lengths(self) -> None:
        self.world.damage_lock()

    @rule(most=st.sampled_from([None, 0, 4000]))
    def collect(self, most: int | None) -> None:
        self.world.collect(most)

    @rule(seconds=st.sampled_from([-86400.0, -3600.0, -0.5, 0.5, 3600.0]))
    def the_clock_jumps(self, seconds: float) -> None:
        self.world.offset += seconds

    @rule(seconds=st.sampled_from([-86400, 0, 86400]))
    def a_date_of_another_day(self, seconds: int) -> None:
        when = time.time() + seconds
        os.utime(self.world.film, (when, when))

    def teardown(self) -> None:
        try:
            # However it was left: one build, and all is well; a second finds nothing to do.
            self.world.build()
            before = dict(self.world.kept)
            self.world.build()
            assert self.world.kept == before
        finally:
            self.world.close()


def test_incremental_is_clean() -> None:
    run_state_machine_as_test(AsClean, settings=settings(max_examples=8, stateful_step_count=12, deadline=None))


@pytest.mark.slow
def test_incremental_is_clean_at_length() -> None:
    run_state_machine_as_test(AsClean, settings=settings(max_examples=25, stateful_step_count=30, deadline=None))
