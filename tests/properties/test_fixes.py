"""One slip anywhere in a film: it is found where it is, without a cascade, and what is certain to mend it does."""

from __future__ import annotations

import re
from collections import Counter

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from compiler.diagnostics import Diagnostic, Severity
from compiler.front import check_text
from runtime.cli.fixing import apply_edits

FILM = """Title: The Lamp
Look: silver

use "stdlib:looks"

character MARA
    a woman of sixty-three, silver hair
    wears: grey coat, black boots
    voice: low, slow
    age: 63

character YOUNG MARA, extends MARA
    a girl of nineteen

group CROWD: 40 passers-by

prop LETTER
    kind: letter

location HALL
    set: table at 0 0, lamp on table
    light: warm lamp as key
    light at night: moonlight
    sound: wind, low

look ash, extends silver
    contrast: 1.4

setup facing(who)
    shot: medium of {who}, 50mm

INT. HALL - NIGHT

scene
    MARA: standing at table
    mood: waiting

cover classic

shot first: close-up of MARA, 85mm, f/2, low angle, push in slowly, 3s
    look: ember
    seed: 12
    takes: 4
    require: identity of MARA >= 0.85
    MARA: gaze window

MARA
(softly)
You kept it.

shot facing(MARA), handheld

sound wind, low, at 1s

music piano in D minor, 54 bpm, under scene

title "MARA", lower third

light lamp goes out, at 2s

CROWD
We did.

shot over MARA's shoulder of YOUNG MARA, from behind

YOUNG MARA
So did I. [[shot: insert of LETTER, 2s]] Always.

shot as first, rack focus from MARA to LETTER

edition trailer: scenes 1, limit 60s
"""
BEFORE = check_text(FILM)[2]
_LINE = re.compile(
    r"(?m)^(?:(?:use|look|setup|cover|shot|sound|music|title|light|edition|group|prop|location|character) .*|    [\w ]+: .*)$"
)
WORDS = [
    (line.start() + word.start(), line.start() + word.end())
    for line in _LINE.finditer(FILM)
    for word in re.finditer(r"[^\W_]{3,}", line[0])
    if word.start()
]
"""Where words are mistyped: all of what is said to direct but keywords themselves, without which a line is prose."""


@st.composite
def slips(draw: st.DrawFn) -> tuple[str, int, int]:
    """The film with one word mistyped, and where that word is."""
    begin, end = draw(st.sampled_from(WORDS))
    word = FILM[begin:end]
    at = draw(st.integers(0, len(word) - 2))
    wrong = draw(
        st.sampled_from(
            [word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:], word[:at] + word[at + 1] + word[at] + word[at + 2 :],
             word[:at] + "q" + word[at + 1 :], word.swapcase(), word + "s"]
        )
    )  # fmt: skip
    assume(wrong != word)
    return FILM[:begin] + wrong + FILM[end:], begin, begin + len(wrong)


def _counts(items: list[Diagnostic]) -> Counter[tuple[str, str]]:
    return Counter((item.code, item.message) for item in items)


def test_the_film_is_right() -> None:
    assert not BEFORE.failed


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(slips())
def test_a_slip_is_found_where_it_is_and_mended(slip: tuple[str, int, int]) -> None:
    text, begin, end = slip
    found = check_text(text)[2].items
    errors = [item for item in found if item.severity is Severity.ERROR]
    assert len(errors) <= 3, [item.message for item in errors]
    line = text.rfind("\n", 0, begin) + 1, text.find("\n", end)
    wrong = text[begin:end].casefold()
    assert not errors or any(
        (item.span is not None and item.span.start <= line[1] and item.span.end >= line[0])
        or wrong in f"{item.message} {item.help}".casefold()  # a declaration's name is missed where it is used
        for item in found
    ), [item.message for item in errors]
    for item in found:
        if item.fix is None or not item.fix.safe:
            continue
        mended = check_text(apply_edits(text, item.fix.edits))[2].items
        what = (item.code, item.message)
        assert _counts(mended)[what] < _counts(found)[what]
        # A declaration that could not be read could not be missed, nor be near another name: now it can be both. What is
        # required of the pictures is looked at once nothing is wrong.
        added = {item for item in _counts(mended) - _counts(found) if item[0] not in ("W251", "W252", "W526")}
        assert not added, (added, item.fix)
