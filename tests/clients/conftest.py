"""Published clients are asked to work with the demo shop on a real port; each test begins with it untouched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests import published
from mock_akeneo.core.settings import Settings
from mock_akeneo.server import Server
from tests.clients.outcomes import TESTS


@pytest.fixture(scope="session")
def _server() -> Iterator[Server]:
    with Server(Settings(catalog="demo", port=0)) as server:
        yield server


@pytest.fixture
def server(_server: Server) -> Iterator[Server]:
    """The server; what a test does to it is undone."""
    _server.call(_server.sandbox.connections.create, TESTS)
    yield _server
    _server.call(_server.sandbox.reset)


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The folder of the Node clients; the test is skipped where they cannot be had."""
    try:
        return published.node_modules()
    except published.Unavailable as error:
        pytest.skip(str(error))
