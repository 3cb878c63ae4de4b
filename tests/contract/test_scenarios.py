from __future__ import annotations

import re
from typing import Any

import orjson
import pytest

from mock_akeneo.contract.rules import RULES
from mock_akeneo.contract.scenarios import SCENARIOS, Push, Scenario, scenario_named


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_a_scenario_reads_back_what_it_writes(scenario: Scenario) -> None:
    assert Scenario.parse(orjson.loads(orjson.dumps(scenario.to_json()))) == scenario


def test_every_rule_names_scenarios_that_there_are() -> None:
    assert {name for rule in RULES.values() for name in rule.scenarios} == set(SCENARIOS)


def test_a_scenario_needs_only_its_name() -> None:
    assert Scenario.parse({"name": "mine"}) == Scenario(name="mine", about="", push=Push())


MOVE = {"after": {"operation": "@pull", "nth": 1}, "do": "advance", "seconds": 1}


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ([], 'a scenario is a JSON object with "name", not []'),
        ({}, '"name" is a text'),
        ({"name": "x", "fault": []}, 'a scenario has no key "fault": did you mean "faults"?'),
        ({"name": "x", "moves": {}}, '"moves" is a list'),
        ({"name": "x", "needs": ["pul"]}, '"needs" holds \'pul\': write ["pull", "push"], or one of them'),
        (
            {"name": "x", "moves": [{"do": "advance"}]},
            'a move is {"after": {"operation", "nth"}, "do": "advance", "seconds": 3601}',
        ),
        ({"name": "x", "moves": [MOVE | {"do": "advanse"}]}, 'no move is called "advanse": did you mean "advance"?'),
        ({"name": "x", "moves": [MOVE | {"do": "set_limits"}]}, 'the move "set_limits" needs "limits"'),
        (
            {"name": "x", "moves": [MOVE | {"after": {"operation": "@pull", "nht": 1}}]},
            '"after" has no key "nht": did you mean "nth"?',
        ),
        ({"name": "x", "push": {"old": 1}}, '"push" has no key "old": it knows new, refused, updates'),
    ],
)
def test_a_wrong_scenario_says_what_to_write(told: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        Scenario.parse(told)


def test_an_unknown_name_is_told_with_what_was_meant() -> None:
    with pytest.raises(ValueError, match='no scenario is called "quiet": it knows busy, calm'):
        scenario_named("quiet")
    with pytest.raises(ValueError, match='did you mean "throttled"'):
        scenario_named("throttle")
