"""``sound`` and ``music`` directives to typed cues: what, level, when, where, how long, or a file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from compiler.codes import E
from compiler.diagnostics import Report, Span
from compiler.meaning import film as f
from compiler.meaning.cues import CueDraft
from compiler.meaning.scope import FileUse, Scope, suggest
from compiler.meaning.units import colour, duration, found, kind_of, length, level, percentage, tempo, whole
from compiler.syntax.nodes import Directive, Text
from compiler.syntax.phrases import split_phrases

MODES = ("major", "minor", "dorian", "phrygian", "lydian", "mixolydian", "aeolian", "locrian", "ionian")
_KEY = re.compile(
    rf"(?:(?P<words>.*?)\s+)?in (?P<note>[A-Ga-g](?: ?[#♯]|[b♭]| sharp| flat)?)(?: (?P<mode>{'|'.join(MODES)}))?",
    re.IGNORECASE,
)
_BARE_KEY = re.compile(rf"(?P<note>[A-G](?: ?[#♯]|[b♭]| sharp| flat)?) (?P<mode>{'|'.join(MODES)})")
_RAMP = re.compile(r"(?:fade|fades|fading)[ -](in|out)(?:\s+(?:over|in|for)?\s*(.+))?", re.IGNORECASE)
_RAMP_LAST = re.compile(r"(.+?)\s+(?:fade|ramp)[ -]?(in|out)", re.IGNORECASE)
_PAN = re.compile(
    r"(?:pan(?:ned)?\s+)?(?:from\s+|on\s+)?(?:the\s+)?(hard |far )?(left|right|centre|center|middle)(?:\s+(\S+%))?"
)
_STRING = re.compile(r'"([^"\r\n]*)"')
_AWAY = re.compile(r"(.+?)\s+(?:away|off|distant)|(?:at )?(?:a )?distance (?:of )?(.+)")
_NEARNESS = {
    "very close": 0.4,
    "close": 1.0,
    "near": 2.0,
    "nearby": 4.0,
    "far": 30.0,
    "far away": 60.0,
    "far off": 60.0,
}
_LEVEL_RANGE = (-60.0, 12.0)
_USUAL_FADE = Fraction(1)
_TEMPI = (20.0, 260.0)
_TEMPO_WORDS = {
    "largo": 48.0, "larghetto": 60.0, "adagio": 68.0, "andante": 84.0, "moderato": 108.0, "allegretto": 112.0,
    "allegro": 130.0, "vivace": 160.0, "presto": 180.0,
}  # fmt: skip
INSTRUMENTS = (
    *("strings", "violin", "violins", "viola", "violas", "cello", "cellos", "bass", "basses", "piano", "choir", "pad"),
    *("organ", "harp", "celesta", "glockenspiel", "flute", "flutes", "clarinet", "oboe", "bassoon", "horn", "horns"),
    *("trumpet", "trumpets", "trombone", "brass", "timpani", "percussion", "drums", "guitar", "bells", "vibraphone"),
    *("marimba", "accordion", "harmonica", "synth", "sax", "saxophone", "banjo", "voice", "voices", "music box"),
)  # fmt: skip
_INSTRUMENT = re.compile(r"[a-z]+")


def sound(directive: Directive, scope: Scope, report: Report) -> tuple[f.Sound, CueDraft]:
    """``sound WHAT, level, when, pan, distance, length, loop``; ``sound "file"``; ``sound WHAT out, 2s`` ends one."""
    draft = _Draft("sound", scope, report)
    for phrase in _phrases(directive, report):
        if draft.common(phrase):
            continue
        text = phrase.text.lower()
        if pan := _PAN.fullmatch(text):
            draft.put("pan", _pan(pan, phrase, report), phrase)
        elif text in ("loop", "looping", "looped"):
            draft.put("loop", True, phrase)
        elif (away := _AWAY.fullmatch(text)) and (metres := length(away[1] or away[2])) is not None:
            draft.put("distance_m", metres, phrase)
        elif (metres := length(text)) is not None or text in _NEARNESS:
            draft.put("distance_m", metres if metres is not None else _NEARNESS[text], phrase)
            if text in _NEARNESS:
                draft.words.append(phrase.text)  # the sound room knows near sounds from far ones by their words
        else:
            draft.word(phrase)
    what = ", ".join(draft.words)
    stop = what.lower().endswith(" out") or what.lower() in ("out", "stops", "stop")
    if stop:
        what = what[: -len("out")].strip(" ,") if what.lower().endswith("out") else ""
        draft.ends()
    if draft.cue.under_scene:
        draft.values.setdefault("loop", not draft.values.get("file"))
    if not what and "file" not in draft.values and not stop:
        help_text = "say what is heard: `sound distant foghorn, low`"
        report(E.INCOMPLETE, draft.span or directive.span, keyword="sound", what="what is heard", help=help_text)
    made = f.Sound(
        what, cue=draft.cue.cue(), under_scene=draft.cue.under_scene, stop=stop, span=directive.span, **draft.values
    )
    return made, draft.cue


def music(directive: Directive, scope: Scope, report: Report) -> tuple[f.Music, CueDraft]:
    """``music CHARACTER in KEY MODE, tempo, instruments, dynamics``; ``music "file"``; ``music out, 3s`` ends it."""
    draft = _Draft("music", scope, report)
    out = False
    for phrase in _phrases(directive, report):
        text = phrase.text.lower()
        if text in ("out", "stops", "stop", "ends"):
            out = True
        elif (beat := tempo(text)) is not None or (beat := _TEMPO_WORDS.get(text)) is not None:
            if not _TEMPI[0] <= beat <= _TEMPI[1]:
                reason = "20 to 260 bpm"
                report(
                    E.OUT_OF_RANGE,
                    phrase.span,
                    what="the tempo",
                    text=phrase.text,
                    reason=reason,
                    help="write `72 bpm`",
                )
            else:
                draft.put("bpm", beat, phrase)
        elif text.startswith("seed ") and (seed := whole(text[5:])) is not None:
            draft.put("seed", seed, phrase)
        elif draft.common(phrase):
            continue
        elif key := _KEY.fullmatch(phrase.text) or _BARE_KEY.fullmatch(phrase.text):
            if draft.put("key", _note(key["note"]), phrase):
                draft.values["mode"] = (key["mode"] or "major").lower()
            if words := key.groupdict().get("words"):
                draft.words.append(words)
        else:
            draft.word(phrase)
    if out:
        draft.ends()
    character = " ".join(" ".join(draft.words).split())
    draft.values.pop("loop", None)
    words = _INSTRUMENT.findall(character.lower())
    instruments = tuple(dict.fromkeys(w for w in words if w in INSTRUMENTS))
    if not character and not out and "file" not in draft.values and "key" not in draft.values:
        help_text = "say what is played: `music sparse piano in D minor, 54 bpm`"
        report(E.INCOMPLETE, draft.span or directive.span, keyword="music", what="what is played", help=help_text)
    length_ = draft.values.pop("seconds", None)
    if length_ is not None:
        draft.values.setdefault("fade_out" if out else "fade_in", length_)
    made = f.Music(
        character,
        instruments=instruments,
        cue=draft.cue.cue(),
        under_scene=draft.cue.under_scene,
        out=out,
        span=directive.span,
        **draft.values,
    )
    return made, draft.cue


@dataclass(slots=True)
class _Draft:
    """A cue's fields while they fill, each once."""

    keyword: str
    scope: Scope
    report: Report
    values: dict[str, Any] = field(default_factory=dict)
    said: dict[str, Span] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    span: Span | None = None
    cue: CueDraft = field(init=False)

    def __post_init__(self) -> None:
        self.cue = CueDraft(self.keyword, self.scope, self.report)

    def put(self, slot: str, value: object, phrase: Text) -> bool:
        if slot in self.said:
            notes = ((self.said[slot], "first here"),)
            shown = f"the {slot.removesuffix('_db').removesuffix('_m').replace('_', ' ')}"
            self.report(E.TWICE, phrase.span, slot=shown, text=phrase.text, notes=notes, help="say it once")
            return False
        self.said[slot] = phrase.span
        self.values[slot] = value
        return True

    def common(self, phrase: Text) -> bool:
        """What sound and music share: time, level, fades, length, a file."""
        self.span = self.span or phrase.span
        if self.cue.read(phrase):
            return True
        text = phrase.text.lower()
        if (decibels := level(text)) is not None:
            low, high = _LEVEL_RANGE
            if low <= decibels <= high:
                self.put("level_db", decibels, phrase)
            else:
                reason = f"between {low:g} dB and {high:g} dB; speech is 0"
                help_text = f"write `{min(max(decibels, low), high):g}dB`"
                self.report(
                    E.OUT_OF_RANGE, phrase.span, what="the level", text=phrase.text, reason=reason, help=help_text
                )
        elif ramp := _RAMP.fullmatch(text):
            self._ramp(ramp[1], ramp[2], phrase)
        elif (last := _RAMP_LAST.fullmatch(text)) and duration(last[1], self.scope.fps) is not None:
            self._ramp(last[2], last[1], phrase)
        elif (time := duration(text.removeprefix("for ").removeprefix("over "), self.scope.fps)) is not None:
            if time > 0:
                self.put("seconds", time, phrase)
            else:
                help_text = "write a length such as `3s`"
                self.report(
                    E.OUT_OF_RANGE,
                    phrase.span,
                    what="the length",
                    text=phrase.text,
                    reason="it lasts no time",
                    help=help_text,
                )
        elif quoted := _STRING.fullmatch(phrase.text):
            if self.put("file", quoted[1], phrase):
                self.scope.files.append(FileUse(quoted[1], "sound", phrase.span))
        else:
            return False
        return True

    def word(self, phrase: Text) -> None:
        """Free words, unless they are plainly a value of the wrong kind."""
        kind = kind_of(phrase.text)
        if kind and not (kind == "a colour" and colour(phrase.text) and not phrase.text.startswith("#")):
            expected = "level, time, length or distance" if self.keyword == "sound" else "tempo, level or time"
            help_text = found(phrase.text, "levels are in dB, tempo in bpm, times in s")
            self.report(E.BAD_VALUE, phrase.span, text=phrase.text, expected=expected, help=help_text)
            return
        self.words.append(phrase.text)

    def ends(self) -> None:
        """``out``: a length is the fade."""
        if "seconds" in self.values and "fade_out" not in self.values:
            self.values["fade_out"] = self.values.pop("seconds")

    def _ramp(self, side: str, amount: str | None, phrase: Text) -> None:
        time = duration(amount, self.scope.fps) if amount else _USUAL_FADE
        if time is None or time < 0:
            help_text = found(amount or "", f"write `fade {side} 2s`")
            self.report(E.BAD_VALUE, phrase.span, text=phrase.text, expected="fade", help=help_text)
            return
        self.put(f"fade_{side}", time, phrase)


