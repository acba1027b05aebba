"""The indented block of a shot: what it tells the generative models, its look and light, and lines for single entities."""

from __future__ import annotations

import re
from typing import Any

from compiler.codes import E
from compiler.diagnostics import Report, Span
from compiler.limits import TAKES
from compiler.meaning import film as f
from compiler.meaning.requirements import requirements
from compiler.meaning.scope import FileUse, Scope, suggest, unknown_name
from compiler.meaning.shot_slots import Draft
from compiler.meaning.templates import check_prompt
from compiler.meaning.units import whole
from compiler.meaning.vocabulary import TIMES
from compiler.names import did_you_mean
from compiler.syntax.nodes import Directive, Property, Text
from compiler.syntax.phrases import split_phrases

PROPERTIES = (
    *("takes", "seed", "look", "light", "prompt", "avoid", "reference", "control", "pose", "performance", "mask"),
    *("profile", "require", "note", "key"),
)  # fmt: skip
CONTROLS = ("depth", "pose", "edges")
PROFILES = ("board", "previz", "draft", "final")
_LISTS = frozenset({"avoid", "reference", "control"})
_STRING = re.compile(r'"([^"\r\n]*)"')
_FILE = re.compile(r"[^\s,]+\.[A-Za-z0-9]{2,5}")


def read_block(directive: Directive, draft: Draft) -> dict[str, object]:
    """The fields of ``Shot`` that its block fills; each property that means nothing is reported."""
    if not directive.properties and not directive.description:
        return {}
    scope, report = draft.scope, draft.report
    seen: dict[str, Span] = {}
    fields: dict[str, Any] = {}
    generation: dict[str, Any] = {}
    overrides: list[f.Property] = []
    light: list[f.Property] = []
    requires: list[f.Requirement] = []
    for prop in directive.properties:
        key = prop.key
        if key == "note":
            continue
        if key not in PROPERTIES:
            made = _override(prop, scope, report)
            if made is not None:
                overrides.append(made)
            continue
        if key in seen and key not in ("light", "require", *_LISTS, "prompt"):
            notes = ((seen[key], "first here"),)
            report(E.TWICE, prop.key_span, slot=f"`{key}`", text=key, notes=notes, help="say it once")
            continue
        seen.setdefault(key, prop.key_span)
        if prop.when and key != "light":
            _bad(prop, "property by time of day", "only `light at night:` has a time of day", report)
            continue
        match key:
            case "light":
                made_light = light_of(prop, report)
                light += [made_light] if made_light else []
            case "require":
                requires += requirements(prop.value, scope, report)
            case "look":
                if scope.need_look(prop.value, report):
                    fields["look"] = prop.value.text
            case "seed":
                if (seed := seed_of(prop.value, report)) is not None:
                    fields["seed"] = seed
            case "key":
                fields["key"] = " ".join(prop.value.text.split())
            case "takes":
                _takes(prop, generation, report)
            case "prompt":
                if source := check_prompt(prop.value, report):
                    generation["prompt"] = f"{generation['prompt']} {source}" if "prompt" in generation else source
            case "profile":
                _profile(prop, generation, report)
            case _:
                _generation(prop, generation, scope, report)
        draft.said.setdefault(key, prop.span)
    if overrides:
        fields["overrides"] = tuple(sorted(overrides, key=lambda p: (p.key, p.when)))
    if light:
        fields["light"] = tuple(sorted(light, key=lambda p: p.when))
    if requires:
        fields["requires"] = tuple(requires)
    if generation:
        fields["generation"] = f.Generation(**generation)
    if directive.description:
        fields["description"] = tuple(f.Phrase(t.text, t.span) for t in directive.description)
    return fields


def seed_of(value: Text, report: Report) -> int | None:
    """A seed: a whole number of up to nine digits; reports anything else."""
    seed = whole(value.text)
    if seed is None:
        help_text = "a whole number of up to nine digits"
        report(E.BAD_VALUE, value.span, text=value.text, expected="seed", help=help_text)
    return seed


def phrases_of(value: Text) -> tuple[f.Phrase, ...]:
    """Comma-separated free phrases with their spans."""
    return tuple(f.Phrase(t.text, t.span) for t in split_phrases(value))


def light_of(prop: Property, report: Report) -> f.Property | None:
    """``light`` or ``light at night``; ``None``, reported, for a time of day there is not."""
    when = {"day-time": "day", "night-time": "night"}.get(prop.when, prop.when)
    if when and when not in TIMES:
        help_text = did_you_mean(when, TIMES) or "times of day are " + ", ".join(TIMES)
        report(
            E.BAD_VALUE, prop.span, text=f"{prop.key} at {prop.when}", expected="light at a time of day", help=help_text
        )
        return None
    return f.Property("light", phrases_of(prop.value), when, prop.span)


