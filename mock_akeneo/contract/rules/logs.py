"""What somebody can read afterwards."""

from __future__ import annotations

from mock_akeneo.contract.evidence import Evidence, Run
from mock_akeneo.contract.products import listed
from mock_akeneo.contract.rules._rule import Rule, worst
from mock_akeneo.contract.verdicts import Finding, broken, kept, not_seen


def names_what_was_refused(evidence: Evidence) -> Finding:
    """Names every product that was refused, in its log or in its report."""
    return worst([_named(run) for run in evidence.runs if run.action == "push"], "no push was asked for")


def _named(run: Run) -> Finding:
    refused = sorted(
        identifier
        for call in run.calls
        for line in call["lines"] or ()
        if line["status_code"] >= 400 and (identifier := line.get("identifier"))
    )
    if not refused or run.ending == "unable":
        return not_seen("the PIM refused nothing, or nothing of its log was seen")
    log = "\n".join((run.stdout, run.stderr, run.why, str((run.report or {}).get("refused", ""))))
    unnamed = tuple(dict.fromkeys(identifier for identifier in refused if identifier not in log))
    if unnamed:
        return broken(f"neither its log nor its report names {listed(unnamed)}, which the PIM refused")
    return kept(f"all {len(set(refused))} refused products are named")


RULES = (
    Rule(
        id="LOG-01",
        level="should",
        judge=names_what_was_refused,
        condition="the PIM refused a product, and the log or report was seen",
        why="Only who knows which product was refused, and why, can mend it.",
        source="https://github.com/akeneo/pim-community-dev/pull/5808",
        fix="Write identifier, status and message of each refused line to the log.",
        scenarios=("refused-lines",),
    ),
)
