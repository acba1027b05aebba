"""What bodies and things can be told to do: the acts a ``verb`` may name, their styles, and the faces people can show.

The acts are performed by ``compiler.staging.acts``; a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass

FEELINGS = (
    "anger", "calm", "contempt", "disgust", "fear", "grief", "hopeful", "joy", "laugh", "sadness", "smile", "surprise",
    "tender", "weary",
)  # fmt: skip
"""Faces of the lexicon."""
GESTURES = (
    "nod", "shake", "shrug", "wave", "point", "hand to mouth", "hand to chest", "open hands", "bow head", "clap",
    "cross arms", "hand to face", "raise hand", "drink", "eat", "write", "read", "knock", "throw", "catch", "pour",
)  # fmt: skip
EFFECTS = ("whisper", "tremble", "shout", "recording", "phone", "machine")
"""What a voice may go through."""


@dataclass(frozen=True, slots=True)
class ActInfo:
    """One act of the engine: what it is, its styles, and what it is to coverage: travel, body, eyes, hands, face, thing."""

    note: str
    kind: str = "hands"
    styles: tuple[str, ...] = ()
    seconds: float = 1.2
    thing: bool = False
    """Whether a thing can do it."""
    hold: bool = False
    """Whether its effect outlasts it."""


ACTS: dict[str, ActInfo] = {
    "enter": ActInfo("comes in, by the target if one is named", "travel", seconds=0.0),
    "exit": ActInfo("leaves the place", "travel", seconds=0.0),
    "walk": ActInfo("goes to the target", "travel", seconds=0.0),
    "run": ActInfo("runs to the target", "travel", seconds=0.0),
    "walk away": ActInfo("goes away from the target or whoever is near", "travel", seconds=0.0),
    "back": ActInfo("steps back", "travel", seconds=0.0),
    "follow": ActInfo("goes after the target", "travel", seconds=0.0),
    "sit": ActInfo("sits down on the target or the nearest seat", "body", seconds=1.7),
    "stand": ActInfo("stands up", "body", seconds=1.6),
    "kneel": ActInfo("kneels down", "body", seconds=1.8),
    "lie": ActInfo("lies down", "body", seconds=2.4),
    "fall": ActInfo("falls to the ground", "body", seconds=1.1, thing=True),
    "turn": ActInfo("turns to the target", "body", seconds=1.0),
    "turn away": ActInfo("turns away from the target", "body", seconds=1.0),
    "lean": ActInfo("leans towards or against the target", "body", seconds=1.2, hold=True),
    "embrace": ActInfo("goes to the target and holds them", "body", seconds=3.0),
    "wait": ActInfo("stays, at the target if one is named", "body", seconds=1.6),
    "stop": ActInfo("stops where they are", "body", seconds=0.6, thing=True),
    "look": ActInfo("looks at the target", "eyes", seconds=0.9),
    "look up": ActInfo("looks up", "eyes", seconds=0.9),
    "look down": ActInfo("looks down", "eyes", seconds=0.9),
    "look away": ActInfo("looks away", "eyes", seconds=0.9),
    "close eyes": ActInfo("closes the eyes until they open", "face", seconds=0.7, hold=True),
    "open eyes": ActInfo("opens the eyes", "face", seconds=0.6),
    "gesture": ActInfo("one movement of head or hands, named by `style`", "hands", GESTURES, 1.4),
    "reach": ActInfo("puts a hand to the target and leaves it there", "hands", seconds=1.2, hold=True),
    "touch": ActInfo("puts a hand to the target for `value` seconds", "hands", seconds=1.1),
    "take": ActInfo("takes the target into a hand and keeps it", "hands", seconds=1.2, hold=True),
    "put": ActInfo("puts the object down on the target", "hands", seconds=1.2),
    "give": ActInfo("gives the object to the target, who takes it", "hands", seconds=1.8),
    "hold": ActInfo("keeps the target in a hand, in front of the body", "hands", seconds=1.2, hold=True),
    "throw": ActInfo("throws the object, at the target if one is named", "hands", seconds=1.2),
    "catch": ActInfo("catches the target", "hands", seconds=0.9, hold=True),
    "open": ActInfo("opens the target", "hands", seconds=1.3, thing=True, hold=True),
    "close": ActInfo("closes the target", "hands", seconds=1.3, thing=True, hold=True),
    "switch": ActInfo("turns the target's light to the level `value`", "hands", seconds=1.0, hold=True),
    "use": ActInfo("does something with the thing in hand, named by `style`", "hands", GESTURES, 2.0),
    "emote": ActInfo("shows the feeling named by `style`, as strongly as `value`", "face", FEELINGS, 1.4, hold=True),
    "breathe": ActInfo("one breath: in, out, deep or held", "face", ("in", "out", "deep", "held"), 2.2),
    "board": ActInfo("gets into the target", "travel", seconds=0.0, hold=True),
    "alight": ActInfo("gets out of the target", "travel", seconds=0.0),
    "drive": ActInfo("drives, or is driven, to the target or away", "travel", seconds=0.0, thing=True),
    "light": ActInfo("a light goes to the level `value`", "thing", ("", "flicker"), 0.9, thing=True, hold=True),
}
"""Every act by its name."""
TRAVEL = frozenset(name for name, info in ACTS.items() if info.kind == "travel")
HANDS = frozenset(name for name, info in ACTS.items() if info.kind == "hands")
