"""Things, doors, clothes and groups from the page to the staged shot."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.diagnostics import Report
from compiler.front import check_text
from compiler.staging.model import Posture, StagedShot, Thing, Timeline
from compiler.staging.stage import stage_film
from compiler.staging.voicing import estimate

HEAD = """character MARA
    a woman of sixty, grey hair

character ELIAS
    a tall man of thirty, black hair, a beard

"""
KITCHEN = """INT. KITCHEN - DAY

scene
    MARA: standing at table
    ELIAS: standing at window
"""


def stage(text: str) -> tuple[Timeline, Report]:
    film, _, report = check_text(text, "test.film")
    assert film is not None, [d.message for d in report.items]
    return stage_film(film, estimate, report), report


def shot(timeline: Timeline, name: str) -> StagedShot:
    return next(s.shot for s in timeline.shots if s.name == name)


def thing(timeline: Timeline, name: str, what: str) -> Thing | None:
    return next((t for t in shot(timeline, name).things if t.name == what), None)


def codes(report: Report) -> set[str]:
    return {d.code for d in report.items}


TAKEN = (
    HEAD
    + KITCHEN
    + """
shot aa: wide, 6s

Mara picks up the cup.

shot bb: wide, 7s

Mara puts the cup on the floor.

shot cc: insert of cup, 6s

Mara looks at Elias.

EXT. BEACH - DAY

shot dd: wide, 4s

Waves.

INT. KITCHEN - NIGHT

shot ee: insert of cup, 6s

Elias walks to the window.
"""
)


def test_a_cup_that_was_moved_is_where_it_was_put() -> None:
    timeline, _ = stage(TAKEN)
    taken = thing(timeline, "aa", "cup")
    assert taken is not None
    assert [k.holder for k in taken.keys] == ["", "MARA"]
    put = thing(timeline, "bb", "cup")
    assert put is not None
    assert [k.holder for k in put.keys] == ["MARA", ""]
    assert put.keys[-1].position[1] == 0.0
    still = thing(timeline, "cc", "cup")
    assert still is not None
    assert len(still.keys) == 1
    assert still.keys[0].position == put.keys[-1].position
    assert not any(p.name == "cup" for p in (shot(timeline, "cc").set or shot(timeline, "aa").set).pieces)  # type: ignore[union-attr]
    assert thing(timeline, "dd", "cup") is None, "it is not at the beach"
    back = thing(timeline, "ee", "cup")
    assert back is not None
    assert back.keys[0].position == put.keys[-1].position, "and it is there on the return"


def test_what_is_never_touched_stays_in_the_set() -> None:
    timeline, _ = stage(TAKEN)
    assert all(t.name == "cup" for t in shot(timeline, "cc").things)


def test_opening_states_of_a_scene() -> None:
    text = (
        "prop LETTER: a folded letter\n\nprop PARCEL: a red parcel\n\n"
        + HEAD
        + KITCHEN.replace("standing at table", "standing at table, holds LETTER").replace("DAY", "NIGHT")
        + "    PARCEL: on table\n    door: open\n    lamp: off\n\nshot aa: wide, 5s\n\nMara looks at Elias.\n"
    )
    timeline, report = stage(text)
    letter, parcel, door = (thing(timeline, "aa", n) for n in ("LETTER", "PARCEL", "door"))
    assert letter is not None
    assert letter.keys[0].holder == "MARA"
    assert letter.grip == "pocket"
    assert parcel is not None
    assert 0.7 < parcel.keys[0].position[1] < 0.8
    assert parcel.piece.colour == (0.3, 0.03, 0.025)
    assert door is not None
    assert door.opening == ((-2.0, 1.0),)
    staged = shot(timeline, "aa")
    assert any(c.light == "lamp" and c.level == 0.0 for c in staged.light_cues)
    assert staged.set is not None
    assert not next(o for o in staged.set.shell.openings if o.name == "door").leaf
    assert not codes(report) & {"W720", "W724", "W725"}


def test_states_that_mean_nothing_are_warned_about() -> None:
    text = HEAD + KITCHEN + "    cup: purple and sad\n\nshot aa: wide, 5s\n\nMara looks at Elias.\n"
    assert "W725" in codes(stage(text)[1])


def test_a_prop_used_before_it_appears() -> None:
    text = "prop LETTER: a letter\n\n" + HEAD + KITCHEN + "\nMara picks up the letter.\n"
    assert "W720" in codes(stage(text)[1])
    assert "W720" not in codes(stage(text.replace("at window\n", "at window\n    LETTER: on table\n"))[1])


def test_taking_what_another_holds() -> None:
    block = KITCHEN.replace("standing at window", "standing at window, holds LETTER")
    text = "prop LETTER: a letter\n\n" + HEAD + block + "\nMara takes the letter.\n"
    assert "W724" in codes(stage(text)[1])
    given = "prop LETTER: a letter\n\n" + HEAD + block + "\nElias gives the letter to Mara.\n"
    assert "W724" not in codes(stage(given)[1])


def test_clothes_are_worn_until_they_change() -> None:
    text = (
        HEAD
        + KITCHEN
        + "\nshot aa: wide, 4s\n\nMara looks at Elias.\n\n"
        + KITCHEN.replace("DAY", "NIGHT")
        + "    wardrobe MARA: yellow raincoat\n\nshot bb: wide, 4s\n\nMara looks at Elias.\n\n"
        + KITCHEN.replace("DAY", "DAWN")
        + "\nshot cc: wide, 4s\n\nMara looks at Elias.\n"
    )
    timeline, report = stage(text)

    def worn(name: str, who: str = "MARA") -> list[str]:
        return [g.kind for g in next(a.person for a in shot(timeline, name).actors if a.person.name == who).garments]

    assert worn("bb") == worn("cc") != worn("aa")
    assert set(worn("bb")) - set(worn("aa")) == {"long coat"}
    assert worn("aa", "ELIAS") == worn("cc", "ELIAS")
    assert "W726" not in codes(report)
    assert "W726" in codes(stage(text.replace("yellow raincoat", "seven gurbles"))[1])


def test_clothes_and_light_do_not_jump_inside_one_moment() -> None:
    text = (
        HEAD
        + KITCHEN
        + "    light: warm lamp\n\nMara looks at Elias.\n\n"
        + KITCHEN.replace("DAY", "CONTINUOUS")
        + "    light: cool moonlight\n    wardrobe MARA: black coat\n\nMara looks at Elias.\n"
    )
    assert {"W722", "W723"} <= codes(stage(text)[1])
    assert not {"W722", "W723"} & codes(stage(text.replace("CONTINUOUS", "NIGHT"))[1])


def test_people_too_alike() -> None:
    twins = """character ANNA
    a woman of forty, brown bob
    wears: grey coat

