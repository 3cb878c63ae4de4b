"""`--data` on a disk that fails: what was refused has not happened, in memory and in the folder alike."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mock_akeneo.app import App, create_app
from mock_akeneo.core.settings import Settings
from tests.asgi import AsgiTransport
from tests.conftest import client

API = "/api/rest/v1"
CONTROL = "/_mock/v1"
LINES = {"Content-Type": "application/vnd.akeneo.collection+json"}
REASON = "Nothing of this call was kept, for it could not be written: disk I/O error."


class Failing:
    """A database of which some statements fail: the nth from now on, or those of a word (`COMMIT`)."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.fails: Collection[int | str] = ()
        self.passed = 0

    @property
    def in_transaction(self) -> bool:
        return self._db.in_transaction

    def execute(self, statement: str, *more: Any) -> sqlite3.Cursor:
        word, number = statement.split()[0], self.passed
        if word != "SELECT":
            self.passed += 1
            if number in self.fails or word in self.fails:
                raise sqlite3.OperationalError("disk I/O error")
        return self._db.execute(statement, *more)

    def close(self) -> None:
        self._db.close()


class Pim:
    """A PIM with a data folder, and the hand on its disk."""

    def __init__(self, folder: Path, **more: Any) -> None:
        self.folder = folder
        self.app = create_app(Settings(catalog="demo", clock="frozen", data=folder, **more))
        keeping = self.app.sandboxes.default.keeping
        assert keeping is not None
        self.disk = Failing(keeping.disk._db)
        keeping.disk._db = self.disk  # type: ignore[assignment]
        self.api = client(self.app)
        self.app.sandboxes.commit()

    def killed(self) -> App:
        """What a server finds after `kill -9`: the files as they are now."""
        copy = self.folder.with_name("killed")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.folder, copy)
        return create_app(Settings(clock="frozen", data=copy))


@pytest.fixture
def pim(tmp_path: Path) -> Iterator[Pim]:
    made = Pim(tmp_path / "data")
    yield made
    made.api.close()
    made.app.close()


def held(app: App, bearer: str) -> dict[str, Any]:
    """All that it holds, asked from outside with a token that was there before."""
    with httpx.Client(
        transport=AsgiTransport(app), base_url="http://localhost", headers={"Authorization": bearer}
    ) as api:
        disabled = {"search": '{"enabled":[{"operator":"=","value":false}]}', "with_count": "true"}
        return {
            "catalog": api.get(f"{CONTROL}/catalog/export").text,
            **{
                what: api.get(f"{CONTROL}/{what}").json()["items"]
                for what in ("connections", "tokens", "webhooks/subscriptions")
            },
            "found": api.get(f"{API}/products", params=disabled).json()["items_count"],
            "models": api.get(f"{API}/product-models?limit=100").json()["_embedded"]["items"],
        }


def files(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in (folder / "media").rglob("*") if file.is_file())


def first_model(api: httpx.Client) -> str:
    return str(api.get(f"{API}/product-models?limit=1").json()["_embedded"]["items"][0]["code"])


def granting(api: httpx.Client) -> httpx.Response:
    told = {"grant_type": "password", "username": "mock_user", "password": "mock_password"}
    return api.post("/api/oauth/v1/token", auth=("1_mock_client", "mock_secret"), json=told)


def refreshing(api: httpx.Client) -> httpx.Response:
    told = {"grant_type": "refresh_token", "refresh_token": api.headers["X-Refresh"]}
    return api.post("/api/oauth/v1/token", auth=("1_mock_client", "mock_secret"), json=told)


