"""Casting: a character's own words to one distinct person, the same one every time.

Nothing but the character's phrases and its seed decides who it is: adding, moving or editing another character
re-faces nobody, and the order of phrases does not count.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from compiler.meaning.film import Character, Phrase
from compiler.staging.casting_body import Landmarks, body_landmarks, eye_height, usual_height
from compiler.staging.casting_words import People, linear, metres_in, people, unknown_words, years_in
from compiler.staging.model import GarmentSpec, HairSpec, PersonSpec, Rgb, Vec3

__all__ = ["Landmarks", "body_landmarks", "cast_person", "eye_height"]

_ORIGINS: tuple[tuple[float, Vec3, str], ...] = (
    # share of people nobody described, ethnicity, skin
    (0.46, (0.0, 0.0, 1.0), "d6aa8f"),
    (0.62, (1.0, 0.0, 0.0), "56351f"),
    (0.78, (0.0, 1.0, 0.0), "d6aa83"),
    (0.88, (0.15, 0.2, 0.65), "9a6844"),
    (1.00, (0.4, 0.1, 0.5), "a8764f"),
)
_FAIR_EYES = frozenset(["pale", "blue", "grey", "gray", "green", "slate"]) | {"ice blue", "light blue", "sea green"}
_FAIR_HAIR = frozenset(["blond", "blonde", "red", "ginger", "copper", "auburn", "sandy", "platinum"])
_IRIS = 0.32
"""Irises are named by their brightest fibres; on the whole they are a third as light."""
_TOPS = ("knit", "shirt", "roll-neck", "t-shirt", "cardigan")
_CLOTH = ("4a4f57", "5d5247", "3c4a45", "6b5d4e", "39415a", "5a3f3c", "77726a", "2f3436", "4f4a3a", "61707a")
_LAYERS = (
    "t-shirt",
    "shirt",
    "roll-neck",
    "knit",
    "cardigan",
    "dress",
    "jacket",
    "long coat",
    "trousers",
    "jeans",
    "shoes",
    "boots",
)


@dataclass(frozen=True, slots=True)
class _Said:
    """A character's phrases sorted by what they talk about, lower case."""

    about: tuple[str, ...]
    hair: tuple[str, ...]
    eyes: tuple[str, ...]
    wears: tuple[str, ...]


def cast_person(character: Character, film_seed: int, unknown: list[str] | None = None) -> PersonSpec:
    """The person these words describe.

    ``unknown`` collects the words that said nothing to the mirror or the wardrobe.
    """
    words = people()
    said = _sort(character, words)
    spoken = " ; ".join(said.about + said.hair + said.eyes)
    seed = _seed(character, film_seed)
    gender = _gender(character.name, said, words, seed)
    years = character.age if character.age is not None else years_in(spoken, words)
    age = min(max(years if years is not None else float(round(26.0 + 26.0 * _chance(seed, "age"))), 2.0), 100.0)
    muscle, weight, stature = _build(said, words, seed)
    height = character.height or next((h for phrase in said.about if (h := metres_in(phrase))), None)
    if height is None:
        height = round(usual_height(gender, age) + stature + 0.05 * (_chance(seed, "height") - 0.5), 2)
    ethnicity, skin = _skin(said, words, seed)
    if unknown is not None:
        unknown.extend(_unknown(said, words))
    return PersonSpec(
        name=character.name,
        seed=seed,
        gender=gender,
        age=round(age, 4),
        height=round(min(max(height, 0.6), 2.3), 4),
        muscle=muscle,
        weight=weight,
        ethnicity=ethnicity,
        skin=skin,
        eyes=_eyes(said, words, seed, ethnicity),
        face=_face(said, words),
        hair=_hair(said, words, seed, gender, age, ethnicity),
        garments=_garments(said, words, seed, gender),
    )


def _sort(character: Character, words: People) -> _Said:
    def texts(phrases: tuple[Phrase, ...]) -> list[str]:
        return sorted(" ".join(p.text.lower().replace("’", "'").split()) for p in phrases)

    about, hair, eyes, wears = [], texts(character.hair), [], texts(character.wears)
    for text in texts(character.description + character.build + character.face):
        if (
            re.search(r"\bhair(ed)?\b", text)
            or words.find("beard", text)
            or re.search(r"\b(bald|balding|curls|ponytail|bun|bob|chignon|afro)\b", text)
        ):
            hair.append(text)
        elif re.search(r"\beye[sd]?\b|-eyed\b", text):
            eyes.append(text)
        elif re.match(r"(in|wearing|dressed in|wears)\b", text) and words.find("garment", text):
            wears.append(text)
        else:
            about.append(text)
    return _Said(tuple(sorted(about)), tuple(sorted(hair)), tuple(sorted(eyes)), tuple(sorted(wears)))


