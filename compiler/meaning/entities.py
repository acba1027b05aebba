"""Who, what and where: typed declarations, and the vocabulary that a film or the library defines.

Spans never enter a key; words that stay free text are kept as phrases.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from compiler.diagnostics import Span

NOWHERE = Span(0, 0)


def nowhere() -> Span:
    """The span of what no source says."""
    return NOWHERE


# --- declarations ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Phrase:
    """A free phrase with its place, e.g. ``long grey wool coat`` or ``chair beside table``."""

    text: str
    span: Span = field(default_factory=nowhere, compare=False)


@dataclass(frozen=True, slots=True)
class Property:
    """A property line of a block, typed by its owner: ``light at night: cool moonlight as rim``.

    ``when`` is ``""``, ``"night"``, ``"dawn"`` …; ``phrases`` are its comma-separated parts.
    """

    key: str
    phrases: tuple[Phrase, ...]
    when: str = ""
    span: Span = field(default_factory=nowhere, compare=False)


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
    extends: str = ""
    """The character this one is a version of (a younger self, in costume)."""
    was: str = ""
    """The name this one had before it was renamed."""
    reference: tuple[str, ...] = ()
    """Pictures of them, as project paths."""
    adapter: tuple[str, ...] = ()
    """Adapter (LoRA) weights, as project paths."""
    consent: str = ""
    declared: bool = True
    span: Span = field(default_factory=nowhere, compare=False)


@dataclass(frozen=True, slots=True)
class Group:
    """People treated as one: ``group CROWD: 40 passers-by``."""

    name: str
    count: int = 2
    description: tuple[Phrase, ...] = ()
    wears: tuple[Phrase, ...] = ()
    seed: str = ""
    span: Span = field(default_factory=nowhere, compare=False)


@dataclass(frozen=True, slots=True)
class Prop:
    """An object that stays itself across shots. ``kind`` is the piece it is (``car``, ``letter``); "" = read from its description."""

    name: str
    kind: str = ""
    description: tuple[Phrase, ...] = ()
    colour: str = ""
    size: tuple[float, float, float] | None = None
    """Width, height, depth in metres."""
    reference: tuple[str, ...] = ()
    seed: str = ""
    span: Span = field(default_factory=nowhere, compare=False)


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
    reference: tuple[str, ...] = ()
    seed: str = ""
    extends: str = ""
    was: str = ""
    declared: bool = True
    span: Span = field(default_factory=nowhere, compare=False)


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
    distort: float = 0.0
    """Barrel (negative) or pincushion (positive) distortion, -1..1."""
    lut: str = ""
    """A .cube file, as a project path."""
    aspect: float | None = None
    """Width over height of the picture inside the frame; bars fill the rest."""
    palette: tuple[tuple[float, float, float], ...] = ()
    style: tuple[str, ...] = ()
    """Words for generative prompts."""
    avoid: tuple[str, ...] = ()
    span: Span = field(default_factory=nowhere, compare=False)


# --- definitions: the vocabulary that a film or the library adds ------------------------------


@dataclass(frozen=True, slots=True)
class Setup:
    """A named, parametrised camera set-up: ``setup over-shoulder(front, back)``; ``phrases`` are a shot's, with ``{front}``."""

    name: str
    parameters: tuple[str, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    span: Span = field(default_factory=nowhere, compare=False)


@dataclass(frozen=True, slots=True)
class Verb:
    """A sentence pattern and what bodies do: one act of the engine, or a sequence of sentences (``does``)."""

    name: str
    patterns: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    """Forms of the verb that the rules of spelling do not give."""
    act: str = ""
    does: tuple[str, ...] = ()
    seconds: float = 0.0
    style: str = ""
    value: float = 0.0
    thing: bool = False
    """Whether the subject is a thing (a lamp that flickers)."""
    tempo: float = 1.0
    """How much faster than ordinary it is done."""
    example: str = ""
    """A sentence that means it."""
    note: str = ""
    """What the definition says about itself."""
    span: Span = field(default_factory=nowhere, compare=False)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A manner of speaking: what a parenthetical that matches ``words`` does to voice and face. ``None`` = as it was."""

    name: str
    words: tuple[str, ...] = ()
    rate: float = 1.0
    pause: float = 1.0
    loudness: float | None = None
    """LUFS of the levelled line."""
    breath: float = 0.0
    pitch: float = 0.0
    """Semitones."""
    effect: str = ""
    """phone, recording, machine …: processing the voice goes through."""
    face: str = ""
    """A feeling of the lexicon shown while speaking."""
    strength: float = 0.5
    """How strongly it is shown, 0..1."""
    example: str = ""
    """A parenthetical that means it."""
    note: str = ""
    span: Span = field(default_factory=nowhere, compare=False)


@dataclass(frozen=True, slots=True)
class PieceKind:
    """A set piece the writer or the library defines: its words, size, rest, marks and, if built from parts, its parts."""

    name: str
    properties: tuple[Property, ...] = ()
    """As written, typed by ``meaning.define_piece`` on the way in; staging reads them through its own table."""
    description: tuple[Phrase, ...] = ()
    span: Span = field(default_factory=nowhere, compare=False)


@dataclass(frozen=True, slots=True)
class CoverageRule:
    """``on`` what (opening, first line, line, reply, reaction, travel, action, thing, listener …) which shot phrases."""

    on: str
    phrases: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """How undirected dialogue or action is shot."""

    name: str
    rules: tuple[CoverageRule, ...] = ()
    span: Span = field(default_factory=nowhere, compare=False)


@dataclass(frozen=True, slots=True)
class Edition:
    """Another cut of the film: which scenes (numbers, headings, chapters; empty = all), without which, and its limit."""

    name: str
    scenes: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    limit: Fraction | None = None
    """Longest running time in seconds."""
    span: Span = field(default_factory=nowhere, compare=False)
    said: tuple[tuple[str, Span], ...] = field(default=(), compare=False, repr=False)
    """Where each scene is named."""
