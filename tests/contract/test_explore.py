"""The search on connectors of a few lines; those whose bug needs two troubles are in contract_tests/."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from math import inf
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from click.testing import CliRunner, Result

from mock_akeneo.cli import main
from mock_akeneo.contract.adapters import PythonFactory
from mock_akeneo.contract.explore import CannotExplore, explore
from mock_akeneo.contract.supervision import Unusable
from mock_akeneo.scenarios.files import read_file
from mock_akeneo.server import Server

PRODUCTS = "/api/rest/v1/products-uuid?pagination_type=search_after&limit=100"


class Connector:
    """Reads with the key that it was given, and raises at every trouble."""

    def __init__(self, settings: Any) -> None:
        self.settings = settings

    def pull(self, since: object = None) -> Iterator[dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self.settings.api_key}"}
        with httpx.Client(base_url=self.settings.api_url, headers=headers, trust_env=False, verify=False) as http:
            url = PRODUCTS
            while url:
                page = self.page(http.get(url))
                yield from page["_embedded"]["items"]
                url = page["_links"].get("next", {}).get("href")

    def page(self, answer: httpx.Response) -> Any:
        return answer.raise_for_status().json()


class EndsAtA503(Connector):
    def page(self, answer: httpx.Response) -> Any:
        return {"_embedded": {"items": []}, "_links": {}} if answer.status_code == 503 else super().page(answer)


losses = 0


class LosesOnce(EndsAtA503):
    """Loses at the first 503 that this process meets, and raises at all others."""

    def page(self, answer: httpx.Response) -> Any:
        global losses
        losses += answer.status_code == 503
        return super().page(answer) if losses <= 1 else answer.raise_for_status().json()


class LosesCalmly(Connector):
    def page(self, answer: httpx.Response) -> Any:
        return {**super().page(answer), "_links": {}}


class RaisesCalmly(Connector):
    def page(self, answer: httpx.Response) -> Any:
        raise LookupError("no connection to the shop")


class DoesNothing:
    def __init__(self, settings: Any) -> None:
        pass


def factory(name: str) -> PythonFactory:
    return PythonFactory(f"{__name__}:{name}")


def test_one_trouble_is_found_and_shrunk_and_goes_the_same_way_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = explore(factory("EndsAtA503"), budget=inf, catalog="minimal")
    assert found.loss
    assert (found.loss.rule, found.loss.seen, found.loss.steady, found.exit_code) == ("PULL-01", 3, True, 1)
    assert found.loss.schedule.sentences == ("call 1 is answered 503",)
    assert found.loss.scenario.about == (
        "tests.contract.test_explore:EndsAtA503: the pull ended without an error but did not hand over 150 products "
        "(stock-0001, stock-0002, stock-0003 …), when call 1 is answered 503."
    )
    monkeypatch.syspath_prepend(Path.cwd())
    monkeypatch.setenv("PYTHONPATH", str(Path.cwd()))
    monkeypatch.chdir(tmp_path)
    assert explore(factory("EndsAtA503"), budget=inf, catalog="minimal") == found
    assert list(tmp_path.iterdir()) == []


def test_what_goes_another_way_when_it_is_played_again_is_unsteady() -> None:
    found = explore(factory("LosesOnce"), budget=inf, catalog="minimal", examples=60)
    assert found.loss
    assert (found.loss.seen, found.loss.plays, found.loss.steady, found.exit_code) == (1, 3, False, 1)


def test_an_error_that_is_raised_is_nothing_to_find() -> None:
    found = explore(factory("Connector"), budget=inf, catalog="minimal", examples=10)
    assert (found.loss, list(found.judged), found.exit_code) == (None, ["pull"], 0)


def test_without_time_nothing_is_judged() -> None:
    found = explore(factory("Connector"), budget=0, catalog="minimal")
    assert (found.loss, found.judged, found.exit_code) == (None, {"pull": 0}, 5)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (
            "LosesCalmly",
            "PULL-01 fails: the pull ended without an error but did not hand over 50 products (",
        ),
        ("RaisesCalmly", "the pull did not finish: LookupError: no connection to the shop, though nothing stands"),
        ("DoesNothing", "the connector has no pull and no push"),
    ],
)
def test_who_fails_calmly_is_not_explored(name: str, why: str) -> None:
    with pytest.raises(CannotExplore) as raised:
        explore(factory(name), budget=inf, catalog="minimal")
    assert str(raised.value).startswith(why)


def test_a_connector_that_cannot_be_started_is_told() -> None:
    with pytest.raises(Unusable, match="cannot import"):
        explore(PythonFactory("no.such:thing"), catalog="minimal")


def command(*words: str) -> Result:
    return CliRunner().invoke(main, ["contract", "explore", *words, "--catalog", "minimal"])


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ([], 2, "which connector? Give "),
        (["a:b", "--connector", "a:b"], 2, "name the connector once: as CONNECTOR or by --connector"),
        (["a:b", "--out", "found.txt"], 2, "cannot write found.txt: name a file that ends in .yaml, .yml, .json"),
        (["no.such:thing"], 2, "cannot import no.such: No module named 'no'"),
        (
            [f"{__name__}:RaisesCalmly"],
            5,
            "the pull did not finish: LookupError: no connection to the shop, though nothing stands in the way: "
            "begin with contract run",
        ),
    ],
)
def test_what_cannot_be_explored_is_one_sentence(words: list[str], code: int, message: str) -> None:
    result = command(*words)
    assert (result.exit_code, result.stderr[: len(f"Error: {message}")]) == (code, f"Error: {message}")


def test_without_hypothesis_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    result = command("a:b")
    assert (result.exit_code, result.stderr) == (
        2,
        'Error: Hypothesis searches, and it is not installed: pip install "mock-akeneo[contract]"\n',
    )


def test_what_was_found_is_told_and_played_again(tmp_path: Path) -> None:
    connector, file = f"{__name__}:EndsAtA503", tmp_path / "found.yaml"
    result = command(connector, "--out", str(file), "--action", "pull")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[1:] == [
        "",
        "The pull fails PULL-01: the pull ended without an error but did not hand over 150 products "
        "(stock-0001, stock-0002, stock-0003 …)",
        "  - call 1 is answered 503",
        "  steady: seen in 3 of 3 plays",
        "",
        f"Again: mock-akeneo contract run --connector {connector} --play {file} --only PULL-01",
    ]
    scenario = read_file(file)
    again = CliRunner().invoke(
        main, ["contract", "run", "--connector", connector, "--play", str(file), "--format", "json"]
    )
    verdicts = {rule["id"]: (rule["verdict"], rule["scenario"]) for rule in orjson.loads(again.stdout)["rules"]}
    assert (again.exit_code, verdicts["PULL-01"]) == (1, ("fail", scenario.name))
    told = command(connector, "--format", "json")
    assert orjson.loads(told.stdout)["loss"]["scenario"] == scenario.to_json()


def test_what_was_found_is_played_on_a_running_server(tmp_path: Path) -> None:
    file = tmp_path / "found.json"
    assert command(f"{__name__}:EndsAtA503", "--out", str(file)).exit_code == 1
    with Server() as server:
        played = CliRunner().invoke(main, ["scenario", "play", str(file), "--url", server.base_url])
        assert (played.exit_code, played.output.splitlines()[0]) == (
            0,
            "explored-pull is played in the sandbox default (0 faults, 1 plan, 0 moves).",
        )
        connections = server.sandbox.connections.by_code
        connection = next(iter(connections.values()))
        token = server.call(server.sandbox.issue, connection, connection)["access_token"]

        class Settings:
            api_url, api_key = server.base_url, token

        assert list(EndsAtA503(Settings).pull()) == []
        assert len(list(EndsAtA503(Settings).pull())) == 150
