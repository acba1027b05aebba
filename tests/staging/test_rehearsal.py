"""What a check says of a film without making its pictures is exactly what staging it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.diagnostics import Report
from compiler.front import check_text, load_film
from compiler.meaning.film import Film
from compiler.staging.stage import rehearse_film, stage_film
from compiler.staging.voicing import estimate
from tests.bench.screenplay import directed

FILMS = sorted(p for p in (Path(__file__).parents[2] / "films").iterdir() if p.is_dir())
_JOINS = """\
character MARA
character ELIAS

INT. HALL - DAY

place MARA: at 0 0
place ELIAS: at 1.5 1

shot one: wide of MARA, 300mm, push in 9m, 2s

MARA walks to the door.

shot two: continues, 3s

shot three: continues, close-up of MARA, 2s

shot four: close-up of ELIAS, match ELIAS, orbit right 40deg, 2s

shot five: close-up of ELIAS, 2s

shot six: medium of MARA and ELIAS, 2s
  light: a kettle of eels

shot seven: split five and six, 1s

shot eight: close-up of ELIAS, truck left 4m, 0.3s
"""


@pytest.mark.parametrize("folder", FILMS, ids=lambda p: p.name)
def test_films(folder: Path) -> None:
    film, _, _ = load_film(folder)
    assert film is not None
    _same(film)


def test_a_feature_and_one_after_another() -> None:
    text = directed(1)
    scenes = text.split("\n\nINT. ")
    film, _, _ = check_text("\n\nINT. ".join(scenes[:8]) + "\n", "feature.film")
    assert film is not None
    assert _same(film) > 2


def test_shots_that_go_on_from_one_another() -> None:
    film, _, report = check_text(_JOINS, "joins.film")
    assert film is not None, report.items
    assert _same(film) > 2


def _same(film: Film) -> int:
    staged, rehearsed = Report(), Report()
    assert stage_film(film, estimate, staged).frames == rehearse_film(film, estimate, rehearsed)
    assert rehearsed.items == staged.items
    return len(staged.items)
