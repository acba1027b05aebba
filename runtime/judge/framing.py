"""Whether people are where the composition put them, told from the picture alone."""

from __future__ import annotations

from compiler.graph.params import Sitter
from runtime.judge.view import Frame8


class Framing:
    """Gathers evidence over the frames of a take."""

    def add(self, frame: Frame8, sitters: tuple[Sitter, ...]) -> None:
        """One frame with the people composed into it."""

    def score(self) -> float | None:
        return None

    def offset(self) -> tuple[float, float] | None:
        return None
