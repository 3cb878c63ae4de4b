"""Hosts that are none of the PIM's: whatever arrives there was sent where it does not belong."""

from __future__ import annotations

import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import sleep
from typing import Any

from mock_akeneo.core.clock import monotonic
from mock_akeneo.core.json_types import Json

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
CARRIES_A_SECRET = ("Authorization", "Proxy-Authorization", "X-PIM-Token")
UNTRUSTED = Path(__file__).with_name("untrusted.pem")
"""A certificate for this machine that nobody signed but itself, and its key, which is no secret."""
LAST_CONNECTIONS_SECONDS = 5.0
"""Until connections that a client has closed are closed here as well."""


def arrived(call: BaseHTTPRequestHandler) -> Json:
    """{"method", "path", "authorized": whether it carries a token or credentials}."""
    authorized = any(call.headers.get(name) for name in CARRIES_A_SECRET) or "access_token=" in call.path
    return {"method": call.command, "path": call.path, "authorized": authorized}


class Elsewhere:
    """Listens on a free port of this machine and answers 404 to all. `calls`: {"method", "path", "authorized"}.

    `certificate`: it speaks TLS.
    """

    def __init__(self, certificate: Path | None = None) -> None:
        self.calls: list[Json] = []
        self._opened: list[object] = []
        self._declined: list[object] = []
        self._closed: list[object] = []
        calls, opened, declined, closed = self.calls, self._opened, self._declined, self._closed

        class Handler(BaseHTTPRequestHandler):
            called = False

            def answer(self) -> None:
                self.called = True
                calls.append(arrived(self))
                self.send_response(404)
                self.send_header("Content-Length", "0")
                self.send_header("Connection", "close")
                self.end_headers()

            def finish(self) -> None:
                if not self.called:
                    declined.append(self.client_address)
                closed.append(self.client_address)
                super().finish()

            def log_message(self, *_: Any) -> None:
                """Our stderr is not the place."""

        class Listener(ThreadingHTTPServer):
            daemon_threads = True

            def process_request(self, request: Any, client_address: Any) -> None:
                opened.append(client_address)
                super().process_request(request, client_address)

            def handle_error(self, *_: Any) -> None:
                """A handshake that was given up."""

        for method in METHODS:
            setattr(Handler, f"do_{method}", Handler.answer)
        self._server = Listener(("127.0.0.1", 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            # Hands are shaken by the thread of the connection, at its first byte.
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        scheme = "https" if certificate else "http"
        self.url = f"{scheme}://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def declines(self) -> int:
        """How many connections were given up before a call."""
        return len(self._declined)

    def declined(self) -> int:
        """The same, when those under way are over."""
        deadline = monotonic() + LAST_CONNECTIONS_SECONDS
        while len(self._closed) < len(self._opened) and monotonic() < deadline:
            sleep(0.01)
        return self.declines

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
