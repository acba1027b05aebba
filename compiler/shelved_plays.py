"""Played scenes on a shelf: a cold plan plays only what an edit touched.

A scene is looked up by what it is played from (its own words, its place, what the film declares), and taken only if all it
hung on besides is what it was: people, what the scene before left, lengths of lines and of files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from compiler.graph.codec import canonical
from compiler.graph.kept import Shelf
from compiler.graph.kept_play import FORMAT, Finds, exact_spans, play_text, played_of
from compiler.graph.keys import digest
from compiler.meaning.film import Film, Scene, Transition
from compiler.staging.footage import Lengths
from compiler.staging.play import Between
from compiler.staging.scene_digest import SceneWords
from compiler.staging.stage import PlayedFilm, Timing, opening_transition
from compiler.staging.unplayed import UnplayedScene


@dataclass(slots=True)
class ShelvedPlays:
    """The played scenes of one film as a shelf has them; see ``compiler.staging.stage.Resume``."""

    shelf: Shelf
    film: Film
    _words: SceneWords = field(init=False)
    _timing: Timing = field(init=False)
    _lengths: Lengths = field(init=False)
    _keys: dict[tuple[int, int], str] = field(default_factory=dict, init=False)
    """By the identity of a scene and of the transition that follows it."""
    _texts: Mapping[str, str] = field(default_factory=dict, init=False)

    def begin(self, words: SceneWords, timing: Timing, lengths: Lengths) -> None:
        """A film is about to be played: what there is of its scenes is taken from the shelf."""
        self._words, self._timing, self._lengths = words, timing, lengths
        scenes = self.film.scenes
        for scene, after in zip(scenes, (*scenes[1:], None), strict=True):
            self._key(scene, opening_transition(after))
        self._texts = self.shelf.take(list(self._keys.values()))

    def scene(self, scene: Scene, following: Transition | None, found: Between) -> UnplayedScene | None:
        """The scene as it is after what is found, if that is known."""
        text = self._texts.get(self._key(scene, following))
        if text is None:
            return None
        try:
            known, hung_on = played_of(text, scene, self._finds(following, found))
        except ValueError:
            return None
        return known if self._words.hung_on(known) == hung_on else None

    def texts(self, played: PlayedFilm) -> dict[str, str]:
        """Texts of the scenes that had to be played, to be put on the shelf."""
        made = {}
        for scene in played.reel.played:
            if not isinstance(scene, UnplayedScene):
                key = self._key(scene.scene, scene.following)
                text = play_text(scene, self._words.hung_on(scene), self._finds(scene.following, scene.found))
                if text is not None and text != self._texts.get(key):
                    made[key] = text
        return made

    def _finds(self, following: Transition | None, found: Between) -> Finds:
        return Finds(self._words.house, following, found, self._timing, self._lengths)

    def _key(self, scene: Scene, following: Transition | None) -> str:
        known = self._keys.get((id(scene), id(following)))
        if known is None:
            setting = canonical([FORMAT, self.shelf.made_by, exact_spans(scene)])
            known = digest(f"{setting}\n{self._words.written(scene, following)}")
            self._keys[id(scene), id(following)] = known
        return known
