"""What a PIM answers and we do not: each of these operations is 501, after all checks that hold for every route.

`PARTIAL`: what an operation lacks that is answered; the filters that are 501 stand in `search.fields`.
Source: apidocs: content/swagger/akeneo-web-api.json, content/files/ (Postman collection), content/apps/; the routes
of the SaaS that no public document names were seen in node-akeneo-api-client.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from mock_akeneo.core.problems import not_emulated
from mock_akeneo.rest.operation import ROOT, Operation
from mock_akeneo.sandbox.call import Answer, Call


class Group(NamedTuple):
    """Rows are name, method and path below the root. `since`: the first version of the PIM that has them.

    `root`: what the paths begin with; what is not below `/api` asks for no token.
    """

    note: str
    rows: tuple[tuple[str, str, str], ...]
    since: str = "saas"
    root: str = ROOT


_REFERENCE_ENTITY: Final = "/reference-entities/{reference_entity_code}"
_REFERENCE_ENTITY_OPTIONS: Final = f"{_REFERENCE_ENTITY}/attributes/{{attribute_code}}/options"
_ASSET_FAMILY: Final = "/asset-families/{asset_family_code}"
_ASSET_FAMILY_OPTIONS: Final = f"{_ASSET_FAMILY}/attributes/{{attribute_code}}/options"
_ASSET: Final = "/assets/{asset_code}"
_VARIATION: Final = f"{_ASSET}/variation-files/{{channel_code}}/{{locale_code}}"
_CATALOG: Final = "/catalogs/{id}"
_SUGGESTION: Final = "/data-model-designer/modelization-suggestion"

GROUPS: Final = (
    Group(
        "drafts and proposals of the Enterprise Edition",
        (
            ("products.draft", "GET", "/products/{code:path}/draft"),
            ("products.proposal", "POST", "/products/{code:path}/proposal"),
            ("products_uuid.draft", "GET", "/products-uuid/{uuid:uuid}/draft"),
            ("products_uuid.proposal", "POST", "/products-uuid/{uuid:uuid}/proposal"),
            ("product_models.draft", "GET", "/product-models/{code:path}/draft"),
            ("product_models.proposal", "POST", "/product-models/{code:path}/proposal"),
        ),
    ),
    Group(
        "published products of the Enterprise Edition, no longer on the SaaS since 2024",
        (
            ("published_products.list", "GET", "/published-products"),
            ("published_products.get", "GET", "/published-products/{code:path}"),
        ),
    ),
    Group(
        "reference entities of the Enterprise Edition",
        (
            ("reference_entities.list", "GET", "/reference-entities"),
            ("reference_entities.get", "GET", "/reference-entities/{code}"),
            ("reference_entities.update", "PATCH", "/reference-entities/{code}"),
            ("reference_entity_attributes.list", "GET", f"{_REFERENCE_ENTITY}/attributes"),
            ("reference_entity_attributes.get", "GET", f"{_REFERENCE_ENTITY}/attributes/{{code}}"),
            ("reference_entity_attributes.update", "PATCH", f"{_REFERENCE_ENTITY}/attributes/{{code}}"),
            ("reference_entity_attribute_options.list", "GET", _REFERENCE_ENTITY_OPTIONS),
            ("reference_entity_attribute_options.get", "GET", f"{_REFERENCE_ENTITY_OPTIONS}/{{code}}"),
            ("reference_entity_attribute_options.update", "PATCH", f"{_REFERENCE_ENTITY_OPTIONS}/{{code}}"),
            ("reference_entity_records.list", "GET", f"{_REFERENCE_ENTITY}/records"),
            ("reference_entity_records.update_list", "PATCH", f"{_REFERENCE_ENTITY}/records"),
            ("reference_entity_records.get", "GET", f"{_REFERENCE_ENTITY}/records/{{code}}"),
            ("reference_entity_records.update", "PATCH", f"{_REFERENCE_ENTITY}/records/{{code}}"),
            ("reference_entities_media_files.create", "POST", "/reference-entities-media-files"),
            ("reference_entities_media_files.get", "GET", "/reference-entities-media-files/{code:path}"),
        ),
    ),
    Group(
        "the Asset Manager of the Enterprise Edition",
        (
            ("asset_families.list", "GET", "/asset-families"),
            ("asset_families.get", "GET", "/asset-families/{code}"),
            ("asset_families.update", "PATCH", "/asset-families/{code}"),
            ("asset_family_attributes.list", "GET", f"{_ASSET_FAMILY}/attributes"),
            ("asset_family_attributes.get", "GET", f"{_ASSET_FAMILY}/attributes/{{code}}"),
            ("asset_family_attributes.update", "PATCH", f"{_ASSET_FAMILY}/attributes/{{code}}"),
            ("asset_family_attribute_options.list", "GET", _ASSET_FAMILY_OPTIONS),
            ("asset_family_attribute_options.get", "GET", f"{_ASSET_FAMILY_OPTIONS}/{{code}}"),
            ("asset_family_attribute_options.update", "PATCH", f"{_ASSET_FAMILY_OPTIONS}/{{code}}"),
            ("asset_family_attribute_options.delete", "DELETE", f"{_ASSET_FAMILY_OPTIONS}/{{code}}"),
            ("asset_family_assets.list", "GET", f"{_ASSET_FAMILY}/assets"),
            ("asset_family_assets.update_list", "PATCH", f"{_ASSET_FAMILY}/assets"),
            ("asset_family_assets.get", "GET", f"{_ASSET_FAMILY}/assets/{{code}}"),
            ("asset_family_assets.update", "PATCH", f"{_ASSET_FAMILY}/assets/{{code}}"),
            ("asset_family_assets.delete", "DELETE", f"{_ASSET_FAMILY}/assets/{{code}}"),
            ("asset_media_files.create", "POST", "/asset-media-files"),
            ("asset_media_files.get", "GET", "/asset-media-files/{code:path}"),
        ),
    ),
    Group(
        "the PAM of the Enterprise Edition, which went with the PIM's version 4.0",
        (
            ("asset_categories.list", "GET", "/asset-categories"),
            ("asset_categories.create", "POST", "/asset-categories"),
            ("asset_categories.update_list", "PATCH", "/asset-categories"),
            ("asset_categories.get", "GET", "/asset-categories/{code}"),
            ("asset_categories.update", "PATCH", "/asset-categories/{code}"),
            ("asset_tags.list", "GET", "/asset-tags"),
            ("asset_tags.get", "GET", "/asset-tags/{code}"),
            ("asset_tags.update", "PATCH", "/asset-tags/{code}"),
            ("assets.list", "GET", "/assets"),
            ("assets.create", "POST", "/assets"),
            ("assets.update_list", "PATCH", "/assets"),
            ("assets.get", "GET", "/assets/{code}"),
            ("assets.update", "PATCH", "/assets/{code}"),
            ("asset_reference_files.get", "GET", f"{_ASSET}/reference-files/{{locale_code}}"),
            ("asset_reference_files.create", "POST", f"{_ASSET}/reference-files/{{locale_code}}"),
            ("asset_reference_files.download", "GET", f"{_ASSET}/reference-files/{{locale_code}}/download"),
            ("asset_variation_files.get", "GET", _VARIATION),
            ("asset_variation_files.create", "POST", _VARIATION),
            ("asset_variation_files.download", "GET", f"{_VARIATION}/download"),
        ),
    ),
    Group(
        "jobs",
        (
            ("jobs.export", "POST", "/jobs/export/{code}"),
            ("jobs.import", "POST", "/jobs/import/{code}"),
        ),
    ),
    Group(
        "the authorisation of apps",
        (
            ("apps.authorize", "GET", "/authorize"),
            ("apps.token", "POST", "/oauth2/token"),
            ("apps.public_key", "GET", "/openid/public-key"),
            ("apps.update_scopes", "POST", "/scopes/update"),
            ("apps.connected_app", "GET", "/connected_app/{id}"),
            ("apps.catalog", "GET", "/catalogs/{catalog_uuid}"),
        ),
        since="7.0",
        root="/connect/apps/v1",
    ),
    Group(
        "custom apps",
        (
            ("test_apps.list", "GET", "/test-apps"),
            ("test_apps.create", "POST", "/test-apps"),
            ("test_apps.delete", "DELETE", "/test-apps/{clientId}"),
        ),
        since="7.0",
    ),
    Group(
        "catalogs for apps",
        (
            ("catalogs.list", "GET", "/catalogs"),
            ("catalogs.create", "POST", "/catalogs"),
            ("catalogs.get", "GET", _CATALOG),
            ("catalogs.update", "PATCH", _CATALOG),
            ("catalogs.delete", "DELETE", _CATALOG),
            ("catalogs.duplicate", "POST", f"{_CATALOG}/duplicate"),
            ("catalog_product_uuids.list", "GET", f"{_CATALOG}/product-uuids"),
            ("catalog_product_identifiers.list", "GET", f"{_CATALOG}/product-identifiers"),
            ("catalog_products.list", "GET", f"{_CATALOG}/products"),
            ("catalog_products.get", "GET", f"{_CATALOG}/products/{{uuid}}"),
            ("catalog_mapping_schemas.get", "GET", f"{_CATALOG}/mapping-schemas/product"),
            ("catalog_mapping_schemas.update", "PUT", f"{_CATALOG}/mapping-schemas/product"),
            ("catalog_mapping_schemas.delete", "DELETE", f"{_CATALOG}/mapping-schemas/product"),
            ("catalog_mapped_products.list", "GET", f"{_CATALOG}/mapped-products"),
            ("catalog_mapped_models.list", "GET", f"{_CATALOG}/mapped-models"),
            ("catalog_mapped_models.variants", "GET", f"{_CATALOG}/mapped-models/{{code}}/variants"),
        ),
    ),
    Group(
        "collaboration workflows",
        (
            ("workflows.list", "GET", "/workflows"),
            ("workflows.get", "GET", "/workflows/{uuid}"),
            ("workflow_step_assignees.list", "GET", "/workflows/steps/{uuid}/assignees"),
            ("workflow_executions.create", "POST", "/workflows/executions"),
            ("workflow_tasks.list", "GET", "/workflows/tasks"),
            ("workflow_tasks.update", "PATCH", "/workflows/tasks/{uuid}"),
        ),
    ),
    Group(
        "permissions of users",
        (
            ("permissions.channels", "GET", "/permissions/{userUuid}/channels"),
            ("permissions.locales", "GET", "/permissions/{userUuid}/locales"),
        ),
    ),
    Group(
        "readiness of the Enterprise Edition",
        (
            ("readiness.list", "GET", "/readiness"),
            ("readiness.get", "GET", "/readiness/{code}"),
            ("readiness.replace", "PUT", "/readiness/{code}"),
            ("readiness.delete", "DELETE", "/readiness/{code}"),
        ),
    ),
    Group(
        "rules of the Enterprise Edition",
        (
            ("rule_definitions.list", "GET", "/rule-definitions"),
            ("rule_definitions.get", "GET", "/rule-definitions/{code}"),
            ("rule_definitions.update", "PUT", "/rule-definitions/{code}"),
        ),
    ),
    Group(
        "UI extensions",
        (
            ("ui_extensions.list", "GET", "/ui-extensions"),
            ("ui_extensions.create", "POST", "/ui-extensions"),
            ("ui_extensions.update", "PATCH", "/ui-extensions/{uuid}"),
            ("ui_extensions.replace", "POST", "/ui-extensions/{uuid}"),
            ("ui_extensions.delete", "DELETE", "/ui-extensions/{uuid}"),
        ),
    ),
    Group(
        "HTTP hooks",
        (
            ("http_hook.list", "GET", "/http-hook"),
            ("http_hook.update", "PUT", "/http-hook"),
            ("http_hook.delete", "DELETE", "/http-hook/{hookType}"),
        ),
    ),
    Group(
        "suggestions of the data model designer",
        (
            ("modelization_suggestions.create", "POST", f"{_SUGGESTION}/attribute"),
            ("modelization_suggestions.list", "GET", f"{_SUGGESTION}s"),
            ("modelization_suggestions.get", "GET", f"{_SUGGESTION}/{{uuid}}"),
            ("modelization_suggestions.approve", "POST", f"{_SUGGESTION}/{{uuid}}/approve"),
            ("modelization_suggestions.decline", "POST", f"{_SUGGESTION}/{{uuid}}/decline"),
        ),
    ),
)

# What belongs to the product family but to no route of a PIM: it stands in the coverage and cannot be asked.
ELSEWHERE: Final = (
    ("event.prd.sdk.akeneo.cloud", "the management API of the Event Platform: subscribers, subscriptions, logs"),
    ("graphql.sdk.akeneo.cloud", "GraphQL"),
    ("px-insights.app.akeneo.cloud", "the ingestion of reviews"),
    ("Supplier Data Manager", "an API of its own"),
    ("calls that a PIM makes", "the Event Platform, action extensions, HTTP hooks; those of the Events API are made"),
)

_READING: Final = (
    "`with_readiness`, and `with_asset_share_links` where there are asset collections, answer 501; "
    "every asset counts as enabled"
)
_SEARCHING: Final = (
    f"{_READING}; the filters `readiness` and `readiness_by_channel` answer 501; families have no children, and linked "
    "entities never change; version 5.0 sorts by code and has legible cursors, as 6.0"
)
_WRITING: Final = "any code of a record, an asset or reference data will do"
_VALUES: Final = "there are no templates: the attributes of enriched categories are what their first values say"

PARTIAL: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("categories.create", "categories.update", "categories.update_list", "category_media_files.create"), _VALUES
    ),
    **dict.fromkeys(
        (
            f"{resource}.{verb}"
            for resource in ("products", "products_uuid", "product_models")
            for verb in ("create", "update", "update_list")
        ),
        _WRITING,
    ),
    **dict.fromkeys(("products.get", "products_uuid.get", "product_models.get"), _READING),
    **dict.fromkeys(("products.list", "products_uuid.list", "products_uuid.search", "product_models.list"), _SEARCHING),
}


class Absent(NamedTuple):
    operation: Operation
    since: str
    note: str


def _operation(name: str, method: str, path: str, note: str, *, public: bool) -> Operation:
    """The operation that says that it is not emulated."""

    def respond(call: Call) -> Answer:
        raise not_emulated(f"{call.method} {call.path}", note)

    return Operation(name=name, method=method, path=path, respond=respond, public=public)


ABSENT: Final = tuple(
    Absent(
        _operation(name, method, group.root + path, group.note, public=group.root != ROOT),
        group.since,
        group.note,
    )
    for group in GROUPS
    for name, method, path in group.rows
)
