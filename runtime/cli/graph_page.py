"""The task graph as one page: shots as rows under their scenes, steps as columns, a tile for each task.

Nothing is fetched, nothing runs. What a tile is, reads and why it runs is told when one points at it.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

from compiler.graph.ops import Stage
from compiler.plan import Plan
from runtime.cli.forecast import clock

if TYPE_CHECKING:
    from runtime.cli.graph import Node

COLOURS = {
    "cached": "#b8c9bd",
    "runs": "#3f7fbf",
    "maybe": "#9cc3e6",
    "provisional": "#e8c468",
    "changed": "#d1603d",
}
_MEANS = {
    "cached": "cached",
    "runs": "to run",
    "maybe": "to run, unless an input comes out the same",
    "changed": "to run: changed since the last build",
    "provisional": "provisional: rests on an estimate",
}
_READ = 4
_TILE, _GAP, _ACROSS = 14, 3, 8
_LEFT, _TOP, _PAD = 210, 110, 8
_STEP = _TILE + _GAP
_MANY = 96
"""Tiles beyond which those of a cell are small: a feature has thousands of lines, and its shots come below them."""
_SMALL, _SMALL_STEP = 5, 6
_SMALL_ACROSS = _ACROSS * _STEP // _SMALL_STEP

_LINE = 22
"""Height of a scene's heading, and of the heads of columns where they are said again."""
_SAID_AGAIN = 30
"""Rows after which the heads of columns are said again."""


def graph_page(plan: Plan, nodes: list[Node]) -> str:
    """A whole HTML document with one SVG; every text of the film is escaped."""
    stages = [s.value for s in Stage if any(node.stage == s.value for node in nodes)]
    cells: dict[tuple[str, str], list[Node]] = {}
    for node in nodes:
        cells.setdefault((node.shot, node.stage), []).append(node)
    rows = [row for row in _rows(plan) if any((row.key, stage) in cells for stage in stages)]
    widths = [max(len(cells.get((row.key, stage), ())) for row in rows) for stage in stages]
    left = [_LEFT]
    for stage, width in zip(stages, widths, strict=True):
        left.append(left[-1] + max(min(width, _ACROSS) * _STEP, 8 * len(stage)) + 2 * _PAD)
    parts: list[str] = []
    labels = {node.index: node.label for node in nodes}
    y, scene, since = _TOP, "", 0
    for number, row in enumerate(rows):
        since += 1
        if since > _SAID_AGAIN:
            parts += _heads(stages, left, y + _LINE - 6)
            y, since = y + _LINE, 1
        if row.scene != scene and row.scene:
            parts.append(f'<text class="scene" x="14" y="{y + _LINE - 6}">{escape(row.scene)}</text>')
            y += _LINE
        scene = row.scene
        deep = max(_deep(len(cells.get((row.key, stage), ()))) for stage in stages)
        height = max(_STEP, deep) + 2 * _PAD - _GAP
        if number % 2 == 0:
            parts.append(f'<rect class="band" x="0" y="{y}" width="{left[-1]}" height="{height}"/>')
        parts.append(_label(row.name, row.length, y + min(height / 2 + 4, 40)))
        for stage, x in zip(stages, left, strict=False):
            parts += _tiles(cells.get((row.key, stage), []), x + _PAD, y + _PAD, labels)
        y += height
    parts += _heads(stages, left, _TOP - 12)
    lines = [f'<line x1="{x}" y1="{_TOP - 30}" x2="{x}" y2="{y}"/>' for x in left[: len(stages)]]
    title = escape(f"{plan.film.title or 'Film'}: tasks")
    width, height = max(left[-1], 1100) + 20, y + 20
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img"><title>{title}</title><style>{_STYLE}</style><rect width="100%" height="100%" class="page"/>'
        f'<text class="name" x="14" y="30">{escape(plan.film.title or "Film")}</text>'
        f'<text class="sum" x="14" y="50">{escape(_sum(nodes))}</text>{_legend()}{"".join(parts + lines)}</svg>'
    )
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><title>{title}</title>'
        f'</head><body style="margin:0;background:{_PAPER}">{svg}</body></html>\n'
    )


class _Row(NamedTuple):
    """A line of tiles: a shot, or the film as a whole."""

    key: str
    name: str
    length: str
    scene: str


