"""Source tasks: stills developed, plates decoded, clips turned round and laid beside one another; files measured."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from compiler.graph import params as p
from compiler.graph.codec import Plain
from runtime.edit.planes import Frame16
from runtime.schedule.table import TaskContext

F32 = NDArray[np.float32]
_LINE = 0.6
"""Light of the line round an inset: paper, a little under white."""


def probe_media(task: TaskContext) -> Plain:
    """Measure a file; its length, picture and sound are facts."""
    from runtime.edit.media import probe

    found = probe(task.inputs["file"][0])
    facts: Plain = {
        "seconds": str(found.seconds),
        "size": list(found.size) if found.size else None,
        "rate": str(found.rate) if found.rate else None,
        "sound": found.sound,
    }
    task.outputs["scores"].write_text(json.dumps(facts))
    return facts


def develop_still(task: TaskContext) -> None:
    """A picture file under its move, one window of it."""
    from runtime.edit.clip import ClipWriter
    from runtime.picture.log import encode_log
    from runtime.picture.still import covering, framed, framing_at, read_still

    q = task.params
    assert isinstance(q, p.DevelopStill)
    picture = read_still(task.inputs["file"][0])
    light = covering(picture, q.size, max(key.scale for key in q.framing))
    with ClipWriter(task.outputs["clip"], q.size, q.fps) as clip:
        for frame in range(q.window.first, q.window.first + q.window.count):
            framing = framing_at(q.framing, frame * q.fps[1] / q.fps[0])
            clip.write(encode_log(framed(light, framing, q.size)))


def decode_plate(task: TaskContext) -> None:
    """One window of live action, keyed over the clip that comes with it if its key says so."""
    from runtime.edit.clip import ClipWriter
    from runtime.edit.plate import plate_light
    from runtime.picture.log import decode_log, encode_log

    q = task.params
    assert isinstance(q, p.DecodePlate)
    (clip, *_), (matte, *_) = (task.inputs.get("clip", ()) or (None,)), (task.inputs.get("matte", ()) or (None,))
    behind = None if clip is None else (decode_log(codes) for codes in _lasting(clip, q.size, q.window.count))
    with ClipWriter(task.outputs["clip"], q.size, q.fps) as out:
        for light in plate_light(q, task.inputs["file"][0], matte, behind):
            out.write(encode_log(light))


def turn_clip(task: TaskContext) -> None:
    """The frames of a clip, last one first."""
    from runtime.edit.clip import ClipWriter, read_clip

    q = task.params
    assert isinstance(q, p.TurnClip)
    frames = [codes.copy() for codes in read_clip(task.inputs["clip"][0], q.size)]
    with ClipWriter(task.outputs["clip"], q.size, q.fps) as out:
        for codes in reversed(frames):
            out.write(codes)


def join_panels(task: TaskContext) -> None:
    """Several clips in one frame, the later over the earlier."""
    from runtime.edit.clip import ClipWriter
    from runtime.picture.log import encode_log

    q = task.params
    assert isinstance(q, p.JoinPanels)
    width, height = q.size
    sources = [
        _lasting(clip, box[2:], q.window.count) for box, clip in zip(q.boxes, task.inputs.get("clip", ()), strict=True)
    ]
    line = encode_log(np.full((1, 1, 3), _LINE, np.float32))[0, 0]
    thick = max(1, round(height / 270))
    with ClipWriter(task.outputs["clip"], q.size, q.fps) as out:
        for _ in range(q.window.count):
            frame = np.zeros((height, width, 3), np.uint16)
            for number, ((x, y, w, h), source) in enumerate(zip(q.boxes, sources, strict=True)):
                if q.kind == "inset" and number:
                    frame[max(y - thick, 0) : y + h + thick, max(x - thick, 0) : x + w + thick] = line
                frame[y : y + h, x : x + w] = next(source)
            out.write(frame)


def _lasting(clip: Path, size: tuple[int, ...], count: int) -> Iterator[Frame16]:
    """``count`` frames of a clip; a shorter one holds its last frame. Raises ``ValueError`` when it has none."""
    from runtime.edit.clip import read_clip

    last: Frame16 | None = None
    made = 0
    for last in read_clip(clip, (size[0], size[1])):
        yield last
        made += 1
        if made == count:
            return
    if last is None:
        raise ValueError(f"{clip.name} holds no frame")
    while made < count:
        yield last
        made += 1
