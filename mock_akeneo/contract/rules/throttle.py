"""Being told to wait, and how many calls may be under way at once."""

from __future__ import annotations

from itertools import pairwise

from mock_akeneo.contract.evidence import Evidence, Run, api_calls, refused_by, repeats, same
from mock_akeneo.contract.rules._rule import Rule, quiet_loss, survival, worst
from mock_akeneo.contract.scenarios import OPTION_WRITES
from mock_akeneo.contract.verdicts import Finding, broken, kept, not_seen
from mock_akeneo.core.json_types import Json

ALLOWANCE_MS = 50
"""Timers fire early: Node's by up to a tick."""
GROWTH = 1.5
SHORTEST_LAST_WAIT = 0.2
"""Seconds; even a short back-off is longer at its fourth try."""
A_CROWD = 3
EQUAL_MS = 10
EQUAL_PART = 0.025
TOGETHER_MS = 230
"""Whoever paces its calls is further apart, however long each waits."""
TIMES_TOGETHER = 3
"""Three of five that wait by chance come so close together once in a while, but hardly ever three times."""
_OPTION_WRITES = ("attribute_options.create", "attribute_options.update", "attribute_options.update_list")
FEW_CALLS = 5
"""A token, and a few pages or batches."""
ABSURD = 1_000_000
"""Seconds; nobody who tells more means it."""


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


def waits_until_the_told_moment(evidence: Evidence) -> Finding:
    """Waits until the moment that `Retry-After` names as a date, and loses nothing."""
    waited = waits_as_long_as_it_is_told(evidence)
    return (
        goes_on_after_a_429(evidence)
        if waited.kind == "not_seen"
        else worst([waited, goes_on_after_a_429(evidence)], "")
    )


def goes_on_after_a_429(evidence: Evidence) -> Finding:
    """Goes on after a 429 and loses nothing."""
    return survival(evidence, lambda call: call["status"] == 429, "a 429")


def waits_longer_each_time(evidence: Evidence) -> Finding:
    """Waits longer before each try when a 429 does not tell how long."""
    rows: dict[tuple[object, ...], list[Json]] = {}
    for call in evidence.calls:
        if same(call) in rows or (call["status"] == 429 and not refused_by(call)):
            rows.setdefault(same(call), []).append(call)
    row = max(rows.values(), key=len, default=[])
    waits = [(later["received_ms"] - earlier["answered_ms"]) / 1000 for earlier, later in pairwise(row)]
    if len(waits) < 3:
        return not_seen(f"no call was tried more than {len(row)} times")
    ids = [call["id"] for call in row]
    told = ", ".join(f"{wait:.2f}" for wait in waits)
    if waits[-1] < GROWTH * waits[0] or waits[-1] < SHORTEST_LAST_WAIT:
        return broken(f"its waits before the next try did not grow: {told} s", ids)
    return kept(f"its waits before the next try grew: {told} s", ids)


def comes_back_at_moments_of_chance(evidence: Evidence) -> Finding:
    """Adds chance to its own waits, so that calls which were refused together do not come back together."""
    rows: dict[tuple[object, ...], list[Json]] = {}
    for call in evidence.calls:
        if same(call) in rows or (call["status"] == 429 and not refused_by(call)):
            rows.setdefault(same(call), []).append(call)
    by_try: dict[int, list[tuple[float, float]]] = {}
    for row in rows.values():
        for number, (earlier, later) in enumerate(pairwise(row)):
            waited = later["received_ms"] - earlier["answered_ms"]
            by_try.setdefault(number, []).append((waited, later["received_ms"]))
    # What a machine does only lengthens waits: those that waited least tell most.
    crowds = [sorted(waits)[:A_CROWD] for waits in by_try.values() if len(waits) >= A_CROWD]
    if len(crowds) < TIMES_TOGETHER:
        return not_seen(f"no {A_CROWD} calls were refused together {TIMES_TOGETHER} times")
    together = sum(
        1
        for waited, came in (zip(*crowd, strict=True) for crowd in crowds)
        if max(waited) - min(waited) <= EQUAL_MS + EQUAL_PART * min(waited) and max(came) - min(came) <= TOGETHER_MS
    )
    if together >= TIMES_TOGETHER:
        return broken(f"{A_CROWD} of its calls waited equally long and came back together, {together} ×")
    return kept("calls that were refused together came back one by one")


