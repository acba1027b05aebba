"""Speakers a file makes known, so that a cue need not look like one: declared, forced once with ``@``, or plainly cued.

Only a name in a script without case, or one that ends like a sentence, needs this.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from compiler.syntax.lines import is_blank
from compiler.syntax.nodes import Comment

_DECLARED = re.compile(r"(?:^|[\r\n])(?:character|group)[ \t]+([^,:\r\n]+)")
_NOTED = re.compile(r"\s*(?:character|group):[ \t]*([^,:\r\n]+)")
_FORCED = re.compile(r"[\r\n][ \t]*@([^\r\n(（^]+)")
_MARKED = re.compile(r"\s*[(（].*")
_LONGEST_UNDECLARED = 20
_IN_NAMES = frozenset("'’・·-‐.")


def known_names(text: str, lines: Sequence[str], comments: Sequence[Comment], bare_directives: bool) -> frozenset[str]:
    """Names that ``character`` or ``group`` declares, that ``@`` forces once, or that stand twice as a cue stands.

    The last is for scripts without case alone: the same short line, without punctuation, begins two paragraphs and is
    followed by text in both.
    """
    names: set[str] = set()
    if bare_directives:
        names.update(" ".join(name.split()) for name in _DECLARED.findall(text))
    for comment in comments:
        if noted := _NOTED.match(comment.text):
            names.add(" ".join(noted[1].split()))
    if "@" in text:
        names.update(" ".join(name.split()) for name in _FORCED.findall("\n" + text))
    if not text.isascii():
        names.update(name for name, count in caseless_cues(lines).items() if count > 1)
    return frozenset(names)


def caseless_cues(lines: Sequence[str]) -> Counter[str]:
    """How often each short line in a script without case stands as a cue stands; twice makes it a speaker."""
    counts: Counter[str] = Counter()
    blank = True
    for index, line in enumerate(lines):
        was_blank, blank = blank, is_blank(line)
        if blank or not was_blank or line.isascii() or len(line) > _LONGEST_UNDECLARED * 4:
            continue
        if index + 1 >= len(lines) or is_blank(lines[index + 1]):
            continue
        name = " ".join(_MARKED.sub("", line).rstrip("^ ").split())
        cased = any(c.islower() or c.isupper() for c in name)
        if name and len(name) <= _LONGEST_UNDECLARED and not cased and not _punctuated(name):
            counts[name] += 1
    return counts


def _punctuated(name: str) -> bool:
    return name[-1] == "." or any(unicodedata.category(c)[0] in "PSC" and c not in _IN_NAMES for c in name)
