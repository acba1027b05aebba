"""Whether two values of a film are the same to the last span: what ``==`` passes over counts too."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any


def identical(one: object, other: object) -> bool:
    """Whether two values are the same to the last span, which ``==`` passes over."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(identical, one, other))
    if is_dataclass(one) and not isinstance(one, Enum):
        return all(identical(getattr(one, name), getattr(other, name)) for name in _fields(one.__class__))
    return one == other


@cache
def _fields(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
