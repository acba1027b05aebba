"""Whatever is done to a store, by two builds at once, by disks and by people: a hit has the right bytes."""

from __future__ import annotations

import errno
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from runtime.store import durable, upkeep
from runtime.store.store import Store
from tests.store.work import DOMAIN, have, planned, put, spoil

TEXTS = st.sampled_from("abcde")
WHICH = st.sampled_from((0, 1))


class Survives(RuleBasedStateMachine):
    """Two open stores on one folder, each with its own connection and memory, as two builds have.

    ``intact``: results nobody has damaged since they were put in while the index knew them. Those may never be lost.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.root = Path(self.folder.name) / ".film"
        self.stores = [Store(self.root), Store(self.root)]
        self.intact: set[str] = set()
        self.wanted: set[str] = set()
        self.pinned: set[str] = set()

    @rule(text=TEXTS, which=WHICH)
    def make(self, text: str, which: int) -> None:
        put(self.stores[which], text)
        assert have(self.stores[1 - which], text), "the other build finds it at once"
        self.intact.add(text)

    @rule(text=TEXTS, which=WHICH, stop=st.integers(0, 9))
    def make_on_a_full_disk(self, text: str, which: int, stop: int) -> None:
        left = [stop]

        def tell(_what: str, _path: Path) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise OSError(errno.ENOSPC, "No space left on device")

        durable.WATCH.append(tell)
        try:
            put(self.stores[which], text)
            self.intact.add(text)
        except OSError:
            pass
        finally:
            durable.WATCH.clear()

    @rule(which=st.integers(0, 4), damage=st.sampled_from(["cut", "flip", "empty", "delete"]))
    def damage(self, which: int, damage: str) -> None:
        known = {text: self.stores[0].index.by_recipe(f"r-{text}", "d") for text in "abcde"}
        paths = {text: self.stores[0].path(action, "out") for text, action in known.items() if action is not None}
        there = [text for text, path in paths.items() if path.is_file()]
        if there:
            text = there[which % len(there)]
            spoil(paths[text], damage)
            self.intact.discard(text)

    @rule(texts=st.sets(TEXTS), which=WHICH)
    def plan(self, texts: set[str], which: int) -> None:
        self.stores[which].index.save_plan("film", planned(*sorted(texts)))
        self.wanted = texts

    @rule(text=TEXTS)
    def pick(self, text: str) -> None:
        self.stores[0].index.pin(f"r-{text}", "picked")
        self.pinned.add(text)

    @rule(most=st.sampled_from([None, 0, 150, 300]), older=st.sampled_from([None, 0.0, 1e6]), dry=st.booleans())
    def collect(self, most: int | None, older: float | None, dry: bool) -> None:
        before = {text for text in self.intact if have(self.stores[0], text)}
        upkeep.collect(self.stores[0].blobs, self.stores[0].index, most=most, older=older, dry=dry)
        kept = {text for text in before if have(self.stores[0], text)}
        assert before & (self.wanted | self.pinned) <= kept
        assert not dry or kept == before
        self.intact = kept

    @rule()
    def verify(self) -> None:
        self.stores[1].close()
        found, self.stores[0].index = upkeep.verify(self.stores[0].blobs, self.stores[0].index)
        self.stores[1] = Store(self.root)
        assert found.index == []
        assert upkeep.verify(self.stores[0].blobs, self.stores[0].index)[0].sound

    @rule(which=WHICH)
    def restart(self, which: int) -> None:
        self.stores[which].close()
        self.stores[which] = Store(self.root)

    @precondition(lambda self: self.intact)
    @rule(damage=st.sampled_from(["empty", "flip", "delete"]))
    def lose_the_index(self, damage: str) -> None:
        for store in self.stores:
            store.close()
        spoil(self.root / "index.sqlite", damage)
        self.stores = [Store(self.root), Store(self.root)]
        self.intact, self.wanted, self.pinned = set(), set(), set()

    @invariant()
    def hits_are_right_and_nothing_is_lost(self) -> None:
        for store in self.stores:
            assert self.intact <= {text for text in "abcde" if have(store, text)}
            names = [f"r-{text}" for text in "abcdef"]
            singly = {name: found for name in names if (found := store.find(name, DOMAIN)) is not None}
            assert store.find_all(names, DOMAIN) == singly
            assert store.known(names, DOMAIN) == singly.keys()
            assert store.known(names, "elsewhere") == set()

    def teardown(self) -> None:
        for store in self.stores:
            store.close()
        self.folder.cleanup()


Survives.TestCase.settings = settings(max_examples=12, stateful_step_count=20, deadline=None)
TestSurvives = Survives.TestCase
