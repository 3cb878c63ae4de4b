"""How the kit reaches a connector: a Python factory in a child process, or a command in any language.

An adapter takes a `Job` and gives back what came of it as a `Handover`; it knows nothing of servers or rules.
"""

from __future__ import annotations

import shlex
import signal
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Protocol

from mock_akeneo.contract import child
from mock_akeneo.contract.connector import ConnectorSettings, child_environment
from mock_akeneo.contract.deliveries import Sending
from mock_akeneo.contract.evidence import Action, Ending
from mock_akeneo.contract.supervision import TOO_LONG, Outcome, Start, Unusable, caged, supervise
from mock_akeneo.core.clock import monotonic
from mock_akeneo.core.json_types import Json, dumps, loads

USUAL_ACTIONS: Final[tuple[Action, ...]] = ("pull", "push")
"""What a command offers that does not say."""
ENDING_SECONDS: Final = 5.0
"""How long a connector may take to leave after it has handed over everything."""
LAST_WORDS_CHARACTERS: Final = 200
SAMPLE_BYTES: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One action to do. `products`: what to push, of whatever kind. `deliveries`: what to receive, as {"headers",
    "body"}."""

    action: Action
    settings: ConnectorSettings
    since: datetime | None = None
    products: Sequence[Json] = ()
    deliveries: Sequence[Json] = ()

    def line(self) -> bytes:
        """As `child` reads it."""
        told = {
            "action": self.action,
            "settings": asdict(self.settings),
            "since": self.since.isoformat() if self.since else None,
            "products": list(self.products),
            "deliveries": list(self.deliveries),
        }
        return dumps(told) + b"\n"


@dataclass(slots=True)
class Handover:
    """What came of it. `lines`: how many were taken, of `size` bytes in all.

    `unreadable`: lines that were no product or no result; `sample`: the first of them.
    """

    ending: Ending = "finished"
    why: str = ""
    items: list[Any] = field(default_factory=list)
    report: Any = None
    lines: int = 0
    size: int = 0
    unreadable: int = 0
    sample: str = ""
    exit: int = 0
    stdout: str = ""
    stderr: str = ""


Stop = Callable[[Handover], tuple[Ending, str] | None]
"""Looks at what was handed over so far; an ending and its reason when the action has to be ended."""


class Adapter(Protocol):
    @property
    def name(self) -> str:
        """What the report calls this connector."""
        ...

    @property
    def flags(self) -> tuple[str, ...]:
        """The words by which `contract run` reaches it."""
        ...

    def run(self, job: Job, stop: Stop) -> Handover:
        """Does the job. Raises `Unusable` when the connector cannot even be started."""
        ...


@dataclass(frozen=True, slots=True)
class PythonFactory:
    """`path`: `package.module:factory`, found from the current directory. `python`: of its environment."""

    path: str
    python: str = sys.executable
    start: Start = caged

    @property
    def name(self) -> str:
        return self.path

    @property
    def flags(self) -> tuple[str, ...]:
        python = () if self.python == sys.executable else ("--python", self.python)
        return ("--connector", self.path, *python)

    def run(self, job: Job, stop: Stop) -> Handover:
        results = Results()

        def ended() -> tuple[Ending, str] | None:
            if results.last:
                # It has handed over everything; a thread that it forgot must not keep us.
                return ("finished", "") if monotonic() > results.last_at + ENDING_SECONDS else None
            return stop(results.handover)

        ending = _supervised(
            self.argv,
            job,
            stdin=job.line(),
            stop=ended,
            on_line=results.take,
            lines_from="pipe",
            handover=results.handover,
            start=self.start,
        )
        return results.settled(ending or ending_by_exit(results.handover.exit))

    @property
    def argv(self) -> list[str]:
        """The words that start its process, to which the number of a pipe is added."""
        return [self.python, child.__file__, self.path]


# What `child` tells: by event the member that holds it, and of what type.
_EVENTS: Final[Mapping[str, tuple[str, type]]] = {
    "item": ("item", object),
    "report": ("report", object),
    "unusable": ("message", str),
    "unable": ("action", str),
    "raised": ("error", str),
    "finished": ("event", str),
}


class Results:
    """What `child` tells of one job, line by line. `last`: the event that ends it, empty until then."""

    def __init__(self) -> None:
        self.handover = Handover()
        self.last: Json = {}
        self.last_at = 0.0
        self.forged = ""

    def take(self, line: bytes) -> None:
        event = _taken(self.handover, line)
        member = _EVENTS.get(str(event.get("event"))) if event else None
        if event is None or member is None or not (member[0] in event and isinstance(event[member[0]], member[1])):
            # `child` writes no such line: the connector did, or broke one.
            if line.strip():
                self.forged = self.forged or line[:SAMPLE_BYTES].decode("utf-8", "replace")
        elif self.last:
            return
        elif event["event"] == "item":
            self.handover.items.append(event["item"])
        elif event["event"] == "report":
            self.handover.report = event["report"]
        else:
            self.last, self.last_at = event, monotonic()

    def settled(self, otherwise: tuple[Ending, str]) -> Handover:
        """The handover with its ending; `otherwise`: when none was told. Raises `Unusable`."""
        handover = self.handover
        match self.last.get("event"):
            case "unusable":
                raise Unusable(self.last["message"])
            case "unable":
                handover.ending, handover.why = "unable", f"the connector has no {self.last['action']}"
            case "raised":
                handover.ending, handover.why = "raised", self.last["error"]
            case "finished":
                handover.ending, handover.why = "finished", ""
            case _:
                handover.ending, handover.why = otherwise
        if self.forged:
            handover.ending, handover.why = "raised", f"a line among its results is none: {self.forged}"
        return handover


@dataclass(frozen=True, slots=True)
class Command:
    """`template`: words as in a shell; `{action}` becomes `pull`, `push` … `actions`: what it offers."""

    template: str
    actions: tuple[Action, ...] = USUAL_ACTIONS

    def __post_init__(self) -> None:
        words = self._words("pull")
        if "{action}" not in self.template and len(self.actions) != 1:
            raise Unusable(f'write {{action}} where "{self.template}" takes pull or push, or name its one --action')
        if not words:
            raise Unusable("the command is empty")

    @property
    def name(self) -> str:
        return self.template

    @property
    def flags(self) -> tuple[str, ...]:
        told = () if self.actions == USUAL_ACTIONS else self.actions
        return ("--command", self.template, *(word for action in told for word in ("--action", action)))

    def _words(self, action: str) -> list[str]:
        try:
            return [word.replace("{action}", action) for word in shlex.split(self.template)]
        except ValueError as error:
            raise Unusable(f"the command cannot be read: {error}") from None

    def run(self, job: Job, stop: Stop) -> Handover:
        handover = Handover()
        if job.action not in self.actions:
            handover.ending, handover.why = "unable", f"the connector has no {job.action}"
            return handover
        if job.action == "receive":
            return self._receive(job, stop)
        results: list[Json] = []

        def on_line(line: bytes) -> None:
            read = _taken(handover, line)
            if read is None:
                _unreadable(handover, line)
            elif job.action == "pull":
                handover.items.append(read)
            else:
                results.append(read)

        ending = _supervised(
            self._words(job.action),
            job,
            stdin=b"".join(dumps(product) + b"\n" for product in job.products),
            stop=lambda: stop(handover),
            on_line=on_line,
            lines_from="stdout",
            handover=handover,
        )
        handover.ending, handover.why = ending or ending_by_exit(handover.exit)
        if handover.ending == "raised" and (words := last_words(handover.stderr)):
            handover.why += f": {words}"
        if job.action == "push":
            handover.report = _report(results)
        return handover

    def _receive(self, job: Job, stop: Stop) -> Handover:
        """Its endpoint is given the deliveries over HTTP; the end of its stdin says that all have come."""
        handover = Handover()
        sending = Sending(f"http://127.0.0.1:{free_port()}/", job.deliveries)

        def on_line(line: bytes) -> None:
            if (read := _taken(handover, line)) is None:
                _unreadable(handover, line)
            else:
                handover.items.append(read)

        try:
            ending = _supervised(
                self._words(job.action),
                job,
                stdin=b"",
                stop=lambda: stop(handover),
                on_line=on_line,
                lines_from="stdout",
                handover=handover,
                more={"CONNECTOR_WEBHOOK_URL": sending.url},
                held=sending.is_under_way,
            )
        finally:
            sending.end()
        handover.ending, handover.why = ending or ending_by_exit(handover.exit)
        handover.why = handover.why or sending.trouble
        if handover.ending == "raised" and (words := last_words(handover.stderr)):
            handover.why += f": {words}"
        # What writes no line at all shows nothing: its answers alone are judged.
        handover.report = sending.report(shows=bool(handover.items))
        return handover


def free_port() -> int:
    """One that nobody on this machine listened on just now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def _supervised(
    argv: list[str],
    job: Job,
    *,
    stdin: bytes,
    stop: Callable[[], tuple[Ending, str] | None],
    on_line: Callable[[bytes], None],
    lines_from: str,
    handover: Handover,
    start: Start = caged,
    more: Mapping[str, str] = MappingProxyType({}),
    held: Callable[[], bool] = lambda: False,
) -> tuple[Ending, str] | None:
    """Runs `argv`; fills in exit and output; gives the ending if it was ours. `more`: of the environment."""
    ending: tuple[Ending, str] | None = None

    def reason() -> str:
        nonlocal ending
        ending = stop()
        return "stopped" if ending else ""

    outcome: Outcome = supervise(
        argv,
        env=child_environment(job.settings, job.since, more),
        stdin=stdin,
        stop=reason,
        on_line=on_line,
        lines_from=lines_from,
        start=start,
        held=held,
    )
    handover.exit, handover.stdout, handover.stderr = outcome.exit, outcome.stdout, outcome.stderr
    return ("raised", TOO_LONG) if outcome.stopped == TOO_LONG else ending


