from __future__ import annotations

from dataclasses import replace

from mock_akeneo.contract.rules.secrecy import (
    keeps_secrets_out_of_its_output,
    keeps_secrets_out_of_urls,
    sends_its_token_to_no_other_host,
    sends_nothing_in_the_clear,
    trusts_no_certificate_of_nobody,
)
from mock_akeneo.contract.verdicts import broken, kept, not_seen
from tests.contract.journal import TOLD, call, evidence, pull


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


def test_a_secret_in_the_output_is_broken_and_of_an_observed_connector_no_output_is_seen() -> None:
    leaky = pull(call(1), leaks=("stderr", "error"))
    assert keeps_secrets_out_of_its_output(evidence(leaky)) == broken("in the pull a secret stood in stderr, error")
    assert keeps_secrets_out_of_its_output(evidence(pull(call(1)))).kind == "kept"
    assert (
        keeps_secrets_out_of_its_output(evidence(replace(pull(call(1), ending="unable"), action="run"))).kind
        == "not_seen"
    )


def test_only_a_token_must_not_go_elsewhere() -> None:
    led = pull(call(1, fault="foreign_next"))
    told = {"method": "GET", "path": "/api/rest/v1/products", "authorized": True}
    assert sends_its_token_to_no_other_host(evidence(led, foreign=(told,))) == broken(
        "1 calls with a token went elsewhere: GET /api/rest/v1/products", [1]
    )
    assert sends_its_token_to_no_other_host(evidence(led, foreign=({**told, "authorized": False},))).kind == "kept"
    assert sends_its_token_to_no_other_host(evidence(pull(call(1)))).kind == "not_seen"


def test_a_server_that_is_not_to_be_trusted_is_told_nothing() -> None:
    arrived = {"method": "POST", "path": "/api/oauth/v1/token", "authorized": True}
    gave_up = pull(items=(), ending="raised", why="CERTIFICATE_VERIFY_FAILED")
    assert trusts_no_certificate_of_nobody(evidence(gave_up, untrusted=(arrived,))) == broken(
        "1 calls arrived there: POST /api/oauth/v1/token, with credentials"
    )
    assert trusts_no_certificate_of_nobody(evidence(gave_up, declined=2)) == kept(
        "it gave up 2 connections before it had sent anything"
    )
    assert trusts_no_certificate_of_nobody(evidence(pull(items=()), declined=2)).kind == "broken"
    assert trusts_no_certificate_of_nobody(evidence(gave_up)).kind == "not_seen"


TOLD_TLS = replace(TOLD, api_url="https://127.0.0.1:8043")


def test_a_call_in_the_clear_is_broken() -> None:
    clear = {"method": "GET", "path": "/api/rest/v1/products-uuid?search_after=x", "authorized": True}
    run = pull(call(1, items=["p1"]))
    assert sends_nothing_in_the_clear(evidence(run, told=TOLD_TLS, in_the_clear=(clear,))) == broken(
        "1 calls came without TLS: GET /api/rest/v1/products-uuid?search_after=x, with its token"
    )


def test_who_was_led_to_http_and_stayed_with_tls_keeps_the_rule() -> None:
    run = pull(call(1, items=["p1"]), call(2, fault="redirect"))
    assert sends_nothing_in_the_clear(evidence(run, told=TOLD_TLS)) == kept("2 calls came, all with TLS", [1, 2])


def test_whoever_got_no_page_or_was_told_no_tls_was_not_led_to_http() -> None:
    run = pull(call(1, "token"))
    assert sends_nothing_in_the_clear(evidence(run, told=TOLD_TLS)) == not_seen(
        "no link or redirect led from https to http"
    )
    assert sends_nothing_in_the_clear(evidence(pull(call(1, items=["p1"])))) == not_seen(
        "it was told to call without TLS"
    )
