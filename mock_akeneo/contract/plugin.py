"""The pytest plugin: a fresh sandbox for each test, and the options of the contract suite.

Every pytest of an environment loads it, so it imports nothing of ours before that is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mock_akeneo.contract.handle import Akeneo
    from mock_akeneo.server import Server

VERDICT = "akeneo_verdict"
"""The property of a test report that carries a verdict, out of xdist's workers too."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("akeneo", "mock-akeneo")
    group.addoption("--akeneo-connector", metavar="MODULE:FACTORY", help="Python connector that the suite judges.")
    group.addoption(
        "--akeneo-command", metavar="WORDS", help='Command that the suite judges: "node sync.mjs {action}".'
    )
    group.addoption("--akeneo-report", metavar="FILE", help="Write the suite's verdicts: .json .txt .md .html .xml")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "akeneo(catalog=, limits=, clock=): how the sandbox of the fixture `akeneo` begins."
    )
    path = config.getoption("--akeneo-report")
    if path:
        from mock_akeneo.contract.reports import check_path

        try:
            check_path(Path(path))
        except ValueError as error:
            raise pytest.UsageError(f"--akeneo-report: {error}") from None
        if not hasattr(config, "workerinput"):  # the controller alone writes
            config.pluginmanager.register(_Reporter(config, Path(path)), "akeneo_reporter")


class _Reporter:
    """Collects the verdicts of all workers and writes them once."""

    def __init__(self, config: pytest.Config, path: Path) -> None:
        self._config, self._path = config, path
        self._verdicts: list[dict[str, Any]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            self._verdicts += [json.loads(str(value)) for name, value in report.user_properties if name == VERDICT]

    def pytest_sessionfinish(self) -> None:
        from mock_akeneo.contract.reports import to_json, write
        from mock_akeneo.contract.suite import adapter_of, report_of

        write(to_json(report_of(adapter_of(self._config), self._verdicts)), self._path)


@pytest.fixture(scope="session")
def akeneo_server() -> Iterator[Server]:
    """A server on a free port, with the demo catalog; one for each worker of xdist."""
    from mock_akeneo.core.settings import Settings
    from mock_akeneo.server import Server

    with Server(Settings(port=0)) as server:
        yield server


@pytest.fixture
def akeneo(request: pytest.FixtureRequest, akeneo_server: Server) -> Iterator[Akeneo]:
    """A PIM of this test alone: `.base_url .client_id .secret .username .password .env .clock .limits .journal`."""
    from mock_akeneo.contract.handle import fresh

    told: dict[str, Any] = {}
    for marker in reversed(list(request.node.iter_markers("akeneo"))):  # the closest wins
        told |= marker.kwargs
    try:
        sandbox = fresh(akeneo_server, **told)
    except (TypeError, ValueError) as error:
        raise pytest.UsageError(f"@pytest.mark.akeneo: {error}") from None
    yield sandbox
    sandbox.close()
