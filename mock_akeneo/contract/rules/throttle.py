"""Being told to wait, and how many calls may be under way at once."""

from __future__ import annotations

from mock_akeneo.contract.evidence import Evidence, Run, api_calls, refused_by, repeats
from mock_akeneo.contract.rules._rule import Rule, loss, worst
from mock_akeneo.contract.verdicts import Finding, broken, kept, not_seen

ALLOWANCE_MS = 50
"""Timers fire early: Node's by up to a tick."""


def waits_as_long_as_it_is_told(evidence: Evidence) -> Finding:
    """Waits at least `Retry-After` before it repeats a call that was answered 429."""
    waits = [
        (refused, repeated, repeated["received_ms"] - refused["answered_ms"], refused["limit"]["retry_after"])
        for run in evidence.runs
        for refused, repeated in repeats(run)
        if refused["status"] == 429 and refused_by(refused) and isinstance(refused["limit"]["retry_after"], int | float)
    ]
    if not waits:
        return not_seen("no call that was answered 429 with Retry-After was repeated")
    short = [wait for wait in waits if wait[2] < wait[3] * 1000 - ALLOWANCE_MS]
    if short:
        refused, repeated, waited, told = min(short, key=lambda wait: wait[2])
        return broken(
            f"{len(short)} of {len(waits)} repeats came too early; the worst after {waited / 1000:.2f} s, "
            f"told {told:g} s",
            [refused["id"], repeated["id"]],
        )
    return kept(f"{len(waits)} repeats waited long enough", [repeated["id"] for _, repeated, _, _ in waits[:5]])


def goes_on_after_a_429(evidence: Evidence) -> Finding:
    """Goes on after a 429 and loses nothing."""
    return worst([_survival(run, evidence) for run in evidence.runs], "nothing was asked of the connector")


def _survival(run: Run, evidence: Evidence) -> Finding:
    refused = [call["id"] for call in run.calls if call["status"] == 429]
    if not refused:
        return not_seen(f"no call of the {run.action} was answered 429")
    if run.ending == "unfinished":
        return not_seen(f"the {run.action} {run.why}")
    if lost := loss(run, evidence):
        return broken(f"after a 429: {lost}", refused[:5])
    return kept(f"the {run.action} met {len(refused)} × 429 and lost nothing", refused[:5])


def stays_within_the_allowed_concurrency(evidence: Evidence) -> Finding:
    """Never has more calls under way at once than it is allowed."""
    allowed = evidence.told.concurrent_connections
    slots = {limit["name"] for limit in evidence.limits if limit["kind"] == "concurrency"}
    calls = [call for run in evidence.runs for call in api_calls(run)]
    if not calls:
        return not_seen("it made no call")
    over = [call for call in calls if call["in_flight"] > allowed or refused_by(call) in slots]
    if over:
        return broken(
            f"{len(over)} of {len(calls)} calls were too many at once; {allowed} are allowed",
            [call["id"] for call in over[:5]],
        )
    most = max(call["in_flight"] for call in calls)
    return kept(f"at most {most} calls were under way at once; {allowed} are allowed")


RULES = (
    Rule(
        id="THR-01",
        level="must",
        judge=waits_as_long_as_it_is_told,
        condition="a call answered 429 with Retry-After was repeated",
        why="Whoever asks again too early is refused again, and keeps the PIM busy with refusing.",
        source="https://api.akeneo.com/documentation/good-practices.html, "
        "https://datatracker.ietf.org/doc/html/rfc9110#field.retry-after",
        fix="Read `Retry-After` (whole seconds or an HTTP date) and sleep for that long before you repeat the call.",
        scenarios=("throttled",),
    ),
    Rule(
        id="THR-02",
        level="must",
        judge=goes_on_after_a_429,
        condition="a call was answered 429",
        why="A 429 is a request to wait, no failure. Imports that die of it, or end there as if that were "
        "the last page, "
        "leave half a catalog behind.",
        source="https://github.com/akeneo/magento2-connector-community/issues/194",
        fix="Repeat the refused call after the told wait, up to a bounded number of times; raise when that "
        "was in vain.",
        scenarios=("throttled",),
    ),
    Rule(
        id="THR-03",
        level="must",
        judge=stays_within_the_allowed_concurrency,
        condition="a call was made",
        why="Akeneo allows 4 calls at once for each connection. What is above that is refused or kept waiting.",
        source="https://api.akeneo.com/documentation/good-practices.html",
        fix="Let a pool of as many workers as `concurrent_connections` make the calls, all of them: reads and writes.",
        scenarios=("busy", "calm"),
    ),
)
