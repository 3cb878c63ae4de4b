"""On loopback nobody else's web page is answered: over real sockets, since what comes by none always is."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import httpx
import orjson
import pytest

from mock_akeneo.app import App
from mock_akeneo.core.settings import Settings
from mock_akeneo.server import Server
from tests.asgi import AsgiTransport

CLOCK = "/_mock/v1/clock"
ROOT = "/api/rest/v1"
TOKEN = "/api/oauth/v1/token"
# Every place that something is answered at.
PATHS = (ROOT, f"{ROOT}/products", TOKEN, CLOCK, "/_mock/", "/openapi.json", "/", "/connect/apps/v1/authorize")

OURS = (
    "localhost", "LOCALHOST:8080", "localhost.", "shop.localhost:1", "127.0.0.1", "127.0.0.1:8080", "127.1", "10.0.0.1",
    "8.8.8.8:80", "2130706433", "0x7f.1", "[::1]", "[::1]:8080", "[::ffff:127.0.0.1]", "[fe80::1%25eth0]:1", "mock",
    "mock_akeneo:8080", "host.docker.internal", "Host.Docker.Internal.:8080", "pim.test", "",
)  # fmt: skip
THEIRS = (
    "evil.example", "evil.example:8080", "evil.example.", "localhost.evil.example", "127.0.0.1.evil.example",
    "internal.evil.example", "evilinternal.com", "xlocalhost.com", "test.com", "[::1", "::1", "[evil]",
    "evil.example/x", "a@evil.example", "evil.example:80:80", "1.2.3.4.example", "b\xfccher.example",
    "evil.example, localhost",
)  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(Settings(port=0, catalog="minimal")) as running:
        yield running


def ask(server: Server, *lines: str, method: str = "GET", path: str = ROOT, version: str = "1.1") -> tuple[int, Any]:
    """Status and body of a call with just these lines of a head."""
    head = "\r\n".join([f"{method} {path} HTTP/{version}", *lines, "Connection: close", "", ""])
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as sock:
        sock.sendall(head.encode("latin-1"))
        answer = b"".join(iter(lambda: sock.recv(65536), b""))
    head, _, body = answer.decode("utf-8", "replace").partition("\r\n\r\n")
    return int(head.split()[1]), orjson.loads(body) if body.startswith("{") else body


@pytest.mark.parametrize("host", OURS)
def test_a_name_that_is_nobody_elses_is_answered(server: Server, host: str) -> None:
    assert ask(server, f"Host: {host}")[0] == 200
    assert ask(server, f"Host: {host}", path=CLOCK)[0] == 200


@pytest.mark.parametrize("host", THEIRS)
def test_a_name_that_may_be_somebody_elses_is_refused_by_the_api_and_the_control_plane(
    server: Server, host: str
) -> None:
    """A page whose name was made to lead to this machine (DNS rebinding) can read nothing."""
    status, told = ask(server, f"Host: {host}")
    assert (status, told["code"]) == (403, 403)
    assert told["message"].startswith(f'this server does not go by the name "{host}": if it is yours, start the server')
    assert "--allowed-host" in told["message"]
    status, told = ask(server, f"Host: {host}", path=CLOCK)
    assert (status, told["title"], told["status"]) == (403, "Forbidden", 403)
    assert "--allowed-host" in told["detail"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "DELETE"])
def test_it_is_refused_everywhere(server: Server, path: str, method: str) -> None:
    empty = "Content-Length: 0"
    assert ask(server, "Host: evil.example:8080", empty, method=method, path=path)[0] == 403
    assert ask(server, "Host: localhost", "Origin: http://evil.example", empty, method=method, path=path)[0] == 403
    assert ask(server, "Host: localhost", empty, method=method, path=path)[0] != 403


def test_the_cure_names_the_host_without_its_port(server: Server) -> None:
    assert ask(server, "Host: Evil.Example:8080")[1] == {
        "code": 403,
        "message": 'this server does not go by the name "Evil.Example:8080": if it is yours, start the server with '
        "--allowed-host Evil.Example",
    }
    assert ask(server, "Host: localhost", "Origin: https://evil.example:1")[1]["message"] == (
        'web pages of "https://evil.example:1" are not answered: if they are yours, start the server with '
        "--allowed-host evil.example"
    )


def test_who_tells_no_name_is_answered(server: Server) -> None:
    """HTTP/1.0 has no `Host`; each browser tells one."""
    assert ask(server, version="1.0")[0] == 200
    assert ask(server, "X: y", version="1.0", path=CLOCK)[0] == 200


def test_of_several_names_each_must_be_ours(server: Server) -> None:
    for lines in (["Host: evil.example", "Host: localhost"], ["Host: localhost", "host: evil.example"]):
        assert ask(server, *lines)[0] in (400, 403)


def test_what_stands_in_an_absolute_target_does_not_count(server: Server) -> None:
    """A browser writes one to a proxy only; what we answer has the name of `Host` in its links."""
    assert ask(server, "Host: evil.example", path=f"http://localhost{ROOT}")[0] == 403
    assert ask(server, "Host: localhost", path=f"http://localhost{ROOT}")[0] == 200


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://localhost:3000", 200),
        ("HTTPS://LocalHost", 200),
        ("http://127.0.0.1:5173", 200),
        ("http://[::1]:3000", 200),
        ("http://host.docker.internal", 200),
        ("moz-extension://c56b3d4e-9b1c-4f0b", 200),
        ("https://evil.example", 403),
        ("http://localhost.evil.example", 403),
        ("http://localhost@evil.example", 403),
        ("http://localhost, https://evil.example", 403),
        ("null", 403),
        ("NULL", 403),
        ("localhost", 403),
        ("http://", 403),
    ],
)
def test_an_origin_is_judged_like_a_name(server: Server, origin: str, status: int) -> None:
    """`null` is what a sandboxed frame, a `data:` and a `file:` page have: anybody's."""
    for site in ([], ["Sec-Fetch-Site: cross-site"], ["Sec-Fetch-Site: same-site"]):
        assert ask(server, "Host: localhost", f"Origin: {origin}", *site)[0] == status
        assert ask(server, "Host: localhost", f"Origin: {origin}", *site, path=CLOCK)[0] == status


