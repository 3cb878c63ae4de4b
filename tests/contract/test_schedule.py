from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_akeneo.contract.evidence import Action
from mock_akeneo.contract.schedule import MOST_SLOW, TROUBLES, Event, Schedule, laid_out, scenario_of, troubles_of

ACTIONS: tuple[Action, ...] = ("pull", "push")


def test_a_trouble_is_either_a_step_or_a_move() -> None:
    assert [name for name, trouble in TROUBLES.items() if (trouble.step is None) == (trouble.move is None)] == []
    assert [name for name, trouble in TROUBLES.items() if trouble.token and trouble.move] == []


@pytest.mark.parametrize(
    ("series", "events"),
    [
        ([(2, ["503", "429"])], [(2, "503"), (3, "429")]),
        # The call after a dead token is refused for it; what comes next in the row befalls its repeat.
        ([(2, ["hour", "503"])], [(1, "hour"), (3, "503")]),
        ([(2, ["503", "hour"])], [(2, "503"), (2, "hour")]),
        # Between two calls there is room for any number of changes.
        ([(3, ["deleted-served", "created", "503"])], [(2, "created"), (2, "deleted-served"), (3, "503")]),
        ([(1, ["hour"])], [(1, "hour")]),
        # The login is the first call for a token; each that ends asks for another.
        ([(1, ["token-429"])], [(1, "token-429")]),
        ([(2, ["hour", "token-429", "token-503"])], [(1, "hour"), (2, "token-429"), (3, "token-503")]),
        # A call that is taken already is passed over.
        ([(2, ["503"]), (1, ["429", "502"])], [(1, "429"), (2, "502"), (3, "503")]),
        ([(1, ["reset", "login", "503"])], [(1, "reset"), (2, "503")]),
        ([], []),
    ],
)
def test_troubles_are_laid_out_in_a_row(series: list[tuple[int, list[str]]], events: list[tuple[int, str]]) -> None:
    assert laid_out("pull", series) == Schedule("pull", tuple(Event(nth, name) for nth, name in events))


@pytest.mark.parametrize("action", ACTIONS)
@given(data=st.data())
def test_every_schedule_is_a_scenario_in_which_nothing_is_lost_of_it(action: Action, data: st.DataObject) -> None:
    names = st.sampled_from(troubles_of(action))
    series = data.draw(st.lists(st.tuples(st.integers(1, 8), st.lists(names, max_size=4)), max_size=3))
    schedule = laid_out(action, series)
    scenario = scenario_of(schedule, name="x", catalog="minimal")
    steps = [step for plan in scenario.plans for step in plan.steps if step is not None]
    assert len(steps) + len(scenario.moves) == len(schedule.events) == len(schedule.sentences)
    assert sum(TROUBLES[event.trouble].slow for event in schedule.events) <= MOST_SLOW
    assert scenario.needs == (action,)


def test_a_schedule_is_told_as_a_scenario() -> None:
    schedule = laid_out("pull", [(2, ["hour", "token-429", "503"]), (4, ["created"])])
    assert schedule.sentences == (
        "after call 1 an hour passes: the access token has expired",
        "token call 2 is answered 429",
        "call 3 is answered 503",
        "after call 3 a product is created",
    )
    assert scenario_of(schedule, name="found", about="It loses.", catalog="demo", seed=7).to_json() == {
        "name": "found",
        "about": "It loses.",
        "needs": ["pull"],
        "catalog": "demo",
        "products": 150,
        "seed": 7,
        "limits": [
            {"name": "one at a time", "kind": "concurrency", "limit": 1, "when_exceeded": "queue"},
            {"name": "throttle", "kind": "fixed_window", "limit": 100_000, "seconds": 60},
        ],
        "plans": [
            {"operation": "@pull", "steps": ["ok", "ok", {"kind": "status", "status": 503, "retry_after": 0}]},
            {"operation": "token", "steps": ["ok", {"kind": "status", "status": 429, "retry_after": 0}]},
        ],
        "moves": [
            {"after": {"operation": "@pull", "nth": 1}, "do": "advance", "seconds": 3601},
            {
                "after": {"operation": "@pull", "nth": 3},
                "do": "create",
                "products": [{"identifier": "created-3"}],
            },
        ],
    }
    assert scenario_of(Schedule("push"), name="calm", catalog="demo").push == {
        "new": 210,
        "updates": 10,
        "refused": 4,
    }


def test_the_smaller_schedule_is_the_plainer_one() -> None:
    three, late, early = (
        laid_out("pull", series)
        for series in ([(1, ["503", "503", "503"])], [(3, ["503", "503"])], [(1, ["503", "503"])])
    )
    assert sorted((three, late, early), key=lambda schedule: schedule.size) == [early, late, three]
