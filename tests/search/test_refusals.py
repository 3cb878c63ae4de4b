"""What a list of products or product models refuses: the words, the status, and what is told first.

Source: pim: tests/back/Pim/Enrichment/EndToEnd/Product/Product/ExternalApi/ListProducts/,
src/Akeneo/Pim/Enrichment/Component/Product/Connector/UseCase/Validator/
"""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from mock_akeneo.core.json_types import Json

LISTS = ("products", "products-uuid", "product-models")


def told(api: httpx.Client, path: str, query: dict[str, str]) -> tuple[int, Json]:
    answer = api.get(path, params=query)
    return answer.status_code, answer.json()


def refused(message: str, status: int = 422) -> tuple[int, Json]:
    return status, {"code": status, "message": message}


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"pagination_type": "x"}, "Pagination type does not exist."),
        ({"pagination_type": ""}, "Pagination type does not exist."),
        *(({"limit": text}, f'"{text}" is not a valid limit number.') for text in ("0", "abc", "1.5", "01", "", "-1")),
        ({"limit": "101"}, "You cannot request more than 100 items."),
        *(({"page": text}, f'"{text}" is not a valid page number.') for text in ("0", "x", "+1", "")),
        *(
            (
                {"with_count": text},
                f'Parameter "with_count" has to be a boolean. Only "true" or "false" allowed, "{text}" given.',
            )
            for text in ("True", "1", "")
        ),
        ({"attributes": "nope"}, 'Attribute "nope" does not exist.'),
        ({"attributes": "a, text ,b"}, 'Attributes "a, b" do not exist.'),
        ({"attributes": ""}, 'Attribute "" does not exist.'),
        ({"scope": "nope"}, 'Scope "nope" does not exist.'),
        ({"scope": ""}, 'Scope "" does not exist.'),
        ({"locales": "xx_YY"}, 'Locale "xx_YY" does not exist or is not activated.'),
        ({"locales": "de_DE, en_US,it_IT"}, 'Locales "de_DE, it_IT" do not exist or are not activated.'),
        ({"locales": ""}, 'Locale "" does not exist or is not activated.'),
        ({"locales": "en_US, fr_FR", "scope": "print"}, 'Locale "fr_FR" is not activated for the scope "print".'),
    ],
)
def test_a_wrong_parameter(api: httpx.Client, path: str, query: dict[str, str], message: str) -> None:
    assert told(api, path, query) == refused(message)


def test_several_locales_that_a_channel_lacks(api: httpx.Client) -> None:
    assert api.patch("channels/shop", json={"locales": ["en_US", "fr_FR", "de_DE"]}).status_code == 204
    message = 'Locales "fr_FR, de_DE" are not activated for the scope "print".'
    assert told(api, "products", {"locales": "fr_FR,de_DE", "scope": "print"}) == refused(message)
    assert api.patch("channels/shop", json={"locales": ["en_US", "fr_FR"]}).status_code == 204


@pytest.mark.parametrize("path", LISTS)
def test_pages_end_at_ten_thousand_items(api: httpx.Client, path: str) -> None:
    assert api.get(path, params={"page": "100", "limit": "100"}).status_code == 200
    status, body = told(api, path, {"page": "101", "limit": "100"})
    assert status == 422
    assert body == {
        "code": 422,
        "message": 'You have reached the maximum number of pages you can retrieve with the "page" pagination type. '
        "Please use the search after pagination type instead",
        "_links": {
            "documentation": {"href": "http://api.akeneo.com/documentation/pagination.html#the-search-after-method"}
        },
    }


@pytest.mark.parametrize("path", LISTS)
def test_with_a_cursor_page_and_count_are_not_looked_at(api: httpx.Client, path: str) -> None:
    answer = api.get(path, params={"pagination_type": "search_after", "page": "x", "with_count": "maybe"})
    assert answer.status_code == 200
    assert "with_count=maybe&pagination_type" in answer.json()["_links"]["self"]["href"]


@pytest.mark.parametrize("text", ["{", "3", '"x"', "null", ""])
@pytest.mark.parametrize(("path", "status"), [("products", 400), ("products-uuid", 400), ("product-models", 422)])
def test_a_search_that_is_no_json(api: httpx.Client, path: str, status: int, text: str) -> None:
    assert told(api, path, {"search": text}) == refused("Search query parameter should be valid JSON.", status)


