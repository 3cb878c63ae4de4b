"""Attribute options over HTTP.

Source: pim: tests/back/Pim/Structure/EndToEnd/AttributeOption/ExternalApi/
"""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.answers import body, broken, codes, lines, malformed, problem

URL = "/attributes/a_multi_select/options"
POST = "post_attributes__attribute_code__options"
PATCH = "patch_attributes__attribute_code__options__code_"
TYPES = 'Only attributes of type "pim_catalog_simpleselect", "pim_catalog_multiselect" support options'


def test_an_option_is_created_behind_the_others(technical: httpx.Client) -> None:
    answer = technical.post(URL, json={"code": "optionC", "labels": {"en_US": "Option C"}})
    assert (answer.status_code, answer.content) == (201, b"")
    assert answer.headers["location"] == f"http://localhost/api/rest/v1{URL}/optionC"
    assert technical.get(f"{URL}/optionC").json() == {
        "code": "optionC",
        "attribute": "a_multi_select",
        "sort_order": 21,
        "labels": {"en_US": "Option C"},
    }


def test_the_first_option_has_the_sort_order_zero(technical: httpx.Client) -> None:
    attribute = {"code": "new", "type": "pim_catalog_simpleselect", "group": "other"}
    assert technical.post("/attributes", json=attribute).status_code == 201
    assert technical.patch("/attributes/new/options/one", json={}).status_code == 201
    assert technical.patch("/attributes/new/options/two", json={}).status_code == 201
    assert [technical.get(f"/attributes/new/options/{code}").json()["sort_order"] for code in ("one", "two")] == [0, 1]


def test_labels_are_merged_and_emptied(technical: httpx.Client) -> None:
    assert technical.patch(f"{URL}/optionA", json={"labels": {"fr_FR": "A !"}}).status_code == 204
    assert technical.get(f"{URL}/optionA").json()["labels"] == {"en_US": "Option A", "fr_FR": "A !"}
    assert technical.patch(f"{URL}/optionA", json={"labels": {"en_US": None, "fr_FR": ""}}).status_code == 204
    assert technical.get(f"{URL}/optionA").json()["labels"] == {}


def test_a_locale_in_the_wrong_letter_case_is_taken_for_its_own(technical: httpx.Client) -> None:
    assert technical.patch(f"{URL}/optionA", json={"labels": {"en_uS": "A"}}).status_code == 204
    assert technical.get(f"{URL}/optionA").json()["labels"] == {"en_US": "A"}


def test_the_list_is_that_of_the_attribute_alone(technical: httpx.Client) -> None:
    assert codes(technical.get(URL)) == ["optionA", "optionB"]
    answer = technical.get("/attributes/a_simple_select_size/options?limit=4&with_count=true").json()
    assert answer["items_count"] == 9
    assert [item["code"] for item in answer["_embedded"]["items"]] == ["l", "m", "s", "u"]
    self = f"http://localhost/api/rest/v1{URL}/optionA"
    item = technical.get(URL).json()["_embedded"]["items"][0]
    assert item == {"_links": {"self": {"href": self}}, **technical.get(f"{URL}/optionA").json()}


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
def test_the_options_of_an_unknown_attribute_are_not_found(technical: httpx.Client, method: str) -> None:
    paths = {"GET": "options", "POST": "options", "PATCH": "options/x"}
    sent: dict[str, Any] | None = None if method == "GET" else {}
    answer = technical.request(method, f"/attributes/nope/{paths[method]}", json=sent)
    assert body(answer) == problem(404, 'Attribute "nope" does not exist.')


def test_reads_do_not_find_options_of_other_types_of_attributes(technical: httpx.Client) -> None:
    """01 quirk 5: reads end the sentence with a full stop, writes do not."""
    told = problem(404, f'Attribute "sku" does not support options. {TYPES}.')
    assert body(technical.get("/attributes/sku/options")) == told
    assert body(technical.get("/attributes/sku/options/x")) == told
    written = broken(("attribute", f'Attribute "sku" does not support options. {TYPES}'))
    assert body(technical.post("/attributes/sku/options", json={"code": "x"})) == written
    assert body(technical.patch("/attributes/sku/options/x", json={})) == written


