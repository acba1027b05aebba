"""English as screenplays use it: the forms of verbs, regular ones by the rules of spelling, irregular ones by a table."""

from __future__ import annotations

from functools import lru_cache

_IRREGULAR = """
be is are am was were been being|have has had having|do does did done|go goes went gone|get got gotten|come came
sit sat|stand stood|lie lay lain lying|lay laid|rise rose risen|run ran|shake shook shaken|weep wept|hold held|kneel knelt
take took taken|draw drew drawn|leave left|find found|freeze froze frozen|keep kept|wring wrung|sink sank sunk|meet met
fall fell fallen|give gave given|break broke broken|speak spoke spoken|drive drove driven|ride rode ridden
write wrote written|wake woke woken|wear wore worn|tear tore torn|throw threw thrown|blow blew blown|know knew known
grow grew grown|fly flew flown|see saw seen|eat ate eaten|drink drank drunk|catch caught|bring brought|think thought
fight fought|buy bought|teach taught|feel felt|sleep slept|creep crept|sweep swept|leap leapt|lean leant|bend bent
send sent|spend spent|lend lent|build built|light lit|slide slid|hide hid hidden|bite bit bitten|swing swung|cling clung
fling flung|sting stung|string strung|spin spun|win won|begin began begun|sing sang sung|ring rang rung|swim swam swum
shrink shrank shrunk|stick stuck|strike struck|dig dug|hang hung|feed fed|lead led|bleed bled|say said|pay paid|hear heard
make made|lose lost|shoot shot|sell sold|tell told|choose chose chosen|steal stole stolen|stride strode|tread trod trodden
swear swore sworn|beat beaten|grind ground|bind bound|wind wound|burn burnt|spill spilt|smell smelt|become became
forget forgot forgotten|put|shut|set|let|cut|hit|hurt|cast|spread|read|burst
""".replace("\n", "|")
_TABLE: dict[str, tuple[str, ...]] = {w[0]: tuple(w[1:]) for entry in _IRREGULAR.split("|") if (w := entry.split())}
_UNSTRESSED = frozenset(
    """enter open offer gather linger wander whisper shudder shiver flicker glower cover lower hover follow listen gutter
    waver stutter stagger totter falter stammer murmur pocket visit edit limit exit target water order consider discover
    remember answer wonder whimper clamber slumber lumber saunter swagger button hammer batter shatter scatter mutter utter
    flutter clutter shower steer pilot blossom balance brighten darken blacken widen soften tighten straighten fasten
    hasten glisten gesture deliver recover shelter stumble loosen lighten quicken weaken ripen happen""".split()
)
"""Verbs of two syllables with the stress on the first: their last consonant is not doubled."""
_BOTH = frozenset({"kneel", "lean", "leap", "light", "burn", "spill", "smell", "weave"})
"""Irregular verbs that regular forms are written of, too."""
_VOWELS = frozenset("aeiou")


@lru_cache(maxsize=4096)
def verb_forms(base: str) -> tuple[str, ...]:
    """All forms of the verb ``base``: itself, third person, participles, past; ``sit`` → sit, sits, sitting, sat."""
    past = _TABLE.get(base)
    regular = () if past is not None and base not in _BOTH else (_past(base),)
    return tuple(dict.fromkeys((base, _third(base), _ing(base), *(past or ()), *regular)))


def _third(base: str) -> str:
    if base.endswith("y") and len(base) > 1 and base[-2] not in _VOWELS:
        return base[:-1] + "ies"
    return base + ("es" if base.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")


def _ing(base: str) -> str:
    if base.endswith("ie"):
        return base[:-2] + "ying"
    if base.endswith("e") and not base.endswith(("ee", "oe", "ye")) and len(base) > 2:
        return base[:-1] + "ing"
    return (base + base[-1] if _doubles(base) else base) + "ing"


def _past(base: str) -> str:
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and len(base) > 1 and base[-2] not in _VOWELS:
        return base[:-1] + "ied"
    return (base + base[-1] if _doubles(base) else base) + "ed"


def _doubles(base: str) -> bool:
    """One short vowel and one consonant end a stressed syllable: nod → nodding."""
    if len(base) < 3 or base in _UNSTRESSED or base[-1] in "wxy" or base[-1] in _VOWELS or base[-2] not in _VOWELS:
        return False
    return base[-3] not in _VOWELS or base[-3:-1] == "ui"
