"""The typed Film: what a checked source means, before anything is staged or timed.

``meaning`` produces it, ``staging`` consumes it. Names are resolved, units converted (seconds as
``Fraction``, metres, degrees, millimetres, decibels), words that stay free text are kept as text.
Every node carries the ``Span`` it came from; spans never enter a key (see ``compiler.graph.keys``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction

from compiler.diagnostics import Span
from compiler.timebase import FrameRate

NOWHERE = Span(0, 0)


def _span() -> Span:
    return NOWHERE


# --- declarations ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Phrase:
    """A free phrase with its place, e.g. ``long grey wool coat`` or ``chair beside table``."""

    text: str
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True)
class Property:
    """A property line of a block, typed by its owner: ``light at night: cool moonlight as rim``.

    ``when`` is ``""``, ``"night"``, ``"dawn"`` …; ``phrases`` are its comma-separated parts.
    """

    key: str
    phrases: tuple[Phrase, ...]
    when: str = ""
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True)
class Character:
    """A person declared by ``character`` or introduced by a cue (then ``declared`` is false)."""

    name: str
    description: tuple[Phrase, ...] = ()
    wears: tuple[Phrase, ...] = ()
    build: tuple[Phrase, ...] = ()
    face: tuple[Phrase, ...] = ()
    hair: tuple[Phrase, ...] = ()
    voice: tuple[Phrase, ...] = ()
    age: float | None = None
    height: float | None = None
    """Metres."""
    seed: str = ""
    """Identity seed; the name unless the source says otherwise."""
    declared: bool = True
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True)
class Location:
    """A place. ``set``, ``light``, ``sound``, ``weather`` and ``palette`` keep their phrases; light per time of day."""

    name: str
    description: tuple[Phrase, ...] = ()
    set: tuple[Phrase, ...] = ()
    light: tuple[Property, ...] = ()
    sound: tuple[Phrase, ...] = ()
    weather: tuple[Phrase, ...] = ()
    palette: tuple[Phrase, ...] = ()
    declared: bool = True
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True)
class Look:
    """A grade by numbers; every field has a neutral default and is documented in stdlib/looks.film.

    Colours are linear Rec.709 triples; ``grain``, ``halation``, ``bloom``, ``diffusion`` and
    ``vignette`` run 0..1; ``exposure`` is in stops; ``temperature`` -1 (cool) .. 1 (warm).
    """

    name: str = "neutral"
    exposure: float = 0.0
    contrast: float = 1.0
    saturation: float = 1.0
    temperature: float = 0.0
    shadows: tuple[float, float, float] = (0.0, 0.0, 0.0)
    highlights: tuple[float, float, float] = (0.0, 0.0, 0.0)
    lift: float = 0.0
    grain: float = 0.35
    halation: float = 0.2
    bloom: float = 0.35
    diffusion: float = 0.0
    vignette: float = 0.35
    streak: float = 0.15
    span: Span = field(default_factory=_span, compare=False)


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
    """Name of what is followed, for FOLLOW."""


@dataclass(frozen=True, slots=True)
class Lens:
    """Focal length and stop as on a 24.9 mm wide (Super 35) sensor; ``None`` = solved from the size."""

    focal_mm: float | None = None
    f_stop: float | None = None
    anamorphic: bool = False
    focus: str = ""
    rack_to: str = ""


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
    establishing: bool = False
    audio_leads: Fraction = Fraction(0)
    audio_trails: Fraction = Fraction(0)
    repeats: str = ""
    """``as NAME``: take size, subject, angle and lens from that shot."""
    seed: int | None = None
    look: str = ""
    overrides: tuple[Property, ...] = ()
    """Per-entity lines of the block: ``MARA: gaze window``; ``key`` is the entity."""
    description: tuple[Phrase, ...] = ()
    span: Span = field(default_factory=_span, compare=False)


# --- what happens, in order -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Action:
    """One action paragraph, unwrapped to a single line; emphasis marks removed."""

    text: str
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True)
class Speech:
    """One uninterrupted speech. ``cuts`` are shots written inside it, each with the index of the word it starts on."""

    character: str
    text: str
    manner: tuple[str, ...] = ()
    """Parentheticals before and inside the speech."""
    off_screen: bool = False
    """O.S.: in the place, not in the picture."""
    voice_over: bool = False
    """V.O.: nobody's lips move; runs on over the following shots."""
    cuts: tuple[tuple[int, Shot], ...] = ()
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True)
class Pause:
    """``(beat)`` or ``(pause)``."""

    seconds: Fraction = Fraction(1)
    span: Span = field(default_factory=_span, compare=False)


