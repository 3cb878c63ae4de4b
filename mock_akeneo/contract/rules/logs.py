"""What somebody can read afterwards."""

from __future__ import annotations

from http import HTTPStatus

from mock_akeneo.contract.evidence import Evidence, Run
from mock_akeneo.contract.products import listed
from mock_akeneo.contract.rules._rule import Rule, worst
from mock_akeneo.contract.samples import UNKNOWN_ATTRIBUTE
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
    log = _log(run)
    unnamed = tuple(dict.fromkeys(identifier for identifier in refused if identifier not in log))
    if unnamed:
        return broken(f"neither its log nor its report names {listed(unnamed)}, which the PIM refused")
    return kept(f"all {len(set(refused))} refused products are named")


def tells_why_it_was_refused(evidence: Evidence) -> Finding:
    """Tells why a product was refused, in the words of the PIM."""
    return worst([_reason(run) for run in evidence.runs if run.action == "push"], "no push was asked for")


def _reason(run: Run) -> Finding:
    met = [call["id"] for call in run.calls if any(line["status_code"] >= 400 for line in call["lines"] or ())]
    if not run.refusable or not met or run.ending == "unable":
        return not_seen("the PIM refused nothing, or nothing of its log was seen")
    if UNKNOWN_ATTRIBUTE not in _log(run):
        return broken(f"neither its log nor its report says that there is no attribute {UNKNOWN_ATTRIBUTE}", met[:5])
    return kept("its log or its report says what the PIM said", met[:5])


def tells_what_ended_it(evidence: Evidence) -> Finding:
    """Tells what the PIM answered when a call was refused for good."""
    return worst([_last_words(run) for run in evidence.runs], "nothing was asked of the connector")


def _last_words(run: Run) -> Finding:
    # A refresh token may be refused where the password leads back: that ends nothing.
    refused = [
        call
        for call in run.calls
        if call["status"] in (403, 422) and (call["operation"] != "token" or run.ending == "raised")
    ]
    if not refused or run.ending in ("unable", "unfinished", "endless"):
        return not_seen(f"no call of the {run.action} was refused for good, or nothing of its log was seen")
    log = _log(run)
    if run.ending == "finished" and not log.strip():
        return not_seen(f"the {run.action} ended as if all were well")
    # Of several at once, any may be the one that ended it.
    for call in refused:
        status = HTTPStatus(call["status"])
        if str(status.value) in log or status.phrase in log:
            return kept(f"its log, its error or its report tells of the {status.value}", [call["id"]])
    first = refused[0]
    return broken(f"nothing of its log, its error and its report tells of the {first['status']}", [first["id"]])


def _log(run: Run) -> str:
    """All that somebody can read of it."""
    refused = run.report.get("refused", "") if isinstance(run.report, dict) else ""
    return "\n".join((run.stdout, run.stderr, run.why, str(refused)))


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
    Rule(
        id="LOG-02",
        level="should",
        judge=tells_why_it_was_refused,
        condition="the PIM refused a product, and the log or report was seen",
        why='"422" sends a user to the developers; "there is no such attribute" sends them to the right page.',
        source="https://github.com/akeneo/pim-community-dev/issues/20537",
        fix="Write `message` of each refused line, and the `property` and `message` of each of its `errors`.",
        scenarios=("refused-lines",),
    ),
    Rule(
        id="LOG-03",
        level="should",
        judge=tells_what_ended_it,
        condition="a call was refused for good, and the log or error was seen",
        why="A right that is missing looks like a fault of the connector until somebody reads the 403.",
        source="https://github.com/akeneo/magento2-connector-community/issues/16",
        fix="Raise with method, path, status and the PIM's message; do not replace them by an error of your own.",
        scenarios=("refused-calls",),
    ),
)
