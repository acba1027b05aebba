"""Settings of the whole film: the title page over film.toml over the usual ones, and where each was said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from compiler.codes import E, W
from compiler.diagnostics import Report, Span
from compiler.limits import LARGEST_SIDE, SMALLEST_SIDE
from compiler.meaning import film as f
from compiler.meaning.text import plain
from compiler.meaning.units import whole
from compiler.syntax import nodes as n
from compiler.timebase import FrameRate

SETTINGS = ("title", "author", "format", "look", "seed")
"""Keys of the title page, and of film.toml, that mean something; any other is kept as it is."""
_SIZE = re.compile(r"(\d{1,6})\s*[x×X]\s*(\d{1,6})")
_RATE = re.compile(r"(\d{1,4}(?:\.\d{1,3})?|\d{1,6}/\d{1,5})\s*fps", re.IGNORECASE)
_NAMED_SIZES = {
    "480p": (854, 480), "540p": (960, 540), "720p": (1280, 720), "1080p": (1920, 1080), "hd": (1920, 1080),
    "2k": (2048, 1080), "1440p": (2560, 1440), "uhd": (3840, 2160), "4k": (4096, 2160),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Setting:
    """A value of film.toml or the command line, and where it stands."""

    text: str
    span: Span | None = None


def film_settings(page: n.TitlePage | None, project: Mapping[str, Setting], report: Report) -> f.Film:
    """An empty film with its title, author, format, look and seed; wrong values are reported and left out."""
    film = f.Film(title_page=tuple((key, text.text) for key, text in page.entries) if page else ())
    said: dict[str, Span] = {}
    for key, setting in project.items():
        film = _set(film, key, n.Text(setting.text, setting.span or f.NOWHERE), report)
        if setting.span is not None:
            said[key] = setting.span
    first: dict[str, Span] = {}
    for name, text in page.entries if page else ():
        key = {"authors": "author", "written by": "author"}.get(name.lower(), name.lower())
        if key not in SETTINGS:
            continue
        if key in first:
            notes = ((first[key], "first here"),)
            report(W.NOT_READ, text.span, key=name, reason="it is there already", notes=notes, help="say it once")
            continue
        first[key] = text.span
        film = _set(film, key, text, report)
        said[key] = text.span
    return replace(film, said=tuple(said.items()))


def _set(film: f.Film, key: str, text: n.Text, report: Report) -> f.Film:
    match key:
        case "title":
            title = plain(text.text)
            return replace(film, title=title or film.title)
        case "author":
            return replace(film, author=plain(text.text))
        case "look":
            return replace(film, look=text.text.strip())
        case "seed":
            seed = whole(text.text)
            if seed is None:
                help_text = "a whole number of up to nine digits"
                report(E.BAD_VALUE, text.span, text=text.text, expected="seed", help=help_text)
                return film
            return replace(film, seed=seed)
        case "format":
            return _format(film, text, report)
    return film


def _format(film: f.Film, text: n.Text, report: Report) -> f.Film:
    if not any(c.isdigit() for c in text.text) and text.text.strip().lower() not in _NAMED_SIZES:
        help_text = "a film's format is `Format: 960x402, 24 fps`"
        report(W.NOT_READ, text.span, key="Format", reason="it names no size and no rate", help=help_text)
        return film
    size, rate = _SIZE.search(text.text), _RATE.search(text.text)
    rest = _SIZE.sub("", _RATE.sub("", text.text, count=1), count=1).strip(" ,")
    named = _NAMED_SIZES.get(rest.lower())
    if rest and not named:
        help_text = "write `Format: 960x402, 24 fps`"
        report(E.BAD_VALUE, text.span, text=text.text, expected="format", help=help_text)
    if size or named:
        width, height = (int(size[1]), int(size[2])) if size else named or film.size
        low, high = SMALLEST_SIDE.value, LARGEST_SIDE.value
        if width % 2 or height % 2 or not (low <= width <= high and low <= height <= high):
            reason = f"both sides are even and between {low} and {high}"
            help_text = "960x402 is a wide screen"
            shown = size[0] if size else rest
            report(E.OUT_OF_RANGE, text.span, what="the frame size", text=shown, reason=reason, help=help_text)
        else:
            film = replace(film, size=(width, height))
    if rate:
        try:
            film = replace(film, rate=FrameRate.parse(rate[1]))
        except (ValueError, ZeroDivisionError):
            reason = "a frame rate lies between 1 and 240"
            report(E.OUT_OF_RANGE, text.span, what="the frame rate", text=rate[0], reason=reason, help="24 fps is film")
    return film
