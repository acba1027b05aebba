"""``python -m tests.bench language``: what the language costs, in CPU seconds of one core, with the machine's facts.

Figures and ratios of one run are printed, never asserted. Peers are measured in the same run when they are installed
(``pip install screenplain screenplay-tools``), and left out with a plain line when not.
"""

from __future__ import annotations

import gc
import importlib.util
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path

from compiler.diagnostics import Report
from compiler.front import check_text
from compiler.session import Session
from compiler.syntax.parser import parse
from compiler.syntax.source import make_source
from tests.bench.screenplay import directed, fountain

_COMMAND = "from runtime.cli.main import main; main()"
ROOT = Path(__file__).resolve().parents[2]
RUNS = 5
_PEAK = """
from pathlib import Path
from compiler.diagnostics import Report
from compiler.front import check_text
from compiler.staging.stage import stage_film
from compiler.staging.voicing import estimate
from tests.bench.screenplay import directed
def peak():
    # Not getrusage: on Linux that remembers the parent from before the program was started.
    return next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
text = directed(1)
base = peak()
film, _, report = check_text(text, "feature.film")
assert film is not None
checked = peak()
stage_film(film, estimate, Report())
print(base, checked, peak())
"""


def main() -> None:
    """Measure and print each."""
    print(f"{platform.processor() or platform.machine()}, {_model()}, {os.cpu_count()} cores, {platform.platform()}")
    print(f"Python {platform.python_version()}; the best of {RUNS} runs, CPU seconds of one core")
    check_text("INT. ROOM - DAY\n\nshot wide\n\nShe waits.\n", "warm.film")  # the library is read once per process
    one, four = directed(1), directed(4)
    _language(one, four)
    _warm(one)
    _staging(one)
    _commands(one)
    _peers(fountain(1))
    if not Path("/proc/self/status").is_file():
        print("peak memory is measured on Linux only")
        return
    peak = subprocess.run([sys.executable, "-c", _PEAK], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    before, checked, staged = (int(number) / 1024 for number in peak.split())
    _row(
        "peak memory, all its pictures staged", f"{staged:7.0f} MB", f"{checked:.0f} MB checked, {before:.0f} MB before"
    )


def _language(one: str, four: str) -> None:
    shots, lines = one.count("\nshot "), one.count("\n")
    print(f"a directed feature: {shots} shots, {lines} lines, {len(one) // 1000} kB; and one of four times the length")
    for name, work in (("parse", _parse), ("check (parse + meaning)", _check)):
        small, large = best(lambda: work(one)), best(lambda: work(four), 3)  # noqa: B023 - called at once
        _row(name, f"{small:7.3f} s", f"{lines / small:,.0f} lines/s; 4× the film costs {large / small:.2f}×")


def _warm(one: str) -> None:
    session = Session()
    session.check_text(one, "feature.film")
    at = one.index("\n\n", one.index("\nshot ", len(one) // 2)) + 2
    edited = f"{one[:at]}Mara waits by the window.\n\n{one[at:]}"
    cold = best(lambda: check_text(edited, "feature.film"))
    texts = [edited, one] * RUNS
    warm = best(lambda: session.check_text(texts.pop(), "feature.film"), 2 * RUNS)
    work = session.work
    done = f"{work.parsed} of {work.chunks} chunks parsed, {work.resolved} of {work.scenes} scenes resolved"
    _row("warm re-check after an edit of one scene", f"{warm:7.3f} s", f"1/{cold / warm:.1f} of a check; {done}")


def _staging(one: str) -> None:
    from compiler.staging.stage import rehearse_film, stage_film
    from compiler.staging.voicing import estimate

    film, _, _ = check_text(one, "feature.film")
    assert film is not None
    shots = one.count("\nshot ")
    rehearsed = best(lambda: rehearse_film(film, estimate, Report()), 3)
    _row("timing and film grammar, as a check does", f"{rehearsed:7.2f} s", f"{rehearsed / shots * 1000:.2f} ms a shot")
    staged = best(lambda: stage_film(film, estimate, Report()), 3)
    _row("staging it with every picture, for a build", f"{staged:7.2f} s", f"{staged / shots * 1000:.2f} ms a shot")


def _commands(one: str) -> None:
    """Whole processes, imports and all."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "feature.film")
        path.write_text(one, encoding="utf-8")
        for name, words in (
            ("film --help", ["--help"]),
            ("film check films/hello", ["check", "films/hello"]),
            ("film parse of it", ["parse", str(path)]),
            ("film check of it", ["check", str(path)]),
        ):
            _row(name, f"{_process(words):7.2f} s", "the whole process")


def _process(words: list[str]) -> float:
    """The least CPU seconds of three runs of a command, after one that leaves compiled modules behind."""
    with tempfile.TemporaryDirectory() as cache:
        kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        environment = {**kept, "PYTHONPYCACHEPREFIX": cache, "PYTHONPATH": str(ROOT), "FILM_RECEIPTS": "0"}
        spent = []
        for _ in range(4):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            command = [sys.executable, "-c", _COMMAND, *words]
            subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(spent[1:])


def _peers(text: str) -> None:
    lines = text.count("\n")
    print(f"pure Fountain, {lines} lines, {len(text) // 1000} kB")
    spent = best(lambda: parse(make_source("a.fountain", text), Report(), bare_directives=False))
    _row("filmlang, with full spans and comments", f"{spent:7.3f} s", f"{lines / spent:,.0f} lines/s")
    if importlib.util.find_spec("screenplain") is None:
        print("screenplain is not installed: not measured")
    else:
        from screenplain.parsers import fountain as screenplain

        spent = best(lambda: list(screenplain.parse(StringIO(text))))
        _row("screenplain", f"{spent:7.3f} s", f"{lines / spent:,.0f} lines/s")
    if importlib.util.find_spec("screenplay_tools") is None:
        print("screenplay-tools is not installed: not measured")
    else:
        from screenplay_tools.fountain.parser import Parser

        def run() -> None:
            parser = Parser()
            parser.add_text(text)

        spent = best(run)
        _row("screenplay-tools", f"{spent:7.3f} s", f"{lines / spent:,.0f} lines/s")


def best(work: Callable[[], object], runs: int = RUNS) -> float:
    """The least CPU seconds of some runs; garbage is collected before each and not during it."""
    least = float("inf")
    for _ in range(runs):
        gc.collect()
        gc.disable()
        began = time.process_time()
        work()
        least = min(least, time.process_time() - began)
        gc.enable()
    return least


def _parse(text: str) -> None:
    parse(make_source("feature.film", text), Report())


def _check(text: str) -> None:
    film, _, report = check_text(text, "feature.film")
    assert film is not None, report.items[:3]


def _row(name: str, figure: str, more: str = "") -> None:
    print(f"  {name:<42} {figure:>12}  {more}")


def _model() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return "unknown processor"
