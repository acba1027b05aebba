"""Sound as staging hands it on: voices, lines and their timing, and what is heard when."""

from __future__ import annotations

from dataclasses import dataclass, field

Part = tuple[float, float]
"""From and to, in seconds of the sound itself."""


def _part() -> Part | None:
    """Which part of a sound the cut keeps; ``None``, which is not written, is all of it."""
    part: Part | None = field(default=None, metadata={"unsaid": True})
    return part


@dataclass(frozen=True, slots=True)
class VoiceSpec:
    """A cast voice: convex blend of the packaged styles, plus what DSP does to it."""

    blend: tuple[tuple[str, float], ...]
    """Style table name → weight, weights sum to one."""
    rate: float = 1.0
    pitch: float = 0.0
    """Semitones."""
    breath: float = 0.0
    british: bool = False
    engine: str = "kokoro"


@dataclass(frozen=True, slots=True)
class Manner:
    """How a line is spoken, in numbers: what its parentheticals ask of the voice."""

    rate: float = 1.0
    pause: float = 1.0
    """Factor on pauses."""
    loudness: float = -20.0
    """LUFS of the levelled line."""
    breath: float = 0.0
    """0..1, added to the voice's own."""
    pitch: float = 0.0
    """Semitones."""
    effect: str = ""
    """whisper, tremble, shout, recording, phone, machine."""


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """What is spoken and how: everything the sound of a speech depends on, and nothing else."""

    text: str
    voice: VoiceSpec
    manner: Manner = Manner()
    pauses: tuple[tuple[int, float], ...] = ()
    """(word, seconds): silence before the word of that index."""
    recording: str = ""
    """A recorded performance that is used instead of a cast voice, as a project path."""


@dataclass(frozen=True, slots=True)
class LineTiming:
    """How long a spoken line is; estimated until voiced. ``words`` are (start, end) seconds."""

    seconds: float
    words: tuple[tuple[float, float], ...]
    exact: bool


@dataclass(frozen=True, slots=True)
class PlacedSpeech:
    """A spoken line at its place in film time (seconds from the film's first frame)."""

    line: SpokenLine
    character: str
    start: float
    pan: float = 0.0
    room: str = ""
    """Reverb of the place: "", room, hall, small room, exterior, phone."""
    voice_over: bool = False
    caption: str = ""
    until: float = 0.0
    """Seconds of it that are heard before somebody cuts it off; 0 = all."""
    part: Part | None = _part()
    """What a picked stretch leaves of it; ``start`` is where that begins."""


@dataclass(frozen=True, slots=True)
class PlacedSound:
    """An effect or ambience in film time. ``what`` is free text the sound room maps to a recipe."""

    what: str
    start: float
    seconds: float
    level_db: float
    pan: float = 0.0
    fade_in: float = 0.0
    fade_out: float = 0.0
    ambience: bool = False
    seed: int = 0
    file: str = ""
    """A sound file instead of a recipe, as a project path."""
    begin: float = 0.0
    """Seconds into the file at which it starts."""
    loop: bool = False
    distance: float = 0.0
    """Metres from the listener; 0 = as it is."""
    part: Part | None = _part()
    """What a picked stretch leaves of it: it is made for ``seconds``, and heard from ``start`` on for this part."""


@dataclass(frozen=True, slots=True)
class PlacedMusic:
    """A cue in film time; ``hits`` are seconds (from the cue's start) the score may lean on (cuts, endings)."""

    character: str
    key: str
    mode: str
    bpm: float
    instruments: tuple[str, ...]
    start: float
    seconds: float
    level_db: float
    fade_in: float
    fade_out: float
    seed: int
    hits: tuple[float, ...] = ()
    file: str = ""
    """A music file instead of a score, as a project path."""
    part: Part | None = _part()
    """What a shorter cut leaves of it: it is composed for ``seconds``, and heard for this part."""
