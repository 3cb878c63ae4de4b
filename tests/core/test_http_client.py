"""The client of commands and of the kit, when a connection ends under a call."""

from __future__ import annotations

import socket
import threading

import httpx
import pytest

from mock_akeneo.core.http_client import Client

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def closing(times: int) -> tuple[str, list[bytes]]:
    """A server that answers once on its first connection, and whose connections end so often under a call."""
    listening = socket.create_server(("127.0.0.1", 0))
    asked: list[bytes] = []

    def serve() -> None:
        with listening:
            for number in range(times + 1):
                connection, _ = listening.accept()
                with connection:
                    asked.append(connection.recv(65536))
                    if number == times:
                        connection.sendall(ANSWER)

    threading.Thread(target=serve, daemon=True).start()
    return f"http://127.0.0.1:{listening.getsockname()[1]}", asked


def test_a_get_is_asked_again_once() -> None:
    url, asked = closing(1)
    with Client(base_url=url, trust_env=False) as client:
        assert client.get("/").text == "ok"
    assert len(asked) == 2


def test_it_is_not_asked_for_ever() -> None:
    url, _ = closing(2)
    with Client(base_url=url, trust_env=False) as client, pytest.raises(httpx.RemoteProtocolError):
        client.get("/")


def test_what_writes_is_not_repeated() -> None:
    url, asked = closing(1)
    with Client(base_url=url, trust_env=False) as client, pytest.raises(httpx.RemoteProtocolError):
        client.post("/", content=b"x")
    assert len(asked) == 1
