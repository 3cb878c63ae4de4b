"""`--data`: an acknowledged write outlives the process, and nothing is half there."""

from __future__ import annotations

import json
import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.test_serve import run, serving

WRITERS = 10


@contextmanager
def client(ready: dict[str, Any], token: str | None = None) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=ready["base_url"], trust_env=False, timeout=10) as http:
        if token is None:
            token = http.post(
                "/api/oauth/v1/token",
                auth=(ready["client_id"], ready["secret"]),
                json={"grant_type": "password", "username": ready["username"], "password": ready["password"]},
            ).json()["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        yield http


def lines(products: list[dict[str, Any]]) -> bytes:
    return b"\n".join(json.dumps(product).encode() for product in products)


def test_every_acknowledged_write_survives_a_kill(tmp_path: Path) -> None:
    """Ten writers at once, killed in the middle of it: what was answered is there, and whole, after a restart."""
    acknowledged: list[tuple[str, bool]] = []
    folder = str(tmp_path / "data")

    def write(writer: int, ready: dict[str, Any], token: str) -> None:
        with client(ready, token) as http:
            try:
                for number in range(10_000):
                    enabled = number % 2 == 0
                    batch = [{"identifier": f"w{writer}-{number}-{i}", "enabled": enabled} for i in range(3)]
                    answer = http.patch(
                        "/api/rest/v1/products",
                        content=lines(batch),
                        headers={"Content-Type": "application/vnd.akeneo.collection+json"},
                    )
                    assert [json.loads(line)["status_code"] for line in answer.text.split("\n")] == [201] * 3
                    acknowledged.extend((str(product["identifier"]), enabled) for product in batch)
            except httpx.HTTPError:
                return

    with serving("--data", folder) as (ready, process):
        with client(ready) as http:
            token = http.headers["Authorization"].removeprefix("Bearer ")
        writers = [threading.Thread(target=write, args=(n, ready, token)) for n in range(WRITERS)]
        for writer in writers:
            writer.start()
        while len(acknowledged) < 300:
            writers[0].join(0.01)
        process.kill()
        for writer in writers:
            writer.join()

    with serving("--data", folder) as (ready, _), client(ready, token) as http:
        # The token has survived too.
        stored: dict[str, bool] = {}
        url = "/api/rest/v1/products?pagination_type=search_after&limit=100"
        while url:
            page = http.get(url).json()
            stored |= {item["identifier"]: item["enabled"] for item in page["_embedded"]["items"]}
            url = page["_links"].get("next", {}).get("href", "")
    assert len(acknowledged) >= 300
    assert {identifier: stored.get(identifier) for identifier, _ in acknowledged} == dict(acknowledged)
    # A batch is kept whole or not at all.
    batches: dict[str, int] = {}
    for identifier in stored:
        batches[identifier.rpartition("-")[0]] = batches.get(identifier.rpartition("-")[0], 0) + 1
    assert set(batches.values()) == {3}


def test_connections_and_rights_are_kept_and_a_deleted_product_stays_away(tmp_path: Path) -> None:
    folder = str(tmp_path / "data")
    with serving("--data", folder) as (ready, _), client(ready) as http:
        assert http.post("/api/rest/v1/products", json={"identifier": "gone"}).status_code == 201
        assert http.delete("/api/rest/v1/products/gone").status_code == 204
        made = http.post("/_mock/v1/connections", json={"code": "shop", "role": {"pim_api_product_edit": False}}).json()
    with serving("--data", folder) as (ready, _):
        mine = {**ready, "client_id": made["client_id"], "secret": made["secret"]}
        mine |= {"username": made["username"], "password": made["password"]}
        with client(mine) as http:
            assert http.get("/api/rest/v1/products/gone").status_code == 404
            answer = http.post("/api/rest/v1/products", json={"identifier": "new"})
            assert answer.json() == {
                "code": 403,
                "message": "Access forbidden. You are not allowed to create or update products.",
            }


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits the files of another process")
def test_what_a_full_disk_refuses_has_not_happened_and_what_is_acknowledged_then_survives_a_kill(
    tmp_path: Path,
) -> None:
    """As when a product was told 500, its retry 204, and it was gone after `kill -9`."""
    folder = str(tmp_path / "data")
    with serving("--data", folder) as (ready, process), client(ready) as http:

        def may_write(size: int) -> None:
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

        assert http.post("/api/rest/v1/products", json={"identifier": "before"}).status_code == 201
        may_write(8192)
        refused = http.post("/api/rest/v1/products", json={"identifier": "new"})
        assert refused.json()["message"].startswith("Nothing of this call was kept, for it could not be written: ")
        assert (refused.status_code, refused.headers["Content-Type"]) == (500, "application/json")
        assert http.post("/_mock/v1/connections", json={"code": "shop"}).status_code == 500
        assert http.get("/api/rest/v1/products/new").status_code == 404
        assert http.get("/api/rest/v1/products/before").status_code == 200
        may_write(resource.RLIM_INFINITY)
        assert http.patch("/api/rest/v1/products/new", json={"enabled": False}).status_code == 201
        associated = {"associations": {"PACK": {"products": ["new"]}}}
        assert http.patch("/api/rest/v1/products/before", json=associated).status_code == 204
        process.kill()
        process.wait()
        token = http.headers["Authorization"].removeprefix("Bearer ")
    with serving("--data", folder) as (ready, _), client(ready, token) as http:
        assert http.get("/api/rest/v1/products/new").json()["enabled"] is False
        assert http.get("/api/rest/v1/products/before").json()["associations"]["PACK"]["products"] == ["new"]
        assert [one["code"] for one in http.get("/_mock/v1/connections").json()["items"]] == ["mock_connection"]


@pytest.mark.parametrize("sync", ["normal", "full"])
def test_a_server_that_ends_leaves_one_file(tmp_path: Path, sync: str) -> None:
    with serving("--data", str(tmp_path), "--sync", sync) as (ready, process), client(ready) as http:
        http.post("/api/rest/v1/products", json={"identifier": "one"})
        assert sorted(file.name for file in tmp_path.iterdir()) == ["catalog.sqlite3", "catalog.sqlite3-wal"]
        process.terminate()
        assert process.wait(20) == 0
    assert [file.name for file in tmp_path.iterdir()] == ["catalog.sqlite3"]


def test_a_folder_that_another_server_uses_is_refused(tmp_path: Path) -> None:
    with serving("--data", str(tmp_path)):
        done = run("serve", "--catalog", "minimal", "--port", "0", "--data", str(tmp_path))
    assert done.returncode == 2
    assert done.stderr == (
        f"Error: cannot use the data folder {tmp_path}: database is locked; is another server using it?\n"
    )


def test_what_a_data_folder_holds_is_for_its_owner_alone(tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.mkdir(mode=0o755)
    for folder, mode in ((tmp_path / "made", 0o700), (given, 0o755)):
        with serving("--data", str(folder)) as (ready, _), client(ready) as http:
            http.post("/api/rest/v1/products", json={"identifier": "one"})
            assert {file.stat().st_mode & 0o777 for file in folder.glob("catalog.sqlite3*")} == {0o600}
        assert folder.stat().st_mode & 0o777 == mode