def ending_by_exit(code: int) -> tuple[Ending, str]:
    """A quiet exit counts as the end of the work, any other as raising."""
    if code == 0:
        return "finished", ""
    if code < 0:
        return "raised", f"killed by {signal.Signals(-code).name}"
    return "raised", f"exit code {code}"


def last_words(stderr: str) -> str:
    """The line in which a program told why it ended: the last that speaks of an error, else the last."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    telling = [line for line in lines if "error" in line.lower()] or lines
    return telling[-1][:LAST_WORDS_CHARACTERS] if telling else ""


def _taken(handover: Handover, line: bytes) -> Json | None:
    """The object that a line holds, which is counted."""
    try:
        read = loads(line)
    except ValueError:
        return None
    if not isinstance(read, dict):
        return None
    handover.lines += 1
    handover.size += len(line)
    return read


def _unreadable(handover: Handover, line: bytes) -> None:
    if line.strip():
        handover.unreadable += 1
        handover.sample = handover.sample or line[:SAMPLE_BYTES].decode("utf-8", "replace")


def _report(results: list[Json]) -> Json:
    """The result lines of a push as the report that a Python connector returns."""
    report: Json = {"accepted": [], "refused": []}
    for result in results:
        if result.get("status") == "accepted":
            report["accepted"].append(result.get("identifier"))
        elif result.get("status") == "refused":
            report["refused"].append(result)
    return report


def adapter_for(
    *, connector: str | None, command: str | None, python: str | None = None, actions: Sequence[Action] = ()
) -> Adapter:
    """The adapter that the flags ask for. Raises `Unusable` with what to write instead."""
    if connector and command:
        raise Unusable("give --connector or --command, not both")
    if command:
        return Command(command, tuple(dict.fromkeys(actions)) or USUAL_ACTIONS)
    if not connector:
        raise Unusable('which connector? Give --connector package.module:factory or --command "… {action}"')
    if python and not Path(python).exists():
        raise Unusable(f'there is no Python at "{python}"')
    return PythonFactory(connector, python or sys.executable)
