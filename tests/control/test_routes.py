"""Who may use the control plane, and what it says to mistakes."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from mock_akeneo.app import create_app
from mock_akeneo.control.routes import TABLE
from mock_akeneo.core.settings import Settings
from tests.asgi import AsgiTransport

CLOCK = "/_mock/v1/clock"
# Answers without an end.
STREAMS = {"/requests/stream"}


def refused(answer: httpx.Response, status: int, title: str, detail: str) -> None:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    assert (answer.status_code, answer.json()) == (status, body)
    assert answer.headers["content-type"] == "application/problem+json"


# What is sent


def test_a_body_must_be_announced_as_json(api: httpx.Client) -> None:
    answer = api.post("/_mock/v1/clock/advance", content='{"seconds":1}', headers={"Content-Type": "text/plain"})
    refused(answer, 415, "Unsupported media type", "send the body as application/json")
    answer = api.post("/_mock/v1/clock/advance", json={"seconds": 1}, headers={"Content-Type": "application/json; a=b"})
    assert answer.status_code == 200


# Elsewhere


@pytest.fixture(scope="module", params=["0.0.0.0", "::", "192.0.2.7"])
def far(request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """A client of an application that listens on more than loopback, without a token."""
    app = create_app(Settings(catalog="minimal", host=request.param, admin_token="sesame"))
    with httpx.Client(transport=AsgiTransport(app), base_url="http://pim.example") as connected:
        yield connected


def test_off_loopback_the_token_is_asked_for(far: httpx.Client) -> None:
    detail = "send the admin token: Authorization: Bearer <MOCK_AKENEO_ADMIN_TOKEN>"
    for authorization in ("", "Bearer", "Bearer no", "bearer sesame", "sesame", "Bearer sesame "):
        answer = far.get(CLOCK, headers={"Authorization": authorization})
        refused(answer, 401, "Unauthorized", detail)
    assert far.get(CLOCK, headers={"Authorization": "Bearer sesame"}).status_code == 200


def test_off_loopback_health_is_open_and_so_is_the_api(far: httpx.Client) -> None:
    assert far.get("/_mock/v1/health").status_code == 200
    assert far.get("/api/rest/v1").status_code == 200


def test_without_a_token_of_the_user_one_is_made() -> None:
    apps = [create_app(Settings(catalog="minimal", host="0.0.0.0")) for _ in range(2)]
    tokens = {app.admin_token for app in apps}
    assert len(tokens) == 2
    assert all(len(token or "") >= 32 for token in tokens)
    assert create_app(Settings(catalog="minimal", admin_token="sesame")).admin_token is None


# Mistakes


def test_an_unknown_path_is_told(api: httpx.Client) -> None:
    for path in ("/_mock/v1/clok", "/_mock/v2"):
        refused(api.get(path), 404, "Not found", f"there is nothing at {path}")


def test_another_method_is_told_with_those_that_are_there(api: httpx.Client) -> None:
    answer = api.delete(CLOCK)
    refused(answer, 405, "Method not allowed", f"{CLOCK} takes GET, HEAD, PUT")
    assert answer.headers["allow"] == "GET, HEAD, PUT"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "title", "detail"),
    [
        ("POST", "/clock/advance", {"secnds": 1}, 422, "Not valid", 'unknown member "secnds": did you mean "seconds"?'),
        ("POST", "/clock/advance", {"x": 1}, 422, "Not valid", 'unknown member "x": known are: seconds, to, sandbox'),
        ("POST", "/clock/advance", {"seconds": "1"}, 422, "Not valid", '"seconds" is a number'),
        ("POST", "/clock/advance", [], 400, "Bad request", "the body is a JSON object"),
        ("POST", "/tokens", {"connection": "x"}, 404, "Not found", 'there is no connection "x"'),
        ("GET", "/clock?sandbox=x", None, 404, "Not found", 'there is no sandbox "x"'),
        (
            "PATCH", "/connections/default", {"role": {"pim_api_famly_list": False}}, 422, "Not valid",
            'unknown right "pim_api_famly_list": did you mean "pim_api_family_list"?',
        ),
        (
            "PATCH", "/connections/default", {"role": {"pim_api_family_list": "no"}}, 422, "Not valid",
            'the right "pim_api_family_list" is true or false',
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_what_to_write(
    api: httpx.Client, method: str, path: str, body: object, status: int, title: str, detail: str
) -> None:
    first = api.get("/_mock/v1/connections").json()["items"][0]["code"]
    path = f"/_mock/v1{path}".replace("default", first)
    refused(api.request(method, path, json=body), status, title, detail)


def test_a_body_that_is_no_json_is_told(api: httpx.Client) -> None:
    answer = api.put(CLOCK, content="{", headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("the body is no JSON: ")


def test_control_calls_are_neither_limited_nor_in_the_journal(api: httpx.Client) -> None:
    limit = {"name": "one", "kind": "fixed_window", "limit": 1, "seconds": 60, "scope": "sandbox"}
    assert api.put("/_mock/v1/limits", json={"limits": [limit]}).status_code == 200
    assert [api.get(CLOCK).status_code for _ in range(3)] == [200, 200, 200]
    assert api.get("/_mock/v1/requests").json()["items"] == []


@pytest.mark.parametrize("path", sorted({way.path for way in TABLE if way.method == "GET"} - STREAMS))
def test_whatever_is_asked_for_by_a_strange_name_is_no_server_error(api: httpx.Client, path: str) -> None:
    for name in ("x", "%00", "%F0%9F%92%A9", "-1", "9" * 30, "'"):
        answer = api.get("/_mock/v1" + path.replace("{name}", name).replace("{code}", name).replace("{id}", name))
        assert answer.status_code in (200, 404, 422), answer.text
