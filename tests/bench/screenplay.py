"""Screenplays nobody wrote, of any length: varied enough that nothing is met twice, the same on every machine.

``directed(1)`` is a feature of 120 scenes, 1,500 shots and 13,800 lines; ``fountain(1)`` the same length without a
directive. A scale of 4 has four times the scenes, not the same ones again.
"""

from __future__ import annotations

from random import Random

SCENES, SHOTS, LINES = 120, 1500, 13_800

PEOPLE = (
    "MARA ELIAS ANNA BO TOBIAS INGRID OSKAR LENA RUFUS ADA TOM NELL VIKTOR ZOFIA HUGO ÅSA DMITRI YUKI SALMA PETRA "
    "KWAME ORLA BENE JUDE"
).split()
_AGES = "nine nineteen twenty-four thirty thirty-eight forty-one forty-seven fifty-five sixty-three seventy".split()
_PLACES = (
    "KITCHEN|HALL|STUDY|CELLAR|ATTIC|LAMP ROOM|FERRY DECK|HARBOUR|MARKET SQUARE|TRAIN CARRIAGE|WAITING ROOM|WARD|ROOFTOP|"
    "BACK YARD|GREENHOUSE|LIBRARY|PRINT SHOP|BAKERY|CHAPEL|TUNNEL|PIER|BOATHOUSE|MILL|CLASSROOM|COURTROOM|CANTEEN|"
    "LAUNDRY|STAIRWELL|BALCONY|ORCHARD|BRIDGE|QUARRY|CAR|BUS STOP|HOTEL LOBBY|BEDROOM|BATHROOM|OFFICE|ARCHIVE|STABLE"
).split("|")
_OUTSIDE = frozenset(
    "FERRY DECK|HARBOUR|MARKET SQUARE|ROOFTOP|BACK YARD|PIER|BALCONY|ORCHARD|BRIDGE|QUARRY|BUS STOP".split("|")
)
_TIMES = "DAY NIGHT DAWN DUSK MORNING EVENING".split()
_THINGS = "table chair window door lamp bench".split()
_ADVERBS = "slowly quickly gently carefully suddenly calmly".split()
_DOES = (
    "walks to the {thing}|sits at the table|stands up|looks at {other}|turns to the {thing}|nods|smiles|waits by the {thing}|"
    "walks to the window and looks out|turns away|looks at the {thing}|closes her eyes|kneels by the {thing}|breathes out"
).split("|")
_PROSE = (
    "{Noun} and {noun}, as it has been since the {noun}.|Somewhere a {noun} is {ing}.|The {noun} smells of {noun}.|"
    "A {adj} {noun} hangs over the {noun}.|Nothing {adj} about it; only the {noun}, {ing}.|{Noun}. More {noun}."
).split("|")
_NOUNS = (
    "rain dust salt paper iron smoke wool river orchard ledger clock kettle ladder engine harbour winter letter ticket "
    "photograph shadow curtain field rope lantern gull crate barrel map hymn coin shoe bucket fence feather stove mirror"
).split()
_ADJECTIVES = (
    "grey wet quiet narrow broken golden cold patient crooked pale heavy thin distant warm bitter empty".split()
)
_INGS = "turning waiting burning falling humming breathing drying leaking singing rusting ticking settling".split()
_SAYS = (
    "You kept the {noun}.|I never asked for a {noun}.|When did the {noun} stop {ing}?|It was {adj}, and then it was gone.|"
    "Tell {other} about the {noun}.|We can't stay here.|There is no {noun} in this house.|Look at me.|Not before the {noun}.|"
    "What would you do with a {adj} {noun}?|My father had a {noun} like that.|Say it again, {adj} as you like.|All of it.|"
    "They said the {noun} would hold.|I counted {count} of them, {ing} in the {noun}.|Go on, then.|That is what I am afraid of."
).split("|")
_MANNERS = "whispering|softly|not turning|flatly|after a while|loudly|coldly|warmly|beat|tired|angry|to herself".split(
    "|"
)
_SIZES = (
    "extreme wide|wide|full|medium of {who}|medium close-up of {who}|close-up of {who}|extreme close-up of {who}|"
    "cowboy of {who}|over {other}'s shoulder of {who}|two-shot of {who} and {other}|insert of {thing}|pov of {who}"
).split("|")
_LENSES = "18mm 24mm 28mm 32mm 35mm 40mm 50mm 65mm 75mm 85mm 100mm".split()
_MOVES = "static|pan left slowly|tilt up|dolly in slowly|truck right|crane down|push in|pull out slowly|handheld|orbit left".split(
    "|"
)
_ANGLES = "low angle|high angle|eye level|in profile|from behind".split("|")
_SOUNDS = "distant foghorn|rain on glass|gulls|a door far off|footsteps above|engine idling|church bell|wind|clock ticking".split(
    "|"
)
_KEYS = "C D E F G A B".split()


