"""What the settings make of limits: a preset or a file, single flags, the service time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mock_akeneo.core.settings import Settings
from mock_akeneo.throttling.chosen import chosen, with_overrides
from mock_akeneo.throttling.limits import PRESETS, Limit, Limits, parse_limits
from mock_akeneo.throttling.service_times import NONE, PIM, PRESET, ServiceTime
from tests.throttling.test_limits import SLOTS, WINDOW, figures


def preset(name: str) -> tuple[Limit, ...]:
    return PRESETS[name].rules or ()


def test_without_flags_the_limits_stay() -> None:
    assert with_overrides(preset("akeneo-saas")) == preset("akeneo-saas")


def test_flags_make_limits_where_there_are_none() -> None:
    assert figures(with_overrides((), throttle_limit=7, concurrent_connections=2)) == [
        ("fixed_window", "connection", 7, 60, None, ()),
        ("concurrency", "connection", 2, None, None, ()),
    ]


def test_flags_replace_the_figures_of_the_preset() -> None:
    limits = with_overrides(preset("integration-initial"), throttle_limit=9, throttle_seconds=2)
    assert figures(limits) == [
        ("fixed_window", "connection", 9, 2, None, ()),
        ("concurrency", "connection", 5, None, None, ()),
    ]
    assert figures(with_overrides(preset("integration-ongoing"), throttle_seconds=1))[0][2:4] == (500, 1)
    assert figures(with_overrides(preset("integration-ongoing"), concurrent_connections=10))[1][2] == 10


def test_flags_leave_rules_for_some_routes_and_the_slots_of_the_sandbox() -> None:
    assert figures(with_overrides(preset("akeneo-saas"), throttle_limit=5, concurrent_connections=8)) == [
        ("concurrency", "connection", 8, None, None, ()),
        ("concurrency", "sandbox", 10, None, None, ()),
        ("fixed_window", "connection", 5, 60, None, ()),
        ("fixed_window", "sandbox", 3, 1, None, ("POST", "PATCH")),
    ]


def test_one_flag_takes_the_place_of_all_rules_of_its_kind() -> None:
    rules = (
        parse_limits([WINDOW, SLOTS, {"kind": "sliding_window", "limit": 9, "seconds": 1, "body": "html"}]).rules or ()
    )
    assert figures(with_overrides(rules, throttle_limit=3)) == [
        ("fixed_window", "connection", 3, 60, None, ()),
        ("concurrency", "connection", 5, None, None, ()),
    ]


def test_a_replaced_rule_keeps_how_it_refuses_but_throttling_always_rejects() -> None:
    rules = parse_limits([{**WINDOW, "when_exceeded": "queue", "body": "html", "retry_after": "absent"}]).rules or ()
    (rule,) = with_overrides(rules, throttle_limit=3)
    assert (rule.when_exceeded, rule.body, rule.retry_after) == ("reject", "html", "absent")


def test_when_busy_concerns_all_slots_and_nothing_else() -> None:
    limits = with_overrides(preset("akeneo-saas"), when_busy="queue")
    assert [rule.when_exceeded for rule in limits] == ["queue", "queue", "reject", "reject"]
    assert with_overrides(limits, when_busy="reject") == preset("akeneo-saas")


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ({"throttle_limit": 0}, "--throttle-limit is 0: write a whole number from 1 on"),
        ({"throttle_limit": 1, "throttle_seconds": 0}, "--throttle-seconds is 0: write a number above 0"),
        ({"throttle_seconds": 5}, "--throttle-seconds needs --throttle-limit, or limits with a window"),
        ({"concurrent_connections": 0}, "--concurrent-connections is 0: write a whole number from 1 on"),
        ({"when_busy": "queu"}, '--when-busy is "queu": write reject or queue'),
        ({"when_busy": "queue"}, "--when-busy needs --concurrent-connections, or limits with concurrency"),
    ],
)
def test_flags_that_make_no_sense_are_refused(flags: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=r".") as told:
        with_overrides((), **flags)
    assert str(told.value) == message


def test_the_service_time_is_that_of_the_flag_else_of_the_limits_else_none(tmp_path: Path) -> None:
    file = tmp_path / "limits.json"
    file.write_text('{"limits": [], "service_time": 40}')
    assert chosen(Settings()) == Limits((), NONE)
    assert chosen(Settings(limits="integration-initial")).service_time == PRESET
    assert chosen(Settings(limits="integration-initial", service_time="pim")).service_time == PIM
    assert chosen(Settings(limits="integration-initial", service_time="none")).service_time == NONE
    assert chosen(Settings(limits=str(file))).service_time == ServiceTime.parse("40")
    with pytest.raises(ValueError, match=r'^--service-time: "5s" is no service time: write none, pim, or millisec'):
        chosen(Settings(service_time="5s"))
