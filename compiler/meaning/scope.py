"""What names mean at a point of the film: people, looks, and what stands in the current place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from importlib import resources

from compiler.codes import E
from compiler.diagnostics import Report
from compiler.names import hint
from compiler.syntax.nodes import Text

_ALWAYS = frozenset(
    {
        "window",
        "door",
        "wall",
        "floor",
        "ceiling",
        "sky",
        "sea",
        "horizon",
        "moon",
        "sun",
        "ground",
        "left",
        "right",
        "camera",
    }
)


@dataclass(slots=True)
class Scope:
    """Names in force. ``resolve`` gives the canonical name, or "" when nothing is called that."""

    fps: Fraction = Fraction(24)
    people: dict[str, str] = field(default_factory=dict)
    """Case-folded name → name."""
    looks: set[str] = field(default_factory=set)
    place_words: frozenset[str] = frozenset()
    """Lower-case words of the current location's set."""

    def resolve(self, text: str) -> str:
        """A person by name, or a piece of the set by its words (the last is the noun: ``the empty chair``)."""
        text = " ".join(text.split())
        if not text:
            return ""
        known = self.people.get(text.casefold()) if text == text.upper() or text.istitle() else None
        if known:
            return known
        words = re.findall(r"[^\W\d_][\w'-]*", text.lower())
        if words and (words[-1] in self.place_words or words[-1] in _ALWAYS or words[-1] in piece_words()):
            return text.lower()
        return ""

    def need_look(self, name: Text, report: Report) -> None:
        """Report a look that is not declared."""
        if name.text and name.text not in self.looks:
            known = "the looks are " + ", ".join(f"`{look}`" for look in sorted(self.looks))
            report(E.UNKNOWN_LOOK, name.span, name=name.text, help=hint(report, name.text, self.looks) or known)

    def visible(self) -> Iterable[str]:
        """Names worth suggesting."""
        return [*self.people.values(), *sorted(self.place_words)]


@cache
def piece_words() -> frozenset[str]:
    """Nouns of every set piece the library knows."""
    data = tomllib.loads(resources.files("stdlib").joinpath("pieces.toml").read_text(encoding="utf-8"))
    words: set[str] = set()
    for name, entry in data.get("piece", data).items():
        words.update(name.replace("_", " ").replace("-", " ").split())
        if isinstance(entry, dict):
            for other in entry.get("words", []):
                words.update(str(other).split())
    return frozenset(words)
