from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_akeneo.contract.evidence import Run
from mock_akeneo.contract.rules.throttle import (
    ALLOWANCE_MS,
    comes_back_at_moments_of_chance,
    does_a_small_job_in_few_calls,
    does_not_sleep_for_an_absurd_wait,
    goes_on_after_a_429,
    keeps_option_writes_within_their_limit,
    stays_within_its_throttle_limit,
    stays_within_the_allowed_concurrency,
    waits_as_long_as_it_is_told,
    waits_longer_each_time,
)
from mock_akeneo.contract.scenarios import OPTION_WRITES
from mock_akeneo.contract.verdicts import broken, kept, not_seen
from mock_akeneo.core.json_types import Json
from tests.contract.journal import SHOP, TOLD, call, evidence, pull, push, refused

SLOTS = {"name": "slots", "kind": "concurrency", "limit": 2}


@given(st.integers(1, 120), st.floats(0, 200_000))
def test_a_repeat_is_early_exactly_below_the_told_seconds_less_the_allowance(told: int, waited_ms: float) -> None:
    first = refused(1, retry_after=told, answered_ms=0.0)
    judged = waits_as_long_as_it_is_told(evidence(pull(first, call(2, received_ms=waited_ms))))
    assert judged.kind == ("broken" if waited_ms < told * 1000 - ALLOWANCE_MS else "kept")


def test_the_worst_of_all_early_repeats_is_shown() -> None:
    run = pull(
        refused(1, query="page=1", answered_ms=0),
        refused(2, query="page=2", answered_ms=0),
        call(3, query="page=2", received_ms=20),
        call(4, query="page=1", received_ms=900),
    )
    assert waits_as_long_as_it_is_told(evidence(run)) == broken(
        "2 of 2 repeats came too early; the worst after 0.02 s, told 2 s", [2, 3]
    )


def test_other_work_that_was_under_way_is_no_repeat() -> None:
    run = pull(refused(1, query="page=1", answered_ms=0), call(2, query="page=2", received_ms=5))
    assert waits_as_long_as_it_is_told(evidence(run)) == not_seen(
        "no call that was answered 429 with Retry-After was repeated"
    )


def test_a_wait_that_was_not_told_cannot_be_broken() -> None:
    note = {"name": "throttle", "remaining": 0, "retry_after": None, "refused": True}
    run = pull(call(1, status=429, limit=note, answered_ms=0), call(2, received_ms=1))
    assert waits_as_long_as_it_is_told(evidence(run)).kind == "not_seen"


def test_handing_over_all_after_a_429_keeps_the_rule() -> None:
    assert goes_on_after_a_429(evidence(pull(refused(1), call(2)))) == kept(
        "the pull met a 429 (1 ×) and lost nothing", [1]
    )


def test_an_error_after_a_429_is_broken() -> None:
    run = pull(refused(1), ending="raised", why="TooManyRequests: 429", items=())
    assert goes_on_after_a_429(evidence(run)) == broken(
        "after a 429: the pull ended with an error: TooManyRequests: 429", [1]
    )


def test_a_quiet_end_after_a_429_is_broken() -> None:
    run = pull(refused(1), items=tuple(SHOP.values())[:2])
    assert goes_on_after_a_429(evidence(run)) == broken(
        "after a 429: the pull ended without an error but did not hand over 1 product (p3)", [1]
    )


def test_who_still_sleeps_at_the_end_is_not_judged() -> None:
    run = pull(refused(1), ending="unfinished", why="waited longer than 150 s", items=())
    assert goes_on_after_a_429(evidence(run)) == not_seen("the pull waited longer than 150 s")


def test_more_calls_at_once_than_told_are_broken_without_any_limit() -> None:
    judged = stays_within_the_allowed_concurrency(evidence(pull(call(1), call(2, in_flight=6))))
    assert judged == broken("1 of 2 calls were too many at once; 5 are allowed", [2])


def test_a_call_that_found_no_free_slot_is_broken() -> None:
    judged = stays_within_the_allowed_concurrency(
        evidence(
            pull(call(1, in_flight=2), refused(2, limit="slots")),
            told=replace(TOLD, concurrent_connections=2),
            limits=(SLOTS,),
        )
    )
    assert judged == broken("1 of 2 calls were too many at once; 2 are allowed", [2])


def test_a_call_that_came_too_often_was_not_too_many_at_once() -> None:
    judged = stays_within_the_allowed_concurrency(evidence(pull(call(1), refused(2)), limits=(SLOTS,)))
    assert judged == kept("at most 1 calls were under way at once; 5 are allowed")


def test_token_calls_take_no_slot() -> None:
    judged = stays_within_the_allowed_concurrency(evidence(pull(call(1, "token", in_flight=9), call(2))))
    assert judged.kind == "kept"


WINDOW = {"name": "throttle", "kind": "fixed_window", "limit": 1, "seconds": 2}


def test_a_window_that_the_run_before_had_filled_is_nobodys_fault() -> None:
    late = pull(call(1, answered_ms=0)), push(refused(2, received_ms=1900), call(3, received_ms=4000))
    assert stays_within_its_throttle_limit(evidence(*late, limits=(WINDOW,))).kind == "kept"
    hasty = pull(call(1, answered_ms=0)), push(refused(2, received_ms=2100))
    assert stays_within_its_throttle_limit(evidence(*hasty, limits=(WINDOW,))) == broken(
        "1 of 2 calls were one too many", [2]
    )


def untold(id_: int, **more: Any) -> Json:
    return call(id_, status=429, received_ms=id_ * 1000.0, answered_ms=id_ * 1000.0, **more)


