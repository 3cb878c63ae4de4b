"""The contract as pytest tests, one for each rule: `pytest --pyargs mock_akeneo.contract.suite --akeneo-connector …`.

Without an option it judges the reference connector. A rule that is not seen is skipped with its reason.
"""

from __future__ import annotations

import fcntl

import pytest

from mock_akeneo.contract.adapters import Adapter, adapter_for
from mock_akeneo.contract.reports import kept_report, to_json, write
from mock_akeneo.contract.rules import RULES
from mock_akeneo.contract.run import run
from mock_akeneo.contract.supervision import Unusable
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.visible import visible_strings

REFERENCE = "mock_akeneo.contract.reference:connector"


def adapter_of(config: pytest.Config) -> Adapter:
    """The connector that the options name, else the reference connector."""
    connector, command = config.getoption("--akeneo-connector"), config.getoption("--akeneo-command")
    return adapter_for(connector=connector or (None if command else REFERENCE), command=command)


@pytest.fixture(scope="session")
def akeneo_verdicts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Json]:
    """What the report says of each rule that the chosen tests need, by its id.

    All scenarios are played side by side, and once: the first of xdist's workers plays, judges and writes the report
    of `--akeneo-report`; the others wait for it.
    """
    wanted = {
        item.callspec.params["rule"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.function is test_rule
    }
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if hasattr(request.config, "workerinput") else own
    kept = shared / "akeneo-verdicts.json"
    with (shared / "akeneo-verdicts.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            try:
                report = run(adapter_of(request.config), [RULES[rule] for rule in RULES if rule in wanted])
            except Unusable as error:
                pytest.fail(str(error), pytrace=False)
            told = to_json(report)
            if path := request.config.getoption("--akeneo-report"):
                write(told, request.config.invocation_params.dir / path)
            write(told, kept)
        return {rule["id"]: rule for rule in visible_strings(kept_report(kept)["rules"])}


@pytest.mark.parametrize("rule", RULES)
def test_rule(rule: str, akeneo_verdicts: dict[str, Json]) -> None:
    told = akeneo_verdicts[rule]
    if told["verdict"] == "not_seen":
        pytest.skip(told["why"])
    if told["verdict"] == "fail":
        pytest.fail(
            f"{rule} {told['sentence']}\n{told['scenario']}: {told['why']}\nTo do: {told['fix']}\n{told['reproduce']}",
            pytrace=False,
        )
