"""A plan: what befalls the nth call of an operation, step by step; each call uses up one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from mock_akeneo.core.json_types import Json
from mock_akeneo.core.keys import Key, Wrong, read, required, schema_of
from mock_akeneo.faults.calls import CALL_KEYS, Calls
from mock_akeneo.faults.fault import Fault, parse_step, step_schema

PLAN_KEYS: Final[Mapping[str, Key]] = {
    **CALL_KEYS,
    "steps": required(
        Key(
            wrong=lambda value: "" if isinstance(value, list) and value else "is no list of steps",
            example=["ok", "429", "reset_after_apply"],
            schema={"type": "array", "minItems": 1, "items": step_schema()},
        )
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`steps`: a fault, or None for ok. `written`: the same as they were told."""

    calls: Calls
    steps: tuple[Fault | None, ...]
    written: tuple[Any, ...]
    told: Json = field(default_factory=dict, compare=False)

    @classmethod
    def parse(cls, told: Any, operations: Collection[str] = ()) -> Plan:
        """From its JSON. Raises `Wrong`."""
        said = read(told, PLAN_KEYS, "plan")
        steps = []
        for position, step in enumerate(said["steps"]):
            try:
                steps.append(parse_step(step))
            except Wrong as wrong:
                raise Wrong(f"step {position + 1}: {wrong.message}", ("steps", position, *wrong.place)) from None
        return cls(calls=Calls.parse(said, operations), steps=tuple(steps), written=tuple(said["steps"]), told=said)

    def to_json(self) -> Json:
        """As it was told; `parse` reads it back."""
        return dict(self.told)


def plan_schema() -> Json:
    return schema_of(PLAN_KEYS)
