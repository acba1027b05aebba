"""Parameters of every op: what a task's result depends on besides its inputs, and nothing more.

Leaving a field out of a parameter record is how an edit is kept from re-running a task: sound is made
at its own time zero, sets are built without their lights, shots are baked without their look.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from compiler.meaning.film import Look
from compiler.staging.model import (
    LineTiming,
    Overlay,
    PersonSpec,
    PlacedMusic,
    PlacedSound,
    PlacedSpeech,
    SetSpec,
    SpokenLine,
    StagedShot,
)


@dataclass(frozen=True, slots=True)
class Speak:
    line: SpokenLine


@dataclass(frozen=True, slots=True)
class MakeSound:
    sound: PlacedSound
    """Start, level, pan and fades zeroed: placing is the mix's business."""


@dataclass(frozen=True, slots=True)
class MakeMusic:
    music: PlacedMusic
    """Start, level and fades zeroed."""


@dataclass(frozen=True, slots=True)
class BuildPerson:
    person: PersonSpec


@dataclass(frozen=True, slots=True)
class BuildSet:
    set: SetSpec
    """Lights and fog stripped."""


@dataclass(frozen=True, slots=True)
class Window:
    """``count`` frames of a shot from its local frame ``first`` (negative inside the head handle)."""

    first: int
    count: int


@dataclass(frozen=True, slots=True)
class BakeShot:
    shot: StagedShot
    """Look and overlays stripped."""
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class RenderWindow:
    set: SetSpec
    """Whole: lights, air, and the pieces that move or shine."""
    window: Window
    size: tuple[int, int]
    fps: tuple[int, int]
    seed: int


@dataclass(frozen=True, slots=True)
class Fade:
    """A ramp to or from black over ``frames`` frames beginning at shot-local frame ``first``."""

    first: int
    frames: int
    up: bool


@dataclass(frozen=True, slots=True)
class EncodeWindow:
    """Look, titles, fades and encoding of one window; without a clip input it is titles on black."""

    window: Window
    size: tuple[int, int]
    fps: tuple[int, int]
    look: Look
    overlays: tuple[Overlay, ...]
    fades: tuple[Fade, ...]
    seed: int


@dataclass(frozen=True, slots=True)
class EncodeBoard:
    """A still held for ``window.count`` frames under a slow 2D move (``zoom`` from 1 to 1 + zoom, drift in widths)."""

    window: Window
    size: tuple[int, int]
    fps: tuple[int, int]
    look: Look
    overlays: tuple[Overlay, ...]
    fades: tuple[Fade, ...]
    zoom: float
    drift: tuple[float, float]
    seed: int


@dataclass(frozen=True, slots=True)
class EncodeTransition:
    """Two handles under their own looks, mixed. ``kind``: dissolve or wipe."""

    kind: str
    size: tuple[int, int]
    fps: tuple[int, int]
    leaving: EncodeWindow
    arriving: EncodeWindow


@dataclass(frozen=True, slots=True)
class MixWindow:
    """A stretch of the whole mix. Placements name their audio by input order: speeches, then sounds, then music."""

    start: int
    count: int
    total: int
    speeches: tuple[PlacedSpeech, ...]
    sounds: tuple[PlacedSound, ...]
    music: tuple[PlacedMusic, ...]


@dataclass(frozen=True, slots=True)
class MeasureLoudness:
    pass


@dataclass(frozen=True, slots=True)
class MasterSound:
    gain_db: float
    """In steps of 0.5 dB."""
    start: int
    count: int
    """Samples of the joined windows to keep."""


@dataclass(frozen=True, slots=True)
class EncodeSound:
    pass


@dataclass(frozen=True, slots=True)
class Conform:
    fps: tuple[int, int]
    size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mux:
    title: str
    author: str
    chapters: tuple[tuple[float, str], ...]
    """Seconds from the film's start, title."""


@dataclass(frozen=True, slots=True)
class Captions:
    speeches: tuple[PlacedSpeech, ...]
    timings: tuple[LineTiming, ...]


@dataclass(frozen=True, slots=True)
class Poster:
    frame: int
    """Frame within the segment."""
    width: int


@dataclass(frozen=True, slots=True)
class ReportShot:
    """One row of the report; its stills are inputs, in order."""

    name: str
    scene: int
    heading: str
    timecode: str
    seconds: float
    lens: str
    people: tuple[str, ...]
    words: tuple[str, ...]
    stills: int


@dataclass(frozen=True, slots=True)
class WriteReport:
    title: str
    author: str
    seconds: float
    size: tuple[int, int]
    fps: tuple[int, int]
    shots: tuple[ReportShot, ...]


Params: TypeAlias = (
    Speak
    | MakeSound
    | MakeMusic
    | BuildPerson
    | BuildSet
    | BakeShot
    | RenderWindow
    | EncodeWindow
    | EncodeBoard
    | EncodeTransition
    | MixWindow
    | MeasureLoudness
    | MasterSound
    | EncodeSound
    | Conform
    | Mux
    | Captions
    | Poster
    | WriteReport
)
