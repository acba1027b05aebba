"""``make bench``: what people wait for, in figures: starting, checking, planning, a build with nothing to do, bytes kept.

Figures are printed, never asserted; ratios within one run are what may be compared between machines.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from compiler.diagnostics import Report
from compiler.front import load_film
from compiler.graph.facts import Facts
from compiler.plan import plan_film
from runtime.schedule.tools import tools

ROOT = Path(__file__).resolve().parents[2]
ALONE = ("language", "staging", "planning", "replanning", "residency", "assembly", "unchanged", "matrix", "wholefilm")
FILM = [sys.executable, "-c", "from runtime.cli.main import main; main()"]


def main() -> None:
    """Measure each and print a line for it; one of ``ALONE`` as an argument measures that alone."""
    if len(sys.argv) >= 2 and sys.argv[1] in ALONE:
        measure: Callable[[], None] = vars(import_module(f"tests.bench.{sys.argv[1]}"))["main"]
        measure()
        return
    for name, arguments in (("film --help", ["--help"]), ("film check hello", ["check", "films/hello"])):
        best = min(_seconds(arguments) for _ in range(3))
        print(f"{name:<36} {best:7.2f} s")
    for film in ("hello", "the_last_breath"):
        began = time.process_time()
        loaded, _, _ = load_film(ROOT / "films" / film)
        assert loaded is not None
        plan = plan_film(loaded, Facts({}, tools()), tools(), Report())
        print(f"{'plan ' + film:<36} {time.process_time() - began:7.2f} s  {len(plan.graph.tasks)} tasks")
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        shutil.copy(ROOT / "films/hello/hello.film", here)
        build = ["build", str(here), "--out", str(here / "out"), "--size", "320x134", "--format", "json"]
        first, again = _seconds(build), _seconds(build)
        kept = sum(path.stat().st_size for path in (here / ".film").rglob("*") if path.is_file())
        print(f"{'build hello at 320x134':<36} {first:7.2f} s")
        print(f"{'the same again, nothing to do':<36} {again:7.2f} s  {100 * again / first:.1f}% of the first")
        print(f"{'kept on disk':<36} {kept / 1e6:7.1f} MB")


def _seconds(arguments: list[str]) -> float:
    began = time.monotonic()
    subprocess.run([*FILM, *arguments], cwd=ROOT, check=True, capture_output=True)
    return time.monotonic() - began


if __name__ == "__main__":
    main()
