"""Pieces, props and groups as they are written: every library entry by its own example, a film's own, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.diagnostics import Report
from compiler.meaning.define_piece import GRIPS, MOVES, OPENS, RESTS, group, piece, prop
from compiler.meaning.film import Group, Location, Phrase, PieceKind, Prop
from compiler.meaning.library import library
from compiler.meaning.piece_values import read_colour, read_glow, read_length, read_part, read_point, read_size
from compiler.staging.places import place_set
from compiler.staging.places_vocabulary import vocabulary
from compiler.staging.world_things import kind_of_prop, make_prop, size_of
from compiler.syntax.nodes import Directive
from compiler.syntax.parser import parse
from compiler.syntax.source import make_source

LIBRARY = library().definitions.pieces
ENTRIES = vocabulary().pieces


def read(text: str, keyword: str) -> tuple[PieceKind | Prop | Group | None, Report]:
    quiet, report = Report(), Report()
    directive = next(e for e in parse(make_source("x.film", text), quiet).elements if isinstance(e, Directive))
    assert directive.keyword == keyword
    reader = {"piece": piece, "prop": prop, "group": group}[keyword]
    return reader(directive, report), report


def codes(report: Report) -> list[str]:
    return [d.code for d in report.items]


@pytest.mark.parametrize("name", sorted(LIBRARY))
def test_every_library_piece_can_be_placed_as_its_example_says(name: str) -> None:
    entry = ENTRIES[name]
    assert entry.example, f"{name} has no example"
    outdoors = entry.rest == "ground"
    said = tuple(Phrase(p.strip()) for p in entry.example.split(","))
    report = Report()
    location = Location("FIELD" if outdoors else "ROOM", (Phrase("bare"),), set=said)
    placed = place_set(location, (), "day", not outdoors, 1, report)
    found = [p for p in placed.spec.pieces if p.kind == name]
    assert found, [p.kind for p in placed.spec.pieces]
    assert found[0].name in placed.marks
    assert not report.items
    assert entry.rest in RESTS
    assert entry.opens in ("", *OPENS)
    assert entry.grip in ("", *GRIPS)
    assert entry.moves in ("", *MOVES)


def test_the_library_is_without_fault() -> None:
    from importlib import resources

    text = resources.files("stdlib").joinpath("pieces.film").read_text(encoding="utf-8")
    report, quiet = Report(), Report()
    elements = parse(make_source("stdlib:pieces", text), quiet).elements
    names = [p.name for e in elements if isinstance(e, Directive) if (p := piece(e, report)) is not None]
    assert not report.items
    assert len(names) == len(set(names)) >= 60
    assert sum(bool(ENTRIES[n].parts) for n in names) >= 10


LECTERN = """piece lectern
    words: pulpit
    size: 0.6 x 1.15 x 0.5 m
    parts: box 0.5 x 0.05 x 0.4 m of oak, cylinder 0.1 x 1 m at 0 0.05 0 of brass
    parts: box 0.6 x 0.04 x 0.45 m at 0 1.05 0 turned 20deg about x of walnut
    rest: floor
    holds: 1.1 m
