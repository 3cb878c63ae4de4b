"""What a rule is, and the questions that several judges ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mock_akeneo.contract.evidence import Evidence, Run
from mock_akeneo.contract.products import listed, pulled, some, told
from mock_akeneo.contract.verdicts import Finding, Level, broken, kept, not_seen
from mock_akeneo.core.json_types import Json
from mock_akeneo.scenarios.scenario import PUSHES


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One sentence that a good connector obeys: the first line of its judge's docstring.

    `condition`: what the evidence has to show before the rule can be judged. `scenarios`: those that show it.
    """

    id: str
    level: Level
    judge: Callable[[Evidence], Finding]
    condition: str
    why: str
    source: str
    fix: str
    scenarios: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return (self.judge.__doc__ or "").partition("\n")[0]


def worst(findings: list[Finding], otherwise: str) -> Finding:
    """Broken in one run is broken, else kept in one is kept. `otherwise`: the reason where nothing was found."""
    for kind in ("broken", "kept", "not_seen"):
        for finding in findings:
            if finding.kind == kind:
                return finding
    return not_seen(otherwise)


def unfinished(run: Run) -> str:
    """Why the action did not come to a quiet end; empty if it did."""
    if run.ending == "raised":
        return f"the {run.action} ended with an error: {run.why}"
    if run.ending == "endless":
        return f"the {run.action} came to no end: {run.why}"
    return ""


def loss(run: Run, evidence: Evidence) -> str:
    """What was lost on the way through a trouble that could be survived; empty if nothing was."""
    if run.ending == "unable":
        return ""  # an observed connector: what it lost on its side nobody knows
    if sentence := unfinished(run):
        return sentence
    if run.action == "pull":
        missing = pulled(run, evidence).missing
        return f"the pull ended without an error but did not hand over {listed(missing)}" if missing else ""
    if run.action in PUSHES:
        return shortfall(run)
    report = told(run, evidence)
    if report.malformed:
        return report.malformed
    for names, sentence in (
        (report.untold, "the push ended without an error but accounted in no way for {}"),
        (report.accepted_not_stored, "the push reported {} as accepted, which the PIM does not hold"),
        (report.groundless, "the push gave up {} that the PIM would have taken"),
    ):
        if names:
            return sentence.format(listed(names))
    return ""


def shortfall(run: Run) -> str:
    """What the PIM does not hold of the models, options or files that were to be pushed; empty if it holds all."""
    if not run.lacking:
        return ""
    return f"of {len(run.pushed)} entities that it was given, the PIM lacks {len(run.lacking)} ({some(run.lacking)})"


def quiet_loss(run: Run, evidence: Evidence) -> str:
    """What is missing behind an action that ended as if all were well; an error or a refusal told is honest."""
    if run.ending != "finished":
        return ""
    if run.action == "pull" or run.action in PUSHES:
        return loss(run, evidence)
    report = told(run, evidence)
    if report.malformed:
        return report.malformed
    for names, sentence in (
        (report.untold, "the push ended without an error but accounted in no way for {}"),
        (report.accepted_not_stored, "the push reported {} as accepted, which the PIM does not hold"),
    ):
        if names:
            return sentence.format(listed(names))
    return ""


def survival(evidence: Evidence, met: Callable[[Json], bool], trouble: str) -> Finding:
    """Whether every run that met a trouble of a few moments (`met` by a call) came to its end without a loss."""
    return worst(
        [_survival(run, evidence, met, trouble) for run in evidence.runs], "nothing was asked of the connector"
    )


def _survival(run: Run, evidence: Evidence, met: Callable[[Json], bool], trouble: str) -> Finding:
    ids = [call["id"] for call in run.calls if met(call)]
    if not ids:
        return not_seen(f"the {run.action} did not meet {trouble}")
    if run.ending == "unfinished":
        return not_seen(f"the {run.action} {run.why}")
    if lost := loss(run, evidence):
        return broken(f"after {trouble}: {lost}", ids[:5])
    return kept(f"the {run.action} met {trouble} ({len(ids)} ×) and lost nothing", ids[:5])
