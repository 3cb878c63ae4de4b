"""The kinds of documents a PIM holds: one visible table."""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """`shows`: the kinds whose reading changes when a document of this kind changes."""

    name: str
    shows: tuple[str, ...] = ()
    indexed: bool = False


_LABELLED = (
    "attribute",
    "attribute_option",
    "attribute_group",
    "family",
    "family_variant",
    "association_type",
)
_PRODUCTS = ("product", "product_model")

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        # Labels are shown for active locales only, and channels activate locales.
        Kind("channel", ("channel", "locale", "currency", *_LABELLED, *_PRODUCTS)),
        Kind("locale"),
        Kind("currency", ("currency", *_PRODUCTS)),
        Kind("measurement_family"),
        Kind("attribute_group", ("attribute",)),
        Kind("attribute", ("attribute_group", *_PRODUCTS)),
        Kind("attribute_option"),
        Kind("category", ("category",)),
        Kind("family"),
        Kind("family_variant", _PRODUCTS),
        Kind("association_type"),
        Kind("group"),
        Kind("media_file"),
        Kind("product_model", indexed=True),
        Kind("product", indexed=True),
    )
}
