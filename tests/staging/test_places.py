"""Sets from words: what is read, where it stands, how it is lit, what is reported."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.diagnostics import Report
from compiler.meaning.film import Location, Phrase, Property
from compiler.staging.model import LightKind
from compiler.staging.places import PlacedSet, place_set
from compiler.staging.places_phrases import numbers, read_phrase
from compiler.staging.places_vocabulary import vocabulary
from compiler.staging.world_things import in_a_pocket

KITCHEN = (
    "table at 0 0", "chair beside table", "second chair opposite", "window with red curtains on north wall",
    "door on west wall", "glass orb lamp called the keeper on table", "cup on table", "shelf on east wall",
    "rug under table", "mark by-window at -1.6 -1.3",
)  # fmt: skip


def phrases(*texts: str) -> tuple[Phrase, ...]:
    return tuple(Phrase(t) for t in texts)


def place(
    name: str = "KITCHEN", *texts: str, time: str = "night", interior: bool = True, about: str = "", light: str = "",
    report: Report | None = None,
) -> PlacedSet:  # fmt: skip
    said = (Property("light", phrases(*light.split(", "))),) if light else ()
    location = Location(name, phrases(about) if about else (), set=phrases(*texts), light=said)
    return place_set(location, (), time, interior, 1, report)


def test_a_written_kitchen_has_what_is_written() -> None:
    report = Report()
    placed = place("KITCHEN", *KITCHEN, report=report)
    names = [p.name for p in placed.spec.pieces]
    assert names[:5] == ["table", "chair", "chair 2", "keeper", "cup"]
    assert [(o.kind, o.wall) for o in placed.spec.shell.openings] == [("window", "north"), ("door", "west")]
    assert placed.spec.shell.openings[0].curtains == vocabulary().colours["red"]
    assert not report.items
    table, keeper = placed.spec.pieces[0], placed.spec.pieces[3]
    assert table.position == (0.0, 0.0, 0.0)
    assert keeper.position[1] == vocabulary().pieces["table"].holds
    assert keeper.lit


def test_chairs_face_each_other_across_the_table() -> None:
    first, second = place("KITCHEN", *KITCHEN).spec.pieces[1:3]
    assert math.isclose(first.position[0], -second.position[0], abs_tol=1e-6)
    assert abs(abs(first.yaw - second.yaw) - 180.0) < 1e-6


@pytest.mark.parametrize(
    ("words", "name", "kind"),
    [
        ("table", "table", "touch"), ("the empty chair", "chair 2", "sit"), ("her chair", "chair", "sit"),
        ("the window", "window", "look"), ("at the door", "door", "stand"), ("the lamp", "keeper", "touch"),
        ("the keeper", "keeper", "touch"), ("from the left", "left", "stand"), ("the far end", "far end", "stand"),
        ("by-window", "by-window", "stand"), ("the shelf", "shelf", "touch"), ("the books on the shelf", "shelf", "touch"),
        ("north wall", "north wall", "look"), ("ceiling", "up", "look"),
    ],
)  # fmt: skip
def test_marks_are_found_as_a_writer_says_them(words: str, name: str, kind: str) -> None:
    mark = place("KITCHEN", *KITCHEN).find(words)
    assert mark is not None
    assert (mark.name, mark.kind) == (name, kind)


def test_coordinates_and_nonsense() -> None:
    placed = place("KITCHEN", *KITCHEN)
    spot = placed.find("0.5 -1")
    assert spot is not None
    assert spot.position == (0.5, 0.0, -1.0)
    assert placed.find("the moon's conscience") is None
    assert placed.find("") is None
    seat = placed.seat("table")
    assert seat is not None
    assert seat.kind == "sit"


def test_unknown_pieces_and_lights_are_reported_with_near_names() -> None:
    report = Report()
    place(
        "KITCHEN", "tabel at 0 0", "flumox on shelf", "stone walls", "the moon", light="purring softly", report=report
    )
    assert [d.code for d in report.items] == ["W341", "W341", "W342"]
    assert "table" in report.items[0].help


def test_light_words_change_the_light() -> None:
    plain, lit = place("KITCHEN", *KITCHEN), place("KITCHEN", *KITCHEN, light="dim red keeper as key, no fill, flicker")
    before = next(x for x in plain.spec.lights if x.name == "keeper")
    after = next(x for x in lit.spec.lights if x.name == "keeper")
    assert after.intensity < before.intensity
    assert after.flicker > before.flicker
    assert after.colour[1] < before.colour[1]
    assert "fill" in {x.name for x in plain.spec.lights}
    assert not {"fill", "far fill"} & {x.name for x in lit.spec.lights}
    dark = place("KITCHEN", *KITCHEN, light="no lamp")
    assert "keeper" not in {x.name for x in dark.spec.lights}
    assert not dark.spec.pieces[3].lit


def test_light_of_another_hour_does_not_count() -> None:
    location = Location("KITCHEN", set=phrases(*KITCHEN), light=(Property("light", phrases("no moonlight"), "dawn"),))
    night = place_set(location, (), "night", True, 1).spec
    dawn = place_set(location, (), "DAWN", True, 1).spec
    assert any(x.name == "moonlight" for x in night.lights)
    assert not any(x.kind is LightKind.SUN and not x.people_only for x in dawn.lights)


def test_later_by_moonlight_is_night_and_leaves_the_lamp_dark() -> None:
    location = Location(
        "KITCHEN", set=phrases(*KITCHEN), light=(Property("light", phrases("warm lamp as key"), "night"),)
    )
    scene = (Property("light", phrases("cool moonlight through window as key")),)
    placed = place_set(location, scene, "later", True, 1)
    assert placed.spec.sky.time == "night"
    assert "keeper" not in {x.name for x in placed.spec.lights}
    assert "moonlight" in {x.name for x in placed.spec.lights}


def test_compass_and_lamps_only_the_light_speaks_of() -> None:
    placed = place("KITCHEN", "table at 0 0", "chair north of table", "second chair south of table")
    north, south = placed.find("chair"), placed.find("second chair")
    assert north is not None
    assert south is not None
    assert north.position[2] < 0 < south.position[2]
    assert abs(north.yaw) < 1e-6
    hall = place("ARCHIVE", about="a long dark corridor", light="cold blue strips overhead")
    assert any(p.kind == "strip" for p in hall.spec.pieces)
    shore = place("SHORE", "house at 7 -15", interior=False, light="moonlight, lit window")
    assert next(p for p in shore.spec.pieces if p.kind == "house").lit


def test_small_things_share_a_table_without_standing_in_each_other() -> None:
    spec = place(
        "KITCHEN", "round table at 0 0", "keeper on table", "cup on table", "book on table", "letter on table"
    ).spec
    tops = [p for p in spec.pieces if abs(p.position[1] - 0.74) < 1e-6]
    assert len(tops) == 4
    for i, a in enumerate(tops):
        for b in tops[:i]:
            assert math.hypot(a.position[0] - b.position[0], a.position[2] - b.position[2]) > 0.15


def test_moonlight_comes_in_through_the_window() -> None:
    for wall, axis, sign in (("north", 2, 1), ("east", 0, -1), ("west", 0, 1)):
        spec = place("ROOM", f"window on {wall} wall", "table at 0 0").spec
        moon = next(x for x in spec.lights if x.name == "moonlight")
        assert moon.direction[axis] * sign > 0.3
        assert moon.volumetric


def test_rows_of_racks_can_go_dark_one_by_one() -> None:
    placed = place("ARCHIVE", "racks along both walls", about="a long dark hall")
    assert placed.spec.shell.kind == "corridor"
    assert placed.lights("racks")[:2] == ("rack.1", "rack.2")
    assert placed.lights("rack 3") == ("rack.3",)
    assert placed.lights("lamp") == ()
    racks = [p for p in placed.spec.pieces if p.kind == "rack"]
    assert len(racks) == 2 * len(placed.lights("racks"))


def test_the_sea_lies_where_it_is_said() -> None:
    east = place("SHORE", "sea to the east", interior=False)
    mark = east.find("the sea")
    assert east.spec.terrain.yaw == 90.0
    assert mark is not None
    assert mark.point is not None
    assert mark.point[0] > 100
    south = place("SHORE", "house at 6 -14 with one lit window", "rocks", time="dawn", interior=False)
    house = next(p for p in south.spec.pieces if p.kind == "house")
    assert (house.position[0], house.position[2], house.lit) == (6.0, -14.0, True)
    assert any(x.name == "house" for x in south.spec.lights)


def test_shapes_and_sizes_in_words() -> None:
    assert place("LAMP ROOM", about="round iron room at the top of a lighthouse").spec.shell.kind == "round room"
    small, large = place("ROOM", about="a small room").spec.shell, place("ROOM", about="a large room").spec.shell
    assert small.width < large.width
    sized = place("ROOM", "table at 0 0", about="room 6 by 7 m, stone walls, tiled floor").spec.shell
    assert (sized.width, sized.depth, sized.wall, sized.floor) == (6.0, 7.0, "stone", "tile")


PLACES = [
    "KITCHEN",
    "BEDROOM",
    "OFFICE",
    "CHURCH",
    "CELLAR",
    "ARCHIVE",
    "HALLWAY",
    "BAR",
    "STUDY",
    "NOWHERE",
    "LAMP ROOM",
]


@pytest.mark.parametrize("name", PLACES)
def test_undeclared_rooms_are_dressed_lit_and_walkable(name: str) -> None:
    placed = place(name)
    spec = placed.spec
    assert spec.pieces
    assert any(x.kind in (LightKind.POINT, LightKind.SUN) and not x.people_only for x in spec.lights)
    words = vocabulary()
    for mark in placed.marks.values():
        x, y, z = mark.position
        assert all(map(math.isfinite, (x, y, z, mark.yaw)))
        if mark.kind == "sit":
            continue
        assert abs(x) <= spec.shell.width / 2
        assert abs(z) <= spec.shell.depth / 2
        for piece in spec.pieces:
            entry = words.pieces[piece.kind]
            if entry.flat or entry.rest in ("top", "hung", "ceiling"):
                continue
            yaw = math.radians(piece.yaw)
            dx, dz = x - piece.position[0], z - piece.position[2]
            across, along = dx * math.cos(yaw) - dz * math.sin(yaw), dx * math.sin(yaw) + dz * math.cos(yaw)
            inside = abs(across) < entry.size[0] / 2 and abs(along) < entry.size[2] / 2
            assert not inside, f"{mark.name} stands in {piece.name}"


@pytest.mark.parametrize("name", ["STREET", "SHORE", "FOREST", "HILL", "GARDEN", "CLIFF", "SNOW", "SOMEWHERE"])
@pytest.mark.parametrize("time", ["night", "dawn", "day"])
def test_undeclared_exteriors(name: str, time: str) -> None:
    placed = place(name, time=time, interior=False)
    assert placed.spec.terrain.kind != "none"
    assert any(x.kind is LightKind.SUN for x in placed.spec.lights)
    assert placed.find("left") is not None
    assert placed.find("horizon") is not None


def test_deterministic_and_rounded() -> None:
    first, second = place("STREET", interior=False), place("STREET", interior=False)
    assert first.spec == second.spec
    assert hash(first.spec) == hash(second.spec)
    for piece in first.spec.pieces:
        assert all(round(v, 4) == v for v in (*piece.position, piece.yaw))


def test_every_word_of_the_vocabulary_names_its_piece() -> None:
    words = vocabulary()
    assert len(words.pieces) >= 25
    for kind, entry in words.pieces.items():
        for word in entry.words:
            assert words.by_word[word] == kind
            assert read_phrase(f"a {word} at 1 2", words).kind == kind


@given(st.lists(st.text(min_size=0, max_size=40), max_size=4), st.text(max_size=20), st.text(max_size=20))
@settings(max_examples=40, deadline=None)
def test_no_words_raise(texts: list[str], name: str, light: str) -> None:
    placed = place(name, *texts, light=light, report=Report())
    placed.find(light)
    placed.lights(name)


_NOUN = st.sampled_from(["table", "two chairs", "lamp", "shelf", "racks", "house", "window", "bed", "glimmer", "rocks"])
_WHERE = st.sampled_from(
    ["at 0 0", "on table", "beside bed", "opposite", "on north wall", "along both walls", "in the corner", ""]
)


@given(st.lists(st.tuples(_NOUN, _WHERE), max_size=7), st.booleans())
@settings(max_examples=40, deadline=None)
def test_any_set_can_be_placed(parts: list[tuple[str, str]], interior: bool) -> None:
    texts = [f"{noun} {where}".strip() for noun, where in parts]
    placed = place("PLACE", *texts, interior=interior)
    names = [p.name for p in placed.spec.pieces]
    assert len(names) == len(set(names))
    assert set(names) <= set(placed.marks)


def test_a_seat_is_found_by_the_side_it_is_on() -> None:
    phrases = (
        "table at 0 0",
        "chair north of table",
        "chair south of table",
        "chair east of table",
        "chair west of table",
    )
    place = Location("DINING ROOM", set=tuple(Phrase(p) for p in phrases))
    placed = place_set(place, (), "night", True, 1)
    spots = {side: placed.find(f"on the chair {side} of the table") for side in ("north", "south", "east", "west")}
    assert len({mark.name for mark in spots.values() if mark is not None and mark.kind == "sit"}) == 4
    assert spots["north"] is not None
    assert spots["north"].position[2] < 0
    assert spots["east"] is not None
    assert spots["east"].position[0] > 0


@pytest.mark.parametrize(
    ("name", "interior", "piece"),
    [
        ("HOSPITAL - ROOM 9", True, "bed"), ("GAS STATION", False, "fuel pump"), ("GAS STATION - BATHROOM", True, "sink"),
        ("LENA'S CAR - MOVING", True, "car seat"), ("TRAIN", True, "train seat"), ("CLASSROOM", True, "blackboard"),
        ("ST. MARY'S CHURCH", True, "altar"), ("SCHOOL ROOFTOP", False, "parapet"), ("FOREST ROAD", False, "roadway"),
        ("MARSH HOUSE - KITCHEN", True, "sink"), ("COURTROOM", True, "desk"), ("HOTEL LOBBY", True, "counter"),
        ("SUPERMARKET", True, "counter"), ("PARKING LOT", False, "car"), ("OFFICE", True, "desk"), ("BAR", True, "counter"),
    ],
)  # fmt: skip
def test_undeclared_places_are_what_their_heading_says(name: str, interior: bool, piece: str) -> None:
    placed = place(name, interior=interior)
    assert piece in [p.kind for p in placed.spec.pieces]


def test_every_kind_of_place_is_dressed_with_what_the_library_knows() -> None:
    words = vocabulary()
    for entry in words.places:
        for phrase in (*entry.set, *entry.dress):
            if not phrase.startswith("cables"):
                assert read_phrase(phrase, words).kind, f"{entry.kind}: {phrase}"


def test_small_things_of_the_library_are_known_everywhere() -> None:
    placed = place("CELLAR")
    assert in_a_pocket("an old letter", placed)
    assert in_a_pocket("his keys", placed)
    assert not in_a_pocket("the letter of the law", placed)
    assert not in_a_pocket("the sofa", placed)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("-0.4 0.75 -0.3", (-0.4, 0.75, -0.3)), ("(0.5, -1)", (0.5, -1.0)), ("0.5m, 1 m, 2m", (0.5, 1.0, 2.0)),
        ("6 -14 with a light", (6.0, -14.0)),
        ("3", ()), ("1 2 mice", (1.0, 2.0)),
    ],
)  # fmt: skip
def test_coordinates_in_words(text: str, wanted: tuple[float, ...]) -> None:
    assert numbers(text) == wanted