def directed(scale: int = 1, seed: int = 1) -> str:
    """A ``.film``: declarations, then scenes with a ``scene`` block, shots, sound, action and speech."""
    lines = [
        "Title: The Long Winter",
        "Author: Nobody",
        "Format: 960x402, 24 fps",
        "Look: neutral",
        f"Seed: {seed}",
        "",
    ]
    for index, name in enumerate(PEOPLE):
        dice = Random(f"{seed} person {index}")
        lines += [
            f"character {name}",
            f"    a {'woman' if index % 2 else 'man'} of {dice.choice(_AGES)}, {dice.choice(_ADJECTIVES)} eyes",
            f"    wears: {dice.choice(('grey coat', 'blue knit sweater', 'white shirt', 'black dress'))}, boots",
            f"    voice: {dice.choice(('low', 'clear', 'soft'))}, {dice.choice(('slow', 'quick', 'dry'))}",
            "",
        ]
    for index, name in enumerate(_PLACES):
        dice = Random(f"{seed} place {index}")
        lines += [
            f"location {name}",
            f"    a {dice.choice(_ADJECTIVES)} {name.lower()}",
            "    set: table at 0 0, chair beside table, window on north wall, lamp on table, bench at 2 1",
            f"    light: {dice.choice(('warm lamp as key', 'grey morning', 'cool moonlight through window'))}",
            f"    sound: {dice.choice(_SOUNDS)}, low",
            "",
        ]
    target = LINES * scale
    named = 0
    for index in range(SCENES * scale):
        shots = SHOTS * scale * (index + 1) // (SCENES * scale) - SHOTS * scale * index // (SCENES * scale)
        until = len(lines) + (target - len(lines)) // (SCENES * scale - index)
        named = _scene(Random(f"{seed} scene {index}"), lines, index, shots, until, named)
    return "\n".join(lines[:target]) + "\n"


def fountain(scale: int = 1, seed: int = 1) -> str:
    """A Fountain screenplay of ``LINES * scale`` lines with every element of the format."""
    lines = ["Title:", "    _**The Long Winter**_", "Credit: written by", "Author: Nobody", "Draft date: 1 May", ""]
    target = LINES * scale
    index = 0
    while len(lines) < target:
        dice = Random(f"{seed} fountain {index}")
        if index % 10 == 0:
            lines += [f"# Part {index // 10 + 1}", "", f"= {_fill(dice, dice.choice(_PROSE))}", ""]
        who = dice.sample(PEOPLE, 3)
        lines += [_heading(dice, index), ""]
        for _ in range(dice.randint(10, 22)):
            kind = dice.random()
            if kind < 0.34:
                lines += [*_paragraph(dice, who), ""]
            elif kind < 0.94:
                lines += [*_speech(dice, who), ""]
            elif kind < 0.96:
                lines += [f"[[{_fill(dice, dice.choice(_PROSE))}]]", ""]
            elif kind < 0.97:
                lines += ["/*", _fill(dice, dice.choice(_PROSE)), "", "*/", ""]
            elif kind < 0.98:
                lines += [f"> {_fill(dice, '{Noun}').upper()} <", ""]
            elif kind < 0.99:
                lines += [f"~{_fill(dice, dice.choice(_SAYS))}", ""]
            else:
                lines += ["===", ""]
        if dice.random() < 0.3:
            lines += [dice.choice(("CUT TO:", "DISSOLVE TO:", "> SMASH CUT TO:")), ""]
        index += 1
    return "\n".join(lines[:target]) + "\n"


