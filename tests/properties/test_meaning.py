"""Properties of meaning: what must not matter does not, what stands beside a declaration is nothing to it, keys stay."""

from __future__ import annotations

import re
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compiler.diagnostics import Severity
from compiler.front import check_text, load_film
from compiler.meaning.film import Film, Shot, Speech

DECLARATIONS = (
    "character MARA\n    a woman of sixty-three, silver hair\n    wears: grey coat, black boots\n    voice: low, slow\n",
    "character YOUNG MARA, extends MARA\n    a girl of nineteen, long black hair\n",
    "character ELIAS\n    a man of seventy\n    build: 1.80 m\n    seed: elias-the-elder\n",
    "group CROWD: 40 passers-by\n    wears: dark coats\n",
    "prop LETTER\n    a folded letter\n",
    "location HALL\n    a long hall\n    set: table at 0 0, lamp on table\n    light: warm lamp as key\n    sound: wind, low\n",
    "location HALL AT NIGHT, extends HALL\n    light: moonlight\n",
    "look ash, extends silver\n    contrast: 1.4\n",
    "look soot, extends ash\n    lift: 0.01\n",
    "setup facing(who)\n    shot: medium of {who}, 50mm\n",
    "plate ANA \"footage/ana.mov\", 2s..9s, green\n",
    "edition trailer: scenes 1, limit 60s\n",
)  # fmt: skip
SHOT_PHRASES = (
    ("close-up of MARA", "wide", "mcu of ELIAS", "two-shot of MARA and ELIAS", "insert of the lamp", "facing(MARA)"),
    ("85mm", "24mm"), ("f/2", "f/8"), ("low angle", "overhead"), ("in profile", "from behind"), ("dutch 8deg",),
    ("push in slowly", "pan left 20deg then dolly in", "handheld", "follow MARA"), ("3s", "auto", "96f"),
    ("focus on MARA", "rack focus from MARA to lamp"), ("audio leads 1s",), ("audio trails 12f",), ("speed 50%",),
)  # fmt: skip
HAPPENS = (
    "Mara sits at the table.", "Elias looks at the lamp.", "MARA\n(softly)\nYou kept the light on.",
    "ELIAS (V.O.)\nAll this time. [[shot: insert of lamp, 2s]] Every night.", "sound wind, low, at 1s",
    "music piano in D minor, 54 bpm, under scene", "light lamp goes out, at 2s", 'title "PART ONE", card, 2s',
    "sound match struck, on \"light\"\n\nMARA\nA light.", "SUPER: LATER", "inpaint lamp: a candle",
)  # fmt: skip


@st.composite
def shots(draw: st.DrawFn) -> list[str]:
    """The phrases of a shot, at most one of each slot."""
    kinds = draw(st.lists(st.sampled_from(SHOT_PHRASES), unique=True, max_size=6))
    return [draw(st.sampled_from(kind)) for kind in kinds]


@st.composite
def blocks(draw: st.DrawFn) -> str:
    if draw(st.booleans()):
        return draw(st.sampled_from(HAPPENS))
    return "shot " + ", ".join(draw(shots()) or ["wide"])


SCENES = st.lists(blocks(), min_size=1, max_size=5).map(lambda parts: "\n\n".join(parts))
HEADINGS = st.sampled_from(["INT. HALL - NIGHT", "INT. HALL - DAY", "EXT. SHORE - DAWN", "INT. HALL - LATER"])
BODIES = st.lists(st.tuples(HEADINGS, SCENES), min_size=1, max_size=4)
USUAL = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _text(scenes: list[tuple[str, str]]) -> str:
    return "\n\n".join(f"{heading}\n\n{body}" for heading, body in scenes) + "\n"


def _film(text: str) -> Film:
    film, _, report = check_text(text)
    assert film is not None, [d for d in report.items if d.severity is Severity.ERROR]
    return film


ALL = "\n".join(DECLARATIONS) + "\n"


@USUAL
@given(BODIES, st.permutations(DECLARATIONS))
def test_the_order_of_declarations_does_not_matter(scenes: list[tuple[str, str]], declared: list[str]) -> None:
    assert _film("\n".join(declared) + "\n" + _text(scenes)) == _film(ALL + _text(scenes))


