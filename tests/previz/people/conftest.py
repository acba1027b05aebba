"""People that several tests share, built once."""

import pytest

from compiler.staging.model import GarmentSpec, HairSpec, PersonSpec
from runtime.previz.people.body import Body, build_body
from runtime.previz.people.person import Person, build_person

MARA = PersonSpec(
    name="MARA",
    seed=11,
    gender=0.0,
    age=67.0,
    height=1.64,
    weight=0.3,
    ethnicity=(0.0, 0.0, 1.0),
    hair=HairSpec(style="bald"),
    garments=(GarmentSpec("t-shirt", (0.2, 0.2, 0.2), "cotton"), GarmentSpec("trousers", (0.1, 0.1, 0.1), "wool")),
)


@pytest.fixture(scope="session")
def mara() -> Body:
    return build_body(MARA)


@pytest.fixture(scope="session")
def mara_person() -> Person:
    return build_person(MARA)
