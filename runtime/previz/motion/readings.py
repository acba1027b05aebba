"""Another reading of a shot: the choices an actor and an operator make anew in every take.

The first take is the shot as staged. A later one draws, from the shot's seed and its number, how somebody carries
themselves, where their eyes go when nothing holds them, how large and how soon a gesture or a feeling comes, and how the
operator breathes. Marks, steps, hands on things, lines and the times of all of them are the text's and stay.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from compiler.staging.model import Act, ActKind, Actor, CameraTrack
from runtime.previz.motion.curves import hashed, occasions

_LOOSE = frozenset(
    ("nod", "shake", "shrug", "point", "hand to mouth", "hand to chest", "open hands", "bow head", "hand to face",
     "cross arms", "raise hand"),
)  # fmt: skip
"""Gestures that neither touch nor sound: their moment is the actor's within a fifth of a second."""
_EYES_BUSY = frozenset((ActKind.REACH, ActKind.EMBRACE, ActKind.CLOSE_EYES, ActKind.SIT, ActKind.STAND_UP))
"""While these are done the eyes are with them."""
_EDGE = 0.7
"""Seconds after the first frame and before the last in which nobody looks away: eyelines hold across a cut."""
_MOVING_BREATH = 0.12
"""How much of a handheld camera there is in one that moves on a head and wheels."""


@dataclass(frozen=True, slots=True)
class Glance:
    """Eyes that leave what they look at for ``seconds`` and come back; radians right and down, and the head's share of it."""

    start: float
    seconds: float
    yaw: float
    pitch: float
    head: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What one body does of its own accord. The defaults change nothing."""

    seed: int
    lean: float = 0.0
    """Radians the chest is carried further forward."""
    turned: float = 0.0
    """Radians the chest is opened to the left."""
    tilt: float = 0.0
    chin: float = 0.0
    """Radians the head is carried over to one side, and lower."""
    weight: float = 1.0
    """How far a standing body rests on one leg; negative: on the other."""
    restless: float = 1.0
    """Size of the small shifts of trunk and head."""
    quick: float = 1.0
    """Tempo of the head."""
    nods: float = 1.0
    """Size of nods, shakes and of what stressed words do to the head."""
    glances: tuple[Glance, ...] = ()


def read_actor(actor: Actor, seed: int, seconds: float, take: int) -> tuple[Actor, Reading]:
    """An actor as staged and how they play a take of a shot of ``seconds``; ``seed`` is theirs in this shot."""
    if take == 1:
        return actor, Reading(seed)
    own = int(hashed(seed, 301, take) * 2**32)

    def drawn(channel: int, low: float, high: float) -> float:
        return low + (high - low) * hashed(own, channel)

    acts = _acts(actor.acts, own)
    reading = Reading(
        own,
        drawn(310, -0.055, 0.08),
        drawn(311, -0.08, 0.08),
        drawn(312, 0.03, 0.1) * (1 if hashed(own, 313) < 0.5 else -1),
        drawn(314, -0.08, 0.09),
        drawn(315, 0.6, 1.25) * (1 if hashed(own, 316) < 0.5 else -1),
        drawn(317, 0.8, 1.8),
        drawn(318, 0.8, 1.25),
        drawn(319, 0.65, 1.3),
        _glances(acts, own, seconds),
    )
    return replace(actor, acts=acts), reading


def read_camera(track: CameraTrack, seed: int, take: int) -> tuple[CameraTrack, int]:
    """The operator's take: another breath, a little more or less of it. What is locked off stays so."""
    if take == 1:
        return track, seed
    own = int(hashed(seed, 302, take) * 2**32)
    amount = track.handheld or (_MOVING_BREATH if len(track.keys) > 1 else 0.0)
    return replace(track, handheld=amount * (0.85 + 0.3 * hashed(own, 320))), own


def _acts(acts: tuple[Act, ...], own: int) -> tuple[Act, ...]:
    """Looks, loose gestures and feelings a little sooner or later, smaller or larger, in the order they are written in."""
    out = []
    for number, act in enumerate(acts):
        if act.start <= 0.2:  # what was there when the shot began is not this take's
            out.append(act)
            continue
        draw = hashed(own, 330, number)
        match act.kind:
            case ActKind.LOOK:
                later = min(0.22 * draw - 0.05, _room(act, acts))
                out.append(_moved(replace(act, speed=act.speed * (0.85 + 0.4 * hashed(own, 331, number))), later))
            case ActKind.GESTURE if act.style in _LOOSE:
                longer = (act.end - act.start) * (0.3 * hashed(own, 332, number) - 0.12)
                moved = _moved(act, min(0.36 * draw - 0.16, _room(act, acts)))
                out.append(replace(moved, end=max(moved.start + 0.4, moved.end + longer)))
            case ActKind.EMOTE:
                strength = min(1.0, act.value * (0.84 + 0.32 * hashed(own, 333, number)))
                out.append(_moved(replace(act, value=strength), min(0.4 * draw - 0.15, _room(act, acts))))
            case _:
                out.append(act)
    return tuple(out)


def _room(act: Act, acts: tuple[Act, ...]) -> float:
    """How much later an act may begin and still come before the next of its kind."""
    following = [other.start for other in acts if other.kind is act.kind and other.start > act.start]
    return max(0.0, (min(following) - act.start) / 2) if following else 1.0


def _moved(act: Act, seconds: float) -> Act:
    return replace(act, start=act.start + seconds, end=act.end + seconds)


def _glances(acts: tuple[Act, ...], own: int, seconds: float) -> tuple[Glance, ...]:
    """Where the eyes go by themselves: away as one begins to speak (Kendon 1967), aside or down in thought, and back."""
    looks = [act.start for act in acts if act.kind is ActKind.LOOK]
    busy = [(act.start, act.end) for act in acts if act.kind in _EYES_BUSY]
    asked = [
        a.start + 0.1 for a in acts if a.kind is ActKind.SPEAK and a.end - a.start > 1.4 and hashed(own, 340) < 0.6
    ]
    found: list[Glance] = []

    def offer(moment: float) -> None:
        glance = _glance(own, moment)
        end = moment + glance.seconds
        if moment < _EDGE or end > seconds - _EDGE or (found and moment < found[-1].start + found[-1].seconds + 0.8):
            return
        # A look that the text asks for has its moment, and time to be seen.
        if any(moment - 1.1 < look < end + 0.35 for look in looks) or any(a < end and moment < b for a, b in busy):
            return
        found.append(glance)

    for moment in sorted([*asked, *occasions(own, 341, 0.0, seconds, 1.5, 3.6)]):
        offer(moment)
    for number in range(8):
        if not found:
            offer(_EDGE + (seconds - 2 * _EDGE) * hashed(own, 347, number))
    return tuple(found)


def _glance(own: int, moment: float) -> Glance:
    k = int(moment * 1000)
    side = 1.0 if hashed(own, 343, k) < 0.5 else -1.0
    way, far = hashed(own, 344, k), hashed(own, 345, k)
    if way < 0.5:  # down and aside: turning inwards
        yaw, pitch = 0.16 + 0.3 * far, 0.28 + 0.16 * far
    elif way < 0.85:  # aside
        yaw, pitch = 0.36 + 0.3 * far, 0.04
    else:  # up: looking for a word
        yaw, pitch = 0.2 + 0.2 * far, -0.22
    return Glance(moment, 0.45 + 0.75 * hashed(own, 342, k), side * yaw, pitch, 0.35 + 0.4 * hashed(own, 346, k))
