"""``film.picks.toml`` written: one block for each pick, sorted; a change touches its own block and leaves every other line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from compiler.diagnostics import Edit, Span
from compiler.picks import Pick, Picks, Stretch, order_of, renamed
from compiler.rewrite import apply_edits, line_ending
from compiler.syntax.source import Source

_HEAD = (
    "# The director's picks: which takes are in the cut. `film pick` writes this file, and it may be edited by hand.\n"
    '# A take is a number, or stretches of takes: take = 3, take = "3 1.2s..4s", take = ["2 0s..2s", "3 2s..5s"].\n'
)
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def print_picks(picks: Iterable[Pick]) -> str:
    """The text of picks: sorted by film and shot, one block each."""
    return "\n".join([_HEAD, *(f"{_block(pick)}\n" for pick in sorted(picks, key=order_of))])


def changed(source: Source, picks: Picks, mine: Picks, fresh: Pick | None) -> str:
    """The text of a file, which says ``picks``, once ``fresh`` stands for ``mine``, or nothing does."""
    if any(pick.block is None for pick in picks):  # written in a way that has no places: the file is written anew
        return print_picks([*(pick for pick in picks if pick not in mine), *([fresh] if fresh else [])])
    end = line_ending(source)
    text = source.text
    edits = []
    if fresh is not None and not mine:
        return _with(source, picks, fresh, end)
    for number, pick in enumerate(mine):
        assert pick.block is not None
        if fresh is not None and number == 0:
            edits.append(Edit(pick.block, _block(fresh).replace("\n", end)))
            continue
        stop = pick.block.end
        while stop < len(text) and text[stop] in "\r\n":
            stop += 1
        edits.append(Edit(Span(pick.block.start, stop, source.name), ""))
    left = apply_edits(text, edits).rstrip("\r\n")
    return left + end if left else ""


def rename_edits(picks: Picks, source: Source, film: str, old: str, new: str) -> tuple[Edit, ...]:
    """Edits after which the picks of ``film``'s shot ``old`` are those of ``new``; they hold by the key it keeps."""
    mine = tuple(pick for pick in picks if pick.shot == old and pick.film in ("", film))
    if any(pick.named is None for pick in mine):
        others = tuple(pick for pick in picks if pick not in mine)
        return (Edit(Span(0, len(source.text), source.name), print_picks((*others, *renamed(mine, old, new)))),)
    edits = []
    for pick in mine:
        assert pick.named is not None
        key = "" if pick.key else f"{line_ending(source)}key = {_quoted(old)}"
        edits.append(Edit(pick.named, _quoted(new) + key))
    return tuple(edits)


def _with(source: Source, picks: Picks, fresh: Pick, end: str) -> str:
    """The text with a block more, where its order has it."""
    text, block = source.text, _block(fresh).replace("\n", end)
    behind = [p.block.start for p in picks if p.block is not None and order_of(p) > order_of(fresh)]
    if not behind:
        return f"{text.rstrip()}{end}{end}{block}{end}" if text.strip() else print_picks([fresh])
    at = min(behind)
    lines = text[:at].split("\n")
    above = len(lines) - 1
    while above > 0 and lines[above - 1].lstrip().startswith("#"):
        above -= 1  # remarks right above a block are its own
    at = sum(len(line) + 1 for line in lines[:above])
    return f"{text[:at]}{block}{end}{end}{text[at:]}"


def _block(pick: Pick) -> str:
    lines = ["[[pick]]", f"shot = {_quoted(pick.shot)}", f"take = {_takes(pick.stretches)}"]
    for word, text in (
        ("key", pick.key), ("film", pick.film), ("by", pick.by), ("when", pick.when), ("why", pick.why),
        ("recipe", pick.recipe),
    ):  # fmt: skip
        if text:
            lines.append(f"{word} = {text if word == 'when' and _is_time(text) else _quoted(text)}")
    return "\n".join(lines)


def _takes(stretches: tuple[Stretch, ...]) -> str:
    first = stretches[0]
    if len(stretches) == 1:
        return str(first.take) if first.whole else _quoted(str(first))
    return "[" + ", ".join(_quoted(str(item)) for item in stretches) + "]"


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return False
    return re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text) is not None


def _quoted(text: str) -> str:
    """A TOML string; what a screen would not show as it is, is written as its number."""
    return '"' + "".join(_ESCAPES.get(c) or (c if c.isprintable() else _numbered(c)) for c in text) + '"'


def _numbered(char: str) -> str:
    if 0xD800 <= ord(char) < 0xE000:
        return "\\uFFFD"
    return f"\\u{ord(char):04X}" if ord(char) < 0x10000 else f"\\U{ord(char):08X}"
