"""``verb`` and ``delivery``: definitions that teach the lexicon a sentence pattern or a manner of speaking.

A verb names one act of the engine (``act``) or other sentences of the lexicon (``does``); its patterns are checked
here, and what its ``does`` says is checked over the whole lexicon by ``check_verbs``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from compiler.codes import E
from compiler.diagnostics import Report, Span
from compiler.meaning.acting import ACTS, EFFECTS, FEELINGS
from compiler.meaning.entities import Delivery, Verb
from compiler.meaning.patterns import Fault, Pattern, read_pattern
from compiler.names import hint
from compiler.syntax.nodes import Directive, Property, Text

VERB_KEYS = ("pattern", "forms", "act", "does", "seconds", "tempo", "style", "value", "thing", "example")
DELIVERY_KEYS = ("words", "rate", "pause", "loudness", "breath", "pitch", "effect", "face", "example")
_NUMBER = re.compile(r"([+-]?\d{1,4}(?:\.\d{1,4})?)\s*(\S*)")
_STEP = re.compile(r"(?:\s*[,;]\s*)?\b(?:and\s+)?then\s+|\s*;\s*", re.IGNORECASE)


def verb(directive: Directive, report: Report) -> Verb | None:
    """A ``verb`` block as a definition; ``None`` when it cannot be used. Reports every fault of the block."""
    name = _name(directive, "verb", "verb lounges", report)
    once = _singles(directive, "verb", VERB_KEYS, ("pattern", "forms", "does"), report)
    forms = tuple(p.value.text for p in directive.properties if p.key == "forms" and p.value.text.strip())
    patterns = [p.value for p in directive.properties if p.key == "pattern"]
    sound = [text for text in patterns if _pattern(text, forms, report) is not None]
    does = tuple(" ".join(p.value.text.split()) for p in directive.properties if p.key == "does")
    act = once["act"].text.lower() if "act" in once else ""
    if not patterns:
        report(
            E.VERB_INCOMPLETE, directive.head.span, name=name or "…", what="which sentences mean it",
            help="add `pattern: <lounge> on {target}`",
        )  # fmt: skip
    if bool(act) == bool(does):
        what = "what is done" if not act else "one thing: it has both `act` and `does`"
        report(
            E.VERB_INCOMPLETE, directive.head.span, name=name or "…", what=what,
            help="add `act: sit`, or `does: walks to {target}, then sits`",
        )  # fmt: skip
    info = ACTS.get(act)
    if act and info is None:
        report(
            E.UNKNOWN_ACT, once["act"].span, name=act,
            help=hint(report, act, ACTS) or "the acts are " + ", ".join(ACTS),
        )  # fmt: skip
    for text in (p.value for p in directive.properties if p.key == "does"):
        _marks_of(text, [read for t in sound if isinstance(read := _read(t.text, forms), Pattern)], report)
    style = once["style"].text.lower() if "style" in once else ""
    if info is not None and style not in ("", *info.styles) and info.styles:
        report(
            E.UNKNOWN_STYLE, once["style"].span, name=style, what=f"way to {act}",
            help=hint(report, style, info.styles) or "known are " + ", ".join(s for s in info.styles if s),
        )  # fmt: skip
    made = Verb(
        name,
        tuple(text.text for text in sound),
        forms,
        act,
        does,
        _quantity(once.get("seconds"), "duration", ("", "s"), 0.0, 120.0, info.seconds if info else 0.0, report),
        style,
        _quantity(once.get("value"), "value", ("", "%", "s"), 0.0, 100.0, 1.0, report),
        _yes(once.get("thing"), report),
        tempo=_quantity(once.get("tempo"), "tempo", ("", "%"), 0.1, 5.0, 1.0, report),
        example=once["example"].text if "example" in once else "",
        note=" ".join(text.text for text in directive.description),
        span=directive.span,
    )
    return made if name and sound and bool(act) != bool(does) and (info is not None or does) else None


def delivery(directive: Directive, report: Report) -> Delivery | None:
    """A ``delivery`` block as a definition; ``None`` when it cannot be used."""
    name = _name(directive, "delivery", "delivery hoarse", report)
    once = _singles(directive, "delivery", DELIVERY_KEYS, ("words",), report)
    words = tuple(
        word
        for p in directive.properties
        if p.key == "words"
        for part in p.value.text.split(",")
        if (word := " ".join(part.lower().split()).strip('"'))
    )
    if not words:
        report(
            E.VERB_INCOMPLETE, directive.head.span, name=name or "…", what="which parentheticals mean it",
            help="add `words: hoarse, hoarsely`",
        )  # fmt: skip
    face, strength = "", 0.5
    if "face" in once:
        face, strength = _face(once["face"], report)
    effect = once["effect"].text.lower() if "effect" in once else ""
    if effect and effect not in EFFECTS:
        report(
            E.UNKNOWN_STYLE, once["effect"].span, name=effect, what="effect of a voice",
            help=hint(report, effect, EFFECTS) or "known are " + ", ".join(EFFECTS),
        )  # fmt: skip
        effect = ""
    loud = once.get("loudness")
    made = Delivery(
        name,
        words,
        _quantity(once.get("rate"), "rate", ("", "%"), 0.4, 2.0, 1.0, report),
        _quantity(once.get("pause"), "pause", ("", "%"), 0.1, 4.0, 1.0, report),
        None if loud is None else _quantity(loud, "loudness", ("db", "lufs"), -40.0, -10.0, -20.0, report),
        _quantity(once.get("breath"), "breath", ("", "%"), 0.0, 1.0, 0.0, report),
        _quantity(once.get("pitch"), "pitch", ("", "st", "semitones", "semitone"), -6.0, 6.0, 0.0, report),
        effect,
        face,
        strength=strength,
        example=once["example"].text if "example" in once else "",
        note=" ".join(text.text for text in directive.description),
        span=directive.span,
    )
    return made if name and words else None


def check_verbs(verbs: Sequence[Verb], report: Report) -> tuple[Verb, ...]:
    """The lexicon without definitions whose ``does`` cannot be done: unknown sentences, and circles. Reports both.

    Later definitions replace earlier ones of the same name; library definitions are taken as sound.
    """
    named = {verb.name: verb for verb in verbs}
    if not any(verb.does for verb in named.values()):
        return tuple(named.values())
    heads = head_index(named.values())
    calls: dict[str, list[tuple[Verb, str]]] = {}
    bad: set[str] = set()
    for made in named.values():
        for sentence in made.does:
            for step in does_steps(sentence):
                called = _called(step, heads)
                if called is None:
                    bad.add(made.name)
                    report(
                        E.UNKNOWN_DOING, _inside(made.span), text=step, name=made.name,
                        help=hint(report, step.split()[0], heads) or "write a sentence that the lexicon knows, without its subject",
                    )  # fmt: skip
                else:
                    calls.setdefault(made.name, []).append((called, step))
    for circle in _circles(calls):
        made = named[circle[0]]
        bad.update(circle)
        report(
            E.VERB_CYCLE, _inside(made.span), name=made.name, chain=" → ".join([*circle, circle[0]]),
            help="let one of them name an `act`",
        )  # fmt: skip
    return tuple(verb for verb in named.values() if verb.name not in bad)


def does_steps(sentence: str) -> list[str]:
    """``walks to {target}, then sits`` → its steps, in order."""
    return [step.strip(" .,") for step in _STEP.split(sentence) if step.strip(" .,")]


def form_table(forms: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """``("sit sits sat, lie lay",)`` → forms by base."""
    table: dict[str, tuple[str, ...]] = {}
    for line in forms:
        for part in line.split(","):
            words = part.lower().split()
            if words:
                table[words[0]] = (*table.get(words[0], ()), *words)
    return table


def read_patterns(made: Verb) -> tuple[Pattern, ...]:
    """The patterns of a definition that was found sound."""
    return tuple(read for text in made.patterns if isinstance(read := _read(text, made.forms), Pattern))


@lru_cache(maxsize=4096)
def _read(text: str, forms: tuple[str, ...]) -> Pattern | Fault:
    """A pattern of a definition with these ``forms``: read once, both to be checked and to be matched."""
    return read_pattern(text, form_table(forms))


def head_index(verbs: Iterable[Verb]) -> dict[str, list[tuple[Verb, Pattern]]]:
    """Patterns by the words they may begin with, so that a predicate meets only those that can match."""
    index: dict[str, list[tuple[Verb, Pattern]]] = {}
    for made in verbs:
        for pattern in read_patterns(made):
            for head in pattern.heads:
                index.setdefault(head, []).append((made, pattern))
    return index


def _called(step: str, heads: Mapping[str, list[tuple[Verb, Pattern]]]) -> Verb | None:
    """The definition a step of ``does`` means: the most specific match."""
    words = re.findall(r"[\w'’-]+", step.lower())
    best: tuple[int, Verb] | None = None
    for word in words[:2]:
        for made, pattern in heads.get(word, ()):
            match = pattern.compiled().match(step)
            if match is not None:
                weight = match.end() - sum(len(match[r] or "") for r in pattern.roles)
                if best is None or weight >= best[0]:
                    best = (weight, made)
        if best is not None:
            break
    return None if best is None else best[1]


def _circles(calls: Mapping[str, list[tuple[Verb, str]]]) -> list[list[str]]:
    """Circles among ``does`` by depth-first search, each once."""
    state: dict[str, int] = {}
    found: list[list[str]] = []
    for root in calls:
        if state.get(root):
            continue
        path: list[tuple[str, int]] = [(root, 0)]
        state[root] = 1
        while path:
            name, at = path.pop()
            steps = calls.get(name, [])
            if at >= len(steps):
                state[name] = 2
                continue
            path.append((name, at + 1))
            called = steps[at][0].name
            if state.get(called) == 1:
                names = [n for n, _ in path]
                found.append(names[names.index(called) :])
            elif not state.get(called):
                state[called] = 1
                path.append((called, 0))
    return found


# --- reading a block --------------------------------------------------------------------------


def _name(directive: Directive, keyword: str, sample: str, report: Report) -> str:
    name = " ".join(directive.head.text.lower().split()).rstrip(":").strip()
    if not name or not re.fullmatch(r"[^\W_][\w' -]{0,60}", name):
        report(
            E.MISSING_NAME, directive.head.span if name else directive.span, keyword=keyword,
            help=f"write `{sample}`, and what it means in the lines below it",
        )  # fmt: skip
        return ""
    return name


def _singles(
    directive: Directive, keyword: str, known: tuple[str, ...], many: tuple[str, ...], report: Report
) -> dict[str, Text]:
    """Properties by key; those that may stand once are reported when they stand twice, unknown ones always."""
    found: dict[str, Text] = {}
    for prop in directive.properties:
        if prop.key not in known:
            _unknown(prop, keyword, known, report)
        elif prop.key in many:
            continue
        elif prop.key in found:
            report(E.TWICE, prop.span, slot=f"`{prop.key}`", text=prop.value.text, help="keep one of them")
        else:
            text = " ".join(prop.value.text.split())
            found[prop.key] = replace(prop.value, text=text)
            if not text:
                report(E.BAD_VALUE, prop.span, text=prop.key + ":", expected=f"value of `{prop.key}`", help="say which")
    return {key: text for key, text in found.items() if text.text}


def _unknown(prop: Property, keyword: str, known: tuple[str, ...], report: Report) -> None:
    help_text = hint(report, prop.key, known) or "known are " + ", ".join(known)
    report(E.UNKNOWN_PROPERTY, prop.key_span, keyword=keyword, key=prop.key, help=help_text)


def _pattern(text: Text, forms: tuple[str, ...], report: Report) -> Pattern | None:
    read = _read(text.text, forms)
    if isinstance(read, Fault):
        span = Span(text.span.start + read.start, text.span.start + max(read.end, read.start + 1), text.span.file)
        report(
            E.BAD_PATTERN, span, text=text.text, reason=read.reason,
            help="a pattern reads `<sit> down? (on|in) {target}`",
        )  # fmt: skip
        return None
    return read


def _marks_of(text: Text, patterns: list[Pattern], report: Report) -> None:
    """A mark used in ``does`` must stand in every pattern, or nothing would fill it."""
    for mark in re.finditer(r"\{([^{}]*)\}", text.text):
        if patterns and not any(mark[1] in p.roles for p in patterns):
            begin = text.span.start + mark.start()
            report(
                E.BAD_PATTERN, Span(begin, begin + len(mark[0]), text.span.file), text=text.text,
                reason=f"`{mark[0]}` stands in no pattern of this verb",
                help="marks of `does` are filled by what a pattern found: {target} or {object}",
            )  # fmt: skip


def _quantity(
    text: Text | None, what: str, units: tuple[str, ...], least: float, most: float, usual: float, report: Report
) -> float:
    if text is None:
        return usual
    match = _NUMBER.fullmatch(text.text.strip())
    unit = match[2].lower() if match else ""
    if not match or unit not in units:
        shown = " or ".join(f"`{_sample(u)}`" for u in units[:2])
        report(E.BAD_VALUE, text.span, text=text.text, expected=what, help=f"write it as {shown}")
        return usual
    value = float(match[1]) / (100.0 if unit == "%" else 1.0)
    if not least <= value <= most:
        report(
            E.OUT_OF_RANGE, text.span, what=f"the {what}", text=text.text, reason=f"{least:g} to {most:g}",
            help=f"{usual:g} is ordinary",
        )  # fmt: skip
        return usual
    return value


def _sample(unit: str) -> str:
    return {"": "1.2", "%": "90%", "s": "1.2s", "db": "-24 dB", "lufs": "-24 LUFS", "st": "-1 st"}.get(
        unit, f"1 {unit}"
    )


def _yes(text: Text | None, report: Report) -> bool:
    if text is None:
        return False
    if text.text.lower() not in ("yes", "no"):
        report(E.BAD_VALUE, text.span, text=text.text, expected="yes or no", help="write `thing: yes`")
    return text.text.lower() == "yes"


def _face(text: Text, report: Report) -> tuple[str, float]:
    match = re.fullmatch(r"([a-z ]+?)(?:\s+(\d{1,3})%)?", text.text.lower())
    name = match[1] if match else text.text
    if name not in FEELINGS or not match or int(match[2] or 0) > 100:
        report(
            E.UNKNOWN_STYLE, text.span, name=text.text, what="face",
            help=hint(report, name, FEELINGS) or "faces are " + ", ".join(FEELINGS) + ", with a strength: `grief 60%`",
        )  # fmt: skip
        return "", 0.5
    return name, int(match[2]) / 100 if match[2] else 0.5


def _inside(span: Span) -> Span:
    return Span(span.start, span.start + len("verb"), span.file) if span.end > span.start else span