# What may be written, from both sides.
WRITES: dict[str, Callable[[httpx.Client], httpx.Response]] = {
    "POST product": lambda api: api.post(f"{API}/products", json={"identifier": "new", "enabled": False}),
    "PATCH product": lambda api: api.patch(f"{API}/products/first", json={"enabled": False}),
    "PATCH products": lambda api: api.patch(
        f"{API}/products",
        content=b'{"identifier":"new","enabled":false}\n{"identifier":"first","enabled":false}',
        headers=LINES,
    ),
    "rename a product": lambda api: api.patch(f"{API}/products/first", json={"identifier": "renamed"}),
    "DELETE product": lambda api: api.delete(f"{API}/products/first"),
    "DELETE model": lambda api: api.delete(f"{API}/product-models/{first_model(api)}"),
    "POST category": lambda api: api.post(f"{API}/categories", json={"code": "new"}),
    "PATCH channel": lambda api: api.patch(f"{API}/channels/ecommerce", json={"locales": ["en_US"]}),
    "POST media file": lambda api: api.post(
        f"{API}/media-files",
        files={"file": ("a.png", b"\x89PNG\r\n\x1a\n")},
        data={"product": '{"identifier":"first","attribute":"picture","locale":null,"scope":null}'},
    ),
    "POST token": granting,
    "refresh a token": refreshing,
    "expire tokens": lambda api: api.post(f"{CONTROL}/tokens/expire", json={"connection": "other"}),
    "revoke tokens": lambda api: api.post(f"{CONTROL}/tokens/revoke", json={"connection": "other"}),
    "make a token": lambda api: api.post(f"{CONTROL}/tokens", json={"connection": "other"}),
    "make a connection": lambda api: api.post(f"{CONTROL}/connections", json={"code": "new"}),
    "change a connection": lambda api: api.patch(
        f"{CONTROL}/connections/other", json={"label": "Another", "role": {"pim_api_product_edit": False}}
    ),
    "delete a connection": lambda api: api.delete(f"{CONTROL}/connections/other"),
    "a new secret": lambda api: api.post(f"{CONTROL}/connections/other/regenerate-secret"),
    "a new password": lambda api: api.post(f"{CONTROL}/connections/other/regenerate-password"),
    "subscribe": lambda api: api.post(f"{CONTROL}/webhooks/subscriptions", json={"url": "http://127.0.0.1:1/a"}),
    "unsubscribe": lambda api: api.delete(f"{CONTROL}/webhooks/subscriptions/{api.headers['X-Subscription']}"),
    "reset": lambda api: api.post(f"{CONTROL}/reset", json={"keep": ["tokens"]}),
    "restore": lambda api: api.post(f"{CONTROL}/snapshots/early/restore"),
    "import": lambda api: api.post(f"{CONTROL}/catalog/import", json={"catalog": "minimal"}),
    "generate": lambda api: api.post(f"{CONTROL}/catalog/generate", json={"products": 20}),
}


def prepared(pim: Pim) -> None:
    """Something of everything: for each of the writes there is what it needs."""
    api = pim.api
    assert api.put(f"{CONTROL}/snapshots/early").status_code == 201
    picture = {"code": "picture", "type": "pim_catalog_image", "group": "other", "allowed_extensions": ["png"]}
    assert api.post(f"{API}/attributes", json=picture).status_code == 201
    assert api.post(f"{API}/products", json={"identifier": "first"}).status_code == 201
    assert api.post(f"{CONTROL}/connections", json={"code": "other"}).status_code == 201
    assert api.post(f"{CONTROL}/tokens", json={"connection": "other"}).status_code == 201
    api.headers["X-Refresh"] = granting(api).json()["refresh_token"]
    made = api.post(f"{CONTROL}/webhooks/subscriptions", json={"url": "http://127.0.0.1:1/b"})
    api.headers["X-Subscription"] = made.json()["id"]


@pytest.mark.parametrize("name", WRITES)
def test_a_write_that_is_not_kept_has_not_happened_and_happens_when_it_is_repeated(name: str, pim: Pim) -> None:
    """The statements of its commit fail in turn: the first, the second, the third, the last."""
    prepared(pim)
    write, bearer = WRITES[name], pim.api.headers["Authorization"]
    before, media = held(pim.app, bearer), files(pim.folder)
    for fails in (0, 1, 2, "COMMIT"):
        pim.disk.fails, pim.disk.passed = (fails,), 0
        answer = write(pim.api)
        pim.disk.fails = ()
        assert answer.status_code == 500
        if CONTROL in str(answer.url):
            told = "nothing was generated: disk I/O error" if name == "generate" else REASON
            assert answer.json() == {"type": "about:blank", "title": "Error", "status": 500, "detail": told}
        else:
            assert answer.json() == {"code": 500, "message": REASON}
        assert held(pim.app, bearer) == before
        # What is generated is kept piece by piece: it is removed again, but its files stay.
        assert files(pim.folder) == media or name == "generate"
    assert write(pim.api).is_success
    after = held(pim.app, bearer)
    assert after != before
    found = pim.killed()
    assert held(found, bearer) == after
    found.close()


