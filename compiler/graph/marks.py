"""What a take was found to be, as the plan reads it from a fact. What the measures mean is the judge's affair."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

ALIKE = 0.015
"""Scores no further apart than this say nothing of which take is better. Blinks, breath and how light falls on a turned
head move a score by half of it."""
_SPANS = {"freeze": "frozen", "black": "black"}
"""Measures that are shares of a take's frames, by the fact's field that says where they are."""


@dataclass(frozen=True, slots=True)
class Marks:
    """A take's score and measures, 0 to 1; ``freeze`` and ``black`` are the share of its frames that stand still or are dark."""

    score: float = 0.0
    measures: Mapping[str, float] = field(default_factory=dict)

    def measure(self, name: str) -> float | None:
        """A measure by its name; ``None`` where the take cannot be held to it."""
        return self.measures.get(name)


def in_order(scores: Mapping[int, float]) -> list[int]:
    """Numbers of takes, the best first; of those whose scores are alike the earlier, the composed one before all."""
    left, found = sorted(scores), list[int]()
    while left:
        least = max(scores[number] for number in left) - ALIKE - 1e-9
        first = next(number for number in left if scores[number] >= least)
        left.remove(first)
        found.append(first)
    return found


def marks_of(fact: str | None) -> Marks | None:
    """The marks a fact says; ``None`` without one. A fact that cannot be read, as it came with a clone, is the worst of marks."""
    if fact is None:
        return None
    try:
        data = json.loads(fact)
        frames = int(data["frames"])
        said = {str(name): _share(value) for name, value in data["measures"].items() if value is not None}
        for name, spans in _SPANS.items():
            said[name] = _share(sum(count for _, count in data[spans]) / frames) if frames > 0 else 0.0
        return Marks(_share(data["score"]), said)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        return Marks()


def _share(value: object) -> float:
    number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    if not 0.0 <= number <= 1.0:
        raise ValueError("a measure is a number from 0 to 1")
    return number
