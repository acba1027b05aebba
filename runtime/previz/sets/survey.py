"""How far the things of a place reach: boxes, by which a window knows what of the place it can show without building it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from compiler.staging.model import SetSpec
from runtime.previz.scene import Mesh
from runtime.previz.sets.build import air_of, ground, piece_meshes

F64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Survey:
    """Boxes (low, high) in metres: ``pieces`` (P, 2, 3) of the set's pieces in its order; ``casts`` (P,) whether any of it
    throws a shadow; ``whole`` (2, 3) round everything, shell, land and the air's own box too."""

    pieces: F64
    casts: NDArray[np.bool_]
    whole: F64


def survey_set(spec: SetSpec) -> Survey:
    """Measure everything of ``spec`` as it is drawn. A piece that comes to nothing is a point where it stands."""
    boxes, casts = [], []
    for piece in spec.pieces:
        meshes = piece_meshes(piece)
        boxes.append(_box(meshes, (piece.position, piece.position)))
        casts.append(any(mesh.casts_shadow for mesh in meshes))
    still, shining = ground(spec)
    air = air_of(spec)
    whole = np.array([air, _box((*still, *shining), air), *boxes])
    pieces = np.array(boxes, np.float64).reshape(-1, 2, 3)
    return Survey(pieces, np.array(casts, bool), np.stack([whole[:, 0].min(0), whole[:, 1].max(0)]))


def save_survey(path: Path, survey: Survey) -> None:
    """Writes JSON whose bytes depend on nothing but the survey."""
    plain = {"pieces": survey.pieces.tolist(), "casts": survey.casts.tolist(), "whole": survey.whole.tolist()}
    path.write_text(json.dumps(plain), encoding="utf-8")


def load_survey(path: Path) -> Survey:
    """Reads what ``save_survey`` wrote. Raises ``ValueError``, ``KeyError`` or ``OSError`` for anything else."""
    plain = json.loads(path.read_text(encoding="utf-8"))
    return Survey(
        np.array(plain["pieces"], np.float64).reshape(-1, 2, 3),
        np.array(plain["casts"], bool),
        np.array(plain["whole"], np.float64),
    )


def _box(meshes: Iterable[Mesh], empty: tuple[tuple[float, ...], tuple[float, ...]]) -> F64:
    points = [mesh.positions for mesh in meshes if len(mesh.positions)]
    if not points:
        return np.array(empty, np.float64)
    return np.array([np.min([p.min(0) for p in points], 0), np.max([p.max(0) for p in points], 0)], np.float64)
