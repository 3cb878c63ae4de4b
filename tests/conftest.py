"""What all tests stand on: an application with the minimal catalog and a clock that stands still, and its client."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from mock_akeneo.app import App, create_app
from mock_akeneo.core.settings import Settings
from mock_akeneo.sandbox.sandbox import Sandbox
from tests.asgi import AsgiTransport


@pytest.fixture
def pim() -> App:
    return create_app(Settings(catalog="minimal", clock="frozen"))


@pytest.fixture
def sandbox(pim: App) -> Sandbox:
    return pim.sandboxes.default


@pytest.fixture
def api(pim: App) -> Iterator[httpx.Client]:
    """A client with a token: `api.get("/api/rest/v1/families")`."""
    with client(pim) as connected:
        yield connected


def client(app: App) -> httpx.Client:
    """A client of `app` with a fresh token of its first connection."""
    sandbox = app.sandboxes.default
    connection = next(iter(sandbox.connections.by_code.values()))
    token = sandbox.issue(connection, connection)["access_token"]
    return httpx.Client(
        transport=AsgiTransport(app), base_url="http://localhost", headers={"Authorization": f"Bearer {token}"}
    )
