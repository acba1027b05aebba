"""A shot while its phrases are read: which slot holds what, and which words filled it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from compiler.codes import E
from compiler.diagnostics import Edit, Fix, Report, Span
from compiler.meaning import film as f
from compiler.meaning.scope import Scope
from compiler.syntax.phrases import PhraseNode, Word

_LENS = frozenset({"focal_mm", "f_stop", "anamorphic", "focus", "rack_to"})
_SHOWN = {
    "focal_mm": "the focal length", "f_stop": "the stop", "seconds": "the length", "moves": "the move",
    "relation": "the framing", "dutch_deg": "the tilt", "setup": "the set-up", "repeats": "the model shot",
    "subjects": "the subject", "rack_to": "the focus",
}  # fmt: skip


@dataclass(slots=True)
class Draft:
    """Slots as they fill. ``soft`` while a set-up's phrases are read: what the shot itself says stays."""

    scope: Scope
    report: Report
    values: dict[str, Any] = field(default_factory=dict)
    lens: dict[str, Any] = field(default_factory=dict)
    said: dict[str, Span] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    """What filled a slot, as written."""
    soft: bool = False
    place: Span | None = None
    """The set-up's phrase that is being read, where what it fills is said."""
    own: frozenset[str] = frozenset()
    """Slots the shot itself filled, before a set-up's phrases are read."""

    def fill(self, slot: str, value: object, span: Span, text: str) -> bool:
        """Put a value into an empty slot; a slot that is full is reported with both places."""
        if slot in self.said:
            if self.soft and slot in self.own:
                return False
            self.twice(slot, span, text)
            return False
        self.said[slot] = self.place or span
        self.texts[slot] = text
        (self.lens if slot in _LENS else self.values)[slot] = value
        return True

    def twice(self, slot: str, span: Span, text: str) -> None:
        """Report a slot that is filled already."""
        first, same = self.said[slot], self.texts[slot].casefold() == text.casefold()
        fix = None
        side_by_side = span.file == first.file and 0 <= span.start - first.end <= 2  # nothing but a comma between
        if same and side_by_side and span.end - span.start == len(text):
            fix = Fix(f"write `{text}` once", (Edit(Span(first.end, span.end, span.file), ""),), safe=True)
        shown = _SHOWN.get(slot, f"the {slot.replace('_', ' ')}")
        help_text = "say it once"
        if slot == "moves":
            help_text = "join moves with `and` (together) or `then` (one after the other)"
        elif slot == "subjects":
            help_text = "join names with `and`, or with commas right after the first"
        self.report(E.TWICE, span, slot=shown, text=text, notes=((first, "first here"),), help=help_text, fix=fix)

    def put(self, phrase: PhraseNode, slot: str, value: object) -> bool:
        """``fill`` from a whole phrase."""
        return self.fill(slot, value, phrase.span, phrase.text)

    def shot(self, **more: object) -> f.Shot:
        """The finished shot."""
        if self.lens:
            self.values["lens"] = f.Lens(**self.lens)
        self.values.pop("length", None)
        return f.Shot(**self.values, said=tuple(self.said.items()), **more)  # type: ignore[arg-type]


def span_of(words: tuple[Word, ...]) -> Span:
    """From the first of some words to the last."""
    return words[0].span.join(words[-1].span)
