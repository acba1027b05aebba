"""Ops that no film uses yet, declared as a backend with models would declare them, and random programs of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from compiler.graph.keys import digest
from compiler.graph.ops import BY_NAME, Determinism, Kind, Op, Stage, declare
from compiler.graph.task import Graph, GraphBuilder, Ref, Task
from compiler.graph.traits import Model, Parts, Traits
from compiler.passes.program import Program

MODELS = {"small": Model("small", 3.0), "large": Model("large", 9.0), "text": Model("text", 4.0)}


@dataclass(frozen=True, slots=True)
class Prompt:
    words: str


@dataclass(frozen=True, slots=True)
class Draw:
    seed: int
    model: str
    domain: str = "cuda:a"


@dataclass(frozen=True, slots=True)
class Picture:
    """A prompt and a draw in one; means exactly its parts."""

    words: str
    draw: Draw


@dataclass(frozen=True, slots=True)
class Scale:
    factor: int


@dataclass(frozen=True, slots=True)
class Blend:
    mode: str


def _one(name: str, kind: Kind) -> Any:
    return lambda _: ((name, kind),)


def _model(params: Any) -> tuple[Model, ...]:
    return (MODELS[params.model],)


def _parts(params: Any) -> Parts:
    return Parts(Prompt(params.words), frozenset(), params.draw, "prompt")  # type: ignore[arg-type]


_S, _R = Determinism.SAMPLED, Stage.RENDER
_IMAGE = ("image", Kind.IMAGE)
TEST_OPS: tuple[Op, ...] = (
    Op("xprompt", 1, Prompt, (), _one("text", Kind.TEXT), _S, _R, (), lambda _: 1.0,
       Traits(models=lambda _: (MODELS["text"],), working=lambda _: 0.5, batch=8, setup=0.5)),
    Op("xdraw", 1, Draw, (("prompt", Kind.TEXT), _IMAGE), _one(*_IMAGE), _S, _R, (), lambda _: 8.0,
       Traits(models=_model, working=lambda _: 4.0, batch=4, alike=lambda q: q.domain, setup=1.0)),  # type: ignore[union-attr]
    Op("xpicture", 1, Picture, (_IMAGE,), _one(*_IMAGE), _S, _R, (), lambda _: 9.0,
       Traits(models=lambda q: (MODELS["text"], MODELS[q.draw.model]), parts=_parts)),  # type: ignore[union-attr]
    Op("xscale", 1, Scale, (_IMAGE,), _one(*_IMAGE), _S, _R, (), lambda _: 0.1,
       Traits(finishing=True, same_as=lambda q: "image" if q.factor == 1 else "")),  # type: ignore[union-attr]
    Op("xblend", 1, Blend, (_IMAGE,), _one(*_IMAGE), _S, _R, (), lambda _: 0.2,
       Traits(commutes=frozenset({"image"}), normal=lambda q: replace(q, mode=q.mode.lower()))),  # type: ignore[union-attr,type-var]
)  # fmt: skip

if "xprompt" not in BY_NAME:
    declare(*TEST_OPS)


@st.composite
def drawn(draw: st.DrawFn, most: int = 14) -> Graph:
    """Sound graphs of these ops, with much that can be shared, hoisted, fused and batched."""
    build = GraphBuilder()
    images: list[Ref] = []
    texts: list[Ref] = []
    for number in range(draw(st.integers(2, most))):
        add: Any = build.add
        shot = draw(st.sampled_from(["", "a", "b"]))
        firm = draw(st.booleans()) or number < 3
        how: dict[str, Any] = {"label": f"task {number}", "shot": shot, "provisional": not firm}
        sources = st.lists(st.sampled_from(images), max_size=2) if images else st.just([])
        draw_of = st.builds(
            Draw, st.integers(0, 2), st.sampled_from(["small", "large"]), st.sampled_from(["cuda:a", "cpu:b"])
        )
        match draw(st.integers(0, 4)):
            case 0:
                texts.append(add(Prompt(draw(st.sampled_from("pq"))), **how))
            case 1 if texts:
                reads = [("prompt", draw(st.sampled_from(texts))), *(("image", ref) for ref in draw(sources))]
                images.append(add(draw(draw_of), reads, **how))
            case 3 if images:
                images.append(add(Scale(draw(st.integers(1, 2))), [("image", draw(st.sampled_from(images)))], **how))
            case 4 if images:
                params = Blend(draw(st.sampled_from(["add", "ADD", "max"])))
                images.append(add(params, [("image", ref) for ref in draw(sources)], **how))
            case _:
                params = Picture(draw(st.sampled_from("pq")), draw(draw_of))
                images.append(add(params, [("image", ref) for ref in draw(sources)], **how))
    for number, ref in enumerate(draw(st.lists(st.sampled_from([*images, *texts]), min_size=1, max_size=4))):
        build.want(f"w{number}", ref)
    return build.graph()


@st.composite
def fanned(draw: st.DrawFn) -> Graph:
    """Many takes of one prompt, by seeds, models and domains: what sharing and batching are about."""
    build: Any = GraphBuilder()
    prompt = build.add(Prompt("p"), label="prompt")
    how = st.tuples(
        st.integers(0, 2), st.sampled_from(["small", "large"]), st.sampled_from(["cuda:a", "cpu:b"]), st.booleans()
    )
    for number, (seed, model, domain, whole) in enumerate(draw(st.lists(how, min_size=2, max_size=10))):
        picture = Draw(seed, model, domain)
        label = f"take {number}"
        if whole:
            made = build.add(Picture("p", picture), label=label, shot="a")
        else:
            made = build.add(picture, [("prompt", prompt)], label=label, shot="a", provisional=draw(st.booleans()))
        if draw(st.booleans()):
            made = build.add(Scale(2), [("image", made)], label=f"{label}, scaled", shot="a")
        build.want(f"w{number}", made)
    return build.graph()  # type: ignore[no-any-return]


def render(graph: Graph) -> dict[str, str]:
    """What each wanted output would be: a fake render, in which an op is what its traits say it means."""
    made: list[dict[str, str]] = []
    for task in graph.tasks:
        inputs = [(slot, made[ref.task][ref.output]) for slot, ref in task.inputs]
        made.append(_made(task.params, inputs))
    return {name: made[ref.task][ref.output] for name, ref in graph.wanted}


def everything(graph: Graph) -> list[tuple[Task, str]]:
    """Every task with what it would make; and again with what a part of it that takes could share would make."""
    made: list[dict[str, str]] = []
    found: list[tuple[Task, str]] = []
    for task in graph.tasks:
        inputs = [(slot, made[ref.task][ref.output]) for slot, ref in task.inputs]
        made.append(_made(task.params, inputs))
        found.append((task, " ".join(sorted(made[-1].values()))))
        if parts := task.op.traits.parts(task.params):
            first = _made(parts.shared, [item for item in inputs if item[0] in parts.takes])
            found.append((task, " ".join(sorted(first.values()))))
    return found


def played(program: Program) -> dict[str, str]:
    """The same, by running the calls in their order: what is read has to be there."""
    made: dict[int, dict[str, str]] = {}
    for call in program.calls:
        for index in call:
            task = program.graph.tasks[index]
            made[index] = _made(task.params, [(slot, made[ref.task][ref.output]) for slot, ref in task.inputs])
    return {name: made[ref.task][ref.output] for name, ref in program.graph.wanted}


def _made(params: Any, inputs: list[tuple[str, str]]) -> dict[str, str]:
    from compiler.graph.ops import op_of

    op = op_of(params)
    traits = op.traits
    params = traits.normal(params) if traits.normal else params
    slots = [slot for slot, _ in op.inputs]
    inputs = sorted(inputs, key=lambda i: (slots.index(i[0]), i[1] if i[0] in traits.commutes else ""))
    outputs = [name for name, _ in op.outputs(params)]
    given = [value for slot, value in inputs if slot == traits.same_as(params)]
    if len(given) == 1:
        return {outputs[0]: given[0]}
    if parts := traits.parts(params):
        first = _made(parts.shared, [i for i in inputs if i[0] in parts.takes])
        rest = [i for i in inputs if i[0] not in parts.takes]
        return _made(parts.own, [*rest, (parts.slot, next(iter(first.values())))])
    value = digest(repr((op.name, params, inputs)))
    return {name: f"{value}.{name}" for name in outputs}
