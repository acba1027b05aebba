"""The gaffer: practicals, moon or sun through real openings, rims and fills, for a place at one time of day.

Base rigs first (one warm practical against cool moonlight, hardly any ambient), then the writer's ``light`` phrases change
them. Intensities are the contract's: a POINT of 1.0 lights white at 1 m to exposure 1; a SUN of 1.0 lights white facing it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from compiler.meaning.film import Phrase, Property
from compiler.staging.model import Fog, Light, LightKind, Piece, Rgb, Sky, Vec3
from compiler.staging.places_layout import WALL_YAW, Layout, wall_point
from compiler.staging.places_vocabulary import SMALL_WORDS

WARM: Rgb = (1.0, 0.58, 0.26)
COOL: Rgb = (0.42, 0.58, 1.0)
TIMES = {
    "night": "night", "midnight": "night", "late night": "night", "dawn": "dawn", "sunrise": "dawn", "daybreak": "dawn",
    "first light": "dawn", "dusk": "dusk", "sunset": "dusk", "evening": "dusk", "twilight": "dusk", "magic hour": "dusk",
    "morning": "morning", "day": "day", "noon": "day", "afternoon": "day",
}  # fmt: skip
_COLOURS: dict[str, Rgb] = {
    "warm": WARM, "amber": (1.0, 0.5, 0.14), "orange": (1.0, 0.42, 0.12), "golden": (1.0, 0.64, 0.28),
    "gold": (1.0, 0.64, 0.28), "red": (1.0, 0.09, 0.05), "cool": COOL, "cold": (0.4, 0.62, 1.0), "blue": (0.2, 0.38, 1.0),
    "white": (1.0, 0.95, 0.9), "green": (0.3, 1.0, 0.5), "teal": (0.2, 0.85, 0.85), "pink": (1.0, 0.35, 0.55),
    "purple": (0.6, 0.25, 1.0), "violet": (0.6, 0.25, 1.0), "silver": (0.7, 0.8, 1.0), "pale": (0.75, 0.82, 1.0),
}  # fmt: skip
_LEVELS = {"dim": 0.45, "low": 0.5, "faint": 0.35, "weak": 0.5, "soft": 0.75, "bright": 1.8, "strong": 1.7, "hard": 1.4,
           "harsh": 1.8, "blinding": 3.0, "dark": 0.5}  # fmt: skip
_SKYLIGHT = {"moonlight", "moon", "sunlight", "sun", "daylight", "skylight", "starlight", "moonbeam", "moonbeams"}
_KNOWN = {"key", "fill", "rim", "flicker", "flickering", "ambient", "only", "shadow", "shadows", "light", "haze", "fog",
          "mist", "dust", "contrast", "window", "candlelight", "firelight"}  # fmt: skip


@dataclass(slots=True)
class Rig:
    """Lights by what they do, while phrases still change them."""

    practicals: dict[str, Light] = field(default_factory=dict)
    skylight: Light | None = None
    extra: list[Light] = field(default_factory=list)
    rim: float = 0.2
    rim_colour: Rgb = COOL
    fill: float = 0.05
    ambient: float = 0.012
    ambient_colour: Rgb = (0.4, 0.5, 0.8)
    fog: float = 0.02
    exposure: float = 0.0
    side: str = ""


def time_name(time_of_day: str) -> str:
    """One of night, dawn, morning, day, dusk for the words of a heading; ``day`` when they say nothing."""
    text = time_of_day.lower()
    return next((value for word, value in TIMES.items() if word in text), "day")


def light_place(
    layout: Layout, properties: tuple[Property, ...], time: str, words: str
) -> tuple[tuple[Light, ...], Sky, Fog, float, list[Phrase]]:
    """Lights, sky, fog, exposure in stops, and the phrases that meant nothing. Changes ``lit`` of pieces in ``layout``."""
    sky = make_sky(layout, time, words)
    rig = _interior(layout, time, sky) if layout.interior else _exterior(layout, time, sky)
    unknown = [
        phrase
        for prop in properties
        if not prop.when or time_name(prop.when) == time or prop.when.lower() == time
        for phrase in prop.phrases
        if not _direct(layout, rig, phrase.text)
    ]
    for i, piece in enumerate(layout.pieces):
        if layout.entries[i].glow is not None:
            layout.pieces[i] = replace(piece, lit=piece.name in rig.practicals)
    fog_scale = 2.2 if any(w in words for w in ("fog", "mist", "haze", "smoke")) else 1.0
    if any(p.kind == "tree" for p in layout.pieces) and sum(p.kind == "tree" for p in layout.pieces) > 8:
        fog_scale *= 3.0  # woods hold their air: depth comes from trees paling into it
    fog = Fog(_r(rig.fog * fog_scale), 0.0 if layout.interior else 6.0, _fog_colour(layout, time))
    return _lights(layout, rig, sky), sky, fog, rig.exposure, unknown


def make_sky(layout: Layout, time: str, words: str) -> Sky:
    """Where sun or moon stand: outside the first window indoors, over the sea or ahead of the camera outdoors."""
    elevation = {"night": 31.0, "dawn": 5.0, "dusk": 6.0, "morning": 20.0, "day": 42.0}[time]
    if layout.interior:
        window = next((o for o in layout.openings if o.kind == "window"), None)
        azimuth = (WALL_YAW[window.wall] + 180.0 if window else 180.0) + 27.0
        elevation = max(elevation, 12.0)
    elif layout.terrain.kind in ("shore", "cliff"):
        azimuth = layout.terrain.yaw + {"night": 17.0, "dawn": -16.0}.get(time, 40.0)
        elevation = {"night": 14.0, "dawn": 4.0}.get(time, elevation)
    elif layout.terrain.kind == "street" and time in ("dusk", "dawn"):
        # Between houses a low sun shines along the street or not at all.
        azimuth, elevation = layout.terrain.yaw + 180.0 + (-5.0 if time == "dusk" else 6.0), 9.0
    else:
        azimuth = 180.0 + {"night": 72.0, "dawn": -30.0}.get(time, 52.0)
        elevation = elevation if time != "night" else 36.0
    cloud = (
        0.8
        if any(w in words for w in ("cloud", "overcast", "storm", "grey sky", "rain"))
        else {"dawn": 0.42, "dusk": 0.42}.get(time, 0.25)
    )
    stars = {"night": 0.9, "dawn": 0.12, "dusk": 0.15}.get(time, 0.0) * (0.3 if cloud > 0.5 else 1.0)
    name = "day" if time == "morning" else time
    return Sky(name, _r((azimuth + 180.0) % 360.0 - 180.0), elevation, cloud, _r(stars))


def _interior(layout: Layout, time: str, sky: Sky) -> Rig:
    rig = Rig(fog=0.026)
    window = any(o.kind == "window" for o in layout.openings)
    rack_hall = any(p.kind == "rack" for p in layout.pieces)
    glowing = [(i, p) for i, p in enumerate(layout.pieces) if layout.entries[i].glow is not None]
    if time in ("night", "dusk", "dawn") or not window:
        for i, piece in glowing:
            if piece.lit:
                rig.practicals[piece.name] = _practical(layout, i, piece)
    travel = _travel(sky)
    match time:
        case "night":
            level, colour, rig.exposure, rig.ambient = 1.1, COOL, 0.3, 0.022
        case "dawn":
            level, colour, rig.exposure = 2.6, (1.0, 0.58, 0.32), -0.9
            rig.fog = 0.011
            rig.ambient, rig.ambient_colour, rig.fill = 0.13, (0.5, 0.58, 0.8), 0.12
        case "dusk":
            level, colour, rig.exposure = 1.6, (1.0, 0.5, 0.28), -0.4
            rig.fog = 0.02
            rig.ambient, rig.fill = 0.08, 0.1
        case "morning":
            level, colour, rig.exposure = 5.5, (1.0, 0.82, 0.6), -1.0
            rig.fog = 0.012
            rig.ambient, rig.ambient_colour, rig.fill = 0.4, (0.66, 0.72, 0.85), 0.3
        case _:
            level, colour, rig.exposure = 6.0, (1.0, 0.92, 0.8), -1.1
            rig.fog = 0.01
            rig.ambient, rig.ambient_colour, rig.fill = 0.55, (0.72, 0.77, 0.85), 0.35
    tubes = [(i, p) for i, p in glowing if p.kind == "strip" and p.lit]
    if not window and not rack_hall and time != "night":
        # No daylight comes in: whatever the hour, the lamps are all there is, and the camera is set for them.
        rig.exposure, rig.ambient, rig.fill, rig.ambient_colour = 0.45, 0.1, 0.12, (0.72, 0.77, 0.85)
    elif tubes and not rack_hall and time in ("day", "morning"):
        for i, piece in tubes:  # wards, offices, classrooms burn theirs all day
            rig.practicals[piece.name] = _practical(layout, i, piece)
        rig.exposure, rig.fill = rig.exposure + 0.8, rig.fill + 0.1
    if window:
        name = "moonlight" if time == "night" else "sunlight"
        rig.skylight = Light(name, LightKind.SUN, colour, level, direction=travel, radius=0.02, volumetric=True)
        rig.extra += _window_glow(layout, time)
        rig.rim_colour = COOL if time == "night" else colour
    if not rig.practicals and (time == "night" or not window) and not rack_hall:
        at = (-1.1, layout.shell.height - 0.35, 0.4)
        rig.extra.append(Light("key", LightKind.POINT, WARM, 1.3, position=at, radius=0.12, volumetric=True))
    if rack_hall:
        rig.rim, rig.fill, rig.fog, rig.ambient = 0.5, 0.17, 0.03, 0.012
        rig.extra += _row_lights(layout)
        end = (0.0, layout.shell.height * 0.62, _r(-layout.shell.depth / 2 + 1.6))
        rig.extra.append(
            Light("far glow", LightKind.POINT, (0.45, 0.68, 1.0), 1.6, end, radius=0.5, shadows=False, volumetric=True)
        )
    return rig


def _exterior(layout: Layout, time: str, sky: Sky) -> Rig:
    rig = Rig(fog=0.004)
    travel = _travel(sky)
    dark = time in ("night", "dusk", "dawn")
    for i, piece in enumerate(layout.pieces):
        if layout.entries[i].glow is not None and dark and (piece.lit or piece.kind in ("lamp post", "lighthouse")):
            rig.practicals[piece.name] = _practical(layout, i, piece)
    match time:
        case "night":
            level, colour = (0.32 if layout.terrain.kind in ("shore", "cliff") else 0.42), COOL
            rig.ambient, rig.rim, rig.fill, rig.exposure = 0.05, 0.28, 0.045, 0.4
        case "dawn":
            level, colour = 1.25, (1.0, 0.52, 0.26)
            rig.ambient, rig.ambient_colour = 0.2, (0.5, 0.56, 0.78)
            rig.rim, rig.fill, rig.fog, rig.rim_colour = 0.6, 0.12, 0.007, (1.0, 0.55, 0.3)
            rig.exposure = -1.1
        case "dusk":
            level, colour = 0.8, (1.0, 0.42, 0.2)
            rig.ambient, rig.ambient_colour = 0.13, (0.42, 0.45, 0.75)
            rig.rim, rig.fill, rig.fog, rig.rim_colour = 0.4, 0.1, 0.006, (1.0, 0.5, 0.3)
            rig.exposure = -0.7
            if layout.terrain.kind == "street":
                # House fronts keep most of the sky off the people between them: what is left of it has to be used.
                level, rig.ambient, rig.fill, rig.rim, rig.exposure = 1.5, 0.22, 0.26, 0.7, -0.25
                rig.fog = 0.003
        case "morning":
            level, colour = 2.3, (1.0, 0.84, 0.62)
            rig.ambient, rig.ambient_colour, rig.rim, rig.fill, rig.exposure = 0.4, (0.6, 0.7, 0.9), 0.3, 0.1, -0.6
        case _:
            level, colour = 2.6, (1.0, 0.95, 0.86)
            rig.ambient, rig.ambient_colour, rig.rim, rig.fill, rig.exposure = (
                0.95,
                (0.66, 0.75, 0.92),
                0.25,
                0.22,
                -0.5,
            )
    if sky.cloud > 0.5:
        level, rig.ambient = level * 0.4, rig.ambient * 1.25
    name = "moonlight" if time == "night" else "sunlight"
    rig.skylight = Light(name, LightKind.SUN, colour, _r(level), direction=travel, radius=0.02)
    return rig


def _practical(layout: Layout, i: int, piece: Piece) -> Light:
    glow = layout.entries[i].glow
    assert glow is not None
    yaw = math.radians(piece.yaw)
    gx, gy, gz = (g * s for g, s in zip(glow.at, piece.scale, strict=True))
    x, y, z = piece.position
    position = (
        _r(x + gx * math.cos(yaw) + gz * math.sin(yaw)), _r(y + gy), _r(z - gx * math.sin(yaw) + gz * math.cos(yaw))
    )  # fmt: skip
    near = piece.kind in ("house", "screen", "strip")
    return Light(
        piece.name, LightKind.POINT, glow.colour, glow.intensity, position=position, radius=glow.radius, shadows=not near,
        volumetric=piece.kind in ("lamp post", "lighthouse", "keeper", "lamp", "strip"), flicker=glow.flicker,
    )  # fmt: skip


def _window_glow(layout: Layout, time: str) -> list[Light]:
    """The soft sky a window lets in, as a wide spot at the pane."""
    level = {"night": 0.45, "dawn": 1.2, "dusk": 0.8, "morning": 4.5, "day": 6.0}[time]
    colour = {"night": COOL, "dawn": (0.6, 0.66, 0.9), "dusk": (0.55, 0.5, 0.8)}.get(time, (0.75, 0.85, 1.0))
    lights = []
    for opening in [o for o in layout.openings if o.kind == "window"][:2]:
        x, z = wall_point(layout.shell, opening.wall, opening.offset, -0.25)
        yaw = math.radians(WALL_YAW[opening.wall])
        down = (_r(math.sin(yaw) * 0.94), -0.34, _r(math.cos(yaw) * 0.94))
        at = (_r(x), _r(opening.sill + opening.height * 0.6), _r(z))
        lights.append(
            Light(
                f"{opening.name} sky",
                LightKind.SPOT,
                colour,
                level,
                at,
                down,
                cone_deg=110.0,
                radius=0.4,
                shadows=False,
            )
        )
    return lights


def _row_lights(layout: Layout) -> list[Light]:
    """Every second row of racks gives the floor and the faces near it a little of its lights' colour."""
    rows: dict[str, list[Piece]] = {}
    for piece in layout.pieces:
        if piece.kind == "rack" and piece.name.count(".") == 2:
            rows.setdefault(piece.name.rsplit(".", 1)[0], []).append(piece)
    names = list(rows)
    step = max(1, math.ceil(len(names) / (4 if any(p.kind == "strip" for p in layout.pieces) else 8)))
    lights: list[Light] = []
    for name in names[step // 2 :: step]:
        z = sum(p.position[2] for p in rows[name]) / len(rows[name])
        x = sum(p.position[0] for p in rows[name]) / len(rows[name])
        side = 0.85 if len(lights) % 2 else -0.85
        lights.append(
            Light(
                name, LightKind.POINT, (0.25, 0.72, 0.95), 0.22, (_r(x + side), 1.25, _r(z)), radius=0.5, shadows=False
            )
        )
    return lights


def _lights(layout: Layout, rig: Rig, sky: Sky) -> tuple[Light, ...]:
    lights: list[Light] = []
    casting = 0
    for light in rig.practicals.values():
        lights.append(replace(light, shadows=light.shadows and casting < 2))
        casting += light.shadows
    if rig.skylight is not None:
        lights.append(rig.skylight)
    lights += rig.extra
    key_x = next((light.position[0] for light in rig.practicals.values()), 0.0)
    back = rig.skylight.direction if rig.skylight is not None and not layout.interior else (0.25, -0.55, 0.8)
    rim: Vec3 = (_r(back[0]), _r(min(back[1], -0.3)), _r(back[2]))
    if rig.rim > 0:
        lights.append(
            Light("rim", LightKind.SUN, rig.rim_colour, _r(rig.rim), direction=rim, shadows=False, people_only=True)
        )
    if rig.fill > 0:
        warm_side = -1.0 if rig.side == "left" else 1.0 if rig.side == "right" else (1.0 if key_x >= 0 else -1.0)
        for name, x, colour, share in (
            ("fill", warm_side, WARM, 1.0),
            ("far fill", -warm_side, rig.ambient_colour, 0.8),
        ):
            way: Vec3 = (_r(-0.75 * x), -0.25, -0.62)
            lights.append(
                Light(name, LightKind.SUN, colour, _r(rig.fill * share), direction=way, shadows=False, people_only=True)
            )
    lights.append(Light("sky", LightKind.SKY, rig.ambient_colour, _r(rig.ambient), shadows=False))
    return tuple(lights)


def _direct(layout: Layout, rig: Rig, text: str) -> bool:
    """Applies one ``light`` phrase; false when no word of it is about light."""
    words = [w.strip(".,;") for w in text.lower().replace("-", " ").split()]
    left = [w for w in words if w not in SMALL_WORDS or w == "little"]
    off = bool({"no", "without", "off", "out", "unlit"} & set(left))
    colour = next((_COLOURS[w] for w in left if w in _COLOURS), None)
    level = math.prod(_LEVELS[w] for w in left if w in _LEVELS)
    side = next((w for w in left if w in ("left", "right")), "")
    flicker = any(w.startswith("flicker") for w in left)
    rig.side = side or rig.side
    source = [
        w
        for w in left
        if w not in _COLOURS and w not in _LEVELS and w not in ("as", "from", "through", "left", "right")
    ]
    noun = " ".join(source).split(" key")[0].split(" rim")[0].split(" fill")[0]
    noun = noun.replace("candlelight", "candle").replace("firelight", "fire").replace("lamplight", "lamp")
    if not layout.interior and "window" in left and {"lit", "light", "lights", "glowing", "warm"} & set(left):
        for i, piece in enumerate(layout.pieces):
            if piece.kind == "house":
                rig.practicals[piece.name] = _practical(layout, i, piece)
    elif {"fill"} & set(left) and off:
        rig.fill = 0.0
    elif {"ambient"} & set(left):
        rig.ambient = 0.0 if off else rig.ambient * 2.5 * level
    elif set(left) & _SKYLIGHT or "window" in left:
        if off:
            rig.skylight = None
        elif rig.skylight is not None:
            level = level / _LEVELS["low"] if "low" in left else level  # a low sun stands low, it is not weak
            rig.skylight = replace(
                rig.skylight, colour=colour or rig.skylight.colour, intensity=_r(rig.skylight.intensity * level)
            )
            if "key" in left:  # then nothing else is
                rig.practicals.clear()
                rig.skylight = replace(rig.skylight, intensity=_r(rig.skylight.intensity * 1.35))
                rig.fill, rig.ambient = rig.fill * 2.4, rig.ambient * 1.5
            if "rim" in left:
                rig.rim, rig.rim_colour = rig.rim * 1.4, colour or rig.rim_colour
    elif (found := _named_light(layout, noun)) is not None:
        piece = layout.pieces[found]
        if off:
            rig.practicals.pop(piece.name, None)
        else:
            light = rig.practicals.get(piece.name) or _practical(layout, found, piece)
            light = replace(light, colour=colour or light.colour, intensity=_r(light.intensity * level))
            if flicker:
                light = replace(light, flicker=max(light.flicker, 0.4))
            rig.practicals[piece.name] = light
            if "only" in left:
                rig.practicals = {piece.name: light}
                rig.skylight, rig.extra = None, []
    elif flicker:
        for name, light in rig.practicals.items():
            rig.practicals[name] = replace(light, flicker=max(light.flicker, 0.4))
    elif "rim" in left:
        rig.rim, rig.rim_colour = (0.0 if off else rig.rim * 1.5 * level), colour or rig.rim_colour
    elif "fill" in left:
        rig.fill *= 0.6 if "little" in left else 1.6 * level
    elif {"end", "distance", "overhead", "above"} & set(left):
        high = layout.shell.height
        at = (
            (0.0, high - 0.3, 0.0)
            if {"overhead", "above"} & set(left)
            else (0.0, 0.62 * high, 1.6 - layout.shell.depth / 2)
        )
        name = "overhead" if {"overhead", "above"} & set(left) else "far glow"
        rig.extra = [x for x in rig.extra if x.name != name]
        rig.extra.append(
            Light(
                name, LightKind.POINT, colour or COOL, _r(1.6 * level), at, radius=0.5, shadows=False, volumetric=True
            )
        )
    elif "key" in left or side:
        x = {"left": -1.0, "right": 1.0}.get(side, -0.8)
        reach = (
            0.9 if layout.shell.kind == "corridor" else layout.shell.width / 2 - 0.6
        )  # clear of what lines the walls
        at = (x * (reach if layout.interior else 3.0), 2.1, 0.9)
        rig.extra.append(Light("key", LightKind.POINT, colour or WARM, _r(1.6 * level), at, radius=0.15))
    elif set(left) & {"haze", "fog", "mist", "dust", "smoke"}:
        rig.fog *= 2.2
    elif level != 1.0 or colour is not None:
        for name, light in rig.practicals.items():
            rig.practicals[name] = replace(light, colour=colour or light.colour, intensity=_r(light.intensity * level))
        rig.exposure += math.log2(level) * 0.5 if not rig.practicals else 0.0
    else:
        return bool(set(left) & _KNOWN)
    return True


def _named_light(layout: Layout, noun: str) -> int | None:
    if not noun.strip():
        return None
    found = layout.index(noun)
    if found is not None and layout.entries[found].glow is not None:
        return found
    glowing = [i for i, e in enumerate(layout.entries) if e.glow is not None]
    return glowing[0] if glowing and noun.split()[-1] in ("lamp", "light", "practical", "lamps") else None


def _travel(sky: Sky) -> Vec3:
    azimuth, elevation = math.radians(sky.azimuth), math.radians(sky.elevation)
    flat = math.cos(elevation)
    return (_r(-math.sin(azimuth) * flat), _r(-math.sin(elevation)), _r(-math.cos(azimuth) * flat))


def _fog_colour(layout: Layout, time: str) -> Rgb:
    if layout.interior:
        return (0.6, 0.62, 0.66)
    return {"night": (0.03, 0.045, 0.085), "dawn": (0.62, 0.5, 0.5), "dusk": (0.4, 0.32, 0.42)}.get(
        time, (0.6, 0.68, 0.78)
    )


def _r(value: float) -> float:
    return round(value, 4) + 0.0
