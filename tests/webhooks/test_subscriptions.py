"""Where events may be sent."""

from __future__ import annotations

import pytest

from mock_akeneo.webhooks.subscriptions import checked_url


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000/x", "https://localhost/", "http://[::1]:1/", "http://hooks.localhost/a?b=c"]
)
def test_this_machine_is_told_by_default(url: str) -> None:
    assert checked_url(url, allow_remote=False) == url


@pytest.mark.parametrize("url", ["http://example.com/", "http://10.0.0.1/", "http://localhost.example.com/"])
def test_another_machine_is_told_only_when_that_is_allowed(url: str) -> None:
    with pytest.raises(ValueError, match='is another machine: give "allow_remote": true'):
        checked_url(url, allow_remote=False)
    assert checked_url(url, allow_remote=True) == url


@pytest.mark.parametrize(
    "url",
    [
        *("", "localhost:8000", "ftp://localhost/", "http://", "http://[::1", "/path", "http://localhost:99999/"),
        *(f"http://localhost/a{blank}b" for blank in ("\r\n", "\n", "\t", " ", "\0", "\x7f")),
        "http://local\0host/",
    ],
)
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="is no URL"):
        checked_url(url, allow_remote=True)


def test_a_url_has_255_characters_at_most() -> None:
    with pytest.raises(ValueError, match=r"This value is too long\. It should have 255 characters or less\."):
        checked_url("http://localhost/" + "x" * 239, allow_remote=False)
