"""Published clients on the bench: their true verdicts, as facts."""

from __future__ import annotations

from mock_akeneo.contract.adapters import PythonFactory
from mock_akeneo.contract.rules import RULES
from mock_akeneo.contract.run import run

# Without a time-out it holds the call that is never answered for as long as we are patient.
PATIENCE = 30.0


def test_pyakeneo_1_1_0() -> None:
    """It renews by its own clock alone, repeats nothing, ends a list at the first answer that is no page, has no
    time-out, and follows links wherever they lead."""
    report = run(PythonFactory("contract_tests.pyakeneo_connector:connector"), list(RULES.values()), patience=PATIENCE)
    other = {verdict.rule: verdict.kind for verdict in report.verdicts if verdict.kind != "pass"}
    assert other == {
        "AUTH-02": "fail",
        "AUTH-04": "not_seen",
        "AUTH-05": "fail",
        "AUTH-06": "not_seen",
        "THR-01": "not_seen",
        "THR-02": "fail",
        "THR-04": "fail",
        "THR-05": "not_seen",
        "THR-06": "fail",
        "THR-07": "advice",
        "RET-01": "fail",
        "RET-02": "fail",
        "RET-03": "fail",
        "RET-05": "fail",
        "RET-06": "fail",
        "RET-08": "not_seen",
        "PULL-01": "fail",
        "PULL-05": "advice",
        "PUSH-01": "advice",
        "SEC-03": "fail",
    }
