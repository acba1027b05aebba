"""Sound in film time: ambience of places, effects, breaths, music and its hits, chapters of the film."""

from __future__ import annotations

import re
from fractions import Fraction
from math import log10

from compiler.meaning.film import Cue, Film, Location, Music, PlateSource, Scene, Sound
from compiler.staging.ambience import usual_beds
from compiler.staging.blocking import Stage
from compiler.staging.cues import Span, begin_of, end_of
from compiler.staging.model import ActKind, PlacedMusic, PlacedSound, PlacedSpeech
from compiler.staging.space import chance, r4
from compiler.staging.timing import Clock, Noise

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


def place_speeches(clock: Clock) -> tuple[PlacedSpeech, ...]:
    return tuple(
        PlacedSpeech(
            s.line, s.speech.character, r4(float(s.start)), 0.0, s.room, s.speech.voice_over, s.speech.text, s.until
        )
        for s in clock.spoken
    )


def place_sounds(
    film: Film, clock: Clock, spans: list[Span], stages: list[Stage], places: dict[str, Location]
) -> tuple[PlacedSound, ...]:
    """Ambience first, then effects as written, then the breaths that are seen."""
    found = _ambience(film, spans, places)
    for noise in clock.noises:
        if isinstance(noise.item, Sound) and not noise.item.stop:
            found.append(_effect(noise, film, clock, spans))
    found += _plates(film, clock)
    for index, stage in enumerate(stages):
        # Who writes a breath wants that breath.
        if not any(
            n.scene == index and isinstance(n.item, Sound) and "breath" in n.item.what.lower() for n in clock.noises
        ):
            found += _breaths(stage)
    return tuple(sorted(found, key=lambda s: (s.start, s.what, s.seconds)))


