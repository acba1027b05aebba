"""People as staging hands them to a renderer: who they are, where they are, and what they do when."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

Vec3 = tuple[float, float, float]
Rgb = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class HairSpec:
    style: str = "crop"
    """crop, side, bob, long, curly, bun, bald."""
    colour: Rgb = (0.05, 0.03, 0.02)
    grey: float = 0.0
    beard: str = ""
    """"", stubble, short, full."""


@dataclass(frozen=True, slots=True)
class GarmentSpec:
    kind: str
    """long coat, roll-neck, knit, shirt, t-shirt, trousers, jeans, dress, boots, shoes."""
    colour: Rgb
    material: str = "wool"
    """wool, knit, cotton, denim, leather, linen."""


@dataclass(frozen=True, slots=True)
class PersonSpec:
    """Everything a body is made from; equal specs are the same person, anywhere."""

    name: str
    seed: int
    gender: float = 0.5
    """0 female .. 1 male."""
    age: float = 35.0
    height: float = 1.70
    muscle: float = 0.5
    weight: float = 0.5
    ethnicity: Vec3 = (1 / 3, 1 / 3, 1 / 3)
    """African, Asian, Caucasian; sums to one."""
    skin: Rgb = (0.45, 0.28, 0.2)
    eyes: Rgb = (0.12, 0.08, 0.05)
    face: tuple[tuple[str, float], ...] = ()
    """Extra face targets demanded by words (``narrow nose``), by target name."""
    hair: HairSpec = HairSpec()
    garments: tuple[GarmentSpec, ...] = ()


class Posture(str, Enum):
    STAND = "stand"
    SIT = "sit"
    KNEEL = "kneel"
    LIE = "lie"


@dataclass(frozen=True, slots=True)
class Stance:
    """Where a body is and how: floor point under it, facing, posture, and the seat it sits on."""

    position: Vec3
    yaw: float = 0.0
    posture: Posture = Posture.STAND
    seat_height: float = 0.45


class ActKind(str, Enum):
    WALK = "walk"
    """Walk along ``path`` (floor points after the start), ending with facing ``yaw``."""
    TURN = "turn"
    """Turn on the spot to ``yaw``."""
    SIT = "sit"
    """Sit down onto the seat at ``path[0]`` with facing ``yaw`` and ``value`` = seat height."""
    STAND_UP = "stand up"
    LOOK = "look"
    """Look at ``target`` (world point) or at ``at`` (another actor's eyes); holds until the next LOOK."""
    REACH = "reach"
    """Reach with ``hand`` to ``target`` and rest there; ``value`` = seconds held before letting go (0 = stay)."""
    GESTURE = "gesture"
    """Named gesture in ``style``: nod, shake, shrug, wave, point, hand to mouth, hand to chest, open hands, bow head."""
    EMOTE = "emote"
    """Face and posture move to emotion ``style`` with strength ``value`` 0..1, holding until the next EMOTE."""
    SPEAK = "speak"
    """Speak line ``line`` (index into the shot's speech inputs); lips from its phoneme times; ``value`` = how wide, 1 ordinary."""
    BREATHE = "breathe"
    """One audible, visible breath in ``style``: in, out, deep, held."""
    CLOSE_EYES = "close eyes"
    HOLD = "hold"
    """Keep ``hand`` (left, right, both) before the body as if it held something; ``style`` "" or "up"; ``value`` as in REACH."""
    LEAN = "lean"
    """Lean the trunk towards ``target``, or back with ``style`` "back"; ``value`` as in REACH."""
    RIDE = "ride"
    """Carried while seated: ``path`` are the seat's floor points at equal steps of time, ending with facing ``yaw``."""
    EMBRACE = "embrace"
    """Both arms around ``at``, whose chest is at ``target``; ``value`` as in REACH."""


@dataclass(frozen=True, slots=True)
class Act:
    """One timed thing a body does. Times are seconds of shot-local time and may be negative (pre-roll)."""

    kind: ActKind
    start: float
    end: float
    path: tuple[Vec3, ...] = ()
    yaw: float = 0.0
    target: Vec3 | None = None
    at: str = ""
    hand: str = ""
    """left, right or "" (nearest)."""
    style: str = ""
    value: float = 1.0
    speed: float = 1.0
    """Tempo, 1 = ordinary; 0.6 slowly; 1.4 quickly."""
    line: int = -1


@dataclass(frozen=True, slots=True)
class Actor:
    person: PersonSpec
    start: Stance
    acts: tuple[Act, ...] = ()
    visible: bool = True
    """False for somebody who is only heard or only stands off camera."""
    ghost: float = 0.0
    """0 solid .. 1 fully dissolved: a memory, a projection."""
    rides: str = ""
    """The thing that carries them: start and acts are then in its own space, its front towards +z."""
