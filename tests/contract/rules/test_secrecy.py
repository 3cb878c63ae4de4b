from __future__ import annotations

from mock_akeneo.contract.rules.secrecy import keeps_secrets_out_of_urls
from mock_akeneo.contract.verdicts import broken, kept, not_seen
from tests.contract.journal import call, evidence, pull


def test_a_secret_in_a_query_or_path_is_broken() -> None:
    run = pull(call(1, "token", leaks=["query.client_secret"]), call(2), call(3, leaks=["path", "query.access_token"]))
    assert keeps_secrets_out_of_urls(evidence(run)) == broken(
        "a secret stood in path, query.access_token, query.client_secret", [1, 3]
    )


def test_a_secret_elsewhere_is_not_in_a_url() -> None:
    run = pull(call(1, leaks=["headers.x-pim-token"]))
    assert keeps_secrets_out_of_urls(evidence(run)) == kept("no URL of 1 calls held a secret")


def test_without_a_call_there_is_no_url() -> None:
    assert keeps_secrets_out_of_urls(evidence(pull())) == not_seen("it made no call")
