"""A scenario as a value: a named, replayable set-up."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar

from mock_akeneo.core.clock import Clock
from mock_akeneo.core.json_types import Json, dumps
from mock_akeneo.core.keys import Key, Wrong, read, required, schema_of, text, whole
from mock_akeneo.faults.fault import Fault, fault_schema
from mock_akeneo.faults.plans import Plan, plan_schema
from mock_akeneo.resources import OPERATIONS
from mock_akeneo.scenarios.moves import LIMITS, SERVICE_TIME, Move, limits_of, move_schema
from mock_akeneo.throttling.limits import Limit, Limits

T = TypeVar("T")

NAMES: Final = tuple(operation.name for operation in OPERATIONS)
ACTIONS: Final = ("pull", "push")
RECEIVE: Final = "receive"
PUSHES: Final = ("push_models", "push_options", "push_media")
"""What a connector may push besides plain products."""
NEEDS: Final = (*ACTIONS, RECEIVE, *PUSHES)
SCHEMA_NAME: Final = "schema"  # a path of the control plane


def _wrong_name(value: Any) -> str:
    is_name = isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}", value)
    return "" if is_name and value != SCHEMA_NAME else 'is no name: use letters, digits, ".", "_" and "-"'


def _wrong_clock(value: Any) -> str:
    try:
        Clock.parse(str(value))
    except ValueError:
        return "is no clock: write real, frozen, frozen@2026-01-01T00:00:00Z or x60"
    return ""


def _wrong_needs(value: Any) -> str:
    right = isinstance(value, list) and value and all(one in NEEDS for one in value)
    return "" if right else f"is no list of {', '.join(NEEDS[:-1])} and {NEEDS[-1]}"


def _list(example: Json, item: Json, about: str) -> Key:
    return Key(
        wrong=lambda value: "" if isinstance(value, list) else "is no list",
        example=[example],
        schema={"type": "array", "items": item, "description": about},
    )


_PUSH: Final[Mapping[str, Key]] = {
    "new": whole(0, "New products.", example=150),
    "updates": whole(0, "Changes of products that are there.", example=10),
    "refused": whole(0, "Among the new ones, products that the PIM refuses.", example=20),
    "associated": whole(0, "Among the new ones, products that name a later one in their associations.", example=10),
    "models": whole(0, "For push_models: root models, each with what stands below it.", example=12),
    "options": whole(0, "For push_options: new options, and as many products that use them.", example=30),
    "files": whole(0, "For push_media: products with a file.", example=6),
}

KEYS: Final[Mapping[str, Key]] = {
    "name": required(
        Key(
            wrong=_wrong_name,
            example="token-expires-in-mid-pull",
            schema={"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$"},
        )
    ),
    "about": text("An hour passes after the first page.", "What happens, in a sentence or two."),
    "needs": Key(
        wrong=_wrong_needs,
        example=["pull"],
        schema={
            "type": "array",
            "items": {"enum": list(NEEDS)},
            "minItems": 1,
            "description": "What a connector is asked to do, in this order; pull and push if left out.",
        },
    ),
    "catalog": text("demo", "demo, minimal or a folder; the sandbox's own if left out."),
    "products": whole(0, "Products generated on top of the catalog.", example=1000),
    "seed": whole(0, "Seed of all dice: of products, tokens and faults without a seed of their own.", example=42),
    "clock": Key(
        wrong=_wrong_clock,
        example="frozen",
        schema={
            "type": "string",
            "pattern": "^(real|frozen(@.+)?|x[0-9.]+)$",
            "description": "As the setting clock; as it is if left out.",
        },
    ),
    "limits": LIMITS,
    "service_time": SERVICE_TIME,
    "faults": _list(
        {"operation": "@pull", "kind": "delay", "seconds": 0.5}, fault_schema(), "Faults, the oldest first."
    ),
    "plans": _list({"operation": "@push", "steps": ["ok", "429"]}, plan_schema(), "Plans, the oldest first."),
    "moves": _list(
        {"after": {"operation": "@pull", "nth": 1}, "do": "expire_tokens"}, move_schema(), "What happens in mid-run."
    ),
    "push": Key(
        wrong=lambda value: "" if isinstance(value, dict) else "is no object",
        example={"new": 150},
        schema={**schema_of(_PUSH), "description": "What the contract kit gives a connector to push."},
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """`needs`: what a connector is asked to do, in this order. None: as it is in the sandbox.

    `push`: what the contract kit gives to push; says nothing else.
    """

    name: str
    about: str = ""
    needs: tuple[str, ...] = ACTIONS
    catalog: str | None = None
    products: int = 0
    seed: int = 0
    clock: str | None = None
    limits: Limits | None = None
    faults: tuple[Fault, ...] = ()
    plans: tuple[Plan, ...] = ()
    moves: tuple[Move, ...] = ()
    push: Mapping[str, int] = field(default_factory=dict)
    told: Json = field(default_factory=dict, compare=False)

    @classmethod
    def parse(cls, told: Any) -> Scenario:
        """From its JSON. Raises `Wrong`."""
        said = read(told, KEYS, "scenario")
        parts: Json = {
            name: said[name] for name in ("name", "about", "catalog", "products", "seed", "clock") if name in said
        }
        if "needs" in said:
            parts["needs"] = tuple(said["needs"])
        limits = limits_of(said)
        if limits and limits.service_time and not parts.get("clock", "").startswith("frozen"):
            limits = replace(limits, service_time=replace(limits.service_time, rests=True))
        parts["limits"] = limits
        if "push" in said:
            parts["push"] = _at("push", lambda: read(said["push"], _PUSH, "push"))
        for name, parse in _PARSERS.items():
            parts[name] = tuple(_each(name, said.get(name, ()), parse))
        return cls(**parts, told=said)

    @property
    def rules(self) -> tuple[Limit, ...]:
        """The limits that it names."""
        return (self.limits and self.limits.rules) or ()

    def to_json(self) -> Json:
        """As it was told; `parse` reads it back."""
        return dict(self.told)


_PARSERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "faults": lambda told: Fault.parse(told, NAMES),
    "plans": lambda told: Plan.parse(told, NAMES),
    "moves": lambda told: Move.parse(told, NAMES),
}


def _at(name: str, parse: Callable[[], T]) -> T:
    try:
        return parse()
    except Wrong as wrong:
        raise wrong.below(name) from None


def _each(name: str, told: list[Any], parse: Callable[[Any], T]) -> list[T]:
    parsed = []
    for position, one in enumerate(told):
        try:
            parsed.append(parse(one))
        except Wrong as wrong:
            message = f"{name.removesuffix('s')} {position + 1}: {wrong.message}"
            raise Wrong(message, (name, position, *wrong.place)) from None
    return parsed


def scenario_schema() -> Json:
    """The JSON Schema of scenario files."""
    schema = schema_of(KEYS)
    shared: Json = {}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A scenario of mock-akeneo",
        **_with_references(schema, _often(schema), shared),
        "$defs": dict(sorted(shared.items())),
    }


def _often(schema: Json) -> set[str]:
    """The schemas of keys that stand in many places."""
    found = Counter(f"{name} {dumps(key)!r}" for name, key in _keys(schema))
    return {key for key, times in found.items() if times > 2}


def _keys(schema: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {}).items()
        for value in schema.values():
            yield from _keys(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _keys(value)


def _with_references(schema: Any, often: set[str], shared: Json) -> Any:
    """The same, with what stands in many places told once. `shared`: takes it, by its key."""
    if isinstance(schema, list):
        return [_with_references(value, often, shared) for value in schema]
    if not isinstance(schema, dict):
        return schema
    changed = {name: _with_references(value, often, shared) for name, value in schema.items() if name != "properties"}
    if "properties" in schema:
        changed["properties"] = {}
        for name, key in schema["properties"].items():
            told = _with_references(key, often, shared)
            if f"{name} {dumps(key)!r}" in often and shared.setdefault(name, told) == told:
                told = {"$ref": f"#/$defs/{name}"}
            changed["properties"][name] = told
    return changed
