"""What one shot needs to know of a scene: each body's stance and acts, and the lights' cues, in seconds of the shot.

Whatever ended long before the shot is told as ended just before it, so that a picture depends on what it shows only.
"""

from __future__ import annotations

from fractions import Fraction

from compiler.staging.blocking import HELD, LONG_AGO, Body, Stage
from compiler.staging.history import FOREVER, Did
from compiler.staging.model import Act, ActKind, Actor, LightCue, Stance
from compiler.staging.space import apart, floated, r4


def actor_in_shot(
    stage: Stage, body: Body, start: Fraction, end: Fraction, lines: dict[int, int], speaks: bool
) -> Actor:
    """What a shot over [start, end) on the scene's clock needs to know of a body, in seconds from ``start``."""
    near = body.did.seen(float(start - LONG_AGO) + 1e-9, float(end) + 1e-9)
    acts = [a for d in near if (a := _local(d, start, end, lines, speaks)) is not None]
    acts = _last_held(acts)
    acts.sort(key=lambda a: (a.start, a.end, a.kind.value, a.style))
    return Actor(body.person, _before(body, start - LONG_AGO), tuple(acts), True, r4(body.ghost))


def _before(body: Body, moment: Fraction) -> Stance:
    """The stance left by the last thing settled of all that was over by a moment."""
    moves = body.did.moves
    first, last = moves.around(float(moment) - 1e-6, float(moment) + 1e-6)
    for did in reversed(moves.items[first:last]):
        if did.after is not None and did.end <= moment:
            return did.after
    return (moves.items[first - 1].after if first else None) or body.start


def _local(d: Did, start: Fraction, end: Fraction, lines: dict[int, int], speaks: bool) -> Act | None:
    """One act in shot time, or ``None`` when it cannot be seen there."""
    if d.begin >= floated(end):
        return None
    act = d.act
    if act.kind is ActKind.SPEAK:
        if d.finish <= floated(start) or not speaks or d.speech not in lines:
            return None
        return _timed(act, _rel(d.start, start), _rel(d.end, start), line=lines[d.speech])
    until = d.end if d.until is None else d.until
    if d.after is not None:
        until = max(until, d.end + LONG_AGO)
    held = act.kind in HELD and act.value == 0.0
    if held and until != FOREVER:
        until += Fraction(1)  # the hand's way back
    if until <= start:
        return None
    first, last = d.start, d.end
    if last < start - LONG_AGO:
        first, last = start - LONG_AGO - Fraction(1, 2), start - LONG_AGO
    begins, ends = _rel(first, start), _rel(last, start)
    if act.kind is ActKind.CLOSE_EYES and d.until is not None:
        ends = _rel(min(d.until, end + 2), start)
    if held and d.until is not None and d.until < end:
        # A hand that lets go after the shot is told as one that stays: what comes later changes no picture.
        return _timed(act, begins, ends, value=r4(max(0.05, float(d.until - last))))
    if act.kind is ActKind.REACH and not held and last < start:
        begins, ends = _rel(d.start, start), _rel(d.end, start)
    return _timed(act, begins, ends)


def _timed(act: Act, start: float, end: float, *, value: float | None = None, line: int = -1) -> Act:
    """An act at its time; written out, since ``replace`` takes three times as long and every act of every shot comes here."""
    kept = act.value if value is None else value
    return Act(
        act.kind, start, end, act.path, act.yaw, act.target, act.at, act.hand, act.style, kept, act.speed, line
    )  # fmt: skip


def cues_in_shot(stage: Stage, start: Fraction, end: Fraction) -> tuple[LightCue, ...]:
    """Light cues of a shot; a cue long past is told as the level, colour and flicker it left."""
    found: list[LightCue] = []
    settled: dict[str, LightCue] = {}
    for cue in sorted(stage.lights, key=lambda c: (c.start, c.light)):
        if cue.start >= end:
            continue
        if cue.end <= start - LONG_AGO:
            was = settled.get(cue.light, LightCue(cue.light, -2.0, -1.5, 1.0))
            colour = was.colour if cue.colour is None else cue.colour
            flicker = was.flicker if cue.flicker is None else r4(cue.flicker)
            settled[cue.light] = LightCue(cue.light, -2.0, -1.5, r4(cue.level), colour, flicker)
        else:
            flicker = None if cue.flicker is None else r4(cue.flicker)
            begin, last = _rel(cue.start, start), _rel(cue.end, start)
            found.append(LightCue(cue.light, begin, last, r4(cue.level), cue.colour, flicker))
    return (*(settled[name] for name in sorted(settled)), *found)


def _last_held(acts: list[Act]) -> list[Act]:
    """Of looks and emotions over before the shot only the last one counts, and of hands the last reach."""
    kept: list[Act] = []
    for kind in (ActKind.LOOK, ActKind.EMOTE):
        past = [a for a in acts if a.kind is kind and a.end <= -float(LONG_AGO)]
        ordered = sorted(past, key=lambda a: a.end)
        kept += ordered[-1:]
    others = [a for a in acts if not (a.kind in (ActKind.LOOK, ActKind.EMOTE) and a.end <= -float(LONG_AGO))]
    return kept + others


def _rel(t: Fraction, start: Fraction) -> float:
    return r4(apart(start, t))
