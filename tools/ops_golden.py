"""The golden tasks: one small task of every op, with what it reads, checked in as graph text and run for real.

``compose`` makes that text from a little film; it is only made anew when an op is added or its parameters change. What the
tasks make is told twice: to the bit, and as a few numbers a person would notice a change in.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from blake3 import blake3
from numpy.typing import NDArray

from compiler.diagnostics import Report
from compiler.front import load_film
from compiler.graph import params as p
from compiler.graph.facts import Facts
from compiler.graph.ops import OPS, SUFFIX, Kind
from compiler.graph.sources import files_of
from compiler.graph.task import Graph, GraphBuilder, Ref, Task
from compiler.graph.text import parse_graph, print_graph
from compiler.plan import Plan, plan_film
from compiler.staging.voicing import estimate
from runtime.schedule.table import TaskContext, function_of

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "tools" / "golden"
GRAPH = FOLDER / "tasks.graph"
FILM = FOLDER / "golden.film"
_NUMBERS = 24
"""Numbers one array or one stretch of sound is told in."""
_GRID = (3, 4)
"""Rows and columns in which a picture's brightness and colour are told."""
_FRAMES = 3
_ROUNDS = 8

F64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Made:
    """What a task made: ``exact`` to the bit, and ``seen``, numbers of about 0..1 by what they are of."""

    exact: str
    inputs: str
    """Of what it read, to the bit."""
    seen: Mapping[str, tuple[float, ...]]


def golden_graph() -> Graph:
    """The checked-in tasks. Raises ``ValueError`` when they are no graph any more: parameters have changed."""
    return parse_graph(GRAPH.read_text(encoding="utf-8"))


def run_golden(graph: Graph, ops: Iterable[str]) -> dict[str, Made]:
    """Run the golden tasks of some ops, and what they read; what each made, by op."""
    wanted = set(ops)
    needed: set[int] = set()
    stack = [index for index, task in enumerate(graph.tasks) if task.op.name in wanted]
    while stack:
        if (index := stack.pop()) not in needed:
            needed.add(index)
            stack += [ref.task for ref in graph.tasks[index].sources()]
    found: dict[str, Made] = {}
    with tempfile.TemporaryDirectory(prefix="golden-") as folder:
        files: dict[Ref, tuple[Path, str]] = {}
        for index in sorted(needed):
            task = graph.tasks[index]
            made = _run(task, index, files, Path(folder))
            if task.op.name in wanted:
                before = found.get(task.op.name)
                found[task.op.name] = made if before is None else _both(before, made)
    return found


def _run(task: Task, index: int, files: dict[Ref, tuple[Path, str]], folder: Path) -> Made:
    inputs: dict[str, list[tuple[Path, str]]] = {}
    for slot, ref in task.inputs:
        inputs.setdefault(slot, []).append(files[ref])
    place = folder / str(index)
    place.mkdir()
    outputs = {name: place / f"{name}{SUFFIX[kind]}" for name, kind in task.outputs}
    context = TaskContext(
        task.params,
        {slot: tuple(path for path, _ in found) for slot, found in inputs.items()},
        {slot: tuple(name for _, name in found) for slot, found in inputs.items()},
        outputs,
        FOLDER,
    )
    fact = function_of(task.op.name)(context)
    seen: dict[str, tuple[float, ...]] = {}
    exact = blake3(json.dumps(fact, sort_keys=True).encode())
    for name, kind in task.outputs:
        digest = blake3(outputs[name].read_bytes()).hexdigest()
        exact.update(f"{name}:{digest}".encode())
        files[Ref(index, name)] = (outputs[name], digest)
        seen |= {f"{name}.{what}": values for what, values in look_at(outputs[name], kind).items()}
    read = blake3("\n".join(f"{slot}:{files[ref][1]}" for slot, ref in task.inputs).encode())
    return Made(exact.hexdigest()[:16], read.hexdigest()[:16], seen)


def _both(one: Made, other: Made) -> Made:
    """Two golden tasks of one op as one."""
    count = sum(name.startswith("also") for name in one.seen)
    more = {f"also{count}.{name}": values for name, values in other.seen.items()}
    exact, inputs = (
        blake3(f"{a}{b}".encode()).hexdigest()[:16] for a, b in ((one.exact, other.exact), (one.inputs, other.inputs))
    )
    return Made(exact, inputs, {**one.seen, **more})


# --- what is seen of a file ---------------------------------------------------------------------


