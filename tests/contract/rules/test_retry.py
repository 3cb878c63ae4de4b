from __future__ import annotations

from typing import Any

from mock_akeneo.contract.rules.retry import (
    gives_up_a_call_that_is_never_answered,
    gives_up_in_the_end,
    goes_on_after_a_server_error,
    repeats_a_write_whose_answer_was_lost,
    repeats_no_refused_call,
    splits_a_batch_that_is_too_large,
    takes_no_spoiled_answer_for_an_end,
)
from mock_akeneo.contract.verdicts import broken, kept
from tests.contract.journal import SHOP, call, evidence, product, pull, push

BAD_GATEWAY = call(1, status=502, fault="status")


def test_a_quiet_end_behind_a_server_error_is_a_loss() -> None:
    assert goes_on_after_a_server_error(evidence(pull(BAD_GATEWAY, items=()))) == broken(
        "after a server error: the pull ended without an error but did not hand over 3 products (p1, p2, p3)", [1]
    )
    assert goes_on_after_a_server_error(evidence(pull(BAD_GATEWAY, call(2)))) == kept(
        "the pull met a server error (1 ×) and lost nothing", [1]
    )
    assert goes_on_after_a_server_error(evidence(pull(call(1)))).kind == "not_seen"


def test_a_product_that_was_stored_behind_a_lost_answer_was_not_refused() -> None:
    new = product(4)
    run = push(
        call(1, "products.update_list", fault="reset_after_apply", status=None),
        pushed=({"identifier": "p4", "values": new["values"]},),
        report={"accepted": [], "refused": [{"identifier": "p4", "message": "connection reset"}]},
    )
    judged = repeats_a_write_whose_answer_was_lost(evidence(run, after={**SHOP, new["uuid"]: new}))
    assert judged == broken(
        "after a lost answer: it reported 1 product (p4) as refused, which the PIM had stored before the answer", [1]
    )


def test_an_error_is_honest_where_an_answer_cannot_be_read() -> None:
    spoiled = call(1, fault="malformed_json")
    assert takes_no_spoiled_answer_for_an_end(evidence(pull(spoiled, ending="raised", items=()))).kind == "kept"
    assert takes_no_spoiled_answer_for_an_end(evidence(pull(spoiled, items=()))).kind == "broken"
    assert takes_no_spoiled_answer_for_an_end(evidence(pull(call(1)))).kind == "not_seen"


def test_who_holds_a_call_that_is_never_answered_hangs_and_who_sleeps_elsewhere_is_not_judged() -> None:
    held = call(2, status=None, fault="stall", client_gone=True)
    told = {"ending": "unfinished", "why": "waited longer than 150 s", "items": ()}
    assert gives_up_a_call_that_is_never_answered(evidence(pull(call(1), held, **told))) == broken(
        "the pull waited longer than 150 s, and still held a call that was never answered", [2]
    )
    assert gives_up_a_call_that_is_never_answered(evidence(pull(held, call(3), **told))).kind == "not_seen"
    assert gives_up_a_call_that_is_never_answered(evidence(pull(held, call(3)))).kind == "kept"


def test_a_refused_call_that_was_changed_is_no_repeat() -> None:
    first, other = call(1, status=404, query="page=1"), call(2, status=404, query="page=2")
    assert repeats_no_refused_call(evidence(pull(first, other))).kind == "kept"
    assert repeats_no_refused_call(evidence(pull(first, other, call(3, status=404, query="page=1")))) == broken(
        "it sent the same call 2 times, though it was refused each time", [1, 3]
    )


def test_tries_are_counted_for_each_call() -> None:
    tries = [call(number, status=503, query=f"page={number % 2}") for number in range(40)]
    raised = {"ending": "raised", "items": ()}
    assert gives_up_in_the_end(evidence(pull(*tries, **raised))).kind == "kept"
    assert gives_up_in_the_end(evidence(pull(*tries, call(40, status=503, query="page=0"), **raised))).kind == "broken"
    assert gives_up_in_the_end(evidence(pull(*tries, items=()))).kind == "broken"


BATCH: dict[str, Any] = {"body_sha256": "whole", "path": "/api/rest/v1/products"}
WHOLE = call(1, "products.update_list", 413, **BATCH)


def test_a_batch_that_is_too_large_is_to_be_split() -> None:
    halves = [call(n, "products.update_list", body_sha256=f"half {n}", lines=[]) for n in (2, 3)]
    assert splits_a_batch_that_is_too_large(
        evidence(push(WHOLE, *halves, report={"accepted": [], "refused": []}))
    ) == kept("the push met a 413 (1 ×) and lost nothing", [1])
    again = call(2, "products.update_list", **BATCH)
    assert splits_a_batch_that_is_too_large(evidence(push(WHOLE, again))) == broken(
        "it sent a batch that was too large again as it was, 1 ×", [2]
    )


def test_to_give_a_large_batch_up_is_broken_too() -> None:
    run = push(WHOLE, pushed=({"identifier": "new"},), report={"accepted": [], "refused": [{"identifier": "new"}]})
    assert splits_a_batch_that_is_too_large(evidence(run)).kind == "broken"


def test_where_no_batch_was_too_large_nothing_is_to_be_split() -> None:
    assert splits_a_batch_that_is_too_large(evidence(push(call(1, "products.update_list")))).kind == "not_seen"
