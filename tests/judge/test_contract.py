"""What a take is asked to be: parameters that leave films without takes as they were."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.graph import params as p
from compiler.graph.codec import Writer, canonical, decode, encode
from tests.graph.values import records


@given(records(p.BakeShot), st.integers(2, 9))
@settings(max_examples=10, deadline=None)
def test_the_first_take_goes_unsaid(bake: p.BakeShot, take: int) -> None:
    first, later = dataclasses.replace(bake, take=1), dataclasses.replace(bake, take=take)
    assert set(encode(first)) == {"shot", "windows"}  # type: ignore[arg-type]
    assert set(encode(later)) == {"shot", "take", "windows"}  # type: ignore[arg-type]
    for value in (first, later):
        assert Writer().text(value) == canonical(encode(value))
        assert decode(p.BakeShot, encode(value)) == value


def test_what_goes_unsaid_is_not_said() -> None:
    """One value has one text: a default that is written out is not read."""
    track = p.BakeShot.__dataclass_fields__["take"]
    assert track.default == 1
    plain = {"first": 0, "count": 4}
    assert decode(p.Window, plain) == p.Window(0, 4)
    with pytest.raises(ValueError, match="not the fields"):
        decode(p.Window, {"first": 0})
