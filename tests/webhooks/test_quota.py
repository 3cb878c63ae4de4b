"""So many requests an hour, counted by the minute."""

from __future__ import annotations

from mock_akeneo.core.clock import Clock
from mock_akeneo.webhooks.quota import REQUESTS_PER_HOUR, Quota


def test_four_thousand_requests_an_hour_are_let_through() -> None:
    clock = Clock("frozen")
    quota = Quota(clock)
    for _ in range(REQUESTS_PER_HOUR):
        assert quota.wait() == 0
        quota.count()
    assert quota.wait() == 3600


def test_what_was_sent_an_hour_ago_counts_no_more_minute_by_minute() -> None:
    clock = Clock("frozen")
    quota = Quota(clock, limit=3)
    quota.count()
    clock.advance(90)
    quota.count()
    quota.count()
    assert quota.wait() == 3600 - 90
    clock.advance(3600 - 90)
    assert quota.wait() == 0
    quota.count()
    # The two of the second minute, which began at 60.
    assert quota.wait() == 60


def test_a_cleared_quota_is_whole_again() -> None:
    quota = Quota(Clock("frozen"), limit=1)
    quota.count()
    quota.clear()
    assert quota.wait() == 0
