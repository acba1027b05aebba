"""Light cues on the frames of a shot: levels, colours, flicker."""

from __future__ import annotations

import numpy as np

from compiler.staging.model import Light, LightCue, LightKind
from runtime.previz.motion.camera import light_colours, light_levels

LAMP = Light("lamp", LightKind.POINT, (1.0, 0.6, 0.3), 2.0)
MOON = Light("moon", LightKind.SUN, (0.4, 0.6, 1.0), 1.0)
T = np.arange(0, 96) / 24.0


def test_a_light_goes_down_and_comes_back() -> None:
    cues = (LightCue("lamp", 1.0, 2.0, 0.3), LightCue("lamp", 3.0, 3.0, 1.0))
    levels = light_levels((LAMP, MOON), cues, T, 1)
    assert levels[0].tolist() == [1.0, 1.0]
    assert abs(levels[60, 0] - 0.3) < 1e-9
    assert (np.diff(levels[24:48, 0]) <= 1e-12).all()
    assert levels[-1, 0] == 1.0
    assert (levels[:, 1] == 1.0).all()


def test_a_light_turns_a_colour() -> None:
    cues = (LightCue("lamp", 1.0, 2.0, 1.0, (1.0, 0.05, 0.05)),)
    colours = light_colours((LAMP, MOON), cues, T)
    assert np.allclose(colours[0, 0], LAMP.colour)
    assert np.allclose(colours[-1, 0], (1.0, 0.05, 0.05))
    assert np.allclose(colours[:, 1], MOON.colour)
    assert light_colours((), cues, T).shape == (96, 0, 3)


def test_a_light_flickers_from_its_cue_on_until_it_is_steadied() -> None:
    cues = (LightCue("lamp", 1.0, 1.0, 1.0, None, 1.0), LightCue("lamp", 3.0, 3.0, 1.0, None, 0.0))
    levels = light_levels((LAMP,), cues, T, 1)[:, 0]
    assert (levels[:24] == 1.0).all()
    assert levels[24:72].std() > 0.05
    assert (levels[73:] == 1.0).all()
    assert levels.min() >= 0.0