STRUCTURE = 'Structure of filter "text" should respect this structure: {"text":[{"operator": "my_operator", "value": "my_value"}]}'  # noqa: E501


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    ("search", "message"),
    [
        *(({"text": entries}, STRUCTURE) for entries in ("x", [], {}, None, 3, {"operator": "="}, [None])),
        ({"text": [{}]}, 'Operator is missing for the property "text".'),
        ({"text": ["x"]}, 'Operator is missing for the property "text".'),
        ({"text": [{"operator": None}]}, 'Operator is missing for the property "text".'),
        ({"text": [{"operator": ["="]}]}, 'Operator has to be a string, "array" given.'),
        ({"text": [{"operator": 1}]}, 'Operator has to be a string, "integer" given.'),
        (
            {"text": [{"operator": "=", "value": "x", "locale": 1}]},
            'Property "text" expects a string with the key "locale".',
        ),
        (
            {"text": [{"operator": "=", "value": "x", "locales": ["en_US"]}]},
            'Property "text" expects an array with the key "locale".',
        ),
        (
            {"completeness": [{"operator": "=", "value": 1, "locales": "en_US"}]},
            'Property "completeness" expects an array with the key "locales".',
        ),
        (
            {"text_l": [{"operator": "=", "value": "x", "locale": "de_DE"}, {"operator": "=", "locale": "x"}]},
            'Locales "de_DE, x" do not exist or are not activated.',
        ),
        (
            {"categories": [{"operator": "IN", "value": ["left", "nope"]}]},
            'Category "nope" does not exist.',
        ),
        (
            {"categories": [{"operator": "IN", "value": ["no"]}, {"operator": "IN", "value": ["nope"]}]},
            'Categories "no, nope" do not exist.',
        ),
        ({"text": [{"operator": "~", "value": "x"}]}, 'Filter on property "text" is not supported or does not support operator "~"'),  # noqa: E501
        ({"boolean": [{"operator": ">", "value": True}]}, 'Filter on property "boolean" is not supported or does not support operator ">"'),  # noqa: E501
    ],
)  # fmt: skip
def test_a_wrong_structure(api: httpx.Client, path: str, search: Json, message: str) -> None:
    assert told(api, path, {"search": json.dumps(search)}) == refused(message)


@pytest.mark.parametrize(("path", "status"), [("products", 404), ("products-uuid", 422), ("product-models", 404)])
def test_an_unknown_property(api: httpx.Client, path: str, status: int) -> None:
    search = {"nope": [{"operator": "=", "value": 1}]}
    message = '"nope" does not exist or you do not have permission to access it.'
    assert told(api, path, {"search": json.dumps(search)}) == refused(message, status)


def _unsupported(name: str, operator: str) -> str:
    return f'Filter on property "{name}" is not supported or does not support operator "{operator}"'


@pytest.mark.parametrize(
    ("name", "operator", "inner"),
    [
        ("uuid", "IN", "uuid"),
        ("enabled", "=", "enabled"),
        ("groups", "IN", "groups"),
        ("quality_score", "IN", "quality_score"),
        ("parent", "=", "ancestor.code"),
        ("completeness", "=", "completeness"),
    ],
)
def test_what_models_are_not_searched_by(api: httpx.Client, name: str, operator: str, inner: str) -> None:
    search = json.dumps({name: [{"operator": operator, "value": []}]})
    assert told(api, "product-models", {"search": search}) == refused(_unsupported(inner, operator))


@pytest.mark.parametrize("path", ["products", "products-uuid"])
@pytest.mark.parametrize(
    ("value", "status", "message"),
    [
        ([str(n) for n in range(101)], 400, "The identifier filter can't contain more than 100 product identifiers."),
        (None, 422, "The identifier filter can't contain null value"),
        ("x", 422, "The identifier filter value should be an array"),
        ([1], 422, 'Property "identifier" expects an array of strings as data.'),
    ],
)
def test_wrong_identifiers(api: httpx.Client, path: str, value: Any, status: int, message: str) -> None:
    search = json.dumps({"identifier": [{"operator": "IN", "value": value}]})
    assert told(api, path, {"search": search}) == refused(message, status)


