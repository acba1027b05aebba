"""Sound tasks: what the scheduler calls to voice, synthesise, score, mix, measure and master."""

from __future__ import annotations

import json

from compiler.graph import params as p
from compiler.graph.codec import Plain
from compiler.staging.model import PlacedMusic, PlacedSound, PlacedSpeech
from runtime.schedule.table import TaskContext


def speak_line(task: TaskContext) -> Plain:
    """Voice a line; the fact is its length and its words' times."""
    from runtime.sound.speech import speak

    assert isinstance(task.params, p.Speak)
    timing = speak(task.params.line, task.outputs["audio"], task.outputs["phones"])
    return {"seconds": round(timing.seconds, 4), "words": [[round(a, 4), round(b, 4)] for a, b in timing.words]}


def use_recording(task: TaskContext) -> Plain:
    """Take a recorded line; the fact is its length and its words' times."""
    from runtime.sound.files import use_recording

    q = task.params
    assert isinstance(q, p.UseRecording)
    timing = use_recording(q, task.inputs["file"][0], task.outputs["audio"], task.outputs["phones"])
    return {"seconds": timing.seconds, "words": [[a, b] for a, b in timing.words]}


def fit_speech(task: TaskContext) -> None:
    """Bring a voiced line to its slot; what it was taken for is known already, so there is no fact."""
    from runtime.sound.fitting import fit_speech

    q = task.params
    assert isinstance(q, p.FitSpeech)
    (audio,), (phones,) = task.inputs["audio"], task.inputs["phones"]
    fit_speech(q, audio, phones, task.outputs["audio"], task.outputs["phones"])


def import_sound(task: TaskContext) -> None:
    from runtime.sound.files import import_sound

    assert isinstance(task.params, p.ImportSound)
    import_sound(task.params, task.inputs["file"][0], task.outputs["audio"])


def make_sound(task: TaskContext) -> None:
    from runtime.sound.effects import render_sound

    assert isinstance(task.params, p.MakeSound)
    render_sound(task.params.sound, task.outputs["audio"])


def make_music(task: TaskContext) -> None:
    from runtime.sound.score import render_music

    assert isinstance(task.params, p.MakeMusic)
    render_music(task.params.music, task.outputs["audio"])


def mix(task: TaskContext) -> None:
    """One stretch of the mix, and how loud it is; audio inputs come in the order of the placements."""
    from runtime.sound.gauge import LEAD, gauge
    from runtime.sound.loudness import REACH
    from runtime.sound.mix import Source, mix_window
    from runtime.sound.wav import write_wav

    q = task.params
    assert isinstance(q, p.MixWindow)
    placed: tuple[PlacedSpeech | PlacedSound | PlacedMusic, ...] = (*q.speeches, *q.sounds, *q.music)
    sources: list[Source] = list(zip(placed, task.inputs.get("audio", ()), strict=True))
    heard = mix_window(sources, q.start - LEAD, LEAD + q.count + REACH, q.total)
    write_wav(task.outputs["audio"], heard[LEAD : LEAD + q.count])
    task.outputs["scores"].write_text(gauge(heard, LEAD, q.count).text(), encoding="utf-8")


def measure(task: TaskContext) -> Plain:
    """Integrated loudness and true peak of the joined windows, and the gain of their master: facts."""
    from runtime.sound.gauge import read_gauge, survey

    heard = survey([read_gauge(path) for path in task.inputs.get("scores", ())])
    found: Plain = {
        "lufs": round(heard.lufs, 2),
        "peak": round(heard.peak, 2),
        "gain": round(heard.gain, 1),
        "mastered": {"lufs": round(heard.mastered[0], 2), "peak": round(heard.mastered[1], 2)},
    }
    task.outputs["scores"].write_text(json.dumps(found))
    return found


def master_sound(task: TaskContext) -> None:
    from runtime.sound.master import master

    q = task.params
    assert isinstance(q, p.MasterSound)
    master(task.inputs["audio"], q.gain_db, task.outputs["audio"], start=q.start, count=q.count)


def encode_sound(task: TaskContext) -> None:
    from runtime.sound.aac import encode_piece

    q = task.params
    assert isinstance(q, p.EncodeSound)
    encode_piece(task.inputs["audio"], task.outputs["aac"], q.start, q.frames, q.lead, q.count)
