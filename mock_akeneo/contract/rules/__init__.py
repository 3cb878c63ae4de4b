"""The rules, one visible table: id to rule, in the order of the report."""

from __future__ import annotations

from mock_akeneo.contract.rules import auth, events, logs, mapping, pulling, pushing, retry, secrecy, throttle
from mock_akeneo.contract.rules._rule import Rule

__all__ = ["PROFILES", "RULES", "Rule"]

RULES: dict[str, Rule] = {
    rule.id: rule
    for topic in (auth, throttle, retry, pulling, pushing, mapping, events, secrecy, logs)
    for rule in topic.RULES
}

PROFILES: dict[str, tuple[str, ...]] = {
    "install-guide": (
        "PULL-01",
        "PULL-04",
        "PULL-10",
        "PUSH-02",
        "PUSH-03",
        "PUSH-04",
        "MAP",
        "THR-0[12379]",
        "AUTH-08",
        "EVT",
        "SEC",
        "LOG",
    ),
}
"""Selections of rules by name. `install-guide`: what is checked after an integration was installed: a sample pull, a
sample push, what changed since, a round trip, mappings over channels and locales, the limits that it is told, what
events trigger, and its logs."""
