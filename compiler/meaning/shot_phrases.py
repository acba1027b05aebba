"""Phrases of a shot that fill one slot each: lens and focus, length and speed, joins, and where the picture comes from."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from compiler.codes import E
from compiler.diagnostics import Edit, Fix, Span
from compiler.limits import SHOT_SECONDS
from compiler.meaning import film as f
from compiler.meaning import vocabulary as v
from compiler.meaning.scope import FileUse, suggest
from compiler.meaning.shot_slots import Draft, span_of
from compiler.meaning.units import angle, duration, found, measure, percentage, seconds
from compiler.syntax.nodes import Text
from compiler.syntax.phrases import PhraseNode, Word

FOCAL_MM = (4.0, 1200.0)
_USUAL_MM = (8.0, 600.0)
"""Focal lengths that a number with the wrong unit surely means."""
STOPS = (0.7, 64.0)
_SPEEDS = (Fraction(1, 100), Fraction(50))
_LONGEST_JOIN = 10
_TIMES = re.compile(r"(.+?)\s*(?:\.\.|\bto\b|–)\s*(.+)")
_SLASHLESS = re.compile(r"f\s?(\d{1,2}(?:\.\d{1,2})?)")
SPLIT_EDIT = re.compile(r"([JL])[- ]cut\b\s*(?:of |by )?", re.IGNORECASE)
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


def one_value(phrase: PhraseNode, draft: Draft) -> bool:
    """A phrase that is one measure: a focal length, a stop or a duration; any other unit is an error that says so."""
    if len(phrase.words) != 1 and not (len(phrase.words) == 2 and phrase.words[1].text.lower() == "lens"):
        return False
    word = phrase.words[0]
    if word.kind == "STOP":
        stop = float(word.text[2:])
        if not STOPS[0] <= stop <= STOPS[1]:
            reason = f"a stop lies between f/{STOPS[0]:g} and f/{STOPS[1]:g}"
            draft.report(E.BAD_LENS, phrase.span, text=word.text, reason=reason, help="write `f/2.8`")
        else:
            draft.put(phrase, "f_stop", stop)
        return True
    if (length := seconds(word, draft.scope.fps)) is not None:
        if not 0 < length <= SHOT_SECONDS.value:
            reason = "a shot lasts up to ten minutes" if length > 0 else "a shot has at least a frame"
            draft.report(
                E.OUT_OF_RANGE, phrase.span, what="the length", text=word.text, reason=reason,
                help="write a length such as `6s`",
            )  # fmt: skip
        else:
            draft.put(phrase, "seconds", length)
        return True
    value = measure(word)
    if value is None:
        return _bare_value(phrase, word, draft)
    number, unit = value
    if unit.lower() == "mm":
        if not FOCAL_MM[0] <= number <= FOCAL_MM[1]:
            reason = f"a focal length lies between {FOCAL_MM[0]:g}mm and {FOCAL_MM[1]:g}mm"
            help_text = "24mm is wide, 50mm ordinary, 85mm for faces"
            draft.report(E.BAD_LENS, phrase.span, text=word.text, reason=reason, help=help_text)
        else:
            draft.put(phrase, "focal_mm", number)
        return True
    lens = f"{number:g}mm"
    fix = None
    if _USUAL_MM[0] <= number <= _USUAL_MM[1]:
        fix = Fix(f"write `{lens}`", (Edit(phrase.span, lens),), safe="focal_mm" not in draft.said)
    if set(unit.lower()) == {"m"} and len(unit) > 2:
        reason = f"`{unit}` is no unit of length"
        draft.report(E.BAD_LENS, phrase.span, text=word.text, reason=reason, help=f"write `{lens}`", fix=fix)
    elif fix is not None and unit.lower() in ("m", "cm"):
        help_text = f"`{word.text}` is a length; a lens is `{lens}`"
        draft.report(E.BAD_VALUE, phrase.span, text=word.text, expected=_EXPECTED, help=help_text, fix=fix)
    else:
        _no_value(phrase, word.text, draft)
    return True


def focus(phrase: PhraseNode, draft: Draft) -> bool:
    """``focus on X``, ``rack focus [from X] to Y``."""
    texts = [w.text.lower() for w in phrase.words]
    if texts[0] == "focus" and texts[1:2] == ["on"]:
        if name := _who(phrase.words[2:], phrase, draft):
            draft.put(phrase, "focus", name)
        return True
    if texts[0] == "focus" and len(texts) > 1 and texts[1] != "pull":
        at = phrase.words[0].span.end
        fix = Fix("put `on` between them", (Edit(Span(at, at, phrase.span.file), " on"),), safe=True)
        help_text = f"write `focus on {' '.join(w.text for w in phrase.words[1:])}`"
        draft.report(E.UNKNOWN_PHRASE, phrase.span, text=phrase.text, keyword="shot", help=help_text, fix=fix)
        return True
    if texts[0] not in ("rack", "racking", "pull") or (texts[0] == "pull" and texts[1:2] != ["focus"]):
        return False
    rest = phrase.words[2:] if texts[1:2] == ["focus"] else phrase.words[1:]
    words = [w.text.lower() for w in rest]
    if "to" not in words:
        help_text = "write `rack focus from MARA to lamp`"
        draft.report(E.UNKNOWN_PHRASE, phrase.span, text=phrase.text, keyword="shot", help=help_text)
        return True
    cut = words.index("to")
    start = rest[1:cut] if words[:1] == ["from"] else rest[:cut]
    if start and (name := _who(start, phrase, draft)):
        draft.fill("focus", name, span_of(start), phrase.text)
    if name := _who(rest[cut + 1 :], phrase, draft):
        draft.put(phrase, "rack_to", name)
    return True


def dutch(phrase: PhraseNode, draft: Draft) -> bool:
    """``dutch [left|right] [10deg]``; positive leans to the right."""
    rest = [w for w in phrase.words[1:] if w.text.lower() not in ("angle", "by", "left", "right")]
    value = angle(rest[0].text) if len(rest) == 1 else 10.0 if not rest else None
    if value is None or abs(value) > 45:
        text = rest[0].text if rest else phrase.text
        help_text = found(text, "write `dutch 10deg`, up to 45")
        draft.report(E.BAD_VALUE, phrase.span, text=phrase.text, expected="angle up to 45deg", help=help_text)
        return True
    left = any(w.text.lower() == "left" for w in phrase.words)
    draft.put(phrase, "dutch_deg", -value if left else value)
    return True


def playing(phrase: PhraseNode, draft: Draft) -> bool:
    """``speed 40%``, ``slow motion``, ``freeze [frame]``, ``reverse``."""
    text = phrase.text.lower()
    if text in ("freeze", "freeze frame", "frozen"):
        draft.put(phrase, "freeze", True)
    elif text in ("reverse", "in reverse", "reversed", "backwards"):
        draft.put(phrase, "reverse", True)
    elif text in ("slow motion", "in slow motion", "slow-motion", "slomo", "slo-mo"):
        draft.put(phrase, "speed", Fraction(2, 5))
    elif text in ("fast motion", "fast-motion"):
        draft.put(phrase, "speed", Fraction(2))
    elif text.startswith("speed "):
        tail = text[6:].strip()
        share = percentage(tail)
        if share is None and (times := re.fullmatch(r"(\d{1,3}(?:\.\d{1,4})?)\s?x", tail)):
            share = Fraction(times[1])
        if share is None or not _SPEEDS[0] <= share <= _SPEEDS[1]:
            help_text = found(tail, "write `speed 40%`, from 1% to 5000%")
            draft.report(E.BAD_VALUE, phrase.span, text=phrase.text, expected="speed", help=help_text)
        else:
            draft.put(phrase, "speed", share)
    else:
        return False
    return True


def joins(phrase: PhraseNode, draft: Draft) -> bool:
    """``audio leads 1s`` (``J-cut 1s``), ``audio trails 1s`` (``L-cut 1s``), ``as NAME``, ``match X``, ``continues``."""
    words = phrase.words
    texts = [w.text.lower() for w in words]
    spoken = texts[0] in ("audio", "sound") and texts[1:2] and texts[1] in ("leads", "trails", "lead", "trail")
    cut = SPLIT_EDIT.match(phrase.text)
    if spoken or cut:
        leads = cut[1].lower() == "j" if cut else texts[1].startswith("lead")
        slot = "audio_leads" if leads else "audio_trails"
        rest = phrase.text[cut.end() :] if cut else " ".join(w.text for w in words[2:] if w.text.lower() != "by")
        length = duration(rest, draft.scope.fps)
        if length is None or not 0 < length <= _LONGEST_JOIN:
            help_text = found(rest, f"write `audio {'leads' if leads else 'trails'} 1s`, up to ten seconds")
            draft.report(E.BAD_VALUE, phrase.span, text=phrase.text, expected="length of sound", help=help_text)
        else:
            draft.put(phrase, slot, length)
        return True
    if texts[0] == "as" and len(words) == 2:
        draft.put(phrase, "repeats", words[1].text)
        return True
    if texts[0] in ("match", "matching", "matches") and len(words) > 1:
        if name := _who(words[1:], phrase, draft):
            draft.put(phrase, "match", name)
        return True
    if phrase.text.lower() in ("continues", "continuing"):
        draft.put(phrase, "continues", True)
        return True
    return False


def source(phrase: PhraseNode, draft: Draft) -> bool:
    """``still "file"``, ``plate NAME [in..out]``, ``split A and B``, ``inset A in B``; ``sound on`` after a plate."""
    words = phrase.words
    first = words[0].text.lower()
    if first == "still" and len(words) > 1:
        if words[1].kind != "STRING" or len(words) > 2:
            _wrong(phrase, "picture file", 'write `still "stills/harbour.jpg"`', draft)
            return True
        path = words[1].text.strip('"')
        draft.scope.files.append(FileUse(path, "picture", words[1].span))
        draft.put(phrase, "source", f.Still(path))
        return True
    if first == "plate" and len(words) > 1:
        _plate(phrase, draft)
        return True
    if first in ("split", "inset", "split-screen") and len(words) > 1:
        _composite(phrase, "inset" if first == "inset" else "split", draft)
        return True
    if phrase.text.lower() in ("sound on", "with sound", "sound off"):
        draft.put(phrase, "plate_sound", phrase.text.lower() != "sound off")
        return True
    return False


Rule = Callable[[PhraseNode, Draft], bool]
BY_WORD: dict[str, Rule] = {
    **dict.fromkeys(("focus", "rack", "racking"), focus),
    **dict.fromkeys(("dutch", "canted"), dutch),
    **dict.fromkeys(("speed", "freeze", "frozen", "reverse", "in", "reversed", "backwards"), playing),
    **dict.fromkeys(("slow", "slow-motion", "slomo", "slo-mo", "fast", "fast-motion"), playing),
    **dict.fromkeys(("audio", "as", "match", "matching", "matches", "continues", "continuing", "j", "l"), joins),
    **dict.fromkeys(("still", "plate", "split", "split-screen", "inset", "with"), source),
}
"""Which rule reads a phrase, by its first word. ``sound`` and ``pull`` begin phrases of two rules."""


def _who(words: tuple[Word, ...], phrase: PhraseNode, draft: Draft) -> str:
    """A person or thing, or one of somebody's parts (``focus on MARA's hand``); "" when it was reported."""
    if not words:
        draft.report(E.UNKNOWN_NAME, phrase.span, name=phrase.text, help="name somebody or something")
        return ""
    text = " ".join(w.text for w in words)
    owner, mark, _ = text.replace("’", "'").partition("'s ")
    if mark and (name := draft.scope.named(owner)):
        return name
    return draft.scope.subject(text, span_of(words), draft.report)


def _plate(phrase: PhraseNode, draft: Draft) -> None:
    words = phrase.words[1:]
    at = next((i for i, w in enumerate(words) if w.kind not in ("NAME", "WORD")), len(words))
    name = Text(" ".join(w.text for w in words[:at]), span_of(words[:at]) if at else phrase.span)
    times = "".join(w.text for w in words[at:]) if at < len(words) else ""
    begin = end = None
    if times:
        pair = _TIMES.fullmatch(" ".join(w.text for w in words[at:]).replace(" . .", "..").replace(". .", ".."))
        begin, end = (duration(pair[1], draft.scope.fps), duration(pair[2], draft.scope.fps)) if pair else (None, None)
        if begin is None or end is None or end <= begin:
            _wrong(phrase, "stretch of a plate", "write `plate ANA 00:12:04:10..00:12:31:02`", draft)
            return
    if draft.scope.need("plate", name, draft.scope.plates, draft.report):
        draft.put(phrase, "source", f.PlateSource(name.text, begin, end))


def _composite(phrase: PhraseNode, kind: str, draft: Draft) -> None:
    names = [w for w in phrase.words[1:] if w.text.lower() not in ("and", "of", "in", "into", "screen", "with", ",")]
    if len(names) != 2 or any(not _NAME.fullmatch(w.text) for w in names):
        _wrong(phrase, "pair of shots", f"write `{kind} first-shot and second-shot`, by the shots' names", draft)
        return
    # `inset A in B` puts A into B: the first of the pair fills the frame.
    a, b = (names[1], names[0]) if kind == "inset" and "in" in [w.text.lower() for w in phrase.words] else names
    draft.put(phrase, "source", f.Composite(kind, (a.text, b.text)))


def _bare_value(phrase: PhraseNode, word: Word, draft: Draft) -> bool:
    if word.kind not in ("NUMBER", "RANGE", "COLOUR", "STRING"):
        return False
    if word.kind == "NUMBER" and "." not in word.text and len(word.text) <= 4:
        help_text = f"a number needs a unit: `{word.text}mm` or `{word.text}s`"
        draft.report(E.BAD_VALUE, phrase.span, text=word.text, expected=_EXPECTED, help=help_text)
    elif word.kind == "STRING":
        remedy = f"write `still {word.text}` for a picture; titles are `title {word.text}`"
        draft.report(E.BAD_VALUE, phrase.span, text=word.text, expected=_EXPECTED, help=remedy)
    else:
        _no_value(phrase, word.text, draft)
    return True


_EXPECTED = "focal length, stop or duration"


def _no_value(phrase: PhraseNode, text: str, draft: Draft) -> None:
    help_text = found(text, "write `35mm`, `f/2` or `6s`")
    draft.report(E.BAD_VALUE, phrase.span, text=text, expected=_EXPECTED, help=help_text)


def _wrong(phrase: PhraseNode, expected: str, help_text: str, draft: Draft) -> None:
    draft.report(E.BAD_VALUE, phrase.span, text=phrase.text, expected=expected, help=help_text)


_USAGE = {
    "as": "write `as first-shot`, by the shot's name", "match": "write `match MARA`",
    "still": 'write `still "stills/harbour.jpg"`', "plate": "write `plate ANA`, a declared plate",
    "split": "write `split first-shot and second-shot`, by the shots' names",
    "inset": "write `inset first-shot in second-shot`, by the shots' names",
    "follow": "write `follow MARA`", "mounted on": "write `mounted on TAXI`", "speed": "write `speed 40%`",
    "over": "write `over MARA's shoulder of ELIAS`",
}  # fmt: skip
"""How a phrase goes on of which only the beginning is there."""


def unknown(phrase: PhraseNode, known: tuple[str, ...], keyword: str, draft: Draft) -> None:
    """Report a phrase that means nothing, with the nearest ones and an edit to the first."""
    text = phrase.text.lower()
    help_text, fix = suggest(draft.report, text, phrase.span, known)
    if fix is not None and text.split()[-1] in ("and", "then"):
        fix = replace(fix, safe=False)
    usual = f"a {keyword} says size, subject, angle, lens, move, time, join, source or a set-up, between commas"
    if usage := _USAGE.get(text):
        help_text, fix = usage, None
    elif text.startswith("look "):
        help_text, fix = f"a look stands in the block below: `look: {text[5:]}`", None
    elif text in v.SPEEDS:
        help_text, fix = f"a speed belongs to a move: `push in {text}`", None
    elif stop := _SLASHLESS.fullmatch(text):
        written = f"f/{stop[1]}"
        fix, help_text = Fix(f"write `{written}`", (Edit(phrase.span, written),), safe=True), f"write `{written}`"
    if ":" in text and keyword == "shot":
        label = "-".join(re.findall(r"[a-z0-9]+", text.partition(":")[0]))
        help_text, fix = f"a shot's name is one word before the colon: `shot {label or 'arrival'}: …`", None
    elif (fix is None or not fix.safe) and (comma := _missing_comma(phrase, known)) is not None:
        fix, help_text = comma, "phrases are separated by commas"
    draft.report(E.UNKNOWN_PHRASE, phrase.span, text=phrase.text, keyword=keyword, help=help_text or usual, fix=fix)


def _missing_comma(phrase: PhraseNode, known: tuple[str, ...]) -> Fix | None:
    """The comma that would make two phrases of one that means nothing; ``None`` unless there is just one such place."""

    def means(words: tuple[Word, ...]) -> bool:
        if len(words) == 1 and words[0].kind in ("STOP", "MEASURE"):
            return True
        return " ".join(word.text for word in words).lower() in known

    words = phrase.words
    cuts = [cut for cut in range(1, min(len(words), 8)) if means(words[:cut]) and means(words[cut:])]
    if len(cuts) != 1:
        return None
    end = words[cuts[0] - 1].span.end
    values = [word for word in words if word.kind in ("STOP", "MEASURE")]
    return Fix("put a comma between them", (Edit(Span(end, end, phrase.span.file), ","),), safe=len(values) == 1)


def contradictions(draft: Draft) -> None:
    """Slots that cannot both be filled, each pair reported at the later one with the earlier shown."""
    for a, b in _AGAINST:
        if a not in draft.said or b not in draft.said:
            continue
        first, second = sorted((a, b), key=lambda slot: (draft.said[slot].start, slot))
        span: Span = draft.said[second]
        notes = ((draft.said[first], "this says otherwise"),)
        texts = draft.texts
        draft.report(
            E.CONTRADICTION, span, text=texts[second], other=texts[first], notes=notes, help="leave one of them out"
        )


_AGAINST = (
    ("freeze", "speed"), ("freeze", "reverse"), ("freeze", "moves"), ("continues", "repeats"), ("source", "setup"),
)  # fmt: skip
