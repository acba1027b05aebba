"""Staged shots: placed, posed and timed, in metres, degrees and seconds of shot-local time.

``staging`` produces these, ``graph`` keys them, ``runtime`` executes them; they are the typed
models the two halves share. World space is right-handed: x east, y up, z south (towards a viewer
who faces north). Yaw 0 faces +z (south), 90 faces +x (east). Floats are rounded to 1e-4 on
construction by ``staging`` so that keys do not depend on the last bit of arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from compiler.meaning.film import Look
from compiler.meaning.piece_values import Part as Part
from compiler.meaning.piece_values import Shape as Shape

Vec3 = tuple[float, float, float]
Rgb = tuple[float, float, float]
"""Linear Rec.709, 0..1 for albedo, unbounded for light."""


# --- people ---------------------------------------------------------------------------------


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


# --- places ---------------------------------------------------------------------------------


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
    """One shot, ready to bake and render. Picture is keyed by this and nothing else."""

    frames: int
    """Body length, handles not counted."""
    head: int
    """Handle frames before the body (an incoming dissolve), rendered at negative time."""
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


# --- sound ----------------------------------------------------------------------------------


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
    source: tuple[int, int]
    """Character range of its source, for ``why`` and reports."""
    panels: tuple[Panel, ...] = ()
    """The pictures of a split or inset, the back one first; then ``shot`` has no picture of its own."""


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
