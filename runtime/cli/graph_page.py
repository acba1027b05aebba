"""The task graph as one page: shots as rows, steps as columns, a tile for each task. Nothing is fetched, nothing runs."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from compiler.graph.ops import Stage
from compiler.plan import Plan

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
    "cached": "kept",
    "runs": "to run",
    "maybe": "to run, unless an input comes out the same",
    "changed": "to run: changed since the last build",
    "provisional": "provisional: rests on an estimate",
}
_TILE, _GAP, _ACROSS = 14, 3, 8
_LEFT, _TOP, _PAD = 210, 110, 8
_STEP = _TILE + _GAP


def graph_page(plan: Plan, nodes: list[Node]) -> str:
    """A whole HTML document with one SVG; every text of the film is escaped."""
    stages = [s.value for s in Stage if any(node.stage == s.value for node in nodes)]
    rows = [("", "the film as a whole", "")]
    rate = plan.film.rate
    for timed in plan.timeline.shots:
        rows.append((timed.key, timed.name, f"{float(rate.seconds(timed.shot.frames)):.1f} s"))
    cells: dict[tuple[str, str], list[Node]] = {}
    for node in nodes:
        cells.setdefault((node.shot, node.stage), []).append(node)
    rows = [row for row in rows if any((row[0], stage) in cells for stage in stages)]
    widths = [max(len(cells.get((row[0], stage), ())) for row in rows) for stage in stages]
    left = [_LEFT]
    for stage, width in zip(stages, widths, strict=True):
        left.append(left[-1] + max(min(width, _ACROSS) * _STEP, 8 * len(stage)) + 2 * _PAD)
    parts: list[str] = []
    y = _TOP
    for number, (key, name, length) in enumerate(rows):
        deep = max(-(-len(cells.get((key, stage), ())) // _ACROSS) for stage in stages)
        height = max(1, deep) * _STEP + 2 * _PAD - _GAP
        if number % 2 == 0:
            parts.append(f'<rect class="band" x="0" y="{y}" width="{left[-1]}" height="{height}"/>')
        parts.append(_label(name, length, y + height / 2 + 4))
        for stage, x in zip(stages, left, strict=False):
            parts += _tiles(cells.get((key, stage), []), x + _PAD, y + _PAD)
        y += height
    parts += [
        f'<text class="head" x="{x + _PAD}" y="{_TOP - 12}">{escape(stage)}</text>'
        f'<line x1="{x}" y1="{_TOP - 30}" x2="{x}" y2="{y}"/>'
        for stage, x in zip(stages, left, strict=False)
    ]
    title = escape(f"{plan.film.title or 'Film'}: tasks")
    width, height = max(left[-1], 900) + 20, y + 20
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img"><title>{title}</title><style>{_STYLE}</style><rect width="100%" height="100%" class="page"/>'
        f'<text class="name" x="14" y="30">{escape(plan.film.title or "Film")}</text>'
        f'<text class="sum" x="14" y="50">{escape(_sum(nodes))}</text>{_legend()}{"".join(parts)}</svg>'
    )
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><title>{title}</title>'
        f'</head><body style="margin:0">{svg}</body></html>\n'
    )


_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#26323a}.page{fill:#fbfaf7}.band{fill:#f1efe9}line{stroke:#dcd8ce}"
    ".name{font-size:18px;font-weight:600}.sum,.len{fill:#6d757a}.len{text-anchor:end}.head{font-weight:600}"
    ".t{stroke:#0003}.t:hover{stroke:#000;stroke-width:2}.provisional{stroke:#8a6a10;stroke-dasharray:3 2}"
)


def _tiles(nodes: list[Node], x: float, y: float) -> list[str]:
    found = []
    for number, node in enumerate(nodes):
        left, top = x + number % _ACROSS * _STEP, y + number // _ACROSS * _STEP
        kind = "changed" if node.changed and node.state in ("runs", "maybe") else node.state
        words = f"{node.label}\n{node.op} · {_MEANS[kind]}\n{node.reason}\n{node.seconds:.1f} s · {node.key[:16]}"
        found.append(
            f'<rect class="t {kind}" x="{left}" y="{top}" width="{_TILE}" height="{_TILE}" rx="3" '
            f'fill="{COLOURS[kind]}"><title>{escape(words)}</title></rect>'
        )
    return found


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
    return "".join(found)


def _sum(nodes: list[Node]) -> str:
    todo = [node for node in nodes if node.state != "cached"]
    waits = sum(node.state == "provisional" for node in todo)
    text = f"{len(nodes)} tasks: {len(nodes) - len(todo)} kept, {len(todo)} to run"
    return (
        f"{text}, {waits} of them once lengths are known; about {sum(n.seconds for n in todo):.0f} s of one processor"
    )
