"""How the camera moves: kinds, directions, amounts, speeds, what it follows or rides, and when it starts and ends."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from compiler.codes import E
from compiler.diagnostics import Span
from compiler.meaning import film as f
from compiler.meaning import vocabulary as v
from compiler.meaning.shot_slots import Draft, span_of
from compiler.meaning.units import angle, duration, found, length, number, time_range
from compiler.syntax.phrases import PhraseNode, Word

_MOST_M, _MOST_DEG = 200.0, 1080.0


def moves(phrase: PhraseNode, draft: Draft) -> bool:
    """``A``, ``A and B`` (together) or ``A then B`` (one after the other); false when the phrase is no move at all."""
    words = phrase.words
    joints = [i for i, w in enumerate(words) if w.text.lower() in ("and", "then", "while")]
    pieces: list[tuple[Word, ...]] = []
    start = 0
    for joint in (*joints, len(words)):
        pieces.append(words[start:joint])
        start = joint + 1
    if not all(pieces) or not begins_move(pieces[0]):
        return False
    joined = {words[i].text.lower() for i in joints}
    if len(joined) > 1:
        help_text = "use `and` or `then` throughout; a second shot can begin where the order changes"
        draft.report(E.CONTRADICTION, phrase.span, text="then", other="and", help=help_text)
        return True
    made = [_move(piece, draft) for piece in pieces]
    if any(move is None for move in made):
        bad = pieces[made.index(None)]
        help_text = "a move is a kind, a direction, an amount and a speed: `dolly in 1.5m slowly`"
        draft.report(
            E.UNKNOWN_PHRASE, span_of(bad), text=PhraseNode(bad, span_of(bad)).text, keyword="shot", help=help_text
        )
        return True
    kinds = [move.kind for move in made if move is not None]
    if f.MoveKind.STATIC in kinds and len(kinds) > 1 and "then" not in joined:
        draft.report(E.CONTRADICTION, phrase.span, text="static", other="a move", help="leave one of them out")
        return True
    if draft.put(phrase, "moves", tuple(made)):
        draft.values["moves_then"] = "then" in joined
    return True


def begins_move(words: tuple[Word, ...]) -> bool:
    """Whether words begin as a move does (a speed may come first)."""
    texts = [w.text.lower() for w in words if w.text.lower() not in v.SPEEDS]
    if len(texts) > 1 and texts[0] in ("whip", "swish"):
        del texts[0]
    if not texts:
        return False
    first, two = texts[0], " ".join(texts[:2])
    return (
        first in ("follow", "following", "mounted", "track", "arc", "boom", "pedestal", "tracking")
        or first in v.MOVES
        or two in v.MOVES
    )


def _move(words: tuple[Word, ...], draft: Draft) -> f.Move | None:
    if words[0].text.lower() == "zoom" and (ends := [w for w in words if w.text.lower().endswith("mm")]):
        return _zoom_of_lenses(words, ends, draft)
    made = f.Move(f.MoveKind.STATIC)
    rest: list[Word] = []
    amount: Word | None = None
    index = 0
    while index < len(words):
        word, text = words[index], words[index].text.lower()
        if text in v.SPEEDS and (rest or index + 1 < len(words)):
            made = replace(made, speed=v.SPEEDS[text])
        elif text == "very":
            pass
        elif text in ("whip", "swish") and index + 1 < len(words):
            made = replace(made, speed=f.Speed.FAST)
        elif text in ("from", "at", "until", "over", "for", "starting", "ending") and (
            timed := _timing(words[index:], made, draft)
        ):
            made, used = timed
            index += used
            continue
        elif word.kind == "RANGE" and (span := time_range(word.text, draft.scope.fps)):
            made = replace(made, start=span[0], end=span[1])
        elif word.kind == "MEASURE" and amount is None:
            amount = word
        elif text == "by":
            pass
        else:
            rest.append(word)
        index += 1
    made_kind = _kind(tuple(rest), made, draft)
    if made_kind is None or amount is None:
        return made_kind
    return _amount(made_kind, amount, draft)


def _kind(words: tuple[Word, ...], made: f.Move, draft: Draft) -> f.Move | None:
    """Kind, direction and target of what is left once speed, time and amount are out."""
    text = " ".join(w.text for w in words)
    lower = text.lower()
    if lower in v.MOVES:
        kind, direction = v.MOVES[lower]
        return replace(made, kind=kind, direction=direction)
    first = words[0].text.lower()
    if first in ("follow", "following") and len(words) > 1:
        return _target(replace(made, kind=f.MoveKind.FOLLOW), words[1:], draft)
    if first == "mounted" and len(words) > 2 and words[1].text.lower() in ("on", "to"):
        return _target(replace(made, kind=f.MoveKind.MOUNTED), words[2:], draft)
    if first == "orbit" and (words[1].kind == "NAME" or words[1].text.lower() in ("the", "a", "an")):
        return _target(replace(made, kind=f.MoveKind.ORBIT, direction="right"), words[1:], draft)
    for count in (2, 1):
        if len(words) <= count:
            continue
        stem = " ".join(w.text for w in words[:count]).lower()
        link = words[count].text.lower()
        if stem not in v.GOING and stem not in v.MOVES:
            continue
        kind, direction = v.MOVES.get(stem, (v.GOING.get(stem, f.MoveKind.DOLLY), ""))
        tail = words[count + 1 :]
        if link in ("to", "towards", "toward", "with", "past", "onto", "on") and tail:
            if link == "with":
                return _target(replace(made, kind=f.MoveKind.FOLLOW), tail, draft)
            goes = "" if stem in v.GOING and kind in (f.MoveKind.PAN, f.MoveKind.TILT) else direction
            return _target(replace(made, kind=kind, direction=goes), tail, draft)
        if link in ("around", "round", "about") and tail and kind is f.MoveKind.ORBIT:
            return _target(replace(made, kind=kind, direction=direction), tail, draft)
        if link == "from" and tail and "to" in [w.text.lower() for w in tail]:
            cut = [w.text.lower() for w in tail].index("to")
            _known(tail[:cut], draft)
            return _target(replace(made, kind=kind, direction=""), tail[cut + 1 :], draft)
    return None


def _target(move: f.Move, words: tuple[Word, ...], draft: Draft) -> f.Move:
    return replace(move, target=_known(words, draft))


def _known(words: tuple[Word, ...], draft: Draft) -> str:
    if not words:
        return ""
    text = " ".join(w.text for w in words)
    return draft.scope.subject(text, span_of(words), draft.report)


def _timing(words: tuple[Word, ...], move: f.Move, draft: Draft) -> tuple[f.Move, int] | None:
    """``from 1s to 3s``, ``at 2s``, ``until 4s``, ``over 2s``, ``from 2s``; the move and how many words it took."""
    fps = draft.scope.fps
    texts = [w.text.lower() for w in words]

    def time(index: int) -> Fraction | None:
        return (
            duration(words[index].text, fps)
            if index < len(words) and words[index].kind in ("MEASURE", "TIMECODE")
            else None
        )

    if texts[0] in ("starting", "ending") and texts[1:2] == ["at"] and (at := time(2)) is not None:
        return (replace(move, start=at) if texts[0] == "starting" else replace(move, end=at)), 3
    if texts[0] == "from" and len(words) > 1 and words[1].kind == "RANGE" and (span := time_range(words[1].text, fps)):
        return replace(move, start=span[0], end=span[1]), 2
    if texts[0] in ("over", "for") and (at := time(1)) is not None:
        return replace(move, end=(move.start or Fraction(0)) + at), 2
    if (at := time(1)) is None:
        return None
    match texts[0]:
        case "from" if texts[2:3] in (["to"], ["until"]) and (end := time(3)) is not None:
            if end <= at:
                help_text = "the end comes after the start: `from 1s to 3s`"
                where = span_of(words[:4])
                draft.report(E.BAD_VALUE, where, text=" ".join(texts[:4]), expected="stretch of time", help=help_text)
                return move, 4
            return replace(move, start=at, end=end), 4
        case "from" | "at":
            return replace(move, start=at), 2
        case "until":
            return replace(move, end=at), 2
    return None


def _amount(move: f.Move, word: Word, draft: Draft) -> f.Move:
    unit = v.MOVE_UNITS.get(move.kind, "")
    value = (length if unit == "m" else angle)(word.text) if unit else None
    kind = move.kind.value
    if value is not None and 0 < abs(value) <= (_MOST_M if unit == "m" else _MOST_DEG):
        return replace(move, amount=value, unit=unit)
    if move.kind is f.MoveKind.ZOOM:
        return _zoomed(move, word, draft)
    if value is not None:
        reason = f"a {kind} is at most {_MOST_M:g} m" if unit == "m" else f"a {kind} is at most {_MOST_DEG:g} degrees"
        _out(word.span, f"the amount of the {kind}", word.text, reason, draft)
        return move
    expected = {"m": f"distance for a {kind}", "deg": f"angle for a {kind}", "": f"amount of a {kind}"}[unit]
    remedy = f"write `{kind} 1.5m`" if unit == "m" else f"write `{kind} 30deg`" if unit else f"a {kind} takes no amount"
    draft.report(E.BAD_VALUE, word.span, text=word.text, expected=expected, help=found(word.text, remedy))
    return move


def _zoom_of_lenses(words: tuple[Word, ...], ends: list[Word], draft: Draft) -> f.Move:
    """``zoom from 35mm to 70mm``, which is ``zoom in 2x`` on a 35mm lens; reported with what it is."""
    text, lengths = " ".join(w.text for w in words), [length(w.text) or 0.0 for w in ends[:2]]
    remedy = "write `zoom in 2x`"
    if len(lengths) == 2 and min(lengths) > 0 and max(lengths) / min(lengths) <= 20:
        way, times = ("in", lengths[1] / lengths[0]) if lengths[1] >= lengths[0] else ("out", lengths[0] / lengths[1])
        remedy = f"write `{ends[0].text}, zoom {way} {times:.3g}x`"
    draft.report(E.BAD_VALUE, span_of(words), text=text, expected="zoom", help=remedy)
    return f.Move(f.MoveKind.ZOOM)


def _zoomed(move: f.Move, word: Word, draft: Draft) -> f.Move:
    """``zoom in 2x``: how many times closer."""
    times = number(word.text.lower().removesuffix("x").strip()) if word.text.lower().endswith("x") else None
    if times is not None and 1 < times <= 20:
        return replace(move, amount=times, unit="x")
    remedy = "write `zoom in 2x`, up to 20x"
    draft.report(E.BAD_VALUE, word.span, text=word.text, expected="zoom", help=found(word.text, remedy))
    return move


def _out(span: Span, what: str, text: str, reason: str, draft: Draft) -> None:
    draft.report(E.OUT_OF_RANGE, span, what=what, text=text, reason=reason, help="make it smaller")
