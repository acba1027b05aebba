"""``film watch``: builds on every save, and always shows the newest whole film.

A build that is overtaken by another save is stopped; what it has finished stays. Whatever is wrong with the film as it is
written now, the last whole one stays where it is until a newer whole one takes its place.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from compiler.diagnostics import Diagnostic, Severity
from compiler.plan import FilmTooLargeError, NoSuchShotError, Plan
from compiler.replan import PlanSession
from compiler.silence import settle
from runtime.cli.build import Built, Loaded, NoSuchEditionError, Options, Warm, build, load
from runtime.cli.building import disk_trouble, no_such_edition, no_such_shot, say, store_of, tell_unfinished, too_large
from runtime.cli.diagnostics import diagnostics_json, print_diagnostics, render, shown
from runtime.cli.leaving import left_cleanly
from runtime.cli.progress import Progress
from runtime.cli.resting import captured
from runtime.cli.warming import warm_once
from runtime.cli.watch_told import Told, in_a_line, what_changed
from runtime.cli.watching import Sentry
from runtime.schedule.costs import learned_costs
from runtime.schedule.events import Event
from runtime.schedule.pool import Pool
from runtime.store.store import Store
from runtime.studio.page import Page, Place

_LOOK = 0.1
"""Seconds between two looks at the files while workers are at work."""
_REST = 600.0
"""Seconds without a save after which the workers' memory is given back."""
_MOST_TOLD = 4
_ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class Superseded(KeyboardInterrupt):
    """The film was saved again while it was being built: as good as Ctrl-C for the build, none for the watch."""


class Standing(Pool):
    """Worker processes that outlive a build. ``look`` is called while they are waited for, and may raise."""

    def __init__(self, size: int, look: Callable[[], None]) -> None:
        super().__init__(size)
        self._look = look

    def replies(self, timeout: float) -> Iterator[tuple[int, dict[str, object] | None]]:
        self._look()
        yield from super().replies(min(timeout, _LOOK))


def watch(options: Options, form: str = "text", *, page: bool = True, port: int = 0) -> int:
    """Build whenever the film is saved, until Ctrl-C. ``port`` 0 is any that is free. Returns the exit code.

    JSON is a line for each thing that happens: ``what`` is watching, page, planned, overtaken, errors, failed or ready.
    """

    def used(address: str) -> None:
        _tell(form, f"page opened; for another browser: {address}", "page", address=address)

    with left_cleanly() as leaving:
        try:
            shown_on = Page(port, used) if page else None
        except OSError as error:
            say(f"error: port {port} of this machine cannot be had: {error.strerror or error}")
            say("  = help: name another with --port, or leave it out for any that is free")
            return 1
        try:
            watcher = Watcher(options, shown_on, form)
        except OSError as error:
            say(f"error: {shown(str(options.path))} cannot be watched: {error.strerror or error}")
            if shown_on is not None:
                shown_on.close()
            return 1
        try:
            watcher.run()
        except KeyboardInterrupt:
            leaving.set()
            say("\nNo longer watching. Everything finished so far is kept.")
        finally:
            leaving.set()
            watcher.close()
    return 130


