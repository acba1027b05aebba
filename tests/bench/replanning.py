"""What one edit of a 1,500-shot film costs to plan: through the command, as processes, and warm, as ``film watch`` does.

CPU seconds, processes with their imports; figures are printed, never asserted.
"""

from __future__ import annotations

import os
import platform
import re
import resource
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
FILM = [sys.executable, "-c", "from runtime.cli.main import main; main()"]


def main() -> None:
    """Measure and print each edit."""
    text = directed(1)
    edits = edits_of(text)
    print(
        f"one edit of a film of {text.count(chr(10) + 'shot ')} shots, planned; {platform.machine()}, {os.cpu_count()} cores"
    )
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        film = here / "feature.film"
        film.write_text(text, encoding="utf-8")
        os.environ["FILM_PLANS"] = str(here / "plans")
        print(f"  {'film plan, never planned before':<44} {_process(film):6.2f} s")
        for name, edited in edits.items():
            film.write_text(edited, encoding="utf-8")
            print(f"  {f'film plan, {name}':<44} {_process(film):6.2f} s")
    session, known = PlanSession(), tools()
    _warm(session, text, known)
    for name, edited in edits.items():
        spent = []
        for version in (edited, text, edited):
            session.rest()
            spent.append(_warm(session, version, known))
        print(f"  {f'warm, {name}':<44} {min(spent):6.3f} s")


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


def _process(film: Path) -> float:
    """CPU seconds of the command as a process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([*FILM, "plan", str(film)], cwd=ROOT, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
