"""Edits of film.picks.toml that go with a shot's new name: what stands around them, comments too, stays."""

from __future__ import annotations

from compiler.diagnostics import Edit, Span
from compiler.picks import Picks, print_picks, quoted, renamed
from compiler.rewrite import line_ending
from compiler.syntax.source import Source


def rename_picks(picks: Picks, source: Source, film: str, old: str, new: str) -> tuple[Edit, ...]:
    """Edits after which the picks of ``film``'s shot ``old`` are those of ``new``; they hold by the key it keeps."""
    mine = [pick for pick in picks if pick.shot == old and pick.film in ("", film)]
    if any(pick.named is None for pick in mine):  # written in a way that has no places: the file is written anew
        others = tuple(pick for pick in picks if pick not in mine)
        text = print_picks((*others, *renamed(tuple(mine), old, new)))
        return (Edit(Span(0, len(source.text), source.name), text),)
    edits = []
    for pick in mine:
        assert pick.named is not None
        key = "" if pick.key else f"{line_ending(source)}key = {quoted(old)}"
        edits.append(Edit(pick.named, quoted(new) + key))
    return tuple(edits)
