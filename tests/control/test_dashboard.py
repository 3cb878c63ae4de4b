"""The page of the dashboard: whole in itself, and held to that by its policy."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

import httpx

from mock_akeneo.app import create_app
from mock_akeneo.control.routes import TABLE
from mock_akeneo.core.settings import Settings
from tests.asgi import AsgiTransport

PATH = "/_mock/"


def test_the_policy_allows_the_page_itself_and_nothing_else(api: httpx.Client) -> None:
    page = api.get(PATH)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    digests = {
        tag: b64encode(sha256(re.findall(f"<{tag}>(.*?)</{tag}>", page.text, re.DOTALL)[0].encode()).digest()).decode()
        for tag in ("script", "style")
    }
    assert page.headers["Content-Security-Policy"].split("; ") == [
        "default-src 'none'",
        f"script-src 'sha256-{digests['script']}'",
        f"style-src 'sha256-{digests['style']}'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]


def test_the_page_asks_for_nothing_from_elsewhere_and_reads_no_text_as_html(api: httpx.Client) -> None:
    text = api.get(PATH).text
    assert not re.findall(
        r"""(?:src|href)\s*=|@import|url\(|https?://|innerHTML|insertAdjacent|document\.write| on\w+=""", text
    )
    assert not re.findall(r"method:\s*[\"'](?!GET)", text)
    # All that it asks for is there.
    asked = set(re.findall(r'"(/[a-z/.]+)"', text)) - {"/_mock/v1"}
    known = {way.path for way in TABLE if way.method == "GET"} | {"/requests/"}
    assert asked
    assert asked <= known


def test_the_way_to_the_page_is_short(api: httpx.Client) -> None:
    assert api.get("/_mock").headers["Location"] == "http://localhost/_mock/"


def test_off_loopback_the_page_is_open_and_what_it_shows_is_not() -> None:
    app = create_app(Settings(catalog="minimal", host="0.0.0.0", admin_token="sesame"))
    with httpx.Client(transport=AsgiTransport(app), base_url="http://pim.example") as far:
        assert far.get(PATH).status_code == 200
        assert far.get("/_mock/v1/sandboxes").status_code == 401