@USUAL
@given(BODIES, st.data())
def test_comments_and_space_do_not_matter(scenes: list[tuple[str, str]], data: st.DataObject) -> None:
    text = ALL + _text(scenes)
    lines = text.split("\n")
    at = data.draw(st.sampled_from([i for i, line in enumerate(lines) if not line.strip()]))
    more = data.draw(st.sampled_from(["[[just a note]]\n", "/* INT. NOWHERE - DAY */\n", "", "\n\n"]))
    assert _film("\n".join([*lines[:at], more, *lines[at:]])) == _film(text)
    spaced = re.sub(r", (?=[a-z0-9])", data.draw(st.sampled_from([",", ",   ", " , "])), text)
    spaced = "\n".join(
        new if old.startswith("shot ") else old for old, new in zip(lines, spaced.split("\n"), strict=True)
    )
    assert _film(spaced) == _film(text)


@USUAL
@given(BODIES, shots(), st.randoms(use_true_random=False))
def test_the_order_of_phrases_and_properties_does_not_matter(
    scenes: list[tuple[str, str]], phrases: list[str], dice: object
) -> None:
    properties = ["    seed: 12", "    look: ember", "    takes: 4", "    MARA: gaze window", "    LETTER: on table"]
    other, turned = list(phrases), list(properties)
    dice.shuffle(other)  # type: ignore[attr-defined]
    dice.shuffle(turned)  # type: ignore[attr-defined]
    head = ALL + _text(scenes) + "\nshot extra: "
    body = "\n\nMARA\nHere.\n\nELIAS\nAnd here.\n"
    first = head + ", ".join(phrases or ["wide"]) + "\n" + "\n".join(properties) + body
    second = head + ", ".join(other or ["wide"]) + "\n" + "\n".join(turned) + body
    assert _film(first) == _film(second)


_PLACE = ["    set: table at 0 0", "    light: warm lamp as key", "    light at night: moonlight", "    light at dawn: pink sky",
          "    sound: wind, low", "    palette: teal, #d9a441", "    a long hall"]  # fmt: skip
_PERSON = [
    "    wears: grey coat",
    "    build: slight",
    "    age: 63",
    "    voice: low",
    "    hair: silver",
    "    seed: other",
]


@USUAL
@given(st.permutations(_PLACE), st.permutations(_PERSON))
def test_the_order_of_a_declarations_properties_does_not_matter(place: list[str], person: list[str]) -> None:
    def film(place: list[str], person: list[str]) -> Film:
        blocks = "location HALL\n" + "\n".join(place) + "\n\ncharacter MARA\n" + "\n".join(person)
        return _film(f"{blocks}\n\nINT. HALL - DAY\n\nMARA\nHere.\n")

    assert film(place, person) == film(_PLACE, _PERSON)


@settings(USUAL, max_examples=20)
@given(BODIES, st.integers(0, len(DECLARATIONS)), st.booleans(), st.booleans())
def test_splitting_into_used_files_does_not_matter(
    scenes: list[tuple[str, str]], cut: int, nested: bool, twice: bool
) -> None:
    whole = ALL + _text(scenes)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "footage").mkdir()
        (root / "footage" / "ana.mov").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(16))
        (root / "whole.film").write_text(whole)
        (root / "parts").mkdir()
        (root / "parts" / "first.film").write_text(
            "\n".join(DECLARATIONS[:cut]) + "\n" if cut else '[[nothing]]\n\nuse "stdlib:looks"\n'
        )
        rest = "\n".join(DECLARATIONS[cut:]) or 'use "stdlib:looks"\n'
        (root / "parts" / "second.film").write_text(('use "first.film"\n\n' if nested else "") + rest)
        (root / "scenes.film").write_text(_text(scenes))
        uses = ([] if nested and not twice else ['use "parts/first.film"']) + [
            'use "parts/second.film"',
            'use "scenes.film"',
        ]
        (root / "main.film").write_text("\n\n".join(uses) + "\n")
        one, _, report = load_film(root / "whole.film")
        many, _, other = load_film(root / "main.film")
        assert one is not None, report.items
        assert many is not None, other.items
        assert many == one


