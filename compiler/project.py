"""film.toml: the settings of a project folder, read once, checked, and never from outside the folder."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path

from compiler.codes import E
from compiler.diagnostics import Report, Span
from compiler.limits import PROJECT_BYTES
from compiler.meaning.title_page import SETTINGS, Setting
from compiler.paths import Refusal, Refused, project_path, read_inside
from compiler.syntax.source import Source, make_source

FILE = "film.toml"


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


def read_project(folder: Path, sources: MutableMapping[str, Source], report: Report) -> Project | None:
    """The settings of ``folder``; the usual ones without a film.toml, ``None`` when it is wrong (reported)."""
    path = folder / FILE
    if not path.is_file():
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

    help_text = 'it says, for example, main = "name.film" and allow = ["jump-cut"]'
    try:
        data = read_inside(folder, FILE, PROJECT_BYTES.value)
        if isinstance(data, Refusal):
            raise ValueError(data.why)
        text = data.decode("utf-8")
        settings = Settings.model_validate(tomllib.loads(text))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        report(E.BAD_PROJECT, None, reason=f"{where}: {first['msg']}", help=help_text)
        return None
    except (ValueError, OSError, RecursionError) as error:
        report(E.BAD_PROJECT, None, reason=str(error), help=help_text)
        return None
    source = sources[str(path)] = make_source(str(path), text)
    said = {key: str(getattr(settings, key)) for key in SETTINGS if getattr(settings, key) not in ("", None)}
    return Project(
        settings.main,
        tuple((word, _place(word, source)) for word in settings.allow),
        {key: Setting(text, _line(key, source)) for key, text in said.items()},
        settings.rights,
    )


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
