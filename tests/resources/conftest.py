"""The tests of products share one application with a catalog like the PIM's own; each begins with it untouched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from mock_akeneo.app import App, create_app
from mock_akeneo.core.settings import Settings
from tests.conftest import client
from tests.resources.reading import connected, started, write_reading
from tests.resources.shop import write_shop


@pytest.fixture(scope="session")
def _shop_app(tmp_path_factory: pytest.TempPathFactory) -> App:
    """As the PIM's own tests see it: values do not tell their attribute types, which only `saas` does."""
    folder = write_shop(tmp_path_factory.mktemp("shop"))
    return create_app(Settings(catalog=str(folder), clock="frozen", pim_version="7.0"))


@pytest.fixture
def shop(_shop_app: App) -> Iterator[App]:
    """The application; what a test does to it is undone."""
    yield _shop_app
    _shop_app.sandboxes.default.reset()


@pytest.fixture
def shop_api(shop: App) -> Iterator[httpx.Client]:
    """A client of it with a token and the path of the API before every URL: `shop_api.get("/products")`."""
    with client(shop) as connected:
        connected.base_url = httpx.URL("http://localhost/api/rest/v1/")
        yield connected


@pytest.fixture(scope="session")
def reading_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalog of the tests of reading."""
    return write_reading(tmp_path_factory.mktemp("reading"))


@pytest.fixture(scope="session")
def reading_apps(reading_folder: Path) -> dict[str, App]:
    return {version: started(reading_folder, pim_version=version) for version in ("saas", "7.0", "6.0", "5.0")}


@pytest.fixture
def reading(reading_apps: dict[str, App]) -> Iterator[httpx.Client]:
    """A client of the PIM as its own tests see it; what a test does to it is undone."""
    with connected(reading_apps["7.0"]) as api:
        yield api
    reading_apps["7.0"].sandboxes.default.reset()


@pytest.fixture
def saas(reading_apps: dict[str, App]) -> Iterator[httpx.Client]:
    with connected(reading_apps["saas"]) as api:
        yield api
    reading_apps["saas"].sandboxes.default.reset()


@pytest.fixture(params=["6.0", "5.0"])
def old(request: pytest.FixtureRequest, reading_apps: dict[str, App]) -> Iterator[httpx.Client]:
    """A client of each version that knows no uuids."""
    with connected(reading_apps[request.param]) as api:
        yield api