def _ambience(film: Film, spans: list[Span], places: dict[str, Location]) -> list[PlacedSound]:
    """One bed per place; neighbouring scenes in one place share it, different places cross-fade."""
    found: list[PlacedSound] = []
    i = 0
    while i < len(film.scenes):
        j = i
        while (
            j + 1 < len(film.scenes)
            and film.scenes[j + 1].location == film.scenes[i].location
            and film.scenes[j + 1].interior == film.scenes[i].interior
        ):
            j += 1
        start, end = spans[i].start, spans[j].end
        lead = _CROSS / 2 if i else Fraction(0)
        trail = _CROSS / 2 if j + 1 < len(film.scenes) else Fraction(0)
        for what, level in _beds(film.scenes[i], places.get(film.scenes[i].location)):
            found.append(
                PlacedSound(
                    what,
                    r4(float(start - lead)),
                    r4(float(end - start + lead + trail)),
                    level,
                    0.0,
                    float(_CROSS),
                    float(_CROSS if trail else Fraction(3, 2)),
                    True,
                    _seed(film.seed, film.scenes[i].location, what),
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


def _effect(noise: Noise, film: Film, clock: Clock, spans: list[Span]) -> PlacedSound:
    sound = noise.item
    assert isinstance(sound, Sound)
    span = spans[noise.scene]
    start = span.start if sound.under_scene and sound.cue == Cue() else begin_of(noise, clock, span)
    end = _stopped(noise, clock, start) or end_of(noise, clock, span, start)
    whole = sound.under_scene or sound.loop
    if end is None and whole:
        end = span.end
    if end is not None:
        seconds = end - start + (sound.fade_out if not whole else 0)
    elif sound.seconds is not None:
        seconds = sound.seconds
    else:
        # A file runs to its own end, or to the film's; what is made here is given as long as such sounds last.
        seconds = max(spans[-1].end - start, Fraction(1)) if sound.file else Fraction(4)
    distance = sound.distance_m or 0.0
    return PlacedSound(
        sound.what,
        r4(float(max(start, Fraction(0)))),
        r4(float(max(seconds, Fraction(1, 10)))),
        r4(sound.level_db - _fall(distance)),
        sound.pan,
        r4(float(sound.fade_in)),
        r4(float(sound.fade_out)) or (_LET_GO if end is not None and not whole else 0.0),
        False,
        _seed(film.seed, film.scenes[noise.scene].key, sound.what),
        sound.file,
        0.0,
        sound.loop or (sound.under_scene and bool(sound.file)),
        r4(distance),
    )


def _stopped(noise: Noise, clock: Clock, start: Fraction) -> Fraction | None:
    """When a later ``sound X out`` ends it."""
    what = noise.item
    assert isinstance(what, Sound)
    return next(
        (
            n.at
            for n in clock.noises
            if isinstance(n.item, Sound)
            and n.item.stop
            and n.at > start
            and _alike(n.item.what, what.what or what.file)
        ),
        None,
    )


def _fall(metres: float) -> float:
    """Decibels a sound loses on its way: three for each doubling beyond three metres, nine at most.

    Half of what air would take: a writer's level says how loud it is heard, and a far sound must still be heard.
    """
    return min(10.0 * log10(max(metres, 3.0) / 3.0), 9.0)


def _plates(film: Film, clock: Clock) -> list[PlacedSound]:
    """The sound of live action that plays with its own."""
    found = []
    plates = {plate.name: plate for plate in film.plates}
    for cut in clock.cuts:
        source = cut.shot.source
        if not isinstance(source, PlateSource) or not source.sound or source.plate not in plates:
            continue
        plate = plates[source.plate]
        begin = source.begin if source.begin is not None else plate.begin or Fraction(0)
        body = clock.seconds(cut.frames - cut.head - cut.tail)
        start = clock.seconds(cut.first + cut.head)
        found.append(
            PlacedSound(
                f"plate {plate.name}", r4(float(start)), r4(float(body)), 0.0, 0.0, 0.02, 0.04,
                file=plate.file, begin=r4(float(begin)),
            )
        )  # fmt: skip
    return found


def _alike(a: str, b: str) -> bool:
    return bool(set(re.findall(r"\w{3,}", a.lower())) & set(re.findall(r"\w{3,}", b.lower())))


def _breaths(stage: Stage) -> list[PlacedSound]:
    found = []
    for name, body in sorted(stage.bodies.items()):
        voice = "woman's" if body.person.gender < 0.5 else "man's"
        for d in body.did:
            if d.act.kind is ActKind.BREATHE and d.act.style != "held":
                found.append(
                    PlacedSound(
                        f"{voice} breath {d.act.style}",
                        r4(float(d.start)),
                        r4(float(d.end - d.start)),
                        -26.0,
                        seed=_seed(stage.seed, name, d.act.style),
                    )
                )
    return found


def place_music(film: Film, clock: Clock, spans: list[Span], length: Fraction) -> tuple[PlacedMusic, ...]:
    """Cues run to the next ``music``, ``music out`` or the end of their scope; hits are the cuts under them."""
    noises = [n for n in clock.noises if isinstance(n.item, Music)]
    begins = [begin_of(n, clock, spans[n.scene]) for n in noises]
    found = []
    cuts = sorted({clock.seconds(c.first + c.head) for c in clock.cuts})
    for i, noise in enumerate(noises):
        music = noise.item
        assert isinstance(music, Music)
        if music.out:
            continue
        span = spans[noise.scene]
        start = span.start if music.under_scene and music.cue == Cue() else begins[i]
        until = end_of(noise, clock, span, start)
        end, fade = until or (span.end if music.under_scene else length), music.fade_out
        if i + 1 < len(noises) and begins[i + 1] < end:
            following = noises[i + 1].item
            assert isinstance(following, Music)
            fade = following.fade_out if following.out else min(fade, Fraction(2))
            end = begins[i + 1] + (fade if following.out else min(fade, Fraction(1)))
        end = min(max(end, start + Fraction(1, 2)), length)
        if end <= start:
            continue
        hits = tuple(r4(float(c - start)) for c in cuts if start + 1 < c < end)
        found.append(
            PlacedMusic(
                music.character,
                music.key,
                music.mode,
                music.bpm,
                music.instruments,
                r4(float(start)),
                r4(float(end - start)),
                music.level_db,
                r4(float(music.fade_in)),
                r4(float(fade)),
                music.seed if music.seed is not None else _seed(film.seed, music.character, i),
                hits if not music.file else (),
                music.file,
            )
        )
    return tuple(found)


def place_chapters(film: Film, starts: list[int]) -> tuple[tuple[int, str], ...]:
    """(frame, title): sections where the script has them, else its headings."""
    sections = any(s.chapter for s in film.scenes)
    found: list[tuple[int, str]] = []
    for scene, frame in zip(film.scenes, starts, strict=True):
        title = scene.chapter if sections else scene.heading
        if title and (not found or found[-1][1] != title):
            found.append((frame, title))
    return tuple(found)


def _seed(*parts: object) -> int:
    return int(chance(*parts) * 2**31)
