"""A ``shot`` directive to a typed ``Shot``: every phrase fills one slot, and none is guessed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from compiler.codes import E
from compiler.diagnostics import Report, Span
from compiler.meaning import film as f
from compiler.meaning import vocabulary as v
from compiler.meaning.units import measure, seconds
from compiler.names import hint
from compiler.syntax.nodes import Directive
from compiler.syntax.phrases import PhraseNode, Word, parse_head, split_phrases

if TYPE_CHECKING:
    from compiler.meaning.scope import Scope

LONGEST_SHOT = 600
FOCAL_MM = (4.0, 1200.0)
STOPS = (0.7, 64.0)
PROPERTIES = ("seed", "look", "note")
_TRAILING_THE = re.compile(r"^(?:the|a|an|his|her|their) ", re.IGNORECASE)


@dataclass(slots=True)
class _Slots:
    shot: f.Shot
    filled: dict[str, Span] = field(default_factory=dict)


def resolve_shot(directive: Directive, scope: Scope, report: Report) -> f.Shot:
    """The typed shot; whatever is wrong with a phrase is reported and the phrase left out."""
    head = parse_head(directive.head)
    slots = _Slots(f.Shot(span=directive.span))
    if head.label:
        name = head.label.text.removesuffix(":")
        if name in v.all_shot_phrases():
            report(E.BAD_SHOT_NAME, head.label.span, name=name, help="give it a word that is not a size, angle or move")
        slots.shot = replace(slots.shot, name=name)
    subjects_open = False
    for phrase in head.phrases:
        if subjects_open and _more_subjects(phrase, slots, scope, report):
            continue
        before = slots.shot.subjects
        _phrase(phrase, slots, scope, report)
        subjects_open = slots.shot.subjects != before
    _block(directive, slots, scope, report)
    return slots.shot


def _phrase(phrase: PhraseNode, slots: _Slots, scope: Scope, report: Report) -> None:
    text = phrase.text.lower()
    for rule in _RULES:
        if rule(phrase, text, slots, scope, report):
            return
    if _measures(phrase, slots, scope, report):
        return
    rest = _size_prefix(phrase)
    if rest:
        size, tail = rest
        _fill(slots, "size", v.SIZES[size], phrase, report)
        if tail:
            _subject(tail, phrase, slots, scope, report)
        return
    if (" and " in text or " then " in text) and _moves(phrase, text, slots, report):
        return
    close = hint(report, text, v.all_shot_phrases())
    report(
        E.UNKNOWN_PHRASE,
        phrase.span,
        text=phrase.text,
        keyword="shot",
        help=close or "see docs/spec/shots.md for the vocabulary",
    )


def _fill(slots: _Slots, slot: str, value: object, phrase: PhraseNode, report: Report) -> None:
    if slot in slots.filled:
        report(
            E.TWICE,
            phrase.span,
            slot=f"the {slot.replace('_', ' ')}",
            text=phrase.text,
            notes=((slots.filled[slot], "first here"),),
        )
        return
    slots.filled[slot] = phrase.span
    slots.shot = replace(slots.shot, **{slot: value})  # type: ignore[arg-type]


# --- one rule per slot ------------------------------------------------------------------------


def _word_slots(phrase: PhraseNode, text: str, slots: _Slots, scope: Scope, report: Report) -> bool:
    if text in v.SIZES:
        _fill(slots, "size", v.SIZES[text], phrase, report)
    elif text in v.HEIGHTS:
        _fill(slots, "height", v.HEIGHTS[text], phrase, report)
    elif text in v.SIDES:
        _fill(slots, "side", v.SIDES[text], phrase, report)
    elif text == "establishing":
        _fill(slots, "establishing", True, phrase, report)
    elif text == "anamorphic":
        slots.shot = replace(slots.shot, lens=replace(slots.shot.lens, anamorphic=True))
    elif text in ("auto", "staged"):
        pass
    else:
        return False
    return True


def _framing(phrase: PhraseNode, text: str, slots: _Slots, scope: Scope, report: Report) -> bool:
    if text.startswith(("two-shot", "two shot")):
        _fill(slots, "relation", f.Relation.TWO_SHOT, phrase, report)
        tail = phrase.words[1 if text.startswith("two-shot") else 2 :]
        if tail:
            _subject(tail, phrase, slots, scope, report)
        return True
    if text.startswith("pov"):
        _fill(slots, "relation", f.Relation.POV, phrase, report)
        _subject(phrase.words[1:], phrase, slots, scope, report)
        return True
    if text.startswith("over ") and "shoulder" in text:
        _fill(slots, "relation", f.Relation.OVER_SHOULDER, phrase, report)
        words = tuple(w for w in phrase.words[1:] if w.text.lower() != "shoulder")
        if "of" in [w.text for w in words]:
            cut = [w.text for w in words].index("of")
            _subject(words[cut:], phrase, slots, scope, report)
            words = words[:cut]
        _subject(words, phrase, slots, scope, report, front=True)
        return True
    if phrase.words[0].text in ("of", "on"):
        _subject(phrase.words, phrase, slots, scope, report)
        return True
    return False


def _move(phrase: PhraseNode, text: str, slots: _Slots, scope: Scope, report: Report) -> bool:
    if text.startswith("follow "):
        name = scope.resolve(" ".join(w.text for w in phrase.words[1:]))
        if not name:
            report(
                E.UNKNOWN_NAME, phrase.span, name=phrase.text[7:], help=hint(report, phrase.text[7:], scope.visible())
            )
            return True
        _fill(slots, "moves", (f.Move(f.MoveKind.FOLLOW, target=name),), phrase, report)
        return True
    return _moves(phrase, text, slots, report)


def _focus(phrase: PhraseNode, text: str, slots: _Slots, scope: Scope, report: Report) -> bool:
    rack = re.fullmatch(r"rack(?: focus)?(?: from (.+?))? to (.+)", phrase.text)
    plain = re.fullmatch(r"focus on (.+)", phrase.text)
    if not rack and not plain:
        return False
    names = [rack[1], rack[2]] if rack else [plain[1], None]  # type: ignore[index]
    found = [scope.resolve(name) if name else "" for name in names]
    for name, known in zip(names, found, strict=True):
        if name and not known:
            report(E.UNKNOWN_NAME, phrase.span, name=name, help=hint(report, name, scope.visible()))
    slots.shot = replace(slots.shot, lens=replace(slots.shot.lens, focus=found[0] or "", rack_to=found[1] or ""))
    return True


def _join(phrase: PhraseNode, text: str, slots: _Slots, scope: Scope, report: Report) -> bool:
    if text.startswith(("audio leads", "audio trails")):
        length = seconds(phrase.words[-1], scope.fps)
        if length is None or not 0 <= length <= 10:
            report(
                E.BAD_VALUE, phrase.span, text=phrase.text, expected="length of sound", help="write `audio leads 1s`"
            )
        else:
            _fill(slots, "audio_leads" if "leads" in text else "audio_trails", length, phrase, report)
        return True
    if text.startswith("as ") and len(phrase.words) == 2:
        _fill(slots, "repeats", phrase.words[1].text, phrase, report)
        return True
    if text.startswith("dutch"):
        value = measure(phrase.words[-1]) if len(phrase.words) > 1 else (10.0, "deg")
        if value is None or value[1] not in ("deg", "°") or abs(value[0]) > 45:
            report(E.BAD_VALUE, phrase.span, text=phrase.text, expected="angle up to 45deg", help="write `dutch 10deg`")
        else:
            _fill(slots, "dutch_deg", value[0], phrase, report)
        return True
    return False


_Rule = Callable[[PhraseNode, str, _Slots, "Scope", Report], bool]
_RULES: tuple[_Rule, ...] = (_word_slots, _framing, _focus, _join, _move)


# --- parts ------------------------------------------------------------------------------------


def _measures(phrase: PhraseNode, slots: _Slots, scope: Scope, report: Report) -> bool:
    """A phrase that is one measure: a focal length, a stop or a duration."""
    if len(phrase.words) != 1:
        return False
    word = phrase.words[0]
    if word.kind == "STOP":
        stop = float(word.text[2:])
        if not STOPS[0] <= stop <= STOPS[1]:
            reason = f"a stop lies between f/{STOPS[0]:g} and f/{STOPS[1]:g}"
            report(E.BAD_LENS, phrase.span, text=word.text, reason=reason, help="write `f/2.8`")
        _lens(slots, "f_stop", stop, phrase, report)
        return True
    length = seconds(word, scope.fps)
    if length is not None:
        if not 0 < length <= LONGEST_SHOT:
            report(
                E.OUT_OF_RANGE,
                phrase.span,
                what="the length",
                text=word.text,
                reason="a shot lasts up to ten minutes",
                help="",
            )
        else:
            _fill(slots, "seconds", length, phrase, report)
        return True
    value = measure(word)
    if value is None:
        return False
    number, unit = value
    if unit == "mm":
        if not FOCAL_MM[0] <= number <= FOCAL_MM[1]:
            reason = f"a focal length lies between {FOCAL_MM[0]:g}mm and {FOCAL_MM[1]:g}mm"
            report(
                E.BAD_LENS,
                phrase.span,
                text=word.text,
                reason=reason,
                help="24mm is wide, 50mm ordinary, 85mm for faces",
            )
        _lens(slots, "focal_mm", number, phrase, report)
        return True
    if "m" in unit and unit not in ("m", "cm", "bpm"):
        report(
            E.BAD_LENS,
            phrase.span,
            text=word.text,
            reason=f"`{unit}` is no unit of length",
            help=f"write `{number:g}mm`",
        )
        return True
    report(
        E.BAD_VALUE,
        phrase.span,
        text=word.text,
        expected="focal length, stop or duration",
        help="write `35mm`, `f/2` or `6s`",
    )
    return True


def _lens(slots: _Slots, part: str, value: float, phrase: PhraseNode, report: Report) -> None:
    if part in slots.filled:
        report(E.TWICE, phrase.span, slot="the lens", text=phrase.text, notes=((slots.filled[part], "first here"),))
        return
    slots.filled[part] = phrase.span
    slots.shot = replace(slots.shot, lens=replace(slots.shot.lens, **{part: value}))  # type: ignore[arg-type]


def _size_prefix(phrase: PhraseNode) -> tuple[str, tuple[Word, ...]] | None:
    """The longest size a phrase begins with, and the words after it (``close-up of MARA``)."""
    for count in range(min(3, len(phrase.words)), 0, -1):
        text = " ".join(w.text for w in phrase.words[:count]).lower()
        if text in v.SIZES and (count == len(phrase.words) or phrase.words[count].text in ("of", "on", "over", "from")):
            return text, phrase.words[count:]
    return None


def _subject(
    words: tuple[Word, ...], phrase: PhraseNode, slots: _Slots, scope: Scope, report: Report, *, front: bool = False
) -> None:
    """Names after ``of``/``on``: upper-case names of people, or words for what stands in the set."""
    if words and words[0].text in ("of", "on"):
        words = words[1:]
    if words and words[0].text == "over":
        inner = PhraseNode(words, words[0].span.join(words[-1].span))
        _framing(inner, inner.text.lower(), slots, scope, report)
        return
    text = " ".join(w.text for w in words).removesuffix("'s").replace("'s ", " ")
    found: list[str] = []
    for name in re.split(r"\s+and\s+", text):
        bare = _TRAILING_THE.sub("", name.strip())
        known = scope.resolve(bare)
        if known:
            found.append(known)
        else:
            span = words[0].span.join(words[-1].span) if words else phrase.span
            report(
                E.UNKNOWN_NAME,
                span,
                name=bare,
                help=hint(report, bare, scope.visible())
                or "declare it with `character` or place it in the location's `set:`",
            )
    current = slots.shot.subjects
    slots.shot = replace(slots.shot, subjects=(*found, *current) if front else (*current, *found))


def _more_subjects(phrase: PhraseNode, slots: _Slots, scope: Scope, report: Report) -> bool:
    """``of MARA, ELIAS and a DOG``: a name list goes on over commas. No other phrase begins with a name."""
    first = next((w for w in phrase.words if w.text not in ("and", "a", "an", "the")), None)
    if first is None or first.kind != "NAME":
        return False
    words = phrase.words[1:] if phrase.words[0].text == "and" else phrase.words
    _subject(words, phrase, slots, scope, report)
    return True


def _moves(phrase: PhraseNode, text: str, slots: _Slots, report: Report) -> bool:
    """``A``, ``A and B`` or ``A then B``; false when the phrase is no move at all."""
    then = " then " in text
    moves = []
    for part in text.split(" then " if then else " and "):
        move = _one_move(part.strip())
        if move is None:
            return False
        moves.append(move)
    _fill(slots, "moves", tuple(moves), phrase, report)
    slots.shot = replace(slots.shot, moves_then=then)
    return True


def _one_move(text: str) -> f.Move | None:
    words = text.split()
    speed = f.Speed.NORMAL
    amount: float | None = None
    unit = ""
    rest = []
    for word in words:
        number = re.fullmatch(r"(\d+(?:\.\d+)?)(m|cm|deg|°)", word)
        if word in v.SPEEDS:
            speed = v.SPEEDS[word]
        elif number:
            amount = float(number[1]) / (100 if number[2] == "cm" else 1)
            unit = "deg" if number[2] in ("deg", "°") else "m"
        else:
            rest.append(word)
    known = v.MOVES.get(" ".join(rest))
    return f.Move(known[0], known[1], amount, unit, speed) if known else None


def _block(directive: Directive, slots: _Slots, scope: Scope, report: Report) -> None:
    overrides = []
    for prop in directive.properties:
        if scope.resolve(prop.key) and prop.key.isupper():
            phrases = tuple(f.Phrase(t.text, t.span) for t in split_phrases(prop.value))
            overrides.append(f.Property(prop.key, phrases, prop.when, prop.span))
        elif prop.key == "seed" and prop.value.text.isdecimal() and len(prop.value.text) <= 9:
            slots.shot = replace(slots.shot, seed=int(prop.value.text))
        elif prop.key == "look":
            scope.need_look(prop.value, report)
            slots.shot = replace(slots.shot, look=prop.value.text)
        elif prop.key == "note":
            continue
        elif prop.key == "seed":
            report(
                E.BAD_VALUE,
                prop.value.span,
                text=prop.value.text,
                expected="seed",
                help="a whole number of up to nine digits",
            )
        else:
            report(
                E.UNKNOWN_PROPERTY, prop.key_span, keyword="shot", key=prop.key, help=hint(report, prop.key, PROPERTIES)
            )
    description = tuple(f.Phrase(t.text, t.span) for t in directive.description)
    slots.shot = replace(slots.shot, overrides=tuple(overrides), description=description)
