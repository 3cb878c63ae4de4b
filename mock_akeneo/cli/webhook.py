"""`webhook`: who is told of events by a running server, and what was sent."""

from __future__ import annotations

import click

from mock_akeneo.cli.groups import Group
from mock_akeneo.cli.running import Running, on_a_server, rows_of


@click.group(cls=Group)
def webhook() -> None:
    """Events: subscriptions and deliveries."""


@webhook.command("list")
@on_a_server
def list_(server: Running) -> None:
    """List the subscriptions."""
    server.tell(server.get("/webhooks/subscriptions"), rows_of("id", "url", "connection", "uses_uuid", "enabled"))


@webhook.command()
@click.argument("url_", metavar="URL")
@click.option("--connection", metavar="CODE", help="Events of its own user are not sent.")
@click.option("--secret", help="Key of the signature; default: a new one.")
@click.option("--uses-uuid", is_flag=True, help="Products as the API by uuid shows them.")
@click.option("--allow-remote", is_flag=True, help="The receiver may be on another machine.")
@on_a_server
def subscribe(
    server: Running, url_: str, connection: str | None, secret: str | None, uses_uuid: bool, allow_remote: bool
) -> None:
    """Have a receiver at URL told of events; the secret is shown once."""
    asked = {"connection": connection, "secret": secret, "uses_uuid": uses_uuid, "allow_remote": allow_remote}
    body = {"url": url_, **{name: value for name, value in asked.items() if value}}
    server.tell(server.ask("POST", "/webhooks/subscriptions", body))


@webhook.command()
@click.argument("id_", metavar="ID")
@on_a_server
def unsubscribe(server: Running, id_: str) -> None:
    """End a subscription."""
    server.ask("DELETE", f"/webhooks/subscriptions/{id_}")


@webhook.command()
@click.option("--subscription", metavar="ID", help="Those of one subscription.")
@on_a_server
def deliveries(server: Running, subscription: str | None) -> None:
    """List what was sent, oldest first."""
    columns = ("id", "at", "url", "events", "sent", "status", "milliseconds", "message")
    server.tell(server.get("/webhooks/deliveries", subscription=subscription), rows_of(*columns))


@webhook.command()
@click.argument("id_", metavar="ID")
@on_a_server
def resend(server: Running, id_: str) -> None:
    """Send a delivery again."""
    server.tell(server.ask("POST", f"/webhooks/deliveries/{id_}/resend"))
