"""`journal`: what a running server was asked and what it answered."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click
import orjson

from mock_akeneo.cli.configuration import fail
from mock_akeneo.cli.groups import Group
from mock_akeneo.cli.printing import echo
from mock_akeneo.cli.running import Running, on_a_server, pairs
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.visible import visible

F = TypeVar("F", bound=Callable[..., Any])

_FILTERS = {
    "since": "On and after this moment of the sandbox clock.",
    "until": "Before this moment of the sandbox clock.",
    "connection": "Of one connection.",
    "operation": "A name, a glob, @pull or @push.",
    "status": "429, or all of a kind: 4xx.",
}


def _filters(command: F) -> F:
    for name, about in reversed(_FILTERS.items()):
        command = click.option(f"--{name}", help=about)(command)
    return command


@click.group(cls=Group)
def journal() -> None:
    """Every call and its answer."""


@journal.command()
@click.option("--last", "-n", type=click.IntRange(0), default=20, show_default=True, help="How many of the latest.")
@click.option("--follow", "-f", is_flag=True, help="Go on as calls come, until Ctrl-C.")
@_filters
@on_a_server
def tail(server: Running, last: int, follow: bool, **which: str | None) -> None:
    """Show the latest calls, one a line."""
    read = 0
    for entry in _kept(server, {**which, "last": last}):
        _line(server, entry)
        read = entry["id"]
    if follow:
        try:
            for entry in _coming(server, which, read or None):
                _line(server, entry)
        except KeyboardInterrupt:
            sys.exit(130)


@journal.command()
@click.argument("id_", metavar="ID")
@on_a_server
def show(server: Running, id_: str) -> None:
    """Show one call: all that is known, a curl that repeats it, and what it may have meant."""
    server.tell(server.get(f"/requests/{id_}"), pairs)


@journal.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--as", "form_", type=click.Choice(["har", "ndjson"]), help="Default: by the file's name, else ndjson.")
@_filters
@on_a_server
def export(server: Running, file: Path | None, form_: str | None, **which: str | None) -> None:
    """Write the calls to FILE, or to stdout: as an HTTP Archive or as JSON lines."""
    archive = form_ == "har" or (form_ is None and file is not None and file.suffix == ".har")
    text = server.text("/requests.har", **which) if archive else server.text("/requests", format="ndjson", **which)
    if file is None:
        echo(text.decode(), nl=False)
        return
    try:
        file.write_bytes(text)
    except OSError as error:
        fail(2, f"{file} cannot be written: {error.strerror}")


@journal.command()
@on_a_server
def clear(server: Running) -> None:
    """Empty the journal."""
    server.tell(server.ask("DELETE", "/requests"), lambda told: f"{told['count']} forgotten")


def _kept(server: Running, which: Mapping[str, object]) -> Iterator[Json]:
    return (orjson.loads(line) for line in server.lines("/requests", {"format": "ndjson", **which}) if line)


def _coming(server: Running, which: Mapping[str, object], cursor: int | None) -> Iterator[Json]:
    return events(server.lines("/requests/stream", {"cursor": cursor, **which}, endless=True))


def events(lines: Iterable[str]) -> Iterator[Json]:
    """The data of server-sent events, which are JSON on one line here."""
    return (orjson.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: "))


def _line(server: Running, entry: Json) -> None:
    echo(orjson.dumps(entry).decode() if server.form == "json" else told(entry))
    sys.stdout.flush()


def told(entry: Json) -> str:
    """One call on one line."""
    query = f"?{entry['query']}" if entry["query"] else ""
    took, limit = entry["answered_ms"] - entry["received_ms"], entry["limit"] or {}
    notes = [
        f"[{entry['fault']}]" if entry["fault"] else "",
        "[client gone]" if entry["client_gone"] else "",
        f"[{limit['name']}: retry after {limit['retry_after']}]" if limit.get("refused") else "",
        f"[queued {entry['queued_ms']:.0f}ms]" if entry["queued_ms"] else "",
        f"[leaks {', '.join(entry['leaks'])}]" if entry["leaks"] else "",
    ]
    status, who = entry["status"] or "---", entry["connection"] or "-"
    line = f"{entry['id']:>5} {entry['at']} {status} {entry['method']:6} {entry['path']}{query} {who} {took:.1f}ms"
    return visible(" ".join([line, *filter(None, notes)]))
