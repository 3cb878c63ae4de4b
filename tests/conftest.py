"""What all tests stand on: an application with the minimal catalog and a clock that stands still, and its client."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, settings

from mock_akeneo.app import App, create_app
from mock_akeneo.core.settings import Settings
from mock_akeneo.sandbox.sandbox import Sandbox
from tests.asgi import AsgiTransport

# A busy machine is no fault of a law: examples take the time that they take, and are the same in every run.
settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.load_profile("steady")

# The catalog that the PIM's own tests stand on, as far as the structure goes.
TECHNICAL = Path(__file__).parent / "technical"


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


@pytest.fixture(scope="session")
def technical_app() -> App:
    return create_app(Settings(catalog=str(TECHNICAL), clock="frozen"))


@pytest.fixture
def technical(technical_app: App) -> Iterator[httpx.Client]:
    """A client on the technical catalog: `technical.get("/families")`. What a test does to it is undone."""
    with client(technical_app) as connected:
        connected.base_url = httpx.URL("http://localhost/api/rest/v1/")
        yield connected
    technical_app.sandboxes.default.reset()


def client(app: App) -> httpx.Client:
    """A client of `app` with a fresh token of its first connection."""
    sandbox = app.sandboxes.default
    connection = next(iter(sandbox.connections.by_code.values()))
    token = sandbox.issue(connection, connection)["access_token"]
    return httpx.Client(
        transport=AsgiTransport(app), base_url="http://localhost", headers={"Authorization": f"Bearer {token}"}
    )


def version(name: str) -> httpx.Client:
    """A client on the technical catalog of that version of the PIM, `7.0`."""
    connected = client(create_app(Settings(catalog=str(TECHNICAL), clock="frozen", pim_version=name)))
    connected.base_url = httpx.URL("http://localhost/api/rest/v1/")
    return connected
