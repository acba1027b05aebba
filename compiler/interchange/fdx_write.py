"""A screenplay as a Final Draft document: each element its paragraph type, directives and notes as script notes.

What Final Draft has no word for (a forced heading, a boneyard, which title page key a line belongs to) stands in
attributes of a namespace of its own: other programs pass over them, and reading the file back gives the same screenplay.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from xml.sax.saxutils import escape, quoteattr

from compiler.diagnostics import Report, Span
from compiler.interchange.emphasis import styled_runs
from compiler.syntax import nodes as n
from compiler.syntax.emphasis import Run
from compiler.syntax.lines import cue_of
from compiler.syntax.parser import parse
from compiler.syntax.source import Source

NAMESPACE = "urn:filmlang:screenplay"
HOLE = "\x1f"
"""Stands in a text for a note inside it: no XML text can hold it, and it counts as a space."""
CENTRED_KEYS = frozenset({"title", "credit", "author", "authors", "source"})
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAK = re.compile(r"\r\n|\r|\n")
_HEADER = f"""\
<?xml version="1.0" encoding="UTF-8" standalone="no" ?>
<FinalDraft DocumentType="Script" Template="No" Version="5" xmlns:film="{NAMESPACE}">
"""
_IN = "    "
_Note = n.Comment | n.Directive
_Lines = list[Span]
"""Where lines of text stand in the source, without what forces or sings them."""


def fountain_to_fdx(source: Source, report: Report) -> str:
    """The document of a Fountain text; "" when it cannot be read, which is reported."""
    tree = parse(source, report, bare_directives=False)
    if report.failed:
        return ""
    desk = _Desk(source)
    elements = list(tree.elements)
    at = 0
    while at < len(elements):
        at = desk.take(elements, at)
    desk.flush()
    return "".join([_HEADER, "  <Content>\n", *desk.content(), "  </Content>\n", *desk.page, "</FinalDraft>\n"])


@dataclass(frozen=True, slots=True)
class _Item:
    """Paragraphs that stand together; ``dual``: a speech beside the one before it."""

    text: str
    speech: bool = False
    dual: bool = False


@dataclass(slots=True)
class _Desk:
    """The document being written. Notes wait for the next paragraph, which carries them; so does a page break."""

    source: Source
    page: list[str] = field(default_factory=list)
    items: list[_Item] = field(default_factory=list)
    notes: list[_Note] = field(default_factory=list)
    breaks: bool = False
    numbers: int = 0

    def take(self, elements: Sequence[n.Element], at: int) -> int:
        """Write one element, or an action and what is inside it; returns where the next one is."""
        element = elements[at]
        match element:
            case n.TitlePage():
                notes = "".join(self._note(note) for note in self.notes)
                self.notes, self.page = [], list(_title_page(element, notes))
            case n.Comment() | n.Directive():
                self.notes.append(element)
            case n.PageBreak():
                self.flush()
                self.breaks = True
            case n.Heading():
                number = f" Number={quoteattr(_clean(element.number))}" if element.number else ""
                self._single("Scene Heading", element.text, number + _forced(element.forced))
            case n.Action():
                return self._action(elements, at)
            case n.Dialogue():
                return self._speech(element, elements, at)
            case n.Lyric():
                self._single("Singing", element.text, ' film:alone="Yes"')
            case n.Transition():
                self._single("Transition", element.text, _forced(element.forced))
            case n.Centered():
                self._single("General", element.text, ' Alignment="Center"')
            case n.Section():
                self._single(f"Outline {element.level}", element.text)
            case n.Synopsis():
                self._single("Outline Body", element.text)
        return at + 1

    def flush(self) -> None:
        """Give what waits a paragraph of its own."""
        if self.notes or self.breaks:
            self._write("Action", "<Text></Text>", "")

    def content(self) -> Iterator[str]:
        """All paragraphs, speeches that are spoken together joined."""
        for index, item in enumerate(self.items):
            before = item.dual and index > 0 and self.items[index - 1].speech
            after = item.speech and index + 1 < len(self.items) and self.items[index + 1].dual
            if after and not before:
                yield f"{_IN}<Paragraph>\n{_IN}<DualDialogue>\n"
            yield item.text
            if before and not after:
                yield f"{_IN}</DualDialogue>\n{_IN}</Paragraph>\n"

    # --- paragraphs -----------------------------------------------------------------------------

    def _action(self, elements: Sequence[n.Element], at: int) -> int:
        """A paragraph with its notes; pieces of one that notes have parted become one again."""
        lines: _Lines = []
        notes: list[_Note] = []
        begin, first = at, elements[at]
        assert isinstance(first, n.Action)
        while True:
            piece = elements[at]
            assert isinstance(piece, n.Action)
            lines += [line.span for line in piece.lines]
            following, after = _notes_after(elements, at)
            inside = [note for note in following if note.span.start < piece.span.end]
            goes_on = after < len(elements) and isinstance(elements[after], n.Action) and following
            if goes_on and self._one_paragraph(piece.span.end, following, elements[after].span.start):
                notes += following
                at = after
                continue
            notes += inside
            text, held = _with_holes(self.source.text, lines, notes)
            empty = "" if text.strip() else ' film:empty="Yes"'
            self._write("Action", self._texts(text, held), _forced(first.forced) + empty)
            return max(begin, at) + 1 + len(inside)

    def _one_paragraph(self, start: int, notes: Sequence[_Note], end: int) -> bool:
        for note in notes:
            if note.span.start < start:
                continue
            if len(_BREAK.findall(self.source.text[start : note.span.start])) > 1:
                return False
            start = note.span.end
        return len(_BREAK.findall(self.source.text[start:end])) <= 1

    def _speech(self, speech: n.Dialogue, elements: Sequence[n.Element], at: int) -> int:
        following, _ = _notes_after(elements, at)
        inside = [note for note in following if note.span.start < speech.span.end]
        own = [part for part in speech.parts if isinstance(part, n.Directive)]
        notes = sorted((*inside, *own), key=lambda note: note.span.start)
        alone = speech.dual and not (self.items and self.items[-1].speech)
        name = speech.name + "".join(f" ({extension})" for extension in speech.extensions)
        known = not speech.forced and cue_of(name, frozenset()) is None
        marks = ' film:forced="No"' if known else _forced(speech.forced)  # a name that the file makes known elsewhere
        opening = self._opening("Character", marks + (' film:dual="Yes"' if alone else ""))
        body = [opening + self._texts(_clean(name), []) + "</Paragraph>\n"]
        blocks = list(_blocks(speech))
        for index, (kind, lines) in enumerate(blocks):
            until = blocks[index + 1][1][0].start if index + 1 < len(blocks) else len(self.source.text)
            held = [note for note in notes if note.span.start < until]
            notes = notes[len(held) :]
            text, held = _with_holes(self.source.text, lines, held)
            body.append(f'{_IN}<Paragraph Type="{kind}">{self._texts(text, held)}</Paragraph>\n')
        self.items.append(_Item("".join(body), True, speech.dual))
        self.notes += notes
        return at + 1 + len(inside)

    def _single(self, kind: str, text: str, attributes: str = "") -> None:
        line = " ".join(_clean(text).split())
        self._write(kind, self._texts(line, []), attributes if line else f'{attributes} film:empty="Yes"')

    def _write(self, kind: str, inner: str, attributes: str) -> None:
        self.items.append(_Item(self._opening(kind, attributes) + inner + "</Paragraph>\n"))

    def _opening(self, kind: str, attributes: str) -> str:
        """A paragraph's tag with what waited for it."""
        page = ' StartsNewPage="Yes"' if self.breaks else ""
        notes = "".join(self._note(note) for note in self.notes)
        self.notes, self.breaks = [], False
        return f'{_IN}<Paragraph Type="{kind}"{page}{attributes}>{notes}'

    def _texts(self, text: str, held: Sequence[_Note]) -> str:
        """Text runs in their styles, with the notes held at the holes."""
        pieces: list[str] = []
        waiting = iter(held)
        for run in styled_runs(text) or (Run(""),):
            for index, part in enumerate(run.text.split(HOLE)):
                if index:
                    pieces.append(self._note(next(waiting)))
                if part:
                    pieces.append(_text(replace(run, text=part)))
        return "".join(pieces) or "<Text></Text>"

    def _note(self, note: _Note) -> str:
        self.numbers += 1
        inner = self.source.text[note.span.start + 2 : note.span.end]
        boneyard = isinstance(note, n.Comment) and note.boneyard
        inner = inner.removesuffix("*/" if boneyard else "]]")
        kind = ' film:kind="boneyard"' if boneyard else ""
        lines = "".join(f"<Paragraph><Text>{escape(line)}</Text></Paragraph>" for line in _BREAK.split(_clean(inner)))
        return f'<ScriptNote ID="{self.numbers}"{kind}>{lines}</ScriptNote>'


