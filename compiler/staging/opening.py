"""Opening positions: the placements of a ``scene`` block, and sensible places for everybody nobody placed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from compiler.meaning.film import Phrase, Placement, Speech
from compiler.staging.blocking import Body, Stage, tidy
from compiler.staging.coverage import Played
from compiler.staging.history import FOREVER
from compiler.staging.model import Act, ActKind, PersonSpec, Posture, Stance, Vec3
from compiler.staging.performance import Doing, Prose
from compiler.staging.places import Mark
from compiler.staging.space import add, flat, r4, v4, yaw_to

_FACING = re.compile(
    r"\b(?:facing|looking (?:at|out|to|towards?)|watching|gazing (?:at|out)|turned to)\s+(?:of |at |out )?([\w' -]+)"
)
_ROOM = 0.7
"""Metres between the middles of two people whom nobody placed."""
_ABOARD = frozenset({"car seat", "train seat"})
"""Seats of what is travelled in: whoever nobody placed there sits."""
_IN_HAND = re.compile(
    r"\bwith (an? [\w' -]{2,40}?) (?:in (?:his|her|their|one) hands?|(?:up)?on (?:his|her|their) (?:knees|lap)|under (?:his|her) arm)",
    re.IGNORECASE,
)
_STATES = {"sit": "sitting", "wait": "standing", "kneel": "kneeling", "lie": "lying"}


def place_person(
    stage: Stage, name: str, person: PersonSpec, words: Placement | None, before: Stance | None, now: Fraction
) -> Body:
    """Sets a person down by their placement, else where they were last here, else somewhere sensible."""
    stance, ghost = before, 0.0
    if words is not None:
        text = ", ".join(p.text for p in words.phrases)
        stance = _placed(stage, text, before)
        if re.search(r"\b(memory|ghost|projection|apparition|hologram|spirit|vision)\b", text, re.IGNORECASE):
            ghost = 0.45
    if stance is None:
        stance = _default(stage, len(stage.bodies))
    body = Body(name, person, tidy(stance), ghost=ghost, free_at=now)
    stage.bodies[name] = body
    return body


def opening_words(name: str, steps: Sequence[Doing | Prose]) -> Placement | None:
    """The placement meant by how the scene's first paragraph begins: who ``sits`` there then is already sitting."""
    first = next((s for s in steps if isinstance(s, Doing) and s.subject == name), None)
    if first is None or not (state := _STATES.get(first.act)):
        return None
    if first.act == "wait" and not first.target:
        return None
    held = _IN_HAND.search(first.text)
    phrases = [f"{state} at {first.target}" if first.target else state, *([f"holding {held[1]}"] if held else [])]
    return Placement(name, tuple(Phrase(text) for text in phrases))


def what_is_held(words: Placement) -> Placement | None:
    """Of an inferred placement, what it says of the hands."""
    phrases = tuple(p for p in words.phrases if p.text.startswith("holding "))
    return Placement(words.entity, phrases) if phrases else None


def discovered(name: str, items: Sequence[object]) -> Placement | None:
    """The placement of somebody of whom a scene first says, later on, how they are: ``Tomas sits on a bench``.

    ``None`` when they were spoken of, seen to speak or do anything before, and when they sit *down*.
    """
    called = re.compile(
        rf"\b(?:{'|'.join(re.escape(part) for part in name.split() if len(part) > 2) or '(?!)'})\b", re.IGNORECASE
    )
    for item in items:
        if isinstance(item, Speech):
            if item.character == name and not (item.voice_over or item.off_screen):
                return None
            continue
        if not isinstance(item, Played):
            continue
        step = next((s for s in item.steps if isinstance(s, Doing) and s.subject == name), None)
        if step is not None and step.target and called.search(step.text) and not _CHANGES.search(step.text):
            return opening_words(name, (step,))
        if step is not None or called.search(item.action.text):
            return None
    return None


_CHANGES = re.compile(r"\b(?:down|up|then|slowly|finally|again|back)\b", re.IGNORECASE)


