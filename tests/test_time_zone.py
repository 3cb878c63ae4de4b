"""A PIM whose machine is set to another time zone than UTC: its dates bear the offset, its filters take local time.

Source: pim: .../Component/Product/Connector/UseCase/ApplyProductSearchQueryParametersToPQB.php ("the server timezone
configuration")
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from mock_akeneo.app import create_app
from mock_akeneo.core.json_types import dumps
from mock_akeneo.core.settings import Settings
from tests.conftest import client
from tests.resources.shop import value, write_shop

ROOT = "/api/rest/v1"


@pytest.fixture
def paris(tmp_path: Path) -> Iterator[httpx.Client]:
    """It is eight in the morning in London, and nine in Paris."""
    catalog = str(write_shop(tmp_path))
    settings = Settings(catalog=catalog, clock="frozen@2026-01-15T08:00:00Z", time_zone="Europe/Paris")
    with client(create_app(settings)) as connected:
        yield connected


def found(api: httpx.Client, operator: str, moment: str) -> list[str]:
    search = dumps({"updated": [{"operator": operator, "value": moment}]}).decode()
    page = api.get(f"{ROOT}/products", params={"search": search}).json()
    return [item["identifier"] for item in page["_embedded"]["items"]]


def test_what_is_written_bears_the_offset_of_the_zone(paris: httpx.Client) -> None:
    values = {"a_date": value("2026-07-01")}
    assert paris.post(f"{ROOT}/products", json={"identifier": "now", "values": values}).status_code == 201
    product = paris.get(f"{ROOT}/products/now").json()
    assert (product["created"], product["updated"]) == ("2026-01-15T09:00:00+01:00",) * 2
    assert product["values"]["a_date"][0]["data"] == "2026-07-01T00:00:00+02:00"


def test_filters_take_local_time(paris: httpx.Client) -> None:
    assert paris.post(f"{ROOT}/products", json={"identifier": "now"}).status_code == 201
    assert "now" in found(paris, "=", "2026-01-15 09:00:00")
    assert "now" in found(paris, ">", "2026-01-15 08:59:59")
    assert found(paris, ">", "2026-01-15 09:00:00") == []
    assert "now" not in found(paris, "=", "2026-01-15 08:00:00")


def test_products_that_were_loaded_tell_their_moments_in_the_zone(tmp_path: Path) -> None:
    catalog = write_shop(tmp_path)
    line = {"identifier": "old", "created": "2025-06-30T22:30:00+00:00", "updated": "2025-12-01T00:00:00+00:00"}
    with (catalog / "products.jsonl").open("ab") as products:
        products.write(dumps(line) + b"\n")
    with client(create_app(Settings(catalog=str(catalog), time_zone="Europe/Paris"))) as api:
        product = api.get(f"{ROOT}/products/old").json()
        assert (product["created"], product["updated"]) == ("2025-07-01T00:30:00+02:00", "2025-12-01T01:00:00+01:00")
        assert "old" in found(api, "=", "2025-12-01 01:00:00")


def test_a_zone_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r'^there is no time zone "Paris": write a name such as Europe/Paris$'):
        create_app(Settings(catalog="minimal", time_zone="Paris"))
