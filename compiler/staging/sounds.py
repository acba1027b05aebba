"""Sound in film time: ambience of places, effects, breaths, music and its hits, chapters of the film."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import log10
from typing import TYPE_CHECKING, NamedTuple

from compiler.diagnostics import Report
from compiler.meaning.film import Cue, Location, Music, PlateSource, Scene, Sound
from compiler.staging.ambience import usual_beds
from compiler.staging.blocking import Stage
from compiler.staging.cues import begin_of, end_of
from compiler.staging.model import ActKind, PlacedMusic, PlacedSound, PlacedSpeech
from compiler.staging.space import chance, r4
from compiler.staging.timing import Noise

if TYPE_CHECKING:
    from compiler.staging.reel import Laid, Reel

_LEVELS = {
    "very quiet": -38.0,
    "faint": -36.0,
    "quiet": -34.0,
    "soft": -32.0,
    "low": -30.0,
    "distant": -30.0,
    "medium": -25.0,
    "loud": -18.0,
}
_ORDINARY = -28.0
_LET_GO = 0.15
"""Seconds of fade where a sound is stopped and nobody says how."""
_CROSS = Fraction(4, 5)
"""Seconds of crossfade between the ambience of two places."""


class Breath(NamedTuple):
    """A breath that is seen, on its scene's clock."""

    what: str
    start: Fraction
    seconds: float
    seed: int


def place_speeches(reel: Reel) -> tuple[PlacedSpeech, ...]:
    return tuple(
        PlacedSpeech(
            s.line, s.speech.character, _film_time(zero, s.start), 0.0, s.room, s.speech.voice_over, s.speech.text,
            s.until,
        )
        for scene in reel.scenes
        for zero in (reel.zero(scene),)
        for s in scene.spoken
    )  # fmt: skip


def place_sounds(reel: Reel, places: Mapping[str, Location], report: Report) -> tuple[PlacedSound, ...]:
    """Ambience first, then effects as written, then the breaths that are seen."""
    found = _ambience(reel, places)
    stops = [
        (reel.zero(scene) + n.at, n.item.what)
        for scene in reel.scenes
        for n in scene.played.noises
        if isinstance(n.item, Sound) and n.item.stop
    ]
    for scene in reel.scenes:
        for noise in scene.played.noises:
            if isinstance(noise.item, Sound) and not noise.item.stop:
                found.append(_effect(noise, noise.item, scene, reel, stops, report))
    found += _plates(reel)
    for scene in reel.scenes:
        zero = reel.zero(scene)
        found += [
            PlacedSound(b.what, _film_time(zero, b.start), b.seconds, -26.0, seed=b.seed) for b in scene.played.breaths
        ]
    return tuple(sorted(found, key=lambda s: (s.start, s.what, s.seconds)))


def _ambience(reel: Reel, places: Mapping[str, Location]) -> list[PlacedSound]:
    """One bed per place; neighbouring scenes in one place share it, different places cross-fade."""
    found: list[PlacedSound] = []
    scenes = [laid.played.scene for laid in reel.scenes]
    i = 0
    while i < len(scenes):
        j = i
        while (
            j + 1 < len(scenes)
            and scenes[j + 1].location == scenes[i].location
            and scenes[j + 1].interior == scenes[i].interior
        ):
            j += 1
        start, end = reel.film_span(reel.scenes[i]).start, reel.film_span(reel.scenes[j]).end
        lead = _CROSS / 2 if i else Fraction(0)
        trail = _CROSS / 2 if j + 1 < len(scenes) else Fraction(0)
        for what, level in _beds(scenes[i], places.get(scenes[i].location)):
            found.append(
                PlacedSound(
                    what,
                    float(start - lead),
                    r4(float(end - start + lead + trail)),
                    level,
                    0.0,
                    float(_CROSS),
                    float(_CROSS if trail else Fraction(3, 2)),
                    True,
                    _seed(reel.film.seed, scenes[i].location, what),
                )
            )
        i = j + 1
    return [s for s in found if s.seconds > 0.05]


