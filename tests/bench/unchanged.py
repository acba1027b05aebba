"""``python -m tests.bench unchanged``: the whole process of a command that is run again with nothing changed.

Seconds on the clock and of the processor, the first run beside the best of the next five, in a folder of its own.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.screenplay import directed

ROOT = Path(__file__).resolve().parents[2]
_FILM = [sys.executable, "-c", "from runtime.cli.start import main; main()"]
_AGAIN = 5


def main() -> None:
    """Print a line for each command: first, again, and how many times as fast."""
    text = directed()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "feature")
        folder.mkdir()
        (folder / "feature.film").write_text(text, encoding="utf-8")
        print(f"a feature of {text.count(chr(10)):,} lines on {os.cpu_count()} processors: wall (CPU) seconds")
        print(f"{'':<28}{'first':>16}{'again':>16}{'times':>8}")
        _line("python that does nothing", place, ["-c", "pass"], bare=True)
        for words in (["check"], ["plan"], ["plan", "--format", "json"]):
            _line(f"film {' '.join(words)}", place, [*words, str(folder)])


def _line(name: str, place: str, words: list[str], bare: bool = False) -> None:
    first = _seconds(place, words, bare)
    again = min(_seconds(place, words, bare) for _ in range(_AGAIN))
    shown = [f"{wall:.2f} ({cpu:.2f})" for wall, cpu in (first, again)]
    print(f"{name:<28}{shown[0]:>16}{shown[1]:>16}{first[0] / again[0]:>8.0f}")


def _seconds(place: str, words: list[str], bare: bool) -> tuple[float, float]:
    kept = {name: value for name, value in os.environ.items() if name != "FILM_RECEIPTS"}
    environment = {**kept, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(Path(place, "cache"))}
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    command = [sys.executable, *words] if bare else [*_FILM, *words]
    subprocess.run(command, cwd=place, env=environment, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.monotonic() - began, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
