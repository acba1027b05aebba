"""Chroma key: the screen goes, the subject stays, edges mix as light."""

from __future__ import annotations

import numpy as np
import pytest

from runtime.picture.key import keyed, matted, measure_screen
from runtime.picture.scan import scanned

GREEN, BLUE, SKIN = (20, 190, 40), (25, 40, 200), (190, 130, 100)


def plate(screen: tuple[int, int, int]) -> np.ndarray:
    picture = np.empty((40, 60, 3), np.uint8)
    picture[:] = screen
    picture[10:30, 20:40] = SKIN
    return picture


@pytest.mark.parametrize(("screen", "key"), [(GREEN, "green"), (BLUE, "blue"), (GREEN, "auto"), (BLUE, "auto")])
def test_the_screen_goes_and_the_subject_stays(screen: tuple[int, int, int], key: str) -> None:
    picture = plate(screen)
    found = measure_screen(picture, key)
    assert found is not None
    behind = np.full((40, 60, 3), 0.3, np.float32)
    out = keyed(picture, found, behind)
    assert np.allclose(out[:6], 0.3, atol=0.01), "the background is whole"
    assert np.allclose(out[15:25, 25:35], scanned(picture)[20, 30], rtol=0.02), "the subject is untouched"
    edge = out[20, 19:22]
    assert (edge >= -1e-6).all()
    assert edge[:, found.primary].max() < 0.5, "no screen is left at the edge"


def test_a_plate_without_a_screen_has_none() -> None:
    assert measure_screen(np.full((20, 20, 3), 90, np.uint8), "auto") is None


def test_a_matte_decides_alone() -> None:
    picture, matte = plate(GREEN), np.zeros((40, 60, 3), np.uint8)
    matte[:, 30:] = 255
    out = matted(picture, matte, np.full((40, 60, 3), 0.25, np.float32))
    assert np.allclose(out[:, :30], 0.25)
    assert np.allclose(out[:, 30:], scanned(picture)[:, 30:])
