"""Who may not write or delete products is told so, before anything else is looked at.

Source: pim: src/Akeneo/Pim/Enrichment/Bundle/Controller/ExternalApi/ (denyAccessUnlessAclIsGranted)
"""

from __future__ import annotations

import httpx
import pytest

from mock_akeneo.app import App

UUID = "9ba2d8c0-3b4a-4f0e-8a5e-0c7a1c5d2e01"
WRITE = "Access forbidden. You are not allowed to create or update products."
DELETE = "Access forbidden. You are not allowed to delete products."
JSON, LINES = "application/json", "application/vnd.akeneo.collection+json"


@pytest.fixture(autouse=True)
def reader(shop: App, shop_api: httpx.Client) -> None:
    """The connection may list products, nothing more."""
    [connection] = shop.sandboxes.default.connections.by_code.values()
    connection.role -= {"pim_api_product_edit", "pim_api_product_remove"}


@pytest.mark.parametrize("collection", ["products", "products-uuid", "product-models"])
@pytest.mark.parametrize(
    ("method", "one", "content_type"), [("POST", False, JSON), ("PATCH", True, JSON), ("PATCH", False, LINES)]
)
def test_writes_are_forbidden_to_a_reader(
    shop_api: httpx.Client, collection: str, method: str, one: bool, content_type: str
) -> None:
    path = f"/{collection}/{UUID}" if one else f"/{collection}"
    answer = shop_api.request(method, path, content=b"{}", headers={"content-type": content_type})
    assert (answer.status_code, answer.json()) == (403, {"code": 403, "message": WRITE})


@pytest.mark.parametrize(
    ("collection", "message"),
    [("products", DELETE), ("products-uuid", DELETE.removesuffix(".")), ("product-models", DELETE)],
)
def test_deletes_are_forbidden_to_a_reader(shop_api: httpx.Client, collection: str, message: str) -> None:
    """By uuid the PIM forgot the final dot."""
    answer = shop_api.delete(f"/{collection}/{UUID}")
    assert (answer.status_code, answer.json()) == (403, {"code": 403, "message": message})
