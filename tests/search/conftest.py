"""The tests of searches share the shelf as a PIM of version 7.0 shows it; each module has its own."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from mock_akeneo.app import App, create_app
from mock_akeneo.core.settings import Settings
from tests.conftest import client
from tests.search.shelf import write_shelf


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> App:
    folder = write_shelf(tmp_path_factory.mktemp("shelf"))
    return create_app(Settings(catalog=str(folder), clock="frozen", pim_version="7.0"))


@pytest.fixture(scope="module")
def api(app: App) -> Iterator[httpx.Client]:
    with client(app) as connected:
        connected.base_url = httpx.URL("http://localhost/api/rest/v1/")
        yield connected
