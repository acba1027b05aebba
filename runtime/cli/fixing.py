"""``film check --fix``: the safe fixes of a film's findings, written into its files, or shown as a diff.

Edits never overlap: of two that meet, the first in the file is made, and the other comes up again on the next look.
Files are replaced whole and atomically, and only if they still say what was checked.
"""

from __future__ import annotations

import codecs
import difflib
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from compiler.diagnostics import Diagnostic, Edit, Fix
from compiler.silence import LIBRARY
from compiler.syntax.source import Source

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


@dataclass(frozen=True, slots=True)
class Fixed:
    """A fix that was made: of which finding, and where its first edit began."""

    item: Diagnostic
    fix: Fix
    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Fixes:
    """What to write: the new text of each file by name, and the fixes in it."""

    texts: Mapping[str, str]
    made: tuple[Fixed, ...]


def plan_fixes(items: Iterable[Diagnostic], sources: Mapping[str, Source]) -> Fixes:
    """Every safe fix that meets no other, as new texts. Pure: nothing is written."""
    taken: dict[str, list[Edit]] = {}
    made: list[Fixed] = []
    for item in items:
        fix = item.fix
        if fix is None or not fix.safe or not fix.edits or not _possible(fix, sources, taken):
            continue
        for edit in fix.edits:
            if edit not in taken.setdefault(edit.span.file, []):
                taken[edit.span.file].append(edit)
        file = fix.edits[0].span.file
        made.append(Fixed(item, fix, file, *sources[file].place(fix.edits[0].span.start)))
    return Fixes({name: apply_edits(sources[name].text, edits) for name, edits in taken.items()}, tuple(made))


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """``text`` with edits made that do not overlap."""
    pieces: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda e: e.span.start):
        pieces += text[position : edit.span.start], edit.text
        position = edit.span.end
    return "".join([*pieces, text[position:]])


def write_fixes(fixes: Fixes, sources: Mapping[str, Source]) -> dict[str, str]:
    """Write the new texts; returns, by file, why one was left as it was."""
    failed: dict[str, str] = {}
    for name, text in fixes.texts.items():
        try:
            _replace(Path(name), sources[name].text, text)
        except (OSError, UnicodeError, ValueError) as error:
            failed[name] = error.strerror or str(error) if isinstance(error, OSError) else str(error)
    return failed


def diff_fixes(fixes: Fixes, sources: Mapping[str, Source]) -> Iterator[str]:
    """A unified diff of what ``write_fixes`` would change, line by line without line ends."""
    for name, text in fixes.texts.items():
        before, after = sources[name].text.splitlines(), text.splitlines()
        yield from difflib.unified_diff(before, after, name, name, lineterm="")


def _possible(fix: Fix, sources: Mapping[str, Source], taken: Mapping[str, list[Edit]]) -> bool:
    """Whether every edit lies in a file of the film's own, and meets no other edit than itself."""
    mine: list[Edit] = []
    for edit in fix.edits:
        span = edit.span
        source = sources.get(span.file)
        if (
            source is None
            or span.file.startswith((LIBRARY, "<"))
            or not 0 <= span.start <= span.end <= len(source.text)
        ):
            return False
        for other in (*taken.get(span.file, ()), *mine):
            if other != edit and other.span.file == span.file and _meet(edit, other):
                return False
        mine.append(edit)
    return True


def _meet(a: Edit, b: Edit) -> bool:
    if a.span.start == b.span.start:
        return True
    return a.span.start < b.span.end and b.span.start < a.span.end


def _replace(path: Path, before: str, after: str) -> None:
    """Put ``after`` where ``before`` is, keeping mark, encoding, mode and links; refuses when the file has changed."""
    path = path.resolve(strict=True)
    data = path.read_bytes()
    mark, encoding = next(((m, e) for m, e in _MARKS if data.startswith(m)), (b"", "utf-8"))
    if data[len(mark) :].decode(encoding) != before:
        raise ValueError("it has changed meanwhile")
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(mark + after.encode(encoding))
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(stat.S_IMODE(path.stat().st_mode))
        os.replace(temporary, path)  # noqa: PTH105
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink()
        raise
