"""A gateway before the PIM, which ends TLS: the PIM behind it believes that it was asked over http, and says so in its
links. What comes to the gateway itself without TLS was sent in the clear."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from mock_akeneo.contract.elsewhere import METHODS, arrived
from mock_akeneo.core.json_types import Json

CERTIFICATE: Final = Path(__file__).with_name("gateway.pem")
"""For this machine, with its key, which is no secret; it is its own authority."""
HANDSHAKE: Final = b"\x16"
"""The first byte of TLS."""
_OF_THE_HOP: Final = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})


class Gateway:
    """Listens on a free port of this machine. `in_the_clear`: {"method", "path", "authorized"} of what came so."""

    def __init__(self) -> None:
        self.in_the_clear: list[Json] = []
        self.pim: tuple[str, int] = ("127.0.0.1", 0)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self) -> None:
                self.secure = self.request.recv(1, socket.MSG_PEEK) == HANDSHAKE
                if self.secure:
                    self.request = context.wrap_socket(self.request, server_side=True)
                super().setup()

            def finish(self) -> None:
                super().finish()
                self.request.close()  # the server knows the socket below it alone

            def answer(self) -> None:
                if self.secure:
                    self.forward()
                    return
                gateway.in_the_clear.append(arrived(self))
                self.close_connection = True
                self.send_response(404)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def forward(self) -> None:
                body = self.body()
                headers = {name: value for name, value in self.headers.items() if name.lower() not in _OF_THE_HOP}
                pim = http.client.HTTPConnection(*gateway.pim)
                try:
                    pim.request(self.command, self.path, body, headers)
                    answer = pim.getresponse()
                    content = answer.read()
                finally:
                    pim.close()
                self.send_response_only(answer.status, answer.reason)
                for name, value in answer.getheaders():
                    if name.lower() not in _OF_THE_HOP:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def body(self) -> bytes:
                if "chunked" not in self.headers.get("Transfer-Encoding", "").lower():
                    return self.rfile.read(int(self.headers.get("Content-Length", 0)))
                chunks = []
                while size := int(self.rfile.readline().partition(b";")[0], 16):
                    chunks.append(self.rfile.read(size))
                    self.rfile.readline()
                while self.rfile.readline().strip():
                    pass  # fields behind the last chunk
                return b"".join(chunks)

            def log_message(self, *_: Any) -> None:
                """Our stderr is not the place."""

        class Listener(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: Any) -> None:
                """A handshake or a call that was given up."""

        for method in METHODS:
            setattr(Handler, f"do_{method}", Handler.answer)
        self._server = Listener(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def start(self, pim: tuple[str, int]) -> None:
        """`pim`: host and port of the one behind it."""
        self.pim = pim
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
