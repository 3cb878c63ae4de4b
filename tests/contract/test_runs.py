"""Contract runs over the control plane of a server that serves something else."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from mock_akeneo.contract.runs import Runs
from mock_akeneo.control.routes import PREFIX
from mock_akeneo.core.settings import Settings
from mock_akeneo.server import Server


@pytest.fixture
def control() -> Iterator[httpx.Client]:
    with Server(Settings(port=0, catalog="minimal")) as server:
        runs = Runs()
        server.app.judge = lambda: runs
        with httpx.Client(base_url=server.base_url + PREFIX, timeout=60) as client:
            yield client


def test_a_run_is_served_on_a_port_of_its_own_and_judged_when_it_is_done(control: httpx.Client) -> None:
    begun = control.post("/contract/runs", json={"play": "calm"})
    assert begun.status_code == 201
    settings = begun.json().pop("settings")
    assert {name: begun.json()[name] for name in ("id", "state", "play")} == (
        {"id": "1", "state": "running", "play": "calm"}
    )
    assert not str(control.base_url).startswith(settings["AKENEO_BASE_URL"])
    url = f"{settings['AKENEO_BASE_URL']}/api/rest/v1/currencies?access_token={settings['AKENEO_API_KEY']}"
    assert httpx.get(url).status_code == 200

    ended = control.post("/contract/runs/1/done").json()
    assert (ended["state"], ended["report"]["connector"]) == ("done", "an observed connector")
    assert {rule["id"]: rule["verdict"] for rule in ended["report"]["rules"]}["SEC-01"] == "fail"
    assert control.get("/contract/runs/1").json() == ended
    assert control.get("/contract/runs").json() == {"items": [{"id": "1", "state": "done", "play": "calm"}]}
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_a_run_is_served_on_the_host_of_its_server_and_guarded_as_that() -> None:
    runs = Runs(Settings(host="0.0.0.0", port=0, admin_token="of the house"))
    url = runs.start("calm", 0)["settings"]["AKENEO_BASE_URL"] + PREFIX + "/contract/runs"
    answers = [httpx.get(url, headers=headers) for headers in ({}, {"Authorization": "Bearer of the house"})]
    runs.done("1")
    assert [answer.status_code for answer in answers] == [401, 200]


def test_what_cannot_be_run_is_told(control: httpx.Client) -> None:
    for body, detail in (
        ({"play": "quiet"}, 'no scenario is called "quiet"'),
        ({"port": -1}, '"port" is a port, or 0 for a free one'),
        ({"ply": "calm"}, 'unknown member "ply": did you mean "play"?'),
    ):
        answer = control.post("/contract/runs", json=body)
        assert (answer.status_code, answer.json()["detail"].startswith(detail)) == (422, True), answer.text
    answer = control.post("/contract/runs/7/done")
    assert (answer.status_code, answer.json()["detail"]) == (404, 'there is no contract run "7"')
    assert control.get("/contract/runs").json() == {"items": []}


def test_a_server_without_the_kit_says_so() -> None:
    with Server(Settings(port=0, catalog="minimal")) as server:
        answer = httpx.get(f"{server.base_url}{PREFIX}/contract/runs")
    assert (answer.status_code, answer.json()["detail"]) == (
        404,
        "this server judges no connectors: start it with mock-akeneo serve",
    )