def look_at(path: Path, kind: Kind) -> dict[str, tuple[float, ...]]:
    """A few numbers of about 0..1 that would be noticed if they changed."""
    match kind:
        case Kind.AUDIO:
            from runtime.sound.wav import read_wav

            return _sound(np.asarray(read_wav(path), np.float64), 48_000)
        case Kind.PERSON | Kind.BAKE:
            return _arrays(path)
        case Kind.CLIP | Kind.SEGMENT | Kind.VIDEO | Kind.FILM | Kind.AAC:
            return _film(path)
        case Kind.IMAGE:
            from PIL import Image

            with Image.open(path) as image:
                pixels = np.asarray(image.convert("RGB"), np.float64) / 255.0
            return {"size": (pixels.shape[1] / 1000, pixels.shape[0] / 1000), "picture": _grid(pixels)}
        case Kind.PHONES | Kind.SCORES | Kind.SET:
            return _json(json.loads(path.read_text(encoding="utf-8")))
        case _:
            text = path.read_bytes()
            if kind is Kind.PAGE:  # its pictures are told where they are made
                text = re.sub(rb"data:[^\"')]*", b"", text)
            return {f"text {blake3(text).hexdigest()[:16]}": ()}


def _sound(samples: F64, rate: int) -> dict[str, tuple[float, ...]]:
    """Length in tens of seconds, and loudness along it: 0 is silence, 1 full scale, in steps of the ear."""
    mono = samples if samples.ndim == 1 else samples.mean(axis=1)
    parts = np.array_split(mono, _NUMBERS)
    level = [np.sqrt(np.mean(part**2)) if len(part) else 0.0 for part in parts]
    loud = np.clip(20 * np.log10(np.maximum(level, 1e-4)) / 80 + 1, 0, 1)
    return {"length": (len(mono) / rate / 10,), "loudness": _rounded(loud)}


def _arrays(path: Path) -> dict[str, tuple[float, ...]]:
    found: dict[str, tuple[float, ...]] = {}
    with np.load(path, allow_pickle=False) as data:
        for name in sorted(data.files):
            array = data[name]
            if array.dtype.kind in "biuf" and array.size:
                flat = np.asarray(array, np.float64).ravel()
                scale = max(1.0, float(np.abs(flat).max()))
                told = (flat.mean() / scale, flat.std() / scale, *(np.quantile(flat, (0.1, 0.9)) / scale))
                found[f"{name} {'x'.join(map(str, array.shape))}"] = _rounded(told)
            else:
                found[f"{name} {blake3(array.tobytes()).hexdigest()[:8]}"] = ()
    return found


def _film(path: Path) -> dict[str, tuple[float, ...]]:
    import av

    found: dict[str, tuple[float, ...]] = {}
    with av.open(str(path)) as container:
        kinds = [stream.type for stream in container.streams]
    if "video" in kinds:
        with av.open(str(path)) as container:
            frames = [f.to_ndarray(format="rgb24").astype(np.float64) / 255 for f in container.decode(video=0)]
        found["frames"] = (len(frames) / 100, frames[0].shape[1] / 1000, frames[0].shape[0] / 1000)
        for at in sorted({round(i * (len(frames) - 1) / max(1, _FRAMES - 1)) for i in range(_FRAMES)}):
            found[f"frame {at}"] = _grid(frames[at])
    if "audio" in kinds:
        with av.open(str(path)) as container:
            rate = container.streams.audio[0].rate or 48_000
            pieces = [f.to_ndarray().mean(axis=0) for f in container.decode(audio=0)]
        found |= _sound(np.concatenate(pieces).astype(np.float64) if pieces else np.zeros(1), rate)
    return found


def _grid(pixels: F64) -> tuple[float, ...]:
    """Mean red, green and blue of each field of a picture."""
    rows, columns = _GRID
    fields = [
        field.reshape(-1, 3).mean(axis=0)
        for row in np.array_split(pixels, rows, axis=0)
        for field in np.array_split(row, columns, axis=1)
    ]
    return _rounded(np.concatenate(fields))


