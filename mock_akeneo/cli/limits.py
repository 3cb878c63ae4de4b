"""`limits`: shows and changes the limits of a running server."""

from __future__ import annotations

from os.path import isfile

import click

from mock_akeneo.cli.configuration import fail
from mock_akeneo.cli.groups import Group
from mock_akeneo.cli.running import Running, on_a_server, table
from mock_akeneo.core.json_types import Json
from mock_akeneo.throttling.limits import limits_from


@click.group(cls=Group)
def limits() -> None:
    """How often and how many at once."""


@limits.command()
@on_a_server
def show(server: Running) -> None:
    """Show the limits in force."""
    server.tell(server.get("/limits"), _shown)


@limits.command("set")
@click.argument("told", metavar="[PRESET|FILE]", required=False)
@click.option("--service-time", help="How long a call takes: none, pim, or milliseconds, 50 or 20-50.")
@on_a_server
def set_(server: Running, told: str | None, service_time: str | None) -> None:
    """Put others in force: a preset, or a file with a JSON list of limits; or another service time."""
    if told is None and service_time is None:
        raise click.UsageError("give a preset or a file, or --service-time")
    body: Json = {} if told is None else {"preset": told}
    if told is not None and (told.endswith(".json") or isfile(told)):
        try:
            # Read here, since the server cannot say in which line something is wrong.
            body = limits_from(told).to_json()
        except ValueError as error:
            fail(2, str(error))
    if service_time is not None:
        body["service_time"] = service_time
    server.tell(server.ask("PUT", "/limits", body), _shown)


@limits.command()
@on_a_server
def usage(server: Running) -> None:
    """Show what each limit has counted for whom."""
    server.tell(server.get("/limits/usage"), _usage)


def _shown(told: Json) -> str:
    columns = ("name", "kind", "scope", "limit", "seconds", "burst", "when_exceeded", "methods", "paths")
    shown = [table(told["limits"], columns) if told["limits"] else "no limits", f"service time: {told['service_time']}"]
    return "\n".join([*shown, told["note"]] if told["note"] else shown)


def _usage(told: Json) -> str:
    rows = [{**item, **caller} for item in told["items"] for caller in item["callers"]]
    columns = ("name", "connection", "used", "limit", "remaining", "resets_in", "in_flight", "queued")
    return table(rows, columns) if rows else "nothing was counted"
