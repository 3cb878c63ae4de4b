"""The pytest plugin: a fresh sandbox for each test, and the options of the contract suite.

Every pytest of an environment loads it, so it imports nothing of ours before that is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

if TYPE_CHECKING:
    from mock_akeneo.app import Asgi
    from mock_akeneo.contract.handle import Akeneo
    from mock_akeneo.server import Server

PIM_VERSION = "saas"
# What `@pytest.mark.akeneo` may say.
MARKS: dict[str, tuple[type, ...]] = {
    "catalog": (str,),
    "limits": (str, list, tuple),
    "service_time": (str, int, float),
    "faults": (list, tuple),
    "clock": (str,),
    "pim_version": (str,),
}
_KNOWN = ", ".join(f"{name}=" for name in MARKS)


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
    config.addinivalue_line("markers", f"akeneo({_KNOWN}): how the sandbox of the fixture `akeneo` begins.")
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
            from mock_akeneo.contract.handle import disconnect
            from mock_akeneo.core.settings import Settings
            from mock_akeneo.server import Server

            server = running.enter_context(Server(Settings(port=0, pim_version=pim_version)))
            running.callback(disconnect, server.base_url)
            return server

        yield server_of


@pytest.fixture(scope="session")
def akeneo_server(_akeneo_server_of: Callable[[str], Server]) -> Server:
    """A server on a free port, with the demo catalog; one for each worker of xdist."""
    return _akeneo_server_of(PIM_VERSION)


def _wrong(sentence: str) -> NoReturn:
    """Fails the test with one sentence; where ours raised it is no matter of the user's."""
    pytest.fail(sentence, pytrace=False)


def _marked(test: pytest.Item) -> dict[str, Any]:
    """What its markers say, the closest last."""
    told: dict[str, Any] = {}
    for marker in reversed(list(test.iter_markers("akeneo"))):
        if marker.args:
            _wrong(f"@pytest.mark.akeneo: {marker.args[0]!r} has no name: write {_KNOWN}")
        told |= {name: value for name, value in marker.kwargs.items() if value is not None}
    for name, value in told.items():
        if name not in MARKS:
            from difflib import get_close_matches

            near = get_close_matches(name, MARKS, 1)
            hint = f"did you mean {near[0]}=?" if near else f"write {_KNOWN}"
            _wrong(f"@pytest.mark.akeneo: there is no {name}=, {hint}")
        if not isinstance(value, MARKS[name]):
            kinds = " or ".join(kind.__name__ for kind in MARKS[name])
            _wrong(f"@pytest.mark.akeneo: {name}={value!r} is no {kinds}")
    for fault in told.get("faults", ()):
        if not isinstance(fault, dict):
            _wrong(f"@pytest.mark.akeneo: faults=[{fault!r}] holds what is no dict")
    return told


@pytest.fixture
def akeneo(request: pytest.FixtureRequest) -> Iterator[Akeneo]:
    """A PIM of this test alone: `.base_url .client_id .secret .username .password .env`, and in the test's hand
    `.clock .limits .tokens .faults .journal .catalog`."""
    from mock_akeneo.contract.handle import fresh

    told = _marked(request.node)
    version = told.pop("pim_version", PIM_VERSION)
    url = request.config.getoption("--akeneo-url")
    if url and version != PIM_VERSION:
        pytest.skip(f"the server of --akeneo-url has a PIM version of its own, and this test wants {version}")
    server_of = request.getfixturevalue("_akeneo_server_of")
    wrong = ""
    try:
        server = url.rstrip("/") if url else server_of(version)
        sandbox = fresh(server, **told)
    except (TypeError, ValueError) as error:
        wrong = f"@pytest.mark.akeneo: {error}"
    except ConnectionError as error:
        wrong = f"--akeneo-url: {error}"
    if wrong:  # outside, so that pytest does not show both
        _wrong(wrong)
    yield sandbox
    sandbox.close()


@pytest.fixture
def akeneo_app(akeneo: Akeneo) -> Asgi:
    """The PIM of the fixture `akeneo` without a socket, for `httpx.ASGITransport(akeneo_app)`."""
    try:
        return akeneo.app()
    except ValueError:
        pytest.skip("akeneo_app needs the server in this process: leave --akeneo-url out")
