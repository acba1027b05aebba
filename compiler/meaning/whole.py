"""What only the whole film shows: names of shots, speakers and scenes, what is never used, records of what is borrowed."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.codes import E, W
from compiler.diagnostics import Diagnostic, Edit, Fix, Report, Span
from compiler.meaning import film as f
from compiler.meaning.scenes import ResolvedScene
from compiler.meaning.scope import known_among, suggest, unknown_name
from compiler.names import nearest

if TYPE_CHECKING:
    from compiler.meaning.check import Declared

_NAMING = frozenset(code.id for code in (E.UNKNOWN_NAME, E.UNKNOWN_LOOK, E.UNKNOWN_SHOT, E.UNKNOWN_DEFINITION))
_MOST_SEPARATE = 3
"""Places of one unknown name that are findings of their own."""
_NEAR = 0.75
"""How alike a cue and a declared name are before the cue is taken for a slip."""
_WORDS = re.compile(r"\w+")
_SET = re.compile(r"^(?:int\.?/ext\.?|ext\.?/int\.?|int\.?|ext\.?|est\.?|i/e\.?)\s+")
_RANGE = re.compile(r"#?(\w+)\s*(?:\.\.|–|-| to )\s*#?(\w+)")


def check_whole(
    film: f.Film,
    declared: Declared,
    scenes: list[ResolvedScene],
    used: set[tuple[str, str]],
    rights: bool,
    report: Report,
    at: Span,
) -> None:
    """Report everything that needs more than one scene, or a scene and a declaration, to be seen."""
    _speakers(declared, scenes, report)
    _shots(scenes, report)
    _brought(declared, scenes, report)
    _film_look(film, declared, report)
    _plates(declared, scenes, report)
    _editions(declared, scenes, report)
    if not report.failed and not any(scene.scene.items for scene in scenes):
        report(E.NO_SCENES, at, help="begin with a scene heading: INT. KITCHEN - NIGHT")
    used |= {("look", film.look)}
    _unused(declared, scenes, used, report)
    if rights:
        _records(declared, scenes, report)


def gathered(items: list[Diagnostic]) -> list[Diagnostic]:
    """Findings with one mistake said once: a name unknown in many places is one finding that shows some of the others.

    Its fix mends all of them.
    """
    alike: dict[tuple[str, str], list[Diagnostic]] = {}
    for item in items:
        if item.code in _NAMING:
            alike.setdefault((item.code, item.message), []).append(item)
    joined: dict[int, Diagnostic] = {}
    dropped: set[int] = set()
    for group in alike.values():
        if len(group) <= _MOST_SEPARATE:
            continue
        first, *others = group
        notes = [(item.span, "and here") for item in others[:_MOST_SEPARATE] if item.span is not None]
        more = len(others) - len(notes)
        if more and notes:
            notes[-1] = (notes[-1][0], f"here, and in {more} more place{'s' if more > 1 else ''}")
        fix = first.fix
        if fix is not None and all(item.fix is not None for item in others):
            edits = tuple(edit for item in group if item.fix is not None for edit in item.fix.edits)
            fix = replace(fix, edits=edits, safe=all(item.fix.safe for item in group if item.fix is not None))
        joined[id(first)] = replace(first, notes=(*first.notes, *notes), fix=fix)
        dropped.update(map(id, others))
    if not joined:
        return items
    return [joined.get(id(item), item) for item in items if id(item) not in dropped]


def _speakers(declared: Declared, scenes: list[ResolvedScene], report: Report) -> None:
    """A cue introduces its speaker; one that is nearly somebody else's name may be a slip."""
    known = {*declared.people, *declared.groups, *declared.props}
    names = sorted(known)
    seen: set[str] = set()
    for scene in scenes:
        for name, span in scene.cues:
            if name in known or name in seen:
                continue
            seen.add(name)
            close = nearest(name, names, limit=1, cutoff=_NEAR)
            if close and not _told_apart(name, close[0]):
                fix = Fix(f"write {close[0]}", (Edit(span, close[0]),))
                report(W.NEAR_CUE, span, name=name, help=f"did you mean `{close[0]}`?", fix=fix)


def _told_apart(a: str, b: str) -> bool:
    """``GUARD 1`` and ``GUARD 2``, ``YOUNG MARA`` and ``MARA`` are people of their own."""
    digits = re.compile(r"\d+|\b[A-Z]\b|\b(?:ONE|TWO|THREE|FOUR)\b")
    first, second = digits.sub("#", a), digits.sub("#", b)
    return (first == second and a != b) or len(a.split()) != len(b.split())


def _shots(scenes: list[ResolvedScene], report: Report) -> None:
    first: dict[str, Span] = {}
    every = {name: span for scene in reversed(scenes) for name, span in reversed(scene.shots)}
    for scene in scenes:
        above = set(first)
        for name, span in scene.shots:
            if name in first:
                notes = ((first[name], "first here"),)
                help_text = "give one of them another name"
                report(E.DUPLICATE_SHOT, span, name=name, help=help_text, notes=notes)
            first.setdefault(name, span)
        for name, span, before in scene.refers:
            if name not in every:
                help_text, fix = suggest(report, name, span, every)
                usual = "name the shot you mean: `shot listening: …`"
                report(E.UNKNOWN_SHOT, span, name=name, help=help_text or usual, fix=fix)
            elif before >= 0 and name not in above and name not in [n for n, _ in scene.shots[:before]]:
                help_text = "it stands further down; `as NAME` repeats an earlier set-up"
                report(E.UNKNOWN_SHOT, span, name=name, help=help_text, notes=((every[name], "here"),))


