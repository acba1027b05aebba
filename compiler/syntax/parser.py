"""The parser: a source's lines to elements, by Fountain's rules plus directives. Never raises, never loses a word."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from itertools import islice

from compiler.codes import W
from compiler.diagnostics import Report, Span
from compiler.names import nearest
from compiler.syntax import nodes as n
from compiler.syntax.blocks import parse_block
from compiler.syntax.comments import Masked, mask_comments
from compiler.syntax.lines import KEYWORDS, TIMED, cue_of, heading_of, is_blank, is_transition, keyword_of
from compiler.syntax.source import Source

_TITLE_KEY = re.compile(r"([^\s:][^:]{0,60}):(.*)")
_CHARACTER_NAME = re.compile(r"^character[ \t]+([^,\r\n]+)", re.MULTILINE)
_HIDDEN = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
"""Controls, and the marks that turn the direction of text."""
_NOTE_DIRECTIVE = re.compile(r"\s*([a-z]+):(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not wholly comment: masked text, and the offset of its first character."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def parse(source: Source, report: Report, *, bare_directives: bool = True) -> n.Screenplay:
    """Parse a whole source. ``bare_directives`` is false for ``.fountain``: there only notes direct."""
    masked = mask_comments(source.text, source.name, report)
    for hidden in islice(_HIDDEN.finditer(source.text), 20):
        span = Span(hidden.start(), hidden.end(), source.name)
        report(W.HIDDEN, span, point=f"{ord(hidden[0]):04X}", help="delete it, unless a script of yours needs it")
    names = frozenset(m[1].strip() for m in _CHARACTER_NAME.finditer(masked.text))
    parser = _Parser(source, _lines(source, masked), report, names, bare_directives)
    elements = parser.run()
    comments = [_note(comment, source.name, report) for comment in masked.comments]
    return n.Screenplay(tuple(_weave(elements, comments)))


def _lines(source: Source, masked: Masked) -> list[Line]:
    lines = []
    bounds = (*source.starts, len(source.text))
    comments = iter(masked.comments)
    comment = next(comments, None)
    for begin, end in itertools.pairwise(bounds):
        while comment is not None and comment.span.end <= begin:
            comment = next(comments, None)
        text = masked.text[begin:end].rstrip("\r\n")
        whole = source.text[begin:end].rstrip("\r\n")
        within = comment is not None and comment.span.start < begin
        if not text.strip() and (within or whole.strip()):
            continue  # nothing but comment, or an empty line inside one: as if it were not there
        lines.append(Line(text, begin))
    return lines


def _note(comment: n.Comment, file: str, report: Report) -> n.Comment | n.Directive:
    """A note that begins ``keyword:`` is that directive."""
    match = None if comment.boneyard else _NOTE_DIRECTIVE.fullmatch(comment.text)
    if not match or match[1] not in KEYWORDS:
        return comment
    start = comment.span.start + 2 + match.start(2)
    head = " ".join(match[2].split())
    lead = len(match[2]) - len(match[2].lstrip())
    span = Span(start + lead, start + lead + len(match[2].strip()), file)
    return n.Directive(match[1], n.Text(head, span), (), (), True, comment.span)


def _weave(elements: list[n.Element], comments: list[n.Comment | n.Directive]) -> list[n.Element]:
    """Put comments among the elements by position; a directing note inside a speech becomes part of it."""
    woven: list[n.Element] = []
    waiting = list(reversed(comments))
    for element in elements:
        while waiting and waiting[-1].span.start < element.span.start:
            woven.append(waiting.pop())
        inside: list[n.Directive] = []
        later: list[n.Element] = []
        while waiting and waiting[-1].span.start < element.span.end:
            comment = waiting.pop()
            timed = isinstance(comment, n.Directive) and comment.keyword in TIMED
            if timed and isinstance(element, n.Dialogue | n.Action):
                inside.append(comment)  # type: ignore[arg-type]
            else:
                later.append(comment)
        if inside and isinstance(element, n.Dialogue):
            parts = sorted((*element.parts, *inside), key=lambda part: part.span.start)
            element = n.Dialogue(
                element.name,
                element.extensions,
                tuple(parts),
                element.dual,
                element.forced,
                element.span,
                element.name_span,
            )
        if inside and isinstance(element, n.Action):
            woven.extend(_split_action(element, inside))
        else:
            woven.append(element)
        woven.extend(later)
    return [*woven, *reversed(waiting)]


def _split_action(action: n.Action, notes: list[n.Directive]) -> list[n.Element]:
    """An action with directing notes inside it, as the pieces between them."""
    pieces: list[n.Element] = []
    waiting = list(reversed(notes))
    lines: list[n.Text] = []

    def close() -> None:
        if lines:
            pieces.append(n.Action(tuple(lines), lines[0].span.join(lines[-1].span)))
            lines.clear()

    for line in action.lines:
        rest, start = line.text, line.span.end - len(line.text)
        while waiting and waiting[-1].span.start < line.span.end:
            note = waiting.pop()
            before = rest[: max(0, note.span.start - start)].rstrip()
            if before.strip():
                lines.append(n.Text(before, Span(start, start + len(before), line.span.file)))
            close()
            pieces.append(note)
            rest = rest[max(0, note.span.end - start) :]
            lead = len(rest) - len(rest.lstrip())
            rest, start = rest[lead:], max(start, note.span.end) + lead
        if rest.strip():
            lines.append(line if rest == line.text else n.Text(rest, Span(start, start + len(rest), line.span.file)))
    close()
    return [*pieces, *reversed(waiting)]


class _Parser:
    def __init__(self, source: Source, lines: list[Line], report: Report, names: frozenset[str], bare: bool) -> None:
        self.file, self.lines, self.report, self.names, self.bare = source.name, lines, report, names, bare
        self.at = 0
        self.out: list[n.Element] = []

    def run(self) -> list[n.Element]:
        self._skip_blank()
        self._title_page()
        fresh = True
        while self.at < len(self.lines):
            if is_blank(self.lines[self.at].text):
                self.at += 1
                fresh = True
                continue
            fresh = self._element(fresh)
        return self.out

    def _element(self, fresh: bool) -> bool:
        """Parse one element; returns whether a blank line may be assumed after it."""
        line = self.lines[self.at]
        text = line.text.strip()
        if self.bare and fresh and not line.text[0].isspace() and keyword_of(line.text):
            self._directive()
            return True
        if text.startswith("===") and not text.strip("="):
            return self._single(n.PageBreak(self._span(line)))
        if text[0] == "#" and (level := len(text) - len(text.lstrip("#"))) <= 6:
            return self._single(n.Section(level, text.lstrip("#").strip(), self._span(line)))
        if text[0] == "=":
            return self._single(n.Synopsis(text[1:].strip(), self._span(line)))
        if text[0] == "~":
            return self._single(n.Lyric(text[1:].strip(), self._span(line)))
        if text[0] == ">" and text[-1] == "<" and len(text) > 1:
            return self._single(n.Centered(text[1:-1].strip(), self._span(line)))
        if text[0] == ">":
            return self._single(n.Transition(text[1:].strip(), True, self._span(line)))
        if fresh and (heading := heading_of(text)):
            return self._single(n.Heading(*heading, self._span(line)))
        if fresh and is_transition(text) and (self._blank_after() or self._next_stands_alone()):
            return self._single(n.Transition(text, False, self._span(line)))
        if fresh and not self._blank_after() and (cue := cue_of(line.text, self.names)):
            return self._dialogue(line, cue)
        return self._action(line, fresh)

    def _single(self, element: n.Element) -> bool:
        self.out.append(element)
        self.at += 1
        return True

    def _action(self, line: Line, fresh: bool) -> bool:
        if fresh and self.bare:
            self._near_keyword(line)
            self._stray_block(line)
        first = self.at
        while self.at < len(self.lines) and not is_blank(self.lines[self.at].text):
            text = self.lines[self.at].text.strip()
            if self.at > first and text[0] in "#=>~":
                break
            self.at += 1
        lines = tuple(self._text(part, part.text.rstrip()) for part in self.lines[first : self.at])
        self.out.append(n.Action(lines, lines[0].span.join(lines[-1].span)))
        return False

    def _dialogue(self, line: Line, cue: tuple[str, tuple[str, ...], bool, bool]) -> bool:
        name, extensions, dual, forced = cue
        self.at += 1
        parts: list[n.Parenthetical | n.SpeechLine | n.Directive] = []
        end = line.end
        while self.at < len(self.lines):
            current = self.lines[self.at]
            if is_blank(current.text) and len(current.text) < 2:
                break
            text = current.text.strip()
            span = self._span(current)
            if text.startswith("(") and text.endswith(")"):
                parts.append(n.Parenthetical(text[1:-1].strip(), span))
            elif text.startswith("~"):
                parts.append(n.SpeechLine(text[1:].strip(), True, span))
            else:
                parts.append(n.SpeechLine(text, False, span))
            end = current.end
            self.at += 1
        span = Span(line.start, end, self.file)
        where = line.start + line.text.index(name.split()[0])
        self.out.append(
            n.Dialogue(name, extensions, tuple(parts), dual, forced, span, Span(where, where + len(name), self.file))
        )
        return False

    def _directive(self) -> None:
        line = self.lines[self.at]
        keyword = keyword_of(line.text)
        self.at += 1
        block: list[Line] = []
        while self.at < len(self.lines):
            current = self.lines[self.at]
            if is_blank(current.text) or not current.text[0].isspace():
                break
            block.append(current)
            self.at += 1
        rest = line.text[len(keyword) :]
        lead = len(rest) - len(rest.lstrip())
        begin = line.start + len(keyword) + lead
        head = n.Text(rest.strip(), Span(begin, begin + len(rest.strip()), self.file))
        lines = [n.Text(b.text.strip(), self._span(b)) for b in block]
        properties, description = parse_block(lines)
        end = block[-1].end if block else line.end
        self.out.append(n.Directive(keyword, head, properties, description, False, Span(line.start, end, self.file)))

    def _title_page(self) -> None:
        if self.at >= len(self.lines):
            return
        first = self.lines[self.at].text
        if (
            (self.bare and keyword_of(first))
            or not _TITLE_KEY.fullmatch(first)
            or heading_of(first)
            or is_transition(first)
        ):
            return
        begin = self.lines[self.at].start
        entries: list[tuple[str, n.Text]] = []
        end = begin
        while self.at < len(self.lines) and not is_blank(self.lines[self.at].text):
            line = self.lines[self.at]
            match = None if line.text[0].isspace() else _TITLE_KEY.fullmatch(line.text)
            if match:
                value = match[2].strip()
                where = line.start + match.start(2) + len(match[2]) - len(match[2].lstrip())
                entries.append((match[1].strip(), n.Text(value, Span(where, where + len(value), self.file))))
            elif entries:
                key, old = entries[-1]
                joined = f"{old.text}\n{line.text.strip()}".strip("\n")
                entries[-1] = (key, n.Text(joined, Span(old.span.start, line.end, self.file)))
            else:
                break
            end = line.end
            self.at += 1
        self.out.append(n.TitlePage(tuple(entries), Span(begin, end, self.file)))

    def _near_keyword(self, line: Line) -> None:
        word = re.match(r"[a-z]{3,12}(?=\s)", line.text)
        if word and word[0] not in KEYWORDS and (close := nearest(word[0], sorted(KEYWORDS), limit=1)):
            span = Span(line.start, line.start + len(word[0]), self.file)
            self.report(
                W.NEAR_KEYWORD,
                span,
                word=word[0],
                help=f"did you mean `{close[0]}`? Write `!{word[0]}` to keep it action",
            )

    def _stray_block(self, line: Line) -> None:
        """A property that an empty line has parted from its directive is action, and hardly meant so."""
        last = self.out[-1] if self.out else None
        if not isinstance(last, n.Directive) or last.note or not line.text[0].isspace():
            return
        properties, _ = parse_block([self._text(line, line.text.strip())])
        if properties:
            help_text = f"take out the empty line, so that it belongs to `{last.keyword}`"
            self.report(W.STRAY_BLOCK, properties[0].key_span, key=properties[0].key, help=help_text)

    def _blank_after(self) -> bool:
        return self.at + 1 >= len(self.lines) or is_blank(self.lines[self.at + 1].text)

    def _next_stands_alone(self) -> bool:
        return self.lines[self.at + 1].text.lstrip()[0] in "#=>~"

    def _skip_blank(self) -> None:
        while self.at < len(self.lines) and is_blank(self.lines[self.at].text):
            self.at += 1

    def _span(self, line: Line) -> Span:
        lead = len(line.text) - len(line.text.lstrip())
        return Span(line.start + lead, line.start + max(lead, len(line.text.rstrip())), self.file)

    def _text(self, line: Line, text: str) -> n.Text:
        return n.Text(text, self._span(line))
