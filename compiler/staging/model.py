"""Staged shots: placed, posed and timed, in metres, degrees and seconds of shot-local time.

``staging`` produces these, ``graph`` keys them, ``runtime`` executes them; they are the typed
models the two halves share. World space is right-handed: x east, y up, z south (towards a viewer
who faces north). Yaw 0 faces +z (south), 90 faces +x (east). Floats are rounded to 1e-4 on
construction by ``staging`` so that keys do not depend on the last bit of arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from compiler.diagnostics import Span
from compiler.meaning.film import Look
from compiler.meaning.piece_values import Part, Shape
from compiler.staging.model_people import (
    Act,
    ActKind,
    Actor,
    GarmentSpec,
    HairSpec,
    PersonSpec,
    Posture,
    Rgb,
    Stance,
    Vec3,
)
from compiler.staging.model_places import (
    HEAD_LAMPS,
    Crowd,
    Extra,
    Fog,
    Light,
    LightCue,
    LightKind,
    Opening,
    Piece,
    SetSpec,
    Shell,
    Sky,
    Terrain,
    Thing,
    ThingKey,
)
from compiler.staging.model_sound import (
    LineTiming,
    Manner,
    PlacedMusic,
    PlacedSound,
    PlacedSpeech,
    SpokenLine,
    VoiceSpec,
)
from compiler.staging.model_takes import ONE_TAKE, Takes

__all__ = [
    "HEAD_LAMPS",
    "Act",
    "ActKind",
    "Actor",
    "CameraKey",
    "CameraTrack",
    "Crowd",
    "Extra",
    "Fog",
    "Framing",
    "GarmentSpec",
    "HairSpec",
    "Join",
    "Light",
    "LightCue",
    "LightKind",
    "LineTiming",
    "Manner",
    "Opening",
    "Overlay",
    "Panel",
    "Part",
    "PersonSpec",
    "PictureTime",
    "Piece",
    "PlacedMusic",
    "PlacedSound",
    "PlacedSpeech",
    "PlatePicture",
    "Posture",
    "Rgb",
    "SetSpec",
    "Shape",
    "Shell",
    "Sky",
    "SpokenLine",
    "StagedShot",
    "Stance",
    "StillPicture",
    "Terrain",
    "Thing",
    "ThingKey",
    "TimedShot",
    "Timeline",
    "Vec3",
    "VoiceSpec",
]


# --- camera ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CameraKey:
    """A solved camera at one time. Roll in degrees; ``focus`` is the distance in metres to the plane of focus."""

    time: float
    position: Vec3
    target: Vec3
    focal_mm: float
    f_stop: float
    focus: float
    roll: float = 0.0


@dataclass(frozen=True, slots=True)
class CameraTrack:
    """Keys joined by eased interpolation. Sensor is 24.9 mm wide (Super 35). ``handheld`` 0..1 adds operator breath."""

    keys: tuple[CameraKey, ...]
    handheld: float = 0.0
    ease: str = "smooth"
    """smooth (ease in and out), linear."""
    focus_on: str = ""
    """Actor whose nearer eye keeps focus; "" = the keys' focus distance."""
    exposure: float = 0.0
    """Stops, as the camera operator sets it for the set."""

    SENSOR_WIDTH_MM = 24.9


# --- the shot -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Overlay:
    """A title over the picture (``SUPER:``) or on black (``card``); ``text`` has one line per line."""

    text: str
    start: float
    end: float
    style: str = "super"
    """super, lower third, credit, card, crawl, caption."""
    place: str = ""
    """top, bottom, centre, left, right or a pair of them; "" = the style's own."""


@dataclass(frozen=True, slots=True)
class Framing:
    """What of a still fills the frame at one second of the shot.

    ``x`` and ``y`` run from 0, as far left and up as the picture reaches, to 1; at ``scale`` 1 it just covers the frame.
    """

    time: float
    x: float = 0.5
    y: float = 0.5
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class StillPicture:
    """A picture file in place of a staged picture, under a move of its own."""

    file: str
    """Project path."""
    framing: tuple[Framing, ...] = (Framing(0.0),)


