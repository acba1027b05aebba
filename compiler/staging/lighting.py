"""``light`` directives on the clock: which lights of the place change, to what, when, and over how long."""

from __future__ import annotations

from fractions import Fraction

from compiler.codes import W
from compiler.diagnostics import Report
from compiler.meaning.film import LightChange
from compiler.meaning.units import linear
from compiler.staging.blocking import Dimmed, Stage
from compiler.staging.cues import Span, begin_of, end_of
from compiler.staging.model import Rgb
from compiler.staging.timing import Clock

_SWITCH = Fraction(1, 12)
"""Seconds a switched lamp takes: two frames, or it looks like a cut."""
_DYING = Fraction(6, 5)
"""How long a light that flickers out flickers, when nobody says."""
_FLICKER = 1.0


def change_lights(clock: Clock, stage: Stage, span: Span, report: Report) -> None:
    """Put the light changes of a scene that has been played among its cues, in the order they were written."""
    for noise in clock.noises:
        change = noise.item
        if not isinstance(change, LightChange):
            continue
        names = stage.placed.lights(change.what) if change.what else tuple(x.name for x in stage.placed.spec.lights)
        if not names:
            known = ", ".join(sorted({light.name for light in stage.placed.spec.lights}))
            report(W.NO_SUCH_LIGHT, change.span, what=change.what, help=f"this place has {known}" if known else "")
            continue
        start = begin_of(noise, clock, span, report)
        until = end_of(noise, clock, span, start)
        for name in names:
            stage.lights += _cues(stage, name, change, start, until)


def _cues(stage: Stage, name: str, change: LightChange, start: Fraction, until: Fraction | None) -> list[Dimmed]:
    colour = linear_light(change.colour) if change.colour else None
    before = level_at(stage, name, start)
    if change.flicker:
        lasts = change.seconds or ((until - start) if until is not None else _DYING if change.level == 0 else None)
        level = before or 1.0
        begun = [Dimmed(name, start, start + _SWITCH, level, colour, _FLICKER)]
        if lasts is None:
            return begun
        after = before if change.level is None else change.level
        return [*begun, Dimmed(name, start + lasts, start + lasts + _SWITCH, after, None, 0.0)]
    level = before if change.level is None else change.level
    end = start + max(change.seconds, _SWITCH)
    cues = [Dimmed(name, start, end, level, colour)]
    if until is not None and until > end:
        cues.append(Dimmed(name, until, until + max(change.seconds, _SWITCH), before))
    return cues


def level_at(stage: Stage, name: str, t: Fraction) -> float:
    """How bright a light burns at ``t``, against its own intensity."""
    level = 1.0
    for cue in sorted((c for c in stage.lights if c.light == name and c.start < t), key=lambda c: c.start):
        level = cue.level
    return level


def linear_light(code: str) -> Rgb:
    """The colour of a light of ``#rrggbb``, as bright as white light of the same strength."""
    r, g, b = (max(part, 0.004) for part in linear(code))
    strength = 0.2126 * r + 0.7152 * g + 0.0722 * b
    # A saturated gel takes light away; only half of that is made good.
    gain = (0.6 / strength) ** 0.5 if strength < 0.6 else 1.0
    return (round(min(r * gain, 2.0), 4), round(min(g * gain, 2.0), 4), round(min(b * gain, 2.0), 4))
