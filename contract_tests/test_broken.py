"""Every planted bug is named by its rule; that the reference connector is not, is in `test_contract`."""

from __future__ import annotations

import pytest

from contract_tests.broken import BROKEN
from mock_akeneo.contract.adapters import PythonFactory
from mock_akeneo.contract.rules import RULES
from mock_akeneo.contract.run import run


@pytest.mark.parametrize(("factory", "rule"), BROKEN.items(), ids=[name.partition(":")[2] for name in BROKEN])
def test_a_planted_bug_is_named_by_its_rule(factory: str, rule: str) -> None:
    [verdict] = run(PythonFactory(factory), [RULES[rule]]).verdicts
    assert verdict.kind == ("fail" if verdict.level == "must" else "advice"), verdict.why


def test_every_rule_is_broken_by_some_connector() -> None:
    """A rule that no bug can break is no rule."""
    assert set(BROKEN.values()) == set(RULES)
