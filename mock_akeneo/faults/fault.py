"""A fault as a value: what goes wrong, for which calls, how often. And the steps of a plan, which are faults too."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from mock_akeneo.core.json_types import Json
from mock_akeneo.core.keys import Key, Wrong, meant, number, read, schema_of, shown, undecided, whole
from mock_akeneo.faults import FAULTS
from mock_akeneo.faults._kind import Effect
from mock_akeneo.faults.calls import CALL_KEYS, Calls


def _wrong_kind(value: object) -> str:
    if isinstance(value, str) and value in FAULTS:
        return ""
    return f"is no kind of fault{meant(value, FAULTS) or _KINDS}"


_KINDS: Final = f": write one of {', '.join(FAULTS)}"
_KIND: Final = Key(wrong=_wrong_kind, example="delay", schema={"enum": list(FAULTS)}, required=True)

OFTEN_KEYS: Final[Mapping[str, Key]] = {
    "nth": whole(1, "The number of the first call struck; the only one without every and times.", example=3),
    "every": whole(1, "Every how many calls one is struck.", example=10),
    "times": whole(1, "How many calls are struck at most.", example=2),
    "probability": number("How likely a call is struck.", example=0.1, above=0, most=1),
    "seed": whole(0, "Seed of the dice; the same seed strikes the same calls.", example=42),
    "ttl_seconds": number("Sandbox seconds until the fault is over.", example=60, above=0),
}

OK: Final = "ok"
_EVERY_CALL: Final = Calls(path="*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that goes wrong on purpose.

    `nth`, `every`, `times` count the calls that it concerns and that the limits let in, whatever they are
    answered. Without them and `probability` it strikes every such call.
    """

    kind: str
    own: Mapping[str, Any] = field(default_factory=dict)
    calls: Calls = _EVERY_CALL
    nth: int | None = None
    every: int | None = None
    times: int | None = None
    probability: float | None = None
    seed: int | None = None
    ttl_seconds: float | None = None
    told: Json = field(default_factory=dict, compare=False)

    @classmethod
    def parse(cls, told: Any, operations: Collection[str] = ()) -> Fault:
        """From its JSON. `operations`: those there are, so that a name of none is refused. Raises `Wrong`."""
        said = read(told, _all_keys(told), "fault")
        own = {name: said[name] for name in FAULTS[said["kind"]].keys if name in said}
        often = {name: said[name] for name in OFTEN_KEYS if name in said}
        return cls(kind=said["kind"], own=own, calls=Calls.parse(said, operations), told=said, **often)

    @property
    def effect(self) -> Effect:
        return FAULTS[self.kind].effect(dict(self.own))

    def to_json(self) -> Json:
        """As it was told; `parse` reads it back."""
        return dict(self.told)


def _all_keys(told: Any) -> Mapping[str, Key]:
    return {**_own_keys(told), "kind": _KIND, **CALL_KEYS, **OFTEN_KEYS}


def _own_keys(told: Any) -> Mapping[str, Key]:
    """The keys of the kind that is told."""
    kind: Any = told.get("kind") if isinstance(told, dict) else None
    return undecided(told, "kind") if _wrong_kind(kind) else FAULTS[kind].keys


def parse_step(told: Any) -> Fault | None:
    """A step of a plan: `ok` (None), a status such as `"429"`, the name of a kind, or its keys. Raises `Wrong`."""
    if type(told) is int:
        told = str(told)
    if isinstance(told, str):
        if told == OK:
            return None
        if re.fullmatch("[0-9]{1,9}", told):
            told = {"kind": "status", "status": int(told), "body": "json"}
        elif told in FAULTS:
            told = {"kind": told}
        else:
            near = meant(told, (OK, *FAULTS)) or f": write ok, a status such as 429, or one of {', '.join(FAULTS)}"
            raise Wrong(f"{shown(told)} is no step{near}")
    for name in told if isinstance(told, dict) else ():
        if name in CALL_KEYS or name in OFTEN_KEYS:
            raise Wrong(f'a step has no "{name}": the plan says which calls, and each step is one call', (name,))
    said = read(told, {**_own_keys(told), "kind": _KIND}, "step")
    return Fault(kind=said["kind"], own={name: value for name, value in said.items() if name != "kind"}, told=said)


def fault_schema() -> Json:
    """The JSON Schema of a fault: one form for each kind."""
    return {"oneOf": [_kind_schema(name, {**CALL_KEYS, **OFTEN_KEYS}) for name in FAULTS]}


def step_schema() -> Json:
    names = [OK, *(name for name, kind in FAULTS.items() if not any(key.required for key in kind.keys.values()))]
    return {
        "oneOf": [
            {"enum": names},
            {"type": "string", "pattern": "^[2-5][0-9][0-9]$"},
            {"type": "integer", "minimum": 200, "maximum": 599},
            *(_kind_schema(name, {}) for name in FAULTS),
        ]
    }


def _kind_schema(name: str, more: Mapping[str, Key]) -> Json:
    kind = FAULTS[name]
    only = Key(wrong=_KIND.wrong, example=name, schema={"const": name}, required=True)
    return {"title": name, "description": kind.about, **schema_of({**more, **kind.keys, "kind": only})}
