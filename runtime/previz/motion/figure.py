"""One actor's body on every frame: curves become joint rotations, then eyes are aimed once every head is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from compiler.staging.model import ActKind, Actor
from runtime.previz.motion.breathing import make_breath
from runtime.previz.motion.curves import F64, Clock, noise, spring
from runtime.previz.motion.expression import make_face
from runtime.previz.motion.feelings import Mood, make_mood
from runtime.previz.motion.gaze import EYE_PITCH, EYE_YAW, Gaze, aim_eyes, make_gaze
from runtime.previz.motion.goals import SHAPES, Scene
from runtime.previz.motion.hands import blend, make_goals, raised
from runtime.previz.motion.limbs import curl_fingers, hanging, solve_arm, solve_leg
from runtime.previz.motion.posture import Trunk, euler, make_trunk, to_model
from runtime.previz.motion.readings import Reading
from runtime.previz.motion.rotations import apply, matrix, transpose, turn_x, turn_y, unit, vector
from runtime.previz.motion.skeleton import SIDES, SIGN, Skeleton, chain, step
from runtime.previz.motion.speech import SpokenTrack, Talking, articulate, silent
from runtime.previz.pose import BONE, BONES

_SPINE = (("spine05", 0.16), ("spine04", 0.18), ("spine03", 0.2), ("spine02", 0.24), ("spine01", 0.22))
_NECK = (("neck01", 0.18), ("neck02", 0.11), ("neck03", 0.11), ("head", 0.60))


@dataclass(slots=True)
class Figure:
    """A half-made actor: everything but eyes and face. Arrays of frames (N, ...) unless said."""

    actor: Actor
    skeleton: Skeleton
    clock: Clock
    seed: int
    mood: Mood
    trunk: Trunk
    flow: F64
    gaze: Gaze
    talking: Talking
    rotations: F64
    world: F64
    """(N, 80, 3, 3) in model axes; filled for trunk, head and arms."""
    heads: F64
    eyes: F64
    """(N, 3) world, between the eyes."""


def rough(actor: Actor, skeleton: Skeleton, clock: Clock, reading: Reading) -> tuple[Mood, Trunk, F64, F64]:
    """Curves that need nobody else: mood, trunk, air flow (G,), and about where the eyes are (G, 3) world."""
    mood = make_mood(actor.acts, clock.times)
    breath, flow = make_breath(actor.acts, clock, reading.seed, mood)
    trunk = make_trunk(actor, skeleton, clock, reading, mood, breath)
    ahead = np.radians(trunk.yaw)
    eyes = trunk.place + 0.1 * np.stack([np.sin(ahead), np.zeros_like(ahead), np.cos(ahead)], 1)
    eyes[:, 1] += trunk.eye_height(skeleton)
    return mood, trunk, flow, eyes


def make_figure(
    actor: Actor, skeleton: Skeleton, clock: Clock, reading: Reading, parts: tuple[Mood, Trunk, F64, F64],
    eyes_of: Callable[[str], F64 | None], speeches: Sequence[SpokenTrack],
) -> Figure:  # fmt: skip
    """Solves the body. ``eyes_of(name)`` gives other actors' rough eyes (G, 3)."""
    mood, trunk, flow, _ = parts
    seed = reading.seed
    gaze = make_gaze(actor, skeleton, clock, trunk, mood, reading, eyes_of)
    t = clock.frames(clock.times)
    n = len(t)
    out = np.zeros((n, len(BONES), 3))
    world, heads = np.zeros((n, len(BONES), 3, 3)), np.zeros((n, len(BONES), 3))
    f = _Frames(actor, skeleton, clock, trunk, mood, out, world, heads)
    _trunk(f, gaze)
    _legs(f)
    _arms(f, seed)
    talking = silent(n)
    for act in actor.acts:
        if act.kind is ActKind.SPEAK and 0 <= act.line < len(speeches):
            said = articulate(speeches[act.line], act.start, t, seed + act.line, act.value, act.end)
            talking.mouth += said.mouth
            talking.speaking = np.maximum(talking.speaking, said.speaking)
            talking.closed = np.maximum(talking.closed, said.closed)
            talking.nod += reading.nods * said.nod
            talking.brow = np.maximum(talking.brow, said.brow)
    figure = Figure(actor, skeleton, clock, seed, mood, trunk, flow, gaze, talking, out, world, heads, np.zeros((n, 3)))
    figure.eyes = (eye_position(figure, "L") + eye_position(figure, "R")) / 2
    return figure


