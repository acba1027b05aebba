"""Hypothesis strategies for whatever the graph carries, made from the declared types: a new field joins by itself."""

from __future__ import annotations

import dataclasses
import types
import typing
from enum import Enum
from fractions import Fraction
from typing import Any, Union

from hypothesis import strategies as st

from compiler.graph.ops import OPS
from compiler.graph.task import Graph, GraphBuilder, Ref

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
_FLOATS = st.floats(allow_nan=False, allow_infinity=False, width=32)


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a declared type."""
    origin = typing.get_origin(kind)
    if origin in (Union, types.UnionType):
        return st.one_of([st.none() if arm is type(None) else values(arm) for arm in typing.get_args(kind)])
    if origin is tuple:
        arms = typing.get_args(kind)
        if len(arms) == 2 and arms[1] is Ellipsis:
            return st.lists(values(arms[0]), max_size=2).map(tuple)
        return st.tuples(*(values(arm) for arm in arms))
    if dataclasses.is_dataclass(kind):
        return records(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    return {
        int: st.integers(-(2**53), 2**53),
        float: _FLOATS,
        str: _TEXT,
        bool: st.booleans(),
        Fraction: st.fractions(max_denominator=1001),
    }[kind]


def records(kind: Any) -> st.SearchStrategy[Any]:
    hints = typing.get_type_hints(kind)
    fields = [f.name for f in dataclasses.fields(kind) if f.compare]
    return st.builds(kind, **{name: values(hints[name]) for name in fields})


PARAMS: tuple[type, ...] = tuple(op.params for op in OPS)


@st.composite
def graphs(draw: st.DrawFn, most: int = 10) -> Graph:
    """Sound graphs: random ops over whatever earlier outputs fit their slots."""
    build = GraphBuilder()
    outputs: list[tuple[Ref, object]] = []
    for _ in range(draw(st.integers(1, most))):
        op = draw(st.sampled_from(OPS))
        inputs = []
        for slot, kind in op.inputs:
            fitting = [ref for ref, found in outputs if found is kind]
            if fitting:
                inputs += [(slot, ref) for ref in draw(st.lists(st.sampled_from(fitting), max_size=2))]
        params = draw(records(op.params))
        if not op.outputs(params):
            continue
        ref = build.add(params, inputs, label=op.name)
        outputs += [(Ref(ref.task, name), kind) for name, kind in op.outputs(params)]
    for number, (ref, _) in enumerate(draw(st.lists(st.sampled_from(outputs), max_size=3)) if outputs else []):
        build.want(f"w{number}", ref)
    return build.graph()
