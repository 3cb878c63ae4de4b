"""What a played scenario leaves behind, as plain data: judges read it and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from mock_akeneo.contract.connector import ConnectorSettings
from mock_akeneo.core.json_types import Json
from mock_akeneo.journal.secrets import Secrets

Action = Literal["pull", "push", "receive", "push_models", "push_options", "push_media"]
"""What is asked of a connector."""

Ending = Literal["finished", "raised", "endless", "unfinished", "unable"]
"""How an action ended: by itself; with an error; never; not in our patience; it was not offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One action of the connector; `run` is whatever an observed one did.

    `why`: the error, or why we ended it. `calls`: the journal of this run, oldest first.
    `items`: what `pull` handed over; `asked`: the products that its own queries describe, uuid to the states
    in which the PIM would serve it. `pushed`: what `push` was given; `refusable`: the identifiers of those
    that the PIM is bound to refuse; `report`: what it returned, unchecked. `delivered`: what `receive` was given;
    `report` is then {"answers": [{"status", "seconds"}…], "shows": whether `items` are what it took over}.
    `lacking`: of what `push_models`, `push_options` or `push_media` was given, the names that the PIM does not hold so.
    `since`: what a pull was told, ISO 8601. `leaks`: where in its output a secret stood: `stdout`, `stderr`, `error`.
    """

    action: Action | Literal["run"]
    ending: Ending
    why: str = ""
    calls: tuple[Json, ...] = ()
    items: tuple[Any, ...] = ()
    asked: Mapping[str, tuple[Json, ...]] = field(default_factory=dict)
    pushed: tuple[Json, ...] = ()
    refusable: frozenset[str] = frozenset()
    lacking: tuple[str, ...] = ()
    delivered: tuple[Json, ...] = ()
    report: Any = None
    exit: int = 0
    stdout: str = ""
    stderr: str = ""
    since: str = ""
    leaks: tuple[str, ...] = ()

    @property
    def disturbed(self) -> bool:
        """Whether the scenario stood in its way: a limit refused, a fault struck, or something was moved."""
        return any(refused_by(call) or call["fault"] or call["moved"] for call in self.calls)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One played scenario.

    `told`: the settings that the connector was given. `limits`: those in force, as `GET /_mock/v1/limits`.
    `before`, `after`: products by uuid when it began and when it ended. `clock`: as `GET /_mock/v1/clock` at
    the end. `unplayed`: what of the scenario never came about, in sentences. `foreign`: what arrived at the host
    that is none of the PIM's, as {"method", "path", "authorized"}. `untrusted`: what arrived so at the listener with an
    untrusted certificate; `declined`: how many connections to it were given up before a call. `in_the_clear`: what
    came without TLS to the gateway that the connector was told to call with TLS.
    """

    scenario: str
    told: ConnectorSettings
    runs: tuple[Run, ...]
    limits: tuple[Json, ...] = ()
    before: Mapping[str, Json] = field(default_factory=dict)
    after: Mapping[str, Json] = field(default_factory=dict)
    clock: Json = field(default_factory=dict)
    unplayed: tuple[str, ...] = ()
    foreign: tuple[Json, ...] = ()
    untrusted: tuple[Json, ...] = ()
    declined: int = 0
    in_the_clear: tuple[Json, ...] = ()

    @property
    def calls(self) -> tuple[Json, ...]:
        return tuple(call for run in self.runs for call in run.calls)


def secrets_of(told: Iterable[ConnectorSettings]) -> Secrets:
    """What must stand in nothing that is told of a run: a rule quotes what a connector said."""
    found = Secrets()
    for each in told:
        for secret in (each.client_secret, each.password, each.webhook_secret, each.api_key):
            found.add(secret)
    return found


def refused_by(call: Json) -> str:
    """The name of the limit that refused this call, empty if none did."""
    limit = call["limit"]
    return str(limit["name"]) if limit and limit["refused"] else ""


def api_calls(run: Run) -> tuple[Json, ...]:
    """The calls that carry a bearer token: all but those for one."""
    return tuple(call for call in run.calls if call["operation"] != "token")


def token_calls(run: Run) -> tuple[Json, ...]:
    return tuple(call for call in run.calls if call["operation"] == "token")


def same(call: Json) -> tuple[object, ...]:
    """What two calls share that are one and the same: connection, method, path, query and body."""
    # The file of an upload that was refused was not read: nobody knows whether it came before.
    unknown = call["id"] if call["method"] == "POST" and not call["body_sha256"] else None
    return (*(call[key] for key in ("connection", "method", "path", "query", "body_sha256")), unknown)


def repeats(run: Run) -> Iterator[tuple[Json, Json]]:
    """A refused call and the next same one."""
    earlier: dict[tuple[object, ...], Json] = {}
    for call in run.calls:
        if (first := earlier.get(same(call))) is not None:
            yield first, call
        earlier[same(call)] = call
