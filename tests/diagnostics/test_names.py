"""Did-you-mean: what people mistype is guessed, what only resembles is not, and nothing makes a guess expensive."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler import names as names_module
from compiler.lookalikes import mixed_scripts, skeleton, stranger
from compiler.names import did_you_mean, distance, misspelling, nearest

SHOT = [
    "extreme wide", "wide", "full", "cowboy", "medium", "medium close-up", "close-up", "insert", "static", "pan left",
    "dolly in", "handheld", "from above", "low angle", "high angle", "eye level",
]  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("sttic", "static"), ("stattic", "static"), ("wdie", "wide"), ("handhled", "handheld"),
        ("closeup", "close-up"), ("close_up", "close-up"), ("Close Up", "close-up"), ("inserts", "insert"),
        ("angle low", "low angle"), ("up close medium", "medium close-up"), ("mediun close up", "medium close-up"),
        ("extreme", "extreme wide"), ("eyé level", "eye level"), ("ѕtаtіс", "static"),
    ],
)  # fmt: skip
def test_what_was_meant_comes_first(wrong: str, right: str) -> None:
    assert nearest(wrong, SHOT)[0] == right


def test_strangers_are_not_suggested() -> None:
    for word in ("xyz", "", " ", "a", "z" * 500, "gramophone"):
        assert nearest(word, SHOT) == []


def test_only_one_certain_spelling_is_a_fix() -> None:
    assert misspelling("sttic", SHOT) == "static"
    assert misspelling("MRAA", ["MARA", "ELIAS"]) == "MARA"
    assert misspelling("handhled", ["handheld", "hand held"]) == "handheld"  # the nearest by a slip
    assert misspelling("MARA", ["MARY", "MARK"]) == ""  # two are as near
    assert misspelling("GUARD 1", ["GUARD 2"]) == ""  # a number is never a slip
    assert misspelling("wde", ["wide"]) == ""  # too short to be sure
    assert misspelling("side", SHOT) == ""  # another word, not a slip
    assert misspelling("angle low", SHOT) == ""


def test_letters_of_another_alphabet_are_said() -> None:
    assert did_you_mean("МARA", ["MARA"]) == "did you mean `MARA`? its `М` is Cyrillic"
    assert skeleton("МАRА") == skeleton("MARA") == "mara"
    assert stranger("MARA", "MARA") == stranger("MARY", "MARA") == ""
    assert mixed_scripts("МARA") == ("CYRILLIC", "LATIN")
    for word in ("MARA", "МАРИЯ", "ΜΑΡΙΑ", "花子さん", "カナX", "مريم", "ZOË"):
        assert mixed_scripts(word) == ()


def test_work_is_capped(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    real = names_module.distance
    monkeypatch.setattr(names_module, "distance", lambda a, b, most: compared.append(b) or real(a, b, most))
    hostile = [f"MARATH{i:05}" for i in range(20_000)]
    nearest("MARATHON123", hostile)
    assert len(compared) <= names_module.MOST_COMPARED
    looked: list[str] = []
    nearest("MARATHON", (looked.append(name) or name for name in hostile))
    assert len(looked) <= names_module.MOST_CANDIDATES + 1


_WORD = st.text("abcd", max_size=7)


@given(_WORD, _WORD)
def test_distance_is_the_textbook_recurrence(a: str, b: str) -> None:
    def slow(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        best = min(slow(i - 1, j) + 1, slow(i, j - 1) + 1, slow(i - 1, j - 1) + (a[i - 1] != b[j - 1]))
        if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
            best = min(best, slow(i - 2, j - 2) + 1)
        return best

    a, b = a[:5], b[:5]
    assert distance(a, b, 99) == slow(len(a), len(b)) == distance(b, a, 99)
    assert distance(a, b, 1) == min(slow(len(a), len(b)), 2)


@given(st.text(max_size=50), st.lists(st.text(max_size=50), max_size=20))
def test_any_text_has_suggestions_among_the_names(word: str, names: list[str]) -> None:
    assert set(nearest(word, names)) <= set(names)
    assert misspelling(word, names) in {*names, ""}
