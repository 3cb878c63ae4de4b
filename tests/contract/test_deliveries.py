from __future__ import annotations

import hmac
import json
from datetime import UTC, datetime

from mock_akeneo.contract.deliveries import FORGED, deliveries
from mock_akeneo.core.json_types import Json
from tests.contract.journal import SHOP, catalog, product

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
