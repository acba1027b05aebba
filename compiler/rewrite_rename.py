"""``film rename``: one entity's name everywhere it is meant: cues, possessives, prose in its case styles, directives, properties.

The entity stays itself: its declaration keeps the old name as ``seed:`` (a shot, as ``key:``). Words that are spoken,
shown or heard are not names and stay, unless the speeches are asked for; files and quoted words stay always.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from compiler.codes import E
from compiler.diagnostics import Edit, Report, Span
from compiler.identity import is_name
from compiler.meaning.headings import read_heading
from compiler.names import did_you_mean
from compiler.naming import Hand, loose
from compiler.rewrite import NOTHING, Rewrite, insert, line_ending
from compiler.rewrite_cast import can_be_declared, declare
from compiler.syntax import nodes as n
from compiler.syntax.parser import parse
from compiler.syntax.source import Source

_DECLARE = ("character", "group", "location", "prop", "plate")
_SHOT_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_LABEL = re.compile(r"\s*([^\s:,]+):(?=\s|$)")
_STRING = re.compile(r'"[^"\r\n]*"')
_KEPT = frozenset(
    "seed key reference lora adapter lut file consent licence license transcript mask control performance".split()
)
"""Properties whose values are identities and files, not names."""
_SHOWN = re.compile(r"\s*(?:SUPER|TITLE|CHYRON)\s*:", re.IGNORECASE)
_NAMES_SHOTS = re.compile(
    r"(?:^|[\s,])(?:as|match|matches|split|inset|and|in)\s+([a-z][a-z0-9]*(?:-[a-z0-9]+)*)(?=[\s,]|$)"
)


def rename(
    sources: Mapping[str, Source],
    main: str,
    old: str,
    new: str,
    report: Report,
    *,
    spoken: bool = False,
    who: Sequence[str] = (),
) -> Rewrite:
    """Edits of every source of the film's own. Reports and returns nothing when the names cannot change places.

    ``sources`` are by name, ``main`` names the one that declarations go to; ``spoken`` renames in what people say, too,
    which changes their recordings. ``who`` are lines that say who somebody is whom nothing declares.
    """
    trees = {name: _parsed(source) for name, source in sources.items() if _own(name)}
    known = _Known.of(trees)
    kind = known.kind(old)
    if not kind:
        near = did_you_mean(old, [*known.entities.values(), *known.shots])
        report(E.RENAME_UNKNOWN, None, name=old, help=near or "`film show` lists what a film has")
        return NOTHING
    old = old if kind == "shot" else known.entities[old.casefold()]
    if not _usable(new, old, kind, known, report):
        return NOTHING
    hand = Hand(old, new, kind, known.longer(old), spoken)
    edits: dict[str, tuple[Edit, ...]] = {}
    declared = False
    for name, tree in trees.items():
        work = _Work(sources[name], hand)
        for element in tree.elements:
            work.element(element)
        declared = declared or work.declared
        edits[name] = tuple(work.edits.values())
    if not declared and kind in ("character", "location"):
        edits[main] += tuple(declare(sources[main], kind, [(new, [*who, f"seed: {old}"])]))
    count = sum(edit.span.end > edit.span.start for found in edits.values() for edit in found)
    return Rewrite(edits, f"{old} is {new} now, in {count} place{'s' if count != 1 else ''}")


@dataclass(slots=True)
class _Known:
    """Every name of the film's own sources: entities by folded name, and shots."""

    entities: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    shots: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, trees: Mapping[str, n.Screenplay]) -> _Known:
        known = cls()
        for tree in trees.values():
            for element in tree.elements:
                match element:
                    case n.Directive(keyword="shot"):
                        if label := _LABEL.match(element.head.text):
                            known.shots.add(label[1])
                    case n.Directive() if element.keyword in _DECLARE:
                        known.add(_name_of(element), element.keyword)
                    case n.Heading():
                        known.add(read_heading(element).name, "location", weak=True)
                    case n.Dialogue():
                        known.add(element.name, "character", weak=True)
                        for part in element.parts:
                            if isinstance(part, n.Directive) and (label := _LABEL.match(part.head.text)):
                                known.shots.add(label[1])
        return known

    def add(self, name: str, kind: str, *, weak: bool = False) -> None:
        folded = name.casefold()
        if name and not (weak and folded in self.entities):
            self.entities[folded] = name
            self.kinds[folded] = kind

    def kind(self, name: str) -> str:
        return self.kinds.get(name.casefold(), "") or ("shot" if name in self.shots else "")

    def longer(self, name: str) -> tuple[str, ...]:
        """Other entities whose name holds this one as a word: they are not meant."""
        words = name.casefold().split()
        return tuple(
            other
            for folded, other in self.entities.items()
            if folded != name.casefold() and set(words) <= set(folded.split())
        )


