"""The pytest plugin: a fresh sandbox for each test, and the options of the contract suite.

Every pytest of an environment loads it, so it imports nothing of ours before that is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mock_akeneo.app import Asgi
    from mock_akeneo.contract.handle import Akeneo
    from mock_akeneo.server import Server

PIM_VERSION = "saas"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("akeneo", "mock-akeneo")
    group.addoption(
        "--akeneo-url", metavar="URL", help="A running mock-akeneo: each test gets a sandbox there, not one of ours."
    )
    group.addoption("--akeneo-connector", metavar="MODULE:FACTORY", help="Python connector that the suite judges.")
    group.addoption(
        "--akeneo-command", metavar="WORDS", help='Command that the suite judges: "node sync.mjs {action}".'
    )
    group.addoption("--akeneo-report", metavar="FILE", help="Write the suite's verdicts: .json .txt .md .html .xml")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "akeneo(catalog=, limits=, service_time=, faults=, clock=, pim_version=): how the sandbox of "
        "the fixture `akeneo` begins.",
    )
    path = config.getoption("--akeneo-report")
    if path:
        from mock_akeneo.contract.reports import check_path

        try:
            check_path(Path(path))
        except ValueError as error:
            raise pytest.UsageError(f"--akeneo-report: {error}") from None


@pytest.fixture(scope="session")
def _akeneo_server_of() -> Iterator[Callable[[str], Server]]:
    """The server of a PIM version, started when a test asks for it."""
    with ExitStack() as running:

        @cache
        def server_of(pim_version: str) -> Server:
            from mock_akeneo.core.settings import Settings
            from mock_akeneo.server import Server

            return running.enter_context(Server(Settings(port=0, pim_version=pim_version)))

        yield server_of


@pytest.fixture(scope="session")
def akeneo_server(_akeneo_server_of: Callable[[str], Server]) -> Server:
    """A server on a free port, with the demo catalog; one for each worker of xdist."""
    return _akeneo_server_of(PIM_VERSION)


@pytest.fixture
def akeneo(request: pytest.FixtureRequest) -> Iterator[Akeneo]:
    """A PIM of this test alone: `.base_url .client_id .secret .username .password .env`, and in the test's hand
    `.clock .limits .tokens .faults .journal .catalog`."""
    from mock_akeneo.contract.handle import fresh

    told: dict[str, Any] = {}
    for marker in reversed(list(request.node.iter_markers("akeneo"))):  # the closest wins
        told |= marker.kwargs
    version = told.pop("pim_version", PIM_VERSION)
    url = request.config.getoption("--akeneo-url")
    if url and version != PIM_VERSION:
        pytest.skip(f"the server of --akeneo-url has a PIM version of its own, and this test wants {version}")
    server = url.rstrip("/") if url else request.getfixturevalue("_akeneo_server_of")(version)
    try:
        sandbox = fresh(server, **told)
    except (TypeError, ValueError) as error:
        raise pytest.UsageError(f"@pytest.mark.akeneo: {error}") from None
    except ConnectionError as error:
        raise pytest.UsageError(f"--akeneo-url: {error}") from None
    yield sandbox
    sandbox.close()


@pytest.fixture
def akeneo_app(akeneo: Akeneo) -> Asgi:
    """The PIM of the fixture `akeneo` without a socket, for `httpx.ASGITransport(akeneo_app)`."""
    try:
        return akeneo.app()
    except ValueError:
        pytest.skip("akeneo_app needs the server in this process: leave --akeneo-url out")