def _title_page(page: n.TitlePage, notes: str) -> Iterator[str]:
    """The title page's paragraphs, what stood above it in the first."""
    yield "  <TitlePage>\n  <Content>\n"
    for key, value in page.entries:
        centred = key.lower() in CENTRED_KEYS
        mark = f" film:key={quoteattr(_clean(key))}"
        for index, line in enumerate(value.text.split("\n")):
            place = ' Alignment="Center"' if centred else ' Alignment="Left"'
            more = ' film:more="Yes"' if index else ""
            shown = line if centred or index else f"{key}: {line}"
            texts = "".join(_text(run) for run in styled_runs(_clean(shown))) or "<Text></Text>"
            yield f'{_IN}<Paragraph Type="General"{place}{mark}{more}>{notes}{texts}</Paragraph>\n'
            notes = ""
    yield "  </Content>\n  </TitlePage>\n"


def _blocks(speech: n.Dialogue) -> Iterator[tuple[str, _Lines]]:
    """The paragraphs under a cue: (type, lines); lines in a row that are spoken, or sung, make one."""
    lines: _Lines = []
    kind = ""
    for part in speech.parts:
        match part:
            case n.SpeechLine():
                wanted = "Singing" if part.lyric else "Dialogue"
                if kind and wanted != kind:
                    yield kind, lines
                    lines = []
                kind = wanted
                lines.append(Span(part.span.end - len(part.text), part.span.end, part.span.file))
            case n.Parenthetical():
                if kind:
                    yield kind, lines
                yield "Parenthetical", [part.span]
                kind, lines = "", []
    if kind:
        yield kind, lines