def _gender(name: str, said: _Said, words: People, seed: int) -> float:
    votes = 0.0
    for text in said.about + said.hair + said.eyes:
        opening = re.match(r"(?:her|his|my|their|our)\b", text)
        for word, value in words.find("gender", text):
            if opening and word == opening[0]:
                continue
            owned = rf"(?:(?:\b(?:a|an|the)\s+)?(?:\b(?:her|his|my|their|our)|[\w-]+'s))\s+(?:[\w-]+\s+){{0,2}}{word}\b"
            if re.match(owned, text):
                votes += (value - 0.5) * 2.0  # "her late husband" says who this is …
            elif not re.search(owned, text):  # … "misses her husband" speaks of somebody else
                votes += (value - 0.5) * (0.5 if word in ("she", "her", "he", "his") else 2.0)
    votes += 1.0 if any(beard for text in said.hair for _, beard in words.find("beard", text)) else 0.0
    if votes:
        return 1.0 if votes > 0 else 0.0
    if any(word == "androgynous" for text in said.about for word, _ in words.find("gender", text)):
        return 0.5
    first = name.lower().split()[0] if name.split() else ""
    return words.names.get(first, 0.0 if _chance(seed, "gender") < 0.5 else 1.0)


def _build(said: _Said, words: People, seed: int) -> tuple[float, float, float]:
    muscle = 0.46 + 0.14 * (_chance(seed, "muscle") - 0.5)
    weight = 0.47 + 0.20 * (_chance(seed, "weight") - 0.5)
    stature = 0.0
    for text in said.about:
        plain = _without(text, [word for word, _ in words.find("face", text)])
        for _, offsets in words.find("build", plain):
            muscle += offsets.get("muscle", 0.0)
            weight += offsets.get("weight", 0.0)
            stature += offsets.get("height", 0.0)
    return round(min(max(muscle, 0.05), 0.95), 4), round(min(max(weight, 0.08), 0.95), 4), stature


def _skin(said: _Said, words: People, seed: int) -> tuple[Vec3, Rgb]:
    draw = _chance(seed, "origin")
    fair = [row for text in said.eyes for word, row in words.find("eyes", text) if word in _FAIR_EYES]
    fair += [row for text in said.hair for word, row in words.find("hair_colour", text) if word in _FAIR_HAIR]
    _, ethnicity, tone = _ORIGINS[0] if fair else next(row for row in _ORIGINS if draw <= row[0])
    found = sorted((word, row) for text in said.about for word, row in words.find("skin", text))
    for _, row in found:
        if "ethnicity" in row:
            e = row["ethnicity"]
            ethnicity, tone = (float(e[0]), float(e[1]), float(e[2])), row["skin"]
    for _, row in found:
        # A plain shade ("pale", "weathered") speaks over the shade that comes with a people.
        if "ethnicity" not in row:
            tone = row["skin"]
            if not any("ethnicity" in other for _, other in found) and int(tone[:2], 16) > 0xB0:
                ethnicity = (0.0, 0.0, 1.0) if ethnicity[0] > 0.3 else ethnicity
            elif not any("ethnicity" in other for _, other in found) and int(tone[:2], 16) < 0x70:
                ethnicity = ethnicity if ethnicity[0] > 0.3 else (0.7, 0.1, 0.2)
    # Colours people call skin are lit skin: its albedo is lower, the fairer the more so.
    lit = linear(tone)
    shade = 1.0 - 0.52 * (0.3 * lit[0] + 0.6 * lit[1] + 0.1 * lit[2]) ** 0.5
    return ethnicity, linear(tone, shade * (0.94 + 0.12 * _chance(seed, "skin")))


def _eyes(said: _Said, words: People, seed: int, ethnicity: Vec3) -> Rgb:
    for text in said.eyes:
        plain = _without(text, [word for word, _ in words.find("face", text)])
        for _, colour in words.find("eyes", plain):
            return _iris(colour)
    light = ethnicity[2] > 0.9 and _chance(seed, "eyes") < 0.6
    choices = ("5f87ab", "83929a", "5f7a52", "7a6138") if light else ("5a3a22", "3b2415", "33200f", "7d5631")
    return _iris(choices[int(_chance(seed, "eye colour") * len(choices)) % len(choices)])


def _iris(colour: str) -> Rgb:
    """A named eye colour as an iris: darker, and greyer than the name."""
    lit = linear(colour, _IRIS)
    grey = 0.25 * (0.3 * lit[0] + 0.6 * lit[1] + 0.1 * lit[2])
    return (round(0.75 * lit[0] + grey, 4), round(0.75 * lit[1] + grey, 4), round(0.75 * lit[2] + grey, 4))


def _face(said: _Said, words: People) -> tuple[tuple[str, float], ...]:
    out: dict[str, float] = {}
    for text in sorted(said.about + said.eyes):
        for _, targets in words.find("face", text):
            for target, weight in targets:
                out[target] = max(out.get(target, 0.0), float(weight))
    return tuple(sorted(out.items()))


