"""Calls to the API that are right but for a change or two, made of what a catalog shows, for all operations.

Used by the tests for a few calls, by `scripts/soak --fuzz` for many.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Final, NamedTuple
from urllib.parse import quote

import httpx
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from mock_akeneo.app import App
from mock_akeneo.resources.coverage import EMULATED
from mock_akeneo.rest.openapi import PARAMETERS
from mock_akeneo.rest.operation import COLLECTION_JSON, ROOT, Operation
from tests.conftest import client

SCALARS: Final = (
    None, True, False, 0, 1, -1, 2, 100, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 10**30, 0.5, -0.0, 2.0, 1e15, 1e-7,
    1e308, float("inf"), float("-inf"), "", " ", "0", "1", "-1", "1.0", " 12", "12abc", "1e3", "1e400", "0x1A",
    "true", "false", "a", "A" * 101, "a" * 256, "a" * 5000, "é", "漢😀", "a\nb", "a\0b", "a/b", "<b>", ".", "..", "%2F",
    "{}", "null", "2020-02-03", "2020-02-03T", "2020-02-30", "0000-00-00", "9999-12-31T23:59:59-14:00",
    "2020-02-03T10:11:12.000+00:00", "en_US", "EN_us", "fr_FR", "xx_YY", "ecommerce", "ECOMMERCE", "USD", "usd",
    "XXX", "master", "sku", "SKU", "name", "pim_catalog_text", "pim_catalog_metric", "clothing", "KILOGRAM", "Weight",
    "KELVIN", "00000000-0000-4000-8000-000000000000", "fc24e6c3-933c-4a93-8a81-e5c703d134d5", "/[a-z/", "/^a$/", "(",
    "[]",
)  # fmt: skip
OPERATORS: Final = (
    "=", "!=", "IN", "NOT IN", ">", "<", ">=", "<=", "BETWEEN", "NOT BETWEEN", "EMPTY", "NOT EMPTY", "STARTS WITH",
    "CONTAINS", "DOES NOT CONTAIN", "UNCLASSIFIED", "IN OR UNCLASSIFIED", "IN CHILDREN", "SINCE LAST N DAYS",
    "AT LEAST COMPLETE", "GREATER THAN", "ALL COMPLETE", "x", "", None, 1,
)  # fmt: skip
FIELDS: Final = (
    "sku", "name", "weight", "price", "color", "size", "image", "description", "family", "categories", "groups",
    "enabled", "completeness", "created", "updated", "parent", "identifier", "uuid", "code", "type", "quality_score",
    "is_root", "has_products", "values", "x", "",
)  # fmt: skip
_INSIDE: Final = re.compile(r"\{(\w+)(?::\w+)?\}")


class Asked(NamedTuple):
    """`target`: path and query, encoded."""

    operation: Operation
    target: str
    body: bytes
    content_type: str | None


class Failed(NamedTuple):
    asked: Asked
    told: str


class Material(NamedTuple):
    """`items`: by resource, with the codes of the URL in front of their own."""

    items: dict[str, list[tuple[tuple[str, ...], Any]]]


def material(api: httpx.Client) -> Material:
    """What the lists of the catalog show."""
    items: dict[str, list[tuple[tuple[str, ...], Any]]] = {}
    for operation in EMULATED:
        resource, _, verb = operation.name.partition(".")
        if verb != "list":
            continue
        for parents in _parents(operation, items):
            path = operation.path
            for code in parents:
                path = _INSIDE.sub(quote(code, safe=""), path, count=1)
            found = api.get(path, params={"limit": 30}).json()
            listed = found if isinstance(found, list) else found.get("_embedded", {}).get("items", [])
            for item in listed:
                item.pop("_links", None)
                items.setdefault(resource, []).append((parents, item))
    return Material(items)


def _parents(operation: Operation, items: dict[str, list[tuple[tuple[str, ...], Any]]]) -> list[tuple[str, ...]]:
    inside = _INSIDE.findall(operation.path)
    if not inside:
        return [()]
    above = {"attributeCode": "attributes", "familyCode": "families"}[inside[0]]
    return [(item["code"],) for _, item in items[above][:12]]


def _places(told: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield way
    for key, value in told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ():
        yield from _places(value, (*way, key))


def _value(draw: st.DrawFn, scalar: st.SearchStrategy[Any]) -> Any:
    one = draw(scalar)
    match draw(st.integers(0, 9)):
        case 0:
            return [one]
        case 1:
            return {str(draw(scalar)): one}
        case 2:
            return draw(st.sampled_from([[], {}, [[]], [{}], {"a": {"b": []}}, [one, one], [one, None]]))
    return one


_SCALAR: Final = st.sampled_from(SCALARS)


def _change(draw: st.DrawFn, told: Any) -> Any:
    """Something else in one place: a value, a missing member, one too many, one under another name, one twice."""
    place = draw(st.sampled_from(list(_places(told))))
    if not place:
        return told if draw(st.integers(0, 9)) else _value(draw, _SCALAR)
    inside = told
    for step in place[:-1]:
        inside = inside[step]
    kind, last = draw(st.integers(0, 7)), place[-1]
    if kind == 0:
        del inside[last]
    elif isinstance(inside, dict) and kind == 1:
        inside[str(draw(_SCALAR))] = inside.pop(last)
    elif isinstance(inside, dict) and kind == 2:
        inside[str(draw(_SCALAR))] = deepcopy(inside[last])
    elif isinstance(inside, list) and kind <= 3:
        inside.append(deepcopy(inside[last]))
    else:
        inside[last] = _value(draw, _SCALAR)
    return told


def _dumped(told: Any) -> bytes:
    return json.dumps(told).replace("Infinity", "1e400").encode("utf-8", "surrogatepass")


def _body(draw: st.DrawFn, items: list[tuple[tuple[str, ...], Any]], *, new: bool) -> Any:
    told = deepcopy(draw(st.sampled_from(items))[1]) if items else {}
    if new and isinstance(told, dict):
        for name in ("code", "identifier"):
            if name in told:
                told[name] = draw(st.sampled_from(["new_a", "new_b", told[name]]))
        told.pop("uuid", None)
    for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2, 3]))):
        told = _change(draw, told)
    return told


def _query(draw: st.DrawFn) -> str:
    pairs = []
    for name in draw(st.lists(st.sampled_from([*PARAMETERS, "search", "search", "x"]), max_size=3)):
        if name == "search":
            entry = {"operator": draw(st.sampled_from(OPERATORS)), "value": _value(draw, _SCALAR)}
            if draw(st.booleans()):
                entry |= {"scope": draw(_SCALAR), "locale": draw(_SCALAR)}
            search = {draw(st.sampled_from(FIELDS)): [entry]}
            told = _dumped(_change(draw, search) if draw(st.booleans()) else search).decode("utf-8", "replace")
        else:
            told = str(draw(st.sampled_from(["true", "1", "2", "100", "page", "search_after", "ecommerce", *SCALARS])))
        pairs.append(f"{name}={quote(told, safe='')}")
    return "&".join(pairs)


@st.composite
def _asked(draw: st.DrawFn, given_: Material) -> Asked:
    operation = draw(st.sampled_from(EMULATED))
    items = given_.items.get(operation.name.partition(".")[0], [])
    parents, item = draw(st.sampled_from(items)) if items else ((), {})
    codes = iter([*parents, *(str(item[name]) for name in ("uuid", "identifier", "code") if item.get(name))])

    def code(match: re.Match[str]) -> str:
        own = next(codes, "a")
        odd = draw(st.sampled_from([own] * 8 + ["new_a", own.upper(), own + " ", str(draw(_SCALAR))]))
        return quote(odd or "a", safe="")

    target = _INSIDE.sub(code, operation.path)
    body, content_type = b"", None
    if operation.method in ("POST", "PATCH"):
        content_type = operation.consumes or "application/json"
        if content_type == COLLECTION_JSON:
            lines = [_body(draw, items, new=draw(st.booleans())) for _ in range(draw(st.integers(1, 3)))]
            body = b"\n".join(map(_dumped, lines))
        elif operation.name == "measurement_families.update_list":
            body = _dumped([_body(draw, items, new=draw(st.booleans()))])
        else:
            body = _dumped(_body(draw, items, new=operation.method == "POST"))
    query = _query(draw) if operation.method == "GET" or draw(st.integers(0, 9)) == 0 else ""
    return Asked(operation, target + ("?" + query if query else ""), body, content_type)


def ask(app: App, cases: int, number: int) -> list[Failed]:
    """Asks so many calls of one application, one after the other; those that were answered 500, whole or by line."""
    failed: list[Failed] = []
    with client(app) as api:
        given_ = material(api)
        start = app.sandboxes.default.snapshot()
        told = 0

        @seed(number)
        @settings(
            max_examples=cases, deadline=None, database=None, derandomize=False, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(_asked(given_))
        def run(asked: Asked) -> None:
            nonlocal told
            told += 1
            if told % 500 == 0:
                app.sandboxes.default.restore(start)
            headers = {} if asked.content_type is None else {"Content-Type": asked.content_type}
            request = api.build_request(asked.operation.method, ROOT, content=asked.body, headers=headers)
            request.extensions["target"] = asked.target.encode("utf-8", "surrogatepass")
            try:
                answer = api.send(request)
            except Exception as error:
                failed.append(Failed(asked, repr(error)))
                return
            if (answer.status_code >= 500 and answer.status_code != 501) or b'"status_code":500' in answer.content:
                failed.append(Failed(asked, answer.text[:500]))

        run()
    return failed
