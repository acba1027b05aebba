"""Shots by their place: ``1.3`` is the third shot of scene 1, whatever it is called."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from compiler.meaning.film import Film
from compiler.picks import is_number
from compiler.staging.model import TimedShot


def numbered(film: Film, shots: Iterable[TimedShot]) -> dict[str, str]:
    """The number of every shot of a film, by its key; a shot that comes back within a speech counts again."""
    found: dict[str, str] = {}
    seen: dict[int, int] = {}
    for timed in shots:
        seen[timed.scene] = seen.get(timed.scene, 0) + 1
        scene = film.scenes[timed.scene].number or timed.scene + 1
        found[timed.key] = f"{scene}.{seen[timed.scene]}"
    return found


def find_shot(film: Film, shots: Sequence[TimedShot], word: str) -> TimedShot | None:
    """The shot of all of a film's that has this name, this key or else this number."""
    for timed in shots:
        if word in (timed.name, timed.key):
            return timed
    if not is_number(word):
        return None
    numbers = numbered(film, shots)
    return next((timed for timed in shots if numbers[timed.key] == word), None)
