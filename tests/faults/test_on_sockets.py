"""Faults as a socket feels them."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

import httpx
import pytest

from mock_akeneo.core.clock import monotonic
from tests.faults.kit import LINES, LOCALES, PRODUCTS, Pim, running_pim


def test_a_reset_is_a_reset_of_tcp_and_nothing_was_carried_out(on_socket: Pim) -> None:
    on_socket.plan("products.create", "reset")
    with pytest.raises(httpx.ReadError, match="reset by peer"):
        on_socket.api.post(PRODUCTS, json={"identifier": "a"})
    assert on_socket.api.get(f"{PRODUCTS}/a").status_code == 404
    lost, _ = on_socket.journal
    assert (lost["fault"], lost["status"], lost["response_bytes"], lost["nth"]) == ("reset", None, 0, 1)


def test_a_reset_after_apply_loses_the_answer_of_a_write_that_is_there(on_socket: Pim) -> None:
    on_socket.plan("products.update_list", "reset_after_apply")
    with pytest.raises(httpx.ReadError, match="reset by peer"):
        on_socket.api.patch(PRODUCTS, content=b'{"identifier":"a"}', headers=LINES)
    assert on_socket.api.get(f"{PRODUCTS}/a").status_code == 200
    lost = on_socket.journal[0]
    assert (lost["fault"], lost["status"]) == ("reset_after_apply", None)
    assert [line["status_code"] for line in lost["lines"]] == [201]


def test_the_client_gets_a_rst_and_no_end_of_file(on_socket: Pim) -> None:
    on_socket.plant("locales.list", "reset")
    with on_socket.call_and_go() as sock, pytest.raises(ConnectionResetError):
        sock.recv(1)


@pytest.mark.parametrize(("given", "kept"), [({}, 0.5), ({"bytes": 100}, 100), ({"bytes": 0}, 0)])
def test_a_truncated_body_tells_its_whole_length(on_socket: Pim, given: dict[str, int], kept: float) -> None:
    whole = on_socket.api.get(LOCALES).content
    on_socket.plant("locales.list", "truncate", **given)
    with on_socket.call_and_go() as sock:
        answer = b"".join(iter(lambda: sock.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    # The links of this answer name another host.
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    assert abs(length - len(whole)) < 100
    assert len(body) == (length // 2 if kept == 0.5 else kept)
    assert on_socket.journal[-1]["response_bytes"] == len(body)


def test_httpx_calls_a_truncated_body_a_broken_protocol(on_socket: Pim) -> None:
    on_socket.plant("locales.list", "truncate")
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        on_socket.api.get(LOCALES)


def test_a_dripping_body_comes_in_pieces_and_whole(on_socket: Pim) -> None:
    whole = on_socket.api.get(LOCALES).content
    on_socket.plant("locales.list", "drip", bytes=len(whole) // 4, seconds=0.02)
    before = monotonic()
    assert on_socket.api.get(LOCALES).content == whole
    assert monotonic() - before >= 4 * 0.02
    assert (on_socket.journal[-1]["fault"], on_socket.journal[-1]["status"]) == ("drip", 200)


def test_a_delay_is_waited_for_before_the_call_is_carried_out(on_socket: Pim) -> None:
    on_socket.plant("locales.list", "delay", seconds=0.1)
    before = monotonic()
    assert on_socket.api.get(LOCALES).status_code == 200
    assert monotonic() - before >= 0.1


def test_other_calls_are_answered_in_the_middle_of_a_delay(on_socket: Pim) -> None:
    on_socket.plant("locales.list", "delay", seconds=30)
    with on_socket.call_and_go():
        on_socket.wait_until(lambda: on_socket.sandbox.limiter.in_flight(on_socket.connection) == 1)
        assert on_socket.api.get("/api/rest/v1/currencies").status_code == 200


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("delay", {"seconds": 600}),
        ("stall", {}),
        ("drip", {"bytes": 1, "seconds": 600}),
        ("status", {"status": 504, "seconds": 600}),
    ],
)
def test_who_waits_holds_a_slot_and_frees_it_at_once_when_the_client_goes(
    on_socket: Pim, kind: str, more: dict[str, int]
) -> None:
    on_socket.limit({"kind": "concurrency", "limit": 1})
    on_socket.plant("locales.list", kind, **more)
    sock = on_socket.call_and_go()
    on_socket.wait_until(lambda: on_socket.sandbox.limiter.in_flight(on_socket.connection) == 1)
    assert on_socket.api.get("/api/rest/v1/currencies").status_code == 429
    sock.close()
    on_socket.wait_until(lambda: on_socket.sandbox.limiter.in_flight(on_socket.connection) == 0)
    assert on_socket.api.get("/api/rest/v1/currencies").status_code == 200
    (gone,) = (entry for entry in on_socket.journal if entry["operation"] == "locales.list")
    assert (gone["fault"], gone["client_gone"]) == (kind, True)


def test_a_write_whose_client_went_during_the_delay_is_not_carried_out(on_socket: Pim) -> None:
    on_socket.plan("products.create", {"kind": "delay", "seconds": 600})
    with on_socket.call_and_go(PRODUCTS, {"identifier": "a"}):
        on_socket.wait_until(lambda: on_socket.sandbox.limiter.in_flight(on_socket.connection) == 1)
    on_socket.wait_until(lambda: len(on_socket.sandbox.journal) == 1)
    assert on_socket.api.get(f"{PRODUCTS}/a").status_code == 404


@pytest.mark.parametrize("kind", ["delay", "stall", "status"])
def test_after_apply_the_write_is_there_though_the_client_gave_up(on_socket: Pim, kind: str) -> None:
    more = {"delay": {"seconds": 600}, "stall": {}, "status": {"status": 504, "seconds": 600}}[kind]
    on_socket.plan("products.create", {"kind": kind, "after_apply": True, **more})
    with on_socket.call_and_go(PRODUCTS, {"identifier": "a"}):
        on_socket.wait_until(lambda: len(on_socket.sandbox.catalog["product"]) == 1)
        assert len(on_socket.sandbox.journal) == 0
    assert on_socket.api.get(f"{PRODUCTS}/a").status_code == 200


def test_a_reset_and_an_error_free_the_slot(on_socket: Pim) -> None:
    on_socket.limit({"kind": "concurrency", "limit": 1})
    on_socket.plan("locales.list", "reset", "truncate", "500", "reset_after_apply")
    for _ in range(4):
        with suppress(httpx.TransportError):
            on_socket.api.get(LOCALES)
    assert on_socket.api.get(LOCALES).status_code == 200
    assert on_socket.in_flight() == 0


def test_the_server_stops_though_a_call_is_never_answered() -> None:
    broken: list[httpx.TransportError] = []

    def call(pim: Pim) -> None:
        try:
            httpx.get(pim.server.base_url + LOCALES, headers=pim.headers, timeout=60)
        except httpx.TransportError as error:
            broken.append(error)

    with running_pim() as pim:
        pim.plant("locales.list", "stall")
        client = threading.Thread(target=call, args=(pim,))
        client.start()
        pim.wait_until(lambda: pim.sandbox.limiter.in_flight(pim.connection) == 1)
    assert not pim.server._thread.is_alive()
    client.join(timeout=60)
    assert [type(error) for error in broken] == [httpx.RemoteProtocolError]


@pytest.mark.parametrize(
    ("transport", "kind"),
    [("fast", "stall"), ("fast", "body"), ("plain", "stall"), ("stock", "stall"), ("stock", "body")],
)
def test_a_server_that_stops_meanwhile_logs_no_traceback(
    transport: str, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    with running_pim(transport=transport) as pim:
        if kind == "body":
            sock = socket.create_connection(("127.0.0.1", pim.server.port), timeout=10)
            sock.sendall(f"POST {PRODUCTS} HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n".encode())
            pim.wait_until(lambda: bool(pim.server._server.server_state.tasks))
        else:
            pim.plant("locales.list", kind)
            sock = pim.call_and_go()
            pim.wait_until(lambda: pim.in_flight() == 1)
        # As after SIGTERM: calls have a second, then they are cancelled.
        pim.server._server.should_exit = True
        pim.server._thread.join(timeout=10)
        sock.close()
    assert "Traceback" not in caplog.text
    assert [record for record in caplog.records if record.exc_info] == []


@pytest.mark.parametrize("kind", ["reset", "reset_after_apply", "truncate"])
def test_the_stock_transport_closes_what_it_cannot_reset(kind: str) -> None:
    with running_pim(transport="stock") as pim:
        pim.plan("locales.list", kind)
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
            pim.api.get(LOCALES)
        assert pim.api.get(LOCALES).status_code == 200


def test_the_next_call_on_the_same_connection_is_answered_after_a_fault_with_a_whole_answer(on_socket: Pim) -> None:
    on_socket.plan("locales.list", "503", "malformed_json", "empty", {"kind": "drip", "bytes": 1000, "seconds": 0})
    with on_socket.call_and_go() as sock:
        for _ in range(4):
            while b"\r\n\r\n" not in (answer := sock.recv(65536, socket.MSG_PEEK)):
                pass
            head, _, _ = answer.partition(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            left = len(head) + 4 + length
            while left:
                left -= len(sock.recv(left))
            sock.sendall(
                f"GET {LOCALES} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {on_socket.token}\r\n\r\n".encode()
            )
        assert sock.recv(12) == b"HTTP/1.1 200"


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_without_a_body_has_none(on_socket: Pim, status: int) -> None:
    on_socket.plan("locales.list", {"kind": "status", "status": status})
    with on_socket.call_and_go() as sock:
        answer = sock.recv(65536)
    assert answer.endswith(b"\r\n\r\n")
    assert answer.count(b"\r\n\r\n") == 1
