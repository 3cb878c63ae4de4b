"""The pure parts of the reference connector; its behaviour is judged in contract_tests/."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from mock_akeneo.contract.reference import (
    LONGEST_BACKOFF_SECONDS,
    Pace,
    Pushed,
    backoff,
    refusal,
    retry_after,
    unreadable,
    waves,
)


def test_a_told_wait_is_read_as_seconds_or_as_a_date() -> None:
    assert retry_after("15") == 15
    assert retry_after("0") == 0
    later = retry_after(format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True))
    assert later is not None
    assert 3590 < later <= 3600
    assert retry_after("Sun, 06 Nov 1994 08:49:37 GMT") == 0


def test_a_wait_that_cannot_be_read_is_none() -> None:
    assert [retry_after(header) for header in (None, "", "soon", "-1")] == [None, None, None, None]


def test_the_own_wait_grows_to_its_bound() -> None:
    assert all(0 <= backoff(attempt) <= min(LONGEST_BACKOFF_SECONDS, 0.5 * 2**attempt) for attempt in range(12))


def test_a_refusal_names_every_error() -> None:
    assert refusal({"line": 1, "status_code": 201}) is None
    assert (
        refusal(
            {
                "line": 1,
                "status_code": 422,
                "message": "Validation failed.",
                "errors": [
                    {"property": "values", "message": "Too long.", "attribute": "name"},
                    {"property": "identifier", "message": "Taken."},
                ],
            }
        )
        == "422 Validation failed. name: Too long.; identifier: Taken."
    )


def test_a_pace_lets_in_as_many_calls_as_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("mock_akeneo.contract.reference.time.monotonic", lambda: now)
    pace = Pace(2, 60)
    with pace.turn(), pace.turn():
        assert pace.wait() is not None
    now += 1
    later = pace.wait()
    assert later is not None
    assert later == pytest.approx(59, abs=0.1)
    now += later + 0.01
    assert pace.wait() is None


def test_a_200_that_is_not_what_was_asked_for_cannot_be_read() -> None:
    lines = {"Content-Type": "application/vnd.akeneo.collection+json"}
    read = [
        httpx.Response(200, text='{"_links": {}}'),
        httpx.Response(200, text='{"line": 1}\n{"line": 2}', headers=lines),
        httpx.Response(502, text="<html>"),
    ]
    spoiled = [
        httpx.Response(200, text="<html>"),
        httpx.Response(200, text='{"_embedded": {"items'),
        httpx.Response(200, text=""),
        httpx.Response(200, text='{"line": 1}\n{"li', headers=lines),
    ]
    assert [unreadable(answer) for answer in (*read, *spoiled)] == [False] * 3 + [True] * 4


def naming(identifier: str, *named: str) -> dict[str, Any]:
    return {"identifier": identifier, "associations": {"PACK": {"products": list(named)}}}


def test_products_that_name_others_come_after_them() -> None:
    products = [naming("a", "b", "elsewhere"), naming("b", "c"), {"identifier": "c"}, naming("d", "d")]
    assert [[p["identifier"] for p in wave] for wave in waves(products)] == [["c", "d"], ["b"], ["a"]]


def test_products_that_name_each_other_come_together() -> None:
    products = [naming("a", "b"), naming("b", "a"), {"identifier": "c"}]
    assert [[p["identifier"] for p in wave] for wave in waves(products)] == [["c"], ["a", "b"]]


def test_what_was_pushed_is_remembered_where_there_is_a_folder(tmp_path: Path) -> None:
    product = {"identifier": "a", "enabled": True}
    for folder, held in ((str(tmp_path), True), ("", False)):
        Pushed(folder).keep([product])
        assert Pushed(folder).holds(product) is held
        assert not Pushed(folder).holds({**product, "enabled": False})
