"""What your connector must offer: a factory that takes `ConnectorSettings` and returns a `Connector`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, Protocol

from mock_akeneo.contract.child import ConnectorSettings
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.proxies import past_proxies

__all__ = ["Connector", "ConnectorFactory", "ConnectorSettings", "child_environment", "environment"]


class Connector(Protocol):
    """One of the two methods may be missing: the rules about it are then not seen.

    What is more than plain products comes by three others, each optional and with one list of bodies, in an order in
    which they cannot be written: `push_models` (product models, with `code`, and variants, with `identifier`),
    `push_options` (new options, with `attribute`, and products that use them), `push_media` (products; a value with
    `file`, a path, has no `data`). Whether all is stored in the end is read from the PIM, not from what is returned.

    A connector that receives events has two more, both optional: `receive(headers: dict[str, str], body: bytes) -> int`
    answers a delivery with an HTTP status as its endpoint would, and `received() -> Iterable[Json]` then tells what it
    took over, product by product in the order in which it did so.
    """

    def pull(self, since: datetime | None = None) -> Iterable[Json]:
        """Products as the API gives them: at least `identifier` or `uuid`, and `values`.

        `since`: aware, in UTC, the moment the last pull began. Hand over what was updated later.
        """
        ...

    def push(self, products: list[Json]) -> Json:
        """Writes `products`, bodies valid for PATCH `/products`: with `identifier`, without `uuid`.

        Returns `{"accepted": [identifier...], "refused": [{"identifier", "message"}...]}`.
        """
        ...


ConnectorFactory = Callable[[ConnectorSettings], Connector]

CA_VARIABLES: Final = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
"""Where HTTP clients look for an authority: OpenSSL and httpx, requests, curl, Node.js."""


def environment(settings: ConnectorSettings, since: datetime | None = None) -> dict[str, str]:
    """The same settings as environment variables, for connectors that are commands."""
    told = {
        "AKENEO_BASE_URL": settings.api_url,
        "AKENEO_CLIENT_ID": settings.client_id,
        "AKENEO_SECRET": settings.client_secret,
        "AKENEO_USERNAME": settings.username,
        "AKENEO_PASSWORD": settings.password,
        "AKENEO_API_KEY": settings.api_key,
        "CONNECTOR_THROTTLE_LIMIT": str(settings.throttle_limit),
        "CONNECTOR_THROTTLE_SECONDS": f"{settings.throttle_seconds:g}",
        "CONNECTOR_CONCURRENT_CONNECTIONS": str(settings.concurrent_connections),
        "CONNECTOR_STATE_FOLDER": settings.state_folder,
        "CONNECTOR_WEBHOOK_SECRET": settings.webhook_secret,
    }
    if settings.ca_file:
        told |= dict.fromkeys(CA_VARIABLES, settings.ca_file)
    return told | {"CONNECTOR_SINCE": since.isoformat()} if since else told


def child_environment(
    settings: ConnectorSettings, since: datetime | None = None, more: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """Of a connector that we start: what there is, the settings, and no proxy before the PIM."""
    return {**os.environ, **past_proxies(os.environ), **environment(settings, since), **more}
