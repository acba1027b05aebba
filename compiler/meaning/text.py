"""Screenplay text to plain words: emphasis marks out, escapes resolved, spaces collapsed."""

from __future__ import annotations

from compiler.syntax import emphasis


def plain(text: str) -> str:
    """Text without emphasis marks and escapes, words parted by single spaces."""
    return " ".join(emphasis.plain(text).split())
