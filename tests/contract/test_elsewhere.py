from __future__ import annotations

import httpx

from mock_akeneo.contract.elsewhere import Elsewhere


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
