"""The parser: a source's lines to elements, by Fountain's rules plus directives. Never raises, never loses a word."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import islice

from compiler.codes import W
from compiler.diagnostics import Edit, Fix, Report, Span
from compiler.names import MOST_HINTS
from compiler.syntax import nodes as n
from compiler.syntax.blocks import PROPERTY, block_line
from compiler.syntax.comments import mask_comments
from compiler.syntax.directives import bare_directive, meant_keyword, note_directive
from compiler.syntax.lines import (
    KEYWORDS,
    Cue,
    begins_title_page,
    cue_of,
    heading_of,
    is_blank,
    is_empty,
    is_page_break,
    is_transition,
    keyword_of,
    single_spaced,
    title_entry,
)
from compiler.syntax.names import known_names
from compiler.syntax.source import Source
from compiler.syntax.weave import seams, weave

_LINE_END = re.compile(r"\r\n?|\n")
_BRACKET = re.compile("[()（）]")
LONGEST_PARENTHETICAL = 6
"""Lines a parenthetical may be broken over."""
_WORD = re.compile(r"[a-z]{3,12}(?=\s|:)")
_HIDDEN = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
"""Controls, and the marks that turn the direction of text."""
_MOST_HIDDEN = 20
_MOST_LOOKED_UP = 500
"""Paragraphs beginning in lower case that are compared with the keywords."""
_ALONE = "#=>~"
"""Marks that make a line an element of its own wherever it stands outside a speech."""


def parse(
    source: Source,
    report: Report,
    *,
    bare_directives: bool = True,
    title_page: bool = True,
    names: frozenset[str] = frozenset(),
) -> n.Screenplay:
    """Parse a whole source. ``bare_directives`` is false for ``.fountain``: there only notes direct.

    A part of a film, such as one scene, parses alone with ``title_page`` false and the ``names`` that ``known_speakers``
    finds in the whole film.
    """
    return parse_chunk(
        source.text, source.name, report, bare_directives=bare_directives, title_page=title_page, names=names
    )


def parse_chunk(
    text: str,
    file: str,
    report: Report,
    *,
    bare_directives: bool = True,
    title_page: bool = False,
    names: frozenset[str] = frozenset(),
    base: int = 0,
) -> n.Screenplay:
    """Parse a stretch of a source that begins a paragraph. ``base`` is its offset there: all spans count from it."""
    for hidden in islice(_HIDDEN.finditer(text), _MOST_HIDDEN):
        span = Span(base + hidden.start(), base + hidden.end(), file)
        fix = Fix("delete it", (Edit(span, ""),))
        help_text = "delete it, unless a script of yours needs it"
        report(W.HIDDEN, span, point=f"{ord(hidden[0]):04X}", help=help_text, fix=fix)
    masked = mask_comments(text, file, report, base)
    texts, starts = _lines(masked.text, base)
    names |= known_names(masked.text, texts, masked.comments, bare_directives)
    indents: dict[int, int] = {}
    if masked.comments:
        texts, starts = _without_comment_lines(texts, starts, masked.comments)
        indents = _own_indents(text, texts, starts, base) if bare_directives else {}
    parser = _Parser(file, texts, starts, report, names, bare_directives, indents)
    elements: list[n.Element] = parser.run(title_page)
    if masked.comments:
        notes = [note_directive(comment, text, base, report) for comment in masked.comments]
        elements = weave(elements, notes, text, masked.text, base)
    return n.Screenplay(tuple(elements), seams(elements, text, base))


def known_speakers(text: str, *, bare_directives: bool = True) -> frozenset[str]:
    """Names that a whole source makes known as speakers whatever they look like: ``names`` for its parts."""
    masked = mask_comments(text, "", Report())
    return known_names(masked.text, _lines(masked.text, 0)[0], masked.comments, bare_directives)


def _lines(text: str, base: int) -> tuple[list[str], list[int]]:
    """Every line without its ending, and the offset of its first character."""
    if "\r" not in text:
        texts = text.split("\n")
        starts = []
        position = base
        for line in texts:
            starts.append(position)
            position += len(line) + 1
        return texts, starts
    ends = [base, *(base + match.end() for match in _LINE_END.finditer(text))]
    return _LINE_END.split(text), ends


def _without_comment_lines(
    texts: list[str], starts: list[int], comments: Sequence[n.Comment]
) -> tuple[list[str], list[int]]:
    """The lines but for those that hold nothing but comment: they are as if they were not there."""
    holders = {bisect_right(starts, comment.span.start) - 1 for comment in comments}
    kept = [index for index in range(len(texts)) if index not in holders or not is_blank(texts[index])]
    return [texts[i] for i in kept], [starts[i] for i in kept]


def _own_indents(text: str, texts: list[str], starts: list[int], base: int) -> dict[int, int]:
    """By its start, the indentation of each line that begins with comment: the blanks of a comment are none."""
    indents = {}
    for line, start in zip(texts, starts, strict=True):
        if line and line[0].isspace():
            written = text[start - base : start - base + len(line)]
            own = len(written) - len(written.lstrip())
            if own < len(line) - len(line.lstrip()):
                indents[start] = own + 3 * written[:own].count("\t")
    return indents


class _Parser:
    def __init__(
        self,
        file: str,
        texts: Sequence[str],
        starts: Sequence[int],
        report: Report,
        names: frozenset[str],
        bare: bool,
        indents: Mapping[int, int],
    ) -> None:
        self.file, self.texts, self.starts = file, texts, starts
        self.report, self.names, self.bare, self.indents = report, names, bare, indents
        self.count = len(texts)
        self.at = self.looked_up = 0
        self.out: list[n.Element] = []

    def run(self, title_page: bool) -> list[n.Element]:
        texts = self.texts
        while self.at < self.count and is_blank(texts[self.at]):
            self.at += 1
        if title_page:
            self._title_page()
        fresh = True
        while self.at < self.count:
            text = texts[self.at]
            if not text or text.isspace():
                self.at += 1
                fresh = True
            else:
                fresh = self._element(text, fresh)
        return self.out

    def _element(self, line: str, fresh: bool) -> bool:
        """Parse one element; returns whether what follows begins a paragraph even without an empty line."""
        if fresh and self.bare and "a" <= line[0] <= "z" and (keyword := keyword_of(line)):
            directive, self.at = bare_directive(keyword, self.texts, self.starts, self.at, self.indents, self.file)
            self.out.append(directive)
            return True
        text = line.strip()
        mark = text[0]
        if mark in _ALONE:
            self.out.append(self._alone(text, mark, self._span(line, text)))
            self.at += 1
            return True
        if not fresh or mark == "!":
            return self._action(fresh)
        if (mark in "iIeE" or mark == ".") and (heading := heading_of(text)):
            self.out.append(n.Heading(*heading, self._span(line, text)))
            self.at += 1
            return True
        following = self.texts[self.at + 1] if self.at + 1 < self.count else ""
        alone = is_blank(following)
        if is_transition(text) and (alone or self._stands_alone(following)):
            self.out.append(n.Transition(single_spaced(text), False, self._span(line, text)))
            self.at += 1
            return True
        if not alone and (cue := cue_of(line, self.names)):
            return self._dialogue(cue)
        return self._action(fresh)

    def _alone(self, text: str, mark: str, span: Span) -> n.Element:
        if mark == "#":
            words = text.lstrip("#")
            return n.Section(len(text) - len(words), single_spaced(words), span)
        if mark == "=":
            return n.PageBreak(span) if is_page_break(text) else n.Synopsis(single_spaced(text[1:]), span)
        if mark == "~":
            return n.Lyric(single_spaced(text[1:]), span)
        if text[-1] == "<":
            return n.Centered(single_spaced(text[1:-1]), span)
        return n.Transition(single_spaced(text[1:]), True, span)

    def _stands_alone(self, line: str) -> bool:
        text = line.strip()
        return text[0] in _ALONE or bool(heading_of(text)) or (self.bare and bool(keyword_of(line)))

    def _action(self, fresh: bool) -> bool:
        first = line = self.texts[self.at]
        if fresh and self.bare and not self._near_keyword(first):
            self._stray_block(first)
        forced = first.lstrip().startswith("!")
        texts, starts, file = self.texts, self.starts, self.file
        lines: list[n.Text] = []
        while True:
            text, start = line.rstrip(), starts[self.at]
            bare = text.lstrip()
            if bare[0] == "!":
                start += len(text) - len(bare) + 1
                text = bare[1:]
            elif bare[0] in _ALONE and lines:
                break
            span = Span(start, start + len(text), file)
            lines.append(n.Text(text.replace("\t", "    ") if "\t" in text else text, span))
            self.at += 1
            if self.at >= self.count:
                break
            line = texts[self.at]
            if not line or line.isspace():
                break
        begin = starts[self.at - len(lines)] + (len(first) - len(first.lstrip()) if forced else 0)
        self.out.append(n.Action(tuple(lines), Span(begin, lines[-1].span.end, file), forced))
        return False

    def _dialogue(self, cue: Cue) -> bool:
        begin = self.starts[self.at]
        line = self.texts[self.at]
        end = begin + len(line.rstrip())
        name_span = Span(begin + cue.start, begin + cue.end, self.file)
        begin += len(line) - len(line.lstrip())
        self.at += 1
        texts, starts, file = self.texts, self.starts, self.file
        parts: list[n.Parenthetical | n.SpeechLine | n.Directive] = []
        spoken = 0
        while self.at < self.count:
            line = texts[self.at]
            text = line.strip()
            if not text and is_empty(line):
                break
            start = starts[self.at] + (len(line) - len(line.lstrip()) if text else 0)
            stop = start + len(text)
            span = Span(start, stop, file)
            if not text:
                parts.append(n.SpeechLine("", False, span))
            else:
                if text[0] in "(（" and (last := self._parenthetical_end(text)) >= self.at:
                    text = " ".join(texts[i].strip() for i in range(self.at, last + 1))
                    self.at = last
                    stop = starts[last] + len(texts[last].rstrip())
                    parts.append(n.Parenthetical(single_spaced(text[1:-1]), Span(start, stop, file)))
                elif text[0] == "~":
                    parts.append(n.SpeechLine(text[1:].strip(), True, span))
                else:
                    parts.append(n.SpeechLine(text, False, span))
                spoken, end = len(parts), stop
            self.at += 1
        self.out.append(
            n.Dialogue(
                cue.name,
                cue.extensions,
                tuple(parts[:spoken]),
                cue.dual,
                cue.forced,
                Span(begin, end, file),
                name_span,
            )
        )
        return False

    def _parenthetical_end(self, text: str) -> int:
        """The line that closes a parenthetical begun on this one; -1 when what begins here is spoken.

        Narrow columns break long ones: up to the line that ends with the first closing mark they are one.
        """
        if text[-1] in ")）" and len(text) > 1:
            return self.at
        if _BRACKET.search(text, 1):
            return -1
        for at in range(self.at + 1, min(self.at + LONGEST_PARENTHETICAL, self.count)):
            line = self.texts[at].strip()
            if not line:
                return -1
            if mark := _BRACKET.search(line):
                return at if mark.start() == len(line) - 1 and mark[0] in ")）" else -1
        return -1

    def _title_page(self) -> None:
        if self.at >= self.count:
            return
        if not begins_title_page(self.texts[self.at], self.bare):
            return
        begin = end = self.starts[self.at]
        entries: list[tuple[str, list[n.Text]]] = []
        while self.at < self.count and not is_blank(self.texts[self.at]):
            line, start = self.texts[self.at], self.starts[self.at]
            match = None if line[0].isspace() else title_entry(line)
            end = start + len(line.rstrip())
            if match:
                entries.append((match[1].strip(), []))
            value = (match[2] if match else line).strip()
            where = start + len(line) - len((match[2] if match else line).lstrip())
            if value:
                entries[-1][1].append(block_line(value, where, self.file))
            elif match:
                entries[-1][1].append(n.Text("", Span(end, end, self.file)))
            self.at += 1
        made = tuple((key, _value(lines)) for key, lines in entries)
        self.out.append(n.TitlePage(made, Span(begin, end, self.file)))

    def _near_keyword(self, line: str) -> bool:
        word = _WORD.match(line)
        if word and word[0] in KEYWORDS and line[word.end() : word.end() + 1] == ":":
            start = self.starts[self.at]
            colon = Span(start + word.end(), start + word.end() + 1, self.file)
            help_text = f"no colon stands after a keyword: `{word[0]} …`; write `!{word[0]}:` to keep it action"
            fix = Fix("delete the colon", (Edit(colon, ""),))
            self.report(W.NEAR_KEYWORD, Span(start, colon.end, self.file), word=f"{word[0]}:", help=help_text, fix=fix)
            return True
        if not word or word[0] in KEYWORDS or self.looked_up >= _MOST_LOOKED_UP or len(self.report.items) >= MOST_HINTS:
            return False
        self.looked_up += 1
        if keyword := meant_keyword(word[0]):
            start = self.starts[self.at]
            span = Span(start, start + len(word[0]), self.file)
            help_text = f"did you mean `{keyword}`? Write `!{word[0]}` to keep it action"
            fix = Fix(f"write `{keyword}`", (Edit(span, keyword),))
            self.report(W.NEAR_KEYWORD, span, word=word[0], help=help_text, fix=fix)
        return bool(keyword)

    def _stray_block(self, line: str) -> None:
        """A property that an empty line has parted from its directive is action, and hardly meant so."""
        last = self.out[-1] if self.out else None
        if not line[0].isspace() or not isinstance(last, n.Directive):
            return
        if match := PROPERTY.match(line.strip()):
            start = self.starts[self.at] + len(line) - len(line.lstrip())
            key = match[1] or match[2]
            help_text = f"take out the empty line, so that it belongs to `{last.keyword}`"
            self.report(W.STRAY_BLOCK, Span(start, start + len(key), self.file), key=key, help=help_text)

    def _span(self, line: str, text: str) -> Span:
        start = self.starts[self.at] + (0 if line[0] == text[0] else len(line) - len(line.lstrip()))
        return Span(start, start + len(text), self.file)


def _value(lines: Sequence[n.Text]) -> n.Text:
    """The lines of a title page's entry joined by LF; the key's own line counts only if it says something."""
    said = [line for line in lines if line.text] or lines
    if len(said) == 1:
        return said[0]
    return n.Text("\n".join(line.text for line in said), said[0].span.join(said[-1].span))
