"""Definitions that build on others: looks that extend, pieces that are like, set-ups that apply; order, circles, strangers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from compiler.codes import E
from compiler.diagnostics import Report
from compiler.meaning import film as f
from compiler.names import hint
from compiler.syntax import nodes as n

_BUILT = {"look": "extends", "piece": "like"}
"""Kinds of definition that start from another of their kind, and the property that says which."""
_CALL = re.compile(r"([a-z][a-z0-9]*(?:-[a-z0-9]+)*)\s*(?:\(.*\))?", re.DOTALL)
_Key = tuple[str, str]


def in_order(definitions: Iterable[n.Directive], report: Report) -> list[n.Directive]:
    """Looks and pieces after those they build on, wherever they are written; everything else as it stands.

    A circle is reported once, where it closes; that one then builds on nothing.
    """
    definitions = list(definitions)
    known = {(d.keyword, first_word(d)): d for d in definitions if d.keyword in _BUILT}
    ordered: list[n.Directive] = []
    done: set[_Key] = set()
    for definition in definitions:
        key = (definition.keyword, first_word(definition))
        if key not in known or known[key] is not definition:
            ordered.append(definition)
            continue
        waiting: list[tuple[_Key, Iterator[str]]] = [] if key in done else [(key, iter(bases(definition)))]
        cut: set[_Key] = set()
        while waiting:
            current, rest = waiting[-1]
            open_ = [k for k, _ in waiting]
            for base in rest:
                next_ = (current[0], base)
                if next_ == current or next_ not in known or next_ in done:
                    continue  # one's own name is the library's definition of it
                if next_ in open_:
                    chain = [name for _, name in open_[open_.index(next_) :]]
                    _circle(known[current], (*chain, base), report)
                    cut.add(current)
                    continue
                waiting.append((next_, iter(bases(known[next_]))))
                break
            else:
                waiting.pop()
                done.add(current)
                ordered.append(_alone(known[current]) if current in cut else known[current])
    return ordered


def bases(directive: n.Directive) -> list[str]:
    """What a look or a piece says it builds on."""
    heads = [p.strip() for p in directive.head.text.split(",")[1:]] if directive.keyword == "look" else []
    said = [p.value.text.strip() for p in directive.properties if p.key == _BUILT.get(directive.keyword)]
    return [head.removeprefix("extends ").strip() for head in heads] + said


def first_word(directive: n.Directive) -> str:
    """The name a definition begins with."""
    return directive.head.text.partition(",")[0].strip()


def check_bases(
    setups: Mapping[str, f.Setup], pieces: Mapping[str, f.PieceKind], own: Iterable[_Key], report: Report
) -> None:
    """Reports set-ups of the film's own that apply unknown ones or each other in a circle, and pieces like nothing known."""
    for keyword, name in own:
        if keyword == "setup" and name in setups:
            for phrase in setups[name].phrases:
                _check_call(name, phrase, setups, report)
        elif keyword == "piece" and name in pieces:
            for prop in pieces[name].properties:
                if prop.key == "like" and (text := ", ".join(p.text for p in prop.phrases)).lower() not in pieces:
                    help_text = hint(report, text.lower(), pieces) or "name a piece of the library, or one of the film"
                    report(E.UNKNOWN_KIND, prop.phrases[0].span, kind=text, help=help_text)


def applied(phrase: str) -> str:
    """The set-up a phrase of a set-up applies, ``over-shoulder({a}, {b})``; "" when it is no such phrase."""
    match = _CALL.fullmatch(phrase.strip())
    return match[1] if match and "(" in phrase else ""


def _check_call(name: str, phrase: f.Phrase, setups: Mapping[str, f.Setup], report: Report) -> None:
    called = applied(phrase.text)
    if not called:
        return
    if called not in setups:
        help_text = hint(report, called, setups) or f"declare it with `setup {called}`"
        report(E.UNKNOWN_DEFINITION, phrase.span, kind="setup", name=called, help=help_text)
        return
    chain, seen, waiting = [name], {name}, [called]
    while waiting:
        now = waiting.pop()
        chain.append(now)
        if now == name:
            help_text = "take one of them out of the circle"
            report(E.EXTENDS_CYCLE, phrase.span, name=name, chain=" → ".join(chain), help=help_text)
            return
        if now not in seen and now in setups:
            seen.add(now)
            waiting += [inner for p in setups[now].phrases if (inner := applied(p.text))]


def _circle(directive: n.Directive, chain: tuple[str, ...], report: Report) -> None:
    names = " → ".join(chain)
    help_text = "let one of them stand alone"
    report(E.EXTENDS_CYCLE, directive.head.span, name=first_word(directive), chain=names, help=help_text)


def _alone(directive: n.Directive) -> n.Directive:
    """A look or a piece without what it builds on."""
    head = directive.head
    kept = tuple(p for p in directive.properties if p.key != _BUILT[directive.keyword])
    name = first_word(directive)
    if directive.keyword == "piece":
        return directive
    return replace(directive, head=n.Text(name, replace(head.span, end=head.span.start + len(name))), properties=kept)
