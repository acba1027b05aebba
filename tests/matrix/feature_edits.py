"""The edit matrix of a feature of 1,500 shots: what each kind of edit may run, counted by hand on the scenes of our own.

rows 96 frames (2 windows of 48), lamp-light 48 (1), table-top 72 (2), says 144 (3), hears 72 + 24 under a dissolve (2), all
static, none seen but where they are; counted by recipe, so a performance that comes out the same is not taken off.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.matrix.edits import PICTURE, SOUND, one_shot
from tests.matrix.harness import Counts, Edit, swapped

_LAMP = "shot lamp-light: insert of lamp, 50mm, static, 2s\n\nQuiet.\n\n"
_TABLE = "shot table-top: insert of table, 50mm, static, 3s\n\nQuiet.\n\n"
_HEARS = "close-up of ELIAS, 75mm, static, 4s"
_LATER = {**SOUND, "conform": 1, "report": 1, "captions": 1, "music": 1, "sound": 1}
"""A scene that is longer or shorter: its score, its room; what comes after it only moves."""
ALL = -1
"""As many as the film has."""
HEARD = ("mix", "master", "aac")


@dataclass(frozen=True, slots=True)
class FeatureRow:
    """``costs`` are exact, but for sound: ``heard`` are the most windows that may be mixed, two more are mastered, and what
    has moved is encoded anew."""

    name: str
    edit: Edit
    costs: Counts
    where: Mapping[str, Counts] = field(default_factory=dict)
    heard: int = 0

    def expected(self, whole: Counts) -> dict[str, int]:
        """Its counts, ``whole`` being the film's."""
        return {op: whole[op] if count == ALL else count for op, count in self.costs.items() if count}

    def kept(self, ran: Counts) -> list[str]:
        """Where what ``ran`` of sound is more than the row says."""
        over = [("mix", self.heard), ("master", self.heard + 12 if self.heard else 0)]
        return [f"{op}: {ran.get(op, 0)} > {most}" for op, most in over if ran.get(op, 0) > most]


def _scenes(text: str) -> list[str]:
    return re.split(r"(?=^(?:DISSOLVE 1S TO:\n\n)?(?:INT|EXT)\. )", text, flags=re.MULTILINE)


def _scenes_swapped(text: str) -> str:
    scenes = _scenes(text)
    at = next(i for i, scene in enumerate(scenes) if "#62#" in scene)
    scenes[at], scenes[at + 1] = scenes[at + 1], scenes[at]
    return "".join(scenes)


def _declared(kind: str, name: str, key: str, value: str) -> Callable[[str], str]:
    def edit(text: str) -> str:
        made, count = re.subn(rf"({kind} {name}\n(?:    .*\n)*?    {key}: ).*", rf"\g<1>{value}", text, count=1)
        assert count == 1
        return made

    return edit


