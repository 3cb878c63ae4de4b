"""What goes wrong on the way from the PIM."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from mock_akeneo.contract.connector import ConnectorSettings
from mock_akeneo.contract.reference import OVERLAP, AkeneoError, Client, ReferenceConnector


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


class CountsPages(ReferenceConnector):
    """By number, which moves when something is deleted."""

    def pull(self, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        number = 1
        while items := self.page(number):
            yield from items
            number += 1

    def page(self, number: int) -> list[dict[str, Any]]:
        params = {"page": str(number), "limit": "100"}
        items: list[dict[str, Any]] = self.client.get("/api/rest/v1/products-uuid", params)["_embedded"]["items"]
        return items


def counts_pages(settings: ConnectorSettings) -> ReferenceConnector:
    return CountsPages(settings)


class ForgetsSince(ReferenceConnector):
    def pull(self, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        return super().pull()


def pulls_everything_again(settings: ConnectorSettings) -> ReferenceConnector:
    return ForgetsSince(settings)


class MissesWhatIsNew(ReferenceConnector):
    """Takes what was created as already there."""

    def pull(self, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        for product in super().pull(since):
            if since is None or datetime.fromisoformat(product["created"]) < since:
                yield product


def misses_what_is_new(settings: ConnectorSettings) -> ReferenceConnector:
    return MissesWhatIsNew(settings)


class AsksWithoutOverlap(ReferenceConnector):
    def pull(self, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        return super().pull(since + OVERLAP if since else None)


def asks_without_overlap(settings: ConnectorSettings) -> ReferenceConnector:
    return AsksWithoutOverlap(settings)


class LooksAtTheFirstItem(Client):
    """Logs where each page begins, though a page may be empty."""

    def get(self, url: str, params: dict[str, str] | None = None) -> Any:
        page = super().get(url, params)
        print("a page from", page["_embedded"]["items"][0]["uuid"])
        return page


def falls_over_an_empty_page(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, LooksAtTheFirstItem(settings))


class AsksForShortPages(Client):
    def get(self, url: str, params: dict[str, str] | None = None) -> Any:
        return super().get(url, params and {**params, "limit": "10"})


def asks_for_pages_of_ten(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, AsksForShortPages(settings))


class KeepsByIdentifier(ReferenceConnector):
    def pull(self, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        yield from {sku_of(product): product for product in super().pull(since)}.values()


def sku_of(product: dict[str, Any]) -> str | None:
    """The identifier, which the list by uuid holds as a value."""
    values = product["values"].get("sku", ())
    return values[0]["data"] if values else None


def keeps_products_by_identifier(settings: ConnectorSettings) -> ReferenceConnector:
    return KeepsByIdentifier(settings)


class CountsPagesToTheWall(CountsPages):
    """Takes the page that is refused for the one behind the last."""

    def page(self, number: int) -> list[dict[str, Any]]:
        try:
            return super().page(number)
        except AkeneoError:
            return []


def ends_at_10000_products(settings: ConnectorSettings) -> ReferenceConnector:
    return CountsPagesToTheWall(settings)


class SkipsWhatItWrote(ReferenceConnector):
    """So that its own changes do not come back as changes."""

    def pull(self, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        file = Path(self.settings.state_folder, "pushed.json")
        own = json.loads(file.read_text()) if file.exists() else {}
        yield from (product for product in super().pull(since) if sku_of(product) not in own)


def skips_what_it_wrote(settings: ConnectorSettings) -> ReferenceConnector:
    return SkipsWhatItWrote(settings)


class ForgetsTheRoot(ReferenceConnector):
    """Takes the direct parent for the root: what a root holds above another model is lost."""

    def pull(self, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        kept: dict[str, set[str] | None] = {}
        for product in super().pull(since):
            parent = product["parent"]
            if parent is not None:
                if parent not in kept:
                    kept[parent] = self.below_the_root(product["family"], parent)
                if (attributes := kept[parent]) is not None:
                    product["values"] = {code: v for code, v in product["values"].items() if code in attributes}
            yield product

    def below_the_root(self, family: str, parent: str) -> set[str] | None:
        """The attributes of a variant and of a model below a root; None where the parent is the root."""
        model = self.client.get(f"/api/rest/v1/product-models/{quote(parent, safe='')}")
        if model["parent"] is None:
            return None
        variant = self.client.get(f"/api/rest/v1/families/{family}/variants/{model['family_variant']}")
        return {code for each in variant["variant_attribute_sets"] for code in each["attributes"]}


def forgets_the_values_of_the_root(settings: ConnectorSettings) -> ReferenceConnector:
    return ForgetsTheRoot(settings)


BROKEN = {
    "forgets_the_values_of_the_root": ("PULL-02", "calm"),
    "asks_for_pages_of_ten": ("PULL-07", "calm"),
    "keeps_products_by_identifier": ("PULL-08", "without-identifier"),
    "ends_at_10000_products": ("PULL-09", "10001-products"),
    "skips_what_it_wrote": ("PULL-10", "round-trip"),
    "counts_pages": ("PULL-03", "drift"),
    "pulls_everything_again": ("PULL-04", "delta"),
    "misses_what_is_new": ("PULL-04", "delta"),
    "asks_without_overlap": ("PULL-05", "delta"),
    "falls_over_an_empty_page": ("PULL-06", "0-products"),
    "reads_only_the_first_page": ("PULL-01", "calm"),
    "hands_over_a_product_twice": ("PULL-01", "calm"),
    "forgets_the_channel_of_a_value": ("PULL-02", "calm"),
}
