"""Finds the recipe of ``sounds.toml`` that a sound's words mean, for the checker and for the sound room."""

from __future__ import annotations

import importlib.resources as resources
import re
import tomllib
from functools import lru_cache
from typing import Any

MAX_WORDS = 24


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Any]:
    """The whole table: ``recipe`` and ``change`` by name."""
    return tomllib.loads((resources.files("stdlib") / "sounds.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=512)
def recipe_of(what: str) -> str:
    """Name of the recipe whose words ``what`` holds; the longest phrase wins, then the earliest; ``""`` if none."""
    words = _words(what)
    best: tuple[int, int, str] | None = None
    for phrase, name in _phrases().items():
        at = _find(phrase, words)
        if at >= 0 and (best is None or (-len(phrase), at) < best[:2]):
            best = (-len(phrase), at, name)
    return best[2] if best else ""


def changes_of(what: str) -> tuple[str, ...]:
    """Names of the changes (distant, muffled …) asked for beside the sound itself."""
    words = set(_words(what))
    return tuple(name for name, entry in catalogue()["change"].items() if words & set(entry["words"]))


@lru_cache(maxsize=1)
def _phrases() -> dict[tuple[str, ...], str]:
    table: dict[tuple[str, ...], str] = {}
    for name, entry in catalogue()["recipe"].items():
        for phrase in entry["words"]:
            table.setdefault(_words(phrase), name)
    return table


def _words(text: str) -> tuple[str, ...]:
    return tuple(_stem(word) for word in re.findall(r"[^\W\d_]+", text.lower())[:MAX_WORDS])


def _stem(word: str) -> str:
    """Plural and singular are one word; nothing cleverer, so that matches stay predictable."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _find(phrase: tuple[str, ...], words: tuple[str, ...]) -> int:
    for at in range(len(words) - len(phrase) + 1):
        if words[at : at + len(phrase)] == phrase:
            return at
    return -1
