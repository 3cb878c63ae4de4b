"""The token: how it is asked for, how long it is used, what happens when it has expired."""

from __future__ import annotations

from mock_akeneo.contract.evidence import Evidence, Run, api_calls, token_calls
from mock_akeneo.contract.rules._rule import Rule, loss, quiet_loss, worst
from mock_akeneo.contract.scenarios import API_KEY
from mock_akeneo.contract.verdicts import Finding, broken, kept, not_seen
from mock_akeneo.core.json_types import Json

TOKEN_REQUESTS_PER_WORKER = 4
"""Each may try to refresh and to log in, and once more."""


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


def logs_in_anew(evidence: Evidence) -> Finding:
    """Logs in with user name and password when the refresh token is dead as well, and loses nothing."""
    if not any(call["operation"] == "token" for run in evidence.runs for call in _after_the_move(run)):
        return not_seen("it asked for no new token at all")
    return renews_an_expired_token(evidence)


def ends_when_its_credentials_are_revoked(evidence: Evidence) -> Finding:
    """Ends with an error, after a bounded number of token requests, when its credentials are revoked."""
    return worst([_end(run, evidence) for run in evidence.runs], "nothing was asked of the connector")


def _end(run: Run, evidence: Evidence) -> Finding:
    later = _after_the_move(run)
    if not later:
        return not_seen(f"the {run.action} was over before its credentials were revoked")
    asked = [call["id"] for call in later if call["operation"] == "token"]
    most = TOKEN_REQUESTS_PER_WORKER * evidence.told.concurrent_connections
    if len(asked) > most or run.ending == "endless":
        return broken(f"it asked {len(asked)} times for a token that it cannot have any more", asked[:5])
    if run.ending == "unfinished":
        return not_seen(f"the {run.action} {run.why}")
    if lost := quiet_loss(run, evidence):
        return broken(f"its credentials were revoked, and {lost}", [call["id"] for call in later[:5]])
    return kept(f"the {run.action} ended after {len(asked)} token requests in vain", asked[:5])


def renews_once_for_all_workers(evidence: Evidence) -> Finding:
    """Renews an expired token once, however many calls were refused with it."""
    return worst([_once(run) for run in evidence.runs], "nothing was asked of the connector")


def _once(run: Run) -> Finding:
    renewals = [call["id"] for call in _after_the_move(run) if call["operation"] == "token" and call["status"] == 200]
    if not renewals:
        return not_seen(f"no token was renewed during the {run.action}")
    if len(renewals) > 1:
        return broken(f"it asked for {len(renewals)} tokens where one had expired", renewals[:5])
    return kept("one renewal served all workers", renewals)


def takes_403_for_no_expiry(evidence: Evidence) -> Finding:
    """Does not ask for a new token because of a 403."""
    return worst([_forbidden(run) for run in evidence.runs], "nothing was asked of the connector")


def _forbidden(run: Run) -> Finding:
    forbidden = [call["id"] for call in run.calls if call["status"] == 403]
    if not forbidden:
        return not_seen(f"no call of the {run.action} was answered 403")
    asked = [call["id"] for call in token_calls(run) if call["id"] > forbidden[0]]
    if asked:
        return broken(f"after a 403 it asked for {len(asked)} tokens", [forbidden[0], *asked[:4]])
    return kept("after a 403 it asked for no token", forbidden[:5])


def does_not_live_on_the_api_key(evidence: Evidence) -> Finding:
    """Logs in by itself; it does not live on the API key that it was given."""
    return worst([_own_token(run, evidence) for run in evidence.runs], "nothing was asked of the connector")


def _own_token(run: Run, evidence: Evidence) -> Finding:
    if not run.calls or run.ending in ("unfinished", "unable"):
        return not_seen(run.why or f"the {run.action} made no call")
    if any(call["connection"] == API_KEY for call in run.calls) and (lost := loss(run, evidence)):
        refused = [call["id"] for call in run.calls if call["status"] == 401]
        return broken(f"when the API key had ended: {lost}", refused[:5])
    if not any(call["operation"] == "token" and call["status"] == 200 for call in run.calls):
        return not_seen(f"the {run.action} was over before the API key ended")
    return kept(f"the {run.action} logged in by itself")


def _after_the_move(run: Run) -> tuple[Json, ...]:
    """The calls behind the one that a move came after."""
    moved = next((at for at, call in enumerate(run.calls) if call["moved"]), None)
    return () if moved is None else run.calls[moved + 1 :]


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
    Rule(
        id="AUTH-04",
        level="must",
        judge=logs_in_anew,
        condition="both tokens ended in mid-run, and a new one was asked for",
        why="A refresh token ends after a fortnight, or with the secret. Whoever only refreshes is locked out then.",
        source="https://api.akeneo.com/documentation/authentication.html",
        fix="When the refresh token is refused, log in again with user name and password, then repeat the call.",
        scenarios=("refresh-token-dies",),
    ),
    Rule(
        id="AUTH-05",
        level="must",
        judge=ends_when_its_credentials_are_revoked,
        condition="the secret was regenerated in mid-run and calls followed",
        why="With revoked credentials no token can be had. A loop of log-ins looks like an attack and tells nobody.",
        source="https://api.akeneo.com/documentation/authentication.html",
        fix="Treat a log-in that is refused as final: end the run with an error that says so.",
        scenarios=("secret-regenerated-mid-push", "secret-regenerated-mid-pull"),
    ),
    Rule(
        id="AUTH-06",
        level="should",
        judge=renews_once_for_all_workers,
        condition="a token expired while calls were under way, and was renewed",
        why="Workers that all renew at once use up each other's refresh token, and fill the PIM's table of tokens.",
        source="https://github.com/webgriffe/SyliusAkeneoPlugin/issues/37",
        fix="Guard the renewal by a lock; whoever gets in second looks first whether the token is another by now.",
        scenarios=("token-expires-while-busy",),
    ),
    Rule(
        id="AUTH-07",
        level="must",
        judge=takes_403_for_no_expiry,
        condition="a call was answered 403",
        why="A 403 says that a right is missing. No new token has it; whoever asks for one hides the true reason.",
        source="https://api.akeneo.com/documentation/responses.html",
        fix="Renew the token on a 401 only; raise a 403 with its message.",
        scenarios=("refused-calls",),
    ),
    Rule(
        id="AUTH-08",
        level="must",
        judge=does_not_live_on_the_api_key,
        condition="the run used credentials of its own, or the API key until it ended",
        why='The "API key" that integrations store is an access token of one hour.',
        source="https://api.akeneo.com/documentation/authentication.html",
        fix="Ask for a token with client id, secret, user name and password; use a stored one until it is refused.",
        scenarios=("api-key-dies",),
    ),
)
