from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import pytest

from mock_akeneo.app import create_app
from mock_akeneo.contract import observation as observation_module
from mock_akeneo.contract.adapters import free_port
from mock_akeneo.contract.connector import ConnectorSettings
from mock_akeneo.contract.observation import Observation, Trigger, observe
from mock_akeneo.contract.rules import RULES
from mock_akeneo.contract.scenarios import scenario_named
from mock_akeneo.core.clock import monotonic
from mock_akeneo.core.json_types import Json, loads
from mock_akeneo.core.settings import Settings
from mock_akeneo.scenarios.scenario import Scenario
from tests.webhooks.receiver import Receiver

SMALL = Scenario(name="small", about="", catalog="minimal")


def a_call(told: ConnectorSettings) -> int:
    grant = {"grant_type": "password", "username": told.username, "password": told.password}
    basic = (told.client_id, told.client_secret)
    token = httpx.post(f"{told.api_url}/api/oauth/v1/token", json=grant, auth=basic).json()["access_token"]
    url = f"{told.api_url}/api/rest/v1/currencies?access_token={token}"
    return httpx.get(url).status_code


def started(act: Callable[[Observation], object]) -> Callable[[Observation], None]:
    """Announces by starting a connector, as somebody at another terminal would."""
    return lambda observation: threading.Thread(target=act, args=(observation,)).start()


def test_whatever_calls_is_judged_by_its_calls_alone() -> None:
    def connector(observation: Observation) -> None:
        assert a_call(observation.settings) == 200
        assert httpx.get(observation.done).status_code == 405
        running = httpx.get(observation.done.removesuffix("/done")).json()
        assert running == {"id": "1", "state": "running", "play": "small"}
        assert httpx.post(observation.done).json() == {"id": "1", "state": "done", "play": "small"}

    report = observe(SMALL, list(RULES.values()), announce=started(connector))
    verdicts = {verdict.rule: verdict for verdict in report.verdicts}
    assert {rule: v.kind for rule, v in verdicts.items() if v.kind != "not_seen"} == {
        "AUTH-01": "pass",
        "THR-03": "pass",
        "SEC-01": "fail",
    }
    assert verdicts["PULL-01"].why.endswith(": an observed connector hands nothing over")
    assert report.flags == ("--observe", "--play", "small")


def test_what_an_observed_connector_answers_to_deliveries_is_judged() -> None:
    """This one takes whatever comes. What it made of it nobody sees."""
    rules = [RULES[f"EVT-0{number}"] for number in range(1, 6)]
    with Receiver() as shop:
        report = observe(scenario_named("events"), rules, announce=lambda _: None, webhook=shop.url, idle=0)
    assert {verdict.rule: verdict.kind for verdict in report.verdicts} == {
        "EVT-01": "fail",
        "EVT-02": "pass",
        "EVT-03": "not_seen",
        "EVT-04": "not_seen",
        "EVT-05": "pass",
    }
    assert report.verdicts[2].why.endswith(": it does not show what it took over")
    assert report.flags == ("--observe", "--webhook", shop.url, "--play", "events")


def test_without_an_endpoint_events_are_not_seen() -> None:
    report = observe(SMALL, [RULES["EVT-01"]], announce=lambda _: None, ended=lambda: True)
    [verdict] = report.verdicts
    assert verdict.why.endswith(": no --webhook says where the observed connector takes deliveries")


def test_an_observation_that_fails_sends_no_more() -> None:
    def announce(_: Observation) -> None:
        raise OSError("nobody reads this")

    with pytest.raises(OSError, match="nobody reads this"):
        observe(scenario_named("events"), [], announce=announce, webhook=f"http://127.0.0.1:{free_port()}/")
    assert "deliveries" not in [thread.name for thread in threading.enumerate()]


def test_off_loopback_the_end_takes_the_admin_token() -> None:
    def connector(observation: Observation) -> None:
        assert observation.admin_token == "of the house"
        assert httpx.post(observation.done).status_code == 401
        bearer = {"Authorization": f"Bearer {observation.admin_token}"}
        assert httpx.post(observation.done, headers=bearer).status_code == 200

    served = Settings(host="0.0.0.0", port=0, admin_token="of the house")
    report = observe(SMALL, [RULES["SEC-01"]], announce=started(connector), served=served)
    assert report.exit_code() == 5


def test_a_connector_elsewhere_is_told_how_it_comes_here() -> None:
    told: list[Observation] = []
    observe(
        SMALL,
        [RULES["SEC-01"]],
        announce=told.append,
        ended=lambda: True,
        public_url="http://host.docker.internal:8080/",
    )
    assert [(each.settings.api_url, each.done, each.admin_token) for each in told] == [
        (
            "http://host.docker.internal:8080",
            "http://host.docker.internal:8080/_mock/v1/contract/runs/1/done",
            None,
        )
    ]


def test_a_silence_after_the_first_call_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    called = threading.Event()
    monkeypatch.setattr(observation_module, "monotonic", lambda: monotonic() + (31 if called.is_set() else 0))

    def connector(observation: Observation) -> None:
        a_call(observation.settings)
        called.set()

    report = observe(SMALL, [RULES["AUTH-01"]], announce=started(connector), idle=30)
    assert [verdict.kind for verdict in report.verdicts] == ["pass"]


