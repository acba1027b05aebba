"""``film build --strict``: what was required and is not there, as a table and as JSON."""

from __future__ import annotations

import sys

from compiler.graph.choose import Choice
from compiler.graph.demands import Demand, Standing
from compiler.limits import REQUIRED_TAKES
from compiler.plan import Plan
from runtime.cli.columns import columns
from runtime.cli.excerpt import shown


def unmet(plan: Plan) -> list[Demand]:
    """Requirements that are not known to be met: failing ones, and those that nothing measures."""
    return [demand for demand in plan.demands if demand.standing is not Standing.MET]


def tell_unmet(plan: Plan) -> None:
    """Print every requirement that is not met, with what there is, to standard error."""
    missed = unmet(plan)
    rows = [(shown(demand.of), shown(demand.wanted), shown(demand.seen)) for demand in missed]
    count = len(plan.demands)
    print(columns(("of", "required", "found"), rows), file=sys.stderr)
    are = "s are" if count > 1 else " is"
    print(f"error: {len(missed)} of {count} requirement{are} not met; the film is made all the same", file=sys.stderr)


def demands_json(plan: Plan) -> list[dict[str, object]]:
    """Every requirement, and how it stands."""
    return [
        {
            "of": demand.of,
            "measure": demand.requirement.measure,
            "required": demand.wanted,
            "standing": demand.standing.value,
            "value": demand.value,
            "take": demand.take or None,
            "takes": demand.takes or None,
        }
        for demand in plan.demands
    ]


def takes_bound(choice: Choice | None) -> int:
    """The highest take a shot can have: those it asks for, those a requirement may ask for, those that are picked."""
    if choice is None:
        return 1
    most = max(choice.asked, *(take.number for take in choice.takes)) if choice.takes else choice.asked
    return max(most, REQUIRED_TAKES.value) if choice.requires else most
