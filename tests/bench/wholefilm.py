"""``python -m tests.bench wholefilm``: a feature of 1,500 shots built whole by the real command, with ops that make next to nothing.

Store, scheduler, workers, journal, receipts and command line are the real ones, so that what is left is what the build
system itself costs. A first build takes some minutes, most of them waiting for the disk to say that bytes are safe.
``FILMLANG_BENCH_SCENES`` keeps only so many of the scenes.
"""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from tests.bench.language import _model
from tests.bench.pretended import TOOK
from tests.matrix.feature import text

ROOT = Path(__file__).resolve().parents[2]
_FILM = [sys.executable, "-c", "from tests.bench.pretended import main; main()"]
_LENS = ("MARA, 75mm, static, 6s", "MARA, 85mm, static, 6s")
"""One edit: three windows of a performance are rendered anew."""


class Took(NamedTuple):
    """Seconds by the clock, CPU seconds of the command itself and of its workers, its most resident bytes."""

    wall: float
    own: float
    system: float
    workers: float
    peak: int


def main() -> None:
    """Build, look, edit, build, look; a line for each."""
    source = _shortened(text(), int(os.environ.get("FILMLANG_BENCH_SCENES", "0")))
    print(f"{_model()}, {os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}")
    print(f"{source.count(chr(10) + 'shot '):,} shots; seconds; every task is real but for what its op makes")
    with tempfile.TemporaryDirectory() as place:
        here = _Here(Path(place))
        here.write(source)
        print(f"{'':<38}{'wall':>9}{'CPU':>9}{'workers':>9}{'peak':>9}")
        said, took = here.film("first build", "build", *_BUILD)
        tasks = json.loads(said.splitlines()[-1])["ran"]
        overhead = (took.own + took.workers) / tasks * 1000
        print(
            f"  {tasks:,} tasks: {overhead:.2f} ms of CPU each with planning, {took.wall / tasks * 1000:.1f} ms by the clock"
        )
        print(f"  index {here.size('index.sqlite'):.1f} MB, journal {here.size('runs'):.1f} MB")
        here.film("built again, nothing changed", "build", *_BUILD)
        here.film("the same, without receipts", "build", *_BUILD, receipts=False)
        here.film("planned", "plan", ".")
        here.write(source.replace(*_LENS))
        said, _ = here.film("planned after one edit", "plan", ".")
        here.film("film why of the shot", "why", "says", ".")
        here.film("film plan --explain", "plan", ".", "--explain")
        said, _ = here.film("built after one edit", "build", *_BUILD)
        print(f"  {json.loads(said.splitlines()[-1])['ran']} tasks ran")
        here.write(source)
        said, _ = here.film("undone", "build", *_BUILD)
        print(f"  {json.loads(said.splitlines()[-1])['ran']} tasks ran")
        for form in ("html", "json", "dot", "text"):
            here.film(f"film graph --format {form}", "graph", ".", "--format", form, "--out", f"graph.{form}")
            print(f"  {(here.folder / f'graph.{form}').stat().st_size / 1e6:.1f} MB")
        for words in (["runs"], ["log", "says"], ["cache", "stat"], ["cache", "verify"], ["cache", "gc"]):
            here.film(f"film {' '.join(words)}", *words, ".")


_BUILD = (".", "--out", "out", "--force", "--format", "json")


class _Here:
    """A folder with the feature in it."""

    def __init__(self, place: Path) -> None:
        self.place, self.folder = place, place / "feature"
        self.folder.mkdir()

    def write(self, source: str) -> None:
        (self.folder / "feature.film").write_text(source, encoding="utf-8")

    def film(self, name: str, *words: str, receipts: bool = True) -> tuple[str, Took]:
        """Run a command and print what it took; what it said, too."""
        told = self.place / "took.json"
        environment = {
            **os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(self.place / "cache"), TOOK: str(told),
            "PYTHONPYCACHEPREFIX": str(self.place / "pycache"), "FILM_RECEIPTS": "1" if receipts else "0",
        }  # fmt: skip
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        done = subprocess.run(
            [*_FILM, *words], cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"film {' '.join(words)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
        took = Took(**json.loads(told.read_text()))
        print(f"{name:<38}{took.wall:>9.2f}{took.own:>9.2f}{took.workers:>9.2f}{took.peak / 1e6:>6.0f} MB", flush=True)
        return done.stdout, took

    def size(self, name: str) -> float:
        """MB of a file or folder of the store."""
        found = self.folder / ".film" / name
        files = [found] if found.is_file() else [path for path in found.rglob("*") if path.is_file()]
        return sum(path.stat().st_size for path in files) / 1e6


def _shortened(source: str, most: int) -> str:
    """Its first scenes, the one that is edited among them; all of it for 0."""
    scenes = re.split(r"(?=^(?:INT|EXT)\. )", source, flags=re.MULTILINE)
    ours = next(index for index, scene in enumerate(scenes) if _LENS[0] in scene)
    return source if not most else "".join(scenes[: most + 1] + scenes[ours : ours + 2])


if __name__ == "__main__":
    main()
