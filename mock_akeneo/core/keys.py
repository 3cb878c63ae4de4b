"""The keys of what users write by hand: what is wrong with a value, in words, and the JSON Schema of the same.

A user's mistake is a `Wrong`: a `ValueError` that says where it is and what to write instead.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any, Final

from mock_akeneo.core.json_types import Json

Place = tuple[str | int, ...]


class Wrong(ValueError):
    """What a user must change. `place`: the way to it, by keys and positions."""

    def __init__(self, message: str, place: Place = ()) -> None:
        super().__init__(message)
        self.message, self.place = message, place

    def below(self, *place: str | int) -> Wrong:
        """The same mistake, seen from further up."""
        return Wrong(self.message, (*place, *self.place))


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key. `wrong`: what is wrong with a value, `""` if nothing is. `example`: what could stand there."""

    wrong: Callable[[Any], str]
    example: Any
    schema: Json
    required: bool = False


def required(key: Key) -> Key:
    return replace(key, required=True)


def read(told: Any, keys: Mapping[str, Key], what: str) -> Json:
    """The members of a JSON object, checked; `null` stands for an absent one. Raises `Wrong`."""
    if not isinstance(told, dict):
        raise Wrong(f"{shown(told)} is no {what}: write {example_of(keys)}")
    for name in told:
        if name not in keys:
            raise Wrong(f'unknown key "{name}"{meant(name, keys) or ": write " + ", ".join(keys)}', (name,))
    said = {name: value for name, value in told.items() if value is not None}
    for name, key in keys.items():
        if name not in said:
            if key.required:
                raise Wrong(f'"{name}" is missing: write for example "{name}": {shown(key.example)}')
        elif wrong := key.wrong(said[name]):
            cure = "" if wrong.endswith("?") else f": write for example {shown(key.example)}"
            raise Wrong(f'"{name}": {shown(said[name])} {wrong}{cure}', (name,))
    return said


def example_of(keys: Mapping[str, Key]) -> str:
    """An object with the keys that must be there."""
    return json.dumps({name: key.example for name, key in keys.items() if key.required})


def schema_of(keys: Mapping[str, Key]) -> Json:
    """The JSON Schema of an object with these keys."""
    return {
        "type": "object",
        "properties": {name: key.schema for name, key in keys.items()},
        "required": [name for name, key in keys.items() if key.required],
        "additionalProperties": False,
    }


def undecided(told: Any, name: str) -> dict[str, Key]:
    """Keys that nothing can be said of while `name`, which decides on them, is wrong; less misspellings of `name`."""
    return {key: _ANYTHING for key in told if key != name and not meant(key, (name,))} if isinstance(told, dict) else {}


_ANYTHING = Key(wrong=lambda _: "", example=None, schema={})


# What a value may be


def text(example: str, about: str = "") -> Key:
    return Key(
        wrong=lambda value: "" if isinstance(value, str) and value.strip() else "is no text",
        example=example,
        schema=_told({"type": "string", "minLength": 1}, about),
    )


def one_of(choices: Sequence[Any], about: str = "") -> Key:
    """The first choice is the default, where there is one."""
    names = [str(choice) for choice in choices]

    def wrong(value: object) -> str:
        right = any(value == choice and type(value) is type(choice) for choice in choices)
        return "" if right else f"is none of {', '.join(names)}{meant(value, names)}"

    return Key(wrong=wrong, example=choices[0], schema=_told({"enum": list(choices)}, about))


def whole(least: int, about: str = "", *, most: int | None = None, example: int | None = None) -> Key:
    bounds = f"from {least} on" if most is None else f"from {least} to {most}"

    def wrong(value: object) -> str:
        right = type(value) is int and value >= least and (most is None or value <= most)
        return "" if right else f"is no whole number {bounds}"

    schema: Json = {"type": "integer", "minimum": least} | ({} if most is None else {"maximum": most})
    return Key(wrong=wrong, example=least if example is None else example, schema=_told(schema, about))


def number(about: str = "", *, example: float, above: float | None = None, most: float = math.inf) -> Key:
    """A number from 0 on, or above `above`, up to `most`."""

    bounds = "from 0 on" if above is None else f"above {above:g}"
    if most != math.inf:
        bounds += f", up to {most:g}"

    def right(value: Any) -> bool:
        if type(value) not in (int, float) or not -math.inf < value < math.inf:  # a bool is no number
            return False
        return bool(value >= 0 if above is None else value > above) and bool(value <= most)

    schema: Json = {"type": "number"} | ({"minimum": 0} if above is None else {"exclusiveMinimum": above})
    if most != math.inf:
        schema["maximum"] = most
    return Key(
        wrong=lambda value: "" if right(value) else f"is no number {bounds}",
        example=example,
        schema=_told(schema, about),
    )


def flag(about: str = "") -> Key:
    return Key(
        wrong=lambda value: "" if isinstance(value, bool) else "is neither true nor false",
        example=True,
        schema=_told({"type": "boolean"}, about),
    )


def _told(schema: Json, about: str) -> Json:
    return {**schema, "description": about} if about else schema


# Words


# What is longer is no number that somebody means; thousands of digits Python does not even read.
MAX_DIGITS: Final = 15


def shown(value: object) -> str:
    """A value as JSON, cut where it gets long."""
    try:
        said = json.dumps(value, ensure_ascii=False, default=repr)
    except ValueError:
        return "a number of thousands of digits"
    return said if len(said) <= 60 else said[:57] + "..."


def meant(wrong: object, right: Collection[str]) -> str:
    """`: did you mean "…"?`, or nothing."""
    near = get_close_matches(str(wrong).lower().replace("-", "_"), {name.lower(): 0 for name in right}, n=1, cutoff=0.6)
    return next((f': did you mean "{name}"?' for name in right if name.lower() in near), "")
