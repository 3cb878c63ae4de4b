"""One module for each resource of the API; the two tables of them all."""

from __future__ import annotations

from mock_akeneo.resources.currencies import CURRENCY
from mock_akeneo.resources.locales import LOCALE
from mock_akeneo.resources.products import PRODUCTS
from mock_akeneo.resources.root import SYSTEM_INFORMATION, root
from mock_akeneo.resources.token import TOKEN
from mock_akeneo.rest.endpoints import operations
from mock_akeneo.rest.operation import Operation
from mock_akeneo.rest.resource import Resource

RESOURCES: tuple[Resource, ...] = (
    LOCALE,
    CURRENCY,
)

_LISTED: tuple[Operation, ...] = (
    SYSTEM_INFORMATION,
    *(operation for resource in RESOURCES for operation in operations(resource)),
    *PRODUCTS,
)

# Everything that is answered.
OPERATIONS: tuple[Operation, ...] = (TOKEN, root(_LISTED), *_LISTED)

__all__ = ["OPERATIONS", "RESOURCES"]
