"""A Final Draft document as Fountain text: paragraphs by their type, script notes as notes, styles as emphasis.

Whatever a paragraph says is kept. A type that screenplays do not have is action; what would read as something else in
Fountain is forced to stay what it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from compiler.codes import E, W
from compiler.diagnostics import Report
from compiler.interchange.emphasis import joined, marked_text
from compiler.interchange.fdx_write import HOLE
from compiler.interchange.fdx_xml import Node, RefusedError, read_xml
from compiler.syntax import nodes as n
from compiler.syntax.emphasis import Run
from compiler.syntax.parser import parse
from compiler.syntax.source import make_source

_BY_LINE = re.compile(
    r"(?:(?:written|screenplay|teleplay|story|adapted)\b.*\bby|by|written|screenplay by)", re.IGNORECASE
)
_KEYED = re.compile(r"([^\s:][^:\n]{0,40}):\s*(.*)", re.DOTALL)
_NUMBER = re.compile(r"[\w.\-]+")
_OUTLINE = re.compile(r"Outline (\d)")
_SUNG = frozenset({"Singing", "Lyrics", "Lyric"})


def fdx_to_fountain(name: str, data: bytes, report: Report) -> str:
    """The Fountain text of a document; "" when it cannot be read, which is reported. Line ends are LF."""
    try:
        root = read_xml(data)
        if root.tag != "FinalDraft":
            raise RefusedError(f"it is a `{root.tag[:40]}` document")
    except RefusedError as error:
        report(E.BAD_FDX, None, path=name, reason=error, help="save it again from the program that made it")
        return ""
    reader = _Reader(name, report)
    page = [p for t in root.elements("TitlePage") for c in t.elements("Content") for p in c.elements("Paragraph")]
    reader.title_page(page)
    for content in root.elements("Content"):
        reader.paragraphs(content.elements("Paragraph"))
    reader.end_speech()
    return "\n\n".join(reader.out) + "\n" if reader.out else ""


@dataclass(slots=True)
class _Speech:
    cue: str
    forced: str
    """Yes, No (a name that the file makes known elsewhere) or "" (as it looks)."""
    dual: bool
    lines: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Reader:
    name: str
    report: Report
    out: list[str] = field(default_factory=list)
    speech: _Speech | None = None

    # --- content --------------------------------------------------------------------------------

    def paragraphs(self, paragraphs: Sequence[Node]) -> None:
        for paragraph in paragraphs:
            duals = paragraph.elements("DualDialogue")
            if not duals:
                self._paragraph(paragraph, dual=False)
                continue
            self.end_speech()
            for dual in duals:
                cues = 0
                for inner in dual.elements("Paragraph"):
                    cues += inner.get("Type") == "Character"
                    self._paragraph(inner, dual=cues > 1)
            self.end_speech()

    def _paragraph(self, paragraph: Node, *, dual: bool) -> None:
        kind = paragraph.get("Type")
        text, before = self._content(paragraph)
        if kind in ("Parenthetical", "Dialogue") or (kind in _SUNG and not paragraph.get("film:alone")):
            if self.speech is not None:
                self._spoken(kind, text, before)
                return
            kind = "Singing" if kind in _SUNG else "Action"
        self.end_speech()
        if paragraph.get("StartsNewPage") == "Yes":
            self.out.append("===")
        self.out += before
        if text.strip() or paragraph.get("film:empty"):
            self._single(kind, text, paragraph, dual=dual)

    def _single(self, kind: str, text: str, paragraph: Node, *, dual: bool) -> None:
        forced = paragraph.get("film:forced")
        line = " ".join(text.split())
        outline = _OUTLINE.fullmatch(kind)
        match kind:
            case "Scene Heading":
                self._heading(line, paragraph, forced == "Yes")
            case "Character":
                self.speech = _Speech(line, forced, dual or bool(paragraph.get("film:dual")))
            case "Transition":
                self.out.append(line if forced != "Yes" and _reads_as(line, n.Transition) else f"> {line}")
            case "Singing" | "Lyrics" | "Lyric":
                self.out += [f"~{part.strip()}" for part in text.split("\n")]
            case "New Act":
                self.out.append(f"# {line}")
            case "End of Act":
                self.out.append(f"[[{_note_text(line)}]]")
            case "Outline Body":
                self.out.append(f"= {line}")
            case _ if outline is not None:
                self.out.append(f"{'#' * min(max(int(outline[1]), 1), 6)} {line}")
            case _ if paragraph.get("Alignment") == "Center":
                self.out.append("\n".join(f"> {part.strip()} <" for part in text.split("\n") if part.strip()))
            case _:
                self.out.append(_action(text, forced == "Yes"))

    def _heading(self, line: str, paragraph: Node, forced: bool) -> None:
        number = paragraph.get("Number").strip()
        text = f"{line} #{number}#" if _NUMBER.fullmatch(number) else line
        self.out.append(text if not forced and _reads_as(text, n.Heading) else f".{text.lstrip('.')}")
        if number and not _NUMBER.fullmatch(number):
            self.out.append(f"[[{_note_text(number)}]]")
        for properties in paragraph.elements("SceneProperties"):
            for summary in properties.elements("Summary"):
                for part in summary.elements("Paragraph"):
                    if words := " ".join(self._content(part)[0].split()):
                        self.out.append(f"= {words}")

    # --- speech ---------------------------------------------------------------------------------

    def _spoken(self, kind: str, text: str, before: Sequence[str]) -> None:
        assert self.speech is not None
        text = "".join(before) + text
        if kind == "Parenthetical":
            inner = " ".join(text.split())
            self.speech.lines.append(inner if inner.startswith("(") and inner.endswith(")") else f"({inner})")
            return
        for line in text.split("\n"):
            spoken = line.strip()
            if kind in _SUNG:
                self.speech.lines.append(f"~{spoken}")
            else:
                self.speech.lines.append(spoken or "  ")

    def end_speech(self) -> None:
        """Write the speech that was being collected."""
        speech, self.speech = self.speech, None
        if speech is None:
            return
        while speech.lines and not speech.lines[-1].strip():
            speech.lines.pop()
        body = "\n".join(speech.lines)
        cue = f"{speech.cue} ^" if speech.dual else speech.cue
        if not body:
            # A cue over nothing: Fountain has no such thing, and the name must not become action.
            self.out.append(f"[[{_note_text(cue)}]]")
            return
        plain = f"{cue}\n{body}"
        plainly = speech.forced == "No" or (not speech.forced and _reads_as(plain, n.Dialogue))
        self.out.append(plain if plainly else f"@{plain}")

    # --- text -----------------------------------------------------------------------------------

    def _content(self, paragraph: Node) -> tuple[str, list[str]]:
        """A paragraph's Fountain text with notes in their places, and the notes that stand before all of it."""
        runs: list[Run] = []
        notes: list[str] = []
        before: list[str] = []
        for child in paragraph.children:
            if isinstance(child, str):
                continue
            if child.tag == "Text":
                worn = child.get("Style").split("+")
                text = _plain_text(child).replace(HOLE, "")
                text = text.upper() if "AllCaps" in worn else text
                runs.append(Run(text, "Bold" in worn, "Italic" in worn, "Underline" in worn))
            elif child.tag == "ScriptNote":
                note = _note(child)
                if any(run.text for run in runs):
                    notes.append(note)
                    runs.append(replace(runs[-1], text=HOLE))
                else:
                    before.append(note)
        text, whole = marked_text(joined(runs))
        if not whole:
            self.report(W.STYLE_LOST, None, text=f"`{' '.join(text.split())[:60]}`", help="mark whole words")
        pieces = text.replace("[[", "[ [").split(HOLE)
        return "".join(piece + note for piece, note in zip(pieces, [*notes, ""], strict=True)), before

    # --- title page -----------------------------------------------------------------------------

    def title_page(self, paragraphs: Sequence[Node]) -> None:
        """Keys as they were when this project wrote the file, else by where lines stand and what they say."""
        entries: list[tuple[str, list[str]]] = []
        for paragraph in paragraphs:
            text, notes = self._content(paragraph)
            self.out += notes
            if key := paragraph.get("film:key"):
                if paragraph.get("film:more") and entries:
                    entries[-1][1].append(text.strip())
                else:
                    entries.append((key, [re.sub(rf"^{re.escape(key)}:\s*", "", text).strip()]))
                continue
            for line in text.split("\n"):
                if line.strip():
                    self._title_line(" ".join(line.split()), paragraph.get("Alignment"), entries)
        lines = []
        for key, values in entries:
            if len(values) == 1:
                lines.append(f"{key}: {values[0]}".rstrip())
            else:
                lines += [f"{key}:", *(f"    {value}" for value in values)]
        if lines:
            self.out.append("\n".join(lines))

    def _title_line(self, line: str, alignment: str, entries: list[tuple[str, list[str]]]) -> None:
        keyed = _KEYED.fullmatch(line)
        last = entries[-1][0] if entries else ""
        keys = {key for key, _ in entries}
        if alignment == "Center" and "Title" not in keys:
            entries.append(("Title", [line]))
        elif _BY_LINE.fullmatch(line):
            entries.append(("Credit", [line]))
        elif last in ("Credit", "Author") and alignment == "Center":
            if last == "Author":
                entries[-1][1].append(line)
            else:
                entries.append(("Author", [line]))
        elif line.lower().startswith("based on"):
            entries.append(("Source", [line]))
        elif keyed and not line.lower().startswith("http"):
            entries.append((keyed[1], [keyed[2]]))
        elif last in ("Contact", "Notes"):
            entries[-1][1].append(line)
        else:
            entries.append(("Notes" if alignment == "Center" else "Contact", [line]))


