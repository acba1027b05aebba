"""Facts: what is only known after work was done, keyed by recipe, never by shot."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from compiler.graph.keys import Tools, recipe_key
from compiler.graph.params import Speak
from compiler.staging.model import LineTiming, SpokenLine
from compiler.staging.voicing import estimate


@dataclass(frozen=True, slots=True)
class Facts:
    """Recipe key → JSON, as the store keeps them, and the tools those recipes were made with."""

    values: Mapping[str, str]
    tools: Tools

    def line(self, line: SpokenLine) -> LineTiming:
        """How long a line is: measured if it has been voiced, else estimated (``exact`` says which)."""
        known = self.values.get(recipe_key(Speak(line), self.tools))
        if known is None:
            return estimate(line)
        data = json.loads(known)
        return LineTiming(float(data["seconds"]), tuple((float(a), float(b)) for a, b in data["words"]), True)

    def gain(self, recipe: str) -> float | None:
        """The gain in dB (steps of 0.5) that brings a measured mix to its loudness; ``None`` until measured."""
        known = self.values.get(recipe)
        return None if known is None else float(json.loads(known)["gain"])