def _beds(scene: Scene, location: Location | None) -> list[tuple[str, float]]:
    """(words, level in dB) of a place's ambience; a level word speaks of the phrase before it."""
    beds: list[tuple[str, float]] = []
    for phrase in location.sound if location is not None else ():
        text = phrase.text.strip().lower()
        if text in _LEVELS:
            if beds:
                beds[-1] = (beds[-1][0], _LEVELS[text])
            continue
        level = next(
            (_LEVELS[w] for w in sorted(_LEVELS, key=len, reverse=True) if re.search(rf"\b{w}\b", text)), _ORDINARY
        )
        beds.append((text, level))
    if not beds:
        words = " ".join([scene.location, *(p.text for p in (location.description if location else ()))]).lower()
        return usual_beds(scene, words)
    return beds


def _effect(
    noise: Noise, sound: Sound, scene: Laid, reel: Reel, stops: Sequence[tuple[Fraction, str]], report: Report
) -> PlacedSound:
    zero, span = reel.zero(scene), reel.span(scene)
    start = span.start if sound.under_scene and sound.cue == Cue() else begin_of(noise, scene, span, report)
    end = _stopped(sound, stops, zero + start)
    end = end - zero if end is not None else end_of(noise, scene, span, start)
    whole = sound.under_scene or sound.loop
    if end is None and whole:
        end = span.end
    if end is not None:
        seconds = end - start + (sound.fade_out if not whole else 0)
    elif sound.seconds is not None:
        seconds = sound.seconds
    else:
        # A file runs to its own end, or to the film's; what is made here is given as long as such sounds last.
        seconds = max(reel.seconds(reel.frames) - zero - start, Fraction(1)) if sound.file else Fraction(4)
    distance = sound.distance_m or 0.0
    return PlacedSound(
        sound.what,
        max(_film_time(zero, start), 0.0),
        r4(float(max(seconds, Fraction(1, 10)))),
        r4(sound.level_db - _fall(distance)),
        sound.pan,
        r4(float(sound.fade_in)),
        r4(float(sound.fade_out)) or (_LET_GO if end is not None and not whole else 0.0),
        False,
        _seed(reel.film.seed, scene.played.scene.key, sound.what),
        sound.file,
        0.0,
        sound.loop or (sound.under_scene and bool(sound.file)),
        r4(distance),
    )


def _stopped(sound: Sound, stops: Sequence[tuple[Fraction, str]], start: Fraction) -> Fraction | None:
    """Film time at which a later ``sound X out`` ends it."""
    return next((at for at, what in stops if at > start and _alike(what, sound.what or sound.file)), None)


def _fall(metres: float) -> float:
    """Decibels a sound loses on its way: three for each doubling beyond three metres, nine at most.

    Half of what air would take: a writer's level says how loud it is heard, and a far sound must still be heard.
    """
    return min(10.0 * log10(max(metres, 3.0) / 3.0), 9.0)


def _plates(reel: Reel) -> list[PlacedSound]:
    """The sound of live action that plays with its own."""
    found: list[PlacedSound] = []
    plates = {plate.name: plate for plate in reel.film.plates}
    if not plates:
        return found
    for scene in reel.scenes:
        for cut in scene.played.cuts:
            source = cut.shot.source
            if not isinstance(source, PlateSource) or not source.sound or source.plate not in plates:
                continue
            plate = plates[source.plate]
            begin = source.begin if source.begin is not None else plate.begin or Fraction(0)
            tail = scene.tail if cut is scene.played.cuts[-1] else cut.tail
            body = reel.seconds(cut.frames - cut.head - tail)
            start = reel.seconds(scene.zero + cut.first + cut.head)
            found.append(
                PlacedSound(
                    f"plate {plate.name}", float(start), r4(float(body)), 0.0, 0.0, 0.02, 0.04,
                    file=plate.file, begin=r4(float(begin + reel.seconds(cut.head))),
                )
            )  # fmt: skip
    return found


def _alike(a: str, b: str) -> bool:
    return bool(set(re.findall(r"\w{3,}", a.lower())) & set(re.findall(r"\w{3,}", b.lower())))


