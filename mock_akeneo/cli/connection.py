"""`connection`: who may call a running server, and what they may do."""

from __future__ import annotations

from collections.abc import Sequence

import click

from mock_akeneo.cli.groups import Group
from mock_akeneo.cli.running import Running, on_a_server, pairs, rows_of
from mock_akeneo.core.json_types import Json

FLOW_TYPES = ("data_source", "data_destination", "other")


@click.group(cls=Group)
def connection() -> None:
    """Connections: an OAuth client, a user and a role."""


@connection.command("list")
@on_a_server
def list_(server: Running) -> None:
    """List the connections."""
    server.tell(server.get("/connections"), rows_of("code", "label", "flow_type", "client_id", "username"))


@connection.command()
@click.argument("code")
@on_a_server
def show(server: Running, code: str) -> None:
    """Show one, with the rights that it lacks."""
    server.tell(server.get(f"/connections/{code}"), _shown)


@connection.command()
@click.argument("code")
@click.option("--label")
@click.option("--flow-type", type=click.Choice(FLOW_TYPES))
@click.option("--deny", multiple=True, metavar="RIGHT", help="A right that it lacks; may be repeated.")
@on_a_server
def create(server: Running, code: str, label: str | None, flow_type: str | None, deny: Sequence[str]) -> None:
    """Make one; its secret and password are shown once."""
    asked: Json = {"code": code, "label": label, "flow_type": flow_type, "role": dict.fromkeys(deny, False) or None}
    made = server.ask("POST", "/connections", {name: value for name, value in asked.items() if value is not None})
    server.tell(made, _shown)


@connection.command()
@click.argument("code")
@click.option("--allow", multiple=True, metavar="RIGHT", help="A right that it has; may be repeated.")
@click.option("--deny", multiple=True, metavar="RIGHT", help="A right that it lacks; may be repeated.")
@on_a_server
def role(server: Running, code: str, allow: Sequence[str], deny: Sequence[str]) -> None:
    """Change what it may do."""
    changes = {**dict.fromkeys(allow, True), **dict.fromkeys(deny, False)}
    server.tell(server.ask("PATCH", f"/connections/{code}", {"role": changes}), _shown)


@connection.command()
@click.argument("code")
@on_a_server
def delete(server: Running, code: str) -> None:
    """Delete one and its tokens."""
    server.ask("DELETE", f"/connections/{code}")


@connection.command("regenerate-secret")
@click.argument("code")
@on_a_server
def regenerate_secret(server: Running, code: str) -> None:
    """Give it a new secret; its tokens end."""
    server.tell(server.ask("POST", f"/connections/{code}/regenerate-secret"))


@connection.command("regenerate-password")
@click.argument("code")
@on_a_server
def regenerate_password(server: Running, code: str) -> None:
    """Give it a new password; its tokens end."""
    server.tell(server.ask("POST", f"/connections/{code}/regenerate-password"))


def _shown(told: Json) -> str:
    lacking = [right for right, granted in told["role"].items() if not granted]
    return pairs({**{name: value for name, value in told.items() if name != "role"}, "lacks": lacking})