@USUAL
@given(st.sampled_from(DECLARATIONS), st.lists(st.sampled_from(DECLARATIONS), unique=True, max_size=6))
def test_a_declaration_means_what_it_means_alone(one: str, others: list[str]) -> None:
    needed = {1: (0,), 6: (5,), 8: (7,)}
    wanted = {DECLARATIONS[i] for i in needed.get(DECLARATIONS.index(one), ())}
    for other in others:
        wanted |= {DECLARATIONS[i] for i in needed.get(DECLARATIONS.index(other), ())}
    scene = "INT. CELLAR - DAY\n\nDust.\n"
    alone = _film(
        "\n".join([*sorted({DECLARATIONS[i] for i in needed.get(DECLARATIONS.index(one), ())}), one]) + "\n" + scene
    )
    beside = _film("\n".join(dict.fromkeys([*sorted(wanted), *others, one])) + "\n" + scene)
    for table in ("characters", "groups", "props", "locations", "looks", "setups", "plates", "editions"):
        before = {item.name: item for item in _table(alone, table)}
        after = {item.name: item for item in _table(beside, table)}
        assert {name: after[name] for name in before} == before


def _table(film: Film, name: str) -> tuple[object, ...]:
    return {f: getattr(film, f) for f in (name,)}[name]  # type: ignore[no-any-return]


# --- seed keys -------------------------------------------------------------------------------------


def _keys(film: Film) -> list[str]:
    found = []
    for scene in film.scenes:
        for item in scene.items:
            if isinstance(item, Shot):
                found.append(item.key)
            elif isinstance(item, Speech):
                found += [shot.key for _, shot in item.cuts]
    return found


_UNLIKE = ["extreme close-up of ELIAS", "cowboy of ELIAS and MARA", "full of CROWD"]


@USUAL
@given(BODIES, st.data())
def test_keys_stay_when_neighbours_come_and_go(scenes: list[tuple[str, str]], data: st.DataObject) -> None:
    """A shot of another size and subject, put in or taken out anywhere, changes no other shot's key."""
    text = ALL + _text(scenes) + "\nMARA\nHere.\n\nELIAS\nHere.\n"
    before = _keys(_film(text))
    extra = f"shot {data.draw(st.sampled_from(_UNLIKE))}"
    lines = text.split("\n")
    begin = next(i for i, line in enumerate(lines) if line.startswith(("INT.", "EXT.")))
    gaps = [i for i in range(begin + 1, len(lines)) if not lines[i].strip()]
    at = data.draw(st.sampled_from(gaps))
    after = _keys(_film("\n".join([*lines[:at], "", extra, "", *lines[at:]])))
    assert len(after) == len(before) + 1
    assert [key for key in after if key in before] == before


@USUAL
@given(BODIES, st.sampled_from(["50mm", "handheld", "5s", "low angle", "f/5.6"]))
def test_keys_stay_when_a_shot_is_edited(scenes: list[tuple[str, str]], phrase: str) -> None:
    """Lens, move, time and angle are not in a key."""
    head, tail = (
        ALL + "INT. HALL - DAY #1#\n\nshot close-up of MARA",
        "\n\nMARA\nHere.\n\nELIAS\nHere.\n\n" + _text(scenes),
    )
    assert _keys(_film(head + tail)) == _keys(_film(f"{head}, {phrase}{tail}"))


@USUAL
@given(BODIES, st.data())
def test_keys_move_with_numbered_scenes_and_named_shots(scenes: list[tuple[str, str]], data: st.DataObject) -> None:
    numbered = [(f"{heading} #{i}#", f"{body}\n\nshot keep-{i}: wide") for i, (heading, body) in enumerate(scenes, 1)]
    moved = data.draw(st.permutations(numbered))
    tail = "\nMARA\nHere.\n\nELIAS\nHere.\n"
    assert sorted(_keys(_film(ALL + _text(numbered) + tail))) == sorted(_keys(_film(ALL + _text(list(moved)) + tail)))


# --- one fault ---------------------------------------------------------------------------------------