def _film_time(zero: Fraction, at: Fraction) -> float:
    """A time on a scene's clock as one on the film's. It is rounded on the scene's, and moves with it to the sample."""
    return float(zero) + r4(float(at))


def breaths_of(stage: Stage, noises: Sequence[Noise]) -> tuple[Breath, ...]:
    """The breaths that are seen in a scene. Who writes a breath wants that breath."""
    if any(isinstance(n.item, Sound) and "breath" in n.item.what.lower() for n in noises):
        return ()
    return tuple(
        Breath(
            f"{'woman' if body.person.gender < 0.5 else 'man'}'s breath {d.act.style}",
            d.start,
            r4(float(d.end - d.start)),
            _seed(stage.seed, name, d.act.style),
        )
        for name, body in sorted(stage.bodies.items())
        for d in body.did
        if d.act.kind is ActKind.BREATHE and d.act.style != "held"
    )


def place_music(reel: Reel, report: Report) -> tuple[PlacedMusic, ...]:
    """Cues run to the next ``music``, ``music out`` or the end of their scope; hits are the cuts under them."""
    written = [
        (scene, noise, noise.item)
        for scene in reel.scenes
        for noise in scene.played.noises
        if isinstance(noise.item, Music)
    ]
    if not written:
        return ()
    length = reel.seconds(reel.frames)
    begins = [reel.zero(scene) + begin_of(noise, scene, reel.span(scene), report) for scene, noise, _ in written]
    found = []
    cuts = sorted({scene.zero + c.first + c.head for scene in reel.scenes for c in scene.played.cuts})
    cued: Counter[tuple[str, str]] = Counter()
    for i, (scene, noise, music) in enumerate(written):
        if music.out:
            continue
        of = (scene.played.scene.key, music.character)
        cued[of] += 1
        zero, span = reel.zero(scene), reel.span(scene)
        start = zero + span.start if music.under_scene and music.cue == Cue() else begins[i]
        until = end_of(noise, scene, span, start - zero)
        # An end at the film's very first moment is no end.
        end = zero + until if until is not None and zero + until else zero + span.end if music.under_scene else length
        fade = music.fade_out
        if i + 1 < len(written) and begins[i + 1] < end:
            following = written[i + 1][2]
            fade = following.fade_out if following.out else min(fade, Fraction(2))
            end = begins[i + 1] + (fade if following.out else min(fade, Fraction(1)))
        end = min(max(end, start + Fraction(1, 2)), length)
        if end <= start:
            continue
        found.append(
            PlacedMusic(
                music.character,
                music.key,
                music.mode,
                music.bpm,
                music.instruments,
                _film_time(zero, start - zero),
                r4(float(end - start)),
                music.level_db,
                r4(float(music.fade_in)),
                r4(float(fade)),
                music.seed if music.seed is not None else _seed(reel.film.seed, *of, cued[of]),
                _hits(reel, cuts, start, end) if not music.file else (),
                music.file,
            )
        )
    return tuple(found)


def _hits(reel: Reel, cuts: Sequence[int], start: Fraction, end: Fraction) -> tuple[float, ...]:
    """The cuts under a cue, but for those in its first second, in seconds from its start; ``cuts`` are film frames."""
    rate = reel.film.rate
    near = cuts[bisect_left(cuts, rate.frames(start + 1)) : bisect_right(cuts, rate.frames_up(end))]
    return tuple(r4(float(at - start)) for at in map(rate.seconds, near) if start + 1 < at < end)


def place_chapters(reel: Reel) -> tuple[tuple[int, str], ...]:
    """(frame, title): sections where the script has them, else its headings."""
    sections = any(s.chapter for s in reel.film.scenes)
    found: list[tuple[int, str]] = []
    for laid in reel.scenes:
        scene = laid.played.scene
        title = scene.chapter if sections else scene.heading
        if title and (not found or found[-1][1] != title):
            found.append((laid.first_frame, title))
    return tuple(found)


def _seed(*parts: object) -> int:
    return int(chance(*parts) * 2**31)