"""


def test_a_piece_of_a_films_own_is_placed_like_the_librarys() -> None:
    kind, report = read(LECTERN, "piece")
    assert isinstance(kind, PieceKind)
    assert not report.items
    place = Location("HALL", (), set=(Phrase("pulpit at 1 0"), Phrase("cup on lectern")))
    placed = place_set(place, (), "day", True, 1, None, (*LIBRARY.values(), kind))
    built = next(p for p in placed.spec.pieces if p.kind == "lectern")
    cup = next(p for p in placed.spec.pieces if p.kind == "cup")
    assert len(built.parts) == 3
    assert cup.position[1] == 1.1
    assert placed.find("the pulpit") is not None


def test_a_piece_like_another_is_built_as_it_is_to_its_own_size() -> None:
    kind, report = read("piece throne\n    like: armchair\n    size: 1.2 x 1.9 x 1 m\n    colour: gold\n", "piece")
    assert isinstance(kind, PieceKind)
    assert not report.items
    place = Location("HALL", (), set=(Phrase("throne at 0 0"),))
    placed = place_set(place, (), "day", True, 1, None, (*LIBRARY.values(), kind))
    throne = next(p for p in placed.spec.pieces if p.kind == "throne")
    assert throne.model == "armchair"
    assert throne.fit == (1.3953, 2.0, 1.1628)
    assert placed.marks["throne"].kind == "sit"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("piece", "E207"),
        ("piece lectern\n    rest: floor\n", "E250"),
        ("piece lectern\n    size: 1 x 1 x 1 m\n", "E250"),
        ("piece lectern\n    size: 1 x 1 m\n    like: table\n", "E303"),
        ("piece lectern\n    like: table\n    rest: flor\n", "E303"),
        ("piece lectern\n    like: table\n    colour: gloomy\n", "E303"),
        ("piece lectern\n    like: table\n    holds: 3 s\n", "E303"),
        ("piece lectern\n    like: table\n    glow: at 0 1, loud\n", "E303"),
        ("piece lectern\n    like: table\n    grip: teeth\n", "E303"),
        ("piece lectern\n    like: table\n    colr: red\n", "E106"),
        ("piece lectern\n    like: table\n    size: 1 x 1 x 1 m\n    size: 2 x 2 x 2 m\n", "E304"),
        ("piece lectern\n    parts: blob 3\n", "E251"),
        ("piece lectern\n    parts: box 1 x 1 m\n", "E251"),
        ("piece lectern\n    parts: three boxes 1 x 1 x 1 m\n", "E251"),
        ("piece lectern\n    parts: box 1 x 1 x 1 m in gloom\n", "E251"),
        ("prop\n", "E207"),
        ("prop CUP\n    size: large\n", "E303"),
        ("prop CUP\n    colour: gloomy\n", "E303"),
        ("prop CUP\n    knd: cup\n", "E106"),
        ("group CROWD\n", "E253"),
        ("group CROWD: one guest\n", "E253"),
        ("group CROWD: 4000 guests\n", "E253"),
        ("group CROWD: 4 guests\n    count: many\n", "E303"),
        ("group CROWD: 4 guests\n    hair: red\n", "E106"),
    ],
)
def test_what_is_wrong_is_said(text: str, code: str) -> None:
    _, report = read(text, text.split()[0])
    found = codes(report)
    assert found
    if code != "E207":
        assert found[0] == code, [(d.code, d.message) for d in report.items]
    assert len(found) <= 2


def test_groups_and_props_are_read_from_one_line() -> None:
    crowd, report = read("group THE BAND: a dozen musicians, black suits\n", "group")
    assert isinstance(crowd, Group)
    assert (crowd.name, crowd.count) == ("THE BAND", 12)
    assert [p.text for p in crowd.description] == ["musicians", "black suits"]
    taxi, _ = read("prop TAXI: an old yellow cab\n    size: 1.8 x 1.5 x 4.4 m\n", "prop")
    assert isinstance(taxi, Prop)
    assert not report.items
    made = make_prop(taxi, vocabulary(), 1)
    assert made.entry.kind == "taxi"
    assert size_of(made) == pytest.approx((1.8, 1.5, 4.4), abs=1e-3)


def test_what_a_prop_is() -> None:
    words = vocabulary()
    assert kind_of_prop(Prop("LETTER"), words) == "letter"
    assert kind_of_prop(Prop("THE THING", description=(Phrase("a small brass key"),)), words) == "key"
    assert kind_of_prop(Prop("X", kind="car"), words) == "car"
    assert kind_of_prop(Prop("X", kind="automobile"), words) == "car"
    assert kind_of_prop(Prop("X", kind="gurble"), words) is None
    assert kind_of_prop(Prop("MACGUFFIN"), words) == "box"


@given(st.text(max_size=60))
def test_no_text_breaks_a_reader(text: str) -> None:
    for reader in (read_length, read_size, read_point, read_colour, read_part):
        reader(text)
    read_glow([text])


@given(st.floats(0.01, 30), st.floats(0.01, 30), st.floats(0.01, 30), st.sampled_from(("m", "cm", "mm")))
def test_sizes_keep_their_unit(w: float, h: float, d: float, unit: str) -> None:
    scale = {"m": 1.0, "cm": 0.01, "mm": 0.001}[unit]
    texts = [f"{v / scale:.3f}" for v in (w, h, d)]
    if any(len(t.partition(".")[0]) > 4 for t in texts):
        return
    found = read_size(f"{texts[0]} x {texts[1]} x {texts[2]} {unit}")
    assert found == pytest.approx((w, h, d), abs=1e-3)


def test_mirrored_parts() -> None:
    four = read_part("four cylinders 5 cm x 0.7 m at 0.5 0 0.3 of steel")
    assert not isinstance(four, str)
    assert {p.at for p in four} == {(x, 0.0, z) for x in (0.5, -0.5) for z in (0.3, -0.3)}
    two = read_part("two boxes 0.1 x 1 x 0.1 m at 0.5 0 0 turned 10deg about z")
    assert not isinstance(two, str)
    assert [p.turn for p in two] == [10.0, -10.0]
