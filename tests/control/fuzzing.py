"""Calls to the control plane that nobody would write: what its own document allows, what it forbids, and worse.

Used by the tests for a few calls, by `scripts/soak --control` for many.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cache
from typing import Any, Final, NamedTuple
from urllib.parse import quote

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok
from schemathesis.generation.modes import GenerationMode

from mock_akeneo.app import App
from mock_akeneo.control.openapi import document
from mock_akeneo.control.routes import PREFIX, TABLE
from mock_akeneo.control.way import Way
from mock_akeneo.scenarios.files import library
from tests.conftest import client

LINES: Final = "application/x-ndjson"
# An answer without an end.
WAYS: Final = tuple(way for way in TABLE if way.path != "/requests/stream")

_DEEP: Final = json.loads("[" * 300 + "]" * 300)
_SCALARS: Final = (
    None, True, False, -1, 0, 1, 3, 0.5, 2**31, 2**63, -(2**70), 2.6e11, 1e308, -1e308, "", " ", "\0", "a" * 300,
    "a" * 5000, "é\n", "1" * 5000, "../..", "/etc", "default", "demo", "minimal", "start", "frozen", "real", "scaled",
    "429", "@pull", "ndjson", "2026-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "2026-02-30",
    "10000-01-01", "http://127.0.0.1:1/", "http://[", "http://a:99999999999/", "x60", "x1e300",
    "frozen@9999-12-31T23:59:59-14:00",
)  # fmt: skip
_WORDS: Final = ("", ".", "..", "\0", "%", "a", "1", "1" * 5000, "é", "a" * 5000, "a b", "default", "-1", "١", "²")
# What a path may name that is there, or was.
_NAMES: Final = ("default", "sandbox-1", "mock_connection", "calm", "mine", "schema", "start", "fault-1", "plan-1", "1")

VALUES: Final = st.recursive(
    st.sampled_from(_SCALARS) | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
) | st.just(_DEEP)


class Asked(NamedTuple):
    """`target`: path and query, encoded."""

    way: Way
    method: str
    target: str
    body: bytes
    content_type: str | None


class Failed(NamedTuple):
    asked: Asked
    told: str


@cache
def _operation(name: str) -> Any:
    ways = [way for way in TABLE if way.handler.__name__ == name]
    [found] = schemathesis.openapi.from_dict(document(ways, PREFIX)).get_all_operations()
    assert isinstance(found, Ok)
    return found.ok()


@cache
def _examples() -> Mapping[str, tuple[Any, ...]]:
    """Bodies that are right, by the name of what takes them."""
    scenarios = tuple(scenario.to_json() for scenario in library().values())
    parts = {part: [one for told in scenarios for one in told.get(part, ())] for part in ("faults", "plans")}
    line = {"resource": "media_files", "content": "eA==", "body": {"code": "a/b", "original_filename": "b",
            "mime_type": "text/plain", "size": 1, "extension": "txt"}}  # fmt: skip
    return {
        "add_scenario": tuple({**told, "name": "mine"} for told in scenarios),
        "plant": tuple(parts["faults"]),
        "run": tuple(parts["plans"]),
        "set_limits": (
            {"preset": "akeneo-saas"},
            [{"kind": "fixed_window", "limit": 5, "seconds": 60, "retry_after": "http_date", "paths": ["/api/*"]}],
            {"limits": [{"kind": "concurrency", "limit": 2, "when_exceeded": "queue", "queue_seconds": 1}]},
        ),
        "set_clock": ({"mode": "scaled", "scale": 60}, {"mode": "frozen", "at": "2026-06-01T00:00:00Z"}),
        "advance": ({"seconds": 3601}, {"to": "2027-01-01T00:00:00Z"}),
        "create_sandbox": ({"name": "other"}, {"catalog": "minimal", "port": 0}, {"from": "default"}),
        "create_connection": ({"code": "erp", "label": "ERP", "role": {"pim_api_product_edit": False}},),
        "update_connection": ({"label": "other", "flow_type": "other", "auditable": True, "role": {}},),
        "create_token": ({"connection": "mock_connection"},),
        "expire_tokens": ({"connection": "mock_connection", "kind": "both"},),
        "revoke_tokens": ({"kind": "refresh"},),
        "subscribe": ({"url": "http://127.0.0.1:1/", "secret": "s", "connection": "mock_connection"},),
        "reset": ({"to": "start", "keep": ["tokens", "clock"]},),
        "generate": ({"products": 3, "seed": 1},),
        "import_": ({"catalog": "minimal"}, line, {"resource": "families", "body": {"code": "x", "labels": {}}}),
        "start_contract_run": ({"play": "calm", "port": 0},),
    }  # fmt: skip


def _places(told: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield way
    for key, value in told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ():
        yield from _places(value, (*way, key))


def _at(told: Any, place: tuple[Any, ...]) -> Any:
    for step in place:
        told = told[step]
    return told


def _alike(value: Any) -> st.SearchStrategy[Any]:
    """Values of the same type, which are looked at more closely."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return VALUES
    types = str if isinstance(value, str) else int | float
    return st.sampled_from([one for one in _SCALARS if isinstance(one, types) and not isinstance(one, bool)])


