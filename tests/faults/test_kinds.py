"""What each kind of fault makes of a call, through an application without a socket."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from mock_akeneo.app import App
from mock_akeneo.core.clock import http_date
from mock_akeneo.core.json_types import Json
from mock_akeneo.faults.fault import Fault
from mock_akeneo.faults.plans import Plan
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.throttling.limits import parse_limits
from tests.faults.kit import LINES, LOCALES, PRODUCTS

TOKEN = "/api/oauth/v1/token"
LOGIN = {"grant_type": "password", "username": "mock_user", "password": "mock_password"}
CLIENT = ("1_mock_client", "mock_secret")


def strikes(sandbox: Sandbox, kind: str, operation: str = "locales.list", **more: Any) -> None:
    """The next call of the operation."""
    sandbox.faults.run(Plan.parse({"operation": operation, "steps": [{"kind": kind, **more}]}))


def last(sandbox: Sandbox) -> Json:
    return sandbox.journal.entries()[-1]


# Answers in the PIM's place


@pytest.mark.parametrize(
    ("more", "content_type", "body"),
    [
        (
            {"status": 429},
            "application/json",
            b'{"code":429,"message":"You have exceeded the limit of API requests per second."}',
        ),
        ({"status": 503, "body": "json"}, "application/json", b'{"code":503,"message":"Service Unavailable"}'),
        ({"status": 500, "message": "Down."}, "application/json", b'{"code":500,"message":"Down."}'),
        ({"status": 502, "body": "empty"}, None, b""),
        (
            {"status": 504, "body": "html"},
            "text/html",
            b"<html>\r\n<head><title>504 Gateway Timeout</title></head>\r\n"
            b"<body>\r\n<center><h1>504 Gateway Timeout</h1></center>\r\n</body>\r\n</html>\r\n",
        ),
    ],
)
def test_a_status_has_the_body_that_was_asked_for(
    api: httpx.Client, sandbox: Sandbox, more: Json, content_type: str | None, body: bytes
) -> None:
    strikes(sandbox, "status", **more)
    answer = api.get(LOCALES)
    assert (answer.status_code, answer.content) == (more["status"], body)
    assert answer.headers.get("content-type") == content_type
    assert "retry-after" not in answer.headers
    assert (last(sandbox)["fault"], last(sandbox)["status"], last(sandbox)["limit"]) == ("status", more["status"], None)
    assert api.get(LOCALES).status_code == 200


@pytest.mark.parametrize(
    ("more", "header", "seconds"),
    [
        ({"retry_after": 2}, "2", 2),
        ({"retry_after": 0.5}, "0.5", 0.5),
        ({"retry_after": 999999999}, "999999999", 999999999),
        ({"retry_after": "soon"}, "soon", None),
        ({"retry_after": "7"}, "7", 7),
        ({"retry_after": 30, "retry_after_form": "http_date"}, "Thu, 01 Jan 2026 00:00:30 GMT", 30),
    ],
)
def test_retry_after_is_told_as_it_stands_and_the_journal_knows_the_seconds(
    api: httpx.Client, sandbox: Sandbox, more: Json, header: str, seconds: float | None
) -> None:
    assert http_date(sandbox.clock.now()) == "Thu, 01 Jan 2026 00:00:00 GMT"
    strikes(sandbox, "status", status=429, **more)
    assert api.get(LOCALES).headers["retry-after"] == header
    told = None if seconds is None else {"name": "fault", "remaining": 0, "retry_after": seconds, "refused": True}
    assert last(sandbox)["limit"] == told


def test_a_call_that_is_answered_in_the_place_of_the_pim_is_not_carried_out(
    api: httpx.Client, sandbox: Sandbox
) -> None:
    strikes(sandbox, "status", "products.create", status=500)
    assert api.post(PRODUCTS, json={"identifier": "a"}).status_code == 500
    assert api.get(f"{PRODUCTS}/a").status_code == 404


def test_after_apply_it_is_carried_out_and_its_answer_lost(api: httpx.Client, sandbox: Sandbox) -> None:
    strikes(sandbox, "status", "products.create", status=504, body="html", after_apply=True)
    assert api.post(PRODUCTS, json={"identifier": "a"}).status_code == 504
    assert api.get(f"{PRODUCTS}/a").status_code == 200


def test_a_payload_that_is_too_large_is_forbidden(api: httpx.Client, sandbox: Sandbox) -> None:
    told = {"operation": "@push", "kind": "payload_too_large", "match": {"larger_than": 100}}
    sandbox.faults.plant(Fault.parse(told))
    small, large = (b'{"identifier":"%b"}' % name for name in (b"a", b"b" * 100))
    assert api.patch(PRODUCTS, content=small, headers=LINES).status_code == 200
    refused = api.patch(PRODUCTS, content=large, headers=LINES)
    assert (refused.status_code, refused.headers["content-type"]) == (403, "text/html")


@pytest.mark.parametrize(
    ("more", "status", "location"),
    [
        ({}, 301, "https://localhost/api/rest/v1/locales?limit=3"),
        ({"status": 307, "to": "http://other.example:81"}, 307, "http://other.example:81/api/rest/v1/locales?limit=3"),
        ({"status": 302, "to": "https://other.example/login"}, 302, "https://other.example/login"),
    ],
)
def test_a_redirect_leads_elsewhere(
    api: httpx.Client, sandbox: Sandbox, more: Json, status: int, location: str
) -> None:
    strikes(sandbox, "redirect", **more)
    answer = api.get(f"{LOCALES}?limit=3")
    assert (answer.status_code, answer.headers["location"]) == (status, location)


# Answers that are spoiled


def test_malformed_json_is_none_and_its_length_is_right(api: httpx.Client, sandbox: Sandbox) -> None:
    strikes(sandbox, "malformed_json")
    answer = api.get(LOCALES)
    assert (answer.status_code, answer.headers["content-length"]) == (200, str(len(answer.content)))
    with pytest.raises(ValueError, match="Expecting value"):
        answer.json()


def test_a_write_without_a_body_is_answered_with_malformed_json_too(api: httpx.Client, sandbox: Sandbox) -> None:
    strikes(sandbox, "malformed_json", "products.create")
    assert api.post(PRODUCTS, json={"identifier": "a"}).content == b"{"
    assert api.get(f"{PRODUCTS}/a").status_code == 200


def test_an_empty_200_is_carried_out(api: httpx.Client, sandbox: Sandbox) -> None:
    strikes(sandbox, "empty", "products.create")
    answer = api.post(PRODUCTS, json={"identifier": "a"})
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", "0")
    assert api.get(f"{PRODUCTS}/a").status_code == 200


def test_a_wrong_content_type_leaves_the_body_right(api: httpx.Client, sandbox: Sandbox) -> None:
    whole = api.get(LOCALES).content
    strikes(sandbox, "wrong_content_type")
    answer = api.get(LOCALES)
    assert (answer.content, answer.headers.get_list("content-type")) == (whole, ["text/html; charset=UTF-8"])
    strikes(sandbox, "wrong_content_type", content_type="application/octet-stream")
    assert api.get(LOCALES).headers["content-type"] == "application/octet-stream"


def test_some_lines_are_refused_by_the_pim_itself_and_not_stored(api: httpx.Client, sandbox: Sandbox) -> None:
    strikes(sandbox, "refuse_lines", "products.update_list")
    lines = b'{"identifier":"a"}\n{"identifier":"b"}\n{"identifier":"c"}\nno JSON'
    answer = api.patch(PRODUCTS, content=lines, headers=LINES)
    assert [line["status_code"] for line in last(sandbox)["lines"]] == [201, 422, 201, 400]
    assert b"refused_by_a_fault" in answer.content
    assert [api.get(f"{PRODUCTS}/{name}").status_code for name in "abc"] == [200, 404, 200]


def test_every_line_may_be_refused(api: httpx.Client, sandbox: Sandbox) -> None:
    strikes(sandbox, "refuse_lines", "products.update_list", lines=1)
    api.patch(PRODUCTS, content=b'{"identifier":"a"}\n{"identifier":"b"}', headers=LINES)
    assert [line["status_code"] for line in last(sandbox)["lines"]] == [422, 422]


# Links


def next_of(answer: httpx.Response) -> str:
    link: str = answer.json()["_links"]["next"]["href"]
    return link


def test_the_next_link_loses_a_parameter(api: httpx.Client, sandbox: Sandbox) -> None:
    asked = f"{LOCALES}?limit=3&search=%7B%7D&with_count=true"
    whole = next_of(api.get(asked))
    for parameter, lost in (("limit", "limit=3&"), ("page", "page=2&"), ("nothing", "")):
        strikes(sandbox, "drop_from_next", parameter=parameter)
        assert next_of(api.get(asked)) == whole.replace(lost, "", 1)
    strikes(sandbox, "drop_from_next", parameter="search")
    assert next_of(api.get(asked)).endswith("with_count=true")


def test_the_next_link_names_another_scheme_or_host(api: httpx.Client, sandbox: Sandbox) -> None:
    asked = f"{LOCALES}?limit=3"
    whole = next_of(api.get(asked))
    strikes(sandbox, "foreign_next")
    answer = api.get(asked)
    assert next_of(answer) == whole.replace("http://", "https://")
    assert answer.json()["_links"]["self"]["href"].startswith("http://localhost/")
    strikes(sandbox, "foreign_next", to="http://other.example")
    assert next_of(api.get(asked)) == whole.replace("http://localhost", "http://other.example")


def test_an_answer_without_next_link_stays_as_it_is(api: httpx.Client, sandbox: Sandbox) -> None:
    whole = api.get(f"{LOCALES}/en_US").content
    strikes(sandbox, "foreign_next", "locales.get")
    assert api.get(f"{LOCALES}/en_US").content == whole


# Tokens


def test_the_token_expires_as_the_call_arrives_and_stays_expired(api: httpx.Client, sandbox: Sandbox) -> None:
    strikes(sandbox, "expired_token")
    for _ in range(2):
        answer = api.get(LOCALES)
        assert (answer.status_code, answer.json()["message"]) == (401, "The access token provided has expired.")
    assert api.post(TOKEN, json=LOGIN, auth=CLIENT).status_code == 200


def test_the_token_is_revoked_as_the_call_arrives(api: httpx.Client, sandbox: Sandbox) -> None:
    strikes(sandbox, "revoked_token")
    for _ in range(2):
        answer = api.get(LOCALES)
        assert (answer.status_code, answer.json()["message"]) == (401, "The access token provided is invalid.")


@pytest.mark.parametrize("kind", ["expired_token", "revoked_token"])
def test_a_dead_refresh_token_leads_back_to_the_password(api: httpx.Client, sandbox: Sandbox, kind: str) -> None:
    refresh = api.post(TOKEN, json=LOGIN, auth=CLIENT).json()["refresh_token"]
    strikes(sandbox, kind, "token", tokens="refresh")
    renewal = api.post(TOKEN, json={"grant_type": "refresh_token", "refresh_token": refresh}, auth=CLIENT)
    assert (renewal.status_code, renewal.json()["message"]) == (422, "Refresh token is invalid or has expired")
    assert api.get(LOCALES).status_code == 200
    assert api.post(TOKEN, json=LOGIN, auth=CLIENT).status_code == 200


# The search index


def listed(api: httpx.Client, query: str = "") -> list[str]:
    return [item["identifier"] for item in api.get(f"{PRODUCTS}?limit=100{query}").json()["_embedded"]["items"]]


def test_a_stale_index_does_not_know_what_was_written_lately(api: httpx.Client, sandbox: Sandbox) -> None:
    for name in ("old", "gone"):
        api.post(PRODUCTS, json={"identifier": name})
    sandbox.faults.plant(Fault.parse({"operation": "@pull", "kind": "stale_index", "seconds": 5}))
    sandbox.clock.advance(60)
    api.post(PRODUCTS, json={"identifier": "new"})
    api.delete(f"{PRODUCTS}/gone")
    api.patch(f"{PRODUCTS}/old", json={"enabled": False})
    assert listed(api) == ["gone", "old"]
    enabled = '&search={"enabled":[{"operator":"=","value":false}]}'
    assert listed(api, enabled) == []
    assert [api.get(f"{PRODUCTS}/{name}").status_code for name in ("new", "gone")] == [200, 404]
    sandbox.clock.advance(4)
    api.post(PRODUCTS, json={"identifier": "newest"})
    assert listed(api) == ["gone", "old"]
    sandbox.clock.advance(1)
    assert listed(api) == ["new", "old"]
    sandbox.clock.advance(4)
    assert listed(api) == ["new", "newest", "old"]
    assert listed(api, enabled) == ["old"]


def test_a_stale_index_is_that_of_one_call(api: httpx.Client, sandbox: Sandbox) -> None:
    strikes(sandbox, "stale_index", "products.list")
    api.post(PRODUCTS, json={"identifier": "new"})
    assert [listed(api), listed(api)] == [[], ["new"]]


# Without a socket


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("reset", httpx.ReadError),
        ("reset_after_apply", httpx.ReadError),
        ("truncate", httpx.RemoteProtocolError),
        ("stall", httpx.ReadTimeout),
    ],
)
def test_without_a_socket_a_broken_connection_is_the_error_of_httpx(
    api: httpx.Client, sandbox: Sandbox, kind: str, error: type[httpx.TransportError]
) -> None:
    strikes(sandbox, kind)
    with pytest.raises(error):
        api.get(LOCALES)
    assert last(sandbox)["fault"] == kind
    assert sandbox.limiter.in_flight("mock_connection") == 0
    assert api.get(LOCALES).status_code == 200


def test_the_transport_of_httpx_itself_hands_the_error_on(pim: App, sandbox: Sandbox) -> None:
    async def call() -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=pim), base_url="http://localhost") as client:
            await client.get(LOCALES)

    strikes(sandbox, "truncate")
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        asyncio.run(call())


# Any call


def test_a_call_of_no_operation_is_struck_by_its_path(api: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.faults.plant(Fault.parse({"path": "/api/rest/v9/*", "method": "GET", "kind": "status", "status": 502}))
    assert api.get("/api/rest/v9/anything").status_code == 502
    assert api.post("/api/rest/v9/anything").status_code == 404
    assert last(sandbox)["fault"] is None


def test_faults_come_after_the_limits_which_they_do_not_count(api: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.limit(parse_limits([{"kind": "fixed_window", "limit": 1, "seconds": 60}]))
    sandbox.faults.run(Plan.parse({"operation": "locales.list", "steps": ["503", "502"]}))
    assert [api.get(LOCALES).status_code for _ in range(3)] == [503, 429, 429]
    sandbox.clock.advance(60)
    assert api.get(LOCALES).status_code == 502


def test_an_unauthorised_call_is_struck_as_well(api: httpx.Client, sandbox: Sandbox) -> None:
    strikes(sandbox, "status", status=503)
    assert api.get(LOCALES, headers={"authorization": "Bearer nobody"}).status_code == 503


def test_a_fault_of_one_connection_spares_the_others(api: httpx.Client, sandbox: Sandbox) -> None:
    told = {"operation": "*", "connection": "other", "kind": "status", "status": 503}
    sandbox.faults.plant(Fault.parse(told))
    assert api.get(LOCALES).status_code == 200
    sandbox.faults.plant(Fault.parse({**told, "connection": "mock_*"}))
    assert api.get(LOCALES).status_code == 503
