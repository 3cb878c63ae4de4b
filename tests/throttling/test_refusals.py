"""The 429 in all its forms."""

from __future__ import annotations

from typing import Any

import pytest

from mock_akeneo.throttling.limits import Limit
from mock_akeneo.throttling.refusals import HTML, Refused

NOW = 1_767_225_600.0  # 2026-01-01T00:00:00Z


def refused(wait: float, now: float = NOW, **how: Any) -> Refused:
    return Refused(Limit(name="throttle", kind="fixed_window", limit=5, seconds=60, **how), wait, now)


@pytest.mark.parametrize(
    ("how", "wait", "header", "told"),
    [
        ({}, 60.0, b"60", 60),
        ({}, 12.001, b"13", 13),
        ({}, 0.02, b"1", 1),
        ({}, 0.0, b"1", 1),
        ({"retry_after": "absent"}, 12.0, None, None),
        ({"retry_after": 0}, 12.0, b"0", 0),
        ({"retry_after": 999_999_999}, 12.0, b"999999999", 999_999_999),
        ({"retry_after": 1.5}, 12.0, b"1.5", 1.5),
        ({"retry_after": "http_date"}, 60.0, b"Thu, 01 Jan 2026 00:01:00 GMT", 60.0),
        ({"retry_after": "http_date"}, 12.25, b"Thu, 01 Jan 2026 00:00:13 GMT", 13.0),
    ],
)
def test_the_wait_is_told_as_the_limit_says(
    how: dict[str, Any], wait: float, header: bytes | None, told: float | None
) -> None:
    problem = refused(wait, **how)
    assert problem.status == 429
    assert tuple(problem.headers) == (() if header is None else ((b"Retry-After", header),))
    assert problem.note == {"name": "throttle", "remaining": 0, "retry_after": told, "refused": True}


def test_a_date_never_lies_before_the_end_of_the_wait_and_the_note_says_what_it_tells() -> None:
    problem = refused(1.25, NOW + 0.5, retry_after="http_date")
    assert tuple(problem.headers) == ((b"Retry-After", b"Thu, 01 Jan 2026 00:00:02 GMT"),)
    assert problem.note["retry_after"] == 1.5


def test_a_refusal_has_the_body_of_the_limit() -> None:
    """Source: spec: responses.429Error"""
    message = b'{"code":429,"message":"You have exceeded the limit of API requests per second."}'
    assert refused(1.0).content() == (b"application/json", message)
    assert refused(1.0, body="html").content() == (b"text/html", HTML)
    assert refused(1.0, body="empty").content() == (None, b"")
