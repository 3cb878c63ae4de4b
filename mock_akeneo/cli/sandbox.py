"""`sandbox`: makes, shows and deletes sandboxes of a running server."""

from __future__ import annotations

import shlex

import click

from mock_akeneo.cli.groups import Group
from mock_akeneo.cli.running import Running, on_a_server, rows_of
from mock_akeneo.core.json_types import Json


@click.group(cls=Group)
def sandbox() -> None:
    """Isolated PIMs in a running server."""


@sandbox.command("list")
@on_a_server
def list_(server: Running) -> None:
    """List the sandboxes."""
    server.sandbox = None
    server.tell(server.get("/sandboxes"), rows_of("name", "base_url", "products", "connections", "requests"))


@sandbox.command()
@click.argument("name")
@on_a_server
def show(server: Running, name: str) -> None:
    """Show one."""
    server.sandbox = None
    server.tell(server.get(f"/sandboxes/{name}"))


@sandbox.command()
@click.argument("name", required=False)
@click.option("--catalog", metavar="NAME|FOLDER", help="demo, minimal, or a folder of the server.")
@click.option("--from", "source", metavar="NAME", help="A snapshot of --sandbox, or another sandbox.")
@click.option("--port", type=click.IntRange(0, 65535), help="A port of its own; 0 takes a free one.")
@on_a_server
def create(server: Running, name: str | None, catalog: str | None, source: str | None, port: int | None) -> None:
    """Make one; its credentials are shown once, as variables to paste."""
    asked = {"name": name, "catalog": catalog, "from": source, "port": port}
    body = {member: value for member, value in asked.items() if value is not None}
    server.tell(server.ask("POST", "/sandboxes", body), exports)


@sandbox.command()
@click.argument("name")
@on_a_server
def delete(server: Running, name: str) -> None:
    """Free one, with its port."""
    server.sandbox = None
    server.ask("DELETE", f"/sandboxes/{name}")


def exports(made: Json) -> str:
    """Paste-ready variables, as a connector reads them."""
    names = ("base_url", "client_id", "secret", "username", "password")
    lines = [f"export AKENEO_{name.upper()}={shlex.quote(made[name])}" for name in names]
    return "\n".join([f"# {made['name']}", *lines])
