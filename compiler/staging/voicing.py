"""Who sounds how: voices from words, deliveries from parentheticals, rooms from places, and how long a line will take.

Pure and light: nothing is synthesised here. The estimate was fitted to real synthesis (see ``tests/sound``); the
runtime's exact timing replaces it as a fact.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b

from compiler.meaning.film import Character, Delivery, Speech
from compiler.staging.lexicon import Lexicon, lexicon
from compiler.staging.model import LineTiming, Manner, PersonSpec, SpokenLine, VoiceSpec
from stdlib.sounds import recipe_of

FEMALE_STYLES = ("jf_alpha", "jf_gongitsune", "jf_nezumi", "jf_tebukuro")
MALE_STYLE = "jm_kumo"

MACHINE_WORDS = frozenset(
    {"machine", "synthetic", "synthesised", "synthesized", "robot", "robotic", "computer", "android"}
)

_STYLE_PITCH = {"jf_alpha": 261.0, "jf_gongitsune": 231.0, "jf_nezumi": 238.0, "jf_tebukuro": 333.0, "jm_kumo": 87.0}
"""Median F0 of each packaged style in Hz."""

_PITCH_WORDS = {
    "low": -2.0, "deep": -2.5, "dark": -1.5, "husky": -1.0, "high": 1.5, "bright": 1.0, "thin": 1.0, "light": 0.7,
}  # fmt: skip
_RATE_WORDS = {
    "slow": 0.88, "unhurried": 0.9, "measured": 0.92, "calm": 0.95, "patient": 0.93, "drawling": 0.84,
    "quick": 1.12, "fast": 1.15, "rapid": 1.18, "brisk": 1.1, "nervous": 1.08, "clipped": 1.08,
}  # fmt: skip
_BREATH_WORDS = {
    "breathy": 0.5, "husky": 0.4, "hoarse": 0.45, "soft": 0.2, "rough": 0.3, "gravelly": 0.35, "airy": 0.6,
    "smoky": 0.4, "worn": 0.25, "frail": 0.35, "intimate": 0.3,
}  # fmt: skip
_BRITISH_WORDS = frozenset(["british", "english", "london", "oxford", "scottish", "irish", "welsh"])
_FEMALE_WORDS = frozenset(["female", "woman", "woman's", "girl", "feminine"])
_MALE_WORDS = frozenset(["male", "man", "man's", "boy", "masculine"])


def voice_of(c: Character, p: PersonSpec) -> VoiceSpec:
    """The voice of a character.

    Words of the ``voice:`` line decide first, then gender and age; what is left open is drawn from a
    hash of the identity seed, so that undirected characters sound different and always the same.
    """
    words = _words(" ".join(phrase.text for phrase in c.voice))
    gender = 0.0 if words & _FEMALE_WORDS else 1.0 if words & _MALE_WORDS else p.gender
    draw = _draws(c.seed or c.name or p.name)
    rate = _product(_RATE_WORDS, words) * _age_rate(p.age) * (0.97 + 0.06 * draw[2])
    pitch = _sum(_PITCH_WORDS, words) + _age_pitch(p.age)
    breath = min(1.0, _sum(_BREATH_WORDS, words) + max(0.0, p.age - 60.0) * 0.006)
    if words & MACHINE_WORDS:
        return VoiceSpec(
            blend=(("heart", 1.0),),
            rate=_step(_product(_RATE_WORDS, words), 0.01),
            pitch=_step(_sum(_PITCH_WORDS, words) + (-5.0 if words & _MALE_WORDS else -1.0), 0.1),
            breath=_step(min(1.0, _sum(_BREATH_WORDS, words)), 0.05),
            british=bool(words & _BRITISH_WORDS),
            engine="machine",
        )
    blend = _blend(gender, draw, low=pitch <= -1.5, high=pitch >= 1.0)
    # A blend already carries part of a directed pitch; the rest is DSP, kept small because it costs naturalness.
    pitch = max(-3.0, min(3.0, pitch * 0.6 + (draw[3] - 0.5) * 1.2))
    return VoiceSpec(
        blend=blend,
        rate=_step(max(0.7, min(1.3, rate)), 0.01),
        pitch=_step(pitch, 0.1),
        breath=_step(breath, 0.05),
        british=bool(words & _BRITISH_WORDS),
    )


def voice_pitch(v: VoiceSpec) -> float:
    """Expected median F0 in Hz, for reports and for telling voices apart."""
    base = sum(_STYLE_PITCH.get(name, 196.0) * weight for name, weight in v.blend)
    return float(base * 2.0 ** (v.pitch / 12.0))


def delivery_of(manner: tuple[str, ...], words: Lexicon | None = None) -> str:
    """The delivery meant by a speech's parentheticals, ``""`` for none known: ``("whispering",)`` → ``whisper``."""
    found = (words or lexicon()).manners(", ".join(manner))
    return found[0].name if found else ""


