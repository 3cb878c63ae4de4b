from __future__ import annotations

import httpx
import pytest

LOCALES = "/api/rest/v1/locales"


def test_a_fault_is_planted_shown_and_deleted(api: httpx.Client) -> None:
    told = {"operation": "locales.list", "kind": "status", "status": 503, "times": 2}
    planted = api.post("/_mock/v1/faults", json=told)
    assert (planted.status_code, planted.json()) == (201, {"id": "fault-1", **told, "struck": 0})
    assert api.get(LOCALES).status_code == 503
    assert api.get("/_mock/v1/faults").json() == {"items": [{"id": "fault-1", **told, "struck": 1}]}
    assert api.get("/_mock/v1/faults/fault-1").json() == {"id": "fault-1", **told, "struck": 1}
    assert api.delete("/_mock/v1/faults/fault-1").status_code == 204
    assert api.get(LOCALES).status_code == 200
    assert api.get("/_mock/v1/faults").json() == {"items": []}


def test_a_plan_is_used_up_step_by_step_and_shows_what_remains(api: httpx.Client) -> None:
    told = {"operation": "locales.list", "steps": ["ok", "429", "503", "ok"]}
    assert api.post("/_mock/v1/plans", json=told).json() == {"id": "plan-1", **told, "remaining": told["steps"]}
    assert [api.get(LOCALES).status_code for _ in range(3)] == [200, 429, 503]
    assert api.get("/_mock/v1/plans/plan-1").json()["remaining"] == ["ok"]
    assert [api.get(LOCALES).status_code for _ in range(3)] == [200, 200, 200]
    assert api.get("/_mock/v1/plans").json() == {"items": [{"id": "plan-1", **told, "remaining": []}]}
    assert api.delete("/_mock/v1/plans/plan-1").status_code == 204


def test_all_are_deleted_at_once(api: httpx.Client) -> None:
    for _ in range(3):
        api.post("/_mock/v1/faults", json={"operation": "token", "kind": "reset"})
    api.post("/_mock/v1/plans", json={"operation": "token", "steps": ["reset"]})
    assert api.delete("/_mock/v1/faults").json() == {"count": 3}
    assert api.delete("/_mock/v1/plans").json() == {"count": 1}


@pytest.mark.parametrize(
    ("path", "told", "detail"),
    [
        ("faults", {"operation": "token", "kind": "rest"}, '"kind": "rest" is no kind of fault: did you mean "reset"?'),
        (
            "faults",
            {"operation": "local.list", "kind": "reset"},
            '"operation": no operation is called "local.list": did you mean "locales.list"?',
        ),
        (
            "plans",
            {"operation": "token", "steps": ["ok", "slow"]},
            'step 2: "slow" is no step: write ok, a status such',
        ),
        ("plans", {"steps": ["ok"]}, 'say which calls: "operation": "products.list", or "method" and "path"'),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_is_planted(
    api: httpx.Client, path: str, told: dict[str, object], detail: str
) -> None:
    refused = api.post(f"/_mock/v1/{path}", json=told)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert detail in refused.json()["detail"]
    assert api.get(f"/_mock/v1/{path}").json() == {"items": []}


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("faults/fault-9", 'there is no fault "fault-9"'),
        ("plans/plan-9", 'there is no plan "plan-9"'),
    ],
)
def test_what_is_not_there_is_not_found(api: httpx.Client, path: str, detail: str) -> None:
    for answer in (api.get(f"/_mock/v1/{path}"), api.delete(f"/_mock/v1/{path}")):
        assert (answer.status_code, answer.json()["detail"]) == (404, detail)


def test_a_reset_ends_faults_and_plans_unless_they_are_kept(api: httpx.Client) -> None:
    api.post("/_mock/v1/faults", json={"operation": "locales.list", "kind": "empty"})
    api.post("/_mock/v1/plans", json={"operation": "locales.list", "steps": ["503"]})
    api.post("/_mock/v1/reset", json={"keep": ["tokens", "faults"]})
    assert [api.get(LOCALES).status_code, api.get(LOCALES).content] == [503, b""]
    api.post("/_mock/v1/reset", json={"keep": ["tokens"]})
    assert (api.get("/_mock/v1/faults").json(), api.get("/_mock/v1/plans").json()) == ({"items": []}, {"items": []})
    assert api.get(LOCALES).json()["_embedded"]["items"] != []


def test_the_control_plane_itself_is_never_struck(api: httpx.Client) -> None:
    api.post("/_mock/v1/faults", json={"path": "*", "kind": "status", "status": 500})
    assert api.get(LOCALES).status_code == 500
    assert api.get("/_mock/v1/health").status_code == 200
