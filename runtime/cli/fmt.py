"""``film fmt``: sources in the one canonical layout. Files are replaced whole and atomically, or not touched at all."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from compiler.codes import E
from compiler.diagnostics import Report
from compiler.syntax.format import format_source
from compiler.syntax.source import MAX_BYTES, Source, decode_source, read_source
from runtime.cli.diagnostics import shown
from runtime.cli.fixing import Fixes, diff_fixes, write_fixes
from runtime.cli.reporting import say

SUFFIXES = (".film", ".fountain")
STDIN = "-"


def fmt(paths: Sequence[str], *, check: bool = False, diff: bool = False, read_as: str = "film") -> int:
    """Lay out files, folders of them, or standard input (``-``, written to standard output); returns the exit code.

    With ``check`` nothing is written and 1 says that something would change; with ``diff`` the changes are printed
    instead of made. A source with broken syntax is left alone, says why, and makes the exit code 1.
    """
    code = changed = total = 0
    for name in _files(paths):
        total += 1
        report = Report()
        source = open_source(name, report)
        if source is None:
            empty = _only_empty(report)
            code |= not empty
            if not empty:
                say(name, report, {})
            continue
        bare = not (name.lower().endswith(".fountain") or (name == STDIN and read_as == "fountain"))
        text = format_source(source, report, bare_directives=bare)
        if text is None:
            say(name, report, {source.name: source})
            print(f"{shown(name)}: left as it is", file=sys.stderr)
            code = 1
            continue
        differs = text != source.mark + source.text if name == STDIN else text != source.text
        changed += differs
        code |= _deliver(name, source, text, differs, check, diff)
    if total > 1 and not diff:
        would = "would change" if check else "changed"
        print(f"{total} files, {would} {changed}", file=sys.stderr)
    return int(bool(code or (check and changed)))


def open_source(name: str, report: Report) -> Source | None:
    """A file, or standard input for ``-``."""
    if name != STDIN:
        return read_source(Path(name), report)
    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        report(E.FILE_TOO_LARGE, None, path="<stdin>", limit=MAX_BYTES >> 20, help="split it into files")
        return None
    return decode_source("<stdin>", data, report)


def _deliver(name: str, source: Source, text: str, differs: bool, check: bool, diff: bool) -> int:
    fixes = Fixes({source.name: text}, ())
    if diff:
        if differs:
            lines = list(diff_fixes(fixes, {source.name: source}))
            print("\n".join(lines) if lines else f"{shown(name)}: line ends only")
        return 0
    if name == STDIN and not check:
        sys.stdout.buffer.write(text.encode("utf-8"))
        sys.stdout.flush()
        return 0
    if not differs:
        return 0
    if check:
        print(f"would change {shown(name)}")
        return 0
    for why in write_fixes(fixes, {source.name: source}).values():
        print(f"error: {shown(name)} was not changed: {why}", file=sys.stderr)
        return 1
    print(f"changed {shown(name)}")
    return 0


def _files(paths: Sequence[str]) -> Iterator[str]:
    """Files as named; for a folder every source below it, hidden folders left out."""
    for name in paths:
        path = Path(name)
        if name == STDIN or not path.is_dir():
            yield name
            continue
        for found in sorted(path.rglob("*")):
            hidden = any(part.startswith(".") for part in found.relative_to(path).parts)
            if not hidden and found.suffix.lower() in SUFFIXES and found.is_file():
                yield str(found)


def _only_empty(report: Report) -> bool:
    return all(item.code == E.EMPTY_SOURCE.id for item in report.items)
