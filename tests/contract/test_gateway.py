from __future__ import annotations

import ssl
from collections.abc import Iterator

import httpx
import pytest

from mock_akeneo.contract.gateway import CERTIFICATE, Gateway
from tests.webhooks.receiver import Receiver


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    gateway = Gateway()
    with Receiver() as pim:
        pim.status = 201
        url = httpx.URL(pim.url)
        gateway.start((url.host, url.port or 80))
        yield gateway
        gateway.stop()


def test_what_comes_with_tls_is_forwarded(gateway: Gateway) -> None:
    with httpx.Client(verify=ssl.create_default_context(cafile=CERTIFICATE)) as client:
        for _ in range(2):
            assert client.post(f"https://{gateway.address}/a?b=1", content=b'{"events": []}').status_code == 201
    assert gateway.in_the_clear == []


def test_what_comes_without_is_noted_and_goes_no_further(gateway: Gateway) -> None:
    answer = httpx.post(f"http://{gateway.address}/a?b=1", headers={"Authorization": "Bearer x"})
    assert answer.status_code == 404
    assert gateway.in_the_clear == [{"method": "POST", "path": "/a?b=1", "authorized": True}]
