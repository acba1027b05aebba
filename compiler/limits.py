"""Every limit on what a film may say, as data: its value, unit, and the code that tells a writer it is passed.

Limits keep hostile or mistaken input cheap; each is far above what a feature film needs. Rooms import the value.
"""

from __future__ import annotations

from dataclasses import dataclass

from compiler.codes import E, W
from compiler.diagnostics import Code


@dataclass(frozen=True, slots=True)
class Limit:
    """The largest allowed ``value`` (inclusive) of ``what``, in ``unit``; ``code`` is reported above it."""

    what: str
    value: int
    unit: str
    code: Code
    because: str


SOURCE_BYTES = Limit("a source file", 8 << 20, "bytes", E.FILE_TOO_LARGE, "a feature is about 200 kB")
LINE = Limit("a line", 20_000, "characters", E.LINE_TOO_LONG, "a paragraph of a novel is 2,000")
PROJECT_BYTES = Limit("film.toml", 8 << 10, "bytes", E.BAD_PROJECT, "dotted keys are parsed in quadratic time")
LOCK_BYTES = Limit("film.lock", 4 << 20, "bytes", W.LOCK_UNUSABLE, "a feature has some 3,000 spoken lines of 300 bytes")
PICKS_BYTES = Limit("film.picks.toml", 1 << 20, "bytes", E.BAD_PICKS, "a feature's picks are 300 kB")
SOURCES = Limit("a film", 200, "sources", E.TOO_MANY, "one per reel is a dozen")
SHOTS = Limit("a film", 20_000, "shots", E.TOO_MANY, "a feature has 1,500")
SCENES = Limit("a film", 5_000, "scenes", E.TOO_MANY, "a feature has 120")
NAMES = Limit("a film", 5_000, "declared names", E.TOO_MANY, "a feature has 60")
TASKS = Limit("a build", 400_000, "tasks", E.TOO_MANY, "a feature has some 10,000")
NAME = Limit("a name", 80, "characters", E.NAME_TOO_LONG, "it has to fit a slate")
NESTING = Limit("a chain of `use` or `extends`", 32, "levels deep", E.TOO_DEEP, "three is unusual")
DIGITS = Limit("a number", 12, "digits", E.NUMBER_TOO_LONG, "a millionth of a second in a day has eleven")
TEMPLATE_SOURCE = Limit("a prompt", 20_000, "characters", E.TEMPLATE_TOO_LARGE, "models read some 2,000")
TEMPLATE_OUTPUT = Limit("a filled-in prompt", 20_000, "characters", E.TEMPLATE_TOO_LARGE, "models read some 2,000")
TEMPLATE_STEPS = Limit("a prompt", 2_000, "steps", E.TEMPLATE_TOO_LARGE, "a prompt is a sentence, not a program")
SHOT_SECONDS = Limit("a shot", 600, "seconds", E.OUT_OF_RANGE, "a reel of film is ten minutes")
FILM_SECONDS = Limit("a film", 6 * 3600, "seconds", E.OUT_OF_RANGE, "an evening in the cinema is three hours")
SMALLEST_SIDE = Limit("a side of the frame, at least", 64, "pixels", E.OUT_OF_RANGE, "less is no picture")
LARGEST_SIDE = Limit("a side of the frame", 4096, "pixels", E.OUT_OF_RANGE, "that is a cinema's 4K")
TAKES = Limit("a shot", 64, "takes", E.OUT_OF_RANGE, "somebody has to look at them")
REQUIRED_TAKES = Limit(
    "a requirement", 8, "takes of a shot, made unasked", W.NOT_MET, "what eight takes miss, the ninth will"
)
MEDIA_BYTES = Limit("a picture or a LUT", 64 << 20, "bytes", E.BAD_MEDIA, "a 4K still is 30 MB")

LIMITS = (
    SOURCE_BYTES, LINE, PROJECT_BYTES, LOCK_BYTES, PICKS_BYTES, SOURCES, SHOTS, SCENES, NAMES, TASKS, NAME, NESTING, DIGITS,
    TEMPLATE_SOURCE, TEMPLATE_OUTPUT, TEMPLATE_STEPS, SHOT_SECONDS, FILM_SECONDS, SMALLEST_SIDE, LARGEST_SIDE, TAKES, REQUIRED_TAKES,
    MEDIA_BYTES,
)  # fmt: skip
"""All of them, for the reference manual."""
