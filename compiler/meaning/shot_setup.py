"""A set-up applied in a shot: ``over-shoulder(MARA, ELIAS)`` gives the shot the set-up's phrases, names filled in."""

from __future__ import annotations

import re
from functools import lru_cache

from compiler.codes import E
from compiler.diagnostics import Span
from compiler.meaning import film as f
from compiler.meaning.shot_slots import Draft, span_of
from compiler.names import did_you_mean
from compiler.syntax.nodes import Text
from compiler.syntax.phrases import PhraseNode, Word, parse_head, split_phrases

MOST_NESTED = 8
"""Set-ups inside set-ups."""
_NAMED = re.compile(r"([a-z][a-z0-9-]*)\s*=\s*(.+)")
_SLOT = re.compile(r"\{\s*([^{}]*?)\s*\}")


def call_of(phrase: PhraseNode, draft: Draft) -> tuple[f.Setup, tuple[Text, ...]] | None:
    """The set-up and arguments a phrase applies; ``None`` when it is no application. Unknown set-ups are reported."""
    words = phrase.words
    if len(words) == 1:
        known = draft.scope.setups.get(words[0].text)
        return (known, ()) if known is not None else None
    if words[-1].kind != "ARGUMENTS":
        return None
    name = Text(" ".join(w.text for w in words[:-1]), span_of(words[:-1]))
    if not draft.scope.need("setup", name, draft.scope.setups, draft.report):
        return f.Setup(""), ()
    inner = words[-1]
    start = inner.span.start + 1
    arguments = split_phrases(Text(inner.text[1:-1], Span(start, inner.span.end - 1, inner.span.file)))
    return draft.scope.setups[name.text], arguments


def filled_phrases(setup: f.Setup, arguments: tuple[Text, ...], phrase: PhraseNode, draft: Draft) -> list[PhraseNode]:
    """The set-up's phrases with the arguments in place, each at the set-up's own span; [] when they do not fit."""
    given = _bound(setup, arguments, phrase, draft)
    if given is None:
        return []
    # What is wrong is shown where the set-up is applied; where a slot's value comes from is the set-up's own phrase.
    places = {word: argument.span for argument in arguments for word in argument.text.split()}
    made: list[PhraseNode] = []
    for item in setup.phrases:
        text = _SLOT.sub(lambda m: given.get(m[1], m[0]), item.text)
        for parsed in _parsed(text, draft.scope.unplain):
            words = tuple(Word(w.kind, w.text, places.get(w.text, phrase.span)) for w in parsed.words)
            made.append(PhraseNode(words, item.span))
    return made


def _bound(setup: f.Setup, arguments: tuple[Text, ...], phrase: PhraseNode, draft: Draft) -> dict[str, str] | None:
    """Parameter → argument text, by place or by ``name=argument``."""
    pairs = [(match, a) for a in arguments if (match := _NAMED.fullmatch(a.text))]
    named = {match[1]: match[2] for match, _ in pairs}
    plain = [a.text for a in arguments if not _NAMED.fullmatch(a.text)]
    wanted = len(setup.parameters)
    for match, argument in pairs:
        if match[1] not in setup.parameters:
            listed = "its parameters are " + ", ".join(setup.parameters) if wanted else "it has no parameters"
            draft.report(
                E.WRONG_ARGUMENTS, argument.span, name=setup.name, expected=_counted(setup), given=f"`{match[1]}`",
                help=did_you_mean(match[1], setup.parameters) or listed,
            )  # fmt: skip
            return None
    left = [p for p in setup.parameters if p not in named]
    if len(plain) != len(left):
        shape = f"{setup.name}({', '.join(setup.parameters)})" if wanted else setup.name
        notes = ((setup.span, "declared here"),) if setup.span.file else ()
        draft.report(
            E.WRONG_ARGUMENTS, phrase.span, name=setup.name, expected=_counted(setup),
            given=f"{len(arguments) or 'none'}", notes=notes, help=f"write `{shape}`",
        )  # fmt: skip
        return None
    return dict(zip(left, plain, strict=True)) | named


def _counted(setup: f.Setup) -> str:
    count = len(setup.parameters)
    return "no arguments" if not count else "one argument" if count == 1 else f"{count} arguments"


@lru_cache(maxsize=4096)
def _parsed(text: str, names: re.Pattern[str] | None) -> tuple[PhraseNode, ...]:
    return parse_head(Text(text, Span(0, len(text))), names).phrases
