# ruff: noqa: E501 - the table of ops reads as a table
"""Every op, declared once: signature, version, determinism, the code and assets it reaches, its cost prior.

An op is looked up by the type of its parameters. Which function runs it is the runtime's affair.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from compiler.graph import params as p
from compiler.graph.traits import PLAIN, Traits


class Kind(str, Enum):
    """Artifact types. Picture types state their colour: see ``COLOUR``."""

    FILE = "file"
    """A file of the project, byte for byte."""
    AUDIO = "audio"
    """WAV, float32, 48 kHz, mono or stereo."""
    PHONES = "phones"
    """JSON: words, phonemes and loudness of a speech."""
    PERSON = "person"
    SET = "set"
    BAKE = "bake"
    CLIP = "clip"
    SEGMENT = "segment"
    VIDEO = "video"
    AAC = "aac"
    FILM = "film"
    IMAGE = "image"
    SCORES = "scores"
    TEXT = "text"
    PAGE = "page"


COLOUR: dict[Kind, str] = {
    Kind.CLIP: "Rec.709 primaries, filmlang log, 10 bit",
    Kind.SEGMENT: "BT.709 limited, 8 bit 4:2:0",
    Kind.VIDEO: "BT.709 limited, 8 bit 4:2:0",
    Kind.FILM: "BT.709 limited, 8 bit 4:2:0",
    Kind.IMAGE: "sRGB, 8 bit",
}

SUFFIX: dict[Kind, str] = {
    Kind.FILE: ".bin",
    Kind.AUDIO: ".wav",
    Kind.PHONES: ".json",
    Kind.PERSON: ".npz",
    Kind.SET: ".json",
    Kind.BAKE: ".npz",
    Kind.CLIP: ".mkv",
    Kind.SEGMENT: ".mp4",
    Kind.VIDEO: ".mp4",
    Kind.AAC: ".aac",
    Kind.FILM: ".mp4",
    Kind.IMAGE: ".jpg",
    Kind.SCORES: ".json",
    Kind.TEXT: ".srt",
    Kind.PAGE: ".html",
}


class Determinism(str, Enum):
    EXACT = "exact"
    """Same bits anywhere."""
    DEVICE = "device"
    """Same bits within one determinism domain."""
    SAMPLED = "sampled"


class Stage(str, Enum):
    """How people see the work grouped."""

    FILES = "files"
    VOICE = "voice"
    SOUND = "sound and score"
    BUILD = "people and places"
    BAKE = "performance"
    RENDER = "picture"
    JUDGE = "judging takes"
    LOOK = "look and encode"
    MIX = "mix"
    FINISH = "conform"


@dataclass(frozen=True, slots=True)
class Op:
    name: str
    version: int
    params: type
    inputs: tuple[tuple[str, Kind], ...]
    """Input slots in order; a slot may be filled any number of times, always together."""
    outputs: Callable[[p.Params], tuple[tuple[str, Kind], ...]]
    determinism: Determinism
    stage: Stage
    reaches: tuple[str, ...]
    """Folders and files (from the project root) whose bytes decide the result."""
    cost: Callable[[p.Params], float]
    """Prior CPU-seconds; never in a key."""
    traits: Traits = PLAIN
    """What passes may rely on."""


def _one(name: str, kind: Kind) -> Callable[[p.Params], tuple[tuple[str, Kind], ...]]:
    return lambda _params: ((name, kind),)


def _bake_outputs(params: p.Params) -> tuple[tuple[str, Kind], ...]:
    assert isinstance(params, p.BakeShot)
    return tuple((f"w{i}", Kind.BAKE) for i in range(len(params.windows)))


def _pixels(params: p.Params) -> float:
    match params:
        case (
            p.RenderWindow() | p.EncodeWindow() | p.EncodeBoard() | p.DevelopStill() | p.DecodePlate() | p.JoinPanels()
        ):
            return params.size[0] * params.size[1] * params.window.count / 385_920
        case p.JudgeTake():
            return params.size[0] * params.size[1] * sum(w.count for w in params.windows) / 385_920
        case p.EncodeTransition():
            return 2 * _pixels(params.leaving)
    return 1.0


def _tens(params: p.Params) -> float:
    """Tens of seconds of sound."""
    return params.count / 480_000 if isinstance(params, p.MixWindow | p.MasterSound) else 1.0


_AUDIO = ("audio", Kind.AUDIO)
_FILE = ("file", Kind.FILE)
_PEOPLE = "runtime/previz/people"
_SETS = "runtime/previz/sets"
_JIT, _POSE = "runtime/previz/jit.py", "runtime/previz/pose.py"
_CLIP = ("runtime/edit/clip.py", "runtime/edit/ffmpeg.py", "runtime/edit/graphs.py", "runtime/edit/planes.py")
_SOURCES = ("runtime/picture", "runtime/edit", "stdlib/letters.py", _JIT)
_PICTURE = ("runtime/picture", "stdlib/fonts", "stdlib/letters.py", "runtime/edit", _JIT)
_JUDGE = tuple(
    f"runtime/judge/{name}.py" for name in ("tasks", "view", "measures", "framing", "composed", "standing", "scores")
)
_X, _D = Determinism.EXACT, Determinism.DEVICE

OPS: tuple[Op, ...] = (
    Op("file", 1, p.SourceFile, (), _one(*_FILE), _X, Stage.FILES, ("runtime/schedule/sources.py", "runtime/store", "compiler/paths.py"), lambda _: 0.05),
    Op("probe", 1, p.Probe, (_FILE,), _one("scores", Kind.SCORES), _X, Stage.FILES, _SOURCES, lambda _: 0.3),
    Op(
        "speak", 1, p.Speak, (), lambda _: (_AUDIO, ("phones", Kind.PHONES)), _D, Stage.VOICE,
        ("runtime/sound",), lambda q: 0.3 + 0.03 * len(q.line.text) if isinstance(q, p.Speak) else 1.0,
    ),
    Op(
        "recording", 1, p.UseRecording, (_FILE,), lambda _: (_AUDIO, ("phones", Kind.PHONES)), _D, Stage.VOICE,
        ("runtime/sound", "runtime/edit/media.py", "runtime/edit/ffmpeg.py"), lambda _: 1.0,
    ),
    Op(
        "fit", 1, p.FitSpeech, (_AUDIO, ("phones", Kind.PHONES)), lambda _: (_AUDIO, ("phones", Kind.PHONES)), _D, Stage.VOICE,
        ("runtime/sound",), lambda q: 0.05 + 0.005 * q.seconds if isinstance(q, p.FitSpeech) else 0.1,
    ),
    Op(
        "audiofile", 1, p.ImportSound, (_FILE,), _one(*_AUDIO), _D, Stage.SOUND, ("runtime/sound", "runtime/edit/media.py", "runtime/edit/ffmpeg.py"),
        lambda _: 1.0,
    ),
    Op("sound", 1, p.MakeSound, (), _one(*_AUDIO), _D, Stage.SOUND, ("runtime/sound", "stdlib/sounds.toml", "stdlib/sounds.py"), lambda _: 0.8),
    Op("music", 1, p.MakeMusic, (), _one(*_AUDIO), _D, Stage.SOUND, ("runtime/sound",), lambda _: 4.0),
    Op("person", 1, p.BuildPerson, (), _one("person", Kind.PERSON), _D, Stage.BUILD, (_PEOPLE, "stdlib/people"), lambda _: 2.5),
    Op("set", 2, p.BuildSet, (), _one("set", Kind.SET), _D, Stage.BUILD, (_SETS,), lambda _: 1.0),
    Op(
        "bake", 2, p.BakeShot, (("phones", Kind.PHONES), ("set", Kind.SET)), _bake_outputs, _D, Stage.BAKE,
        ("runtime/previz/motion", "runtime/previz/tasks.py", _POSE, _SETS, _PEOPLE, "stdlib/people"),
        lambda q: 0.4 + 0.006 * q.shot.frames * len(q.shot.actors) if isinstance(q, p.BakeShot) else 1.0,
    ),
    Op(
        "render", 2, p.RenderWindow, (("bake", Kind.BAKE), ("person", Kind.PERSON)),
        _one("clip", Kind.CLIP), _D, Stage.RENDER,
        (
            "runtime/previz/raster", "runtime/previz/render.py", "runtime/previz/tasks.py", "runtime/previz/scene.py", _POSE, _JIT,
            "runtime/previz/crowd.py", "runtime/previz/crowd.py", "runtime/previz/motion", _SETS, _PEOPLE, "stdlib/people", "runtime/picture/log.py", *_CLIP,
        ),
        lambda q: 0.5 + 0.5 * _pixels(q),
    ),
    Op(
        "judge", 3, p.JudgeTake, (("clip", Kind.CLIP), ("bake", Kind.BAKE), ("person", Kind.PERSON)), _one("scores", Kind.SCORES), _D, Stage.JUDGE,
        (*_JUDGE, "runtime/picture", "stdlib/letters.py", _JIT, *_CLIP, "runtime/previz/motion", "runtime/previz/scene.py", _POSE, _SETS, _PEOPLE, "stdlib/people"),
        lambda q: 0.3 + 0.02 * _pixels(q),
    ),
    Op(
        "still", 1, p.DevelopStill, (_FILE,), _one("clip", Kind.CLIP), _D, Stage.RENDER, _SOURCES,
        lambda q: 0.2 + 0.05 * _pixels(q),
    ),
    Op(
        "plate", 1, p.DecodePlate, (("clip", Kind.CLIP), _FILE, ("matte", Kind.FILE)), _one("clip", Kind.CLIP), _D, Stage.RENDER,
        _SOURCES, lambda q: 0.4 + 0.06 * _pixels(q),
    ),
    Op(
        "turn", 1, p.TurnClip, (("clip", Kind.CLIP),), _one("clip", Kind.CLIP), _D, Stage.RENDER, _SOURCES,
        lambda _: 0.5, Traits(finishing=True),
    ),
    Op("cutclip", 1, p.CutClip, (("clip", Kind.CLIP),), _one("clip", Kind.CLIP), _D, Stage.LOOK, _CLIP, lambda _: 0.3),
    Op(
        "panels", 1, p.JoinPanels, (("clip", Kind.CLIP),), _one("clip", Kind.CLIP), _D, Stage.RENDER, _SOURCES,
        lambda q: 0.2 + 0.05 * _pixels(q),
    ),
    Op(
        "encode", 1, p.EncodeWindow, (("clip", Kind.CLIP), ("lut", Kind.FILE)), _one("segment", Kind.SEGMENT), _D, Stage.LOOK,
        _PICTURE, lambda q: 0.2 + 0.08 * _pixels(q),
    ),
    Op(
        "board", 1, p.EncodeBoard, (("clip", Kind.CLIP), ("lut", Kind.FILE)), _one("segment", Kind.SEGMENT), _D, Stage.LOOK,
        _PICTURE, lambda q: 0.2 + 0.02 * _pixels(q),
    ),
    Op(
        "transition", 1, p.EncodeTransition, (("clip", Kind.CLIP), ("lut", Kind.FILE)), _one("segment", Kind.SEGMENT), _D, Stage.LOOK,
        _PICTURE, lambda q: 0.2 + 0.08 * _pixels(q),
    ),
    Op("cutsound", 1, p.CutSound, (_AUDIO,), _one(*_AUDIO), _X, Stage.MIX, ("runtime/sound/parts.py", "runtime/sound/wav.py"), lambda _: 0.1),
    Op(
        "mix", 2, p.MixWindow, (_AUDIO,), lambda _: (_AUDIO, ("scores", Kind.SCORES)), _D, Stage.MIX, ("runtime/sound",),
        lambda q: 0.1 + 0.8 * _tens(q),
    ),
    Op("loudness", 2, p.MeasureLoudness, (("scores", Kind.SCORES),), _one("scores", Kind.SCORES), _D, Stage.MIX, ("runtime/sound",), lambda _: 0.1),
    Op("master", 2, p.MasterSound, (_AUDIO,), _one(*_AUDIO), _D, Stage.MIX, ("runtime/sound",), lambda q: 0.1 + 0.3 * _tens(q)),
    Op(
        "aac", 2, p.EncodeSound, (_AUDIO,), _one("aac", Kind.AAC), _D, Stage.MIX, ("runtime/sound", "runtime/edit", "compiler/graph/soundgrid.py"),
        lambda _: 0.4, Traits(finishing=True),
    ),
    Op("conform", 1, p.Conform, (("segment", Kind.SEGMENT),), _one("video", Kind.VIDEO), _X, Stage.FINISH, ("runtime/edit",), lambda _: 0.5),
    Op(
        "mux", 3, p.Mux, (("video", Kind.VIDEO), ("aac", Kind.AAC)), _one("film", Kind.FILM), _X, Stage.FINISH,
        ("runtime/edit", "runtime/sound/adts.py", "compiler/graph/soundgrid.py"), lambda _: 0.5,
    ),
    Op("captions", 1, p.Captions, (), _one("text", Kind.TEXT), _X, Stage.FINISH, ("runtime/edit",), lambda _: 0.01),
    Op("poster", 1, p.Poster, (("segment", Kind.SEGMENT),), _one("image", Kind.IMAGE), _D, Stage.FINISH, ("runtime/edit",), lambda _: 0.2),
    Op("report", 2, p.WriteReport, (("image", Kind.IMAGE),), _one("page", Kind.PAGE), _X, Stage.FINISH, ("runtime/studio",), lambda _: 0.2),
)  # fmt: skip

_BY_PARAMS: dict[type, Op] = {op.params: op for op in OPS}
BY_NAME: dict[str, Op] = {op.name: op for op in OPS}


def declare(*ops: Op) -> None:
    """Make ops known beside the table's own. Raises ``ValueError`` for a name or a parameter type that is taken."""
    for op in ops:
        if op.name in BY_NAME or op.params in _BY_PARAMS:
            raise ValueError(f"there is an op {op.name} already, or one of its parameters")
        BY_NAME[op.name] = _BY_PARAMS[op.params] = op


def op_of(params: p.Params) -> Op:
    """The op that these parameters belong to."""
    return _BY_PARAMS[type(params)]