@st.composite
def _bent(draw: st.DrawFn, example: Any) -> Any:
    """What is right, with something else in one place or two."""
    told = deepcopy(example)
    for _ in range(draw(st.sampled_from([0, 1, 1, 2]))):
        place = draw(st.sampled_from(list(_places(told))))
        value = deepcopy(draw(_alike(_at(told, place)) | VALUES))
        if not place:
            told = draw(st.sampled_from([told, told, value]))
            continue
        inside = told
        for step in place[:-1]:
            inside = inside[step]
        inside[place[-1]] = value
    return told


@st.composite
def _own(draw: st.DrawFn, way: Way) -> Asked:
    # Mostly what is there, so that what comes behind the first check is reached.
    names = st.one_of(*[st.sampled_from(_NAMES)] * 4, st.sampled_from(_WORDS), st.text(max_size=5))
    path = re.sub(r"\{\w+\}", lambda _: quote(draw(names), safe=""), way.path)
    known = [*way.parameters, "sandbox"]
    values = names | st.sampled_from([one for one in _SCALARS if isinstance(one, str)])
    pairs = st.lists(st.tuples(st.sampled_from(known) | st.text(max_size=4), values), max_size=2)
    query = draw(pairs) if way.query or draw(st.integers(0, 5)) == 0 else []
    told = "&".join(f"{quote(name)}={quote(value, safe='')}" for name, value in query)
    examples = _examples().get(way.handler.__name__, ({},))
    body = json.dumps(draw(_bent(draw(st.sampled_from(examples))))).encode()
    content_type = "application/json"
    if way.handler.__name__ == "import_" and draw(st.booleans()):
        content_type = LINES
        body = body + b"\n" + json.dumps(draw(_bent(examples[1]))).encode()
    if draw(st.integers(0, 9)) == 0:
        body = draw(st.binary(max_size=20) | st.sampled_from([b"[" * 2000, b'"\\ud800"', b"1e999", b"\xef\xbb\xbf{}"]))
        content_type = draw(st.sampled_from([content_type, LINES, "text/plain", "", "application/json; charset=x"]))
    return Asked(way, way.method, PREFIX + path + ("?" + told if told else ""), body, content_type)


@st.composite
def _told(draw: st.DrawFn, way: Way) -> Asked:
    """As the document allows, or as it forbids."""
    mode = draw(st.sampled_from(list(GenerationMode)))
    try:
        case = draw(_operation(way.handler.__name__).as_strategy(generation_mode=mode))
    except schemathesis.errors.SchemathesisError:
        # Nothing of this call can be wrong.
        case = draw(_operation(way.handler.__name__).as_strategy())
    told: dict[str, Any] = case.as_transport_kwargs(base_url="http://localhost")
    request = httpx.Request(told["method"], told["url"], params=told.get("params"), json=told.get("json"))
    return Asked(
        way,
        told["method"],
        request.url.raw_path.decode("latin-1"),
        request.content,
        request.headers.get("Content-Type"),
    )


def calls(ways: tuple[Way, ...] = WAYS) -> st.SearchStrategy[Asked]:
    # What takes a body can be told more that is wrong.
    of_each = [st.one_of(_told(way), _own(way)) for way in ways for _ in range(4 if way.takes or way.schema else 1)]
    return st.sampled_from(range(len(of_each))).flatmap(lambda position: of_each[position])


def _is_bounded(asked: Asked) -> bool:
    """It makes no million products."""
    return "generate" not in asked.target or re.search(rb'"products":\s*\d\d\d', asked.body) is None


def ask(app: App, cases: int, number: int, ways: tuple[Way, ...] = WAYS) -> list[Failed]:
    """Asks so many calls of one application, one after the other; those that were answered 5xx or not at all."""
    failed: list[Failed] = []

    @seed(number)
    @settings(
        max_examples=cases, deadline=None, database=None, derandomize=False, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(calls(ways).filter(_is_bounded))
    def run(asked: Asked) -> None:
        headers = {} if asked.content_type is None else {"Content-Type": asked.content_type}
        try:
            answer = api.request(asked.method, asked.target, content=asked.body, headers=headers)
        except Exception as error:
            failed.append(Failed(asked, repr(error)))
            return
        if answer.status_code >= 500:
            failed.append(Failed(asked, answer.text))
        elif answer.status_code >= 400 and answer.headers.get("Content-Type") != "application/problem+json":
            failed.append(Failed(asked, f"{answer.status_code} {answer.headers.get('Content-Type')}"))

    with client(app) as api:
        run()
    return failed
