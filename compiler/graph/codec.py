"""One codec between frozen dataclasses and plain data: what keys hash, plans print and workers receive.

``encode`` is total on the dataclasses, enums, tuples and scalars the graph carries; ``decode`` is its
inverse, driven by the declared types. Fields with ``compare=False`` (spans) are left out: they never
change what is generated. So is a field declared ``unsaid`` while it has its default: what is added to a record later
changes no key of a film that does not use it. Numbers are written in one canonical way, so equal values give equal text.
"""

from __future__ import annotations

import dataclasses
import json
import operator
import types
import typing
from collections.abc import Callable
from enum import Enum
from fractions import Fraction
from functools import cache
from json.encoder import encode_basestring
from typing import Any, TypeVar, Union

T = TypeVar("T")

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]


def encode(value: object) -> Plain:
    """Plain JSON-ready data of a value. Raises ``TypeError`` for a type the graph must not carry."""
    match value:
        case Enum():
            return encode(value.value)
        case None | bool() | int() | str():
            return value
        case float():
            return _number(value)
        case Fraction():
            return f"{value.numerator}/{value.denominator}"
        case tuple() | list():
            return [encode(item) for item in value]
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {name: encode(getattr(value, name)) for name in _said(value)}
    raise TypeError(f"a {type(value).__name__} cannot enter the graph")


def unsaid(default: T) -> T:
    """A record's field that is not written while it has its default: ``take: int = unsaid(1)``."""
    return dataclasses.field(default=default, metadata={"unsaid": True})


def decode(kind: type[T], data: Plain) -> T:
    """The value of type ``kind`` that ``encode`` made ``data`` from. Raises ``ValueError`` on other data."""
    return typing.cast(T, _decode(kind, data))


