"""A server in a thread, and its application without a socket: the same state, touched by one loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mock_akeneo.core.settings import Settings
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.seeding.start import fresh
from mock_akeneo.server import CannotStart, Server, listeners

LOCALES = "/api/rest/v1/locales"


@pytest.fixture(scope="module")
def _server() -> Iterator[Server]:
    with Server(Settings(port=0, catalog="minimal")) as server:
        yield server


@pytest.fixture
def server(_server: Server) -> Iterator[Server]:
    yield _server
    _server.call(_server.sandbox.reset)


def bearer(server: Server, sandbox: Sandbox | None = None) -> dict[str, str]:
    sandbox = sandbox or server.sandbox
    connection = next(iter(sandbox.connections.by_code.values()))
    token: str = server.call(sandbox.issue, connection, connection)["access_token"]
    return {"Authorization": f"Bearer {token}"}


def through_asgi(server: Server, headers: dict[str, str], own: Sandbox | None = None) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=server.asgi(own))
    return httpx.AsyncClient(transport=transport, base_url="http://pim.localhost", headers=headers)


def test_the_application_without_a_socket_has_the_state_of_the_port(server: Server) -> None:
    headers = bearer(server)

    async def ask() -> list[httpx.Response]:
        async with through_asgi(server, headers) as api:
            made = await api.post("/api/rest/v1/categories", json={"code": "new"})
            return [made, *await asyncio.gather(*(api.get(LOCALES) for _ in range(20)))]

    made, *lists = asyncio.run(ask())
    assert made.status_code == 201
    assert {answer.status_code for answer in lists} == {200}
    assert lists[0].json()["_links"]["self"]["href"].startswith("http://pim.localhost/")
    with httpx.Client(base_url=server.base_url, headers=headers, trust_env=False) as port:
        assert port.get("/api/rest/v1/categories/new").status_code == 200
    assert len(server.call(server.sandbox.journal.entries)) == 22


def test_what_a_fault_does_to_a_connection_is_an_error_of_httpx(server: Server) -> None:
    headers, seen = bearer(server), []

    async def ask() -> None:
        async with through_asgi(server, headers) as api:
            for kind in ("reset", "truncate", "stall"):
                await api.post("/_mock/v1/faults", json={"operation": "locales.list", "kind": kind, "times": 1})
                try:
                    await api.get(LOCALES)
                except httpx.TransportError as error:
                    seen.append(type(error).__name__)

    asyncio.run(ask())
    assert seen == ["ReadError", "RemoteProtocolError", "ReadTimeout"]


def test_who_gives_up_frees_the_slot(server: Server) -> None:
    headers = bearer(server)
    limit = {"name": "one", "kind": "concurrency", "limit": 1}

    async def ask() -> Any:
        async with through_asgi(server, headers) as api:
            await api.put("/_mock/v1/limits", json=[limit])
            await api.post("/_mock/v1/faults", json={"operation": "locales.list", "kind": "delay", "seconds": 60})
            call = asyncio.create_task(api.get(LOCALES))
            while not await callers(api):
                assert not call.done()
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            return await callers(api)

    async def callers(api: httpx.AsyncClient) -> Any:
        return (await api.get("/_mock/v1/limits/usage")).json()["items"][0]["callers"]

    assert asyncio.run(ask()) == []


def test_an_application_may_belong_to_one_sandbox(server: Server) -> None:
    sandbox, _ = server.call(fresh, server.sandboxes, "own", server.sandbox.catalog)
    mine, foreign = bearer(server, sandbox), bearer(server)

    async def ask(headers: dict[str, str]) -> tuple[int, str]:
        async with through_asgi(server, headers, sandbox) as api:
            answer = await api.get(LOCALES)
            return answer.status_code, (await api.get("/_mock/v1/requests")).json()["items"][-1]["sandbox"]

    assert asyncio.run(ask(mine)) == (200, "own")
    assert asyncio.run(ask(foreign)) == (401, "own")
    server.call(server.sandboxes.delete, "own")


def _has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


ipv6 = pytest.mark.skipif(not _has_ipv6(), reason="this machine has no ::1")


@ipv6
@pytest.mark.parametrize("host", ["localhost", "pim.localhost"])
def test_localhost_is_both_of_its_addresses_on_one_port(host: str) -> None:
    with Server(Settings(host=host, port=0, catalog="minimal")) as server:
        assert server.base_url == f"http://{host}:{server.port}"
        with httpx.Client(headers=bearer(server), trust_env=False) as http:
            for address in ("127.0.0.1", "[::1]"):
                assert http.get(f"http://{address}:{server.port}{LOCALES}").status_code == 200
            # So are the ports of its sandboxes.
            made = http.post(
                f"http://127.0.0.1:{server.port}/_mock/v1/sandboxes", json={"port": 0, "name": "own"}
            ).json()
            port = made["base_url"].rpartition(":")[2]
            for address in ("127.0.0.1", "[::1]"):
                assert http.get(f"http://{address}:{port}/_mock/v1/health").status_code == 200
            assert http.delete(f"http://127.0.0.1:{server.port}/_mock/v1/sandboxes/own").status_code == 204
            for address in ("127.0.0.1", "[::1]"):
                with pytest.raises(httpx.ConnectError):  # a client of its own: the other still has a connection
                    httpx.get(f"http://{address}:{port}/_mock/v1/health", trust_env=False)


@ipv6
def test_localhost_does_without_a_port_that_is_taken_on_one_address_only() -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match=rf"^cannot listen on \[::1\]:{port}: Address already in use; choose"):
            listeners("localhost", port)
        free = listeners("localhost", 0)
        assert len({one.getsockname()[1] for one in free} - {port}) == 1
        for one in free:
            one.close()


def test_localhost_without_ipv6_is_its_one_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mock_akeneo.server._LOCALHOST", ("127.0.0.1", "2001:db8::1"))
    [only] = listeners("localhost", 0)
    assert only.getsockname()[0] == "127.0.0.1"
    only.close()


@pytest.mark.parametrize("host", ["", "..", "two words", "nowhere.invalid", "203.0.113.7", "fe80::1"])
def test_a_host_that_is_none_of_this_machine_is_told(host: str) -> None:
    with pytest.raises(CannotStart, match=r": it is no address of this machine; choose another --host$"):
        listeners(host, 0)
