"""Places and things as staging hands them to a renderer: shells, pieces, crowds, terrain, sky, lights."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from compiler.meaning.piece_values import Part
from compiler.staging.model_people import PersonSpec, Rgb, Vec3


@dataclass(frozen=True, slots=True)
class Opening:
    """A window, door or arch in a wall of the shell."""

    kind: str
    wall: str
    """north, east, south, west."""
    offset: float
    """Metres from the wall's centre, positive towards east or south."""
    width: float
    height: float
    sill: float
    name: str = ""
    curtains: Rgb | None = None
    leaf: bool = True
    """False where the door's leaf is a ``Thing`` of the shot, because it moves or stands open."""


@dataclass(frozen=True, slots=True)
class Shell:
    """The built envelope. ``kind``: room, round room, corridor, or none (exterior). Sizes in metres, centred on x=z=0, floor y=0."""

    kind: str = "room"
    width: float = 5.0
    depth: float = 4.0
    height: float = 2.7
    wall: str = "plaster"
    floor: str = "planks"
    wall_colour: Rgb = (0.35, 0.28, 0.2)
    floor_colour: Rgb = (0.2, 0.11, 0.06)
    openings: tuple[Opening, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """One placed set piece or prop. ``kind`` names a builder and a stdlib entry; ``scale`` multiplies its default size."""

    kind: str
    name: str
    position: Vec3
    """Where its base centre stands (on a table: the table top)."""
    yaw: float = 0.0
    scale: Vec3 = (1.0, 1.0, 1.0)
    colour: Rgb | None = None
    lit: bool = False
    open: bool = False
    seed: int = 0
    model: str = ""
    """The builder that makes it, when not its kind's own (a piece that is ``like`` another)."""
    fit: Vec3 = (1.0, 1.0, 1.0)
    """What the builder's size is multiplied by to be this kind's, before ``scale``."""
    parts: tuple[Part, ...] = ()
    """What it is built from, when no builder makes it."""


@dataclass(frozen=True, slots=True)
class ThingKey:
    """Where a thing is from ``time`` on: on its base centre at ``position``, or in a hand of ``holder``."""

    time: float
    position: Vec3 = (0.0, 0.0, 0.0)
    yaw: float = 0.0
    holder: str = ""
    """Actor whose hand it is in, or thing it is carried by; then position and yaw are of no account."""
    hand: str = ""
    """left, right or both."""
    glide: bool = False
    """Gets here in a smooth way from the key before; otherwise it stays there until this key."""
    arc: float = 0.0
    """Metres the way rises over the straight line in its middle (thrown)."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A piece that is held, moved, opened or alight in this shot. ``piece.position`` is of no account: the keys say where."""

    name: str
    piece: Piece
    keys: tuple[ThingKey, ...]
    """At least one, by time; the first holds from before the shot."""
    opening: tuple[tuple[float, float], ...] = ()
    """(seconds, 0 shut .. 1 open), joined by straight lines; empty = shut."""
    opens: str = ""
    grip: str = ""
    moves: str = ""
    """drives, rides, floats …: wheels turn and the heading follows the way."""


@dataclass(frozen=True, slots=True)
class Extra:
    """One of a crowd: a body of the crowd's few, dyed and sized its own way, going along ``path`` while it does ``does``."""

    body: int
    does: str
    """stand, walk, run, cheer, look, sit: the last one asked for."""
    path: tuple[tuple[float, Vec3], ...]
    """(seconds, floor point): where it is; one point = it stays there."""
    yaw: float = 0.0
    """Facing when it stays."""
    phase: float = 0.0
    """0..1 through its cycle, so that no two move alike."""
    height: float = 1.0
    tint: Rgb = (1.0, 1.0, 1.0)
    """Factor on the colours it wears."""
    since: float = -100.0
    """Seconds at which it begins what it does; before that it stands."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """A group as staged in one shot: a few distinct people, and who of them stands where."""

    name: str
    bodies: tuple[PersonSpec, ...]
    extras: tuple[Extra, ...]


@dataclass(frozen=True, slots=True)
class Terrain:
    """Exterior ground. ``kind``: none, shore, hill, street, field, cliff, snow."""

    kind: str = "none"
    colour: Rgb = (0.1, 0.1, 0.08)
    seed: int = 0
    yaw: float = 0.0
    """Where the sea lies (shore, cliff) or the street runs: degrees, 0 = south, 90 = east."""


@dataclass(frozen=True, slots=True)
class Sky:
    """``time``: day, dawn, dusk, night. Sun or moon by azimuth and elevation in degrees (azimuth 0 = +z, 90 = +x)."""

    time: str = "day"
    azimuth: float = 140.0
    elevation: float = 35.0
    cloud: float = 0.2
    stars: float = 0.0


@dataclass(frozen=True, slots=True)
class Fog:
    """Homogeneous plus height fog; density per metre. Indoors it is bound to the shell."""

    density: float = 0.02
    height: float = 0.0
    colour: Rgb = (0.5, 0.55, 0.65)


class LightKind(str, Enum):
    POINT = "point"
    """Practical: lamp, candle, screen; casts cube shadows when ``shadows``."""
    SPOT = "spot"
    SUN = "sun"
    """Directional (sun, moon through a window)."""
    SKY = "sky"
    """Ambient dome, hardly more than a breath of it."""


HEAD_LAMPS = " head lamps"
"""After the name of a thing that drives: the name of the light its lamps throw, which goes where the thing goes."""


@dataclass(frozen=True, slots=True)
class Light:
    name: str
    kind: LightKind
    colour: Rgb
    intensity: float
    """Radiant intensity in the renderer's unit: a POINT of 1.0 lights a white surface at 1 m to exposure 1."""
    position: Vec3 = (0.0, 2.0, 0.0)
    direction: Vec3 = (0.0, -1.0, 0.0)
    """The way light travels, for SPOT and SUN."""
    cone_deg: float = 60.0
    radius: float = 0.05
    shadows: bool = True
    people_only: bool = False
    """Light linking: rims and fills that touch only characters."""
    volumetric: bool = False
    flicker: float = 0.0
    """0..1 candle-like modulation."""


@dataclass(frozen=True, slots=True)
class LightCue:
    """A light's level moves to ``level`` times its intensity between ``start`` and ``end`` seconds of shot time."""

    light: str
    start: float
    end: float
    level: float
    colour: Rgb | None = None
    """What the light turns to over the same time; ``None`` = it keeps its colour."""
    flicker: float | None = None
    """How unsteady it burns from then on, 0..1; ``None`` = as before."""


@dataclass(frozen=True, slots=True)
class SetSpec:
    """A dressed, lit place at one time of day."""

    name: str
    interior: bool
    shell: Shell
    pieces: tuple[Piece, ...] = ()
    terrain: Terrain = Terrain()
    sky: Sky = Sky()
    fog: Fog = Fog()
    lights: tuple[Light, ...] = ()
    seed: int = 0
