"""Codes of interchange and rewriting. E450-E469, W450-W469."""

from __future__ import annotations

from compiler.codes.form import error, warning


class ToolsErrors:
    """Tools errors: the film cannot be made as written."""

    BAD_FDX = error(
        "450",
        "unreadable-fdx",
        "`{path}` is no Final Draft script: {reason}",
        "nothing of it could be read for certain",
    )
    NOT_A_NOTE = error(
        "451",
        "not-a-note",
        "this `{keyword}` holds `{what}`, so it cannot be written as a note",
        "the note would end there, and the rest of the directive would be screenplay",
    )
    NO_CONVERSION = error(
        "452", "no-conversion", "`{path}` has no form that is known", "the end of the name says what to write"
    )
    FILE_EXISTS = error("453", "file-exists", "`{path}` is already there", "what it holds would be lost")
    NOT_WRITTEN = error("454", "not-written", "`{path}` cannot be written: {why}", "nothing was changed")
    RENAME_UNKNOWN = error(
        "455", "nothing-to-rename", "nothing in this film is called `{name}`", "there is nothing that could be renamed"
    )
    RENAME_CLASH = error(
        "456", "rename-clash", "`{name}` is already the name of something: {what}", "two would become one"
    )
    RENAME_BAD = error(
        "457", "unusable-name", "`{name}` cannot be a name here: {reason}", "the film would read otherwise"
    )
    NO_SUCH_SCENE = error("458", "no-such-scene", "there is no scene `{name}`", "only written scenes can be expanded")


class ToolsWarnings:
    """Tools warnings: the film is made, but perhaps not as meant."""

    STYLE_LOST = warning(
        "450",
        "style-lost",
        "Fountain cannot say every style of this: {text}",
        "styles that meet within a word have no marks; the words are kept",
    )
    NOT_EXPANDED = warning(
        "451",
        "not-expanded",
        "the shots of {scene} were not written down: {reason}",
        "what is written must be exactly what is made without it",
    )
