from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from mock_akeneo.contract.reading import PRODUCTS_UUID
from mock_akeneo.contract.samples import Push
from mock_akeneo.contract.stage import Stage, told_limits
from mock_akeneo.scenarios.scenario import Scenario
from mock_akeneo.throttling.limits import Limit, Limits
from tests.contract.journal import call

WINDOW = Limit(name="throttle", kind="fixed_window", limit=3, seconds=2)
SLOTS = Limit(name="slots", kind="concurrency", limit=2)


def test_the_limits_in_force_are_told() -> None:
    assert told_limits(Scenario(name="x", about="")) == {
        "throttle_limit": 500,
        "throttle_seconds": 60,
        "concurrent_connections": 5,
    }
    some_routes = Limit(name="options", kind="fixed_window", limit=1, seconds=1, paths=("/api/rest/v1/attributes/*",))
    assert told_limits(Scenario(name="x", about="", limits=Limits((WINDOW, SLOTS, some_routes)))) == {
        "throttle_limit": 3,
        "throttle_seconds": 2,
        "concurrent_connections": 2,
    }


SCENARIO = Scenario.parse(
    {
        "name": "small",
        "catalog": "minimal",
        "limits": [WINDOW.to_json()],
        "faults": [{"operation": "channels.list", "kind": "status", "status": 503, "body": "json"}],
        "plans": [{"operation": "locales.list", "steps": ["ok", "429"]}],
        "moves": [
            {"after": {"operation": "currencies.list", "nth": 2}, "do": "advance", "seconds": 3600},
            {"after": {"operation": "@pull", "nth": 1}, "do": "expire_tokens"},
        ],
    }
)


@pytest.fixture
def stage() -> Iterator[Stage]:
    with Stage(SCENARIO) as stage:
        yield stage


def ask(stage: Stage, what: str, token: str) -> int:
    url = f"{stage.told().api_url}/api/rest/v1/{what}"
    return httpx.get(url, headers={"Authorization": f"Bearer {token}"}).status_code


def test_limits_faults_plans_and_moves_are_in_force(stage: Stage) -> None:
    token = stage.told().api_key
    # The first move makes the window and the token's hour pass between two calls.
    assert [ask(stage, what, token) for what in ("channels", "currencies", "currencies", "currencies")] == [
        503,
        200,
        200,
        401,
    ]
    assert [(c["operation"], c["moved"]) for c in stage.calls()] == [
        ("channels.list", []),
        ("currencies.list", []),
        ("currencies.list", ["advance"]),
        ("currencies.list", []),
    ]
    assert stage.calls(after=stage.calls()[-1]["id"]) == ()
    assert stage.unplayed() == (
        "small: the plan for locales.list was not used up",
        "small: the move expire_tokens after @pull was not used up",
    )


def test_reading_the_catalog_leaves_no_trace(stage: Stage) -> None:
    token = stage.told().api_key
    for _ in range(3):
        assert stage.reader.products() == {}
        assert stage.reader.asked([call(1, path=PRODUCTS_UUID, query="limit=100")]) == {}
    assert stage.calls() == ()
    assert [ask(stage, "currencies", token) for _ in range(2)] == [200, 200]


def test_the_settings_lead_to_the_judged_pim(stage: Stage) -> None:
    told = stage.told()
    grant = {"grant_type": "password", "username": told.username, "password": told.password}
    answer = httpx.post(f"{told.api_url}/api/oauth/v1/token", json=grant, auth=(told.client_id, told.client_secret))
    assert answer.status_code == 200
    assert (told.throttle_limit, told.throttle_seconds, told.concurrent_connections) == (3, 2, 5)


@pytest.mark.parametrize("action", ["push_models", "push_options", "push_media"])
def test_what_is_to_be_pushed_lacks_until_it_is_there(action: str) -> None:
    with Stage(Scenario(name="x", about="")) as stage:
        pushed = stage.entities(action, Push(models=2, options=2, files=2))
        assert len(pushed) >= 2
        names = tuple(body.get("identifier") or body["code"] for body in pushed)
        assert stage.lacking(pushed) == names


def test_a_file_is_told_by_its_bytes_also_when_the_connector_has_moved_it() -> None:
    with Stage(Scenario(name="x", about="")) as stage, httpx.Client(base_url=stage.told().api_url) as client:
        client.headers["Authorization"] = f"Bearer {stage.told().api_key}"
        pushed = stage.entities("push_media", Push(files=2))
        ((attribute, (value,)),) = pushed[0]["values"].items()
        files = [Path(body["values"][attribute][0]["file"]) for body in pushed]
        for body, file in zip(pushed, (files[0], files[0]), strict=True):
            name = {"identifier": body["identifier"]}
            product = {**name, "attribute": attribute, "locale": value["locale"], "scope": value["scope"]}
            assert client.post("/api/rest/v1/products", json=name).status_code == 201
            upload = client.post(
                "/api/rest/v1/media-files",
                data={"product": json.dumps(product)},
                files={"file": (file.name, file.read_bytes())},
            )
            assert upload.status_code == 201
        for file in files:
            file.unlink()
        assert stage.lacking(pushed) == (pushed[1]["identifier"],)


def test_tries_in_vain_are_counted(stage: Stage) -> None:
    token = stage.told().api_key
    for _ in range(3):
        ask(stage, "channels", token)
    assert (stage.watcher.calls, stage.watcher.most_tries, stage.watcher.in_vain) == (3, 3, 3)
    stage.watch()
    ask(stage, "currencies", token)
    assert (stage.watcher.calls, stage.watcher.most_tries, stage.watcher.in_vain) == (1, 1, 1)  # the window is spent


def test_what_is_written_on_one_stage_is_not_there_on_the_next() -> None:
    with Stage(SCENARIO) as first, Stage(SCENARIO) as second:
        told = first.told()
        answer = httpx.patch(
            f"{told.api_url}/api/rest/v1/products/only-here",
            json={"enabled": True},
            headers={"Authorization": f"Bearer {told.api_key}"},
        )
        assert answer.status_code == 201
        assert [len(stage.reader.products()) for stage in (first, second)] == [1, 0]
    with Stage(SCENARIO) as third:
        assert third.reader.products() == {}


def test_it_can_be_set_again_as_if_nothing_had_been_played() -> None:
    calm = Scenario.parse({"name": "calm", "catalog": "minimal", "products": 2, "moves": SCENARIO.to_json()["moves"]})
    with Stage(SCENARIO.parse({**calm.to_json(), "faults": SCENARIO.to_json()["faults"]})) as stage:
        before, token = stage.before, stage.told().api_key
        assert [ask(stage, what, token) for what in ("channels", "currencies")] == [503, 200]
        url = f"{stage.told().api_url}/api/rest/v1/products/stock-0001"
        assert httpx.delete(url, headers={"Authorization": f"Bearer {token}"}).status_code == 204
        stage.again(calm)
        token = stage.told().api_key
        assert [ask(stage, what, token) for what in ("channels", "currencies", "currencies")] == [200, 200, 200]
        assert [call["moved"] for call in stage.calls()] == [[], [], ["advance"]]
        assert (len(before), stage.reader.products(), stage.before) == (2, before, before)
