"""A name in running text: found in its case styles and possessives, apart from longer names, and written anew in the same style."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from compiler.diagnostics import Edit, Span


@dataclass(slots=True)
class Hand:
    """How the old name is found in text, and what stands there afterwards."""

    old: str
    new: str
    kind: str
    longer: tuple[str, ...]
    spoken: bool
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        names = sorted(self.longer, key=len, reverse=True)
        others = "".join(f"{loose(name)}|" for name in names)
        self.pattern = re.compile(rf"(?<!\w)(?<!\w-)(?:{others}({loose(self.old)}))(?!\w)(?!-\w)", re.IGNORECASE)

    def edits(self, text: str, at: int, file: str, *, prose: bool) -> Iterator[Edit]:
        """Edits for every mention in a stretch of text that begins at ``at``."""
        for match in self.pattern.finditer(text):
            if match[1] is None:
                continue
            told = self._styled(match[1], prose)
            if told is not None:
                yield Edit(Span(at + match.start(1), at + match.end(1), file), told)

    def renamed(self, text: str) -> str:
        """A text with every mention renamed, as prose is."""
        pieces: list[str] = []
        position = 0
        for edit in self.edits(text, 0, "", prose=True):
            pieces += (text[position : edit.span.start], edit.text)
            position = edit.span.end
        return "".join([*pieces, text[position:]]) if pieces else text

    def _styled(self, found: str, prose: bool) -> str | None:
        words = found.split()
        if found == self.old or " ".join(words) == self.old:
            return self._spaced(found, self.new)
        if found.upper() == found:
            return self._spaced(found, self.new.upper())
        if found.lower() == found:
            # A single small word is a word: `mark` is no MARK. Things and places are named in small letters.
            plainly = prose and (self.kind != "character" or len(words) > 1)
            return self._spaced(found, self.new.lower()) if plainly else None
        if len(words) > 1 and all(word.lower() == word for word in words[1:]):
            return self._spaced(found, self.new[:1].upper() + self.new[1:].lower())
        return self._spaced(found, _titled(self.new))

    def _spaced(self, found: str, new: str) -> str:
        """The new words with the old ones' spacing, line ends included, where both have as many."""
        gaps, words = re.findall(r"\s+", found), new.split(" ")
        if len(gaps) != len(words) - 1:
            return new
        return "".join(word + gap for word, gap in zip(words, [*gaps, ""], strict=True))


def loose(name: str) -> str:
    """A pattern for a name whose words may stand on two lines."""
    return r"\s+".join(re.escape(word) for word in name.split())


def _titled(name: str) -> str:
    return re.sub(r"[^\W\d_]+", lambda word: word[0][:1].upper() + word[0][1:].lower(), name)
