from __future__ import annotations

from typing import Any

import httpx
import pytest

from mock_akeneo.core.json_types import Json
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.scenarios.har import from_har
from mock_akeneo.scenarios.play import play
from mock_akeneo.scenarios.scenario import Scenario
from tests.faults.kit import LOCALES, PRODUCTS

HOST = "https://pim.example"


def call(method: str, path: str, status: int, text: str = "", mime: str = "application/json", **headers: str) -> Json:
    told = [{"name": name.replace("_", "-"), "value": value} for name, value in headers.items()]
    return {
        "request": {"method": method, "url": HOST + path, "headers": []},
        "response": {"status": status, "headers": told, "content": {"mimeType": mime, "text": text}},
    }


def nested(levels: int) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = [value]
    return value


def har(*entries: Json) -> Json:
    return {"log": {"version": "1.2", "entries": list(entries)}}


INCIDENT = har(
    call("POST", "/api/oauth/v1/token", 200, '{"access_token": "secret"}'),
    call("GET", f"{PRODUCTS}?limit=100", 200, "{}"),
    call("GET", f"{PRODUCTS}?limit=100&page=2", 429, '{"code": 429, "message": "Slow down."}', Retry_After="2"),
    call("GET", "/favicon.ico", 404),
    call("GET", f"{PRODUCTS}?limit=100&page=2", 502, "<html>", "text/html; charset=UTF-8"),
    call("GET", f"{PRODUCTS}?limit=100&page=2", 0),
    call("GET", f"{PRODUCTS}?limit=100&page=2", 200, "{}"),
    call("PATCH", PRODUCTS, 503, mime="", Retry_After="Thu, 01 Jan 2026 00:00:30 GMT"),
    call("PATCH", PRODUCTS, 200),
    call("GET", f"{PRODUCTS}/a%2Fb", 404, '{"code": 404, "message": "Gone."}'),
    call("GET", LOCALES, 200, "{}"),
)


def test_a_recorded_incident_becomes_a_plan_for_each_operation_that_something_befell() -> None:
    scenario = from_har(INCIDENT, "incident")
    assert scenario.to_json() == {
        "name": "incident",
        "about": "What a recording of 11 calls met: 5 of them were refused, failed, got no answer or "
        "waited long for it.",
        "limits": [],
        "plans": [
            {
                "operation": "products.list",
                "steps": [
                    "ok",
                    {"kind": "status", "status": 429, "body": "json", "message": "Slow down.", "retry_after": 2},
                    {"kind": "status", "status": 502, "body": "html"},
                    "reset",
                ],
            },
            {
                "operation": "products.update_list",
                "steps": [
                    {
                        "kind": "status",
                        "status": 503,
                        "body": "empty",
                        "retry_after": "Thu, 01 Jan 2026 00:00:30 GMT",
                    }
                ],
            },
            {
                "operation": "products.get",
                "steps": [{"kind": "status", "status": 404, "body": "json", "message": "Gone."}],
            },
        ],
    }
    assert Scenario.parse(scenario.to_json()) == scenario


def test_it_replays_at_the_same_calls(api: httpx.Client, sandbox: Sandbox) -> None:
    play(from_har(INCIDENT, "incident"), sandbox)
    pages = [f"{PRODUCTS}?limit=100"] + [f"{PRODUCTS}?limit=100&page=2"] * 4
    told: list[Any] = []
    for page in pages:
        try:
            answer = api.get(page)
            told.append((answer.status_code, answer.headers.get("retry-after")))
        except httpx.ReadError:
            told.append("reset")
    assert told == [(200, None), (429, "2"), (502, None), "reset", (200, None)]
    assert api.get(f"{PRODUCTS}/a%2Fb").json() == {"code": 404, "message": "Gone."}


def test_a_pim_behind_a_path_and_the_waits_of_its_callers_come_back() -> None:
    """Slow answers, calls given up, and a Retry-After that was a date when it was recorded."""
    page = f"/shop/api/pim{PRODUCTS}?limit=100"
    limited = call("GET", page, 429, Date="Wed, 21 Oct 2015 07:28:00 GMT", Retry_After="Wed, 21 Oct 2015 07:28:30 GMT")
    early = call("GET", page, 503, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT")
    encoded = call("GET", page, 500, "eyJtZXNzYWdlIjogIkdvbmUuIn0=")
    encoded["response"]["content"]["encoding"] = "base64"
    recorded = har(
        {**call("GET", page, 200), "time": 12_345.6},
        {**call("GET", page, 200), "time": 2_500},
        {**call("GET", page, 504, mime="text/html"), "time": 60_000},
        {**call("GET", page, 0), "time": 30_000},
        {**call("GET", page, 0), "time": -1},
        limited,
        {**early, "startedDateTime": "2015-10-21T09:29:00.123+02:00", "time": 5},
        call("GET", page, 429, Retry_After="9" * 5_000),
        encoded,
        call("GET", "/api/x/api/rest/v1/nothing", 404),
    )
    [plan] = from_har(recorded, "slow").to_json()["plans"]
    assert plan["operation"] == "products.list"
    assert plan["steps"] == [
        {"kind": "delay", "seconds": 12.3},
        "ok",
        {"kind": "status", "status": 504, "body": "html", "seconds": 60.0},
        "stall",
        "reset",
        {"kind": "status", "status": 429, "body": "json", "retry_after": 30, "retry_after_form": "http_date"},
        {"kind": "status", "status": 503, "body": "json", "retry_after": 0, "retry_after_form": "http_date"},
        {"kind": "status", "status": 429, "body": "json", "retry_after": "9" * 5_000},
        {"kind": "status", "status": 500, "body": "json", "message": "Gone."},
    ]


def test_a_recording_in_which_nothing_went_wrong_is_no_incident() -> None:
    with pytest.raises(ValueError, match="nothing befell the 1 calls of this HAR"):
        from_har(har(call("GET", LOCALES, 200)), "x")


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        {},
        {"log": {}},
        {"log": {"entries": [{}]}},
        {"log": {"entries": 3}},
        har(call("GET", LOCALES, float("inf"))),  # type: ignore[arg-type]
        har(call("GET", LOCALES, 500, nested(1000))),
    ],
    ids=range(8),
)
def test_what_is_no_har_is_refused(told: Any) -> None:
    with pytest.raises(ValueError, match="this is no HAR"):
        from_har(told, "x")
