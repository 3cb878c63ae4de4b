"""An ASGI application as a transport of the synchronous `httpx.Client`: tests need no `await`, and no socket."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import unquote

import httpx

from mock_akeneo.app import Asgi


class AsgiTransport(httpx.BaseTransport):
    """Hands each request to `app`, on one event loop of its own, and the whole answer back."""

    def __init__(self, app: Asgi) -> None:
        self._app = app
        self._loop = asyncio.new_event_loop()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        target: bytes = request.extensions.get("target", url.raw_path)
        raw_path, _, query = target.partition(b"?")
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": url.scheme,
            "path": unquote(raw_path.decode()),
            "raw_path": raw_path,
            "query_string": query,
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "client": ("127.0.0.1", 50000),
            "server": (url.host, url.port or 80),
        }
        waiting = [{"type": "http.request", "body": request.read()}]
        sent: list[Any] = []

        async def receive() -> Any:
            return waiting.pop() if waiting else await asyncio.Event().wait()

        async def send(message: Any) -> None:
            sent.append(message)

        self._loop.run_until_complete(self._app(scope, receive, send))
        body = b"".join(message.get("body", b"") for message in sent[1:])
        return httpx.Response(sent[0]["status"], headers=sent[0]["headers"], content=body, request=request)

    def close(self) -> None:
        self._loop.close()