def manner_of(manner: tuple[str, ...], words: Lexicon | None = None) -> Manner:
    """What a speech's parentheticals ask of the voice: the numbers of the delivery that speaks of it most."""
    found = (words or lexicon()).manners(", ".join(manner)) if manner else ()
    made = next((d for d in found if _voiced(d)), None)
    if made is None:
        return Manner()
    loudness = -20.0 if made.loudness is None else made.loudness
    return Manner(made.rate, made.pause, loudness, made.breath, made.pitch, made.effect)


def spoken_pauses(speech: Speech) -> tuple[tuple[int, float], ...]:
    """The silences inside a speech, as a voice keeps them: seconds before words."""
    return tuple((at, _step(float(seconds), 0.001)) for at, seconds in speech.pauses if at > 0)


def _voiced(made: Delivery) -> bool:
    """Whether a delivery changes the voice, not the face only."""
    return made.loudness is not None or (made.rate, made.pause, made.breath, made.pitch, made.effect) != (
        1,
        1,
        0,
        0,
        "",
    )


def articulation(manner: Manner) -> float:
    """How wide a mouth opens for a manner, 1 ordinary: quiet speech hardly moves the jaw, shouting moves it far."""
    if manner.effect == "shout":
        return 1.35
    return _step(max(0.7, min(1.3, 1.0 + 0.045 * (manner.loudness + 20.0))), 0.01)


def room_of(interior: bool, words: str) -> str:
    """The reverb a place has by its words: ``hall``, ``small room``, ``room``, ``exterior`` (or ``cave``, ``car``)."""
    found = _words(words)
    for room, marks in _ROOMS:
        if found & marks and (interior or room in ("cave", "street")):
            return room
    return "room" if interior else "exterior"


def estimate(line: SpokenLine) -> LineTiming:
    """How long ``line`` takes, before anybody has spoken it: within about 12 % of the synthesised length.

    Time is counted per syllable and consonant, plus pauses at punctuation, over voice and delivery rate.
    ``words`` follow ``line.text.split()``.
    """
    pieces = line.text.split()
    pace = _pace(line)
    spans: list[tuple[float, float]] = []
    at = _LEAD * pace
    spoken = [index for index, piece in enumerate(pieces) if word_weight(piece)]
    silences = dict(line.pauses)
    for index, piece in enumerate(pieces):
        at += silences.get(index, 0.0)
        weight = (word_weight(piece) + (_LENGTHENING if [index] == spoken[-1:] else 0.0)) * pace
        spans.append((round(at, 4), round(at + weight, 4)))
        at += weight
        if index + 1 < len(pieces):
            at += pause_after(piece) * line.manner.pause / max(0.5, line.voice.rate)
    seconds = at + _TAIL * pace if spoken else SILENT_LINE
    return LineTiming(seconds=round(seconds, 4), words=tuple(spans), exact=False)


SILENT_LINE = 0.6
"""Seconds a line takes that holds no speakable word (``…``)."""

_LEAD, _LENGTHENING, _TAIL = 0.07, 0.223, 0.12
_SYLLABLE, _CONSONANT, _WORD, _DIGIT = 0.0824, 0.05, 0.022, 0.255
_STYLE_PACE = {
    "jf_alpha": 0.95, "jf_gongitsune": 1.02, "jf_nezumi": 0.97, "jf_tebukuro": 0.94, "jm_kumo": 1.0, "heart": 0.89,
}  # fmt: skip


@lru_cache(maxsize=1 << 15)
def word_weight(piece: str) -> float:
    """Seconds one written word takes at the reference pace; 0 for bare punctuation."""
    total = 0.0
    for run in re.findall(r"[^\W\d_]+|\d+", piece.replace("'", "").replace("’", "")):
        if run.isdigit():
            total += _DIGIT * len(run)
            continue
        syllables = syllable_count(run)
        consonants = len(re.findall(r"[^aeiouyAEIOUY]", _DIGRAPHS.sub("x", run.lower())))
        total += _WORD + _SYLLABLE * syllables + _CONSONANT * consonants
    return total


def syllable_count(word: str) -> int:
    """Syllables of an English word by its vowel groups; at least one."""
    word = word.lower()
    groups = len(re.findall(r"[aeiouyàâäáãåæèéêëìíîïòóôöõøùúûüœ]+", word))
    if re.search(r"[^aeiouyl]e$|[^aeiouytd]ed$|[^aeiouysxz]es$", word) and groups > 1:
        groups -= 1
    if re.search(r"i[ao]n?\b|[aeiouy]ing$|ua|eo", word) and not re.search(r"[cstx]ion|[ct]ia", word):
        groups += 1
    return max(1, groups)


