"""The token: how it is asked for, how long it is used, what happens when it has expired."""

from __future__ import annotations

from mock_akeneo.contract.evidence import Evidence, Run, api_calls, token_calls
from mock_akeneo.contract.rules._rule import Rule, loss, worst
from mock_akeneo.contract.verdicts import Finding, broken, kept, not_seen


def asks_for_its_token_with_basic(evidence: Evidence) -> Finding:
    """Sends client id and secret in a Basic header when it asks for a token."""
    calls = [call for run in evidence.runs for call in token_calls(run)]
    if not calls:
        return not_seen("it never asked for a token")
    without = [
        call["id"]
        for call in calls
        if not call["request_headers"].get("authorization", "").lower().startswith("basic ")
    ]
    if without:
        return broken(f"{len(without)} of {len(calls)} token calls had no Basic header", without)
    return kept(f"all {len(calls)} token calls had a Basic header", [call["id"] for call in calls])


def renews_an_expired_token(evidence: Evidence) -> Finding:
    """Renews an access token that has expired in mid-run, and loses nothing."""
    return worst([_renewal(run, evidence) for run in evidence.runs], "nothing was asked of the connector")


def _renewal(run: Run, evidence: Evidence) -> Finding:
    moved = next((at for at, call in enumerate(run.calls) if call["moved"]), None)
    if moved is None or not (later := run.calls[moved + 1 :]):
        return not_seen(f"the {run.action} was over before its token expired")
    refused = [call["id"] for call in later if call["status"] == 401]
    renewed = any(call["operation"] == "token" and call["status"] == 200 for call in later)
    if not refused and not renewed:
        return not_seen(f"no call of the {run.action} met an expired token")
    if run.ending == "unfinished":
        return not_seen(f"the {run.action} {run.why}")
    if not renewed:
        then = loss(run, evidence)
        return broken("; ".join(filter(None, ["after the 401 it asked for no new token", then])), refused[:5])
    if lost := loss(run, evidence):
        return broken(f"after its token had expired: {lost}", refused[:5])
    return kept(f"the {run.action} went on with a new token and lost nothing", refused[:5])


def uses_a_token_for_many_calls(evidence: Evidence) -> Finding:
    """Uses an access token for as long as it lives; it does not ask for one per request."""
    # Each of the workers that it may have could log in by itself, and again when tokens were ended.
    ended = sum(len(call["moved"]) for call in evidence.calls)
    allowed = evidence.told.concurrent_connections * (1 + ended)
    told = [call["id"] for run in evidence.runs for call in token_calls(run) if call["status"] == 200]
    served = sum(1 for run in evidence.runs for call in api_calls(run) if (call["status"] or 999) < 400)
    runs = sum(1 for run in evidence.runs if run.calls)
    if served <= allowed * runs:
        return not_seen(f"{served} calls are too few to tell")
    if len(told) > allowed * runs:
        return broken(f"it asked for {len(told)} tokens to make {served} calls", told[:5])
    return kept(f"{len(told)} tokens served {served} calls", told[:5])


RULES = (
    Rule(
        id="AUTH-01",
        level="should",
        judge=asks_for_its_token_with_basic,
        condition="a token was asked for",
        why="Akeneo documents the Basic header; the body of a token call is what proxies and logs keep.",
        source="https://api.akeneo.com/documentation/authentication.html",
        fix="Send `Authorization: Basic base64(client_id:secret)` with POST /api/oauth/v1/token, and only "
        "grant, user "
        "name and password in the body. Take care that no line feed is encoded with the secret.",
        scenarios=("calm",),
    ),
    Rule(
        id="AUTH-02",
        level="must",
        judge=renews_an_expired_token,
        condition="a token expired in mid-run and calls followed",
        why="An access token lives for one hour. A longer job meets a 401 on every call from then on; it "
        "has to renew "
        "the token and repeat that call. The connector's own clock is not enough: tokens die early, too, "
        "when "
        "the secret is regenerated.",
        source="https://api.akeneo.com/documentation/authentication.html, "
        "https://github.com/webgriffe/SyliusAkeneoPlugin/issues/37",
        fix="On a 401 use the refresh token once (else log in again with user name and password), and "
        "repeat the call "
        "that was refused. Let workers share one renewal.",
        scenarios=("token-expires-mid-run",),
    ),
    Rule(
        id="AUTH-03",
        level="must",
        judge=uses_a_token_for_many_calls,
        condition="there were more calls than workers that could each have logged in",
        why="A login costs the PIM more than a read, doubles the number of calls and fills its table of tokens.",
        source="https://api.akeneo.com/documentation/good-practices.html",
        fix="Keep the access token and send it with every call until it is refused or about to expire.",
        scenarios=("calm", "busy", "throttled"),
    ),
)
