"""What a real PIM answered, we answer: exchanges that were recorded from a real PIM (Community Edition, 2024-04-08)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mock_akeneo.app import App, create_app
from mock_akeneo.core.settings import Settings
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.sandbox.snapshots import Snapshot
from tests.asgi import AsgiTransport
from tests.truths.exchange import Player

HERE = Path(__file__).parent
FILES = sorted(path.stem for path in (HERE / "recorded").glob("*.jsonl") if path.stem != "base")
ALL = "*"


def recorded(name: str) -> list[Any]:
    return [json.loads(row) for row in (HERE / "recorded" / f"{name}.jsonl").read_text("utf-8").splitlines()]


def disagreeing(name: str) -> set[str]:
    """The ids on which we are known not to agree; `*`: the whole file. What follows an id says why."""
    rows = (HERE / "disagree" / f"{name}.txt").read_text("utf-8").splitlines()
    return {row.split()[0] for row in rows if row and not row.startswith("#")}


class Stage:
    """A PIM that holds what all exchanges stand on, and can go back to it."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.api = httpx.Client(transport=AsgiTransport(app), base_url="http://localhost")
        for step in recorded("base"):
            answer = self._player().send(step, [])
            assert {json.loads(row)["status_code"] for row in answer.text.splitlines()} <= {201, 204}, answer.text
        self._snapshot: Snapshot = self._sandbox.snapshot()

    @property
    def _sandbox(self) -> Sandbox:
        return self._app.sandboxes.default

    def _player(self) -> Player:
        connection = next(iter(self._sandbox.connections.by_code.values()))
        credentials = {
            "client_id": connection.client_id,
            "secret": connection.secret,
            "username": connection.username,
            "password": connection.password,
            "token": self._sandbox.issue(connection, connection)["access_token"],
        }
        return Player(self.api, credentials, self._sandbox.clock.now)

    def differences(self, exchange: Any) -> list[str]:
        self._sandbox.restore(self._snapshot)
        return self._player().differences(exchange)


@pytest.fixture(scope="module")
def stages() -> Iterator[dict[str, Stage]]:
    """By version of the PIM, each made when it is first asked for."""
    made: dict[str, Stage] = {}
    yield made
    for stage in made.values():
        stage.api.close()


@pytest.mark.parametrize("name", FILES)
def test_what_a_real_pim_answered_we_answer(name: str, stages: dict[str, Stage]) -> None:
    known = disagreeing(name)
    wrong: dict[str, Any] = {}
    for exchange in recorded(name):
        version = exchange.get("pim_version") or "saas"
        if version not in stages:
            stages[version] = Stage(create_app(Settings(catalog="minimal", clock="frozen", pim_version=version)))
        found = stages[version].differences(exchange)
        if ALL in known:
            continue
        if found and exchange["id"] not in known:
            wrong[exchange["id"]] = {"note": exchange["note"], "source": exchange["source"], "differences": found}
        elif not found and exchange["id"] in known:
            wrong[exchange["id"]] = f"agrees by now: strike it from disagree/{name}.txt"
    assert not wrong, json.dumps(wrong, indent=1, ensure_ascii=False)
