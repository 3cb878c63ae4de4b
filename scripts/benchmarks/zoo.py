"""Every connector of the zoo against every rule: each planted bug is named by its rule, the correct ones pass all.

`docs/verdicts.md` is written from it, with the commit that it was proved for.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import click

from contract_tests.broken import BROKEN
from mock_akeneo.contract.adapters import PythonFactory
from mock_akeneo.contract.rules import RULES
from mock_akeneo.contract.run import decided, play
from mock_akeneo.contract.scenarios import SCENARIOS
from mock_akeneo.contract.verdicts import Finding, Kind, Verdict

ROOT: Final = Path(__file__).resolve().parents[2]
PAGE: Final = ROOT / "docs" / "verdicts.md"
CORRECT: Final = ("mock_akeneo.contract.reference:connector", "contract_tests.async_connector:connector")
PATIENCE_SECONDS: Final = 60.0
"""Above every time-out of a correct connector; who hangs or sleeps is waited for no longer."""


def prove(*, whole: bool, jobs: int) -> None:
    """Writes the page. `whole`: all scenarios for all, else only its own and calm for a broken one.

    Raises `AssertionError` for a bug that its rule does not name, and for a correct connector that breaks one.
    """
    wanted = {name: tuple(SCENARIOS) for name in CORRECT} | {
        name: tuple(SCENARIOS) if whole else tuple(dict.fromkeys((scenario, "calm")))
        for name, (_, scenario) in BROKEN.items()
    }
    plays = [(name, scenario) for scenario in SCENARIOS for name, played in wanted.items() if scenario in played]

    def one(task: tuple[str, str]) -> dict[str, Finding]:
        """What each rule finds in it; the evidence itself would fill the memory."""
        name, scenario = task
        click.echo(f"{name} plays {scenario}", err=True)
        evidence = play(SCENARIOS[scenario], PythonFactory(name), patience=PATIENCE_SECONDS)
        return {rule.id: rule.judge(evidence) for rule in RULES.values() if scenario in rule.scenarios}

    with ThreadPoolExecutor(jobs) as workers:
        found = dict(zip(plays, workers.map(one, plays), strict=True))
    matrix = {
        name: tuple(
            decided(
                rule, {scenario: found[name, scenario][rule.id] for scenario in rule.scenarios if scenario in played}
            )
            for rule in RULES.values()
        )
        for name, played in wanted.items()
    }
    PAGE.write_text(page(matrix, whole=whole, commit=commit()), "utf-8")
    wrong = [
        f"{name}: {_only(matrix[name], 'fail', 'advice')}" for name in CORRECT if _only(matrix[name], "fail", "advice")
    ]
    wrong += [
        f"{name} is not caught by {rule}" for name, (rule, _) in BROKEN.items() if rule not in _caught(matrix[name])
    ]
    assert not wrong, "; ".join(wrong)


def page(matrix: dict[str, tuple[Verdict, ...]], *, whole: bool, commit: str) -> str:
    told = "all scenarios" if whole else "the scenario of its own bug and `calm`"
    lines = [
        "# Rules and connectors",
        "",
        f"Written by `scripts/soak --zoo{'' if whole else ' --own'}` at commit {commit}. The correct connectors played",
        f"all scenarios, each broken one {told}. A broken connector is the reference with one bug;",
        "the rule in bold is the one that names it.",
        "",
        "| connector | fail | advice | pass | not seen |",
        "|---|---|---|---|---|",
    ]
    for name, verdicts in matrix.items():
        own = BROKEN.get(name, ("", ""))[0]
        failed, advised = (
            ", ".join(f"**{rule}**" if rule == own else rule for rule in _only(verdicts, kind)) or "–"
            for kind in ("fail", "advice")
        )
        title = name.rpartition(":")[2].replace("_", " ") if name in BROKEN else f"`{name}`"
        passed, unseen = len(_only(verdicts, "pass")), len(_only(verdicts, "not_seen"))
        lines.append(f"| {title} | {failed} | {advised} | {passed} | {unseen} |")
    return "\n".join(lines) + "\n"


def _only(verdicts: Sequence[Verdict], *kinds: Kind) -> list[str]:
    return [verdict.rule for verdict in verdicts if verdict.kind in kinds]


def _caught(verdicts: Sequence[Verdict]) -> list[str]:
    return _only(verdicts, "fail", "advice")


def commit() -> str:
    told = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True)
    return told.stdout.strip()
