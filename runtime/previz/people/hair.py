"""Hair. This first version only darkens the scalp."""

from __future__ import annotations

import numpy as np

from compiler.staging.model import PersonSpec
from runtime.previz.people.body import Body
from runtime.previz.people.parts import Hair


def build_hair(body: Body, spec: PersonSpec) -> Hair:
    """No strands yet; ``scalp`` covers where hair grows."""
    c = body.canonical
    line = 0.80 - 0.9 * np.clip(0.06 - c[:, 2], 0.0, 0.2)
    return Hair([], np.clip((c[:, 1] - line) / 0.01, 0.0, 1.0).astype(np.float32) * (c[:, 1] > 0.6))
