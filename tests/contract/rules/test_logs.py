from __future__ import annotations

from typing import Any

import pytest

from mock_akeneo.contract.rules.logs import names_what_was_refused, tells_what_ended_it, tells_why_it_was_refused
from mock_akeneo.contract.verdicts import broken
from tests.contract.journal import call, evidence, pull, push

REFUSED = call(1, "products.update_list", lines=[{"line": 1, "identifier": "hat", "status_code": 422}])


@pytest.mark.parametrize(
    "place",
    [
        {"stdout": "hat: 422"},
        {"stderr": "hat: 422"},
        {"report": {"accepted": [], "refused": [{"identifier": "hat"}]}},
        {"ending": "raised", "why": "PimError: hat is wrong"},
    ],
)
def test_a_refused_product_may_be_named_anywhere(place: Any) -> None:
    assert names_what_was_refused(evidence(push(REFUSED, **place))).kind == "kept"


def test_a_refused_product_that_nobody_names_is_broken() -> None:
    run = push(REFUSED, stdout="1 product was refused", report={"accepted": ["hat"], "refused": []})
    assert names_what_was_refused(evidence(run)) == broken(
        "neither its log nor its report names 1 product (hat), which the PIM refused"
    )


def test_where_nothing_was_refused_nothing_is_to_be_named() -> None:
    assert names_what_was_refused(evidence(push(call(1, "products.update_list")))).kind == "not_seen"


@pytest.mark.parametrize(
    ("message", "kind"), [("The contract_no_such_attribute attribute does not exist", "kept"), ("422", "broken")]
)
def test_the_reason_is_told_in_the_words_of_the_pim(message: str, kind: str) -> None:
    report = {"accepted": [], "refused": [{"identifier": "hat", "message": message}]}
    run = push(REFUSED, report=report, refusable=frozenset({"hat"}))
    assert tells_why_it_was_refused(evidence(run)).kind == kind


def test_where_the_pim_refused_nothing_there_is_no_reason() -> None:
    assert tells_why_it_was_refused(evidence(push(call(1, "products.update_list")))).kind == "not_seen"


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"ending": "raised", "why": "PimError: GET /products: 403"}, "kept"),
        ({"ending": "raised", "why": "exit code 1", "stderr": "curl: HTTP/1.1 403 Forbidden"}, "kept"),
        ({"ending": "raised", "why": "RuntimeError: the synchronisation failed"}, "broken"),
        ({}, "not_seen"),
        ({"ending": "unable"}, "not_seen"),
    ],
)
def test_who_is_refused_for_good_tells_what_was_answered(told: Any, kind: str) -> None:
    assert tells_what_ended_it(evidence(pull(call(1, status=403), **told))).kind == kind


def test_a_dead_refresh_token_that_ended_nothing_need_not_be_told() -> None:
    run = pull(call(1, "token", 422), call(2, "token"), call(3), stderr="renewed the token")
    assert tells_what_ended_it(evidence(run)).kind == "not_seen"


def test_of_calls_that_were_refused_at_once_any_may_be_told() -> None:
    """Which of them ends the run is a matter of time."""
    run = push(call(1, status=403), call(2, "products.update_list", 422), stderr="PATCH answered 422")
    assert tells_what_ended_it(evidence(run)).kind == "kept"
