"""Clothes. This first version puts everybody into one base layer grown on the tights helper."""

from __future__ import annotations

import numpy as np

from compiler.staging.model import PersonSpec
from runtime.previz.people.body import Body
from runtime.previz.people.eyes import select_units
from runtime.previz.people.parts import Garments, make_part
from runtime.previz.scene import Material


def build_garments(body: Body, spec: PersonSpec) -> Garments:
    """The base layer nobody is ever without: neck to ankles and wrists."""
    first, last = body.groups["tights"]
    keep = np.arange(first, last)
    colour = spec.garments[0].colour if spec.garments else (0.08, 0.08, 0.09)
    part = make_part(
        "garment.base",
        body.positions[keep],
        body.faces("tights") - first,
        Material.CLOTH,
        bone_index=body.bone_index[keep],
        bone_weight=body.bone_weight[keep],
        canonical=body.canonical[keep],
        colour=np.tile(np.array(colour, np.float32), (len(keep), 1)),
        attr=np.tile(np.array([2, 1, 0, 0], np.float32), (len(keep), 1)),
        units=select_units(body.units, keep.astype(np.int32), len(body.positions)),
    )
    c = body.canonical
    return Garments([part], (c[:, 1] < 0.54) & (np.abs(c[:, 0]) < 0.44))
