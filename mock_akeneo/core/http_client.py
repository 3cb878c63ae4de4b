"""The HTTP client with which commands and the kit read from a server."""

from __future__ import annotations

from typing import Any

import httpx


class Client(httpx.Client):
    """Asks a GET once again when the connection ended before it was answered.

    Each side closes a connection that was idle for long, and a call may be under way just then. What writes is not
    repeated: it may have been carried out.
    """

    def send(self, request: httpx.Request, **how: Any) -> httpx.Response:
        try:
            return super().send(request, **how)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            if request.method not in ("GET", "HEAD"):
                raise
            return super().send(request, **how)