def test_a_hundred_identifiers_are_not_too_many(api: httpx.Client) -> None:
    twice = [str(n) for n in range(100)] * 2
    search = json.dumps({"identifier": [{"operator": "IN", "value": twice}]})
    assert told(api, "products", {"search": search})[0] == 200
    search = json.dumps({"sku": [{"operator": "IN", "value": [str(n) for n in range(101)]}]})
    assert told(api, "products", {"search": search})[0] == 200
    search = json.dumps({"identifier": [{"operator": "IN", "value": [str(n) for n in range(101)]}]})
    assert told(api, "product-models", {"search": search})[0] == 200


MOMENT = 'Property "updated" expects a string with the format "Y-m-d H:i:s" as data, "" given.'
TWO_MOMENTS = (
    'Property "updated" expects an array with valid data, should contain 2 strings with the format "yyyy-mm-dd H:i:s".'
)
TWO_DAYS = 'Property "date" expects an array with valid data, should contain 2 strings with the format "yyyy-mm-dd".'


def wanted(name: str, what: str, given: str) -> str:
    return f'Property "{name}" expects {what} as data, "{given}" given.'


VALUES: list[tuple[str, Json, str]] = [
    ("uuid", {"operator": "IN", "value": "x"}, wanted("uuid", "an array", "string")),
    ("uuid", {"operator": "NOT IN", "value": [1]}, 'Property "uuid" expects an array of strings as data.'),
    ("identifier", {"operator": "=", "value": 1}, wanted("identifier", "a string", "integer")),
    ("identifier", {"operator": "CONTAINS"}, wanted("identifier", "a string", "NULL")),
    ("identifier", {"operator": "NOT IN", "value": "x"}, wanted("identifier", "an array", "string")),
    ("family", {"operator": "IN", "value": "wide"}, wanted("family", "an array", "string")),
    ("family", {"operator": "IN", "value": [True]}, wanted("family", "a string", "boolean")),
    ("family", {"operator": "NOT IN", "value": ["nope"]}, 'Object "family" with code "nope" does not exist'),
    ("family", {"operator": "IN CHILDREN", "value": ["wide"]}, _unsupported("family", "IN CHILDREN")),
    ("categories", {"operator": "IN", "value": "left"}, wanted("categories", "an array", "string")),
    ("categories", {"operator": "NOT IN", "value": None}, wanted("categories", "an array", "NULL")),
    ("enabled", {"operator": "=", "value": 1}, wanted("enabled", "a boolean", "integer")),
    ("groups", {"operator": "IN", "value": 1.5}, wanted("groups", "an array", "double")),
    ("groups", {"operator": "IN", "value": ["nope"]}, 'Object "groups" with code "nope" does not exist'),
    ("parent", {"operator": "IN", "value": "deep"}, wanted("parent", "an array", "string")),
    ("parent", {"operator": "NOT IN", "value": []}, _unsupported("parent", "NOT IN")),
    *(
        ("updated", {"operator": ">", "value": value}, MOMENT)
        for value in (
            *("2020-01-01", "2020-01-01T00:00:00+00:00", "now", "-1 day", None, 3, ["x"]),
            *("2020-8-3 1:2:3", " 2020-08-30 10:00:00", "2020-08-30 10:00:00 ", "20230-08-30 10:00:00"),
            *("2020-08-30 10:00", "2020-08-30 10:00:00.5", "+2020-08-30 10:00:00"),
        )
    ),
    ("updated", {"operator": "BETWEEN", "value": "x"}, wanted("updated", "an array", "boolean")),
    ("updated", {"operator": "BETWEEN", "value": "2020-01-01 00:00:00"}, wanted("updated", "an array", "object")),
    ("updated", {"operator": "NOT BETWEEN", "value": ["2020-01-01 00:00:00"]}, TWO_MOMENTS),
    ("updated", {"operator": "BETWEEN", "value": ["2020-01-01 00:00:00", "x"]}, MOMENT),
    ("updated", {"operator": "SINCE LAST N DAYS", "value": "4"}, wanted("updated", "an integer", "string")),
    ("updated", {"operator": "SINCE LAST JOB", "value": 4}, wanted("updated", "a string", "integer")),
    (
        "updated",
        {"operator": "SINCE LAST JOB", "value": "export"},
        'Property "job_instance" expects a valid code. The job instance does not exist, "export" given.',
    ),
    ("completeness", {"operator": "=", "value": "x"}, wanted("completeness", "a numeric", "string")),
    ("completeness", {"operator": "=", "value": 1}, 'Property "completeness" expects a valid scope.'),
    (
        "completeness",
        {"operator": "LOWER THAN ON ALL LOCALES", "value": 1, "scope": "shop"},
        'Property "completeness" expects an array with the key "locales".',
    ),
    ("completeness", {"operator": "=", "value": 1, "scope": "nope"}, 'Channel with "nope" code does not exist'),
    ("completeness", {"operator": "ALL COMPLETE", "scope": "shop"}, _unsupported("completeness", "ALL COMPLETE")),
    ("quality_score", {"operator": "IN", "value": "A"}, wanted("quality_score", "an array", "string")),
    ("quality_score", {"operator": "IN", "value": ["A"]}, 'Property "quality_score" expects a channel.'),
    (
        "quality_score",
        {"operator": "IN", "value": ["A"], "scope": "shop"},
        'Property "quality_score" expects a locale.',
    ),
    (
        "quality_score",
        {"operator": "IN", "value": ["F"], "scope": "shop", "locale": "en_US"},
        'Property "quality_score" expects values among "A", "B", "C", "D", "E".',
    ),
    ("text_l", {"operator": "=", "value": 1}, 'Attribute "text_l" expects a locale, none given.'),
    (
        "text_l",
        {"operator": "=", "value": 1, "locale": "EN_us"},
        'Attribute "text_l" expects an existing and activated locale, "EN_us" given.',
    ),
    (
        "text_s",
        {"operator": "EMPTY", "scope": "SHOP"},
        'Attribute "text_s" expects an existing scope, "SHOP" given.',
    ),
    ("TEXT_S", {"operator": "LIKE", "value": 1}, _unsupported("TEXT_S", "LIKE")),
    ("text_ls", {"operator": "EMPTY"}, 'Attribute "text_ls" expects a locale, none given.'),
    ("text_s", {"operator": "=", "value": "x"}, 'Attribute "text_s" expects a scope, none given.'),
    (
        "text_s",
        {"operator": "=", "value": "x", "scope": "nope"},
        'Attribute "text_s" expects an existing scope, "nope" given.',
    ),
    ("sku", {"operator": "IN", "value": "x"}, wanted("sku", "an array", "string")),
    ("text", {"operator": "=", "value": None}, wanted("text", "a string", "NULL")),
    ("textarea", {"operator": "CONTAINS", "value": 1}, wanted("textarea", "a string", "integer")),
    ("number", {"operator": ">", "value": "x"}, wanted("number", "a numeric", "string")),
    ("metric", {"operator": "=", "value": 1}, wanted("metric", "an array", "integer")),
    (
        "metric",
        {"operator": "=", "value": {"unit": "GRAM"}},
        'Property "metric" expects an array with the key "amount".',
    ),
    ("metric", {"operator": "=", "value": {"amount": 1}}, 'Property "metric" expects an array with the key "unit".'),
    (
        "metric",
        {"operator": "=", "value": {"amount": "x", "unit": "GRAM"}},
        'Property "metric" expects an array with valid data, key "amount" has to be a numeric, "string" given.',
    ),
    (
        "metric",
        {"operator": "=", "value": {"amount": 1, "unit": 2}},
        'Property "metric" expects an array with valid data, key "unit" has to be a string, "integer" given.',
    ),
    (
        "metric",
        {"operator": "=", "value": {"amount": 1, "unit": "METER"}},
        'Property "metric" expects a valid unit. The unit does not exist in the attribute\'s family "Weight", '
        '"METER" given.',
    ),
    ("price_collection", {"operator": "=", "value": "x"}, wanted("price_collection", "an array", "string")),
    (
        "price_collection",
        {"operator": "EMPTY FOR CURRENCY", "value": {}},
        'Property "price_collection" expects an array with the key "currency".',
    ),
    (
        "price_collection",
        {"operator": "<", "value": {"amount": 1, "currency": "GBP"}},
        'Property "price_collection" expects a valid currency. The currency does not exist, "GBP" given.',
    ),
    ("simpleselect", {"operator": "IN", "value": "a"}, wanted("simpleselect", "an array", "string")),
    (
        "simpleselect",
        {"operator": "IN", "value": ["A", "x", "y"]},
        'Object "option" with code "x" does not exist',
    ),
    ("multiselect", {"operator": "NOT IN", "value": ["x"]}, 'Object "options" with code "x" does not exist'),
    ("boolean", {"operator": "=", "value": "true"}, wanted("boolean", "a boolean", "string")),
    (
        "date",
        {"operator": "=", "value": "2020-1"},
        'Property "date" expects a string with the format "yyyy-mm-dd" as data, "2020-1" given.',
    ),
    ("date", {"operator": "BETWEEN", "value": "2020-01-01"}, wanted("date", "an array", "string")),
    ("date", {"operator": "BETWEEN", "value": ["2020-01-01"]}, TWO_DAYS),
    ("photo", {"operator": "STARTS WITH", "value": []}, wanted("photo", "a string", "array")),
]


