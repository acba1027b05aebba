"""Letters that look alike across alphabets: which script a letter is of, and what a name looks like to a reader.

After Unicode Technical Standard 39 (confusables, mixed scripts), for the alphabets that share Latin's shapes.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_PAIRS = (
    "АA ВB ЕE ЅS ІI ЈJ КK МM НH ОO РP СC ТT УY ХX ԌG ԚQ ԜW ҮY ҺH ӀI Ԁd "
    "аa еe оo рp сc уy хx ѕs іi јj һh ԁd ԛq ԝw ӏl ғf "
    "ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX αa οo νv ρp ιi κk υu χx ϲc ϳj "
    "ԱU ՍU ՏS Օo օo սu ոn հh ցg ᎪA ᏴB ᏟC ᎬE ᎻH ᎫJ ᏦK ᏞL ᎷM ᏢP ᏚS ᎢT ᏔW ᏃZ"
)
_LATIN = {pair[0]: pair[1] for pair in _PAIRS.split()}
_SHARED = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"})
"""Scripts whose letters are mistaken for one another; Japanese, say, mixes scripts in every sentence."""


@lru_cache(maxsize=4096)
def skeleton(text: str) -> str:
    """What a name looks like: names with equal skeletons cannot be told apart. Not for display."""
    if text.isascii():
        return text.casefold()
    folded = unicodedata.normalize("NFKC", text)
    return unicodedata.normalize("NFD", "".join(_LATIN.get(char, char) for char in folded).casefold())


def mixed_scripts(word: str) -> tuple[str, ...]:
    """The alphabets a single word mixes, in order of appearance; empty when it keeps to one."""
    if word.isascii():
        return ()
    found: dict[str, None] = {}
    for char in word:
        if script_of(char) in _SHARED:
            found.setdefault(script_of(char))
    return tuple(found) if len(found) > 1 else ()


@lru_cache(maxsize=1024)
def script_of(char: str) -> str:
    """``LATIN``, ``CYRILLIC`` …: the first word of a letter's Unicode name; "" for what is no letter."""
    if not char.isalpha():
        return ""
    return unicodedata.name(char, "").partition(" ")[0]


def stranger(word: str, other: str) -> str:
    """How ``word`` differs from the look-alike ``other``: ``its `А` is Cyrillic``; "" when it is not a look-alike."""
    if word == other or skeleton(word) != skeleton(other):
        return ""
    home = {script_of(char) for char in other}
    for char in word:
        script = script_of(char)
        if script and script not in home:
            return f"its `{char}` is {script.capitalize()}"
    return ""
