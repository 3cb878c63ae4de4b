"""Each policy against an oracle that replays the whole history, and against the `limits` package where it fits."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter, RateLimiter

from mock_akeneo.throttling.policies import (
    MANY_CALLERS,
    POLICIES,
    FixedWindow,
    SlidingWindow,
    TokenBucket,
    Window,
)

START = 1_767_225_600.0
LIMITS = st.integers(1, 6)
EIGHTHS = st.integers(1, 400).map(lambda eighths: eighths / 8)  # a float of a clock's size holds them exactly
STEPS = st.lists(st.one_of(st.just(0.0), EIGHTHS.map(lambda s: s / 8), EIGHTHS), max_size=60)

Allowance = tuple[Fraction, int, Fraction]  # seconds until one more fits, calls that fit now, seconds until whole


def fixed_window(counted: list[float], now: float, limit: int, seconds: float) -> Allowance:
    opened, spent = -math.inf, 0
    for at in counted:
        opened, spent = (opened, spent + 1) if at < opened + seconds else (at, 1)
    if now >= opened + seconds:
        return Fraction(0), limit, Fraction(0)
    left = Fraction(opened) + Fraction(seconds) - Fraction(now)
    return left if spent == limit else Fraction(0), limit - spent, left


def sliding_window(counted: list[float], now: float, limit: int, seconds: float) -> Allowance:
    ends = [Fraction(at) + Fraction(seconds) for at in counted if at + seconds > now]
    wait = ends[-limit] - Fraction(now) if len(ends) >= limit else Fraction(0)
    return wait, limit - len(ends), ends[-1] - Fraction(now) if ends else Fraction(0)


def token_bucket(counted: list[float], now: float, limit: int, seconds: float, burst: int) -> Allowance:
    a_second = Fraction(limit) / Fraction(seconds)
    held, filled = Fraction(burst), Fraction(0)
    for at in [*counted, now]:
        held = min(Fraction(burst), held + (Fraction(at) - filled) * a_second) - 1
        filled = Fraction(at)
    held += 1  # the last was not taken
    return max(Fraction(0), (1 - held) / a_second), math.floor(held), (burst - held) / a_second


def play(window: Window, oracle: Callable[[list[float], float], Allowance], steps: list[float]) -> None:
    now, counted = START, list[float]()
    for step in steps:
        now += step
        wait, remaining, whole = oracle(counted, now)
        assert math.isclose(window.ask("magento", now), wait, abs_tol=1e-6)
        assert window.remaining("magento", now) == remaining
        assert math.isclose(window.resets("magento", now), whole, abs_tol=1e-6)
        assert (window.ask("magento", now) == 0) == (remaining > 0)
        if not wait:
            assert window.charge("magento", now) == remaining - 1
            counted.append(now)


@given(LIMITS, EIGHTHS, STEPS)
def test_a_fixed_window_opens_with_the_first_counted_call_and_then_holds_its_limit(
    limit: int, seconds: float, steps: list[float]
) -> None:
    play(FixedWindow(limit, seconds), lambda counted, now: fixed_window(counted, now, limit, seconds), steps)


@given(LIMITS, EIGHTHS, STEPS)
def test_a_sliding_window_holds_its_limit_in_any_span(limit: int, seconds: float, steps: list[float]) -> None:
    play(SlidingWindow(limit, seconds), lambda counted, now: sliding_window(counted, now, limit, seconds), steps)


@given(LIMITS, EIGHTHS, st.integers(1, 12), STEPS)
def test_a_token_bucket_keeps_its_burst_and_refills_evenly(
    limit: int, seconds: float, burst: int, steps: list[float]
) -> None:
    bucket = TokenBucket(limit, seconds, burst)
    play(bucket, lambda counted, now: token_bucket(counted, now, limit, seconds, burst), steps)


def test_a_token_bucket_without_burst_holds_as_many_tokens_as_flow_in() -> None:
    assert TokenBucket(100, 1.0).remaining("magento", START) == 100


@pytest.mark.parametrize("seconds", [0.1, 0.3, 0.7, 1 / 3])
@pytest.mark.parametrize("burst", [7, 10, 200])
def test_a_burst_is_whole_though_fractions_do_not_add_up(seconds: float, burst: int) -> None:
    bucket = TokenBucket(1, seconds, burst)
    for left in reversed(range(burst)):
        assert bucket.ask("magento", START) == 0
        assert bucket.charge("magento", START) == left
    assert bucket.ask("magento", START) > 0


@given(st.sampled_from(sorted(POLICIES)), LIMITS, st.floats(0.001, 1000), st.lists(st.floats(0, 100), max_size=40))
def test_who_waits_the_told_whole_seconds_is_let_in(kind: str, limit: int, seconds: float, steps: list[float]) -> None:
    window, now = POLICIES[kind](limit, seconds), START
    for step in steps:
        now += step
        if wait := window.ask("magento", now):
            now += max(1, math.ceil(wait))
        assert window.ask("magento", now) == 0
        window.charge("magento", now)


@pytest.mark.parametrize("kind", POLICIES)
def test_a_refused_call_costs_nothing(kind: str) -> None:
    window = POLICIES[kind](2, 60.0)
    window.charge("magento", START)
    window.charge("magento", START)
    told = window.ask("magento", START + 1)
    for _ in range(100):
        assert window.ask("magento", START + 1) == told
    assert window.ask("magento", START + 1 + told) == 0


@pytest.mark.parametrize("kind", POLICIES)
def test_callers_do_not_share_an_allowance(kind: str) -> None:
    window = POLICIES[kind](1, 60.0)
    assert window.charge("magento", START) == 0
    assert window.ask("magento", START) > 0
    assert window.ask("shopify", START) == 0
    assert window.ask(None, START) == 0


@pytest.mark.parametrize("kind", POLICIES)
def test_callers_with_their_whole_allowance_are_forgotten_once_there_are_many(kind: str) -> None:
    window = POLICIES[kind](5, 60.0)
    for number in range(10 * MANY_CALLERS):
        window.charge(f"connection {number}", START + number)
        assert len(list(window.callers())) <= MANY_CALLERS
    for number in range(2 * MANY_CALLERS):
        window.charge(f"busy {number}", START + 1_000_000)
    assert len(list(window.callers())) == 2 * MANY_CALLERS


TWINS: dict[str, type[RateLimiter]] = {
    "fixed_window": FixedWindowRateLimiter,
    "sliding_window": MovingWindowRateLimiter,
}
storage = MemoryStorage()


@given(st.sampled_from(sorted(TWINS)), LIMITS, st.integers(1, 20), st.lists(st.integers(0, 30), max_size=60))
def test_windows_let_in_what_the_limits_package_lets_in(kind: str, limit: int, seconds: int, steps: list[int]) -> None:
    """Each step is a little more than whole seconds: at the very end of a window the package still refuses."""
    now = START
    with patch("limits.storage.memory.time", SimpleNamespace(time=lambda: now)):
        storage.reset()
        ours, theirs, item = (
            POLICIES[kind](limit, seconds),
            TWINS[kind](storage),
            RateLimitItemPerSecond(limit, seconds),
        )
        for step in steps:
            now += step + 1 / 1024
            fits = ours.ask("magento", now) == 0
            assert fits == theirs.hit(item, "magento")
            if fits:
                ours.charge("magento", now)
