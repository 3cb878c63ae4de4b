from __future__ import annotations

from dataclasses import replace

from mock_akeneo.contract.rules.auth import (
    asks_for_its_token_with_basic,
    ends_when_its_credentials_are_revoked,
    logs_in_anew,
    renews_an_expired_token,
    renews_once_for_all_workers,
    takes_403_for_no_expiry,
    uses_a_token_for_many_calls,
)
from mock_akeneo.contract.verdicts import broken, kept, not_seen
from tests.contract.journal import SHOP, TOLD, call, evidence, pull, push

HOUR = ["advance"]


def test_a_token_call_without_a_basic_header_is_broken() -> None:
    judged = asks_for_its_token_with_basic(
        evidence(pull(call(1, "token"), call(2, "token", request_headers={"content-type": "application/json"})))
    )
    assert judged == broken("1 of 2 token calls had no Basic header", [2])


def test_who_never_asks_for_a_token_is_not_judged_by_how_it_asks() -> None:
    assert asks_for_its_token_with_basic(evidence(pull(call(1)))) == not_seen("it never asked for a token")


def test_a_refused_token_call_shows_the_header_as_well() -> None:
    judged = asks_for_its_token_with_basic(evidence(pull(call(1, "token", 422))))
    assert judged == kept("all 1 token calls had a Basic header", [1])


def test_going_on_with_a_new_token_keeps_the_rule() -> None:
    run = pull(call(1, moved=HOUR), call(2, status=401), call(3, "token"), call(4))
    judged = renews_an_expired_token(evidence(run))
    assert judged == kept("the pull went on with a new token and lost nothing", [2])


def test_renewing_ahead_of_the_401_is_as_good() -> None:
    judged = renews_an_expired_token(evidence(pull(call(1, moved=HOUR), call(2, "token"), call(3))))
    assert judged.kind == "kept"


def test_a_list_that_ends_short_at_the_401_is_broken() -> None:
    run = pull(call(1, moved=HOUR), call(2, status=401), items=tuple(SHOP.values())[:1])
    judged = renews_an_expired_token(evidence(run))
    assert judged == broken(
        "after the 401 it asked for no new token; "
        "the pull ended without an error but did not hand over 2 products (p2, p3)",
        [2],
    )


def test_losing_a_page_on_the_way_to_a_new_token_is_broken() -> None:
    run = pull(call(1, moved=HOUR), call(2, status=401), call(3, "token"), call(4), items=tuple(SHOP.values())[1:])
    judged = renews_an_expired_token(evidence(run))
    assert judged == broken(
        "after its token had expired: the pull ended without an error but did not hand over 1 product (p1)", [2]
    )


def test_nothing_is_seen_when_no_call_follows_the_hour() -> None:
    assert renews_an_expired_token(evidence(pull(call(1), call(2, moved=HOUR)))) == not_seen(
        "the pull was over before its token expired"
    )


def test_a_break_in_the_push_counts_though_the_pull_was_well() -> None:
    well = pull(call(1, moved=HOUR), call(2, status=401), call(3, "token"), call(4))
    dead = push(call(5, moved=HOUR), call(6, status=401), ending="raised", why="HTTPError: 401")
    judged = renews_an_expired_token(evidence(well, dead))
    assert judged == broken(
        "after the 401 it asked for no new token; the push ended with an error: HTTPError: 401", [6]
    )


def test_a_token_for_each_call_is_broken_once_there_are_more_than_workers() -> None:
    told = replace(TOLD, concurrent_connections=2)
    calls = [call(id_, "token" if id_ % 2 else "products.list") for id_ in range(1, 9)]
    judged = uses_a_token_for_many_calls(evidence(pull(*calls), told=told))
    assert judged == broken("it asked for 4 tokens to make 4 calls", [1, 3, 5, 7])


def test_each_worker_may_log_in_by_itself() -> None:
    told = replace(TOLD, concurrent_connections=2)
    run = pull(call(1, "token"), call(2, "token"), *(call(id_) for id_ in range(3, 9)))
    assert uses_a_token_for_many_calls(evidence(run, told=told)) == kept("2 tokens served 6 calls", [1, 2])


def test_few_calls_tell_nothing_about_the_life_of_a_token() -> None:
    judged = uses_a_token_for_many_calls(evidence(pull(call(1, "token"), call(2), call(3, "token"), call(4))))
    assert judged == not_seen("2 calls are too few to tell")


REVOKED = call(1, moved=["regenerate_secret"])


def test_a_log_in_that_is_tried_without_end_is_broken_and_a_few_tries_are_not() -> None:
    told = replace(TOLD, concurrent_connections=1)
    tries = [call(id_, "token", status=422) for id_ in range(2, 7)]
    ended = {"ending": "raised", "items": ()}
    judged = ends_when_its_credentials_are_revoked(evidence(pull(REVOKED, *tries, **ended), told=told))
    assert judged == broken("it asked 5 times for a token that it cannot have any more", [2, 3, 4, 5, 6])
    judged = ends_when_its_credentials_are_revoked(evidence(pull(REVOKED, *tries[:2], **ended), told=told))
    assert judged == kept("the pull ended after 2 token requests in vain", [2, 3])
    assert (
        ends_when_its_credentials_are_revoked(evidence(pull(REVOKED, *tries[:2], items=()), told=told)).kind == "broken"
    )


def test_who_never_renews_fails_by_that_and_not_by_a_dead_refresh_token() -> None:
    dead = pull(call(1, moved=["expire_tokens"]), call(2, status=401), ending="raised", items=())
    assert logs_in_anew(evidence(dead)) == not_seen("it asked for no new token at all")


def test_one_renewal_is_enough() -> None:
    expired = call(1, moved=["expire_tokens"])
    assert renews_once_for_all_workers(evidence(push(expired, call(2, "token"), call(3)))).kind == "kept"
    assert renews_once_for_all_workers(evidence(push(expired, call(2, "token"), call(3, "token")))) == broken(
        "it asked for 2 tokens where one had expired", [2, 3]
    )


def test_a_token_asked_for_behind_a_403_is_broken() -> None:
    assert takes_403_for_no_expiry(evidence(pull(call(1, "token"), call(2, status=403)))).kind == "kept"
    assert takes_403_for_no_expiry(evidence(pull(call(1, status=403), call(2, "token")))) == broken(
        "after a 403 it asked for 1 tokens", [1, 2]
    )
