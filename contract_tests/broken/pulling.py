"""What goes wrong on the way from the PIM."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from mock_akeneo.contract.connector import ConnectorSettings
from mock_akeneo.contract.reference import Client, ReferenceConnector


class ReadsOnePage(Client):
    def get(self, url: str, params: dict[str, str] | None = None) -> Any:
        return {**super().get(url, params), "_links": {}}


def reads_only_the_first_page(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, ReadsOnePage(settings))


class HandsOverThePageAgain(ReferenceConnector):
    def pull(self, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        for number, product in enumerate(super().pull(since)):
            yield product
            if number == 99:
                yield product


def hands_over_a_product_twice(settings: ConnectorSettings) -> ReferenceConnector:
    return HandsOverThePageAgain(settings)


class ForgetsTheChannel(ReferenceConnector):
    def pull(self, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        for product in super().pull(since):
            for values in product["values"].values():
                for value in values:
                    value["scope"] = None
            yield product


def forgets_the_channel_of_a_value(settings: ConnectorSettings) -> ReferenceConnector:
    return ForgetsTheChannel(settings)


BROKEN = {
    "reads_only_the_first_page": ("PULL-01", "calm"),
    "hands_over_a_product_twice": ("PULL-01", "calm"),
    "forgets_the_channel_of_a_value": ("PULL-02", "calm"),
}
