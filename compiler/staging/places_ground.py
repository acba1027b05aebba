"""The lie of the land outdoors, as far as staging must know it: how high the ground is under a mark or a house.

The runtime builds the same profile finer (``runtime.previz.sets.terrain``); a test keeps the two equal. People act within
a few metres of the origin, where every terrain is level at y = 0.
"""

from __future__ import annotations

import math

from compiler.staging.model import Terrain

WATERLINE = 9.0
"""Metres from the origin towards the sea at which a shore meets the water."""
SEA_LEVEL = -0.25
ROAD_HALF = 3.3
PAVEMENT = 0.12
CLIFF_EDGE = 6.0
CLIFF_DROP = 24.0


def ground_height(terrain: Terrain, x: float, z: float) -> float:
    """Height in metres of the ground at (x, z)."""
    yaw = math.radians(terrain.yaw)
    seaward = x * math.sin(yaw) + z * math.cos(yaw)
    match terrain.kind:
        case "shore":
            if seaward > 4.0:
                return -0.05 * (seaward - 4.0) - 0.3 * smooth(10.0, 30.0, seaward)
            return 2.6 * smooth(8.0, 28.0, -seaward)
        case "hill":
            return -7.0 * smooth(6.0, 60.0, math.hypot(x, z))
        case "cliff":
            return -CLIFF_DROP * smooth(CLIFF_EDGE, CLIFF_EDGE + 2.5, seaward)
        case "street":
            across = abs(x * math.cos(yaw) - z * math.sin(yaw))
            return PAVEMENT if across > ROAD_HALF else 0.0
        case _:
            return 0.0


def smooth(low: float, high: float, value: float) -> float:
    """Hermite step from 0 at ``low`` to 1 at ``high``."""
    t = min(1.0, max(0.0, (value - low) / (high - low)))
    return t * t * (3.0 - 2.0 * t)
