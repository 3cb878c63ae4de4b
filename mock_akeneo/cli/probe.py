"""`wait`, `status`, `version`: for scripts and containers."""

from __future__ import annotations

import sys
import time

import click
import httpx

from mock_akeneo import __version__
from mock_akeneo.cli.configuration import fail
from mock_akeneo.cli.running import trust, url_option


def health(url: str, timeout: float) -> str | None:
    """The JSON text of the health route, or None when nothing healthy answers."""
    try:
        answer = httpx.get(f"{url.rstrip('/')}/_mock/v1/health", timeout=timeout, trust_env=False, verify=trust(url))
    except (httpx.HTTPError, httpx.InvalidURL):
        return None
    return answer.text if answer.status_code == 200 else None


@click.command()
@url_option
@click.option("--timeout", default=30.0, show_default=True, help="Seconds to wait at most.")
def wait(url: str, timeout: float) -> None:
    """Wait until a server is ready; exit code 4 when it is not in time."""
    until = time.monotonic() + timeout
    while True:
        if health(url, max(0.1, min(2.0, until - time.monotonic()))) is not None:
            return
        if time.monotonic() >= until:
            fail(4, f"no mock-akeneo is ready at {url} after {timeout:g} s")
        time.sleep(0.05)


@click.command()
@url_option
def status(url: str) -> None:
    """Show the health of a running server."""
    found = health(url, 5.0)
    if found is None:
        fail(4, f"no mock-akeneo answers at {url}")
    click.echo(found)


@click.command()
def version() -> None:
    """Show the version."""
    click.echo(f"mock-akeneo {__version__} (Python {sys.version.split()[0]})")
