"""When things happen: ``at 2s``, ``on "word"``, ``when MARA sits``, ``from … until …``, ``under scene``.

One grammar for sounds, music, titles and changes of light. Times are seconds; a word or a doing is found by staging.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from compiler.codes import E
from compiler.diagnostics import Report, Span
from compiler.meaning import film as f
from compiler.meaning.scope import Scope, unknown_name
from compiler.meaning.units import duration, found, time_range
from compiler.syntax.nodes import Text

_FIRST = re.compile(r"(at|from|on|when|until|till|under|for|during)\b\s*(.*)", re.DOTALL)
_UNTIL = re.compile(r"\s(?:until|till|to)\s")
_STRING = re.compile(r'"([^"\r\n]*)"')
_NAMED = re.compile(r"[^\W\d_]*[^\W\d_a-z][^\Wa-z_]*(?:\s+[^\W\d_a-z][^\Wa-z_]*)*(?=['’]s\b|\s|$)")
_ENDS = frozenset(
    {"end of scene", "the end of the scene", "end of the scene", "scene end", "the scene ends", "scene ends"}
)
_LATEST = Fraction(6 * 3600)


@dataclass(slots=True)
class CueDraft:
    """A cue while its phrases are read; each of its two ends is said once."""

    keyword: str
    scope: Scope
    report: Report
    words: dict[str, Any] = field(default_factory=dict)
    said: dict[str, Span] = field(default_factory=dict)
    under_scene: bool = False
    spoken: list[tuple[str, Span]] = field(default_factory=list)
    """Words waited for, to be looked up in the scene's dialogue."""

    def read(self, phrase: Text) -> bool:
        """Take a phrase that says when; false for any other."""
        text = phrase.text
        lower = text.lower()
        if lower in ("under scene", "under the scene", "throughout", "throughout scene", "under the whole scene"):
            self._set(phrase, "end")
            self.under_scene = True
            return True
        pair = time_range(text, self.scope.fps)
        if pair is not None:
            self._set(phrase, "start", at=pair[0])
            self._set(phrase, "end", until=pair[1])
            return True
        match = _FIRST.match(lower)
        if match is None:
            return False
        rest = text[match.start(2) :].strip()
        match match[1]:
            case "at":
                return self._at(phrase, rest)
            case "from":
                return self._from(phrase, rest)
            case "on":
                return self._on(phrase, rest)
            case "when":
                self._doing(phrase, rest, "start", "when")
            case "until" | "till":
                self._until(phrase, rest)
            case "under":
                return False
            case _:
                return False
        return True

    def cue(self) -> f.Cue:
        """The finished cue."""
        return f.Cue(**self.words)

    def _at(self, phrase: Text, rest: str) -> bool:
        if (time := duration(rest, self.scope.fps)) is not None and 0 <= time <= _LATEST:
            self._set(phrase, "start", at=time)
            return True
        if rest.lower() in ("start", "the start", "scene start", "start of scene", "the start of the scene", "once"):
            self._set(phrase, "start", at=Fraction(0))
            return True
        if quoted := _STRING.fullmatch(rest):
            self._word(phrase, quoted[1], "start", "on_word")
            return True
        text = phrase.text
        help_text = found(rest, 'write `at 2s`, `on "word"` or `when MARA sits`')
        self.report(E.BAD_VALUE, phrase.span, text=text, expected="time", help=help_text)
        return True

    def _from(self, phrase: Text, rest: str) -> bool:
        split = _UNTIL.search(rest)
        first, last = (rest[: split.start()], rest[split.end() :]) if split else (rest, "")
        first = re.sub(r"^(?:at|on|when)\s+", "", first.strip())
        pair = time_range(first, self.scope.fps)
        if pair is not None and not last:
            self._set(phrase, "start", at=pair[0])
            self._set(phrase, "end", until=pair[1])
            return True
        if (time := duration(first, self.scope.fps)) is not None and time >= 0:
            self._set(phrase, "start", at=time)
        elif quoted := _STRING.fullmatch(first):
            self._word(phrase, quoted[1], "start", "on_word")
        elif _NAMED.match(first) or self.scope.stands_here(first.split(" ")[0]):
            self._doing(phrase, first, "start", "when")
        else:
            return False
        if last:
            self._until(phrase, last.strip())
        return True

    def _on(self, phrase: Text, rest: str) -> bool:
        if quoted := _STRING.fullmatch(rest):
            self._word(phrase, quoted[1], "start", "on_word")
            return True
        if rest.startswith('"'):
            help_text = 'close the quotation: `on "word"`'
            self.report(E.BAD_VALUE, phrase.span, text=phrase.text, expected="word", help=help_text)
            return True
        return False

    def _until(self, phrase: Text, rest: str) -> None:
        if rest.lower() in _ENDS:
            self._set(phrase, "end", until_scene_end=True)
        elif (time := duration(rest, self.scope.fps)) is not None and time >= 0:
            self._set(phrase, "end", until=time)
        elif quoted := _STRING.fullmatch(rest):
            self._word(phrase, quoted[1], "end", "until_word")
        else:
            self._doing(phrase, re.sub(r"^when\s+", "", rest), "end", "until_when")

    def _word(self, phrase: Text, word: str, end: str, slot: str) -> None:
        word = " ".join(word.split())
        if not word:
            help_text = 'say which word: `on "light"`'
            self.report(E.BAD_VALUE, phrase.span, text=phrase.text, expected="word", help=help_text)
            return
        self._set(phrase, end, **{slot: word})
        self.spoken.append((word, phrase.span))

    def _doing(self, phrase: Text, rest: str, end: str, slot: str) -> None:
        """``MARA sits``: who must exist, and does something."""
        name = _NAMED.match(rest)
        who = name[0].strip() if name else ""
        if not rest or (who and who == rest.strip()):
            help_text = f"say what happens: `{phrase.text} sits`" if rest else "write `when MARA sits`"
            self.report(E.BAD_VALUE, phrase.span, text=phrase.text, expected="doing", help=help_text)
            return
        if who and not self.scope.named(who):
            start = phrase.span.start + phrase.text.find(who)
            unknown_name(who, Span(start, start + len(who), phrase.span.file), self.scope.visible(), self.report)
            return
        self._set(phrase, end, **{slot: rest})

    def _set(self, phrase: Text, end: str, **values: object) -> None:
        if end in self.said:
            slot = "the beginning" if end == "start" else "the end"
            notes = ((self.said[end], "first here"),)
            self.report(E.TWICE, phrase.span, slot=slot, text=phrase.text, notes=notes, help="say it once")
            return
        self.said[end] = phrase.span
        self.words |= values
        at, until = self.words.get("at"), self.words.get("until")
        if isinstance(at, Fraction) and isinstance(until, Fraction) and until <= at:
            help_text = "the end comes after the beginning"
            self.report(E.BAD_VALUE, phrase.span, text=phrase.text, expected="stretch of time", help=help_text)
            self.words.pop("until")
