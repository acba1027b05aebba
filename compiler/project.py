"""film.toml: the settings of a project folder, read once, checked, and never from outside the folder."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from compiler.codes import E
from compiler.diagnostics import Edit, Fix, Report, Span
from compiler.limits import PROJECT_BYTES
from compiler.meaning.title_page import SETTINGS, Setting
from compiler.names import did_you_mean, misspelling
from compiler.paths import Refusal, Refused, project_path, read_inside
from compiler.syntax.source import Source, make_source

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

FILE = "film.toml"
_USUAL = 'it says, for example, main = "name.film" and allow = ["jump-cut"]'


@dataclass(frozen=True, slots=True)
class Project:
    """What film.toml says. ``main`` is the film's file, "" when it names none."""

    main: str = ""
    allow: tuple[tuple[str, Span | None], ...] = ()
    """Codes of warnings allowed in the whole project, and where they are written."""
    settings: Mapping[str, Setting] = field(default_factory=dict)
    """Title, author, format, look and seed, where the title page does not say them."""
    rights: bool = False
    """Whether records of borrowed faces, voices and pictures are asked for."""
    shared: bool = False
    """Whether results are also kept in, and taken from, the user's own cache folder. Never a place: a project comes from anywhere."""


def read_project(folder: Path, sources: MutableMapping[str, Source], report: Report) -> Project | None:
    """The settings of ``folder``; the usual ones without a film.toml, ``None`` when it is wrong (reported)."""
    path = folder / FILE
    if not os.path.isfile(path):  # noqa: PTH113 - Path.is_file raises for names that are too long
        return Project()
    from pydantic import BaseModel, ConfigDict, ValidationError

    class Settings(BaseModel):
        model_config = ConfigDict(extra="forbid", strict=True)
        main: str = ""
        allow: list[str] = []
        title: str = ""
        author: str = ""
        format: str = ""
        look: str = ""
        seed: int | None = None
        rights: bool = False
        cache: Literal["own", "shared"] = "own"

    data = read_inside(folder, FILE, PROJECT_BYTES.value)
    if isinstance(data, Refusal):
        report(E.BAD_PROJECT, None, reason=data.why, help=data.help or _USUAL)
        return None
    try:
        source = sources[str(path)] = make_source(str(path), data.decode("utf-8"))
        settings = Settings.model_validate(tomllib.loads(source.text))
    except UnicodeDecodeError:
        report(E.BAD_PROJECT, None, reason="it is not UTF-8 text", help="save it as UTF-8")
        return None
    except ValidationError as error:
        _wrong_setting(error.errors()[0], set(Settings.model_fields), source, report)
        return None
    except tomllib.TOMLDecodeError as error:
        report(E.BAD_PROJECT, _told_place(str(error), source), reason=str(error), help=_USUAL)
        return None
    except (ValueError, RecursionError) as error:
        what = "it is nested too deeply" if isinstance(error, RecursionError) else "a number in it is too long"
        report(E.BAD_PROJECT, Span(0, 0, source.name), reason=what, help=_USUAL)
        return None
    said = {key: str(getattr(settings, key)) for key in SETTINGS if getattr(settings, key) not in ("", None)}
    return Project(
        settings.main,
        tuple((word, _place(word, source)) for word in settings.allow),
        {key: Setting(text, _line(key, source)) for key, text in said.items()},
        settings.rights,
        settings.cache == "shared",
    )


def _wrong_setting(error: ErrorDetails, known: set[str], source: Source, report: Report) -> None:
    """One thing pydantic says, with its place in film.toml and the setting that was probably meant."""
    key = str(error["loc"][0]) if error["loc"] else ""
    match = re.search(rf"^[ \t]*[\"']?({re.escape(key)})\b", source.text, re.MULTILINE)
    span = Span(match.start(1), match.end(1), source.name) if match else Span(0, 0, source.name)
    if error["type"] != "extra_forbidden":
        report(E.BAD_PROJECT, span, reason=f"`{key}`: {error['msg'][:1].lower()}{error['msg'][1:]}", help=_USUAL)
        return
    near = misspelling(key, known)
    fix = Fix(f"write `{near}`", (Edit(span, near),), safe=True) if near and match else None
    remedy = did_you_mean(key, sorted(known)) or "the settings are " + ", ".join(f"`{name}`" for name in sorted(known))
    report(E.BAD_PROJECT, span, reason=f"there is no setting `{key}`", help=remedy, fix=fix)


def _told_place(message: str, source: Source) -> Span:
    """The place a TOML error speaks of: ``… (at line 3, column 8)``."""
    match = re.search(r"at line (\d{1,6}), column (\d{1,6})", message)
    if not match or int(match[1]) > len(source.starts):
        return Span(len(source.text), len(source.text), source.name)
    at = min(source.starts[int(match[1]) - 1] + int(match[2]) - 1, len(source.text))
    return Span(at, at, source.name)


def project_folder(main: Path) -> Path:
    """The folder whose film.lock and film.picks.toml go for a film: its own, wherever a link to it stands."""
    return main.resolve().parent if main.is_symlink() else main.parent


def main_file(folder: Path, project: Project, report: Report) -> Path | None:
    """The file ``main`` names; reported when it is not one of the project's."""
    main = project_path(folder, project.main)
    if isinstance(main, Path):
        return main
    if main.kind is Refused.OUTSIDE:
        report(E.USE_OUTSIDE, None, path=project.main, help=main.help or "move the film into the project's folder")
    else:
        report(E.BAD_PROJECT, None, reason=f"`{project.main}`: {main.why}", help=main.help or "main names the film")
    return None


def _place(word: str, source: Source) -> Span | None:
    for quote in "\"'":
        at = source.text.find(quote + word + quote, max(0, source.text.find("allow")))
        if at >= 0:
            return Span(at + 1, at + 1 + len(word), source.name)
    return None


def _line(key: str, source: Source) -> Span | None:
    """Where the value of a key stands."""
    match = re.search(rf"^[ \t]*{key}[ \t]*=[ \t]*(\S[^\r\n]*?)[ \t]*$", source.text, re.MULTILINE)
    return Span(match.start(1), match.end(1), source.name) if match else None