def files_of(value: Text, kind: str, scope_files: list[FileUse]) -> tuple[str, ...]:
    """File names of a list, quoted or bare, noted for the check that they exist."""
    found = []
    for part in split_phrases(value):
        quoted = _STRING.fullmatch(part.text)
        path = quoted[1] if quoted else part.text
        if path:
            found.append(path)
            scope_files.append(FileUse(path, kind, part.span))
    return tuple(found)


def _override(prop: Property, scope: Scope, report: Report) -> f.Property | None:
    """``MARA: holds LETTER, gaze window``, for people, groups, props and pieces of the set."""
    known = scope.named(prop.key)
    if not known and scope.stands_here(prop.key) and prop.key not in PROPERTIES:
        known = prop.key
    if known:
        phrases = phrases_of(prop.value)
        if not phrases:
            _bad(prop, "line for somebody", f"say what {known} does: `{known}: gaze window`", report)
            return None
        return f.Property(known, phrases, prop.when, prop.span)
    if prop.key.isupper():
        unknown_name(prop.key, prop.key_span, scope.people.values(), report)
        return None
    help_text, fix = suggest(report, prop.key, prop.key_span, PROPERTIES)
    listed = "a shot has " + ", ".join(f"`{p}`" for p in PROPERTIES)
    report(E.UNKNOWN_PROPERTY, prop.key_span, keyword="shot", key=prop.key, help=help_text or listed, fix=fix)
    return None


def _takes(prop: Property, generation: dict[str, Any], report: Report) -> None:
    count = whole(prop.value.text, 4)
    if count is None:
        _bad(prop, "number of takes", "write `takes: 8`", report)
    elif not 1 <= count <= TAKES.value:
        reason = f"between 1 and {TAKES.value}"
        report(
            E.OUT_OF_RANGE, prop.value.span, what="the number of takes", text=prop.value.text, reason=reason,
            help=f"write `takes: {min(max(count, 1), TAKES.value)}`",
        )  # fmt: skip
    else:
        generation["takes"] = count


def _profile(prop: Property, generation: dict[str, Any], report: Report) -> None:
    if prop.value.text in PROFILES:
        generation["profile"] = prop.value.text
        return
    help_text, fix = suggest(report, prop.value.text, prop.value.span, PROFILES)
    listed = "the profiles are " + ", ".join(PROFILES)
    report(E.BAD_VALUE, prop.value.span, text=prop.value.text, expected="profile", help=help_text or listed, fix=fix)


def _generation(prop: Property, generation: dict[str, Any], scope: Scope, report: Report) -> None:
    """``avoid``, ``reference``, ``control``, ``pose``, ``performance``, ``mask``."""
    key, text = prop.key, prop.value.text
    if not text:
        _bad(prop, f"value of `{key}`", f"say what after `{key}:`", report)
        return
    if key == "avoid":
        said = tuple(p.text for p in split_phrases(prop.value))
        generation["avoid"] = (*generation.get("avoid", ()), *said)
    elif key == "reference":
        generation["reference"] = (*generation.get("reference", ()), *files_of(prop.value, "picture", scope.files))
    elif key == "control":
        for part in split_phrases(prop.value):
            quoted = _STRING.fullmatch(part.text)
            if part.text in CONTROLS:
                generation["control"] = (*generation.get("control", ()), part.text)
            elif quoted or _FILE.fullmatch(part.text):
                path = quoted[1] if quoted else part.text
                scope.files.append(FileUse(path, "picture", part.span))
                generation["control"] = (*generation.get("control", ()), path)
            else:
                help_text, fix = suggest(report, part.text, part.span, CONTROLS)
                usual = "write depth, pose, edges or a file in quotes"
                report(E.BAD_VALUE, part.span, text=part.text, expected="control", help=help_text or usual, fix=fix)
    else:
        quoted = _STRING.fullmatch(text)
        if quoted or _FILE.fullmatch(text):
            path = quoted[1] if quoted else text
            scope.files.append(FileUse(path, "footage" if key == "performance" else "picture", prop.value.span))
            generation[key] = path
        elif key == "performance" and text in scope.plates:
            scope.used.add(("plate", text))
            generation[key] = text
        elif key == "performance":
            scope.need("plate", prop.value, scope.plates, report)
        else:
            generation[key] = text


def _bad(prop: Property, expected: str, help_text: str, report: Report) -> None:
    where = prop.value.span if prop.value.text else prop.key_span
    report(E.BAD_VALUE, where, text=prop.value.text or prop.key, expected=expected, help=help_text)
