"""The films in films/: each checks clean, is about as long as it should be, and builds as a board."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import av
import pytest

from compiler.front import load_film
from compiler.graph.facts import Facts
from compiler.graph.ops import OPS
from compiler.graph.sources import files_of
from compiler.meaning.film import Composite, LightChange, PlateSource, Shot, Speech, Still, Title
from compiler.plan import plan_film
from tests.e2e.test_films import FILM, environment

FILMS = Path(__file__).resolve().parents[2] / "films"
NAMES = sorted(path.name for path in FILMS.iterdir() if path.is_dir() and not path.name.startswith("."))
TOOLS = {op.name: op.name for op in OPS}


@pytest.mark.parametrize("name", NAMES)
def test_a_film_checks_clean_and_can_be_planned(name: str) -> None:
    film, _, report = load_film(FILMS / name)
    assert film is not None
    plan = plan_film(
        film, Facts({}, TOOLS, dict.fromkeys(files_of(film), "digest")), TOOLS, report, profile="board", verify=True
    )
    assert [f"{d.code} {d.message}" for d in report.items] == []
    seconds = float(film.rate.seconds(plan.timeline.frames))
    assert 8 <= seconds <= 75
    assert all((FILMS / name / path).stat().st_size <= 300_000 for path in files_of(film))


def test_together_they_use_what_the_language_has() -> None:
    films = [film for name in NAMES if (film := load_film(FILMS / name)[0]) is not None]
    items = [item for film in films for scene in film.scenes for item in scene.items]
    shots = [item for item in items if isinstance(item, Shot)]
    styles = {item.style for item in items if isinstance(item, Title)}
    assert {"super", "lower third", "credit"} <= styles
    assert {type(shot.source) for shot in shots} >= {Still, Composite, type(None)}
    assert not any(isinstance(shot.source, PlateSource) for shot in shots), "a plate would be a large file"
    assert any(isinstance(item, LightChange) for item in items)
    assert any(item.dual for item in items if isinstance(item, Speech))
    assert any(item.interrupted for item in items if isinstance(item, Speech))
    assert any(film.groups for film in films)
    assert any(film.props for film in films)
    assert any(film.editions for film in films)
    assert any(shot.speed != 1 for shot in shots)
    assert any(shot.setup for shot in shots)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["supper", "the_chase", "essay"])
def test_a_film_builds_as_a_board(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    shutil.copytree(FILMS / name, folder, ignore=shutil.ignore_patterns(".film"))
    command = [
        *FILM,
        "build",
        str(folder),
        "--profile",
        "board",
        "--size",
        "192x80",
        "--out",
        str(tmp_path / "out"),
        "--format",
        "json",
    ]
    done = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["failed"] == 0
    with av.open(found["film"] if Path(found["film"]).is_absolute() else str(tmp_path / found["film"])) as film:
        frames = film.streams.video[0].frames
        rate = film.streams.video[0].average_rate
        assert rate is not None
        assert 15 <= frames / rate <= 35
        assert len(film.chapters()) >= 1
    again = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=900)
    assert json.loads(again.stdout.splitlines()[-1])["ran"] == 0
