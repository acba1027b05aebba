"""Proportions by rule against bodies as built."""

from dataclasses import replace

import pytest

from compiler.staging.casting import body_landmarks, eye_height
from compiler.staging.model import PersonSpec, Posture
from runtime.previz.people.body import build_body
from runtime.previz.pose import BONE
from tests.previz.people.conftest import MARA

PEOPLE = [
    MARA,
    replace(MARA, seed=5, gender=1.0, age=70.0, height=1.80),
    replace(MARA, seed=6, gender=1.0, age=32.0, height=1.75, muscle=0.8, ethnicity=(1.0, 0.0, 0.0)),
    replace(MARA, seed=7, age=24.0, height=1.60, ethnicity=(0.0, 1.0, 0.0)),
    replace(MARA, seed=8, age=10.0, height=1.38, gender=1.0),
]


@pytest.mark.parametrize("spec", PEOPLE, ids=lambda p: f"{p.age:.0f}")
def test_landmarks_within_two_centimetres(spec: PersonSpec) -> None:
    body, said = build_body(spec), body_landmarks(spec)
    at = body.joints[:, 1]
    real = {
        "crown": body.positions[body.span("body"), 1].max(),
        "eye": at[BONE["eye.L"]],
        "chin": body.positions[991, 1],
        "shoulder": (at[BONE["upperarm01.L"]] + at[BONE["upperarm01.R"]]) / 2,
        "waist": at[BONE["spine04"]],
        "hip": at[BONE["upperleg01.L"]],
        "knee": at[BONE["lowerleg01.L"]],
        "ankle": at[BONE["foot.L"]],
    }
    for name, height in real.items():
        assert getattr(said, name) == pytest.approx(float(height), abs=0.02), name
    assert said.eye_forward == pytest.approx(float(body.joints[BONE["eye.L"], 2]), abs=0.035)


def test_eye_heights_go_down_with_the_body() -> None:
    standing = eye_height(MARA, Posture.STAND)
    sitting = eye_height(MARA, Posture.SIT, 0.45)
    kneeling = eye_height(MARA, Posture.KNEEL)
    lying = eye_height(MARA, Posture.LIE, 0.5)
    assert standing > sitting > lying
    assert standing - 0.5 < kneeling < standing - 0.3
    assert sitting == pytest.approx(0.45 + 0.74, abs=0.04)
