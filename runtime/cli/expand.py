"""``film expand``: write the shots nobody wrote into the source, and prove that nothing generated changes."""

from __future__ import annotations

from pathlib import Path

from compiler.codes import W
from compiler.diagnostics import Edit, Report
from compiler.front import load_film
from compiler.meaning.film import Film
from compiler.rewrite import NOTHING, Rewrite
from compiler.rewrite_check import edited, load_edited
from compiler.rewrite_expand import as_rewrite, changed_scenes, expand_scenes, scene_called
from compiler.staging.coverage import Setup
from compiler.staging.model import Timeline
from compiler.staging.stage import stage_film
from compiler.staging.voicing import estimate
from compiler.syntax.source import Source
from runtime.cli.reporting import carry_out

_ROUNDS = 8
"""Scenes may lean on one another (somebody stands where an earlier scene left them): how often is looked anew."""


def expand(path: Path, scene: str = "", *, dry_run: bool = False, diff: bool = False) -> int:
    """Write the inferred shots of a film, or of one scene, as named shots; returns the exit code."""
    film, sources, report = load_film(path)
    rewrite = NOTHING if film is None else expanded(path, film, sources.sources, scene, report)
    return carry_out(str(path), rewrite, sources.sources, report, dry_run=dry_run, diff=diff)


def expanded(path: Path, film: Film, sources: dict[str, Source], scene: str, report: Report) -> Rewrite:
    """Edits that write the shots down and leave everything that is generated as it was."""
    covered: list[list[Setup]] = []
    before = stage_film(film, estimate, Report(), covered=covered)
    wanted = scene_called(film, scene, report)
    if report.failed:
        return NOTHING
    edits = expand_scenes(film, sources, covered, wanted, report)
    for _ in range(_ROUNDS):
        if not edits:
            break
        after = _staged(path, sources, edits)
        changed = set(edits) if after is None else changed_scenes(before, after) & set(edits)
        if after is not None and not changed_scenes(before, after):
            break
        for index in changed or set(edits):
            here = film.scenes[index]
            reason = "written out, it would not be the same film"
            help_text = "write this scene's shots yourself where you want them"
            report(W.NOT_EXPANDED, here.span, scene=here.heading or index + 1, reason=reason, help=help_text)
            del edits[index]
    else:
        edits = {}
    return as_rewrite(edits)


def _staged(path: Path, sources: dict[str, Source], edits: dict[int, list[Edit]]) -> Timeline | None:
    texts = edited(sources, (edit for scene in edits.values() for edit in scene))
    film, _, _ = load_edited(path, texts)
    return None if film is None else stage_film(film, estimate, Report())
