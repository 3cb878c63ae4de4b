"""PATCH /products with many lines.

Source: pim: tests/back/Pim/Enrichment/EndToEnd/Product/Product/ExternalApi/PartialUpdateListProductEndToEnd.php
"""

from __future__ import annotations

import httpx
import pytest

from mock_akeneo.core.json_types import Json, loads
from tests.resources.shop import documented, error, invalid, value

COLLECTION = {"content-type": "application/vnd.akeneo.collection+json"}


def patch_lines(api: httpx.Client, *lines: str, path: str = "/products") -> list[Json]:
    answer = api.patch(path, content="\n".join(lines).encode(), headers=COLLECTION)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.akeneo.collection+json"
    return [loads(line) for line in answer.content.split(b"\n")]


def test_each_line_is_answered_by_its_number(shop_api: httpx.Client) -> None:
    shop_api.post("/products", json={"identifier": "old"})
    assert patch_lines(
        shop_api,
        '{"identifier":"new"}',
        '{"identifier":"old","enabled":false}',
        '{"identifier":"new","values":{"a_text":[{"locale":null,"scope":null,"data":"x"}]}}',
    ) == [
        {"line": 1, "identifier": "new", "status_code": 201},
        {"line": 2, "identifier": "old", "status_code": 204},
        {"line": 3, "identifier": "new", "status_code": 204},
    ]
    assert shop_api.get("/products/new").json()["values"]["a_text"] == value("x")


def test_the_keys_stand_in_order_and_nothing_follows_the_last_line(shop_api: httpx.Client) -> None:
    answer = shop_api.patch("/products", content=b'{"identifier":"a"}\n{"identifier":"b,"}\n', headers=COLLECTION)
    first, second = answer.content.split(b"\n")
    assert first == b'{"line":1,"identifier":"a","status_code":201}'
    assert list(loads(second)) == ["line", "identifier", "status_code", "message", "errors"]


def test_a_line_that_fails_stops_no_other(shop_api: httpx.Client) -> None:
    unknown = documented('Property "foo" does not exist.', "patch_products__code_")
    broken = invalid(
        error("identifier", "This field should not contain any comma or semicolon or leading/trailing space")
    )
    del unknown["code"], broken["code"]
    assert patch_lines(
        shop_api, '{"identifier":"a","foo":1}', '{"identifier":"b,"}', '{"identifier":"c"}'
    ) == [
        {"line": 1, "identifier": "a", "status_code": 422, **unknown},
        {"line": 2, "identifier": "b,", "status_code": 422, **broken},
        {"line": 3, "identifier": "c", "status_code": 201},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "status", "message"),
    [
        ("", 400, "Invalid json message received"),
        ("{", 400, "Invalid json message received"),
        ("null", 400, "Invalid json message received"),
        ("12", 422, "Identifier is missing."),
        ('"foo"', 422, "Identifier is missing."),
        ("[]", 422, "Identifier is missing."),
        ("{}", 422, "Identifier is missing."),
        ('{"identifier":null}', 422, "Identifier is missing."),
        ('{"identifier":""}', 422, "Identifier is missing."),
        ('{"identifier":"  "}', 422, "Identifier is missing."),
        ('{"identifier":12}', 422, "identifier must be of type string."),
        ('{"identifier":[]}', 422, "identifier must be of type string."),
        ('{"identifier":"%s"}' % ("x" * 1_000_000), 413, "Line is too long."),
    ],
    ids=lambda given: str(given)[:30],
)
def test_a_line_that_names_no_product_is_told_without_a_key(
    shop_api: httpx.Client, line: str, status: int, message: str
) -> None:
    assert patch_lines(shop_api, line, '{"identifier":"after"}') == [
        {"line": 1, "status_code": status, "message": message},
        {"line": 2, "identifier": "after", "status_code": 201},
    ]


def test_a_line_of_a_million_bytes_is_taken(shop_api: httpx.Client) -> None:
    line = '{"identifier":"foo","values":{"a_text_area":[{"locale":null,"scope":null,"data":"%s"}]}}'
    line %= "x" * (1_000_000 - len(line) + 2)
    [answer] = patch_lines(shop_api, line)
    assert answer["message"] == "Validation failed."


