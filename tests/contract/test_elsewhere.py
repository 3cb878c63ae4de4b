from __future__ import annotations

import httpx
import pytest

from mock_akeneo.contract.elsewhere import UNTRUSTED, Elsewhere


def test_what_arrives_is_noted_with_whether_it_carries_a_token() -> None:
    elsewhere = Elsewhere()
    elsewhere.start()
    try:
        assert httpx.get(f"{elsewhere.url}/a?b=1").status_code == 404
        assert httpx.patch(f"{elsewhere.url}/c", headers={"Authorization": "Bearer x"}).status_code == 404
    finally:
        elsewhere.stop()
    assert elsewhere.calls == [
        {"method": "GET", "path": "/a?b=1", "authorized": False},
        {"method": "PATCH", "path": "/c", "authorized": True},
    ]


def test_a_certificate_that_is_not_trusted_is_declined_before_anything_is_sent() -> None:
    elsewhere = Elsewhere(UNTRUSTED)
    elsewhere.start()
    try:
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            httpx.get(f"{elsewhere.url}/a")
        assert (elsewhere.declined(), elsewhere.calls) == (1, [])
        with httpx.Client(verify=False) as careless:
            assert careless.get(f"{elsewhere.url}/b").status_code == 404
        assert elsewhere.declined() == 1
    finally:
        elsewhere.stop()
    assert elsewhere.calls == [{"method": "GET", "path": "/b", "authorized": False}]
