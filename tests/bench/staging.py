"""``python -m tests.bench staging``: what staging the generated feature costs, from nothing and after one edit.

CPU seconds of one core; figures and ratios of one run are printed, never asserted. A warm run is what a watcher or an editor
pays: the film has been checked by the same session and is staged with the same memo.
"""

from __future__ import annotations

import gc
import os
import platform
import time
from collections.abc import Callable

from compiler.diagnostics import Report
from compiler.front import check_text
from compiler.meaning.film import Film
from compiler.session import Session
from compiler.staging.memo import StagingMemo, Work
from compiler.staging.stage import PlayedFilm, stage_film
from compiler.staging.voicing import estimate
from tests.bench.screenplay import directed

RUNS = 3


def main() -> None:
    """Measure and print each."""
    text = directed(1)
    film = _checked(text)
    print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores; the best of {RUNS} runs, CPU seconds of one core"
    )
    play = min(_spent(lambda: PlayedFilm(film, estimate, Report())) for _ in range(RUNS))
    played = PlayedFilm(film, estimate, Report())
    digests = min(_spent(played.digests) for _ in range(RUNS))
    whole = min(_spent(lambda: stage_film(film, estimate, Report())) for _ in range(RUNS))
    print(f"{'played':<34} {play:7.3f} s")
    print(f"{'a digest for each scene':<34} {digests:7.3f} s")
    print(f"{'staged whole':<34} {whole:7.3f} s")
    session, memo = Session(), StagingMemo()
    for name, edited in _edits(text).items():
        spent, work, same, shots = _after(text, edited, session, memo)
        print(
            f"{'staged again: ' + name:<34} {spent:7.3f} s  {100 * spent / whole:4.1f} % of the whole; {work.played} of "
            f"{work.scenes} scenes played, {work.seen} shot; {same} of {shots} pictures the very same"
        )


def _edits(text: str) -> dict[str, str]:
    """One edit of each kind, in the middle of the film where it is one scene's."""
    middle = len(text) // 2

    def put(old: str, new: str, begin: int = middle) -> str:
        at = text.index(old, begin)
        return text[:at] + new + text[at + len(old) :]

    return {
        "nothing": text,
        "a lens": put("85mm", "75mm"),
        "a word of a line": put("You kept", "They have kept"),
        "a comment": put("\n\nshot ", "\n\n/* a remark */\n\nshot "),
        "a scene put in": put("\n\nINT. ", "\n\nINT. ANNEXE - DAY\n\nA bare room.\n\nINT. "),
        "a coat": put("grey coat", "red coat", 0),
        "the film's look": put("Look: neutral", "Look: ember", 0),
    }


def _after(text: str, edited: str, session: Session, memo: StagingMemo) -> tuple[float, Work, int, int]:
    """Seconds, work, the pictures kept and all pictures, when a film that was staged is staged again after an edit."""
    best = None
    for _ in range(RUNS):
        before = stage_film(_checked(text, session), estimate, Report(), memo=memo)
        film = _checked(edited, session)
        began = time.process_time()
        after = stage_film(film, estimate, Report(), memo=memo)
        spent = time.process_time() - began
        old = {id(shot.shot) for shot in before.shots}
        row = spent, memo.work, sum(id(shot.shot) in old for shot in after.shots), len(after.shots)
        best = row if best is None or row[0] < best[0] else best
    assert best is not None
    return best


def _checked(text: str, session: Session | None = None) -> Film:
    film, _, _ = check_text(text, "feature.film") if session is None else session.check_text(text, "feature.film")
    assert film is not None
    return film


def _spent(work: Callable[[], object]) -> float:
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    main()
