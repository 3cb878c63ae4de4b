"""`limits`: shows and changes the limits of a running server."""

from __future__ import annotations

from os.path import isfile

import click

from mock_akeneo.cli.configuration import fail
from mock_akeneo.cli.running import Running, on_a_server, table
from mock_akeneo.core.json_types import Json
from mock_akeneo.throttling.limits import limits_from


@click.group()
def limits() -> None:
    """How often and how many at once."""


@limits.command()
@on_a_server
def show(server: Running) -> None:
    """Show the limits in force."""
    server.tell(server.get("/limits"), _shown)


@limits.command("set")
@click.argument("told", metavar="PRESET|FILE")
@on_a_server
def set_(server: Running, told: str) -> None:
    """Put others in force: a preset, or a file with a JSON list of limits."""
    body: object = {"preset": told}
    if told.endswith(".json") or isfile(told):
        try:
            # Read here, since the server cannot say in which line something is wrong.
            body = [limit.to_json() for limit in limits_from(told)]
        except ValueError as error:
            fail(2, str(error))
    server.tell(server.ask("PUT", "/limits", body), _shown)


@limits.command()
@on_a_server
def usage(server: Running) -> None:
    """Show what each limit has counted for whom."""
    server.tell(server.get("/limits/usage"), _usage)


def _shown(told: Json) -> str:
    columns = ("name", "kind", "scope", "limit", "seconds", "burst", "when_exceeded", "methods", "paths")
    return table(told["limits"], columns) if told["limits"] else "no limits"


def _usage(told: Json) -> str:
    rows = [{**item, **caller} for item in told["items"] for caller in item["callers"]]
    columns = ("name", "connection", "used", "limit", "remaining", "resets_in", "in_flight", "queued")
    return table(rows, columns) if rows else "nothing was counted"
