from __future__ import annotations

from typing import Any

import pytest

from mock_akeneo.core.json_types import Json
from mock_akeneo.core.keys import Wrong
from mock_akeneo.faults import FAULTS
from mock_akeneo.faults.calls import Asked
from mock_akeneo.faults.fault import Fault, parse_step
from mock_akeneo.faults.plans import Plan

OPERATIONS = ("token", "products.list", "products.get", "products.update", "products_uuid.list", "families.list")
DELAY = {"operation": "products.list", "kind": "delay", "seconds": 0.5}


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ("delay", '"delay" is no fault: write {"kind": "delay"}'),
        ({"operation": "products.list"}, '"kind" is missing: write for example "kind": "delay"'),
        (DELAY | {"kind": "deley"}, '"kind": "deley" is no kind of fault: did you mean "delay"?'),
        (DELAY | {"kind": ["slow"]}, f'"kind": ["slow"] is no kind of fault: write one of {", ".join(FAULTS)}: '),
        ({"operation": "x", "kind": "delay"}, '"seconds" is missing: write for example "seconds": 0.5'),
        (DELAY | {"secnds": 1}, 'unknown key "secnds": did you mean "seconds"?'),
        (DELAY | {"seconds": -1}, '"seconds": -1 is no number from 0 on, up to 86400: write for example 0.5'),
        (DELAY | {"seconds": True}, '"seconds": true is no number from 0 on, up to 86400: write for example 0.5'),
        (DELAY | {"status": 500}, 'unknown key "status"'),
        (DELAY | {"nth": 0}, '"nth": 0 is no whole number from 1 on: write for example 3'),
        (DELAY | {"probability": 2}, '"probability": 2 is no number above 0, up to 1: write for example 0.1'),
        (DELAY | {"method": "GET"}, '"method" says nothing beside "operation": leave one of them out'),
        (DELAY | {"operation": "product.list"}, 'no operation is called "product.list": did you mean "products.list"?'),
        (DELAY | {"operation": "@pul"}, 'no operation is called "@pul": did you mean "@pull"?'),
        (DELAY | {"match": {"indentifier": "a"}}, 'unknown key "indentifier": did you mean "identifier"?'),
        (DELAY | {"match": {"query": {"page": 2}}}, '"query": {"page": 2} is no object of parameters and texts'),
        ({"kind": "reset"}, 'say which calls: "operation": "products.list", or "method" and "path"'),
        ({"kind": "reset", "path": "api"}, '"path": "api" is no path: it begins with "/" and has no host'),
        ({"kind": "reset", "path": "/api?page=2"}, "holds a query: paths are compared without it, write it into match"),
        ({"kind": "reset", "path": "/api", "method": "get"}, '"get" is no HTTP method: did you mean "GET"?'),
        ({"kind": "status", "path": "/", "status": "429"}, '"status": "429" is no whole number from 200 to 599'),
        ({"kind": "status", "path": "/", "status": 429, "body": "xml"}, '"xml" is none of json, html, empty'),
        ({"kind": "wrong_content_type", "path": "/", "content_type": "a\r\nb: c"}, "is no text of a header"),
        ({"kind": "redirect", "path": "/", "to": "pim"}, '"to": "pim" is no absolute URL'),
    ],
)
def test_a_wrong_fault_is_refused_with_the_key_and_what_to_write(told: Any, message: str) -> None:
    with pytest.raises(Wrong) as refused:
        Fault.parse(told, OPERATIONS)
    assert message in str(refused.value)


def test_the_place_of_a_mistake_is_told() -> None:
    with pytest.raises(Wrong) as refused:
        Plan.parse({"operation": "token", "steps": ["ok", {"kind": "delay", "seconds": "long"}]})
    assert refused.value.place == ("steps", 1, "seconds")
    with pytest.raises(Wrong) as refused:
        Fault.parse(DELAY | {"match": {"query": 3}})
    assert refused.value.place == ("match", "query")


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_of_each_kind_is_read_back_from_its_json(kind: str) -> None:
    own = {name: key.example for name, key in FAULTS[kind].keys.items()}
    fault = Fault.parse({"operation": "@pull", "kind": kind, "nth": 2, "times": 3, **own}, OPERATIONS)
    assert Fault.parse(fault.to_json(), OPERATIONS) == fault
    assert (fault.kind, fault.own, fault.nth, fault.times) == (kind, own, 2, 3)


def test_a_null_stands_for_an_absent_key() -> None:
    assert Fault.parse(DELAY | {"nth": None, "match": None}) == Fault.parse(DELAY)


