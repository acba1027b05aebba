"""Film → Timeline: everything a director, an operator and a first assistant settle before anything is rendered.

Pure and deterministic. Each scene is played and shot by itself, on its own clock (``play``, ``pictures``); here they follow
one another, what crosses a cut is handed on, and the results are put into film time. With a ``StagingMemo`` only what an
edit touched is done again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Protocol

from compiler.diagnostics import Report
from compiler.meaning.film import Composite, Film, Scene, Transition
from compiler.staging.coverage import Setup
from compiler.staging.editions import check_editions
from compiler.staging.footage import Lengths, no_lengths
from compiler.staging.house import SetKey
from compiler.staging.memo import StagingMemo
from compiler.staging.model import LineTiming, SpokenLine, TimedShot, Timeline
from compiler.staging.overlays import place_titles
from compiler.staging.pictures import SceneShot, SeenScene, Views
from compiler.staging.play import BEGINNING, Between, PlayedScene
from compiler.staging.reel import Reel
from compiler.staging.scene_digest import SceneWords, goes_on, scene_digests
from compiler.staging.sounds import place_chapters, place_music, place_sounds, place_speeches
from compiler.staging.unplayed import UnplayedScene
from compiler.staging.world_checks import check_world

Timing = Callable[[SpokenLine], LineTiming]
Known = Mapping[int, Sequence[SceneShot]]


class Resume(Protocol):
    """What knows scenes without their being played."""

    def begin(self, words: SceneWords, timing: Timing, lengths: Lengths) -> None:
        """A film is about to be played."""

    def scene(self, scene: Scene, following: Transition | None, found: Between) -> UnplayedScene | None:
        """The scene as it is after what is found, if that is known."""


def stage_film(
    film: Film,
    timing: Timing,
    report: Report,
    *,
    size: tuple[int, int] | None = None,
    lengths: Lengths = no_lengths,
    covered: list[list[Setup]] | None = None,
    memo: StagingMemo | None = None,
) -> Timeline:
    """Stages a whole film. ``timing`` says how long a line is (estimated or measured); ``size`` overrides the film's.

    ``lengths`` says how long a media file is, once it has been measured. ``covered`` is given every scene's set-ups, for
    those who ask which shot shows what. ``memo`` is what was staged last: a scene that is what it was gives the very
    same ``StagedShot`` objects, and the result is always what it is without one. Reports film-grammar lints and dialogue
    that outlasts its shot; never raises for what a film says.
    """
    played = PlayedFilm(film, timing, report, size=size, lengths=lengths, memo=memo)
    if covered is not None:
        covered += [scene.setups for scene in played.reel.played]
    return played.timeline()


def rehearse_film(
    film: Film, timing: Timing, report: Report, *, lengths: Lengths = no_lengths, memo: StagingMemo | None = None
) -> int:
    """The length of a film in frames; reports exactly what ``stage_film`` does, and makes no pictures on the way."""
    played = PlayedFilm(film, timing, report, lengths=lengths, memo=memo)
    played.look()
    return played.reel.frames


class PlayedFilm:
    """A film played, with every scene in its place in time, whose pictures are taken when they are asked for.

    What is found on the way goes to the report given: of the play at once, of pictures when they are taken, and of the
    whole film (``finish``) at the end.
    """

    def __init__(
        self,
        film: Film,
        timing: Timing,
        report: Report,
        *,
        size: tuple[int, int] | None = None,
        lengths: Lengths = no_lengths,
        memo: StagingMemo | None = None,
        resume: Resume | None = None,
    ) -> None:
        """With ``resume``, which may know scenes, not all is reported that there is to say of the play."""
        self.film, self.report, self.size = film, report, size or film.size
        self._lengths = lengths
        self._memo = memo if memo is not None else StagingMemo()
        self.house = self._memo.begin(film, timing, lengths)
        self.words = SceneWords(self.house)
        self._resume = resume
        if resume is not None:
            resume.begin(self.words, timing, lengths)
        else:
            check_world(film, report, self.house.person)
        self._told: set[SetKey] = set()
        self.reel = Reel(film, self._play())
        self._views = Views(self.reel, self.size, place_titles(self.reel, report))
        self._taken: dict[int, SeenScene] = {}

    def shots(self, known: Known = MappingProxyType({})) -> tuple[TimedShot, ...]:
        """Every shot of the film, at its place. Scenes whose shots are ``known``, by number, are not photographed."""
        found: list[TimedShot] = []
        used: dict[str, int] = {}
        for index, laid in enumerate(self.reel.scenes):
            for shot in known[index] if index in known else self.photographed(index).shots:
                timed = shot.timed(laid.played.scene, index, laid.zero)
                count = used[timed.key] = used.get(timed.key, 0) + 1
                found.append(timed if count == 1 else replace(timed, key=f"{timed.key}#{count}"))
        return tuple(found)

    def photographed(self, index: int) -> SeenScene:
        """A scene's pictures, taken when they are first asked for; a scene may have to begin where the one before ends."""
        seen = self._taken.get(index)
        if seen is None:
            before = self._taken.get(index - 1)
            if before is None and index and goes_on(self.reel.scenes[index].played.cuts[0].shot):
                before = self.photographed(index - 1)
            self._awake(index)
            seen = self._memo.see(self._views, index, before.camera if before else None, pictures=True)
            self.house.tell(seen.asked, self._told, self.report)
            self.report.items += seen.findings
            self._taken[index] = seen
        return seen

    def digests(self) -> tuple[str, ...]:
        """For each scene a digest of all its shots are made of; see ``scene_digest.scene_digests``."""
        return scene_digests(self.words, self._views)

    def _awake(self, index: int) -> None:
        """A scene is about to be photographed: it, and whatever it shows shots of, is played if it was not."""
        scenes = self.reel.scenes
        shows_others = any(isinstance(cut.shot.source, Composite) for cut in scenes[index].played.cuts)
        for number in range(len(scenes)) if shows_others else (index,):
            known = scenes[number].played
            if isinstance(known, UnplayedScene):
                self.reel.played[number] = real = self._memo.awake(known)
                scenes[number] = replace(scenes[number], played=real)

    def look(self) -> None:
        """Reports what there is to say of pictures, and of the whole film."""
        before = None
        for index in range(len(self.reel.scenes)):
            self._awake(index)
            seen = self._memo.see(self._views, index, before, pictures=False)
            self.house.tell(seen.asked, self._told, self.report)
            self.report.items += seen.findings
            before = seen.camera
        self.finish()

    def finish(self) -> None:
        """Reports what only the whole film shows."""
        self._memo.finish()
        firsts = [scene.first_frame for scene in self.reel.scenes]
        check_editions(self.film, firsts, self.reel.frames, self.report)

    def timeline(self, known: Known = MappingProxyType({})) -> Timeline:
        """The whole film, staged and timed; see ``shots``."""
        shots = self.shots(known)
        self.finish()
        reel, places = self.reel, {place.name: place for place in self.film.locations}
        return Timeline(
            reel.frames,
            shots,
            place_speeches(reel),
            place_sounds(reel, places, self.report),
            place_music(reel, self.report),
            place_chapters(reel),
        )

    def _play(self) -> list[PlayedScene]:
        scenes = self.film.scenes
        found, played = BEGINNING, []
        for index, scene in enumerate(scenes):
            following = opening_transition(scenes[index + 1] if index + 1 < len(scenes) else None)
            resume = self._resume
            if resume is None:
                done = self._memo.play(scene, following, found)
            else:
                done = self._memo.play(scene, following, found, partial(resume.scene, scene, following, found))
            self.house.tell(done.asked, self._told, self.report)
            self.report.items += done.findings
            played.append(done)
            found = self._memo.left(done, found)
        return played


def opening_transition(scene: Scene | None) -> Transition | None:
    """The transition that a scene begins with, if it does."""
    first = scene.items[0] if scene is not None and scene.items else None
    return first if isinstance(first, Transition) else None
