"""Scenarios at work: what they set up, what their moves do, and that they go the same way each time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest

from mock_akeneo.app import App, create_app
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.settings import Settings
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.scenarios.files import library, named
from mock_akeneo.scenarios.moves import MOVES
from mock_akeneo.scenarios.play import play
from mock_akeneo.scenarios.scenario import Scenario
from tests.asgi import AsgiTransport
from tests.faults.kit import LINES, LOCALES, PRODUCTS

TOKEN = "/api/oauth/v1/token"


def plays(sandbox: Sandbox, **told: object) -> None:
    play(Scenario.parse({"name": "test", **told}), sandbox)


def after(operation: str = "products.list", nth: int = 1) -> Json:
    return {"operation": operation, "nth": nth}


@pytest.fixture
def abc(api: httpx.Client) -> httpx.Client:
    """A client of a PIM that holds the products a to f."""
    lines = b"\n".join(b'{"identifier":"%c"}' % letter for letter in b"abcdef")
    assert api.patch(PRODUCTS, content=lines, headers=LINES).status_code == 200
    return api


def page(api: httpx.Client, number: int, limit: int = 2) -> list[str]:
    answer = api.get(f"{PRODUCTS}?page={number}&limit={limit}")
    return [item["identifier"] for item in answer.json()["_embedded"]["items"]]


# What is set up


def test_a_scenario_takes_the_place_of_faults_plans_and_moves_but_not_of_what_it_does_not_name(
    api: httpx.Client, sandbox: Sandbox
) -> None:
    plays(sandbox, limits="akeneo-saas", faults=[{"operation": "@pull", "kind": "reset"}])
    plays(sandbox, plans=[{"operation": "locales.list", "steps": ["503"]}])
    assert not sandbox.faults.planted
    assert len(sandbox.limiter.limits) == 4
    assert [api.get(LOCALES).status_code, api.get(LOCALES).status_code] == [503, 200]
    plays(sandbox, limits=[], clock="frozen@2030-01-01T00:00:00Z")
    assert len(sandbox.limiter.limits) == 0
    assert sandbox.clock.iso() == "2030-01-01T00:00:00+00:00"


def test_calls_are_counted_anew(api: httpx.Client, sandbox: Sandbox) -> None:
    api.get(LOCALES)
    plays(sandbox, faults=[{"operation": "locales.list", "kind": "status", "status": 503, "nth": 2}])
    assert [api.get(LOCALES).status_code for _ in range(3)] == [200, 503, 200]
    assert [entry["nth"] for entry in sandbox.journal.entries()] == [1, 1, 2, 3]


def test_a_catalog_that_it_names_takes_the_place_of_the_old_one_until_the_reset(
    abc: httpx.Client, sandbox: Sandbox
) -> None:
    sandbox.mark()
    plays(sandbox, catalog="minimal")
    assert page(abc, 1) == []
    abc.post(PRODUCTS, json={"identifier": "z"})
    sandbox.reset({"tokens"})
    assert page(abc, 1) == ["a", "b"]


# Moves


def test_the_clock_jumps_between_two_calls_and_tokens_expire(api: httpx.Client, sandbox: Sandbox) -> None:
    plays(sandbox, moves=[{"after": after("locales.list", 2), "do": "advance", "seconds": 3601}])
    assert [api.get(LOCALES).status_code for _ in range(3)] == [200, 200, 401]
    assert [entry["moved"] for entry in sandbox.journal.entries()] == [[], ["advance"], []]


@pytest.mark.parametrize(
    ("move", "message"),
    [
        ({"do": "expire_tokens"}, "The access token provided has expired."),
        ({"do": "revoke_tokens"}, "The access token provided is invalid."),
        ({"do": "revoke_tokens", "kind": "access"}, "The access token provided is invalid."),
        ({"do": "regenerate_secret"}, "The access token provided is invalid."),
    ],
)
def test_tokens_end_between_two_calls(api: httpx.Client, sandbox: Sandbox, move: Json, message: str) -> None:
    plays(sandbox, moves=[{"after": after("locales.list"), **move}])
    assert api.get(LOCALES).status_code == 200
    assert (api.get(LOCALES).status_code, api.get(LOCALES).json()["message"]) == (401, message)


def test_moves_of_one_connection_spare_the_others(api: httpx.Client, sandbox: Sandbox) -> None:
    plays(sandbox, moves=[{"after": after("locales.list"), "do": "expire_tokens", "connection": "other"}])
    assert [api.get(LOCALES).status_code, api.get(LOCALES).status_code] == [200, 200]


def test_a_new_secret_is_the_only_one_that_counts(api: httpx.Client, sandbox: Sandbox) -> None:
    login = {"grant_type": "password", "username": "mock_user", "password": "mock_password"}
    plays(sandbox, moves=[{"after": after("locales.list"), "do": "regenerate_secret"}])
    api.get(LOCALES)
    assert api.post(TOKEN, json=login, auth=("1_mock_client", "mock_secret")).status_code == 422


def test_limits_change_in_mid_run(api: httpx.Client, sandbox: Sandbox) -> None:
    limits = [{"kind": "fixed_window", "limit": 1, "seconds": 60}]
    plays(sandbox, moves=[{"after": after("locales.list", 2), "do": "set_limits", "limits": limits}])
    assert [api.get(LOCALES).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_pages_by_number_lose_a_product_when_a_served_one_is_deleted(abc: httpx.Client, sandbox: Sandbox) -> None:
    plays(sandbox, moves=[{"after": after(), "do": "delete", "which": "served"}])
    assert [page(abc, 1), page(abc, 2), page(abc, 3)] == [["a", "b"], ["d", "e"], ["f"]]
    assert abc.get(f"{PRODUCTS}/a").status_code == 404


def test_a_product_that_was_not_served_is_deleted_before_it_is(abc: httpx.Client, sandbox: Sandbox) -> None:
    plays(sandbox, moves=[{"after": after(), "do": "delete", "which": "unserved"}])
    assert [page(abc, 1), page(abc, 2), page(abc, 3)] == [["a", "b"], ["c", "d"], ["e"]]


def test_the_chosen_products_are_deleted_as_far_as_there_are_any(abc: httpx.Client, sandbox: Sandbox) -> None:
    plays(sandbox, moves=[{"after": after(), "do": "delete", "which": ["c", "nothing", "e"]}])
    assert [page(abc, 1, 10), page(abc, 1, 10)] == [list("abcdef"), list("abdf")]


def test_products_are_created_in_mid_run(abc: httpx.Client, sandbox: Sandbox) -> None:
    plays(
        sandbox,
        moves=[
            {"after": after(), "do": "create", "products": [{"identifier": "aa"}, {"enabled": False}]},
            {"after": after(nth=2), "do": "create", "products": 2},
        ],
    )
    assert page(abc, 1, 10) == list("abcdef")
    assert page(abc, 1, 10) == ["a", "aa", *"bcdef"]
    assert page(abc, 1, 10) == ["a", "aa", *"bc", "created-1", "created-2", *"def"]
    assert len(sandbox.catalog["product"]) == 10


def test_values_of_a_served_product_change_and_it_is_updated(abc: httpx.Client, sandbox: Sandbox) -> None:
    values = {"sku": [{"locale": None, "scope": None, "data": "a2"}]}
    sandbox.clock.advance(60)
    plays(sandbox, moves=[{"after": after(), "do": "update", "which": "served", "values": values}])
    page(abc, 1)
    changed = abc.get(f"{PRODUCTS}/a2").json()
    assert changed["updated"] > changed["created"]
    assert abc.get(f"{PRODUCTS}/a").status_code == 404


def test_a_move_that_fails_is_told_and_hurts_no_call(
    api: httpx.Client, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    plays(sandbox, moves=[{"after": after("locales.list"), "do": "create", "products": [{"family": "nobody"}]}])
    assert api.get(LOCALES).status_code == 200
    assert [record.message for record in caplog.records] == ["the move create failed"]


def test_a_move_counts_the_calls_that_the_limits_let_in(api: httpx.Client, sandbox: Sandbox) -> None:
    limits = [{"kind": "fixed_window", "limit": 1, "seconds": 60}]
    plays(sandbox, limits=limits, moves=[{"after": after("locales.list", 2), "do": "expire_tokens"}])
    assert [api.get(LOCALES).status_code for _ in range(3)] == [200, 429, 429]
    sandbox.clock.advance(60)
    assert api.get(LOCALES).status_code == 200
    sandbox.clock.advance(60)
    assert api.get(LOCALES).status_code == 401


# The library at work


def connector(app: App) -> Iterator[httpx.Response]:
    """A patient client, one call after another: logs in, pulls all pages, pushes some batches; never gives up."""
    api = httpx.Client(transport=AsgiTransport(app), base_url="http://localhost")
    login = {"grant_type": "password", "username": "mock_user", "password": "mock_password"}
    tokens: Json = {}

    def logged_in(grant: Json) -> bool:
        answer = api.post(TOKEN, json=grant, auth=("1_mock_client", "mock_secret"))
        if answer.status_code == 200:
            tokens.update(answer.json())
        return answer.status_code == 200

    def renew() -> None:
        refresh = {"grant_type": "refresh_token", "refresh_token": tokens.get("refresh_token", "")}
        if not tokens or not logged_in(refresh):
            logged_in(login)

    def call(method: str, url: str, content: bytes | None = None) -> httpx.Response | None:
        for _ in range(4):
            headers = {**LINES, "authorization": f"Bearer {tokens.get('access_token')}"}
            with suppress(httpx.TransportError):
                answer = api.request(method, url, content=content, headers=headers)
                if answer.status_code == 401:
                    renew()
                elif answer.status_code < 400:
                    return answer
        return None

    with api:
        renew()
        url: str | None = f"{PRODUCTS}?limit=3&pagination_type=search_after"
        while url is not None:
            answer = call("GET", url)
            if answer is None:
                break
            yield answer
            try:
                url = answer.json()["_links"].get("next", {}).get("href")
            except ValueError:
                continue
            url = url and url.replace("https://", "http://")
        for batch in range(4):
            lines = b"\n".join(b'{"identifier":"pushed-%d-%d"}' % (batch, n) for n in range(5))
            answer = call("PATCH", PRODUCTS, lines)
            if answer is not None:
                yield answer


def journal_of(scenario: Scenario) -> list[Json]:
    """What a sequential client meets, without what is measured in real time."""
    app = create_app(Settings(catalog="minimal", clock="frozen"))
    sandbox = app.sandboxes.default
    play(scenario, sandbox)
    MOVES["create"].act(sandbox, {"products": 12})
    for _ in connector(app):
        pass
    real = ("received_ms", "answered_ms", "queued_ms")
    return [{name: value for name, value in entry.items() if name not in real} for entry in sandbox.journal.entries()]


DICE = {
    "name": "dice",
    "seed": 3,
    "faults": [
        {"operation": "@pull", "kind": "status", "status": 503, "probability": 0.3},
        {"operation": "@push", "kind": "reset_after_apply", "probability": 0.5},
        {"operation": "*", "kind": "expired_token", "probability": 0.1},
    ],
    "moves": [
        {"after": after("@pull", 2), "do": "delete", "which": "served"},
        {"after": after("@pull", 3), "do": "advance", "seconds": 3601},
        {"after": after("@push", 1), "do": "revoke_tokens"},
    ],
}


def test_the_same_scenario_and_seed_give_the_same_journal_ten_times() -> None:
    scenario = Scenario.parse(DICE)
    first = journal_of(scenario)
    assert {entry["fault"] for entry in first} == {None, "status", "reset_after_apply", "expired_token"}
    for _ in range(9):
        assert journal_of(scenario) == first
    assert journal_of(Scenario.parse({**DICE, "seed": 4})) != first


# What a client that calls slowly, pushes little and loads no media file does not meet.
BEYOND = {"stalled-download", "akeneo-saas-limits", "five-at-once", "payload-too-large"}
QUICK = [scenario for scenario in library().values() if scenario.products == 0 and scenario.catalog is None]


@pytest.mark.parametrize("scenario", QUICK, ids=lambda one: one.name)
def test_each_scenario_of_the_library_is_met_by_a_connector_and_goes_the_same_way_again(scenario: Scenario) -> None:
    quick = Scenario.parse(
        {**scenario.to_json(), "faults": [hastened(fault) for fault in scenario.to_json().get("faults", [])]}
    )
    first = journal_of(quick)
    assert journal_of(quick) == first
    met = [entry for entry in first if entry["fault"] or entry["moved"] or (entry["limit"] or {}).get("refused")]
    assert bool(met) == (scenario.name not in BEYOND)


def hastened(fault: Json) -> Json:
    """Real seconds cut to almost nothing."""
    return {**fault, "seconds": 0.001} if "seconds" in fault and fault["kind"] != "stale_index" else fault


def test_there_are_more_products_than_pages_by_number_reach() -> None:
    assert named("ten-thousand-wall").products > 10_000
