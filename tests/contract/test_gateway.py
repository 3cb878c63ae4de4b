from __future__ import annotations

import ssl
from collections.abc import Iterator

import httpx
import pytest

from mock_akeneo.contract.gateway import CERTIFICATE, Gateway
from tests.webhooks.receiver import Receiver


@pytest.fixture
def pim() -> Iterator[Receiver]:
    with Receiver() as pim:
        pim.status = 201
        yield pim


@pytest.fixture
def gateway(pim: Receiver) -> Iterator[Gateway]:
    gateway, url = Gateway(), httpx.URL(pim.url)
    gateway.start((url.host, url.port or 80))
    yield gateway
    gateway.stop()


def test_what_comes_with_tls_is_forwarded(gateway: Gateway, pim: Receiver) -> None:
    with httpx.Client(verify=ssl.create_default_context(cafile=CERTIFICATE)) as client:
        # What is iterated over goes in chunks.
        for body in (b"one", iter([b"t", b"wo"]), b"three"):
            assert client.post(f"https://{gateway.address}/a?b=1", content=body).status_code == 201
    assert [pim.next().body for _ in range(3)] == [b"one", b"two", b"three"]
    assert gateway.in_the_clear == []


def test_what_comes_without_is_noted_and_goes_no_further(gateway: Gateway) -> None:
    answer = httpx.post(f"http://{gateway.address}/a?b=1", headers={"Authorization": "Bearer x"})
    assert answer.status_code == 404
    assert gateway.in_the_clear == [{"method": "POST", "path": "/a?b=1", "authorized": True}]
