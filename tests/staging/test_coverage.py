"""Coverage: what nobody directs is shot by patterns written in the language; every library entry is run by its example."""

from __future__ import annotations

import re
from importlib import resources
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.diagnostics import Report, Severity
from compiler.front import check_text
from compiler.meaning.define_camera import AGAIN, HOLD, SITUATIONS, coverage, setup, shot_template
from compiler.meaning.film import Film, Speech
from compiler.meaning.library import library
from compiler.staging.coverage import Setup
from compiler.staging.coverage_pattern import pattern_named
from compiler.staging.coverage_talk import LONG_SPEECH, stretches
from compiler.staging.model import Timeline
from compiler.staging.stage import stage_film
from compiler.staging.voicing import estimate
from compiler.syntax.nodes import Directive
from compiler.syntax.parser import parse
from compiler.syntax.source import make_source

TALK = """\
character ADA
    a woman of thirty

character TOM
    a man of forty

prop TAXI
    kind: car

INT. KITCHEN - NIGHT

scene
    ADA: standing at -1 0, facing TOM
    TOM: standing at 1 0, facing ADA
{scene}
{line}
Ada looks at Tom.

ADA
You came back.

TOM
I said I would.

ADA
You said many things, and none of them was true. I kept a list. It is in the drawer under the window, behind the candles, where
you would never have looked, because you never looked for anything here. It has forty pages.

Tom walks to the door. Ada touches the table.

TOM
Read it to me.

(beat)

ADA
No.
"""


def definitions(name: str) -> list[Directive]:
    text = resources.files("stdlib").joinpath(f"{name}.film").read_text(encoding="utf-8")
    report = Report()
    elements = parse(make_source(f"stdlib:{name}", text), report).elements
    assert not report.items
    return [e for e in elements if isinstance(e, Directive)]


def example_of(directive: Directive) -> str:
    return next(p.value.text for p in directive.properties if p.key == "example")


SETUPS, COVERAGES = definitions("setups"), definitions("coverage")


def staged(text: str, name: str = "t.film") -> tuple[Film, Timeline, list[list[Setup]], Report]:
    film, _, report = check_text(text, name)
    assert film is not None, report.items
    covered: list[list[Setup]] = []
    timeline = stage_film(film, estimate, report, covered=covered)
    return film, timeline, covered, report


def described(covered: list[list[Setup]]) -> list[str]:
    found = []
    for setup_ in (s for scene in covered for s in scene):
        shots = [setup_.shot, *(c for item in setup_.items if isinstance(item, Speech) for _, c in item.cuts)]
        found += [" ".join([s.size.value if s.size else "auto", s.relation.value, *s.subjects]) for s in shots]
    return found


def seconds(timeline: Timeline) -> list[float]:
    return [s.shot.frames * s.shot.fps[1] / s.shot.fps[0] for s in timeline.shots]


@pytest.mark.parametrize("directive", SETUPS, ids=lambda d: d.head.text)
def test_a_setup_is_what_its_example_says(directive: Directive) -> None:
    report = Report()
    made = setup(directive, report)
    assert made is not None
    assert not report.items
    line = example_of(directive)
    _, timeline, covered, report = staged(TALK.format(scene="", line=f"{line}, 3s\n"))
    assert not [d for d in report.items if d.severity is Severity.ERROR]
    shot = covered[0][0].shot
    assert shot.setup == made.name
    assert all(name in line for name in shot.subjects)
    keys = timeline.shots[0].shot.camera.keys
    assert all(abs(x) < 1e4 for k in keys for x in (*k.position, *k.target, k.focal_mm, k.focus, k.roll))


@pytest.mark.parametrize("directive", COVERAGES, ids=lambda d: d.head.text)
def test_a_pattern_covers_a_conversation(directive: Directive) -> None:
    """Its example chooses it, every rule is a shot, and what comes of it is not what ``classic`` makes."""
    report = Report()
    made = coverage(directive, report)
    assert made is not None
    assert not report.items
    for rule in made.rules:
        words = tuple(p.text for p in rule.phrases)
        assert words in ((HOLD,), (AGAIN,)) or shot_template(words, SITUATIONS[rule.on]) is not None
    line = example_of(directive)
    assert line == f"cover {made.name}"
    _, timeline, covered, report = staged(TALK.format(scene="", line=line + "\n"))
    _, _, block, _ = staged(TALK.format(scene=f"    cover: {made.name}", line=""))
    _, _, classic, _ = staged(TALK.format(scene="", line=""))
    assert described(covered) == described(block)
    assert (described(covered) == described(classic)) == (made.name == "classic")
    assert not [d for d in report.items if d.code.startswith("W6")]
    assert max(seconds(timeline)) < 22 or made.name in ("oner", "tableau", "comedy")


