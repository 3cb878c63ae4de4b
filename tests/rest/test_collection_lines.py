"""PATCH on a list: one answer a line, in order, each by itself.

Source: 01 section 8; pim: src/Akeneo/Tool/Bundle/ApiBundle/Stream/StreamResourceResponse.php,
tests/back/Pim/Structure/EndToEnd/*/ExternalApi/PartialUpdateList*EndToEnd.php
"""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_akeneo.app import App
from tests.answers import COLLECTION, body, broken, lines, malformed, problem

PATH = "/association-types"
ANCHOR = "patch_association_types__code_"
INVALID = {"status_code": 400, "message": "Invalid json message received"}
MISSING = {"status_code": 422, "message": "Code is missing."}


def _patch(api: httpx.Client, content: bytes) -> httpx.Response:
    return api.patch(PATH, content=content, headers={"Content-Type": COLLECTION})


def _line(refused: dict[str, Any]) -> dict[str, Any]:
    """A refusal as it stands in a line."""
    return {"status_code": refused["code"], **{k: v for k, v in refused.items() if k != "code"}}


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ('{"code":"NEW"}', {"code": "NEW", "status_code": 201}),
        ('{"code":"PACK"}', {"code": "PACK", "status_code": 204}),
        ('  {"code":"PACK"}\r', {"code": "PACK", "status_code": 204}),
        ("{", INVALID),
        ("", INVALID),
        ("\r", INVALID),
        ("null", INVALID),
        ('{"code":"x","n":NaN}', INVALID),
        ("\ufeff{}", INVALID),
        ("{}", MISSING),
        ('{"code":null}', MISSING),
        ('{"code":""}', MISSING),
        ('{"code":"  "}', MISSING),
        ('"x"', MISSING),
        ("12", MISSING),
        ("[]", MISSING),
        ('{"code":12}', {"status_code": 422, "message": "code must be of type string."}),
        (
            '{"code":"PACK","labels":null}',
            {"code": "PACK"} | _line(malformed('Property "labels" expects an array as data, "NULL" given.', ANCHOR)),
        ),
        (
            '{"code":"PACK","is_two_way":true}',
            {"code": "PACK"} | _line(broken(("is_two_way", "This property cannot be changed."))),
        ),
    ],
)
def test_each_line_is_answered_by_itself(technical: httpx.Client, line: str, answer: dict[str, Any]) -> None:
    good = '{"code":"GOOD"}'
    assert lines(technical, PATH, good, line, good) == [
        {"line": 1, "code": "GOOD", "status_code": 201},
        {"line": 2, **answer},
        {"line": 3, "code": "GOOD", "status_code": 204},
    ]


def test_the_answer_is_compact_json_without_a_line_feed_at_its_end(technical: httpx.Client) -> None:
    answer = _patch(technical, b'{"code":"A"}\n{"code":"A"}\n')
    assert answer.headers["content-type"] == COLLECTION
    assert answer.content == b'{"line":1,"code":"A","status_code":201}\n{"line":2,"code":"A","status_code":204}'
    assert "location" not in answer.headers


def test_lines_escape_slashes_and_what_is_no_ascii_as_php_does(technical: httpx.Client) -> None:
    answer = _patch(technical, '{"code":"é/👕","x":1}'.encode())
    assert answer.content == (
        rb'{"line":1,"code":"\u00e9\/\ud83d\udc55","status_code":422,'
        rb'"message":"Property \"x\" does not exist. Check the expected format on the API documentation.",'
        rb'"_links":{"documentation":{"href":'
        rb'"http:\/\/api.akeneo.com\/api-reference.html#patch_association_types__code_"}}}'
    )


def test_an_empty_body_gets_an_empty_answer(technical: httpx.Client) -> None:
    answer = _patch(technical, b"")
    assert (answer.status_code, answer.content) == (200, b"")


def test_more_than_a_hundred_lines_are_refused_and_nothing_is_done(technical: httpx.Client) -> None:
    """Empty lines count; one line feed at the end makes no line."""
    hundred = b'{"code":"A"}\n' * 100
    assert len(_patch(technical, hundred).text.split("\n")) == 100
    told = problem(413, "Too many resources to process, 100 is the maximum allowed.")
    assert body(_patch(technical, b'{"code":"B"}\n' * 100 + b"\n")) == told
    assert technical.get(f"{PATH}/B").status_code == 404


def test_a_line_holds_a_million_bytes_and_the_next_ones_go_on(technical: httpx.Client) -> None:
    fits = b'{"code":"A"}'.ljust(1_000_000)
    assert _patch(technical, b"\n".join([fits, fits + b" ", b'{"code":"B"}'])).content == b"\n".join(
        [
            b'{"line":1,"code":"A","status_code":201}',
            b'{"line":2,"status_code":413,"message":"Line is too long."}',
            b'{"line":3,"code":"B","status_code":201}',
        ]
    )


def test_bytes_that_are_no_utf8_make_a_line_invalid(technical: httpx.Client) -> None:
    answer = _patch(technical, b'{"code":"\xff"}')
    assert answer.json() == {"line": 1, **INVALID}


def test_a_line_sees_what_earlier_lines_did(technical: httpx.Client) -> None:
    sent = ('{"code":"child","parent":"new"}', '{"code":"new"}', '{"code":"child","parent":"new"}')
    statuses = [answer["status_code"] for answer in lines(technical, "/categories", *sent)]
    assert statuses == [422, 201, 201]


CODES = st.sampled_from(["PACK", "NEW", "a-b", "pack", "", "ß"])
LABELS = st.dictionaries(st.sampled_from(["en_US", "de_DE", "xx"]), st.text(max_size=3) | st.none(), max_size=2)
LINES = st.one_of(
    st.fixed_dictionaries({"code": CODES}, optional={"labels": LABELS, "is_two_way": st.booleans() | st.just("x")}).map(
        json.dumps
    ),
    st.sampled_from(["", "{", "[]", "null", '{"labels":{}}']),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(sent=st.lists(LINES, min_size=1, max_size=12))
def test_lines_are_the_single_updates_one_after_the_other(
    technical: httpx.Client, technical_app: App, sent: list[str]
) -> None:
    """Same statuses, same refusals, same catalog, in the order of the lines."""
    reset = technical_app.sandboxes.default.catalog.reset
    reset()
    together = lines(technical, PATH, *sent)
    after_together = technical.get(PATH).content
    reset()
    assert [answer["line"] for answer in together] == list(range(1, len(sent) + 1))
    for line, answer in zip(sent, together, strict=True):
        if "code" in answer:
            alone = technical.patch(
                f"{PATH}/{answer['code']}", content=line, headers={"Content-Type": "application/json"}
            )
            assert alone.status_code == answer["status_code"]
            if alone.content:
                assert _line(alone.json()) == {k: v for k, v in answer.items() if k not in ("line", "code")}
    assert technical.get(PATH).content == after_together
    reset()
