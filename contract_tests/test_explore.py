"""`contract explore` finds what shows only when two things coincide, and nothing where nothing is wrong."""

from __future__ import annotations

from math import inf

import pytest

from contract_tests.coinciding import COINCIDING
from mock_akeneo.contract.adapters import PythonFactory
from mock_akeneo.contract.explore import explore
from mock_akeneo.contract.rules import RULES
from mock_akeneo.contract.run import play
from mock_akeneo.contract.schedule import Schedule, scenario_of
from mock_akeneo.contract.warm import WarmFactory

SEEDS = {
    "takes_an_error_after_a_renewal_for_the_end": 3,
    "begins_anew_when_logged_out": 4,
    "renews_once": 1,
    "reports_a_refused_repeat_as_refused": 0,
}
"""Which seed finds it soon; most find it in fewer than 100 schedules."""


@pytest.mark.parametrize("bug", COINCIDING)
def test_what_shows_when_two_things_coincide_is_found_and_shrunk_to_these_two(bug: str) -> None:
    action, rule, two = COINCIDING[bug]
    connector = PythonFactory(f"contract_tests.coinciding:{bug}")
    found = explore(connector, actions=[action], budget=inf, seed=SEEDS[bug], examples=400, catalog="minimal")
    assert found.loss
    assert (found.loss.rule, found.loss.steady, found.exit_code) == (rule, True, 1)
    assert len(found.loss.schedule.events) == 2
    names = [event.trouble for event in found.loss.schedule.events]
    assert any(first in two[0] and second in two[1] for first, second in (names, names[::-1])), names
    with WarmFactory(connector) as warm:
        assert RULES[rule].judge(play(found.loss.scenario, warm)).kind == "broken"
        for event in found.loss.schedule.events:
            alone = scenario_of(Schedule(action, (event,)), name="alone", catalog="minimal")
            assert RULES[rule].judge(play(alone, warm)).kind == "kept"


@pytest.mark.parametrize(
    "connector", ["mock_akeneo.contract.reference:connector", "contract_tests.async_connector:connector"]
)
def test_nothing_is_found_where_nothing_is_wrong(connector: str) -> None:
    found = explore(PythonFactory(connector), budget=inf, examples=16, catalog="minimal")
    assert (found.loss, found.notes, found.exit_code) == (None, (), 0)
    assert min(found.judged.values()) > 8
