"""``title``, ``light``, ``inpaint``, ``cover`` and ``line``: direction that happens among a scene's action and speech."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from compiler.codes import E
from compiler.diagnostics import Edit, Fix, Report, Span
from compiler.meaning import film as f
from compiler.meaning.cues import CueDraft
from compiler.meaning.scope import FileUse, Scope, plain_block, suggest
from compiler.meaning.units import colour, duration, found, percentage
from compiler.syntax.nodes import Directive, Text
from compiler.syntax.phrases import split_phrases

STYLES = ("super", "lower third", "credit", "card", "crawl", "caption")
_STYLES = {
    **{s: s for s in STYLES},
    "lower-third": "lower third",
    "credits": "credit",
    "subtitle": "caption",
    "title card": "card",
}
_WORDS = {"centre": "", "center": "", "middle": "", "top": "top", "bottom": "bottom", "left": "left", "right": "right"}
PLACES = (
    *("top", "bottom", "centre", "left", "right", "top left", "top right", "bottom left", "bottom right"),
    *("top centre", "bottom centre"),
)  # fmt: skip
_STRINGS = re.compile(r'"([^"\r\n]*)"')
_NUMBERS = re.compile(r"(\d{1,3}(?:\.\d{1,4})?%?)(?:\s+|\s*,\s*)" * 3 + r"(\d{1,3}(?:\.\d{1,4})?%?)")
_PUT = re.compile(r"(.+?)(?::\s+|\s+(?:with|becomes|is replaced by|to)\s+)(.+)", re.DOTALL)
_OVER = re.compile(r"(.+?)\s+(?:over|in|within|during|for)\s+((?:\d|a |half|one|two|three|four|five|six).*)")
_SUFFIX_AT = re.compile(r"(.+?)\s+(at \d.*)")
_USUAL_DIM, _USUAL_BRIGHT = 0.35, 1.6
_SHARE = r"\d{1,3}(?:\.\d{1,3})?\s*%"
_CHANGES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"(.*?)\s*\bflicker(?:s|ing)?\s+(?:out|off)", "flicker out"),
        (r"(.*?)\s*\bflicker(?:s|ing)?(?:\s+on)?", "flicker"),
        (r"(.*?)\s*\b(?:goes?|turns?|switch(?:es)?|is|are|blows?|burns?|dies?|cuts?)\s+(?:out|off|dark|black|down)", "out"),
        (r"(.*?)\s*\b(?:out|off|dies|blackout|goes dead)", "out"),
        (r"(.*?)\s*\bfad(?:es?|ing)\s+(?:out|away|to black|to nothing|to darkness)", "fade out"),
        (r"(.*?)\s*\bfad(?:es?|ing)\s+(?:in|up)", "fade in"),
        (rf"(.*?)\s*\b(?:dims?|fades?|falls?|drops?|lowers?|sinks?|goes?|comes?|rises?|brightens?|grows?|swells?|is|are|turns?)"
         rf"(?:\s+(?:up|down|back))?(?:\s+to)?\s+({_SHARE})", "level"),
        (r"(.*?)\s*\b(?:dims?|dimming|darkens?|lowers?|sinks?|wanes?|fades?)(?:\s+down)?", "dim"),
        (r"(.*?)\s*\b(?:brightens?|swells?|grows? brighter|flares?(?:\s+up)?|rises?)", "bright"),
        (r"(.*?)\s*\b(?:(?:comes?|goes?|turns?|switch(?:es)?|is|are)\s+(?:back\s+)?on|comes?\s+(?:up|back)|(?:is\s+)?lit|"
         r"lights?\s+up|returns?|on)", "on"),
        (rf"(.*?)\s+({_SHARE})", "level"),
        (r"(.*?)\s*\b(?:turns?|goes|go|becomes?|shifts?\s+to|changes?\s+to|fades?\s+to|is|are)\s+(.+)", "colour"),
    )
)  # fmt: skip
_TONES = {
    "warm": "#ffb46b", "warmer": "#ffc489", "cool": "#a8c8ff", "cooler": "#c2d8ff", "cold": "#8fb4ff", "colder": "#a8c8ff",
    "amber": "#ffbf00", "candlelight": "#ff9329", "moonlight": "#9db4d8", "daylight": "#fff4e5",
}  # fmt: skip


def title(directive: Directive, scope: Scope, report: Report) -> tuple[f.Title | None, CueDraft]:
    """``title "TEXT" ["second line"], style, place, time, length``; block lines are further lines of text."""
    cue = CueDraft("title", scope, report)
    values: dict[str, Any] = {}
    said: dict[str, Span] = {}
    lines: list[str] = []

    def put(slot: str, value: object, phrase: Text) -> None:
        if slot in said:
            notes = ((said[slot], "first here"),)
            report(E.TWICE, phrase.span, slot=f"the {slot}", text=phrase.text, notes=notes, help="say it once")
            return
        said[slot] = phrase.span
        values[slot] = value

    unread: list[Text] = []
    parts = list(split_phrases(directive.head))
    parts += [
        Text(f"{p.value.text}", p.value.span) for p in directive.properties if p.key in ("style", "place", "length")
    ]
    parts += [Text(f"at {p.value.text}", p.value.span) for p in directive.properties if p.key == "at"]
    for phrase in parts:
        text = phrase.text.lower()
        quoted = _STRINGS.findall(phrase.text)
        if quoted and not phrase.text.startswith(("on ", "from ", "until ")):
            rest = " ".join(_STRINGS.sub(" ", phrase.text).split())
            lines += [line.strip() for line in quoted if line.strip()]
            if not rest:
                continue
            phrase, text = Text(rest, phrase.span), rest.lower()
        if text in _STYLES:
            put("style", _STYLES[text], phrase)
        elif _place(text) is not None:
            put("place", _place(text), phrase)
        elif cue.read(phrase):
            continue
        elif (time := duration(text.removeprefix("for "), scope.fps)) is not None:
            put("seconds", time, phrase)
        else:
            unread.append(phrase)
    for prop in directive.properties:
        if prop.key == "text":
            lines += [line.strip('" ') for line in (prop.value.text,) if line.strip('" ')]
        elif prop.key not in ("style", "place", "length", "at", "note"):
            known = ("text", "style", "place", "length", "at", "note")
            help_text, fix = suggest(report, prop.key, prop.key_span, known)
            listed = "a title has " + ", ".join(known)
            report(E.UNKNOWN_PROPERTY, prop.key_span, keyword="title", key=prop.key, help=help_text or listed, fix=fix)
    lines += [line.text.strip().strip('"') for line in directive.description]
    if unread and not lines:
        lines.append(unread.pop(0).text)
    for phrase in unread:
        help_text, fix = suggest(report, phrase.text.lower(), phrase.span, (*_STYLES, *PLACES))
        usual = "text stands in quotes; styles are " + ", ".join(STYLES)
        report(E.UNKNOWN_PHRASE, phrase.span, text=phrase.text, keyword="title", help=help_text or usual, fix=fix)
    if not lines:
        help_text = 'write `title "THREE YEARS LATER"`'
        report(E.INCOMPLETE, directive.span, keyword="title", what="its text", help=help_text)
        return None, cue
    if (until := cue.words.get("until")) is not None and "seconds" not in values:
        values["seconds"] = until - cue.words.get("at", Fraction(0))
    return f.Title(tuple(lines), cue=cue.cue(), span=directive.span, **values), cue


def light(directive: Directive, scope: Scope, report: Report) -> tuple[f.LightChange | None, CueDraft]:
    """``light lamp goes out, at 2s``: what, how it changes, over how long, when."""
    cue = CueDraft("light", scope, report)
    plain_block(directive, report)
    what: str | None = None
    values: dict[str, Any] = {}
    for phrase in split_phrases(directive.head):
        if cue.read(phrase):
            continue
        text = phrase.text.lower()
        if (time := duration(re.sub(r"^(?:over|in|for|within) ", "", text), scope.fps)) is not None:
            values["seconds"] = time
            continue
        if late := _SUFFIX_AT.fullmatch(phrase.text):
            start = phrase.span.start + late.start(2)
            if cue.read(Text(late[2], Span(start, phrase.span.end, phrase.span.file))):
                text = late[1].lower()
        if (over := _OVER.fullmatch(text)) and (time := duration(over[2], scope.fps)) is not None:
            values["seconds"] = time
            text = over[1]
        change = _change(text)
        if change is None or (what is not None and change[0]):
            help_text = "write `light lamp goes out`, `dims to 30%`, `comes up`, `flickers` or `turns red`"
            report(E.UNKNOWN_PHRASE, phrase.span, text=phrase.text, keyword="light", help=help_text)
            continue
        clash = (values.keys() & change[1].keys()) - {"seconds"}
        if clash:
            help_text = "write a second `light` for a second change"
            slot = f"the {clash.pop()}"
            report(E.TWICE, phrase.span, slot=slot, text=phrase.text, help=help_text)
            continue
        what = what or change[0]
        for key, value in change[1].items():
            values.setdefault(key, value)
    if not values.keys() & {"level", "colour", "flicker"}:
        if not directive.head.text.strip():
            help_text = "write `light lamp goes out, at 2s`"
            report(E.INCOMPLETE, directive.span, keyword="light", what="what changes", help=help_text)
        return None, cue
    what = re.sub(r"^(?:the )?(?:light of |light from )?", "", (what or "").strip())
    if what in ("lights", "light", "all", "all lights", "everything", "house lights"):
        what = ""
    name = scope.named(what) if what else ""
    return f.LightChange(name or what, cue=cue.cue(), span=directive.span, **values), cue


def inpaint(directive: Directive, scope: Scope, report: Report) -> f.Inpaint | None:
    """``inpaint poster: a faded circus poster``, or a region as four fractions ``0.2 0.1 0.3 0.4: …``."""
    match = _PUT.fullmatch(directive.head.text)
    region, what = (match[1].strip(), match[2].strip()) if match else (directive.head.text.strip().rstrip(":"), "")
    what = what or ", ".join(line.text for line in directive.description)
    start = directive.head.span.start
    where = Span(start, start + len(region), directive.head.span.file)
    if not region or not what:
        missing = "which region" if not region else "what to put there"
        help_text = "write `inpaint poster: a faded circus poster`"
        report(E.INCOMPLETE, directive.span, keyword="inpaint", what=missing, help=help_text)
        return None
    if numbers := _NUMBERS.fullmatch(region):
        shares = [percentage(n) if n.endswith("%") else Fraction(n) for n in numbers.groups()]
        x, y, w, h = (share if share is not None else Fraction(2) for share in shares)
        if not (0 <= x < 1 and 0 <= y < 1 and 0 < w <= 1 - x and 0 < h <= 1 - y):
            reason = "left, top, width and height lie within the frame, as fractions from 0 to 1"
            help_text = "write `inpaint 0.2 0.1 0.3 0.4: …`"
            report(E.OUT_OF_RANGE, where, what="the region", text=region, reason=reason, help=help_text)
            return None
        return f.Inpaint(" ".join(f"{float(n):g}" for n in (x, y, w, h)), what, directive.span)
    name = scope.subject(region, where, report)
    return f.Inpaint(name, what, directive.span) if name else None


def cover(directive: Directive, scope: Scope, report: Report) -> f.Cover | None:
    """``cover NAME``: a coverage pattern of the library or the film."""
    name = directive.head
    plain_block(directive, report)
    if not name.text:
        help_text = "write `cover shot-reverse-shot`"
        report(E.MISSING_NAME, directive.span, keyword="cover", help=help_text)
        return None
    return f.Cover(name.text, directive.span) if scope.need("coverage", name, scope.coverages, report) else None


def line(directive: Directive, scope: Scope, report: Report) -> str:
    """``line "takes/mara_12.wav"``: the file of the next speech; "" when it names none."""
    quoted = _STRINGS.fullmatch(directive.head.text)
    plain_block(directive, report)
    if quoted and quoted[1]:
        scope.files.append(FileUse(quoted[1], "sound", directive.head.span))
        return quoted[1]
    text = directive.head.text
    fix = None
    if text and re.fullmatch(r"[^\s\",]+\.\w{2,4}", text):
        fix = Fix("put it in quotes", (Edit(directive.head.span, f'"{text}"'),), safe=True)
    help_text = 'write `line "takes/mara_12.wav"`'
    report(E.INCOMPLETE, directive.span, keyword="line", what="which recording", help=found(text, help_text), fix=fix)
    return ""


def _change(text: str) -> tuple[str, dict[str, Any]] | None:
    """(what, fields) of a change of light in words; ``None`` when it is none."""
    text = " ".join(text.split())
    for pattern, kind in _CHANGES:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        what = match[1].strip()
        match kind:
            case "out":
                return what, {"level": 0.0}
            case "fade out":
                return what, {"level": 0.0, "seconds": Fraction(2)}
            case "fade in":
                return what, {"level": 1.0, "seconds": Fraction(2)}
            case "on":
                return what, {"level": 1.0}
            case "dim":
                return what, {"level": _USUAL_DIM, "seconds": Fraction(1)}
            case "bright":
                return what, {"level": _USUAL_BRIGHT, "seconds": Fraction(1)}
            case "flicker":
                return what, {"flicker": True}
            case "flicker out":
                return what, {"flicker": True, "level": 0.0}
            case "level":
                share = percentage(match[2])
                return (what, {"level": float(share)}) if share is not None and share <= 10 else None
            case "colour":
                tone = _TONES.get(match[2].strip()) or colour(match[2])
                if tone:
                    return what, {"colour": tone}
    return None


def _place(text: str) -> str | None:
    """A title's place in one form (``bottom left``); ``None`` when the words are no place."""
    words = text.replace("-", " ").removeprefix("at the ").removeprefix("in the ").split()
    if not words or len(words) > 2 or any(w not in _WORDS for w in words):
        return None
    vertical = [w for w in words if w in ("top", "bottom")]
    sideways = [w for w in words if w in ("left", "right")]
    if len(vertical) > 1 or len(sideways) > 1:
        return None
    return " ".join([*vertical, *sideways]) or "centre"