_FAULTS = (
    ("close-up of MARA", "close-up of MARRA"), ("85mm", "85mmm"), ("f/2", "f/2000"), ("push in slowly", "psh in slowly"),
    ("look: ember", "look: embr"), ("seed: 12", "seed: twelve"), ("takes: 4", "takes: 4000"), ("at 1s", "at once upon"),
    ("54 bpm", "54000 bpm"), ("MARA: gaze", "MARTA: gaze"), ("cover two-hander", "cover two-hnder"), ("lower third", "lower thrid"),
    ("goes out", "gets bored"), ("identity of MARA", "identty of MARA"), ("extends silver", "extends slver"),
    ("contrast: 1.4", "contrst: 1.4"), ("age: 63", "age: old"), ("2s..9s", "9s..2s"), ("as first", "as frist"),
)  # fmt: skip
_CLEAN = """character MARA
    age: 63

look ash, extends silver
    contrast: 1.4

plate ANA "footage/ana.mov", 2s..9s

coverage two-hander
    otherwise: wide

INT. HALL - DAY

cover two-hander

shot first: close-up of MARA, 85mm, f/2, push in slowly
    look: ember
    seed: 12
    takes: 4
    require: identity of MARA >= 0.85
    MARA: gaze window

MARA
Here.

shot as first
    look: ash

sound wind, low, at 1s

music piano, 54 bpm

title "MARA", lower third

light lamp goes out

shot plate ANA
"""


@settings(USUAL, max_examples=len(_FAULTS) * 2)
@given(st.sampled_from(_FAULTS))
def test_one_fault_is_one_finding_where_it_is(fault: tuple[str, str]) -> None:
    clean, wrong = fault
    assert _CLEAN.count(clean) == 1
    assert not check_text(_CLEAN)[2].failed
    text = _CLEAN.replace(clean, wrong)
    at = text.index(wrong)
    _, _, report = check_text(text)
    errors = [d for d in report.items if d.severity is Severity.ERROR]
    assert 1 <= len(errors) <= 3
    assert len(report.items) <= 3
    assert any(d.span is not None and d.span.start < at + len(wrong) and d.span.end > at for d in errors)


def test_spans_are_no_part_of_a_film() -> None:
    film = _film(_CLEAN)
    assert _film("\n\n[[moved down]]\n\n" + _CLEAN) == film
    assert replace(film, said=()) == film


# --- anything at all --------------------------------------------------------------------------------

_KEYWORDS = (
    *("use", "character", "group", "location", "prop", "look", "setup", "verb", "delivery", "piece", "coverage", "scene"),
    *("shot", "light", "sound", "music", "title", "plate", "inpaint", "line", "cover", "edition", "require"),
)  # fmt: skip
_TOKENS = (
    "wide close-up of on MARA and then the lamp 85mm f/2 6s 2s..5s 00:00:01:12 40% 10deg 1.5m -12dB bpm #fff \"x.jpg\" in D at "
    "from until to over shoulder MARA's pov two-shot push pan left slowly freeze speed as match split plate ANA still under "
    "scene when sits goes out (MARA, over-shoulder(MARA, : , , , ; {{ }} {{shot.size}} >= 0.85 extends ハンナ \u202e * -- [[ ]] 1e99 "
    "9999999999999 zoom 2x rack focus dutch scenes limit without identity"
).split(" ")  # fmt: skip
_HEADS = st.lists(st.sampled_from(_TOKENS), max_size=8).map(" ".join)
_BLOCK_LINES = st.tuples(
    st.sampled_from(
        ["", "takes: ", "seed: ", "prompt: ", "light: ", "MARA: ", "lamp: ", "wears: ", "shot: ", "scenes: ", "key: "]
    ),
    _HEADS,
).map("".join)
_DIRECTIVES = st.tuples(st.sampled_from(_KEYWORDS), _HEADS, st.lists(_BLOCK_LINES, max_size=2)).map(
    lambda parts: "\n    ".join([f"{parts[0]} {parts[1]}", *parts[2]])
)
_ELEMENTS = _DIRECTIVES | st.sampled_from(
    [*HAPPENS, "INT. HALL - DAY", "EXT. SHORE - LATER #2#", ".X", "(beat)", "FADE IN:"]
)


@settings(USUAL, max_examples=150)
@given(st.lists(_ELEMENTS, max_size=10))
def test_any_directives_are_values_with_sound_places(elements: list[str]) -> None:
    film, sources, report = check_text("\n\n".join(elements))
    assert film is not None or report.failed
    for item in report.items:
        for span in (
            item.span,
            *(span for span, _ in item.notes),
            *(e.span for e in (item.fix.edits if item.fix else ())),
        ):
            if span is not None:
                assert 0 <= span.start <= span.end <= len(sources.sources[span.file].text)
