"""Bodies: identity, determinism, height, and faces that fit."""

from dataclasses import replace

import numpy as np
import pytest

from runtime.previz.people.body import Body, build_body, rest_joints
from runtime.previz.people.identity import shape_weights
from runtime.previz.pose import BONE, UNIT
from tests.previz.people.conftest import MARA


def test_height_is_what_was_asked(mara: Body) -> None:
    body = mara.positions[mara.span("body")]
    assert body[:, 1].max() == pytest.approx(1.64, abs=1e-3)
    assert body[:, 1].min() == pytest.approx(0.0, abs=1e-4)


@pytest.mark.parametrize("height", [1.05, 1.45, 2.05])
def test_any_height_can_be_reached(height: float) -> None:
    body = build_body(replace(MARA, height=height, age=30.0))
    assert body.positions[body.span("body"), 1].max() == pytest.approx(height, abs=2e-3)


def test_equal_specs_are_equal_bodies(mara: Body) -> None:
    again = build_body(replace(MARA))
    assert np.array_equal(mara.positions, again.positions)
    assert np.array_equal(mara.units.delta, again.units.delta)


def test_the_name_alone_changes_nobody(mara: Body) -> None:
    assert np.array_equal(mara.positions, build_body(replace(MARA, name="OTHER")).positions)


def test_seeds_are_different_people(mara: Body) -> None:
    face = mara.canonical[:, 1] > 0.6
    for seed in (12, 13, 14):
        other = build_body(replace(MARA, seed=seed))
        apart = np.linalg.norm(other.positions - mara.positions, axis=1)[face]
        # Two faces differ by millimetres all over, never by a melted centimetre.
        assert 0.0008 < apart.mean() < 0.012


def test_ten_to_fourteen_features_make_a_face() -> None:
    for seed in range(20):
        weights, _ = shape_weights(replace(MARA, seed=seed, age=30.0, gender=1.0))
        stems = {
            name.replace("/l-", "/").replace("/r-", "/") for name in weights if not name.startswith(("macro", "asym"))
        }
        features = {name for name in stems if not name.startswith("head/head-") or "-scale-" in name or "-fat-" in name}
        assert 10 <= len(features) <= 14
        assert all(abs(weights[name]) <= 0.4 for name in features if name in weights)


def test_words_overrule_the_hash() -> None:
    weights, _ = shape_weights(replace(MARA, face=(("nose/nose-hump-incr", 0.8), ("eyes/{s}-eye-trans-out", 0.6))))
    assert weights["nose/nose-hump-incr"] == 0.8
    assert weights["eyes/l-eye-trans-out"] == weights["eyes/r-eye-trans-out"] == 0.6


def test_eyes_turn_about_their_own_centres(mara: Body) -> None:
    for name in ("eye.L", "eye.R"):
        distance = np.linalg.norm(mara.positions[mara.span(name)] - mara.joints[BONE[name]], axis=1)
        assert distance.std() < 2e-4
    assert np.array_equal(rest_joints(MARA), mara.joints)


@pytest.mark.parametrize(("seed", "age", "gender"), [(11, 67.0, 0.0), (4, 40.0, 1.0), (5, 25.0, 0.0)])
def test_a_blink_lands_on_the_lower_lid(seed: int, age: float, gender: float) -> None:
    body = build_body(replace(MARA, seed=seed, age=age, gender=gender))
    span = slice(*body.units.start[UNIT["eyeBlinkLeft"] : UNIT["eyeBlinkLeft"] + 2])
    moved = body.positions.copy()
    moved[body.units.index[span]] += body.units.delta[span]
    for upper, lower in ((7748, 7761), (7747, 7760), (7749, 7759)):
        assert abs(moved[upper, 1] - body.positions[lower, 1]) < 0.0025
