"""Limits as data: read, written, named in presets, changed by flags, and refused with the key and the cure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_akeneo.core.json_types import Json
from mock_akeneo.throttling.limits import PRESETS, Limit, Limits, WrongLimit, limits_from, parse_limits
from mock_akeneo.throttling.service_times import PIM, ServiceTime

WINDOW: Json = {"kind": "fixed_window", "limit": 5, "seconds": 60}
SLOTS: Json = {"kind": "concurrency", "limit": 5}

COMMON = {
    "name": st.text(min_size=1).filter(lambda name: bool(name.strip()) and name.isprintable()),
    "scope": st.sampled_from(["connection", "sandbox"]),
    "methods": st.lists(st.sampled_from(["GET", "POST", "PATCH", "DELETE"]), min_size=1, unique=True),
    "paths": st.lists(
        st.sampled_from(["/api/rest/v1/products*", "*", "/api/rest/v1/attributes/*/options"]), min_size=1
    ),
    "when_exceeded": st.sampled_from(["reject", "queue"]),
    "queue_seconds": st.integers(0, 100) | st.floats(0, 100),
    "queue_length": st.integers(0, 1000),
    "retry_after": st.sampled_from(["seconds", "http_date", "absent", 0, 1.5, 999_999_999]),
    "body": st.sampled_from(["json", "html", "empty"]),
    "count_tokens": st.booleans(),
}
FIGURES = {"limit": st.integers(1, 10**9)}
SECONDS = {"seconds": st.floats(0.001, 10**6) | st.integers(1, 10**6)}
LIMIT_JSON = st.one_of(
    st.fixed_dictionaries({"kind": st.just("concurrency"), **FIGURES}, optional=COMMON),
    st.fixed_dictionaries(
        {"kind": st.sampled_from(["fixed_window", "sliding_window"]), **FIGURES, **SECONDS}, optional=COMMON
    ),
    st.fixed_dictionaries(
        {"kind": st.just("token_bucket"), **FIGURES, **SECONDS}, optional={"burst": st.integers(1, 10**9), **COMMON}
    ),
)


@given(LIMIT_JSON)
def test_a_limit_is_written_as_it_was_read(said: Json) -> None:
    limit = Limit.parse(said)
    written = limit.to_json()
    assert written | said == written
    assert Limit.parse(orjson.loads(orjson.dumps(written))) == limit


def test_what_is_not_said_has_the_documented_default() -> None:
    assert Limit.parse(WINDOW).to_json() == {
        "name": "5 in 60 s per connection",
        "scope": "connection",
        "kind": "fixed_window",
        "limit": 5,
        "seconds": 60,
        "when_exceeded": "reject",
        "queue_seconds": 30,
        "queue_length": 100,
        "retry_after": "seconds",
        "body": "json",
        "count_tokens": False,
    }
    assert Limit.parse({**SLOTS, "scope": "sandbox", "seconds": None, "methods": None}).name == "5 at once per sandbox"


def test_a_number_to_be_told_may_stand_in_quotes() -> None:
    assert Limit.parse({**SLOTS, "retry_after": "86400"}).retry_after == 86400


@pytest.mark.parametrize(
    ("said", "key", "message"),
    [
        (5, None, '5 is no limit: write for example {"kind": "fixed_window", "limit": 5, "seconds": 60}'),
        ({**SLOTS, "knid": 1}, "knid", 'unknown key "knid": did you mean "kind"?'),
        (
            {**WINDOW, "window": 1},
            "window",
            'unknown key "window": write name, scope, methods, paths, kind, limit, seconds, burst, when_exceeded, '
            "queue_seconds, queue_length, retry_after, body, count_tokens",
        ),
        ({"limit": 5}, None, '"kind" is missing: write "kind": "fixed_window"'),
        ({"kind": "concurrency"}, None, '"limit" is missing: write "limit": 5'),
        (
            {**WINDOW, "kind": "fixed-windw"},
            "kind",
            '"kind": "fixed-windw" is none of fixed_window, sliding_window, token_bucket, concurrency: '
            'did you mean "fixed_window"?',
        ),
        (
            {**WINDOW, "scope": "conection"},
            "scope",
            '"scope": "conection" is none of connection, sandbox: did you mean "connection"?',
        ),
        (
            {**WINDOW, "limit": 0},
            "limit",
            '"limit": 0 is no whole number from 1 on: write for example "limit": 5',
        ),
        (
            {**WINDOW, "limit": True},
            "limit",
            '"limit": true is no whole number from 1 on: write for example "limit": 5',
        ),
        (
            {**WINDOW, "limit": "5"},
            "limit",
            '"limit": "5" is no whole number from 1 on: write for example "limit": 5',
        ),
        (
            {**WINDOW, "seconds": 0},
            "seconds",
            '"seconds": 0 is no number above 0: write for example "seconds": 60',
        ),
        (
            {"kind": "sliding_window", "limit": 5},
            None,
            '"seconds" is missing: a sliding_window needs its length, write "seconds": 60',
        ),
        ({**SLOTS, "seconds": 60}, "seconds", '"seconds" says nothing for concurrency: leave it out'),
        (
            {**WINDOW, "burst": 9},
            "burst",
            '"burst" says nothing for fixed_window: leave it out, or write "kind": "token_bucket"',
        ),
        (
            {**WINDOW, "methods": "PATCH"},
            "methods",
            '"methods": "PATCH" is no list: write for example "methods": ["POST", "PATCH"]',
        ),
        (
            {**WINDOW, "methods": ["GET", "patch"]},
            "methods",
            '"methods": ["GET", "patch"] holds "patch", which is no HTTP method: did you mean "PATCH"?',
        ),
        (
            {**WINDOW, "paths": ["http://pim/api"]},
            "paths",
            '"paths": ["http://pim/api"] holds "http://pim/api", but a path begins with "/" and has no host: '
            'write for example "paths": ["/api/rest/v1/products*"]',
        ),
        (
            {**WINDOW, "paths": ["/api?page=2"]},
            "paths",
            '"paths": ["/api?page=2"] holds "/api?page=2", but paths are compared without the query: '
            'write for example "paths": ["/api/rest/v1/products*"]',
        ),
        (
            {**SLOTS, "when_exceeded": "wait"},
            "when_exceeded",
            '"when_exceeded": "wait" is none of reject, queue: write for example "when_exceeded": "reject"',
        ),
        (
            {**SLOTS, "queue_seconds": -1},
            "queue_seconds",
            '"queue_seconds": -1 is no number from 0 on: write for example "queue_seconds": 30',
        ),
        (
            {**SLOTS, "queue_length": 1.5},
            "queue_length",
            '"queue_length": 1.5 is no whole number from 0 on: write for example "queue_length": 100',
        ),
        (
            {**SLOTS, "retry_after": "http-date"},
            "retry_after",
            '"retry_after": "http-date" is none of seconds, http_date, absent and no number from 0 on: '
            'did you mean "http_date"?',
        ),
        (
            {**SLOTS, "body": "xml"},
            "body",
            '"body": "xml" is none of json, html, empty: write for example "body": "json"',
        ),
        (
            {**SLOTS, "count_tokens": "yes"},
            "count_tokens",
            '"count_tokens": "yes" is neither true nor false: write for example "count_tokens": true',
        ),
        ({**SLOTS, "name": " "}, "name", '"name": " " is no name: write for example "name": "five a minute"'),
    ],
)
def test_what_is_wrong_is_told_with_the_key_and_what_to_write(said: object, key: str | None, message: str) -> None:
    with pytest.raises(WrongLimit) as told:
        Limit.parse(said)
    assert (told.value.key, str(told.value)) == (key, message)


def test_limits_come_as_a_preset_a_list_or_an_object_that_holds_either() -> None:
    assert parse_limits("integration-initial") == PRESETS["integration-initial"]
    assert parse_limits([WINDOW, SLOTS]) == Limits((Limit.parse(WINDOW), Limit.parse(SLOTS)))
    assert parse_limits({"limits": [SLOTS]}) == Limits((Limit.parse(SLOTS),))
    assert parse_limits([]) == Limits(())
    assert parse_limits({"limits": "none", "service_time": "pim"}) == Limits((), PIM)
    assert parse_limits({"service_time": "pim"}) == Limits(None, PIM)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ([WINDOW, {"kind": "concurrency"}], 'limit 2: "limit" is missing: write "limit": 5'),
        (
            [WINDOW, WINDOW],
            'limit 2: another one is called "5 in 60 s per connection": give each its own "name"',
        ),
        (
            "akeneo-sas",
            'no limits are called "akeneo-sas": did you mean "akeneo-saas"? write none, akeneo-saas, '
            "integration-initial, integration-ongoing, integration-high-volume, or give a list of limits",
        ),
        (
            7,
            "7 are no limits: write a list of objects, or a preset (none, akeneo-saas, integration-initial, "
            "integration-ongoing, integration-high-volume)",
        ),
    ],
)
def test_a_list_that_is_wrong_names_the_limit(said: object, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as told:
        parse_limits(said)
    assert str(told.value) == message


def test_a_file_holds_limits_as_json(tmp_path: Path) -> None:
    file = tmp_path / "limits.json"
    file.write_text('[{"kind": "concurrency", "limit": 2}]')
    assert limits_from(str(file)) == Limits((Limit(name="2 at once per connection", kind="concurrency", limit=2),))
    file.write_text('{"limits": [], "service_time": "20-50"}')
    assert limits_from(str(file)) == Limits((), ServiceTime.parse("20-50"))


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('[\n  {"kind": "concurrency",\n   "limt": 2}\n]', 3, 'limit 1: unknown key "limt": did you mean "limit"?'),
        (
            '{"limits": [\n{"kind": "concurrency", "limit": 2, "name": "limit"},\n\n{"name": "limit",\n'
            '"kind":"concurrency",\n"limit"\n: 0}]}',
            6,
            'limit 2: "limit": 0 is no whole number from 1 on: write for example "limit": 5',
        ),
        ('[{"kind": "concurrency", "limit": 2},\n5]', 2, None),
        ('[\n{"limit": 2}]', 2, 'limit 1: "kind" is missing: write "kind": "fixed_window"'),
        ("{}", 1, None),
        ('[\n{"limit": 2,}]', 2, None),
        (
            '{"limits": [],\n"service_time": "fast"}',
            2,
            '"service_time": "fast" is no service time: write none, pim, or milliseconds such as 50 or 20-50',
        ),
        ('{"limits": [],\n"service-time": 5}', 2, 'unknown key "service-time": did you mean "service_time"?'),
        ("", 1, None),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int, message: str | None
) -> None:
    file = tmp_path / "limits.json"
    file.write_text(text)
    with pytest.raises(ValueError, match=r".") as told:
        limits_from(str(file))
    where, _, what = str(told.value).removeprefix(str(file)).partition(": ")
    assert where == f":{line}"
    assert message in (None, what)


def test_a_file_that_is_not_there_and_a_preset_that_is_none_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^cannot read the limits in .*/none\.json: No such file or directory$"):
        limits_from(str(tmp_path / "none.json"))
    with pytest.raises(ValueError, match=r'^no limits are called "non": did you mean "none"\? write none, .*file$'):
        limits_from("non")
    with pytest.raises(ValueError, match=r"^cannot read the limits in .*: Is a directory$"):
        limits_from(str(tmp_path))
    (tmp_path / "latin.json").write_bytes(b'["\xe9"]')
    with pytest.raises(ValueError, match=r"latin\.json:1: not UTF-8$"):
        limits_from(str(tmp_path / "latin.json"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[\n" + "[" * 100_000, "limits.json:2: it is nested deeper than 100 levels"),
        ('[{"kind": "concurrency",\n"limit": ' + "[" * 300 + "]" * 300 + "}]", "limits.json:2: it is nested deeper"),
        ('[{"kind": "concurrency",\n"limit": ' + "1" * 5000 + "}]", 'limits.json:2: limit 1: "limit": '),
        ('[{"kind": "concurrency",\n"limit": 1e999}]', 'limits.json:2: limit 1: "limit": '),
        ("[\n\n}", "limits.json:3: no valid JSON: "),
        ("", "limits.json:1: no valid JSON: "),
        (" " * 10_000_001, "cannot read the limits in limits.json: it is larger than 10 MB"),
    ],
    ids=range(7),
)
def test_a_file_that_nobody_would_write_is_refused_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("limits.json").write_text(text)
    with pytest.raises(ValueError) as refused:  # noqa: PT011  # its text is looked at below
        limits_from("limits.json")
    assert str(refused.value).startswith(told)


def test_a_byte_order_mark_is_no_part_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "limits.json").write_text("[]", "utf-8-sig")
    assert limits_from(str(tmp_path / "limits.json")) == parse_limits([])


def figures(limits: tuple[Limit, ...]) -> list[tuple[Any, ...]]:
    return [(rule.kind, rule.scope, rule.limit, rule.seconds, rule.burst, rule.methods) for rule in limits]


def test_the_presets_hold_the_published_figures() -> None:
    """Source: apidocs: content/rest-api/good-practices.md; installation guides (5 or 500 a minute, 5 at once)."""
    initial = [("fixed_window", "connection", 5, 60, None, ()), ("concurrency", "connection", 5, None, None, ())]
    ongoing = [("fixed_window", "connection", 500, 60, None, ()), ("concurrency", "connection", 5, None, None, ())]
    assert {name: figures(limits.rules or ()) for name, limits in PRESETS.items()} == {
        "none": [],
        "akeneo-saas": [
            ("concurrency", "connection", 4, None, None, ()),
            ("concurrency", "sandbox", 10, None, None, ()),
            ("token_bucket", "sandbox", 100, 1, 200, ()),
            ("fixed_window", "sandbox", 3, 1, None, ("POST", "PATCH")),
        ],
        "integration-initial": initial,
        "integration-ongoing": ongoing,
        "integration-high-volume": ongoing,
    }


def test_every_preset_with_a_limit_on_calls_at_once_lets_calls_take_their_time() -> None:
    assert {name: limits.service_time and limits.service_time.text for name, limits in PRESETS.items()} == {
        "none": "none",
        "akeneo-saas": "pim",
        "integration-initial": "pim",
        "integration-ongoing": "pim",
        "integration-high-volume": "pim",
    }


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_is_written_and_read_back_like_any_list(preset: str) -> None:
    limits = PRESETS[preset]
    assert parse_limits(limits.to_json()["limits"]) == Limits(limits.rules)
    assert parse_limits(limits.to_json()).to_json() == limits.to_json()


@pytest.mark.parametrize(
    ("method", "path", "concerned"),
    [
        ("PATCH", "/api/rest/v1/attributes/size/options", True),
        ("PATCH", "/api/rest/v1/attributes/size/options/xl", True),
        ("POST", "/api/rest/v1/attributes/size/options", True),
        ("GET", "/api/rest/v1/attributes/size/options", False),
        ("PATCH", "/api/rest/v1/attributes/size", False),
        ("PATCH", "/api/rest/v1/attributes", False),
        ("PATCH", "/API/rest/v1/attributes/size/options", False),
    ],
)
def test_option_writes_are_told_from_other_calls(method: str, path: str, concerned: bool) -> None:
    about = (PRESETS["akeneo-saas"].rules or ())[3].about()
    assert about is not None
    assert about(method, path) is concerned
