"""Being told of changes: deliveries of the Events API, which may be forged, repeated and late."""

from __future__ import annotations

from mock_akeneo.contract.deliveries import FORGED
from mock_akeneo.contract.evidence import Evidence, Run
from mock_akeneo.contract.products import flat, keys_of
from mock_akeneo.contract.rules._rule import Rule, worst
from mock_akeneo.contract.verdicts import Finding, broken, kept, not_seen
from mock_akeneo.core.json_types import Json

IN_TIME_SECONDS = 0.5
"""A PIM waits no longer, and does not send again."""

_SOURCE = "https://api.akeneo.com/events-documentation/overview.html"


def takes_no_forged_delivery(evidence: Evidence) -> Finding:
    """Takes nothing from a delivery that is not signed with its secret."""
    return worst([_forged(run, evidence) for run in _receipts(evidence)], "no delivery was received")


def _forged(run: Run, evidence: Evidence) -> Finding:
    forged = [(delivery, answer) for delivery, answer in _answered(run) if delivery["kind"] in FORGED]
    if not forged:
        return not_seen(_nothing(run))
    taken = {key for key, _ in _received(run, evidence)}
    for delivery, answer in forged:
        if delivery["uuid"] in taken:
            return broken(f"it took over {delivery['identifier']} from a delivery that nobody signed with its secret")
        if not run.report["shows"] and accepted(answer):
            return broken(f"it answered {answer['status']} to a delivery that was {delivery['kind']}")
    return kept(f"{len(forged)} deliveries that were not signed with its secret changed nothing")


def takes_every_signed_delivery(evidence: Evidence) -> Finding:
    """Takes every delivery that is signed with its secret; what is signed are the raw bytes."""
    return worst([_genuine(run, evidence) for run in _receipts(evidence)], "no delivery was received")


def _genuine(run: Run, evidence: Evidence) -> Finding:
    signed = [(delivery, answer) for delivery, answer in _answered(run) if delivery["kind"] not in FORGED]
    if not signed:
        return not_seen(_nothing(run))
    refused = [answer for _, answer in signed if not accepted(answer)]
    if refused:
        told = "nothing" if refused[0]["status"] is None else refused[0]["status"]
        return broken(f"it answered {told} to {len(refused)} of {len(signed)} deliveries that were rightly signed")
    taken = {key for key, _ in _received(run, evidence)}
    missing = sorted({delivery["identifier"] for delivery, _ in signed if delivery["uuid"] not in taken})
    if run.report["shows"] and missing:
        return broken(f"it accepted what it was told of {', '.join(missing)}, and handed nothing of it over")
    return kept(f"{len(signed)} deliveries that were rightly signed were accepted")


def handles_an_event_once(evidence: Evidence) -> Finding:
    """Handles an event once, though it is delivered twice."""
    return worst([_once(run, evidence) for run in _receipts(evidence)], "no delivery was received")


def _once(run: Run, evidence: Evidence) -> Finding:
    again = _of_kind(run, "again")
    if again is None or not run.report["shows"]:
        return not_seen(_nothing(run))
    times = sum(1 for key, _ in _received(run, evidence) if key == again["uuid"])
    if times > 1:
        return broken(f"it handed {again['identifier']} over {times} ×, for one event that came twice")
    return (
        kept("an event that came twice was handled once") if times else not_seen("it took nothing of that event over")
    )


def lets_no_older_event_win(evidence: Evidence) -> Finding:
    """Does not let an older event overwrite what a newer one told."""
    return worst([_in_order(run, evidence) for run in _receipts(evidence)], "no delivery was received")


def _in_order(run: Run, evidence: Evidence) -> Finding:
    older = _of_kind(run, "older")
    if older is None or not run.report["shows"]:
        return not_seen(_nothing(run))
    states = [values for key, values in _received(run, evidence) if key == older["uuid"]]
    if not states:
        return not_seen("it took nothing of those events over")
    if states[-1] == flat(older["values"]):
        return broken(f"an event that was raised earlier and came later overwrote {older['identifier']}")
    return kept("an event that was raised earlier and came later overwrote nothing")


