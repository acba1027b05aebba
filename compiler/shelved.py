"""Cold plans that photograph only what is new: lowered scenes on a shelf, by the digest of all their pictures are made of.

A scene whose text is on the shelf is neither photographed nor lowered; its tasks say from the text what plans are asked for
most, and are staged for the rest. How scenes are played is kept beside it (``shelved_plays``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from compiler.graph.codec import Plain, canonical, encode
from compiler.graph.facts import Facts
from compiler.graph.kept import FORMAT, KeptShot, Shelf, keeps, scene_of, scene_text
from compiler.graph.keys import digest
from compiler.graph.lower import lower_shot
from compiler.graph.memo import LoweredShot, Memo
from compiler.graph.unread import KeptWrongError
from compiler.meaning.film import Film
from compiler.profiles import Profile
from compiler.staging.model import SpokenLine, StagedShot, TimedShot, Timeline
from compiler.staging.pictures import SceneShot
from compiler.staging.reel import Laid
from compiler.staging.stage import PlayedFilm
from compiler.staging.unseen import UnseenShot


@dataclass(slots=True)
class Shelved:
    """The scenes of one film as a shelf has them."""

    shelf: Shelf
    played: PlayedFilm
    film: Film
    facts: Facts
    profile: Profile
    memo: Memo
    keys: tuple[str, ...] = field(init=False)
    _kept: dict[int, tuple[KeptShot, UnseenShot]] = field(default_factory=dict, init=False)
    """By the identity of the unseen shot."""

    def __post_init__(self) -> None:
        facts = self.facts
        setting = canonical(
            [
                FORMAT,
                self.shelf.made_by,
                encode(self.profile),
                str(self.film.rate),
                _pairs(facts.tools),
                _pairs(facts.files),
            ]
        )
        scenes = zip(self.played.digests(), self.played.reel.scenes, strict=True)
        self.keys = tuple(digest(f"{setting}\n{scene}\n{self._fitted(laid)}") for scene, laid in scenes)

    def timeline(self) -> Timeline:
        """The film staged and timed; the shots of scenes that are on the shelf are unseen."""
        texts = self.shelf.take(self.keys)
        known: dict[int, list[SceneShot]] = {}
        for index, key in enumerate(self.keys):
            if key in texts and (shots := self._known(index, texts[key])) is not None:
                known[index] = shots
        timeline = self.played.timeline(known)
        for timed in timeline.shots:
            if isinstance(timed.shot, UnseenShot):
                self.memo.seed(self._lowered(timed))
        return timeline

    def texts(self, timeline: Timeline) -> dict[str, str]:
        """Texts of the scenes that were not on the shelf, when ``timeline`` has just been lowered with the memo."""
        scenes: dict[int, list[tuple[TimedShot, LoweredShot]]] = {}
        out: set[int] = set()
        for timed in timeline.shots:
            lowered = self.memo.lowered_as(timed)
            if lowered is None or isinstance(timed.shot, UnseenShot) or not keeps(lowered):
                out.add(timed.scene)
            else:
                scenes.setdefault(timed.scene, []).append((timed, lowered))
        return {
            self.keys[index]: text
            for index, shots in scenes.items()
            if index not in out and (text := scene_text(shots, self._lines(index))) is not None
        }

    def _fitted(self, laid: Laid) -> str:
        """Which lines of a scene are fitted to pinned lengths: it decides whose phonemes its lips move by."""
        if not self.facts.locked:
            return ""
        slots = (self.facts.slot(spoken.line) for spoken in laid.spoken)
        return " ".join("-" if slot is None else str(slot.fitted) for slot in slots)

    def _lines(self, index: int) -> list[SpokenLine]:
        return [spoken.line for spoken in self.played.reel.scenes[index].spoken]

    def _known(self, index: int, text: str) -> list[SceneShot] | None:
        """The shots of a scene as its text has them; ``None`` when it cannot be read or is of another scene."""
        laid, rate = self.played.reel.scenes[index], self.film.rate.fps
        cuts = laid.played.cuts
        try:
            kept = scene_of(text, self._lines(index))
        except ValueError:
            return None
        tails = [*(cut.tail for cut in cuts[:-1]), laid.tail or cuts[-1].tail]
        lengths = [(cut.frames - cut.head - tail, cut.head, tail) for cut, tail in zip(cuts, tails, strict=True)]
        if [(shot.lengths, shot.size, shot.fps) for shot in kept] != [
            (of_cut, self.played.size, (rate.numerator, rate.denominator)) for of_cut in lengths
        ]:
            return None
        shots = []
        for number, (cut, shot) in enumerate(zip(cuts, kept, strict=True), 1):
            unseen = UnseenShot.of(self._see(index, number), shot.lengths, shot.fps, shot.size)
            self._kept[id(unseen)] = shot, unseen
            shots.append(SceneShot(cut, number, unseen, shot.lines, shot.exact, ()))
        return shots

    def _see(self, index: int, number: int) -> Callable[[], StagedShot]:
        def see() -> StagedShot:
            shots = self.played.photographed(index).shots
            if len(shots) < number:
                raise KeptWrongError(f"scene {index + 1} has {len(shots)} shots, not {number}")
            return shots[number - 1].shot

        return see

    def _lowered(self, timed: TimedShot) -> LoweredShot:
        kept, unseen = self._kept[id(timed.shot)]

        def again() -> LoweredShot:
            seen = replace(timed, shot=unseen.seen())
            return lower_shot(self.film, seen, kept.voices, self.facts, self.profile)

        return kept.lowered(timed, again)


def _pairs(table: Mapping[str, str]) -> list[Plain]:
    return [[name, value] for name, value in sorted(table.items())]
