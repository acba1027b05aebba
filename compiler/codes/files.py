"""Codes of files, projects, limits and silencing. E401-E429, W412-W429."""

from __future__ import annotations

from compiler.codes.form import error


class FilesErrors:
    """Files errors: the film cannot be made as written."""

    FILE_MISSING = error("401", "missing-file", "there is no file `{path}`", "the film is read from it")
    FILE_UNREADABLE = error("402", "unreadable-file", "`{path}` cannot be read: {why}", "the film is read from it")
    FILE_TOO_LARGE = error(
        "403", "file-too-large", "`{path}` is larger than {limit} MB", "sources are text written by people"
    )
    NOT_UTF8 = error("404", "not-utf8", "`{path}` is not UTF-8 text (line {line})", "letters would be read wrong")
    NOT_TEXT = error("405", "not-text", "`{path}` holds NUL bytes", "a source is text")
    LINE_TOO_LONG = error(
        "406", "line-too-long", "line {line} is longer than {limit} characters", "no line of a screenplay is"
    )
    NO_FILM = error(
        "407", "no-film", "no film in `{path}`: {reason}", "a project folder has one film, or film.toml names it"
    )
    BAD_PROJECT = error("408", "bad-project", "film.toml: {reason}", "the project's settings could not be read")
    USE_MISSING = error("409", "unknown-module", "`use` finds no `{path}`", "its declarations are missing")
    USE_CYCLE = error(
        "410", "use-cycle", "`{path}` uses itself, by way of {chain}", "nothing in a circle can come first"
    )
    USE_OUTSIDE = error(
        "411", "outside-project", "`{path}` lies outside the project", "a film may only read its own project's files"
    )


class FilesWarnings:
    """Files warnings: the film is made, but perhaps not as meant."""
