"""Words to people: what is said is what is cast, and nothing else counts."""

import pytest

from compiler.meaning.film import Character, Phrase
from compiler.staging.casting import cast_person


def character(name: str, *about: str, wears: tuple[str, ...] = (), **more: object) -> Character:
    return Character(name, tuple(map(Phrase, about)), tuple(map(Phrase, wears)), **more)  # type: ignore[arg-type]


MARA = character(
    "MARA",
    "a woman of sixty-seven",
    "silver cropped hair",
    "pale eyes",
    "slight, 1.64 m",
    wears=("long grey wool coat", "black boots"),
)


def test_mara_is_who_the_script_says() -> None:
    p = cast_person(MARA, 1)
    assert (p.gender, p.age, p.height) == (0.0, 67.0, 1.64)
    assert p.weight < 0.4
    assert p.hair.style == "crop"
    assert p.hair.grey == 0.9
    kinds = {g.kind: g for g in p.garments}
    assert kinds["long coat"].material == "wool"
    assert {"boots", "roll-neck"} <= kinds.keys()
    assert "shoes" not in kinds
    assert sum(p.ethnicity) == pytest.approx(1.0)


def test_same_words_same_person_whatever_the_order() -> None:
    shuffled = Character(MARA.name, MARA.description[::-1], MARA.wears[::-1])
    assert cast_person(shuffled, 1) == cast_person(MARA, 1)
    assert cast_person(MARA, 2).seed != cast_person(MARA, 1).seed


def test_a_renamed_character_keeps_its_seed() -> None:
    renamed = Character("ANNA", MARA.description, MARA.wears, seed="MARA")
    assert cast_person(renamed, 1).seed == cast_person(MARA, 1).seed


@pytest.mark.parametrize(
    ("words", "age"),
    [
        (("a man, 43",), 43.0),
        (("sixty-seven",), 67.0),
        (("sixty seven years old",), 67.0),
        (("in her late thirties",), 38.0),
        (("early fifties",), 52.0),
        (("a boy of twelve",), 12.0),
        (("an old man",), 71.0),
        (("a bald man of 64",), 64.0),
        (("1.80 m tall, thirty",), 30.0),
    ],
)
def test_ages(words: tuple[str, ...], age: float) -> None:
    assert cast_person(character("X", *words), 1).age == age


@pytest.mark.parametrize(
    ("words", "gender"),
    [
        (("her late husband",), 1.0),
        (("a nurse", "misses her husband", "a woman"), 0.0),
        (("the king's daughter",), 0.0),
        (("full beard",), 1.0),
        (("she never smiles",), 0.0),
    ],
)
def test_genders(words: tuple[str, ...], gender: float) -> None:
    assert cast_person(character("QQ", *words), 1).gender == gender


def test_faces_skins_and_clothes() -> None:
    p = cast_person(
        character(
            "ZOË",
            "a Nigerian woman",
            "narrow nose, deep-set green eyes",
            "curly auburn hair",
            wears=("navy linen dress",),
        ),
        1,
    )
    assert p.ethnicity == (1.0, 0.0, 0.0)
    assert p.skin[0] < 0.15
    face = dict(p.face)
    assert face["nose/nose-scale-horiz-decr"] == 0.7
    assert "eyes/{s}-eye-push1-in" in face
    assert p.eyes[1] > p.eyes[0]
    assert p.hair.style == "curly"
    assert p.hair.grey < 0.36
    dress = p.garments[0]
    assert (dress.kind, dress.material) == ("dress", "linen")
    assert dress.colour[2] > dress.colour[0]
    assert not {g.kind for g in p.garments} & {"trousers", "jeans"}


def test_bare_names_get_whole_people() -> None:
    seen = set()
    for name in ("ALPHA", "BRAVO", "CHARLIE", "DELTA", "ÉCHO", "ゲスト"):
        p = cast_person(Character(name, declared=False), 1)
        assert 1.4 < p.height < 2.05
        assert len(p.garments) >= 2
        seen.add((p.seed, p.hair, p.garments))
    assert len(seen) == 6


def test_unknown_words_are_told_not_guessed() -> None:
    unknown: list[str] = []
    cast_person(character("X", "a woman of forty, incandescent", wears=("zorgle", "red coat")), 1, unknown)
    assert sorted(unknown) == ["incandescent", "zorgle"]