def does_not_sleep_for_an_absurd_wait(evidence: Evidence) -> Finding:
    """Does not sleep for an absurd `Retry-After`; it ends with an error, or tries again after a bound of its own."""
    for run in evidence.runs:
        met = [call["id"] for call in run.calls if call["limit"] and (call["limit"]["retry_after"] or 0) >= ABSURD]
        if not met:
            continue
        if run.ending == "unfinished" and run.calls[-1]["id"] in met:
            return broken(f"the {run.action} {run.why}, asleep on a wait of thirty years", met)
        if run.ending == "endless":
            return broken(f"the {run.action} came to no end: {run.why}", met)
        if lost := quiet_loss(run, evidence):
            return broken(f"after an absurd wait: {lost}", met)
    return worst([_awake(run) for run in evidence.runs], "nothing was asked of the connector")


def _awake(run: Run) -> Finding:
    met = [call["id"] for call in run.calls if call["limit"] and (call["limit"]["retry_after"] or 0) >= ABSURD]
    if not met or run.ending in ("unfinished", "unable"):
        return not_seen(f"the {run.action} was not told to wait for years")
    return kept(f"the {run.action} {'ended with an error' if run.ending == 'raised' else 'lost nothing'}", met)


def stays_within_its_throttle_limit(evidence: Evidence) -> Finding:
    """Spaces its calls so that the throttle limit that it is told is never exceeded."""
    windows = {limit["name"]: limit["seconds"] for limit in evidence.limits if limit["kind"] != "concurrency"}
    if not windows or not any(api_calls(run) for run in evidence.runs):
        return not_seen("no limit was in force, or no call was made")
    refused = []
    left_over = 0.0
    for run in evidence.runs:
        # The run before, another process, may have filled a window; this one cannot know.
        refused += [c["id"] for c in run.calls if refused_by(c) in windows and c["received_ms"] > left_over]
        if run.calls:
            left_over = run.calls[-1]["answered_ms"] + max(windows.values()) * 1000
    if refused:
        return broken(f"{len(refused)} of {len(evidence.calls)} calls were one too many", refused[:5])
    return kept(f"none of {len(evidence.calls)} calls was one too many")


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


def does_a_small_job_in_few_calls(evidence: Evidence) -> Finding:
    """Pulls and pushes a few products without meeting a limit of five calls a minute."""
    windows = {
        limit["name"]: limit["limit"]
        for limit in evidence.limits
        if limit["kind"] != "concurrency" and limit["limit"] >= FEW_CALLS
    }
    if not windows:
        return not_seen("no limit was in force within which a small job can be done")
    return worst([_few(run, windows) for run in evidence.runs], "nothing was asked of the connector")


def _few(run: Run, windows: dict[str, int]) -> Finding:
    calls = api_calls(run)
    refused = [call["id"] for call in calls if refused_by(call) in windows]
    if refused:
        return broken(f"{len(refused)} of {len(calls)} calls of a small {run.action} were refused", refused[:5])
    # Whoever keeps to the limit is not refused, but waits.
    if run.ending == "unfinished" and len(calls) >= min(windows.values()) - 1:
        return broken(f"a small {run.action} was not over after {len(calls)} calls: it {run.why}")
    if run.ending in ("unable", "unfinished") or not calls:
        return not_seen(run.why or f"the {run.action} made no call")
    return kept(f"a small {run.action} took {len(calls)} call{'s' * (len(calls) != 1)}", [calls[-1]["id"]])


