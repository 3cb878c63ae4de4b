from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mock_akeneo.contract.deliveries import deliveries
from mock_akeneo.contract.evidence import Run
from mock_akeneo.contract.rules.events import (
    RULES,
    answers_before_it_works,
    handles_an_event_once,
    lets_no_older_event_win,
    takes_every_signed_delivery,
    takes_no_forged_delivery,
)
from mock_akeneo.contract.verdicts import broken, kept
from mock_akeneo.core.json_types import Json
from tests.contract.journal import SHOP, evidence

DELIVERED = deliveries(SHOP, "secret", datetime(2026, 1, 1, tzinfo=UTC))
FIRST, AGAIN, NEWER, OLDER, *FORGERIES = DELIVERED


def receipt(*taken: Json, forged: int = 401, signed: int = 200, seconds: float = 0.01, **more: Any) -> Run:
    answers = [{"status": signed, "seconds": seconds}] * 4 + [{"status": forged, "seconds": seconds}] * 3
    items = tuple({"uuid": delivery["uuid"], "values": delivery["values"]} for delivery in taken)
    return Run(
        action="receive",
        **{
            "ending": "finished",
            "items": items,
            "delivered": tuple(DELIVERED),
            "report": {"answers": answers, "shows": True},
            **more,
        },
    )


WELL = receipt(FIRST, NEWER)


def test_a_good_receiver_keeps_every_rule() -> None:
    assert [rule.judge(evidence(WELL)).kind for rule in RULES] == ["kept"] * 5


@pytest.mark.parametrize("forged", FORGERIES, ids=lambda delivery: delivery["kind"])
def test_what_a_forged_delivery_told_must_not_be_taken_over(forged: Json) -> None:
    assert takes_no_forged_delivery(evidence(receipt(FIRST, NEWER, forged))) == broken(
        "it took over p3 from a delivery that nobody signed with its secret"
    )


def test_where_nothing_is_shown_the_answer_to_a_forged_delivery_counts() -> None:
    blind = {"answers": [{"status": 200, "seconds": 0.01}] * 7, "shows": False}
    assert takes_no_forged_delivery(evidence(receipt(report=blind))) == broken(
        "it answered 200 to a delivery that was forged"
    )
    assert takes_no_forged_delivery(evidence(receipt(FIRST, NEWER, forged=200))).kind == "kept"


def test_what_is_rightly_signed_is_to_be_taken() -> None:
    assert takes_every_signed_delivery(evidence(receipt(signed=401))) == broken(
        "it answered 401 to 4 of 4 deliveries that were rightly signed"
    )
    assert takes_every_signed_delivery(evidence(receipt(FIRST))) == broken(
        "it accepted what it was told of p2, and handed nothing of it over"
    )


def test_an_event_that_comes_twice_is_handled_once() -> None:
    assert handles_an_event_once(evidence(receipt(FIRST, AGAIN, NEWER))) == broken(
        "it handed p1 over 2 ×, for one event that came twice"
    )


def test_the_state_of_an_older_event_must_not_be_the_last() -> None:
    assert lets_no_older_event_win(evidence(receipt(FIRST, NEWER, OLDER))) == broken(
        "an event that was raised earlier and came later overwrote p2"
    )
    assert lets_no_older_event_win(evidence(receipt(FIRST, OLDER, NEWER))).kind == "kept"


def test_who_is_always_slow_answers_too_late() -> None:
    assert answers_before_it_works(evidence(receipt(FIRST, NEWER, seconds=0.8))) == broken(
        "no delivery was answered before 0.80 s, while the PIM took its time"
    )
    once = {"answers": [{"status": 200, "seconds": s} for s in (0.8, 0.01, 0.02)], "shows": True}
    assert answers_before_it_works(evidence(receipt(report=once))) == kept("a delivery was answered after 0.02 s")


@pytest.mark.parametrize("run", [receipt(ending="unable", why="the connector has no receive"), receipt(delivered=())])
def test_without_deliveries_nothing_is_seen(run: Run) -> None:
    assert {rule.judge(evidence(run)).kind for rule in RULES} == {"not_seen"}
