"""Sound in film time: ambience of places, effects, breaths, music and its hits, chapters of the film."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from compiler.meaning.film import Film, Location, Music, Scene, Sound
from compiler.staging.blocking import Stage
from compiler.staging.model import ActKind, PlacedMusic, PlacedSound, PlacedSpeech
from compiler.staging.space import chance, r4
from compiler.staging.timing import Clock, Noise, Spoken

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
_CROSS = Fraction(4, 5)
"""Seconds of crossfade between the ambience of two places."""


@dataclass(frozen=True, slots=True)
class Span:
    """A scene on the film's clock, seconds."""

    start: Fraction
    end: Fraction


def place_speeches(clock: Clock) -> tuple[PlacedSpeech, ...]:
    return tuple(
        PlacedSpeech(s.line, s.speech.character, r4(float(s.start)), 0.0, s.room, s.speech.voice_over, s.speech.text)
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
        beds.append((f"room tone, {words}" if scene.interior else f"outdoor air, {words}", -34.0))
    return beds


def _effect(noise: Noise, film: Film, clock: Clock, spans: list[Span]) -> PlacedSound:
    sound = noise.item
    assert isinstance(sound, Sound)
    span = spans[noise.scene]
    start = _cued(noise, clock, span)
    stop = next(
        (
            n.at
            for n in clock.noises
            if isinstance(n.item, Sound) and n.item.stop and n.at > start and _alike(n.item.what, sound.what)
        ),
        None,
    )
    if sound.under_scene:
        start = span.start if sound.cue.at is None and not sound.cue.on_word else start
    if stop is not None:
        seconds = stop - start + sound.fade_out
    elif sound.seconds is not None:
        seconds = sound.seconds
    elif sound.under_scene or sound.loop:
        seconds = span.end - start
    else:
        seconds = Fraction(4)
    return PlacedSound(
        sound.what,
        r4(float(max(start, Fraction(0)))),
        r4(float(max(seconds, Fraction(1, 10)))),
        sound.level_db,
        sound.pan,
        r4(float(sound.fade_in)),
        r4(float(sound.fade_out)),
        False,
        _seed(film.seed, film.scenes[noise.scene].key, sound.what),
    )


def _cued(noise: Noise, clock: Clock, span: Span) -> Fraction:
    """When a cue comes: on a word of the speech nearest to where it is written, or with a doing of the scene."""
    cue = noise.item.cue
    if cue.on_word:
        wanted = cue.on_word.lower().strip(" .,!?")
        near = sorted(
            (s for s in clock.spoken if s.scene == noise.scene),
            key=lambda s: (s.end < noise.at - 5, abs(s.start - noise.at)),
        )
        for spoken in near:
            at = _word(spoken, wanted)
            if at is not None:
                return at
    if cue.when:
        at = _doing(cue.when, noise, clock)
        if at is not None:
            return at
    return max(noise.at, span.start) if noise.item.cue.at is None else noise.at


def _word(spoken: Spoken, wanted: str) -> Fraction | None:
    words = [re.sub(r"[^\w'’-]", "", w).lower() for w in spoken.line.text.split()]
    first = wanted.split()
    for i in range(len(words) - len(first) + 1):
        if words[i : i + len(first)] == first and i < len(spoken.timing.words):
            return spoken.start + Fraction(round(spoken.timing.words[i][0] * 10_000), 10_000)
    return None


def _doing(when: str, noise: Noise, clock: Clock) -> Fraction | None:
    """``MARA sits``: the doing of the scene whose words share most with the cue's, the next one first."""
    wanted = {re.sub(r"s$", "", w) for w in re.findall(r"\w+", when.lower())}
    best: tuple[int, bool, Fraction] | None = None
    for scene, doing, start in clock.doings:
        if scene != noise.scene:
            continue
        have = {re.sub(r"s$", "", w) for w in re.findall(r"\w+", f"{doing.subject} {doing.act} {doing.text}".lower())}
        score = (len(wanted & have), start >= noise.at, -start)
        if len(wanted & have) >= min(2, len(wanted)) and (best is None or score > best):
            best = score
    return None if best is None else -best[2]


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
    begins = [_cued(n, clock, spans[n.scene]) if n.item.cue.at is None else n.at for n in noises]
    found = []
    for i, noise in enumerate(noises):
        music = noise.item
        assert isinstance(music, Music)
        if music.out:
            continue
        start = spans[noise.scene].start if music.under_scene and music.cue == type(music.cue)() else begins[i]
        end, fade = (spans[noise.scene].end if music.under_scene else length), music.fade_out
        if i + 1 < len(noises) and begins[i + 1] < end:
            following = noises[i + 1].item
            assert isinstance(following, Music)
            fade = following.fade_out if following.out else min(fade, Fraction(2))
            end = begins[i + 1] + (fade if following.out else min(fade, Fraction(1)))
        end = min(max(end, start + Fraction(1, 2)), length)
        if end <= start:
            continue
        cuts = sorted({clock.seconds(c.first + c.head) for c in clock.cuts})
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
                hits,
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
