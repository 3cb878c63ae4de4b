"""What goes wrong on the way to the PIM."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from mock_akeneo.contract.connector import ConnectorSettings
from mock_akeneo.contract.reference import PRODUCT_MODELS, AkeneoError, Client, ReferenceConnector, name, report


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


class WritesModelsAsTheyCome(ReferenceConnector):
    """Knows that models come before variants, and nothing of models below models."""

    def push_models(self, entities: list[dict[str, Any]]) -> dict[str, Any]:
        models = [entity for entity in entities if "code" in entity]
        results = self.in_batches(models, partial(self.written, partial(self.client.patch_lines, PRODUCT_MODELS)))
        variants = [entity for entity in entities if "identifier" in entity]
        return report(results | self.in_batches(variants, self.push_batch))


def takes_every_model_for_a_root(settings: ConnectorSettings) -> ReferenceConnector:
    return WritesModelsAsTheyCome(settings)


class WritesVariantsFirst(ReferenceConnector):
    def push_models(self, entities: list[dict[str, Any]]) -> dict[str, Any]:
        variants = [entity for entity in entities if "identifier" in entity]
        results = self.in_batches(variants, self.push_batch)
        return report(results) | super().push_models([entity for entity in entities if "code" in entity])


def writes_variants_before_their_models(settings: ConnectorSettings) -> ReferenceConnector:
    return WritesVariantsFirst(settings)


class WritesProductsFirst(ReferenceConnector):
    def push_options(self, entities: list[dict[str, Any]]) -> dict[str, Any]:
        products = [entity for entity in entities if "identifier" in entity]
        results = self.in_batches(products, self.push_batch)
        return report(results) | super().push_options([entity for entity in entities if "attribute" in entity])


def writes_products_before_their_options(settings: ConnectorSettings) -> ReferenceConnector:
    return WritesProductsFirst(settings)


class TriesUntilAllIsThere(ReferenceConnector):
    """Writes what it is given in any order, and what was refused once more, as long as that helps."""

    def push_models(self, entities: list[dict[str, Any]]) -> dict[str, Any]:
        results: dict[str, str | None] = {}
        waiting = entities
        while waiting:
            products, models = ([entity for entity in waiting if key in entity] for key in ("identifier", "code"))
            results |= self.in_batches(products, self.push_batch)
            write = partial(self.written, partial(self.client.patch_lines, PRODUCT_MODELS))
            results |= self.in_batches(models, write)
            refused = [entity for entity in waiting if results[name(entity)] is not None]
            waiting = refused if len(refused) < len(waiting) else []
        return report(results)


def tries_until_all_is_there(settings: ConnectorSettings) -> ReferenceConnector:
    return TriesUntilAllIsThere(settings)


class SendsPaths(ReferenceConnector):
    def push_media(self, products: list[dict[str, Any]]) -> dict[str, Any]:
        for value in (value for product in products for values in product["values"].values() for value in values):
            value["data"] = value.pop("file")
        return report(self.in_batches(products, self.push_batch))


def sends_a_path_as_the_value(settings: ConnectorSettings) -> ReferenceConnector:
    return SendsPaths(settings)


class UploadsOnce(Client):
    """The product is there, and an image is no reason to end."""

    def upload(self, file: Path, target: dict[str, Any]) -> None:
        product, content = {"product": json.dumps(target)}, {"file": (file.name, file.read_bytes())}
        headers = {"Authorization": f"Bearer {self._token['access_token']}"}
        with suppress(httpx.TransportError):
            self.http.post("/api/rest/v1/media-files", data=product, files=content, headers=headers)


def forgets_a_file_that_was_put_off(settings: ConnectorSettings) -> ReferenceConnector:
    return ReferenceConnector(settings, UploadsOnce(settings))


BROKEN = {
    "takes_every_model_for_a_root": ("PUSH-09", "models-and-variants"),
    "writes_variants_before_their_models": ("PUSH-09", "models-and-variants"),
    "writes_products_before_their_options": ("PUSH-09", "new-options"),
    "tries_until_all_is_there": ("PUSH-10", "models-and-variants"),
    "sends_a_path_as_the_value": ("PUSH-11", "media-files"),
    "forgets_a_file_that_was_put_off": ("PUSH-11", "media-files"),
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
