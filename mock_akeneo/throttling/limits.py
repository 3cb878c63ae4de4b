"""Limits as data: what a limit says, the presets, and how both are read from JSON, files and flags.

Our user's own mistakes are `ValueError`s that name the key and say what to write.
Source: apidocs: content/rest-api/good-practices.md (`akeneo-saas`); the figures that installation guides of
connectors tell their users to enter (`integration-…`).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fnmatch import translate
from os.path import isfile
from pathlib import Path
from typing import Any, Final, Literal, get_args

from mock_akeneo.core.json_types import Json, loads
from mock_akeneo.throttling.policies import POLICIES

Kind = Literal["fixed_window", "sliding_window", "token_bucket", "concurrency"]
Scope = Literal["connection", "sandbox"]
WhenExceeded = Literal["reject", "queue"]
RetryAfter = Literal["seconds", "http_date", "absent"]
Body = Literal["json", "html", "empty"]
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class WrongLimit(ValueError):
    """What a user must change. `key`: where, if it is one key's fault; `index`: in which limit of a list."""

    def __init__(self, message: str, key: str | None = None, index: int | None = None) -> None:
        super().__init__(message)
        self.message, self.key, self.index = message, key, index


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One rule on how often (`seconds` is set) or how many at once (`kind` is `concurrency`).

    `scope`: counted for each connection, or for all calls of the sandbox together.
    `methods`, `paths`: the calls it concerns; empty: all. Paths are globs without query, `*` crosses slashes.
    `burst`: tokens a bucket holds; `None`: as many as `limit`.
    `queue_seconds`: the longest wait of a queued call, real seconds for slots, sandbox seconds for windows.
    `retry_after`: how a refusal tells the wait; a number is told as it stands, however absurd.
    `count_tokens`: whether calls for a token count too.
    """

    name: str
    kind: Kind
    limit: int
    scope: Scope = "connection"
    methods: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    seconds: float | None = None
    burst: int | None = None
    when_exceeded: WhenExceeded = "reject"
    queue_seconds: float = 30
    queue_length: int = 100
    retry_after: RetryAfter | int | float = "seconds"
    body: Body = "json"
    count_tokens: bool = False

    @classmethod
    def parse(cls, value: object) -> Limit:
        """A limit from its JSON; `null` stands for an absent key. Raises `WrongLimit`."""
        if not isinstance(value, dict):
            raise WrongLimit(
                f'{_shown(value)} is no limit: write for example {{"kind": "fixed_window", "limit": 5, "seconds": 60}}'
            )
        for key in value:
            if key not in _KEYS:
                raise WrongLimit(f'unknown key "{key}"{_meant(key, _KEYS) or ": write " + ", ".join(_KEYS)}', key)
        told = {key: _read(key, said) for key, said in value.items() if said is not None}
        for key in ("kind", "limit"):
            if key not in told:
                raise WrongLimit(f'"{key}" is missing: write {_KEYS[key].example}')
        kind = told["kind"]
        if kind == "concurrency" and "seconds" in told:
            raise WrongLimit('"seconds" says nothing for concurrency: leave it out', "seconds")
        if kind != "concurrency" and "seconds" not in told:
            raise WrongLimit(f'"seconds" is missing: a {kind} needs its length, write {_KEYS["seconds"].example}')
        if kind != "token_bucket" and "burst" in told:
            raise WrongLimit(f'"burst" says nothing for {kind}: leave it out, or write "kind": "token_bucket"', "burst")
        return cls(**{"name": _name_of(told), **told})

    def to_json(self) -> Json:
        """The keys that say something, in the order of the documentation; `parse` reads them back."""
        said: Json = {key: getattr(self, key) for key in _KEYS}
        said |= {key: list(said[key]) for key in ("methods", "paths")}
        return {key: value for key, value in said.items() if value is not None and value != []}

    def about(self) -> Callable[[str, str], bool] | None:
        """Whether a call of (method, path) is its concern; `None`: every call is."""
        if not self.methods and not self.paths:
            return None
        methods = frozenset(self.methods or METHODS)
        if not self.paths:
            return lambda method, _: method in methods
        matches = re.compile("|".join(translate(path) for path in self.paths)).match
        return lambda method, path: method in methods and matches(path) is not None


@dataclass(frozen=True, slots=True)
class _Key:
    """A key of a limit: what is wrong with a value (nothing: ""), and what to write."""

    wrong: Callable[[Any], str]
    example: str


def _one_of(choices: Sequence[str]) -> Callable[[object], str]:
    return lambda value: "" if value in choices else f"is none of {', '.join(choices)}{_meant(value, choices)}"


def _whole(least: int) -> Callable[[object], str]:
    return lambda value: "" if type(value) is int and value >= least else f"is no whole number from {least} on"


def _is_number(value: object) -> bool:
    return type(value) in (int, float) and math.isfinite(value)  # type: ignore[arg-type]  # a bool is none


def _wrong_name(value: object) -> str:
    return "" if isinstance(value, str) and value.strip() else "is no name"


def _wrong_methods(value: object) -> str:
    if not isinstance(value, list):
        return "is no list"
    wrong = [method for method in value if method not in METHODS]
    return f"holds {_shown(wrong[0])}, which is no HTTP method{_meant(wrong[0], METHODS)}" if wrong else ""


def _wrong_paths(value: object) -> str:
    if not isinstance(value, list):
        return "is no list"
    for path in value:
        if not isinstance(path, str) or not path.startswith(("/", "*")):
            return f'holds {_shown(path)}, but a path begins with "/" and has no host'
        if re.search(r"\?.*=", path):
            return f"holds {_shown(path)}, but paths are compared without the query"
    return ""


def _wrong_retry_after(value: object) -> str:
    if _is_number(value) and value >= 0:  # type: ignore[operator]
        return ""
    told = get_args(RetryAfter)
    return "" if value in told else f"is none of {', '.join(told)} and no number from 0 on{_meant(value, told)}"


_KEYS: Final[dict[str, _Key]] = {
    "name": _Key(_wrong_name, '"name": "five a minute"'),
    "scope": _Key(_one_of(get_args(Scope)), '"scope": "connection"'),
    "methods": _Key(_wrong_methods, '"methods": ["POST", "PATCH"]'),
    "paths": _Key(_wrong_paths, '"paths": ["/api/rest/v1/products*"]'),
    "kind": _Key(_one_of(get_args(Kind)), '"kind": "fixed_window"'),
    "limit": _Key(_whole(1), '"limit": 5'),
    "seconds": _Key(lambda v: "" if _is_number(v) and v > 0 else "is no number above 0", '"seconds": 60'),
    "burst": _Key(_whole(1), '"burst": 200'),
    "when_exceeded": _Key(_one_of(get_args(WhenExceeded)), '"when_exceeded": "reject"'),
    "queue_seconds": _Key(
        lambda v: "" if _is_number(v) and v >= 0 else "is no number from 0 on", '"queue_seconds": 30'
    ),
    "queue_length": _Key(_whole(0), '"queue_length": 100'),
    "retry_after": _Key(_wrong_retry_after, '"retry_after": "seconds"'),
    "body": _Key(_one_of(get_args(Body)), '"body": "json"'),
    "count_tokens": _Key(lambda v: "" if isinstance(v, bool) else "is neither true nor false", '"count_tokens": true'),
}


def _read(key: str, value: Any) -> Any:
    if key == "retry_after" and isinstance(value, str) and value.isdecimal():
        value = int(value)
    if wrong := _KEYS[key].wrong(value):
        cure = "" if wrong.endswith("?") else f": write for example {_KEYS[key].example}"
        raise WrongLimit(f'"{key}": {_shown(value)} {wrong}{cure}', key)
    return tuple(value) if isinstance(value, list) else value


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= 60 else text[:57] + "..."


def _meant(wrong: object, right: Sequence[str] | dict[str, Any]) -> str:
    near = get_close_matches(str(wrong).lower().replace("-", "_"), [name.lower() for name in right], n=1, cutoff=0.65)
    return "".join(f': did you mean "{name}"?' for name in right if name.lower() in near)


def _name_of(told: Json) -> str:
    often = "at once" if told["kind"] == "concurrency" else f"in {told['seconds']:g} s"
    return f"{told['limit']} {often} per {told.get('scope', 'connection')}"


OPTION_PATHS: Final = ("/api/rest/v1/attributes/*/options", "/api/rest/v1/attributes/*/options/*")


def _integration(limit: int) -> tuple[Limit, ...]:
    return (
        Limit(name="throttle", kind="fixed_window", limit=limit, seconds=60),
        Limit(name="concurrent-connections", kind="concurrency", limit=5),
    )


PRESETS: Final[dict[str, tuple[Limit, ...]]] = {
    "none": (),  # a PIM that its owner hosts has no limiter
    "akeneo-saas": (
        Limit(name="concurrent-calls-per-connection", kind="concurrency", limit=4),
        Limit(name="concurrent-calls", kind="concurrency", limit=10, scope="sandbox"),
        Limit(name="calls-per-second", kind="token_bucket", limit=100, seconds=1, burst=200, scope="sandbox"),
        Limit(
            name="option-writes-per-second",
            kind="fixed_window",
            limit=3,
            seconds=1,
            scope="sandbox",
            methods=("POST", "PATCH"),
            paths=OPTION_PATHS,
        ),
    ),
    "integration-initial": _integration(5),
    "integration-ongoing": _integration(500),
    "integration-high-volume": _integration(500),
}


def parse_limits(value: object) -> tuple[Limit, ...]:
    """The limits of a JSON value: a preset's name, a list, or `{"limits": …}`. Raises `WrongLimit`."""
    if isinstance(value, dict) and set(value) == {"limits"}:
        value = value["limits"]
    if isinstance(value, str):
        if value not in PRESETS:
            raise WrongLimit(f"{_unknown(value)}, or give a list of limits")
        return PRESETS[value]
    if not isinstance(value, list):
        raise WrongLimit(f"{_shown(value)} are no limits: write a list of objects, or a preset ({', '.join(PRESETS)})")
    limits: list[Limit] = []
    for index, item in enumerate(value):
        try:
            limit = Limit.parse(item)
        except WrongLimit as wrong:
            raise WrongLimit(f"limit {index + 1}: {wrong.message}", wrong.key, index) from None
        if limit.name in {other.name for other in limits}:
            raise WrongLimit(
                f'limit {index + 1}: another one is called "{limit.name}": give each its own "name"',
                "name",
                index,
            )
        limits.append(limit)
    return tuple(limits)


