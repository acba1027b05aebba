"""From a location's words to a dressed, lit set with marks: production design and gaffing as a pure function.

``place_set`` reads the phrases of a ``location`` (and the scene's ``light``), fills in what the writer left open from the
kind of place and the hour, and returns the SetSpec the runtime builds together with the marks staging blocks people on.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from compiler.codes import W
from compiler.diagnostics import Report
from compiler.meaning.film import Location, Phrase, PieceKind, Property
from compiler.names import misspelling
from compiler.staging.model import SetSpec, Shell, Terrain
from compiler.staging.places_dressing import CURTAIN_COLOUR, place_opening, place_piece
from compiler.staging.places_layout import WALL_YAW, Layout
from compiler.staging.places_light import light_place, time_name
from compiler.staging.places_marks import Mark, PlacedSet, make_marks
from compiler.staging.places_phrases import WALLS, Request, read_phrase
from compiler.staging.places_vocabulary import SMALL_WORDS, PlaceEntry, Vocabulary, vocabulary

__all__ = ["Mark", "PlacedSet", "place_set"]

_SCENERY = frozenset({
    "moon", "moonlight", "stars", "star", "sun", "sunlight", "sky", "clouds", "cloud", "fog", "mist", "haze",
    "rain", "path", "sand", "grass", "snow", "dunes", "dune", "waves", "wave", "horizon", "dust", "shadows",
    "darkness", "ground", "wind", "night", "windows", "lights", "surf", "tide"
})  # fmt: skip
_WALLS = {
    "stone": "stone", "brick": "stone", "plaster": "plaster", "wallpaper": "wallpaper", "wallpapered": "wallpaper",
    "papered": "wallpaper", "plank": "planks", "planks": "planks", "wood": "planks", "wooden": "planks", "timber": "planks",
    "panelled": "planks", "tile": "tile", "tiled": "tile", "tiles": "tile", "metal": "metal", "iron": "metal",
    "steel": "metal", "concrete": "concrete", "carpet": "carpet", "carpeted": "carpet",
}  # fmt: skip
_WALL_COLOURS = {
    "stone": (0.22, 0.2, 0.18), "plaster": (0.32, 0.27, 0.2), "wallpaper": (0.22, 0.2, 0.14), "planks": (0.16, 0.09, 0.05),
    "tile": (0.4, 0.42, 0.4), "metal": (0.2, 0.21, 0.2), "concrete": (0.2, 0.2, 0.2), "carpet": (0.12, 0.05, 0.05),
}  # fmt: skip


def place_set(
    loc: Location,
    scene_light: tuple[Property, ...],
    time_of_day: str,
    interior: bool,
    film_seed: int,
    report: Report | None = None,
    pieces: tuple[PieceKind, ...] = (),
) -> PlacedSet:
    """Dresses and lights ``loc`` for ``time_of_day``; phrases nobody understands go to ``report``. Never raises.

    ``pieces`` are the film's own kinds of piece, on top of the library's.
    """
    words = vocabulary(pieces)
    text = " ".join([loc.name, *(p.text for p in loc.description)]).lower()
    place = words.place(loc.name, interior)
    if place.kind in ("room", "field", "corridor"):
        place = words.place(text, interior)
    time = _hour(time_of_day, (*loc.light, *scene_light))
    seed = _seed(loc.name, film_seed)
    requests = [(p, read_phrase(p.text, words)) for p in loc.set]
    requests += _described(loc, words, requests)
    sea = _sea(requests, place, interior)
    layout = Layout(_shell(place, text, loc, interior), _terrain(place, sea, interior, seed), interior, words, seed)
    _dress(layout, place, requests, text, report)
    _add_named_lamps(layout, (*loc.light, *scene_light), time)
    weather = " ".join([text, *(p.text.lower() for p in (*loc.weather, *loc.set))])
    lights, sky, fog, exposure, unknown = light_place(layout, (*loc.light, *scene_light), time, weather)
    if report is not None:
        for phrase in unknown:
            report(W.UNKNOWN_LIGHT, phrase.span, phrase=phrase.text)
    shell = _with_openings(layout)
    spec = SetSpec(loc.name, interior, shell, tuple(layout.pieces), layout.terrain, sky, fog, lights, seed)
    marks = make_marks(layout, [r for _, r in requests if r.mark], sea)
    return PlacedSet(spec, marks, round(exposure, 4), _groups(spec), words)


def _dress(
    layout: Layout, place: PlaceEntry, requests: list[tuple[Phrase, Request]], text: str, report: Report | None
) -> None:
    """Openings first (furniture keeps out of doorways), then what is written, then what the place would have anyway."""
    words = layout.vocabulary
    written = [(p, r) for p, r in requests if not r.mark and not r.sea]
    known = [r for _, r in written if r.kind]
    own = bool(known)
    template = [read_phrase(t, words) for t in place.set]
    wanted = known if own else template
    bare = any(w in text.split() for w in ("bare", "empty", "abandoned", "void", "imagined"))
    extra = [] if bare else [read_phrase(t, words) for t in place.dress]
    if own and layout.interior and layout.shell.kind != "corridor":
        declared = {r.kind for r in wanted}
        extra = [r for r in template if r.kind in words.openings and r.kind not in declared] + extra
    for request in [*wanted, *extra]:
        if request.kind in words.openings and layout.interior:
            place_opening(layout, request, words.openings[request.kind])
    _curtain(layout, written)
    wanted = [_standing_picture(r, words) for r in wanted]
    later: list[Request] = []
    for request in [r for r in wanted if r.kind in words.pieces]:
        target = next((r.rest for r in request.relations if r.word in ("on", "beside", "under", "next to")), "")
        if (
            target
            and "wall" not in target
            and not target[0].isdigit()
            and layout.index(target) is None
            and request not in later
        ):
            later.append(request)  # its anchor is written further down
        else:
            place_piece(layout, request, words.pieces[request.kind])
    for request in later:
        place_piece(layout, request, words.pieces[request.kind])
    have = {p.kind for p in layout.pieces}
    for request in extra:
        if request.kind in words.pieces and request.kind not in (have if own else ()):
            place_piece(layout, request, words.pieces[request.kind], must_fit=True)
    if report is not None:
        for phrase, request in written:
            if not request.kind and not _understood_elsewhere(phrase.text):
                near = ", ".join(words.nearest([w for w in request.noun.split() if w not in SMALL_WORDS]))
                report(W.UNKNOWN_PIECE, phrase.span, phrase=phrase.text, help=f"did you mean {near}?" if near else "")
            elif request.kind:
                _report_anchors(layout, phrase, request, report)


def _report_anchors(layout: Layout, phrase: Phrase, request: Request, report: Report) -> None:
    """What a piece stands by and nothing here is: ``chair beside tabel``, ``window on nort wall``, ``chair besdie table``."""
    for relation in request.relations:
        words = relation.rest.replace("-", " ").split()
        last = words[-1] if words else ""
        if last in ("wall", "walls") and len(words) > 1:
            side = words[-2]
            near = misspelling(side, WALLS)
            if near and side not in WALLS:
                _anchor(report, phrase, relation.rest, f"did you mean `{near} {last}`?")
        elif relation.word in _BY and words and not relation.numbers and last not in _PARTS_OF_A_PLACE:
            known = [p.name for p in layout.pieces] + [o.name for o in layout.openings]
            placed = {p.kind for p in layout.pieces} | {o.kind for o in layout.openings}
            if layout.index(relation.rest) is not None or any(w.rstrip("s") in placed for w in words):
                continue
            plain = " ".join(w for w in words if w not in SMALL_WORDS)
            near = misspelling(plain, [*known, *placed])
            meant = layout.vocabulary.find(plain.split()) is not None
            if near or (not meant and not any(c.isdigit() for c in plain)):
                names = ", ".join(f"`{name}`" for name in dict.fromkeys(known) if name)
                help_text = f"did you mean `{near}`?" if near else f"there are {names}" if names else "place it first"
                _anchor(report, phrase, relation.rest, help_text)
    for word in request.adjectives:
        if len(word) > 4 and (near := misspelling(word, _BY)):
            _anchor(report, phrase, word, f"did you mean `{near}`?")


def _anchor(report: Report, phrase: Phrase, words: str, help_text: str) -> None:
    report(W.UNKNOWN_ANCHOR, phrase.span, anchor=words, text=phrase.text, help=help_text)


_BY = ("on", "on top of", "beside", "under", "next to", "behind", "near", "against", "between")
_PARTS_OF_A_PLACE = frozenset(
    "wall walls ceiling floor ground corner corners centre center middle left right front back end ends side sides room "
    "road street path pavement kerb sea shore beach water sand grass sky door doorway window windows entrance it them".split()
)
"""What things stand by that is no piece."""


def _hour(time_of_day: str, properties: tuple[Property, ...]) -> str:
    """The hour of the heading; where it only says LATER or SAME, what the light lines speak of."""
    if time_of_day.lower().strip() not in ("", "later", "same", "same time", "continuous", "moments later"):
        return time_name(time_of_day)
    said = " ".join(p.text.lower() for prop in reversed(properties) if not prop.when for p in prop.phrases)
    for hour, words in (("night", ("moon", "starlight")), ("dawn", ("dawn", "sunrise")), ("dusk", ("dusk", "sunset"))):
        if any(w in said for w in words):
            return hour
    return time_name(time_of_day)


def _described(loc: Location, words: Vocabulary, written: list[tuple[Phrase, Request]]) -> list[tuple[Phrase, Request]]:
    """Pieces that the description places outright (``racks along both walls``) and ``set`` does not speak of."""
    kinds = {r.kind for _, r in written}
    found = []
    for phrase in loc.description:
        request = read_phrase(phrase.text, words)
        walled = any("wall" in r.rest for r in request.relations)
        alone = request.kind != "" and request.text.lower().strip() in words.by_word
        if request.sea or (request.kind and request.kind not in kinds and (walled or alone)):
            found.append((phrase, request))
    return found


def _add_named_lamps(layout: Layout, properties: tuple[Property, ...], time: str) -> None:
    """Lamps that only the ``light`` lines speak of (``blue strips overhead``) are hung where such lamps hang."""
    for prop in properties:
        for phrase in prop.phrases if not prop.when or time_name(prop.when) == time else ():
            request = read_phrase(phrase.text, layout.vocabulary)
            entry = layout.vocabulary.pieces.get(request.kind)
            plain = phrase.text.lower().split()
            if entry is None or entry.glow is None or {"no", "off", "out", "without"} & set(plain):
                continue
            generic = request.noun in ("light", "lamp", "house", "fire") or entry.rest == "ground"
            if not generic and not any(p.kind == entry.kind for p in layout.pieces):
                where = " along ceiling" if entry.kind == "strip" else ""
                place_piece(layout, read_phrase(entry.name + where, layout.vocabulary), entry, must_fit=True)


def _standing_picture(request: Request, words: Vocabulary) -> Request:
    """A picture *on a table* stands in its own small frame; every other one hangs."""
    on = request.relation("on", "on top of", "beside")
    if request.kind == "picture" and on is not None and "wall" not in on.rest:
        return replace(request, kind="photo frame", name=request.name or words.pieces["photo frame"].name)
    return request


def _understood_elsewhere(text: str) -> bool:
    """Phrases that name walls, sizes, weather or curtains, which other parts of the design read."""
    plain = text.lower().split()
    last = [w.rstrip("s") for w in plain]
    return (
        bool({"wall", "floor", "ceiling", "curtain", "room"} & set(last))
        or bool(_SCENERY & set(plain))
        or (any(c.isdigit() for c in text) and ("by" in plain or "x" in plain or "m" in plain))
    )


def _curtain(layout: Layout, written: list[tuple[Phrase, Request]]) -> None:
    phrase = next((p.text.lower() for p, r in written if not r.kind and "curtain" in p.text.lower()), None)
    if phrase is None:
        return
    colour = next(
        (layout.vocabulary.colours[w] for w in phrase.split() if w in layout.vocabulary.colours), CURTAIN_COLOUR
    )
    for i, opening in enumerate(layout.openings):
        if opening.kind == "window":
            layout.openings[i] = type(opening)(
                opening.kind,
                opening.wall,
                opening.offset,
                opening.width,
                opening.height,
                opening.sill,
                opening.name,
                colour,
            )


def _shell(place: PlaceEntry, text: str, loc: Location, interior: bool) -> Shell:
    if not interior:
        return Shell(kind="none", width=60.0, depth=60.0, height=30.0)
    values: dict[str, Any] = dict(place.shell or {})
    described = f"{text} " + " ".join(p.text.lower() for p in loc.set)
    plain = described.replace(",", " ").split()
    kind = values.get("kind", "room")
    if "round" in plain and any(
        f"round {w}room" in described for w in ("", "iron ", "stone ", "little ", "small ", "white ")
    ):
        kind = "round room"
    if kind == "room" and {"corridor", "hallway", "tunnel"} & set(plain):
        kind = "corridor"
    width, depth, height = (float(values.get(k, d)) for k, d in (("width", 5.2), ("depth", 4.4), ("height", 2.65)))
    for word, scale in (
        ("small", 0.86),
        ("tiny", 0.75),
        ("cramped", 0.8),
        ("large", 1.25),
        ("great", 1.3),
        ("huge", 1.5),
    ):
        if any(f"{word} {n}" in described for n in (place.kind, "room", "hall", *place.words, "round", "dark", "iron")):
            width, depth = width * scale, depth * scale
    if kind == "corridor":
        depth = max(depth, 12.0) * (1.3 if "endless" in plain or "very long" in described else 1.0)
    width, depth, height = _written_size(described, width, depth, height)
    if kind == "round room":
        depth = width
    wall, floor = values.get("wall", "plaster"), values.get("floor", "planks")
    wall_colour, floor_colour = values.get("wall_colour"), values.get("floor_colour")
    for i, word in enumerate(plain[:-1]):
        following = plain[i + 1].rstrip("s")
        if word in _WALLS and following == "floor":
            floor, floor_colour = _WALLS[word], _WALL_COLOURS[_WALLS[word]]
        elif word in _WALLS and following in ("wall", "room", "hall", "corridor", "cellar", "kitchen"):
            wall, wall_colour = _WALLS[word], _WALL_COLOURS[_WALLS[word]]
        elif word in vocabulary().colours and following == "wall":
            wall_colour = vocabulary().colours[word]
    wall_colour = tuple(wall_colour or _WALL_COLOURS[wall])
    floor_colour = tuple(floor_colour or _WALL_COLOURS[floor])
    return Shell(kind, round(width, 3), round(depth, 3), round(height, 3), wall, floor, wall_colour, floor_colour)


def _written_size(text: str, width: float, depth: float, height: float) -> tuple[float, float, float]:
    """``5 by 4 m``, ``6 x 8 x 3`` and ``ceiling 2.4 m`` in the description or the set."""
    plain = text.replace(",", " ").replace("×", " x ").split()

    def number(word: str) -> float | None:
        word = word.removesuffix("m")
        return float(word) if word.isascii() and word.replace(".", "", 1).isdigit() else None

    for i, word in enumerate(plain):
        before = number(plain[i - 1]) if i else None
        after = number(plain[i + 1]) if i + 1 < len(plain) else None
        if word in ("by", "x") and before and after:
            if i > 2 and plain[i - 2] in ("by", "x"):
                height = min(max(after, 1.9), 20.0)
            else:
                width, depth = min(max(before, 2.0), 60.0), min(max(after, 2.0), 80.0)
        if word in ("ceiling", "high") and after:
            height = min(max(after, 1.9), 20.0)
    return width, depth, height


def _sea(requests: list[tuple[Phrase, Request]], place: PlaceEntry, interior: bool) -> str:
    if interior:
        return ""
    written = next((r.sea for _, r in requests if r.sea), "")
    if written:
        return written if written != "?" else "south"
    return "south" if place.kind in ("shore", "cliff") else ""


def _terrain(place: PlaceEntry, sea: str, interior: bool, seed: int) -> Terrain:
    if interior:
        return Terrain()
    values = place.terrain or {}
    kind = values.get("kind", "field")
    if sea and kind not in ("shore", "cliff"):
        kind = "shore"
    colour = tuple(values.get("colour", (0.1, 0.1, 0.08))) if kind == values.get("kind") else (0.3, 0.25, 0.18)
    return Terrain(kind, colour, seed, (WALL_YAW[sea] + 180.0) % 360.0 if sea else 0.0)


def _with_openings(layout: Layout) -> Shell:
    s = layout.shell
    return Shell(
        s.kind, s.width, s.depth, s.height, s.wall, s.floor, s.wall_colour, s.floor_colour, tuple(layout.openings)
    )


def _groups(spec: SetSpec) -> dict[str, tuple[str, ...]]:
    """Cue names that belong together: every practical of a kind, every row of racks, all of them."""
    groups: dict[str, list[str]] = {}
    for piece in spec.pieces:
        if not piece.lit:
            continue
        name = piece.name.rsplit(".", 1)[0] if piece.kind == "rack" and piece.name.count(".") == 2 else piece.name
        for group in {name, piece.kind, piece.kind + "s"}:
            if name not in groups.setdefault(group, []):
                groups[group].append(name)
    return {name: tuple(members) for name, members in groups.items()}


def _seed(name: str, film_seed: int) -> int:
    value = film_seed & 0x7FFFFFFF
    for char in name.upper():
        value = (value * 131 + ord(char)) & 0x7FFFFFFF
    return value