def _action(text: str, forced: bool) -> str:
    """A paragraph of action, forced when it would read as something else."""
    lines = [line.rstrip() for line in text.split("\n")]
    ends_empty = len(lines) > 1 and not lines[-1]  # a last line of nothing but the mark that forces it
    plain = "\n".join(line or "  " for line in lines[: -1 if ends_empty else None]).strip("\n") + "\n!" * ends_empty
    return plain if not forced and _reads_as(plain, n.Action) else f"!{plain}"


def _reads_as(text: str, kind: type) -> bool:
    """Whether a text between empty lines is one element of this kind and nothing else, its notes aside."""
    elements = parse(make_source("x.fountain", f"~\n\n{text}\n"), Report(), bare_directives=False).elements[1:]
    own = [element for element in elements if not isinstance(element, n.Comment | n.Directive)]
    return len(own) >= 1 and all(type(element) is kind for element in own) and (len(own) == 1 or kind is n.Action)


def _note(node: Node) -> str:
    lines = [_plain_text(text) for text in _texts_of(node)]
    text = "\n".join(lines)
    if node.get("film:kind") == "boneyard":
        return f"/*{text.replace('*/', '* /')}*/"
    return f"[[{_note_text(text)}]]"


def _note_text(text: str) -> str:
    """Text that a note can hold: no brackets that close it, no empty line that would end it."""
    text = text.replace("]]", "] ]").replace("[[", "[ [").replace("/*", "/ *")
    text = "\n".join(
        line if line.strip() or len(lines) == 1 else "  " for lines in [text.split("\n")] for line in lines
    )
    return f"{text} " if text.endswith("]") else text


def _texts_of(node: Node) -> Iterator[Node]:
    """One node for each line of a note: its paragraphs, or itself."""
    paragraphs = node.elements("Paragraph")
    yield from paragraphs or [node]


def _plain_text(node: Node) -> str:
    """All text under a node, its own white space kept."""
    if node.tag == "Text":
        return "".join(child for child in node.children if isinstance(child, str))
    return "".join(_plain_text(child) for child in node.children if isinstance(child, Node))
