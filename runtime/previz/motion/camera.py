"""The camera of every frame: solved keys joined, an operator's breath, and focus kept on somebody's nearer eye."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from compiler.staging.model import CameraTrack, Light, LightCue
from runtime.previz.motion.curves import F64, noise
from runtime.previz.motion.rotations import turn_x, turn_y, turn_z, unit


@dataclass(slots=True)
class CameraCurves:
    """``position`` (N, 3), ``rotation`` (N, 3, 3) rows right, up, backward; ``focal``, ``f_stop``, ``focus``, ``exposure`` (N,)."""

    position: F64
    rotation: F64
    focal: F64
    f_stop: F64
    focus: F64
    exposure: F64


def make_camera(track: CameraTrack, t: F64, seed: int, eyes: tuple[F64, F64] | None) -> CameraCurves:
    """``eyes``: world positions (N, 3) of both eyes of the actor in focus, or ``None``."""
    keys = track.keys
    times = np.array([k.time for k in keys])
    position = _joined(times, np.array([k.position for k in keys]), t, track.ease)
    target = _joined(times, np.array([k.target for k in keys]), t, track.ease)
    lens = _joined(
        times,
        np.array([[np.log(k.focal_mm), np.log(k.f_stop), 1 / max(k.focus, 0.05), k.roll] for k in keys]),
        t,
        track.ease,
    )
    back = unit(position - target)
    right = unit(np.cross(np.array([0.0, 1.0, 0.0]), back))
    # Straight up or down has no horizon: keep +x to the right.
    right = np.where(np.linalg.norm(right, axis=1, keepdims=True) < 0.5, np.array([1.0, 0.0, 0.0]), right)
    rotation = np.stack([right, np.cross(back, right), back], 1)
    focal = np.exp(lens[:, 0])
    amount = track.handheld
    if amount > 0:
        # An operator's sway is an angle of view, so long lenses are held as steadily as short ones look.
        angle = amount * 0.0085 * np.sqrt(35.0 / focal)
        pan, tilt, roll = (
            angle
            * g
            * (
                0.7 * noise(seed, 80 + i, t, 0.32)
                + 0.3 * noise(seed, 90 + i, t, 0.95)
                + 0.08 * noise(seed, 100 + i, t, 2.6)
            )
            for i, g in enumerate((1.0, 0.8, 0.5))
        )
        rotation = turn_z(-roll) @ turn_x(-tilt) @ turn_y(-pan) @ rotation
        drift = (
            np.stack([noise(seed, 110 + i, t, 0.24) for i in range(3)], 1) * np.array([0.022, 0.014, 0.016]) * amount
        )
        position = position + drift
    rotation = turn_z(-np.radians(lens[:, 3])) @ rotation
    focus = 1.0 / lens[:, 2]
    if eyes is not None:
        depth = np.min([np.sum((position - e) * rotation[:, 2], 1) for e in eyes], axis=0)
        focus = np.where(depth > 0.15, depth, focus)
    return CameraCurves(position, rotation, focal, np.exp(lens[:, 1]), focus, np.full(len(t), track.exposure))


def light_levels(lights: tuple[Light, ...], cues: tuple[LightCue, ...], t: F64, seed: int) -> F64:
    """(N, L) factor of each light's intensity: cues in order, then flicker."""
    out = np.ones((len(t), len(lights)))
    for i, light in enumerate(lights):
        unsteady = np.full(len(t), light.flicker)
        for cue in _of(light, cues):
            u = _eased(cue, t)
            out[:, i] = out[:, i] * (1 - u) + cue.level * u
            if cue.flicker is not None:
                unsteady = np.where(t >= cue.start, cue.flicker, unsteady)
        if np.any(unsteady > 0):
            wave = 0.6 * noise(seed, 120 + i, t, 3.1) + 0.4 * noise(seed, 150 + i, t, 8.3)
            out[:, i] *= np.maximum(1.0 + 0.28 * unsteady * wave - 0.06 * unsteady, 0.0)
            if any(cue.flicker for cue in _of(light, cues)):
                # A failing lamp also drops out: short gaps, most of them once a second or so.
                drops = noise(seed, 170 + i, t, 6.7) + 0.5 * noise(seed, 180 + i, t, 13.1)
                out[:, i] *= np.where((unsteady > 0.6) & (drops > 0.62), 0.12, 1.0)
    return out


def light_colours(lights: tuple[Light, ...], cues: tuple[LightCue, ...], t: F64) -> F64:
    """(N, L, 3) colour of each light: its own until a cue turns it to another."""
    out = np.tile(np.array([light.colour for light in lights], np.float64).reshape(1, -1, 3), (len(t), 1, 1))
    for i, light in enumerate(lights):
        for cue in _of(light, cues):
            if cue.colour is not None:
                u = _eased(cue, t)[:, None]
                out[:, i] = out[:, i] * (1 - u) + np.array(cue.colour) * u
    return out


def _of(light: Light, cues: tuple[LightCue, ...]) -> list[LightCue]:
    return sorted((c for c in cues if c.light == light.name), key=lambda c: (c.start, c.end))


def _eased(cue: LightCue, t: F64) -> F64:
    u = np.clip((t - cue.start) / max(cue.end - cue.start, 1e-3), 0, 1)
    return np.asarray(u * u * (3 - 2 * u))


def _joined(times: F64, values: F64, t: F64, style: str) -> F64:
    """Two keys: eased in and out. More: a cubic through them that never overshoots a key. ``linear``: straight."""
    if len(times) == 1:
        return np.tile(values[:1], (len(t), 1))
    i = np.clip(np.searchsorted(times, t, "right") - 1, 0, len(times) - 2)
    span = np.maximum(times[i + 1] - times[i], 1e-6)
    u = np.clip((t - times[i]) / span, 0.0, 1.0)[:, None]
    a, b = values[i], values[i + 1]
    if style == "linear":
        return np.asarray(a + (b - a) * u)
    if len(times) == 2:
        return np.asarray(a + (b - a) * (u * u * u * (10 + u * (6 * u - 15))))
    slopes = _slopes(times, values)
    m0, m1 = slopes[i] * span[:, None], slopes[i + 1] * span[:, None]
    return np.asarray(
        (2 * u**3 - 3 * u**2 + 1) * a + (u**3 - 2 * u**2 + u) * m0 + (3 * u**2 - 2 * u**3) * b + (u**3 - u**2) * m1
    )


def _slopes(times: F64, values: F64) -> F64:
    """Speeds (K, C) at three keys or more, however unevenly spaced: the parabola through each key and its neighbours.

    Kept monotone after Fritsch and Carlson (1980); still at the ends of three keys, which are a
    written move, free at the ends of more, which are samples of one already eased.
    """
    h = np.maximum(np.diff(times), 1e-6)[:, None]
    d = np.diff(values, axis=0) / h
    out = np.zeros_like(values)
    out[1:-1] = (h[1:] * d[:-1] + h[:-1] * d[1:]) / (h[:-1] + h[1:])
    if len(times) > 3:
        out[0] = d[0] + (d[0] - d[1]) * h[0] / (h[0] + h[1])
        out[-1] = d[-1] + (d[-1] - d[-2]) * h[-1] / (h[-1] + h[-2])
    before, after = np.concatenate([d[:1], d]), np.concatenate([d, d[-1:]])
    limit = 3.0 * np.minimum(np.abs(before), np.abs(after))
    out = np.clip(out, -limit, limit)
    agrees = (before * after > 0) & (out * before > 0)
    return np.where(agrees, out, 0.0)