@pytest.mark.parametrize(
    ("lines", "path", "method", "refused"),
    [
        (["Sec-Fetch-Site: cross-site"], ROOT, "GET", True),
        (["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image"], CLOCK, "GET", True),
        (["Sec-Fetch-Site: CROSS-SITE"], ROOT, "GET", True),
        (["Sec-Fetch-Site: same-origin"], ROOT, "GET", False),
        (["Sec-Fetch-Site: same-site"], ROOT, "GET", False),
        (["Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate"], "/_mock/", "GET", False),
        (["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"], "/_mock/", "GET", True),
        (["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"], "/connect/apps/v1/authorize", "GET", False),
        (
            ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"],
            "/connect/apps/v1/authorize",
            "GET",
            False,
        ),
        (
            ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe"],
            "/connect/apps/v1/authorize",
            "GET",
            True,
        ),
        (["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: cors"], "/connect/apps/v1/authorize", "GET", True),
        (["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"], "/connect/apps/v1/authorize", "POST", True),
    ],
)
def test_what_a_browser_says_of_where_a_call_comes_from_counts(
    server: Server, lines: list[str], path: str, method: str, refused: bool
) -> None:
    status, _ = ask(server, "Host: localhost", "Content-Length: 0", *lines, path=path, method=method)
    assert (status == 403) is refused


