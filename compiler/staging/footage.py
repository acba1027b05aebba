"""Where a shot's picture comes from when it is not staged: a still under a move, live action, two shots in one frame.

What stands here is known without looking into any file but for a plate's length, which is a fact.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from compiler.codes import E, W
from compiler.diagnostics import Report
from compiler.meaning.film import Composite, Film, Move, MoveKind, Plate, PlateSource, Shot, Speed, Still
from compiler.staging.coverage import Setup
from compiler.staging.model import Framing, PictureTime, PlatePicture, StillPicture
from compiler.staging.space import r4

Lengths = Callable[[str], Fraction | None]
"""Seconds of a media file of the project; ``None`` while nobody has measured it."""

STILL_SECONDS = Fraction(4)
"""How long a still stands over which nothing is said."""
PLATE_SECONDS = Fraction(4)
"""What a plate is taken to last until it has been measured."""
_KEYS = ("green", "blue", "auto")
_CLOSER = {Speed.SLOW: 1.14, Speed.NORMAL: 1.24, Speed.FAST: 1.42}
_ACROSS = {Speed.SLOW: 0.3, Speed.NORMAL: 0.42, Speed.FAST: 0.5}
"""Half of the way a pan goes, of all the way there is."""
_ROOM = 1.16
"""How close a still is shown so that there is somewhere to pan to."""
_IN = (MoveKind.PUSH_IN, MoveKind.DOLLY, MoveKind.ZOOM)
_SIDEWAYS = (MoveKind.PAN, MoveKind.TRUCK, MoveKind.ORBIT, MoveKind.FOLLOW)
_UPRIGHT = (MoveKind.TILT, MoveKind.CRANE)


def no_lengths(_path: str) -> Fraction | None:
    """Nothing has been measured."""
    return None


def remembering(lengths: Lengths, measured: dict[str, Fraction | None]) -> Lengths:
    """The same lengths, with every answer noted."""

    def asked(path: str) -> Fraction | None:
        measured[path] = lengths(path)
        return measured[path]

    return asked


def time_by_source(setups: list[Setup], film: Film, lengths: Lengths) -> None:
    """Give stills and plates that say no length the one they have."""
    plates = {plate.name: plate for plate in film.plates}
    for setup in setups:
        shot = setup.shot
        if shot.seconds is not None:
            continue
        match shot.source:
            case Still() if not setup.items:
                setup.shot = replace(shot, seconds=STILL_SECONDS)
            case PlateSource() if shot.source.plate in plates:
                _, long, _ = plate_span(shot.source, plates[shot.source.plate], lengths)
                setup.shot = replace(shot, seconds=long / (shot.speed or 1))
            case _:
                pass


def plate_span(source: PlateSource, plate: Plate, lengths: Lengths) -> tuple[Fraction, Fraction, bool]:
    """(first second of the file, seconds used, whether that is certain)."""
    begin = source.begin if source.begin is not None else plate.begin or Fraction(0)
    end = source.end if source.end is not None else plate.end
    if end is not None:
        return begin, max(end - begin, Fraction(1, 24)), True
    whole = lengths(plate.file)
    if whole is None:
        return begin, PLATE_SECONDS, False
    return begin, max(whole - begin, Fraction(1, 24)), True


def picture_time(shot: Shot) -> PictureTime:
    return PictureTime(shot.speed if shot.speed > 0 else Fraction(1), shot.freeze, shot.reverse)


def still_picture(shot: Shot, first: float, last: float) -> StillPicture | None:
    """The still of a shot, moved between seconds ``first`` and ``last`` as its camera words say; ``None`` if it has none."""
    if not isinstance(shot.source, Still):
        return None
    return StillPicture(shot.source.file, framings(shot.moves, shot.moves_then, first, last))


def framings(moves: tuple[Move, ...], then: bool, first: float, last: float) -> tuple[Framing, ...]:
    """The rostrum camera's keys: one alone when nothing moves."""
    legs = [_leg(move) for move in moves]
    legs = [leg for leg in legs if leg != _Leg()]
    if not legs:
        return (Framing(0.0),)
    close = max([_ROOM if any(leg.x or leg.y for leg in legs) else 1.0])
    # Everything is laid out about the middle, so that a move ends as far beyond it as it began before.
    x = 0.5 - sum(leg.x for leg in legs) / 2
    y = 0.5 - sum(leg.y for leg in legs) / 2
    scale = close * (1.0 if sum(leg.scale for leg in legs) >= 0 else _product(legs))
    begin = next((float(m.start) for m in moves if m.start is not None), first)
    end = next((float(m.end) for m in moves if m.end is not None), last)
    keys = [Framing(r4(begin), r4(x), r4(y), r4(scale))]
    groups = [[leg] for leg in legs] if then else [legs]
    for number, group in enumerate(groups, 1):
        x, y = x + sum(leg.x for leg in group), y + sum(leg.y for leg in group)
        for leg in group:
            scale = scale * leg.factor if leg.scale > 0 else scale / leg.factor
        keys.append(Framing(r4(begin + (end - begin) * number / len(groups)), r4(x), r4(y), r4(max(scale, 1.0))))
    return tuple(keys)


