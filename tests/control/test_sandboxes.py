"""Sandboxes over the control plane: isolated, from any catalog, on the shared port or one of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import httpx
import pytest

from mock_akeneo.app import App
from mock_akeneo.core.settings import Settings
from mock_akeneo.seeding.loader import folder_of
from mock_akeneo.server import Server

PRODUCTS = "/api/rest/v1/products"
SANDBOXES = "/_mock/v1/sandboxes"
CREDENTIALS = ("client_id", "secret", "username", "password")


def token_of(http: httpx.Client, made: dict[str, Any]) -> dict[str, str]:
    """The header of a fresh token."""
    answer = http.post(
        "/api/oauth/v1/token",
        auth=(made["client_id"], made["secret"]),
        json={"grant_type": "password", "username": made["username"], "password": made["password"]},
    )
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@pytest.fixture
def http(api: httpx.Client) -> httpx.Client:
    """Without a token."""
    del api.headers["Authorization"]
    return api


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(Settings(port=0, catalog="minimal")) as server:
        yield server


@pytest.fixture
def shared(server: Server) -> Iterator[httpx.Client]:
    """A client of the port that all sandboxes share."""
    with httpx.Client(base_url=server.base_url, trust_env=False) as http:
        yield http


def test_a_sandbox_is_made_shown_and_deleted(http: httpx.Client) -> None:
    made = http.post(SANDBOXES, json={"name": "shop"})
    assert made.status_code == 201
    body = made.json()
    assert body == {
        "name": "shop",
        "base_url": "http://localhost",
        "client_id": body["client_id"],
        "secret": body["secret"],
        "username": body["username"],
        "password": body["password"],
    }
    assert len({*body.values()}) == 6
    shown = {
        "name": "shop",
        "base_url": "http://localhost",
        "own_port": False,
        "connections": 1,
        "products": 0,
        "requests": 0,
        "snapshots": [],
    }
    assert http.get(f"{SANDBOXES}/shop").json() == shown
    assert http.get(SANDBOXES).json() == {"items": [{**shown, "name": "default"}, shown]}
    assert http.delete(f"{SANDBOXES}/shop").status_code == 204
    assert http.get(f"{SANDBOXES}/shop").status_code == 404
    assert http.get("/_mock/v1/clock?sandbox=shop").status_code == 404


def test_credentials_choose_the_sandbox_and_die_with_it(http: httpx.Client) -> None:
    first, second = (http.post(SANDBOXES, json={}).json() for _ in range(2))
    assert (first["name"], second["name"]) == ("sandbox-1", "sandbox-2")
    bearers = [token_of(http, first), token_of(http, second)]
    assert http.post(PRODUCTS, json={"identifier": "one"}, headers=bearers[0]).status_code == 201
    assert [http.get(f"{PRODUCTS}/one", headers=bearer).status_code for bearer in bearers] == [200, 404]
    assert http.get(SANDBOXES).json()["items"][0]["requests"] == 0
    http.delete(f"{SANDBOXES}/sandbox-1")
    assert [http.get(PRODUCTS, headers=bearer).status_code for bearer in bearers] == [401, 200]
    refused = http.post(
        "/api/oauth/v1/token", auth=(first["client_id"], first["secret"]), json={"grant_type": "password"}
    )
    assert refused.json()["code"] == 422
    # Both fell to the sandbox of those whom nobody knows.
    assert http.get(SANDBOXES).json()["items"][0]["requests"] == 2


def test_a_header_places_calls_that_name_no_known_client(http: httpx.Client) -> None:
    made = http.post(SANDBOXES, json={"name": "shop"}).json()
    bearer = token_of(http, http.post(SANDBOXES, json={"name": "other"}).json())
    assert http.get(PRODUCTS, headers={"X-Mock-Sandbox": "shop"}).status_code == 401
    assert http.get(PRODUCTS, headers={"X-Mock-Sandbox": "shop", **bearer}).status_code == 200
    requests = {item["name"]: item["requests"] for item in http.get(SANDBOXES).json()["items"]}
    assert requests == {"default": 0, made["name"]: 1, "other": 2}


def test_a_sandbox_begins_with_the_catalog_of_the_start_whatever_was_written_since(
    http: httpx.Client, pim: App
) -> None:
    default = {
        "client_id": "1_mock_client",
        "secret": "mock_secret",
        "username": "mock_user",
        "password": "mock_password",
    }
    bearer = token_of(http, default)
    http.patch("/api/rest/v1/channels/ecommerce", json={"locales": ["de_DE"]}, headers=bearer)
    http.post(PRODUCTS, json={"identifier": "late"}, headers=bearer)
    http.get(f"{PRODUCTS}/late", headers=bearer)
    made = token_of(http, http.post(SANDBOXES, json={}).json())
    assert http.get(f"{PRODUCTS}/late", headers=made).status_code == 404
    assert http.get("/api/rest/v1/channels/ecommerce", headers=made).json()["locales"] == ["en_US"]


def test_a_sandbox_is_made_from_another_or_from_a_snapshot(http: httpx.Client) -> None:
    bearer = token_of(http, http.post(SANDBOXES, json={"name": "first"}).json())
    http.post(PRODUCTS, json={"identifier": "one"}, headers=bearer)
    http.put("/_mock/v1/snapshots/with-one?sandbox=first")
    http.delete(f"{PRODUCTS}/one", headers=bearer)
    http.post(PRODUCTS, json={"identifier": "two"}, headers=bearer)
    made = {
        "now": http.post(SANDBOXES, json={"from": "first"}).json(),
        "then": http.post(f"{SANDBOXES}?sandbox=first", json={"from": "with-one"}).json(),
    }
    held = {
        name: [http.get(f"{PRODUCTS}/{code}", headers=token_of(http, one)).status_code for code in ("one", "two")]
        for name, one in made.items()
    }
    assert held == {"now": [404, 200], "then": [200, 404]}
    assert http.post(f"{SANDBOXES}?sandbox=first", json={"from": "nothing"}).json()["detail"] == (
        'there is no snapshot and no sandbox "nothing"'
    )


def test_a_catalog_is_read_once_and_again_when_its_files_have_changed(http: httpx.Client, tmp_path: Path) -> None:
    def products(number: int) -> int:
        lines = "".join(f'{{"identifier":"p{n}","values":{{}}}}\n' for n in range(number))
        (tmp_path / "products.jsonl").write_text(lines)
        name = http.post(SANDBOXES, json={"catalog": str(tmp_path)}).json()["name"]
        found: int = http.get(f"{SANDBOXES}/{name}").json()["products"]
        return found

    copytree(folder_of("minimal"), tmp_path, dirs_exist_ok=True)
    assert [products(1), products(3)] == [1, 3]


@pytest.mark.parametrize(
    ("asked", "status", "detail"),
    [
        ({"name": "default"}, 409, 'there is a sandbox "default" already'),
        ({"name": "a/b"}, 422, '"a/b" is no name: use letters, digits, ".", "_" and "-", 100 at most'),
        ({"name": 1}, 422, '"name" is a text'),
        ({"catalog": "dmo"}, 422, 'there is no catalog "dmo": give demo, minimal, or a folder of JSON lines'),
        ({"catalog": "demo", "from": "default"}, 422, 'give "catalog" or "from"'),
        ({"port": "8080"}, 422, '"port" is a port, or 0 for a free one'),
        ({"port": 0}, 409, "this application is served on no port, so it cannot open another"),
        ({"nme": "x"}, 422, 'unknown member "nme": did you mean "name"?'),
    ],
)
def test_what_cannot_be_made_is_refused_and_leaves_nothing(
    http: httpx.Client, asked: dict[str, object], status: int, detail: str
) -> None:
    refused = http.post(SANDBOXES, json=asked)
    assert (refused.status_code, refused.json()["detail"]) == (status, detail)
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert [item["name"] for item in http.get(SANDBOXES).json()["items"]] == ["default"]


def test_the_default_sandbox_stays(http: httpx.Client) -> None:
    refused = http.delete(f"{SANDBOXES}/default")
    assert (refused.status_code, refused.json()["detail"]) == (
        409,
        'the sandbox "default" stays: reset it instead',
    )


# Ports of their own


def test_every_call_on_its_own_port_belongs_to_a_sandbox(server: Server, shared: httpx.Client) -> None:
    made = shared.post(SANDBOXES, json={"port": 0}).json()
    assert made["base_url"] != server.base_url
    with httpx.Client(base_url=made["base_url"], trust_env=False) as own:
        # Another sandbox's client and token are unknown there.
        assert own.post("/api/oauth/v1/token", auth=("1_mock_client", "mock_secret"), json={}).status_code == 422
        foreign = server.call(server.sandbox.issue, *[next(iter(server.sandbox.connections.by_code.values()))] * 2)
        answer = own.get(PRODUCTS, headers={"Authorization": f"Bearer {foreign['access_token']}"})
        assert (answer.status_code, answer.json()["message"]) == (401, "The access token provided is invalid.")
        assert own.get(PRODUCTS, headers={"X-Mock-Sandbox": "default"}).status_code == 401
        assert own.get(PRODUCTS, headers=token_of(own, made)).status_code == 200
        # The control plane means this sandbox there.
        assert own.get("/_mock/v1/requests").json()["items"][-1]["sandbox"] == made["name"]
        calls = shared.get(f"/_mock/v1/requests?sandbox={made['name']}").json()["items"]
        assert [(call["operation"], call["connection"], call["status"]) for call in calls] == [
            ("token", None, 422),
            ("products.list", None, 401),
            ("products.list", None, 401),
            ("token", "mock_connection", 200),
            ("products.list", "mock_connection", 200),
        ]
        # Its own credentials lead to it on the shared port as well.
        assert shared.get(PRODUCTS, headers=token_of(shared, made)).status_code == 200
        links = own.get(PRODUCTS, headers=token_of(own, made)).json()["_links"]
        assert links["first"]["href"].startswith(made["base_url"])
    shared.delete(f"{SANDBOXES}/{made['name']}")


def test_a_port_is_closed_with_its_sandbox(shared: httpx.Client) -> None:
    made = shared.post(SANDBOXES, json={"port": 0}).json()
    with httpx.Client(base_url=made["base_url"], trust_env=False) as kept_alive:
        assert kept_alive.get(PRODUCTS).status_code == 401
        assert shared.delete(f"{SANDBOXES}/{made['name']}").status_code == 204
        with pytest.raises(httpx.TransportError):
            kept_alive.get(PRODUCTS)
    with pytest.raises(httpx.ConnectError):
        httpx.get(made["base_url"], trust_env=False)
    # And may be taken again.
    port = int(made["base_url"].rpartition(":")[2])
    again = shared.post(SANDBOXES, json={"port": port}).json()
    assert again["base_url"] == made["base_url"]
    # Asked on the very port that it closes, a deletion is answered first.
    assert httpx.delete(f"{again['base_url']}{SANDBOXES}/{again['name']}", trust_env=False).status_code == 204


def test_a_taken_port_is_refused_and_leaves_nothing(server: Server, shared: httpx.Client) -> None:
    before = shared.get(SANDBOXES).json()
    refused = shared.post(SANDBOXES, json={"name": "late", "port": server.port})
    assert refused.status_code == 409
    assert refused.json()["detail"].startswith(f"cannot listen on 127.0.0.1:{server.port}: ")
    assert shared.get(SANDBOXES).json() == before


def test_a_sandbox_asked_for_on_an_own_port_lives_on_the_shared_one(server: Server, shared: httpx.Client) -> None:
    first = shared.post(SANDBOXES, json={"port": 0}).json()
    second = httpx.post(first["base_url"] + SANDBOXES, json={}, trust_env=False).json()
    assert second["base_url"] == server.base_url
    for made in (first, second):
        shared.delete(f"{SANDBOXES}/{made['name']}")


def test_a_new_sandbox_shows_the_start_whatever_has_changed_and_been_shown_since() -> None:
    with (
        Server(Settings(port=0, catalog="demo")) as server,
        httpx.Client(base_url=server.base_url, trust_env=False) as http,
    ):
        own = token_of(http, {name: getattr(server.settings, name) for name in CREDENTIALS})

        def listed(headers: dict[str, str]) -> Any:
            answer = http.get(f"{PRODUCTS}?limit=100", headers=headers)
            assert answer.status_code == 200, answer.text
            return answer.json()

        def new() -> Any:
            return listed(token_of(http, http.post(SANDBOXES, json={}).json()))

        start = listed(own)
        assert new() == start
        [channel] = http.get("/api/rest/v1/channels?limit=1", headers=own).json()["_embedded"]["items"]
        for change in ({"locales": channel["locales"][:1]}, {"locales": channel["locales"]}):
            changed = http.patch(f"/api/rest/v1/channels/{channel['code']}", json=change, headers=own)
            assert changed.status_code == 204, changed.text
            now = listed(own)
            assert new() == start
        assert now == start
        fewer = {"locales": channel["locales"][:1]}
        http.patch(f"/api/rest/v1/channels/{channel['code']}", json=fewer, headers=own)
        assert listed(own) != start
        assert new() == start
