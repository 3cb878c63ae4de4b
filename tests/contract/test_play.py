"""Connectors that do not end, played for real on a small catalog."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mock_akeneo.contract import run
from mock_akeneo.contract.adapters import PythonFactory
from mock_akeneo.contract.rules import RULES
from mock_akeneo.contract.run import play
from mock_akeneo.scenarios.scenario import Scenario

CALM = Scenario(name="calm here", about="", catalog="minimal", push={"new": 3, "updates": 0})


class Connector:
    def __init__(self, settings: Any) -> None:
        self.settings = settings

    def push(self, products: list[dict[str, Any]]) -> dict[str, Any]:
        return {"accepted": [], "refused": []}


class RepeatsInVain(Connector):
    def pull(self, since: object = None) -> Iterator[dict[str, Any]]:
        while True:
            assert httpx.get(f"{self.settings.api_url}/api/rest/v1/products").status_code == 401
        yield {}


class ReadsWithoutEnd(Connector):
    def pull(self, since: object = None) -> list[dict[str, Any]]:
        with httpx.Client(headers={"Authorization": f"Bearer {self.settings.api_key}"}) as http:
            while http.get(f"{self.settings.api_url}/api/rest/v1/currencies").status_code == 200:
                pass
        return []


class HandsOverWithoutEnd(Connector):
    def pull(self, since: object = None) -> Iterator[dict[str, Any]]:
        while True:
            yield {"identifier": "one"}


class Sleeps(Connector):
    def pull(self, since: object = None) -> Iterator[dict[str, Any]]:
        import time

        time.sleep(600)
        yield {}


class GivesUp(Connector):
    def pull(self, since: object = None) -> Iterator[dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self.settings.api_key}"}
        httpx.get(f"{self.settings.api_url}/api/rest/v1/products", headers=headers).raise_for_status()
        yield {}


@pytest.mark.parametrize(
    ("connector", "why"),
    [("RepeatsInVain", "it tried the same call "), ("HandsOverWithoutEnd", "it handed over ")],
)
def test_a_pull_without_an_end_is_ended_and_the_push_still_comes(connector: str, why: str) -> None:
    pull, push = play(CALM, PythonFactory(f"{__name__}:{connector}")).runs
    assert (pull.ending, pull.why[: len(why)]) == ("endless", why)
    assert (push.ending, push.report) == ("finished", {"accepted": [], "refused": []})


def test_good_calls_without_an_end_are_ended_by_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "CALLS_FOR_ALL", 30)
    pull = play(CALM, PythonFactory(f"{__name__}:ReadsWithoutEnd")).runs[0]
    assert pull.ending == "endless"
    assert re.fullmatch(r"it made \d+ calls and more for 0 products", pull.why)


def test_who_sleeps_is_waited_for_as_long_as_we_have_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "ASLEEP_SECONDS", 0.1)
    report = run.replay(PythonFactory(f"{__name__}:Sleeps"), [], CALM, flag="calm.yaml", patience=0.5)
    pull = report.played[CALM.name].timeline["runs"][0]
    assert pull == {"action": "pull", "ending": "unfinished", "why": "waited longer than 0.5 s"}
    assert report.notes[0] == "calm here: the pull waited longer than 0.5 s, and was ended"


def test_the_evidence_holds_what_was_told_pushed_and_stored() -> None:
    evidence = play(CALM, PythonFactory("mock_akeneo.contract.reference:connector"))
    pull, push = evidence.runs
    assert (pull.ending, pull.items, evidence.before) == ("finished", (), {})
    assert push.report == {"accepted": ["contract-0001", "contract-0002", "contract-0003"], "refused": []}
    assert sorted(product["identifier"] for product in evidence.after.values()) == push.report["accepted"]
    assert [call["operation"] for call in push.calls] == ["token", "products.update_list"]
    assert pull.calls[-1]["id"] < push.calls[0]["id"]
    assert evidence.told.concurrent_connections == 5
    assert evidence.unplayed == ()


def test_an_error_is_honest_in_a_scenario_of_which_nobody_knows_whether_it_can_be_survived() -> None:
    faults = [{"operation": "@pull", "kind": "status", "status": 429, "every": 1}]
    endless = Scenario.parse({"name": "endless", "catalog": "minimal", "needs": ["pull"], "faults": faults})
    report = run.replay(PythonFactory(f"{__name__}:GivesUp"), list(RULES.values()), endless, flag="endless.yaml")
    assert [verdict.rule for verdict in report.verdicts if verdict.kind == "fail"] == []
    [survival] = [verdict for verdict in report.verdicts if verdict.rule == "THR-02"]
    assert "the pull ended with an error: HTTPStatusError: Client error '429" in survival.why
