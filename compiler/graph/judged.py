"""What a take is held to: the windows it comes in, and where the solved camera's picture has its people.

Boxes are projected from the staged acts alone, never from a performance, so that every take of a shot, and a picture
that was generated from its description, is held to the same composition.
"""

from __future__ import annotations

from compiler.graph import params as p
from compiler.staging.model import StagedShot
from compiler.staging.sitters import sitting
from compiler.staging.space import r4

LOOKS_PER_SECOND = 2.0
MOST_LOOKS = 9


def judge_params(shot: StagedShot, windows: tuple[p.Window, ...]) -> p.JudgeTake:
    """The brief of a judge for the clips of ``windows``, the body of a shot in playing order, in the film's time."""
    return p.JudgeTake(windows, shot.size, shot.fps, _composed(shot), _moves(shot))


def _composed(shot: StagedShot) -> tuple[p.Composition, ...]:
    """Frames spread evenly over the shot, with whoever is then before the camera."""
    if shot.set is None or shot.still or (shot.plate and not shot.plate.key) or not shot.camera.keys:
        return ()
    seconds = shot.frames * shot.fps[1] / shot.fps[0]
    looks = min(MOST_LOOKS, shot.frames, max(2, round(seconds * LOOKS_PER_SECOND)))
    found = []
    for look in range(looks):
        frame = (2 * look + 1) * shot.frames // (2 * looks)
        now = _performed(shot, frame) * shot.fps[1] / shot.fps[0] * float(shot.time.speed)
        people = tuple(
            p.Sitter(_rounded(at.head), _rounded(at.body), number, at.name)
            for number, at in enumerate(sitting(shot, now))
            if _shown(at.head) or _shown(at.body)
        )
        if people:
            found.append(p.Composition(frame, people, _performed(shot, frame)))
    return tuple(found)


def _performed(shot: StagedShot, frame: int) -> int:
    """Frame of the performance, which begins with the first that is rendered, that a frame of the film shows."""
    if shot.time.freeze:
        return 0
    return shot.frames - 1 + shot.tail - frame if shot.time.reverse else frame + shot.head


def _shown(box: tuple[float, float, float, float]) -> bool:
    return box[0] < 1.0 and box[2] > 0.0 and box[1] < 1.0 and box[3] > 0.0


def _rounded(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """To a ten-thousandth of the frame and to a hundred frames: what is far outside is only that."""
    left, top, right, bottom = (r4(max(-100.0, min(100.0, v))) for v in box)
    return left, top, right, bottom


def _moves(shot: StagedShot) -> bool:
    """Whether a picture of the shot that stands still is at fault."""
    if shot.time.freeze or shot.set is None or shot.still:
        return False
    camera = shot.camera.handheld > 0 or any(key != shot.camera.keys[0] for key in shot.camera.keys[1:])
    return camera or bool(shot.crowds) or any(actor.visible for actor in shot.actors)
