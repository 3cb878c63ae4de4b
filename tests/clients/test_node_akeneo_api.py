"""node-akeneo-api 1.6.19 (npm) at work on the demo shop: its own functions, called by `node/calls.mjs`.

It logs in by a form, renews by its own clock, adds `limit=100` to every GET, exports to files of JSON lines and imports
from them, in collections of `AKENEO_PATCH_LIMIT` lines, `AKENEO_PROMISE_LIMIT` of them at once when there are enough.
"""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from mock_akeneo.core.json_types import Json, dumps, loads
from mock_akeneo.server import Server
from mock_akeneo.throttling.limits import Limit
from tests.clients.outcomes import GIF, SACKS, SHOP, UNFIT_FOR_PATHS, ask, bare, calls, held, lines, sack, sacks, said

_CALLS: Final = Path(__file__).parent / "node" / "calls.mjs"
Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def run(server: Server, node_modules: Path, tmp_path: Path) -> Run:
    """`run(["exportAttributes"], …, AKENEO_PATCH_LIMIT=…)`: calls functions of the client in a process of their own."""
    settings = server.settings
    connection = {
        "AKENEO_BASE_URL": server.base_url,
        "AKENEO_CLIENT_ID": settings.client_id,
        "AKENEO_SECRET": settings.secret,
        "AKENEO_USERNAME": settings.username,
        "AKENEO_PASSWORD": settings.password,
        "AKENEO_EXPORT_PATH": str(tmp_path),
    }

    def run(*functions: list[Any], **more: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            ["node", str(_CALLS)],
            input=dumps(functions),
            env={"PATH": os.environ["PATH"], "NODE_PATH": str(node_modules), **connection, **more},
            capture_output=True,
            timeout=60,
            check=False,
        )

    return run


def answers(run: Run, *functions: list[Any], **more: str) -> list[Any]:
    """What each function gave; the client must have logged no error."""
    done = run(*functions, **more)
    assert (done.returncode, done.stderr) == (0, b"")
    told = loads(done.stdout)
    assert told["errors"] == []
    return list(told["answers"])


def exported(folder: Path, name: str) -> list[Json]:
    return [loads(line) for line in (folder / f"{name}.vac").read_bytes().splitlines()]


def write(folder: Path, name: str, items: list[Json]) -> None:
    (folder / f"{name}.vac").write_bytes(b"".join(dumps(item) + b"\n" for item in items))


# Resource → the functions that export it, and the file.
EXPORTS: Final = {
    "association_types": ("exportAssociationTypes", "associationTypes"),
    "attribute_groups": ("exportAttributeGroups", "attributeGroups"),
    "attribute_options": ("exportAttributes", "attributeOptions"),
    "attributes": ("exportAttributes", "attributes"),
    "categories": ("exportCategories", "categories"),
    "channels": ("exportChannels", "channels"),
    "currencies": ("exportCurrencies", "currencies"),
    "families": ("exportFamilies", "families"),
    "family_variants": ("exportFamilies", "familyVariants"),
    "locales": ("exportLocales", "locales"),
    "measurement_families": ("exportMeasurementFamilies", "measurementFamilies"),
    "media_files": ("exportProductMediaFiles", "productMediaFiles"),
    "product_models": ("exportProductModels", "productModels"),
    "products": ("exportProducts", "products"),
}


def test_it_exports_the_structure_after_one_login(run: Run, server: Server, tmp_path: Path) -> None:
    structure = [resource for resource in EXPORTS if resource not in ("media_files", "product_models", "products")]
    functions = list(dict.fromkeys(EXPORTS[resource][0] for resource in structure))
    assert answers(run, *([name] for name in functions)) == [{"status": "OK"}] * len(functions)
    for resource in structure:
        assert said(server, resource, exported(tmp_path, EXPORTS[resource][1])) == held(server, resource)
    journal = calls(server)
    assert journal[0] == "token 200"
    assert {call.split()[1] for call in journal} == {"200"}
    assert journal.count("token 200") == 1


def test_it_lists_the_former_measure_families(run: Run, server: Server) -> None:
    [families] = answers(run, ["get", "/api/rest/v1/measure-families"])
    assert said(server, "measurement_families", families) == held(server, "measurement_families")


def test_it_exports_products_and_their_media(run: Run, server: Server, tmp_path: Path) -> None:
    """Each file is downloaded once, named by what follows the first underscore of its code."""
    [count] = answers(run, ["exportProducts"])
    products = exported(tmp_path, "products")
    assert said(server, "products", products) == held(server, "products")
    assert count == len(products)
    media = exported(tmp_path, "productMediaFiles")
    for file in media:
        folder, _, name = file["fromData"].partition("_")
        assert (tmp_path / folder / name).read_bytes() == (SHOP / "media" / file["fromData"]).read_bytes()
    assert calls(server) == ["token 200", *2 * ["products.list 200"], *len(media) * ["media_files.download 200"]]
    assert media


