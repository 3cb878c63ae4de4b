"""A schedule: what befalls which call of one action, as a small value that becomes a scenario.

`TROUBLES` is the table of what can befall a call. It holds only what costs no waiting: a refusal tells
`Retry-After: 0`, and what tells nothing (`slow`) comes rarely.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from mock_akeneo.contract.evidence import Action
from mock_akeneo.core.json_types import Json
from mock_akeneo.scenarios.scenario import Scenario

MOST_SLOW: Final = 1
"""So many slow troubles in a schedule: a connector's own waits grow with each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """`about`: the end of a sentence on a call. Either the `step` of a plan, or a `move` between two calls.

    `spends`: whether the call that comes next is refused for it. `token`: whether it befalls calls for a token.
    """

    about: str
    step: Any = None
    move: Mapping[str, Any] | None = None
    spends: bool = True
    token: bool = False
    slow: bool = False
    actions: tuple[Action, ...] = ("pull", "push")


def _answered(status: int, **more: Any) -> Json:
    return {"kind": "status", "status": status, "retry_after": 0, **more}


TROUBLES: Final[Mapping[str, Trouble]] = {
    "503": Trouble(about="is answered 503", step=_answered(503)),
    "502": Trouble(about="is answered 502 with a page of HTML", step=_answered(502, body="html")),
    "429": Trouble(about="is answered 429", step=_answered(429)),
    "hour": Trouble(about="an hour passes: the access token has expired", move={"do": "advance", "seconds": 3601}),
    "tokens": Trouble(about="both tokens expire", move={"do": "expire_tokens", "kind": "both"}),
    "token-503": Trouble(about="is answered 503", step=_answered(503), token=True),
    "token-429": Trouble(about="is answered 429", step=_answered(429), token=True),
    "reset": Trouble(about="is broken off before it is answered", step="reset", slow=True),
    "login": Trouble(
        about="is answered 200 with the page of a login",
        step={"kind": "status", "status": 200, "body": "html"},
        slow=True,
    ),
    "deleted-served": Trouble(
        about="a product that was read is deleted",
        move={"do": "delete", "which": "served"},
        spends=False,
        actions=("pull",),
    ),
    "deleted-unserved": Trouble(
        about="a product that was not read yet is deleted",
        move={"do": "delete", "which": "unserved"},
        spends=False,
        actions=("pull",),
    ),
    "created": Trouble(about="a product is created", move={"do": "create"}, spends=False, actions=("pull",)),
    "lost-504": Trouble(
        about="is carried out, but answered 504",
        step=_answered(504, body="html", after_apply=True),
        actions=("push",),
    ),
    "lost-reset": Trouble(
        about="is carried out, but broken off before it is answered",
        step="reset_after_apply",
        slow=True,
        actions=("push",),
    ),
}


def troubles_of(action: Action) -> tuple[str, ...]:
    """The names of what can befall the calls of an action, the plainest first."""
    return tuple(name for name, trouble in TROUBLES.items() if action in trouble.actions)


class Event(NamedTuple):
    """A step befalls call `nth`, a move comes after it. Calls of an action and calls for a token count apart."""

    nth: int
    trouble: str

    @property
    def sentence(self) -> str:
        trouble = TROUBLES[self.trouble]
        if trouble.move is not None:
            return f"after call {self.nth} {trouble.about}"
        return f"{'token ' if trouble.token else ''}call {self.nth} {trouble.about}"


@dataclass(frozen=True, slots=True)
class Schedule:
    """What befalls one action. The empty one is calm."""

    action: Action
    events: tuple[Event, ...] = ()

    @property
    def size(self) -> tuple[int, int, tuple[Event, ...]]:
        """The smaller, the plainer: fewer events, and those early."""
        return len(self.events), sum(event.nth for event in self.events), self.events

    @property
    def sentences(self) -> tuple[str, ...]:
        return tuple(event.sentence for event in self.events)


def laid_out(action: Action, series: Iterable[tuple[int, Sequence[str]]]) -> Schedule:
    """Troubles that come in a row, each row from some call on: `(2, ["hour", "502"])`.

    What finds its call taken befalls the next one. A trouble of the token befalls the call for one that the
    troubles before it provoke.
    """
    events: list[Event] = []
    taken: set[tuple[bool, int]] = set()
    tokens, slow = 1, 0
    for first, names in sorted((first, tuple(names)) for first, names in series):
        nth = first
        for name in names:
            trouble = TROUBLES[name]
            slow += trouble.slow
            if trouble.slow and slow > MOST_SLOW:
                continue
            if trouble.move is not None:
                after = max(1, nth - 1)
                events.append(Event(after, name))
                if trouble.spends:
                    tokens += 1
                    nth = after + 2
                continue
            at = tokens if trouble.token else nth
            while (trouble.token, at) in taken:
                at += 1
            taken.add((trouble.token, at))
            events.append(Event(at, name))
            if not trouble.token:
                nth = at + 1
    return Schedule(action, tuple(sorted(set(events))))


def scenario_of(schedule: Schedule, *, name: str, about: str = "", catalog: str, seed: int = 0) -> Scenario:
    """The schedule as a scenario: pages and batches enough, and one call at a time, so that calls are in order."""
    group = f"@{schedule.action}"
    told: Json = {
        "name": name,
        "about": about or "Nothing stands in the way.",
        "needs": [schedule.action],
        "catalog": catalog,
        "products": 150,
        "seed": seed,
        "limits": [
            {"name": "one at a time", "kind": "concurrency", "limit": 1, "when_exceeded": "queue"},
            # Nobody has to pace calls: whatever is told is never reached.
            {"name": "throttle", "kind": "fixed_window", "limit": 100_000, "seconds": 60},
        ],
        "plans": [
            {"operation": operation, "steps": steps}
            for operation, token in ((group, False), ("token", True))
            if (steps := _steps(schedule, token))
        ],
        "moves": [_move(event, group) for event in schedule.events if TROUBLES[event.trouble].move is not None],
    }
    if schedule.action == "push":
        told["push"] = {"new": 210, "updates": 10, "refused": 4}
    return Scenario.parse({key: value for key, value in told.items() if value != []})


def _steps(schedule: Schedule, token: bool) -> list[Any]:
    at = {
        event.nth: trouble.step
        for event in schedule.events
        if (trouble := TROUBLES[event.trouble]).step is not None and trouble.token == token
    }
    return [at.get(nth, "ok") for nth in range(1, max(at, default=0) + 1)]


def _move(event: Event, group: str) -> Json:
    told: Json = {"after": {"operation": group, "nth": event.nth}, **(TROUBLES[event.trouble].move or {})}
    return {**told, "products": [{"identifier": f"created-{event.nth}"}]} if told["do"] == "create" else told
