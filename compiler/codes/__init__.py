"""Every diagnostic code, declared once, in the file of the room that reports it; ``E`` and ``W`` are all of them.

A code's number and name are stable: a number is never given to another meaning. To add one, add a line to the
classes of your room's file (its first line says which numbers are yours) and a page ``docs/diagnostics/CODE.md``.
"""

from __future__ import annotations

from compiler.codes.camera import CameraErrors, CameraWarnings
from compiler.codes.facts import FactsErrors, FactsWarnings
from compiler.codes.files import FilesErrors, FilesWarnings
from compiler.codes.meaning import MeaningErrors, MeaningWarnings
from compiler.codes.media import MediaErrors, MediaWarnings
from compiler.codes.performance import PerformanceErrors, PerformanceWarnings
from compiler.codes.syntax import SyntaxErrors, SyntaxWarnings
from compiler.codes.takes import TakesErrors, TakesWarnings
from compiler.codes.tools import ToolsErrors, ToolsWarnings
from compiler.codes.world import WorldErrors, WorldWarnings
from compiler.diagnostics import Code


class E(
    SyntaxErrors,
    MeaningErrors,
    PerformanceErrors,
    WorldErrors,
    CameraErrors,
    FilesErrors,
    MediaErrors,
    ToolsErrors,
    TakesErrors,
    FactsErrors,
):
    """Errors: the film cannot be made as written."""


class W(
    SyntaxWarnings,
    MeaningWarnings,
    PerformanceWarnings,
    WorldWarnings,
    CameraWarnings,
    FilesWarnings,
    MediaWarnings,
    ToolsWarnings,
    TakesWarnings,
    FactsWarnings,
):
    """Warnings: the film is made, but perhaps not as meant."""


def _all() -> dict[str, Code]:
    codes: dict[str, Code] = {}
    for room in (*E.__mro__, *W.__mro__):
        for code in vars(room).values():
            if isinstance(code, Code):
                codes[code.id] = code
    return dict(sorted(codes.items()))


CODES = _all()
"""Code by id (``E201``), in order of id."""
BY_NAME = {code.name: code for code in CODES.values()}
"""Code by its kebab name (``unknown-name``)."""


def find_code(text: str) -> Code | None:
    """The code an id or a name means, case ignored: ``E201``, ``e201``, ``unknown-name``."""
    word = text.strip()
    return CODES.get(word.upper()) or BY_NAME.get(word.lower().replace("_", "-").replace(" ", "-"))
