"""``film.lock``: the lengths a film's cut rests on, as text kept in git beside the film, and back.

One line for each spoken line, in sections by film; TOML, but read line by line, so that one that cannot be read, or a
merge that went wrong, costs that line and no other. Nothing here writes a file.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from compiler.codes import W
from compiler.diagnostics import Report, Span
from compiler.graph.locked import KEY_DIGITS, Locked
from compiler.limits import LOCK_BYTES, SHOT_SECONDS
from compiler.paths import Refusal, Refused, read_inside
from compiler.syntax.source import Source, make_source

FILE = "film.lock"
VERSION = 1
_MOST_LINES = 100_000
_MOST_TOLD = 3
"""Unreadable lines told one by one."""
_SAID = 44
"""Characters of a line that are quoted."""
_HEAD = (
    "# How long every spoken line of this film is, and where its words lie, in seconds. The cut rests on that: kept with the\n"
    "# film, it makes the same cut on every machine. `film build` writes it; `film lock --update` takes new lengths.\n"
    f"version = {VERSION}\n"
)
_STRING = r'"((?:[^"\\\x00-\x1f\x7f]|\\.)*)"'
_ENTRY = re.compile(
    rf"([0-9a-f]{{{KEY_DIGITS}}}) = \{{ said = {_STRING}, seconds = (\d{{1,6}}\.\d{{1,4}}), words = \[([\d., ]*)\] \}}"
)
_SECTION = re.compile(rf"\[{_STRING}\]")
_NUMBER = re.compile(r"\d{1,6}\.\d{1,4}")
_MARKS = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_UNESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}

Lines = Mapping[str, Locked]
"""Key of a line (``compiler.graph.locked.line_key``) → its length."""


@dataclass(frozen=True, slots=True)
class Lock:
    """What a film.lock says: lines by film. ``foreign``: it is not one that can be written over."""

    films: Mapping[str, Lines] = field(default_factory=dict)
    foreign: bool = False
    mended: bool = False
    """Something in it could not be read, or was read twice: written again, it is whole."""

    def lines(self, film: str) -> Lines:
        """Lines as a film has them; what only others of the folder have said goes for it too, as a line is itself wherever it is."""
        found: dict[str, Locked] = {}
        for name in sorted(self.films, reverse=True):
            found.update(self.films[name])
        return {**found, **self.films.get(film, {})}

    def updated(self, film: str, used: Lines, *, whole: bool, there: Iterable[str] = ()) -> Lock:
        """The lock after a build of ``film`` that came to ``used``.

        ``whole``: all lines of the film are among them, so others of its section are dropped; and sections of films
        that are not ``there`` any more.
        """
        before = self.films.get(film, {})
        keep = {} if whole else before
        known = {*there, film} if whole else set(self.films)
        films = {name: lines for name, lines in self.films.items() if name in known and lines}
        films[film] = {**keep, **used}
        return Lock({name: lines for name, lines in films.items() if lines})


def read_lock(folder: Path, sources: dict[str, Source], report: Report) -> Lock:
    """The film.lock of a film's folder; an empty one where there is none. What cannot be used is reported (warnings)."""
    data = read_inside(folder, FILE, LOCK_BYTES.value)
    if isinstance(data, Refusal):
        if data.kind is Refused.MISSING:
            return Lock()
        report(W.LOCK_UNUSABLE, None, why=data.why, help=data.help or "remove it: the next build writes a new one")
        return Lock(foreign=True)
    name = str(folder / FILE)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        report(W.LOCK_UNUSABLE, None, why=f"line {line} is not UTF-8 text", help="restore it from git, or remove it")
        return Lock(foreign=True)
    sources[name] = make_source(name, text)
    return parse_lock(sources[name], report)


def parse_lock(source: Source, report: Report) -> Lock:
    """What a film.lock says. Lines that say no length are reported and left out, and so is a merge's conflict."""
    reader = _Reader(source)
    if len(source.starts) > _MOST_LINES:
        reader.alien = f"it has more than {_MOST_LINES:,} lines"
        return reader.finish(report)
    for number in range(1, len(source.starts) + 1):
        reader.take(number, source.line(number).rstrip())
    return reader.finish(report)


def print_lock(lock: Lock) -> str:
    """The text of a lock: TOML, sections and lines in order, whatever order they were found in."""
    parts = [_HEAD]
    for film, lines in sorted(lock.films.items()):
        parts.append(f"\n[{_quoted(film)}]\n")
        for key, at in sorted(lines.items(), key=lambda item: (item[1].said, item[0])):
            words = ", ".join(_number(value) for span in at.words for value in span)
            parts.append(
                f"{key} = {{ said = {_quoted(at.said)}, seconds = {_number(at.seconds)}, words = [{words}] }}\n"
            )
    return "".join(parts)


def said_by(character: str, text: str) -> str:
    """Who says a line and how it begins: what a reader of a diff knows it by."""
    words = " ".join(text.split())
    if len(words) > _SAID:
        words = words[:_SAID].rsplit(" ", 1)[0].rstrip(",;:–—-") + "…"
    return f"{character}: {words}"


