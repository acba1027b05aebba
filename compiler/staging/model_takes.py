"""Takes as the cut has them: which are made of a shot, and which stretches of them are shown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """``count`` frames of a take, from frame ``first`` of the shot's body on."""

    take: int
    first: int
    count: int

    @property
    def end(self) -> int:
        return self.first + self.count


@dataclass(frozen=True, slots=True)
class Takes:
    """What is made of a shot, and what of that is in the cut."""

    shown: tuple[Piece, ...] = ()
    """In playing order, none overlapping; none at all is the whole of take 1."""
    judged: tuple[int, ...] = ()
    """Takes that are to be made so that they can be judged."""
    settled: bool = True
    """False while it is open which take is shown: then what shows it is provisional."""
    kept: tuple[int, ...] = ()
    """Takes whose pictures are wanted themselves, for who wants to look at them."""
    label: str = ""
    """How the take shown is named to people, "" for the only one."""


ONE_TAKE = Takes()
