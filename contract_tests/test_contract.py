"""One test for each rule, on the connector that the options name, else on the reference connector."""

from __future__ import annotations

import pytest

from mock_akeneo.contract.suite import akeneo_verdicts, test_rule

# All rules judge the same evidence: one worker plays the scenarios, once.
pytestmark = [pytest.mark.xdist_group("contract"), pytest.mark.timeout(900)]

__all__ = ["akeneo_verdicts", "test_rule"]
