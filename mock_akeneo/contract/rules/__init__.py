"""The rules, one visible table: id to rule, in the order of the report."""

from __future__ import annotations

from mock_akeneo.contract.rules import auth, pulling, pushing, secrecy, throttle
from mock_akeneo.contract.rules._rule import Rule

__all__ = ["RULES", "Rule"]

RULES: dict[str, Rule] = {
    rule.id: rule for topic in (auth, throttle, pulling, pushing, secrecy) for rule in topic.RULES
}
