"""The vocabulary of shots: phrases as writers say them, with the usual abbreviations. Data, not code."""

from __future__ import annotations

from functools import cache

from compiler.meaning.film import Height, MoveKind, Side, Size, Speed

SIZES: dict[str, Size] = {
    **{size.value: size for size in Size},
    "ews": Size.EXTREME_WIDE, "extreme wide shot": Size.EXTREME_WIDE, "extreme long shot": Size.EXTREME_WIDE, "els": Size.EXTREME_WIDE,
    "xws": Size.EXTREME_WIDE, "very wide": Size.EXTREME_WIDE, "xls": Size.EXTREME_WIDE, "vls": Size.EXTREME_WIDE,
    "vws": Size.EXTREME_WIDE, "very wide shot": Size.EXTREME_WIDE, "very long shot": Size.EXTREME_WIDE,
    "ws": Size.WIDE, "wide shot": Size.WIDE, "long shot": Size.WIDE, "ls": Size.WIDE,
    "fs": Size.FULL, "full shot": Size.FULL, "full figure": Size.FULL,
    "cowboy shot": Size.COWBOY, "american shot": Size.COWBOY, "medium full": Size.COWBOY, "mfs": Size.COWBOY,
    "medium full shot": Size.COWBOY, "medium wide": Size.COWBOY, "medium wide shot": Size.COWBOY, "mws": Size.COWBOY,
    "medium long": Size.COWBOY, "medium long shot": Size.COWBOY, "mls": Size.COWBOY,
    "ms": Size.MEDIUM, "medium shot": Size.MEDIUM, "mid shot": Size.MEDIUM, "mid": Size.MEDIUM,
    "mid-shot": Size.MEDIUM, "midshot": Size.MEDIUM,
    "mcu": Size.MEDIUM_CLOSE_UP, "medium closeup": Size.MEDIUM_CLOSE_UP, "medium close up": Size.MEDIUM_CLOSE_UP,
    "medium close": Size.MEDIUM_CLOSE_UP, "medium close shot": Size.MEDIUM_CLOSE_UP, "mcs": Size.MEDIUM_CLOSE_UP,
    "cu": Size.CLOSE_UP, "closeup": Size.CLOSE_UP, "close up": Size.CLOSE_UP, "close": Size.CLOSE_UP, "close shot": Size.CLOSE_UP,
    "cs": Size.CLOSE_UP,
    "ecu": Size.EXTREME_CLOSE_UP, "xcu": Size.EXTREME_CLOSE_UP, "extreme closeup": Size.EXTREME_CLOSE_UP,
    "extreme close up": Size.EXTREME_CLOSE_UP, "extreme close": Size.EXTREME_CLOSE_UP, "bcu": Size.EXTREME_CLOSE_UP,
    "big close-up": Size.EXTREME_CLOSE_UP, "big close up": Size.EXTREME_CLOSE_UP,
    "insert shot": Size.INSERT, "detail": Size.INSERT, "macro": Size.INSERT,
}  # fmt: skip

HEIGHTS: dict[str, Height] = {
    **{height.value: height for height in Height},
    "low": Height.LOW, "high": Height.HIGH, "eye-level": Height.EYE, "at eye level": Height.EYE, "low-angle": Height.LOW,
    "high-angle": Height.HIGH, "from a low angle": Height.LOW, "from a high angle": Height.HIGH,
    "bird's eye": Height.OVERHEAD, "bird's-eye view": Height.OVERHEAD, "bird's eye view": Height.OVERHEAD,
    "top shot": Height.OVERHEAD, "from overhead": Height.OVERHEAD, "aerial": Height.OVERHEAD,
    "aerial shot": Height.OVERHEAD, "overhead shot": Height.OVERHEAD, "birds-eye view": Height.OVERHEAD,
    "worm's eye": Height.BELOW, "worm's eye view": Height.BELOW,
}  # fmt: skip