character BEA
    a woman of forty, brown bob
    wears: grey coat
    seed: {seed}

INT. ROOM - DAY

ANNA
Hello.

BEA
Hello.
"""
    from compiler.staging.casting import cast_person
    from compiler.staging.world_checks import ALIKE, casting_distance

    found = set()
    for seed in range(12):
        film, _, report = check_text(twins.format(seed=f"S{seed}"), "x.film")
        assert film is not None
        stage_film(film, estimate, report)
        one, other = (cast_person(c, film.seed) for c in film.characters)
        alike = casting_distance(one, other) < ALIKE
        assert alike == ("W721" in codes(report))
        found.add(alike)
    assert True in found
    film, _, report = check_text(
        twins.format(seed="S1").replace(
            "woman of forty, brown bob\n    wears: grey coat\n    seed",
            "man of seventy, bald\n    wears: red coat\n    seed",
        ),
        "x.film",
    )
    assert film is not None
    stage_film(film, estimate, report)
    assert "W721" not in codes(report)


def test_a_car_carries_people_along_its_way() -> None:
    text = (
        "prop TAXI: a yellow cab\n\n"
        + HEAD
        + "EXT. CITY STREET - DAY\n\nscene\n    MARA: standing at centre\n    ELIAS: in TAXI\n    TAXI: at -1.6 -20, facing south\n\n"
        + "shot aa: wide, 8s\n\nThe taxi drives to Mara.\n\nshot bb: medium of ELIAS, 4s\n\nElias looks at Mara.\n"
    )
    timeline, report = stage(text)
    taxi = thing(timeline, "aa", "TAXI")
    assert taxi is not None
    assert taxi.moves == "drives"
    assert taxi.piece.kind == "taxi"
    glides = [k for k in taxi.keys if k.glide]
    assert len(glides) > 6
    assert glides[0].position[2] < glides[-1].position[2] < 0.0
    rider = next(a for a in shot(timeline, "bb").actors if a.person.name == "ELIAS")
    assert rider.rides == "TAXI"
    assert rider.start.posture.value == "sit"
    assert abs(rider.start.position[0]) < 0.6
    assert "E252" not in codes(report)


def test_a_group_is_many_people_of_few_bodies() -> None:
    text = (
        "group CROWD: 40 passers-by\n\n" + HEAD + "EXT. CITY STREET - DAY\n\nscene\n    MARA: standing at centre\n\n"
        "shot aa: extreme wide, 6s\n\nThe crowd walks.\n\nshot bb: medium of CROWD, 4s\n\nThe crowd cheers.\n"
    )
    timeline, _ = stage(text)
    crowd = shot(timeline, "aa").crowds[0]
    assert len(crowd.extras) >= 12
    assert len(crowd.bodies) <= 5
    assert len({(e.body, e.tint, e.height) for e in crowd.extras}) >= 0.9 * len(crowd.extras)
    near = shot(timeline, "bb").crowds[0]
    assert near.extras
    assert any(e.does == "cheer" for e in near.extras)


def test_one_more_in_a_group_changes_nobody_else() -> None:
    text = (
        "group CROWD: {n} guests\n\n"
        + HEAD
        + KITCHEN
        + "    CROWD: watching MARA\n\nshot aa: extreme wide, 6s\n\nMara looks at Elias.\n"
    )
    few, _ = stage(text.format(n=6))
    many, _ = stage(text.format(n=7))
    before = {(e.path, e.tint, e.height) for e in shot(few, "aa").crowds[0].extras}
    assert before <= {(e.path, e.tint, e.height) for e in shot(many, "aa").crowds[0].extras}


def test_an_unrelated_prop_changes_no_shot_that_does_not_show_it() -> None:
    text = (
        HEAD
        + KITCHEN
        + "\nshot aa: wide, 5s\n\nMara picks up the cup.\n\nEXT. BEACH - DAY\n\nshot bb: wide, 4s\n\nWaves.\n"
    )
    plain, _ = stage(text)
    more, _ = stage("prop SUITCASE: a brown suitcase\n\n" + text)
    assert [s.shot for s in plain.shots] == [s.shot for s in more.shots]
    placed, _ = stage(
        "prop SUITCASE: a brown suitcase\n\n"
        + text.replace("- DAY\n\nshot bb", "- DAY\n\nscene\n    SUITCASE: at 1 -2\n\nshot bb")
    )
    assert shot(placed, "aa") == shot(plain, "aa")
    assert shot(placed, "bb").things


def test_a_lamp_that_is_carried_shines_where_it_is() -> None:
    text = "prop LANTERN: an old lantern\n\n" + HEAD + KITCHEN.replace("DAY", "NIGHT")
    text = (
        text.replace("standing at table", "standing at table, holds LANTERN") + "\nshot aa: wide, 5s\n\nMara waits.\n"
    )
    timeline, _ = stage(text)
    staged = shot(timeline, "aa")
    assert staged.set is not None
    assert any(light.name == "LANTERN" for light in staged.set.lights)
    dark, _ = stage(text.replace("at window\n", "at window\n    LANTERN: off\n"))
    unlit = shot(dark, "aa")
    assert unlit.set is not None
    assert not any(light.name == "LANTERN" for light in unlit.set.lights)


def test_what_lies_in_a_box_is_not_seen() -> None:
    text = (
        "prop KEY: a key\n\nprop CASKET\n    kind: box\n\n"
        + HEAD
        + KITCHEN
        + "    CASKET: on table\n    KEY: in CASKET\n"
    )
    timeline, report = stage(text + "\nshot aa: insert of CASKET, 5s\n\nMara waits.\n")
    assert thing(timeline, "aa", "CASKET") is not None
    assert thing(timeline, "aa", "KEY") is None
    assert not codes(report) & {"W725"}


def test_a_group_acts_as_one_and_each_in_their_own_time() -> None:
    text = (
        "group CROWD: 12 guests\n\n" + HEAD + KITCHEN + "    CROWD: watching MARA\n\n"
        "shot aa: extreme wide, 4s\n\nMara waits.\n\nshot bb: extreme wide, 8s\n\nThe crowd walks to the door.\n"
    )
    timeline, _ = stage(text)
    still, gone = shot(timeline, "aa").crowds[0], shot(timeline, "bb").crowds[0]
    assert all(len(e.path) == 1 for e in still.extras)
    moving = [e for e in gone.extras if len(e.path) > 1]
    assert len(moving) >= len(gone.extras) // 2
    assert len({e.path[1][0] for e in moving}) > 1


_STATES = ("on table", "in box", "in CUP", "held by MARA", "open", "ajar", "off", "on road", "at 0.5 -1", "under lamp", "gone",
           "facing east", "facing ELIAS", "on", "beside itself", "held by nobody", "", "7", "parked", "on CUP")  # fmt: skip
_ACTS = ("Mara picks up the {a}.", "Elias takes the {a}.", "Mara puts the {a} on the {b}.", "Mara gives the {a} to Elias.",
         "Elias opens the {a}.", "Mara closes the {b}.", "Elias throws the {a}.", "Elias gets into the {a}.",
         "The {a} drives to the {b}.", "Elias gets out.", "Mara puts down the {a}.", "The crowd walks to the {a}.",
         "The crowd parts.", "Mara exits.", "Elias throws the {a} to Mara.", "The crowd cheers.")  # fmt: skip
_NOUNS = (
    "cup",
    "taxi",
    "box",
    "letter",
    "door",
    "lamp",
    "table",
    "chair",
    "elias",
    "crowd",
    "window",
    "key",
    "phone",
    "gurble",
)


@given(
    st.lists(
        st.tuples(st.sampled_from(("CUP", "TAXI", "box", "door", "lamp", "MARA", "CROWD")), st.sampled_from(_STATES)),
        max_size=5,
    ),
    st.lists(
        st.tuples(st.sampled_from(_ACTS), st.sampled_from(_NOUNS), st.sampled_from(_NOUNS)), min_size=1, max_size=5
    ),
    st.booleans(),
)
@settings(max_examples=25, deadline=None)
def test_whatever_is_done_to_things_can_be_staged(
    states: list[tuple[str, str]], acts: list[tuple[str, str, str]], street: bool
) -> None:
    block = "".join(f"    {name}: {state}\n" for name, state in dict(states).items())
    place = "EXT. CITY STREET - NIGHT" if street else "INT. KITCHEN - DAY"
    deeds = " ".join(text.format(a=a, b=b) for text, a, b in acts)
    text = (
        "prop CUP\n\nprop TAXI: a cab\n\ngroup CROWD: 5 guests\n\n"
        + HEAD
        + f"{place}\n\nscene\n    ELIAS: standing at centre\n{block}\n"
        f"shot aa: wide, 5s\n\n{deeds} Mara waits.\n\nshot bb: wide, 5s\n\nElias waits.\n\n{place}\n\nElias waits.\n"
    )
    film, _, report = check_text(text, "x.film")
    if film is None:
        return
    timeline = stage_film(film, estimate, report)
    for timed in timeline.shots:
        holders = {a.person.name for a in timed.shot.actors}
        for found in timed.shot.things:
            assert found.keys
            assert list(found.keys) == sorted(found.keys, key=lambda k: k.time)
            assert all(not k.holder or k.holder in holders or k.holder in ("MARA", "ELIAS") for k in found.keys)
        assert len({t.name for t in timed.shot.things}) == len(timed.shot.things)


def test_who_a_scene_comes_upon_is_already_there() -> None:
    script = (
        "INT. KITCHEN - NIGHT\n\nMara sits at the table with a letter in her hand.\n\nMARA\nNo.\n\n"
        "Elias kneels by the window.\n\nELIAS\nYes.\n\nNobody moves. Mara sits down.\n"
    )
    timeline, report = stage(script)
    first = timeline.shots[0].shot
    letter = next(t for t in first.things if t.name.endswith("letter"))
    assert letter.keys[0].holder == "MARA"
    found = {a.person.name: a.start.posture for a in first.actors}
    assert found == {"MARA": Posture.SIT, "ELIAS": Posture.KNEEL}
    assert not [d for d in report.items if d.code.startswith("W72")]


def test_who_left_and_came_back_was_away_meanwhile() -> None:
    script = (
        HEAD
        + KITCHEN
        + "\nshot in: wide, 4s\n\nElias leaves.\n\nshot gone: close-up of ELIAS\n\nMARA\nHe has left, and nobody is "
        "here to hear a word of what I have to say about it.\n\nshot back: wide\n\nElias comes in.\n\nELIAS\nI am here.\n"
    )
    timeline, report = stage(script)
    seen = {name: {a.person.name: a.visible for a in shot(timeline, name).actors} for name in ("in", "gone", "back")}
    assert seen["in"]["ELIAS"]
    assert not seen["gone"].get("ELIAS", False)
    assert seen["back"]["ELIAS"]
    assert [d.code for d in report.items if d.code == "W609"] == ["W609"]


def test_nobody_is_told_off_for_small_things_that_everybody_has() -> None:
    script = (
        "INT. KITCHEN - NIGHT\n\nMara stands at the gate. She takes a key from her pocket.\n\nMARA\nMine.\n\n"
        "INT. HALL - NIGHT\n\nElias takes a key from his pocket. He looks at the key.\n\nELIAS\nMine.\n"
    )
    timeline, report = stage(script)
    assert not [d for d in report.items if d.code in ("W724", "W725")]
    held = {k.holder for s in timeline.shots for t in s.shot.things if t.name.endswith("key") for k in t.keys}
    assert {"MARA", "ELIAS"} <= held


def test_who_lies_in_bed_lies_on_it() -> None:
    timeline, _ = stage("INT. BEDROOM - NIGHT\n\nMara lies in the bed.\n\nMARA\nMine.\n\nELIAS\nNo.\n")
    first = timeline.shots[0].shot
    bed = next(p for p in first.set.pieces if p.kind == "bed")
    start = next(a.start for a in first.actors if a.person.name == "MARA")
    assert start.posture is Posture.LIE
    assert (start.position[0], start.position[2], start.yaw) == (bed.position[0], bed.position[2], bed.yaw)
    assert 0.35 < start.position[1] < 0.5
    assert not [
        act for s in timeline.shots for a in s.shot.actors for act in a.acts if act.path and a.person.name == "MARA"
    ]
