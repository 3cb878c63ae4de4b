"""The journal alone: bounds, filters, followers."""

from __future__ import annotations

import random
from typing import Any

import pytest

from mock_akeneo.journal.journal import Entry, Filter, Journal
from mock_akeneo.journal.secrets import Secrets


def journal(**bounds: int) -> Journal:
    return Journal("default", Secrets(), **bounds)


def call(to: Journal, path: str = "/p", *, at: float = 0.0, **more: Any) -> Entry:
    entry = Entry("GET", path, more.pop("query", b""), more.pop("headers", ()), received=1.0, at=at)
    entry.answered = 1.5
    for name, value in more.items():
        setattr(entry, name, value)
    to.add(entry)
    return entry


def ids(entries: list[dict[str, Any]]) -> list[int]:
    return [entry["id"] for entry in entries]


def test_the_oldest_go_when_there_are_too_many() -> None:
    kept = journal(max_entries=3)
    for _ in range(5):
        call(kept)
    assert (ids(kept.entries()), kept.dropped, len(kept)) == ([3, 4, 5], 2, 3)
    assert kept.get(2) is None
    assert kept.clear() == 3
    assert (kept.dropped, ids(kept.entries())) == (0, [])
    call(kept)
    assert ids(kept.entries()) == [6]


@pytest.mark.parametrize(
    "large",
    [
        {"query": b"x" * 20_000},
        {"headers": ((b"cookie", b"x" * 20_000),)},
        {"body": b"x" * 20_000},
        {"items": ["code"] * 340},
        {"lines": [{"line": 1}] * 230},
    ],
)
def test_the_oldest_go_when_the_rest_is_too_large(large: dict[str, Any]) -> None:
    kept = journal(max_bytes=50_000)
    for _ in range(20):
        call(kept, **large)
    assert len(kept) == 2
    # What changes in an entry later does not upset the account.
    for entry in kept:
        entry.items = ["code"] * 10_000
    for _ in range(100):
        call(kept)
    assert 50 < len(kept) < 80


def test_calls_are_chosen_by_time_connection_operation_and_status() -> None:
    kept = journal()
    call(kept, at=10, connection="a", operation="products.list", status=200)
    call(kept, at=20, connection="a", operation="products_uuid.list", status=429)
    call(kept, at=30, connection="b", operation="products.update", status=422)
    call(kept, at=40, connection=None, operation=None, status=None)
    assert ids(kept.entries(since=20, until=40)) == [2, 3]
    assert ids(kept.entries(connection="a")) == [1, 2]
    assert ids(kept.entries(operation="products.list")) == [1]
    assert ids(kept.entries(operation="products*.list")) == [1, 2]
    assert ids(kept.entries(operation="@push")) == [3]
    assert ids(kept.entries(status=429)) == [2]
    assert ids(kept.entries(status="4xx")) == [2, 3]
    assert ids(kept.entries(cursor=1, limit=2)) == [2, 3]
    assert ids(kept.entries(cursor=2, connection="a")) == []
    told = {last: ids(list(kept.told(Filter(connection="a"), last=last))) for last in (0, 1, 2, 9)}
    assert told == {0: [], 1: [2], 2: [1, 2], 9: [1, 2]}


def test_a_repeat_names_the_latest_same_call_even_if_the_filter_hides_it() -> None:
    kept = journal()
    for query in (b"page=1", b"page=2", b"page=1", b"page=1"):
        call(kept, query=query)
    assert [entry["repeats"] for entry in kept.entries()] == [None, None, 1, 3]
    assert [entry["repeats"] for entry in kept.entries(cursor=3)] == [3]
    found = kept.get(3)
    assert found is not None
    assert found[1]["repeats"] == 1


def test_totals_count_what_was_answered_alike_and_outlive_the_entries() -> None:
    kept = journal(max_entries=1)
    for status in (200, 200, 429):
        call(kept, operation="token", status=status)
    kept.clear()
    totals = {key: (total.calls, total.seconds) for key, total in kept.totals.items()}
    assert totals == {("token", 200): (2, 1.0), ("token", 429): (1, 0.5)}


def test_a_follower_reads_everything_once_whenever_it_looks() -> None:
    dice = random.Random(1)
    kept = journal()
    for _ in range(5):
        call(kept)
    followers = {"all": kept.follow(0), "late": kept.follow(3), "new": kept.follow()}
    read: dict[str, list[int]] = {name: [] for name in followers}
    for _ in range(200):
        call(kept)
        for name, follower in followers.items():
            assert follower.news.is_set()
            if dice.random() < 0.3:
                read[name] += [entry["id"] for entry in follower.new()]
                assert not follower.news.is_set()
                break
    for name, follower in followers.items():
        read[name] += [entry["id"] for entry in follower.new()]
        follower.end()
    assert read == {"all": list(range(1, 206)), "late": list(range(4, 206)), "new": list(range(6, 206))}
    assert kept.followers == set()


def test_a_slow_follower_misses_what_was_dropped_and_knows_the_repeats() -> None:
    kept = journal(max_entries=3)
    call(kept)
    follower = kept.follow()
    for _ in range(5):
        call(kept)
    assert [(entry["id"], entry["repeats"]) for entry in follower.new()] == [(4, 1), (5, 4), (6, 5)]


def test_a_closed_journal_ends_its_followers() -> None:
    kept = journal()
    follower = kept.follow()
    kept.close()
    assert follower.ended
    assert follower.news.is_set()
