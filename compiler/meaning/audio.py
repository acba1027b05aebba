"""``sound`` and ``music`` directives to typed cues."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from compiler.codes import E
from compiler.diagnostics import Report
from compiler.meaning import film as f
from compiler.meaning.scope import Scope
from compiler.meaning.units import LEVELS_DB, measure, seconds
from compiler.syntax.nodes import Directive
from compiler.syntax.phrases import PhraseNode, parse_head

_KEY = re.compile(
    r"(?:(.*?)\s+)?in ([A-G](?: ?#|b| sharp| flat)?)(?: (major|minor|dorian|phrygian|lydian|mixolydian|aeolian))?"
)
INSTRUMENTS = [
    "strings",
    "violin",
    "violins",
    "viola",
    "cello",
    "cellos",
    "bass",
    "piano",
    "choir",
    "pad",
    "organ",
    "harp",
    "celesta",
    "glockenspiel",
    "flute",
    "clarinet",
    "oboe",
    "horn",
    "horns",
    "guitar",
    "bells",
    "vibraphone",
    "marimba",
]


def sound(directive: Directive, scope: Scope, report: Report) -> f.Sound:
    """``sound WHAT, level, when, pan, length, loop``; ``sound WHAT out`` ends it."""
    head = parse_head(directive.head)
    made = f.Sound("", span=directive.span)
    words: list[str] = []
    for phrase in head.phrases:
        text = phrase.text.lower()
        cue = _cue(phrase, text, scope, report)
        if cue:
            made = replace(made, cue=cue)
        elif (level := _level(phrase, text)) is not None:
            made = replace(made, level_db=level)
        elif text in ("left", "right", "hard left", "hard right", "centre", "center"):
            side = -1.0 if "left" in text else 1.0 if "right" in text else 0.0
            made = replace(made, pan=side if "hard" in text else side * 0.6)
        elif text in ("loop", "looping"):
            made = replace(made, loop=True)
        elif text == "under scene":
            made = replace(made, under_scene=True, loop=True)
        elif text.startswith(("fade in", "fade out")) and (ramp := _ramp(phrase, scope)) is not None:
            made = replace(made, fade_in=ramp) if "in" in text.split()[1] else replace(made, fade_out=ramp)
        elif len(phrase.words) <= 2 and (length := seconds(phrase.words[-1], scope.fps)) is not None:
            made = replace(made, seconds=length)
        elif phrase.words[0].kind == "STRING":
            made = replace(made, file=phrase.words[0].text.strip('"'))
        else:
            words.append(phrase.text)
    what = ", ".join(words)
    stop = what.endswith(" out") or what == "out"
    made = replace(made, what=what.removesuffix("out").strip() if stop else what, stop=stop)
    if not what and not made.file:
        report(E.MISSING_NAME, directive.span, keyword="sound", help="say what is heard: `sound distant foghorn, low`")
    return made


def music(directive: Directive, scope: Scope, report: Report) -> f.Music:
    """``music CHARACTER in KEY MODE, tempo, instruments, dynamics``; ``music out, 3s`` ends it."""
    head = parse_head(directive.head)
    made = f.Music(span=directive.span)
    words: list[str] = []
    for phrase in head.phrases:
        text = phrase.text.lower()
        cue = _cue(phrase, text, scope, report)
        tempo = measure(phrase.words[0]) if len(phrase.words) == 1 else None
        if text == "out":
            made = replace(made, out=True)
        elif cue:
            made = replace(made, cue=cue)
        elif tempo and tempo[1] == "bpm":
            if not 20 <= tempo[0] <= 260:
                report(E.OUT_OF_RANGE, phrase.span, what="the tempo", text=phrase.text, reason="20 to 260 bpm", help="")
            else:
                made = replace(made, bpm=tempo[0])
        elif (level := _level(phrase, text)) is not None:
            made = replace(made, level_db=level)
        elif text == "under scene":
            made = replace(made, under_scene=True)
        elif text.startswith(("fade in", "fade out")) and (ramp := _ramp(phrase, scope)) is not None:
            made = replace(made, fade_in=ramp) if text.split()[1] == "in" else replace(made, fade_out=ramp)
        elif (length := seconds(phrase.words[-1], scope.fps)) is not None and len(phrase.words) == 1:
            made = replace(made, fade_out=length) if made.out else replace(made, fade_in=length)
        elif phrase.words[0].kind == "STRING":
            made = replace(made, file=phrase.words[0].text.strip('"'))
        else:
            key = _KEY.fullmatch(phrase.text)
            if key:
                made = replace(
                    made,
                    key=key[2].replace(" sharp", "#").replace(" flat", "b").replace(" ", ""),
                    mode=key[3] or "major",
                )
            words.append((key[1] or "") if key else phrase.text)
    character = " ".join(" ".join(words).split())
    instruments = tuple(w for w in re.findall(r"[a-z]+", character.lower()) if w in INSTRUMENTS)
    return replace(made, character=character, instruments=instruments)


def _cue(phrase: PhraseNode, text: str, scope: Scope, report: Report) -> f.Cue | None:
    words = phrase.words
    if text.startswith("at ") and len(words) == 2:
        at = seconds(words[1], scope.fps)
        if at is None or at < 0:
            report(E.BAD_VALUE, phrase.span, text=phrase.text, expected="time", help="write `at 2s`")
            return f.Cue()
        return f.Cue(at=at)
    if text.startswith("on ") and words[1].kind == "STRING":
        return f.Cue(on_word=words[1].text.strip('"'))
    if text.startswith("when "):
        return f.Cue(when=phrase.text[5:])
    return None


def _level(phrase: PhraseNode, text: str) -> float | None:
    if text.replace(" ", "-") in LEVELS_DB:
        return LEVELS_DB[text.replace(" ", "-")]
    value = measure(phrase.words[0]) if len(phrase.words) == 1 else None
    return max(-60.0, min(12.0, value[0])) if value and value[1].lower() == "db" else None


def _ramp(phrase: PhraseNode, scope: Scope) -> Fraction | None:
    return seconds(phrase.words[-1], scope.fps)