SIDES: dict[str, Side] = {
    **{side.value: side for side in Side},
    "frontal": Side.FRONT, "from the front": Side.FRONT, "from front": Side.FRONT, "head-on": Side.FRONT,
    "profile": Side.PROFILE, "in full profile": Side.PROFILE,
    "three quarter": Side.THREE_QUARTER, "three-quarters": Side.THREE_QUARTER, "in three-quarter": Side.THREE_QUARTER,
    "3/4": Side.THREE_QUARTER, "3/4 view": Side.THREE_QUARTER,
    "from the left": Side.LEFT, "from the right": Side.RIGHT, "behind": Side.BEHIND,
}  # fmt: skip

MOVES: dict[str, tuple[MoveKind, str]] = {
    "static": (MoveKind.STATIC, ""), "locked": (MoveKind.STATIC, ""), "locked off": (MoveKind.STATIC, ""),
    "locked-off": (MoveKind.STATIC, ""), "still camera": (MoveKind.STATIC, ""),
    "push in": (MoveKind.PUSH_IN, "in"), "push-in": (MoveKind.PUSH_IN, "in"),
    "pull out": (MoveKind.PULL_OUT, "out"), "pull back": (MoveKind.PULL_OUT, "out"), "pull-out": (MoveKind.PULL_OUT, "out"),
    "pull-back": (MoveKind.PULL_OUT, "out"),
    "dolly": (MoveKind.DOLLY, "in"),
    "dolly in": (MoveKind.DOLLY, "in"), "dolly out": (MoveKind.DOLLY, "out"), "dolly back": (MoveKind.DOLLY, "out"),
    "dolly forward": (MoveKind.DOLLY, "in"), "track in": (MoveKind.DOLLY, "in"), "track out": (MoveKind.DOLLY, "out"),
    "dolly left": (MoveKind.TRUCK, "left"), "dolly right": (MoveKind.TRUCK, "right"),
    "truck": (MoveKind.TRUCK, "right"), "track": (MoveKind.TRUCK, "right"), "tracking": (MoveKind.TRUCK, "right"),
    "tracking shot": (MoveKind.TRUCK, "right"),
    "tracking left": (MoveKind.TRUCK, "left"), "tracking right": (MoveKind.TRUCK, "right"),
    "tracking in": (MoveKind.DOLLY, "in"), "tracking out": (MoveKind.DOLLY, "out"),
    "truck left": (MoveKind.TRUCK, "left"), "truck right": (MoveKind.TRUCK, "right"),
    "track left": (MoveKind.TRUCK, "left"), "track right": (MoveKind.TRUCK, "right"),
    "pan": (MoveKind.PAN, "right"),
    "pan left": (MoveKind.PAN, "left"), "pan right": (MoveKind.PAN, "right"),
    "tilt": (MoveKind.TILT, "up"),
    "tilt up": (MoveKind.TILT, "up"), "tilt down": (MoveKind.TILT, "down"),
    "crane": (MoveKind.CRANE, "up"), "boom up": (MoveKind.CRANE, "up"), "boom down": (MoveKind.CRANE, "down"),
    "crane up": (MoveKind.CRANE, "up"), "crane down": (MoveKind.CRANE, "down"),
    "pedestal up": (MoveKind.CRANE, "up"), "pedestal down": (MoveKind.CRANE, "down"),
    "orbit left": (MoveKind.ORBIT, "left"), "orbit right": (MoveKind.ORBIT, "right"), "orbit": (MoveKind.ORBIT, "right"),
    "arc left": (MoveKind.ORBIT, "left"), "arc right": (MoveKind.ORBIT, "right"),
    "zoom": (MoveKind.ZOOM, "in"),
    "zoom in": (MoveKind.ZOOM, "in"), "zoom out": (MoveKind.ZOOM, "out"),
    "handheld": (MoveKind.HANDHELD, ""), "hand-held": (MoveKind.HANDHELD, ""), "hand held": (MoveKind.HANDHELD, ""),
}  # fmt: skip

