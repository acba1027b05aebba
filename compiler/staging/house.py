"""The cast and the places of a film: who is who, where a scene plays, and where everybody was last seen there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from compiler.diagnostics import Report
from compiler.meaning.film import Character, Film, Location, Property, Scene, Shot, Speech, Transition
from compiler.staging.casting import cast_person
from compiler.staging.lexicon import Lexicon, lexicon
from compiler.staging.model import PersonSpec, SpokenLine, Stance
from compiler.staging.paragraphs import paragraphs
from compiler.staging.performance import doers
from compiler.staging.places import PlacedSet, place_set
from compiler.staging.talk import Talk, plain_name
from compiler.staging.voicing import manner_of, spoken_pauses, voice_of
from compiler.staging.world import World
from compiler.staging.world_opening import wears
from compiler.staging.world_things import in_a_pocket
from compiler.staging.world_wardrobe import dressed

_THE = re.compile(r"^the\s+")


@dataclass(slots=True)
class House:
    """The cast and the places of a film, made once, and where everybody was last seen in each place."""

    film: Film
    report: Report
    people: dict[str, PersonSpec] = field(default_factory=dict)
    sets: dict[tuple[object, ...], PlacedSet] = field(default_factory=dict)
    words: Lexicon = field(init=False)
    shots: dict[str, Shot] = field(init=False)
    """The written shots that have a name."""
    last_seen: dict[tuple[str, str], Stance] = field(default_factory=dict)
    world: World = field(default_factory=World)
    """What outlasts a scene: things, hands, doors, lights, clothes."""
    _named: dict[int, tuple[PlacedSet, frozenset[str]]] = field(default_factory=dict, init=False, repr=False)
    """What the things of a place are called, by the place's identity."""
    join: Transition | None = None
    """A transition written at the end of one scene for the beginning of the next."""

    def __post_init__(self) -> None:
        self.words = lexicon(self.film)
        items = (item for scene in self.film.scenes for item in scene.items)
        self.shots = {item.name: item for item in items if isinstance(item, Shot) and item.name}

    def character(self, name: str) -> Character:
        return next((c for c in self.film.characters if c.name == name), Character(name, declared=False))

    def person(self, name: str) -> PersonSpec:
        if name not in self.people:
            self.people[name] = cast_person(self.character(name), self.film.seed)
        return self.people[name]

    def costumed(self, name: str) -> PersonSpec:
        """A person in what they wear now."""
        worn = wears(self.world, name)
        person = self.person(name)
        return dressed(self.character(name), person, worn, self.film.seed) if worn else person

    def line_of(self, speech: Speech) -> SpokenLine:
        voice = voice_of(self.character(speech.character), self.person(speech.character))
        words = " ".join(speech.text.split())
        return SpokenLine(words, voice, manner_of(speech.manner, self.words), spoken_pauses(speech), speech.recording)

    def place(self, scene: Scene, light: tuple[Property, ...] = ()) -> PlacedSet:
        """The place of a scene, dressed and lit; ``light`` are a shot's own light phrases, after the scene's."""
        location = next((loc for loc in self.film.locations if loc.name == scene.location), None)
        location = location or Location(scene.location, declared=False)
        key = (location, scene.light, light, scene.time_of_day, scene.interior)
        if key not in self.sets:
            lights = (*scene.light, *light)
            found = Report()
            self.sets[key] = place_set(
                location, lights, scene.time_of_day, scene.interior, self.film.seed, found, self.film.pieces
            )
            # Of a shot's own light only its own phrases: the place's have been spoken of.
            own = {phrase.span for line in light for phrase in line.phrases}
            self.report.items += [item for item in found.items if not light or item.span in own]
        return self.sets[key]

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
        return any(c.name == name for c in self.film.characters)

    def is_thing_speaking(self, item: object, placed: PlacedSet) -> bool:
        return isinstance(item, Speech) and self._is_thing(item.character, placed)

    def _is_thing(self, name: str, placed: PlacedSet) -> bool:
        """Whether a name is borne by a piece of the set (a lamp that speaks)."""
        known = self._named.get(id(placed))
        if known is None or known[0] is not placed:
            marks = {_THE.sub("", mark.lower()) for mark in placed.marks}
            known = self._named[id(placed)] = placed, frozenset(marks | {p.name.lower() for p in placed.spec.pieces})
        return _THE.sub("", name.lower()) in known[1]
