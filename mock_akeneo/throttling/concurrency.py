"""How many at once: the slots of one limit for one caller, and the queue before them. Pure: nothing waits.

A slot that becomes free goes straight to the first in the queue who can use it: no newcomer finds it free.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import merge
from operator import attrgetter
from typing import Protocol

from mock_akeneo.throttling.limits import Limit


class Queued(Protocol):
    """Who waits for a slot in each of its `rooms`, all at the same time. Lower tickets came first."""

    ticket: int
    rooms: Sequence[Room]

    def let_in(self) -> None:
        """Told once, when all its slots are taken in its name."""


@dataclass(slots=True, eq=False)
class Room:
    """The slots of `limit`, of which some are taken, and who waits for one, first come first served.

    More are taken than there are only after the limit was lowered: what was let in stays in.
    """

    limit: Limit
    taken: int = 0
    queue: deque[Queued] = field(default_factory=deque)

    @property
    def full(self) -> bool:
        return self.taken >= self.limit.limit


def hand_over(freed: Sequence[Room]) -> None:
    """Gives the free slots of these rooms to those who wait for them, in the order in which they came.

    Who still lacks a slot elsewhere is passed over and keeps its place.
    """
    rooms = [room for room in freed if room.queue]
    let_in: list[Queued] = []
    for queued in merge(*(room.queue for room in rooms), key=attrgetter("ticket")):
        if all(room.full for room in rooms):
            break
        if queued not in let_in and not any(room.full for room in queued.rooms):
            take(queued.rooms)
            let_in.append(queued)
    for queued in let_in:
        leave_queue(queued)
        queued.let_in()


def take(rooms: Sequence[Room]) -> None:
    for room in rooms:
        room.taken += 1


def join_queue(queued: Queued) -> None:
    for room in queued.rooms:
        room.queue.append(queued)


def leave_queue(queued: Queued) -> None:
    for room in queued.rooms:
        room.queue.remove(queued)