def _rows(plan: Plan) -> list[_Row]:
    rows = [_Row("", "the film as a whole", "", "")]
    for timed in plan.timeline.shots:
        scene = plan.film.scenes[timed.scene]
        number = scene.number or str(timed.scene + 1)
        length = f"{float(plan.film.rate.seconds(timed.shot.frames)):.1f} s"
        rows.append(_Row(timed.key, timed.name, length, f"{number}  {scene.heading}"))
    return rows


def _heads(stages: list[str], left: list[int], y: float) -> list[str]:
    return [
        f'<text class="head" x="{x + _PAD}" y="{y}">{escape(stage)}</text>'
        for stage, x in zip(stages, left, strict=False)
    ]


_PAPER = "#fbfaf7"
_STYLE = (
    f"text{{font:12px system-ui,sans-serif;fill:#26323a}}.page{{fill:{_PAPER}}}"
    ".band{fill:#f1efe9}line{stroke:#dcd8ce}.name{font-size:18px;font-weight:600}.sum,.len{fill:#6d757a}"
    ".len{text-anchor:end}.head{font-weight:600}.scene{fill:#6d757a;font-size:11px;letter-spacing:.04em}"
    ".t{stroke:#0003}.t:hover{stroke:#000;stroke-width:2}.provisional{stroke:#8a6a10;stroke-dasharray:3 2}"
    ".cause{fill:#fff;stroke:#26323a;pointer-events:none}"
)


def _deep(count: int) -> int:
    """Height of so many tiles in a cell."""
    return -(-count // _SMALL_ACROSS) * _SMALL_STEP if count > _MANY else -(-count // _ACROSS) * _STEP


def _tiles(nodes: list[Node], x: float, y: float, labels: dict[int, str]) -> list[str]:
    found = []
    small = len(nodes) > _MANY
    size, step, across = (_SMALL, _SMALL_STEP, _SMALL_ACROSS) if small else (_TILE, _STEP, _ACROSS)
    for number, node in enumerate(nodes):
        left, top = x + number % across * step, y + number // across * step
        kind = "changed" if node.changed and node.state in ("runs", "maybe") else node.state
        found.append(
            f'<rect class="t {kind}" x="{left}" y="{top}" width="{size}" height="{size}" rx="{size // 4}" '
            f'fill="{COLOURS[kind]}"><title>{escape(_words(node, kind, labels))}</title></rect>'
        )
        if node.cause and not small:
            found.append(_dot(left + size / 2, top + size / 2))
    return found


def _words(node: Node, kind: str, labels: dict[int, str]) -> str:
    """All there is to say of a task, a line for each thing."""
    read = list(dict.fromkeys(labels[index] for _, index, _ in node.reads))
    few = ", ".join(read[:_READ]) + (f" and {len(read) - _READ} more" if len(read) > _READ else "")
    said = [node.label, f"{node.op} · {_MEANS[kind]}", node.reason, f"reads {few}" if read else "reads nothing"]
    took = f"{node.seconds:.1f} s · " if node.seconds else ""
    return "\n".join([*said, f"{took}{node.key[:16]}"])


def _dot(x: float, y: float) -> str:
    return f'<circle class="cause" cx="{x}" cy="{y}" r="3"/>'


def _label(name: str, length: str, y: float) -> str:
    short = name if len(name) <= 22 else name[:21] + "…"
    return (
        f'<text x="14" y="{y}">{escape(short)}<title>{escape(name)}</title></text>'
        f'<text class="len" x="{_LEFT - 10}" y="{y}">{escape(length)}</text>'
    )


def _legend() -> str:
    found, x = [], 14
    for kind, means in _MEANS.items():
        found.append(
            f'<rect class="t {kind}" x="{x}" y="61" width="12" height="12" rx="3" fill="{COLOURS[kind]}"/>'
            f'<text x="{x + 18}" y="71">{escape(means)}</text>'
        )
        x += 34 + int(6.3 * len(means))
        if kind == "changed":
            found.append(f'{_dot(x + 6, 67)}<text x="{x + 18}" y="71">where a change begins</text>')
            x += 38 + int(6.3 * len("where a change begins"))
    return "".join(found)


def _sum(nodes: list[Node]) -> str:
    todo = [node for node in nodes if node.state != "cached"]
    text = f"{len(nodes):,} tasks: {len(nodes) - len(todo):,} cached, {len(todo):,} to run"
    if waits := sum(node.state == "provisional" for node in todo):
        text += f", {waits:,} of them once a length or a take is known"
    return f"{text}; about {clock(sum(n.seconds for n in todo))} of one processor" if todo else text