def limits_from(setting: str) -> tuple[Limit, ...]:
    """The limits of `--limits`: a preset, or a JSON file. Raises `ValueError` with file, line and key."""
    if setting in PRESETS:
        return PRESETS[setting]
    file = Path(setting)
    if not isfile(file) and not re.search(r"[/\\.]", setting):
        raise ValueError(f"{_unknown(setting)}, or give the path of a JSON file")
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as trouble:
        raise ValueError(
            f"cannot read the limits in {file}: {getattr(trouble, 'strerror', None) or 'not UTF-8'}"
        ) from None
    try:
        return parse_limits(loads(text))
    except json.JSONDecodeError as trouble:
        raise ValueError(f"{file}:{trouble.lineno}: no valid JSON: {trouble.msg}") from None
    except WrongLimit as wrong:
        raise ValueError(f"{file}:{_line(text, wrong)}: {wrong.message}") from None


def _unknown(preset: str) -> str:
    near = get_close_matches(preset, PRESETS, n=1)
    asked = f' did you mean "{near[0]}"?' if near else ""
    return f'no limits are called "{preset}":{asked} write {", ".join(PRESETS)}'


def _line(text: str, wrong: WrongLimit) -> int:
    """The line of the key that is wrong, else of its limit."""
    if wrong.index is None:
        return 1
    at, end = 0, text.index("[") + 1
    for _ in range(wrong.index + 1):
        at = re.compile(r"[\s,]*").match(text, end).end()  # type: ignore[union-attr]  # it matches the empty text
        _, end = json.JSONDecoder().raw_decode(text, at)
    key = wrong.key and re.compile(rf"{re.escape(json.dumps(wrong.key, ensure_ascii=False))}\s*:").search(text, at, end)
    return text.count("\n", 0, key.start() if key else at) + 1