def canonical(data: Plain) -> str:
    """The one text of plain data: sorted keys, no spaces, shortest round-trip numbers."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def quoted(text: str) -> str:
    """A string as the canonical form writes it."""
    return encode_basestring(text)


class Writer:
    """Writes ``canonical(encode(value))`` without the tree between; a record met again is not written again.

    One writer serves one pass over a graph: people and places are the same objects in many shots. It keeps what it
    wrote of them, at most about ``MOST`` characters, and the objects, so that their identity stays theirs.
    """

    MOST = 8_000_000

    def __init__(self) -> None:
        self._known: dict[int, tuple[object, str]] = {}
        self._kept = 0

    def text(self, value: object) -> str:
        """The one text of a value. Raises ``TypeError`` for a type the graph must not carry."""
        return _WRITE[type(value)](self, value)

    def each(self, values: typing.Iterable[object]) -> list[str]:
        """The texts of several values. Most are numbers, which are written without a call."""
        write = _WRITE
        return [repr(v) if type(v) is float and v and v - v == 0 else write[type(v)](self, v) for v in values]

    def known(self, value: object) -> str | None:
        """What was written of the very record before."""
        known = self._known.get(id(value))
        return known[1] if known else None

    def keep(self, value: object, written: str) -> None:
        """Remember what was written of a record."""
        self._kept += len(written)
        if self._kept > self.MOST:
            self._known.clear()
            self._kept = len(written)
        self._known[id(value)] = (value, written)


_Write = Callable[[Writer, Any], str]


class _Writers(dict[type, _Write]):
    """How values of each type are written; found once for a type."""

    def __missing__(self, kind: type) -> _Write:
        made = self[kind] = self._made(kind)
        return made

    def _made(self, kind: Any) -> _Write:
        if kind in (tuple, list):
            return lambda writer, value: f"[{','.join(writer.each(value))}]"
        if issubclass(kind, Enum):
            return lambda writer, value: writer.text(value.value)
        if dataclasses.is_dataclass(kind):
            return _record_writer(kind)
        return lambda _, value: canonical(encode(value))


def _record_writer(kind: Any) -> _Write:
    names, fields = _written(kind)
    form = "{" + ",".join(f"{name}%s" for name in names) + "}"
    order, defaults = _sorted(kind), _unsaid(kind)

    def write(writer: Writer, value: object) -> str:
        known = writer.known(value)
        if known is not None:
            return known
        values = fields(value)
        texts = writer.each(values)
        if defaults:
            pairs = zip(order, names, values, texts, strict=True)
            said = [f"{name}{text}" for key, name, held, text in pairs if key not in defaults or held != defaults[key]]
            written = f"{{{','.join(said)}}}"
        else:
            written = form % tuple(texts)
        if 128 < len(written) < 8192:  # shorter is sooner written than found, longer is a shot, met once
            writer.keep(value, written)
        return written

    return write


_WRITE = _Writers(
    {
        str: lambda _, value: encode_basestring(value),
        float: lambda _, value: repr(value) if value and value - value == 0 else repr(_number(value)),
        int: lambda _, value: int.__repr__(value),
        bool: lambda _, value: "true" if value else "false",
        type(None): lambda _, __: "null",
        Fraction: lambda _, value: f'"{value.numerator}/{value.denominator}"',
    }
)


def _number(value: float) -> float:
    if value != value or value in (float("inf"), float("-inf")):
        raise TypeError("a number that is not finite cannot enter the graph")
    return 0.0 if value == 0 else value


def _said(value: object) -> list[str]:
    """Names of the fields of a record that are written."""
    kind: Any = type(value)
    defaults = _unsaid(kind)
    return [name for name in _compared(kind) if name not in defaults or getattr(value, name) != defaults[name]]


@cache
def _compared(kind: type) -> tuple[str, ...]:
    return tuple(f.name for f in dataclasses.fields(kind) if f.compare)


@cache
def _sorted(kind: type) -> tuple[str, ...]:
    return tuple(sorted(_compared(kind)))


@cache
def _unsaid(kind: type) -> dict[str, object]:
    """Fields that are not written while they have their default, and that default."""
    return {f.name: f.default for f in dataclasses.fields(kind) if "unsaid" in f.metadata}


@cache
def _written(kind: type) -> tuple[tuple[str, ...], Callable[[object], tuple[object, ...]]]:
    """A record's fields as they are written, in the order they are written in, and what reads them."""
    names = _sorted(kind)
    if len(names) < 2:  # attrgetter of one name gives no tuple, and of none is refused
        return tuple(f"{quoted(name)}:" for name in names), lambda value: tuple(getattr(value, n) for n in names)
    return tuple(f"{quoted(name)}:" for name in names), operator.attrgetter(*names)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _decode(kind: Any, data: Plain) -> object:
    origin = typing.get_origin(kind)
    if origin in (Union, types.UnionType):
        if data is None:
            return None
        choices = [arm for arm in typing.get_args(kind) if arm is not type(None)]
        if len(choices) != 1:
            raise ValueError(f"{kind} is not a type the codec reads")
        return _decode(choices[0], data)
    if origin is tuple:
        return _decode_tuple(typing.get_args(kind), data)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _decode_record(kind, data)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(data)
    if kind is Fraction and isinstance(data, str):
        return Fraction(data)
    if kind is float and isinstance(data, int | float) and not isinstance(data, bool):
        return float(data)
    if kind in (int, str, bool) and type(data) is kind:
        return data
    raise ValueError(f"expected {kind}, found {type(data).__name__}")


def _decode_tuple(arms: tuple[Any, ...], data: Plain) -> tuple[object, ...]:
    if not isinstance(data, list):
        raise ValueError("expected a list")
    if len(arms) == 2 and arms[1] is Ellipsis:
        return tuple(_decode(arms[0], item) for item in data)
    if len(arms) != len(data):
        raise ValueError(f"expected {len(arms)} items, found {len(data)}")
    return tuple(_decode(arm, item) for arm, item in zip(arms, data, strict=True))


def _decode_record(kind: type, data: Plain) -> object:
    names = set(_compared(kind))
    if not isinstance(data, dict) or not names - set(_unsaid(kind)) <= set(data) <= names:
        raise ValueError(f"not the fields of a {kind.__name__}")
    hints = _hints(kind)
    record = kind(**{name: _decode(hints[name], value) for name, value in data.items()})
    if any(name in data and getattr(record, name) == default for name, default in _unsaid(kind).items()):
        raise ValueError(f"a {kind.__name__} that says what goes unsaid")
    return record
