"""What a place sounds like when nobody says: its air, what goes on there at that hour, and the weather the scene speaks of."""

from __future__ import annotations

import re

from compiler.meaning.film import Action, Scene

_AIR = -34.0
"""Level in dB of the air of a place, under everything else."""
_INSIDE: tuple[tuple[frozenset[str], str, float], ...] = (
    (frozenset({"car", "taxi", "cab", "truck", "van", "bus", "sedan", "limousine", "jeep", "pickup"}), "engine, muffled", -31.0),
    (frozenset({"train", "subway", "tram", "metro", "carriage", "compartment"}), "train, muffled", -29.0),
    (
        frozenset({"bar", "pub", "tavern", "saloon", "restaurant", "diner", "cafe", "café", "canteen", "cafeteria", "lobby", "airport"}),
        "distant crowd murmur", -38.0,
    ),
    (
        frozenset({"hospital", "ward", "supermarket", "laundromat", "laboratory", "morgue", "garage", "bathroom", "elevator", "lift"}),
        "electrical hum, muffled", -42.0,
    ),
)  # fmt: skip
_COUNTRY = frozenset({
    "forest", "woods", "wood", "garden", "yard", "park", "meadow", "field", "farm", "country", "orchard", "hill", "lake", "jungle",
    "cemetery", "graveyard", "clearing", "grove", "valley", "prairie",
})  # fmt: skip
_TOWN = frozenset({
    "street", "alley", "avenue", "city", "town", "highway", "motorway", "freeway", "road", "gas", "petrol", "parking", "rooftop",
    "roof", "square", "bridge", "sidewalk", "pavement", "downtown", "balcony",
})  # fmt: skip
_SHORE = frozenset({
    "beach", "shore", "coast", "seaside", "sea", "bay", "dunes", "harbour", "harbor", "island", "waterfront", "cliff", "cliffs",
    "headland", "pier", "dock",
})  # fmt: skip
_WEATHER: tuple[tuple[re.Pattern[str], str, float], ...] = (
    (re.compile(r"\b(?:rain(?:s|ing)?|downpour|drizzle)\b", re.IGNORECASE), "rain", -27.0),
    (re.compile(r"\b(?:storm|gale|blizzard|wind howls?|howling wind)\b", re.IGNORECASE), "wind", -28.0),
)
_SHUT_OUT = -6.0
"""dB that walls take from the weather."""


def usual_beds(scene: Scene, words: str) -> list[tuple[str, float]]:
    """(words for the sound room, level in dB) of a place nobody gave a sound; ``words`` are its name and description."""
    plain = set(re.findall(r"[^\W\d_]+", words.lower()))
    found = [(f"room tone, {words}", _AIR) if scene.interior else ("breeze, soft", _AIR)]
    if scene.interior:
        found += [(what, level) for marks, what, level in _INSIDE if marks & plain][:1]
    elif plain & _SHORE:
        found.append(("sea, distant", -32.0))
    elif plain & _COUNTRY:
        dark = scene.time_of_day in ("night", "dusk", "evening")
        found = [("breeze, soft", _AIR - 4.0), ("crickets", -38.0) if dark else ("birds, distant", -34.0)]
    elif plain & _TOWN:
        found = [("distant traffic", -32.0)]
    told = " ".join(item.text for item in scene.items if isinstance(item, Action))
    for pattern, what, level in _WEATHER:
        if pattern.search(told):
            found.append((f"{what}, muffled", level + _SHUT_OUT) if scene.interior else (what, level))
    return found
