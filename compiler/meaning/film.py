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
from compiler.meaning.entities import (
    NOWHERE,
    Character,
    Coverage,
    CoverageRule,
    Delivery,
    Edition,
    Group,
    Location,
    Look,
    Phrase,
    PieceKind,
    Prop,
    Property,
    Setup,
    Verb,
    nowhere,
)
from compiler.meaning.shot import (
    Composite,
    Generation,
    Height,
    Lens,
    Move,
    MoveKind,
    PlateSource,
    Relation,
    Requirement,
    Shot,
    Side,
    Size,
    Speed,
    Still,
)
from compiler.timebase import FrameRate

__all__ = [
    "NOWHERE",
    "Action",
    "Character",
    "Composite",
    "Cover",
    "Coverage",
    "CoverageRule",
    "Cue",
    "Delivery",
    "Edition",
    "Film",
    "Generation",
    "Group",
    "Height",
    "Inpaint",
    "Item",
    "Lens",
    "LightChange",
    "Location",
    "Look",
    "Move",
    "MoveKind",
    "Music",
    "Pause",
    "Phrase",
    "PieceKind",
    "Placement",
    "Plate",
    "PlateSource",
    "Prop",
    "Property",
    "Relation",
    "Requirement",
    "Scene",
    "Setup",
    "Shot",
    "Side",
    "Size",
    "Sound",
    "Speech",
    "Speed",
    "Still",
    "Title",
    "TitleCard",
    "Transition",
    "TransitionKind",
    "Verb",
]


# --- what happens, in order -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Action:
    """One action paragraph, unwrapped to a single line; emphasis marks removed."""

    text: str
    span: Span = field(default_factory=nowhere, compare=False)
    joined: bool = False
    """It goes on with the paragraph of the action before it: a shot begins within the paragraph."""


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
    pauses: tuple[tuple[int, Fraction], ...] = ()
    """``(beat)`` inside the speech: seconds of silence before the word of that index."""
    dual: bool = False
    """Spoken at the same time as the speech before it."""
    interrupted: bool = False
    """Ends in ``--``: the next speech cuts it off."""
    lyric: bool = False
    recording: str = ""
    """A recorded performance (``line "takes/mara_12.wav"``), as a project path."""
    span: Span = field(default_factory=nowhere, compare=False)


@dataclass(frozen=True, slots=True)
class Pause:
    """``(beat)`` or ``(pause)``."""

    seconds: Fraction = Fraction(1)
    span: Span = field(default_factory=nowhere, compare=False)


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
    span: Span = field(default_factory=nowhere, compare=False)


@dataclass(frozen=True, slots=True)
class TitleCard:
    """``> CARD <`` (full screen, black) or ``SUPER: …`` (over the picture)."""

    text: str
    over: bool = False
    seconds: Fraction | None = None
    span: Span = field(default_factory=nowhere, compare=False)


@dataclass(frozen=True, slots=True)
class Cue:
    """When a sound or music begins: ``at`` seconds, on a word, or when an entity does something."""

    at: Fraction | None = None
    on_word: str = ""
    when: str = ""
    until: Fraction | None = None
    until_word: str = ""
    until_when: str = ""
    until_scene_end: bool = False


@dataclass(frozen=True, slots=True)
class Sound:
    """``sound`` directive. ``what`` is the free description (``distant foghorn``); levels in dB relative to speech."""

    what: str
    level_db: float = -12.0
    cue: Cue = Cue()
    seconds: Fraction | None = None
    pan: float = 0.0
    distance_m: float | None = None
    """Metres from the listener; ``None`` = as its words and level imply."""
    loop: bool = False
    under_scene: bool = False
    file: str = ""
    fade_in: Fraction = Fraction(0)
    fade_out: Fraction = Fraction(0)
    stop: bool = False
    """``sound X out``: ends a running sound."""
    span: Span = field(default_factory=nowhere, compare=False)


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
    span: Span = field(default_factory=nowhere, compare=False)


