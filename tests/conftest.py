"""What all tests stand on: an application with the minimal catalog and a clock that stands still, and its client."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

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

SLOW: Final = (
    "contract_tests/test_second_connector.py",
    "contract_tests/",
    "tests/test_blocks.py",
    "tests/contract/test_plugin.py",
    "tests/contract/test_explore.py",
    "tests/contract/test_observation.py",
    "tests/contract/test_play.py",
    "tests/cli/test_doctor.py",
    "tests/cli/test_generate.py",
    "tests/cli/test_serve.py",
    "tests/cli/test_wait.py",
    "tests/clients/",
    "tests/catalog/test_pages.py",
    "tests/control/test_openapi.py",
    "tests/control/test_secrecy.py",
    "tests/faults/test_on_sockets.py",
    "tests/faults/test_slots.py",
    "tests/resources/test_writes_stateful.py",
    "tests/search/test_completeness.py",
    "tests/search/test_oracle.py",
    "tests/seeding/test_quick_lines.py",
    "tests/test_data_folder.py",
    "tests/test_failed_writes.py",
    "tests/test_fast_transport.py",
    "tests/test_tls.py",
    "tests/test_transport.py",
)
"""Files and folders that `scripts/test --fast` leaves out, as they start processes or try many cases: those with the
longest tests first, and they are begun first, so that no worker is left alone with one of them at the end."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ranks = [next((rank for rank, name in enumerate(SLOW) if item.nodeid.startswith(name)), None) for item in items]
    for item, rank in zip(items, ranks, strict=True):
        if rank is not None:
            item.add_marker(pytest.mark.slow)
    order = sorted(range(len(items)), key=lambda at: len(SLOW) if (rank := ranks[at]) is None else rank)
    items[:] = [items[at] for at in order]


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