def eye_position(figure: Figure, side: str) -> F64:
    """World centre (N, 3) of one eye."""
    k, head = figure.skeleton, BONE["head"]
    spun = figure.world[:, head] @ matrix(talk_vector(figure))
    local = figure.heads[:, head] + apply(spun, k.at(f"eye.{side}") - k.at("head"))
    place, yaw = (figure.clock.frames(a) for a in (figure.trunk.place, figure.trunk.yaw))
    return np.asarray(place + apply(turn_y(np.radians(yaw)), local))


def talk_vector(figure: Figure) -> F64:
    """Rotation vectors (N, 3) that speech adds to the head."""
    nod = figure.talking.nod
    return nod[:, [1, 0, 2]]


def finish(figure: Figure, others: Callable[[str], F64 | None]) -> F64:
    """Aims both eyes, writes them into the rotations and returns the face (N, 52). ``others`` gives final eyes (N, 3)."""
    clock, t = figure.clock, figure.clock.frames(figure.clock.times)
    rows = slice(clock.skip, None, clock.sub)
    yaw = clock.frames(figure.trunk.yaw)
    frame = turn_y(np.radians(yaw)) @ figure.world[:, BONE["head"]] @ matrix(talk_vector(figure))
    jitter = clock.frames(figure.gaze.jitter)
    angles = []
    for side in SIDES:
        direction = aim_eyes(figure.gaze.aims, rows, eye_position(figure, side), others)
        d = apply(transpose(frame), direction)
        a = np.clip(np.arctan2(d[:, 0], d[:, 2]) + jitter[:, 0], -EYE_YAW, EYE_YAW)
        b = np.clip(np.arctan2(-d[:, 1], np.hypot(d[:, 0], d[:, 2])) + jitter[:, 1], -EYE_PITCH, EYE_PITCH)
        figure.rotations[:, BONE[f"eye.{side}"]] = vector(turn_y(a) @ turn_x(b))
        angles.append(np.stack([a, b], 1))
    weights = {name: clock.frames(w) for name, w in figure.mood.weights.items()}
    return make_face(
        figure.actor.acts, weights, figure.talking, (angles[0] + angles[1]) / 2, clock.frames(figure.flow), t, figure.seed,
        figure.gaze.blinks,
    )  # fmt: skip


def make_sway(figure: Figure) -> F64:
    """(N, 4) hair x, z and hem x, z: what lags behind a moving head and pelvis, metres in model axes."""
    clock, trunk = figure.clock, figure.trunk
    t = clock.times
    heading = np.radians(trunk.yaw) + figure.gaze.head[:, 0]
    crown = trunk.place + trunk.hip + 0.09 * np.stack([np.sin(heading), 0 * heading, np.cos(heading)], 1)
    crown[:, 2] += figure.gaze.head[:, 1] * 0.12
    hem = trunk.place.copy()
    legs = (trunk.feet["L"].ankle + trunk.feet["R"].ankle) / 2
    hem = 0.6 * hem + 0.4 * legs
    out = []
    for point, hertz, damping, gain in ((crown, 2.1, 0.28, 0.5), (hem, 1.6, 0.35, 0.45)):
        lag = spring(point, clock.step, hertz, damping) - point
        local = apply(transpose(turn_y(np.radians(trunk.yaw))), lag) * gain
        out += [0.06 * np.tanh(local[:, 0] / 0.06), 0.06 * np.tanh(local[:, 2] / 0.06)]
    sway = np.stack(out, 1)
    sway += 0.0015 * np.stack([noise(figure.seed, 130 + i, t, 0.5) for i in range(4)], 1)
    return clock.frames(sway)


# --- solving ------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Frames:
    actor: Actor
    k: Skeleton
    clock: Clock
    trunk: Trunk
    mood: Mood
    out: F64
    world: F64
    heads: F64

    def at(self, curve: F64) -> F64:
        return self.clock.frames(curve)

    def run(self, *names: str) -> None:
        """Forward kinematics of bones whose parents are done."""
        hip = self.at(self.trunk.hip)
        for bone, parent in chain(*names):
            step(self.k, matrix(self.out[:, bone]), hip, bone, parent, self.world, self.heads)