def _json(data: Any) -> dict[str, tuple[float, ...]]:
    """Numbers in tens, by where they stand; the words are part of the name."""
    words: list[str] = []
    numbers: list[float] = []

    def walk(value: Any) -> None:
        match value:
            case bool() | None | str():
                words.append(str(value))
            case int() | float():
                numbers.append(float(value) / 10)
            case list():
                for item in value:
                    walk(item)
            case dict():
                for key in sorted(value):
                    words.append(key)
                    walk(value[key])

    walk(data)
    step = max(1, len(numbers) // (4 * _NUMBERS))
    return {f"words {blake3(' '.join(words).encode()).hexdigest()[:8]}": _rounded(numbers[::step])}


def _rounded(values: Iterable[float]) -> tuple[float, ...]:
    return tuple(round(float(value), 3) + 0.0 for value in values)


# --- making the tasks ---------------------------------------------------------------------------


def compose() -> str:
    """The text of the golden tasks: of a settled plan of the little film the first task of each op, and a few by hand."""
    plan, judged = _settled()
    build = GraphBuilder()
    place: dict[int, Ref] = {}

    def take(index: int) -> Ref:
        if index not in place:
            task = plan.graph.tasks[index]
            inputs = [(slot, Ref(take(ref.task).task, ref.output)) for slot, ref in task.inputs]
            place[index] = build.add(task.params, inputs, label=task.op.name)
        return place[index]

    first: dict[str, int] = {}
    for index, task in enumerate(plan.graph.tasks):
        first.setdefault(task.op.name, index)
    for name, index in sorted(first.items()):
        build.want(name, take(index))
    _by_hand(build, plan, first, take)
    clip = take(first["render"])
    staged = [(slot, ref) for slot, ref in plan.graph.tasks[first["render"]].inputs if slot in ("bake", "person")]
    inputs = [("clip", clip), *((slot, Ref(take(ref.task).task, ref.output)) for slot, ref in staged)]
    build.want("judge", build.add(replace(judged, windows=judged.windows[:1]), inputs, label="judge"))
    missing = sorted({op.name for op in OPS} - {task.op.name for task in build.graph().tasks})
    if missing:
        raise ValueError(f"no golden task for {', '.join(missing)}: give the little film one, or make one by hand")
    return print_graph(build.graph())


def _by_hand(build: GraphBuilder, plan: Plan, first: Mapping[str, int], take: Any) -> None:
    """Ops that no plan of that film asks for."""
    encode = plan.graph.tasks[first["encode"]]
    q = encode.params
    assert isinstance(q, p.EncodeWindow)
    clips = [(slot, take(ref.task)) for slot, ref in encode.inputs if slot == "clip"]
    board = p.EncodeBoard(q.window, q.size, q.fps, q.look, q.overlays, q.fades, 0.02, (0.01, 0.0), q.seed)
    render = take(first["render"])
    build.want("board", build.add(board, clips or [("clip", render)], label="board"))
    if "cutclip" not in first:
        build.want("cutclip", build.add(p.CutClip(1, 2, q.size, q.fps), [("clip", render)], label="cutclip"))
    speak = take(first["speak"])
    if "cutsound" not in first:
        build.want("cutsound", build.add(p.CutSound(0.2, 0.7), [("audio", speak)], label="cutsound"))
    if "fit" not in first:
        line = plan.graph.tasks[first["speak"]].params
        assert isinstance(line, p.Speak)
        timing = estimate(line.line)
        words = tuple((round(a * 1.1, 4), round(b * 1.1, 4)) for a, b in timing.words)
        inputs = [("audio", speak), ("phones", Ref(speak.task, "phones"))]
        build.want("fit", build.add(p.FitSpeech(round(timing.seconds * 1.1, 4), words), inputs, label="fit"))


def _settled() -> tuple[Plan, p.JudgeTake]:
    """The plan of the little film, with facts as estimates have them, and what its takes were held to on the way."""
    film, _, report = load_film(FILM)
    if film is None:
        raise ValueError(f"{FILM}: {[item.message for item in report.items]}")
    files = {name: blake3((FOLDER / name).read_bytes()).hexdigest() for name in files_of(film)}
    known: dict[str, str] = {}
    judged: p.JudgeTake | None = None
    for _ in range(_ROUNDS):
        plan = plan_film(film, Facts(known, {}, files), {}, Report())
        if plan.settled and judged is not None:
            return plan, judged
        for task, recipe in zip(plan.graph.tasks, plan.recipes, strict=True):
            judged = task.params if isinstance(task.params, p.JudgeTake) else judged
            if (fact := _taught(task)) is not None:
                known[recipe] = json.dumps(fact)
    raise ValueError("the little film does not settle")


def _taught(task: Task) -> Any:
    match task.params:
        case p.Speak(line):
            timing = estimate(line)
            return {"seconds": timing.seconds, "words": [list(span) for span in timing.words]}
        case p.UseRecording(words=words):
            return {"seconds": 1.0, "words": [[i / len(words), (i + 1) / len(words)] for i in range(len(words))]}
        case p.Probe():
            return {"seconds": 1.0}
        case p.MeasureLoudness():
            return {"gain": 3.0}
        case p.JudgeTake():
            return {"score": 0.5, "frames": 1, "measures": {}, "frozen": [], "black": []}
    return None


def differs(one: Mapping[str, Sequence[float]], other: Mapping[str, Sequence[float]], tolerance: float) -> str:
    """What anybody would notice between two makings, in words; "" for nothing."""
    if list(one) != list(other):
        gone, new = sorted(set(one) - set(other)), sorted(set(other) - set(one))
        return f"{', '.join(gone[:2]) or 'nothing'} became {', '.join(new[:2]) or 'nothing'}"
    for name, values in one.items():
        if len(values) != len(other[name]):
            return f"{name} has {len(other[name])} numbers, not {len(values)}"
        far = max((abs(a - b) for a, b in zip(values, other[name], strict=True)), default=0.0)
        if far > tolerance:
            return f"{name} is off by {far:.3f}"
    return ""
