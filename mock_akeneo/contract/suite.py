"""The contract as pytest tests, one for each rule: `pytest --pyargs mock_akeneo.contract.suite --akeneo-connector …`.

Without an option it judges the reference connector. A rule that is not seen is skipped with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import orjson
import pytest

from mock_akeneo.contract.adapters import Adapter, adapter_for
from mock_akeneo.contract.evidence import Evidence
from mock_akeneo.contract.plugin import VERDICT
from mock_akeneo.contract.reports import reproduce
from mock_akeneo.contract.rules import RULES
from mock_akeneo.contract.run import Report, judged, played
from mock_akeneo.contract.supervision import Unusable
from mock_akeneo.contract.verdicts import Verdict

REFERENCE = "mock_akeneo.contract.reference:connector"


def adapter_of(config: pytest.Config) -> Adapter:
    """The connector that the options name, else the reference connector."""
    connector, command = config.getoption("--akeneo-connector"), config.getoption("--akeneo-command")
    try:
        return adapter_for(connector=connector or (None if command else REFERENCE), command=command)
    except Unusable as error:
        raise pytest.UsageError(str(error)) from None


def report_of(adapter: Adapter, verdicts: Sequence[Mapping[str, Any]]) -> Report:
    """The verdicts that the tests recorded, in the order of the rules."""
    told = [Verdict(**{**verdict, "evidence": tuple(verdict["evidence"])}) for verdict in verdicts]
    order = list(RULES)
    return Report(
        connector=adapter.name,
        flags=adapter.flags,
        seed=0,
        verdicts=tuple(sorted(told, key=lambda verdict: order.index(verdict.rule))),
    )


@pytest.fixture(scope="session")
def akeneo_evidence(request: pytest.FixtureRequest) -> dict[str, Evidence]:
    """What the connector left behind in every scenario that the chosen tests need, played side by side."""
    wanted = {
        item.callspec.params["rule"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.function is test_rule
    }
    rules = [RULES[rule] for rule in RULES if rule in wanted]
    try:
        return played(adapter_of(request.config), rules)
    except Unusable as error:
        raise pytest.UsageError(str(error)) from None


@pytest.mark.parametrize("rule", RULES)
def test_rule(
    rule: str,
    akeneo_evidence: dict[str, Evidence],
    pytestconfig: pytest.Config,
    record_property: Callable[[str, object], None],
) -> None:
    adapter = adapter_of(pytestconfig)
    [verdict] = judged([RULES[rule]], akeneo_evidence)
    record_property(VERDICT, orjson.dumps(asdict(verdict)).decode())
    if verdict.kind == "not_seen":
        pytest.skip(verdict.why)
    if verdict.kind == "fail":
        report = report_of(adapter, ())
        pytest.fail(
            f"{rule} {verdict.sentence}\n{verdict.scenario}: {verdict.why}\n{reproduce(report, verdict)}", pytrace=False
        )
