"""Media files are listed, told and downloaded.

Source: pim: tests/back/Pim/Enrichment/EndToEnd/Product/Product/ExternalApi/Media/
"""

from __future__ import annotations

import httpx
import pytest

from mock_akeneo.catalog.document import Document
from mock_akeneo.core.json_types import dumps
from mock_akeneo.sandbox.sandbox import Sandbox

PATH = "/api/rest/v1/media-files"
CODE = "8/6/d/5/86d5d517bdff522f16ce60b24e06086db0af85f9_akeneo.jpg"
NOTES = "1/2/3/4/12345517bdff522f16ce60b24e06086db0af85f9_notes.txt"
FILE = {
    "code": CODE,
    "original_filename": "akeneo.jpg",
    "mime_type": "image/jpeg",
    "size": 5,
    "extension": "jpg",
}
TEXT = {
    "code": NOTES,
    "original_filename": "Größe.txt",
    "mime_type": "text/plain",
    "size": 0,
    "extension": "txt",
}


def url(code: str) -> str:
    return f"http://localhost{PATH}/{code}"


@pytest.fixture(autouse=True)
def files(sandbox: Sandbox) -> None:
    for body in (FILE, TEXT):
        sandbox.catalog["media_file"].put(Document(str(body["code"]), dumps(body)))
    sandbox.catalog.media.put(CODE, b"bytes")
    sandbox.catalog.media.put(NOTES, b"")


def test_a_media_file_tells_what_it_is_and_where_its_bytes_are(api: httpx.Client) -> None:
    answer = api.get(f"{PATH}/{CODE}")
    assert answer.status_code == 200
    assert answer.json() == {**FILE, "_links": {"download": {"href": url(CODE) + "/download"}}}


@pytest.mark.parametrize("code", [CODE, CODE.replace("/", "%2F"), CODE.replace("/", "%2f")])
def test_a_download_gives_the_bytes_whatever_the_slashes_look_like(api: httpx.Client, code: str) -> None:
    answer = api.get(f"{PATH}/{code}/download")
    assert (answer.status_code, answer.content) == (200, b"bytes")
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-length"] == "5"
    assert answer.headers["content-disposition"] == 'attachment; filename="akeneo.jpg"'


def test_an_empty_file_is_downloaded_under_its_own_name(api: httpx.Client) -> None:
    answer = api.get(f"{PATH}/{NOTES}/download")
    assert (answer.status_code, answer.content) == (200, b"")
    disposition = dict(answer.headers.raw)[b"Content-Disposition"]
    assert disposition == 'attachment; filename="Größe.txt"'.encode()


def test_a_list_has_links_to_each_file_and_its_bytes(api: httpx.Client) -> None:
    answer = api.get(PATH, params={"limit": 1, "with_count": "true", "mine": "a b"})
    assert answer.status_code == 200
    assert answer.json() == {
        "_links": {
            "self": {"href": f"http://localhost{PATH}?page=1&limit=1&with_count=true&mine=a%20b"},
            "first": {"href": f"http://localhost{PATH}?page=1&limit=1&with_count=true&mine=a%20b"},
            "next": {"href": f"http://localhost{PATH}?page=2&limit=1&with_count=true&mine=a%20b"},
        },
        "current_page": 1,
        "items_count": 2,
        "_embedded": {
            "items": [
                {"_links": {"self": {"href": url(CODE)}, "download": {"href": url(CODE) + "/download"}}, **FILE},
            ]
        },
    }


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/nothing/here", 'Media file "nothing/here" does not exist.'),
        ("/nothing/here/download", 'Media file "nothing/here" does not exist.'),
        (f"/{CODE.upper()}", f'Media file "{CODE.upper()}" does not exist.'),
    ],
)
def test_an_unknown_file_is_told(api: httpx.Client, path: str, message: str) -> None:
    answer = api.get(PATH + path)
    assert (answer.status_code, answer.json()) == (404, {"code": 404, "message": message})


def test_a_file_whose_bytes_are_gone_is_told(api: httpx.Client, sandbox: Sandbox) -> None:
    code = CODE.replace("5f9_", "5f0_")
    sandbox.catalog["media_file"].put(Document(code, dumps({**FILE, "code": code})))
    answer = api.get(f"{PATH}/{code}/download")
    message = f'Media file "{code}" is not present on the filesystem.'
    assert (answer.status_code, answer.json()) == (404, {"code": 404, "message": message})


def test_pages_of_media_go_by_number_only(api: httpx.Client) -> None:
    answer = api.get(PATH, params={"pagination_type": "search_after"})
    assert (answer.status_code, answer.json()) == (
        422,
        {"code": 422, "message": "Pagination type is not supported."},
    )