@dataclass(slots=True)
class _Reader:
    source: Source
    films: dict[str, dict[str, Locked]] = field(default_factory=dict)
    film: str | None = None
    version: int = 0
    alien: str = ""
    side: str = ""
    """The mark of the side of a conflict that is being read, or ""."""
    conflicts: list[Span] = field(default_factory=list)
    bad: list[tuple[Span, str]] = field(default_factory=list)

    def take(self, number: int, line: str) -> None:
        """Read one line of the file."""
        begin = self.source.starts[number - 1]
        span = Span(begin, begin + len(line), self.source.name)
        if line.startswith(_MARKS):
            self._mark(line[:7], span)
        elif not line or line.startswith("#") or self.side == "|||||||" or self.alien:
            pass  # of a conflict, what both sides had before is neither's now
        elif match := re.fullmatch(r"version = (\d{1,6})", line):
            self.version = int(match[1])
            if self.version != VERSION:
                self.alien = f"it is of version {self.version}, which a newer filmlang wrote"
        elif not self.version:
            self.alien = f"line {number} comes before any `version = {VERSION}`"
        elif match := _SECTION.fullmatch(line):
            self.film = _unquoted(match[1])
            self.films.setdefault(self.film, {})
        else:
            self._entry(line, span)

    def _mark(self, mark: str, span: Span) -> None:
        if mark == "<<<<<<<":
            self.conflicts.append(span)
        self.side = "" if mark == ">>>>>>>" else mark

    def _entry(self, line: str, span: Span) -> None:
        match = _ENTRY.fullmatch(line)
        if match is None or self.film is None:
            self.bad.append((span, "it is in no film's section" if match else "it is not written as the others are"))
            return
        key, said, seconds, words = match[1], _unquoted(match[2]), float(match[3]), _numbers(match[4])
        wrong = _wrong(seconds, words)
        if wrong:
            self.bad.append((span, wrong))
            return
        assert words is not None
        locked = Locked(seconds, tuple(zip(words[::2], words[1::2], strict=True)), said, span)
        before = self.films[self.film].setdefault(key, locked)
        if before != locked and not self.conflicts:
            self.bad.append((span, "the same line has another length above"))

    def finish(self, report: Report) -> Lock:
        """Report what was wrong, and give what was not."""
        if self.alien or not self.version:
            why = self.alien or f"it does not say `version = {VERSION}`"
            remedy = "update filmlang" if self.version > VERSION else "restore it from git, or remove it"
            report(W.LOCK_UNUSABLE, Span(0, 0, self.source.name), why=why, help=remedy)
            return Lock(foreign=True)
        if self.conflicts:
            report(
                W.LOCK_CONFLICT, self.conflicts[0], count=len(self.conflicts),
                help=f"`film build` writes it without the marks; look at it, then `git add {FILE}`",
            )  # fmt: skip
        for number, (span, why) in enumerate(self.bad[:_MOST_TOLD], 1):
            more = len(self.bad) - _MOST_TOLD if number == _MOST_TOLD else 0
            also = f" (and {more} more lines)" if more > 0 else ""
            report(W.LOCK_LINE, span, why=why + also, help="remove it; a build measures the line again")
        films = {name: lines for name, lines in self.films.items() if lines}
        return Lock(films, mended=bool(self.conflicts or self.bad))


def _numbers(text: str) -> list[float] | None:
    """The numbers of a list, ``None`` when it is none."""
    parts = text.split(", ") if text else []
    return [float(part) for part in parts] if all(_NUMBER.fullmatch(part) for part in parts) else None


def _wrong(seconds: float, words: list[float] | None) -> str:
    """Why these cannot be a line's times, or ""."""
    if not 0.0 < seconds <= SHOT_SECONDS.value or not math.isfinite(seconds):
        return f"a line lasts longer than nothing and at most {SHOT_SECONDS.value} seconds"
    if words is None or len(words) % 2:
        return "`words` holds a start and an end for each word"
    starts, ends = words[::2], words[1::2]
    if starts != sorted(starts) or any(b < a for a, b in zip(starts, ends, strict=True)):
        return "its words are not in order"
    return "a word ends after the line does" if any(end > seconds + 0.25 for end in ends) else ""


def _number(value: float) -> str:
    """Seconds to a tenth of a millisecond, always with a point."""
    text = f"{value:.4f}".rstrip("0")
    return text + "0" if text.endswith(".") else text


def _quoted(text: str) -> str:
    """A TOML string; whatever a screen would not show as it is, is written as its number."""
    return '"' + "".join(_ESCAPES.get(c) or (c if c.isprintable() else _numbered(c)) for c in text) + '"'


def _numbered(char: str) -> str:
    if 0xD800 <= ord(char) < 0xE000:
        return "\\uFFFD"  # half a character, which no text file can hold
    return f"\\u{ord(char):04X}" if ord(char) < 0x10000 else f"\\U{ord(char):08X}"


def _unquoted(text: str) -> str:
    def char(match: re.Match[str]) -> str:
        code = match[1]
        if code[0] in "uU" and len(code) > 1:
            number = int(code[1:], 16)
            return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"
        return _PLAIN.get(code, code)

    return _UNESCAPE.sub(char, text)
