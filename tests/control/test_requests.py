"""The journal over the control plane: pages, lines, archive, stream, one call with its `curl` and its hint."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mock_akeneo.core.settings import Settings
from mock_akeneo.server import Server

REST = "/api/rest/v1"
REQUESTS = "/_mock/v1/requests"
LINES = "application/vnd.akeneo.collection+json"


def ids(body: dict[str, Any]) -> list[int]:
    return [item["id"] for item in body["items"]]


def test_calls_come_in_pages(api: httpx.Client) -> None:
    for _ in range(5):
        api.get(f"{REST}/locales")
    first = api.get(REQUESTS, params={"limit": 2}).json()
    assert (ids(first), first["next"], first["dropped"]) == ([1, 2], "2", 0)
    latest = api.get(REQUESTS, params={"last": 2}).json()
    assert (ids(latest), latest["next"]) == ([4, 5], None)
    second = api.get(REQUESTS, params={"limit": 3, "cursor": first["next"]}).json()
    assert (ids(second), second["next"]) == ([3, 4, 5], None)


def test_calls_are_filtered(api: httpx.Client) -> None:
    api.get(f"{REST}/locales")
    api.post("/_mock/v1/clock/advance", json={"seconds": 60})
    api.get(f"{REST}/channels/none")
    api.get(f"{REST}/channels", headers={"Authorization": "Bearer unknown"})

    def found(**params: str) -> list[int]:
        return ids(api.get(REQUESTS, params=params).json())

    assert found(since="2026-01-01T00:01:00Z") == [2, 3]
    assert found(until="2026-01-01T00:01:00+00:00") == [1]
    assert found(connection="mock_connection") == [1, 2]
    assert found(operation="channels.*") == [2, 3]
    assert found(operation="@pull") == []
    assert found(status="404") == [2]
    assert found(status="4xx") == [2, 3]


@pytest.mark.parametrize(
    ("params", "detail"),
    [
        ({"limit": "0"}, '"limit" is 1 to 10000'),
        ({"limit": "all"}, '"limit" is a whole number, not "all"'),
        ({"cursor": "9" * 5000}, f'"cursor" is a whole number, not "{"9" * 50}"'),
        ({"last": "10001"}, '"last" is 0 to 10000'),
        ({"status": "bad"}, '"status" is a number, or all of a kind as 4xx, not "bad"'),
        ({"since": "noon"}, '"noon" is no ISO 8601 moment: write 2026-01-01T00:00:00Z'),
        ({"format": "xml"}, '"format" is json or ndjson'),
    ],
)
def test_a_wrong_filter_is_refused(api: httpx.Client, params: dict[str, str], detail: str) -> None:
    refused = api.get(REQUESTS, params=params)
    assert (refused.status_code, refused.json()["detail"]) == (422, detail)


@pytest.mark.parametrize("asked", [{"params": {"format": "ndjson"}}, {"headers": {"Accept": "application/x-ndjson"}}])
def test_all_calls_come_as_lines(api: httpx.Client, asked: dict[str, Any]) -> None:
    for _ in range(250):
        api.get(f"{REST}/locales/en_US")
    answer = api.get(REQUESTS, **asked)
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert lines == api.get(REQUESTS, params={"limit": 1000}).json()["items"]
    assert len(lines) == 250


def test_all_calls_come_as_an_archive(api: httpx.Client) -> None:
    for code in ("en_US", "de_DE", "none"):
        api.get(f"{REST}/locales/{code}")
    log = api.get("/_mock/v1/requests.har").json()["log"]
    assert {**log, "creator": log["creator"]["name"], "entries": len(log["entries"])} == {
        "version": "1.2",
        "creator": "mock-akeneo",
        "entries": 3,
    }
    assert [(entry["request"]["url"], entry["response"]["status"]) for entry in log["entries"]] == [
        (f"http://localhost{REST}/locales/en_US", 200),
        (f"http://localhost{REST}/locales/de_DE", 200),
        (f"http://localhost{REST}/locales/none", 404),
    ]
    only = api.get("/_mock/v1/requests.har", params={"status": "404"}).json()["log"]["entries"]
    assert [entry["_id"] for entry in only] == [3]
    api.delete(REQUESTS)
    assert api.get("/_mock/v1/requests.har").json()["log"]["entries"] == []


def test_one_call_tells_how_to_repeat_it(api: httpx.Client) -> None:
    api.get(f"{REST}/locales/en_US")
    [item] = api.get(REQUESTS).json()["items"]
    one = api.get(f"{REQUESTS}/1").json()
    assert one == {**item, "curl": one["curl"], "hint": None}
    assert one["curl"].startswith(f"curl -i -X GET http://localhost{REST}/locales/en_US ")
    assert api.get(f"{REQUESTS}/2").json()["detail"] == 'there is no request "2" in the journal'


# Hints


def hint(api: httpx.Client) -> str | None:
    """Of the last call."""
    last = api.get(REQUESTS, params={"limit": 10_000}).json()["items"][-1]["id"]
    told: str | None = api.get(f"{REQUESTS}/{last}").json()["hint"]
    return told


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("GET", "/product", "There is nothing at /api/rest/v1/product: did you mean /api/rest/v1/products?"),
        ("GET", "/familys/x", "There is nothing at /api/rest/v1/familys/x: did you mean /api/rest/v1/families/x?"),
        ("GET", "//products", "There is nothing at /api/rest/v1//products: did you mean /api/rest/v1/products?"),
        ("GET", "/xyz/abc/def/ghi/jkl", None),
        (
            "GET",
            "/products-uuid/sku-1",
            "/api/rest/v1/products-uuid takes uuids; by identifier ask /api/rest/v1/products/sku-1.",
        ),
        (
            "GET",
            "/products/0E3C5B1C-0000-4000-8000-000000000000",
            "The path names a uuid: ask /api/rest/v1/products-uuid/0E3C5B1C-0000-4000-8000-000000000000.",
        ),
        ("GET", "/locales/en_UK", 'There is no locale with the code "en_UK": did you mean "en_us"?'),
        ("GET", "/channels/zzz", 'There is no channel with the code "zzz", nor a similar one.'),
        ("GET", "/products/cap-rd", 'There is no product with the identifier "cap-rd": did you mean "cap-red"?'),
        (
            "GET",
            "/attributes/colour/options/red",
            'There is no attribute with the code "colour": did you mean "color"?',
        ),
        (
            "PUT",
            "/families/caps",
            f"{REST}/families/caps does not take PUT, it takes GET, PATCH, DELETE; PATCH creates what is not there.",
        ),
    ],
)
def test_what_is_nowhere_gets_the_nearest(api: httpx.Client, method: str, path: str, told: str | None) -> None:
    api.post(f"{REST}/attributes", json={"code": "color", "type": "pim_catalog_simpleselect", "group": "other"})
    api.post(f"{REST}/products", json={"identifier": "cap-red"})
    assert api.request(method, REST + path).status_code in (404, 405)
    assert hint(api) == told


def test_a_path_of_a_newer_pim_is_told() -> None:
    from mock_akeneo.app import create_app
    from tests.conftest import client

    with client(create_app(Settings(catalog="minimal", clock="frozen", pim_version="5.0"))) as api:
        assert api.get(f"{REST}/products-uuid").status_code == 404
        assert hint(api) == (
            'The PIM 5.0 does not answer /api/rest/v1/products-uuid; a newer one does: serve --pim-version "saas".'
        )


@pytest.mark.parametrize(
    ("method", "path", "content", "content_type", "told"),
    [
        (
            "PATCH",
            "/products",
            '[{"identifier":"a"}]',
            "application/json",
            "The operation products.update_list takes Content-Type: application/vnd.akeneo.collection+json (one JSON "
            "object a line, no array); it was sent as application/json. The body is a JSON array: send one JSON object "
            "a line, without brackets and commas.",
        ),
        (
            "PATCH",
            "/products",
            '[{"identifier":"a"}]',
            LINES,
            "The body is a JSON array: send one JSON object a line, without brackets and commas.",
        ),
        (
            "PATCH",
            "/products",
            '{\n  "identifier": "a"\n}',
            LINES,
            "An object goes over several lines: write each item on one line.",
        ),
        ("PATCH", "/products", '{"identifier":"a"}\n{"identifier":"b"}', LINES, None),
        (
            "PATCH",
            "/families/caps",
            "{}",
            LINES,
            "The operation families.update takes Content-Type: application/json (one JSON object); it was sent as "
            f"{LINES}. Many at once go to PATCH /api/rest/v1/families.",
        ),
        (
            "PATCH",
            "/measurement-families",
            '{"code":"x"}',
            "application/json",
            "This list takes a JSON array: put the objects between [ and ], with commas.",
        ),
    ],
)
def test_a_body_of_the_wrong_form_is_told(
    api: httpx.Client, method: str, path: str, content: str, content_type: str, told: str | None
) -> None:
    api.request(method, REST + path, content=content, headers={"Content-Type": content_type})
    assert hint(api) == told


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (
            {"scope": "ecomerce"},
            'The parameter "scope" names the channel "ecomerce", which is not there: did you mean "ecommerce"?',
        ),
        (
            {"locales": "en_US,de_DE"},
            'The parameter "locales" names the locale "de_DE", which is not active; there are en_US.',
        ),
        ({"limit": "101"}, "A page holds 1 to 100 items, not 101."),
        ({"limit": "9" * 5000, "attributes": "x"}, 'There is no attribute "x".'),
        (
            {"page": "101", "limit": "100"},
            'Behind 10000 items only pages by "pagination_type=search_after" go on.',
        ),
        (
            {"search": '{"name":[{"operator":"=","value":"x"}]}'},
            'The filter on "name" lacks its locale: "name" is localizable; give one of en_US.',
        ),
        ({"attributes": "nme"}, 'There is no attribute "nme": did you mean "name"?'),
    ],
)
def test_a_channel_or_locale_that_does_not_fit_a_query_is_told(
    api: httpx.Client, query: dict[str, str], told: str
) -> None:
    name = {"code": "name", "type": "pim_catalog_text", "group": "other", "localizable": True}
    assert api.post(f"{REST}/attributes", json=name).status_code == 201
    assert api.get(f"{REST}/products", params=query).status_code == 422
    assert hint(api) == told


def test_a_channel_or_locale_that_does_not_fit_a_value_is_told(api: httpx.Client) -> None:
    name = {"code": "name", "type": "pim_catalog_text", "group": "other", "localizable": True}
    api.post(f"{REST}/attributes", json=name)
    good = {"identifier": "good", "values": {"name": [{"locale": "en_US", "scope": None, "data": "x"}]}}
    bad = {"identifier": "bad", "values": {"name": [{"locale": None, "scope": "ecommerce", "data": "x"}]}}
    told = (
        'A value of "name" names a scope: "name" is not scopable; leave "scope" null. '
        'A value of "name" lacks its locale: "name" is localizable; give one of en_US.'
    )
    assert api.post(f"{REST}/products", json=bad).status_code == 422
    assert hint(api) == told
    lines = "\n".join(map(json.dumps, (good, bad)))
    assert api.patch(f"{REST}/products", content=lines, headers={"Content-Type": LINES}).status_code == 200
    assert hint(api) == told


def test_who_is_not_let_in_is_told_why(api: httpx.Client) -> None:
    assert api.get(f"{REST}/locales", headers={"Accept": "text/html"}).status_code == 406
    assert hint(api) == "Send Accept: application/json, or no such header."
    api.patch("/_mock/v1/connections/mock_connection", json={"role": {"pim_api_locale_list": False}})
    assert api.get(f"{REST}/locales").status_code == 403
    assert hint(api) == (
        'The role of "mock_connection" lacks "pim_api_locale_list": PATCH /_mock/v1/connections/mock_connection '
        '{"role": {"pim_api_locale_list": true}}.'
    )
    api.post("/_mock/v1/clock/advance", json={"seconds": 3600})
    assert api.get(f"{REST}/locales").status_code == 401
    assert hint(api) == ("This token expired at 2026-01-01T01:00:00+00:00; the call came at 2026-01-01T01:00:00+00:00.")
    api.post("/_mock/v1/tokens/revoke")
    api.get(f"{REST}/locales")
    assert hint(api) == (
        "Nobody knows this token: it was revoked, ended more than a day ago, or was issued by another server or "
        "before a restart."
    )
    del api.headers["Authorization"]
    api.get(f"{REST}/locales")
    assert hint(api) == "Send Authorization: Bearer TOKEN: it has no Authorization header."
    api.get(f"{REST}/locales", auth=("a", "b"))
    assert hint(api) == "Send Authorization: Bearer TOKEN: its Authorization header is of the scheme Basic."


@pytest.mark.parametrize(
    ("client_id", "secret", "username", "password", "told"),
    [
        ("2_mock", "mock_secret", "mock_user", "mock_password", "No connection has this client id."),
        (
            "1_mock_client",
            "nope",
            "mock_user",
            "mock_password",
            'The secret is not that of the connection "mock_connection".',
        ),
        ("1_mock_client", "mock_secret", "nobody", "mock_password", "No connection has this user name."),
        (
            "1_mock_client",
            "mock_secret",
            "mock_user",
            "nope",
            'The password is not that of the connection "mock_connection".',
        ),
    ],
)
def test_wrong_credentials_are_told_apart(
    api: httpx.Client, client_id: str, secret: str, username: str, password: str, told: str
) -> None:
    members = {"grant_type": "password", "username": username, "password": password}
    assert api.post("/api/oauth/v1/token", auth=(client_id, secret), json=members).status_code == 422
    assert hint(api) == told


# The stream


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(Settings(port=0, catalog="minimal")) as server:
        yield server


def events(lines: Iterator[str], number: int) -> list[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = []
    told: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(": ")
            told[name] = value
        elif "data" in told:
            assert told["event"] == "request"
            found.append((told["id"], json.loads(told["data"])))
            if len(found) == number:
                return found
            told = {}
    raise AssertionError(f"the stream ended after {found}")


def test_calls_are_told_as_they_come_and_a_client_that_goes_is_forgotten(server: Server) -> None:
    followers = server.sandbox.journal.followers
    with httpx.Client(base_url=server.base_url, trust_env=False, timeout=10) as http:
        http.get(f"{REST}/before")
        with http.stream("GET", f"{REQUESTS}/stream", params={"status": "4xx"}) as stream:
            assert stream.headers["Content-Type"] == "text/event-stream; charset=utf-8"
            lines = stream.iter_lines()
            assert next(lines) == "retry: 1000"
            http.get(f"{REST}/one")
            http.get(REST)
            http.get(f"{REST}/two")
            told = events(lines, 2)
            assert [entry["path"] for _, entry in told] == [f"{REST}/one", f"{REST}/two"]
            assert told == [(str(entry["id"]), entry) for _, entry in told]
            assert len(followers) == 1
        # Who lost the stream goes on behind the last event.
        with http.stream("GET", f"{REQUESTS}/stream", headers={"Last-Event-ID": told[0][0]}) as stream:
            assert [entry["path"] for _, entry in events(stream.iter_lines(), 2)] == [REST, f"{REST}/two"]
        while server.call(len, followers):
            http.get(REST)
        assert http.get(f"{REQUESTS}/stream", headers={"Last-Event-ID": "x"}).status_code == 422


def test_a_stream_ends_well_with_its_server(capfd: pytest.CaptureFixture[str]) -> None:
    with (
        Server(Settings(port=0, catalog="minimal")) as server,
        httpx.stream("GET", f"{server.base_url}{REQUESTS}/stream", timeout=10, trust_env=False) as stream,
    ):
        lines = stream.iter_lines()
        assert next(lines) == "retry: 1000"
        server.stop()
        assert "".join(lines) == ""
    assert capfd.readouterr().err == ""


def test_a_stream_ends_with_its_sandbox(server: Server) -> None:
    with httpx.Client(base_url=server.base_url, trust_env=False, timeout=10) as http:
        http.post("/_mock/v1/sandboxes", json={"name": "short"})
        with http.stream("GET", f"{REQUESTS}/stream?sandbox=short") as stream:
            http.delete("/_mock/v1/sandboxes/short")
            assert "".join(stream.iter_lines()) == "retry: 1000"
