"""Codes of the text itself: directives, blocks, comments, Fountain. E101-E129, W151-W169."""

from __future__ import annotations

from compiler.codes.form import error, warning


class SyntaxErrors:
    """Syntax errors: the film cannot be made as written."""

    EMPTY_SOURCE = error("101", "empty-source", "this source says nothing", "a film needs at least one scene")
    NO_SCENES = error("102", "no-scenes", "there is no scene in this film", "pictures are made from scenes")
    UNCLOSED = error("103", "unclosed-comment", "this {what} is never closed", "everything after it would be a comment")
    BAD_PHRASE = error(
        "104", "bad-phrase", "`{text}` cannot be read here", "a directive is a keyword and phrases between commas"
    )
    MISSING_NAME = error("105", "missing-name", "`{keyword}` needs a name", "other lines refer to it by that name")
    UNKNOWN_PROPERTY = error(
        "106",
        "unknown-property",
        "`{keyword}` has no property `{key}`",
        "a misspelt property would silently do nothing",
    )
    WOULD_CHANGE = error(
        "108",
        "format-would-change",
        "laid out anew, this would be read as something else",
        "the formatter never changes meaning, so the file was left alone",
    )


class SyntaxWarnings:
    """Syntax warnings: the film is made, but perhaps not as meant."""

    NEAR_KEYWORD = warning(
        "151", "near-keyword", "`{word}` is read as action", "a directive begins with a keyword, spelt exactly"
    )
    HIDDEN = warning(
        "152", "hidden-character", "there is an invisible `U+{point}` here", "it can make a line read as what it is not"
    )
    STRAY_BLOCK = warning(
        "153", "stray-block", "`{key}:` is read as action", "an empty line ends the block of the directive above it"
    )
    NEAR_NOTE = warning(
        "154", "near-note", "`{word}` makes this note a comment", "a note directs only when it begins with a keyword"
    )
