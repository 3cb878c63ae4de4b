"""Troubles that pass, and refusals that do not: what is tried again, how often, and what is not."""

from __future__ import annotations

from collections import Counter

from mock_akeneo.contract.evidence import Evidence, Run, same
from mock_akeneo.contract.products import listed, told
from mock_akeneo.contract.rules._rule import Rule, quiet_loss, survival, worst
from mock_akeneo.contract.verdicts import Finding, broken, kept, not_seen

MOST_TRIES = 20
"""Akeneo advises 5 to 8; whoever tries one call more often than this has no bound."""
FINAL = frozenset({400, 403, 404, 405, 406, 413, 415, 422})
"""Statuses that the same call meets again and again."""
TOO_LARGE = 413
BROKEN = frozenset({"reset", "truncate"})
LOST_ANSWERS = frozenset({"reset_after_apply", "status"})
SPOILED = frozenset({"malformed_json", "empty"})
PAGE = ("status", 200)
"""A gateway's page in place of the answer."""

_ADVICE = "https://api.akeneo.com/documentation/good-practices.html"


def goes_on_after_a_server_error(evidence: Evidence) -> Finding:
    """Goes on after a 500, 502 or 503 and loses nothing."""
    return survival(evidence, lambda call: (call["status"] or 0) >= 500, "a server error")


def goes_on_after_a_broken_connection(evidence: Evidence) -> Finding:
    """Goes on after a connection that was reset, or broke off in an answer, and loses nothing."""
    return survival(evidence, lambda call: call["fault"] in BROKEN, "a broken connection")


def repeats_a_write_whose_answer_was_lost(evidence: Evidence) -> Finding:
    """Reports truly what became of a write whose answer was lost."""
    found = survival(evidence, lambda call: call["fault"] in LOST_ANSWERS, "a lost answer")
    if found.kind != "kept":
        return found
    for run in evidence.runs:
        if run.action == "push" and run.ending == "finished":
            report = told(run, evidence)
            for names, sentence in (
                (report.refused_but_stored, "it reported {} as refused, which the PIM had stored before the answer"),
                (report.twice, "it reported {} more than once"),
            ):
                if names:
                    return broken(f"after a lost answer: {sentence.format(listed(names))}", found.evidence)
    return found


def takes_no_spoiled_answer_for_an_end(evidence: Evidence) -> Finding:
    """Never takes an answer that it cannot read for the end of a list or for success."""
    return worst([_spoiled(run, evidence) for run in evidence.runs], "nothing was asked of the connector")


def _spoiled(run: Run, evidence: Evidence) -> Finding:
    met = [call["id"] for call in run.calls if call["fault"] in SPOILED or (call["fault"], call["status"]) == PAGE]
    if not met:
        return not_seen(f"the {run.action} met no answer that cannot be read")
    if run.ending == "unfinished":
        return not_seen(f"the {run.action} {run.why}")
    if run.ending == "endless":
        return broken(f"the {run.action} came to no end: {run.why}", met[:5])
    if lost := quiet_loss(run, evidence):
        return broken(f"after an answer that cannot be read: {lost}", met[:5])
    return kept(f"the {run.action} {'ended with an error' if run.ending == 'raised' else 'lost nothing'}", met[:5])


def gives_up_a_call_that_is_never_answered(evidence: Evidence) -> Finding:
    """Has a time-out: it gives up a call that is never answered, tries again and loses nothing."""
    for run in evidence.runs:
        held = [call["id"] for call in run.calls if call["fault"] == "stall"]
        if held and run.ending == "unfinished" and run.calls[-1]["id"] in held:
            return broken(f"the {run.action} {run.why}, and still held a call that was never answered", held)
    return survival(evidence, lambda call: call["fault"] == "stall", "a call that was never answered")


def goes_on_after_a_408(evidence: Evidence) -> Finding:
    """Goes on after a 408 and loses nothing."""
    return survival(evidence, lambda call: call["status"] == 408, "a 408")


def repeats_no_refused_call(evidence: Evidence) -> Finding:
    """Does not repeat a call unchanged that was refused with a 4xx."""
    refused = [call for call in evidence.calls if call["status"] in FINAL and call["operation"] != "token"]
    if not refused:
        return not_seen("no call was refused")
    times = Counter(same(call) for call in refused)
    again = [call["id"] for call in refused if times[same(call)] > 1]
    if again:
        most = max(times.values())
        return broken(f"it sent the same call {most} times, though it was refused each time", again[:5])
    return kept(f"none of {len(refused)} refused calls was sent again", [call["id"] for call in refused[:5]])


def splits_a_batch_that_is_too_large(evidence: Evidence) -> Finding:
    """Splits a batch that is too large, and does not send it again as it is."""
    refused = {same(call): call["id"] for call in reversed(evidence.calls) if call["status"] == TOO_LARGE}
    again = [call["id"] for call in evidence.calls if call["id"] > refused.get(same(call), call["id"])]
    if again:
        return broken(f"it sent a batch that was too large again as it was, {len(again)} ×", again[:5])
    return survival(evidence, lambda call: call["status"] == TOO_LARGE, "a 413")