def test_one_line_feed_at_the_end_makes_no_line_and_a_carriage_return_is_white_space(shop_api: httpx.Client) -> None:
    answer = shop_api.patch("/products", content=b'{"identifier":"a"}\r\n{"identifier":"b"}\r\n', headers=COLLECTION)
    assert answer.content.count(b"\n") == 1


def test_an_empty_body_is_answered_by_one(shop_api: httpx.Client) -> None:
    answer = shop_api.patch("/products", content=b"", headers=COLLECTION)
    assert (answer.status_code, answer.content) == (200, b"")


def test_more_than_a_hundred_lines_are_refused_whole(shop_api: httpx.Client) -> None:
    lines = "\n".join(f'{{"identifier":"p{number}"}}' for number in range(101))
    answer = shop_api.patch("/products", content=lines.encode(), headers=COLLECTION)
    message = "Too many resources to process, 100 is the maximum allowed."
    assert (answer.status_code, answer.json()) == (413, {"code": 413, "message": message})
    assert shop_api.get("/products/p0").status_code == 404


def test_a_hundred_lines_are_taken(shop_api: httpx.Client) -> None:
    answers = patch_lines(shop_api, *(f'{{"identifier":"p{number}"}}' for number in range(100)))
    assert [answer["status_code"] for answer in answers] == [201] * 100


def test_plain_json_is_refused(shop_api: httpx.Client) -> None:
    answer = shop_api.patch("/products", json={"identifier": "foo"})
    message = (
        '"application/json" in "Content-Type" header is not valid. '
        'Only "application/vnd.akeneo.collection+json" is allowed.'
    )
    assert (answer.status_code, answer.json()) == (415, {"code": 415, "message": message})


def test_a_later_line_sees_the_unique_values_of_an_earlier_one(shop_api: httpx.Client) -> None:
    text = '{"identifier":"%s","values":{"a_unique_text":[{"locale":null,"scope":null,"data":"same"}]}}'
    first, second = patch_lines(shop_api, text % "one", text % "two")
    assert (first["status_code"], second["status_code"]) == (201, 422)


def test_lines_by_uuid_are_answered_in_lower_case(shop_api: httpx.Client) -> None:
    uuid = "E5F3D9E2-6D51-4C4B-9A7C-3F8C7F4F1B11"
    refused = documented("This is not a valid UUID.", "patch_products_uuid__uuid_")
    del refused["code"]
    assert patch_lines(
        shop_api, f'{{"uuid":"{uuid}"}}', '{"uuid":"122345"}', "{}", '{"uuid":1}', path="/products-uuid"
    ) == [
        {"line": 1, "uuid": uuid.lower(), "status_code": 201},
        {"line": 2, "uuid": "122345", "status_code": 422, **refused},
        {"line": 3, "status_code": 422, "message": "Uuid is missing."},
        {"line": 4, "status_code": 422, "message": "uuid must be of type string."},
    ]


def test_lines_of_product_models_name_their_code(shop_api: httpx.Client) -> None:
    assert patch_lines(
        shop_api, '{"code":"model","family_variant":"familyVariantA1"}', "{}", '{"code":1}', path="/product-models"
    ) == [
        {"line": 1, "code": "model", "status_code": 201},
        {"line": 2, "status_code": 422, "message": "Code is missing."},
        {"line": 3, "status_code": 422, "message": "code must be of type string."},
    ]


def test_an_identifier_that_looks_like_a_uuid_is_answered_in_lower_case(shop_api: httpx.Client) -> None:
    identifier = "E5F3D9E2-6D51-4C4B-9A7C-3F8C7F4F1B11"
    [answer] = patch_lines(shop_api, f'{{"identifier":"{identifier}"}}')
    assert answer == {"line": 1, "identifier": identifier.lower(), "status_code": 201}
    assert shop_api.get(f"/products/{identifier}").json()["identifier"] == identifier
