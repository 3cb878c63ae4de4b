"""Every planted bug is named by its rule; that the reference connector is not, is in `test_contract`."""

from __future__ import annotations

import pytest

from contract_tests.broken import BROKEN
from mock_akeneo.contract.adapters import PythonFactory
from mock_akeneo.contract.rules import RULES
from mock_akeneo.contract.run import play
from mock_akeneo.contract.scenarios import scenario_named


@pytest.mark.parametrize("factory", BROKEN, ids=[name.partition(":")[2] for name in BROKEN])
def test_a_planted_bug_is_named_by_its_rule(factory: str) -> None:
    rule, scenario = BROKEN[factory]
    finding = RULES[rule].judge(play(scenario_named(scenario), PythonFactory(factory)))
    assert finding.kind == "broken", finding.why


def test_every_rule_is_broken_by_some_connector() -> None:
    """A rule that no bug can break is no rule."""
    assert {rule for rule, _ in BROKEN.values()} == set(RULES)


def test_every_bug_shows_in_a_scenario_of_its_rule() -> None:
    assert [bug for bug, (rule, scenario) in BROKEN.items() if scenario not in RULES[rule].scenarios] == []
