"""Media files of enriched categories: uploaded with their value, and downloaded.

Source: apidocs: content/swagger/akeneo-web-api.json (category-media-files); pim:
src/Akeneo/Category/back/Infrastructure/Controller/ExternalApi/DownloadCategoryMediaFileController.php
"""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from mock_akeneo.app import App
from mock_akeneo.core.clock import Clock
from mock_akeneo.core.json_types import dumps
from mock_akeneo.seeding.exported import exported
from mock_akeneo.seeding.loader import load
from tests.answers import body, problem
from tests.conftest import version

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(100))
PATH = "http://localhost/api/rest/v1/category-media-files/"
AT = {"code": "categoryA", "attribute_code": "photo", "channel": None, "locale": "en_US"}


def upload(pim: httpx.Client, given: object = AT, file: str | None = "shoes.png") -> httpx.Response:
    parts = {"nothing": ("", b"")} if file is None else {"file": (file, PNG)}
    data = {} if given is None else {"category": given if isinstance(given, str) else dumps(given).decode()}
    return pim.post("/category-media-files", data=data, files=parts)


def test_a_file_is_stored_and_set_as_value_in_one_go(technical: httpx.Client) -> None:
    answer = upload(technical)
    assert (answer.status_code, answer.content) == (201, b"")
    location = answer.headers["location"]
    found = re.fullmatch(re.escape(PATH) + "(.+)/download", location)
    assert found is not None
    download = technical.get(location)
    assert (download.content, download.headers["content-type"]) == (PNG, "image/png")
    assert download.headers["content-disposition"] == 'attachment; filename="shoes.png"'
    category = technical.get("/categories/categoryA?with_enriched_attributes=true").json()
    assert category["updated"] == "2026-01-01T00:00:00+00:00"
    [(name, value)] = category["values"].items()
    assert name == f"{value['attribute_code']}|en_US"
    assert value == {
        "data": {
            "size": len(PNG),
            "extension": "png",
            "file_path": found[1],
            "mime_type": "image/png",
            "original_filename": "shoes.png",
        },
        "type": "image",
        "channel": None,
        "locale": "en_US",
        "attribute_code": value["attribute_code"],
    }
    # It is no media file of products, and theirs are none of categories.
    assert body(technical.get(f"/media-files/{found[1]}")) == problem(404, f'Media file "{found[1]}" does not exist.')
    assert technical.get("/media-files").json()["_embedded"]["items"] == []
    assert technical.get("/category-media-files/none.png/download").status_code == 404
    # Another category may show the same image, by its path.
    sent = {"values": [{"attribute_code": "photo", "channel": None, "locale": None, "data": found[1]}]}
    assert technical.patch("/categories/categoryB", json=sent).status_code == 204
    told = technical.get("/categories/categoryB?with_enriched_attributes=true").json()["values"]
    assert told == {value["attribute_code"]: {**value, "locale": None}}


def test_an_exported_catalog_brings_files_and_values_back(
    technical: httpx.Client, technical_app: App, tmp_path: Path
) -> None:
    location = upload(technical).headers["location"]
    values = technical.get("/categories/categoryA?with_enriched_attributes=true").json()["values"]
    catalog = technical_app.sandboxes.default.catalog
    for file, line in exported(catalog):
        with (tmp_path / f"{file}.jsonl").open("ab") as lines:
            lines.write(dumps(line) + b"\n")
    key = location.removeprefix(PATH).removesuffix("/download")
    (tmp_path / "media" / key).parent.mkdir(parents=True)
    (tmp_path / "media" / key).write_bytes(PNG)
    again = load(str(tmp_path), Clock("frozen"))
    assert (again.media.content(key), (again.data("category", "categoryA") or {})["values"]) == (PNG, values)


@pytest.mark.parametrize(
    ("given", "status", "message"),
    [
        (None, 422, 'Property "category" is required.'),
        ("{", 400, "Invalid json message received"),
        *(
            (given, 422, 'Category property must contain "code", "attribute_code", "channel" and "locale" properties.')
            for given in ("[]", {**AT, "code": None}, {name: AT[name] for name in ("code", "attribute_code", "locale")})
        ),
        ({**AT, "code": "nope"}, 422, 'Category "nope" does not exist.'),
        ({**AT, "attribute_code": "title"}, 422, 'The "title" attribute is not an image.'),
        (
            {**AT, "locale": "xx"},
            422,
            'Property "values" expects a valid locale code. The locale does not exist, "xx" given.',
        ),
    ],
)
def test_a_refused_upload_leaves_nothing_behind(
    technical: httpx.Client, technical_app: App, given: object, status: int, message: str
) -> None:
    title = {"values": [{"attribute_code": "title", "data": "A"}]}
    assert technical.patch("/categories/categoryB", json=title).status_code == 204
    assert body(upload(technical, given)) == problem(status, message)
    assert list(technical_app.sandboxes.default.catalog["category_media_file"]) == []
    assert technical.get("/categories/categoryA?with_enriched_attributes=true").json()["values"] == {}


def test_an_upload_needs_a_file_and_parts(technical: httpx.Client) -> None:
    assert body(upload(technical, file=None)) == problem(422, 'Property "file" is required.')
    refused = problem(
        415, '"application/json" in "Content-Type" header is not valid. Only "multipart/form-data" is allowed.'
    )
    assert body(technical.post("/category-media-files", json={})) == refused


def test_an_upload_needs_the_right_to_edit_categories(technical: httpx.Client, technical_app: App) -> None:
    connection = next(iter(technical_app.sandboxes.default.connections.by_code.values()))
    role = connection.role
    connection.role = role - {"pim_api_category_edit"}
    try:
        assert body(upload(technical)) == problem(403, "You are not allowed to access the web API.")
    finally:
        connection.role = role


def test_older_pims_have_no_such_route() -> None:
    with version("7.0") as old:
        assert upload(old).status_code == 404
