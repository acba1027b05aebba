"""What sets each take of a shot apart from the others, in words."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from runtime.judge.scores import Scores, Span

NOTICED = 0.015
"""How much better than the next a take must be in a measure for it to be said."""
_BEST = {"sharpness": "sharpest", "stability": "steadiest", "framing": "best framed", "exposure": "best exposed"}
_LOST = {"blown": "blown out", "crushed": "crushed"}
_MISPLACED = 0.75
"""A framing score under this is said to be off."""


def remarks(takes: Mapping[int, Scores], fps: tuple[int, int]) -> dict[int, str]:
    """For each take its faults, then what it is best at: ``2 % blown out; sharpest``; "" for nothing to say."""
    least = {name: min((getattr(s, name) for s in takes.values()), default=0.0) for name in _LOST}
    said: dict[int, list[str]] = {}
    for take, scores in sorted(takes.items()):
        lost = {name: getattr(scores, name) for name in _LOST}
        said[take] = [*_stopped(scores, fps), *_faults(scores)]
        said[take] += [
            f"{share * 100:.0f} % {_LOST[name]}"
            for name, share in lost.items()
            # What all of them have is the picture's, not the take's.
            if share >= 0.01 and (len(takes) == 1 or share - least[name] >= 0.005)
        ]
    for measure, word in _BEST.items():
        known = sorted(
            ((value, -take) for take, scores in takes.items() if (value := getattr(scores, measure)) is not None),
            reverse=True,
        )
        if len(known) > 1 and known[0][0] - known[1][0] >= NOTICED:
            said[-known[0][1]].append(word)
    return {take: "; ".join(words) for take, words in said.items()}


def _stopped(scores: Scores, fps: tuple[int, int]) -> list[str]:
    if not scores.frames:
        return ["no frames"]
    return [f"frozen {_when(s, fps)}" for s in scores.frozen] + [f"black {_when(s, fps)}" for s in scores.black]


def _faults(scores: Scores) -> list[str]:
    found = []
    if scores.framing is not None and scores.framing < _MISPLACED:
        found.append(_misplaced(scores))
    if scores.exposure is not None and scores.exposure < 0.5 and scores.level is not None:
        found.append("dark" if scores.level < 0.46 else "bright")
    return found


def _misplaced(scores: Scores) -> str:
    across, down = scores.offset or (0.0, 0.0)
    ways = [
        f"{abs(by) * 100:.0f} % {word}"
        for by, word in ((across, "right" if across > 0 else "left"), (down, "low" if down > 0 else "high"))
        if abs(by) >= 0.02
    ]
    return f"framed {' and '.join(ways)}" if ways else "people hard to find where they were composed"


def _when(span: Span, fps: tuple[int, int]) -> str:
    """Its place in seconds of the shot, ``1.20s–2.00s``."""
    rate = Fraction(*fps)
    begin, end = (float(frame / rate) for frame in (span[0], span[0] + span[1]))
    return f"{begin:.2f}s–{end:.2f}s"
