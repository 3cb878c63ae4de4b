"""Attribute types: one module each, or one for small siblings. The table says which there are.

What concerns all values of a product together is in `values`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mock_akeneo.attribute_types._attribute_type import AttributeType, Operator, Pim, Test, unsupported
from mock_akeneo.attribute_types.boolean import BOOLEAN
from mock_akeneo.attribute_types.date import DATE
from mock_akeneo.attribute_types.identifier import IDENTIFIER
from mock_akeneo.attribute_types.media import FILE, IMAGE
from mock_akeneo.attribute_types.metric import METRIC
from mock_akeneo.attribute_types.number import NUMBER
from mock_akeneo.attribute_types.price_collection import PRICE_COLLECTION
from mock_akeneo.attribute_types.product_link import PRODUCT_LINK
from mock_akeneo.attribute_types.references import (
    ASSET_COLLECTION,
    REFERENCE_DATA,
    REFERENCE_DATA_COLLECTION,
    REFERENCE_ENTITY,
    REFERENCE_ENTITY_COLLECTION,
)
from mock_akeneo.attribute_types.selects import MULTI_SELECT, SIMPLE_SELECT
from mock_akeneo.attribute_types.table import TABLE
from mock_akeneo.attribute_types.text import TEXT, TEXTAREA

__all__ = ["ATTRIBUTE_TYPES", "AttributeType", "Operator", "Pim", "Test", "unsupported"]

ATTRIBUTE_TYPES: Final[Mapping[str, AttributeType]] = {
    type_.name: type_
    for type_ in (
        IDENTIFIER,
        TEXT,
        TEXTAREA,
        NUMBER,
        METRIC,
        PRICE_COLLECTION,
        BOOLEAN,
        DATE,
        SIMPLE_SELECT,
        MULTI_SELECT,
        FILE,
        IMAGE,
        REFERENCE_DATA,
        REFERENCE_DATA_COLLECTION,
        REFERENCE_ENTITY,
        REFERENCE_ENTITY_COLLECTION,
        ASSET_COLLECTION,
        TABLE,
        PRODUCT_LINK,
    )
}