def pause_after(piece: str) -> float:
    """Seconds of silence a word's closing punctuation asks for at the reference pace."""
    tail = piece.rstrip("\"'”’)*_]")
    if tail.endswith(("...", "…")):
        return 0.6
    if tail.endswith((".", "!", "?", "--", "—", "–")):
        return 0.54
    if tail.endswith((",", ";", ":")):
        return 0.18
    return 0.0


_ROOMS: tuple[tuple[str, frozenset[str]], ...] = (
    ("cave", frozenset(["cave", "tunnel", "well", "cistern", "grotto"])),
    (
        "hall",
        frozenset(
            [
                "hall",
                "corridor",
                "church",
                "cathedral",
                "archive",
                "warehouse",
                "station",
                "gallery",
                "atrium",
                "hangar",
                "theatre",
            ]
        ),
    ),
    ("car", frozenset(["car", "truck", "cab", "cockpit", "booth", "cupboard", "closet"])),
    (
        "small room",
        frozenset(["bathroom", "cell", "kitchen", "cabin", "cellar", "lift", "elevator", "attic", "hut"]),
    ),
    ("street", frozenset(["street", "alley", "courtyard", "canyon", "square"])),
)
_DIGRAPHS = re.compile(r"th|sh|ch|ph|gh|ck|wh|ng|([bcdfglmnprstz])\1")


def _pace(line: SpokenLine) -> float:
    styles = line.voice.blend or ((MALE_STYLE, 1.0),)
    pace = sum(_STYLE_PACE.get(name, 1.0) * weight for name, weight in styles)
    return pace / max(0.4, line.voice.rate * line.manner.rate)


def _blend(gender: float, draw: tuple[float, ...], low: bool, high: bool) -> tuple[tuple[str, float], ...]:
    """A convex blend of two or three styles. Outside the convex hull the model is unstable, so never extrapolate."""
    first = FEMALE_STYLES[int(draw[0] * 4) % 4]
    if low and first == "jf_tebukuro":
        first = "jf_gongitsune"
    if gender >= 0.5:
        tint = (0.0 if low else 0.16 if high else 0.1) + 0.14 * draw[1] + 0.25 * (1.0 - gender)
        return _weights({MALE_STYLE: 1.0 - tint, first: tint})
    second = FEMALE_STYLES[(FEMALE_STYLES.index(first) + 1 + int(draw[1] * 2)) % 3]  # the highest voice never twice
    base = {first: 0.55 + 0.25 * draw[1]}
    base[second] = base.get(second, 0.0) + 1.0 - sum(base.values())
    # The packaged female styles speak high for grown women; a little of the low style brings them to 180–230 Hz.
    chest = (0.3 if low else 0.05 if high else 0.18) + 0.2 * gender
    return _weights({name: weight * (1.0 - chest) for name, weight in base.items()} | {MALE_STYLE: chest})


def _weights(raw: dict[str, float]) -> tuple[tuple[str, float], ...]:
    """Round to hundredths, drop nothings, sum to exactly one, in name order."""
    kept = {name: round(weight, 2) for name, weight in raw.items() if round(weight, 2) > 0.0}
    top = max(kept, key=lambda name: kept[name])
    kept[top] = round(kept[top] + 1.0 - sum(kept.values()), 2)
    return tuple(sorted(kept.items()))


def _draws(seed: str) -> tuple[float, ...]:
    digest = blake2b(seed.strip().upper().encode(), digest_size=8, person=b"voice").digest()
    return tuple(int.from_bytes(digest[i : i + 2], "big") / 65536.0 for i in range(0, 8, 2))


def _age_rate(age: float) -> float:
    return 1.0 - 0.0028 * max(0.0, min(age, 85.0) - 45.0) + (0.04 if age < 14 else 0.0)


def _age_pitch(age: float) -> float:
    return 2.5 if age < 11 else 1.2 if age < 16 else -0.03 * max(0.0, min(age, 85.0) - 45.0)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W\d_]+(?:'s)?", text.lower()))


def _sum(table: dict[str, float], words: frozenset[str]) -> float:
    return sum(value for word, value in table.items() if word in words)


def _product(table: dict[str, float], words: frozenset[str]) -> float:
    result = 1.0
    for word, value in table.items():
        if word in words:
            result *= value
    return result


def _step(value: float, step: float) -> float:
    return round(round(value / step) * step, 4)


def knows(what: str) -> bool:
    """True if the sound room has a recipe for these words; others are heard as the nearest, with a warning."""
    return recipe_of(what) != ""
