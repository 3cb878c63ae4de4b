"""The kinds of documents a PIM holds: one visible table."""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """`shows`: the kinds whose reading changes when a document of this kind changes.

    `indexed`: documents of this kind are searched by an index; `searched`: what an index knows of others depends on
    documents of this kind. `collated`: lists are sorted by the database, not by the search engine.
    """

    name: str
    shows: tuple[str, ...] = ()
    indexed: bool = False
    searched: bool = False
    collated: bool = True


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
        Kind("channel", ("channel", "locale", "currency", *_LABELLED, *_PRODUCTS), searched=True),
        Kind("locale"),
        Kind("currency", ("currency", *_PRODUCTS)),
        Kind("measurement_family", searched=True),
        Kind("attribute_group", ("attribute",)),
        Kind("attribute", ("attribute_group", *_PRODUCTS), searched=True),
        Kind("attribute_option"),
        Kind("category", ("category",)),
        Kind("family", ("family_variant",), searched=True),
        Kind("family_variant", _PRODUCTS, searched=True),
        Kind("association_type"),
        Kind("group"),
        Kind("media_file", collated=False),
        Kind("category_media_file", collated=False),
        Kind("product_model", indexed=True, collated=False),
        Kind("product", indexed=True, collated=False),
    )
}
