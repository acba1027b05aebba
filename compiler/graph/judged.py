"""What a take is held to: the windows it comes in, and where the solved camera's picture has its people.

Boxes are projected from the staged acts alone, never from a performance, so that every take of a shot, and a picture
that was generated from its description, is held to the same composition.
"""

from __future__ import annotations

from compiler.graph import params as p
from compiler.staging.model import StagedShot


def judge_params(shot: StagedShot, windows: tuple[p.Window, ...]) -> p.JudgeTake:
    """The brief of a judge for the clips of ``windows``, in playing order, of a shot in the film's time."""
    return p.JudgeTake(windows, shot.size, shot.fps, (), _moves(shot))


def _moves(shot: StagedShot) -> bool:
    """Whether a picture of the shot that stands still is at fault."""
    if shot.time.freeze or shot.set is None:
        return False
    camera = shot.camera.handheld > 0 or any(key != shot.camera.keys[0] for key in shot.camera.keys[1:])
    return camera or bool(shot.crowds) or any(actor.visible for actor in shot.actors)
