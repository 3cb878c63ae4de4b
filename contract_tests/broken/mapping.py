"""What becomes of values and codes on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from mock_akeneo.contract.connector import ConnectorSettings
from mock_akeneo.contract.reference import ReferenceConnector

Product = dict[str, Any]


class Maps(ReferenceConnector):
    """Hands over what `change` makes of each product."""

    def __init__(self, settings: ConnectorSettings, change: Callable[[Product], Product]) -> None:
        super().__init__(settings)
        self.change = change

    def pull(self, since: datetime | None = None) -> Iterator[Product]:
        yield from map(self.change, super().pull(since))


def first_value_alone(product: Product) -> Product:
    return {**product, "values": {code: values[:1] for code, values in product["values"].items()}}


def takes_the_first_value_for_all(settings: ConnectorSettings) -> ReferenceConnector:
    return Maps(settings, first_value_alone)


def trimmed(product: Product) -> Product:
    """The identifier as a file name, as a shop's importer wants it."""
    identifier = product["values"].get("sku", [{"data": ""}])[0]["data"]
    return {**product, "identifier": identifier.strip().lower().replace("/", "-") or None}


def tidies_identifiers(settings: ConnectorSettings) -> ReferenceConnector:
    return Maps(settings, trimmed)


def numbers_of(data: Any) -> Any:
    if isinstance(data, dict):
        return {name: numbers_of(value) for name, value in data.items()}
    if isinstance(data, list):
        return [numbers_of(value) for value in data]
    try:
        return float(data) if isinstance(data, str) else data
    except ValueError:
        return data


def makes_numbers_of_text(settings: ConnectorSettings) -> ReferenceConnector:
    return Maps(settings, lambda product: {**product, "values": numbers_of(product["values"])})


def name_filled_up(product: Product) -> Product:
    """Where a language lacks a name it is made up from another, as a shop would show it."""
    names = product["values"].get("name", [])
    there = {value["locale"] for value in names}
    more = [{**names[0], "locale": locale} for locale in ("en_US", "de_DE") if names and locale not in there]
    return {**product, "values": {**product["values"], "name": [*names, *more]}}


def fills_up_removed_values(settings: ConnectorSettings) -> ReferenceConnector:
    return Maps(settings, name_filled_up)


BROKEN = {
    "takes_the_first_value_for_all": ("MAP-01", "calm"),
    "fills_up_removed_values": ("MAP-02", "delta"),
    "tidies_identifiers": ("MAP-03", "calm"),
    "makes_numbers_of_text": ("MAP-04", "calm"),
}
