"""The ``film`` command with a pretended backend: everything is real, store, scheduler, workers, journal, but what ops make.

``python -c "from tests.bench.pretended import main; main()" build …``. What it took goes to the file that ``FILMLANG_TOOK`` names.
"""

from __future__ import annotations

import atexit
import json
import os
import resource
import time
from pathlib import Path

from runtime.cli import start
from runtime.cli.receipts import Question

TOOK = "FILMLANG_TOOK"


def main() -> None:
    """Run a command line of ``film``; the pretended backend is put in only when last time's answer does not hold."""
    began, ask, answer = time.monotonic(), start.ask, start.answer
    if TOOK in os.environ:
        atexit.register(_tell, Path(os.environ[TOOK]), began)

    def asked(words: list[str]) -> Question | None:
        question = ask(words)
        if question is None and words[:1] == ["build"]:
            _pretend()
        return question

    def answered(question: Question) -> int | None:
        code = answer(question)
        if code is None and question.command == "build":
            _pretend()
        return code

    start.ask, start.answer = asked, answered
    start.main()


def _pretend() -> None:
    from runtime.cli import build, building
    from runtime.schedule.pool import Pool
    from tests.schedule import fakes

    class Pretended(Pool):
        def __init__(self, size: int) -> None:
            super().__init__(size, fakes.serve)

    build.Pool = Pretended  # type: ignore[misc]
    building.warm_once = lambda *_, **__: None


def _tell(path: Path, began: float) -> None:
    own, workers = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    took = {
        "wall": time.monotonic() - began,
        "own": own.ru_utime + own.ru_stime,
        "system": own.ru_stime,
        "workers": workers.ru_utime + workers.ru_stime,
        "peak": _peak(),
    }
    path.write_text(json.dumps(took))


def _peak() -> int:
    """Most resident bytes of this process (not getrusage: on Linux that remembers the parent's)."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM:")), 0)