def test_it_exports_product_models(run: Run, server: Server, tmp_path: Path) -> None:
    [count] = answers(run, ["exportProductModels"])
    assert said(server, "product_models", exported(tmp_path, "productModels")) == held(server, "product_models")
    assert count == len(held(server, "product_models"))


def test_it_imports_a_structure_and_a_product_on_it(run: Run, server: Server, tmp_path: Path) -> None:
    write(tmp_path, "attributes", [{"code": "buckle", "type": "pim_catalog_simpleselect", "group": "other"}])
    write(tmp_path, "attributeOptions", [{"code": code, "attribute": "buckle"} for code in ("snap", "tongue")])
    write(tmp_path, "categories", [{"code": "straps", "parent": "master"}])
    write(tmp_path, "families", [{"code": "straps", "attributes": ["sku", "buckle"]}])
    values = {"buckle": [{"locale": None, "scope": None, "data": "snap"}]}
    product = {"identifier": "strap", "family": "straps", "categories": ["straps"], "values": values}
    write(tmp_path, "products", [product])
    imports = ("importAttributes", "importAttributeOptions", "importCategories", "importFamilies", "importProducts")
    answers(run, *([name] for name in imports))
    assert set(calls(server)[1:]) == {
        f"{resource}.update_list 200"
        for resource in ("attributes", "attribute_options", "categories", "families", "products")
    }
    options = ask(server, "attributes/buckle/options")["_embedded"]["items"]
    assert sorted(option["code"] for option in options) == ["snap", "tongue"]
    shown = ask(server, "products/strap")
    assert {name: shown[name] for name in ("family", "categories")} == {"family": "straps", "categories": ["straps"]}
    assert bare(shown["values"])["buckle"] == values["buckle"]


def test_it_creates_with_a_single_call(run: Run, server: Server) -> None:
    told = answers(
        run,
        ["post", "/api/rest/v1/products", sack(1)],
        ["patch", "/api/rest/v1/products/sack-001", {"enabled": False}],
        ["get", "/api/rest/v1/products/sack-001"],
        ["delete_", "/api/rest/v1/products/sack-001", {}],
    )
    assert [told[0], told[1], told[3]] == [{"statusCode": status} for status in (201, 204, 204)]
    assert told[2][0]["enabled"] is False
    operations = ("create 201", "update 204", "get 200", "delete 204")
    assert calls(server) == ["token 200", *(f"products.{operation}" for operation in operations)]


def test_it_upserts_150_products_in_collections_of_100(run: Run, server: Server) -> None:
    told = answers(run, *2 * [["patchVndAkeneoCollection", "/api/rest/v1/products", SACKS]])
    assert told == [{"responses": lines(status, 150), "statusCode": 200} for status in (201, 204)]
    assert calls(server) == ["token 200", *4 * ["products.update_list 200"]]
    assert sacks(server) == SACKS


def test_it_imports_150_products_with_16_collections_at_once(run: Run, server: Server, tmp_path: Path) -> None:
    """The 16 log in for themselves, as the first of them has no token yet; what is left over follows on its own."""
    write(tmp_path, "products", SACKS)
    answers(run, ["importProducts"], AKENEO_PATCH_LIMIT="9")
    assert Counter(calls(server)) == {"token 200": 16, "products.update_list 200": 17}
    assert sacks(server) == SACKS


def test_it_loses_the_collections_that_a_limit_refuses(run: Run, server: Server, tmp_path: Path) -> None:
    """It neither waits nor repeats: a refused collection is logged, and the process ends well."""
    write(tmp_path, "products", SACKS)
    five = Limit(name="five a minute", kind="fixed_window", limit=5, seconds=60)
    server.call(server.sandbox.limiter.start_anew, [five])
    done = run(["importProducts"], AKENEO_PATCH_LIMIT="9")
    assert done.returncode == 0
    assert [error["statusCode"] for error in loads(done.stdout)["errors"]] == 12 * [429]
    operations = Counter(calls(server))
    assert operations == {"token 200": 16, "products.update_list 200": 5, "products.update_list 429": 12}
    server.call(server.sandbox.limiter.start_anew, [])
    assert len(sacks(server)) == 5 * 9


def test_it_iterates_all_products_with_search_after(run: Run, server: Server) -> None:
    [_, products] = answers(
        run,
        ["patchVndAkeneoCollection", "/api/rest/v1/products", SACKS],
        ["get", "/api/rest/v1/products?pagination_type=search_after"],
    )
    known = [item["identifier"] for item in held(server, "products")]
    assert sorted(item["identifier"] for item in products) == sorted(known + [item["identifier"] for item in SACKS])
    assert calls(server)[-4:] == 4 * ["products.list 200"]