def test_a_refusal_stands_in_the_journal_with_a_hint(server: Server) -> None:
    base = f"{server.base_url}/_mock/v1/requests"
    httpx.delete(base)
    httpx.get(f"{server.base_url}{ROOT}", headers={"Host": "pim.example.com"})
    httpx.post(f"{server.base_url}/_mock/v1/reset", headers={"Origin": "null"}, json={})
    first, second = httpx.get(base).json()["items"]
    assert [(one["method"], one["path"], one["status"], one["sandbox"]) for one in (first, second)] == [
        ("GET", ROOT, 403, "default"),
        ("POST", "/_mock/v1/reset", 403, "default"),
    ]
    assert httpx.get(f"{base}/{first['id']}").json()["hint"] == (
        'This server does not go by the name "pim.example.com": if it is yours, start the server with '
        "--allowed-host pim.example.com; --allowed-host is repeatable, and MOCK_AKENEO_ALLOWED_HOST takes several "
        "with commas."
    )


def test_a_port_of_a_sandbox_is_guarded_too_and_its_own_journal_tells(server: Server) -> None:
    made = httpx.post(f"{server.base_url}/_mock/v1/sandboxes", json={"name": "apart", "port": 0}).json()
    assert httpx.get(f"{made['base_url']}{ROOT}").status_code == 200
    assert httpx.get(f"{made['base_url']}{CLOCK}", headers={"Host": "evil.example"}).status_code == 403
    assert httpx.get(f"{made['base_url']}{ROOT}", headers={"Origin": "http://evil.example"}).status_code == 403
    told = httpx.get(f"{server.base_url}/_mock/v1/requests?sandbox=apart&status=403").json()["items"]
    assert [one["path"] for one in told] == [CLOCK, ROOT]


def test_names_that_the_user_has_given_are_answered_and_no_others() -> None:
    settings = Settings(
        port=0, catalog="minimal", public_url="https://Pim.Example.com/x", allowed_host=("shop.example", "null")
    )
    with Server(settings) as server:
        for host in ("pim.example.com:443", "SHOP.example", "shop.example."):
            assert ask(server, f"Host: {host}")[0] == 200
            assert ask(server, "Host: localhost", f"Origin: https://{host}", "Sec-Fetch-Site: cross-site")[0] == 200
        assert ask(server, "Host: localhost", "Origin: null")[0] == 200
        for host in ("example.com", "x.shop.example", "shop.example.evil.com"):
            assert ask(server, f"Host: {host}")[0] == 403


def test_a_server_for_other_machines_is_not_guarded_so() -> None:
    with Server(Settings(host="0.0.0.0", port=0, catalog="minimal", admin_token="t")) as server:
        lines = ["Host: evil.example", "Origin: null", "Sec-Fetch-Site: cross-site"]
        assert ask(server, *lines)[0] == 200
        assert ask(server, *lines, "Authorization: Bearer t", path=CLOCK)[0] == 200
        assert ask(server, *lines, path=CLOCK)[0] == 401


def test_what_comes_by_no_socket_is_not_guarded(pim: App, server: Server) -> None:
    lines = {"Host": "evil.example", "Origin": "null", "Sec-Fetch-Site": "cross-site"}
    for app in (pim, pim.of(pim.sandboxes.default), server.asgi(), server.asgi(server.sandbox)):
        with httpx.Client(transport=AsgiTransport(app), base_url="http://evil.example", headers=lines) as api:
            assert [api.get(path).status_code for path in (ROOT, CLOCK, "/openapi.json")] == [200, 200, 200]


@pytest.mark.parametrize("kept", [b"Host: localhost", b"Host: evil.example"])
def test_the_same_lines_are_judged_alike_each_time(server: Server, kept: bytes) -> None:
    """Heads that are sent again are read once only."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as sock:
        for _ in range(3):
            sock.sendall(b"GET %b HTTP/1.1\r\n%b\r\n\r\n" % (ROOT.encode(), kept))
            assert sock.recv(65536).split()[1] == (b"200" if b"localhost" in kept else b"403")
