"""What mock-akeneo itself could not do in a run: told in sentences, while the other verdicts are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    """By the name of a scenario or the id of a rule."""

    def __init__(self) -> None:
        self._sentences: dict[str, str] = {}

    def note(self, name: str, error: Exception) -> None:
        self._sentences[name] = own_failure(error, f" in {name}")

    def sentences(self) -> tuple[str, ...]:
        return tuple(self._sentences.values())

    def _unseen(self, names: Iterable[str]) -> dict[str, Finding]:
        return {name: Finding("not_seen", self._sentences[name]) for name in names if name in self._sentences}

    def findings(self, rule: Rule, evidence: Mapping[str, Evidence]) -> dict[str, Finding]:
        """What a rule finds in each scenario; nothing where we failed."""
        found = self._unseen(rule.scenarios)
        try:
            return found | {name: rule.judge(evidence[name]) for name in rule.scenarios if name in evidence}
        except Exception as error:
            self.note(rule.id, error)
            return self._unseen([rule.id])
