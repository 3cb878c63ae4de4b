"""Playing a scenario: a running sandbox becomes what it says."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.clock import Clock
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.settings import Settings
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.scenarios.scenario import Scenario
from mock_akeneo.seeding.start import template_of


class Played(NamedTuple):
    """What is at work now: the ids of faults and plans, and how many moves wait."""

    faults: tuple[str, ...]
    plans: tuple[str, ...]
    moves: int

    def to_json(self) -> Json:
        return {"faults": list(self.faults), "plans": list(self.plans), "moves": self.moves}


def catalog_of(scenario: Scenario, settings: Settings) -> Catalog | None:
    """The catalog that the scenario names; None: the sandbox's own. Takes its time. Raises `ValueError`."""
    if scenario.catalog is None and not scenario.products:
        return None
    catalog = scenario.catalog or settings.catalog
    return template_of(replace(settings, catalog=catalog, products=scenario.products, seed=scenario.seed))


def play(scenario: Scenario, sandbox: Sandbox, catalog: Catalog | None = None) -> Played:
    """Sets up what the scenario names, in place of all faults, plans and moves; the rest stays as it is.

    So on a sandbox that was just made or reset it goes the same way each time. `catalog`: as `catalog_of` gave it,
    where that takes too long to be waited for here. Raises `ValueError`.
    """
    catalog = catalog or catalog_of(scenario, sandbox.settings)
    if catalog is not None:
        sandbox.take(catalog)
    # A second play must not draw the uuids again that products have by now; after a reset it may.
    sandbox.chance.sow(f"{scenario.seed}/{sandbox.plays}")
    sandbox.plays += 1
    if scenario.clock is not None:
        sandbox.restart_clock(Clock.parse(scenario.clock))
    if scenario.limits is not None:
        sandbox.limit(scenario.limits, anew=True, seed=scenario.seed)
    sandbox.counts.clear()
    sandbox.moves.clear()
    sandbox.served.clear()
    sandbox.faults.clear()
    faults = tuple(
        sandbox.faults.plant(replace(fault, seed=scenario.seed) if fault.seed is None else fault).id
        for fault in scenario.faults
    )
    plans = tuple(sandbox.faults.run(plan).id for plan in scenario.plans)
    for move in scenario.moves:
        move.wait_in(sandbox)
    return Played(faults, plans, len(scenario.moves))
