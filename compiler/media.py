"""Files that a film is made from, looked at before anything is built: there, inside the project, and of their kind.

Only names, sizes and first bytes are looked at (and a LUT's numbers): whether a picture can be decoded is the
sandboxed reader's to say.
"""

from __future__ import annotations

import math
import os
from pathlib import Path

from compiler.codes import E
from compiler.diagnostics import Edit, Fix, Report, Span
from compiler.limits import MEDIA_BYTES
from compiler.paths import Refusal, Refused, open_inside, read_inside, refused_name

_FORMS = {
    "picture": ("PNG", "JPEG", "TIFF", "WebP"),
    "sound": ("WAV", "FLAC", "Ogg", "MP3", "MP4", "Matroska", "AVI"),
    "footage": ("MP4", "Matroska", "AVI"),
}
"""The forms each kind of file may have; a file is what its first bytes say, never what it is called."""
_FIRST_BYTES = (
    ("PNG", b"\x89PNG\r\n\x1a\n"), ("JPEG", b"\xff\xd8\xff"), ("TIFF", b"II*\0"), ("TIFF", b"MM\0*"), ("FLAC", b"fLaC"),
    ("Ogg", b"OggS"), ("Matroska", b"\x1aE\xdf\xa3"), ("MP3", b"ID3"),
)  # fmt: skip
_RIFF = {b"WEBP": "WebP", b"WAVE": "WAV", b"AVI ": "AVI"}
_SMALLEST_LUT, _LARGEST_LUT = 2, 129
_LARGEST_LUT_VALUE = 1e4


def vet_file(root: Path | None, name: str, kind: str, span: Span | None, report: Report) -> bool:
    """Whether ``name`` is a usable ``kind`` of file below ``root``; reports why not.

    ``kind`` is picture, sound, footage or LUT; of any other it is enough to be there. Without a ``root`` (a text that is
    no file) only the name itself is judged.
    """
    refusal = refused_name(name)
    if refusal is None and root is not None:
        refusal = _look(root, name, kind)
    if refusal is None:
        return True
    match refusal.kind:
        case Refused.OUTSIDE:
            report(E.USE_OUTSIDE, span, path=name, help=refusal.help or "copy it into the project")
        case Refused.MISSING:
            remedy = refusal.help or "it is named from the film's own folder, with `/` between folders"
            report(E.MEDIA_MISSING, span, kind=kind, path=name, help=remedy, fix=_renamed(name, refusal.near, span))
        case Refused.UNREADABLE:
            remedy = refusal.help or f"name a {_listed(kind)} file"
            report(E.BAD_MEDIA, span, kind=kind, path=name, why=refusal.why, help=remedy)
    return False


def read_cube(data: bytes) -> tuple[int, list[tuple[float, float, float]]] | str:
    """Size and entries (red fastest) of a three-dimensional .cube LUT, or what is wrong with it (Adobe Cube LUT 1.0)."""
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        return "it is not text"
    size = 0
    entries: list[tuple[float, float, float]] = []
    for number, line in enumerate(lines, 1):
        words = line.partition("#")[0].split()
        if not words or words[0] in ("TITLE", "DOMAIN_MIN", "DOMAIN_MAX", "LUT_3D_INPUT_RANGE"):
            continue
        if words[0] == "LUT_1D_SIZE":
            return "it is one-dimensional; a look takes a three-dimensional one"
        if words[0] == "LUT_3D_SIZE":
            size = (
                int(words[1])
                if len(words) == 2 and words[1].isascii() and words[1].isdigit() and len(words[1]) < 5
                else 0
            )
            if not _SMALLEST_LUT <= size <= _LARGEST_LUT:
                return f"its size is not between {_SMALLEST_LUT} and {_LARGEST_LUT}"
            continue
        try:
            values = [float(word) for word in words]
        except ValueError:
            return f"line {number} holds no numbers"
        if len(values) != 3 or not all(math.isfinite(v) and abs(v) <= _LARGEST_LUT_VALUE for v in values):
            return f"line {number} is no colour"
        entries.append((values[0], values[1], values[2]))
    if not size:
        return "it does not say its LUT_3D_SIZE"
    if len(entries) != size**3:
        return f"it has {len(entries)} colours where {size}³ = {size**3} are due"
    return size, entries


def _look(root: Path, name: str, kind: str) -> Refusal | None:
    with open_inside(root, name) as opened:
        if isinstance(opened, Refusal):
            return opened
        size = os.fstat(opened).st_size
        try:
            first = os.read(opened, 16)
        except OSError as error:
            return Refusal(Refused.UNREADABLE, (error.strerror or "it cannot be read").lower())
    if not size:
        return Refusal(Refused.UNREADABLE, "it is empty", "save it again")
    if kind == "picture" and size > MEDIA_BYTES.value:
        return Refusal(Refused.UNREADABLE, f"it is larger than {MEDIA_BYTES.value >> 20} MB", "save it smaller")
    forms = _FORMS.get(kind)
    if forms and form_of(first) not in forms:
        form = form_of(first)
        return Refusal(Refused.UNREADABLE, f"it is {'a ' + form if form else 'another kind of'} file")
    if kind == "LUT":
        data = read_inside(root, name, MEDIA_BYTES.value)
        if isinstance(data, Refusal):
            return data
        cube = read_cube(data)
        return Refusal(Refused.UNREADABLE, cube, "export it again as a .cube") if isinstance(cube, str) else None
    return None


def form_of(first: bytes) -> str:
    """The form of a media file by its first 16 bytes; "" for none that is known."""
    if first[:4] == b"RIFF":
        return _RIFF.get(first[8:12], "")
    if first[4:8] == b"ftyp":
        return "MP4"
    for form, beginning in _FIRST_BYTES:
        if first.startswith(beginning):
            return form
    return "MP3" if len(first) > 1 and first[0] == 0xFF and first[1] & 0xE6 == 0xE2 else ""


def _renamed(name: str, near: str, span: Span | None) -> Fix | None:
    """Certain only when nothing but the case of letters differs: another name may be another picture."""
    if not near or span is None or span.end - span.start not in (len(name), len(name) + 2):
        return None
    quote = (span.end - span.start - len(name)) // 2
    place = Span(span.start + quote, span.end - quote, span.file)
    return Fix(f"write `{near}`", (Edit(place, near),), safe=near.casefold() == name.casefold())


def _listed(kind: str) -> str:
    forms = _FORMS.get(kind, (".cube",) if kind == "LUT" else ())
    return ", ".join(forms[:-1]) + f" or {forms[-1]}" if len(forms) > 1 else "".join(forms) or kind
