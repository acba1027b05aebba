"""Codes of files, projects, limits and silencing. E401-E429, W412-W429."""

from __future__ import annotations

from compiler.codes.form import error, warning


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
    MEDIA_MISSING = error(
        "412", "missing-media", "there is no {kind} `{path}`", "pictures and sound are made from the files a film names"
    )
    BAD_MEDIA = error(
        "413",
        "unusable-media",
        "`{path}` is no {kind} that can be used: {why}",
        "a build would stop when it gets to it",
    )
    TOO_MANY = error(
        "414",
        "too-many",
        "{what} has at most {limit} {unit}; this is one more",
        "past that it is a mistake or an attack",
    )
    NAME_TOO_LONG = error(
        "415", "name-too-long", "a name has at most {limit} characters; this has {count}", "it has to fit a slate"
    )
    TOO_DEEP = error(
        "416",
        "too-deep",
        "{what} is more than {limit} levels deep",
        "nobody could follow it, and nothing should have to",
    )
    NUMBER_TOO_LONG = error(
        "417", "number-too-long", "a number has at most {limit} digits", "no length, level or seed needs more"
    )
    TEMPLATE_TOO_LARGE = error(
        "418", "prompt-too-large", "this prompt has more than {limit} {unit}", "a prompt is a sentence, not a program"
    )


class FilesWarnings:
    """Files warnings: the film is made, but perhaps not as meant."""

    LOOK_ALIKE = warning(
        "412",
        "look-alike-names",
        "`{name}` looks like `{other}` but is written with other letters",
        "they are two different names, and no reader can tell them apart",
    )
    MIXED_SCRIPTS = warning(
        "413",
        "mixed-scripts",
        "`{name}` mixes {scripts} letters",
        "a letter of another alphabet that looks the same makes another name",
    )
    UNKNOWN_SILENCE = warning(
        "414", "unknown-silence", "there is no warning called `{word}` to allow", "it silences nothing"
    )
    UNUSED_SILENCE = warning(
        "415",
        "unused-silence",
        "`{word}` is allowed {where}, where nothing reports it",
        "a silence left behind hides the next mistake",
    )
    SILENCED_ERROR = warning(
        "416", "silenced-error", "`{word}` is an error and cannot be silenced", "the film cannot be made as written"
    )
    NEAR_SETTING = warning(
        "417",
        "near-setting",
        "`{key}` is kept as a remark on the title page",
        "a title page may say anything, so a misspelt setting sets nothing",
    )
    NEAR_TRANSITION = warning(
        "418",
        "near-transition",
        "`{text}` is read as {what}",
        "any words may stand before `TO:`, so a misspelt dissolve is none",
    )
    NEAR_WORD = warning(
        "419",
        "near-word",
        "`{text}` is read as a description of {what}",
        "what is heard is said in free words, so a misspelt level or unit changes nothing",
    )
    NEAR_HEADING = warning(
        "421",
        "near-heading",
        "`{text}` is read as {what}",
        "a scene begins with INT. or EXT., spelt exactly; so this stays in the scene before",
    )
    NEAR_EXTENSION = warning(
        "422",
        "near-extension",
        "`({text})` is read as a manner of speaking",
        "(V.O.) and (O.S.) say whose lips move, spelt exactly",
    )
    UNCLOSED_QUOTE = warning(
        "420",
        "unclosed-quote",
        "this quotation mark is never closed on its line",
        "what stands between two of them is taken word by word; after one alone, it is not",
    )
