"""The control plane's own document says the truth about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok

from mock_akeneo.app import create_app
from mock_akeneo.control.openapi import document
from mock_akeneo.control.routes import PREFIX, TABLE
from mock_akeneo.control.way import Way
from mock_akeneo.core.settings import Settings
from tests.conftest import client
from tests.control.fuzzing import ask

# An answer without an end, and one that may make a million products.
ASKED = [way for way in TABLE if way.path not in ("/requests/stream", "/catalog/generate")]


def test_every_way_is_told_once(api: httpx.Client) -> None:
    told = api.get(f"{PREFIX}/openapi.json").json()
    operations = [
        (method.upper(), path.removeprefix(PREFIX), operation)
        for path, item in told["paths"].items()
        for method, operation in item.items()
    ]
    assert {(method, path) for method, path, _ in operations} == {(way.method, way.path) for way in TABLE}
    names = [operation["operationId"] for _, _, operation in operations]
    assert len(set(names)) == len(names) == len(TABLE)
    assert all(operation["summary"].endswith(".") for _, _, operation in operations)


def test_whatever_points_somewhere_points_at_something(api: httpx.Client) -> None:
    told = api.get(f"{PREFIX}/openapi.json").json()
    pointers = set(_pointers(told))
    assert "#/components/schemas/add_scenario.operation" in pointers
    for pointer in pointers:
        found = told
        for step in pointer.removeprefix("#/").split("/"):
            assert step in found, pointer
            found = found[step]


def _pointers(told: Any) -> Iterator[str]:
    if isinstance(told, dict):
        if isinstance(told.get("$ref"), str):
            yield told["$ref"]
        told = list(told.values())
    for one in told if isinstance(told, list) else ():
        yield from _pointers(one)


def test_one_way_as_it_is_told() -> None:
    [way] = [way for way in TABLE if way.handler.__name__ == "expire_tokens"]
    assert document([way], PREFIX)["paths"] == {
        "/_mock/v1/tokens/expire": {
            "post": {
                "operationId": "expire_tokens",
                "tags": ["tokens"],
                "summary": "Lets tokens end as if their time had come.",
                "parameters": [
                    {
                        "name": "sandbox",
                        "in": "query",
                        "required": False,
                        "schema": {"type": "string", "description": "Which is meant; default: default."},
                    }
                ],
                "requestBody": {
                    "required": False,
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "properties": {
                                    "connection": {"type": "string", "description": "Its code; default: all."},
                                    "kind": {"enum": ["access", "refresh", "both"]},
                                    "sandbox": {"type": "string", "description": "Which is meant; default: default."},
                                },
                                "required": [],
                                "additionalProperties": False,
                            }
                        }
                    },
                },
                "responses": {
                    "200": {"description": "Done.", "content": {"application/json": {"schema": {}}}},
                    "default": {"$ref": "#/components/responses/Problem"},
                },
            }
        }
    }


@pytest.mark.parametrize("way", ASKED, ids=lambda way: f"{way.method} {way.path}")
def test_whatever_fits_the_document_is_answered_as_it_says(way: Way) -> None:
    """Generated calls, those that fit and those that do not: never a server error, never an undocumented answer."""
    schema = schemathesis.openapi.from_dict(document([way], PREFIX))
    [found] = schema.get_all_operations()
    assert isinstance(found, Ok)
    operation = found.ok()
    app = create_app(Settings(catalog="minimal", clock="frozen"))

    @settings(max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def ask(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy())
        told: dict[str, Any] = case.as_transport_kwargs(base_url="http://localhost")
        answer = api.request(told["method"], told["url"], params=told.get("params"), json=told.get("json"))
        if answer.status_code == 405:
            return  # the path that was drawn is another way's
        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400:
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert set(answer.json()) == {"type", "title", "status", "detail"}
        else:
            assert answer.status_code in (way.status, 200)
            assert answer.status_code == 204 or answer.headers["Content-Type"].partition(";")[0] in way.gives

    with client(app) as api:
        ask()


def test_no_call_is_answered_by_a_server_error() -> None:
    """A few of many: `scripts/soak --control`."""
    assert ask(create_app(Settings(catalog="minimal", clock="frozen")), 60, 1) == []


def test_an_unknown_parameter_is_refused_with_a_suggestion(api: httpx.Client) -> None:
    for path, detail in (
        ("clock?sandox=x", 'unknown parameter "sandox": did you mean "sandbox"?'),
        ("health?x=1", 'unknown parameter "x"'),
        ("snapshots?y", 'unknown parameter "y": known are sandbox'),
    ):
        refused = api.get(f"{PREFIX}/{path}")
        assert (refused.status_code, refused.json()["detail"]) == (422, detail)