@dataclass(frozen=True, slots=True)
class Title:
    """``title`` directive: text over the picture. ``style``: super, lower third, credit, card, crawl, caption."""

    text: tuple[str, ...]
    """Its lines."""
    style: str = "super"
    place: str = ""
    """top, bottom, centre, left, right and their pairs; "" = the style's own."""
    cue: Cue = Cue()
    seconds: Fraction | None = None
    span: Span = field(default_factory=nowhere, compare=False)


@dataclass(frozen=True, slots=True)
class LightChange:
    """``light lamp goes out, at 2s``: a change of light in time. ``level`` 0..; ``None`` with a colour or place change only."""

    what: str
    """Words for the light: ``lamp``, ``the window``, ``everything``."""
    level: float | None = None
    colour: str = ""
    flicker: bool = False
    seconds: Fraction = Fraction(0)
    """Duration of the change."""
    cue: Cue = Cue()
    span: Span = field(default_factory=nowhere, compare=False)


@dataclass(frozen=True, slots=True)
class Plate:
    """``plate NAME``: live-action footage. Times are in the file's own seconds."""

    name: str
    file: str = ""
    begin: Fraction | None = None
    end: Fraction | None = None
    key: str = ""
    """"", green, blue, auto, or a matte file."""
    replaces: str = ""
    performance_of: str = ""
    transcript: str = ""
    consent: str = ""
    licence: str = ""
    span: Span = field(default_factory=nowhere, compare=False)


@dataclass(frozen=True, slots=True)
class Inpaint:
    """``inpaint``: a region of the current shot (a named thing, or x y w h in fractions) and what to put there."""

    region: str
    what: str
    span: Span = field(default_factory=nowhere, compare=False)


@dataclass(frozen=True, slots=True)
class Cover:
    """``cover``: the coverage pattern for what follows in the scene."""

    name: str
    span: Span = field(default_factory=nowhere, compare=False)


@dataclass(frozen=True, slots=True)
class Placement:
    """Opening position or state from a ``scene`` block: ``MARA: standing at door, holds LETTER``."""

    entity: str
    phrases: tuple[Phrase, ...]
    span: Span = field(default_factory=nowhere, compare=False)


Item = Action | Speech | Pause | Transition | TitleCard | Title | Sound | Music | Shot | LightChange | Inpaint | Cover
"""What happens in a scene, in written order."""


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
    """``wardrobe MARA: yellow raincoat``: key is the person; in force from here on until changed."""
    weather: tuple[Phrase, ...] = ()
    cover: str = ""
    pace: float = 1.0
    """Factor on inferred lengths and pauses: 0.8 is brisk."""
    continuous: bool = False
    """The heading says CONTINUOUS or SAME: no time passes since the scene before; ``time_of_day`` is then that scene's."""
    time_note: str = ""
    """The heading's own word when it is no time of day: later, continuous, same, moments later."""
    requires: tuple[Requirement, ...] = ()
    items: tuple[Item, ...] = ()
    span: Span = field(default_factory=nowhere, compare=False)
    said: tuple[tuple[str, Span], ...] = field(default=(), compare=False, repr=False)
    """Property → the line of the ``scene`` block that says it, for ``show``."""


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
    groups: tuple[Group, ...] = ()
    props: tuple[Prop, ...] = ()
    locations: tuple[Location, ...] = ()
    looks: tuple[Look, ...] = ()
    plates: tuple[Plate, ...] = ()
    setups: tuple[Setup, ...] = ()
    verbs: tuple[Verb, ...] = ()
    """Definitions in force, the library's first and the film's own last; a later one of a name replaces an earlier."""
    deliveries: tuple[Delivery, ...] = ()
    pieces: tuple[PieceKind, ...] = ()
    coverages: tuple[Coverage, ...] = ()
    editions: tuple[Edition, ...] = ()
    requires: tuple[Requirement, ...] = ()
    scenes: tuple[Scene, ...] = ()
    said: tuple[tuple[str, Span], ...] = field(default=(), compare=False, repr=False)
    """Setting → where the title page or film.toml says it, for ``show``."""