@pytest.mark.parametrize(("name", "condition", "message"), VALUES)
def test_a_wrong_value(api: httpx.Client, name: str, condition: Json, message: str) -> None:
    search = json.dumps({name: [condition]})
    assert told(api, "products-uuid", {"search": search}) == refused(message)


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ({"operator": "ALL COMPLETE"}, 'Property "completeness" expects a valid locale.'),
        ({"operator": "ALL COMPLETE", "locale": "en_US"}, 'Property "completeness" expects a valid channel.'),
        ({"operator": ">", "locale": "en_US", "scope": "shop"}, _unsupported("completeness", ">")),
    ],
)
def test_a_wrong_completeness_of_models(api: httpx.Client, condition: Json, message: str) -> None:
    search = json.dumps({"completeness": [condition]})
    assert told(api, "product-models", {"search": search}) == refused(message)


def test_the_parameters_search_locale_and_search_scope_serve_conditions_without_their_own(api: httpx.Client) -> None:
    search = json.dumps({"text_ls": [{"operator": "EMPTY"}]})
    query = {"search": search, "search_locale": "en_US", "search_scope": "shop"}
    assert told(api, "products", query)[0] == 200
    message = 'Locale "de_DE" does not exist or is not activated.'
    assert told(api, "products", {**query, "search_locale": "de_DE"}) == refused(message)