def _brought(declared: Declared, scenes: list[ResolvedScene], report: Report) -> None:
    """A thing named in a shot must have been in its place, or brought there by an earlier scene's prose."""
    there: dict[str, set[str]] = {}
    pending = any(scene.wanted for scene in scenes)
    if not pending:
        return
    for scene in scenes:
        place = scene.scene.location
        words = there.setdefault(place, set())
        for name, span in scene.wanted:
            if known_among(name, frozenset(words)):
                continue
            location = declared.places.get(place)
            stands = [p.text for p in location.set] if location else []
            people = [*declared.people, *declared.groups, *declared.props]
            unknown_name(name, span, [*people, *stands, *sorted(words)[:50]], report)
        words |= scene.words


def _film_look(film: f.Film, declared: Declared, report: Report) -> None:
    looks = declared.vocabulary.looks
    if film.look in looks:
        return
    span = dict(film.said).get("look")
    if span is None:
        return
    help_text, fix = suggest(report, film.look, span, looks)
    known = "the looks are " + ", ".join(f"`{name}`" for name in sorted(looks))
    report(E.UNKNOWN_LOOK, span, name=film.look, help=help_text or known, fix=fix)


def _plates(declared: Declared, scenes: list[ResolvedScene], report: Report) -> None:
    people = {*declared.people, *declared.groups, *(name for scene in scenes for name, _ in scene.cues)}
    for plate in declared.plates.values():
        who = plate.performance_of
        if who and who not in people:
            unknown_name(who, declared.own["plate", plate.name], sorted(people), report)


def _editions(declared: Declared, scenes: list[ResolvedScene], report: Report) -> None:
    """An edition chooses scenes by number, heading or section."""
    if not declared.editions:
        return
    known: set[str] = set()
    numbers: list[str] = []
    for index, scene in enumerate(scenes, 1):
        made = scene.scene
        number = made.number or str(index)
        numbers.append(number)
        bare = _SET.sub("", made.heading.casefold())
        known |= {number.casefold(), made.heading.casefold(), bare, made.chapter.casefold(), made.location.casefold()}
    known.discard("")
    for edition in declared.editions.values():
        for text, span in edition.said:
            both = _RANGE.fullmatch(text)
            if both and {both[1].casefold(), both[2].casefold()} <= known:
                continue
            if text.casefold().removeprefix("#") in known:
                continue
            shown = {s.scene.chapter for s in scenes} | {s.scene.heading for s in scenes} | set(numbers)
            help_text, _ = suggest(report, text, span, sorted(shown - {""}))
            usual = "name scenes by number, heading or section"
            report(E.UNKNOWN_SCENE, span, name=text, help=help_text or usual)


def _unused(declared: Declared, scenes: list[ResolvedScene], used: set[tuple[str, str]], report: Report) -> None:
    """Declarations that no scene names, mentions or is set in."""
    if not declared.own:
        return
    spoken: frozenset[str] = frozenset().union(*(scene.words for scene in scenes))
    headed = {scene.scene.location for scene in scenes}
    extended = {c.extends for c in declared.people.values()} | {p.extends for p in declared.places.values()}
    performed = {p.performance_of for p in declared.plates.values()} | {p.replaces for p in declared.plates.values()}
    for (kind, name), span in declared.own.items():
        match kind:
            case "character" | "group" | "prop":
                seen = (kind, name) in used or _mentioned(name, spoken) or name in performed
                help_text = "remove it, or give it a part" if kind == "prop" else "remove it, or give them a part"
            case "location":
                seen = name in headed or any(
                    place.startswith(f"{name} - ") or place.endswith(f" - {name}") for place in headed
                )
                close = nearest(name, sorted(headed), limit=1, cutoff=0.75) if not seen else []
                help_text = (
                    f"a heading says `{close[0]}`: is that the place?"
                    if close
                    else f"no heading is set there; `INT. {name} - DAY` is"
                )
            case "look" | "setup" | "coverage" | "plate":
                seen = (kind, name) in used or (kind == "look" and name in declared.bases)
                help_text = {
                    "look": f"write `look: {name}` in a scene or shot",
                    "setup": f"write `shot {name}(…)`",
                    "coverage": f"write `cover {name}`",
                    "plate": f"write `shot plate {name}`",
                }[kind]
            case _:
                continue
        if not seen and name not in extended:
            report(W.UNUSED, span, name=name, help=help_text)


def _mentioned(name: str, spoken: frozenset[str]) -> bool:
    words = _WORDS.findall(name.lower())
    return bool(words) and all(
        w in spoken or f"{w}'s" in spoken or f"{w}’s" in spoken or f"{w}s" in spoken for w in words
    )


def _records(declared: Declared, scenes: list[ResolvedScene], report: Report) -> None:
    """With ``rights = true`` in film.toml every borrowed face, voice and picture needs a record."""
    for who in declared.people.values():
        if (who.reference or who.adapter) and not who.consent:
            span = declared.own["character", who.name]
            help_text = 'write `consent: "records/release.pdf"`'
            report(W.NO_RECORD, span, what=f"the likeness of {who.name}", record="consent", help=help_text)
    for plate in declared.plates.values():
        span = declared.own["plate", plate.name]
        if plate.performance_of and not plate.consent:
            what = f"the performance in plate {plate.name}"
            report(W.NO_RECORD, span, what=what, record="consent", help='write `consent: "records/release.pdf"`')
        if not plate.licence and not plate.consent:
            what = f"plate {plate.name}"
            report(W.NO_RECORD, span, what=what, record="licence", help="write `licence: own footage`")
    for scene in scenes:
        for item in scene.scene.items:
            if isinstance(item, f.Speech) and item.recording:
                person = declared.people.get(item.character)
                if person is None or not person.consent:
                    what = f"the recording of {item.character}"
                    help_text = f"declare `character {item.character}` with `consent:`"
                    report(W.NO_RECORD, item.span, what=what, record="consent", help=help_text)