def test_an_unknown_option_is_not_found(technical: httpx.Client) -> None:
    message = 'Attribute option "x" does not exist or is not an option of the attribute "a_multi_select".'
    assert body(technical.get(f"{URL}/x")) == problem(404, message)


def test_body_and_url_name_the_same_option_when_it_is_created(technical: httpx.Client) -> None:
    attribute = (
        'The attribute code "a_simple_select" provided in the request body must match the attribute code '
        '"a_multi_select" provided in the url.'
    )
    refused = technical.post(URL, json={"code": "x", "attribute": "a_simple_select"})
    assert body(refused) == problem(422, attribute)
    code = 'The option code "y" provided in the request body must match the option code "x" provided in the url.'
    assert body(technical.patch(f"{URL}/x", json={"code": "y"})) == problem(422, code)


def test_an_option_keeps_its_code_and_its_attribute(technical: httpx.Client) -> None:
    refused = technical.patch(f"{URL}/optionA", json={"code": "new", "attribute": "a_simple_select"})
    message = "This property cannot be changed."
    assert body(refused) == broken(("code", message), ("attribute", message))


def test_the_letter_case_of_a_code_stays_as_stored(technical: httpx.Client) -> None:
    assert technical.patch(f"{URL}/OPTIONA", json={"code": "OPTIONA", "sort_order": 5}).status_code == 204
    assert technical.get(f"{URL}/optionA").json()["code"] == "optionA"


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"sort_order": "123"}, 'Property "sort_order" expects an integer as data, "string" given.'),
        ({"labels": None}, 'Property "labels" expects an array as data, "NULL" given.'),
        (
            {"labels": {"en_US": []}},
            'Property "labels" expects an array with valid data, one of the labels is not a scalar.',
        ),
        ({"code": []}, 'Property "code" expects a scalar as data, "array" given.'),
        ({"extra_property": ""}, 'Property "extra_property" does not exist.'),
    ],
)
def test_data_of_the_wrong_form_is_told_with_a_link(technical: httpx.Client, sent: Any, message: str) -> None:
    assert body(technical.post(URL, json=sent)) == malformed(message, POST)
    assert body(technical.patch(f"{URL}/optionA", json=sent)) == malformed(message, PATCH)


@pytest.mark.parametrize(
    ("sent", "violations"),
    [
        ({}, [("code", "This value should not be blank.")]),
        ({"code": "OPTIONA"}, [("code", "This value is already used.")]),
        ({"code": "a-b"}, [("code", "Option code may contain only letters, numbers and underscores")]),
        ({"code": "a" * 101}, [("code", "This value is too long. It should have 100 characters or less.")]),
        (
            {"code": "x", "labels": {"en_US": "a" * 256, "foo": "x"}},
            [
                ("labels", "This value is too long. It should have 255 characters or less."),
                ("labels", 'The locale "foo" does not exist.'),
            ],
        ),
    ],
)
def test_broken_rules_are_told(technical: httpx.Client, sent: Any, violations: list[tuple[str, str]]) -> None:
    assert body(technical.post(URL, json=sent)) == broken(*violations)


def test_the_same_code_may_stand_under_two_attributes(technical: httpx.Client) -> None:
    assert technical.post("/attributes/a_simple_select/options", json={"code": "red"}).status_code == 201
    assert technical.get("/attributes/a_simple_select_color/options/red").json()["sort_order"] == 1


def test_each_line_is_refused_by_itself_where_the_attribute_is_unknown(technical: httpx.Client) -> None:
    message = 'Attribute "nope" does not exist.'
    assert lines(technical, "/attributes/nope/options", '{"code":"a"}', '{"code":"b"}') == [
        {"line": 1, "code": "a", "status_code": 404, "message": message},
        {"line": 2, "code": "b", "status_code": 404, "message": message},
    ]