def _notes_after(elements: Sequence[n.Element], at: int) -> tuple[list[_Note], int]:
    notes: list[_Note] = []
    at += 1
    while at < len(elements):
        element = elements[at]
        if not isinstance(element, n.Comment | n.Directive):
            break
        notes.append(element)
        at += 1
    return notes, at


def _with_holes(source: str, lines: _Lines, notes: Sequence[_Note]) -> tuple[str, list[_Note]]:
    """Lines joined by LF with a hole where each note stands, and the notes in that order.

    A note between two lines stands at the beginning of the second.
    """
    pieces: list[str] = []
    waiting = deque(notes)
    position = 0
    for index, line in enumerate(lines):
        if index:
            pieces.append("\n")
        position = max(position, line.start)
        while waiting and waiting[0].span.start < line.end:
            note = waiting.popleft()
            pieces += (_clean(source[position : note.span.start]), HOLE)
            position = max(position, note.span.end)
        pieces.append(_clean(source[position : line.end]))
    pieces += HOLE * len(waiting)
    return "".join(pieces), list(notes)


def _text(run: Run) -> str:
    worn = [name for name in ("Bold", "Italic", "Underline") if getattr(run, name.lower())]
    style = f' Style="{"+".join(worn)}"' if worn else ""
    return f"<Text{style}>{escape(run.text)}</Text>"


def _forced(forced: bool) -> str:
    return ' film:forced="Yes"' if forced else ""


def _clean(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)
