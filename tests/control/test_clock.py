"""The clock of a sandbox goes to the end of the year 9999: what leads beyond is refused before anything has moved."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mock_akeneo.app import App, create_app
from mock_akeneo.core.clock import Clock
from mock_akeneo.core.settings import Settings
from tests.conftest import client

CONTROL = "/_mock/v1"
PRODUCTS = "/api/rest/v1/products"
ENDS = "the clock goes from 1970-01-01T00:00:00+00:00 to 9999-12-31T00:00:00+00:00, no further"
FAST = "the clock runs 1000000 times as fast as time at most"
LONG = f'"{"9" * 56}... is no ISO 8601 moment: write 2026-01-01T00:00:00Z'
LAST = "Fri, 31 Dec 9999 23:59:59 GMT"


@pytest.mark.parametrize(
    ("method", "path", "body", "detail"),
    [
        ("POST", "clock/advance", {"seconds": 2.6e11}, ENDS),
        ("POST", "clock/advance", {"seconds": 1e308}, ENDS),
        ("POST", "clock/advance", {"to": "9999-12-31T00:00:01Z"}, ENDS),
        ("POST", "clock/advance", {"to": "9999-12-31T23:59:59-23:59"}, ENDS),
        ("PUT", "clock", {"mode": "frozen", "at": "9999-12-31T00:00:01Z"}, ENDS),
        ("PUT", "clock", {"mode": "real", "at": "9999-12-31T23:59:59Z"}, ENDS),
        ("PUT", "clock", {"mode": "scaled", "scale": 1e11}, FAST),
        ("PUT", "clock", {"mode": "scaled", "scale": 1_000_001, "at": "2027-01-01"}, FAST),
        ("PUT", "clock", {"mode": "frozen", "at": "9" * 5_000}, LONG),
    ],
)
def test_what_leads_beyond_the_end_of_time_is_refused_and_has_not_moved_the_clock(
    api: httpx.Client, method: str, path: str, body: dict[str, Any], detail: str
) -> None:
    before = api.get(f"{CONTROL}/clock").json()
    answer = api.request(method, f"{CONTROL}/{path}", json=body)
    assert (answer.status_code, answer.json()["detail"]) == (422, detail)
    now = api.get(f"{CONTROL}/clock").json()
    assert {**now, "offset": 0} == {**before, "offset": 0}


@pytest.mark.parametrize("text", ["x1e11", "xinf", "frozen@9999-12-31T00:00:01Z", "frozen@1969-12-31T23:59:59Z"])
def test_a_setting_that_leads_beyond_it_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^the clock (goes from 1970-.* to 9999-.*|runs 1000000 times)"):
        create_app(Settings(catalog="minimal", clock=text))


def test_a_scenario_that_leads_beyond_it_is_refused(api: httpx.Client) -> None:
    move = {"after": {"operation": "@pull"}, "do": "advance", "seconds": 2.6e11}
    refused = api.post(f"{CONTROL}/scenarios", json={"name": "mine", "about": "To the end.", "moves": [move]})
    assert (refused.status_code, refused.json()["detail"]) == (
        422,
        'move 1: "seconds": 260000000000.0 is no number from 0 on, up to 2.53402e+11: write for example 3601',
    )
    refused = api.post(f"{CONTROL}/scenarios", json={"name": "mine", "about": "Fast.", "clock": "x1e11"})
    assert refused.status_code == 422


@pytest.mark.parametrize("mode", ["frozen", "real", "scaled"])
def test_at_the_end_of_time_everything_is_answered(mode: str) -> None:
    app: App = create_app(Settings(catalog="minimal", clock="frozen", time_zone="Pacific/Kiritimati"))
    with client(app) as api:
        scale = {"scale": 1_000_000} if mode == "scaled" else {}
        body = {"mode": mode, "at": "9999-12-31T00:00:00Z", **scale}
        assert api.put(f"{CONTROL}/clock", json=body).status_code == 200
        told = {"grant_type": "password", "username": "mock_user", "password": "mock_password"}
        granted = api.post("/api/oauth/v1/token", auth=("1_mock_client", "mock_secret"), json=told)
        api.headers["Authorization"] = f"Bearer {granted.json()['access_token']}"
        assert api.post(PRODUCTS, json={"identifier": "last"}).status_code == 201
        written = api.get(f"{PRODUCTS}/last")
        assert (written.json()["updated"], written.headers["Date"]) == (
            "9999-12-31T14:00:00+14:00",
            "Fri, 31 Dec 9999 00:00:00 GMT",
        )
        assert api.get(f"{CONTROL}/tokens").json()["items"][-1]["expires_at"] == "9999-12-31T23:59:59+00:00"
        search = {"search": '{"updated":[{"operator":"SINCE LAST N DAYS","value":4}]}'}
        assert len(api.get(PRODUCTS, params=search).json()["_embedded"]["items"]) == 1
        fault = {"kind": "status", "operation": "@pull", "status": 429, "retry_after": 86_400}
        fault |= {"retry_after_form": "http_date", "times": 1}
        assert api.post(f"{CONTROL}/faults", json=fault).status_code == 201
        assert api.get(PRODUCTS).headers["Retry-After"] == LAST
        limit = {"kind": "fixed_window", "limit": 1, "seconds": 1e12, "retry_after": "http_date"}
        assert api.put(f"{CONTROL}/limits", json=[limit]).status_code == 200
        assert [api.get(PRODUCTS).headers.get("Retry-After") for _ in range(2)] == [None, LAST]
        assert len(api.get(f"{CONTROL}/requests").json()["items"]) == 7


@pytest.mark.parametrize("retry_after", [1e12, 1e308])
def test_a_date_of_a_limit_or_a_fault_goes_to_the_end_of_time_and_no_further(
    api: httpx.Client, retry_after: float
) -> None:
    fault = {"kind": "status", "operation": "@pull", "status": 503, "times": 1}
    fault |= {"retry_after": retry_after, "retry_after_form": "http_date"}
    assert api.post(f"{CONTROL}/faults", json=fault).status_code == 201
    assert (answer := api.get(PRODUCTS)).status_code == 503
    assert answer.headers["Retry-After"] == LAST
    assert api.get(f"{CONTROL}/requests").json()["items"][-1]["status"] == 503
    assert api.get(PRODUCTS).status_code == 200


def test_a_clock_that_runs_by_itself_stops_at_the_end() -> None:
    clock = Clock("scaled", scale=1e6)
    clock._base = 253402214400.0 - 1e-3
    while clock.now() < 253402214400.0:
        continue
    assert clock.iso() == "9999-12-31T00:00:00+00:00"
