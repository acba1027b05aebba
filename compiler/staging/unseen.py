"""A staged shot nobody has looked at yet: its scene is photographed when somebody asks what is in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from compiler.staging.model import StagedShot


class UnseenShot(StagedShot):
    """Stands for the ``StagedShot`` that ``see`` gives. Its lengths, rate and size are known without looking."""

    __slots__ = ("_see",)
    _see: Callable[[], StagedShot]

    @classmethod
    def of(
        cls, see: Callable[[], StagedShot], lengths: tuple[int, int, int], fps: tuple[int, int], size: tuple[int, int]
    ) -> UnseenShot:
        """``lengths``: frames of its body, its head and its tail."""
        shot: UnseenShot = object.__new__(cls)
        for name, value in zip(("frames", "head", "tail", "fps", "size"), (*lengths, fps, size), strict=True):
            object.__setattr__(shot, name, value)
        object.__setattr__(shot, "_see", see)
        return shot

    def seen(self) -> StagedShot:
        """The shot itself. Raises what ``see`` does."""
        return self._see()

    def __getattr__(self, name: str) -> Any:
        # A slot that has not been filled leads here.
        if name not in _FIELDS:
            raise AttributeError(name)
        seen = self._see()
        for field in _FIELDS:
            object.__setattr__(self, field, getattr(seen, field))
        return getattr(seen, name)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, StagedShot):
            return NotImplemented
        return self is other or all(getattr(self, name) == getattr(other, name) for name in _FIELDS)

    def __hash__(self) -> int:
        return hash(tuple(getattr(self, name) for name in _FIELDS))


_FIELDS = tuple(field.name for field in fields(StagedShot))
