from __future__ import annotations

from typing import Any

import pytest

from mock_akeneo.contract.rules.mapping import (
    hands_over_codes_byte_for_byte,
    hands_over_every_channel_and_locale,
    hands_over_no_removed_value,
    keeps_numbers_that_come_as_text,
)
from mock_akeneo.contract.verdicts import broken
from tests.contract.journal import catalog, evidence, product, pull

GERMAN = {"locale": "de_DE", "scope": "shop", "data": "Hut"}
ENGLISH = {"locale": "en_US", "scope": "shop", "data": "hat"}
PRICE = {"locale": None, "scope": None, "data": [{"amount": "12.50", "currency": "EUR"}]}


def hat(*names: Any, **more: Any) -> Any:
    return product(1, identifier=" Hat/1", values={"name": list(names), "price": [PRICE]}, **more)


def test_a_locale_that_is_left_out_is_told_and_an_attribute_that_is_left_out_is_not() -> None:
    there = catalog(hat(GERMAN, ENGLISH))
    one = evidence(pull(items=(hat(GERMAN),)), before=there, after=there)
    assert hands_over_every_channel_and_locale(one) == broken(
        "a channel or a locale is missing in the values of 1 product ( Hat/1)"
    )
    whole = evidence(pull(items=(hat(GERMAN, ENGLISH),)), before=there, after=there)
    assert hands_over_every_channel_and_locale(whole).kind == "kept"
    none = evidence(pull(items=({**hat(), "values": {"price": [PRICE]}},)), before=there, after=there)
    assert hands_over_every_channel_and_locale(none).kind == "kept"


@pytest.mark.parametrize(("names", "kind"), [((GERMAN,), "kept"), ((GERMAN, ENGLISH), "broken")])
def test_a_value_that_was_removed_must_be_gone(names: Any, kind: str) -> None:
    run = pull(items=(hat(*names),), since="2026-01-01T00:00:00+00:00")
    judged = hands_over_no_removed_value(
        evidence(run, before=catalog(hat(GERMAN, ENGLISH)), after=catalog(hat(GERMAN)))
    )
    assert judged.kind == kind


@pytest.mark.parametrize(("identifier", "kind"), [(" Hat/1", "kept"), ("Hat/1", "broken"), (" hat/1", "broken")])
def test_a_code_is_the_same_or_another(identifier: str, kind: str) -> None:
    there = catalog(hat())
    run = pull(items=({**hat(), "identifier": identifier},))
    assert hands_over_codes_byte_for_byte(evidence(run, before=there, after=there)).kind == kind


@pytest.mark.parametrize(("amount", "kind"), [("12.50", "kept"), (12.5, "broken")])
def test_an_amount_stays_a_text(amount: Any, kind: str) -> None:
    there = catalog(hat())
    values = {"price": [{**PRICE, "data": [{"amount": amount, "currency": "EUR"}]}]}
    run = pull(items=({**hat(), "values": values},))
    assert keeps_numbers_that_come_as_text(evidence(run, before=there, after=there)).kind == kind
