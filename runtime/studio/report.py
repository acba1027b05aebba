"""The report: one self-contained page with stills of every shot, what was said and how it was framed."""

from __future__ import annotations

import base64
from importlib import resources

from compiler.graph import params as p
from runtime.schedule.table import TaskContext


def write_report(task: TaskContext) -> None:
    """Render ``report.html.j2`` with the stills inside it; all text is escaped."""
    from jinja2 import Environment, StrictUndefined

    q = task.params
    assert isinstance(q, p.WriteReport)
    stills = iter(task.inputs.get("image", ()))
    rows = []
    for shot in q.shots:
        images = [base64.b64encode(next(stills).read_bytes()).decode() for _ in range(shot.stills)]
        rows.append({"shot": shot, "images": images})
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(
        resources.files("runtime.studio").joinpath("report.html.j2").read_text(encoding="utf-8")
    )
    task.outputs["page"].write_text(template.render(film=q, rows=rows, fps=q.fps[0] / q.fps[1]), encoding="utf-8")