class Watcher:
    """One film, its last plan, its workers and its page."""

    def __init__(self, options: Options, page: Page | None, form: str = "text") -> None:
        self.options, self.page, self.form = options, page, form
        self.sentry = Sentry(options.path)
        self.plans = PlanSession()
        self.pool = Standing(options.jobs or os.cpu_count() or 1, self._overtaken)
        self.last: Plan | None = None
        """The plan of the last whole film."""
        self._told: set[tuple[str, str]] = set()
        self._looked = 0.0

    def run(self) -> None:
        """Build now and after every save. Ends with ``KeyboardInterrupt`` only."""
        path = str(self.options.path)
        self._tell(f"watching {shown(path)}; Ctrl-C ends it", "watching", path=path)
        if self.page is not None:
            self._tell(f"page {self.page.address}", "page", address=self.page.address)
        saved: list[str] = []
        while True:
            again = self.make(saved)
            if not again:
                self.plans.rest()
            while not (saved := self.sentry.wait(0.0 if again else _REST)):
                if again:
                    break
                self.pool.close()  # they are begun again when there is work

    def close(self) -> None:
        self.sentry.close()
        self.pool.close()
        if self.page is not None:
            self.page.close()

    def make(self, saved: list[str]) -> bool:
        """Build the film as it is now; true when it was saved again meanwhile."""
        at, began = time.strftime("%H:%M:%S"), time.monotonic()
        self.sentry.begin()
        try:
            loaded = load(self.options.path, self.options.edition, self.plans.check)
        except NoSuchEditionError as error:
            self._trouble(lambda error=error: no_such_edition(error))  # type: ignore[misc]
            return False
        self.sentry.rest_on(loaded.sources, loaded.report.items)
        if not self._sound(loaded):
            return False
        assert loaded.main is not None
        store = store_of(loaded.main, loaded.sources.shared or self.options.shared)
        if store is None:
            self._show(errors=f"the folder {loaded.main.parent / '.film'} cannot be used", status="")
            return False
        try:
            self._build(loaded, store, at, saved, began)
        except Superseded:
            self._tell(f"{at} saved again before it was done: begun anew, what is finished stays", "overtaken")
            return True
        except NoSuchShotError as error:
            self._trouble(lambda error=error: no_such_shot(error))  # type: ignore[misc]
        except FilmTooLargeError as error:
            self._trouble(lambda error=error: too_large(error))  # type: ignore[misc]
        except (OSError, sqlite3.Error) as error:
            self._trouble(lambda error=error: disk_trouble(error))  # type: ignore[misc]
        finally:
            store.close()
        return False

    def _build(self, loaded: Loaded, store: Store, at: str, saved: list[str], began: float) -> None:
        known = len(loaded.report.items)
        wanted: set[int] = set()
        ended: set[int] = set()
        causes: list[Told] = []
        planned_in: list[float] = []
        progress = Progress(quiet=self.form == "json", costs=learned_costs(store), jobs=self.pool.size)

        def planned(plan: Plan) -> None:
            self._overtaken(at_once=True)
            progress.planned(plan)
            wanted.clear()
            ended.clear()
            if not planned_in:
                planned_in.append(time.monotonic() - began)
                causes.extend(what_changed(self.last, plan))
                words = f": {in_a_line(causes)}" if causes else ""
                self._tell(
                    f"{at} {_saved(saved)}, planned in {planned_in[0]:.2f} s{words}", "planned",
                    saved=saved, seconds=round(planned_in[0], 3), changed=_plain(causes),
                )  # fmt: skip

        def heard(event: Event) -> None:
            progress.heard(event)
            if event.what == "wanted":
                wanted.add(event.task)
            elif event.what in ("ran", "failed", "hit"):
                ended.add(event.task)
            if event.what in ("started", "ran"):
                done = len(ended & wanted)
                status = f"building {done}/{len(wanted)}: {shown(event.label)}"
                self._show(done=done, of=len(wanted), status=status, errors="")
            self._overtaken()

        warm_once(quiet=self.form == "json")
        with progress:
            built = build(loaded, self.options, store, heard, planned, Warm(self.pool, self.plans.plan))
        if built.pinned is not None and built.pinned.written:
            self.sentry.absorb(built.pinned.path)
        self._new_words(loaded, loaded.report.items[known:])
        if built.failed:
            self._trouble(lambda: tell_unfinished(built))
            return
        self._ready(built, causes, time.monotonic() - began)

    def _ready(self, built: Built, causes: list[Told], seconds: float) -> None:
        assert built.plan is not None
        self.last = built.plan
        tasks = f"{built.ran} task{'' if built.ran == 1 else 's'}"
        cost = f"{tasks}, {seconds:.1f} s"
        at = time.strftime("%H:%M:%S")
        line = f"{in_a_line(causes)}: {cost}" if causes else cost if built.ran else f"nothing to make, {seconds:.1f} s"
        self._tell(
            f"{at} ready: {line} → {shown(str(built.film))}", "ready", film=str(built.film), run=built.run,
            files=[str(path) for path in built.files], ran=built.ran, seconds=round(seconds, 3), changed=_plain(causes),
        )  # fmt: skip
        blobs = {target.suffix: blob for target, blob in built.copies}
        title = built.plan.film.title
        told = [Place(told.text, told.at) for told in causes[:_MOST_TOLD]]
        if len(causes) > _MOST_TOLD:
            told.append(Place(f"and {len(causes) - _MOST_TOLD} more changes"))
        news: dict[str, Any] = {"film": blobs[".mp4"]} if ".mp4" in blobs else {}
        if ".srt" in blobs:
            news["captions"] = blobs[".srt"]
        if told or not self.options.shot:
            news["changed"] = tuple(told)
        self._show(title=title, made=at, status=f"film of {at} · {cost}", done=0, of=0, errors="", **news)

    # --- what is wrong ---------------------------------------------------------------------------

    def _sound(self, loaded: Loaded) -> bool:
        """Print what checking found and was not said before; whether there is a film to build."""
        settled = settle(loaded.report.sorted(), loaded.sources.sources, loaded.sources.allowed, complete=False)
        bad = loaded.film is None or loaded.report.failed
        self._print(loaded, settled.items)
        if bad:
            errors = [item for item in settled.items if item.severity is Severity.ERROR]
            text = "\n".join(render(item, str(self.options.path), loaded.sources.sources, 100).plain for item in errors)
            count = f"{len(errors)} error{'' if len(errors) == 1 else 's'}"
            stays = "; the last whole film stays" if self.last is not None else ""
            path = str(self.options.path)
            found: dict[str, object] = {}
            if self.form == "json":
                found.update(diagnostics_json(path, settled.items, loaded.sources.sources))
            self._tell(f"{time.strftime('%H:%M:%S')} {count}{stays}", "errors", **found)
            self._show(errors=text.strip() or "the film cannot be read", status=count + stays, done=0, of=0)
        return not bad

    def _new_words(self, loaded: Loaded, items: list[Diagnostic]) -> None:
        """Warnings that staging and planning added."""
        added = [item for item in items if item.severity is not Severity.NOTE]
        found = settle(added, loaded.sources.sources, loaded.sources.allowed, complete=False).items
        self._print(loaded, [item for item in found if item in added])

    def _print(self, loaded: Loaded, items: list[Diagnostic]) -> None:
        """Findings that have not been said since they were last gone; errors always."""
        from rich.console import Console

        fresh = [i for i in items if i.severity is Severity.ERROR or (i.code, i.message) not in self._told]
        self._told |= {(item.code, item.message) for item in items}
        if fresh and self.form != "json":
            console = Console(stderr=True, highlight=False)
            print_diagnostics(console, str(self.options.path), fresh, loaded.sources.sources)

    def _trouble(self, tell: Callable[[], object]) -> None:
        """Say what went wrong, here and on the page."""
        said = "".join(text for _, text in captured(tell))
        if self.form == "json":
            self._tell("", "failed", message=_ESCAPES.sub("", said).strip())
        else:
            say(said.rstrip("\n"))
        stays = "; the last whole film stays" if self.last is not None else ""
        self._show(errors=_ESCAPES.sub("", said).strip(), status=f"not finished{stays}", done=0, of=0)

    # --- the files meanwhile ---------------------------------------------------------------------

    def _overtaken(self, at_once: bool = False) -> None:
        """Raise ``Superseded`` when the film has been saved since it was read."""
        now = time.monotonic()
        if not at_once and now - self._looked < _LOOK:
            return
        self._looked = now
        if self.sentry.changed():
            raise Superseded

    def _tell(self, text: str, what: str, **fields: object) -> None:
        _tell(self.form, text, what, **fields)

    def _show(self, **news: Any) -> None:
        if self.page is not None:
            self.page.show(**news)


def _saved(names: list[str]) -> str:
    """What was saved, in a few words: files by name; a folder, where something came or went, only when no file is known."""
    if not names:
        return "begun"
    files = [name for name in names if name != "." and not name.endswith(os.sep)]
    if not files:
        return "files came or went"
    gone = not Path(files[0]).exists()
    return f"{'removed' if gone else 'saved'} {shown(Path(files[0]).name)}" + (
        f" and {len(files) - 1} more" if len(files) > 1 else ""
    )


def _tell(form: str, text: str, what: str, **fields: object) -> None:
    line = json.dumps({"what": what, "at": round(time.time(), 3), **fields}, ensure_ascii=False)
    print(line if form == "json" else text, flush=True)


def _plain(causes: list[Told]) -> list[dict[str, object]]:
    return [{"text": told.text, "at": told.at} for told in causes]
