"""Every planted bug is named by its rule; that the correct connectors are not, is in `test_contract`."""

from __future__ import annotations

import pytest

from contract_tests.broken import BROKEN
from mock_akeneo.contract.adapters import PythonFactory
from mock_akeneo.contract.rules import RULES
from mock_akeneo.contract.run import play
from mock_akeneo.contract.scenarios import scenario_named

# A connector that sleeps or hangs is waited for no longer than this shows; the scenarios tell them no such wait.
SHORT = {"absurd-wait": 12.0, "five-a-minute": 25.0, "stalled-page": 12.0}


@pytest.mark.parametrize("factory", BROKEN, ids=[name.partition(":")[2] for name in BROKEN])
def test_a_planted_bug_is_named_by_its_rule(factory: str) -> None:
    rule, scenario = BROKEN[factory]
    played = play(scenario_named(scenario), PythonFactory(factory), patience=SHORT.get(scenario, 150))
    finding = RULES[rule].judge(played)
    assert finding.kind == "broken", finding.why


def test_every_rule_is_broken_by_some_connector() -> None:
    """A rule that no bug can break is no rule."""
    assert {rule for rule, _ in BROKEN.values()} == set(RULES)


def test_every_bug_shows_in_a_scenario_of_its_rule() -> None:
    assert [bug for bug, (rule, scenario) in BROKEN.items() if scenario not in RULES[rule].scenarios] == []
