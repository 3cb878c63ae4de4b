"""The faults and plans at work in one sandbox: they count the calls and say which fault strikes."""

from __future__ import annotations

from itertools import count

from mock_akeneo.core.chance import Chance
from mock_akeneo.core.clock import Clock
from mock_akeneo.core.json_types import Json, dumps
from mock_akeneo.faults.calls import Asked
from mock_akeneo.faults.fault import Fault
from mock_akeneo.faults.plans import Plan


class Planted:
    """A fault at work. `seen`: calls that it concerned; `struck`: those that it struck."""

    __slots__ = ("_chance", "ends_at", "fault", "id", "seen", "struck")

    def __init__(self, id_: str, fault: Fault, now: float) -> None:
        self.id, self.fault = id_, fault
        self.seen = self.struck = 0
        self.ends_at = None if fault.ttl_seconds is None else now + fault.ttl_seconds
        # Two faults of the same seed throw different dice.
        self._chance = Chance(f"{fault.seed or 0}/{dumps(fault.told).decode()}")

    def meets(self) -> bool:
        """Counts one call that it concerns; whether it would strike it."""
        fault = self.fault
        self.seen += 1
        first = fault.nth or fault.every or 1
        due = self.seen >= first and (self.seen - first) % (fault.every or 1) == 0
        # The dice are thrown for each call, so that what they show depends on its number alone.
        lucky = fault.probability is None or self._chance.draw() < fault.probability
        return due and lucky

    def is_over(self, now: float) -> bool:
        fault = self.fault
        if self.ends_at is not None and now >= self.ends_at:
            return True
        if fault.nth is not None and fault.every is None and fault.times is None:
            return self.seen >= fault.nth
        return fault.times is not None and self.struck >= fault.times

    def to_json(self) -> Json:
        return {"id": self.id, **self.fault.to_json(), "struck": self.struck}


class Running:
    """A plan at work. `done`: steps that calls have used up."""

    __slots__ = ("done", "id", "plan")

    def __init__(self, id_: str, plan: Plan) -> None:
        self.id, self.plan, self.done = id_, plan, 0

    def step(self) -> Fault | None:
        """Uses up one step."""
        self.done += 1
        return self.plan.steps[self.done - 1]

    def is_over(self) -> bool:
        return self.done == len(self.plan.steps)

    def to_json(self) -> Json:
        return {"id": self.id, **self.plan.to_json(), "remaining": list(self.plan.written[self.done :])}


class Faults:
    """`active`: whether anything could strike; the only thing to be asked while there is nothing.

    `stale_seconds`: how far back the latest search index reaches that one of them shows; 0: none does.
    """

    __slots__ = ("_clock", "_faults", "_ids", "_plans", "_start", "active", "plans", "planted", "stale_seconds")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ids = count(1)
        self.planted: dict[str, Planted] = {}
        self.plans: dict[str, Running] = {}
        self._start: tuple[Fault | Plan, ...] = ()
        self.active = False
        self.stale_seconds = 0.0
        self._look()

    def plant(self, fault: Fault) -> Planted:
        planted = Planted(f"fault-{next(self._ids)}", fault, self._clock.now())
        self.planted[planted.id] = planted
        self._look()
        return planted

    def run(self, plan: Plan) -> Running:
        running = Running(f"plan-{next(self._ids)}", plan)
        self.plans[running.id] = running
        self._look()
        return running

    def remove(self, id_: str) -> bool:
        """Whether there was a fault or plan of this id."""
        found = self.planted.pop(id_, None) or self.plans.pop(id_, None)
        self._look()
        return found is not None

    def clear(self) -> int:
        """Removes all; how many there were."""
        number = len(self.planted) + len(self.plans)
        self.planted.clear()
        self.plans.clear()
        self._look()
        return number

    def mark(self) -> None:
        """What there is now is what `start_anew` goes back to."""
        faults = [planted.fault for planted in self.planted.values()]
        self._start = (*faults, *(running.plan for running in self.plans.values()))

    def start_anew(self) -> None:
        """Only the faults and plans of the start, unused."""
        self.clear()
        for one in self._start:
            self.run(one) if isinstance(one, Plan) else self.plant(one)

    def strike(self, asked: Asked) -> Fault | None:
        """What befalls a call: the oldest plan's step other than ok, else the oldest fault's. Counts it everywhere."""
        now = self._clock.now()
        struck: Fault | None = None
        ended = False
        for running in self._plans:
            if running.plan.calls.concerns(asked):
                step = running.step()
                struck = struck or step
                ended = ended or running.is_over()
        for planted in self._faults:
            is_over = planted.is_over(now)
            if not is_over and planted.fault.calls.concerns(asked):
                if planted.meets() and struck is None:
                    struck = planted.fault
                    planted.struck += 1
                is_over = planted.is_over(now)
            ended = ended or is_over
        if ended:
            self._look()
        return struck

    def _look(self) -> None:
        now = self._clock.now()
        self._plans = [running for running in self.plans.values() if not running.is_over()]
        self._faults = [planted for planted in self.planted.values() if not planted.is_over(now)]
        self.active = bool(self._plans or self._faults)
        if self.active or self.stale_seconds:
            troubles = [planted.fault for planted in self._faults]
            troubles += [step for running in self._plans for step in running.plan.steps if step is not None]
            self.stale_seconds = max((fault.effect.stale_seconds for fault in troubles), default=0.0)
