"""Titles: every style draws inside the safe area, in its time, in letters the fonts have."""

from __future__ import annotations

import numpy as np
import pytest

from compiler.staging.model import Overlay
from runtime.picture.titles import draw_overlay
from stdlib.letters import missing_letters

SIZE = (240, 102)
GREY = np.full((102, 240, 3), 90, np.uint8)
STYLES = ("super", "lower third", "credit", "card", "caption")


def drawn(overlay: Overlay, t: float) -> np.ndarray:
    return np.abs(draw_overlay(GREY, overlay, t, SIZE).astype(int) - GREY).max(axis=2)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("place", ["", "top", "bottom right", "top left", "centre"])
def test_a_title_stands_in_the_safe_area(style: str, place: str) -> None:
    seen = drawn(Overlay("Ana Petrović\nkeeper of the light", 0.0, 4.0, style, place), 2.0) > 60
    rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    assert len(rows), "it is seen"
    assert rows[0] >= 0.05 * 102
    assert rows[-1] <= 0.95 * 102
    assert columns[0] >= 0.04 * 240
    assert columns[-1] <= 0.96 * 240
    if "left" in place:
        assert columns[-1] < 200
    if "right" in place:
        assert columns[0] > 40
    if "top" in place:
        assert rows[0] < 30


@pytest.mark.parametrize("style", [*STYLES, "crawl"])
def test_a_title_is_there_in_its_time_only(style: str) -> None:
    overlay = Overlay("Words\nmore words", 1.0, 5.0, style)
    for t in (0.5, 5.0, 9.0):
        assert draw_overlay(GREY, overlay, t, SIZE) is GREY
    assert drawn(overlay, 3.0).max() > 60
    assert drawn(overlay, 1.05).max() < drawn(overlay, 3.0).max() or style == "crawl"


def test_a_crawl_runs_upwards_through_the_picture() -> None:
    overlay = Overlay("One\nTwo\n\nThree", 0.0, 6.0, "crawl")
    middles = [np.average(np.arange(102), weights=drawn(overlay, t).sum(1) + 1e-9) for t in (1.5, 3.0, 4.5)]
    assert middles[0] > middles[1] > middles[2]


@pytest.mark.parametrize("style", ["super", "lower third", "caption"])
def test_other_alphabets_are_drawn(style: str) -> None:
    greek = drawn(Overlay("Υπό της νύχτας", 0, 4, style), 2.0)
    cyrillic = drawn(Overlay("Два часа ночи", 0, 4, style), 2.0)
    assert greek.max() > 60
    assert cyrillic.max() > 60
    assert not np.array_equal(greek, cyrillic)


def test_a_long_or_large_title_is_made_to_fit() -> None:
    for text in ("word " * 60, "x" * 300, "\n".join(["line"] * 40), "", "🎬 ok"):
        for style in (*STYLES, "crawl"):
            assert draw_overlay(GREY, Overlay(text, 0, 4, style), 2.0, SIZE).shape == GREY.shape


def test_missing_letters_are_known() -> None:
    assert missing_letters("Plain words — and “these”") == ""
    assert missing_letters("Ελληνικά, кириллица, Türkçe") == ""
    assert missing_letters("日本 and عربي").startswith("日本")
