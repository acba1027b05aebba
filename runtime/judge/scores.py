"""What a take came to: its measures, where it freezes or goes black, and the one figure takes are ranked by.

Every measure is 0 (worst) to 1 (best). One that a take cannot be held to is ``None`` and never counts as zero: the
weights of the others are shared out again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from compiler.graph.codec import Plain

WEIGHTS: Mapping[str, float] = {
    "framing": 0.30, "sharpness": 0.25, "stability": 0.20, "exposure": 0.15, "clipping": 0.10,
}  # fmt: skip
"""What each measure is worth in the score."""
Span = tuple[int, int]
"""(first frame, count), frames counted from the first of the shot's body."""


@dataclass(frozen=True, slots=True)
class Scores:
    """The measures of one take. ``frames`` were looked at; ``frozen`` and ``black`` say where it stood still or was dark."""

    frames: int
    stability: float | None = None
    sharpness: float | None = None
    exposure: float | None = None
    clipping: float | None = None
    framing: float | None = None
    frozen: tuple[Span, ...] = ()
    black: tuple[Span, ...] = ()
    level: float | None = None
    """Mean brightness, 0..1 of the code range: of the people where the composition has any, else of the picture."""
    crushed: float = 0.0
    blown: float = 0.0
    """Shares of all pixels without detail in the blacks and in the whites."""
    offset: tuple[float, float] | None = None
    """How far right and down of their composed place people were found, in widths and heights of the frame."""

    @property
    def score(self) -> float:
        """The weighted mean of what was measured, less the share of frames that are frozen or black; 0..1."""
        known = {name: value for name in WEIGHTS if (value := _shown(getattr(self, name))) is not None}
        if not known or not self.frames:
            return 0.0
        mean = math.fsum(WEIGHTS[n] * v for n, v in known.items()) / math.fsum(WEIGHTS[n] for n in known)
        lost = len({f for first, count in (*self.frozen, *self.black) for f in range(first, first + count)})
        return round(max(0.0, mean * (1.0 - lost / self.frames)), 6)


def to_plain(scores: Scores) -> Plain:
    """The scores as JSON, with their ``score``: what the judge writes and the fact that is kept."""
    measures: dict[str, Plain] = {name: _shown(getattr(scores, name)) for name in WEIGHTS}
    return {
        "score": scores.score,
        "frames": scores.frames,
        "measures": measures,
        "level": _shown(scores.level),
        "crushed": _shown(scores.crushed),
        "blown": _shown(scores.blown),
        "offset": None if scores.offset is None else [_shown(v) for v in scores.offset],
        "frozen": [[first, count] for first, count in scores.frozen],
        "black": [[first, count] for first, count in scores.black],
    }


def from_plain(data: object) -> Scores | None:
    """Scores from a fact, or ``None`` for anything that is not one: a fact may come from a store that was not ours."""
    if not isinstance(data, dict) or not isinstance(measures := data.get("measures"), dict):
        return None
    frames, offset = data.get("frames"), data.get("offset")
    if not isinstance(frames, int) or not 0 <= frames < 1 << 31:
        return None
    try:
        return Scores(
            frames,
            **{name: _read(measures.get(name)) for name in WEIGHTS},
            frozen=_spans(data.get("frozen"), frames),
            black=_spans(data.get("black"), frames),
            level=_read(data.get("level")),
            crushed=_read(data.get("crushed")) or 0.0,
            blown=_read(data.get("blown")) or 0.0,
            offset=None if offset is None else (float(offset[0]), float(offset[1])),
        )
    except (TypeError, ValueError, IndexError, KeyError):
        return None


def _shown(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else round(float(value), 9)


def _read(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.0 <= value <= 1.0:
        raise ValueError("a measure is a number from 0 to 1")
    return float(value)


def _spans(value: object, frames: int) -> tuple[Span, ...]:
    if not isinstance(value, list):
        raise ValueError("spans are a list")
    spans = []
    for first, count in value:
        if type(first) is not int or type(count) is not int or first < 0 or count < 1 or first + count > frames:
            raise ValueError("a span lies within the take")
        spans.append((first, count))
    return tuple(spans)
