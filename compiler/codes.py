"""Every diagnostic code, declared once: E1xx syntax, E2xx names, E3xx values, E4xx files, W5xx time, W6xx film grammar."""

from __future__ import annotations

from compiler.diagnostics import Code, Severity

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING


def _e(number: str, name: str, template: str, why: str) -> Code:
    return Code(f"E{number}", name, _ERROR, template, why)


def _w(number: str, name: str, template: str, why: str) -> Code:
    return Code(f"W{number}", name, _WARNING, template, why)


class E:
    """Errors: the film cannot be made as written."""

    # --- E1xx syntax ---
    EMPTY_SOURCE = _e("101", "empty-source", "this source says nothing", "a film needs at least one scene")
    NO_SCENES = _e("102", "no-scenes", "there is no scene in this film", "pictures are made from scenes")
    UNCLOSED = _e("103", "unclosed-comment", "this {what} is never closed", "everything after it would be a comment")
    BAD_PHRASE = _e(
        "104", "bad-phrase", "`{text}` cannot be read here", "a directive is a keyword and phrases between commas"
    )
    MISSING_NAME = _e("105", "missing-name", "`{keyword}` needs a name", "other lines refer to it by that name")
    UNKNOWN_PROPERTY = _e(
        "106",
        "unknown-property",
        "`{keyword}` has no property `{key}`",
        "a misspelt property would silently do nothing",
    )
    NOT_YET = _e(
        "107", "unsupported-directive", "`{keyword}` is reserved but not understood", "nothing is silently ignored"
    )

    # --- E2xx names ---
    UNKNOWN_NAME = _e(
        "201", "unknown-name", "nobody and nothing here is called `{name}`", "a shot can only show what the film knows"
    )
    DUPLICATE = _e("202", "duplicate-name", "`{name}` is declared twice", "one name means one thing")
    UNKNOWN_LOOK = _e(
        "203", "unknown-look", "there is no look called `{name}`", "the grade of every frame depends on it"
    )
    DUPLICATE_SHOT = _e(
        "204", "duplicate-shot", "two shots are called `{name}`", "picks and caches go by the shot's name"
    )
    BAD_SHOT_NAME = _e(
        "205", "bad-shot-name", "`{name}` cannot be a shot's name", "names are kebab-case and no vocabulary word"
    )
    UNKNOWN_SHOT = _e("206", "unknown-shot", "there is no shot called `{name}`", "`as NAME` repeats an earlier set-up")

    # --- E3xx values ---
    UNKNOWN_PHRASE = _e(
        "301", "unknown-phrase", "`{text}` means nothing in a `{keyword}`", "a typo never becomes a guess"
    )
    BAD_LENS = _e("302", "bad-lens", "`{text}` is no lens: {reason}", "the framing is solved from the focal length")
    BAD_VALUE = _e("303", "bad-value", "`{text}` is no {expected}", "each value has a unit type")
    TWICE = _e("304", "slot-filled-twice", "{slot} is given twice: `{text}`", "each part of a shot is said once")
    OUT_OF_RANGE = _e(
        "305", "out-of-range", "{what} of `{text}` is out of range: {reason}", "such a value makes no film"
    )

    # --- E4xx files ---
    FILE_MISSING = _e("401", "missing-file", "there is no file `{path}`", "the film is read from it")
    FILE_UNREADABLE = _e("402", "unreadable-file", "`{path}` cannot be read: {why}", "the film is read from it")
    FILE_TOO_LARGE = _e(
        "403", "file-too-large", "`{path}` is larger than {limit} MB", "sources are text written by people"
    )
    NOT_UTF8 = _e("404", "not-utf8", "`{path}` is not UTF-8 text (line {line})", "letters would be read wrong")
    NOT_TEXT = _e("405", "not-text", "`{path}` holds NUL bytes", "a source is text")
    LINE_TOO_LONG = _e(
        "406", "line-too-long", "line {line} is longer than {limit} characters", "no line of a screenplay is"
    )
    NO_FILM = _e(
        "407", "no-film", "no film in `{path}`: {reason}", "a project folder has one film, or film.toml names it"
    )
    BAD_PROJECT = _e("408", "bad-project", "film.toml: {reason}", "the project's settings could not be read")
    USE_MISSING = _e("409", "unknown-module", "`use` finds no `{path}`", "its declarations are missing")
    USE_CYCLE = _e("410", "use-cycle", "`{path}` uses itself, by way of {chain}", "nothing in a circle can come first")
    USE_OUTSIDE = _e(
        "411", "outside-project", "`{path}` lies outside the project", "a film may only read its own project's files"
    )


class W:
    """Warnings: the film is made, but perhaps not as meant."""

    NEAR_KEYWORD = _w(
        "151", "near-keyword", "`{word}` is read as action", "a directive begins with a keyword, spelt exactly"
    )
    HIDDEN = _w(
        "152", "hidden-character", "there is an invisible `U+{point}` here", "it can make a line read as what it is not"
    )
    STRAY_BLOCK = _w(
        "153", "stray-block", "`{key}:` is read as action", "an empty line ends the block of the directive above it"
    )
    NEAR_CUE = _w("251", "near-name", "`{name}` speaks here for the first time", "a misspelt cue becomes a new person")
    UNUSED = _w("252", "unused", "`{name}` is declared and never used", "it may be a misspelling elsewhere")

    # --- W5xx time and W6xx film grammar: reported by staging ---
    DIALOGUE_TOO_LONG = _w(
        "501",
        "dialogue-too-long",
        "the dialogue is {over} s longer than this shot{how}",
        "words are never cut: they go on over the next shot",
    )
    SHOT_TOO_SHORT = _w(
        "502",
        "shot-too-short",
        "a shot of {seconds} s is too short to read",
        "an eye needs ten frames to find a picture",
    )
    SPEECH_PAST_SCENE = _w(
        "503",
        "speech-past-scene",
        "{who} is still speaking {over} s after the scene has ended",
        "a voice that runs on into another place is heard as belonging there",
    )
    LINE_CROSSED = _w(
        "601",
        "line-crossed",
        "the camera crosses the line between this shot and the one before it",
        "on the other side of the line people change places on screen and seem to look away from each other",
    )
    JUMP_CUT = _w(
        "602",
        "jump-cut",
        "this shot shows {what} from nearly the same place and size as the one before it",
        "less than 30 degrees or a size apart, a cut looks like a mistake",
    )
    NOT_IN_SCENE = _w(
        "603",
        "speaks-unseen",
        "{who} speaks on screen without having entered the scene",
        "nobody knows where the voice comes from",
    )
    SIZE_DOES_NOT_FIT = _w(
        "604",
        "size-does-not-fit",
        "at {mm:g} mm this size does not fit in {place}; a shorter lens was taken",
        "the camera would stand behind a wall",
    )