def test_it_gets_each_product_by_an_identifier_that_can_stand_in_a_path(run: Run, server: Server) -> None:
    """It puts the identifier into a URL as it is: a PIM hears of no `#`, no `?`, and a slash for `%2F` and `\\`."""
    unfit = {*UNFIT_FOR_PATHS, "back\\slash"}
    identifiers = [product["identifier"] for product in held(server, "products")]
    plain = [identifier for identifier in identifiers if identifier not in unfit]
    got = answers(run, *(["get", f"/api/rest/v1/products/{identifier}"] for identifier in plain))
    assert [product["identifier"] for [product] in got] == plain
    for identifier in unfit:
        assert run(["get", f"/api/rest/v1/products/{identifier}"]).returncode == 99


def test_it_searches_with_plain_brackets_and_quotes_in_the_request(run: Run, server: Server) -> None:
    search = '{"family":[{"operator":"IN","value":["tents"]}]}'
    [found] = answers(run, ["get", f"/api/rest/v1/products?search={search}"])
    assert said(server, "products", found) == [p for p in held(server, "products") if p["family"] == "tents"]


def test_it_brings_back_an_exported_product_with_its_files(run: Run, server: Server) -> None:
    """It uploads each file once; where the file stands again it sends its code behind a slash, which a PIM refuses."""
    before = _by_place(ask(server, "products/tent-fjell-1")["values"])
    answers(run, ["exportProducts", 'search={"identifier":[{"operator":"IN","value":["tent-fjell-1"]}]}'])
    answers(run, ["delete_", "/api/rest/v1/products/tent-fjell-1", {}])
    asked = len(calls(server))
    told = loads(run(["importProducts"]).stdout)
    assert Counter(calls(server)[asked:]) == {
        "token 200": 1,
        "products.update_list 200": 2,  # the product, then the file that stands in it again
        "media_files.create 201": 5,
    }
    refused = told["errors"][0]["response"]
    assert refused["status_code"] == 422
    assert refused["message"].startswith('Property "banner" expects a valid pathname as data, "/')
    after = _by_place(ask(server, "products/tent-fjell-1")["values"])
    assert before.keys() - after.keys() == {("banner", "en_US", "ecommerce")}
    assert after == {place: before[place] for place in after}


def _by_place(values: Json) -> dict[tuple[str, str | None, str | None], Any]:
    """The data of each value; of a file its name without the folder and the digest before it."""
    return {
        (attribute, value["locale"], value["scope"]): (
            value["data"].partition("_")[2] if "download" in value.get("_links", {}) else value["data"]
        )
        for attribute, in_places in values.items()
        for value in in_places
    }


def test_it_writes_product_models_parents_first(run: Run, server: Server, tmp_path: Path) -> None:
    level = {"code": "coat-red", "family": "clothing", "family_variant": "clothing_color_size", "parent": "coat"}
    root = {"code": "coat", "family": "clothing", "family_variant": "clothing_color_size", "parent": None}
    color = {"color": [{"locale": None, "scope": None, "data": "red"}]}
    write(tmp_path, "productModels", [{**level, "values": color}, root])
    answers(run, ["importProductModels"])
    assert calls(server) == ["token 200", "product_models.update_list 200"]
    shown = ask(server, "product-models/coat-red")
    assert (shown["parent"], bare(shown["values"])["color"]) == ("coat", color["color"])


def test_it_uploads_a_file_of_a_product_model(run: Run, server: Server, tmp_path: Path) -> None:
    """A value counts as a file if it has a link to download it; the file lies where the export had put it."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "coat.gif").write_bytes(GIF)
    link = {"_links": {"download": {"href": "http://another.pim/a_coat.gif"}}}
    write(tmp_path, "productMediaFiles", [{"fromData": "a_coat.gif", "fromHref": link["_links"]["download"]["href"]}])
    values = {"banner": [{"locale": "en_US", "scope": "print", "data": "a_coat.gif", **link}]}
    coat = {"code": "coat", "family": "clothing", "family_variant": "clothing_color_size", "parent": None}
    write(tmp_path, "productModels", [{**coat, "values": values}])
    answers(run, ["importProductModels"])
    assert calls(server) == ["token 200", "product_models.update_list 200", "media_files.create 201"]
    [brought] = exported(tmp_path, "productMediaFiles")
    [shown] = bare(ask(server, "product-models/coat")["values"])["banner"]
    assert shown == {"locale": "en_US", "scope": "print", "data": brought["toData"].removeprefix("/")}
    assert ask(server, f"media-files/{shown['data']}")["size"] == len(GIF)


@pytest.mark.parametrize("path", ["products/no-such-product", "attributes/color"])
def test_it_ends_the_process_when_it_gets_what_it_does_not_expect(run: Run, server: Server, path: str) -> None:
    """Anything but a list or an object with an identifier: so it cannot get one document of the structure."""
    done = run(["get", f"/api/rest/v1/{path}"])
    assert (done.returncode, done.stdout) == (99, b"")
    assert calls(server)[0] == "token 200"
