"""Profiles: how the steps of a film map to backends."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """``board``: one staged still per beat under a 2D move, instead of rendered motion."""

    name: str
    board: bool = False


PROFILES: dict[str, Profile] = {"previz": Profile("previz"), "board": Profile("board", board=True)}
