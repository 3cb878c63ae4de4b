"""Catalog folders: checked, taken out of a running server, read from a PIM."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mock_akeneo.core.clock import Clock
from mock_akeneo.core.settings import Settings
from mock_akeneo.seeding.loader import folder_of, load
from mock_akeneo.server import Server
from tests.cli.test_clients import run, text, told
from tests.control.test_catalog import documents

# The command with files of 8 KB at most.
LIMITED = (
    "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192)); from mock_akeneo.cli import main; main()"
)
NAMELESS = "11111111-1111-4111-8111-111111111111"


@pytest.fixture(scope="module")
def demo() -> Iterator[Server]:
    with Server(Settings(port=0, catalog="demo", clock="frozen")) as server:
        yield server


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"CLIENT_ID": "1_mock_client", "SECRET": "mock_secret", "USERNAME": "mock_user"}.items():
        monkeypatch.setenv(f"AKENEO_{name}", value)
    monkeypatch.setenv("AKENEO_PASSWORD", "mock_password")


def test_a_good_catalog_is_good() -> None:
    assert text("catalog", "lint", "minimal") == "minimal is good\n"


def test_all_that_is_wrong_is_told_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "categories.jsonl").write_text('{"code":"master"}\n{"code":"two words"}\n{"code":\n[]\n')
    (tmp_path / "family.jsonl").write_text("")
    done = run("catalog", "lint", str(tmp_path))
    assert (done.exit_code, done.stdout.splitlines()) == (
        1,
        [
            f'{tmp_path}/family.jsonl: no resource is called so: did you mean "families"?',
            f"{tmp_path}/categories.jsonl:2: code: Category code may contain only letters, numbers and underscores",
            f"{tmp_path}/categories.jsonl:3: this line is no JSON: unexpected end of data: line 2 column 1 (char 9)",
            f"{tmp_path}/categories.jsonl:4: this line is no JSON object",
            f"{tmp_path}: there is no attributes.jsonl, so no main identifier: give one attribute of type "
            'pim_catalog_identifier "is_main_identifier": true',
        ],
    )
    listed = run("catalog", "lint", str(tmp_path), "--format", "json")
    assert len(json.loads(listed.stdout)["problems"]) == 5
    nowhere = run("catalog", "lint", str(tmp_path / "none"))
    assert (nowhere.exit_code, nowhere.stdout) == (2, "")


def test_what_is_exported_loads_to_the_same(demo: Server, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    counts = told("catalog", "export", str(folder), "--url", demo.base_url)
    assert (counts["products"], counts["media_files"]) == (188, 32)
    loaded = load(str(folder), Clock("frozen"))
    assert documents(loaded) == documents(demo.sandbox.catalog)
    code = next(iter(loaded["media_file"])).key
    assert loaded.media.content(code) == demo.sandbox.catalog.media.content(code)
    again = run("catalog", "export", str(folder), "--url", demo.base_url)
    assert (again.exit_code, again.stderr) == (2, f"Error: {folder} is not empty: choose a new folder\n")


@pytest.mark.usefixtures("credentials")
def test_a_pim_is_read_through_its_api_and_answers_the_same_from_the_folder(demo: Server, tmp_path: Path) -> None:
    folder = tmp_path / "read"
    done = run("catalog", "import", str(folder), "--from", demo.base_url)
    assert done.exit_code == 0, done.output
    assert "products: 188\n" in done.stderr
    assert text("catalog", "lint", str(folder)) == f"{folder} is good\n"
    with Server(Settings(port=0, catalog=str(folder), clock="frozen")) as copy:
        for path in (
            "products-uuid",
            "product-models",
            "families",
            "attributes",
            "attributes/brand/options",
            "categories?with_enriched_attributes=true",
        ):
            pages: list[Any] = []
            for server in (demo, copy):
                connection = next(iter(server.sandbox.connections.by_code.values()))
                token = server.call(server.sandbox.issue, connection, connection)["access_token"]
                bearer = {"Authorization": f"Bearer {token}"}
                url = httpx.URL(f"{server.base_url}/api/rest/v1/{path}").copy_merge_params({"limit": 100})
                page = httpx.get(url, headers=bearer, trust_env=False)
                pages.append(json.loads(page.text.replace(server.base_url, "")))
            assert pages[0] == pages[1], path
        for file in ("media_file", "category_media_file"):
            contents = [
                {one.key: server.sandbox.catalog.media.content(one.key) for one in server.sandbox.catalog[file]}
                for server in (demo, copy)
            ]
            assert contents[0] == contents[1]


@pytest.mark.usefixtures("credentials")
def test_a_part_of_a_pim_stands_alone(demo: Server, tmp_path: Path) -> None:
    folder = tmp_path / "part"
    counts = told("catalog", "import", str(folder), "--from", demo.base_url, "--products", "20", "--no-media")
    assert counts["products"] <= 20
    assert not (folder / "media").exists()
    assert text("catalog", "lint", str(folder)) == f"{folder} is good\n"


@pytest.mark.usefixtures("credentials")
def test_a_busy_pim_and_an_expired_token_are_met_with_patience(
    demo: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("mock_akeneo.cli.pim_reader.time.sleep", waits.append)
    control = f"{demo.base_url}/_mock/v1"
    busy = {"kind": "status", "status": 429, "retry_after": 7}
    for plan in (
        {"operation": "families.list", "steps": ["ok", busy, "503", "ok"]},
        {"operation": "products_uuid.list", "steps": ["ok", "expired_token"]},
    ):
        httpx.post(f"{control}/plans", json=plan, trust_env=False).raise_for_status()
    httpx.post(f"{control}/plans", json={"operation": "families.list", "steps": [busy]}, trust_env=False)
    counts = told("catalog", "import", str(tmp_path / "read"), "--from", demo.base_url, "--no-media")
    assert counts["products"] == 188
    assert 7 in waits
    httpx.delete(f"{control}/plans", trust_env=False)


def test_missing_credentials_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CLIENT_ID", "SECRET", "USERNAME", "PASSWORD"):
        monkeypatch.delenv(f"AKENEO_{name}", raising=False)
    done = run("catalog", "import", str(tmp_path / "x"), "--from", "http://127.0.0.1:9", "--client-id", "a")
    assert done.exit_code == 2
    assert "set AKENEO_SECRET, AKENEO_USERNAME, AKENEO_PASSWORD." in done.stderr


@pytest.mark.usefixtures("credentials")
def test_a_pim_that_is_not_there_or_refuses_ends_with_4(
    demo: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = run("catalog", "import", str(tmp_path / "a"), "--from", "http://127.0.0.1:9")
    assert (gone.exit_code, "gave up after ConnectError" in gone.stderr) == (4, True)
    monkeypatch.setenv("AKENEO_SECRET", "wrong")
    refused = run("catalog", "import", str(tmp_path / "b"), "--from", demo.base_url)
    assert (refused.exit_code, "gives no token: 422" in refused.stderr) == (4, True)


@pytest.mark.usefixtures("credentials")
def test_what_a_pim_does_not_name_or_has_lost_is_left_out_and_told(tmp_path: Path) -> None:
    """A model links a product without identifier, which its body cannot name; a media file is there without bytes."""
    source, folder = tmp_path / "source", tmp_path / "read"
    shutil.copytree(folder_of("demo"), source)
    lost = {
        "code": "l/o/s/t.png",
        "original_filename": "t.png",
        "mime_type": "image/png",
        "size": 1,
        "extension": "png",
    }
    with (source / "media_files.jsonl").open("a") as lines:
        lines.write(json.dumps(lost) + "\n")
    with Server(Settings(port=0, catalog=str(source), clock="frozen")) as server:
        connection = next(iter(server.sandbox.connections.by_code.values()))
        token = server.call(server.sandbox.issue, connection, connection)["access_token"]
        with httpx.Client(base_url=f"{server.base_url}/api/rest/v1", trust_env=False) as api:
            api.headers["Authorization"] = f"Bearer {token}"
            assert api.post("/products-uuid", json={"uuid": NAMELESS}).status_code == 201
            links = {"quantified_associations": {"SET_CONTENT": {"products": [{"uuid": NAMELESS, "quantity": 2}]}}}
            assert api.patch("/product-models/boot-alm", json=links).status_code == 204
            shown = api.get("/product-models/boot-alm").json()["quantified_associations"]
            assert shown["SET_CONTENT"]["products"] == [{"identifier": None, "quantity": 2}]
        done = run("catalog", "import", str(folder), "--from", server.base_url)
    assert done.exit_code == 0, done.output
    told = done.stderr.splitlines()
    assert "boot-alm: 1 of its links name nothing, as those to a product without identifier: left out" in told
    assert "l/o/s/t.png: the PIM has no such file: it is left out, and its download will be a 404 here, too" in told
    assert text("catalog", "lint", str(folder)) == f"{folder} is good\n"


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    limited = [sys.executable, "-c", LIMITED, "catalog", "generate", str(tmp_path / "new"), "--products", "200"]
    done = subprocess.run(limited, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(f"Error: {tmp_path}/new cannot be written: File too large\n")
