"""Sources: text with line positions, and the one door through which files of a project are read.

Lines end at LF, CRLF or CR and nowhere else, as in editors. This module knows no grammar.
"""

from __future__ import annotations

import itertools
import os
import re
import stat
from bisect import bisect_right
from dataclasses import dataclass, field
from pathlib import Path

from compiler.codes import E
from compiler.diagnostics import Report, Span
from compiler.limits import LINE, SOURCE_BYTES
from compiler.names import did_you_mean

_LINE_END = re.compile(r"\r\n?|\n")
MAX_BYTES = SOURCE_BYTES.value
MAX_LINE = LINE.value
MOST_LISTED = 2000
"""Folder entries looked at for a suggestion."""


@dataclass(frozen=True, slots=True)
class Source:
    """A decoded file. ``name`` is its path as the user knows it; ``text`` keeps its own line endings."""

    name: str
    text: str
    starts: tuple[int, ...] = field(default=(), compare=False, repr=False)
    mark: str = field(default="", compare=False, repr=False)
    """The byte-order mark that stood before the text, or ""."""

    def place(self, offset: int) -> tuple[int, int]:
        """1-based line and column of a character offset."""
        line = bisect_right(self.starts, offset) - 1
        return line + 1, offset - self.starts[line] + 1

    def line(self, number: int) -> str:
        """Text of a 1-based line without its ending."""
        end = self.starts[number] if number < len(self.starts) else len(self.text)
        return self.text[self.starts[number - 1] : end].rstrip("\r\n")


def make_source(name: str, text: str) -> Source:
    """A source from text; a leading byte-order mark is dropped."""
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    text = text.removeprefix("\ufeff")
    if "\r" in text:
        return Source(name, text, (0, *(match.end() for match in _LINE_END.finditer(text))), mark)
    return Source(name, text, (0, *itertools.accumulate(map((1).__add__, map(len, text.split("\n")[:-1])))), mark)


def read_source(path: Path, report: Report, name: str = "") -> Source | None:
    """Read a file the user named. Reports and returns ``None`` for what cannot be a source."""
    shown = name or str(path)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0))
    except FileNotFoundError:
        report(E.FILE_MISSING, None, path=shown, help=_nearby(path) or "`film new NAME` begins a new film")
        return None
    except OSError as error:
        report(
            E.FILE_UNREADABLE,
            None,
            path=shown,
            why=error.strerror or "it cannot be opened",
            help="check its permissions",
        )
        return None
    return read_opened(handle, shown, report)


def _nearby(path: Path) -> str:
    """Did-you-mean among the sources beside a file that is not there."""
    try:
        with os.scandir(path.parent) as entries:
            names = [entry.name for entry in itertools.islice(entries, MOST_LISTED)]
    except OSError:
        return ""
    return did_you_mean(path.name, sorted(name for name in names if name.lower().endswith((".film", ".fountain"))))


def read_opened(handle: int, shown: str, report: Report) -> Source | None:
    """Read a source from a descriptor and close it; ``shown`` is what its diagnostics call it."""
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        os.close(handle)
        what = "it is a folder" if stat.S_ISDIR(status.st_mode) else "it is not a regular file"
        report(E.FILE_UNREADABLE, None, path=shown, why=what, help="name a .film or .fountain file")
        return None
    with os.fdopen(handle, "rb") as stream:
        if status.st_size > MAX_BYTES:
            remedy = 'split it into files joined by `use "part.film"`'
            report(E.FILE_TOO_LARGE, None, path=shown, limit=MAX_BYTES >> 20, help=remedy)
            return None
        try:
            data = stream.read(MAX_BYTES + 1)
        except OSError as error:
            report(E.FILE_UNREADABLE, None, path=shown, why=error.strerror or "reading fails", help="check the disk")
            return None
    return decode_source(shown, data, report)


def decode_source(name: str, data: bytes, report: Report) -> Source | None:
    """Bytes to a source: UTF-8 (or UTF-16 with a mark); reports NUL bytes, undecodable ones and emptiness."""
    try:
        text = data.decode("utf-16") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        report(E.NOT_UTF8, None, path=name, line=line, help="save it as UTF-8")
        return None
    if "\0" in text:
        report(E.NOT_TEXT, None, path=name, help="this is not a text file; name a .film or .fountain file")
        return None
    source = make_source(name, text)
    if not source.text.strip():
        report(E.EMPTY_SOURCE, Span(0, 0, name), help="begin with a scene heading: INT. KITCHEN - NIGHT")
        return None
    bounds = (*source.starts, len(text))
    for number, (begin, end) in enumerate(itertools.pairwise(bounds), 1):
        if end - begin > MAX_LINE:
            report(
                E.LINE_TOO_LONG,
                Span(begin, begin + 40, name),
                line=number,
                limit=MAX_LINE,
                help="break it into paragraphs",
            )
            return None
    return source