def test_what_is_told_first(api: httpx.Client) -> None:
    """Each step takes away what was told, so that the next fault shows."""
    conditions: dict[str, Any] = {
        "updated": [{"operator": ">", "value": "x"}],
        "text_l": [{"operator": "=", "value": 1, "locale": "xx"}],
        "identifier": [{"operator": "IN", "value": "x"}],
        "nope": [{"operator": "="}],
        "categories": [{"operator": "IN", "value": ["nope"]}],
        "groups": "x",
    }
    query = {"limit": "0", "page": "1000", "attributes": "nope", "scope": "nope", "locales": "xx"}
    messages = []

    def ask(**changes: str) -> None:
        query.update(changes)
        status, body = told(api, "products", {**query, "search": query.get("search", json.dumps(conditions))})
        messages.append((status, body["message"]))

    ask(search="{")
    del query["search"]
    ask()
    ask(limit="100")
    ask(attributes="text")
    ask(scope="shop")
    ask(locales="en_US")
    for name, better in (
        ("groups", [{"operator": "EMPTY"}]),
        ("categories", [{"operator": "UNCLASSIFIED"}]),
        ("nope", None),
        ("identifier", [{"operator": "NOT EMPTY"}]),
        ("text_l", [{"operator": "=", "value": 1, "locale": "en_US"}]),
        ("updated", [{"operator": "NOT EMPTY"}]),
        ("text_l", [{"operator": "EMPTY", "locale": "en_US"}]),
    ):
        if better is None:
            del conditions[name]
        else:
            conditions[name] = better
        ask()
    assert messages == [
        (400, "Search query parameter should be valid JSON."),
        (422, '"0" is not a valid limit number.'),
        (422, 'Attribute "nope" does not exist.'),
        (422, 'Scope "nope" does not exist.'),
        (422, 'Locale "xx" does not exist or is not activated.'),
        (422, STRUCTURE.replace("text", "groups")),
        (422, 'Category "nope" does not exist.'),
        (404, '"nope" does not exist or you do not have permission to access it.'),
        (422, "The identifier filter value should be an array"),
        (422, 'Locale "xx" does not exist or is not activated.'),
        (422, MOMENT),
        (422, wanted("text_l", "a string", "integer")),
        (
            422,
            'You have reached the maximum number of pages you can retrieve with the "page" pagination type. '
            "Please use the search after pagination type instead",
        ),
    ]
