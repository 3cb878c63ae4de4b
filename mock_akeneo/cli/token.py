"""`token`: tokens of a running server."""

from __future__ import annotations

import click

from mock_akeneo.cli.groups import Group
from mock_akeneo.cli.running import Running, on_a_server, rows_of

_kind = click.option("--kind", type=click.Choice(["access", "refresh", "both"]), help="Which tokens.")
_connection = click.option("--connection", metavar="CODE", help="Those of one connection; default: all.")


@click.group(cls=Group)
def token() -> None:
    """Tokens: given out, expired, revoked."""


@token.command()
@click.option("--connection", metavar="CODE", help="Whose; needed where there are several.")
@on_a_server
def issue(server: Running, connection: str | None) -> None:
    """Print a fresh access token; `curl -H "Authorization: Bearer $(mock-akeneo token issue)" …`."""
    body = {} if connection is None else {"connection": connection}
    server.tell(server.ask("POST", "/tokens", body), lambda told: told["access_token"])


@token.command("list")
@on_a_server
def list_(server: Running) -> None:
    """List them, without their values."""
    server.tell(server.get("/tokens"), rows_of("id", "kind", "connection", "username", "expires_at", "expired"))


@token.command()
@_connection
@_kind
@on_a_server
def expire(server: Running, connection: str | None, kind: str | None) -> None:
    """Let tokens end as if their time had come (access tokens, if --kind says nothing else)."""
    _end(server, "expire", connection, kind)


@token.command()
@_connection
@_kind
@on_a_server
def revoke(server: Running, connection: str | None, kind: str | None) -> None:
    """Make tokens unknown (both kinds, if --kind says nothing else)."""
    _end(server, "revoke", connection, kind)


def _end(server: Running, verb: str, connection: str | None, kind: str | None) -> None:
    asked = {"connection": connection, "kind": kind}
    body = {name: value for name, value in asked.items() if value is not None}
    server.tell(server.ask("POST", f"/tokens/{verb}", body), lambda told: f"{told['count']} ended")
