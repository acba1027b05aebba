"""The renderer's kernels, compiled once per version of the code and kind of processor, with the wait shown."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from pathlib import Path

import platformdirs

from runtime.schedule.tools import domain, tools


def warm_once(quiet: bool, *, always: bool = False) -> None:
    """Compile every kernel unless that was done before (``always`` does it anyway); progress goes to stderr."""
    marker = Path(platformdirs.user_cache_dir("filmlang")) / "warm" / f"{tools()['render']}-{domain()}"
    if marker.exists() and not always:
        return
    from runtime.previz.warm import warm

    began = time.monotonic()
    live = sys.stderr.isatty()

    def progress(stage: str, done: int, total: int) -> None:
        if not quiet and (live or done == total or done == 0):
            words = (
                "the renderer is compiled" if done == total else f"compiling the renderer, once: {stage} {done}/{total}"
            )
            end = "\r" if live and done < total else "\n"
            line = f"{words} ({time.monotonic() - began:.0f} s)"
            print(line.ljust(72) if live else line, end=end, file=sys.stderr, flush=True)

    warm(progress)
    with suppress(OSError):  # a cache that cannot be written only means that this is said again
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.touch()
