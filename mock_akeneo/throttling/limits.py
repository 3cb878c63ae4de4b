"""Limits as data: what a limit says, the presets, and how both are read from JSON, files and settings.

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

from mock_akeneo.core.json_types import FEW_LEVELS, Json, json_decode
from mock_akeneo.core.keys import MAX_DIGITS
from mock_akeneo.core.text_files import text_of, too_deep
from mock_akeneo.throttling.service_times import NONE, PRESET, ServiceTime

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
class Limits:
    """The limits of a sandbox, and how long a call takes, without which few calls are ever there at once.

    `None`: that stays as it is.
    """

    rules: tuple[Limit, ...] | None = None
    service_time: ServiceTime | None = None

    def to_json(self) -> Json:
        """What `parse_limits` reads back, less the names of presets."""
        told: Json = {} if self.rules is None else {"limits": [rule.to_json() for rule in self.rules]}
        return told if self.service_time is None else {**told, "service_time": self.service_time.text}


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
    return type(value) in (int, float) and -math.inf < value < math.inf  # type: ignore[operator]  # a bool is none


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
    if key == "retry_after" and isinstance(value, str) and value.isdecimal() and len(value) <= MAX_DIGITS:
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


THROTTLE: Final = Limit(name="throttle", kind="fixed_window", limit=5, seconds=60)
SLOTS: Final = Limit(name="concurrent-connections", kind="concurrency", limit=5)


def _integration(limit: int) -> Limits:
    return Limits((replace(THROTTLE, limit=limit), SLOTS), PRESET)


PRESETS: Final[dict[str, Limits]] = {
    "none": Limits((), NONE),  # a PIM that its owner hosts has no limiter
    "akeneo-saas": Limits(
        (
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
        PRESET,
    ),
    "integration-initial": _integration(5),
    "integration-ongoing": _integration(500),
    "integration-high-volume": _integration(500),
}


BEHIND_A_WEB_SERVER: Final = frozenset(PRESETS) - {"none", "akeneo-saas"}
"""The presets of a PIM that its owner hosts, whose web server ends a connection after so many calls."""

KEEP_ALIVE_MAX: Final = 100
"""Source: httpd: docs/manual/mod/core.html (MaxKeepAliveRequests)"""

_MEMBERS: Final = {"limits", "service_time"}


def parse_limits(value: object) -> Limits:
    """The limits of a JSON value: a preset's name, a list, or `{"limits": …, "service_time": …}`.

    A preset brings its service time, a list none. Raises `WrongLimit`.
    """
    if isinstance(value, dict) and value.keys() & _MEMBERS:
        for key in value.keys() - _MEMBERS:
            raise WrongLimit(
                f'unknown key "{key}"{_meant(key, sorted(_MEMBERS)) or ": write limits, service_time"}', key
            )
        told = Limits() if value.get("limits") is None else parse_limits(value["limits"])
        return told if value.get("service_time") is None else replace(told, service_time=_time(value["service_time"]))
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
    return Limits(tuple(limits))


def _time(value: object) -> ServiceTime:
    try:
        return ServiceTime.parse(value)
    except ValueError as error:
        raise WrongLimit(f'"service_time": {error}', "service_time") from None


def limits_from(setting: str) -> Limits:
    """The limits of `--limits`: a preset, or a JSON file. Raises `ValueError` with file, line and key."""
    if setting in PRESETS:
        return PRESETS[setting]
    file = Path(setting)
    if not isfile(file) and not re.search(r"[/\\.]", setting):
        raise ValueError(f"{_unknown(setting)}, or give the path of a JSON file")
    text = text_of(file, "the limits")
    if deep := too_deep(text, FEW_LEVELS):
        raise ValueError(f"{file}:{deep}: it is nested deeper than {FEW_LEVELS} levels")
    try:
        return parse_limits(json_decode(text))
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
        key = wrong.key and re.search(rf"{re.escape(json.dumps(wrong.key))}\s*:", text)
        return text.count("\n", 0, key.start()) + 1 if key else 1
    at, end = 0, text.index("[") + 1
    for _ in range(wrong.index + 1):
        at = re.compile(r"[\s,]*").match(text, end).end()  # type: ignore[union-attr]  # it matches the empty text
        _, end = json.JSONDecoder(parse_int=str).raw_decode(text, at)
    key = wrong.key and re.compile(rf"{re.escape(json.dumps(wrong.key, ensure_ascii=False))}\s*:").search(text, at, end)
    return text.count("\n", 0, key.start() if key else at) + 1
