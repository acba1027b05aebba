"""A film loaded, its store opened and its plan made, for the commands that only look: plan, graph, why."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from compiler.collecting import uncollected
from compiler.diagnostics import Report
from compiler.graph.unread import KeptWrongError
from compiler.plan import FilmTooLargeError, NoSuchShotError, Plan, plan_film
from runtime.cli.build import Loaded, NoSuchEditionError, Options, load, make_plan, plan_name
from runtime.cli.building import disk_trouble, no_such_edition, no_such_shot, sound, store_of, too_large
from runtime.cli.reasons import Reasons
from runtime.cli.resting import pending
from runtime.schedule.tools import planner
from runtime.store.shelf import PlanShelf, plans_file
from runtime.store.store import Store


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan and what it was made of."""

    plan: Plan
    store: Store
    loaded: Loaded
    options: Options

    def reasons(self) -> Reasons:
        """What differs from the last build, and where it is written."""
        assert self.loaded.main is not None
        before = self.store.index.plan(plan_name(self.loaded.main, self.options))
        return Reasons(self.plan, before, self.loaded.sources, str(self.loaded.main))


def with_plan(
    options: Options,
    form: str,
    tell: Callable[[Planned], int],
    *,
    uncut: bool = False,
    without: Callable[[Loaded, Store], int | None] | None = None,
) -> int:
    """The exit code of ``tell``, which is given the plan while the store is open; 1 when there is none, which is said why.

    ``uncut``: the plan of the film without any picks. ``without``: asked first when the film has no shot of that name;
    with ``None`` of it that is said.
    """
    try:
        with uncollected():
            loaded = load(options.path, options.edition)
    except NoSuchEditionError as error:
        return no_such_edition(error)
    if not sound(loaded, options.path, form):
        return 1
    assert loaded.film is not None
    assert loaded.main is not None
    store = store_of(loaded.main, loaded.sources.shared or options.shared)
    if store is None:
        return 1
    try:
        kept = pending()
        if kept is not None:
            kept.rest_on_film(options.path, loaded.sources, loaded.report.items)
            kept.opened(store)
        picks = () if uncut else loaded.picks
        shelf = plan_shelf()

        def planned(shelf: PlanShelf | None) -> Planned:
            assert loaded.film is not None
            planner = partial(plan_film, shelf=shelf)
            plan = make_plan(loaded.film, store, options, Report(), loaded.locked, picks, planner)
            return Planned(plan, store, loaded, options)

        with uncollected():
            try:
                code = tell(planned(shelf))
            except KeptWrongError:
                if shelf is not None:
                    shelf.forget()
                code = tell(planned(None))
        if kept is not None:
            kept.close(store)
            kept.vouch()
        return code
    except NoSuchShotError as error:
        done = without(loaded, store) if without is not None else None
        return no_such_shot(error) if done is None else done
    except FilmTooLargeError as error:
        return too_large(error)
    except BrokenPipeError:
        raise  # whoever read what is printed has gone: no trouble of the disk
    except (OSError, sqlite3.Error) as error:
        return disk_trouble(error)
    finally:
        store.close()


def plan_shelf() -> PlanShelf | None:
    """What plans remember of scenes from one process to the next; ``None`` when they are not to."""
    path = plans_file()
    return None if path is None else PlanShelf(path, planner())
