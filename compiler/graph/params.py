"""Parameters of every op: what a task's result depends on besides its inputs, and nothing more.

Leaving a field out of a parameter record is how an edit is kept from re-running a task: sound is made
at its own time zero, sets are built without their lights, shots are baked without their look.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from compiler.graph.codec import unsaid
from compiler.meaning.film import Look
from compiler.staging.model import (
    Framing,
    LineTiming,
    Manner,
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
class SourceFile:
    """A file of the project, as it was when the plan was made."""

    path: str
    digest: str
    """blake3 of its bytes; "" = it was not there."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What a media file holds: its length, picture size and rate, whether it has sound."""


@dataclass(frozen=True, slots=True)
class Speak:
    line: SpokenLine


@dataclass(frozen=True, slots=True)
class UseRecording:
    """A recorded performance of a line, levelled as voiced lines are; its words lie where it sounds."""

    words: tuple[str, ...]
    manner: Manner = Manner()


@dataclass(frozen=True, slots=True)
class FitSpeech:
    """A voiced line brought to the length the cut has for it; ``words`` are (start, end) seconds, one for each word."""

    seconds: float
    words: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class ImportSound:
    """A sound file from ``begin`` on, for at most ``seconds``; ``loop`` repeats it to that length."""

    begin: float
    seconds: float
    loop: bool = False
    music: bool = False
    """Levelled as a score is: by all of it, not by its loudest moment."""
    distance: float = 0.0


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
    """What of a place reaches where: by that each window of a shot is given only those of its pieces that it can show."""

    set: SetSpec
    """Lights, fog and sky stripped."""


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
    take: int = unsaid(1)
    """Which reading of the shot, from 1. What people do within it differs; its length, lines and marks never do."""


@dataclass(frozen=True, slots=True)
class RenderWindow:
    window: Window
    size: tuple[int, int]
    fps: tuple[int, int]
    seed: int


@dataclass(frozen=True, slots=True)
class Sitter:
    """Where the composition has one person: boxes (left, top, right, bottom), 0..1 of the picture's width and height.

    A box may reach beyond the frame. ``nearness`` orders the people of a frame, the nearest to the camera first; ``name``
    is who it is in the performance.
    """

    head: tuple[float, float, float, float]
    body: tuple[float, float, float, float]
    nearness: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Composition:
    """The solved camera's picture at one frame of the shot, counted from the first frame of its body.

    ``performed`` is the frame of the performance that it shows.
    """

    frame: int
    sitters: tuple[Sitter, ...]
    performed: int = 0


@dataclass(frozen=True, slots=True)
class JudgeTake:
    """What a take is held to. Its clips come in playing order, one for each window; nothing of its look is asked for."""

    windows: tuple[Window, ...]
    size: tuple[int, int]
    fps: tuple[int, int]
    composed: tuple[Composition, ...] = ()
    """Frames at which framing is looked at, in order; none where nobody is staged."""
    moves: bool = True
    """Whether frame should differ from frame: somebody is seen, or the camera goes or is held by hand."""


@dataclass(frozen=True, slots=True)
class DevelopStill:
    """A picture file fitted to the frame, moved by its framing, as the camera would have exposed it."""

    framing: tuple[Framing, ...]
    window: Window
    size: tuple[int, int]
    fps: tuple[int, int]


@dataclass(frozen=True, slots=True)
class DecodePlate:
    """Frames of a live-action file at film rate; keyed over the clip that comes with it when ``key`` is not empty."""

    begin: Fraction
    """Second of the file at frame 0 of the shot."""
    end: Fraction | None
    key: str
    window: Window
    size: tuple[int, int]
    fps: tuple[int, int]
    """Frames of the shot for each second of the file."""


@dataclass(frozen=True, slots=True)
class TurnClip:
    """The frames of a clip, last one first."""

    size: tuple[int, int]
    fps: tuple[int, int]


@dataclass(frozen=True, slots=True)
class CutClip:
    """``count`` frames of clips laid end to end, from frame ``first`` on."""

    first: int
    count: int
    size: tuple[int, int]
    fps: tuple[int, int]


@dataclass(frozen=True, slots=True)
class JoinPanels:
    """Clips laid into one frame at their boxes (x, y, width, height), the first at the back; ``inset``: framed by a line."""

    kind: str
    boxes: tuple[tuple[int, int, int, int], ...]
    window: Window
    size: tuple[int, int]
    fps: tuple[int, int]


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
class CutSound:
    """A sound from second ``begin`` to ``end`` of its own, with short fades where it is cut."""

    begin: float
    end: float


@dataclass(frozen=True, slots=True)
class MixWindow:
    """A stretch of the whole mix. Placements name their audio by input order: speeches, then sounds, then music.

    Its times, and those of its placements, are counted in whole samples from where its scene begins: what a scene sounds
    like does not depend on what was cut before it.
    """

    start: int
    count: int
    total: int
    """Samples after which there is nothing."""
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
    """Samples of the joined windows to keep; what lies round them is what the limiter looks at."""


@dataclass(frozen=True, slots=True)
class EncodeSound:
    """A piece of the finished track as AAC.

    Of the joined windows, ``count`` samples from ``start`` on are encoded; of the frames that come of it the first ``lead``
    are dropped and the next ``frames`` kept.
    """

    start: int
    frames: int
    lead: int
    count: int


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
    samples: int = 0
    """Length of the sound."""


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
    take: str = unsaid("")
    """Which take is shown, where there is more than one."""


@dataclass(frozen=True, slots=True)
class WriteReport:
    title: str
    author: str
    seconds: float
    size: tuple[int, int]
    fps: tuple[int, int]
    shots: tuple[ReportShot, ...]


Params: TypeAlias = (
    SourceFile
    | Probe
    | Speak
    | UseRecording
    | FitSpeech
    | ImportSound
    | MakeSound
    | MakeMusic
    | BuildPerson
    | BuildSet
    | BakeShot
    | RenderWindow
    | JudgeTake
    | DevelopStill
    | DecodePlate
    | TurnClip
    | CutClip
    | JoinPanels
    | EncodeWindow
    | EncodeBoard
    | EncodeTransition
    | CutSound
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
