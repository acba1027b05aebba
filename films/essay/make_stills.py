"""Draws the essay's stills: a cut tree, its last years, a thumbprint, a night of stars. Run once; the pictures are kept.

    python films/essay/make_stills.py [folder]

Numpy and Pillow only, from fixed seeds. The pictures are dedicated to the public domain (CC0 1.0).
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

WIDTH, HEIGHT = 1440, 810


def main(folder: Path) -> None:
    """Write the four stills to ``folder``."""
    for name, picture in (
        ("rings", rings(0.0, 0.0, 1.0)), ("last-years", rings(0.33, 0.07, 3.6)), ("thumb", thumb()), ("stars", stars()),
    ):  # fmt: skip
        light = np.clip(picture, 0.0, 1.0)
        code = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
        image = Image.fromarray(np.rint(code * 255).astype(np.uint8))
        image.save(folder / f"{name}.jpg", quality=84, optimize=True, progressive=True)


def field(seed: int, cells: float, height: int = HEIGHT, width: int = WIDTH, octaves: int = 4) -> np.ndarray:
    """Smooth noise about 0, ``cells`` to the width in its coarsest octave."""
    rng = np.random.default_rng(seed)
    out = np.zeros((height, width), np.float32)
    for k in range(octaves):
        w = max(2, round(cells * 2**k))
        h = max(2, round(w * height / width))
        grid = rng.standard_normal((h + 3, w + 3)).astype(np.float32)
        out += cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC) * np.float32(0.5**k)
    return out / 1.3


def grid(x0: float, y0: float, zoom: float) -> tuple[np.ndarray, np.ndarray]:
    """Picture coordinates in picture heights about (x0, y0), enlarged."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    return (x - WIDTH / 2) / HEIGHT / zoom + x0, (y - HEIGHT / 2) / HEIGHT / zoom + y0


def rings(x0: float, y0: float, zoom: float) -> np.ndarray:
    """The sawn end of a trunk on a dark bench, lit low from the left: years wide and narrow, two cracks, a fire scar."""
    x, y = grid(x0, y0, zoom)
    angle, far = np.arctan2(y + 0.02, x - 0.03), np.hypot(x - 0.03, y + 0.02)
    rng = np.random.default_rng(7)
    wobble = sum(rng.normal(0, 0.022 / k) * np.sin(k * angle + rng.uniform(0, 6.3)) for k in range(2, 9))
    shaped = far * (1.0 + wobble * (0.4 + far)) * 2.35
    shaped = shaped + np.interp(field(11, 9 * zoom), (-2, 2), (-0.006, 0.006)) / max(1.0, zoom * 0.5)
    years = np.cumsum(np.clip(rng.gamma(6.0, 1.0, 48) * (1 + 0.5 * np.sin(np.arange(48) / 5.0)), 1.2, 14.0))
    years = years / years[-1]
    index = np.searchsorted(years, np.clip(shaped, 0, 0.9999))
    begin = np.where(index > 0, years[np.maximum(index - 1, 0)], 0.0)
    part = (shaped - begin) / np.maximum(years[np.minimum(index, 47)] - begin, 1e-4)
    late = np.clip((part - 0.5) / 0.5, 0, 1) ** 2.4 * np.clip(1.0 - (part - 0.96) / 0.04, 0, 1)
    own = np.random.default_rng(5).uniform(0.82, 1.12, 49)[index].astype(np.float32)
    early, dark = np.array([0.62, 0.40, 0.20]), np.array([0.20, 0.085, 0.03])
    wood = early * (1 - late[..., None]) + dark * late[..., None]
    heart = np.clip(1.0 - shaped / 0.42, 0, 1)[..., None]
    wood = wood * own[..., None] * (1 - 0.42 * heart * np.array([0.5, 0.8, 1.0]))
    rays = np.abs(np.sin(angle * 420 + 3 * field(23, 5))) ** 14 * 0.10
    saw = np.sin((x * 0.6 + y) * 900 / max(1.0, zoom * 0.55) + 2 * field(29, 6)) * 0.035
    wood = wood * (1.0 + rays + saw)[..., None]
    scar = np.exp(-(((angle - 0.9 + 0.5 * (shaped - 0.55)) / 0.16) ** 2)) * np.exp(-(((shaped - 0.575) / 0.022) ** 2))
    wood *= 1.0 - 0.9 * scar[..., None]
    for middle, depth in ((2.25, 0.15), (-1.05, 0.42)):
        turn = (angle - middle - 0.07 * np.sin(shaped * 23) + np.pi) % (2 * np.pi) - np.pi
        crack = np.exp(-((turn * shaped / (0.002 + 0.012 * np.clip(shaped - depth, 0, 1))) ** 2)) * (shaped > depth)
        wood *= 1.0 - 0.93 * crack[..., None]
    bark = np.clip((shaped - 1.0) / 0.085, 0, 1)
    rough = 0.5 + 0.5 * field(31, 46 / max(1.0, zoom * 0.4), octaves=5)
    skin = np.array([0.085, 0.055, 0.037]) * (0.35 + 1.1 * np.clip(rough, 0, 1.4))[..., None]
    out = np.where((bark > 0)[..., None], skin, wood)
    height = np.where(shaped < 1.0, 0.0, np.clip(rough, 0, 1.4) * 0.6)
    slope = cv2.Sobel(height.astype(np.float32), cv2.CV_32F, 1, 0, ksize=3)
    out = out * np.clip(1.0 - 0.7 * slope, 0.2, 2.2)[..., None]
    light = np.clip(1.12 - 0.62 * (x - x0) * zoom / 0.9 - 0.25 * (y - y0) * zoom, 0.15, 2.0)
    edge = np.clip((1.1 + 0.05 * field(37, 14) - shaped) / 0.012, 0, 1)[..., None]
    bench = np.array([0.022, 0.02, 0.019]) * (1.0 + 0.35 * field(41, 3))[..., None]
    shade = np.clip((np.hypot(x - 0.07, y + 0.0) * 2.35 - 1.02) / 0.22, 0.12, 1.0)[..., None]
    out = out * edge + bench * shade * (1 - edge)
    return np.asarray(out * light[..., None] * 0.95)


