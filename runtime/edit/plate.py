"""Live action: the frames of a plate at the film's rate, whole or taken off their screen over another picture."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from compiler.graph.params import DecodePlate
from runtime.edit.media import MediaError, pictures_of, probe
from runtime.picture.key import keyed, matted, measure_screen
from runtime.picture.scan import scanned

F32 = NDArray[np.float32]
Picture = NDArray[np.uint8]


def plate_light(q: DecodePlate, file: Path, matte: Path | None, behind: Iterator[F32] | None) -> Iterator[F32]:
    """Scene light of every frame of a window; a plate that ends early holds its last frame, as its background does."""
    pictures = _held(q, file)
    if behind is None or not q.key:
        for picture in pictures:
            yield scanned(picture)
        return
    if matte is not None:
        for picture, cover, back in zip(pictures, _held(q, matte), behind, strict=False):
            yield matted(picture, cover, back)
        return
    screen = measure_screen(next(_from(q, file, q.begin, 1)), q.key)
    for picture, back in zip(pictures, behind, strict=False):
        yield scanned(picture) if screen is None else keyed(picture, screen, back)


def _held(q: DecodePlate, file: Path) -> Iterator[Picture]:
    """``q.window.count`` frames, the last there is repeated where the plate or its out point comes first."""
    fps = Fraction(*q.fps)
    begin = q.begin + q.window.first / fps
    count = q.window.count
    if q.end is not None:
        count = min(count, max(1, round((q.end - begin) * fps)))
        begin = min(begin, q.end - 1 / fps)
    last: Picture | None = None
    made = 0
    for picture in _from(q, file, max(begin, Fraction(0)), count):
        last, made = picture, made + 1
        yield picture
    if last is None:
        last = _last(q, file)
    for _ in range(made, q.window.count):
        yield last


def _from(q: DecodePlate, file: Path, begin: Fraction, count: int) -> Iterator[Picture]:
    return pictures_of(file, begin, count, q.size, Fraction(*q.fps))


def _last(q: DecodePlate, file: Path) -> Picture:
    """The last frame of a file. Raises ``MediaError`` when there is no picture in it at all."""
    found: Picture | None = None
    for back in (Fraction(1), Fraction(5), Fraction(60)):
        begin = max(probe(file).seconds - back, Fraction(0))
        for picture in _from(q, file, begin, 100_000):
            found = picture
        if found is not None:
            return found
    raise MediaError("it holds no picture")
