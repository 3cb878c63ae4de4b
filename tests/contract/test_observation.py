from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable

import httpx
import pytest

from mock_akeneo.contract.connector import ConnectorSettings
from mock_akeneo.contract.observation import Observation, observe
from mock_akeneo.contract.rules import RULES
from mock_akeneo.scenarios.scenario import Scenario

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
        assert httpx.post(observation.done).json() == {"id": observation.run_id, "done": True}

    report = observe(SMALL, list(RULES.values()), announce=started(connector))
    verdicts = {verdict.rule: verdict for verdict in report.verdicts}
    assert {rule: v.kind for rule, v in verdicts.items() if v.kind != "not_seen"} == {
        "AUTH-01": "pass",
        "THR-03": "pass",
        "SEC-01": "fail",
    }
    assert verdicts["PULL-01"].why.endswith(": an observed connector hands nothing over")
    assert report.flags == ("--observe", "--play", "small")


def test_a_silence_after_the_first_call_ends_the_run() -> None:
    report = observe(
        SMALL, [RULES["AUTH-01"]], announce=started(lambda observation: a_call(observation.settings)), idle=0.3
    )
    assert [verdict.kind for verdict in report.verdicts] == ["pass"]


def test_enter_ends_the_run_before_any_call() -> None:
    report = observe(SMALL, [RULES["AUTH-01"]], announce=lambda _: None, ended=lambda: True, idle=0)
    assert report.exit_code() == 5


@pytest.mark.parametrize("name", ["done", "Done"])
def test_the_end_of_a_run_is_no_call_of_the_connector(name: str) -> None:
    def connector(observation: Observation) -> None:
        httpx.post(observation.done.removesuffix("done") + name)
        httpx.post(observation.done)

    report = observe(SMALL, [RULES["SEC-01"]], announce=started(connector))
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
        (["--play", "quiet"], 'no scenario is called "quiet"'),
    ],
)
def test_wrong_usage_is_told(words: list[str], message: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "mock_akeneo", "contract", "run", "--observe", *words], capture_output=True, text=True
    )
    assert ran.returncode == 2
    assert message in ran.stderr
