"""The formatter: one way to lay out a source. It never changes meaning, and loses neither a word nor a comment."""

from __future__ import annotations

import itertools
from dataclasses import fields, is_dataclass

from compiler.codes import E
from compiler.diagnostics import Report, Severity, Span
from compiler.syntax import nodes as n
from compiler.syntax.parser import parse
from compiler.syntax.phrases import split_phrases
from compiler.syntax.printer import print_screenplay
from compiler.syntax.source import Source, make_source


def format_source(source: Source, report: Report, *, bare_directives: bool = True) -> str | None:
    """The source in canonical layout; ``None``, with the reasons reported, when its syntax is broken.

    The result is read again before it is given out: should it say anything else than the source, that is reported
    (E108) and there is no result.
    """
    own = Report()
    tree = parse(source, own, bare_directives=bare_directives)
    broken = [item for item in own.items if item.severity is Severity.ERROR]
    if broken:
        report.items.extend(broken)
        return None
    printed = print_screenplay(tree, bare_directives=bare_directives)
    again = parse(make_source(source.name, printed), Report(), bare_directives=bare_directives)
    for was, now in itertools.zip_longest(tree.elements, again.elements):
        if shape(was) != shape(now):
            at = was.span if was is not None else Span(len(source.text), len(source.text), source.name)
            report(E.WOULD_CHANGE, at, help="lay this part out by hand, and please report it")
            return None
    return printed


def shape(value: object) -> object:
    """What a node says, without where it stands and how it is spaced: equal for two that mean the same."""
    match value:
        case Span():
            return None
        case str():
            return " ".join(value.split())
        case n.Directive():
            head = tuple(phrase.text for phrase in split_phrases(value.head))
            items = sorted((item.key, item.when, _spaceless(item.value.text)) for item in value.properties)
            about = tuple(_spaceless(text.text) for text in value.description)
            return (value.keyword, head, tuple(items), about, value.note, value.inside)
        case tuple():
            return tuple(shape(item) for item in value)
        case _ if is_dataclass(value):
            kept = (f.name for f in fields(value) if f.compare and f.name != "written")
            return (type(value).__name__, *(shape(getattr(value, name)) for name in kept))
    return value


def _spaceless(text: str) -> str:
    return "".join(text.split())
