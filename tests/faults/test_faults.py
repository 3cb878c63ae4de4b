from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mock_akeneo.core.clock import Clock
from mock_akeneo.core.json_types import Json
from mock_akeneo.faults.calls import Asked
from mock_akeneo.faults.fault import Fault
from mock_akeneo.faults.faults import Faults
from mock_akeneo.faults.plans import Plan

LIST = Asked("products.list", "GET", "/api/rest/v1/products", (), b"", b"", "erp")
GET = Asked("products.get", "GET", "/api/rest/v1/products/a", ("a",), b"", b"", "erp")


def fault(kind: str = "reset", operation: str = "products.list", **more: object) -> Fault:
    return Fault.parse({"operation": operation, "kind": kind, **more})


def plan(*steps: object, operation: str = "products.list") -> Plan:
    return Plan.parse({"operation": operation, "steps": list(steps)})


def faults(*all_of_them: Fault | Plan, clock: Clock | None = None) -> Faults:
    made = Faults(clock or Clock("frozen"))
    for one in all_of_them:
        made.run(one) if isinstance(one, Plan) else made.plant(one)
    return made


def struck(of: Faults, calls: int, call: Asked = LIST) -> list[str | None]:
    """The kinds that strike so many calls, one after another."""
    found = (of.strike(call) for _ in range(calls))
    return [None if one is None else one.kind for one in found]


def numbers(of: Faults, calls: int) -> list[int]:
    """The numbers of the calls that are struck."""
    return [number for number, kind in enumerate(struck(of, calls), 1) if kind]


def test_without_faults_there_is_nothing_to_ask() -> None:
    assert not faults().active


def test_a_fault_strikes_every_call_that_it_concerns() -> None:
    some = faults(fault())
    assert numbers(some, 5) == [1, 2, 3, 4, 5]
    assert struck(some, 2, GET) == [None, None]


def test_nth_every_and_times_count_the_calls() -> None:
    assert numbers(faults(fault(nth=3)), 9) == [3]
    assert numbers(faults(fault(nth=3, times=2)), 9) == [3, 4]
    assert numbers(faults(fault(every=3)), 9) == [3, 6, 9]
    assert numbers(faults(fault(every=3, times=2)), 12) == [3, 6]
    assert numbers(faults(fault(nth=2, every=3)), 9) == [2, 5, 8]
    assert numbers(faults(fault(times=2)), 9) == [1, 2]


def test_calls_of_others_are_not_counted() -> None:
    some = faults(fault(nth=2))
    assert struck(some, 3, GET) == [None, None, None]
    assert numbers(some, 3) == [2]


def test_a_fault_that_has_struck_its_last_call_costs_nothing_and_is_still_shown() -> None:
    some = faults(fault(nth=1))
    assert struck(some, 1) == ["reset"]
    assert not some.active
    assert [planted.to_json() for planted in some.planted.values()] == [
        {"id": "fault-1", "operation": "products.list", "kind": "reset", "nth": 1, "struck": 1}
    ]


def test_the_oldest_fault_wins_and_the_others_have_counted_the_call() -> None:
    some = faults(fault("reset", nth=1), fault("empty", nth=1), fault("stall", nth=2))
    assert struck(some, 3) == ["reset", "stall", None]
    assert [planted.struck for planted in some.planted.values()] == [1, 0, 1]


def test_a_step_other_than_ok_comes_before_faults() -> None:
    some = faults(fault("reset", times=2), plan("ok", "503", "ok", "empty"))
    assert struck(some, 5) == ["reset", "status", "reset", "empty", None]


def test_each_call_uses_up_a_step_of_every_plan_and_the_oldest_plan_wins() -> None:
    some = faults(plan("ok", "stall"), plan("reset", "empty", "truncate"))
    assert struck(some, 4) == ["reset", "stall", "truncate", None]
    assert not some.active


def test_a_plan_shows_what_remains() -> None:
    some = faults(plan("ok", 429, {"kind": "delay", "seconds": 3}))
    struck(some, 2)
    shown = [running.to_json() for running in some.plans.values()]
    assert shown == [
        {
            "id": "plan-1",
            "operation": "products.list",
            "steps": ["ok", 429, {"kind": "delay", "seconds": 3}],
            "remaining": [{"kind": "delay", "seconds": 3}],
        }
    ]


def test_a_fault_ends_by_the_sandbox_clock() -> None:
    clock = Clock("frozen")
    some = faults(fault(ttl_seconds=60), clock=clock)
    clock.advance(59)
    assert struck(some, 1) == ["reset"]
    clock.advance(1)
    assert struck(some, 1) == [None]
    assert not some.active


def test_the_same_seed_strikes_the_same_calls_and_another_seed_others() -> None:
    def of(seed: int) -> list[int]:
        return numbers(faults(fault(probability=0.3, seed=seed)), 200)

    assert of(1) == of(1)
    assert of(1) != of(2)
    assert 30 <= len(of(1)) <= 90


def test_two_faults_of_one_seed_throw_their_own_dice() -> None:
    some = faults(fault("reset", probability=0.5, seed=1), fault("empty", probability=0.5, seed=1))
    assert set(struck(some, 100)) == {"reset", "empty", None}


def test_what_is_there_at_the_mark_comes_back_unused() -> None:
    some = faults(fault(nth=1), plan("empty"))
    some.mark()
    some.plant(fault("stall"))
    assert struck(some, 2) == ["empty", "stall"]
    some.start_anew()
    assert struck(some, 3) == ["empty", None, None]


def test_faults_and_plans_are_removed_by_id_or_all() -> None:
    some = faults(fault(), plan("empty", "empty"), fault("stall"))
    assert some.remove("fault-1")
    assert not some.remove("fault-1")
    assert struck(some, 1) == ["empty"]
    assert some.remove("plan-2")
    assert some.clear() == 1
    assert not some.active


def test_the_index_is_remembered_as_long_back_as_a_fault_may_show_it() -> None:
    some = faults(fault("stale_index", seconds=3), plan({"kind": "stale_index", "seconds": 8}))
    assert some.stale_seconds == 8
    struck(some, 1)
    assert some.stale_seconds == 3
    some.clear()
    assert some.stale_seconds == 0


Often = st.fixed_dictionaries(
    {}, optional={"nth": st.integers(1, 6), "every": st.integers(1, 4), "times": st.integers(1, 4)}
)


@given(often=Often, calls=st.integers(1, 30))
def test_how_often_a_fault_strikes_follows_from_the_numbers_alone(often: Json, calls: int) -> None:
    nth, every, times = often.get("nth"), often.get("every"), often.get("times")
    first, step = nth or every or 1, every or 1
    most = times or (1 if nth and not every else calls)
    assert numbers(faults(fault(**often)), calls) == list(range(first, calls + 1, step))[:most]


@given(steps=st.lists(st.sampled_from(["ok", "429", "reset", "empty"]), min_size=1, max_size=8))
def test_a_plan_is_used_up_step_by_step(steps: list[str]) -> None:
    kinds = {"ok": None, "429": "status", "reset": "reset", "empty": "empty"}
    assert struck(faults(plan(*steps)), len(steps) + 2) == [*(kinds[step] for step in steps), None, None]
