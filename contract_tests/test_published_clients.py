"""Published clients on the bench: their true verdicts, as facts."""

from __future__ import annotations

from mock_akeneo.contract.adapters import PythonFactory
from mock_akeneo.contract.rules import RULES
from mock_akeneo.contract.run import run


def test_pyakeneo_1_1_0() -> None:
    """It renews by its own clock alone, repeats nothing, and ends a list at the first answer that is no page."""
    report = run(PythonFactory("contract_tests.pyakeneo_connector:connector"), list(RULES.values()))
    assert {verdict.rule: verdict.kind for verdict in report.verdicts} == {
        "AUTH-01": "pass",
        "AUTH-02": "fail",
        "AUTH-03": "pass",
        "THR-01": "not_seen",
        "THR-02": "fail",
        "THR-03": "pass",
        "PULL-01": "fail",
        "PULL-02": "pass",
        "PUSH-01": "advice",
        "PUSH-02": "pass",
        "PUSH-03": "pass",
        "PUSH-04": "pass",
        "SEC-01": "pass",
    }
