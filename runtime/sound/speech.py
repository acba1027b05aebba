"""``speak``: one line of dialogue, spoken, with the time of every word and phoneme. Knows lines, not films."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np

from compiler.staging.model import LineTiming, SpokenLine
from compiler.timebase import SAMPLE_RATE
from runtime.sound.delivery import air_band, colour_path, colour_voice
from runtime.sound.filters import Wave, compressed, fade, highpass, shift_formants
from runtime.sound.loudness import decibels, integrated, levels
from runtime.sound.pacing import Track, add_pauses, stretch_pauses, track_of, trim, word_spans
from runtime.sound.reading import ReadWord, is_speakable, read
from runtime.sound.voices import VOICE_RATE, Spoken, say, say_level
from runtime.sound.wav import Samples, resample, write_wav

SILENT_LINE = 0.6
"""Seconds of silence given to a line without a speakable word."""
_CHUNK = 230
"""Phonemes the model is given at once; above 300 its rhythm hurries."""
_CEILING = 0.56
"""Highest sample of a levelled line (−5 dBFS): a film raised to −16 LUFS then hardly needs its limiter."""


def speak(line: SpokenLine, out_wav: Path, out_json: Path) -> LineTiming:
    """Synthesise ``line`` to 48 kHz mono float WAV and its times to JSON; the same line gives the same bytes.

    The JSON holds ``seconds``, ``words`` [[text, start, end]] (one per ``line.text.split()``), ``phones``
    [[ipa, start, end]] (silences left out) and ``loudness``, rms at 100 Hz with 1 at the line's loud vowels.
    """
    words = read(line.text, line.voice.british)
    track = _utter(line, words) if any(is_speakable(w.phonemes) for w in words) else _silence()
    samples = _finish(line, track)
    seconds = round(len(samples) / SAMPLE_RATE, 4)
    spans = word_spans(track, len(words))
    write_wav(out_wav, samples)
    facts = {
        "seconds": seconds,
        "words": [[w.text, a, b] for w, (a, b) in zip(words, spans, strict=True)],
        "phones": [[p.ipa, round(p.start, 4), round(p.end, 4)] for p in track.phones],
        "loudness": [round(float(v), 4) for v in mouth(samples)],
    }
    out_json.write_text(json.dumps(facts, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    return LineTiming(seconds=seconds, words=spans, exact=True)


@dataclass(frozen=True, slots=True)
class _Chunk:
    phonemes: str
    owner: tuple[int, ...]
    """Word index of each phoneme letter."""


def _utter(line: SpokenLine, words: tuple[ReadWord, ...]) -> Track:
    """The line at 24 kHz, trimmed, with its pauses set."""
    tracks: list[Track] = []
    semitones = line.voice.pitch + line.manner.pitch
    pitch = 2.0 ** (semitones / 12.0)
    machine = line.voice.engine == "machine"
    # Resampling by the pitch factor also changes length; the model is asked for the inverse speed beforehand.
    speed = line.voice.rate * line.manner.rate / (1.0 if machine else pitch)
    for chunk in _chunks(words):
        if machine:
            spoken = say_level(chunk.phonemes, speed, semitones, 0.45, _seed(line))
        else:
            spoken = say(chunk.phonemes, line.voice.blend, speed)
        tracks.append(trim(track_of(spoken, _owners(chunk, spoken))))
    track = tracks[0]
    for following in tracks[1:]:
        track = track.then(following, 0.12)
    track = stretch_pauses(track, words, line.manner.pause / max(0.5, line.voice.rate))
    track = add_pauses(track, line.pauses)
    if not machine and abs(semitones) > 0.01:
        bent = resample(track.samples, round(VOICE_RATE * pitch), VOICE_RATE)
        # Half of the change stays in the formants: a lower voice is also a larger throat, but not by as much.
        moved = shift_formants(np.asarray(bent, np.float64), pitch**-0.5)
        track = track.scaled(np.asarray(moved, np.float32), VOICE_RATE / round(VOICE_RATE * pitch))
    return track


def _finish(line: SpokenLine, track: Track) -> Samples:
    """Delivery, 48 kHz, level, ends."""
    if not track.phones:
        return np.zeros(round(track.seconds * SAMPLE_RATE), np.float32)
    seed = _seed(line)
    count = round(len(track.samples) * SAMPLE_RATE / VOICE_RATE)
    x: Wave = np.asarray(track.samples, np.float64)
    x = colour_voice(
        highpass(x, 55.0, rate=VOICE_RATE), line.manner.effect, line.voice.breath + line.manner.breath, seed
    )
    x = np.asarray(resample(np.asarray(x, np.float32), VOICE_RATE, SAMPLE_RATE)[:count], np.float64)
    x = air_band(x, seed + 7)
    x = colour_path(
        x, "machine" if line.voice.engine == "machine" and not line.manner.effect else line.manner.effect, seed
    )
    x = fade(x, 0.008, 0.03)
    return levelled_line(np.asarray(x, np.float32), line.manner.loudness)


def levelled_line(x: Samples, target: float) -> Samples:
    """Ride the level as a dialogue mixer would, bring the line to ``target`` LUFS and round off what still sticks out."""
    x = np.asarray(compressed(np.asarray(x, np.float64)), np.float32)
    for _ in range(2):  # rounding peaks costs a little loudness, which the second turn gives back
        x = x * decibels(float(np.clip(target - integrated(x), -40.0, 40.0)))
        knee = 0.55 * _CEILING
        room = _CEILING - knee
        over = np.maximum(np.abs(x) - knee, 0.0) / room
        x = np.where(np.abs(x) > knee, np.copysign(knee + room * np.tanh(over), x), x).astype(np.float32)
    return x


def _silence() -> Track:
    return Track(np.zeros(int(SILENT_LINE * VOICE_RATE), np.float32), ())


def _chunks(words: tuple[ReadWord, ...]) -> list[_Chunk]:
    """Whole sentences up to ``_CHUNK`` phonemes; longer ones break at a clause, else between words."""
    groups: list[list[int]] = [[]]
    size = 0
    for index, word in enumerate(words):
        if groups[-1] and size + len(word.phonemes) > _CHUNK:
            back = _break_point(words, groups[-1])
            groups.append(groups[-1][back:])
            del groups[-2][back:]
            size = sum(len(words[i].phonemes) + 1 for i in groups[-1])
        groups[-1].append(index)
        size += len(word.phonemes) + 1
    chunks = []
    for group in groups:
        text, owner = "", []
        for i in group:
            piece = (" " if text and words[i].phonemes else "") + words[i].phonemes
            text += piece
            owner += [i] * len(piece)
        if is_speakable(text):
            chunks.append(_Chunk(text, tuple(owner)))
    return chunks


def _break_point(words: tuple[ReadWord, ...], group: list[int]) -> int:
    """Where in ``group`` to cut: after the last sentence in its second half, else clause, else at its end."""
    for marks in (".!?…", ",;:—"):
        for k in range(len(group), len(group) // 2, -1):
            if words[group[k - 1]].phonemes.rstrip('"”').endswith(tuple(marks)):
                return k
    return len(group)


def _owners(chunk: _Chunk, spoken: Spoken) -> tuple[int, ...]:
    """Word index of the phonemes the model kept (it drops letters it does not know, in order)."""
    owners, at = [], 0
    for letter in spoken.phonemes:
        while at < len(chunk.phonemes) and chunk.phonemes[at] != letter:
            at += 1
        owners.append(chunk.owner[min(at, len(chunk.owner) - 1)])
        at += 1
    return tuple(owners)


def mouth(samples: Samples) -> Samples:
    """How loud a voice is at 100 Hz, 1 at its loud vowels: what opens a mouth."""
    rms = levels(samples)
    top = float(np.percentile(rms, 95)) if len(rms) else 0.0
    return np.asarray(np.clip(rms / max(top, 1e-6), 0.0, 1.0), np.float32) if top > 1e-5 else np.zeros_like(rms)


def _seed(line: SpokenLine) -> int:
    digest = blake2b(f"{line.text}|{line.manner}|{line.voice}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big")
