"""The look chain: scene light to a finished 8-bit picture. The only implementation, wherever a picture is graded.

Lens distortion → exposure and balance → diffusion, halation, bloom and streak (all added light, so linear) →
vignette → filmic curve → lift, split tone, saturation → display encoding → grain, which lives in display values as
film's does → palette → LUT → the shape of the picture.
"""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from compiler.meaning.film import Look
from runtime.picture.lut import palette_table, read_cube, through
from runtime.previz.jit import inline, kernel

F32 = NDArray[np.float32]

cv2.setNumThreads(1)  # One task, one thread: the scheduler decides how many run.

_STEPS = 4096
_MOST = 64.0
"""Brightest light the curve tells apart, about 8.5 stops over mid grey."""
_GREY = 0.18


def apply_look(hdr: F32, look: Look, frame: int, seed: int, lut: Path | None = None) -> NDArray[np.uint8]:
    """Grade ``hdr`` (H, W, 3) scene-linear float32 to uint8 in Rec.709 primaries with the sRGB curve.

    ``lut`` is the file that ``look.lut`` names; raises ``LutError`` when it is none.
    ``frame`` and ``seed`` choose the grain and nothing else. Equal arguments give equal bytes.
    """
    height, width = hdr.shape[:2]
    if look.distort:
        hdr = bent(hdr, look.distort)
    gain = _gains(look)
    glow = _glow(hdr, look, gain)
    coarse = _coarse_grain((height + 1) // 2 + 1, (width + 1) // 2 + 1, frame, seed)
    numbers = np.array(
        [look.diffusion * 0.45, look.vignette, look.saturation, look.lift, look.grain, *look.shadows, *look.highlights],
        np.float32,
    )
    out = np.empty((height, width, 3), np.uint8)
    _finish(hdr, glow, gain, numbers, _curve(look.contrast), _display(), coarse, np.int64(_key(frame, seed)), out)
    if look.palette:
        out = through(out, palette_table(look.palette))
    if lut is not None:
        out = through(out, read_cube(lut))
    if look.aspect is not None:
        black_out(out, look.aspect)
    return out


def bent(hdr: F32, amount: float) -> F32:
    """``hdr`` as a lens with barrel (negative) or pincushion distortion sees it; the frame stays full.

    One term of Brown's radial model (1966): a quarter of the half diagonal at the corners when ``amount`` is one.
    """
    height, width = hdr.shape[:2]
    k = -0.25 * amount
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    cx, cy = (width - 1) / 2, (height - 1) / 2
    half = np.float32(math.hypot(cx, cy))
    u, v = (x - cx) / half, (y - cy) / half
    factor = (1.0 + k * (u * u + v * v)) / max(1.0 + k, 1.0)
    at_x, at_y = (u * factor * half + cx).astype(np.float32), (v * factor * half + cy).astype(np.float32)
    return np.asarray(cv2.remap(hdr, at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)


def black_out(picture: NDArray[np.uint8], aspect: float) -> None:
    """Black bars over what lies outside a picture of ``aspect`` (width over height) in the middle of the frame, in place."""
    height, width = picture.shape[:2]
    rows, columns = round(width / aspect), round(height * aspect)
    if rows < height:
        bar = (height - rows) // 2
        picture[:bar] = 0
        picture[height - bar :] = 0
    elif columns < width:
        bar = (width - columns) // 2
        picture[:, :bar] = 0
        picture[:, width - bar :] = 0


def _gains(look: Look) -> F32:
    warm = np.array([1.0 + 0.16 * look.temperature, 1.0, 1.0 - 0.20 * look.temperature])
    # Balance moves colour, not brightness.
    warm /= float(warm @ np.array([0.2126, 0.7152, 0.0722]))
    gain: F32 = (warm * 2.0**look.exposure).astype(np.float32)
    return gain


def _glow(hdr: F32, look: Look, gain: F32) -> F32:
    """Light the lens and the film throw about, at quarter size: (h, w, 3), already weighted."""
    height, width = hdr.shape[:2]
    w, h = (width + 3) // 4, (height + 3) // 4
    small = np.asarray(cv2.resize(hdr, (w, h), interpolation=cv2.INTER_AREA), np.float32) * gain
    unit = width / 960.0
    level = small.max(axis=2, keepdims=True)
    # Soft knee: light under about one stop below white spreads hardly at all. Bounded, or one lamp fogs the frame.
    bright = small * np.clip((level - 0.35) / (level + 0.6), 0.0, 1.0)
    bright = bright * (12.0 / (12.0 + level))
    glow = np.zeros_like(small)
    if look.bloom > 0.0:
        spread, weight = bright, 1.0
        layers = np.zeros_like(small)
        for octave in range(4):
            spread = cv2.GaussianBlur(spread, (0, 0), 2.0 * unit * 1.9**octave, borderType=cv2.BORDER_REFLECT)
            layers += spread * np.float32(weight)
            weight *= 0.62
        glow += layers * np.float32(0.17 * look.bloom)
    if look.streak > 0.0:
        core = bright * np.clip(level * 0.5 - 0.5, 0.0, 1.0)
        line = cv2.GaussianBlur(core, (0, 0), 26.0 * unit, sigmaY=0.55 * unit, borderType=cv2.BORDER_CONSTANT)
        tint = np.array([0.75, 0.9, 1.15], np.float32)
        glow += line * tint * np.float32(0.9 * look.streak)
    if look.halation > 0.0:
        halo = cv2.GaussianBlur(bright, (0, 0), 1.5 * unit, borderType=cv2.BORDER_REFLECT)
        halo = halo.mean(axis=2, keepdims=True) * np.array([1.0, 0.28, 0.08], np.float32)
        glow += halo * np.float32(0.22 * look.halation)
    if look.diffusion > 0.0:
        veil = cv2.GaussianBlur(small, (0, 0), 3.2 * unit, borderType=cv2.BORDER_REFLECT)
        glow += veil * np.float32(look.diffusion * 0.45)
    return np.ascontiguousarray(glow, np.float32)


@lru_cache(maxsize=16)
def _curve(contrast: float) -> F32:
    """Scene light to display light, 0..1, tabled over the square root of 0.._MOST; mid grey stays where it is.

    The power-law form of Naka and Rushton: straight in the log of light around grey, with a toe and a shoulder.
    """
    light = (np.arange(_STEPS + 1) / _STEPS) ** 2 * _MOST
    power, half, top = grey_curve(contrast)
    table: F32 = (light**power / (light**power + half) / top).astype(np.float32)
    return table


def grey_curve(contrast: float) -> tuple[float, float, float]:
    """(power, half, top) of the curve ``x^power / (x^power + half) / top`` from scene light to display light."""
    power = 1.22 * contrast
    half = _GREY**power * (1 - _GREY) / _GREY
    return power, half, _MOST**power / (_MOST**power + half)


@lru_cache(maxsize=1)
def _display() -> F32:
    """Display light to the sRGB code value 0..1, tabled over the square root of 0..1."""
    light = (np.arange(_STEPS + 1) / _STEPS) ** 2
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055).astype(np.float32)


def _key(frame: int, seed: int) -> int:
    return (frame * 0x9E3779B1 + seed * 0x85EBCA6B + 0x1234567) & 0x7FFFFFFF


def _coarse_grain(h: int, w: int, frame: int, seed: int) -> F32:
    out = np.empty((h, w), np.float32)
    _scatter(out, np.int64(_key(frame, seed ^ 0x5BD1)))
    return out


@inline
def _speck(x, y, key):  # type: ignore[no-untyped-def]
    """A bell-shaped number of mean 0 and deviation about 1 from a pixel and a key: four bytes of a hash, summed."""
    h = (x * 0x27D4EB2F ^ y * 0x165667B1 ^ key) & 0xFFFFFFFF
    h = ((h ^ (h >> 15)) * 0x2C1B3C6D) & 0xFFFFFFFF
    h = ((h ^ (h >> 12)) * 0x297A2D39) & 0xFFFFFFFF
    h ^= h >> 15
    total = (h & 255) + ((h >> 8) & 255) + ((h >> 16) & 255) + ((h >> 24) & 255)
    return (np.float32(total) - np.float32(510.0)) * np.float32(1.0 / 147.8)


@kernel
def _scatter(out, key):  # type: ignore[no-untyped-def]
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            out[y, x] = _speck(x, y, key)


@inline
def _between(table, position):  # type: ignore[no-untyped-def]
    """``table`` at ``position`` entries from its start, interpolated."""
    i = min(int(position), _STEPS - 1)
    t = position - np.float32(i)
    return table[i] + (table[i + 1] - table[i]) * t


@kernel
def _finish(hdr, glow, gain, numbers, curve, display, coarse, key, out):  # type: ignore[no-untyped-def]
    # A line at a time, arithmetic apart from table look-ups: the compiler does the former eight pixels at once.
    height, width = hdr.shape[0], hdr.shape[1]
    one, zero, half, two = np.float32(1.0), np.float32(0.0), np.float32(0.5), np.float32(2.0)
    lr, lg, lb = np.float32(0.2126), np.float32(0.7152), np.float32(0.0722)
    keep = one - numbers[0]
    gain_r, gain_g, gain_b = gain[0] * keep, gain[1] * keep, gain[2] * keep
    vignette, saturation, lift, grain = numbers[1], numbers[2], numbers[3], numbers[4]
    shadow_r, shadow_g, shadow_b = numbers[5], numbers[6], numbers[7]
    high_r, high_g, high_b = numbers[8], numbers[9], numbers[10]
    curve_scale = np.float32(_STEPS / math.sqrt(_MOST))
    code_scale = np.float32(_STEPS)
    most = np.float32(_MOST)
    aspect = np.float32(height / width)
    h, w = glow.shape[0], glow.shape[1]
    down, across = np.float32(h / height), np.float32(w / width)
    row = np.empty((w, 3), np.float32)
    red, green, blue = np.empty(width, np.float32), np.empty(width, np.float32), np.empty(width, np.float32)
    wide = np.empty(width, np.float32)
    for x in range(width):
        u = two * np.float32(x) / np.float32(width) - one
        wide[x] = u * u
    for y in range(height):
        # The glow comes at quarter size: one line of it between its two nearest, then points along that line.
        at = min(max((np.float32(y) + half) * down - half, zero), np.float32(h - 1))
        j = min(int(at), max(h - 2, 0))
        t, below = at - np.float32(j), min(j + 1, h - 1)
        for i in range(w):
            for k in range(3):
                row[i, k] = glow[j, i, k] + (glow[below, i, k] - glow[j, i, k]) * t
        for x in range(width):
            at = min(max((np.float32(x) + half) * across - half, zero), np.float32(w - 1))
            i = int(at)
            t, beside = at - np.float32(i), min(i + 1, w - 1)
            red[x] = hdr[y, x, 0] * gain_r + row[i, 0] + (row[beside, 0] - row[i, 0]) * t
            green[x] = hdr[y, x, 1] * gain_g + row[i, 1] + (row[beside, 1] - row[i, 1]) * t
            blue[x] = hdr[y, x, 2] * gain_b + row[i, 2] + (row[beside, 2] - row[i, 2]) * t
        v = (two * np.float32(y) / np.float32(height) - one) * (np.float32(0.55) + np.float32(0.45) * aspect)
        v = v * v
        for x in range(width):
            edge = (wide[x] + v) * np.float32(0.72)
            fall = one / (one + vignette * edge * edge * np.float32(1.1))
            r = min(max(red[x] * fall, zero), most)
            g = min(max(green[x] * fall, zero), most)
            b = min(max(blue[x] * fall, zero), most)
            # Strong colours bleach towards white as film does, instead of clipping to a primary.
            light = lr * r + lg * g + lb * b
            peak = max(r, g, b)
            bleach = np.float32(0.32) * peak / (peak + np.float32(2.5))
            red[x] = math.sqrt(r + (light - r) * bleach) * curve_scale
            green[x] = math.sqrt(g + (light - g) * bleach) * curve_scale
            blue[x] = math.sqrt(b + (light - b) * bleach) * curve_scale
        for x in range(width):
            red[x], green[x], blue[x] = _between(curve, red[x]), _between(curve, green[x]), _between(curve, blue[x])
        for x in range(width):
            r, g, b = red[x], green[x], blue[x]
            light = lr * r + lg * g + lb * b
            low = (one - light) * (one - light)
            # Shadow colour leaves the deepest black alone, or the whole frame turns milky.
            low = low * low * min(one, np.float32(0.25) + light * np.float32(12.0))
            high = light * (two - light)
            high = high * high
            r, g, b = (
                light + (r - light) * saturation,
                light + (g - light) * saturation,
                light + (b - light) * saturation,
            )
            r += shadow_r * low + high_r * high + lift * (one - r)
            g += shadow_g * low + high_g * high + lift * (one - g)
            b += shadow_b * low + high_b * high + lift * (one - b)
            red[x] = math.sqrt(min(max(r, zero), one)) * code_scale
            green[x] = math.sqrt(min(max(g, zero), one)) * code_scale
            blue[x] = math.sqrt(min(max(b, zero), one)) * code_scale
        cy = y >> 1
        for x in range(width):
            r, g, b = _between(display, red[x]), _between(display, green[x]), _between(display, blue[x])
            fine = _speck(x, y, key)
            cx = x >> 1
            if y & 1:
                clump = coarse[cy, cx] + coarse[cy + 1, cx]
            else:
                clump = coarse[cy, cx] * np.float32(1.414)
            if x & 1:
                clump = (clump + coarse[cy, cx + 1] * np.float32(1.414)) * np.float32(0.707)
            light = np.float32(0.3) * r + np.float32(0.6) * g + np.float32(0.1) * b
            # Densest in the lower mid tones, thin in black, gone in white.
            depth = (
                grain
                * np.float32(0.052)
                * (light + np.float32(0.06))
                * (one - light)
                * (one - np.float32(0.35) * light)
            )
            noise = (np.float32(0.62) * fine + np.float32(0.5) * clump) * depth * np.float32(1.7)
            tint = (clump - fine) * depth * np.float32(0.35)
            dither = half + (np.float32((x * 7 + y * 13) & 15) - np.float32(7.5)) * np.float32(0.02)
            out[y, x, 0] = np.uint8(min(max((r + noise + tint) * np.float32(255.0) + dither, zero), np.float32(255.0)))
            out[y, x, 1] = np.uint8(min(max((g + noise) * np.float32(255.0) + dither, zero), np.float32(255.0)))
            out[y, x, 2] = np.uint8(min(max((b + noise - tint) * np.float32(255.0) + dither, zero), np.float32(255.0)))
