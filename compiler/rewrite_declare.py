"""People and places as the lines of a declaration that casts them, and dresses them, as they are.

Every line is proved by casting again what stands written; one that would change anybody is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from compiler.diagnostics import Report
from compiler.meaning.declarations import character, location
from compiler.meaning.film import Character, Film, Location
from compiler.staging.casting import cast_person
from compiler.staging.casting_words import linear, people
from compiler.staging.model import GarmentSpec, HairSpec, PersonSpec, VoiceSpec
from compiler.staging.places import place_set
from compiler.staging.places_vocabulary import vocabulary
from compiler.staging.voicing import voice_of
from compiler.syntax.nodes import Directive
from compiler.syntax.parser import parse
from compiler.syntax.source import make_source

_STYLES = {
    "crop": ("close-cropped", "cropped"), "side": ("side-parted",), "bob": ("bobbed",), "long": ("long",),
    "curly": ("curly",), "bun": ("pinned up", "bun"), "bald": ("bald",),
}  # fmt: skip
_BEARDS = {"full": "beard", "short": "goatee", "stubble": "stubble"}
_ORDER = ("about", "age", "height", "face", "hair", "wears", "voice")
_AGE_ALONE = re.compile(r"(?:\d{1,3}|(?:early |late )?[a-z]+ties)")


def person_lines(person: Character, film_seed: int, much: int = 0) -> list[str]:
    """Lines of a declaration of that name that casts to the same person with the same voice.

    From ``much`` 1 on, clothes nobody spoke of stay unsaid; at 2, everything nobody spoke of.
    """
    work = _Casting(person, film_seed)
    about = [p.text for p in person.description]
    said: dict[str, Sequence[str]] = {
        "about": about,
        "hair": [p.text for p in person.hair],
        "wears": [p.text for p in person.wears],
    }
    work.lines = {key: ", ".join(texts) for key, texts in said.items() if texts}
    if much > 1 or not work.same(work.lines):
        return work.written()
    who = work.wanted
    age = f"{who.age:g}"
    rest = [text for text in about if not _AGE_ALONE.fullmatch(text)]
    noun = ("girl" if who.age < 14 else "woman") if who.gender < 0.5 else "boy" if who.age < 14 else "man"
    nouns = people().tables["gender"]
    told = any(word in nouns for text in rest for word in text.split())
    if not told:
        rest = [" ".join([*rest, noun])] if all(len(text.split()) == 1 for text in rest) else [noun, *rest]
    work.take(about=_article(", ".join(rest)), age=age) or work.take(about=_article(noun), age=age) or work.take(
        age=age
    )
    work.take(height=f"{who.height:g} m")
    for colour in people().tables["eyes"]:
        if work.take(face=f"{colour} eyes"):
            break
    for hair in _hair(who.hair, " ".join(said["hair"]).lower()):
        if work.take(hair=", ".join([*said["hair"], hair])):
            break
    if much < 1:
        named = {row["kind"] for text in said["wears"] for _, row in people().find("garment", text.lower())}
        every = [(garment.kind, _garment(garment)) for garment in who.garments]
        more = [text for kind, text in every if kind not in named]
        worn = [text for _, text in every]
        if all(worn):
            work.take(wears=", ".join([*said["wears"], *more])) or work.take(wears=", ".join(worn))
    work.take(voice="a woman's" if who.gender < 0.5 else "a man's")
    return work.written()


def place_lines(place: Location, film: Film) -> list[str]:
    """Properties of a declaration that builds the same set, with the same marks, for every scene that plays there."""
    scenes = [s for s in film.scenes if s.location == place.name]
    uses = list(dict.fromkeys((s.light, s.time_of_day, s.interior) for s in scenes))

    def built(what: Location) -> list[object]:
        sets = [place_set(what, light, time, inside, film.seed, Report(), film.pieces) for light, time, inside in uses]
        return [(made.spec, made.marks, made.exposure) for made in sets]

    wanted = built(place)
    words = vocabulary(film.pieces)
    kind = words.place(place.name, scenes[0].interior)
    standing = list(kind.set)
    for phrase in kind.dress:
        standing.append(phrase)
        if (
            built(_located(place, [_set(standing)])) != wanted
            and built(_located(place, [_set(standing[:-1])])) == wanted
        ):
            standing.pop()
    for phrases in (standing, list(kind.set)):
        lines = [_set(phrases)] if phrases else []
        if lines and built(_located(place, lines)) == wanted:
            return lines
    return []


@dataclass(slots=True)
class _Casting:
    """A declaration being written: by property what it says (``about`` is the description), and whom it has to cast."""

    person: Character
    film_seed: int
    wanted: PersonSpec = field(init=False)
    voice: VoiceSpec = field(init=False)
    lines: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.wanted = cast_person(self.person, self.film_seed)
        self.voice = voice_of(self.person, self.wanted)

    def take(self, **lines: str) -> bool:
        """Say this too, or instead, if it is still the same person."""
        tried = {**self.lines, **lines}
        if not self.same(tried):
            return False
        self.lines = tried
        return True

    def same(self, lines: dict[str, str]) -> bool:
        read = _declared(f"character {self.person.name}", _written(lines))
        made = character(read, Report()) if read is not None else None
        if made is None:
            return False
        cast = cast_person(made, self.film_seed)
        return cast == self.wanted and voice_of(made, cast) == self.voice

    def written(self) -> list[str]:
        return _written(self.lines)


def _written(lines: dict[str, str]) -> list[str]:
    return [lines[key] if key == "about" else f"{key}: {lines[key]}" for key in _ORDER if key in lines]


def _declared(head: str, lines: Sequence[str]) -> Directive | None:
    """A declaration as it will be read."""
    text = "\n    ".join([head, *lines])
    report = Report()
    elements = parse(make_source("<declaration>", text), report).elements
    one = elements[0] if len(elements) == 1 and not report.items else None
    return one if isinstance(one, Directive) else None


def _located(place: Location, lines: Sequence[str]) -> Location:
    read = _declared(f"location {place.name}", lines)
    made = location(read, Report()) if read is not None else None
    return made if made is not None else place


def _hair(hair: HairSpec, said: str) -> Iterator[str]:
    """Words for what is not said of a head of hair, the fullest first."""
    words = people()
    new = {table: not words.find(table, said) for table in ("hair_colour", "hair_style", "beard")}
    beards = [_BEARDS[hair.beard]] if new["beard"] and hair.beard in _BEARDS else []
    named = words.tables["hair_colour"].items() if new["hair_colour"] else ()
    colours = [name for name, row in named if _is(row.get("colour", ""), hair.colour)]
    styles = _STYLES.get(hair.style, ()) if new["hair_style"] else ()
    for beard in [*beards, ""]:
        for colour in [*colours, ""]:
            for style in (*styles, ""):
                head = f"{colour} {style} hair".strip() if colour or style else ""
                if head or beard:
                    yield " and ".join(part for part in (head, beard) if part)


def _garment(garment: GarmentSpec) -> str:
    """A garment's colour, material and noun, ``""`` when the vocabulary has no words for it."""
    tables = people().tables
    nouns = [
        (noun, row) for noun, row in tables["garment"].items() if row["kind"] == garment.kind and "adds" not in row
    ]
    nouns.sort(
        key=lambda entry: (not _is(entry[1]["colour"], garment.colour), entry[1]["material"] != garment.material)
    )
    for noun, row in nouns:
        cloth = "" if row["material"] == garment.material else _word("material", garment.material)
        colour = "" if _is(row["colour"], garment.colour) else _colour(garment)
        if cloth is not None and colour is not None:
            return " ".join(word for word in (colour, cloth, noun) if word)
    return ""


def _word(table: str, value: str) -> str | None:
    return next((word for word, meant in people().tables[table].items() if meant == value), None)


def _colour(garment: GarmentSpec) -> str | None:
    tables = people().tables
    for word, colour in tables["colour"].items():
        if _is(colour, garment.colour):
            return str(word)
    return None


def _is(named: str, colour: tuple[float, float, float]) -> bool:
    return bool(named) and linear(named) == colour


def _article(text: str) -> str:
    first = text.split(" ", 1)[0].lower()
    if first in ("a", "an", "the", "his", "her", "their", "in") or "'s" in first or first[:1].isdigit():
        return text
    return f"{'an' if first[:1] in 'aeiou' else 'a'} {text}"


def _set(phrases: Sequence[str]) -> str:
    return f"set: {', '.join(phrases)}"
