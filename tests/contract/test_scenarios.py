from __future__ import annotations

import pytest

from mock_akeneo.contract.rules import RULES
from mock_akeneo.contract.samples import Push
from mock_akeneo.contract.scenarios import SCENARIOS, scenario_named
from mock_akeneo.scenarios.scenario import Scenario


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_a_scenario_reads_back_what_it_writes(scenario: Scenario) -> None:
    assert Scenario.parse(scenario.to_json()) == scenario
    assert Push(**scenario.push).updates == scenario.push.get("updates", 10)


def test_every_rule_names_scenarios_that_there_are() -> None:
    assert {name for rule in RULES.values() for name in rule.scenarios} == set(SCENARIOS)


def test_an_unknown_name_is_told_with_what_was_meant() -> None:
    with pytest.raises(ValueError, match=r'no scenario is called "quiet": it knows .*busy, calm'):
        scenario_named("quiet")
    with pytest.raises(ValueError, match='did you mean "throttled"'):
        scenario_named("throttle")
