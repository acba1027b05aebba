"""Draws what staged shots would show as boxes and stick figures, to judge framing and blocking without a renderer."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

from compiler.staging.blocking import Stage, along
from compiler.staging.casting import eye_height
from compiler.staging.lens import Lensed, project
from compiler.staging.model import ActKind, Actor, Posture, StagedShot, Stance, Timeline, Vec3
from compiler.staging.movement import at_time
from compiler.staging.paths import floor_of
from compiler.staging.places import PlacedSet
from compiler.staging.space import add, heading, turn


def stance_of(actor: Actor, t: float) -> Stance:
    """The stance an actor has at shot time ``t``, from its acts alone."""
    here = actor.start
    for act in actor.acts:
        if act.kind not in (ActKind.WALK, ActKind.TURN, ActKind.SIT, ActKind.STAND_UP) or act.start >= t:
            continue
        part = min(1.0, (t - act.start) / max(act.end - act.start, 1e-6))
        match act.kind:
            case ActKind.WALK:
                seconds = max(act.end - act.start, 1e-6)
                here = along(here, act, part * seconds, seconds) if part < 1 else Stance(act.path[-1], act.yaw)
            case ActKind.TURN:
                here = Stance(here.position, here.yaw + turn(act.yaw - here.yaw) * part, here.posture, here.seat_height)
            case ActKind.SIT if part > 0.5:
                here = Stance(act.path[0], act.yaw, Posture.SIT, act.value)
            case ActKind.STAND_UP if part > 0.5:
                here = Stance(act.path[0] if act.path else here.position, here.yaw)
    return here


def draw_shot(shot: StagedShot, t: float, label: str, width: int = 480) -> Image.Image:
    w, h = width, round(width * shot.size[1] / shot.size[0])
    image = Image.new("RGB", (w, h + 16), (16, 18, 24))
    pen = ImageDraw.Draw(image)
    pen.text((4, h + 2), label[:110], (255, 255, 255))
    if shot.set is None:
        pen.text((w // 3, h // 2), shot.overlays[0].text if shot.overlays else "", (255, 255, 255))
        return image
    camera, aspect = at_time(shot.camera.keys, t), shot.size[0] / shot.size[1]

    def line(a: Vec3, b: Vec3, colour: tuple[int, int, int], thick: int = 1) -> None:
        steps = 8
        last = None
        for i in range(steps + 1):
            p = tuple(a[k] + (b[k] - a[k]) * i / steps for k in range(3))
            u, v, z = project(camera, p, aspect)  # type: ignore[arg-type]
            now = (u * w, v * h) if z > 0.05 and abs(u) < 6 and abs(v) < 6 else None
            if last and now:
                pen.line([last, now], colour, thick)
            last = now

    def box(x0: float, x1: float, y0: float, y1: float, z0: float, z1: float, colour: tuple[int, int, int]) -> None:
        for y in (y0, y1):
            for a, b in (((x0, z0), (x1, z0)), ((x1, z0), (x1, z1)), ((x1, z1), (x0, z1)), ((x0, z1), (x0, z0))):
                line((a[0], y, a[1]), (b[0], y, b[1]), colour)
        for x, z in ((x0, z0), (x0, z1), (x1, z0), (x1, z1)):
            line((x, y0, z), (x, y1, z), colour)

    shell = shot.set.shell
    if shell.kind != "none":
        box(-shell.width / 2, shell.width / 2, 0, shell.height, -shell.depth / 2, shell.depth / 2, (70, 76, 96))
    for b in floor_of(shot.set).things:
        box(b.x - b.half_x, b.x + b.half_x, b.base, b.top, b.z - b.half_z, b.z + b.half_z, (150, 104, 60))
    for actor in shot.actors:
        figure(actor, t, camera, aspect, pen, w, h)
    pen.rectangle([0, 0, w - 1, h - 1], outline=(90, 90, 90))
    return image


def figure(actor: Actor, t: float, camera: Lensed, aspect: float, pen: ImageDraw.ImageDraw, w: int, h: int) -> None:
    s = stance_of(actor, t)
    eye = s.position[1] + eye_height(actor.person, s.posture, s.seat_height)
    k = actor.person.height / 1.7
    ahead, left = heading(s.yaw), heading(s.yaw + 90)
    root = (s.position[0], 0.0, s.position[2])

    def at(y: float, f: float = 0.0, side: float = 0.0) -> Vec3:
        return add(add((root[0], y, root[2]), ahead, f), left, side)

    lean = 0.14 if s.posture is Posture.SIT else 0.1
    crown, chin, neck, hip = eye + 0.13 * k, eye - 0.12 * k, eye - 0.2 * k, eye - 0.68 * k
    colour = (120, 200, 255) if not actor.ghost else (170, 140, 220)
    head = [
        at(chin, lean),
        at((crown + chin) / 2, lean - 0.13),
        at(crown, lean - 0.06),
        at((crown + chin) / 2, lean + 0.02),
        at(chin, lean),
    ]
    bones = [head, [at(neck, 0.02), at(hip, 0.0)], [at(neck - 0.06 * k, 0, -0.2), at(neck - 0.06 * k, 0, 0.2)]]
    knee = (
        (at(hip - 0.02, 0.42, 0.1), at(s.position[1], 0.42, 0.1))
        if s.posture is Posture.SIT
        else (at((hip + s.position[1]) / 2, 0.03, 0.1), at(s.position[1], 0, 0.1))
    )
    bones += [[at(hip, 0, 0.1), *knee], [at(eye, lean), at(eye, lean + 0.12)]]
    for bone in bones:
        points = [project(camera, p, aspect) for p in bone]
        if all(z > 0.05 for _, _, z in points):
            pen.line([(u * w, v * h) for u, v, _ in points], colour, 2)
    for side in (-0.031, 0.031):
        u, v, z = project(camera, at(eye, lean, side * k), aspect)
        if z > 0.05:
            r = max(1.5, 0.012 * camera.focal_mm / 24.9 / z * w)
            pen.ellipse([u * w - r, v * h - r, u * w + r, v * h + r], outline=(255, 255, 120))


def draw_film(timeline: Timeline, path: Path, columns: int = 4) -> None:
    tiles = []
    for timed in timeline.shots:
        seconds = timed.shot.frames * timed.shot.fps[1] / timed.shot.fps[0]
        for part in (0.1, 0.9):
            focal = timed.shot.camera.keys[0].focal_mm
            label = f"{timed.name} {focal:.0f}mm t={seconds * part:.1f}/{seconds:.1f} {len(timed.lines)} lines"
            tiles.append(draw_shot(timed.shot, seconds * part, label))
    w, h = tiles[0].size
    rows = (len(tiles) + columns - 1) // columns
    sheet = Image.new("RGB", (w * columns, h * rows))
    for i, tile in enumerate(tiles):
        sheet.paste(tile, (i % columns * w, i // columns * h))
    sheet.save(path)


def draw_plan(stage: Stage | PlacedSet, path: Path, scale: int = 90) -> None:
    """The set from above with its marks."""
    placed = stage.placed if isinstance(stage, Stage) else stage
    shell = placed.spec.shell
    w, h = round(min(shell.width, 20) * scale) + 40, round(min(shell.depth, 20) * scale) + 40
    image = Image.new("RGB", (w, h), (20, 20, 26))
    pen = ImageDraw.Draw(image)

    def at(x: float, z: float) -> tuple[float, float]:
        return (w / 2 + x * scale, h / 2 + z * scale)

    for b in floor_of(placed.spec).things:
        pen.rectangle(
            [*at(b.x - b.half_x, b.z - b.half_z), *at(b.x + b.half_x, b.z + b.half_z)], outline=(150, 104, 60)
        )
    for name, mark in sorted(placed.marks.items()):
        x, y = at(mark.position[0], mark.position[2])
        ahead = heading(mark.yaw)
        pen.line([x, y, x + ahead[0] * 18, y + ahead[2] * 18], (120, 200, 255))
        pen.text((x + 3, y), name, (200, 200, 200))
    image.save(path)
