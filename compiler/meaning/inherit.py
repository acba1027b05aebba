"""``extends``: a younger self, somebody in costume, a place after the fire. What is not said anew is inherited."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from compiler.codes import E
from compiler.diagnostics import Report
from compiler.limits import NESTING
from compiler.meaning import film as f
from compiler.meaning.scope import suggest

T = TypeVar("T", f.Character, f.Location)
_TOPICS = tuple(
    re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for words in (
        r"hair|bald|blond\w*|redhead|curls|braids?|ponytail|bob|bun",
        r"eyes?|eyed",
        r"woman|man|girl|boy|child|lady|gentleman|aged?|years old|teenager|baby|twenties|thirties|forties|fifties|sixties",
        r"beard|stubble|moustache|mustache|clean-shaven",
        r"tall|short|slight|slim|heavy|stout|thin|broad|m|cm",
        r"skin|complexion|freckles|freckled|scar|scarred",
        r"nose|mouth|lips|jaw|chin|cheeks?|brows?|face",
    )
)
"""What a phrase of a description is about; a phrase of one's own on a topic takes the place of the inherited ones."""


def inherited(declared: Mapping[str, T], report: Report) -> dict[str, T]:
    """Every declaration with what it ``extends`` filled in; unknown bases, circles and endless chains are reported."""
    declared = _shallow(declared, report)
    done: dict[str, T] = {}
    for name, item in declared.items():
        if item.extends:
            _resolve(name, declared, done, (), report)
        else:
            done[name] = item
    return {name: done.get(name, item) for name, item in declared.items()}


def _shallow(declared: Mapping[str, T], report: Report) -> dict[str, T]:
    """The declarations, of which those that stand deeper in a chain than can be meant stand alone; reported once a chain."""
    made, depths = dict(declared), dict[str, int]()
    for name in declared:
        chain: dict[str, None] = {}
        at = name
        while at in declared and at not in depths and at not in chain:
            chain[at] = None
            at = declared[at].extends
        depth, above = depths.get(at, -1), list(chain)
        if at in chain:
            above, circle = above[: above.index(at)], above[above.index(at) :]
            depths |= dict.fromkeys(circle, 0)
            depth = 0
            if len(circle) > NESTING.value:
                _too_deep(declared[at], report)
                made |= {each: _alone(declared[each]) for each in circle}
        for each in reversed(above):
            depth += 1
            depths[each] = depth
            if depth > NESTING.value:
                made[each] = _alone(declared[each])
            if depth == NESTING.value + 1:
                _too_deep(declared[each], report)
    return made


def _too_deep(item: f.Character | f.Location, report: Report) -> None:
    what = "this chain of `extends`"
    report(E.TOO_DEEP, item.span, what=what, limit=NESTING.value, help="extend the first of them instead")


def _resolve(name: str, declared: Mapping[str, T], done: dict[str, T], chain: tuple[str, ...], report: Report) -> T:
    if name in done:
        return done[name]
    item = declared[name]
    kind = "character" if isinstance(item, f.Character) else "location"
    if item.extends in (name, *chain):
        if chain and name in chain:
            return item
        way = " → ".join(dict.fromkeys((*chain, name)))
        report(E.EXTENDS_CYCLE, item.span, name=name, chain=way, help="let one of them stand alone")
        done[name] = _alone(item)
        return done[name]
    if item.extends and item.extends not in declared:
        help_text, _ = suggest(report, item.extends, item.span, [n for n in declared if n != name])
        usual = f"declare it with `{kind} {item.extends}`"
        report(E.UNKNOWN_DEFINITION, item.span, kind=kind, name=item.extends, help=help_text or usual)
        done[name] = _alone(item)
    elif item.extends:
        base = _resolve(item.extends, declared, done, (*chain, name), report)
        if name not in done:
            done[name] = _merged(item, base)
    else:
        done[name] = item
    return done[name]


def _alone(item: T) -> T:
    return (
        replace(item, extends="", seed=item.seed or item.name)
        if isinstance(item, f.Character)
        else replace(item, extends="")
    )


def _merged(item: T, base: T) -> T:
    if isinstance(item, f.Character) and isinstance(base, f.Character):
        return _person(item, base)
    assert isinstance(item, f.Location)
    assert isinstance(base, f.Location)
    return _place(item, base)


def _person(item: f.Character, base: f.Character) -> f.Character:
    said = item.description
    kept = tuple(p for p in base.description if not any(_about(p.text) & _about(own.text) for own in said))
    return replace(
        item,
        description=(*said, *kept),
        wears=item.wears or base.wears,
        build=item.build or base.build,
        face=item.face or base.face,
        hair=item.hair or (() if any(0 in _about(p.text) for p in said) else base.hair),
        voice=item.voice or base.voice,
        age=item.age if item.age is not None else base.age,
        height=item.height if item.height is not None else base.height,
        seed=item.seed or base.seed or base.name,
        reference=item.reference or base.reference,
        adapter=item.adapter or base.adapter,
        consent=item.consent or base.consent,
    )


def _place(item: f.Location, base: f.Location) -> f.Location:
    own = {p.when for p in item.light}
    light = tuple(sorted((*(p for p in base.light if p.when not in own), *item.light), key=lambda p: p.when))
    return replace(
        item,
        description=item.description or base.description,
        set=item.set or base.set,
        light=light,
        sound=item.sound or base.sound,
        weather=item.weather or base.weather,
        palette=item.palette or base.palette,
        reference=item.reference or base.reference,
        seed=item.seed or base.seed or base.name,
    )


def _about(text: str) -> frozenset[int]:
    return frozenset(i for i, topic in enumerate(_TOPICS) if topic.search(text))
