"""Rooms and their queues, without anything that waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from mock_akeneo.throttling.concurrency import Room, hand_over, join_queue, leave_queue, take
from mock_akeneo.throttling.limits import Limit


def room(limit: int, taken: int = 0) -> Room:
    return Room(Limit(name=f"{limit} at once", kind="concurrency", limit=limit), taken)


@dataclass(eq=False)
class Client:
    ticket: int
    rooms: Sequence[Room]
    is_in: bool = field(default=False)

    def __post_init__(self) -> None:
        join_queue(self)

    def let_in(self) -> None:
        assert not self.is_in
        self.is_in = True


def test_a_free_slot_goes_to_the_first_in_the_queue() -> None:
    slots = room(2, taken=2)
    clients = [Client(number, [slots]) for number in range(3)]
    slots.taken -= 1
    hand_over([slots])
    assert [client.is_in for client in clients] == [True, False, False]
    assert (slots.taken, list(slots.queue)) == (2, clients[1:])


def test_nobody_is_let_in_while_all_slots_are_taken() -> None:
    slots = room(1, taken=1)
    client = Client(0, [slots])
    hand_over([slots])
    assert (client.is_in, slots.taken, list(slots.queue)) == (False, 1, [client])


def test_several_free_slots_go_to_as_many_in_order() -> None:
    slots = room(3, taken=1)
    clients = [Client(number, [slots]) for number in range(3)]
    hand_over([slots])
    assert [client.is_in for client in clients] == [True, True, False]
    assert slots.taken == 3


def test_who_lacks_a_slot_elsewhere_is_passed_over_and_keeps_its_place() -> None:
    sandbox, magento = room(10, taken=9), room(4, taken=4)
    first, second, third = Client(0, [magento, sandbox]), Client(1, [sandbox]), Client(2, [sandbox])
    hand_over([sandbox])
    assert (first.is_in, second.is_in, third.is_in) == (False, True, False)
    assert (list(magento.queue), list(sandbox.queue)) == ([first], [first, third])
    magento.taken, sandbox.taken = 3, 9
    hand_over([magento, sandbox])
    assert (first.is_in, third.is_in) == (True, False)
    assert (magento.taken, sandbox.taken) == (4, 10)


def test_the_order_holds_across_the_queues_of_all_freed_rooms() -> None:
    """The earlier one waits for the sandbox alone, the later one for its connection too."""
    sandbox, magento = room(1, taken=0), room(1, taken=0)
    earlier, later = Client(0, [sandbox]), Client(1, [magento, sandbox])
    hand_over([magento, sandbox])
    assert (earlier.is_in, later.is_in) == (True, False)


def test_who_leaves_the_queue_is_not_let_in() -> None:
    slots = room(1, taken=1)
    gone, next_one = Client(0, [slots]), Client(1, [slots])
    leave_queue(gone)
    slots.taken = 0
    hand_over([slots])
    assert (gone.is_in, next_one.is_in) == (False, True)


def test_a_room_is_full_when_its_slots_are_taken_and_stays_so_when_it_shrinks() -> None:
    slots = room(2)
    take([slots])
    assert not slots.full
    take([slots])
    assert slots.full
    slots.limit = Limit(name="fewer", kind="concurrency", limit=1)
    slots.taken -= 1
    assert slots.full
