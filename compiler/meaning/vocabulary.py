"""The vocabulary of shots: phrases as writers say them, with the usual abbreviations. Data, not code."""

from __future__ import annotations

from compiler.meaning.film import Height, MoveKind, Side, Size, Speed

SIZES: dict[str, Size] = {
    **{size.value: size for size in Size},
    "ews": Size.EXTREME_WIDE, "extreme wide shot": Size.EXTREME_WIDE, "extreme long shot": Size.EXTREME_WIDE, "els": Size.EXTREME_WIDE,
    "ws": Size.WIDE, "wide shot": Size.WIDE, "long shot": Size.WIDE, "ls": Size.WIDE,
    "fs": Size.FULL, "full shot": Size.FULL, "cowboy shot": Size.COWBOY, "american shot": Size.COWBOY,
    "ms": Size.MEDIUM, "medium shot": Size.MEDIUM, "mid shot": Size.MEDIUM,
    "mcu": Size.MEDIUM_CLOSE_UP, "medium closeup": Size.MEDIUM_CLOSE_UP, "medium close up": Size.MEDIUM_CLOSE_UP,
    "cu": Size.CLOSE_UP, "closeup": Size.CLOSE_UP, "close up": Size.CLOSE_UP, "close": Size.CLOSE_UP, "close shot": Size.CLOSE_UP,
    "ecu": Size.EXTREME_CLOSE_UP, "xcu": Size.EXTREME_CLOSE_UP, "extreme closeup": Size.EXTREME_CLOSE_UP,
    "insert shot": Size.INSERT, "detail": Size.INSERT,
}  # fmt: skip

HEIGHTS: dict[str, Height] = {
    **{height.value: height for height in Height},
    "low": Height.LOW, "high": Height.HIGH, "eye-level": Height.EYE, "bird's eye": Height.OVERHEAD, "top shot": Height.OVERHEAD,
}  # fmt: skip

SIDES: dict[str, Side] = {
    **{side.value: side for side in Side},
    "frontal": Side.FRONT, "from the front": Side.FRONT, "from front": Side.FRONT, "profile": Side.PROFILE,
    "three quarter": Side.THREE_QUARTER, "from the left": Side.LEFT, "from the right": Side.RIGHT, "behind": Side.BEHIND,
}  # fmt: skip

MOVES: dict[str, tuple[MoveKind, str]] = {
    "static": (MoveKind.STATIC, ""), "locked": (MoveKind.STATIC, ""), "locked off": (MoveKind.STATIC, ""),
    "push in": (MoveKind.PUSH_IN, "in"), "pull out": (MoveKind.PULL_OUT, "out"), "pull back": (MoveKind.PULL_OUT, "out"),
    "dolly in": (MoveKind.DOLLY, "in"), "dolly out": (MoveKind.DOLLY, "out"), "dolly back": (MoveKind.DOLLY, "out"),
    "dolly left": (MoveKind.TRUCK, "left"), "dolly right": (MoveKind.TRUCK, "right"),
    "truck left": (MoveKind.TRUCK, "left"), "truck right": (MoveKind.TRUCK, "right"),
    "track left": (MoveKind.TRUCK, "left"), "track right": (MoveKind.TRUCK, "right"),
    "pan left": (MoveKind.PAN, "left"), "pan right": (MoveKind.PAN, "right"),
    "tilt up": (MoveKind.TILT, "up"), "tilt down": (MoveKind.TILT, "down"),
    "crane up": (MoveKind.CRANE, "up"), "crane down": (MoveKind.CRANE, "down"),
    "orbit left": (MoveKind.ORBIT, "left"), "orbit right": (MoveKind.ORBIT, "right"), "orbit": (MoveKind.ORBIT, "right"),
    "zoom in": (MoveKind.ZOOM, "in"), "zoom out": (MoveKind.ZOOM, "out"),
    "handheld": (MoveKind.HANDHELD, ""), "hand-held": (MoveKind.HANDHELD, ""),
}  # fmt: skip

SPEEDS: dict[str, Speed] = {
    "slowly": Speed.SLOW, "slow": Speed.SLOW, "gently": Speed.SLOW,
    "quickly": Speed.FAST, "fast": Speed.FAST, "quick": Speed.FAST,
}  # fmt: skip

LOOSE = frozenset({"auto", "staged", "establishing", "anamorphic"})

TIMES = [
    "day",
    "night",
    "dawn",
    "dusk",
    "morning",
    "evening",
    "afternoon",
    "noon",
    "midnight",
    "sunrise",
    "sunset",
    "later",
    "continuous",
    "same",
    "moments-later",
    "golden-hour",
    "magic-hour",
]
"""Times of day a heading may end with."""


def all_shot_phrases() -> list[str]:
    """Every phrase a shot understands, for suggestions."""
    return sorted({*SIZES, *HEIGHTS, *SIDES, *MOVES, *LOOSE, "two-shot"})
