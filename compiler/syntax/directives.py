"""Directives as written: a keyword line with its block, or a note that begins ``keyword:``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from compiler.codes import W
from compiler.diagnostics import Edit, Fix, Report, Span
from compiler.names import MOST_HINTS, misspelling
from compiler.syntax.blocks import PROPERTY, block_line, joined, parse_block
from compiler.syntax.lines import KEYWORDS, is_blank, keyword_of
from compiler.syntax.nodes import Comment, Directive, Text

_NOTE = re.compile(r"\s*([a-z]+):(.*)", re.DOTALL)
_NEARLY = re.compile(r"\s*([A-Za-z]{3,12})(?=[ \t:])")
_SHOT_SAID = re.compile(
    r"[ \t]+(?:[a-z][a-z0-9]*(?:-[a-z0-9]+)*:[ \t]|(?:extreme |medium )?(?:wide|close-up|full|cowboy|medium|insert|two-shot)\b"
    r"|[a-z -]{2,30},[ \t]*\d+(?:mm|s)\b|of [A-Z]{2})"
)
_NAME_SAID = re.compile(r"[ \t]+[A-Z][A-Z' .-]+(?:[:,\r\n]|$)")
_SORTED = tuple(sorted(KEYWORDS))
_LINE = re.compile(r"[^\r\n]*")


def bare_directive(
    keyword: str,
    texts: Sequence[str],
    starts: Sequence[int],
    at: int,
    own: Mapping[int, int],
    file: str,
) -> tuple[Directive, int]:
    """The directive whose keyword begins line ``at``, and the line after it.

    A head that ends in a comma goes on on the next line, indented or not, unless that is a property of the block or
    begins with a keyword itself. The block is every indented line below, up to an empty one or dedent. ``own`` has the
    indentation of lines that begin with a comment.
    """
    count = len(texts)
    head = block_line(texts[at][len(keyword) :], starts[at] + len(keyword), file)
    first = starts[at]
    at += 1
    if head.text.endswith(","):
        parts = [head]
        while parts[-1].text.endswith(",") and at < count and _goes_on(texts[at]):
            parts.append(block_line(texts[at], starts[at], file))
            at += 1
        head = joined(parts)
    block: list[Text] = []
    indents: list[int] = []
    while at < count and texts[at] and texts[at][0].isspace() and not texts[at].isspace():
        if own.get(starts[at]) == 0 and not PROPERTY.match(texts[at].strip()):
            break  # what stands behind a comment at the margin is not indented
        line = block_line(texts[at], starts[at], file)
        block.append(line)
        lead = texts[at][: line.span.start - starts[at]]
        indents.append(own.get(starts[at], len(lead) + 3 * lead.count("\t")))
        at += 1
    properties, description = parse_block(block, indents)
    end = block[-1].span.end if block else head.span.end if head.text else first + len(keyword)
    return Directive(keyword, head, properties, description, False, Span(first, end, file)), at


def note_directive(comment: Comment, text: str, base: int, report: Report) -> Comment | Directive:
    """The directive a note is when it begins ``keyword:``, else the note itself.

    The first line is the head; the lines below are its block. ``text`` is the source from offset ``base`` on.
    """
    if comment.boneyard:
        return comment
    file, begin = comment.span.file, comment.span.start
    inner = text[begin + 2 - base : comment.span.end - 2 - base]
    match = _NOTE.match(inner)
    if not match:
        _nearly_directs(inner, begin + 2, file, report)
        return comment
    if match[1] not in KEYWORDS:
        _near_keyword(match, begin + 2, file, report)
        return comment
    lines: list[Text] = []
    indents: list[int] = []
    for line in _LINE.finditer(inner, match.start(2)):
        stripped = block_line(line[0], begin + 2 + line.start(), file)
        if stripped.text or not lines:
            lines.append(stripped)
            indents.append(stripped.span.start - begin - 2 - line.start())
    parts = 1
    while lines[parts - 1].text.endswith(",") and parts < len(lines) and not PROPERTY.match(lines[parts].text):
        parts += 1
    properties, description = parse_block(lines[parts:], indents[parts:])
    return Directive(match[1], joined(lines[:parts]), properties, description, True, comment.span)


def _goes_on(line: str) -> bool:
    if is_blank(line):
        return False
    return not PROPERTY.match(line.strip()) if line[0].isspace() else not keyword_of(line)


@lru_cache(maxsize=1024)
def meant_keyword(word: str) -> str:
    """The keyword a word is surely a misspelling of, or ""."""
    return misspelling(word, _SORTED) if 3 <= len(word) <= 12 and word not in KEYWORDS else ""


def _nearly_directs(inner: str, start: int, file: str, report: Report) -> None:
    """``[[Shot: wide]]``, ``[[shot one: wide]]``, ``[[character MARA]]``: the colon of a note stands after its keyword."""
    match = _NEARLY.match(inner)
    word = match[1].lower() if match else ""
    if match is None or word not in KEYWORDS or len(report.items) >= MOST_HINTS:
        return
    rest = inner[match.end() :]
    capital = rest.startswith(":") and word != match[1]
    if not capital and not (_SHOT_SAID if word == "shot" else _NAME_SAID).match(rest):
        return
    if not capital and word not in ("shot", "character", "group", "prop", "location", "plate"):
        return
    span = Span(start + match.start(1), start + match.end(1), file)
    edit = Edit(Span(span.start, span.end + capital, file), f"{word}:")
    help_text = f"a note directs when it begins `{word}:`"
    report(W.NEAR_NOTE, span, word=match[1], help=help_text, fix=Fix(f"write `{word}:`", (edit,)))


def _near_keyword(match: re.Match[str], start: int, file: str, report: Report) -> None:
    word = match[1]
    if len(report.items) < MOST_HINTS and (keyword := meant_keyword(word)):
        span = Span(start + match.start(1), start + match.end(1), file)
        fix = Fix(f"write `{keyword}:`", (Edit(span, keyword),))
        report(W.NEAR_NOTE, span, word=f"{word}:", help=f"did you mean `{keyword}:`?", fix=fix)
