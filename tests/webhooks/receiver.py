"""A subscriber on this machine: takes what is posted to it, answers as told."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue
from types import TracebackType
from typing import NamedTuple

from mock_akeneo.core.json_types import Json, loads


class Received(NamedTuple):
    headers: dict[str, str]
    body: bytes

    @property
    def events(self) -> list[Json]:
        events: list[Json] = loads(self.body)["events"]
        return events


class Receiver:
    """`status`: of its answers. `silent`: set, it does not answer before the test is over."""

    def __init__(self) -> None:
        self.status = 200
        self.silent = False
        self._over = threading.Event()
        self._received: Queue[Received] = Queue()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver._received.put(Received(dict(self.headers), body))
                if receiver.silent:
                    receiver._over.wait(5)
                self.send_response(receiver.status)
                self.send_header("location", "http://127.0.0.1:1/")
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/events"

    def next(self) -> Received:
        """What comes next; fails when nothing comes."""
        return self._received.get(timeout=30)

    def nothing_more(self) -> bool:
        try:
            return self._received.get_nowait() is None
        except Empty:
            return True

    def __enter__(self) -> Receiver:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