def _trunk(f: _Frames, gaze: Gaze) -> None:
    pelvis = euler(f.at(f.trunk.pelvis))
    angles = f.at(f.trunk.chest).copy()
    angles[:, 0] += f.at(gaze.chest)
    chest = euler(angles)
    f.out[:, BONE["root"]] = vector(pelvis)
    _share(f, transpose(pelvis) @ chest, _SPINE)
    f.run("root", *(name for name, _ in _SPINE))
    head = f.at(gaze.head).copy()
    head[:, 1] -= f.at(f.trunk.lie) * np.pi / 2
    relative = vector(transpose(f.world[:, BONE["spine01"]]) @ euler(head))
    angle = np.linalg.norm(relative, axis=1, keepdims=True)
    # Necks end: soft limit at about 75 degrees from the chest.
    relative *= np.where(angle > 0.9, 0.9 + 0.45 * np.tanh((angle - 0.9) / 0.45), angle) / np.maximum(angle, 1e-9)
    for name, share in _NECK:
        f.out[:, BONE[name]] = relative * share
    f.run(*(name for name, _ in _NECK))


def _share(f: _Frames, rotation: F64, bones: tuple[tuple[str, float], ...]) -> None:
    whole = vector(rotation)
    for name, share in bones:
        f.out[:, BONE[name]] = whole * share


def _legs(f: _Frames) -> None:
    k, place, yaw = f.k, f.at(f.trunk.place), f.at(f.trunk.yaw)
    sit, kneel, lie = f.at(f.trunk.sit), f.at(f.trunk.kneel)[:, None], f.at(f.trunk.lie)[:, None]
    root = f.world[:, BONE["root"]]
    for side in SIDES:
        s, leg, foot = SIGN[side], k.legs[side], f.trunk.feet[side]
        f.run(f"pelvis.{side}")
        hip = f.heads[:, BONE["pelvis." + side]] + apply(
            f.world[:, BONE[f"pelvis.{side}"]], k.at(f"upperleg01.{side}") - k.at(f"pelvis.{side}")
        )
        ankle = to_model(f.at(foot.ankle), place, yaw)
        turn = np.radians((f.at(foot.yaw) - yaw + 180.0) % 360.0 - 180.0)
        turn = np.clip(turn, -1.7, 1.7)  # no hip turns further, whatever the plan asks
        pitch, toes = f.at(foot.pitch), f.at(foot.toes)
        back = np.array([s * 0.10 * k.scale, k.ball * 0.95, 0.06 - leg.lower_length * 0.96])
        ankle = ankle * (1 - kneel) + back * kneel
        ankle = (
            ankle * (1 - lie) + (hip + np.array([s * 0.03, -0.02, 0.985 * (leg.upper_length + leg.lower_length)])) * lie
        )
        pitch = pitch * (1 - kneel[:, 0]) + 1.25 * kneel[:, 0] - 1.1 * lie[:, 0]
        toes = toes + 1.1 * kneel[:, 0]
        out_turn = 0.65 * np.clip(turn, -1.0, 1.0) + s * 0.05
        knee = np.stack([np.sin(out_turn), 0.7 * sit + lie[:, 0], np.cos(out_turn)], 1)
        solve_leg(k, side, root, hip, ankle, knee, turn * (1 - lie[:, 0]), pitch, toes, f.out)


