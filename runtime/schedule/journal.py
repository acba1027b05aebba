"""The journal of builds: one file of JSON lines for each, written as things happen, so that a kill loses at most a line.

``film build --events FILE`` writes lines of the same form, one for each task that was found, was run, failed or was
stopped; docs/events.md says what every field means.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from runtime.store import durable, locks

if TYPE_CHECKING:
    from runtime.schedule.events import Event
from runtime.schedule.forecast import Forecast

MOST_RUNS = 200
"""Runs that are kept; older ones go first."""
MOST_BYTES = 32 << 20
"""Of all of them together: of older ones only how they began and ended is kept then."""
_ENDS = ("ran", "failed", "cancelled")
_NOTES = ("retried", "damaged", "lost")
_ENDS_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Run:
    """A build as its journal tells it. ``how``: done, failed, stopped, error, or running and killed for one without end."""

    id: str
    film: str
    profile: str
    started: float
    ended: float | None
    how: str
    ran: int
    hit: int
    failed: int
    seconds: float
    bytes: int
    forecast: float
    """Seconds that the tasks which ran were expected to take in all, and below, what they took."""
    worked: float
    memory: int = 0
    """The most bytes that tasks held at the same time."""
    foreseen: Forecast | None = None
    """What was forecast for the whole build before anything ran; below, how long it took from then on."""
    took: float = 0.0


def task_line(event: Event) -> dict[str, Any]:
    """A task's end as one flat object."""
    return {
        "id": event.id,
        "op": event.op,
        "label": event.label,
        "shot": event.shot,
        "stage": event.stage,
        "started": round(event.started, 3),
        "finished": round(event.finished, 3),
        "hit": event.what == "hit",
        "failed": event.what in ("failed", "cancelled"),
        "lane": event.lane,
        "worker": event.worker or None,
        "together": event.together,
        "seconds": round(event.seconds, 4),
        "cpu": round(event.cpu, 4),
        "expected": round(event.expected, 4),
        "memory": event.memory,
        "bytes": event.size,
        "tries": event.tries,
        "kind": event.kind,
        "message": event.message,
    }


class EventFile:
    """Writes one line per task to a file as it comes to its end, flushed at once. ``trouble`` says why it stopped."""

    def __init__(self, path: Path) -> None:
        """Begins the file anew. Raises ``OSError``."""
        self._stream: IO[str] | None = path.open("w", encoding="utf-8")
        self._told: set[str] = set()
        self.trouble = ""

    def heard(self, event: Event) -> None:
        """A task found again after it was run in this build is no news."""
        if event.what not in (*_ENDS, "hit") or (event.what == "hit" and event.id in self._told):
            return
        self._told.add(event.id)
        if self._stream is not None:
            try:
                self._stream.write(json.dumps(task_line(event), ensure_ascii=False) + "\n")
                self._stream.flush()
            except OSError as error:
                self.trouble = error.strerror or str(error)
                self.close()

    def close(self) -> None:
        if self._stream is not None:
            with contextlib.suppress(OSError):
                self._stream.close()
            self._stream = None


class Journal:
    """The journal of the build that is going on. A disk that cannot take it does not stop the build."""

    def __init__(self, folder: Path, film: str, profile: str) -> None:
        self.began = time.time()
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(self.began))
        # Names sort by time, and two builds may begin within a second.
        self.id = f"{stamp}-{round(self.began % 1 * 1e6):06}-{secrets.token_hex(2)}"
        self.path = folder / f"{self.id}.jsonl"
        self.ran = self.hit = self.failed = self.bytes = 0
        self.forecast = self.worked = 0.0
        self._foreseen_at: float | None = None
        self._held: list[tuple[float, int]] = []
        """(when, bytes more or less that tasks held)."""
        self._seen: set[str] = set()
        self._lock: locks.Lock | None = None
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            prune(folder)
            # The lock says that the build lives; it is let go of by the system, whatever ends it.
            self._lock = locks.share(self.path)
            self._write(
                {"run": self.id, "film": film, "profile": profile, "started": self.began, "process": os.getpid()}
            )
            durable.sync_folder(folder)

    def foresaw(self, forecast: Forecast) -> None:
        """Keep what was forecast before anything ran; the first word counts."""
        if self._foreseen_at is None:
            self._foreseen_at = time.time()
            self._write({"foreseen": asdict(forecast)})

    def heard(self, event: Event) -> None:
        """Count an event; what ran, failed or was tried again is written down."""
        match event.what:
            case "hit" if event.id not in self._seen:
                self._seen.add(event.id)
                self.hit += 1
            case "ran":
                self.hit -= event.id in self._seen  # it was found, was damaged, and had to be made after all
                self._seen.add(event.id)
                self.ran += 1
                self.bytes += event.size
                self.forecast += event.expected
                self.worked += event.seconds
                memory = event.memory // max(1, event.together)
                self._held += [(event.started, memory), (event.finished, -memory)]
            case "failed":
                self.failed += 1
            case _:
                pass
        if event.what in (*_ENDS, *_NOTES):
            self._write({"what": event.what, **task_line(event)})

    def end(self, how: str) -> None:
        """Write how it ended, for good."""
        self._write(
            {
                "ended": time.time(), "how": how, "ran": self.ran, "hit": self.hit, "failed": self.failed,
                "seconds": round(time.time() - self.began, 3), "bytes": self.bytes,
                "forecast": round(self.forecast, 3), "worked": round(self.worked, 3), "memory": most_held(self._held),
                "took": round(time.time() - (self._foreseen_at or self.began), 3),
            }
        )  # fmt: skip
        with contextlib.suppress(OSError):
            durable.sync_file(self.path)
        if self._lock is not None:
            self._lock.release()

    def _write(self, data: dict[str, Any]) -> None:
        with contextlib.suppress(OSError), self.path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(data, ensure_ascii=False) + "\n")