def test_enter_ends_the_run_before_any_call() -> None:
    report = observe(SMALL, [RULES["AUTH-01"]], announce=lambda _: None, ended=lambda: True, idle=0)
    assert report.exit_code() == 5


@pytest.mark.parametrize("names", [["done"], ["Done", "done"]])
def test_the_end_of_a_run_is_no_call_of_the_connector(names: list[str]) -> None:
    statuses: list[int] = []

    def connector(observation: Observation) -> None:
        statuses.extend(httpx.post(observation.done.removesuffix("done") + name).status_code for name in names)

    report = observe(SMALL, [RULES["SEC-01"]], announce=started(connector))
    assert statuses == [404, 200][-len(names) :]
    assert [verdict.why for verdict in report.verdicts] == ["it was not seen that a call was made: it made no call"]


def test_the_command_prints_settings_and_ends_with_enter() -> None:
    words = ["contract", "run", "--observe", "--play", "calm", "--catalog", "minimal", "--only", "SEC"]
    ran = subprocess.run(
        [sys.executable, "-m", "mock_akeneo", *words], input="\n", capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 5
    assert "export AKENEO_BASE_URL=http://127.0.0.1:" in ran.stderr
    assert "curl -X POST http://127.0.0.1:" in ran.stderr
    assert "SEC-01   not seen" in ran.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--connector", "a:b"], "--observe starts no connector: leave --connector and --command out"),
        (["--trigger", "localhost"], '--trigger takes a URL, not "localhost"'),
        (["--webhook", "localhost"], '"localhost" is no URL of http or https'),
        (["--play", "quiet"], 'no scenario is called "quiet"'),
    ],
)
def test_wrong_usage_is_told(words: list[str], message: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "mock_akeneo", "contract", "run", "--observe", *words], capture_output=True, text=True
    )
    assert ran.returncode == 2
    assert message in ran.stderr


class Hook:
    """Something that a webhook starts: it answers `status`, and calls the PIM as it was told."""

    def __init__(self, status: int) -> None:
        hook = self
        self.told: dict[str, Any] = {}

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                hook.told = loads(self.rfile.read(int(self.headers["Content-Length"])))
                if status < 300:
                    told = hook.told["settings"]
                    url = f"{told['AKENEO_BASE_URL']}/api/rest/v1/currencies"
                    httpx.get(f"{url}?access_token={told['AKENEO_API_KEY']}")
                    httpx.post(hook.told["done"])
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/sync"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def hook() -> Iterator[Callable[[int], Hook]]:
    hooks: list[Hook] = []

    def listening(status: int) -> Hook:
        hooks.append(Hook(status))
        return hooks[-1]

    yield listening
    for each in hooks:
        each.server.shutdown()
        each.server.server_close()


def test_a_connector_that_a_webhook_starts_is_told_the_settings(hook: Callable[[int], Hook]) -> None:
    shop = hook(202)
    report = observe(SMALL, [RULES["SEC-01"]], announce=lambda _: None, trigger=Trigger(shop.url))
    assert set(shop.told) == {"run", "settings", "done"}
    assert [verdict.kind for verdict in report.verdicts] == ["fail"]
    assert report.flags == ("--trigger", shop.url, "--play", "small")


def test_a_webhook_that_refuses_is_told(hook: Callable[[int], Hook]) -> None:
    shop = hook(500)
    with pytest.raises(ConnectionError, match=f"{shop.url} answered 500: the connector was not started"):
        observe(SMALL, [RULES["SEC-01"]], announce=lambda _: None, trigger=Trigger(shop.url))


def test_a_webhook_that_is_not_there_ends_the_command_with_4() -> None:
    words = ["contract", "run", "--trigger", "http://127.0.0.1:9/sync", "--catalog", "minimal", "--only", "SEC"]
    ran = subprocess.run([sys.executable, "-m", "mock_akeneo", *words], capture_output=True, text=True)
    assert (ran.returncode, "http://127.0.0.1:9/sync cannot be reached" in ran.stderr) == (4, True)
    assert "A POST to http://127.0.0.1:9/sync starts the connector." in ran.stderr


def test_the_end_is_answered_before_the_server_of_the_run_may_go() -> None:
    order: list[str] = []

    class Judge:
        def done(self, id_: str) -> Json:
            order.append("done")
            return {"id": id_}

        def told(self, id_: str) -> None:
            order.append("told")

    app = create_app(Settings(catalog="minimal"))
    app.judge = Judge  # type: ignore[assignment]

    async def receive() -> Json:
        return {"type": "http.request", "body": b"{}"}

    async def send(message: Json) -> None:
        order.append(message["type"])

    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    path = "/_mock/v1/contract/runs/1/done"
    scope = {"type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "headers": headers}
    asyncio.run(app({**scope, "query_string": b"", "client": ("127.0.0.1", 1), "scheme": "http"}, receive, send))
    assert order == ["done", "http.response.start", "http.response.body", "told"]
