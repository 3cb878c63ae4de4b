"""Scenarios: named, replayable set-ups, as data. `SCENARIOS` is the table of ours, the longest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from difflib import get_close_matches
from typing import Any, Final

from mock_akeneo.contract.evidence import Action
from mock_akeneo.core.json_types import Json
from mock_akeneo.faults.fault import Fault
from mock_akeneo.faults.plans import Plan
from mock_akeneo.throttling.limits import Limit, parse_limits

MOVES: Final[Mapping[str, frozenset[str]]] = {
    "advance": frozenset({"seconds"}),
    "expire_tokens": frozenset(),
    "revoke_tokens": frozenset({"kind"}),
    "regenerate_secret": frozenset(),
    "set_limits": frozenset({"limits"}),
}
"""What a move can do, and the keys that it needs."""

ENDS_TOKENS: Final = frozenset({"advance", "expire_tokens", "revoke_tokens", "regenerate_secret"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """What a scenario gives to push: `new` products, `updates` of products that are there, and among the new ones
    `refused` that the PIM will not take."""

    new: int = 150
    updates: int = 10
    refused: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A set-up that plays the same way each time. `needs`: the actions asked of the connector, in this order.

    `moves`: `{"after": {"operation", "nth"}, "do", …}`, each once, in the server, after the nth matching call was
    answered. `clock`, `limits`, `faults`, `plans`: as the control plane takes them.
    """

    name: str
    about: str
    needs: tuple[Action, ...] = ("pull", "push")
    catalog: str = "demo"
    products: int = 0
    seed: int = 0
    clock: str = "real"
    limits: tuple[Limit, ...] = ()
    faults: tuple[Json, ...] = ()
    plans: tuple[Json, ...] = ()
    moves: tuple[Json, ...] = ()
    push: Push = Push()

    def to_json(self) -> Json:
        """As it is written in a file; `parse` reads it back."""
        lists = ("needs", "faults", "plans", "moves")
        told: Json = {f.name: getattr(self, f.name) for f in fields(self)}
        return (
            told
            | {name: list(told[name]) for name in lists}
            | {"limits": [limit.to_json() for limit in self.limits], "push": asdict(self.push)}
        )

    @classmethod
    def parse(cls, told: Any) -> Scenario:
        """Reads a scenario. Raises `ValueError` with the key that is wrong and what to write."""
        if not isinstance(told, dict):
            raise ValueError(f'a scenario is a JSON object with "name", not {told!r:.60}')
        _known(told, {f.name for f in fields(cls)}, "a scenario")
        given = dict(told)
        for name in ("name", "about"):
            if not isinstance(given.setdefault(name, ""), str) or (name == "name" and not given[name]):
                raise ValueError(f'"{name}" is a text')
        for name in ("needs", "faults", "plans", "moves"):
            if name in given:
                if not isinstance(given[name], list):
                    raise ValueError(f'"{name}" is a list')
                given[name] = tuple(given[name])
        if unknown := set(given.get("needs", ())) - {"pull", "push"}:
            raise ValueError(f'"needs" holds {min(unknown)!r}: write ["pull", "push"], or one of them')
        for move in given.get("moves", ()):
            _check_move(move)
        for fault in given.get("faults", ()):
            Fault.parse(fault)
        for plan in given.get("plans", ()):
            Plan.parse(plan)
        if "limits" in given:
            given["limits"] = parse_limits(given["limits"])
        if "push" in given:
            _known(given["push"], {f.name for f in fields(Push)}, '"push"')
            given["push"] = Push(**given["push"])
        return cls(**given)


def _check_move(move: Any) -> None:
    if not isinstance(move, dict) or not isinstance(move.get("after"), dict) or "do" not in move:
        raise ValueError('a move is {"after": {"operation", "nth"}, "do": "advance", "seconds": 3601}')
    if move["do"] not in MOVES:
        raise ValueError(f'no move is called "{move["do"]}"{_meant(str(move["do"]), MOVES)}')
    if missing := MOVES[move["do"]] - set(move):
        raise ValueError(f'the move "{move["do"]}" needs "{min(missing)}"')
    _known(move["after"], {"operation", "nth"}, '"after"')


def _known(told: Any, names: set[str], what: str) -> None:
    if not isinstance(told, dict):
        raise ValueError(f"{what} is a JSON object")
    for name in told:
        if name not in names:
            raise ValueError(f'{what} has no key "{name}"{_meant(name, names)}')


def _meant(wrong: str, right: Any) -> str:
    near = get_close_matches(wrong, list(right), n=1)
    return f': did you mean "{near[0]}"?' if near else f": it knows {', '.join(sorted(right))}"


# With one call at a time and one in each window, whoever waits as told is let in at the next try: no worker is
# refused again because another was faster, and tries can stay bounded.
_ONE_IN_TWO_SECONDS = Limit(name="throttle", kind="fixed_window", limit=1, seconds=2)

SCENARIOS: Final[dict[str, Scenario]] = {
    scenario.name: scenario
    for scenario in (
        Scenario(
            name="throttled",
            about="Only one call in each 2 seconds is let in; the others are answered 429 with Retry-After.",
            limits=(_ONE_IN_TWO_SECONDS, Limit(name="concurrent-connections", kind="concurrency", limit=1)),
            push=Push(new=201, updates=0),
        ),
        Scenario(
            name="busy",
            about="Two calls at once are allowed, each takes a while, and there is enough to write for many workers.",
            limits=(Limit(name="concurrent-connections", kind="concurrency", limit=2),),
            faults=(
                {"operation": "@pull", "kind": "delay", "seconds": 0.3},
                {"operation": "@push", "kind": "delay", "seconds": 0.3},
            ),
            push=Push(new=640, updates=10),
        ),
        Scenario(
            name="token-expires-mid-run",
            about="An hour passes after the first page and again after the first batch: the access token has expired.",
            moves=(
                {"after": {"operation": "@pull", "nth": 1}, "do": "advance", "seconds": 3601},
                {"after": {"operation": "@push", "nth": 1}, "do": "advance", "seconds": 3601},
            ),
            push=Push(new=640, updates=10),
        ),
        Scenario(
            name="refused-lines",
            about="Among the pushed products are some that the PIM refuses, in every batch.",
            needs=("push",),
            push=Push(new=220, updates=10, refused=20),
        ),
        Scenario(
            name="calm",
            about="Nothing stands in the way: a pull of the whole catalog and a push of new and known products.",
            push=Push(new=140, updates=10),
        ),
    )
}


def scenario_named(name: str) -> Scenario:
    """Raises `ValueError` with what was meant."""
    if name not in SCENARIOS:
        raise ValueError(f'no scenario is called "{name}"{_meant(name, SCENARIOS)}')
    return SCENARIOS[name]