ROWS: tuple[FeatureRow, ...] = (
    FeatureRow("a comment", swapped(("Dust.\n\nshot lamp-light", "Dust. /* why */\n\nshot lamp-light")), {}),
    FeatureRow("a speech wrapped otherwise", swapped(("I kept the letter and", "I kept the letter\nand")), {}),
    FeatureRow("blank lines", swapped(("Dust.\n\nshot lamp-light", "Dust.\n\n\n\nshot lamp-light")), {}),
    FeatureRow("the title", swapped(("Title: The Long Winter", "Title: Winter")), {"mux": 1, "report": 1}),
    FeatureRow("a lens", swapped(("MARA, 75mm, static", "MARA, 85mm, static")), one_shot(3), {"render": {"says": 3}}),
    FeatureRow(
        "an angle", swapped(("24mm, static, 4s", "24mm, static, high angle, 4s")), one_shot(2), {"render": {"rows": 2}}
    ),
    FeatureRow(
        "a stop",
        swapped((_HEARS, f"{_HEARS}, f/8")),
        {**one_shot(2), "cutclip": 2, "transition": 1},
        {"render": {"hears": 2}},
    ),
    FeatureRow(
        "a move", swapped(("table, 50mm, static", "table, 50mm, push in")), one_shot(2), {"render": {"table-top": 2}}
    ),
    FeatureRow(
        "two shots change places",
        swapped((_LAMP + _TABLE, _TABLE + _LAMP)),
        {**SOUND, "conform": 1, "report": 1, "music": 1},
        {"render": {}},
        3,
    ),
    FeatureRow(
        "two scenes change places",
        _scenes_swapped,
        {**SOUND, "conform": 1, "report": 1, "captions": 1},
        {"render": {}},
        16,
    ),
    FeatureRow(
        "a shot is put in",
        swapped((_TABLE, f"shot book: insert of bench, 50mm, static, 2.5s\n\nQuiet.\n\n{_TABLE}")),
        {**_LATER, **one_shot(2)},
        {"render": {"book": 2}},
        6,
    ),
    FeatureRow("a shot is taken out", swapped((_LAMP, "")), _LATER, {"render": {}}, 5),
    FeatureRow(
        "a shot is longer",
        swapped(("table, 50mm, static, 3s", "table, 50mm, static, 3.5s")),
        {**_LATER, **one_shot(2)},
        {"render": {"table-top": 2}},
        5,
    ),
    FeatureRow(
        "a dissolve is longer",
        swapped(("Quiet.\n\nDISSOLVE 1S", "Quiet.\n\nDISSOLVE 2S")),
        {**SOUND, "conform": 1, "report": 1, "captions": 1, "encode": 3, "transition": 1, "poster": 4},
        {"render": {}, "bake": {}},
        2,
    ),
    FeatureRow(
        "a look",
        swapped(("Look: neutral", "Look: silver")),
        {**PICTURE, "encode": ALL, "transition": ALL, "poster": ALL},
        {"render": {}, "bake": {}},
    ),
    FeatureRow(
        "a title over the picture",
        swapped(("Dust.\n\nshot lamp-light", "SUPER: LATER\n\nDust.\n\nshot lamp-light")),
        {**PICTURE, "encode": 2, "poster": 2},
        {"render": {}},
    ),
    FeatureRow(
        "takes: 3",
        swapped(("75mm, static, 4s\n\nsound", "75mm, static, 4s\n    takes: 3\n\nsound")),
        {"bake": 2, "render": 4, "judge": 3, "cutclip": 2, "report": 1},
        {"render": {"hears": 4}},
    ),
    FeatureRow(
        "a word in a shot of fixed length",
        swapped(("the letter and the key", "the letter, the key and the coin")),
        {**one_shot(3), **SOUND, "speak": 1, "captions": 1},
        {"render": {"says": 3}},
        2,
    ),
    FeatureRow(
        "the music's key", swapped(("piano in A minor", "piano in E minor")), {**SOUND, "music": 1}, {"render": {}}, 3
    ),
    FeatureRow(
        "music where there was none",
        swapped(("NIGHT #62#\n", "NIGHT #62#\n\nmusic slow cello in D minor, 50 bpm, low, under scene\n")),
        {**SOUND, "music": 1},
        {"render": {}},
        12,
    ),
    FeatureRow(
        "an effect",
        swapped(("foghorn, at 1s, low\n\nQuiet.\n\nDISS", "bell, at 1s, low\n\nQuiet.\n\nDISS")),
        {**SOUND, "sound": 1},
        {"render": {}},
        2,
    ),
    FeatureRow(
        "a place's sound",
        _declared("location", "CHAPEL", "sound", "church bell, low"),
        {**SOUND, "sound": 5},
        {"render": {}, "bake": {}},
        43,
    ),
    FeatureRow(
        "the picture's size",
        swapped(("960x402", "640x268")),
        {**PICTURE, **dict.fromkeys(("bake", "render", "encode", "cutclip", "transition", "poster"), ALL)},
    ),
)
