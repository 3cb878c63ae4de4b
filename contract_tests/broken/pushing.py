"""What goes wrong on the way to the PIM."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from mock_akeneo.contract.connector import ConnectorSettings
from mock_akeneo.contract.reference import AkeneoError, ReferenceConnector


def sends_everything_at_once(settings: ConnectorSettings) -> ReferenceConnector:
    """And halves what is answered 413."""
    connector = ReferenceConnector(settings)
    connector.batch = 100_000
    return connector


class Takes200ForStored(ReferenceConnector):
    def push_batch(self, batch: Iterable[dict[str, Any]]) -> list[tuple[str, str | None]]:
        return [(identifier, None) for identifier, _ in super().push_batch(batch)]


def takes_200_for_stored(settings: ConnectorSettings) -> ReferenceConnector:
    return Takes200ForStored(settings)


class ForgetsTheLastBatch(ReferenceConnector):
    def push(self, products: list[dict[str, Any]]) -> dict[str, Any]:
        whole = len(products) // self.batch * self.batch
        report = super().push(products[:whole])
        report["accepted"] += [product["identifier"] for product in products[whole:]]
        return report


def forgets_the_last_batch(settings: ConnectorSettings) -> ReferenceConnector:
    return ForgetsTheLastBatch(settings)


class KeepsSilentAboutRefusals(ReferenceConnector):
    def push(self, products: list[dict[str, Any]]) -> dict[str, Any]:
        return {**super().push(products), "refused": []}


def keeps_silent_about_refusals(settings: ConnectorSettings) -> ReferenceConnector:
    return KeepsSilentAboutRefusals(settings)


class DeletesBeforeItWrites(ReferenceConnector):
    def push_batch(self, batch: Iterable[dict[str, Any]]) -> list[tuple[str, str | None]]:
        products = list(batch)
        for product in products:
            url = f"/api/rest/v1/products/{quote(product['identifier'], safe='')}"
            with suppress(AkeneoError):  # new ones are not there
                self.client.authorized(self.client.http.build_request("DELETE", url))
        return super().push_batch(products)


def deletes_before_it_writes(settings: ConnectorSettings) -> ReferenceConnector:
    return DeletesBeforeItWrites(settings)


class TriesRefusedLinesAgain(ReferenceConnector):
    def push_batch(self, batch: Iterable[dict[str, Any]]) -> list[tuple[str, str | None]]:
        products = list(batch)
        results = dict(super().push_batch(products))
        again = [product for product in products if results[product["identifier"]]]
        return list((results | dict(super().push_batch(again) if again else ())).items())


def sends_refused_lines_again(settings: ConnectorSettings) -> ReferenceConnector:
    return TriesRefusedLinesAgain(settings)


class LeavesOutTheRefused(ReferenceConnector):
    """Sends the whole batch again without the lines that were refused, to be sure of the others."""

    def push_batch(self, batch: Iterable[dict[str, Any]]) -> list[tuple[str, str | None]]:
        products = list(batch)
        results = dict(super().push_batch(products))
        taken = [product for product in products if not results[product["identifier"]]]
        if len(taken) < len(products):
            super().push_batch(taken)
        return list(results.items())


def sends_accepted_lines_again(settings: ConnectorSettings) -> ReferenceConnector:
    return LeavesOutTheRefused(settings)


class LooksForWhatItWrote(ReferenceConnector):
    """Believes a list, which lags behind, more than the answer."""

    def push_batch(self, batch: Iterable[dict[str, Any]]) -> list[tuple[str, str | None]]:
        results = super().push_batch(batch)
        written = [identifier for identifier, message in results if message is None]
        search = json.dumps({"identifier": [{"operator": "IN", "value": written}]})
        page = self.client.get("/api/rest/v1/products", {"limit": "100", "search": search})
        found = {product["identifier"] for product in page["_embedded"]["items"]}
        return [(identifier, message if identifier in found else "not found") for identifier, message in results]


def believes_a_list_that_lags(settings: ConnectorSettings) -> ReferenceConnector:
    return LooksForWhatItWrote(settings)


def forgets_what_it_sent(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(replace(settings, state_folder=""))


class KeepsTheOrder(ReferenceConnector):
    """Writes batch after batch in the order in which it was given them."""

    def push(self, products: list[dict[str, Any]]) -> dict[str, Any]:
        parts = [products[at : at + self.batch] for at in range(0, len(products), self.batch)]
        results = [result for part in parts for result in self.push_batch(part)]
        return {
            "accepted": [identifier for identifier, message in results if message is None],
            "refused": [{"identifier": i, "message": message} for i, message in results if message is not None],
        }


def writes_in_the_order_given(settings: ConnectorSettings) -> ReferenceConnector:
    return KeepsTheOrder(settings)


BROKEN = {
    "forgets_what_it_sent": ("PUSH-07", "pushed-again"),
    "writes_in_the_order_given": ("PUSH-08", "associated-products"),
    "sends_refused_lines_again": ("PUSH-05", "refused-lines"),
    "sends_accepted_lines_again": ("PUSH-06", "refused-lines"),
    "believes_a_list_that_lags": ("PUSH-02", "index-lag"),
    "sends_everything_at_once": ("PUSH-01", "calm"),
    "forgets_the_last_batch": ("PUSH-02", "calm"),
    "takes_200_for_stored": ("PUSH-03", "refused-lines"),
    "keeps_silent_about_refusals": ("PUSH-03", "refused-lines"),
    "deletes_before_it_writes": ("PUSH-04", "calm"),
}
