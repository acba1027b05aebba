"""One typed shot: its slots, lens, moves, source, and what its block tells the generative models."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction

from compiler.diagnostics import Span
from compiler.meaning.entities import Phrase, Property, nowhere

# --- shots ----------------------------------------------------------------------------------


class Size(str, Enum):
    EXTREME_WIDE = "extreme wide"
    WIDE = "wide"
    FULL = "full"
    COWBOY = "cowboy"
    MEDIUM = "medium"
    MEDIUM_CLOSE_UP = "medium close-up"
    CLOSE_UP = "close-up"
    EXTREME_CLOSE_UP = "extreme close-up"
    INSERT = "insert"


class Relation(str, Enum):
    """How the camera stands to its subject."""

    OF = "of"
    OVER_SHOULDER = "over shoulder"
    POV = "pov"
    TWO_SHOT = "two-shot"
    GROUP = "group"
    """Several people, all of them in frame; of everybody here when nobody is named."""


class Height(str, Enum):
    EYE = "eye level"
    LOW = "low angle"
    HIGH = "high angle"
    OVERHEAD = "overhead"
    ABOVE = "from above"
    BELOW = "from below"


class Side(str, Enum):
    FRONT = "front"
    THREE_QUARTER = "three-quarter"
    PROFILE = "in profile"
    BEHIND = "from behind"
    LEFT = "from left"
    RIGHT = "from right"


class MoveKind(str, Enum):
    STATIC = "static"
    PAN = "pan"
    TILT = "tilt"
    DOLLY = "dolly"
    TRUCK = "truck"
    CRANE = "crane"
    ORBIT = "orbit"
    ZOOM = "zoom"
    PUSH_IN = "push in"
    PULL_OUT = "pull out"
    FOLLOW = "follow"
    HANDHELD = "handheld"
    MOUNTED = "mounted"


class Speed(str, Enum):
    SLOW = "slow"
    NORMAL = "normal"
    FAST = "fast"


@dataclass(frozen=True, slots=True)
class Move:
    """One camera move. ``amount`` is metres or degrees by ``unit`` (``m``, ``deg``, ``""`` = as the speed implies)."""

    kind: MoveKind
    direction: str = ""
    """in, out, left, right, up, down or ``""``."""
    amount: float | None = None
    unit: str = ""
    speed: Speed = Speed.NORMAL
    target: str = ""
    """Name of what is followed or carries the camera (FOLLOW, MOUNTED), or of what a move goes to."""
    start: Fraction | None = None
    """Seconds into the shot; ``None`` = its first frame."""
    end: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Lens:
    """Focal length and stop as on a 24.9 mm wide (Super 35) sensor; ``None`` = solved from the size."""

    focal_mm: float | None = None
    f_stop: float | None = None
    anamorphic: bool = False
    focus: str = ""
    rack_to: str = ""


@dataclass(frozen=True, slots=True)
class Still:
    """A picture file that fills the frame."""

    file: str


@dataclass(frozen=True, slots=True)
class PlateSource:
    """A stretch of a declared plate; ``None`` = the plate's own in and out."""

    plate: str
    begin: Fraction | None = None
    end: Fraction | None = None
    sound: bool = False


@dataclass(frozen=True, slots=True)
class Composite:
    """Two shots in one frame: ``split`` side by side, or ``inset`` of the second into the first. By shot name."""

    kind: str
    shots: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Requirement:
    """``identity of MARA >= 0.85``: a measure, what it is of, a comparison and a value."""

    measure: str
    subject: str = ""
    comparison: str = ">="
    value: float = 0.0
    unit: str = ""
    span: Span = field(default_factory=nowhere, compare=False)


@dataclass(frozen=True, slots=True)
class Generation:
    """What a shot's block tells the generative models; previz needs none of it but ``takes`` and ``seed``."""

    takes: int = 1
    prompt: str = ""
    """Template source, checked; rendered over the shot's typed context when lowered."""
    avoid: tuple[str, ...] = ()
    reference: tuple[str, ...] = ()
    control: tuple[str, ...] = ()
    pose: str = ""
    performance: str = ""
    mask: str = ""
    profile: str = ""


@dataclass(frozen=True, slots=True)
class Shot:
    """One ``shot`` directive, every slot typed. ``name`` may be empty; ``key`` never is (LANGUAGE.md section 6)."""

    name: str = ""
    key: str = ""
    size: Size | None = None
    relation: Relation = Relation.OF
    subjects: tuple[str, ...] = ()
    """Resolved names: characters, set pieces or props in upper case; ``SET`` words as written."""
    height: Height = Height.EYE
    side: Side | None = None
    dutch_deg: float = 0.0
    lens: Lens = Lens()
    moves: tuple[Move, ...] = ()
    moves_then: bool = False
    """True when the moves follow one another (``A then B``), false when they run together."""
    seconds: Fraction | None = None
    """Fixed length; ``None`` = what the performance needs."""
    detail: str = ""
    """The part of the subject that is meant: ``hands`` of ``insert of MARA's hands``; "" = the whole."""
    establishing: bool = False
    audio_leads: Fraction = Fraction(0)
    audio_trails: Fraction = Fraction(0)
    repeats: str = ""
    """``as NAME``: take size, subject, angle and lens from that shot."""
    match: str = ""
    """``match X``: what this frame lines up with the last frame of the shot before."""
    continues: bool = False
    """``continues``: goes on from the shot before without a cut in time or camera."""
    speed: Fraction = Fraction(1)
    """Playing speed; 2/5 for ``speed 40%``."""
    freeze: bool = False
    reverse: bool = False
    source: Still | PlateSource | Composite | None = None
    """``None`` = staged."""
    setup: str = ""
    """The set-up whose phrases were filled in, for ``show``."""
    light: tuple[Property, ...] = ()
    generation: Generation = Generation()
    requires: tuple[Requirement, ...] = ()
    seed: int | None = None
    look: str = ""
    overrides: tuple[Property, ...] = ()
    """Per-entity lines of the block: ``MARA: gaze window``; ``key`` is the entity."""
    description: tuple[Phrase, ...] = ()
    span: Span = field(default_factory=nowhere, compare=False)
    said: tuple[tuple[str, Span], ...] = field(default=(), compare=False, repr=False)
    """Slot → the words that filled it, for ``show``: its own phrase, or the set-up's."""