def keeps_option_writes_within_their_limit(evidence: Evidence) -> Finding:
    """Writes options in batches, or paced, so that their own limit is never exceeded."""
    if not any(limit["name"] == OPTION_WRITES for limit in evidence.limits):
        return not_seen("writes of options had no limit of their own")
    writes = [call for call in evidence.calls if call["operation"] in _OPTION_WRITES]
    if not writes:
        asked = next((run for run in evidence.runs if run.action == "push_options"), None)
        return not_seen((asked and asked.why) or "no option was written")
    if refused := [call["id"] for call in writes if refused_by(call) == OPTION_WRITES]:
        return broken(f"{len(refused)} of {len(writes)} writes of options were refused by their limit", refused[:5])
    return kept(f"{len(writes)} writes of options, none refused", [call["id"] for call in writes[:5]])


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
        scenarios=("told-to-wait", "throttled"),
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
        scenarios=("told-to-wait", "throttled", "429-without-retry-after"),
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
    Rule(
        id="THR-04",
        level="must",
        judge=waits_until_the_told_moment,
        condition="a call was answered 429 with a date",
        why="HTTP allows a date in `Retry-After`, and gateways use it. Read as a number it ends the run.",
        source="https://datatracker.ietf.org/doc/html/rfc9110#field.retry-after",
        fix="Try a whole number first, then an HTTP date; the wait is the date less now, never below zero.",
        scenarios=("told-a-date",),
    ),
    Rule(
        id="THR-05",
        level="should",
        judge=waits_longer_each_time,
        condition="a call was answered 429 without Retry-After, again and again",
        why="A gateway's 429 may tell no wait. Trying again at once, or at a fixed beat, keeps the limit reached.",
        source="https://api.akeneo.com/documentation/good-practices.html",
        fix="Double your own wait with each try of a call, up to a bound, and add jitter.",
        scenarios=("429-without-retry-after",),
    ),
    Rule(
        id="THR-06",
        level="must",
        judge=does_not_sleep_for_an_absurd_wait,
        condition="a 429 told to wait for years",
        why="A wrong header must not silence an import until somebody wonders where the products are.",
        source="https://datatracker.ietf.org/doc/html/rfc9110#field.retry-after",
        fix="Bound the wait that you obey (minutes), and end with an error above it.",
        scenarios=("absurd-wait",),
    ),
    Rule(
        id="THR-07",
        level="should",
        judge=stays_within_its_throttle_limit,
        condition="a throttle limit was in force",
        why="Whoever paces its calls is never refused: a 429 costs a call, a wait and the patience of the PIM.",
        source="https://api.akeneo.com/documentation/good-practices.html",
        fix="Count your calls in each `throttle_seconds`, and hold the next one back when `throttle_limit` is reached.",
        scenarios=("throttled",),
    ),
    Rule(
        id="THR-08",
        level="should",
        judge=comes_back_at_moments_of_chance,
        condition="several calls were answered 429 without Retry-After together, again and again",
        why="Workers that were refused together and wait equally long come back together, and are refused together.",
        source="https://api.akeneo.com/documentation/good-practices.html",
        fix="Wait for a random time between half of your back-off and all of it.",
        scenarios=("429-for-all",),
    ),
    Rule(
        id="THR-09",
        level="should",
        judge=does_a_small_job_in_few_calls,
        condition="a few products were pulled or pushed under a limit of five calls a minute",
        why="New installations begin with five calls a minute: one by one, a hundred products take twenty minutes.",
        source="https://api.akeneo.com/documentation/good-practices.html",
        fix="Read pages of 100, write batches of 100, and make no calls that nobody needs.",
        scenarios=("five-a-minute",),
    ),
    Rule(
        id="THR-10",
        level="should",
        judge=keeps_option_writes_within_their_limit,
        condition="options were written while three writes of them a second were allowed",
        why="Akeneo lets in three writes of options a second, single or in batches, far less than of anything else.",
        source="https://github.com/akeneo/pim-api-docs/pull/862",
        fix="Write the options of an attribute in batches of 100, and no more than three such calls a second.",
        scenarios=("new-options",),
    ),
)
