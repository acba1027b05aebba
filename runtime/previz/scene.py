"""What the renderer is given: meshes with materials, lights, air, sky and one camera.

Makers of meshes (people, sets) and the rasteriser agree here and nowhere else. Arrays are C-order;
positions in metres in world space; normals unit length; colours linear Rec.709.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from compiler.staging.model import Fog, Light, Sky

F32 = NDArray[np.float32]
I32 = NDArray[np.int32]


class Material(IntEnum):
    """Shader of a mesh. The meaning of ``Mesh.attr`` (V, 4) depends on it; unused columns are 0."""

    PLASTER = 0
    PLANK = 1
    """Floorboards, grain along rest x."""
    WOOD = 2
    """Furniture wood, grain along the longest rest axis."""
    STONE = 3
    TILE = 4
    METAL = 5
    """attr[0] = roughness."""
    GLASS = 6
    """Thin dark glass and screens that are off."""
    EMISSIVE = 7
    """Shines with its colour; attr[0] = radiance multiplier."""
    PAPER = 8
    FABRIC = 9
    """Curtains, rugs, bedding; attr[0] = sheen."""
    CLOTH = 10
    """Garments: attr[0] = weave (0 wool, 1 knit, 2 cotton, 3 denim, 4 leather, 5 linen), attr[1] = fold occlusion 0..1 (1 open)."""
    SKIN = 11
    """attr[0] = lips 0..1, attr[1] = blush, attr[2] = wrinkle, attr[3] = cavity occlusion (1 open)."""
    EYE = 12
    """rest xyz = unit sphere about the eye centre, +z through the pupil; colour = iris."""
    HAIR = 13
    """attr[0] = root 0 .. tip 1, attr[1] = strand hash; ``tangent`` runs along the strand."""
    TEETH = 14
    TONGUE = 15
    WATER = 16
    """Sea: normals from animated waves in the shader; rest xz = world xz."""
    SAND = 17
    GRASS = 18
    ROCK = 19
    SNOW = 20
    ASPHALT = 21
    PLASTIC = 22
    """attr[0] = roughness."""
    FOLIAGE = 23
    PANE = 24
    """Window pane: see-through, shows the sky as a soft glow; never casts a shadow."""


@dataclass(slots=True)
class Mesh:
    """Triangles of one object in world space at one frame.

    ``positions`` (V, 3), ``normals`` (V, 3), ``rest`` (V, 3) undeformed positions for procedural
    noise, ``colour`` (V, 3), ``attr`` (V, 4), ``tangent`` (V, 3) float32; ``faces`` (F, 3) int32,
    counter-clockwise from outside; ``material`` (F,) uint8. ``name`` identifies the object in masks.
    """

    name: str
    positions: F32
    normals: F32
    faces: I32
    material: NDArray[np.uint8]
    rest: F32
    colour: F32
    attr: F32
    tangent: F32
    two_sided: bool = False
    is_person: bool = False
    casts_shadow: bool = True
    is_hair: bool = False
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Camera:
    """A pinhole with a thin lens. ``rotation`` (3, 3) rows are right, up and backward axes in world space."""

    position: tuple[float, float, float]
    rotation: F32
    focal_mm: float
    f_stop: float
    focus: float
    exposure: float = 0.0
    sensor_mm: float = 24.9


@dataclass(slots=True)
class FrameScene:
    """One instant, ready to draw. ``static`` meshes do not change within a window (their shadows are cached)."""

    static: list[Mesh]
    moving: list[Mesh]
    lights: tuple[Light, ...]
    """Intensities already multiplied by cues and flicker."""
    sky: Sky
    fog: Fog
    camera: Camera
    seconds: float
    """Shot time, drives waves, smoke, flicker."""
    interior: bool = True
    bounds: tuple[tuple[float, float, float], tuple[float, float, float]] = ((-5.0, 0.0, -5.0), (5.0, 3.0, 5.0))
    """Box the fog is bound to indoors."""
    hero: str = ""
    """Name prefix of the person the fitted shadow map favours."""


@dataclass(slots=True)
class Passes:
    """The public pass contract. ``hdr`` (H, W, 3) scene-linear float32 before the look chain, depth of field
    already in it; ``depth`` (H, W) metres along the view axis, inf for sky; ``normal`` (H, W, 3) world space;
    ``ids`` (H, W) int32 index into ``names``, -1 sky; ``masks`` (H, W) coverage 0..1 by object name, when asked for."""

    hdr: F32
    depth: F32
    normal: F32
    ids: I32
    names: tuple[str, ...]
    masks: dict[str, F32] = field(default_factory=dict)
