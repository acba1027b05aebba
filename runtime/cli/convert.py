"""``film convert``: a screenplay from one form to another: ``.film``, Fountain, Final Draft. Never over a file unasked."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from compiler.codes import E
from compiler.diagnostics import Report
from compiler.interchange.fdx_read import fdx_to_fountain
from compiler.interchange.fdx_write import fountain_to_fdx
from compiler.interchange.fdx_xml import MAX_BYTES
from compiler.interchange.fountain import film_to_fountain, fountain_to_film
from compiler.syntax.source import Source, decode_source, make_source
from runtime.cli.reporting import say

FORMS = ("film", "fountain", "fdx")
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


def convert(source: str, target: str, force: bool = False, read_as: str = "", write_as: str = "") -> int:
    """Convert a file by the ends of the names, ``-`` being standard input or output; returns the exit code."""
    report = Report()
    data = _read(source, report)
    begins = (
        read_as
        or _form(source)
        or ("fdx" if data.lstrip()[:1] == b"<" else "film" if write_as != "film" else "fountain")
    )
    wanted = write_as or _form(target) or ("fountain" if begins == "film" else "film")
    for name, form in ((source, begins), (target, wanted)):
        if form not in FORMS:
            report(E.NO_CONVERSION, None, path=name, help="known are .film, .fountain and .fdx")
    sources: dict[str, Source] = {}
    made = "" if report.failed else converted(source, data, begins, wanted, sources, report)
    if not report.failed:
        _write(target, made, force, report)
    say(source, report, sources)
    return int(report.failed)


def converted(name: str, data: bytes, begins: str, wanted: str, sources: dict[str, Source], report: Report) -> str:
    """The text of a screenplay in another form; "" when it cannot be read, which is reported."""
    if begins == "fdx":
        read: Source | None = make_source(name, fdx_to_fountain(name, data, report))
    else:
        read = decode_source(name, data, report)
    if read is None or report.failed:
        return ""
    sources[name] = read
    if begins == wanted:
        return read.text
    if begins == "film":
        read = make_source(name, film_to_fountain(read, report))
    if report.failed or wanted == "fountain":
        return read.text
    sources[name] = read
    return fountain_to_film(read, report) if wanted == "film" else fountain_to_fdx(read, report)


def _form(name: str) -> str:
    return "" if name == "-" else Path(name).suffix.lower().removeprefix(".") or name


def _read(name: str, report: Report) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        handle = os.open(name, _FLAGS)
    except FileNotFoundError:
        report(E.FILE_MISSING, None, path=name, help="check the spelling")
        return b""
    except (OSError, ValueError) as error:
        report(E.FILE_UNREADABLE, None, path=name, why=_why(error), help="check its permissions")
        return b""
    with os.fdopen(handle, "rb") as stream:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            report(E.FILE_UNREADABLE, None, path=name, why="it is not a regular file", help="name a screenplay")
            return b""
        try:
            data = stream.read(MAX_BYTES + 1)
        except OSError as error:
            report(E.FILE_UNREADABLE, None, path=name, why=_why(error), help="check the disk")
            return b""
    if len(data) > MAX_BYTES:
        report(E.FILE_TOO_LARGE, None, path=name, limit=MAX_BYTES >> 20, help="a script is smaller than this")
        return b""
    return data


def _write(name: str, text: str, force: bool, report: Report) -> None:
    """The whole file or none of it."""
    if name == "-":
        sys.stdout.buffer.write(text.encode("utf-8"))
        sys.stdout.flush()
        return
    path = Path(name)
    if path.exists() and (not force or not path.is_file()):
        report(E.FILE_EXISTS, None, path=name, help="choose another name, or say --force to write over it")
        return
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name[:80]}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(text.encode("utf-8"))
                stream.flush()
                os.fsync(stream.fileno())
            mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o666 & ~_umask()
            Path(temporary).chmod(mode)
            os.replace(temporary, path)  # noqa: PTH105
        except BaseException:
            with suppress(OSError):
                Path(temporary).unlink()
            raise
    except (OSError, ValueError) as error:
        report(E.NOT_WRITTEN, None, path=name, why=_why(error), help="choose a folder you can write in")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _why(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else "") or "that is no name of a file"