def answers_before_it_works(evidence: Evidence) -> Finding:
    """Answers a delivery before it calls the PIM about it."""
    return worst([_in_time(run) for run in _receipts(evidence)], "no delivery was received")


def _in_time(run: Run) -> Finding:
    # No answer at all says something only if it was waited for.
    seconds = [
        answer["seconds"]
        for delivery, answer in _answered(run)
        if delivery["kind"] in ("first", "newer")
        and (answer["status"] is not None or answer["seconds"] > IN_TIME_SECONDS)
    ]
    if not seconds:
        return not_seen(_nothing(run))
    # Each is slow or none is: one that is slow by accident does not count.
    if min(seconds) > IN_TIME_SECONDS:
        return broken(f"no delivery was answered before {min(seconds):.2f} s, while the PIM took its time")
    return kept(f"a delivery was answered after {min(seconds):.2f} s")


def accepted(answer: Json) -> bool:
    """Whether an answer says that a delivery was taken; None is none."""
    return answer["status"] is not None and answer["status"] < 400


def _receipts(evidence: Evidence) -> list[Run]:
    return [run for run in evidence.runs if run.action == "receive"]


def _answered(run: Run) -> list[tuple[Json, Json]]:
    """Each delivery and the answer to it; none if it did not come to its end."""
    if run.ending != "finished" or not isinstance(run.report, dict):
        return []
    return list(zip(run.delivered, run.report["answers"], strict=False))


def _of_kind(run: Run, kind: str) -> Json | None:
    return next((delivery for delivery, _ in _answered(run) if delivery["kind"] == kind), None)


def _received(run: Run, evidence: Evidence) -> list[tuple[str, object]]:
    """What it handed over, in that order: the uuid of the product and its values."""
    values = [item.get("values") if isinstance(item, dict) else None for item in run.items]
    return [
        (key, flat(value) if isinstance(value, dict) else None)
        for key, value in zip(keys_of(run.items, evidence), values, strict=True)
    ]


def _nothing(run: Run) -> str:
    if run.why or not run.delivered:
        return run.why or "the catalog has no three products with an identifier and a text to tell of"
    return "it does not show what it took over"


RULES = (
    Rule(
        id="EVT-01",
        level="must",
        judge=takes_no_forged_delivery,
        condition="a delivery was received that was forged",
        why="The address of a receiver is no secret. Whoever finds it can write into your shop, if you let him.",
        source="https://api.akeneo.com/events-documentation/security.html",
        fix='Compare `X-Akeneo-Request-Signature` with the HMAC-SHA256 of timestamp, "." and body, in constant time.',
        scenarios=("events",),
    ),
    Rule(
        id="EVT-02",
        level="must",
        judge=takes_every_signed_delivery,
        condition="a delivery was received that was rightly signed",
        why="JSON that was parsed and written anew has other bytes, and so another signature; nothing is sent again.",
        source="https://api.akeneo.com/events-documentation/security.html",
        fix="Compute the signature of the body as it came, before anything reads it.",
        scenarios=("events",),
    ),
    Rule(
        id="EVT-03",
        level="must",
        judge=handles_an_event_once,
        condition="an event was delivered twice, and what was received was shown",
        why="Deliveries may come twice. Whoever counts, mails or invoices by them does it twice.",
        source=_SOURCE,
        fix="Remember each `event_id` for some hours, and leave out those that you know.",
        scenarios=("events",),
    ),
    Rule(
        id="EVT-04",
        level="must",
        judge=lets_no_older_event_win,
        condition="an older event was delivered after a newer one, and what was received was shown",
        why="Deliveries overtake each other. Whoever takes them as they come shows yesterday's price from today on.",
        source=_SOURCE,
        fix="Keep `event_datetime` with each product and leave out what is older; or read the product from the PIM.",
        scenarios=("events",),
    ),
    Rule(
        id="EVT-05",
        level="should",
        judge=answers_before_it_works,
        condition="a delivery was received while the PIM was slow",
        why="A PIM waits half a second for an answer and does not send again: what is answered later counts as lost.",
        source="https://github.com/akeneo/pim-community-dev/pull/14013",
        fix="Check the signature, put the event into a queue, answer 200; do the work afterwards.",
        scenarios=("events",),
    ),
)