def _arms(f: _Frames, seed: int) -> None:
    k, clock, t = f.k, f.clock, f.at(f.clock.times)
    trunk, chest, n = f.trunk, BONE["spine01"], len(t)
    grid = clock.times
    swing = np.stack([-0.62 * trunk.swing, 0.62 * trunk.swing], 1)
    # Arms answer the legs a little late and overshoot.
    swing = clock.frames(spring(swing, clock.step, 2.6, 0.6))
    # A body that lies down has its arms beside it, not hanging.
    lie = f.at(trunk.lie)
    lean = f.at(trunk.chest)[:, 1] * (1 - lie)
    old = min(max((f.actor.person.age - 55.0) / 30.0, 0.0), 1.0)
    stride, breath, run = f.at(trunk.stride), f.at(trunk.breath), f.at(trunk.run)
    knees = {s: _joint(f, f"upperleg01.{s}", f"lowerleg01.{s}") for s in SIDES}
    for side, column in zip(SIDES, (0, 1), strict=True):
        s, arm = SIGN[side], k.arms[side]
        up = raised(f.actor, t) + 0.6 * f.at(f.mood.shoulders) + 0.035 * breath
        for attempt in range(2):
            f.out[:, BONE[f"clavicle.{side}"]] = np.stack([np.zeros(n), np.zeros(n), s * 0.75 * up], 1)
            f.out[:, BONE[f"shoulder01.{side}"]] = np.stack([np.zeros(n), np.zeros(n), s * 0.25 * up], 1)
            f.run(f"clavicle.{side}", f"shoulder01.{side}")
            girdle = f.world[:, BONE[f"shoulder01.{side}"]]
            shoulder = f.heads[:, BONE[f"shoulder01.{side}"]] + apply(
                girdle, k.at(f"upperarm01.{side}") - k.at(f"shoulder01.{side}")
            )
            if attempt == 0:
                live = 0.02 * f.at(noise(seed, 140 + column, grid, 0.23))
                # A runner's arms are bent and pump from the shoulder, not with the width of the steps.
                pump = np.clip(swing[:, column], -0.75, 0.62) * (1 - 0.25 * run)
                flex = pump * (1 - 0.25 * old) + 0.8 * lean * (1 - 0.6 * run) + 0.02 + live - 0.12 * run
                clear = (k.hip_width + 0.058 * k.scale - abs(k.at(f"upperarm01.{side}")[0])) / (
                    0.72 * (arm.upper_length + arm.lower_length)
                )
                out = np.full(n, np.clip(np.arcsin(np.clip(clear, 0, 0.5)), 0.09, 0.36)) + 0.4 * live + 0.12 * lie
                bend = 0.24 + 0.06 * old + 0.10 * stride + 0.42 * np.maximum(swing[:, column], 0) + 0.3 * np.abs(live)
                bend = bend * (1 - run) + (1.62 + 0.3 * np.clip(swing[:, column], -0.7, 0.7)) * run
                wrist, pole, hand, palm = hanging(k, side, flex, out, bend, 0.32 + 0.3 * run)
                frame = f.world[:, chest]
                wrist, pole, hand, palm = (apply(frame, v) for v in (wrist, pole, hand, palm))
                curl = np.array(SHAPES["relaxed"]) * (1 - run[:, None]) + np.array(SHAPES["loose fist"]) * run[:, None]
                curl *= 1 + 0.16 * np.stack([noise(seed, 145 + 8 * column + i, t, 0.28) for i in range(5)], 1)
                scene = Scene(
                    t, f.at(trunk.place), f.at(trunk.yaw), f.world[:, BONE["head"]],
                    f.heads[:, BONE["head"]],
                    frame, f.heads[:, BONE["spine01"]], {x: _hip(f, x) for x in SIDES}, knees, {side: shoulder}, f.at(trunk.sit),
                )  # fmt: skip
                goals = make_goals(f.actor, k, side, scene)
                wrist, pole, hand, palm, curl = blend(goals, shoulder + wrist, pole, hand, palm, curl)
                # The shoulder blade rises with a raised arm (a third of its elevation, Inman 1944).
                high = (wrist[:, 1] - shoulder[:, 1]) / (arm.upper_length + arm.lower_length)
                up = up + np.clip((high + 0.35) * 0.42, 0.0, 0.45)
        palm = unit(palm - hand * np.sum(palm * hand, -1, keepdims=True))
        solve_arm(k, side, girdle, shoulder, wrist, pole, hand, palm, f.out)
        curl_fingers(k, side, curl, 0.02 * np.ones(n), f.out)


def _hip(f: _Frames, side: str) -> F64:
    k = f.k
    pelvis = BONE[f"pelvis.{side}"]
    return np.asarray(
        f.heads[:, pelvis] + apply(f.world[:, pelvis], k.at(f"upperleg01.{side}") - k.at(f"pelvis.{side}"))
    )


def _joint(f: _Frames, root: str, end: str) -> F64:
    """Where a limb's middle joint is, after its leg is solved."""
    side = root[-1]
    first, second = f"upperleg01.{side}", f"upperleg02.{side}"
    f.run(first, second, end)
    return f.heads[:, BONE[end]]
