"""Who judges a connector of his own wants to hear of that one alone."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--akeneo-connector") or config.getoption("--akeneo-command"):
        ours = pytest.mark.skip(reason="another connector is judged")
        for item in items:
            if item.path.parent.name == "contract_tests" and item.path.name != "test_contract.py":
                item.add_marker(ours)
