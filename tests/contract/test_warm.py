from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from mock_akeneo.contract.adapters import Handover, Job, PythonFactory
from mock_akeneo.contract.evidence import Ending
from mock_akeneo.contract.supervision import Unusable
from mock_akeneo.contract.warm import WarmFactory
from tests.contract.connectors import Connector
from tests.contract.journal import TOLD

made = 0


class Counts(Connector):
    """Hands over how many of it were made in this process, and the number of the process."""

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        global made
        made += 1

    def pull(self, since: object = None) -> Iterator[dict[str, Any]]:
        yield {"made": made, "process": os.getpid(), "told": self.settings.username}

    def push(self, products: list[dict[str, Any]]) -> dict[str, Any]:
        raise LookupError(f"{len(products)} products")


def never(_: Handover) -> None:
    return None


PULL = Job(action="pull", settings=TOLD)


def warm(name: str, module: str = "tests.contract.connectors") -> WarmFactory:
    return WarmFactory(PythonFactory(f"{module}:{name}"))


def test_each_job_has_a_connector_of_its_own_in_the_same_process() -> None:
    with warm("Counts", __name__) as connector:
        first = connector.run(PULL, never)
        raised = connector.run(Job(action="push", settings=TOLD, products=[{"identifier": "x" * 200_000}]), never)
        again = connector.run(Job(action="pull", settings=replace(TOLD, username="another")), never)
    process = first.items[0]["process"]
    assert first.items == [{"made": 1, "process": process, "told": "user"}]
    assert (raised.ending, raised.why) == ("raised", "LookupError: 1 products")
    assert again.items == [{"made": 3, "process": process, "told": "another"}]


@pytest.mark.parametrize(
    ("name", "ending", "why"),
    [
        ("Crashes", "raised", "killed by SIGABRT"),
        ("LeavesAThreadBehind", "finished", ""),
        ("LeavesAChildBehind", "finished", ""),
        ("Floods", "finished", ""),
        ("HandsOverWhatIsNoJson", "raised", "TypeError: Object of type datetime is not JSON serializable"),
        ("broken_factory", "raised", "RuntimeError: no connection to the shop"),
    ],
)
def test_a_job_that_goes_wrong_goes_the_same_way_again(name: str, ending: Ending, why: str) -> None:
    with warm(name) as connector:
        handovers = [connector.run(PULL, never) for _ in range(2)]
    assert [(handover.ending, handover.why) for handover in handovers] == [(ending, why)] * 2


def test_a_job_that_hangs_is_ended_and_the_next_is_done() -> None:
    def stop(handover: Handover) -> tuple[Ending, str] | None:
        return ("unfinished", "long enough") if handover.items else None

    with warm("Hangs") as connector:
        for _ in range(2):
            handover = connector.run(PULL, stop)
            assert (handover.ending, handover.why, handover.items) == (
                "unfinished",
                "long enough",
                [{"identifier": "one"}],
            )


def test_a_connector_that_cannot_be_started_is_told() -> None:
    with warm("x", "no.such") as connector, pytest.raises(Unusable, match="cannot import"):
        connector.run(PULL, never)
    with WarmFactory(PythonFactory("a:b", "/no/python")) as connector, pytest.raises(Unusable, match="cannot start"):
        connector.run(PULL, never)


def test_a_missing_action_is_told() -> None:
    with warm("PullsOnly") as connector:
        handover = connector.run(Job(action="push", settings=TOLD), never)
    assert (handover.ending, handover.why) == ("unable", "the connector has no push")
