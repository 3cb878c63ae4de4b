"""The ceiling: a bare uvicorn app that answers constant bytes, whatever it is asked.

`PUT` tells it which: the body is the answer's body, the header `x-answer` its status and headers as JSON
`{"status": 200, "headers": [["content-type", "application/json"]]}`.
"""

from __future__ import annotations

import socket
from typing import Any

import orjson
import uvicorn

_start: dict[str, Any] = {"type": "http.response.start", "status": 200, "headers": []}
_body: dict[str, Any] = {"type": "http.response.body", "body": b""}


async def app(scope: Any, receive: Any, send: Any) -> None:
    method = scope["method"]
    if method != "GET":
        parts = [message := await receive()]
        while message.get("more_body"):
            parts.append(message := await receive())
        if method == "PUT":
            answer = orjson.loads(dict(scope["headers"])[b"x-answer"])
            headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer["headers"]]
            _start.update(status=answer["status"], headers=headers)
            _body.update(body=b"".join(part.get("body", b"") for part in parts))
    await send(_start)
    await send(_body)


def main() -> None:
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    print(orjson.dumps({"base_url": f"http://127.0.0.1:{listener.getsockname()[1]}"}).decode(), flush=True)
    config = uvicorn.Config(app, loop="uvloop", http="httptools", lifespan="off", access_log=False)
    config.log_level = "warning"
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