def _phrases(directive: Directive, report: Report) -> list[Text]:
    """The head's phrases, those of property lines that say the same (``level: low``), and those of description lines."""
    phrases = list(split_phrases(directive.head))
    leads = _LEADS[directive.keyword]
    for prop in directive.properties:
        if prop.key == "note":
            continue
        if prop.key not in leads:
            help_text, fix = suggest(report, prop.key, prop.key_span, leads)
            listed = "it has " + ", ".join(leads)
            report(
                E.UNKNOWN_PROPERTY,
                prop.key_span,
                keyword=directive.keyword,
                key=prop.key,
                help=help_text or listed,
                fix=fix,
            )
            continue
        phrases += [Text(leads[prop.key].format(part.text), part.span) for part in split_phrases(prop.value)]
    phrases += [part for line in directive.description for part in split_phrases(line)]
    return phrases


_WHEN = {
    "at": "at {}", "from": "from {}", "until": "until {}", "on": "on {}", "when": "when {}", "level": "{}", "length": "{}",
    "fade-in": "fade in {}", "fade-out": "fade out {}", "file": "{}",
}  # fmt: skip
_LEADS: dict[str, dict[str, str]] = {
    "sound": {**_WHEN, "pan": "{}", "distance": "{}"},
    "music": {**_WHEN, "key": "in {}", "tempo": "{}", "instruments": "{}", "seed": "seed {}"},
}
"""Property → the phrase it stands for."""


def _pan(match: re.Match[str], phrase: Text, report: Report) -> float:
    side = -1.0 if match[2] == "left" else 1.0 if match[2] == "right" else 0.0
    if match[3]:
        share = percentage(match[3])
        if share is not None and 0 <= share <= 1:
            return side * float(share)
        help_text = "write `left 30%`, up to 100%"
        report(E.BAD_VALUE, phrase.span, text=phrase.text, expected="side", help=help_text)
        return side
    return side if match[1] else side * 0.6


def _note(text: str) -> str:
    text = text.replace(" sharp", "#").replace(" flat", "b").replace("♯", "#").replace("♭", "b").replace(" ", "")
    return text[0].upper() + text[1:]
