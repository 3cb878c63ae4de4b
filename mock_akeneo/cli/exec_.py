"""`exec`: serves on a free port, runs a command with the `AKENEO_*` variables, and ends with the command's code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Any, Final

import click

from mock_akeneo.cli.configuration import fail, settings_from, settings_options
from mock_akeneo.cli.printing import echo
from mock_akeneo.cli.serve import app_of, ready_line
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.proxies import past_proxies
from mock_akeneo.oauth.connections import Connection
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.server import CannotStart, Server


@click.command("exec", context_settings={"ignore_unknown_options": False, "allow_interspersed_args": False})
@settings_options
@click.option(
    "--env",
    "mapping",
    multiple=True,
    metavar="NAME={base_url}",
    help="Another variable for the command; may be repeated.",
)
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def exec_(mapping: Sequence[str], command: Sequence[str], **flags: Any) -> None:
    """Serve on a free port, run COMMAND with AKENEO_* variables, stop, and return its exit code."""
    settings = settings_from(flags, defaults={"port": 0})
    app = app_of(settings)
    try:
        server = Server(settings, app=app)
    except CannotStart as error:
        fail(3, str(error))
    except ValueError as error:
        fail(2, str(error))
    with server:
        values = variables(server)
        try:
            more = dict(_mapped(one, values) for one in mapping)
        except ValueError as error:
            fail(2, str(error))
        sys.exit(_run(command, {**os.environ, **past_proxies(os.environ), **values, **more}))


# Where OpenSSL, Python's requests and Node look for the authority of our throw-away certificate.
TRUSTED: Final = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")


def variables(server: Server) -> dict[str, str]:
    """The variables that a child gets: design names, and a fresh token as the API key."""
    ready = ready_line(server.sandbox, server.settings.public_url or server.base_url)
    connection = next(iter(server.sandbox.connections.by_code.values()))
    token = server.call(_issued, server.sandbox, connection)
    authority = server.certificate and server.certificate.authority
    return {
        **(dict.fromkeys(TRUSTED, str(authority)) if authority else {}),
        "AKENEO_BASE_URL": ready["base_url"],
        "AKENEO_CLIENT_ID": ready["client_id"],
        "AKENEO_SECRET": ready["secret"],
        "AKENEO_USERNAME": ready["username"],
        "AKENEO_PASSWORD": ready["password"],
        "AKENEO_API_KEY": token["access_token"],
    }


def _issued(sandbox: Sandbox, connection: Connection) -> Json:
    token = sandbox.issue(connection, connection)
    sandbox.commit()
    return token


def _mapped(one: str, values: dict[str, str]) -> tuple[str, str]:
    name, equals, template = one.partition("=")
    known = {variable.removeprefix("AKENEO_").lower(): value for variable, value in values.items()}
    try:
        if not equals or not name:
            raise KeyError
        return name, template.format_map(known)
    except (KeyError, ValueError, IndexError):
        names = ", ".join("{" + name + "}" for name in known)
        raise ValueError(f'--env "{one}" is not NAME=TEXT, where TEXT may hold {names}') from None


def _run(command: Sequence[str], environment: dict[str, str]) -> int:
    try:
        child = subprocess.Popen(command, env=environment)
    except OSError as error:
        echo(f"Error: {command[0]} cannot be run: {error.strerror}", err=True)
        return 127 if isinstance(error, FileNotFoundError) else 126

    def pass_on(number: int, _: FrameType | None) -> None:
        child.send_signal(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, pass_on)
    code = child.wait()
    return code if code >= 0 else 128 - code
