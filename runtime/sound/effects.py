"""``render_sound``: effects and ambiences from words. What a sound is made of is data in ``stdlib/sounds.toml``."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np

from compiler.staging.model import PlacedSound
from compiler.timebase import SAMPLE_RATE
from runtime.sound.filters import Wave, fade, lowpass, shelf
from runtime.sound.loudness import block_means, decibels, k_power
from runtime.sound.space import reverberate
from runtime.sound.synth import GENERATORS
from runtime.sound.wav import Samples, write_wav
from stdlib.sounds import catalogue, changes_of, recipe_of

REFERENCE = -20.0
"""Loudest 400 ms of every rendered sound in LUFS: a sound placed at 0 dB is as loud as speech."""
_PEAK = 0.8
FALLBACK = "room"
MAX_SECONDS = 900.0


def render_sound(s: PlacedSound, out_wav: Path) -> None:
    """Write ``s`` as 48 kHz stereo. It depends on words, length and seed; level, pan, fades and start are the mix's.

    Words no recipe answers to are heard as the nearest one by spelling, else as a quiet room.
    """
    write_wav(out_wav, sound(s.what, s.seconds, s.seed, s.distance))


def sound(what: str, seconds: float, seed: int, distance: float = 0.0) -> Samples:
    """(n, 2) samples of ``what``; a sound that happens once may end before ``seconds`` or ring on a little after.

    ``distance`` in metres is heard where the words do not already say that it is far.
    """
    name = recipe_of(what) or nearest(what)
    recipe = catalogue()["recipe"][name]
    change = _changes(what, name)
    length = min(MAX_SECONDS, max(seconds, 0.05))
    if "once" in recipe:
        if recipe["layers"][0]["kind"] == "breath" and not (recipe.get("every") and length > 1.5 * recipe["once"]):
            change["span"] = float(np.clip(length / recipe["once"], 0.6, 1.5))
        natural = float(recipe["once"]) * change["span"] / change["rate"] + 0.3
        length = length if recipe.get("every") and length > natural else min(natural, max(length, natural * 0.98))
    count = int(length * SAMPLE_RATE)
    out = np.zeros((count, 2), np.float32)
    for index, layer in enumerate(recipe["layers"]):
        x = _layer(layer, count, seed * 7919 + 97 * 1000 + index, change)
        out += (x[:, None] if x.ndim == 1 else x) * decibels(float(layer.get("gain", 0.0)))
    out = _placed_in_space(out, float(recipe.get("reverb", 0.0)), change)
    if distance > 3.0 and not change["lowpass"]:
        out = np.asarray(far(np.asarray(out, np.float32), distance), np.float64)
    ends = (0.004, 0.03) if "once" in recipe else (0.05, 0.05)
    return levelled(fade(out, *ends), float(recipe.get("level", 0.0)))


def far(samples: Samples, metres: float) -> Samples:
    """A sound as it comes from ``metres`` away: air takes the heights, the place answers. Its level is the mix's."""
    near = lowpass(np.asarray(samples, np.float64), max(900.0, 16_000.0 / (1.0 + metres / 12.0)), order=1)
    wet = min(0.7, metres / 90.0)
    return np.asarray(reverberate(near, "far", wet=wet, dry=1.0 - 0.5 * wet)[: len(samples)], np.float32)


def nearest(what: str) -> str:
    """The recipe whose words are spelled most like those of ``what``."""
    table: dict[str, str] = {word: name for name, entry in catalogue()["recipe"].items() for word in entry["words"]}
    for word in what.lower().split()[:12]:
        close = get_close_matches(word[:24], table, n=1, cutoff=0.75)
        if close:
            return table[close[0]]
    return FALLBACK


def _changes(what: str, name: str) -> dict[str, float]:
    """Every figure the words beside the sound's own change, with its neutral value."""
    change = {"lowpass": 0.0, "reverb": 0.0, "warmth": 0.0, "rate": 1.0, "pitch": 1.0, "span": 1.0}
    own = {word for phrase in catalogue()["recipe"][name]["words"] for word in phrase.split()}
    for wanted in changes_of(what):
        entry: dict[str, Any] = catalogue()["change"][wanted]
        if own & set(entry["words"]) & set(what.lower().split()):
            continue  # "outside" in "sea outside" names the sound rather than changing it
        change.update({key: float(value) for key, value in entry.items() if key != "words"})
    return change


def _layer(layer: dict[str, Any], count: int, seed: int, change: dict[str, float]) -> Wave:
    figures = {key: value for key, value in layer.items() if key not in ("kind", "gain")}
    if layer["kind"] == "breath":  # a breath lasts as long as the body on screen breathes
        figures["phases"] = [[way, at * change["span"], long * change["span"]] for way, at, long in layer["phases"]]
        figures["size"] = change["pitch"]
    for key in ("every", "period", "start"):
        if key in figures:
            figures[key] /= change["rate"]
    if change["pitch"] != 1.0:
        for key in ("hz", "from", "to", "low", "high"):
            if key in figures:
                figures[key] *= change["pitch"]
        if layer["kind"] == "strike":
            figures["partials"] = [[hz * change["pitch"], level, decay] for hz, level, decay in figures["partials"]]
    wave: Wave = GENERATORS[layer["kind"]](count, seed, **figures)
    loud = float(np.sqrt(np.mean(wave**2)))
    if layer["kind"] in ("strike", "glide", "stick", "breath", "swell", "cries", "chirps", "grains"):
        loud = float(np.abs(wave).max()) / 3.0  # events are balanced by their peaks, textures by their power
    return wave / max(loud, 1e-9)


def _placed_in_space(x: Wave, wet: float, change: dict[str, float]) -> Wave:
    count = len(x)
    if change["lowpass"]:
        x = lowpass(x, change["lowpass"], order=1)
        x = lowpass(x, change["lowpass"] * 1.8, order=1)
    if change["warmth"]:
        x = shelf(x, 220.0, change["warmth"], high=False)
    wet = max(wet, change["reverb"])
    if wet > 0.0:
        x = reverberate(x, "far" if change["lowpass"] else "hall", wet=wet, dry=1.0 - 0.5 * wet)
        x = x[: count + int(2.0 * SAMPLE_RATE)]
    return x


def levelled(x: Wave, offset: float) -> Samples:
    """``x`` with its loudest 400 ms at ``REFERENCE`` + ``offset`` dB, as far as its peaks allow."""
    power = k_power(np.asarray(x, np.float32))
    block = min(len(power), int(0.4 * SAMPLE_RATE))
    loudest = float(block_means(power, block, max(1, block // 4)).max()) if block else 0.0
    gain = 10.0 ** ((REFERENCE + offset + 0.691 - 10.0 * np.log10(max(loudest, 1e-12))) / 20.0)
    gain = min(gain, _PEAK / max(float(np.abs(x).max()), 1e-9))
    return np.asarray(x * gain, np.float32)
