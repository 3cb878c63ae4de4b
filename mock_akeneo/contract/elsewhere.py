"""A host that is none of the PIM's: whatever arrives there was sent where it does not belong."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from mock_akeneo.core.json_types import Json

CARRIES_A_SECRET = ("Authorization", "Proxy-Authorization", "X-PIM-Token")


class Elsewhere:
    """Listens on a free port of this machine and answers 404 to all. `calls`: {"method", "path", "authorized"}."""

    def __init__(self) -> None:
        self.calls: list[Json] = []
        calls = self.calls

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                authorized = any(self.headers.get(name) for name in CARRIES_A_SECRET) or "access_token=" in self.path
                calls.append({"method": self.command, "path": self.path, "authorized": authorized})
                self.send_response(404)
                self.send_header("Content-Length", "0")
                self.send_header("Connection", "close")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Our stderr is not the place."""

        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
            setattr(Handler, f"do_{method}", Handler.answer)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