def test_a_disk_that_cannot_even_roll_back_writes_on_as_soon_as_it_can(pim: Pim) -> None:
    prepared(pim)
    bearer = pim.api.headers["Authorization"]
    before = held(pim.app, bearer)
    pim.disk.fails = ("COMMIT", "ROLLBACK")
    model = first_model(pim.api)
    assert pim.api.delete(f"{API}/product-models/{model}").status_code == 500
    assert pim.api.get(f"{API}/product-models/{model}").status_code == 200
    assert pim.api.post(f"{API}/products", json={"identifier": "new"}).status_code == 500
    assert pim.api.get(f"{API}/products/new").status_code == 404
    pim.disk.fails = ()
    assert pim.api.patch(f"{API}/products/first", json={"enabled": False}).status_code == 204
    assert pim.api.patch(f"{API}/products/first", json={"enabled": True}).status_code == 204
    # The order of creation is as before, too.
    assert held(pim.app, bearer) == before
    found = pim.killed()
    assert held(found, bearer) == before
    found.close()


def test_the_journal_tells_why_nothing_was_kept_and_events_are_not_told(
    pim: Pim, caplog: pytest.LogCaptureFixture
) -> None:
    prepared(pim)
    pim.disk.fails = ("COMMIT",)
    assert pim.api.patch(f"{API}/products", content=b'{"identifier":"new"}', headers=LINES).status_code == 500
    entry = pim.api.get(f"{CONTROL}/requests").json()["items"][-1]
    assert (entry["status"], entry["lines"]) == (500, None)
    told = pim.api.get(f"{CONTROL}/requests/{entry['id']}").json()
    assert told["hint"] == f"{REASON} All is as it was before, and reads go on: make room, and repeat the call."
    assert caplog.messages[-1] == f"PATCH {API}/products was refused: {REASON}"
    pim.disk.fails = ()
    assert pim.api.patch(f"{API}/products", content=b'{"identifier":"newer"}', headers=LINES).status_code == 200
    while not (deliveries := pim.api.get(f"{CONTROL}/webhooks/deliveries").json()["items"]):
        continue
    assert [len(delivery["events"]) for delivery in deliveries] == [1]


def test_what_is_done_between_two_calls_is_kept_too_or_not_done(pim: Pim) -> None:
    """A move of a scenario, and a fault that ends tokens: no call of its own commits them."""
    bearer = pim.api.headers["Authorization"]
    move = {"after": {"operation": "products.get"}, "do": "create", "products": [{"identifier": "moved"}]}
    scenario = {"name": "mine", "about": "A product comes in mid-run.", "moves": [move]}
    assert pim.api.post(f"{CONTROL}/scenarios", json=scenario).status_code == 201
    for fails, status in ((("COMMIT",), 404), ((), 200)):
        assert pim.api.post(f"{CONTROL}/scenarios/mine/play").status_code == 200
        pim.disk.fails = fails
        pim.api.get(f"{API}/products/nothing")
        pim.disk.fails = ()
        assert pim.api.get(f"{API}/products/moved").status_code == status
        found = pim.killed()
        assert held(found, bearer) == held(pim.app, bearer)
        found.close()


def test_a_mistake_of_the_server_leaves_nothing_half_written(pim: Pim, monkeypatch: pytest.MonkeyPatch) -> None:
    before = held(pim.app, bearer := pim.api.headers["Authorization"])

    def mistaken(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("mock_akeneo.resources.products.tell", mistaken)
    answer = pim.api.post(f"{API}/products", json={"identifier": "new"})
    assert (answer.status_code, answer.json()) == (500, {"code": 500, "message": "Internal Server Error"})
    assert held(pim.app, bearer) == before