def test_the_library_is_large_enough() -> None:
    assert len(SETUPS) >= 12
    assert len(COVERAGES) >= 10
    assert set(library().definitions.coverages) == {d.head.text for d in COVERAGES}


def test_a_pattern_of_ones_own_goes_before_the_librarys() -> None:
    own = "coverage classic\n    opening: close-up of {all}, overhead\n    otherwise: hold\n\n"
    _, timeline, covered, _ = staged(own + TALK.format(scene="", line=""))
    assert described(covered) == ["close-up of ADA TOM"]
    assert len(timeline.shots) == 1
    assert pattern_named("no such", ()).name == "classic"


def test_a_group_is_seen_whole() -> None:
    text = "group CROWD: 20 passers-by\n\nEXT. STREET - DAY\n\nMara waits.\n\nThe crowd cheers.\n\nMARA\nHello.\n"
    assert "wide of CROWD" in described(staged(text)[2])


def test_a_two_shot_is_the_same_whoever_is_named_first() -> None:
    text = "INT. KITCHEN - DAY\n\nscene\n    cover: comedy\n\nADA\nSo?\n\nTOM\nSo.\n\nADA\nOh.\n\nTOM\nOh.\n"
    found = described(staged(text)[2])
    assert len([d for d in found if "two-shot" in d]) == 1


def test_cover_ends_a_written_shot() -> None:
    text = TALK.format(scene="", line="shot close-up of ADA\n").replace("TOM\nRead", "cover oner\n\nTOM\nRead")
    _, _, covered, _ = staged(text)
    assert [s.inferred for s in covered[0]] == [False, True]


def test_long_speeches_are_cut_between_sentences() -> None:
    text = " ".join(["We had a house by the water once.", "Nobody lived there.", "It had a blue door, they say."] * 8)
    words = text.split()
    cuts = stretches(text)
    assert cuts
    for word, _ in cuts:
        assert words[word - 1].endswith(".")
    bounds = [0, *(w for w, _ in cuts), len(words)]
    assert max(b - a for a, b in pairwise(bounds)) <= LONG_SPEECH + 10
    assert any(aside for _, aside in cuts)
    assert not stretches(" ".join(words[:LONG_SPEECH]))


@given(st.lists(st.sampled_from(["yes", "no.", "because,", "…", "--", "what?", "“so.”", "then;"]), max_size=160))
def test_stretches_are_in_order_and_inside(words: list[str]) -> None:
    cuts = [w for w, _ in stretches(" ".join(words))]
    assert cuts == sorted(set(cuts))
    assert all(0 < w < len(words) for w in cuts)


_SAID = st.sampled_from(
    ["Yes.", "You came back.", "I kept the letters. All of them. They are in the box under the stairs.", "Why? " * 45]
)
_DONE = st.sampled_from(
    ["Mara walks to the window.", "Elias enters.", "Tom exits.", "A clock ticks.", "Mara sits down. Elias nods.",
     "Elias picks up a cup.", "It rains. The light goes. Nobody speaks."]
)  # fmt: skip
_ITEM = st.one_of(
    _DONE, st.tuples(st.sampled_from(["MARA", "ELIAS", "TOM", "MARA (V.O.)", "ELIAS (O.S.)"]), _SAID).map("\n".join)
)
_PLACE = st.sampled_from(
    ["INT. KITCHEN - NIGHT", "EXT. STREET - DAY", "INT. RESTAURANT - EVENING", "EXT. BEACH - DAWN"]
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(_PLACE, st.lists(_ITEM, min_size=1, max_size=10)), min_size=1, max_size=3))
def test_any_undirected_script_is_a_watchable_film(scenes: list[tuple[str, list[str]]]) -> None:
    """Everything said is in a shot, no shot is long, no inferred shot is complained about, and it is the same again."""
    text = "\n\n".join("\n\n".join([place, *items]) for place, items in scenes) + "\n"
    film, timeline, covered, report = staged(text, "t.fountain")
    spoken = [i for scene in film.scenes for i in scene.items if isinstance(i, Speech)]
    assert sum(isinstance(i, Speech) for s in covered for x in s for i in x.items) == len(spoken)
    assert max(seconds(timeline)) < 30
    assert min(seconds(timeline)) >= 1
    assert not [d for d in report.items if re.match(r"W6", d.code)]
    keys = [s.key for s in timeline.shots]
    assert len(set(keys)) == len(keys)
    assert keys == [s.key for s in staged(text, "t.fountain")[1].shots]
