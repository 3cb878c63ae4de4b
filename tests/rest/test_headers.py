"""The header fields of answers, whole and in the PIM's order.

Source: measured on a Community Edition of April 2024; those of the web server (Date, Content-Length) come last.
"""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.answers import COLLECTION, problem

ROOT = "/api/rest/v1"
JSON = ("Content-Type", "application/json")
NO_CACHE = ("Cache-Control", "no-cache, private")
ERROR = (JSON, ("Vary", "Accept"), NO_CACHE)
OF_THE_WEB_SERVER = ("Content-Length", "Date")


def fields(answer: httpx.Response) -> tuple[tuple[str, str], ...]:
    """The fields of an answer but for those of a web server, with the names as they were written."""
    written = [(name.decode(), value.decode()) for name, value in answer.headers.raw]
    of_the_server = [name for name, _ in written if name in OF_THE_WEB_SERVER]
    assert of_the_server == [
        name for name in OF_THE_WEB_SERVER if name != "Content-Length" or answer.status_code != 204
    ]
    return tuple(field for field in written if field[0] not in OF_THE_WEB_SERVER)


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "expected"),
    [
        ("GET", f"{ROOT}/families", {}, 200, (JSON, NO_CACHE)),
        ("GET", f"{ROOT}/channels/ecommerce", {}, 200, (JSON, NO_CACHE)),
        ("HEAD", f"{ROOT}/channels/ecommerce", {}, 200, (JSON, NO_CACHE)),
        ("PATCH", f"{ROOT}/measurement-families", {"json": []}, 200, (JSON, NO_CACHE)),
        (
            "PATCH",
            f"{ROOT}/products",
            {"content": b"{}", "headers": {"Content-Type": COLLECTION}},
            200,
            (("Content-Type", COLLECTION), NO_CACHE),
        ),
        (
            "POST",
            f"{ROOT}/products",
            {"json": {"identifier": "a"}},
            201,
            (JSON, NO_CACHE, ("Location", f"http://localhost{ROOT}/products/a")),
        ),
        (
            "PATCH",
            f"{ROOT}/categories/master",
            {"json": {}},
            204,
            (NO_CACHE, ("Location", f"http://localhost{ROOT}/categories/master")),
        ),
        ("POST", f"{ROOT}/products", {"content": b"{", "headers": {"Content-Type": JSON[1]}}, 400, ERROR),
        ("GET", f"{ROOT}/families", {"headers": {"Authorization": "Bearer no"}}, 401, ERROR),
        ("GET", f"{ROOT}/families/none", {}, 404, ERROR),
        ("GET", f"{ROOT}/none", {}, 404, ERROR),
        ("PUT", f"{ROOT}/products", {}, 405, (JSON, ("Allow", "GET, POST, PATCH"), *ERROR[1:])),
        ("GET", f"{ROOT}/families", {"headers": {"Accept": "text/html"}}, 406, ERROR),
        ("POST", f"{ROOT}/products", {"content": b"a", "headers": {"Content-Type": "text/plain"}}, 415, ERROR),
        ("POST", f"{ROOT}/products", {"json": {"nope": 1}}, 422, ERROR),
        ("POST", "/api/oauth/v1/token", {"json": {"grant_type": "password"}}, 422, ERROR),
        (
            "GET",
            ROOT,
            {},
            200,
            (
                JSON,
                ("Cache-Control", "max-age=0, must-revalidate, private"),
                ("Expires", "Thu, 01 Jan 2026 00:00:00 GMT"),
            ),
        ),
    ],
)
def test_an_answer_has_the_fields_of_its_kind_in_the_order_of_the_pim(
    api: httpx.Client, method: str, path: str, sent: dict[str, Any], status: int, expected: tuple[tuple[str, str], ...]
) -> None:
    answer = api.request(method, path, **sent)
    assert answer.status_code == status, answer.text
    assert fields(answer) == expected


def test_a_token_is_not_to_be_stored(api: httpx.Client) -> None:
    answer = api.post(
        "/api/oauth/v1/token",
        auth=("1_mock_client", "mock_secret"),
        json={"grant_type": "password", "username": "mock_user", "password": "mock_password"},
    )
    assert fields(answer) == (JSON, ("Cache-Control", "no-store, private"), ("Pragma", "no-cache"))


def test_deleted_things_leave_no_content_and_no_type(api: httpx.Client) -> None:
    assert api.post(f"{ROOT}/products", json={"identifier": "a"}).status_code == 201
    answer = api.delete(f"{ROOT}/products/a")
    assert (answer.status_code, fields(answer)) == (204, (NO_CACHE,))


@pytest.mark.parametrize(
    ("headers", "query"),
    [({"X-HTTP-Method-Override": "PATCH"}, ""), ({"x-http-method-override": "patch"}, ""), ({}, "?_method=PATCH")],
)
def test_a_post_may_stand_for_another_method(api: httpx.Client, headers: dict[str, str], query: str) -> None:
    answer = api.post(f"{ROOT}/categories/master{query}", json={"labels": {"en_US": "All"}}, headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    assert api.get(f"{ROOT}/categories/master").json()["labels"] == {"en_US": "All"}


def test_a_form_may_name_the_method(api: httpx.Client) -> None:
    answer = api.post(f"{ROOT}/products/none", data={"_method": "DELETE"})
    message = "The none product does not exist in your PIM or you do not have permission to access it."
    assert answer.json() == problem(404, message)


def test_only_a_post_stands_for_another_method(api: httpx.Client) -> None:
    answer = api.get(f"{ROOT}/categories/master", headers={"X-HTTP-Method-Override": "DELETE"})
    assert answer.status_code == 200
    answer = api.post(f"{ROOT}/categories/master", headers={"X-HTTP-Method-Override": "PUT"})
    message = (
        f'No route found for "PUT http://localhost{ROOT}/categories/master": Method Not Allowed (Allow: GET, PATCH)'
    )
    assert answer.json() == problem(405, message)
    answer = api.post(f"{ROOT}/categories/master", headers={"X-HTTP-Method-Override": "no-method"})
    assert answer.json() == problem(400, 'Invalid method override "NO-METHOD".')
