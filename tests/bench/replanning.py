"""What one edit of a 1,500-shot film costs to plan: through the command, as processes, and warm, as ``film watch`` does.

CPU seconds, the least and the median of several runs, processes with their imports; figures are printed, never asserted.
A process finds what a user's does: the film was planned before the edit, and Python has its bytecode or, where it may not
write any, has not.
"""

from __future__ import annotations

import os
import platform
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from compiler.diagnostics import Report
from compiler.graph.facts import Facts
from compiler.replan import PlanSession
from runtime.schedule.tools import tools
from tests.bench.screenplay import directed

ROOT = Path(__file__).resolve().parents[2]
FILM = [sys.executable, "-c", "from runtime.cli.start import main; main()"]
RUNS = 5


def main() -> None:
    """Measure and print each edit."""
    text = directed(1)
    edits = edits_of(text)
    print(
        f"one edit of a film of {text.count(chr(10) + 'shot ')} shots, planned; {platform.machine()}, {os.cpu_count()} cores"
    )
    with tempfile.TemporaryDirectory() as folder:
        _cold(Path(folder), text, edits)
    session, known = PlanSession(), tools()
    _warm(session, text, known)
    for name, edited in edits.items():
        spent = []
        for version in (edited, text) * RUNS:
            session.rest()
            spent.append(_warm(session, version, known))
        _line(f"warm, {name}", spent[::2])
        _line(f"warm, {name}, undone", spent[1::2])


def _cold(here: Path, text: str, edits: dict[str, str]) -> None:
    bytecode = {"PYTHONPYCACHEPREFIX": str(here / "bytecode"), "PYTHONDONTWRITEBYTECODE": ""}
    planned = here / "planned"
    (planned / "film").mkdir(parents=True)
    (planned / "film" / "feature.film").write_text(text, encoding="utf-8")
    _line("film plan, never planned before", [_process(planned, bytecode)])
    _line("film plan, nothing changed", [_process(planned, bytecode) for _ in range(RUNS)])
    for name, edited in edits.items():
        after = edited if edited != text else f"{text}\n"  # the very same file is not planned at all
        _line(f"film plan, {name}", [_again(here, planned, after, bytecode) for _ in range(RUNS)])
    bare = {"PYTHONPYCACHEPREFIX": "", "PYTHONDONTWRITEBYTECODE": "1"}
    name, edited = next(item for item in edits.items() if item[0] == "a paragraph")
    _line(f"film plan, {name}, no bytecode", [_again(here, planned, edited, bare) for _ in range(RUNS)])


def _again(here: Path, planned: Path, edited: str, setting: dict[str, str]) -> float:
    """The command after an edit, as if nothing else had been planned since."""
    place = here / "edited"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(planned, place)
    (place / "film" / "feature.film").write_text(edited, encoding="utf-8")
    return _process(place, setting)


def _line(name: str, spent: list[float]) -> None:
    print(f"  {name:<44} {min(spent):6.3f} s   median {statistics.median(spent):6.3f}", flush=True)


def edits_of(text: str) -> dict[str, str]:
    """One edit of each kind, in the middle of a film."""
    middle = text.index("\nshot ", len(text) // 2)
    lens = re.compile(r"\d+mm").search(text, middle)
    assert lens is not None
    paragraph = text.index("\n\n", middle) + 2
    word = text.index(" the ", paragraph)
    scene = text.index("\n\nINT.", middle) + 2
    end = text.index("\n\nINT.", scene) + 2
    copied = re.sub(r"shot [a-z]+-\d+: ", "shot ", text[scene:end].replace("#", ""))
    return {
        "a comment": f"{text[:paragraph]}/* a word to myself */\n\n{text[paragraph:]}",
        "a lens": f"{text[: lens.start()]}61mm{text[lens.end() :]}",
        "a word": f"{text[:word]} an old{text[word + 4 :]}",
        "a paragraph": f"{text[:paragraph]}Mara waits by the window.\n\n{text[paragraph:]}",
        "a scene put in": f"{text[:scene]}{copied}{text[scene:]}",
        "nothing (undone)": text,
    }


def _warm(session: PlanSession, text: str, known: dict[str, str]) -> float:
    began = time.process_time()
    film, _, _ = session.check_text(text, "feature.film")
    assert film is not None
    session.plan(film, Facts({}, known), known, Report())
    return time.process_time() - began


def _process(place: Path, setting: dict[str, str]) -> float:
    """CPU seconds of the command as a process; what it remembers is in ``place``, too."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **setting, "FILM_PLANS": str(place / "plans")}
    environment["XDG_CACHE_HOME"] = str(place / "cache")
    environment = {name: value for name, value in environment.items() if value}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([*FILM, "plan", str(place / "film")], env=environment, cwd=place, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
