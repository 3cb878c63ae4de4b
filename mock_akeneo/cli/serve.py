"""`serve`: runs the server."""

from __future__ import annotations

import asyncio
import gc
import os
import shlex
import sys
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import Any

import click
import orjson

from mock_akeneo.app import App, create_app
from mock_akeneo.cli.configuration import fail, settings_from, settings_options
from mock_akeneo.cli.printing import echo
from mock_akeneo.control.contract import Judge
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.settings import Settings
from mock_akeneo.rest.guard import own_hosts
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.server import CannotStart, base_url, listeners, uvicorn_server
from mock_akeneo.throttling.service import note
from mock_akeneo.tls import Certificate, certificate_of


@click.command()
@settings_options
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", help="Form of the banner.")
def serve(format_: str, **flags: Any) -> None:
    """Run the server until Ctrl-C or SIGTERM."""
    settings = settings_from(flags)
    app = app_of(settings)
    app.judge = cache(lambda: judge(settings, app.admin_token))
    certificate = certificate_for(settings)
    try:
        socks = listeners(settings.host, settings.port)
    except CannotStart as error:
        fail(3, str(error))
    local_url = base_url(socks[0], settings.host, certificate is not None)
    url = settings.public_url or local_url
    ready = ready_line(app.sandboxes.default, url)
    if url != local_url:
        ready["local_url"] = local_url
    if certificate is not None and certificate.authority is not None:
        ready["ca"] = str(certificate.authority)
    if app.admin_token is not None:
        ready["admin_token"] = app.admin_token
    server = uvicorn_server(app, certificate)
    app.sandboxes.base_url = url

    async def run() -> None:
        asyncio.get_running_loop().call_soon(announce, format_, ready, app, settings)
        await server.serve(sockets=socks)

    # A request leaves nothing that only the collector could free, and the journal is long-lived: looking seldom is
    # enough, and a full look at every few hundred calls is what it would cost otherwise.
    gc.set_threshold(50_000, 20, 100)
    with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
        runner.run(run())


def judge(settings: Settings, admin_token: str | None) -> Judge:
    """The contract runs of this server; the kit is loaded when somebody asks for one."""
    from mock_akeneo.contract.runs import Runs

    return Runs(Settings(host=settings.host, port=0, admin_token=admin_token, allowed_host=own_hosts(settings)))


def app_of(settings: Settings) -> App:
    """The application, closed with the command; or one sentence and exit code 2."""
    try:
        app = create_app(settings)
    except (ValueError, OSError) as error:
        fail(2, str(error))
        raise AssertionError from None
    click.get_current_context().call_on_close(app.close)
    return app


def certificate_for(settings: Settings) -> Certificate | None:
    """The certificate of the settings, or one sentence and exit code 2."""
    try:
        return certificate_of(settings.tls, settings.host)
    except ValueError as error:
        fail(2, str(error))
        raise AssertionError from None


def ready_line(sandbox: Sandbox, url: str) -> Json:
    connection = next(iter(sandbox.connections.by_code.values()))
    return {
        "event": "ready",
        "base_url": url,
        "client_id": connection.client_id,
        "secret": connection.secret,
        "username": connection.username,
        "password": connection.password,
        "pid": os.getpid(),
    }


def announce(format_: str, ready: Json, app: App, settings: Settings) -> None:
    """Says on stdout that the server is ready, and writes the ready file in one step."""
    if settings.ready_file:
        write_atomically(settings.ready_file, orjson.dumps(ready).decode() + "\n")
    if settings.admin_token is not None:
        # Whoever set it knows it, and stdout is often kept as a log.
        ready = {name: told for name, told in ready.items() if name != "admin_token"}
    echo(orjson.dumps(ready).decode() if format_ == "json" else banner(ready, app.sandboxes.default))
    sys.stdout.flush()


def write_atomically(file: Path, text: str) -> None:
    """For the eyes of its owner alone."""
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as target:
        target.write(text)
    part.replace(file)


def banner(ready: Json, sandbox: Sandbox) -> str:
    """Paste-ready: what a connector needs, and one `curl` for a token."""
    basic = b64encode(f"{ready['client_id']}:{ready['secret']}".encode()).decode()
    body = orjson.dumps(
        {"grant_type": "password", "username": ready["username"], "password": ready["password"]}
    ).decode()
    limits = ", ".join(limit.name for limit in sandbox.limiter.limits) or "none"
    noted = note(sandbox.limiter.limits, sandbox.service.time, sandbox.clock.mode)
    hint = f"            {noted}\n" if noted else ""
    quoted = {name: shlex.quote(str(value)) for name, value in ready.items()}
    authority = f"  export SSL_CERT_FILE={quoted['ca']}\n" if "ca" in ready else ""
    trusting = f" --cacert {quoted['ca']}" if "ca" in ready else ""
    own = "as you set it" if sandbox.settings.admin_token else ""
    admin = f"  admin     {told}\n" if (told := ready.get("admin_token", own)) else ""
    return f"""mock-akeneo is ready

  export AKENEO_BASE_URL={quoted["base_url"]}
  export AKENEO_CLIENT_ID={quoted["client_id"]}
  export AKENEO_SECRET={quoted["secret"]}
  export AKENEO_USERNAME={quoted["username"]}
  export AKENEO_PASSWORD={quoted["password"]}
{authority}
  curl -s{trusting} {ready["base_url"]}/api/oauth/v1/token \\
    -H 'Authorization: Basic {basic}' -H 'Content-Type: application/json' \\
    -d {shlex.quote(body)}

  dashboard {ready["base_url"]}/_mock/
{admin}  limits    {limits}
  service   {sandbox.service.time.text}
{hint}  clock     {sandbox.clock.mode}, {sandbox.clock.iso()}
  products  {len(sandbox.catalog["product"])}
"""
