"""Scheme and host of the links."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_akeneo.rest.addresses import Addresses

SOCKET = {"scheme": "http", "server": ("127.0.0.1", 8080)}


def address(**headers: str) -> str:
    """The address of a call with these headers (`x_forwarded_host` for `X-Forwarded-Host`)."""
    raw = {name.replace("_", "-").encode(): value.encode("latin-1") for name, value in headers.items()}
    return Addresses().of(SOCKET, raw).decode()


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"host": "pim.example:8000"}, "http://pim.example:8000"),
        ({"host": "PIM.Example"}, "http://pim.example"),
        ({"host": "pim.example:80"}, "http://pim.example"),
        ({"host": "[::1]:8080"}, "http://[::1]:8080"),
        ({"host": "my_pim"}, "http://my_pim"),
        ({}, "http://127.0.0.1:8080"),
        ({"host": ""}, "http://127.0.0.1:8080"),
        ({"host": 'evil"><script>'}, "http://127.0.0.1:8080"),
        ({"host": "a b"}, "http://127.0.0.1:8080"),
        ({"host": "x" * 300}, "http://127.0.0.1:8080"),
        ({"host": "user@pim"}, "http://127.0.0.1:8080"),
        ({"host": "pim:99x"}, "http://127.0.0.1:8080"),
        ({"host": "pim:8000", "x_forwarded_proto": "https"}, "https://pim:8000"),
        ({"host": "pim:8000", "x_forwarded_proto": "HTTPS, http"}, "https://pim:8000"),
        ({"host": "pim:8000", "x_forwarded_proto": "gopher"}, "http://pim:8000"),
        ({"host": "pim:8000", "x_forwarded_host": "shop.example"}, "http://shop.example"),
        ({"host": "pim", "x_forwarded_host": "a.example:81, b.example"}, "http://a.example:81"),
        ({"host": "pim", "x_forwarded_host": "<x>"}, "http://pim"),
        ({"host": "pim", "x_forwarded_proto": "https", "x_forwarded_port": "443"}, "https://pim"),
        ({"host": "pim", "x_forwarded_proto": "https", "x_forwarded_port": "8443"}, "https://pim:8443"),
        ({"host": "pim", "x_forwarded_port": "no"}, "http://pim"),
        ({"host": "pim", "forwarded": 'for=1.2.3.4;host="shop.example:8443";proto=https'}, "https://shop.example:8443"),
        ({"host": "pim", "forwarded": "proto=https;host=a.example, proto=http;host=b.example"}, "https://a.example"),
        ({"host": "pim", "forwarded": "secret"}, "http://pim"),
    ],
)
def test_links_lead_to_where_the_client_asked(headers: dict[str, str], expected: str) -> None:
    assert address(**headers) == expected


def test_a_public_url_wins_over_all_headers() -> None:
    addresses = Addresses("https://pim.example/akeneo/")
    assert addresses.of(SOCKET, {b"host": b"other", b"x-forwarded-host": b"third"}) == b"https://pim.example/akeneo"


def test_a_server_on_a_unix_socket_is_localhost() -> None:
    assert Addresses().of({"scheme": "http", "server": ("/run/pim.sock", None)}, {}) == b"http://localhost"


def test_a_server_on_ipv6_is_told_in_brackets() -> None:
    assert Addresses().of({"scheme": "http", "server": ("::1", 8080)}, {}) == b"http://[::1]:8080"


NAMES = ("host", "x-forwarded-proto", "x-forwarded-host", "x-forwarded-port", "forwarded")


@given(st.dictionaries(st.sampled_from([name.encode() for name in NAMES]), st.binary()))
def test_whatever_the_headers_hold_the_address_is_one(headers: dict[bytes, bytes]) -> None:
    addresses = Addresses()
    found = addresses.of(SOCKET, headers)
    assert re.fullmatch(rb"https?://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?", found)
    assert addresses.of(SOCKET, headers) == found
