"""The films in films/ as shot lists, kept as text: a change of the compiler that changes a film's shots shows in review.

After a wanted change: ``FILMLANG_GOLDEN=write pytest tests/e2e/test_shot_lists.py``, and read the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from compiler.diagnostics import Report
from compiler.front import load_film
from compiler.staging.model import TimedShot
from compiler.staging.stage import stage_film
from compiler.staging.voicing import estimate

FILMS = Path(__file__).resolve().parents[2] / "films"
GOLDEN = Path(__file__).parent / "golden"
NAMES = sorted(path.name for path in FILMS.iterdir() if path.is_dir() and not path.name.startswith("."))


@pytest.mark.parametrize("name", NAMES)
def test_a_film_is_cut_as_it_was(name: str) -> None:
    film, _, _ = load_film(FILMS / name)
    assert film is not None
    timeline = stage_film(film, estimate, Report())
    found = "".join(f"{line(timed)}\n" for timed in timeline.shots)
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("FILMLANG_GOLDEN") == "write":
        path.write_text(found)
    assert found == path.read_text(), "`FILMLANG_GOLDEN=write` keeps what is wanted"


def line(timed: TimedShot) -> str:
    """Name, frames, how it is joined; lens, distance and moves of the camera; who and what is in the picture."""
    shot = timed.shot
    parts = [f"{timed.name}: {shot.frames} frames"]
    if timed.join.kind != "cut":
        parts.append(f"{timed.join.kind} {timed.join.frames}")
    if timed.fade_out:
        parts.append(f"fade out {timed.fade_out}")
    if timed.panels:
        parts.append(f"{len(timed.panels)} panels")
    elif shot.still is not None:
        parts.append(f"still {shot.still.file}")
    elif shot.set is not None:
        key = shot.camera.keys[0]
        moves = "moving" if len(shot.camera.keys) > 1 else "static"
        parts.append(f"{key.focal_mm:.0f}mm at {key.focus:.1f} m, {moves}{', handheld' * (shot.camera.handheld > 0)}")
    if shot.time.speed != 1:
        parts.append(f"speed {shot.time.speed}")
    seen = [actor.person.name for actor in shot.actors]
    seen += [f"{crowd.name} {len(crowd.extras)}" for crowd in shot.crowds]
    seen += [thing.name for thing in shot.things]
    return "; ".join([*parts, *([", ".join(seen)] if seen else []), *(f'"{o.text}"' for o in shot.overlays)]).replace(
        "\n", " / "
    )