def with_overrides(
    limits: Sequence[Limit],
    *,
    throttle_limit: int | None = None,
    throttle_seconds: float | None = None,
    concurrent_connections: int | None = None,
    when_busy: str | None = None,
) -> tuple[Limit, ...]:
    """The limits with what the flags say instead. Raises `ValueError`.

    A flag takes the place of the rule of its kind (window, slots) that concerns every call of a connection or,
    where there is none, of the sandbox; rules for some routes stay. `when_busy` concerns all slots.
    """
    if throttle_limit is not None and throttle_limit < 1:
        raise ValueError(f"--throttle-limit is {throttle_limit}: write a whole number from 1 on")
    if throttle_seconds is not None and not 0 < throttle_seconds < math.inf:
        raise ValueError(f"--throttle-seconds is {throttle_seconds}: write a number above 0")
    if concurrent_connections is not None and concurrent_connections < 1:
        raise ValueError(f"--concurrent-connections is {concurrent_connections}: write a whole number from 1 on")
    if when_busy not in (None, *get_args(WhenExceeded)):
        raise ValueError(f'--when-busy is "{when_busy}": write reject or queue')
    if throttle_limit is not None or throttle_seconds is not None:
        old = _general(limits, *POLICIES)
        if throttle_limit is None and not old:
            raise ValueError("--throttle-seconds needs --throttle-limit, or limits with a window")
        new = old[0] if old and old[0].kind == "fixed_window" and old[0].scope == "connection" else _THROTTLE
        limit = throttle_limit if throttle_limit is not None else old[0].limit
        new = replace(new, limit=limit, seconds=throttle_seconds or new.seconds, when_exceeded="reject")
        limits = _replaced(limits, old, new)
    if concurrent_connections is not None:
        old = _general(limits, "concurrency")
        new = old[0] if old and old[0].scope == "connection" else _SLOTS
        limits = _replaced(limits, old, replace(new, limit=concurrent_connections))
    if when_busy is not None:
        if not any(limit.kind == "concurrency" for limit in limits):
            raise ValueError("--when-busy needs --concurrent-connections, or limits with concurrency")
        exceeded: WhenExceeded = "queue" if when_busy == "queue" else "reject"
        limits = [replace(rule, when_exceeded=exceeded) if rule.kind == "concurrency" else rule for rule in limits]
    return tuple(limits)


_THROTTLE, _SLOTS = _integration(5)


def _general(limits: Sequence[Limit], *kinds: str) -> list[Limit]:
    rules = [rule for rule in limits if rule.kind in kinds and not rule.methods and not rule.paths]
    return [rule for rule in rules if rule.scope == "connection"] or rules


def _replaced(limits: Sequence[Limit], old: Sequence[Limit], new: Limit) -> list[Limit]:
    """The limits with `new` in the place of the first of `old`, else at the end, and without the others."""
    at = next((index for index, rule in enumerate(limits) if rule in old), len(limits))
    return [rule for rule in limits[:at] if rule not in old] + [new] + [rule for rule in limits[at:] if rule not in old]
