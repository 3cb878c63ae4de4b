"""`wait`, `status`, `version`: for scripts and containers."""

from __future__ import annotations

import sys

import click

from mock_akeneo import __version__, health
from mock_akeneo.cli.configuration import Seconds, fail
from mock_akeneo.cli.printing import echo
from mock_akeneo.cli.running import Running, url_option


@click.command()
@click.option("--url", metavar="URL", help="The running server; default: where it says, or its settings.")
@click.option("--timeout", type=Seconds(), default=30.0, show_default=True, help="Seconds to wait at most.")
def wait(url: str | None, timeout: float) -> None:
    """Wait until a server is ready; exit code 4 when it is not in time.

    It is looked for at MOCK_AKENEO_URL, where its ready file (MOCK_AKENEO_READY_FILE) says, or by its other settings:
    MOCK_AKENEO_HOST, MOCK_AKENEO_PORT, MOCK_AKENEO_TLS. A certificate is not looked at.
    """
    try:
        missing = health.wait(url, timeout)
    except ValueError as error:
        fail(2, str(error))
        raise AssertionError from None
    if missing:
        fail(4, missing)


@click.command()
@url_option
def status(url: str | None) -> None:
    """Show the health of a running server."""
    server = Running(url)
    try:
        found = health.ask(server.url, 5.0)
    except ValueError as error:
        fail(2, str(error))
        raise AssertionError from None
    if found is None:
        fail(4, f"no mock-akeneo answers at {server.url}")
    echo(str(found))


@click.command()
def version() -> None:
    """Show the version."""
    echo(f"mock-akeneo {__version__} (Python {sys.version.split()[0]})")