@dataclass(slots=True)
class _Work:
    """One source being rewritten; edits by place, so that nothing is edited twice."""

    source: Source
    hand: Hand
    edits: dict[Span, Edit] = field(default_factory=dict)
    declared: bool = False

    def element(self, element: n.Element) -> None:
        if self.hand.kind == "shot":
            directives = [element] if isinstance(element, n.Directive) else []
            if isinstance(element, n.Dialogue):
                directives = [part for part in element.parts if isinstance(part, n.Directive)]
            for directive in directives:
                self._shot_name(directive)
            return
        match element:
            case n.Action():
                if not _SHOWN.match(element.lines[0].text if element.lines else ""):
                    self._prose(line.span for line in element.lines)
            case n.Dialogue():
                self._speech(element)
            case n.Directive():
                self._directive(element)
            case n.Comment() | n.Synopsis():
                self._prose([element.span])
            case n.Heading() if self.hand.kind == "location":
                self._heading(element)

    def _heading(self, heading: n.Heading) -> None:
        """The place in a heading, or the part of one: it begins the heading or follows a dash, and so it ends."""
        dash = r"\s*[-–—]+\s*"
        name = dash.join(loose(part) for part in self.hand.old.split(" - "))
        text = self._text(heading.span)
        for match in re.finditer(rf"(?:^|[.\s/:]|[-–—]\s*)({name})(?=\s*(?:[-–—(#]|$))", text, re.IGNORECASE):
            parts = read_heading(heading).parts
            if self.hand.old.upper() in {
                " - ".join(parts[a:b]) for a in range(len(parts)) for b in range(a + 1, len(parts) + 1)
            }:
                at = heading.span.start
                self._put(Edit(Span(at + match.start(1), at + match.end(1), self.source.name), self.hand.new))

    def _speech(self, speech: n.Dialogue) -> None:
        if speech.name.casefold() == self.hand.old.casefold() and self.hand.kind != "location":
            self._put(
                *self.hand.edits(self._text(speech.name_span), speech.name_span.start, self.source.name, prose=False)
            )
        for part in speech.parts:
            match part:
                case n.Directive():
                    self._directive(part)
                case n.Parenthetical():
                    self._prose([part.span])
                case n.SpeechLine() if self.hand.spoken:
                    self._prose([part.span])

    def _directive(self, directive: n.Directive) -> None:
        mine = directive.keyword in _DECLARE and _name_of(directive).casefold() == self.hand.old.casefold()
        self._values(directive.head)
        for text in directive.description:
            self._values(text)
        for item in directive.properties:
            self._put(*self.hand.edits(self._text(item.key_span), item.key_span.start, self.source.name, prose=False))
            if item.key not in _KEPT:
                for line in item.lines or (item.value,):
                    self._values(line)
        if mine:
            self.declared = True
            if keep := _kept_as(directive):
                self._property(directive, f"{keep}: {self.hand.old}")

    def _shot_name(self, directive: n.Directive) -> None:
        if directive.keyword != "shot":
            return
        start, text = directive.head.span.start, self._text(directive.head.span)
        label = _LABEL.match(text)
        if label and label[1] == self.hand.old:
            self._put(Edit(Span(start + label.start(1), start + label.end(1), self.source.name), self.hand.new))
            if not any(item.key == "key" for item in directive.properties):
                self._property(directive, f"key: {self.hand.old}")
        for match in _NAMES_SHOTS.finditer(text, label.end() if label else 0):
            if match[1] == self.hand.old:
                self._put(Edit(Span(start + match.start(1), start + match.end(1), self.source.name), self.hand.new))

    def _property(self, directive: n.Directive, line: str) -> None:
        at = directive.span.end - 2 if directive.note else directive.span.end
        self._put(insert(at, f"{line_ending(self.source)}    {line}", self.source.name))

    def _values(self, text: n.Text) -> None:
        """A directive's text but for what stands in quotes."""
        at, raw = text.span.start, self._text(text.span)
        position = 0
        for match in (*_STRING.finditer(raw), None):
            end = match.start() if match else len(raw)
            self._put(*self.hand.edits(raw[position:end], at + position, self.source.name, prose=False))
            position = match.end() if match else end

    def _prose(self, spans: Iterable[Span]) -> None:
        spans = list(spans)
        if spans:
            whole = spans[0].join(spans[-1])
            self._put(*self.hand.edits(self._text(whole), whole.start, self.source.name, prose=True))

    def _text(self, span: Span) -> str:
        return self.source.text[span.start : span.end]

    def _put(self, *edits: Edit) -> None:
        for edit in edits:
            self.edits.setdefault(edit.span, edit)


def _kept_as(directive: n.Directive) -> str:
    """The property a declaration keeps its old name in; "" when it says already what it was called at first.

    A seed that is written as names are is that name; whoever extends another has the other's.
    """
    said = {item.key: item.value.text for item in directive.properties}
    extends = "extends" in said or re.search(r",\s*extends\s", directive.head.text) is not None
    if directive.keyword == "plate" or "was" in said:
        return ""
    if "seed" not in said and not extends:
        return "seed"
    if directive.keyword not in ("character", "location"):
        return ""
    return "was" if extends or not is_name(said["seed"]) else ""


def _usable(new: str, old: str, kind: str, known: _Known, report: Report) -> bool:
    if kind == "shot":
        if not _SHOT_NAME.fullmatch(new):
            report(
                E.RENAME_BAD, None, name=new, reason="a shot's name is one kebab-case word", help="write `last-look`"
            )
            return False
    elif not can_be_declared(new) and not (old != old.upper() and can_be_declared(new.upper())):
        mark = next((c for c in ',:"[]()*/\\#' if c in new), "")
        reason = f"it holds `{mark}`" if mark else "names are written in capitals"
        report(
            E.RENAME_BAD, None, name=new, reason=reason, help=f"write `{new.upper().replace(mark or ' ', ' ').strip()}`"
        )
        return False
    if new == old:
        report(E.RENAME_BAD, None, name=new, reason="it is the old one", help="choose another")
        return False
    what = known.kind(new) or ("shot" if new in known.shots else "")
    if what and new.casefold() != old.casefold():
        report(E.RENAME_CLASH, None, name=new, what=f"a {what}", help="choose a name that nobody has")
        return False
    return True


def _parsed(source: Source) -> n.Screenplay:
    return parse(source, Report(), bare_directives=not source.name.lower().endswith(".fountain"))


def _own(name: str) -> bool:
    return not name.startswith("stdlib:") and not name.endswith(".toml")


def _name_of(directive: n.Directive) -> str:
    return " ".join(re.split(r"[,:]", directive.head.text, maxsplit=1)[0].split())
