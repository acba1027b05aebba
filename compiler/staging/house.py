"""The cast and the places of a film: who is who and sounds how, and where a scene plays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from compiler.diagnostics import Diagnostic, Report
from compiler.meaning.film import Character, Film, Location, Property, Scene, Shot, Speech
from compiler.staging.casting import cast_person
from compiler.staging.identical import identical
from compiler.staging.lexicon import Lexicon, lexicon
from compiler.staging.model import PersonSpec, SpokenLine, VoiceSpec
from compiler.staging.paragraphs import paragraphs
from compiler.staging.performance import doers
from compiler.staging.places import PlacedSet, place_set
from compiler.staging.talk import Talk, plain_name
from compiler.staging.voicing import manner_of, spoken_pauses, voice_of
from compiler.staging.world_things import in_a_pocket
from compiler.staging.world_wardrobe import dressed

_THE = re.compile(r"^the\s+")
SetKey = tuple[Location, tuple[Property, ...], tuple[Property, ...], str, bool]
"""Place, the scene's light, the shot's light, the hour, and whether it is inside."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A place that was asked for, of which there is something to say; ``light`` are a shot's own light phrases."""

    scene: Scene
    light: tuple[Property, ...] = ()


@dataclass(frozen=True, slots=True)
class _Placed:
    """A set, the words it was made of, and what there is to say of them."""

    placed: PlacedSet
    words: tuple[Location, tuple[Property, ...], tuple[Property, ...]]
    remarks: tuple[Diagnostic, ...]


