"""What mock-akeneo itself could not do in a run: told in sentences, while the other verdicts are kept."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from traceback import extract_tb

from mock_akeneo.contract.evidence import Evidence
from mock_akeneo.contract.rules import Rule
from mock_akeneo.contract.verdicts import Finding


def own_failure(error: Exception, where: str = "") -> str:
    """One sentence with all that a report of it needs."""
    frames = extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"mock-akeneo itself failed{where}: {type(error).__name__}: {error}{place}"


class Failures:
    """By the name of a scenario or the id of a rule. Scenarios that are played side by side may tell theirs at once."""

    def __init__(self) -> None:
        self._scenarios: dict[str, str] = {}
        self._rules: dict[str, str] = {}

    def note(self, scenario: str, error: Exception) -> None:
        self._scenarios[scenario] = own_failure(error, f" in {scenario}")

    def sentences(self) -> tuple[str, ...]:
        return (*self._scenarios.values(), *self._rules.values())

    def unseen(self, names: Iterable[str]) -> dict[str, Finding]:
        """What is to be said of those in which we failed."""
        failed = self._scenarios | self._rules
        return {name: Finding("not_seen", failed[name]) for name in names if name in failed}

    def judged(self, rules: Iterable[Rule], evidence: Evidence) -> dict[str, Finding]:
        """What each rule finds in it, by its id; those that stumble are noted and left out."""
        findings = {}
        for rule in rules:
            try:
                findings[rule.id] = rule.judge(evidence)
            except Exception as error:
                self._rules[rule.id] = own_failure(error, f" in {rule.id}")
        return findings
