"""From written words to phonemes, keeping which written word each phoneme belongs to."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

PAUSES = frozenset(",.;:!?—…")
_SILENT = frozenset(' "“”()' + "".join(PAUSES))


@dataclass(frozen=True, slots=True)
class ReadWord:
    """One whitespace-separated word of the source text and its phonemes (closing punctuation included)."""

    text: str
    phonemes: str


def read(text: str, british: bool = False) -> tuple[ReadWord, ...]:
    """Phonemes for every word of ``text.split()``; numbers, times and abbreviations are read out.

    Words no rule can read (other scripts, bare punctuation) keep their pause marks only.
    """
    words = text.split()
    spoken = _spoken(plain(text), british)
    ours = [_key(word) for word in words]
    theirs = [_key(word) for word, _ in spoken]
    phonemes = ["" for _ in words]
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if tag == "delete" or not words:
            continue
        span = max(1, i2 - i1)
        first = min(i1 if i2 > i1 else max(0, i1 - 1), len(words) - 1)
        for k, j in enumerate(range(j1, j2)):
            at = min(first + k * span // max(1, j2 - j1), len(words) - 1)
            phonemes[at] = f"{phonemes[at]} {spoken[j][1]}".strip()
    return tuple(ReadWord(word, sounds) for word, sounds in zip(words, phonemes, strict=True))


def is_speakable(phonemes: str) -> bool:
    """True if anything in it is more than punctuation."""
    return any(c not in _SILENT for c in phonemes)


def plain(text: str) -> str:
    """Screenplay typography to reading text: emphasis goes, dashes and dots become pauses, capitals calm down."""
    text = unicodedata.normalize("NFC", text)
    text = re.sub(r"\([^)]*\)", " ", text)
    text = re.sub(r"[*_~`|\\^<>{}\[\]#@]", " ", text)
    text = re.sub(r"\.{2,}|…+", "… ", text)
    text = re.sub(r"\s*(?:-{2,}|—|–|―)\s*", " — ", text)
    text = re.sub(r"[“”„«»]", '"', text).replace("’", "'").replace("‘", "'")
    text = re.sub(r"[^\S ]+", " ", text)
    return re.sub(r" {2,}", " ", re.sub(r"\b[A-Z]{3,}\b", _calm, text)).strip()


def _calm(match: re.Match[str]) -> str:
    word = match.group()
    return (
        word.capitalize()
        if re.search(r"[AEIOUY]", word) and len(word) > 3
        else word.lower()
        if word in _SMALL
        else word
    )


_SMALL = frozenset(
    re.findall(r"\w+", "THE AND YOU NOT BUT WHY HOW WHO ALL OUT NOW HIM HER HIS GET GOT RUN YES ARE WAS ONE SHE LET")
)


def _spoken(text: str, british: bool) -> list[tuple[str, str]]:
    """(word as read, phonemes) in order, split where the reading has a space."""
    if not text:
        return []
    from hibari.g2p.normalize import normalize

    reader = _g2p(british)
    out: list[tuple[str, str]] = []
    written, sounds = "", ""
    for token in reader.phonemize_tokens(reader.tokenize(normalize(text))):
        written += token.text
        sounds += token.phonemes or ""
        if token.whitespace:
            out.append((written, sounds.strip()))
            written, sounds = "", ""
    if written:
        out.append((written, sounds.strip()))
    return _attach_pauses(out)


def _attach_pauses(words: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """A pause mark standing alone belongs to the word before it."""
    out: list[tuple[str, str]] = []
    for text, sounds in words:
        if out and sounds and not is_speakable(sounds) and not any(c.isalnum() for c in text):
            out[-1] = (out[-1][0] + text, out[-1][1] + sounds)
        else:
            out.append((text, sounds))
    return out


def _key(word: str) -> str:
    return "".join(c for c in word.lower() if c.isalnum())


@lru_cache(maxsize=2)
def _g2p(british: bool) -> Any:
    from hibari.g2p import G2P

    return G2P(british=british)
