"""The products that a scenario gives to push: made from those of the catalog, so they fit any catalog."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mock_akeneo.core.json_types import Json

UNKNOWN_ATTRIBUTE: Final = "contract_no_such_attribute"
_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
# Their values cannot be copied from one product to another.
_OWN_TYPES: Final = frozenset({"pim_catalog_identifier", "pim_catalog_image", "pim_catalog_file"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """What a scenario gives to push: `new` products, `updates` of products that are there, and among the new ones
    `refused` that the PIM will not take, and `associated` that name one which comes later. `models`, `options` and
    `files` are for `entities`."""

    new: int = 150
    updates: int = 10
    refused: int = 0
    associated: int = 0
    models: int = 0
    options: int = 0
    files: int = 0


def bodies(
    push: Push,
    products: Mapping[str, Json],
    attributes: Iterable[Json],
    *,
    samples: Sequence[Json] = (),
    association_type: str | None = None,
    called: str = "contract",
) -> tuple[list[Json], frozenset[str]]:
    """Bodies for PATCH `/products`, and the identifiers of those that the PIM is bound to refuse.

    New products are copies of simple ones of the catalog (or of `samples`) with new identifiers. An update turns
    `enabled` round and names nothing else. Refused ones, spread evenly, name an attribute that is not there. The
    first ones are `associated`, by `association_type`, with the last ones; without a type none is.
    """
    own = {a["code"] for a in attributes if a["type"] in _OWN_TYPES or a.get("unique")}
    simple = [p for p in products.values() if p.get("identifier") is not None and p.get("parent") is None]
    simple.sort(key=lambda product: product["identifier"])
    patterns = list(samples) or [copyable(product, own) for product in simple] or [{}]
    made = [
        {"identifier": f"{called}-{number + 1:04}", **_without(patterns[number % len(patterns)], "identifier")}
        for number in range(push.new)
    ]
    refused = [made[number * len(made) // push.refused] for number in range(push.refused)] if made else []
    for body in refused:
        body["values"] = {
            **body.get("values", {}),
            UNKNOWN_ATTRIBUTE: [{"locale": None, "scope": None, "data": "refuse me"}],
        }
    if association_type is not None:
        for body, named in zip(made[: push.associated], reversed(made), strict=False):
            body["associations"] = {association_type: {"products": [named["identifier"]]}}
    # Identifiers that are hard to write into a URL have a scenario of their own.
    known = [product for product in simple if _PLAIN.fullmatch(product["identifier"])][: push.updates]
    updates = [{"identifier": product["identifier"], "enabled": not product["enabled"]} for product in known]
    return made + updates, frozenset(body["identifier"] for body in refused)


def copyable(product: Json, own: Iterable[str]) -> Json:
    """What a second product can have of `product`: no unique values, no media, no ties to other products."""
    not_copied = frozenset(own)
    return {
        "family": product["family"],
        "enabled": product["enabled"],
        "categories": product["categories"],
        "values": {
            attribute: [{"locale": v["locale"], "scope": v["scope"], "data": v["data"]} for v in values]
            for attribute, values in product["values"].items()
            if attribute not in not_copied
        },
    }


def _without(body: Json, *names: str) -> Json:
    return {name: value for name, value in body.items() if name not in names}
