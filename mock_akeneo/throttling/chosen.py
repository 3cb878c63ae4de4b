"""The limits that the settings say: a preset or a file, and what single flags say instead."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

from mock_akeneo.core.settings import Settings
from mock_akeneo.throttling.limits import SLOTS, THROTTLE, Limit, Limits, WhenExceeded, limits_from
from mock_akeneo.throttling.policies import POLICIES
from mock_akeneo.throttling.service_times import NONE, ServiceTime


def chosen(settings: Settings) -> Limits:
    """What is in force at the start. Raises `ValueError` with what to write."""
    limits = limits_from(settings.limits)
    rules = with_overrides(
        limits.rules or (),
        throttle_limit=settings.throttle_limit,
        throttle_seconds=settings.throttle_seconds,
        concurrent_connections=settings.concurrent_connections,
        when_busy=settings.when_busy,
    )
    if settings.service_time is None:
        return Limits(rules, limits.service_time or NONE)
    try:
        return Limits(rules, ServiceTime.parse(settings.service_time))
    except ValueError as error:
        raise ValueError(f"--service-time: {error}") from None


def with_overrides(
    limits: Sequence[Limit],
    *,
    throttle_limit: int | None = None,
    throttle_seconds: float | None = None,
    concurrent_connections: int | None = None,
    when_busy: str | None = None,
) -> tuple[Limit, ...]:
    """The limits with what the flags say instead. Raises `ValueError`.

    A flag takes the place of the rule of its kind (window, slots) that concerns every call of a connection or,
    where there is none, of the sandbox; rules for some routes stay. `when_busy` concerns all slots.
    """
    if throttle_limit is not None and throttle_limit < 1:
        raise ValueError(f"--throttle-limit is {throttle_limit}: write a whole number from 1 on")
    if throttle_seconds is not None and not 0 < throttle_seconds < math.inf:
        raise ValueError(f"--throttle-seconds is {throttle_seconds}: write a number above 0")
    if concurrent_connections is not None and concurrent_connections < 1:
        raise ValueError(f"--concurrent-connections is {concurrent_connections}: write a whole number from 1 on")
    if when_busy not in (None, *get_args(WhenExceeded)):
        raise ValueError(f'--when-busy is "{when_busy}": write reject or queue')
    if throttle_limit is not None or throttle_seconds is not None:
        old = _general(limits, *POLICIES)
        if throttle_limit is None and not old:
            raise ValueError("--throttle-seconds needs --throttle-limit, or limits with a window")
        new = old[0] if old and old[0].kind == "fixed_window" and old[0].scope == "connection" else THROTTLE
        limit = throttle_limit if throttle_limit is not None else old[0].limit
        new = replace(new, limit=limit, seconds=throttle_seconds or new.seconds, when_exceeded="reject")
        limits = _replaced(limits, old, new)
    if concurrent_connections is not None:
        old = _general(limits, "concurrency")
        new = old[0] if old and old[0].scope == "connection" else SLOTS
        limits = _replaced(limits, old, replace(new, limit=concurrent_connections))
    if when_busy is not None:
        if not any(limit.kind == "concurrency" for limit in limits):
            raise ValueError("--when-busy needs --concurrent-connections, or limits with concurrency")
        exceeded: WhenExceeded = "queue" if when_busy == "queue" else "reject"
        limits = [replace(rule, when_exceeded=exceeded) if rule.kind == "concurrency" else rule for rule in limits]
    return tuple(limits)


def _general(limits: Sequence[Limit], *kinds: str) -> list[Limit]:
    rules = [rule for rule in limits if rule.kind in kinds and not rule.methods and not rule.paths]
    return [rule for rule in rules if rule.scope == "connection"] or rules


def _replaced(limits: Sequence[Limit], old: Sequence[Limit], new: Limit) -> list[Limit]:
    """The limits with `new` in the place of the first of `old`, else at the end, and without the others."""
    at = next((index for index, rule in enumerate(limits) if rule in old), len(limits))
    return [rule for rule in limits[:at] if rule not in old] + [new] + [rule for rule in limits[at:] if rule not in old]