@dataclass(frozen=True, slots=True)
class PlatePicture:
    """Live action in place of, or keyed over, a staged picture. Its first frame is ``begin`` seconds into the file."""

    file: str
    begin: Fraction = Fraction(0)
    end: Fraction | None = None
    key: str = ""
    """"" = full frame; green, blue, auto; ``matte`` = by the matte file."""
    matte: str = ""


@dataclass(frozen=True, slots=True)
class PictureTime:
    """How picture time runs in a shot: sound runs on at its own. ``speed`` 2/5 is 40 %; ``freeze`` holds the first frame."""

    speed: Fraction = Fraction(1)
    freeze: bool = False
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class StagedShot:
    """One shot, ready to bake and render. Picture is keyed by this and nothing else.

    Acts, camera, cues and whatever else is seen have second 0 at the first frame that is rendered, the head's; titles have
    it at the body's, from which frames are counted.
    """

    frames: int
    """Body length, handles not counted."""
    head: int
    """Handle frames before the body: an incoming dissolve."""
    tail: int
    fps: tuple[int, int]
    size: tuple[int, int]
    set: SetSpec | None
    """``None``: a title card on black."""
    actors: tuple[Actor, ...]
    camera: CameraTrack
    light_cues: tuple[LightCue, ...]
    overlays: tuple[Overlay, ...]
    look: Look
    seed: int
    things: tuple[Thing, ...] = ()
    crowds: tuple[Crowd, ...] = ()
    still: StillPicture | None = None
    plate: PlatePicture | None = None
    time: PictureTime = PictureTime()


@dataclass(frozen=True, slots=True)
class Join:
    """How a shot meets the one before it. ``frames`` of overlap for dissolve and wipe, of ramp for fades."""

    kind: str = "cut"
    """cut, dissolve, wipe, fade in (from black)."""
    frames: int = 0


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture of a split or an inset: where it lies in the frame (x, y, width, height in pixels) and what it shows."""

    box: tuple[int, int, int, int]
    shot: StagedShot
    lines: tuple[SpokenLine, ...] = ()


@dataclass(frozen=True, slots=True)
class TimedShot:
    """A staged shot at its place on the film's timeline."""

    key: str
    """Identity for people: the shot's name or its seed key. Never in a picture key."""
    name: str
    """What is shown and what ``--shot`` takes: the name, or ``scene.n`` for unnamed shots."""
    scene: int
    """Index of its scene in the film."""
    first_frame: int
    """Film frame of its first picture, head handle included: its ``k``-th rendered frame plays at ``first_frame + k``,
    and the next shot's ``first_frame`` is this one's plus ``head + frames``; the ``tail`` lies under the next shot's
    ``head`` in a dissolve or wipe."""
    shot: StagedShot
    join: Join
    fade_out: int
    """Frames of fade to black at its end, else 0."""
    lines: tuple[SpokenLine, ...]
    """Inputs of the shot's SPEAK acts, by index."""
    exact: bool
    """False while its timing rests on an estimate: provisional."""
    source: Span
    """Where it is written, for ``why`` and reports."""
    panels: tuple[Panel, ...] = ()
    """The pictures of a split or inset, the back one first; then ``shot`` has no picture of its own."""
    takes: Takes = ONE_TAKE

    @property
    def frames(self) -> int:
        """Frames of its body in the cut: those of ``shot``, unless only parts of takes are shown."""
        return sum(piece.count for piece in self.takes.shown) or self.shot.frames


@dataclass(frozen=True, slots=True)
class Timeline:
    """The whole film, staged and timed."""

    frames: int
    shots: tuple[TimedShot, ...]
    speeches: tuple[PlacedSpeech, ...]
    sounds: tuple[PlacedSound, ...]
    music: tuple[PlacedMusic, ...]
    chapters: tuple[tuple[int, str], ...]
    """(film frame, title)."""