@pytest.mark.parametrize(
    ("told", "kind", "own"),
    [
        ("429", "status", {"status": 429, "body": "json"}),
        (503, "status", {"status": 503, "body": "json"}),
        ("reset_after_apply", "reset_after_apply", {}),
        ({"kind": "delay", "seconds": 3}, "delay", {"seconds": 3}),
    ],
)
def test_a_step_may_be_written_short(told: Any, kind: str, own: Json) -> None:
    step = parse_step(told)
    assert step is not None
    assert (step.kind, step.own) == (kind, own)


def test_ok_is_no_fault() -> None:
    assert parse_step("ok") is None


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("okay", '"okay" is no step: did you mean "ok"?'),
        ("reset-after-apply", '"reset-after-apply" is no step: did you mean "reset_after_apply"?'),
        ("700", '"status": 700 is no whole number from 200 to 599'),
        ("delay", '"seconds" is missing'),
        ({"kind": "delay", "seconds": 1, "nth": 2}, 'a step has no "nth": the plan says which calls'),
        ([], "[] is no step"),
        (None, "null is no step"),
    ],
)
def test_a_wrong_step_is_refused_with_its_number(step: Any, message: str) -> None:
    with pytest.raises(Wrong) as refused:
        Plan.parse({"operation": "token", "steps": ["ok", step]})
    assert str(refused.value).startswith("step 2: ")
    assert message in str(refused.value)


def test_a_plan_has_steps() -> None:
    with pytest.raises(Wrong, match='"steps": \\[\\] is no list of steps'):
        Plan.parse({"operation": "token", "steps": []})


def asked(
    operation: str | None = "products.list",
    method: str = "GET",
    path: str = "/api/rest/v1/products",
    params: tuple[str, ...] = (),
    query: bytes = b"",
    body: bytes = b"",
    connection: str | None = "erp",
) -> Asked:
    return Asked(operation, method, path, params, query, body, connection)


@pytest.mark.parametrize(
    ("told", "call", "meant"),
    [
        ({"operation": "products.list"}, asked(), True),
        ({"operation": "products.*"}, asked(), True),
        ({"operation": "@pull"}, asked(), True),
        ({"operation": "@push"}, asked(), False),
        ({"operation": "@push"}, asked("products_uuid.update_list"), True),
        ({"operation": "*"}, asked(None), False),
        ({"path": "/api/rest/v1/products*"}, asked(None, path="/api/rest/v1/products/nothing"), True),
        ({"path": "/api/*", "method": "PATCH"}, asked(), False),
        ({"path": "/api/*", "method": "GET"}, asked(), True),
        ({"operation": "*", "connection": "erp"}, asked(), True),
        ({"operation": "*", "connection": "shop*"}, asked(), False),
        ({"operation": "*", "connection": "*"}, asked(connection=None), False),
        ({"operation": "*", "match": {"query": {"page": "2"}}}, asked(query=b"limit=10&page=2"), True),
        ({"operation": "*", "match": {"query": {"page": "2", "limit": "?0"}}}, asked(query=b"limit=10&page=2"), True),
        ({"operation": "*", "match": {"query": {"page": "2"}}}, asked(query=b"page=3"), False),
        ({"operation": "*", "match": {"query": {"search": "*A%*"}}}, asked(query=b"search=%22A%25%22"), True),
        ({"operation": "*", "match": {"identifier": "a/b [x]"}}, asked("products.get", params=("a/b [x]",)), True),
        ({"operation": "*", "match": {"identifier": "AKN*"}}, asked("products.get", params=("AKN-1",)), True),
        ({"operation": "*", "match": {"code": "red"}}, asked("options.get", params=("color", "red")), True),
        ({"operation": "*", "match": {"code": "red"}}, asked(body=b'{"code":"red"}'), True),
        ({"operation": "*", "match": {"code": "red"}}, asked(body=b'[{"code":"blue"},{"code":"red"}]'), True),
        ({"operation": "*", "match": {"code": "red"}}, asked(body=b'{"identifier":"red"}'), False),
        ({"operation": "*", "match": {"identifier": "b"}}, asked(body=b'{"identifier":"a"}\n{"identifier":"b"}'), True),
        ({"operation": "*", "match": {"identifier": "b"}}, asked(body=b'{"identifier":"a"}\nno JSON\n3'), False),
        ({"operation": "*", "match": {"larger_than": 3}}, asked(body=b"1234"), True),
        ({"operation": "*", "match": {"larger_than": 4}}, asked(body=b"1234"), False),
        ({"operation": "*", "match": {"larger_than": 1, "query": {"a": "1"}}}, asked(body=b"1234"), False),
    ],
)
def test_a_fault_concerns_the_calls_that_it_names(told: Json, call: Asked, meant: bool) -> None:
    assert Fault.parse({"kind": "reset", **told}).calls.concerns(call) is meant
