"""What we do not emulate says so."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from mock_akeneo.app import App
from mock_akeneo.resources import OPERATIONS, operations_of
from mock_akeneo.resources.absent import ABSENT, PARTIAL
from mock_akeneo.resources.coverage import EMULATED
from mock_akeneo.rest.operation import Operation

UUID = "12951d98-210e-4bac-ab18-7fd6f1bd14f3"
# Method and path of every operation that is documented or was seen, placeholders as `{}`.
PUBLIC = (Path(__file__).parent / "public_operations.txt").read_text("utf-8").splitlines()


def shape(operation: Operation) -> str:
    return f"{operation.method} {re.sub('{[^}]*}', '{}', operation.path)}"


def test_every_public_operation_is_emulated_or_listed_as_absent() -> None:
    answered = {shape(operation) for operation in OPERATIONS}
    assert (set(PUBLIC) - answered, answered - set(PUBLIC)) == (set(), set())


def test_no_row_of_the_absent_is_emulated_as_well() -> None:
    """Remove the row from `absent.py` when the operation is there."""
    shapes = {shape(operation) for operation in EMULATED}
    assert [row.operation.name for row in ABSENT if shape(row.operation) in shapes] == []


def test_names_are_unique_and_what_is_partial_is_emulated() -> None:
    names = [operation.name for operation in OPERATIONS]
    assert len(names) == len(set(names))
    assert PARTIAL.keys() <= {operation.name for operation in EMULATED}


@pytest.mark.parametrize("operation", [row.operation for row in ABSENT], ids=lambda operation: operation.name)
def test_an_absent_operation_is_501_and_says_where_to_look(api: httpx.Client, operation: Operation) -> None:
    path = re.sub("{[^}]*}", UUID, operation.path)
    answer = api.request(operation.method, path, json={} if operation.method in ("POST", "PATCH", "PUT") else None)
    note = next(row.note for row in ABSENT if row.operation is operation)
    message = f"{operation.method} {path} is not emulated by mock-akeneo ({note}); see /_mock/v1/coverage"
    assert (answer.status_code, answer.json()) == (501, {"code": 501, "message": message})


def test_what_holds_for_every_route_comes_before_the_501(api: httpx.Client, pim: App) -> None:
    path = "/api/rest/v1/jobs/export/x"
    assert api.get(path).status_code == 405
    assert api.post(path, content=b"{", headers={"Content-Type": "application/json"}).status_code == 400
    assert api.post(path, headers={"Authorization": "Bearer no"}).status_code == 401
    assert api.get("/api/rest/v1/assets", headers={"Accept": "text/html"}).status_code == 406
    assert api.get("/api/rest/v1/assets?x[]=1").status_code == 400
    assert pim.sandboxes.default.journal.entries()[0]["operation"] is None
    assert pim.sandboxes.default.journal.entries()[1]["operation"] == "jobs.export"


def test_an_older_pim_does_not_know_what_came_later() -> None:
    names = {operation.name for operation in operations_of("7.0")}
    assert "test_apps.list" in names
    assert "catalogs.list" not in names
    assert "test_apps.list" not in {operation.name for operation in operations_of("6.0")}