@dataclass(slots=True)
class House:
    """The cast and the places of a film, each made once. Nothing here changes from scene to scene."""

    film: Film
    words: Lexicon = field(init=False)
    shots: dict[str, Shot] = field(init=False)
    """The written shots that have a name."""
    asked: list[Ask] = field(default_factory=list, init=False)
    """Places asked for since the caller last looked, of which there is something to say (see ``tell``)."""
    _cast: dict[str, Character] = field(init=False, repr=False)
    _places: dict[str, Location] = field(init=False, repr=False)
    _people: dict[str, PersonSpec] = field(default_factory=dict, init=False, repr=False)
    _voices: dict[str, VoiceSpec] = field(default_factory=dict, init=False, repr=False)
    _sets: dict[SetKey, _Placed] = field(default_factory=dict, init=False, repr=False)
    _named: dict[int, tuple[PlacedSet, frozenset[str]]] = field(default_factory=dict, init=False, repr=False)
    """What the things of a place are called, by the place's identity."""

    def __post_init__(self) -> None:
        self.words = lexicon(self.film)
        items = (item for scene in self.film.scenes for item in scene.items)
        self.shots = {item.name: item for item in items if isinstance(item, Shot) and item.name}
        self._cast = {c.name: c for c in reversed(self.film.characters)}
        self._places = {place.name: place for place in reversed(self.film.locations)}

    def character(self, name: str) -> Character:
        return self._cast.get(name) or Character(name, declared=False)

    def location(self, name: str) -> Location | None:
        """The place of a name, when it is declared."""
        return self._places.get(name)

    def person(self, name: str) -> PersonSpec:
        if name not in self._people:
            self._people[name] = cast_person(self.character(name), self.film.seed)
        return self._people[name]

    def costumed(self, name: str, worn: tuple[str, ...]) -> PersonSpec:
        """A person with what they have put on since the film began."""
        person = self.person(name)
        return dressed(self.character(name), person, worn, self.film.seed) if worn else person

    def line_of(self, speech: Speech) -> SpokenLine:
        name = speech.character
        if name not in self._voices:
            self._voices[name] = voice_of(self.character(name), self.person(name))
        words = " ".join(speech.text.split())
        manner = manner_of(speech.manner, self.words)
        return SpokenLine(words, self._voices[name], manner, spoken_pauses(speech), speech.recording)

    def place(self, scene: Scene, light: tuple[Property, ...] = ()) -> PlacedSet:
        """The place of a scene, dressed and lit; ``light`` are a shot's own light phrases, after the scene's."""
        key = self._key(scene, light)
        made = self._sets.get(key)
        if made is None:
            made = self._sets[key] = self._place(scene, light)
        if made.remarks:
            self.asked.append(Ask(scene, light))
        return made.placed

    def tell(self, asked: Sequence[Ask], told: set[SetKey], report: Report) -> None:
        """Reports what there is to say of places asked for, but for those ``told`` of already."""
        for ask in asked:
            key = self._key(ask.scene, ask.light)
            if key in told:
                continue
            told.add(key)
            words = (self._location(ask.scene), ask.scene.light, ask.light)
            made = self._sets.get(key)
            if made is None or not identical(made.words, words):  # the same words, said elsewhere
                made = self._sets[key] = self._place(ask.scene, ask.light, None if made is None else made.placed)
            # Of a shot's own light only its own phrases: the place's have been spoken of.
            own = {phrase.span for line in ask.light for phrase in line.phrases}
            report.items += [item for item in made.remarks if not ask.light or item.span in own]

    def _key(self, scene: Scene, light: tuple[Property, ...]) -> SetKey:
        return self._location(scene), scene.light, light, scene.time_of_day, scene.interior

    def _location(self, scene: Scene) -> Location:
        return self._places.get(scene.location) or Location(scene.location, declared=False)

    def _place(self, scene: Scene, light: tuple[Property, ...], placed: PlacedSet | None = None) -> _Placed:
        """The set, ``placed`` if that is it already, and what there is to say of the words it was made of."""
        film, lights, report = self.film, (*scene.light, *light), Report()
        location = self._location(scene)
        made = place_set(location, lights, scene.time_of_day, scene.interior, film.seed, report, film.pieces)
        return _Placed(placed or made, (location, scene.light, light), tuple(report.items))

    def of(self, film: Film) -> House:
        """The house of a film that declares the same but for people, places and looks; keeps what it has made of those
        that are the same still."""
        new = House(film)
        new._people = {n: made for n, made in self._people.items() if self.character(n) == new.character(n)}
        new._voices = {n: made for n, made in self._voices.items() if n in new._people}
        new._sets, new._named = self._sets, self._named
        return new

    def forget(self, used: Iterable[tuple[Scene, tuple[Property, ...]]]) -> None:
        """Keeps of the sets only those used by scenes, as they are lit and as their shots light them."""
        keys = {self._key(scene, light) for scene, light in {(id(s), lit): (s, lit) for s, lit in used}.values()}
        keys |= {(key[0], key[1], (), key[3], key[4]) for key in keys}
        self._sets = {key: made for key, made in self._sets.items() if key in keys}
        placed = {id(made.placed) for made in self._sets.values()}
        self._named = {at: told for at, told in self._named.items() if at in placed}

    def bodies(self, scene: Scene, placed: PlacedSet) -> list[str]:
        """People seen in a scene: placed, acting or speaking on screen; names of things of the set are no people."""
        names: list[str] = [p.entity for p in scene.placements if self._is_person(p.entity)]
        known = {c.name: 0.5 for c in self.film.characters}
        identity = {c.name: (c.seed or c.name, c.name) for c in self.film.characters}
        expanded: list[str] = []
        for item in paragraphs(scene.items):
            if isinstance(item, Speech) and not item.voice_over and not item.off_screen:
                names.append(item.character)
            elif isinstance(item, str):
                names += sorted(doers(item, known, self.words), key=lambda name: identity[name])
            elif isinstance(item, Shot):
                # A shot that carries another's key is one that was inferred: it shows whoever was here without it.
                own = names if item.key in ("", item.name) or not item.name else expanded
                own += [s for s in item.subjects if s in known and s not in names]
        names += expanded
        placed_names = {p.entity for p in scene.placements}
        return [n for n in dict.fromkeys(names) if n in placed_names or not self._is_thing(n, placed)]

    def talk(self, placed: PlacedSet, names: Sequence[str]) -> Talk:
        """What the prose of a scene in ``placed`` may speak of, with ``names`` in it (see ``bodies``)."""
        people = {n: self.person(n).gender for n in names}
        things = {plain_name(p.name) for p in self.film.props}
        # Whoever the scene is about first is who a pronoun means before anybody is named.
        return Talk(
            people,
            lambda words: (
                bool(placed.lights(words))
                or placed.find(words) is not None
                or plain_name(words) in things
                or in_a_pocket(words, placed)
            ),
            list(reversed(people)),
            {g.name: () for g in self.film.groups},
            self.words,
        )

    def _is_person(self, name: str) -> bool:
        return name in self._cast

    def is_thing_speaking(self, item: object, placed: PlacedSet) -> bool:
        return isinstance(item, Speech) and self._is_thing(item.character, placed)

    def _is_thing(self, name: str, placed: PlacedSet) -> bool:
        """Whether a name is borne by a piece of the set (a lamp that speaks)."""
        known = self._named.get(id(placed))
        if known is None or known[0] is not placed:
            marks = {_THE.sub("", mark.lower()) for mark in placed.marks}
            known = self._named[id(placed)] = placed, frozenset(marks | {p.name.lower() for p in placed.spec.pieces})
        return _THE.sub("", name.lower()) in known[1]
