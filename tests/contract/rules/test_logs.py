from __future__ import annotations

from typing import Any

import pytest

from mock_akeneo.contract.rules.logs import names_what_was_refused
from mock_akeneo.contract.verdicts import broken
from tests.contract.journal import call, evidence, push

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
