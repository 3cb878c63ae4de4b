"""One test for each rule, on the connector that the options name, else on the reference connector."""

from __future__ import annotations

from mock_akeneo.contract.suite import akeneo_evidence, test_rule

__all__ = ["akeneo_evidence", "test_rule"]
