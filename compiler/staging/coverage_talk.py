"""How long things take before anybody has timed them, and where a long speech may be cut: between its sentences."""

from __future__ import annotations

import re

from compiler.meaning.film import Speech

WORDS_A_SECOND = 2.6
"""An unhurried reading, pauses included."""
LONG_SPEECH = 30
"""Words a speech may have in one picture: about twelve seconds."""
_PIECE = (14, 26)
"""Words a stretch of a long speech has at least, and is ended at when a sentence ends."""
_ASIDE = (5, 16)
"""Words of a sentence that is short enough to be heard over a listener's face."""
_ENDS = re.compile(r"[.!?…]+[\"”’')\]]*$|(?:--|—)$")
_HALTS = re.compile(r"[,;:][\"”’')\]]*$")


def speech_seconds(speech: Speech) -> float:
    """A guess at a speech's length from its words alone."""
    return 0.5 + len(speech.text.split()) / WORDS_A_SECOND + float(sum(s for _, s in speech.pauses))


def stretches(text: str) -> list[tuple[int, bool]]:
    """Where a long speech may be cut: (index of the first word, whether the stretch is a short aside).

    The first stretch begins at word 0 and is not listed. Cuts fall between sentences, in a very long sentence at a
    comma. After every second full stretch a short sentence, if one follows, is an aside. One pass over the words.
    """
    words = text.split()
    if len(words) <= LONG_SPEECH:
        return []
    cuts: list[tuple[int, bool]] = []
    begin, full = 0, 0
    sentences = _sentences(words)
    for i, (start, end) in enumerate(sentences):
        long = start - begin >= _PIECE[0] and end - begin > _PIECE[1]
        if start > begin and (long or start - begin >= _PIECE[1]) and len(words) - start >= _ASIDE[0]:
            full += 1
            aside = full % 2 == 0 and _ASIDE[0] <= end - start <= _ASIDE[1] and i + 1 < len(sentences)
            cuts.append((start, aside))
            begin = start
            if aside and len(words) - end >= _ASIDE[0]:
                cuts.append((end, False))
                begin = end
    return cuts


def _sentences(words: list[str]) -> list[tuple[int, int]]:
    """(first, end) word indexes of sentences; one of more than forty words is parted at its commas, else every forty."""
    found: list[tuple[int, int]] = []
    start, halt = 0, 0
    for i, word in enumerate(words):
        if _ENDS.search(word):
            found.append((start, i + 1))
            start = halt = i + 1
        elif i - start >= _PIECE[0] and _HALTS.search(word):
            halt = i + 1
        if i + 1 - start >= 40:
            stop = halt if halt > start else i + 1
            found.append((start, stop))
            start = halt = stop
    if start < len(words):
        found.append((start, len(words)))
    return found
