"""Secrets stay where they belong."""

from __future__ import annotations

from mock_akeneo.contract.evidence import Evidence
from mock_akeneo.contract.rules._rule import Rule, quiet_loss
from mock_akeneo.contract.verdicts import Finding, broken, kept, not_seen


def keeps_secrets_out_of_urls(evidence: Evidence) -> Finding:
    """Never puts a secret, a password or a token into a URL."""
    if not evidence.calls:
        return not_seen("it made no call")
    leaks = [
        (call["id"], place)
        for call in evidence.calls
        for place in call["leaks"]
        if place == "path" or place.startswith("query")
    ]
    if leaks:
        places = ", ".join(sorted({place for _, place in leaks}))
        return broken(f"a secret stood in {places}", dict.fromkeys(id_ for id_, _ in leaks[:5]))
    return kept(f"no URL of {len(evidence.calls)} calls held a secret")


def keeps_secrets_out_of_its_output(evidence: Evidence) -> Finding:
    """Never writes a secret, a password or a token to its output or into an error."""
    for run in evidence.runs:
        if run.leaks:
            return broken(f"in the {run.action} a secret stood in {', '.join(run.leaks)}")
    if not any(run.calls for run in evidence.runs):
        return not_seen("it made no call")
    if any(run.action == "run" for run in evidence.runs):
        return not_seen("an observed connector shows no output")
    return kept("no secret stood in its output")


def sends_its_token_to_no_other_host(evidence: Evidence) -> Finding:
    """Sends its token to no other host, wherever a link or a redirect leads."""
    led = [call["id"] for call in evidence.calls if call["fault"] in ("foreign_next", "redirect")]
    told = [call for call in evidence.foreign if call["authorized"]]
    if told:
        first = told[0]
        return broken(f"{len(told)} calls with a token went elsewhere: {first['method']} {first['path']:.80}", led)
    if not led:
        return not_seen("no link or redirect led elsewhere")
    return kept(f"{len(evidence.foreign)} calls went elsewhere, none with a token", led)


def trusts_no_certificate_of_nobody(evidence: Evidence) -> Finding:
    """Sends nothing to a server whose certificate is not to be trusted."""
    if evidence.untrusted:
        first = evidence.untrusted[0]
        told = ", with credentials" if any(call["authorized"] for call in evidence.untrusted) else ""
        return broken(f"{len(evidence.untrusted)} calls arrived there: {first['method']} {first['path']:.80}{told}")
    if not evidence.declined:
        return not_seen("it opened no connection to such a server")
    for run in evidence.runs:
        if lost := quiet_loss(run, evidence):
            return broken(f"it gave up the connection, but {lost}")
    return kept(f"it gave up {evidence.declined} connections before it had sent anything")


def sends_nothing_in_the_clear(evidence: Evidence) -> Finding:
    """Sends nothing without TLS to a PIM that it was told to call with TLS, wherever a link or a redirect leads."""
    if evidence.in_the_clear:
        first = evidence.in_the_clear[0]
        told = ", with its token" if any(call["authorized"] for call in evidence.in_the_clear) else ""
        return broken(
            f"{len(evidence.in_the_clear)} calls came without TLS: {first['method']} {first['path']:.80}{told}"
        )
    if not evidence.told.api_url.startswith("https:"):
        return not_seen("it was told to call without TLS")
    led = [call["id"] for call in evidence.calls if call["fault"] == "redirect" or call["items"]]
    if not led:
        return not_seen("no link or redirect led from https to http")
    return kept(f"{len(evidence.calls)} calls came, all with TLS", led[:5])


RULES = (
    Rule(
        id="SEC-01",
        level="must",
        judge=keeps_secrets_out_of_urls,
        condition="a call was made",
        why="URLs are written to the logs of servers, proxies and browsers; whoever reads them has the secret.",
        source="https://datatracker.ietf.org/doc/html/rfc6750#section-5.3",
        fix="Send credentials in the body of a POST or in the Authorization header, tokens in that header alone.",
        scenarios=("calm",),
    ),
    Rule(
        id="SEC-02",
        level="must",
        judge=keeps_secrets_out_of_its_output,
        condition="a call was made and the output was seen",
        why="Logs are copied into tickets and kept for years; error messages are shown to users.",
        source="https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html#data-to-exclude",
        fix="Log method, path and status of a call, not its headers, and not the body of a token call.",
        scenarios=(
            "calm",
            "token-expires-mid-run",
            "secret-regenerated-mid-push",
            "refused-lines",
            "refused-calls",
            "endless-503",
            "broken-connections",
            "spoiled-answers",
        ),
    ),
    Rule(
        id="SEC-03",
        level="must",
        judge=sends_its_token_to_no_other_host,
        condition="a link or a redirect led to another host",
        why="Behind a proxy a PIM may build its links with another host or scheme. A token that follows is given away.",
        source="https://datatracker.ietf.org/doc/html/rfc6750#section-5.3",
        fix="Take path and query of `_links.next` and put your own base URL before it; send no token with a redirect.",
        scenarios=("foreign-links",),
    ),
    Rule(
        id="SEC-04",
        level="must",
        judge=trusts_no_certificate_of_nobody,
        condition="a server with an untrusted certificate was called",
        why="Whoever does not look at the certificate gives secret, password and catalog to anyone on the way.",
        source="https://datatracker.ietf.org/doc/html/rfc9110#name-https-certificate-verificat",
        fix="Leave the verification of your HTTP client on; for a certificate of your own give it that authority.",
        scenarios=("untrusted-certificate",),
    ),
    Rule(
        id="SEC-05",
        level="must",
        judge=sends_nothing_in_the_clear,
        condition="a link or a redirect led from https to http",
        why="Behind a gateway that ends TLS a PIM may name http in its links. A token that follows is read on the way.",
        source="https://datatracker.ietf.org/doc/html/rfc6750#section-5.3",
        fix="Take path and query of `_links.next` and put your own base URL before it; follow no redirect to http.",
        scenarios=("behind-tls",),
    ),
)
