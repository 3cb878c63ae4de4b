"""The list of what is emulated."""

from __future__ import annotations

import httpx

from mock_akeneo.resources import OPERATIONS
from mock_akeneo.resources.coverage import coverage


def test_the_coverage_tells_each_operation_once() -> None:
    told = coverage()
    assert sorted(row["operation"] for row in told["operations"]) == sorted(one.name for one in OPERATIONS)
    assert sum(told["counts"].values()) == len(OPERATIONS)


def test_a_row_says_name_route_status_and_version(api: httpx.Client) -> None:
    answer = api.get("/_mock/v1/coverage")
    assert answer.status_code == 200
    rows = {row["operation"]: row for row in answer.json()["operations"]}
    assert rows["families.list"] == {
        "operation": "families.list",
        "method": "GET",
        "path": "/api/rest/v1/families",
        "status": "emulated",
        "since": "5.0",
        "note": "",
    }
    assert rows["products_uuid.update"]["path"] == "/api/rest/v1/products-uuid/{uuid}"
    assert rows["products_uuid.update"]["since"] == "7.0"
    assert rows["jobs.export"]["status"] == "absent"
    assert rows["jobs.export"]["note"] == "jobs"
    assert answer.json()["pim_version"] == "saas"
