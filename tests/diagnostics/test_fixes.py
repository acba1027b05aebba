"""Fixes keep their word: a safe one removes its finding and brings in no error; every edit lies in its text."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compiler.diagnostics import Diagnostic, Severity
from runtime.cli.fixing import apply_edits
from tests.diagnostics.test_pages import Block, blocks_of, findings, page_names, whole


def _fixable() -> list[tuple[str, Block, Diagnostic]]:
    found = []
    for code in page_names():
        for block in blocks_of(code).get("Example", []):
            if block.language != "text":
                found += [(item.code, block, item) for item in findings(block) if item.fix is not None]
    return found


_HALL = "INT. HALL - DAY\n\n{}\n\nAnna waits.\n"
_SLIPS = {
    "a comma left out": (_HALL.format("shot wide 35mm, 6s"), "E301", "shot wide, 35mm, 6s"),
    "metres for a lens": (_HALL.format("shot medium, 85 m"), "E303", "shot medium, 85mm"),
    "too many m": (_HALL.format("shot medium, 85 mmm"), "E302", "shot medium, 85mm"),
    "a word misspelt": (_HALL.format("shot medium, hanheld"), "E301", "shot medium, handheld"),
    "a name in lower case": (_HALL.format("Anna waits.").replace("INT", "character anna\n    a woman\n\nINT"), "E105", "character ANNA"),
    "a property misspelt": (_HALL.format("scene\n    moodd: waiting"), "E106", "    mood: waiting"),
    "said twice": (_HALL.format("shot wide, 35mm, 35mm"), "E304", "shot wide, 35mm\n"),
    "a name with a swap": (_HALL.format("shot of NANA\n\nANNA\nHello."), "E201", "shot of ANNA"),
    "a look misspelt": ("Look: silvr\n\n" + _HALL.format("Rain."), "E203", "Look: silver"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(_SLIPS))
def test_a_slip_is_mended_safely(name: str) -> None:
    text, code, wanted = _SLIPS[name]
    (item,) = [item for item in findings(Block("film", text)) if item.severity is Severity.ERROR]
    assert item.code == code
    assert item.fix is not None
    assert item.fix.safe
    mended = apply_edits(text, item.fix.edits)
    assert wanted in mended
    assert not [i for i in findings(Block("film", mended)) if i.severity is Severity.ERROR]


FIXABLE = _fixable()


def _counts(items: list[Diagnostic]) -> Counter[str]:
    return Counter(item.code for item in items if item.severity is Severity.ERROR)


@pytest.mark.parametrize(
    ("code", "block", "item"), FIXABLE, ids=[f"{code}-{i}" for i, (code, _, _) in enumerate(FIXABLE)]
)
def test_a_fix_removes_its_finding_and_adds_none(code: str, block: Block, item: Diagnostic) -> None:
    assert item.fix is not None
    assert item.fix.title
    assert item.fix.edits
    text = whole(block)
    for edit in item.fix.edits:
        assert edit.span.file == f"page.{block.language}"
        assert 0 <= edit.span.start <= edit.span.end <= len(text)
    before, mended = findings(block), Block(block.language, apply_edits(text, item.fix.edits))
    after = findings(mended)
    assert sum(i.code == code for i in after) < sum(i.code == code for i in before)
    if item.fix.safe:
        assert not _counts(after) - _counts(before)


_SHOT = [
    "wide",
    "static",
    "35mm",
    "f/2.8",
    "from above",
    "close-up of MARA",
    "dolly in slowly",
    "handheld",
    "low angle",
]
_FILM = "character MARA\n    a woman of sixty\n\nINT. HALL - DAY\n\nshot {}\n\nMARA\nHello.\n"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(_SHOT), st.data())
def test_a_slip_in_a_shot_is_found_where_it_is_and_mended_as_it_was(phrase: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(phrase) - 2))
    slip = data.draw(st.sampled_from(["drop", "double", "swap"]))
    wrong = {
        "drop": phrase[:at] + phrase[at + 1 :],
        "double": phrase[:at] + phrase[at] + phrase[at:],
        "swap": phrase[:at] + phrase[at + 1] + phrase[at] + phrase[at + 2 :],
    }[slip]
    block = Block("film", _FILM.format(wrong))
    found = [item for item in findings(block) if item.severity is Severity.ERROR]
    begin = block.text.index("shot ")
    assert len(found) <= 3
    for item in found:
        assert item.span is not None
        assert begin <= item.span.start <= item.span.end <= begin + 5 + len(wrong)
        if item.fix is not None and item.fix.safe:
            mended = findings(Block("film", apply_edits(block.text, item.fix.edits)))
            assert not [i for i in mended if i.severity is Severity.ERROR and i.code == item.code]
