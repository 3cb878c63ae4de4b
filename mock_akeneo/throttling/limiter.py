"""The limiter of one sandbox: lets calls in, makes them wait, or refuses them. It runs on one event loop.

A call is let in by all limits that concern it or by none: all are asked before it is counted anywhere. One that
may wait passes first the windows that are spent, then the slots; it is refused later only when its time is
spent. Windows run on the sandbox clock; slots are real, and so is the wait for one.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Final

from mock_akeneo.core.clock import Clock, monotonic
from mock_akeneo.core.json_types import Json
from mock_akeneo.throttling.concurrency import Room, hand_over, join_queue, leave_queue, take
from mock_akeneo.throttling.limits import Limit
from mock_akeneo.throttling.policies import MANY_CALLERS, POLICIES, Caller, Window
from mock_akeneo.throttling.refusals import Refused, told_wait

LOOK_SECONDS: Final = 0.1  # how often who waits before a window looks at the clock, whose mode may have changed
SLOT_WAIT: Final = 1.0  # nobody knows when a slot becomes free: a refusal tells one second

Call = tuple[Caller, str, str, bool]  # connection (None: names no known one), method, path, is it for a token


class Slot:
    """A call that was let in, until it leaves. `in_flight`: calls of its connection then, itself included."""

    __slots__ = ("_counted", "_least", "_limiter", "call", "in_flight", "rooms")

    def __init__(
        self, limiter: Limiter, call: Call, rooms: Sequence[Room], least: tuple[int, str] | None = None
    ) -> None:
        self._limiter: Limiter | None = limiter
        self._least = least
        self.call = call
        self.rooms = rooms  # a slot of each is taken already
        # A token call that takes no slot is not in flight: connectors renew beside their other calls.
        self._counted = bool(rooms) or not call[3]
        self.in_flight = limiter._in_flight.get(call[0], 0) + self._counted
        limiter._in_flight[call[0]] = self.in_flight
        limiter._inside.add(self)

    @property
    def note(self) -> Json | None:
        """What the journal shows: the limit with the least left for the caller; `None` if none counted it."""
        if self._least is None:
            return None
        remaining, name = self._least
        return {"name": name, "remaining": remaining, "retry_after": None, "refused": False}

    def leave(self) -> None:
        """Frees the slots, which go to the first in the queue in this very turn. Again: nothing."""
        limiter = self._limiter
        if limiter is None:
            return
        self._limiter = None
        limiter._inside.discard(self)
        caller = self.call[0]
        if left := limiter._in_flight.get(caller, 0) - self._counted:
            limiter._in_flight[caller] = left
        else:
            limiter._in_flight.pop(caller, None)
        for room in self.rooms:
            room.taken -= 1
        for room in self.rooms:
            if room.queue:
                hand_over(self.rooms)
                break


class Abandoned(Exception):
    """The client of a queued call has gone: `granted` gives up."""


class Waiting:
    """A call in a queue: `await granted()`, and `abandon()` when the client has gone."""

    __slots__ = (
        "_arrived",
        "_ended",
        "_future",
        "_limiter",
        "_outcome",
        "_taken_over",
        "call",
        "gate",
        "gives_up",
        "pending",
        "rooms",
        "ticket",
    )

    def __init__(self, limiter: Limiter, call: Call, pending: list[tuple[_WindowRule, Caller]]) -> None:
        self._limiter = limiter
        self._arrived = monotonic()
        self._ended: float | None = None
        self._future: asyncio.Future[None] | None = None
        self._outcome: Slot | Refused | Abandoned | None = None
        self._taken_over = False
        self.call = call
        self.pending = pending  # the windows it still waits for; then its slots
        self.rooms: Sequence[Room] = ()
        self.ticket = 0
        self.gate: Limit | None = None  # the limit that makes it wait, whose time is short
        self.gives_up = math.inf  # sandbox time before windows, monotonic time before slots

    @property
    def queued_ms(self) -> float:
        """Real milliseconds in the queue, so far or in all."""
        return round(1000 * ((self._ended or monotonic()) - self._arrived), 3)

    async def granted(self) -> Slot:
        """Its slot, when its turn comes. Raises `Refused` when its time is spent, `Abandoned` if it was."""
        try:
            while self._outcome is None:
                if self._future is None:
                    self._future = asyncio.get_running_loop().create_future()
                await asyncio.wait((self._future,), timeout=self._limiter._patience(self))
                if self._outcome is None:
                    self._limiter._look_at(self)
        except BaseException:  # cancelled, perhaps in the very turn in which its slot came
            self.abandon()
            raise
        if not isinstance(self._outcome, Slot):
            raise self._outcome
        self._taken_over = True
        return self._outcome

    def abandon(self) -> None:
        """Leaves the queue, or gives back a slot that `granted` has not handed over yet. Afterwards: nothing."""
        if self._outcome is None:
            self._limiter._leave_queues(self)
            self.end(Abandoned())
        elif isinstance(self._outcome, Slot) and not self._taken_over:
            self._outcome.leave()
            self._outcome = Abandoned()

    def let_in(self) -> None:
        """Its slots are taken in its name."""
        self.end(Slot(self._limiter, self.call, self.rooms, self._limiter._least(self.call)))

    def end(self, outcome: Slot | Refused | Abandoned) -> None:
        self._outcome, self._ended = outcome, monotonic()
        self._limiter._waiting.pop(self)
        if self._future is not None and not self._future.done():
            self._future.set_result(None)


@dataclass(slots=True, eq=False)
class _WindowRule:
    limit: Limit
    concerns: Callable[[Call], bool]
    window: Window
    queues: dict[Caller, deque[Waiting]] = field(default_factory=dict)  # no empty ones

    def lines(self, now: float) -> Iterator[Json]:
        callers = dict.fromkeys((*self.window.callers(), *self.queues))
        for caller in callers if self.limit.scope == "connection" else (None,):
            remaining = self.window.remaining(caller, now)
            yield {
                "connection": caller,
                "used": (self.limit.burst or self.limit.limit) - remaining,
                "remaining": remaining,
                "resets_in": round(self.window.resets(caller, now), 3),
                "queued": len(self.queues.get(caller, ())),
            }


@dataclass(slots=True, eq=False)
class _SlotRule:
    limit: Limit
    concerns: Callable[[Call], bool]
    rooms: dict[Caller, Room] = field(default_factory=dict)

    def lines(self, _now: float) -> Iterator[Json]:
        for caller in self.rooms if self.limit.scope == "connection" else (None,):
            room = self.rooms.get(caller) or Room(self.limit)
            yield {
                "connection": caller,
                "used": room.taken,
                "remaining": max(0, self.limit.limit - room.taken),
                "resets_in": None,
                "queued": len(room.queue),
            }


_Places = tuple[list[tuple[_WindowRule, Caller]], list[Room]]


class Limiter:
    """Counts the calls of one sandbox against its limits."""

    def __init__(self, limits: Sequence[Limit], clock: Clock) -> None:
        self._clock = clock
        self._inside: set[Slot] = set()
        self._in_flight: dict[Caller, int] = {}
        self._waiting: dict[Waiting, None] = {}  # in order of arrival
        self._tickets = count()
        self._latest = -math.inf  # the sandbox time when it was looked at last
        self._wake = math.inf  # the sandbox time when somebody before a window is let in or gives up
        self._install(limits, {})

    def enter(self, caller: Caller, method: str, path: str, *, token_call: bool = False) -> Slot | Waiting:
        """Asks every limit that concerns the call, and counts it if none rejects it. Else raises `Refused`.

        `caller`: the connection's code, `None` for a call that names no known one.
        """
        call = (caller, method, path, token_call)
        if not self.limits:
            return Slot(self, call, ())
        now = self._clock.now()
        if now >= self._wake or now < self._latest:
            self._serve(now)
        self._latest = now
        counters, rooms = self._known.get((caller, method, token_call)) or self._places(call)
        fitting, pending, refusals, is_full = [], [], [], False
        for counter in counters:
            rule, key = counter
            wait = rule.window.ask(key, now)
            queue = rule.queues.get(key, ())
            if not wait and not queue:
                fitting.append(counter)
            elif rule.limit.when_exceeded == "queue" and len(queue) < rule.limit.queue_length:
                pending.append(counter)
            else:
                refusals.append((rule.limit, wait))
        for room in rooms:
            limit = room.limit
            if room.taken >= limit.limit:
                is_full = True
                if limit.when_exceeded == "reject" or len(room.queue) >= limit.queue_length:
                    refusals.append((limit, SLOT_WAIT))
        if refusals:
            raise self._refused(refusals)
        least: tuple[int, str] | None = None
        for rule, key in fitting:
            remaining = rule.window.charge(key, now)
            if least is None or remaining < least[0]:
                least = remaining, rule.limit.name
        if pending or is_full:
            return self._queue(call, pending, now)
        for room in rooms:
            room.taken += 1
            remaining = room.limit.limit - room.taken
            if least is None or remaining < least[0]:
                least = remaining, room.limit.name
        return Slot(self, call, rooms, least)

    def replace(self, limits: Sequence[Limit]) -> None:
        """Other limits from now on. Taken slots stay taken, who is queued keeps its place and its time.

        A window goes on where its figures and the calls it concerns are the same, whatever it is called; the
        others start anew.
        """
        self._install(limits, {_figures(rule.limit): rule.window for rule in self._windows})

    def start_anew(self, limits: Sequence[Limit]) -> None:
        """Like `replace`, but all windows start anew."""
        self._install(limits, {})

    def in_flight(self, caller: Caller) -> int:
        """How many calls of the connection are being answered."""
        return self._in_flight.get(caller, 0)

    def usage(self) -> Json:
        """What each limit counts now: `{"items": [{"name", "kind", "scope", "limit", "callers": [caller, …]}]}`.

        A caller: `{"connection", "used", "remaining", "resets_in", "in_flight", "queued"}`. `resets_in`: sandbox
        seconds until it has its whole allowance again, `null` for slots; `in_flight`: its calls being answered.
        A limit per connection shows those that have used some of it, one of the sandbox always shows `null`.
        """
        now = self._clock.now()
        self._serve(now)
        items = []
        for rule in self._rules:
            limit = rule.limit
            callers = [
                {**line, "in_flight": self._in_flight.get(line["connection"], 0)}
                if limit.scope == "connection"
                else {**line, "in_flight": sum(self._in_flight.values())}
                for line in rule.lines(now)
                if line["used"] or line["queued"] or limit.scope == "sandbox"
            ]
            shown = {"name": limit.name, "kind": limit.kind, "scope": limit.scope, "limit": limit.limit}
            items.append({**shown, "callers": callers})
        return {"items": items}

    def _install(self, limits: Sequence[Limit], windows: dict[Limit, Window]) -> None:
        """Makes the rules, with the `windows` that go on; who is inside or queued finds its place there."""
        self.limits = tuple(limits)
        new: set[Window] = set()
        rules: list[_WindowRule | _SlotRule] = []
        for limit in self.limits:
            if limit.kind == "concurrency":
                rules.append(_SlotRule(limit, _concern(limit)))
                continue
            window = windows.pop(_figures(limit), None)
            if window is None:
                window = _new_window(limit)
                new.add(window)
            rules.append(_WindowRule(limit, _concern(limit), window))
        self._rules = tuple(rules)
        self._known: dict[tuple[Caller, str, bool], _Places] = {}
        self._windows = tuple(rule for rule in rules if isinstance(rule, _WindowRule))
        self._slots = tuple(rule for rule in rules if isinstance(rule, _SlotRule))

        for slot in self._inside:
            slot.rooms = self._places(slot.call)[1]
            take(slot.rooms)
        before_windows = [waiting for waiting in self._waiting if waiting.pending]
        before_slots = [waiting for waiting in self._waiting if not waiting.pending]
        for waiting in sorted(before_slots, key=lambda waiting: waiting.ticket):
            self._go_to_slots(waiting)
        for waiting in before_windows:
            old = {rule.window for rule, _ in waiting.pending}
            places = self._places(waiting.call)[0]
            waiting.pending = [place for place in places if place[0].window in new or place[0].window in old]
            self._go_to_windows(waiting)
        self._serve(self._clock.now())

    def _places(self, call: Call) -> _Places:
        """What counts the call: (window rule, caller) pairs, and rooms. Remembered, unless paths matter."""
        caller, method, _, token_call = call
        places = (
            [(rule, _counted(rule.limit, call)) for rule in self._windows if rule.concerns(call)],
            [self._room(rule, _counted(rule.limit, call)) for rule in self._slots if rule.concerns(call)],
        )
        if not any(limit.paths and method in (limit.methods or (method,)) for limit in self.limits):
            if len(self._known) >= MANY_CALLERS:
                self._known.clear()
            self._known[caller, method, token_call] = places
        return places

    def _room(self, rule: _SlotRule, caller: Caller) -> Room:
        room = rule.rooms.get(caller)
        if room is None:
            if len(rule.rooms) >= MANY_CALLERS:
                rule.rooms = {key: room for key, room in rule.rooms.items() if room.taken or room.queue}
                self._known.clear()
            room = rule.rooms[caller] = Room(rule.limit)
        return room

    def _least(self, call: Call) -> tuple[int, str] | None:
        """Of the limits that counted the call, the one with the least left for its caller: (left, name)."""
        now = self._clock.now()
        counters, rooms = self._places(call)
        left = [(rule.window.remaining(caller, now), rule.limit.name) for rule, caller in counters]
        left += [(room.limit.limit - room.taken, room.limit.name) for room in rooms]
        return min(left, key=lambda least: least[0], default=None)

    def _refused(self, refusals: list[tuple[Limit, float]]) -> Refused:
        """The refusal that tells the longest wait."""
        limit, wait = max(refusals, key=lambda refusal: told_wait(*refusal))
        return Refused(limit, wait, self._clock.now())

    def _queue(self, call: Call, pending: list[tuple[_WindowRule, Caller]], now: float) -> Waiting:
        waiting = Waiting(self, call, pending)
        self._waiting[waiting] = None
        waiting.gives_up = now + min((rule.limit.queue_seconds for rule, _ in pending), default=math.inf)
        self._go_to_windows(waiting)
        if pending:
            self._serve(now)
        return waiting

    def _go_to_windows(self, waiting: Waiting) -> None:
        for rule, key in waiting.pending:
            rule.queues.setdefault(key, deque()).append(waiting)
        if not waiting.pending:
            self._go_to_slots(waiting)

    def _go_to_slots(self, waiting: Waiting) -> None:
        waiting.rooms = self._places(waiting.call)[1]
        full = [room.limit for room in waiting.rooms if room.full]
        if not full:
            take(waiting.rooms)
            waiting.let_in()
            return
        waiting.ticket = next(self._tickets)
        join_queue(waiting)
        if waiting.gate is None:
            waiting.gate = min(full, key=lambda limit: limit.queue_seconds)
            waiting.gives_up = monotonic() + waiting.gate.queue_seconds

    def _leave_queues(self, waiting: Waiting) -> None:
        if not waiting.pending:
            leave_queue(waiting)
        for rule, key in waiting.pending:
            rule.queues[key].remove(waiting)
            if not rule.queues[key]:
                del rule.queues[key]

    def _serve(self, now: float) -> None:
        """Lets pass who waits before windows with room, refuses whose time is spent, sets the alarm."""
        if now < self._latest:
            self._go_back(now)
        self._latest = now
        wake = math.inf
        for rule in self._windows:
            for key, queue in list(rule.queues.items()):
                while queue and not rule.window.ask(key, now):
                    rule.window.charge(key, now)
                    waiting = queue.popleft()
                    waiting.pending.remove((rule, key))
                    if not waiting.pending:
                        self._go_to_slots(waiting)
                if queue:
                    wake = min(wake, now + rule.window.ask(key, now))
                else:
                    del rule.queues[key]
        for waiting in [waiting for waiting in self._waiting if waiting.pending]:
            if now >= waiting.gives_up:
                self._leave_queues(waiting)
                spent = [(rule.limit, rule.window.ask(key, now)) for rule, key in waiting.pending]
                waiting.end(self._refused(spent))
            else:
                wake = min(wake, waiting.gives_up)
        if now >= self._wake:
            self._wake = math.inf
        if wake < self._wake:
            self._wake = max(wake, math.nextafter(now, math.inf))  # a wait below the clock's grain is one grain
            self._clock.at(self._wake, lambda: self._serve(self._clock.now()))

    def _go_back(self, now: float) -> None:
        """The clock was restarted: windows start anew, who waits keeps what is left of its time."""
        for rule in self._windows:
            rule.window = _new_window(rule.limit)
        for waiting in self._waiting:
            if waiting.pending:
                waiting.gives_up -= self._latest - now
        self._wake = math.inf

    def _patience(self, waiting: Waiting) -> float:
        """Real seconds until one should look after the call again."""
        if not waiting.pending:
            return max(0.0, waiting.gives_up - monotonic())
        if self._clock.mode == "frozen":
            return LOOK_SECONDS
        scale = self._clock.scale if self._clock.mode == "scaled" else 1.0
        return min(LOOK_SECONDS, max(0.0, (self._wake - self._clock.now()) / scale))

    def _look_at(self, waiting: Waiting) -> None:
        """The call was not woken in its time: time may have passed by itself."""
        if waiting.pending:
            self._clock.run_due()
            self._serve(self._clock.now())
        elif waiting.gate is not None and monotonic() >= waiting.gives_up:
            self._leave_queues(waiting)
            waiting.end(self._refused([(waiting.gate, SLOT_WAIT)]))


def _new_window(limit: Limit) -> Window:
    return POLICIES[limit.kind](limit.limit, limit.seconds, *filter(None, [limit.burst]))


def _concern(limit: Limit) -> Callable[[Call], bool]:
    """Whether the limit counts a call."""
    per_connection, count_tokens, about = limit.scope == "connection", limit.count_tokens, limit.about()

    def concerns(call: Call) -> bool:
        caller, method, path, token_call = call
        if (token_call and not count_tokens) or (caller is None and per_connection):
            return False
        return about is None or about(method, path)

    return concerns


def _counted(limit: Limit, call: Call) -> Caller:
    """For whom the limit counts the call."""
    return call[0] if limit.scope == "connection" else None


def _figures(limit: Limit) -> Limit:
    """The limit less what does not change how it counts."""
    return replace(
        limit,
        name="",
        when_exceeded="reject",
        queue_seconds=0,
        queue_length=0,
        retry_after="seconds",
        body="json",
    )
