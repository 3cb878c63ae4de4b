"""One module for each resource of the API; the two tables of them all."""

from __future__ import annotations

from dataclasses import replace

from mock_akeneo.core.versions import VERSIONS, answers, has, reaches
from mock_akeneo.resources.absent import ABSENT
from mock_akeneo.resources.association_types import ASSOCIATION_TYPE
from mock_akeneo.resources.attribute_groups import ATTRIBUTE_GROUP
from mock_akeneo.resources.attribute_options import ATTRIBUTE_OPTION
from mock_akeneo.resources.attributes import ATTRIBUTE
from mock_akeneo.resources.categories import CATEGORY
from mock_akeneo.resources.channels import CHANNEL
from mock_akeneo.resources.currencies import CURRENCY
from mock_akeneo.resources.families import FAMILY
from mock_akeneo.resources.family_variants import FAMILY_VARIANT
from mock_akeneo.resources.locales import LOCALE
from mock_akeneo.resources.measure_families import MEASURE_FAMILY
from mock_akeneo.resources.measurement_families import MEASUREMENT_FAMILIES
from mock_akeneo.resources.media_files import MEDIA_FILES
from mock_akeneo.resources.product_models import PRODUCT_MODELS
from mock_akeneo.resources.products import PRODUCTS
from mock_akeneo.resources.root import SYSTEM_INFORMATION, root
from mock_akeneo.resources.token import TOKEN
from mock_akeneo.rest.endpoints import operations
from mock_akeneo.rest.operation import Operation
from mock_akeneo.rest.resource import Resource

RESOURCES: tuple[Resource, ...] = (
    ATTRIBUTE,
    ATTRIBUTE_OPTION,
    ATTRIBUTE_GROUP,
    FAMILY,
    FAMILY_VARIANT,
    ASSOCIATION_TYPE,
    CATEGORY,
    CHANNEL,
    LOCALE,
    CURRENCY,
    MEASURE_FAMILY,
)


def operations_of(version: str) -> tuple[Operation, ...]:
    """What that version of the PIM answers; we say 501 to the absent ones."""
    everything = (
        SYSTEM_INFORMATION,
        *(operation for resource in RESOURCES for operation in operations(resource.of(version))),
        *MEASUREMENT_FAMILIES,
        *PRODUCTS,
        *PRODUCT_MODELS,
        *MEDIA_FILES,
    )
    listed = tuple(_as_in(version, operation) for operation in everything if answers(version, operation.name))
    absent = (row.operation for row in ABSENT if reaches(version, row.since))
    return (*absent, TOKEN, root(listed), *listed)


def _as_in(version: str, operation: Operation) -> Operation:
    without_rights = (operation.acl or "").startswith("pim_api_product_") and not has(version, "rights on products")
    return replace(operation, acl=None) if without_rights else operation


# What is answered by the newest version, which knows them all.
OPERATIONS: tuple[Operation, ...] = operations_of(VERSIONS[-1])

__all__ = ["OPERATIONS", "RESOURCES", "operations_of"]
