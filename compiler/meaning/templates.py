"""Prompts: Jinja2 templates over a shot's own plain data, checked before anything runs and bounded when it does.

Jinja2's sandbox limits neither time nor size, so the whole of what a template may be is listed here: kinds of syntax
node, filters, tests, names and their fields. Loops go over the shot's own short lists and are never nested.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from compiler.codes import E
from compiler.diagnostics import Report
from compiler.limits import TEMPLATE_OUTPUT, TEMPLATE_SOURCE, TEMPLATE_STEPS
from compiler.names import did_you_mean
from compiler.syntax.nodes import Text

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2 import nodes as j

    from compiler.meaning.film import Film, Phrase, Scene, Shot

Plain = str | float | list["Plain"] | dict[str, "Plain"]
"""What a template sees: text, numbers, lists and records of them; never an object of the compiler."""
FILTERS = frozenset(
    {
        "capitalize",
        "default",
        "first",
        "join",
        "last",
        "length",
        "lower",
        "replace",
        "sort",
        "title",
        "trim",
        "unique",
        "upper",
    }
)
TESTS = frozenset({"defined", "undefined", "in", "none"})
_NODES = frozenset(
    [
        *("Template", "Output", "TemplateData", "Name", "Getattr", "Getitem", "Const", "Filter", "Test", "If", "For", "CondExpr"),
        *("And", "Or", "Not", "Compare", "Operand", "Concat"),
    ]
)  # fmt: skip
FIELDS: dict[str, dict[str, str] | str] = {
    "film": {"title": "", "author": "", "look": "", "style": "", "avoid": ""},
    "scene": {
        "heading": "", "location": "", "time": "", "mood": "", "interior": "", "number": "", "chapter": "",
        "description": "", "weather": "", "light": "",
    },
    "shot": {
        "name": "", "size": "", "angle": "", "side": "", "lens": "", "move": "", "subjects": "list", "description": "",
        "look": "", "length": "",
    },
    "subjects": "list of name, description, wears, hair, face, build, age",
    "props": "list of name, kind, description",
    "action": "",
}  # fmt: skip
"""The names a prompt may use, and their fields."""
_ITEM = {"subjects": frozenset({"name", "description", "wears", "hair", "face", "build", "age"}),
         "props": frozenset({"name", "kind", "description"})}  # fmt: skip
_LOOP = frozenset({"first", "last", "index"})


def check_prompt(value: Text, report: Report) -> str:
    """The source of a prompt that can be filled in; "" when it cannot, which is reported."""
    if len(value.text) > TEMPLATE_SOURCE.value:
        report(
            TEMPLATE_SOURCE.code, value.span, limit=TEMPLATE_SOURCE.value, unit=TEMPLATE_SOURCE.unit, help="shorten it"
        )
        return ""
    if "{" not in value.text:
        return value.text
    reason = _reason(value.text)
    if reason:
        help_text = "write `{{ shot.size }} of {{ subjects[0].name }}`; a prompt sees " + ", ".join(FIELDS)
        report(E.BAD_TEMPLATE, value.span, reason=reason[0], help=reason[1] or help_text)
        return ""
    return value.text


def render_prompt(source: str, film: Film, scene: Scene, shot: Shot, action: str = "") -> str:
    """A checked prompt over its shot; at most ``TEMPLATE_OUTPUT`` characters of it. Raises ``ValueError`` if unchecked."""
    if "{" not in source:
        return source
    if reason := _reason(source):
        raise ValueError(reason[0])
    from jinja2 import TemplateError

    pieces: list[str] = []
    room = TEMPLATE_OUTPUT.value
    try:
        for piece in _environment().from_string(source).generate(prompt_context(film, scene, shot, action)):
            pieces.append(piece[:room])
            room -= len(piece)
            if room <= 0:
                break
    except (TemplateError, TypeError, LookupError) as error:
        raise ValueError(str(error)) from None
    return " ".join("".join(pieces).split())


def prompt_context(film: Film, scene: Scene, shot: Shot, action: str = "") -> dict[str, Plain]:
    """What a prompt sees of its shot: plain text, numbers and lists, in the form ``FIELDS`` describes."""
    look = next((k for k in film.looks if k.name == (shot.look or scene.look or film.look)), None)
    place = next((p for p in film.locations if p.name == scene.location), None)
    people = {c.name: c for c in film.characters}
    groups = {g.name: g for g in film.groups}
    subjects: list[Plain] = []
    for name in shot.subjects:
        if who := people.get(name):
            subjects.append(
                {"name": name, "description": _said(who.description), "wears": _said(who.wears), "hair": _said(who.hair),
                 "face": _said(who.face), "build": _said(who.build), "age": who.age if who.age is not None else ""}
            )  # fmt: skip
        elif many := groups.get(name):
            more = {"description": _said(many.description), "wears": _said(many.wears)}
            subjects.append({"name": name, **more, "hair": "", "face": "", "build": "", "age": ""})
        else:
            subjects.append(
                {"name": name, "description": "", "wears": "", "hair": "", "face": "", "build": "", "age": ""}
            )
    props: list[Plain] = [
        {"name": p.name, "kind": p.kind, "description": _said(p.description)}
        for p in film.props
        if p.name in shot.subjects
    ]
    lens = shot.lens
    return {
        "film": {
            "title": film.title, "author": film.author, "look": film.look,
            "style": ", ".join(look.style) if look else "", "avoid": ", ".join(look.avoid) if look else "",
        },
        "scene": {
            "heading": scene.heading, "location": scene.location.title(), "time": scene.time_of_day, "mood": scene.mood,
            "interior": "interior" if scene.interior else "exterior", "number": scene.number, "chapter": scene.chapter,
            "description": _said(place.description) if place else "", "weather": _said(scene.weather),
            "light": ", ".join(_said(p.phrases) for p in scene.light),
        },
        "shot": {
            "name": shot.name, "size": shot.size.value if shot.size else "", "angle": shot.height.value,
            "side": shot.side.value if shot.side else "", "lens": f"{lens.focal_mm:g}mm" if lens.focal_mm else "",
            "move": ", ".join(m.kind.value for m in shot.moves), "subjects": list(shot.subjects),
            "description": _said(shot.description), "look": look.name if look else "",
            "length": float(shot.seconds) if shot.seconds is not None else "",
        },
        "subjects": subjects,
        "props": props,
        "action": action,
    }  # fmt: skip


def _said(phrases: tuple[Phrase, ...]) -> str:
    return ", ".join(p.text for p in phrases)


def _reason(source: str) -> tuple[str, str] | None:
    """(why, what to write) a template is refused; ``None`` for a good one."""
    if re.search(r"\{[{%].{0,4000}?\d{5}", source):
        return "it holds a number of more than four digits", ""
    from jinja2 import TemplateSyntaxError
    from jinja2 import nodes as j

    try:
        tree = _environment().parse(source)
    except (TemplateSyntaxError, RecursionError) as error:
        return (str(error) or "it is nested too deeply").lower().rstrip("."), ""
    steps = 0
    stack: list[tuple[j.Node, frozenset[str], bool]] = [(tree, frozenset(), False)]
    while stack:
        node, loops, inside = stack.pop()
        steps += 1
        if steps > TEMPLATE_STEPS.value:
            return f"it has more than {TEMPLATE_STEPS.value} steps", ""
        wrong = _node(node, loops, inside)
        if wrong:
            return wrong
        if isinstance(node, j.For) and isinstance(node.target, j.Name):
            loops = loops | {node.target.name, "loop"}
            inside = True
        stack += [(child, loops, inside) for child in node.iter_child_nodes()]
    return None


def _node(node: j.Node, loops: frozenset[str], inside: bool) -> tuple[str, str] | None:
    from jinja2 import nodes as j

    kind = type(node).__name__
    if kind not in _NODES:
        return f"{kind.lower()} is not understood in a prompt", "use names, filters, `if` and `for`"
    match node:
        case j.For():
            if inside:
                return "a loop inside a loop", "name what you need outside of the inner loop"
            if not isinstance(node.target, j.Name):
                return "a loop over pairs", "write `{% for who in subjects %}`"
        case j.Filter(name=name):
            if name not in FILTERS:
                return f"there is no filter `{name}`", did_you_mean(name, FILTERS) or "there are " + ", ".join(
                    sorted(FILTERS)
                )
        case j.Test(name=name):
            if name not in TESTS:
                return f"there is no test `{name}`", "there are " + ", ".join(sorted(TESTS))
        case j.Name(name=name, ctx="load"):
            if name not in FIELDS and name not in loops:
                return f"a prompt knows no `{name}`", did_you_mean(name, FIELDS) or "it knows " + ", ".join(FIELDS)
        case j.Getattr():
            return _field(node.node, node.attr, loops)
        case j.Getitem():
            if not isinstance(node.arg, j.Const):
                return "an index that is not a plain number", "write `subjects[0]`"
            if isinstance(node.arg.value, str):
                return _field(node.node, node.arg.value, loops)
    return None


def _field(owner: j.Node, attribute: str, loops: frozenset[str]) -> tuple[str, str] | None:
    from jinja2 import nodes as j

    if isinstance(owner, j.Name):
        name = owner.name
        if name == "loop":
            known: frozenset[str] = _LOOP
        elif name in loops:
            known = _ITEM["subjects"] | _ITEM["props"]
        elif isinstance(fields := FIELDS.get(name), dict):
            known = frozenset(fields)
        else:
            return None if name not in FIELDS else (f"`{name}` has no `{attribute}`", f"write `{name}[0].{attribute}`")
        if attribute not in known:
            help_text = did_you_mean(attribute, known) or f"`{name}` has " + ", ".join(sorted(known))
            return f"`{name}` has no `{attribute}`", help_text
        return None
    if isinstance(owner, j.Getitem | j.Filter):
        known = _ITEM["subjects"] | _ITEM["props"]
        return (
            None
            if attribute in known
            else (f"there is no field `{attribute}`", "there are " + ", ".join(sorted(known)))
        )
    return f"`{attribute}` of something that has no fields", ""


@cache
def _environment() -> Environment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, cache_size=64)
    environment.globals.clear()
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    environment.tests = {name: environment.tests[name] for name in TESTS}
    return environment
