"""Who judges a connector of his own wants to hear of that one alone."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--akeneo-connector") or config.getoption("--akeneo-command"):
        ours = pytest.mark.skip(reason="another connector is judged")
        for item in items:
            if item.path.parent.name == "contract_tests" and item.path.name != "test_contract.py":
                item.add_marker(ours)


RULES = "contract_tests/test_contract.py::test_rule"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With `--dist loadgroup` one worker takes all tests of rules: another would only wait until it has played.

    The marker `xdist_group` says so, but has no effect under pytest 9.2 with xdist 3.8.
    """
    if config.getoption("dist") != "loadgroup":
        return None
    scheduling = import_module("xdist.scheduler").LoadGroupScheduling(config, log)
    scope_of = scheduling._split_scope
    scheduling._split_scope = lambda nodeid: RULES if nodeid.startswith(RULES) else scope_of(nodeid)
    return scheduling
