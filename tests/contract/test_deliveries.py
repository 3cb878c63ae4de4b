from __future__ import annotations

import hmac
import json
import socket
from datetime import UTC, datetime

import pytest

from mock_akeneo.contract import deliveries as module
from mock_akeneo.contract.deliveries import FORGED, Sending, deliveries
from mock_akeneo.core.json_types import Json
from tests.contract.journal import SHOP, catalog, product
from tests.webhooks.receiver import Receiver

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def is_signed(delivery: Json, secret: str) -> bool:
    headers = delivery["headers"]
    text = f"{headers.get('X-Akeneo-Request-Timestamp', '')}.{delivery['body']}"
    right = hmac.new(secret.encode(), text.encode(), "sha256").hexdigest()
    return bool(headers.get("X-Akeneo-Request-Signature") == right)


def test_all_but_the_forged_ones_are_signed() -> None:
    for delivery in deliveries(SHOP, "secret", NOW):
        assert is_signed(delivery, "secret") is (delivery["kind"] not in FORGED)


def test_the_signature_is_that_of_the_raw_bytes_alone() -> None:
    for delivery in deliveries(SHOP, "secret", NOW):
        parsed = json.loads(delivery["body"])
        assert json.dumps(parsed, separators=(",", ":")) != delivery["body"]


def test_the_second_is_the_first_again_and_the_older_one_was_raised_before_the_newer() -> None:
    by_kind = {d["kind"]: json.loads(d["body"])["events"][0] for d in deliveries(SHOP, "secret", NOW)}
    assert by_kind["first"] == by_kind["again"]
    assert by_kind["older"]["event_datetime"] < by_kind["newer"]["event_datetime"]
    assert by_kind["older"]["data"]["resource"]["uuid"] == by_kind["newer"]["data"]["resource"]["uuid"]
    assert by_kind["older"]["data"]["resource"]["values"] != by_kind["newer"]["data"]["resource"]["values"]


def test_a_catalog_without_three_texts_tells_of_nothing() -> None:
    assert deliveries(catalog(product(1), product(2), product(3, values={})), "secret", NOW) == []


def test_deliveries_are_sent_in_their_order_and_byte_for_byte() -> None:
    to_send = deliveries(SHOP, "secret", NOW)
    with Receiver() as receiver:
        receiver.status = 202
        sending = Sending(receiver.url, to_send)
        received = [receiver.next() for _ in to_send]
        sending.wait()
    assert [each.body for each in received] == [each["body"].encode() for each in to_send]
    assert [each.headers.get("X-Akeneo-Request-Signature") for each in received] == [
        each["headers"].get("X-Akeneo-Request-Signature") for each in to_send
    ]
    assert [answer["status"] for answer in sending.answers] == [202] * 7
    assert sending.trouble == ""


def test_an_endpoint_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "OPENS_WITHIN_SECONDS", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/events"
    sending = Sending(url, deliveries(SHOP, "secret", NOW))
    sending.wait()
    assert (sending.answers, sending.trouble) == ([], f"nothing took connections at {url}")


def test_an_endpoint_is_a_url() -> None:
    with pytest.raises(ValueError, match='"localhost:80" is no URL of http or https'):
        Sending("localhost:80", [])
