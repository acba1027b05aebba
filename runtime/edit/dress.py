"""What lies over a finished picture: titles, then fades, for a title fades with its picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from compiler.graph.params import Fade
from compiler.staging.model import Overlay
from runtime.edit.planes import Frame8


def dressed(
    picture: Frame8,
    frame: int,
    fps: tuple[int, int],
    size: tuple[int, int],
    overlays: Sequence[Overlay],
    fades: Sequence[Fade],
) -> Frame8:
    """``picture`` (H, W, 3) as it stands at shot frame ``frame``; the same object if nothing lies over it then."""
    from runtime.edit.transitions import mix
    from runtime.picture.titles import draw_overlay

    for overlay in overlays:
        picture = draw_overlay(picture, overlay, frame * fps[1] / fps[0], size)
    for fade in fades:
        level = fade_level(fade, frame)
        if level < 1.0:
            picture = mix(np.zeros_like(picture), picture, level)
    return picture


def is_bare(frame: int, fps: tuple[int, int], overlays: Sequence[Overlay], fades: Sequence[Fade]) -> bool:
    """Whether ``dressed`` would leave a picture as it is."""
    seconds = frame * fps[1] / fps[0]
    return all(not overlay.start <= seconds < overlay.end for overlay in overlays) and all(
        fade_level(fade, frame) >= 1.0 for fade in fades
    )


def fade_level(fade: Fade, frame: int) -> float:
    """How much of the picture a fade lets through at a frame, 0..1."""
    from runtime.edit.transitions import ease

    done = ease((frame - fade.first + 0.5) / fade.frames)
    return done if fade.up else 1.0 - done
