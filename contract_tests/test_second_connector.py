"""A correct connector of another style is judged as well as the reference: no rule asks for one way of doing it."""

from __future__ import annotations

from mock_akeneo.contract.adapters import PythonFactory
from mock_akeneo.contract.rules import RULES
from mock_akeneo.contract.run import run


def test_the_asynchronous_connector_passes_every_rule() -> None:
    report = run(PythonFactory("contract_tests.async_connector:connector"), list(RULES.values()))
    assert {v.rule: v.why for v in report.verdicts if v.kind != "pass"} == {}


def test_renewing_by_the_own_clock_alone_fails_the_recovery_from_a_401_and_nothing_else() -> None:
    rules = [rule for rule in RULES.values() if rule.id.startswith("AUTH")]
    report = run(PythonFactory("contract_tests.broken.auth:renews_by_its_own_clock"), rules)
    assert [verdict.rule for verdict in report.verdicts if verdict.kind in ("fail", "advice")] == ["AUTH-02"]