def faces_anywhere(stage: Stage, words: Placement) -> bool:
    """Whether a placement leaves open where its person faces: no word of it, and a spot that faces nothing."""
    text = ", ".join(p.text for p in words.phrases).lower()
    if re.search(r"\b(?:facing|looking|watching|gaz|turned|sit|seat|lying|kneel)", text):
        return False
    where = re.sub(r"^\W*(?:standing|stands|waiting|alone|still|\s)*", "", text.split(",")[0])
    mark = stage.mark(where) if where else None
    return mark is None or mark.point is None


def settle_scene(stage: Stage, now: Fraction, undirected: set[str], placements: Sequence[Placement]) -> None:
    """After everybody is placed: who faces whom, opening looks, and people nobody directed face one another."""
    for name in sorted(undirected):
        body = stage.bodies[name]
        others = [b for b in stage.bodies.values() if b is not body]
        if others and body.start.posture is Posture.STAND and not body.did:
            near = min(others, key=lambda b: (flat(b.start.position, body.start.position), b.name))
            body.start = replace(body.start, yaw=r4(yaw_to(body.start.position, near.start.position)))
    for words in placements:
        placed = stage.bodies.get(words.entity)
        if placed is None:
            continue
        text = ", ".join(p.text for p in words.phrases)
        found = _FACING.search(text.lower())
        other = stage.body(found[1]) if found else None
        if other is not None and placed.start.posture is not Posture.SIT:
            placed.start = replace(placed.start, yaw=r4(yaw_to(placed.start.position, other.start.position)))
        _opening_state(stage, placed, text, now)


def _placed(stage: Stage, text: str, before: Stance | None) -> Stance:
    plain = text.lower()
    posture = Posture.STAND
    for word, kind in (
        ("sit", Posture.SIT),
        ("seated", Posture.SIT),
        ("kneel", Posture.KNEEL),
        ("lying", Posture.LIE),
        ("asleep", Posture.LIE),
    ):
        if re.search(rf"\b{word}", plain):
            posture = kind
    where = re.split(r"\b(?:facing|looking|watching|gazing|holds|holding|as an?|with)\b|,", plain)[0]
    where = re.sub(
        r"^\W*(?:standing|stands|sitting|sits|seated|kneeling|kneels|lying|waiting|alone|still)*\s*(?:alone|still)?\s*",
        "",
        where,
    ).strip()
    mark = stage.mark(where) if where else None
    if posture is Posture.SIT:
        seat = _free_seat(stage, mark if mark is not None and mark.kind == "sit" else stage.placed.seat(where))
        if seat is not None:
            stance = Stance(seat.position, seat.yaw, Posture.SIT, seat.seat_height)
        else:
            stance = Stance(stage.floor.near(mark.position if mark else (0.0, 0.0, 0.0)), 0.0, Posture.KNEEL)
    elif posture is Posture.LIE and mark is not None and (bed := lying_place(stage, mark)) is not None:
        return bed
    elif mark is not None:
        spot = stage.floor.near(_apart(stage, mark.position))
        # To stand at a window or a door is to stand there facing the room unless told otherwise.
        yaw = yaw_to(spot, mark.point) if mark.kind in ("touch", "look") and mark.point else mark.yaw
        stance = Stance(spot, yaw, posture)
    else:
        stance = (
            replace(before, posture=posture)
            if before is not None
            else replace(_default(stage, len(stage.bodies)), posture=posture)
        )
    facing = _FACING.search(plain)
    if facing and stance.posture is not Posture.SIT:
        point = stage.point(facing[1], stance.position)
        if point is not None:
            stance = replace(stance, yaw=yaw_to(stance.position, point))
    return stance


_MATTRESS = 0.1
"""Metres that a mattress gives under who lies on it."""


