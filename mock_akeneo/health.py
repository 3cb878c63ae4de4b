"""Whether a server is ready: where it listens, and one question.

Containers ask every few seconds, so this imports nothing that costs: no click, no HTTP client, `ssl` for https alone.
"""

from __future__ import annotations

import os
import socket
import time
from typing import Any
from urllib.parse import SplitResult, urlsplit

from mock_akeneo.core.settings_file import kept

# Listening on every address is no address to call.
_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}
_STEP_SECONDS = 0.05
_LARGEST_ANSWER = 65536


class NotReady(Exception):
    """The server has not told yet where it listens."""


def address() -> str:
    """Where the server of this environment and folder listens: as told, by its ready file, else by its settings.

    Raises `NotReady` without its ready file, `ValueError` for a setting that cannot be.
    """
    if told := os.environ.get("MOCK_AKENEO_URL"):
        return told
    if ready := ready_line():
        return str(ready.get("local_url") or ready["base_url"])
    host, port = _setting("host") or "127.0.0.1", _setting("port") or "8080"
    if not port.isdecimal() or int(port) > 65535:
        raise ValueError(f'the port to ask is "{port}": write 1 to 65535, or --url')
    if int(port) == 0:
        raise ValueError("port 0 is a free one that only the server knows: give --url, or MOCK_AKENEO_READY_FILE")
    return f"{'https' if _setting('tls') else 'http'}://{host_in_url(host)}:{port}"


def ready_line() -> dict[str, Any] | None:
    """What the server wrote to the ready file of this environment; None: there is to be none. Raises `NotReady`."""
    file = _setting("ready_file")
    if file is None:
        return None
    import json

    try:
        with open(file, encoding="utf-8") as opened:
            told = json.load(opened)
        if isinstance(told["base_url"], str):
            return dict(told)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise NotReady(f"{file} does not hold the ready line of a server")


def authorities() -> list[str]:
    """The file of the throw-away authority that signed the server's certificate, if its ready file names one."""
    try:
        told = (ready_line() or {}).get("ca")
    except (NotReady, ValueError):
        return []
    return [told] if isinstance(told, str) else []


def host_in_url(host: str) -> str:
    """How a client on this machine writes the host that a server listens on."""
    host = _LOOPBACK.get(host, host)
    return f"[{host}]" if ":" in host else host


def _setting(name: str) -> str | None:
    told = os.environ.get(f"MOCK_AKENEO_{name.upper()}")
    if told:
        return told
    found = kept()
    for key, value in found.values.items() if found else ():
        if key.replace("-", "_") == name:
            return str(value) or None
    return None


def parts_of(url: str) -> SplitResult:
    """Raises `ValueError` for what is no URL of a server."""
    try:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return parts
    except ValueError:
        pass
    raise ValueError(f'"{url}" is no URL of a server: write http://127.0.0.1:8080')


def ask(url: str, seconds: float) -> str | None:
    """The JSON text of the health route, or None where nothing healthy answers. Raises `ValueError` for no URL."""
    parts = parts_of(url)
    secure, host = parts.scheme == "https", parts.hostname or ""
    port = parts.port or (443 if secure else 80)
    head = (
        f"GET {parts.path.rstrip('/')}/_mock/v1/health HTTP/1.1\r\n"
        f"Host: {host_in_url(host)}:{port}\r\nConnection: close\r\n\r\n"
    )
    try:
        with socket.create_connection((_LOOPBACK.get(host, host), port), timeout=seconds) as plain:
            if not secure:
                return _health(plain, head)
            import ssl

            # Nothing secret is said or heard, and a throw-away certificate is as good as another for that.
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            with context.wrap_socket(plain, server_hostname=host) as private:
                return _health(private, head)
    except (OSError, UnicodeError):
        return None


def _health(connection: socket.socket, head: str) -> str | None:
    connection.sendall(head.encode("ascii"))
    told = b""
    while len(told) < _LARGEST_ANSWER and (part := connection.recv(_LARGEST_ANSWER)):
        told += part
    lines, _, body = told.partition(b"\r\n\r\n")
    status = lines.split(b"\r\n", 1)[0].split(b" ")
    return body.decode("utf-8", "replace") if status[1:2] == [b"200"] and b'"ready"' in body else None


def wait(url: str | None, seconds: float) -> str | None:
    """Waits until a server is ready; what to tell when it is not in time. Raises `ValueError` as `ask` does."""
    until = time.monotonic() + seconds
    while True:
        try:
            where = url or address()
            # On a busy machine an answer is late; but a server that is about to end never gives one.
            if ask(where, max(0.1, min(5.0, until - time.monotonic()))) is not None:
                return None
            missing = f"no mock-akeneo is ready at {where} after {seconds:g} s"
        except NotReady as error:
            missing = f"no mock-akeneo is ready after {seconds:g} s: {error}"
        if time.monotonic() >= until:
            return missing
        time.sleep(_STEP_SECONDS)


def flags(words: list[str]) -> tuple[str | None, float] | None:
    """The plain flags of `wait`; None for all that is for the command line proper to read, help and mistakes."""
    url, seconds, left = None, 30.0, list(words)
    while left:
        name, equals, value = left.pop(0).partition("=")
        if not equals:
            if not left:
                return None
            value = left.pop(0)
        if not value or value.startswith("-"):
            return None
        if name == "--url":
            url = value
        elif name == "--timeout" and value.replace(".", "", 1).isdecimal() and value.isascii():
            seconds = float(value)
        else:
            return None
    return url, seconds
