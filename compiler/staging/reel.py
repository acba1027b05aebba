"""A film's scenes on the film's clock: where each begins, and what is heard in it once its neighbours have spoken too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from compiler.meaning.film import Film
from compiler.staging.cues import Span
from compiler.staging.performance import Doing
from compiler.staging.play import PlayedScene
from compiler.staging.timing import Spoken, cut_off


@dataclass(frozen=True, slots=True)
class Laid:
    """One scene of a film. ``spoken`` are its speeches as they are heard; all times are on the scene's clock."""

    played: PlayedScene
    zero: int
    """Film frame at which its clock is at 0."""
    spoken: Sequence[Spoken]
    tail: int
    """Frames that the next scene takes from its last shot."""

    @property
    def doings(self) -> Sequence[tuple[Doing, Fraction]]:
        return self.played.doings

    @property
    def first_frame(self) -> int:
        """Film frame of its first picture."""
        return self.zero + self.played.cuts[0].first


@dataclass(slots=True)
class Reel:
    """All scenes of a film, one after another."""

    film: Film
    played: list[PlayedScene]
    scenes: list[Laid] = field(init=False)
    frames: int = field(init=False)
    """How long the film is."""

    def __post_init__(self) -> None:
        zeros = [0]
        for scene in self.played:
            zeros.append(zeros[-1] + scene.frames)
        self.frames = zeros[-1]
        spoken: list[list[Spoken]] = [scene.spoken for scene in self.played]
        last = -1
        for index, scene in enumerate(self.played):
            if scene.cuts_off is not None and last >= 0:
                before = spoken[last][-1]
                apart = self.seconds(zeros[index] - zeros[last])
                spoken[last] = [*spoken[last][:-1], cut_off(before, apart + scene.cuts_off - before.start)]
            last = index if scene.spoken else last
        tails = [*(scene.takes for scene in self.played[1:]), 0]
        self.scenes = [Laid(*row) for row in zip(self.played, zeros, spoken, tails, strict=False)]

    def seconds(self, frames: int) -> Fraction:
        return self.film.rate.seconds(frames)

    def zero(self, scene: Laid) -> Fraction:
        """Film time at which a scene's clock is at 0."""
        return self.film.rate.seconds(scene.zero)

    def span(self, scene: Laid) -> Span:
        """A scene from its first picture to its last, on its own clock."""
        return Span(self.seconds(scene.played.cuts[0].first), self.seconds(scene.played.frames))

    def film_span(self, scene: Laid) -> Span:
        """The same on the film's clock."""
        return Span(self.seconds(scene.first_frame), self.seconds(scene.zero + scene.played.frames))
