"""The pure parts of the reference connector; its behaviour is judged in contract_tests/."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from mock_akeneo.contract.reference import LONGEST_BACKOFF_SECONDS, backoff, refusal, retry_after


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