def test_waits_of_a_fixed_beat_do_not_grow() -> None:
    run = pull(untold(1), untold(2), untold(3), call(4, received_ms=4000))
    assert waits_longer_each_time(evidence(run)) == broken(
        "its waits before the next try did not grow: 1.00, 1.00, 1.00 s", [1, 2, 3, 4]
    )
    run = pull(untold(1), untold(2), untold(4), call(8, received_ms=8000))
    assert waits_longer_each_time(evidence(run)).kind == "kept"


def test_who_is_still_asleep_on_an_absurd_wait_is_told_apart_from_who_has_ended() -> None:
    years = refused(1, retry_after=999_999_999, limit="fault")
    asleep = pull(years, ending="unfinished", why="waited longer than 150 s", items=())
    assert does_not_sleep_for_an_absurd_wait(evidence(asleep)).kind == "broken"
    assert does_not_sleep_for_an_absurd_wait(evidence(pull(years, ending="raised", items=()))).kind == "kept"
    assert does_not_sleep_for_an_absurd_wait(evidence(pull(years, items=()))).kind == "broken"
    assert does_not_sleep_for_an_absurd_wait(evidence(pull(call(1)))).kind == "not_seen"


def rows(*waits: tuple[float, ...], apart_ms: float = 5) -> list[Json]:
    """Calls that are answered 429 without Retry-After at once, each repeated after its waits."""
    calls: list[Json] = []
    for number, row in enumerate(waits):
        at = 1000.0 + number * apart_ms
        for wait in (0.0, *row):
            at += wait
            calls.append(
                call(
                    len(calls) + 1, status=429, body_sha256=str(number), received_ms=at, answered_ms=at, fault="status"
                )
            )
    return sorted(calls, key=lambda one: float(one["received_ms"]))


@pytest.mark.parametrize(
    ("waits", "apart_ms", "kind"),
    [
        ([(400, 800, 1600), (401, 803, 1640), (402, 801, 1620), (900, 2000, 1900)], 5, "broken"),
        ([(400, 800, 1600), (300, 650, 1500), (350, 500, 1300), (250, 700, 900)], 5, "kept"),
        ([(400, 800, 1600), (400, 800, 1300), (400, 800, 900)], 5, "kept"),
        ([(400, 800, 1600)] * 3, 120, "kept"),
        ([(400, 800, 1600)] * 2, 5, "not_seen"),
        ([(400, 800)] * 3, 5, "not_seen"),
    ],
)
def test_calls_that_were_refused_together_are_not_to_come_back_together(
    waits: list[tuple[float, ...]], apart_ms: float, kind: str
) -> None:
    run = pull(*rows(*waits, apart_ms=apart_ms))
    assert comes_back_at_moments_of_chance(evidence(run)).kind == kind


@pytest.mark.parametrize(
    ("run", "kind"),
    [
        (pull(call(1, "token"), call(2)), "kept"),
        (push(call(1), refused(2, limit="throttle")), "broken"),
        (push(*(call(n) for n in range(1, 5)), ending="unfinished", why="waited longer than 12 s"), "broken"),
        (push(call(1), ending="unfinished", why="waited longer than 12 s"), "not_seen"),
        (push(ending="unable", why="the connector has no push"), "not_seen"),
    ],
)
def test_a_small_job_takes_few_calls(run: Run, kind: str) -> None:
    limits = ({"name": "throttle", "kind": "fixed_window", "limit": 5, "seconds": 60},)
    assert does_a_small_job_in_few_calls(evidence(run, limits=limits)).kind == kind
    assert does_a_small_job_in_few_calls(evidence(run)).kind == "not_seen"


def test_no_job_is_so_small_that_one_call_in_each_window_will_do() -> None:
    limits = ({"name": "throttle", "kind": "fixed_window", "limit": 1, "seconds": 2},)
    run = push(call(1), refused(2, limit="throttle"))
    assert does_a_small_job_in_few_calls(evidence(run, limits=limits)).kind == "not_seen"


# Writes of options

OPTIONS = {"name": OPTION_WRITES, "kind": "fixed_window", "limit": 3, "seconds": 1}
WRITE = "attribute_options.update_list"


def options_pushed(*calls: Json) -> Run:
    return Run(action="push_options", ending="finished", calls=calls)


def test_a_write_of_options_that_its_own_limit_refused_is_told() -> None:
    met = refused(2, limit=OPTION_WRITES, operation=WRITE, retry_after=1)
    judged = evidence(options_pushed(call(1, WRITE), met, call(3, WRITE)), limits=(OPTIONS,))
    assert keeps_option_writes_within_their_limit(judged) == broken(
        "1 of 3 writes of options were refused by their limit", [2]
    )


def test_a_write_of_options_that_another_limit_refused_is_none_of_this_rule() -> None:
    run = options_pushed(call(1, WRITE), refused(2, operation=WRITE), call(3, WRITE))
    assert keeps_option_writes_within_their_limit(evidence(run, limits=(OPTIONS,))) == kept(
        "3 writes of options, none refused", [1, 2, 3]
    )


def test_without_options_or_without_their_limit_nothing_is_seen() -> None:
    reading = options_pushed(call(1, "attribute_options.list"))
    assert keeps_option_writes_within_their_limit(evidence(reading, limits=(OPTIONS,))).kind == "not_seen"
    assert keeps_option_writes_within_their_limit(evidence(options_pushed(call(1, WRITE)))).kind == "not_seen"


def test_two_files_of_which_one_was_refused_unread_are_not_the_same_call() -> None:
    first = refused(1, retry_after=1, operation="media_files.create", method="POST", body_sha256=None)
    second = call(2, "media_files.create", None, method="POST", body_sha256=None, fault="reset")
    assert waits_as_long_as_it_is_told(evidence(push(first, second))).kind == "not_seen"
