"""POST /media-files: the parts as real clients send them, the value that is set, and every refusal.

Source: pim: tests/back/Pim/Enrichment/EndToEnd/Product/Product/ExternalApi/Media/CreateProductMediaFileEndToEnd.php
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from mock_akeneo.app import App
from mock_akeneo.core.json_types import Json, dumps
from tests.resources.shop import error, invalid, value, value_error

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(100))
KEY = re.compile(r"([0-9a-f])/([0-9a-f])/([0-9a-f])/([0-9a-f])/\1\2\3\4[0-9a-f]{36}_(.+)")
AT = {"identifier": "foo", "attribute": "an_image", "locale": None, "scope": None}


@pytest.fixture(autouse=True)
def catalog(shop: App, shop_api: httpx.Client) -> None:
    shop_api.post("/products", json={"identifier": "foo"})
    shop_api.post("/product-models", json={"code": "sweat", "family_variant": "familyVariantA1"})
    body = {"code": "sub", "parent": "sweat", "values": {"a_simple_select": value("optionA")}}
    shop_api.post("/product-models", json=body)
    shop.sandboxes.default.clock.advance(60)


Part = tuple[str, str | None, bytes | str]


def post(api: httpx.Client, *parts: Part, boundary: str = "=_x", quoted: bool = False) -> httpx.Response:
    """Parts as (name, file name or None, content), written by hand: no library stands between."""
    lines = []
    for name, filename, content in parts:
        of_file = "" if filename is None else f'; filename="{filename}"\r\nContent-Type: PNG image data, 1 x 1'
        body = content.encode() if isinstance(content, str) else content
        lines.append(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{of_file}\r\n\r\n'.encode() + body + b"\r\n"
        )
    content_type = (
        f'multipart/form-data; boundary="{boundary}"' if quoted else f"multipart/form-data; boundary={boundary}"
    )
    return api.post(
        "/media-files",
        content=b"".join(lines) + f"--{boundary}--\r\n".encode(),
        headers={"content-type": content_type},
    )


def text(given: object) -> str:
    return dumps(given).decode()


def product(**changes: object) -> Part:
    return "product", None, text({**AT, **changes})


def model(**changes: object) -> Part:
    return (
        "product_model",
        None,
        text({"code": "sweat", **{k: AT[k] for k in ("attribute", "locale", "scope")}, **changes}),
    )


def file(name: str = "ziggy.png", content: bytes = PNG) -> Part:
    return "file", name, content


def key_of(answer: httpx.Response) -> str:
    assert (answer.status_code, answer.content) == (201, b"")
    return answer.headers["location"].removeprefix("http://localhost/api/rest/v1/media-files/")


def test_a_file_is_stored_and_set_as_value_in_one_go(shop_api: httpx.Client) -> None:
    key = key_of(post(shop_api, product(), file()))
    found = KEY.fullmatch(key)
    assert found is not None
    assert found[5] == "ziggy.png"
    body = shop_api.get("/products/foo").json()
    [entry] = body["values"]["an_image"]
    assert (entry["data"], body["updated"]) == (key, "2026-01-01T00:01:00+00:00")
    url = f"http://localhost/api/rest/v1/media-files/{key}"
    assert shop_api.get(f"/media-files/{key}").json() == {
        "code": key,
        "original_filename": "ziggy.png",
        "mime_type": "image/png",
        "size": len(PNG),
        "extension": "png",
        "_links": {"download": {"href": f"{url}/download"}},
    }
    download = shop_api.get(f"/media-files/{key}/download")
    assert (download.content, download.headers["content-type"]) == (PNG, "image/png")
    assert download.headers["content-disposition"] == 'attachment; filename="ziggy.png"'


def test_a_file_of_a_model_goes_the_same_way(shop_api: httpx.Client) -> None:
    key = key_of(post(shop_api, model(), file()))
    shop_api.post("/products", json={"identifier": "bar", "values": {"an_image": value(key)}})
    [entry] = shop_api.get("/products/bar").json()["values"]["an_image"]
    assert entry["data"] == key


@pytest.mark.parametrize(
    "parts",
    [
        (file(), product()),
        (product(attribute="wrong"), product(), file("wrong.txt"), file()),
        (
            ("file", None, "C:\\pictures\\ziggy.png"),
            ("file", None, "name"),
            ("file", None, "type"),
            product(),
            file("/home/me/ziggy.png"),
            ("product", "product", "{}"),
        ),
        (product(), file("C:\\pictures\\ziggy.png")),
        (("_token", None, "x"), product(), ("other", "other.txt", b"x"), file()),
    ],
    ids=["file first", "the last of a name counts", "fields and files apart", "base name", "stray parts"],
)
def test_parts_are_taken_as_php_takes_them(shop_api: httpx.Client, parts: tuple[Part, ...]) -> None:
    key = key_of(post(shop_api, *parts))
    assert shop_api.get(f"/media-files/{key}").json()["original_filename"] == "ziggy.png"


def test_a_quoted_boundary_is_read(shop_api: httpx.Client) -> None:
    assert post(shop_api, product(), file(), boundary="a b:c?", quoted=True).status_code == 201


def test_what_httpx_makes_of_it_is_read(shop_api: httpx.Client) -> None:
    answer = shop_api.post("/media-files", data={"product": text(AT)}, files={"file": ("ziggy.png", PNG, "image/png")})
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Grün & gut.png", "Gr__n___gut.png"),
        ("x" * 120 + ".png", "x" * 95 + ".png"),
        ("no-extension", "no_extension"),
    ],
)
def test_odd_characters_of_a_name_become_underscores_in_the_key(shop_api: httpx.Client, name: str, plain: str) -> None:
    key = key_of(post(shop_api, product(attribute="a_file"), file(name)))
    found = KEY.fullmatch(key)
    assert found is not None
    assert found[5] == plain
    body = shop_api.get(f"/media-files/{key}").json()
    assert (body["original_filename"], body["extension"]) == (name, "png" if name.endswith(".png") else "")


def test_the_same_bytes_again_get_a_new_key_which_is_set(shop_api: httpx.Client) -> None:
    first = key_of(post(shop_api, product(), file()))
    second = key_of(post(shop_api, product(), file()))
    [entry] = shop_api.get("/products/foo").json()["values"]["an_image"]
    assert (first == second, entry["data"]) == (False, second)


def test_by_patch_the_key_of_the_same_bytes_changes_nothing(shop_api: httpx.Client) -> None:
    first = key_of(post(shop_api, product(), file()))
    shop_api.post("/products", json={"identifier": "bar"})
    second = key_of(post(shop_api, product(identifier="bar"), file("other.png")))
    assert shop_api.patch("/products/foo", json={"values": {"an_image": value(second)}}).status_code == 204
    [entry] = shop_api.get("/products/foo").json()["values"]["an_image"]
    assert entry["data"] == first


def test_a_large_file_is_kept_whole(shop: App, shop_api: httpx.Client) -> None:
    content = bytes(range(256)) * 20_000
    key = key_of(post(shop_api, product(attribute="a_file"), file("big.bin", content)))
    assert shop_api.get(f"/media-files/{key}/download").content == content
    [entry] = shop.sandboxes.default.journal.entries(operation="media_files.create")
    assert (entry["request_bytes"] > len(content), entry["body"], len(entry["body_sha256"])) == (True, None, 64)


def test_a_body_that_comes_in_pieces_is_read_as_it_comes(shop_api: httpx.Client) -> None:
    whole = httpx.Request(
        "POST",
        "http://x",
        data={"product": text({**AT, "attribute": "a_file"})},
        files={"file": ("a.txt", b"x" * 5000)},
    )
    body = whole.read()

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(body), 7):
            yield body[start : start + 7]

    answer = shop_api.post("/media-files", content=pieces(), headers={"content-type": whole.headers["content-type"]})
    assert shop_api.get(f"/media-files/{key_of(answer)}/download").content == b"x" * 5000


NEITHER = 'You should at least give one of the following properties: "product" or "product_model".'
PRODUCT_PART = 'Product property must contain "identifier", "attribute", "locale" and "scope" properties.'
MODEL_PART = 'Product model property must contain "code", "attribute", "locale" and "scope" properties.'


@pytest.mark.parametrize(
    ("parts", "status", "message"),
    [
        ((product(), model(), file()), 422, 'You should give either a "product" or a "product_model" key.'),
        ((file(),), 422, NEITHER),
        ((("product", "product.json", text(AT)), file()), 422, NEITHER),
        ((("product", None, "{"), file()), 400, "Invalid json message received"),
        ((("product", None, "12"), file()), 422, PRODUCT_PART),
        ((("product", None, '{"identifier":"foo","attribute":"an_image","locale":null}'), file()), 422, PRODUCT_PART),
        ((product(attribute=None), file()), 422, PRODUCT_PART),
        ((("product_model", None, text(AT)), file()), 422, MODEL_PART),
        ((product(identifier="x"),), 422, 'Product "x" does not exist.'),
        ((model(code="x"),), 422, 'Product model "x" does not exist.'),
        ((product(),), 422, 'Property "file" is required.'),
        ((product(), ("file", "", b"")), 422, 'Property "file" is required.'),
        ((product(attribute="x"), file()), 422, "The x attribute does not exist in your PIM."),
        ((model(attribute="x"), file()), 422, 'Property "x" does not exist.'),
        (
            (product(locale="en_US"), file()),
            422,
            "The an_image attribute requires neither a channel (nothing was detected) nor a locale "
            "(en_US was detected).",
        ),
        (
            (product(attribute="a_localizable_scopable_image"), file()),
            422,
            "The a_localizable_scopable_image attribute requires a value per channel (nothing was detected) and a "
            "locale (nothing was detected).",
        ),
    ],
)
def test_what_cannot_be_done_is_told_plainly(
    shop_api: httpx.Client, parts: tuple[Part, ...], status: int, message: str
) -> None:
    answer = post(shop_api, *parts)
    assert (answer.status_code, answer.json()) == (status, {"code": status, "message": message})
    assert shop_api.get("/media-files").json()["_embedded"]["items"] == []


LEVEL = 'Cannot set the property "an_image" to this entity as it is not in the attribute set'


@pytest.mark.parametrize(
    ("parts", "errors"),
    [
        (
            (product(), file("ziggy.txt", b"hello")),
            [
                value_error(
                    "The txt file extension is not allowed for the an_image attribute. "
                    "Allowed extensions are jpg, gif, png.",
                    "an_image",
                )
            ],
        ),
        (
            (product(), file("ziggy.jpg", b"hello")),
            [
                value_error(
                    "The MIME type is not allowed for jpg (allowed types: image/jpeg, found text/plain).", "an_image"
                )
            ],
        ),
        (
            (product(), file("ziggy.png", PNG + b"x" * 600_000)),
            [
                value_error(
                    "The file ziggy.png is too large (600.11 kB). The an_image attribute can not exceed 512 kB.",
                    "an_image",
                )
            ],
        ),
        (
            (product(attribute="a_localizable_scopable_image", locale="fr_FR", scope="ecommerce"), file()),
            [
                value_error(
                    "The a_localizable_scopable_image attribute requires a valid locale. "
                    "The fr_FR locale is not bound to the ecommerce channel.",
                    "a_localizable_scopable_image",
                    "fr_FR",
                    "ecommerce",
                )
            ],
        ),
        ((model(code="sub"), file()), [error("attribute", LEVEL)]),
        (
            (model(attribute="a_localizable_scopable_image", locale="en_US", scope="ecommerce"), file()),
            [
                error(
                    "attribute",
                    'Attribute "a_localizable_scopable_image" does not belong to the family "familyA"',
                )
            ],
        ),
    ],
    ids=["extension", "content", "size", "locale", "level", "family"],
)
def test_what_breaks_a_rule_is_told_and_leaves_no_file(
    shop_api: httpx.Client, parts: tuple[Part, ...], errors: list[Json]
) -> None:
    answer = post(shop_api, *parts)
    assert (answer.status_code, answer.json()) == (422, invalid(*errors))
    assert shop_api.get("/media-files").json()["_embedded"]["items"] == []
    assert "an_image" not in shop_api.get("/products/foo").json()["values"]


def test_another_content_type_is_refused(shop_api: httpx.Client) -> None:
    answer = shop_api.post("/media-files", json=AT)
    message = '"application/json" in "Content-Type" header is not valid. Only "multipart/form-data" is allowed.'
    assert (answer.status_code, answer.json()) == (415, {"code": 415, "message": message})


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=other"])
def test_a_body_that_cannot_be_read_has_no_parts(shop_api: httpx.Client, content_type: str) -> None:
    answer = shop_api.post("/media-files", content=b"nothing", headers={"content-type": content_type})
    assert (answer.status_code, answer.json()) == (422, {"code": 422, "message": NEITHER})