class TransitionKind(str, Enum):
    CUT = "cut"
    DISSOLVE = "dissolve"
    FADE_IN = "fade in"
    FADE_OUT = "fade out"
    SMASH_CUT = "smash cut"
    MATCH_CUT = "match cut"
    WIPE = "wipe"


@dataclass(frozen=True, slots=True)
class Transition:
    kind: TransitionKind
    seconds: Fraction = Fraction(0)
    """Overlap (dissolve, wipe) or ramp (fades); zero for cuts."""
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True)
class TitleCard:
    """``> CARD <`` (full screen, black) or ``SUPER: …`` (over the picture)."""

    text: str
    over: bool = False
    seconds: Fraction | None = None
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True)
class Cue:
    """When a sound or music begins: ``at`` seconds, on a word, or when an entity does something."""

    at: Fraction | None = None
    on_word: str = ""
    when: str = ""


@dataclass(frozen=True, slots=True)
class Sound:
    """``sound`` directive. ``what`` is the free description (``distant foghorn``); levels in dB relative to speech."""

    what: str
    level_db: float = -12.0
    cue: Cue = Cue()
    seconds: Fraction | None = None
    pan: float = 0.0
    loop: bool = False
    under_scene: bool = False
    file: str = ""
    fade_in: Fraction = Fraction(0)
    fade_out: Fraction = Fraction(0)
    stop: bool = False
    """``sound X out``: ends a running sound."""
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True)
class Music:
    """``music`` directive. Runs until the next ``music``, ``music out`` or the end of its scope."""

    character: str = ""
    """Free words: ``drone``, ``sparse``, ``swelling`` …"""
    key: str = "D"
    mode: str = "minor"
    bpm: float = 60.0
    instruments: tuple[str, ...] = ()
    level_db: float = -16.0
    cue: Cue = Cue()
    fade_in: Fraction = Fraction(1)
    fade_out: Fraction = Fraction(3)
    under_scene: bool = False
    out: bool = False
    file: str = ""
    seed: int | None = None
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True)
class Placement:
    """Opening position or state from a ``scene`` block: ``MARA: standing at door, holds LETTER``."""

    entity: str
    phrases: tuple[Phrase, ...]
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True)
class Scene:
    """One heading and all that happens under it, in written order."""

    key: str
    heading: str
    interior: bool
    location: str
    time_of_day: str = "day"
    """day, night, dawn, dusk, morning, evening, continuous …; lower case."""
    number: str = ""
    chapter: str = ""
    placements: tuple[Placement, ...] = ()
    mood: str = ""
    look: str = ""
    light: tuple[Property, ...] = ()
    wardrobe: tuple[Property, ...] = ()
    items: tuple[Action | Speech | Pause | Transition | TitleCard | Sound | Music | Shot, ...] = ()
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True)
class Film:
    """A whole checked film."""

    title: str = "Untitled"
    author: str = ""
    size: tuple[int, int] = (960, 402)
    """Width and height in pixels, both even."""
    rate: FrameRate = FrameRate()
    seed: int = 1
    look: str = "neutral"
    title_page: tuple[tuple[str, str], ...] = ()
    characters: tuple[Character, ...] = ()
    locations: tuple[Location, ...] = ()
    looks: tuple[Look, ...] = ()
    scenes: tuple[Scene, ...] = ()
