"""A cue and what follows it to speeches: who, how, when the shots and pauses inside it fall, and what interrupts it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from compiler.meaning import film as f
from compiler.meaning.text import plain
from compiler.meaning.units import duration
from compiler.syntax import nodes as n

BEATS = {
    "beat": Fraction(1), "a beat": Fraction(1), "short beat": Fraction(1, 2), "half a beat": Fraction(1, 2),
    "half beat": Fraction(1, 2), "long beat": Fraction(2), "a long beat": Fraction(2), "two beats": Fraction(2),
    "pause": Fraction(3, 2), "a pause": Fraction(3, 2), "short pause": Fraction(3, 4), "brief pause": Fraction(3, 4),
    "long pause": Fraction(3), "a long pause": Fraction(3), "silence": Fraction(2), "a silence": Fraction(2),
    "long silence": Fraction(4), "a long silence": Fraction(4),
}  # fmt: skip
"""Parentheticals that are time, in seconds."""
_TIMED = re.compile(r"(?:a )?(?:beat|pause|silence|wait)s?,? (?:of |for )?(.+)|(.+?) (?:beat|pause|silence)")
_WITHIN = re.compile(r"\(([^()\n]{1,40})\)")
_SPLIT = re.compile(r"\s*[;,]\s*|\s+(?:and|then)\s+")
_PUNCTUATION = '.,;:!?…"“”‘’()—–-'
_VOICE_OVER = frozenset(
    {"V.O.", "VO", "V.O", "V/O", "VOICEOVER", "VOICE-OVER", "NARRATING", "NARRATION", "PRE-LAP", "PRELAP"}
)
_OFF_SCREEN = frozenset(
    {"O.S.", "OS", "O.S", "O/S", "O.C.", "OC", "O.C", "OFF", "OFFSCREEN", "OFF-SCREEN", "OFFCAMERA", "OFF-CAMERA"}
)
_AS_EXTENSION = frozenset({"V.O", "VO", "O.S", "OS", "O.C", "OC"})
"""Extensions that are as often written in the parenthetical."""
_REMOTE = {
    "ONPHONE": "on phone", "OVERPHONE": "on phone", "PHONE": "on phone", "TELEPHONE": "on phone", "ONTHEPHONE": "on phone",
    "THROUGHPHONE": "on phone", "FILTERED": "on phone", "FILTER": "on phone", "ONSPEAKER": "on phone", "SPEAKERPHONE": "on phone",
    "ONRADIO": "on radio", "OVERRADIO": "on radio", "RADIO": "on radio", "INTERCOM": "on radio", "OVERINTERCOM": "on radio",
    "ONTV": "on tv", "ONTELEVISION": "on tv", "TV": "on tv", "TELEVISION": "on tv", "ONSCREEN": "", "RECORDED": "recorded",
    "RECORDING": "recorded", "ONTAPE": "recorded", "ANSWERINGMACHINE": "recorded",
}  # fmt: skip
_IGNORED = frozenset({"CONT'D", "CONTD", "CONT’D", "CONT", "CONTINUED", "CONTINUING", "MORE", "O.N.", "INTOPHONE"})

Inside = f.Shot | f.Sound | f.Music | f.Title | f.LightChange | f.Inpaint
Direct = Callable[[n.Directive], Inside | None]


def speech_items(node: n.Dialogue, name: str, recording: str, fps: Fraction, direct: Direct) -> list[f.Item]:
    """What a cue and its lines become: usually one ``Speech``; a new one wherever the manner changes.

    ``direct`` gives the meaning of a directive written inside; a shot cuts at its word, anything else begins there.
    """
    made = _Speaking(name, node, recording, fps)
    return made.run(direct)


def beat(text: str, fps: Fraction) -> Fraction | None:
    """Seconds of ``beat``, ``long pause``, ``pause, 2s``, ``two second pause``; ``None`` for a manner of speaking."""
    text = " ".join(text.lower().strip(" .()").split())
    if text in BEATS:
        return BEATS[text]
    if match := _TIMED.fullmatch(text):
        return duration((match[1] or match[2]).replace("-", " ").removeprefix("a "), fps)
    return None


def spoken_words(text: str, fps: Fraction) -> tuple[list[str], list[tuple[int, Fraction]]]:
    """The words of a line that are said, and its silences: seconds before the n-th word, of a ``(beat)`` within the line."""
    text = plain(text)
    if "(" not in text:
        return text.split(), []
    words: list[str] = []
    silences: list[tuple[int, Fraction]] = []
    position = 0
    for match in _WITHIN.finditer(text):
        seconds = beat(match[1], fps)
        if seconds is None:
            continue
        words += text[position : match.start()].split()
        silences.append((len(words), seconds))
        position = match.end()
    return words + text[position:].split(), silences


def without_beats(text: str) -> str:
    """A line with blanks where a ``(beat)`` stands in it, every other character in its place."""
    if "(" not in text:
        return text
    return _WITHIN.sub(lambda m: m[0] if beat(m[1], Fraction(24)) is None else " " * len(m[0]), text)


@dataclass(slots=True)
class _Speaking:
    name: str
    node: n.Dialogue
    recording: str
    fps: Fraction
    items: list[f.Item] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    manner: list[str] = field(default_factory=list)
    cuts: list[tuple[int, f.Shot]] = field(default_factory=list)
    pauses: list[tuple[int, Fraction]] = field(default_factory=list)
    waiting: list[tuple[int, Inside]] = field(default_factory=list)
    lyric: bool = False
    line: n.SpeechLine | None = None
    before_line: int = 0
    dual: bool = False

    def run(self, direct: Direct) -> list[f.Item]:
        node = self.node
        off, over, extra = _heard(node.extensions)
        self.dual = node.dual
        base = f.Speech(self.name, "", off_screen=off, voice_over=over, span=node.span)
        self.manner += extra
        for part in node.parts:
            match part:
                case n.Parenthetical() if part.text.strip(". ").upper() in _AS_EXTENSION:
                    off, over, _ = _heard((part.text.strip(),))
                    self._flush(base)
                    base = replace(base, off_screen=off, voice_over=over)
                case n.Parenthetical():
                    self._parenthetical(part, base, extra)
                case n.SpeechLine():
                    self._spoken(part, base)
                case n.Directive():
                    item = direct(part)
                    if item is None:
                        continue
                    if isinstance(item, f.Shot) and self.items and not self.words:
                        self.items.append(item)  # after a beat, before the next word: the shot begins there
                    elif isinstance(item, f.Shot):
                        self.cuts.append((self._place(part), item))
                    else:
                        self.waiting.append((self._place(part), item))
        self._flush(base)
        self.items.extend(item for _, item in self.waiting)
        self.items.extend(shot for _, shot in self.cuts)
        return self.items

    def _parenthetical(self, part: n.Parenthetical, base: f.Speech, extra: list[str]) -> None:
        note = plain(part.text).strip().lower()
        pieces = [p for p in _SPLIT.split(note) if p]
        silence = beat(note, self.fps)
        if silence is None and len(pieces) > 1:
            beats = [beat(p, self.fps) for p in pieces]
            if any(b is not None for b in beats):  # (beat; softly)
                silence = sum((b for b in beats if b is not None), Fraction(0))
                note = ", ".join(p for p, b in zip(pieces, beats, strict=True) if b is None)
        if silence is not None:
            if self.words:
                self.pauses.append((len(self.words), silence))
            else:
                self.items.append(f.Pause(silence, part.span))
            if not note or beat(note, self.fps) is not None:
                return
        if not note:
            return
        if self.words:
            self._flush(base)
            self.manner[:] = extra
        self.manner.append(note)

    def _spoken(self, part: n.SpeechLine, base: f.Speech) -> None:
        if part.lyric != self.lyric:
            if self.words:
                self._flush(base)
            self.lyric = part.lyric
        self.line, self.before_line = part, len(self.words)
        words, silences = spoken_words(part.text, self.fps)
        self.pauses += [(len(self.words) + at, seconds) for at, seconds in silences]
        self.words += words

    def _place(self, note: n.Directive) -> int:
        """Index of the word a directing note stands before."""
        line = self.line
        if line is None or note.span.start >= line.span.end:
            return len(self.words)
        return self.before_line + len(spoken_words(line.text[: max(0, note.span.start - line.span.start)], self.fps)[0])

    def _flush(self, base: f.Speech) -> None:
        """Close the speech so far: its words, and what begins at one of them."""
        words = self.words
        if not words:
            return
        trailing = [seconds for at, seconds in self.pauses if at >= len(words)]
        text = " ".join(words)
        self.items.append(
            replace(
                base,
                text=text,
                manner=tuple(self.manner),
                cuts=tuple(self.cuts),
                pauses=tuple((at, seconds) for at, seconds in self.pauses if at < len(words)),
                dual=self.dual,
                interrupted=text.rstrip("”\"’'").endswith(("--", "—", "–")),
                lyric=self.lyric,
                recording=self.recording,
            )
        )
        for at, item in self.waiting:
            word = words[at].strip(_PUNCTUATION) if at < len(words) else ""
            if word and isinstance(item, f.Sound | f.Music | f.Title | f.LightChange) and item.cue == f.Cue():
                item = replace(item, cue=f.Cue(on_word=word))
            self.items.append(item)
        self.items += [f.Pause(seconds, base.span) for seconds in trailing]
        self.dual = False
        self.recording = ""
        for held in (self.words, self.cuts, self.waiting, self.pauses):
            held.clear()


def _heard(extensions: tuple[str, ...]) -> tuple[bool, bool, list[str]]:
    """(off screen, voice-over, manner) of a cue's extensions; one nobody knows is a manner of speaking."""
    off = over = False
    manner: list[str] = []
    for extension in extensions:
        for piece in re.split(r"\s*[,/]\s*(?![OS]\b)", extension):
            word = piece.upper().replace(" ", "")
            if not word or word in _IGNORED:
                continue
            if word in _VOICE_OVER or word.startswith("VOICEOVER"):
                over = True
            elif word in _OFF_SCREEN:
                off = True
            elif word in _REMOTE:
                if _REMOTE[word]:
                    off = True
                    manner.append(_REMOTE[word])
            else:
                manner.append(" ".join(piece.lower().split()))
    return off and not over, over, manner