def thumb() -> np.ndarray:
    """An inked thumbprint on laid paper: ridges that follow a whorl, broken by pores and a scar."""
    x, y = grid(0.0, 0.0, 1.0)
    u, v = x * 1.18, y * 0.92
    core = np.hypot(u, v * 0.78 + 0.05)
    swirl = (
        core
        + 7 / (2 * np.pi * 31) * np.arctan2(v + 0.04, u)
        + 0.16 * np.clip(v - 0.12, 0, 1) * np.exp(-((u / 0.34) ** 2))
    )
    swirl = swirl + 0.013 * field(51, 5) + 0.05 * np.exp(-(((u + 0.2) / 0.09) ** 2 + ((v - 0.3) / 0.1) ** 2))
    ridge = np.sin(swirl * 2 * np.pi * 31 + 0.5 * field(53, 9))
    ink = 1 / (1 + np.exp(-(ridge + 0.12 + 0.35 * field(55, 26)) * 4.2))
    pores = field(57, 150, octaves=2) > 1.75
    ink = np.where(pores, ink * 0.25, ink)
    scar = np.exp(-(((v - 0.55 * u + 0.06 + 0.008 * np.sin(u * 40)) / 0.0055) ** 2)) * (np.abs(u - 0.06) < 0.16)
    ink = ink * (1 - 0.95 * scar)
    shape = (np.abs(u) / 0.30) ** 2.3 + (np.abs(v) / 0.415) ** 2.3
    press = np.clip((1.0 + 0.07 * field(59, 7) - shape) / 0.2, 0, 1) * np.clip(0.82 + 0.25 * field(61, 6), 0.25, 1)
    paper = (
        np.array([0.74, 0.68, 0.56])
        * (1 + 0.018 * np.sin(y * 700) + 0.03 * field(63, 60) + 0.05 * field(65, 4))[..., None]
    )
    paper = paper * np.clip(1.06 - 0.35 * np.hypot(x * 0.8, y), 0.4, 1.1)[..., None]
    dark = np.array([0.035, 0.04, 0.075])
    amount = (ink * press * 0.94)[..., None]
    return np.asarray(paper * (1 - amount) + dark * amount)


def stars() -> np.ndarray:
    """Two hours of stars about the pole, over the edge of a wood."""
    rng = np.random.default_rng(71)
    y = np.mgrid[0:HEIGHT, 0:WIDTH][0].astype(np.float32)
    pole = np.array([WIDTH * 0.5, HEIGHT * 0.36])
    sky = np.array([0.010, 0.019, 0.045]) * (1 + 2.4 * (y / HEIGHT)[..., None] ** 2)
    sky = sky + np.array([0.05, 0.035, 0.02]) * np.exp(-(((y - HEIGHT * 0.86) / 110) ** 2))[..., None]
    over = 2
    layer = np.zeros((HEIGHT * over, WIDTH * over, 3), np.float32)
    for _ in range(780):
        far = np.sqrt(rng.uniform(0.0004, 1.0)) * WIDTH * 0.72 * over
        start, bright = rng.uniform(0, 360), rng.pareto(1.7) * 0.085 + 0.035
        warm = rng.uniform(-1, 1)
        colour = np.array([1 + 0.28 * warm, 1.0, 1 - 0.3 * warm]) * min(bright, 1.4)
        centre = (int(pole[0] * over), int(pole[1] * over))
        trail = np.zeros(layer.shape[:2], np.uint8) if bright > 0.5 else None
        arc = ((int(far), int(far)), 0, start, start + 31)
        if trail is None:
            patch = np.zeros(3)
            patch[:] = colour
            cv2.ellipse(layer, centre, *arc, patch.tolist(), 1, cv2.LINE_AA)
        else:
            cv2.ellipse(trail, centre, *arc, 255, 2, cv2.LINE_AA)
            layer = np.maximum(layer, trail[..., None].astype(np.float32) / 255 * colour.astype(np.float32))
    small = cv2.resize(layer, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    out = sky + small + cv2.GaussianBlur(small, (0, 0), 2.2) * 0.35
    line = HEIGHT * 0.80 + 26 * field(73, 3, 1, WIDTH, 3)[0]
    for _ in range(150):
        at, tall, wide = rng.uniform(0, WIDTH), rng.uniform(40, 175), rng.uniform(9, 26)
        run = np.abs(np.arange(WIDTH) - at)
        teeth = 1 - 0.18 * np.abs(np.sin(np.arange(WIDTH) * rng.uniform(0.4, 0.9)))
        line = np.minimum(line, HEIGHT * 0.86 - tall * np.clip(1 - run / wide, 0, 1) ** 0.8 * teeth)
    wood = np.clip((y - line[None]) / 2.0 + 0.5, 0, 1)[..., None]
    return np.asarray(out * (1 - wood) + np.array([0.0022, 0.003, 0.004]) * wood)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
