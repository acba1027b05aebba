"""The edit matrix of films/the_last_breath: kinds of edit, and what each may run, counted by hand.

What a count is made of. 17 shots; a shot is rendered in windows of 48 frames, its handles with it, and encoded in windows
of 48 frames of its body:

    house-by-the-sea 144 (3)   alone 120 (3)   the-keeper 82 (2)   question, as long as its words (3)   empty-chair 72 (2)
    remembering 72 + 24 (2, encoded in 2)   corridor 24 + 96 (3, encoded in 2)   memory 84 (2)   she-sees-him 84 (2)
    about-to-speak 96 (2)   choice, as long as its words (3)   glow 72 (2)   listening 108 (3)
    dark 60 + 36 (2, encoded in 2)   facing-the-sea 36 + 72 (3, encoded in 2)   last-breath 132 (3)   morning 132 (3)

A picture that changes ends in the posters of its shot (2), the report, and the cut. Sound is mixed in windows of ten seconds
from each scene's beginning, 11 in all; a window is mastered with its neighbours, and encoded in pieces of about ten seconds.
A place's own sound is made in pieces of 15 s from where the place comes into the picture.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from runtime.cli.rename import rename
from tests.matrix.harness import Edit, Row, swapped

CUT = {"conform": 1, "mux": 1}
"""What any change of picture ends in."""
PICTURE = {**CUT, "report": 1}
"""The same when a still of it is in the report."""
SOUND = {"loudness": 1, "mux": 1}
"""What any change of sound ends in, besides windows and pieces."""
ALL_SOUND = {**SOUND, "mix": 11, "master": 11, "aac": 7}
"""Music lies under the whole film: whatever moves or changes it is heard everywhere."""


LATER = {"music": 1, "conform": 1, "report": 1, "captions": 1}
"""What ends or begins at another time: the score that lies under all of it, the cut, the papers."""
EVERY_PICTURE = {**PICTURE, "bake": 17, "render": 43, "cutclip": 10, "transition": 2, "encode": 41, "poster": 34}
NOTHING_RENDERED: dict[str, dict[str, int]] = {"render": {}}


def one_shot(windows: int) -> dict[str, int]:
    """A shot that changes, and nothing else of the film."""
    return {**PICTURE, "bake": 1, "render": windows, "encode": windows, "poster": 2}


def same(text: str) -> str:
    return text


def block(text: str, begin: str, end: str) -> str:
    """The part of a text from ``begin`` up to ``end``."""
    at = text.index(begin)
    return text[at : text.index(end, at)]


def exchanged(begin: str, middle: str, end: str) -> Edit:
    """Two neighbouring parts of the text change places."""

    def edit(text: str) -> str:
        first, second = block(text, begin, middle), block(text, middle, end)
        return text.replace(first + second, second + first, 1)

    return edit


def without(begin: str, end: str) -> Edit:
    return lambda text: text.replace(block(text, begin, end), "", 1)


def renamed(old: str, new: str) -> Callable[[Path], None]:
    def act(folder: Path) -> None:
        assert rename(folder / "the_last_breath.film", old, new) == 0

    return act


def picked(words: str) -> Callable[[Path], None]:
    def act(folder: Path) -> None:
        (folder / "film.picks.toml").write_text(f'[[pick]]\nshot = "glow"\ntake = {words}\n')

    return act


def both(*edits: Edit) -> Edit:
    def edit(text: str) -> str:
        for one in edits:
            text = one(text)
        return text

    return edit


GLOW = "f/1.8, 3s"
TAKES = swapped((GLOW, f"{GLOW}\n    takes: 3"))
FIXED = swapped(("85mm, f/2, push in slowly\n\nMARA\n(softly)", "85mm, f/2, push in slowly, 7s\n\nMARA\n(softly)"))
CUTS = swapped(("DISSOLVE 1S TO:", "CUT TO:"), ("DISSOLVE 1.5S TO:", "CUT TO:"))
EDITION = swapped(("character MARA", "edition short\n    without: The one without words\n\ncharacter MARA"))
LAST_KITCHEN = "INT. KITCHEN - NIGHT\n\nscene\n    MARA: sitting on chair north of table, looking at window"

ROWS: tuple[Row, ...] = (
    # --- nothing that is seen or heard: nothing is made ---
    Row("a comment", swapped(("Mara looks at the second", "/* why? */ Mara looks at the second")), {}),
    Row("a note", swapped(("Mara looks at the sea.", "Mara looks at the sea. [[still]]")), {}, slow=True),
    Row("a speech wrapped otherwise", swapped(("words. The breath,", "words.\nThe breath,")), {}),
    Row("blank lines", swapped(("shot glow", "\n\n\nshot glow")), {}, slow=True),
    Row("phrases of a shot in another order", swapped(("65mm, f/2, 3.4s", "3.4s, f/2, 65mm")), {}),
    Row("declarations in another order", exchanged("character MARA", "character ELIAS", "character KEEPER"), {}),
    Row(
        "words of a place that make nothing of it", swapped(("a long dark corridor", "a long corridor")), {}, slow=True
    ),
    # --- papers ---
    Row("the film's title", swapped(("Title: The Last Breath", "Title: One Breath")), {"mux": 1, "report": 1}),
    Row(
        "its author", swapped(("Author: the filmlang project", "Author: somebody")), {"mux": 1, "report": 1}, slow=True
    ),
    Row("a section's name", swapped(("# Morning", "# Dawn")), {"mux": 1}),
    Row("film rename of a person", same, {"captions": 1, "report": 1}, act=renamed("ELIAS", "TOBIAS")),
    Row("film rename of a place", same, {"report": 1}, act=renamed("KITCHEN", "PANTRY")),
    Row("film rename of a shot", same, {"report": 1}, act=renamed("glow", "light")),
    # --- the cut: no picture is rendered but what is new ---
    Row(
        "two shots change places",
        exchanged("shot she-sees-him", "shot about-to-speak", "# The one without"),
        {**ALL_SOUND, **LATER, "captions": 0},
        NOTHING_RENDERED,
    ),
    Row(
        # The kitchen is in the picture twice running now: a third piece of its sound; the archive's is heard less long.
        "two scenes change places",
        exchanged("INT. ARCHIVE - NIGHT", "# The one without", LAST_KITCHEN),
        {**ALL_SOUND, **LATER, "aac": 8, "sound": 1},
        NOTHING_RENDERED,
        first=CUTS,
    ),
    Row(
        "a shot is put in",
        swapped(("shot glow:", "shot hands: insert of book, 85mm, 2s\n\nshot glow:")),
        {**ALL_SOUND, **LATER, "aac": 8, "bake": 1, "render": 1, "encode": 1, "poster": 2},
        {"render": {"hands": 1}},
    ),
    Row(
        "a shot is taken out",
        without("shot she-sees-him", "shot about-to-speak"),
        {**ALL_SOUND, **LATER},
        NOTHING_RENDERED,
    ),
    Row(
        # The body of the shot it leads into is a second shorter, so both its segments are; the other's is one window now.
        "a dissolve is longer",
        swapped(("DISSOLVE 1S", "DISSOLVE 2S")),
        {**ALL_SOUND, **LATER, "transition": 1, "encode": 2, "poster": 4},
        NOTHING_RENDERED,
    ),
    Row(
        "a dissolve is shorter",
        swapped(("DISSOLVE 1.5S", "DISSOLVE 1S")),
        {**ALL_SOUND, **LATER, "transition": 1, "encode": 3, "poster": 4, "cutclip": 5},
        NOTHING_RENDERED,
    ),
    Row(
        # What happens in a shot waits half its dissolve, so the walk begins sooner: its three windows, 120 frames.
        "a dissolve becomes a cut",
        swapped(("DISSOLVE 1S TO:", "CUT TO:")),
        {**ALL_SOUND, **LATER, "bake": 1, "render": 3, "encode": 4, "poster": 4},
        {"render": {"corridor": 3}},
        slow=True,
    ),
    Row("a fade becomes a cut", swapped(("FADE OUT.", "")), {**PICTURE, "encode": 2, "poster": 1}, NOTHING_RENDERED),
    Row(
        "a title's words",
        swapped(("SUPER: THE LAST BREATH", "SUPER: ONE BREATH")),
        {**PICTURE, "encode": 2, "poster": 1},
        NOTHING_RENDERED,
    ),
    Row(
        "a look",
        swapped(("Look: last-breath", "Look: silver")),
        {**PICTURE, "encode": 41, "transition": 2, "poster": 34},
    ),
    Row(
        "a shot's own look",
        swapped((GLOW, f"{GLOW}\n    look: silver")),
        {**PICTURE, "encode": 2, "poster": 2},
        {"encode": {"glow": 2}},
        slow=True,
    ),
    # --- takes: two more of two windows each, and three scores; a pick is a matter of the cut ---
    Row("takes: 3", TAKES, {"bake": 2, "render": 4, "judge": 3, "report": 1}, {"render": {"glow": 4}}),
    Row("a pick", same, {**PICTURE, "encode": 2, "poster": 2}, NOTHING_RENDERED, first=TAKES, act=picked("3")),
    Row(
        "a pick of a part",
        same,
        {**ALL_SOUND, **CUT, "report": 1, "captions": 1, "cutclip": 1, "encode": 1, "poster": 2},
        NOTHING_RENDERED,
        first=TAKES,
        act=picked('"2 0.5s..2s"'),
        slow=True,
    ),
    # --- one picture ---
    Row("a lens", swapped(("MARA, 75mm", "MARA, 80mm")), one_shot(2), {"render": {"she-sees-him": 2}}),
    Row("an angle", swapped(("50mm, low angle", "50mm, high angle")), one_shot(2), {"render": {"memory": 2}}),
    Row("a size", swapped(("memory: full of", "memory: medium of")), one_shot(2), {"render": {"memory": 2}}),
    Row("a stop", swapped(("85mm, f/1.8, 3s", "85mm, f/4, 3s")), one_shot(2), {"render": {"glow": 2}}, slow=True),
    Row("a move", swapped(("40mm, push in", "40mm, pull out")), one_shot(2), {"render": {"empty-chair": 2}}),
    Row(
        "a gesture",
        swapped(("Elias smiles softly.", "Elias nods.")),
        one_shot(2),
        {"render": {"about-to-speak": 2}},
        slow=True,
    ),
    Row(
        "slow motion",
        swapped(("ELIAS, 50mm", "ELIAS, 50mm, speed 50%")),
        one_shot(2),
        {"render": {"memory": 2}},
        slow=True,
    ),
    Row(
        "backwards",
        swapped((GLOW, "f/1.8, reverse, 3s")),
        {**one_shot(2), "turn": 2},
        {"render": {"glow": 2}},
        slow=True,
    ),
    Row("a shot's seed", swapped((GLOW, f"{GLOW}\n    seed: 99")), one_shot(2), {"render": {"glow": 2}}, slow=True),
    Row(
        # 132 frames become 156: four windows, and the crane is under way in all of them. The surf is heard for 16.9
        # seconds now, not 15.9: one more piece of it, in the last window of the mix.
        "the last shot is longer",
        swapped(("crane up slowly, 5.5s", "crane up slowly, 6.5s")),
        {**one_shot(4), **SOUND, "sound": 1, "mix": 1, "master": 2, "aac": 2},
        {"render": {"morning": 4}},
    ),
    Row(
        # Static, so the first window is what it was: 48 frames and 60.
        "a shot is longer",
        swapped(("50mm, low angle, 3.5s", "50mm, low angle, 4.5s")),
        {**ALL_SOUND, **LATER, **one_shot(2)},
        {"render": {"memory": 2}},
    ),
    # --- people and places: where they are seen, and nowhere else ---
    Row(
        "a coat",
        swapped(("dark blue knit sweater", "red knit sweater")),
        {**PICTURE, "person": 1, "bake": 3, "render": 7, "cutclip": 3, "transition": 1, "encode": 6, "poster": 6},
        {"render": {"corridor": 3, "memory": 2, "about-to-speak": 2}},
    ),
    Row(
        "the coat of who is seen most",
        swapped(("grey wool long coat", "green wool long coat")),
        {**PICTURE, "person": 1, "bake": 14, "render": 36, "cutclip": 10, "transition": 2, "encode": 34, "poster": 28},
        plays=False,
        slow=True,
    ),
    Row(
        "a face",
        swapped(("kind dark eyes", "kind green eyes")),
        {**PICTURE, "person": 1, "bake": 3, "render": 7, "cutclip": 3, "transition": 1, "encode": 6, "poster": 6},
        slow=True,
    ),
    Row(
        "a place's light",
        swapped(("white key from right", "white key from left")),
        {**PICTURE, "bake": 4, "render": 9, "cutclip": 3, "transition": 1, "encode": 8, "poster": 8},
        {"render": {"corridor": 3, "memory": 2, "she-sees-him": 2, "about-to-speak": 2}},
    ),
    Row(
        "a scene's light",
        swapped(("light: cool moonlight through", "light: warm moonlight through")),
        {**PICTURE, "bake": 1, "render": 2, "cutclip": 2, "transition": 1, "encode": 2, "poster": 2},
        {"render": {"dark": 2}},
        slow=True,
    ),
    Row(
        # Nine shots are set in the kitchen, which is measured for the night and for its last hour. The book lies by the
        # lamp: it or its shadow, or the shelf it is put on, is in all of them.
        "a thing that all see is moved",
        swapped(("book on table", "book on shelf")),
        {**PICTURE, "set": 2, "bake": 9, "render": 22, "cutclip": 4, "transition": 2, "encode": 22, "poster": 18},
        slow=True,
    ),
    Row(
        # All nine are performed again. In remembering, question and choice it was not to be seen, nor is it now.
        "a thing that some see is moved",
        swapped(("picture frame on east wall", "picture frame on south wall")),
        {**PICTURE, "set": 2, "bake": 9, "render": 14, "cutclip": 2, "transition": 1, "encode": 14, "poster": 12},
        {"render": {"alone": 3, "the-keeper": 2, "empty-chair": 2, "glow": 2, "listening": 3, "dark": 2}},
    ),
    Row(
        # Four shots at the sea; two look away from it.
        "a thing outdoors is moved",
        swapped(("fence at 3 -8", "fence at 5 -9")),
        {**PICTURE, "set": 2, "bake": 4, "render": 6, "encode": 6, "poster": 4},
        {"render": {"house-by-the-sea": 3, "morning": 3}},
    ),
    Row(
        # Behind the house; what stood there looks as it did.
        "a thing is put into a place",
        swapped(("rocks at -4 -3", "rocks at -4 -3, barrel at 6 -12")),
        {**PICTURE, "set": 2, "bake": 4, "render": 3, "encode": 3, "poster": 2},
        {"render": {"house-by-the-sea": 3}},
        slow=True,
    ),
    Row(
        "another time of day",
        swapped(("EXT. SHORE - DAWN", "EXT. SHORE - NIGHT")),
        {
            **PICTURE,
            **SOUND,
            "bake": 3,
            "render": 9,
            "cutclip": 3,
            "transition": 1,
            "encode": 8,
            "poster": 6,
            "sound": 1,
            "mix": 2,
            "master": 3,
            "aac": 2,
        },
        {"render": {"facing-the-sea": 3, "last-breath": 3, "morning": 3}},
        slow=True,
    ),
    Row("a mood that shows nothing", swapped(("mood: resolved", "mood: waiting")), {"bake": 3}),
    Row(
        "a mood that shows",
        swapped(("mood: resolved", "mood: afraid")),
        {**PICTURE, "bake": 3, "render": 8, "encode": 8, "poster": 6},
        {"render": {"choice": 3, "glow": 2, "listening": 3}},
        slow=True,
    ),
    # --- what is heard ---
    Row(
        "a word off screen in a shot of fixed length",
        swapped(("You may keep one recording.", "You may keep one memory.")),
        {**SOUND, "speak": 1, "mix": 2, "master": 4, "aac": 3, "captions": 1},
        NOTHING_RENDERED,
    ),
    Row(
        # 168 frames of her face, four windows; her words and how they leave her reach into all of them.
        "a word on screen in a shot of fixed length",
        swapped(("before he says", "before he ever says")),
        {
            **PICTURE,
            **SOUND,
            "speak": 1,
            "bake": 1,
            "render": 4,
            "encode": 4,
            "poster": 2,
            "mix": 2,
            "master": 4,
            "aac": 4,
            "captions": 1,
        },
        {"render": {"choice": 4}},
        first=FIXED,
    ),
    Row(
        "a voice",
        swapped(("voice: calm machine, even", "voice: cold machine, even")),
        {**ALL_SOUND, **LATER, "speak": 4, "bake": 1, "render": 1, "encode": 1, "poster": 1},
        {"render": {"question": 1}},
    ),
    Row("the music's key", swapped(("D minor", "E minor")), {**ALL_SOUND, "music": 1}),
    Row("the music's level", swapped(("52 bpm, -9 dB", "52 bpm, -12 dB")), ALL_SOUND),
    Row(
        "an effect",
        swapped(("sound power down", "sound door slam")),
        {**SOUND, "sound": 1, "mix": 2, "master": 4, "aac": 3},
    ),
    Row("an effect's level", swapped(("at 1.2s, -2 dB", "at 1.2s, -5 dB")), {**SOUND, "mix": 4, "master": 6, "aac": 4}),
    Row(
        "an effect's moment",
        swapped(("close, at 1.2s", "close, at 1.6s")),
        {**SOUND, "mix": 4, "master": 6, "aac": 4},
        slow=True,
    ),
    Row(
        "a place's sound",
        swapped(("server hum, medium", "server hum, low")),
        {**SOUND, "mix": 5, "master": 7, "aac": 6},
        slow=True,
    ),
    # --- the whole film ---
    Row(
        "the film's seed",
        swapped(("Seed: 7", "Seed: 8")),
        {**ALL_SOUND, **EVERY_PICTURE, "music": 1, "sound": 9, "person": 2, "set": 5},
        plays=False,
        slow=True,
    ),
    Row(
        # No voice, nobody, no place, no sound is made again.
        "frames a second",
        swapped(("24 fps", "25 fps")),
        {**ALL_SOUND, **EVERY_PICTURE, "music": 1, "captions": 1, "aac": 8},
        plays=False,
        slow=True,
    ),
    Row("the picture's size", swapped(("960x402", "640x268")), EVERY_PICTURE, plays=False, slow=True),
    Row("the picture's shape", swapped(("960x402", "960x540")), EVERY_PICTURE, plays=False, slow=True),
    Row(
        "the board",
        same,
        {**PICTURE, "bake": 17, "render": 23, "board": 23, "transition": 2, "poster": 34},
        options={"profile": "board"},
        plays=False,
        slow=True,
    ),
    Row("one shot alone", same, {**CUT, "aac": 1}, options={"shot": "glow"}, slow=True),
    Row(
        "an edition",
        same,
        {**SOUND, "conform": 1, "report": 1, "captions": 1, "music": 1, "mix": 8, "master": 8, "aac": 6},
        NOTHING_RENDERED,
        first=both(CUTS, EDITION),
        options={"edition": "short"},
        slow=True,
    ),
)
"""Every row is held to exactly its counts; 0 is for what a shared part counts and this row does not run."""
