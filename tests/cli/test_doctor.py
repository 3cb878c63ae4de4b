"""`doctor`: all is there, or it says what to do."""

from __future__ import annotations

import json
import socket
from importlib.util import find_spec as found
from types import SimpleNamespace

import pytest

from mock_akeneo.cli import doctor
from mock_akeneo.core.settings import Settings
from mock_akeneo.server import Server
from tests.cli.test_clients import run, told

NOWHERE = ("--url", "http://127.0.0.1:9")


@pytest.fixture(autouse=True)
def _free_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOCK_AKENEO_PORT", "0")


def test_all_is_well_here() -> None:
    done = run("doctor", *NOWHERE)
    assert done.exit_code == 0, done.stdout
    findings = told("doctor", *NOWHERE)
    assert [finding["check"] for finding in findings] == [check.__name__ for check in doctor.CHECKS]
    assert not [finding for finding in findings if finding["ok"] is False]


def test_a_running_server_is_found() -> None:
    with Server(Settings(port=0, catalog="minimal")) as server:
        [port] = [one for one in told("doctor", "--url", server.base_url) if one["check"] == "port"]
        assert port == {"check": "port", "ok": True, "told": f"a mock-akeneo answers at {server.base_url}"}


def test_what_is_missing_ends_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("MOCK_AKENEO_PORT", str(taken.getsockname()[1]))
        done = run("doctor", *NOWHERE)
    assert done.exit_code == 1
    [line] = [line for line in done.stdout.splitlines() if line.startswith("FAIL")]
    assert line.split()[1] == "port"
    assert line.endswith("choose another --port")


def test_a_missing_extra_is_worth_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "find_spec", lambda name: None if name == "trustme" else found(name))
    server = SimpleNamespace(url=NOWHERE[1])
    assert doctor.extras(server) == (None, "not installed: pip install 'mock-akeneo[tls]'")  # type: ignore[arg-type]


def test_a_wrong_setting_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOCK_AKENEO_CATALOGUE", "demo")
    done = run("doctor", *NOWHERE)
    assert done.exit_code == 1
    assert "did you mean MOCK_AKENEO_CATALOG?" in done.stdout


HARDLY = "calls take no time, so the limit on calls at once can hardly strike: add --service-time pim, 50 or 20-50"


def limits(*args: str) -> tuple[bool | None, str]:
    answered = json.loads(run("doctor", *args, "--format", "json").stdout)
    [found] = [one for one in answered if one["check"] == "limits"]
    return found["ok"], found["told"]


def test_a_limit_on_calls_at_once_without_service_time_is_worth_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    assert limits(*NOWHERE) == (True, "none; service time none")
    monkeypatch.setenv("MOCK_AKENEO_CONCURRENT_CONNECTIONS", "1")
    assert limits(*NOWHERE) == (None, HARDLY)
    assert run("doctor", *NOWHERE).exit_code == 0
    monkeypatch.setenv("MOCK_AKENEO_SERVICE_TIME", "50")
    assert limits(*NOWHERE) == (True, "concurrent-connections; service time 50")
    monkeypatch.setenv("MOCK_AKENEO_SERVICE_TIME", "5s")
    assert limits(*NOWHERE) == (
        False,
        '--service-time: "5s" is no service time: write none, pim, or milliseconds such as 50 or 20-50',
    )


def test_a_running_server_is_asked_for_its_limits() -> None:
    with Server(Settings(port=0, catalog="minimal", concurrent_connections=1)) as server:
        assert limits("--url", server.base_url) == (None, HARDLY)
