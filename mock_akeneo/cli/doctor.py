"""`doctor`: looks whether all is there that mock-akeneo needs, and says what to do where it is not."""

from __future__ import annotations

import os
import platform
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

import click

from mock_akeneo import __version__, health
from mock_akeneo.cli.configuration import settings_from
from mock_akeneo.cli.running import Running, on_a_server, table
from mock_akeneo.core.clock import Clock
from mock_akeneo.core.json_types import Json
from mock_akeneo.throttling.chosen import chosen
from mock_akeneo.throttling.service import note
from mock_akeneo.throttling.service_times import NONE

# What an extra brings, by the command that needs it.
EXTRAS: Final = {"contract": ("hypothesis", "pytest", "rich", "schemathesis"), "tls": ("trustme",)}
_CORE: Final = ("click", "faker", "httptools", "httpx", "orjson", "starlette", "uvicorn")


class Finding(NamedTuple):
    """`ok`: None for what is no fault, but good to know."""

    ok: bool | None
    told: str


def python(server: Running) -> Finding:
    return Finding(sys.version_info >= (3, 11), f"Python {platform.python_version()} on {platform.system()}")


def packages(server: Running) -> Finding:
    missing = [name for name in _CORE if find_spec(name) is None]
    if missing:
        return Finding(False, f"missing: {', '.join(missing)}; install mock-akeneo anew")
    return Finding(True, f"mock-akeneo {__version__}, " + ", ".join(f"{name} {_version(name)}" for name in _CORE))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "?"


def extras(server: Running) -> Finding:
    missing = [extra for extra, names in EXTRAS.items() if any(find_spec(name) is None for name in names)]
    if missing:
        return Finding(None, "not installed: " + ", ".join(f"pip install 'mock-akeneo[{extra}]'" for extra in missing))
    return Finding(True, f"installed: {', '.join(EXTRAS)}")


def speed(server: Running) -> Finding:
    if find_spec("uvloop") is None:
        return Finding(None, "uvloop is not installed: all works, but slower")
    return Finding(True, f"uvloop {_version('uvloop')}")


def settings(server: Running) -> Finding:
    try:
        found = settings_from({})
    except click.ClickException as error:
        return Finding(False, error.format_message())
    return Finding(True, f"serve would use the catalog {found.catalog}, limits {found.limits}, clock {found.clock}")


def limits(server: Running) -> Finding:
    """Those of the server that runs, else those that the settings say."""
    url = _answering(server)
    try:
        told = _own_limits() if url is None else Running(url).get("/limits")
    except (click.ClickException, ValueError) as error:
        return Finding(False, error.format_message() if isinstance(error, click.ClickException) else str(error))
    except SystemExit:
        return Finding(None, f"not looked at: {url} did not tell")
    if told["note"]:
        return Finding(None, told["note"])
    names = ", ".join(limit["name"] for limit in told["limits"]) or "none"
    return Finding(True, f"{names}; service time {told['service_time']}")


def _own_limits() -> Json:
    """As a server tells them that has just been started."""
    settings = settings_from({})
    limits, mode = chosen(settings), Clock.parse(settings.clock).mode
    return {**limits.to_json(), "note": note(limits.rules or (), limits.service_time or NONE, mode)}


def _answering(server: Running) -> str | None:
    """Where a mock-akeneo answers that runs already."""
    with suppress(ValueError, health.NotReady):
        url = server.told_url or health.address()
        if health.ask(url, 2.0) is not None:
            return url
    return None


def catalogs(server: Running) -> Finding:
    from mock_akeneo.seeding.loader import CatalogError, lint

    for name in ("minimal", "demo"):
        try:
            wrong = lint(name)
        except CatalogError as error:
            return Finding(False, f"{error}; install mock-akeneo anew")
        if wrong:
            return Finding(False, f"{wrong[0]}; install mock-akeneo anew")
    return Finding(True, "minimal and demo load")


def files(server: Running) -> Finding:
    try:
        with TemporaryDirectory(prefix="mock-akeneo-") as folder:
            Path(folder, "probe").write_bytes(b"x")
    except OSError as error:
        return Finding(False, f"no temporary file can be written: {error.strerror}; set TMPDIR")
    return Finding(True, "temporary files can be written")


def port(server: Running) -> Finding:
    """A server that runs already is no fault; where settings or ready file lead to none, the port has to be free."""
    if url := _answering(server):
        return Finding(True, f"a mock-akeneo answers at {url}")
    try:
        with socket.create_server(("127.0.0.1", settings_from({}).port)) as listening:
            return Finding(True, f"port {listening.getsockname()[1]} is free")
    except click.ClickException:
        return Finding(None, "not looked at: the settings are wrong")
    except OSError as error:
        return Finding(False, f"the port to serve on cannot be had: {error.strerror}; choose another --port")


def proxies(server: Running) -> Finding:
    """A connector that asks a proxy for the mock does not reach it."""
    set_ = [name for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY") if os.environ.get(name)]
    exempt = os.environ.get("no_proxy", os.environ.get("NO_PROXY", ""))
    if set_ and "127.0.0.1" not in exempt and exempt != "*":
        return Finding(None, f"{set_[0]} is set: add 127.0.0.1,localhost to no_proxy, or connectors ask the proxy")
    return Finding(True, "no proxy stands between")


CHECKS: Final[tuple[Callable[[Running], Finding], ...]] = (
    *(python, packages, extras, speed, settings, limits, catalogs, files, port, proxies),
)
_SIGNS: Final = {True: "ok", False: "FAIL", None: "note"}


@click.command()
@on_a_server
def doctor(server: Running) -> None:
    """Look whether all is there; exit code 1 when something that is needed is not."""
    found = list(_found(server))
    server.tell(found, lambda rows: table([{**row, "": _SIGNS[row["ok"]]} for row in rows], ("", "check", "told")))
    sys.exit(1 if any(row["ok"] is False for row in found) else 0)


def _found(server: Running) -> Iterator[Json]:
    for check in CHECKS:
        ok, told = check(server)
        yield {"check": check.__name__, "ok": ok, "told": told}
