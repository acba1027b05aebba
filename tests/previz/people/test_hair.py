"""Hair: every style grows, stays off the skull and off the face, thins by prefix and follows head and face."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from scipy.spatial import cKDTree

from compiler.staging.model import HairSpec, PersonSpec
from runtime.previz.people.body import Body, build_body
from runtime.previz.people.hair import build_hair, thin_hair
from runtime.previz.people.parts import Hair, SkinnedPart
from runtime.previz.pose import BONE, UNIT

STYLES = ("crop", "side", "bob", "long", "curly", "bun")


@lru_cache(maxsize=1)
def woman() -> Body:
    return build_body(PersonSpec("W", 3, gender=0.0, age=40.0))


@lru_cache(maxsize=16)
def grown(style: str, beard: str = "") -> Hair:
    return build_hair(woman(), PersonSpec("W", 3, gender=0.0, age=40.0, hair=HairSpec(style, grey=0.4, beard=beard)))


def named(hair: Hair, name: str) -> SkinnedPart:
    return next(part for part in hair.parts if part.name == name)


@pytest.mark.parametrize("style", STYLES)
def test_styles_grow(style: str) -> None:
    part = named(grown(style), "hair")
    for array in (part.positions, part.colour, part.attr, part.tangent, part.normals, part.bone_weight, part.sway):
        assert array is not None
        assert np.isfinite(array).all()
    assert np.allclose(part.bone_weight.sum(axis=1), 1.0, atol=1e-4)
    assert 8_000 < len(part.faces) < 30_000
    assert part.attr[:, 0].min() >= 0.0
    assert part.attr[:, 0].max() <= 1.0
    body = woman()
    head = np.flatnonzero((body.canonical[:, 1] > 0.62) & (np.arange(len(body.canonical)) < body.groups["body"][1]))
    top = body.positions[head, 1].max()
    assert part.positions[:, 1].max() < top + 0.12
    eyes = body.positions[body.span("eye.L")].mean(axis=0)
    before = (np.abs(part.positions[:, 0]) < 0.035) & (part.positions[:, 2] > eyes[2])
    before &= np.abs(part.positions[:, 1] - eyes[1]) < 0.02
    assert before.mean() < 0.004, "nobody looks through a curtain"


def test_strands_do_not_sink_into_the_skull() -> None:
    body, part = woman(), named(grown("bob"), "hair")
    faces = body.faces("body")
    normal = np.zeros_like(body.positions)
    p = body.positions[faces]
    for k in range(3):
        np.add.at(normal, faces[:, k], np.cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0]))
    head = np.unique(faces[(body.canonical[faces][:, :, 1] > 0.64).all(axis=1)])
    middle = part.positions[(part.attr[:, 0] > 0.3) & (part.canonical[:, 1] > 0.70)]
    gap, at = cKDTree(body.positions[head]).query(middle)
    n = normal[head][at] / np.linalg.norm(normal[head][at], axis=1, keepdims=True)
    depth = ((middle - body.positions[head][at]) * n).sum(axis=1)
    assert ((depth < -0.003) & (gap < 0.02)).mean() < 0.01


def test_prefix_is_thinner_hair() -> None:
    part = named(grown("crop"), "hair")
    strand = part.attr[:, 2]
    assert (np.diff(strand) >= 0).all(), "strands are runs"
    less = thin_hair(part, 0.3)
    assert len(less.faces) < 0.5 * len(part.faces)
    assert less.faces.max() < len(less.positions)
    assert np.array_equal(less.faces, part.faces[: len(less.faces)])
    low, high = part.positions.min(axis=0), part.positions.max(axis=0)
    assert np.abs(less.positions.min(axis=0) - low).max() < 0.02
    assert np.abs(less.positions.max(axis=0) - high).max() < 0.02


def test_short_hair_rides_the_skull_and_long_hair_the_shoulders() -> None:
    def share(part: SkinnedPart, bone: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        return np.asarray((part.bone_weight * (part.bone_index == BONE[bone])).sum(axis=1))

    short = named(grown("crop"), "hair")
    assert share(short, "head")[short.canonical[:, 1] > 0.76].min() > 0.9
    falls = named(grown("long"), "hair")
    ends = falls.canonical[:, 1] < 0.5
    assert ends.any()
    assert share(falls, "head")[ends].mean() < 0.5


def test_brows_and_lashes_follow_the_face() -> None:
    hair = grown("bald", "full")
    assert {part.name for part in hair.parts} == {"brows", "lashes", "beard"}
    for name, unit in (("brows", "browInnerUp"), ("lashes", "eyeBlinkLeft"), ("beard", "jawOpen")):
        part, u = named(hair, name), UNIT[unit]
        span = slice(int(part.units.start[u]), int(part.units.start[u + 1]))
        assert np.abs(part.units.delta[span]).max() > 0.002, f"{name} must follow {unit}"


def test_same_twice_and_roots_tint_the_scalp() -> None:
    spec = PersonSpec("W", 3, gender=0.0, age=40.0, hair=HairSpec("crop", grey=0.4))
    a, b = grown("crop"), build_hair(woman(), spec)
    for one, two in zip(a.parts, b.parts, strict=True):
        assert one.positions.tobytes() == two.positions.tobytes()
        assert one.colour.tobytes() == two.colour.tobytes()
    assert a.scalp is not None
    assert a.scalp.shape == (len(woman().positions),)
    c = woman().canonical
    skull = (c[:, 1] > 0.83) & (np.arange(len(c)) < woman().groups["body"][1])
    assert a.scalp[skull].min() > 0.9
    assert a.scalp[(c[:, 1] > 0.69) & (c[:, 1] < 0.72) & (c[:, 2] > 0.13)].max() < 0.1