def _hair(said: _Said, words: People, seed: int, gender: float, age: float, ethnicity: Vec3) -> HairSpec:
    draw = _chance(seed, "hair")
    if gender > 0.5:
        style = ("crop", "side", "crop", "side", "curly")[int(draw * 5) % 5]
    else:
        style = (("bun", "bob", "side") if age > 58 else ("long", "bob", "bun", "curly", "long"))[int(draw * 15) % 3]
    dark = ("15110f", "241a14", "2e1f16")
    colours = (*dark, "4a3020", "73502f", "96744a", "54301d") if ethnicity[2] > 0.9 else dark
    colour = linear(colours[int(_chance(seed, "hair colour") * len(colours)) % len(colours)])
    grey = min(max((age - 42.0 - 10.0 * _chance(seed, "grey")) / 32.0, 0.0), 0.95)
    beard = ""
    if gender > 0.5 and age > 20:
        beard = ("", "", "", "stubble", "short", "")[int(_chance(seed, "beard") * 6) % 6]
    # Bald heads have full beards too, so a style word counts wherever it stands.
    for text in (*said.hair, *said.about):
        mine = text in said.hair
        if mine:
            for _, value in words.find("hair_style", text)[:1]:
                style = value
            for _, row in words.find("hair_colour", text)[:1]:
                colour = linear(row["colour"]) if "colour" in row else colour
                grey = float(row.get("grey", grey if "grey" in row or age < 60 else min(grey, 0.35)))
        for _, value in words.find("beard", text)[:1]:
            beard = value
    return HairSpec(style=style, colour=colour, grey=round(grey, 4), beard=beard)


def _garments(said: _Said, words: People, seed: int, gender: float) -> tuple[GarmentSpec, ...]:
    out: dict[str, GarmentSpec] = {}
    for text in said.wears:
        for piece in re.split(r"\bover\b|\band\b|\bwith\b|\bunder\b|\+", text):
            found = words.find("garment", piece)
            if not found:
                continue
            # The last noun is the garment: a "knit roll-neck" is a roll-neck.
            word, row = max(found, key=lambda hit: piece.rindex(hit[0]) + len(hit[0]))
            out[row["kind"]] = _garment(piece, word, row, words)
            for extra in row.get("adds", ()):
                out.setdefault(
                    extra, _garment(piece, extra, {**words.tables["garment"][extra], "colour": row["colour"]}, words)
                )
    cloth = [_CLOTH[int(_chance(seed, f"cloth {i}") * len(_CLOTH)) % len(_CLOTH)] for i in range(2)]
    if not out.keys() & {*_TOPS, "dress"}:
        kind = "roll-neck" if "long coat" in out else "shirt" if "jacket" in out else ""
        kind = kind or _TOPS[int(_chance(seed, "top") * len(_TOPS)) % len(_TOPS)]
        out[kind] = GarmentSpec(kind, linear(cloth[0]), "cotton" if kind in ("shirt", "t-shirt") else "knit")
    if not out.keys() & {"trousers", "jeans", "dress"}:
        jeans = _chance(seed, "legs") < 0.3
        out["legs"] = (
            GarmentSpec("jeans", linear("2b3a52"), "denim")
            if jeans
            else GarmentSpec("trousers", linear("2c2b2d"), "wool")
        )
    if not out.keys() & {"boots", "shoes"}:
        out["feet"] = GarmentSpec("shoes", linear("1d1a18"), "leather")
    return tuple(sorted(out.values(), key=lambda g: (_LAYERS.index(g.kind) if g.kind in _LAYERS else 99, g.kind)))


def _garment(text: str, noun: str, row: dict[str, Any], words: People) -> GarmentSpec:
    before = _without(text, [noun])
    material = next((value for _, value in words.find("material", before)), row["material"])
    colours = words.find("colour", before)
    shade = 1.0
    for _, factor in words.find("shade", _without(before, [word for word, _ in colours])):
        shade *= float(factor)
    return GarmentSpec(row["kind"], linear(colours[0][1] if colours else row["colour"], shade), material)


def _unknown(said: _Said, words: People) -> list[str]:
    who = ("gender", "age", "decade", "build", "face")
    out = [w for text in said.about for w in unknown_words(text, words, (*who, "skin", "beard"))]
    out += [w for text in said.hair for w in unknown_words(text, words, (*who, "hair_style", "hair_colour", "beard"))]
    out += [w for text in said.eyes for w in unknown_words(text, words, (*who, "eyes"))]
    return out + [
        w for text in said.wears for w in unknown_words(text, words, ("garment", "material", "colour", "shade"))
    ]


def _without(text: str, found: list[str]) -> str:
    for word in found:
        text = re.sub(rf"(?<![\w-]){re.escape(word)}(?![\w-])", " ", text)
    return text


def _seed(character: Character, film_seed: int) -> int:
    digest = hashlib.blake2b(f"person:{film_seed}:{character.seed or character.name}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "little") >> 1


def _chance(seed: int, what: str) -> float:
    """Uniform 0..1 from a seed and a label, the same everywhere."""
    digest = hashlib.blake2b(f"cast:{seed}:{what}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") / 2.0**64
