"""Whether people are where the composition put them, when it is known where they are.

Somebody who acts is never quite on the mark, and an operator lets them: within a leeway every place is as good as the
composed one. Beyond it the score falls with the distance. A head that is cut off by the frame, hidden by a nearer one or
of another size than composed takes the rest.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from compiler.graph.params import Sitter
from runtime.judge.framing import looked_for
from runtime.judge.standing import Box, Stood

LEEWAY, OF_HEAD = 0.05, 0.25
"""How far a head may be from its place: in heights of the picture, or in its own height, whichever is more."""
FALL = 0.12
"""Heights of the picture beyond the leeway at which a place is worth half."""
GROWN = 0.3
"""Octaves by which a head may be larger or smaller than composed."""

SPARED = 0.15
"""Share of a head that may be cut off or hidden more than composed."""


class Placed:
    """Gathers over the frames of a take how people keep their places."""

    def __init__(self) -> None:
        self._worth: list[float] = []
        self._off: list[tuple[float, float]] = []

    def add(self, sitters: Sequence[Sitter], found: Mapping[str, Stood], aspect: float) -> None:
        """One frame: who is composed into it, and where everybody is. ``aspect`` is its width over its height."""
        for sitter in looked_for(sitters):
            there = found.get(sitter.name)
            self._worth.append(0.0 if there is None else _worth(sitter, there, sitters, found, aspect))
            if there is not None:
                across, down = (b - a for a, b in zip(_middle(sitter.head), _middle(there.head), strict=True))
                self._off.append((across, down))

    def score(self) -> float | None:
        """0..1, or ``None`` when nobody was large enough to be held to it."""
        return math.fsum(self._worth) / len(self._worth) if self._worth else None

    def offset(self) -> tuple[float, float] | None:
        """How far right and down of their places people are on the whole, in widths and heights of the frame."""
        if not self._off:
            return None
        across, down = (math.fsum(off[axis] for off in self._off) / len(self._off) for axis in (0, 1))
        return across, down


def _worth(sitter: Sitter, there: Stood, sitters: Sequence[Sitter], found: Mapping[str, Stood], aspect: float) -> float:
    composed, head = sitter.head, there.head
    (x, y), (u, v) = _middle(composed), _middle(head)
    tall = composed[3] - composed[1]
    off = max(0.0, math.hypot((u - x) * aspect, v - y) - max(LEEWAY, OF_HEAD * tall))
    grown = max(0.0, abs(math.log2((head[3] - head[1]) / tall)) - GROWN)
    before = [other.head for other in found.values() if other.depth < there.depth]
    meant = [other.head for other in sitters if other.nearness < sitter.nearness]
    lost = max(0.0, _shown(composed) - _shown(head)) + max(0.0, _covered(head, before) - _covered(composed, meant))
    return max(0.0, 1.0 - max(0.0, lost - SPARED)) / (1.0 + (off / FALL) ** 2 + (grown / GROWN) ** 2)


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _shown(box: Box) -> float:
    """The share of a box that lies within the picture."""
    return _covered(box, [(0.0, 0.0, 1.0, 1.0)])


def _covered(box: Box, others: Sequence[Box]) -> float:
    """The largest share of a box that one of others covers."""
    area = (box[2] - box[0]) * (box[3] - box[1])
    shares = [
        max(0.0, min(box[2], other[2]) - max(box[0], other[0]))
        * max(0.0, min(box[3], other[3]) - max(box[1], other[1]))
        for other in others
    ]
    return max(shares, default=0.0) / area if area > 0.0 else 0.0
