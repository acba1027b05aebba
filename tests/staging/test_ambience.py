"""What places sound like when nobody says."""

from __future__ import annotations

import pytest

from compiler.meaning.film import Action, Scene
from compiler.staging.ambience import usual_beds
from stdlib.sounds import changes_of, recipe_of


@pytest.mark.parametrize(
    ("name", "interior", "hour", "told", "wanted"),
    [
        ("CAR - MOVING", True, "night", "", {"room", "traffic"}),
        ("TRAIN", True, "night", "", {"train"}),
        ("BAR", True, "night", "", {"room", "crowd"}),
        ("FOREST ROAD", False, "night", "", {"wind", "insects"}),
        ("GARDEN", False, "day", "", {"wind", "birds"}),
        ("STREET", False, "day", "", {"traffic"}),
        ("KITCHEN", True, "night", "It is raining.", {"room", "rain"}),
        ("GAS STATION", False, "night", "Rain. A car stops.", {"traffic", "rain"}),
        ("BEACH", False, "day", "", {"sea"}),
    ],
)
def test_a_place_has_the_sounds_of_its_kind_hour_and_weather(
    name: str, interior: bool, hour: str, told: str, wanted: set[str]
) -> None:
    beds = usual_beds(Scene("a", "", interior, name, hour, items=(Action(told),)), name.lower())
    assert wanted <= {recipe_of(what) for what, _ in beds}
    assert all(level <= -26.0 for _, level in beds)


def test_walls_keep_the_weather_out() -> None:
    inside, outside = (
        dict(usual_beds(Scene("a", "", interior, "SHED", "day", items=(Action("Rain."),)), "shed"))
        for interior in (True, False)
    )
    assert outside["rain"] > inside["rain, muffled"]
    assert "muffled" in changes_of("rain, muffled")
