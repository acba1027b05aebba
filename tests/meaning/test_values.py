"""Values and their units; requirements; prompts: what is read, what is refused, and that nothing is expensive."""

from __future__ import annotations

import contextlib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.diagnostics import Report, Span
from compiler.front import check_text
from compiler.meaning import units
from compiler.meaning.requirements import requirements
from compiler.meaning.scope import Scope
from compiler.meaning.templates import check_prompt, render_prompt
from compiler.syntax.nodes import Text

FPS = Fraction(24)
TEXTS = st.text(alphabet="0123456789.-+ smfbpdBehzLUFSin%°:/#abcdefkxW", max_size=24) | st.text(max_size=12)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("6s", 6), ("1.5 s", 1.5), ("300ms", 0.3), ("2 seconds", 2), ("1 minute", 60), ("two seconds", 2), ("144f", 6),
        ("half a second", 0.5), ("00:00:04:12", 4.5), ("00:01:20:00", 80), ("6", None), ("6m", None), ("00:99:00:00", None),
        ("1e9s", None), ("", None), ("99999999999s", None),
    ],
)  # fmt: skip
def test_durations(text: str, seconds: float | None) -> None:
    found = units.duration(text, FPS)
    assert (None if found is None else float(found)) == seconds


def test_frames_are_of_the_films_own_rate() -> None:
    assert units.duration("24f", Fraction(24000, 1001)) == Fraction(1001, 1000)


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (units.length, "1.64 m", 1.64), (units.length, "30cm", 0.3), (units.length, "35mm", 0.035), (units.length, "3s", None),
        (units.angle, "30°", 30.0), (units.angle, "30 degrees", 30.0), (units.angle, "30m", None),
        (units.level, "-12dB", -12.0), (units.level, "very loud", -4.0), (units.level, "12s", None),
        (units.percentage, "40%", Fraction(2, 5)), (units.tempo, "54 bpm", 54.0), (units.stop, "f/1.8", 1.8),
        (units.colour, "#da4", "#ddaa44"), (units.colour, "Dark Red", "#8b0000"), (units.colour, "mauvish", None),
        (units.whole, "12", 12), (units.whole, "1234567890", None), (units.whole, "-1", None),
    ],
)  # fmt: skip
def test_units(read: object, text: str, value: object) -> None:
    assert callable(read)
    assert read(text) == value


@given(TEXTS)
def test_any_text_is_a_value_or_none(text: str) -> None:
    for read in (
        units.length,
        units.angle,
        units.level,
        units.percentage,
        units.tempo,
        units.stop,
        units.colour,
        units.whole,
    ):
        read(text)
    units.duration(text, FPS)
    units.time_range(text, FPS)
    assert isinstance(units.kind_of(text), str)


@given(st.integers(0, 10**9 - 1), st.integers(0, 10**6), st.sampled_from(["s", "ms", "f", " min"]))
def test_durations_are_exact(number: int, part: int, unit: str) -> None:
    scale = {"s": Fraction(1), "ms": Fraction(1, 1000), "f": 1 / FPS, " min": Fraction(60)}[unit]
    assert (
        units.duration(f"{number}.{part:06}{unit}", FPS)
        == (number + Fraction(part, 10**6 if part < 10**6 else 10**7)) * scale
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("identity of MARA >= 0.85", 0.85), ("stability at least 98%", 0.98), ("loudness <= -16 LUFS", -16.0),
        ("length under 90s", 90.0), ("peak ≤ -1 dB", -1.0), ("words = 1", 1.0),
    ],
)  # fmt: skip
def test_requirements(text: str, value: float) -> None:
    report = Report()
    (made,) = requirements(Text(text, Span(0, len(text))), Scope(people={"mara": "MARA"}), report)
    assert made.value == pytest.approx(value)
    assert not report.items


@pytest.mark.parametrize(
    "text",
    ["identity >= 0.85", "beauty >= 1", "stability", "stability >= 3", "loudness >= 0.5", "length <= 3m", ">= 3"],
)
def test_bad_requirements(text: str) -> None:
    report = Report()
    assert not requirements(Text(text, Span(0, len(text))), Scope(), report)
    assert [d.code for d in report.items] == ["E307"]


PROMPTS = [
    ("plain words", "plain words"),
    ("{{ shot.size }} of {{ subjects[0].name|title }}", "close-up of Mara"),
    ("{% for who in subjects %}{{ who.name }}{% if not loop.last %} and {% endif %}{% endfor %}", "MARA"),
    ("{{ scene.mood or 'calm' }}, {{ scene.time }}", "calm, night"),
    ("{{ shot.subjects|join(', ') }} {{ film.title }}", "MARA Untitled"),
]


@pytest.mark.parametrize(("source", "text"), PROMPTS)
def test_prompts_are_filled_in_from_their_shot(source: str, text: str) -> None:
    film, _, report = check_text(f"INT. HALL - NIGHT\n\nshot close-up of MARA\n    prompt: {source}\n\nMARA\nHere.\n")
    assert film is not None, report.items
    shot = film.scenes[0].items[0]
    assert render_prompt(shot.generation.prompt, film, film.scenes[0], shot) == text  # type: ignore[union-attr, arg-type]


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__ }}", "{{ shot.__init__ }}", "{{ shot['__class__'] }}", "{{ lipsum() }}", "{{ range(9) }}", "{{ 'a' * 99999 }}",
        "{{ 9 ** 9 }}", "{{ shot.size|attr('x') }}", "{{ shot.size|format(1) }}", "{% set x = 1 %}", "{% include 'x' %}",
        "{% macro a() %}{% endmacro %}",
        "{{ subjects|map('upper') }}", "{{ cycler }}", "{{ self }}", "{{ shot.size", "{% for a in subjects %}", "{{ shot.size.upper() }}",
        "{% for a in subjects %}{% for b in subjects %}{% endfor %}{% endfor %}", "{{ '%99999999d' | replace('a', 'b') }}", "{{ nobody }}",
        "{% import 'os' as os %}", "{{ shot | tojson }}", "{{ [1,2] }}", "{{ {'a': 1} }}", "{{ joiner() }}", "{% raw %}{% endraw",
    ],
)  # fmt: skip
def test_prompts_that_reach_further_are_refused(source: str) -> None:
    report = Report()
    assert check_prompt(Text(source, Span(0, len(source))), report) == ""
    assert [d.code for d in report.items] == ["E308"]


@given(st.text(alphabet="{}%|.()[]'\"_ abfilnorstuw0123456789-", max_size=60).map(lambda s: "{{" + s))
def test_any_prompt_is_checked_and_what_passes_renders(source: str) -> None:
    film, _, _ = check_text("INT. HALL - NIGHT\n\nshot close-up of MARA\n\nMARA\nHere.\n")
    assert film is not None
    checked = check_prompt(Text(source, Span(0, len(source))), Report())
    if checked:
        shot = film.scenes[0].items[0]
        with contextlib.suppress(ValueError):
            assert len(render_prompt(checked, film, film.scenes[0], shot)) <= 20_000  # type: ignore[arg-type]
