from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from mock_akeneo.cli import main
from mock_akeneo.core.settings import Settings
from mock_akeneo.scenarios.files import library, named, scenario_from
from mock_akeneo.server import Server

LOCALES = "/api/rest/v1/locales"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["scenario", *words])


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(Settings(port=0, catalog="minimal")) as running:
        yield running


def test_scenarios_are_listed_for_people_and_for_scripts() -> None:
    listed = run("list")
    assert [line.split(" ", 1)[0] for line in listed.stdout.splitlines()] == list(library())
    assert [one["name"] for one in json.loads(run("list", "--format", "json").stdout)] == list(library())


def test_what_is_shown_is_a_file_that_can_be_played(tmp_path: Path) -> None:
    text = run("show", "index-lag").stdout
    assert scenario_from(text, "index-lag.yaml") == named("index-lag")
    assert json.loads(run("show", "index-lag", "--format", "json").stdout) == named("index-lag").to_json()
    file = tmp_path / "copy.yaml"
    file.write_text(text)
    assert run("show", str(file)).stdout == text


def test_one_of_ours_is_played_on_a_running_server(server: Server) -> None:
    played = run("play", "maintenance", "--url", server.base_url)
    assert (played.exit_code, played.stdout.splitlines()[0]) == (
        0,
        "maintenance is played in the sandbox default (1 fault, 0 plans, 0 moves).",
    )
    assert [httpx.get(server.base_url + LOCALES).status_code for _ in range(2)] == [401, 503]


def test_a_file_is_played_on_a_running_server_after_a_reset(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text('plans:\n  - operation: locales.list\n    steps: ["503"]\n')
    run("play", "maintenance", "--url", server.base_url)
    played = run("play", str(file), "--url", server.base_url, "--reset", "--format", "json")
    assert json.loads(played.stdout) == {
        "scenario": "mine",
        "sandbox": "default",
        "faults": [],
        "plans": ["plan-2"],
        "moves": 0,
    }
    assert [httpx.get(server.base_url + LOCALES).status_code for _ in range(2)] == [503, 401]


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("show", "index-lags"), 2, 'no scenario is called "index-lags": did you mean "index-lag"?'),
        (("play", "nowhere.yaml"), 2, "cannot read the scenario in nowhere.yaml: No such file or directory"),
        (("play", "index-lag", "--url", "http://127.0.0.1:9"), 4, "no mock-akeneo answers at http://127.0.0.1:9"),
        (("from-har", "nowhere.har"), 2, "cannot read nowhere.har: No such file or directory"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(words: tuple[str, ...], code: int, sentence: str) -> None:
    result = run(*words)
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.startswith(f"Error: {sentence}")


def test_an_unknown_sandbox_is_told(server: Server) -> None:
    result = run("play", "index-lag", "--url", server.base_url, "--sandbox", "other")
    assert (result.exit_code, result.stderr) == (2, 'Error: there is no sandbox "other"\n')


def test_a_recorded_incident_is_printed_as_a_scenario_file(tmp_path: Path) -> None:
    file = tmp_path / "friday (2).har"
    request = {"method": "GET", "url": f"https://pim.example{LOCALES}"}
    response = {"status": 429, "headers": [{"name": "Retry-After", "value": "7"}], "content": {"mimeType": "text/html"}}
    file.write_text(json.dumps({"log": {"entries": [{"request": request, "response": response}]}}))
    made = scenario_from(run("from-har", str(file)).stdout, "made.yaml")
    assert (made.name, made.plans[0].written) == (
        "friday-2",
        ({"kind": "status", "status": 429, "body": "html", "retry_after": 7},),
    )
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert scenario_from(run("from-har", str(file)).stdout, "made.yaml") == made
    named_json = json.loads(run("from-har", str(file), "--name", "other", "--format", "json").stdout)
    assert named_json["name"] == "other"