def gives_up_in_the_end(evidence: Evidence) -> Finding:
    """Gives up a call that fails again and again, after at most 20 tries, with an error."""
    return worst([_bounded(run, evidence) for run in evidence.runs], "nothing was asked of the connector")


def _bounded(run: Run, evidence: Evidence) -> Finding:
    failed = [call for call in run.calls if (call["status"] or 0) >= 500]
    if len(failed) < 2:
        return not_seen(f"no call of the {run.action} failed again and again")
    [(call, tries)] = Counter(same(call) for call in failed).most_common(1)
    ids = [one["id"] for one in failed if same(one) == call][-5:]
    if run.ending == "endless" or tries > MOST_TRIES:
        return broken(f"it tried one call {tries} times and did not give up", ids)
    if run.ending == "unfinished":
        return not_seen(f"the {run.action} {run.why}")
    if lost := quiet_loss(run, evidence):
        return broken(f"it gave up after {tries} tries, but {lost}", ids)
    return kept(f"it gave up after {tries} tries", ids)


RULES = (
    Rule(
        id="RET-01",
        level="must",
        judge=goes_on_after_a_server_error,
        condition="a call was answered 5xx",
        why="Behind a PIM are a gateway and deployments: one 502 in a night of calls is no reason to lose the night.",
        source=f"{_ADVICE}, https://github.com/akeneo/magento2-connector-community/issues/194",
        fix="Repeat a call that was answered 500, 502, 503 or 504 after a growing wait, a bounded number of times. Do "
        "not read the body as JSON before you have looked at the status.",
        scenarios=("server-errors",),
    ),
    Rule(
        id="RET-02",
        level="must",
        judge=goes_on_after_a_broken_connection,
        condition="a connection broke",
        why="Connections break: idle ones are closed, proxies are restarted. A page that was cut is no last page.",
        source=_ADVICE,
        fix="Treat a connection error and a body shorter than its Content-Length like a 503: repeat the call.",
        scenarios=("broken-connections",),
    ),
    Rule(
        id="RET-03",
        level="must",
        judge=repeats_a_write_whose_answer_was_lost,
        condition="a write was carried out and its answer was lost",
        why="Nobody knows whether a write was done whose answer is lost. Whoever reports it as failed, or creates it "
        "again, is wrong in half of the cases.",
        source="https://datatracker.ietf.org/doc/html/rfc9110#name-idempotent-methods",
        fix="Write with PATCH, which can be repeated: the second answer (204) tells that it is there.",
        scenarios=("answer-lost",),
    ),
    Rule(
        id="RET-04",
        level="must",
        judge=takes_no_spoiled_answer_for_an_end,
        condition="an answer of 200 could not be read",
        why="A gateway answers 200 with a login page, or with nothing. Taken for an empty page it ends an import.",
        source="https://github.com/akeneo/magento2-connector-community/issues/679",
        fix="Raise, or try again, when a 200 is not the JSON that you asked for.",
        scenarios=("spoiled-answers",),
    ),
    Rule(
        id="RET-05",
        level="must",
        judge=gives_up_a_call_that_is_never_answered,
        condition="a call was never answered",
        why="Without a time-out a connector hangs until somebody notices, and a schedule runs into the next.",
        source="https://requests.readthedocs.io/en/latest/user/quickstart/#timeouts",
        fix="Give every call a time-out (a minute at most) and treat it like a broken connection.",
        scenarios=("stalled-page", "stalled-batch"),
    ),
    Rule(
        id="RET-06",
        level="must",
        judge=goes_on_after_a_408,
        condition="a call was answered 408",
        why="408 is the one 4xx, besides 429 and 401, that says: try again.",
        source=_ADVICE,
        fix="Repeat a call that was answered 408 like one that was answered 503.",
        scenarios=("408",),
    ),
    Rule(
        id="RET-07",
        level="must",
        judge=repeats_no_refused_call,
        condition="a call was refused with a 4xx",
        why="A 400, 403, 404 or 422 says that the call is wrong. The same call stays wrong, and uses up limits.",
        source=_ADVICE,
        fix="Repeat only 408, 429, 5xx and broken connections; raise or report all other refusals at once.",
        scenarios=("refused-calls", "too-large"),
    ),
    Rule(
        id="RET-08",
        level="must",
        judge=gives_up_in_the_end,
        condition="a call failed again and again",
        why="Whoever never gives up never reports, and blocks the next run.",
        source=_ADVICE,
        fix="Bound the number of tries of one call (Akeneo advises 5 to 8) and end with an error.",
        scenarios=("endless-503",),
    ),
    Rule(
        id="RET-09",
        level="should",
        judge=splits_a_batch_that_is_too_large,
        condition="a batch was answered 413",
        why="100 products with long texts may be more than a gateway lets through; smaller batches pass.",
        source="https://api.akeneo.com/documentation/responses.html, "
        "https://datatracker.ietf.org/doc/html/rfc9110#name-413-content-too-large",
        fix="On a 413 send the batch in two halves; report a single product that is too large as refused.",
        scenarios=("too-large",),
    ),
)