def plate_picture(shot: Shot, plates: Mapping[str, Plate], lengths: Lengths) -> tuple[PlatePicture | None, bool]:
    """The live action of a shot, and whether its length is certain; ``None`` if it has none."""
    source = shot.source
    if not isinstance(source, PlateSource) or source.plate not in plates:
        return None, True
    plate = plates[source.plate]
    begin, _, certain = plate_span(source, plate, lengths)
    end = source.end if source.end is not None else plate.end
    key = plate.key.lower()
    if key and key not in _KEYS:
        return PlatePicture(plate.file, begin, end, "matte", plate.key), certain
    return PlatePicture(plate.file, begin, end, key), certain


def check_plate(shot: Shot, plates: Mapping[str, Plate], lengths: Lengths, seconds: Fraction, report: Report) -> None:
    """Warn of a plate that is over before its shot is."""
    source = shot.source
    if not isinstance(source, PlateSource) or source.plate not in plates or shot.freeze:
        return
    plate = plates[source.plate]
    begin, long, _ = plate_span(source, plate, lengths)
    whole = lengths(plate.file)
    there = long if whole is None else min(long, whole - begin)
    over = seconds * shot.speed - there
    if over > Fraction(1, 10):
        remedy = f"make the shot {float(there / shot.speed):.1f}s or shorter"
        report(W.PLATE_TOO_SHORT, shot.span, plate=plate.name, over=f"{float(over):.1f}", help=remedy)


def panel_boxes(kind: str, size: tuple[int, int]) -> tuple[tuple[int, int, int, int], tuple[int, int, int, int]]:
    """Where the two pictures of a split or an inset lie: x, y, width, height; widths and heights are even."""
    width, height = size
    if kind == "inset":
        w, h = _even(width * 0.3), _even(height * 0.3)
        return (0, 0, width, height), (width - w - round(width * 0.05), height - h - round(height * 0.07), w, h)
    gutter = _even(max(width / 240, 2))
    left = _even((width - gutter) / 2)
    right = _even(width - gutter - left)
    return (0, 0, left, height), (width - right, 0, right, height)


def panel_shots(shot: Shot, named: Mapping[str, Shot], report: Report) -> tuple[Shot, ...]:
    """The two shots of a split or an inset, the back one first; none when the shot is no such thing."""
    if not isinstance(shot.source, Composite):
        return ()
    found = [named[name] for name in shot.source.shots if name in named]
    for other in found:
        if isinstance(other.source, Composite):
            report(E.NESTED_PICTURES, shot.span, name=other.name, kind=other.source.kind, help="name its shots instead")
            return ()
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Leg:
    """What one camera word does to a still: a way across it, and closer (positive ``scale``) or further by ``factor``."""

    x: float = 0.0
    y: float = 0.0
    scale: int = 0
    factor: float = 1.0


def _leg(move: Move) -> _Leg:
    way = _ACROSS[move.speed] * 2
    match move.kind:
        case MoveKind.PULL_OUT:
            return _Leg(scale=-1, factor=_CLOSER[move.speed])
        case kind if kind in _IN:
            return _Leg(scale=-1 if move.direction in ("out", "back", "backwards") else 1, factor=_CLOSER[move.speed])
        case kind if kind in _SIDEWAYS:
            return _Leg(x=-way if move.direction == "left" else way)
        case kind if kind in _UPRIGHT:
            return _Leg(y=way if move.direction == "down" else -way)
    return _Leg()


def _product(legs: list[_Leg]) -> float:
    product = 1.0
    for leg in legs:
        product = product * leg.factor if leg.scale < 0 else product / leg.factor if leg.scale > 0 else product
    return max(product, 1.0)


def _even(value: float) -> int:
    return max(2, int(value) // 2 * 2)