GOING: dict[str, MoveKind] = {
    "pan": MoveKind.PAN, "tilt": MoveKind.TILT, "dolly": MoveKind.DOLLY, "push in": MoveKind.PUSH_IN, "track": MoveKind.DOLLY,
    "crane": MoveKind.CRANE, "zoom": MoveKind.ZOOM, "orbit": MoveKind.ORBIT, "truck": MoveKind.TRUCK,
    "pull out": MoveKind.PULL_OUT, "pull back": MoveKind.PULL_OUT,
}  # fmt: skip
"""Moves that can go ``to``, ``from``, ``around`` or ``past`` somebody or something."""

MOVE_UNITS: dict[MoveKind, str] = {
    MoveKind.PAN: "deg", MoveKind.TILT: "deg", MoveKind.ORBIT: "deg", MoveKind.DOLLY: "m", MoveKind.TRUCK: "m",
    MoveKind.CRANE: "m", MoveKind.PUSH_IN: "m", MoveKind.PULL_OUT: "m",
}  # fmt: skip
"""What the amount of a move is measured in; the others take none."""

SPEEDS: dict[str, Speed] = {
    "slowly": Speed.SLOW, "slow": Speed.SLOW, "gently": Speed.SLOW, "softly": Speed.SLOW, "steadily": Speed.NORMAL,
    "quickly": Speed.FAST, "fast": Speed.FAST, "quick": Speed.FAST, "rapidly": Speed.FAST, "swiftly": Speed.FAST,
}  # fmt: skip

LOOSE = frozenset({"auto", "staged", "establishing", "anamorphic", "spherical", "continues", "freeze", "reverse"})

TIMES = (
    *("day", "night", "dawn", "dusk", "morning", "evening", "afternoon", "noon", "midnight", "sunrise", "sunset"),
    *("golden-hour", "magic-hour", "twilight"),
)
"""Times of day a heading may end with."""
MEASURES: dict[str, tuple[str, str]] = {
    "identity": ("", "how surely it is the same person, 0 to 1"),
    "stability": ("", "freedom from flicker, 0 to 1"),
    "consistency": ("", "how alike a subject stays over the shot, 0 to 1"),
    "background consistency": ("", "how alike the background stays, 0 to 1"),
    "smoothness": ("", "evenness of motion, 0 to 1"),
    "motion": ("", "how much moves, 0 to 1"),
    "sharpness": ("", "crispness of the picture's edges, 0 to 1"),
    "exposure": ("", "how well people, or the picture, are lit, 0 to 1"),
    "clipping": ("", "freedom from blacks and whites without detail, 0 to 1"),
    "framing": ("", "nearness of people to where the camera was to have them, 0 to 1"),
    "freeze": ("", "share of the shot in which the picture stands still, 0 to 1"),
    "black": ("", "share of the shot in which the picture is black, 0 to 1"),
    "contrast": ("", "spread of brightness, 0 to 1"),
    "likeness": ("", "nearness to the reference, 0 to 1"),
    "prompt": ("", "nearness to what the shot says, 0 to 1"),
    "words": ("", "share of words that are heard as written, 0 to 1"),
    "loudness": ("LUFS", "loudness of the whole"),
    "peak": ("dB", "true peak of the sound"),
    "length": ("s", "running time"),
    "dialogue": ("dB", "level of speech over everything else"),
}
"""What can be required: its unit ("" = a number or percentage) and what it measures."""


@cache
def all_shot_phrases() -> tuple[str, ...]:
    """Every phrase a shot understands, for suggestions."""
    others = ("two-shot", "group", "group shot", "follow", "mounted on", "rack focus")
    return tuple(sorted({*SIZES, *HEIGHTS, *SIDES, *MOVES, *LOOSE, *others}))


@cache
def shot_words() -> frozenset[str]:
    """Words that cannot be a shot's name."""
    others = ("three-shot", "of", "on", "over", "pov", "as", "match", "split", "inset", "plate")
    return frozenset({*all_shot_phrases(), *SPEEDS, *others})
