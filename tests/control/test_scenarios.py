from __future__ import annotations

import httpx

from mock_akeneo.core.json_types import Json
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.scenarios.files import library, named
from mock_akeneo.scenarios.scenario import scenario_schema

LOCALES = "/api/rest/v1/locales"
MINE: Json = {"name": "mine", "about": "Once.", "plans": [{"operation": "locales.list", "steps": ["503"]}]}


def test_the_scenarios_are_listed_and_shown(api: httpx.Client) -> None:
    items = api.get("/_mock/v1/scenarios").json()["items"]
    assert [item["name"] for item in items] == list(library())
    assert items[0] == {
        "name": "absurd-retry-after",
        "about": "One 429 asks for a wait of thirty years. Whoever obeys never ends.",
        "needs": ["pull", "push"],
    }
    assert api.get("/_mock/v1/scenarios/index-lag").json() == named("index-lag").to_json()
    assert api.get("/_mock/v1/scenarios/schema").json() == scenario_schema()


def test_a_scenario_is_played_on_a_running_server(api: httpx.Client, sandbox: Sandbox) -> None:
    assert api.post("/_mock/v1/scenarios/maintenance/play").json() == {
        "scenario": "maintenance",
        "sandbox": "default",
        "faults": ["fault-1"],
        "plans": [],
        "moves": 0,
    }
    assert [api.get(LOCALES).status_code for _ in range(7)] == [200, *[503] * 5, 200]
    assert {entry["fault"] for entry in sandbox.journal.entries()} == {None, "status"}


def test_one_of_your_own_is_handed_in_played_and_removed(api: httpx.Client) -> None:
    added = api.post("/_mock/v1/scenarios", json=MINE)
    assert (added.status_code, added.json()) == (201, MINE)
    assert "mine" in [item["name"] for item in api.get("/_mock/v1/scenarios").json()["items"]]
    for _ in range(2):
        assert api.post("/_mock/v1/scenarios/mine/play").json()["plans"] != []
        assert [api.get(LOCALES).status_code for _ in range(2)] == [503, 200]
    assert api.delete("/_mock/v1/scenarios/mine").status_code == 204
    assert api.post("/_mock/v1/scenarios/mine/play").status_code == 404


def test_ours_stay(api: httpx.Client) -> None:
    refused = api.delete("/_mock/v1/scenarios/index-lag")
    assert (refused.status_code, refused.json()["detail"]) == (409, '"index-lag" is one of ours and stays')


def test_a_wrong_scenario_is_refused_and_the_server_keeps_its_settings(api: httpx.Client) -> None:
    api.post("/_mock/v1/faults", json={"operation": "locales.list", "kind": "status", "status": 503})
    refused = api.post("/_mock/v1/scenarios", json={**MINE, "plans": [{"operation": "token", "steps": ["nok"]}]})
    assert (refused.status_code, refused.json()["detail"]) == (
        422,
        'plan 1: step 1: "nok" is no step: did you mean "ok"?',
    )
    wrong = {"name": "elsewhere", "catalog": "/no/such/folder", "faults": []}
    api.post("/_mock/v1/scenarios", json=wrong)
    refused = api.post("/_mock/v1/scenarios/elsewhere/play")
    assert (refused.status_code, "/no/such/folder" in refused.json()["detail"]) == (422, True)
    assert api.get(LOCALES).status_code == 503


def test_an_unknown_scenario_is_not_found_with_what_was_meant(api: httpx.Client) -> None:
    answer = api.post("/_mock/v1/scenarios/index-lags/play")
    assert (answer.status_code, answer.json()["detail"]) == (
        404,
        'there is no scenario "index-lags": did you mean "index-lag"?',
    )
