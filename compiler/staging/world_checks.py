"""What a script supervisor would stop: people too alike, clothes or light that jump inside one moment, kinds nobody knows.

A prop used before it appears and a thing two people hold are found as they happen, in ``world_scene``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import combinations

from compiler.codes import E, W
from compiler.diagnostics import Report
from compiler.meaning.film import Character, Film, Scene, Speech
from compiler.names import hint
from compiler.staging.model import HairSpec, PersonSpec, Rgb
from compiler.staging.places_vocabulary import Vocabulary, vocabulary
from compiler.staging.world_things import kind_of_prop

ALIKE = 0.17
"""Casting distance under which two people are hard to tell apart."""
MOST_PEOPLE = 24
"""Of a larger cast only so many are compared: the first to speak."""


def check_world(film: Film, report: Report, person: Callable[[str], PersonSpec]) -> None:
    """Reports what only the whole film shows; called once, before its scenes are played. ``person`` casts people by name."""
    words = vocabulary(film.pieces)
    _kinds(film, words, report)
    _alike(film, report, person)
    for before, scene in zip(film.scenes, film.scenes[1:], strict=False):
        if scene.continuous:
            _same_moment(before, scene, report)


def casting_distance(one: PersonSpec, other: PersonSpec) -> float:
    """How far apart two people look, 0 = the same: a weighted sum of age, build, face, hair and clothes, each 0..1."""
    skin = _colours(one.skin, other.skin)
    build = (
        abs(one.weight - other.weight) * 0.6
        + abs(one.muscle - other.muscle) * 0.2
        + abs(one.height - other.height) / 0.35
    )
    kin = math.dist(one.ethnicity, other.ethnicity) / math.sqrt(2)
    return (
        0.30 * abs(one.gender - other.gender)
        + 0.22 * min(1.0, abs(one.age - other.age) / 30.0)
        + 0.12 * min(1.0, build)
        + 0.10 * min(1.0, skin * 3.0)
        + 0.12 * kin
        + 0.20 * _hair(one.hair, other.hair)
        + 0.16 * _clothes(one, other)
    )  # fmt: skip


def _kinds(film: Film, words: Vocabulary, report: Report) -> None:
    for prop in film.props:
        if prop.kind and kind_of_prop(prop, words) is None:
            near = (
                hint(report, prop.kind, words.by_word) or "any set piece will do, such as `kind: letter`, `kind: car`"
            )
            report(E.UNKNOWN_KIND, prop.span, kind=prop.kind, help=near)


def _alike(film: Film, report: Report, person: Callable[[str], PersonSpec]) -> None:
    """Pairs of people who share a scene and look alike: nobody else is ever confused."""
    company = _company(film)
    cast = {c.name: c for c in film.characters}
    for one, other in company:
        a, b = cast[one], cast[other]
        if _related(a, b):
            continue
        # Who is described alike is meant alike; who is not described at all was not cast by the writer.
        if not (a.description or a.wears or a.hair) or not (b.description or b.wears or b.hair):
            continue
        if casting_distance(person(one), person(other)) < ALIKE:
            report(
                W.ALIKE, b.span if b.declared else a.span, one=one, other=other,
                help=f"give {other} another age, build, hair or coat", notes=((a.span, "the other one"),),
            )  # fmt: skip


def _company(film: Film) -> list[tuple[str, str]]:
    """Pairs of people who are in one scene together, in order of their meeting."""
    known = {c.name for c in film.characters}
    met: dict[tuple[str, str], None] = {}
    seen: list[str] = []
    for scene in film.scenes:
        present = [p.entity for p in scene.placements if p.entity in known]
        present += [
            i.character for i in scene.items if isinstance(i, Speech) and not i.voice_over and i.character in known
        ]
        for name in present:
            if name not in seen:
                seen.append(name)
        here = [n for n in dict.fromkeys(present) if n in seen[:MOST_PEOPLE]]
        for one, other in combinations(here, 2):
            pair = (one, other) if seen.index(one) < seen.index(other) else (other, one)
            met.setdefault(pair)
    return list(met)


def _related(a: Character, b: Character) -> bool:
    """A younger self, a twin: somebody who is meant to look like the other."""
    return (
        a.extends == b.name
        or b.extends == a.name
        or (bool(a.extends) and a.extends == b.extends)
        or (bool(a.seed) and a.seed == b.seed)
    )


def _same_moment(before: Scene, scene: Scene, report: Report) -> None:
    """Clothes and light between two scenes with no time between them."""
    present = {p.entity for p in before.placements}
    present |= {i.character for i in before.items if isinstance(i, Speech) and not i.voice_over}
    for line in scene.wardrobe:
        if line.key in present:
            report(
                W.WARDROBE_JUMP, line.span, who=line.key, help="let time pass, or dress them so from the scene before"
            )
    if before.location != scene.location:
        return
    now, then = _light(scene), _light(before)
    if now and now != then:
        report(
            W.LIGHT_JUMP, scene.light[0].span, place=scene.location,
            help="keep the light of the scene before, or write the change: `light lamp goes out`",
        )  # fmt: skip


def _light(scene: Scene) -> Mapping[str, tuple[str, ...]]:
    return {line.when: tuple(sorted(p.text for p in line.phrases)) for line in scene.light}


def _hair(one: HairSpec, other: HairSpec) -> float:
    style = 0.5 * (one.style != other.style) + 0.25 * (bool(one.beard) != bool(other.beard))
    tone = _colours(_greyed(one), _greyed(other))
    return min(1.0, style + min(0.5, tone * 1.5))


def _greyed(hair: HairSpec) -> Rgb:
    r, g, b = (c + (0.45 - c) * hair.grey for c in hair.colour)
    return (r, g, b)


def _clothes(one: PersonSpec, other: PersonSpec) -> float:
    """Outermost garments: the kind, then the colour."""
    if not one.garments or not other.garments:
        return 0.0
    a, b = one.garments[0], other.garments[0]
    return min(1.0, 0.45 * (a.kind != b.kind) + _colours(a.colour, b.colour) * 2.0)


def _colours(a: Rgb, b: Rgb) -> float:
    """Distance of two linear colours as an eye has it, about 0..1."""
    return math.dist([c ** (1 / 2.2) for c in a], [c ** (1 / 2.2) for c in b]) / math.sqrt(3)
