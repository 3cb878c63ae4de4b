"""Association types over HTTP.

Source: pim: tests/back/Pim/Structure/EndToEnd/AssociationType/ExternalApi/
"""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.answers import body, broken, codes, malformed, problem


def test_a_type_is_created_read_and_changed(technical: httpx.Client) -> None:
    answer = technical.post("/association-types", json={"code": "NEW", "is_two_way": True})
    assert answer.headers["location"] == "http://localhost/api/rest/v1/association-types/NEW"
    blank = {"code": "NEW", "labels": {}, "is_two_way": True, "is_quantified": False}
    assert technical.get("/association-types/NEW").json() == blank
    assert technical.patch("/association-types/NEW", json={"labels": {"fr_FR": "Neuf"}}).status_code == 204
    assert technical.get("/association-types/NEW").json() == {**blank, "labels": {"fr_FR": "Neuf"}}


def test_a_code_is_all_that_a_type_needs(technical: httpx.Client) -> None:
    assert technical.patch("/association-types/NEW", json={}).status_code == 201
    assert technical.patch("/association-types/NEW", json={"code": "NEW"}).status_code == 204


def test_types_are_sorted_by_code(technical: httpx.Client) -> None:
    assert codes(technical.get("/association-types")) == ["PACK", "SUBSTITUTION", "UPSELL", "X_SELL"]


def test_an_unknown_type_is_not_found(technical: httpx.Client) -> None:
    assert body(technical.get("/association-types/x")) == problem(404, 'Association type "x" does not exist.')


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"is_two_way": "true"}, 'Property "is_two_way" expects a boolean as data, "string" given.'),
        ({"is_quantified": 1}, 'Property "is_quantified" expects a boolean as data, "integer" given.'),
        ({"labels": None}, 'Property "labels" expects an array as data, "NULL" given.'),
        ({"code": []}, 'Property "code" expects a scalar as data, "array" given.'),
        ({"extra": 1}, 'Property "extra" does not exist.'),
    ],
)
def test_data_of_the_wrong_form_is_told_with_a_link(technical: httpx.Client, sent: Any, message: str) -> None:
    assert body(technical.post("/association-types", json=sent)) == malformed(message, "post_association_types")
    refused = body(technical.patch("/association-types/PACK", json=sent))
    assert refused == malformed(message, "patch_association_types__code_")


@pytest.mark.parametrize(
    ("sent", "violations"),
    [
        ({}, [("code", "This value should not be blank.")]),
        ({"code": "pack"}, [("code", "This value is already used.")]),
        ({"code": "a-b"}, [("code", "Association type code may contain only letters, numbers and underscores")]),
        (
            {"code": "x", "is_two_way": True, "is_quantified": True},
            [("", "Association type can be either quantified or two-way")],
        ),
        ({"code": "x", "is_two_way": None}, [("is_two_way", "This value should not be null.")]),
        ({"code": "x", "labels": {"foo": "x"}}, [("labels", 'The locale "foo" does not exist.')]),
    ],
)
def test_broken_rules_are_told(technical: httpx.Client, sent: Any, violations: list[tuple[str, str]]) -> None:
    assert body(technical.post("/association-types", json=sent)) == broken(*violations)


def test_what_defines_a_type_stays(technical: httpx.Client) -> None:
    message = "This property cannot be changed."
    sent = {"code": "OTHER", "is_two_way": True}
    refused = body(technical.patch("/association-types/PACK", json=sent))
    assert refused == broken(("code", message), ("is_two_way", message))


def test_an_underscore_comes_before_digits_and_letters(technical: httpx.Client) -> None:
    """pim: the database sorts, ignoring letter case (utf8mb4_unicode_ci)."""
    for code in ("size10", "size_1", "Size", "sizeA", "SIZE_a", "size2"):
        assert technical.post("/association-types", json={"code": code}).status_code == 201
    found = codes(technical.get("/association-types"))
    assert found == ["PACK", "Size", "size_1", "SIZE_a", "size10", "size2", "sizeA", "SUBSTITUTION", "UPSELL", "X_SELL"]
    for code in ("size_1", "size10"):
        assert technical.patch(f"/association-types/{code}", json={"labels": {"en_US": code}}).status_code == 204
