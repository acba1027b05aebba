"""Every recipe renders, is as loud as promised, and words find the recipe one would expect."""

from __future__ import annotations

import numpy as np
import pytest

from runtime.sound.effects import nearest, sound
from runtime.sound.loudness import block_means, k_power
from stdlib.sounds import catalogue, changes_of, recipe_of

RECIPES = tuple(catalogue()["recipe"])


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_sounds(name: str) -> None:
    words = catalogue()["recipe"][name]["words"][0]
    assert recipe_of(words) == name
    samples = sound(words, 1.2, 5)
    assert samples.ndim == 2
    assert samples.shape[1] == 2
    assert np.isfinite(samples).all()
    assert 0.001 < np.abs(samples).max() <= 0.81
    power = k_power(samples)
    block = min(len(power), 19_200)
    loudest = -0.691 + 10 * np.log10(block_means(power, block, max(1, block // 4)).max())
    assert loudest < -19.0


@pytest.mark.parametrize(
    ("words", "recipe"),
    [
        ("distant foghorn", "foghorn"),
        ("wind in glass, low", "wind"),
        ("gentle waves on the shore", "surf"),
        ("waves outside", "sea"),
        ("server hum", "servers"),
        ("one breath in", "breath_in"),
        ("her breath", "breath"),
        ("she breathes out", "breath_out"),
        ("the lamp goes out", "power_down"),
        ("glass breaks", "break"),
        ("footsteps on sand", "sand"),
        ("gulls", "gulls"),
        ("", ""),
        ("a feeling", ""),
    ],
)
def test_words_find_recipes(words: str, recipe: str) -> None:
    assert recipe_of(words) == recipe


def test_misspelt_words_are_heard_as_the_nearest() -> None:
    assert nearest("thundr") == "thunder"
    assert nearest("zxqv") == "room"


def test_qualifiers_change_the_sound() -> None:
    assert "distant" in changes_of("distant foghorn")
    near, far = sound("surf", 1.0, 1), sound("distant surf", 1.0, 1)
    assert _brightness(far) < 0.5 * _brightness(near)


def test_same_seed_same_sound() -> None:
    assert np.array_equal(sound("rain", 0.5, 3), sound("rain", 0.5, 3))
    assert not np.array_equal(sound("rain", 0.5, 3), sound("rain", 0.5, 4))


def test_a_breath_comes_in_and_goes_out() -> None:
    samples = sound("a breath", 3.6, 2)
    rms = np.sqrt((samples[: 48_000 * 3, 0].reshape(-1, 4800).astype(np.float64) ** 2).mean(axis=1))
    assert rms[12] < 0.2 * max(rms[5:11])  # the turn between in and out
    assert max(rms[14:20]) > 0.2 * rms.max()
    assert rms[29] < 0.3 * max(rms[14:20])


def _brightness(samples: np.ndarray) -> float:
    power = np.abs(np.fft.rfft(samples[:, 0])) ** 2
    hz = np.fft.rfftfreq(len(samples), 1 / 48_000)
    return float((power * hz).sum() / power.sum())
