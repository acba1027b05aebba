"""``film.picks.toml`` read: by hand or by ``film pick`` written, whole or broken. What is wrong is told with its place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from compiler.codes import E, W
from compiler.diagnostics import Report, Span
from compiler.limits import PICKS_BYTES
from compiler.names import did_you_mean
from compiler.paths import Refusal, Refused, read_inside
from compiler.picks import FILE, Pick, Picks, Stretch, disordered, order_of, read_stretches
from compiler.syntax.source import Source, make_source

WORDS = ("shot", "take", "key", "film", "by", "when", "why", "recipe")
"""What a pick says, in the order it is written."""
_MOST_TEXT = 500
_MOST_TOLD = 5
"""Unknown words told of one pick."""
_BLOCK = re.compile(r"^[ \t]*\[\[[ \t]*pick[ \t]*\]\]", re.MULTILINE)
_DEEP = re.compile(r"""(?<![\w-])(?:["']?[\w-]+["']?[ \t]*\.[ \t]*){24}|[\[{]{24}""")
"""Keys and nesting that no pick has: reading them would cost quadratic time."""
_CONFLICT = re.compile(r"^(?:<{7}|\|{7}|={7}|>{7})(?: |$)", re.MULTILINE)
_USUAL = 'write `take = 3`, or `take = "3 1.2s..4s"`'


def read_picks(folder: Path, sources: MutableMapping[str, Source], report: Report, film: str = "") -> Picks:
    """The picks of a film's folder that are of ``film`` (a file's name; "" = all of them); none where there is no file.

    What is wrong is reported with its place in the file, which is then among ``sources``.
    """
    data = read_inside(folder, FILE, PICKS_BYTES.value)
    if isinstance(data, Refusal):
        if data.kind is not Refused.MISSING:
            remedy = data.help or "restore it from git, or remove it to begin anew"
            report(E.BAD_PICKS, None, reason=data.why, help=remedy)
        return ()
    name = str(folder / FILE)
    try:
        source = sources[name] = make_source(name, data.decode("utf-8"))
    except UnicodeDecodeError:
        report(E.BAD_PICKS, None, reason="it is not UTF-8 text", help="save it as UTF-8")
        return ()
    picks = parse_picks(source, report)
    return tuple(pick for pick in picks if not (film and pick.film and pick.film != film))


def parse_picks(source: Source, report: Report) -> Picks:
    """What a film.picks.toml says, by film and shot. An error of one pick leaves it out; of the file, all of them."""
    found = _load(source, report)
    picks: dict[tuple[str, str], Pick] = {}
    for entry in found:
        pick = entry.pick(report)
        if pick is None:
            continue
        before = picks.setdefault((pick.film, pick.key or pick.shot), pick)
        if before is not pick:
            notes = ((before.span, "first here"),) if before.span else ()
            report(E.PICKED_TWICE, pick.span, shot=pick.shot, notes=notes, help="remove one of them")
    return tuple(sorted(picks.values(), key=order_of))


@dataclass(frozen=True, slots=True)
class _Entry:
    """One ``[[pick]]``: what it says, and the stretch of the file in which it does."""

    said: Mapping[str, object]
    source: Source
    begin: int
    end: int

    def at(self, key: str) -> Span:
        """Where the value of a key stands, or the block's head."""
        match = re.compile(rf"^[ \t]*[\"']?{re.escape(key)}[\"']?[ \t]*=[ \t]*", re.MULTILINE).search(
            self.source.text, self.begin, self.end
        )
        if match is None:
            return self.head
        stop = self.source.text.find("\n", match.end(), self.end)
        line = self.source.text[match.end() : stop if stop >= 0 else self.end]
        if line.startswith("[") and "]" not in line:  # a list over several lines
            stop = self.source.text.find("]", match.end(), self.end) + 1 or self.end
            return Span(match.end(), stop, self.source.name)
        value = re.sub(r"\s+#[^\"']*$", "", line).rstrip()
        return Span(match.end(), match.end() + len(value), self.source.name)

    def key(self, key: str) -> Span:
        """Where a key itself stands."""
        match = re.compile(rf"^[ \t]*([\"']?{re.escape(key)}[\"']?)[ \t]*[=.]", re.MULTILINE).search(
            self.source.text, self.begin, self.end
        )
        return Span(match.start(1), match.end(1), self.source.name) if match else self.head

    @property
    def head(self) -> Span:
        return Span(self.begin, min(self.begin + len("[[pick]]"), self.end), self.source.name)

    @property
    def lines(self) -> Span:
        """The block without the empty lines and remarks behind it, which speak of what comes next."""
        lines = self.source.text[self.begin : self.end].split("\n")
        while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
            lines.pop()
        return Span(self.begin, self.begin + len("\n".join(lines).rstrip("\r")), self.source.name)

    def pick(self, report: Report) -> Pick | None:
        """The pick it is; ``None``, reported, when it is none."""
        for key in sorted(self.said.keys() - set(WORDS))[:_MOST_TOLD]:
            remedy = did_you_mean(key, WORDS) or "it says " + ", ".join(f"`{word}`" for word in WORDS)
            report(W.UNKNOWN_WORD, self.key(key), key=key[:40], help=remedy)
        texts: dict[str, str] = {}
        for word in WORDS:
            value = self.said.get(word, "")
            if isinstance(value, datetime | date | time):
                value = value.isoformat().replace("+00:00", "Z")
            if word == "take":
                continue
            if not isinstance(value, str):
                reason = f"`{word}` is written as text in quotes"
                report(E.BAD_PICK, self.at(word), text=_said(value), reason=reason, help=f'write `{word} = "…"`')
                return None
            texts[word] = " ".join(value.split())[:_MOST_TEXT]
        if not texts["shot"]:
            report(
                E.BAD_PICK, self.head, text="[[pick]]", reason="it does not say of which shot", help='add `shot = "…"`'
            )
            return None
        stretches = self._stretches(report)
        if stretches is None:
            return None
        return Pick(
            texts["shot"], stretches, texts["key"], texts["film"], texts["by"], texts["when"], texts["why"],
            texts["recipe"], self.head, self.at("take"), *((self.at("shot"), self.lines) if self.end else ()),
        )  # fmt: skip

    def _stretches(self, report: Report) -> tuple[Stretch, ...] | None:
        value = self.said.get("take")
        parts = value if isinstance(value, list) else [value]
        if value is None or not parts:
            remedy = did_you_mean("take", sorted(self.said.keys() - set(WORDS))) and _USUAL
            report(E.BAD_PICK, self.head, text="[[pick]]", reason="it names no take", help=remedy or _USUAL)
            return None
        if any(isinstance(part, bool) or not isinstance(part, str | int) for part in parts):
            report(E.BAD_PICK, self.at("take"), text=_said(value), reason="it is no take", help=_USUAL)
            return None
        found = read_stretches(", ".join(map(_said, parts)))
        if isinstance(found, str):
            report(E.BAD_PICK, self.at("take"), text=_said(value), reason=found, help=_USUAL)
            return None
        wrong = disordered(found)
        if wrong is not None:
            report(
                E.PICK_ORDER, self.at("take"), text=str(wrong[0]), other=str(wrong[1]),
                help="give the stretches in the order of the shot's time, each beginning where the last one ends or later",
            )  # fmt: skip
            return None
        return found


def _load(source: Source, report: Report) -> list[_Entry]:
    """The blocks of a file; what is wrong with it as a whole is reported."""
    text = source.text
    if conflict := _CONFLICT.search(text):
        span = Span(conflict.start(), conflict.end(), source.name)
        remedy = "keep one side of each conflict, and remove the marks"
        report(E.BAD_PICKS, span, reason="it holds a merge that was not finished", help=remedy)
        return []
    if deep := _DEEP.search(text):
        report(
            E.BAD_PICKS, Span(deep.start(), deep.start() + 20, source.name), reason="it is nested too deeply",
            help="a pick is a plain list of words and values",
        )  # fmt: skip
        return []
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        report(E.BAD_PICKS, _told_place(str(error), source), reason=_plain(str(error)), help=_USUAL)
        return []
    except (ValueError, RecursionError) as error:
        what = "it is nested too deeply" if isinstance(error, RecursionError) else "a number or a time in it cannot be"
        report(E.BAD_PICKS, Span(0, 0, source.name), reason=what, help=_USUAL)
        return []
    entries = data.pop("pick", [])
    for key in list(data)[:_MOST_TOLD]:
        match = re.search(rf"^[ \t]*\[*[ \t]*({re.escape(key)})", text, re.MULTILINE)
        span = Span(match.start(1), match.end(1), source.name) if match else Span(0, 0, source.name)
        report(W.UNKNOWN_WORD, span, key=key[:40], help="each pick begins with a line `[[pick]]`")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        match = re.search(r"^[ \t]*\[?[ \t]*(pick)", text, re.MULTILINE)
        span = Span(match.start(1), match.end(1), source.name) if match else Span(0, 0, source.name)
        report(E.BAD_PICKS, span, reason="`pick` is no list of picks", help="begin each pick with a line `[[pick]]`")
        return []
    if not entries:
        return []
    starts = [match.start() + len(match[0]) - len(match[0].lstrip()) for match in _BLOCK.finditer(text)]
    if len(starts) != len(entries):  # written as a list of tables in one: places are then the file's
        return [_Entry(entry, source, 0, 0) for entry in entries]
    ends = [*starts[1:], len(text)]
    return [_Entry(entry, source, a, b) for entry, a, b in zip(entries, starts, ends, strict=True)]


def _said(value: object) -> str:
    """A value as it may be quoted back."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < 10**12 else "a very long number"
    return value[:80] if isinstance(value, str) else str(value)[:80]


def _plain(message: str) -> str:
    """A TOML error without the place that is shown anyway, as the end of a sentence."""
    text = re.sub(r"\s*\(at .*\)$", "", message)
    return text[:1].lower() + text[1:120]


def _told_place(message: str, source: Source) -> Span:
    """The place a TOML error speaks of: ``… (at line 3, column 8)``."""
    match = re.search(r"at line (\d{1,7}), column (\d{1,7})", message)
    if not match or int(match[1]) > len(source.starts):
        return Span(len(source.text), len(source.text), source.name)
    at = min(source.starts[int(match[1]) - 1] + int(match[2]) - 1, len(source.text))
    return Span(at, at, source.name)
