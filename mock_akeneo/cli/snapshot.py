"""`snapshot`: what a sandbox of a running server holds, kept and brought back."""

from __future__ import annotations

from collections.abc import Sequence

import click

from mock_akeneo.cli.groups import Group
from mock_akeneo.cli.running import Running, on_a_server, rows_of

_name = click.argument("name")


@click.group(cls=Group)
def snapshot() -> None:
    """What a sandbox holds, to go back to."""


@snapshot.command("list")
@on_a_server
def list_(server: Running) -> None:
    """List the snapshots."""
    server.tell(server.get("/snapshots"), rows_of("name", "at", "products", "connections"))


@snapshot.command()
@_name
@on_a_server
def show(server: Running, name: str) -> None:
    """Show one."""
    server.tell(server.get(f"/snapshots/{name}"))


@snapshot.command()
@_name
@on_a_server
def take(server: Running, name: str) -> None:
    """Take one; an older one of that name is replaced."""
    server.tell(server.ask("PUT", f"/snapshots/{name}"))


@snapshot.command()
@_name
@on_a_server
def restore(server: Running, name: str) -> None:
    """Go back to one; tokens, clock, limits and faults stay."""
    server.tell(server.ask("POST", f"/snapshots/{name}/restore"))


@snapshot.command()
@_name
@on_a_server
def delete(server: Running, name: str) -> None:
    """Forget one."""
    server.ask("DELETE", f"/snapshots/{name}")


@snapshot.command()
@click.option("--to", metavar="NAME", default="start", show_default=True, help="The start, or a snapshot.")
@click.option("--keep", multiple=True, metavar="WHAT", help="What stays, as tokens; may be repeated.")
@on_a_server
def reset(server: Running, to: str, keep: Sequence[str]) -> None:
    """Go back to the start: tokens end, clock, limits, faults and journal are those of the start too."""
    server.tell(server.ask("POST", "/reset", {"to": to, "keep": list(keep)}))
