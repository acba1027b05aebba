"""Facts: what is only known after work was done, keyed by recipe, never by shot."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from compiler.graph.keys import Tools, recipe_key
from compiler.graph.params import Speak
from compiler.graph.sources import Files, probe_recipe, recording_recipe
from compiler.staging.model import LineTiming, SpokenLine
from compiler.staging.voicing import estimate


@dataclass(frozen=True, slots=True)
class Facts:
    """Recipe key → JSON, as the store keeps them, the tools those recipes were made with, and the project's files."""

    values: Mapping[str, str]
    tools: Tools
    files: Files = field(default_factory=dict)

    def line(self, line: SpokenLine) -> LineTiming:
        """How long a line is: measured if it has been voiced, else estimated (``exact`` says which)."""
        recipe = (
            recording_recipe(line, self.files, self.tools) if line.recording else recipe_key(Speak(line), self.tools)
        )
        known = self.values.get(recipe)
        if known is None:
            return estimate(line)
        data = json.loads(known)
        return LineTiming(float(data["seconds"]), tuple((float(a), float(b)) for a, b in data["words"]), True)

    def seconds(self, path: str) -> Fraction | None:
        """How long a media file of the project is; ``None`` until it has been measured."""
        known = self.values.get(probe_recipe(path, self.files, self.tools))
        return None if known is None else Fraction(json.loads(known)["seconds"]).limit_denominator(10_000)

    def gain(self, recipe: str) -> float | None:
        """The gain in dB (steps of 0.5) that brings a measured mix to its loudness; ``None`` until measured."""
        known = self.values.get(recipe)
        return None if known is None else float(json.loads(known)["gain"])