def _scene(dice: Random, lines: list[str], index: int, shots: int, until: int, named: int) -> int:
    who = dice.sample(PEOPLE, 3)
    lines += [_heading(dice, index), "", "scene"]
    lines += [f"    {name}: standing at {thing}" for name, thing in zip(who, ("door", "window", "table"), strict=True)]
    lines += [f"    mood: {dice.choice(('waiting', 'raw', 'tender', 'tense'))}", ""]
    if dice.random() < 0.4:
        key, bpm = dice.choice(_KEYS), dice.randint(48, 120)
        lines += [f"music sparse strings in {key} {dice.choice(('minor', 'major'))}, {bpm} bpm, low, under scene", ""]
    for number in range(shots):
        stop = len(lines) + (until - len(lines)) // (shots - number)
        label = ""
        if dice.random() < 0.4:
            named += 1
            label = f"{dice.choice(_NOUNS)}-{named}: "
        phrases = [dice.choice(_SIZES), dice.choice(_LENSES), dice.choice(_MOVES)]
        if dice.random() < 0.4:
            phrases.append(dice.choice(_ANGLES))
        if dice.random() < 0.2:
            phrases.append(f"f/{dice.choice(('1.8', '2.8', '4'))}")
        lines += [_fill(dice, f"shot {label}{', '.join(phrases)}", who), ""]
        if dice.random() < 0.15:
            lines[-1:-1] = [f"    note: {_fill(dice, dice.choice(_PROSE))}"]
        if dice.random() < 0.1:
            lines += [f"sound {dice.choice(_SOUNDS)}, at {dice.randint(0, 3)}s, {dice.choice(('low', 'medium'))}", ""]
        while len(lines) < stop - 3:
            lines += [*(_speech(dice, who) if dice.random() < 0.62 else _paragraph(dice, who)), ""]
    lines += [""] * max(0, until - len(lines))
    return named


def _heading(dice: Random, index: int) -> str:
    place = dice.choice(_PLACES)
    inside = "EXT." if place in _OUTSIDE else "INT."
    return f"{inside} {place} - {dice.choice(_TIMES)} #{index + 1}#"


def _paragraph(dice: Random, who: list[str]) -> list[str]:
    lines = []
    for _ in range(dice.randint(1, 3)):
        if dice.random() < 0.55:
            lines.append(
                _fill(dice, f"{{Who}} {dice.choice(_DOES)}{dice.choice(('', f' {dice.choice(_ADVERBS)}'))}.", who)
            )
        else:
            lines.append(_fill(dice, dice.choice(_PROSE), who))
    return lines


def _speech(dice: Random, who: list[str]) -> list[str]:
    extension = dice.choice(("", "", "", "", "", " (V.O.)", " (O.S.)", " (CONT'D)"))
    lines = [f"{dice.choice(who)}{extension}"]
    if dice.random() < 0.25:
        lines.append(f"({dice.choice(_MANNERS)})")
    lines += [_fill(dice, dice.choice(_SAYS), who) for _ in range(dice.randint(1, 3))]
    return lines


def _fill(dice: Random, template: str, who: list[str] | None = None) -> str:
    names = who or list(PEOPLE[:3])
    first, other = dice.sample(names, 2)
    noun = dice.choice(_NOUNS)
    return template.format(
        who=first, other=other if "shoulder" in template or "two-shot" in template else other.title(), Who=first.title(),
        thing=dice.choice(_THINGS), noun=dice.choice(_NOUNS), Noun=noun.title(), adj=dice.choice(_ADJECTIVES),
        ing=dice.choice(_INGS), count=dice.randint(2, 90),
    )  # fmt: skip