def most_held(changes: list[tuple[float, int]]) -> int:
    """The most bytes held at once, from (when, how many more or less)."""
    held = most = 0
    for _, change in sorted(changes):
        held += change
        most = max(most, held)
    return most


def runs(folder: Path) -> list[Run]:
    """All runs that are kept, latest first."""
    found = [read_run(path) for path in sorted(folder.glob("*.jsonl"), reverse=True)] if folder.is_dir() else []
    return [run for run in found if run is not None]


def last_foreseen(folder: Path, most: int) -> list[Run]:
    """The latest runs, at most so many, that ran something to a good end after it had been forecast."""
    found: list[Run] = []
    for path in sorted(folder.glob("*.jsonl"), reverse=True) if folder.is_dir() else []:
        run = read_run(path)
        if run is not None and run.how == "done" and run.ran and run.foreseen is not None:
            found.append(run)
            if len(found) == most:
                break
    return found


def read_run(path: Path) -> Run | None:
    """One run; ``None`` for a file that holds none. A build without an end is counted from what it wrote."""
    begin: dict[str, Any] = {}
    end: dict[str, Any] = {}
    foreseen: Forecast | None = None
    ran = failed = size = 0
    forecast = worked = 0.0
    last = 0.0
    for line in _ends(path) or lines(path):
        if "run" in line:
            begin = line
        elif "foreseen" in line:
            foreseen = _forecast(line["foreseen"])
        elif "how" in line:
            end = line
        else:
            last = max(last, float(line.get("finished") or 0.0))
            failed += line.get("what") == "failed"
            if line.get("what") == "ran":
                ran += 1
                size += int(line.get("bytes", 0))
                forecast += float(line.get("expected", 0.0))
                worked += float(line.get("seconds", 0.0))
    if not begin:
        return None
    started = float(begin["started"])
    if not end:
        how = "running" if locks.held(path) else "killed"
        seconds = (time.time() if how == "running" else max(last, started)) - started
        end = {
            "ended": None,
            "how": how,
            "ran": ran,
            "hit": 0,
            "failed": failed,
            "seconds": round(seconds, 3),
            "bytes": size,
        }
        end |= {"forecast": forecast, "worked": worked}
    return Run(
        str(begin["run"]), str(begin["film"]), str(begin["profile"]), started, end["ended"], str(end["how"]),
        int(end["ran"]), int(end["hit"]), int(end["failed"]), float(end["seconds"]), int(end["bytes"]),
        float(end["forecast"]), float(end["worked"]), int(end.get("memory", 0)), foreseen, float(end.get("took", 0.0)),
    )  # fmt: skip


def _forecast(data: Any) -> Forecast | None:
    """A forecast as a journal has it; ``None`` for one with other figures than ours."""
    try:
        return Forecast(**data)
    except TypeError:
        return None


def _ends(path: Path) -> list[dict[str, Any]]:
    """The first lines and the last of a run that has ended: they say it all. Nothing for one that has not."""
    with contextlib.suppress(OSError, ValueError), path.open("rb") as stream:
        head = stream.read(_ENDS_BYTES).splitlines()[:2]
        stream.seek(max(0, path.stat().st_size - _ENDS_BYTES))
        found = [json.loads(line) for line in (*head, stream.read().splitlines()[-1])]
        if all(isinstance(line, dict) for line in found) and "how" in found[-1]:
            return found
    return []


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a journal; a last line that was cut off is left out."""
    with contextlib.suppress(OSError), path.open(encoding="utf-8", errors="replace") as stream:
        for text in stream:
            with contextlib.suppress(ValueError):
                data = json.loads(text)
                if isinstance(data, dict):
                    yield data


def prune(folder: Path) -> None:
    """Keep the latest runs, and what their tasks came to within the bound; one that is still going on is left alone."""
    total = 0
    for number, path in enumerate(sorted(folder.glob("*.jsonl"), reverse=True)):
        with contextlib.suppress(OSError):
            total += path.stat().st_size
            if number >= MOST_RUNS - 1 and not locks.held(path):
                path.unlink()
            elif total > MOST_BYTES and path.stat().st_size > 3 * _ENDS_BYTES and not locks.held(path):
                _shorten(path)


def _shorten(path: Path) -> None:
    """Leave of a run how it began and ended; nothing of one that was killed. Raises ``OSError``."""
    ends = _ends(path)
    if not ends:
        path.unlink()
        return
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    try:
        draft.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in ends), encoding="utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
