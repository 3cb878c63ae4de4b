"""Snapshots and reset: what comes back, and what stays as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from mock_akeneo.app import create_app
from mock_akeneo.core.settings import Settings
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.sandbox.snapshots import KEPT_BY_RESET
from tests.conftest import client

PRODUCTS = "/api/rest/v1/products"
CONTROL = "/_mock/v1"


def identifiers(api: httpx.Client) -> list[str]:
    return [item["identifier"] for item in api.get(PRODUCTS).json()["_embedded"]["items"]]


def test_a_snapshot_is_taken_shown_replaced_and_deleted(api: httpx.Client) -> None:
    first = {"name": "empty", "at": "2026-01-01T00:00:00+00:00", "products": 0, "connections": ["mock_connection"]}
    taken = api.put(f"{CONTROL}/snapshots/empty")
    assert (taken.status_code, taken.json()) == (201, first)
    api.post(PRODUCTS, json={"identifier": "one"})
    api.post(f"{CONTROL}/clock/advance", json={"seconds": 60})
    replaced = api.put(f"{CONTROL}/snapshots/empty")
    second = {**first, "at": "2026-01-01T00:01:00+00:00", "products": 1}
    assert (replaced.status_code, replaced.json()) == (200, second)
    assert api.get(f"{CONTROL}/snapshots").json() == {"items": [second]}
    assert api.get(f"{CONTROL}/snapshots/empty").json() == second
    assert api.delete(f"{CONTROL}/snapshots/empty").status_code == 204
    assert api.get(f"{CONTROL}/snapshots/empty").json()["detail"] == 'there is no snapshot "empty"'


def test_a_snapshot_brings_back_the_catalog_for_reads_lists_and_searches(api: httpx.Client) -> None:
    for code in ("kept", "changed", "deleted"):
        api.post(PRODUCTS, json={"identifier": code})
    changed = api.get(f"{PRODUCTS}/changed").json()
    api.put(f"{CONTROL}/snapshots/three")
    disabled = {"search": '{"enabled":[{"operator":"=","value":false}]}'}
    assert api.get(PRODUCTS, params=disabled).json()["_embedded"]["items"] == []
    api.patch(f"{PRODUCTS}/changed", json={"enabled": False})
    api.delete(f"{PRODUCTS}/deleted")
    api.post(PRODUCTS, json={"identifier": "new"})
    api.post("/api/rest/v1/categories", json={"code": "new"})
    assert len(api.get(PRODUCTS, params=disabled).json()["_embedded"]["items"]) == 1
    assert api.post(f"{CONTROL}/snapshots/three/restore").json()["products"] == 3
    assert sorted(identifiers(api)) == ["changed", "deleted", "kept"]
    assert api.get(PRODUCTS, params=disabled).json()["_embedded"]["items"] == []
    assert api.get(f"{PRODUCTS}/changed").json() == changed
    assert api.get("/api/rest/v1/categories/new").status_code == 404
    # A snapshot is not used up, and does not change with the sandbox.
    api.delete(f"{PRODUCTS}/kept")
    api.post(f"{CONTROL}/reset", json={"to": "three"})
    assert sorted(identifiers(api)) == ["changed", "deleted", "kept"]


def test_a_restore_shows_at_once_whatever_the_index_lag() -> None:
    with client(create_app(Settings(catalog="minimal", clock="frozen", index_lag=5))) as api:
        api.put(f"{CONTROL}/snapshots/empty")
        api.post(PRODUCTS, json={"identifier": "one"})
        assert identifiers(api) == []
        api.put(f"{CONTROL}/snapshots/one")
        api.post(f"{CONTROL}/clock/advance", json={"seconds": 5})
        assert identifiers(api) == ["one"]
        api.post(f"{CONTROL}/snapshots/empty/restore")
        assert identifiers(api) == []
        api.post(f"{CONTROL}/snapshots/one/restore")
        assert identifiers(api) == ["one"]


def test_a_snapshot_brings_back_connections_and_leaves_the_tokens_of_those_that_survive(
    api: httpx.Client, sandbox: Sandbox
) -> None:
    deleted = api.post(f"{CONTROL}/connections", json={"code": "deleted"}).json()
    api.put(f"{CONTROL}/snapshots/before")
    regenerated = api.post(f"{CONTROL}/connections/mock_connection/regenerate-password").json()["password"]
    api.headers["Authorization"] = (
        f"Bearer {api.post(f'{CONTROL}/tokens', json={'connection': 'mock_connection'}).json()['access_token']}"
    )
    api.patch(f"{CONTROL}/connections/mock_connection", json={"role": {"pim_api_product_list": False}})
    api.delete(f"{CONTROL}/connections/deleted")
    late = api.post(f"{CONTROL}/connections", json={"code": "late"}).json()
    lost = api.post(f"{CONTROL}/tokens", json={"connection": "late"}).json()["access_token"]
    assert api.get(PRODUCTS).status_code == 403
    api.post(f"{CONTROL}/snapshots/before/restore")
    assert [item["code"] for item in api.get(f"{CONTROL}/connections").json()["items"]] == [
        "mock_connection",
        "deleted",
    ]
    assert api.get(PRODUCTS).status_code == 200
    assert api.get(PRODUCTS, headers={"Authorization": f"Bearer {lost}"}).status_code == 401

    def logs_in(client_id: str, secret: str, username: str, password: str) -> bool:
        members = {"grant_type": "password", "username": username, "password": password}
        return api.post("/api/oauth/v1/token", auth=(client_id, secret), json=members).status_code == 200

    def logs_in_as(made: dict[str, Any]) -> bool:
        return logs_in(made["client_id"], made["secret"], made["username"], made["password"])

    assert logs_in("1_mock_client", "mock_secret", "mock_user", "mock_password")
    assert not logs_in("1_mock_client", "mock_secret", "mock_user", regenerated)
    assert logs_in_as(deleted)
    assert not logs_in_as(late)


def test_a_restore_leaves_clock_limits_faults_and_journal_alone(api: httpx.Client) -> None:
    api.put(f"{CONTROL}/snapshots/before")
    api.post(f"{CONTROL}/clock/advance", json={"seconds": 3600})
    api.put(f"{CONTROL}/limits", json={"preset": "integration-initial"})
    api.post(f"{CONTROL}/faults", json={"operation": "products.list", "kind": "status", "status": 503, "nth": 9})
    api.get(PRODUCTS)
    asked = ("clock", "limits", "limits/usage", "faults", "requests", "tokens")
    before = [api.get(f"{CONTROL}/{path}").json() for path in asked]
    before[0].pop("offset")
    api.post(f"{CONTROL}/snapshots/before/restore")
    after = [api.get(f"{CONTROL}/{path}").json() for path in asked]
    after[0].pop("offset")
    assert after == before


def all_changed(api: httpx.Client) -> None:
    """Something of everything that a reset to the start brings back."""
    api.post(PRODUCTS, json={"identifier": "one"})
    api.post(f"{CONTROL}/connections", json={"code": "late"})
    api.put(f"{CONTROL}/limits", json={"preset": "integration-initial"})
    api.post(f"{CONTROL}/clock/advance", json={"seconds": 60})
    api.post(f"{CONTROL}/faults", json={"operation": "token", "kind": "reset"})


def remains(sandbox: Sandbox) -> dict[str, bool]:
    return {
        "catalog": len(sandbox.catalog["product"]) == 1,
        "connections": "late" in sandbox.connections.by_code,
        "tokens": bool(list(sandbox.tokens)),
        "limits": bool(sandbox.limiter.limits),
        "clock": sandbox.clock.iso() == "2026-01-01T00:01:00+00:00",
        "faults": bool(sandbox.faults.planted),
        "journal": len(sandbox.journal) > 0,
    }


EVERYTHING = KEPT_BY_RESET


@pytest.mark.parametrize("keep", [(), *((name,) for name in EVERYTHING), EVERYTHING])
def test_the_start_brings_everything_back_but_for_what_is_kept(
    api: httpx.Client, sandbox: Sandbox, keep: tuple[str, ...]
) -> None:
    all_changed(api)
    assert remains(sandbox) == dict.fromkeys(EVERYTHING, True)
    answer = api.post(f"{CONTROL}/reset", json={"keep": list(keep)})
    assert answer.json() == {"sandbox": "default", "to": "start"}
    assert remains(sandbox) == {name: name in keep for name in EVERYTHING}


def test_a_reset_to_a_snapshot_keeps_what_it_is_told_to(api: httpx.Client, sandbox: Sandbox) -> None:
    api.put(f"{CONTROL}/snapshots/before")
    all_changed(api)
    api.post(f"{CONTROL}/reset", json={"to": "before", "keep": ["catalog"]})
    assert remains(sandbox) == {**dict.fromkeys(EVERYTHING, True), "connections": False}


def test_after_a_snapshot_the_start_is_still_the_start(api: httpx.Client) -> None:
    api.post(PRODUCTS, json={"identifier": "one"})
    api.put(f"{CONTROL}/snapshots/one")
    api.post(PRODUCTS, json={"identifier": "two"})
    api.post(f"{CONTROL}/snapshots/one/restore")
    api.post(f"{CONTROL}/reset", json={"keep": ["tokens"]})
    assert identifiers(api) == []
    assert [item["name"] for item in api.get(f"{CONTROL}/snapshots").json()["items"]] == ["one"]


@pytest.mark.parametrize(
    ("method", "path", "told", "status", "detail"),
    [
        ("PUT", "snapshots/start", {}, 422, '"start" is what a reset goes back to: choose another name'),
        ("PUT", "snapshots/a%20b", {}, 422, '"a b" is no name: use letters, digits, ".", "_" and "-", 100 at most'),
        ("POST", "snapshots/none/restore", {}, 404, 'there is no snapshot "none": did you mean "known"?'),
        ("DELETE", "snapshots/none", None, 404, 'there is no snapshot "none": did you mean "known"?'),
        ("POST", "reset", {"to": "none"}, 404, 'there is no snapshot "none": write one of start, known'),
        ("POST", "reset", {"keep": ["token"]}, 422, f'"keep" is a list of: {", ".join(EVERYTHING)}'),
        ("POST", "reset", {"keep": "tokens"}, 422, f'"keep" is a list of: {", ".join(EVERYTHING)}'),
        ("POST", "reset", {"sandbox": "other"}, 404, 'there is no sandbox "other"'),
    ],
)
def test_what_is_not_there_is_told(
    api: httpx.Client, method: str, path: str, told: dict[str, object] | None, status: int, detail: str
) -> None:
    api.put(f"{CONTROL}/snapshots/known")
    refused = api.request(method, f"{CONTROL}/{path}", json=told)
    assert (refused.status_code, refused.json()["detail"]) == (status, detail)


def test_a_data_folder_holds_what_was_restored(tmp_path: Path) -> None:
    settings = Settings(catalog="minimal", clock="frozen", data=tmp_path)

    first = create_app(settings)
    with client(first) as api:
        api.post(PRODUCTS, json={"identifier": "one"})
        api.post(f"{CONTROL}/connections", json={"code": "early"})
        api.put(f"{CONTROL}/snapshots/one")
        api.delete(f"{PRODUCTS}/one")
        api.post(PRODUCTS, json={"identifier": "two"})
        api.delete(f"{CONTROL}/connections/early")
        api.post(f"{CONTROL}/connections", json={"code": "late"})
        api.post(f"{CONTROL}/snapshots/one/restore")
        bearer = api.headers["Authorization"]
    first.close()
    second = create_app(settings)
    with client(second) as api:
        # The token has survived both.
        api.headers["Authorization"] = bearer
        assert identifiers(api) == ["one"]
        assert [one["code"] for one in api.get(f"{CONTROL}/connections").json()["items"]] == [
            "mock_connection",
            "early",
        ]
        api.post(PRODUCTS, json={"identifier": "three"})
        api.post(f"{CONTROL}/reset", json={})
    second.close()
    third = create_app(settings)
    with client(third) as api:
        assert identifiers(api) == ["one"]
    third.close()
