"""Secrets stay where they belong."""

from __future__ import annotations

from mock_akeneo.contract.evidence import Evidence
from mock_akeneo.contract.rules._rule import Rule
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
)