def lying_place(stage: Stage, mark: Mark) -> Stance | None:
    """How one lies on a bed or sofa: on it, head at its head; ``None`` for anything else."""
    piece = next((p for p in stage.placed.spec.pieces if p.name == mark.name and p.kind in ("bed", "sofa")), None)
    if piece is None or mark.kind != "sit":
        return None
    x, y, z = piece.position
    yaw = piece.yaw if piece.kind == "bed" else piece.yaw + 90.0
    return Stance((x, r4(y + mark.seat_height - _MATTRESS), z), yaw, Posture.LIE, 0.0)


def _free_seat(stage: Stage, seat: Mark | None) -> Mark | None:
    """The seat, or the nearest other one when somebody sits on it."""
    if seat is None:
        return None

    def taken(mark: Mark) -> bool:
        return any(
            b.stance().posture is Posture.SIT and flat(b.stance().position, mark.position) < 0.3
            for b in stage.bodies.values()
        )

    others = [m for m in stage.placed.marks.values() if m.kind == "sit" and not taken(m)]
    if not taken(seat) or not others:
        return seat
    return min(others, key=lambda m: (round(flat(m.position, seat.position), 2), m.name))


def _opening_state(stage: Stage, body: Body, text: str, now: Fraction) -> None:
    plain = text.lower()
    looking = re.search(
        r"\b(?:facing|looking|watching|gaz(?:es?|ing))\s+(?:(?:at|out|of|to|towards?|into)\s+)*([\w' -]+)", plain
    )
    if looking and (point := stage.point(looking[1], body.start.position)) is not None:
        stage.look(body, now - 2, point, "", held=Fraction(3))
    elif looking and looking[1].startswith("down"):
        stage.look(body, now - 2, stage.aside(body, -0.9, 0.6), "", held=Fraction(3))
    if "eyes closed" in plain or "asleep" in plain:
        stage.add_act(body, Act(ActKind.CLOSE_EYES, 0, 0), now - 2, Fraction(1, 2), until=FOREVER)
    touching = re.search(r"\bhands? (?:on|around|over)\s+([\w' -]+)", plain)
    if touching and (point := stage.point(touching[1], body.start.position)) is not None:
        stage.add_act(body, Act(ActKind.REACH, 0, 0, target=v4(point), value=0.0), now - 3, Fraction(1), until=FOREVER)


def _default(stage: Stage, index: int) -> Stance:
    """The n-th undirected person: aboard something seated, else around the middle of the room, near a table."""
    if any(p.kind in _ABOARD for p in stage.placed.spec.pieces):
        seat = _free_seat(stage, stage.placed.seat())
        if seat is not None:
            return Stance(seat.position, seat.yaw, Posture.SIT, seat.seat_height)
    centre = stage.mark("table") or stage.mark("centre")
    middle = centre.point or centre.position if centre is not None else (0.0, 0.0, 0.0)
    side = -1.0 if index % 2 == 0 else 1.0
    spot = add((middle[0], 0.0, middle[2]), (side * 0.85, 0.0, 0.75 + 0.5 * (index // 2)))
    position = stage.floor.near(_apart(stage, spot))
    others = [b.stance().position for b in stage.bodies.values()]
    if any(flat(position, other) < _ROOM for other in others):
        # A narrow place: wherever there is room, the nearest first.
        steps = [
            (x, z)
            for far in (0.9, 1.2, 1.8, 2.4)
            for x, z in ((0.0, far), (0.0, -far), (far, 0.0), (-far, 0.0), (far, far))
        ]
        tries = [stage.floor.near(add(spot, (x, 0.0, z))) for x, z in steps]
        position = next((p for p in tries if all(flat(p, other) >= _ROOM for other in others)), position)
    return Stance(position, yaw_to(position, (middle[0], 0.0, position[2] + 0.4)), Posture.STAND)


def _apart(stage: Stage, point: Vec3) -> Vec3:
    """A point moved aside when somebody already stands there."""
    for body in stage.bodies.values():
        if flat(body.stance().position, point) < 0.55:
            return add(point, (0.7, 0.0, 0.35))
    return point
