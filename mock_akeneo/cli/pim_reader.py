"""Reads all of a PIM through its REST API, as the lines of a catalog folder.

What the API does not show cannot be read: labels of inactive locales, groups but for their codes, and what the
connection has no right to.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlsplit

import httpx
import orjson

from mock_akeneo.cli.running import trust
from mock_akeneo.core.json_types import Json

ROOT: Final = "/api/rest/v1"
TRIES: Final = 8
LONGEST_WAIT_SECONDS: Final = 300
_PAGE: Final = {"limit": "100"}
_BY_CURSOR: Final = {**_PAGE, "pagination_type": "search_after"}
_PASSING: Final = frozenset({408, 429, 500, 502, 503, 504})

# Plain lists: file, and parameters besides the length of a page.
_LISTS: Final = {
    "locales": {},
    "currencies": {},
    "attribute_groups": {},
    "attributes": {"with_table_select_options": "true"},
    "categories": {"with_enriched_attributes": "true"},
    "channels": {},
    "families": {},
    "association_types": {},
}
_IDENTIFIER: Final = "pim_catalog_identifier"
_WITH_OPTIONS: Final = ("pim_catalog_simpleselect", "pim_catalog_multiselect")


class Access(NamedTuple):
    """Base URL and credentials of a connection."""

    base_url: str
    client_id: str
    secret: str
    username: str
    password: str


class Unreadable(Exception):
    """The PIM does not answer, or refuses with `status`; the message says what."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class Reader:
    """`products`: how many at most; None: all. `media`: with the bytes. `note`: told of progress."""

    def __init__(self, access: Access, *, products: int | None, media: bool, note: Callable[[str], object]) -> None:
        self._access, self._products, self._media, self._note = access, products, media, note
        self._http = httpx.Client(base_url=access.base_url, timeout=60, verify=trust(access.base_url))
        self._token = ""
        # The attribute whose values are the identifiers of products.
        self._identifier = ""

    def lines(self) -> Iterator[Json]:
        """`{"resource", "body"}`, and `content` for the bytes of a media file. Raises `Unreadable`."""
        with self._http:
            yield from self._structure()
            yield from self._media_files()
            yield from self._entities()

    def _structure(self) -> Iterator[Json]:
        selects, families = [], []
        for file, more in _LISTS.items():
            count = 0
            for body in self._items(f"{ROOT}/{file.replace('_', '-')}", {**_PAGE, **more}):
                count += 1
                if file == "attributes" and body["type"] in _WITH_OPTIONS:
                    selects.append(body["code"])
                if file == "attributes" and (body.get("is_main_identifier") or body["type"] == _IDENTIFIER):
                    self._identifier = body["code"] if body.get("is_main_identifier", True) else self._identifier
                if file == "families":
                    families.append(body["code"])
                if file == "categories":
                    yield from self._images(body)
                yield _line(file, body)
            self._note(f"{file}: {count}")
        for attribute in selects:
            for body in self._items(f"{ROOT}/attributes/{quote(attribute, safe='')}/options", _PAGE):
                yield _line("attribute_options", {**body, "attribute": attribute})
        for family in families:
            for body in self._items(f"{ROOT}/families/{quote(family, safe='')}/variants", _PAGE):
                yield _line("family_variants", {**body, "family": family})
        for body in self._json(f"{ROOT}/measurement-families"):
            yield _line("measurement_families", body)

    def _media_files(self) -> Iterator[Json]:
        count = 0
        for body in self._items(f"{ROOT}/media-files", _PAGE):
            count += 1
            line = _line("media_files", body)
            if self._media:
                self._add_content(line, "media-files")
            yield line
        self._note(f"media_files: {count}")

    def _images(self, category: Json) -> Iterator[Json]:
        """The media files of an enriched category; no list tells of them."""
        for value in (category.get("values") or {}).values():
            if value["type"] == "image" and value["data"]:
                image = dict(value["data"])
                code = image.pop("file_path")
                line = _line("category_media_files", {"code": code, **image})
                if self._media:
                    self._add_content(line, "category-media-files")
                yield line

    def _add_content(self, line: Json, files: str) -> None:
        """The bytes of a media file; a PIM may have lost them."""
        code = line["body"]["code"]
        try:
            line["content"] = self._answer(f"{ROOT}/{files}/{quote(code)}/download").content
        except Unreadable as error:
            if error.status != 404:
                raise
            self._note(f"{code}: the PIM has no such file: it is left out, and its download will be a 404 here, too")

    def _entities(self) -> Iterator[Json]:
        groups: dict[str, None] = {}
        limit = self._products
        models = self._first(self._items(f"{ROOT}/product-models", _BY_CURSOR), limit)
        products = self._first(self._all_products(), limit)
        if limit is None:
            kept: Iterator[tuple[str, Json]] = _tagged(models, products)
        else:
            kept = iter(_closed(list(models), list(products), self._identifier))
        counts = {"product_models": 0, "products": 0}
        for file, body in kept:
            counts[file] += 1
            groups.update(dict.fromkeys(body.get("groups", ())))
            named, unnamed = _with_links(body, lambda name, key: True)
            if unnamed:
                name = body.get("code") or body.get("identifier") or body.get("uuid")
                self._note(
                    f"{name}: {unnamed} of its links name nothing, as those to a product without identifier: left out"
                )
            yield _line(file, named)
        for code in groups:
            yield _line("groups", {"code": code, "type": "RELATED", "labels": {}})
        for file, count in counts.items():
            self._note(f"{file}: {count}")

    def _all_products(self) -> Iterator[Json]:
        """By uuid, as only newer PIMs have them, else by identifier."""
        try:
            yield from self._items(f"{ROOT}/products-uuid", _BY_CURSOR)
        except Unreadable as error:
            if error.status != 404:
                raise
            yield from self._items(f"{ROOT}/products", _BY_CURSOR)

    @staticmethod
    def _first(items: Iterator[Json], limit: int | None) -> Iterator[Json]:
        for number, item in enumerate(items):
            if number == limit:
                return
            yield item

    # Calls

    def _items(self, path: str, params: dict[str, str]) -> Iterator[Json]:
        page = self._json(path, params)
        while True:
            yield from page["_embedded"]["items"]
            if "next" not in page["_links"]:
                return
            # The link may name another host (a proxy's); the token goes to the given one alone.
            following = urlsplit(page["_links"]["next"]["href"])
            page = self._json(f"{following.path}?{following.query}")

    def _json(self, path: str, params: dict[str, str] | None = None) -> Any:
        answer = self._answer(path, params)
        try:
            return orjson.loads(answer.content)
        except ValueError:
            raise Unreadable(f"GET {path} was not answered with JSON: is {self._access.base_url} a PIM?") from None

    def _answer(self, path: str, params: dict[str, str] | None = None) -> httpx.Response:
        for renewed in (False, True):
            self._token = self._token or self._logged_in()
            request = self._http.build_request("GET", path, params=params)
            request.headers["Authorization"] = f"Bearer {self._token}"
            answer = self._patiently(request)
            if answer.status_code != 401 or renewed:
                break
            self._token = ""
        if not answer.is_success:
            status = answer.status_code
            raise Unreadable(f"GET {path} was answered {status}: {answer.text[:300]}", status)
        return answer

    def _logged_in(self) -> str:
        access = self._access
        members = {"grant_type": "password", "username": access.username, "password": access.password}
        request = self._http.build_request("POST", "/api/oauth/v1/token", json=members)
        answer = self._patiently(next(httpx.BasicAuth(access.client_id, access.secret).auth_flow(request)))
        try:
            return str(orjson.loads(answer.content)["access_token"])
        except (ValueError, KeyError, TypeError):
            raise Unreadable(f"{access.base_url} gives no token: {answer.status_code} {answer.text[:300]}") from None

    def _patiently(self, request: httpx.Request) -> httpx.Response:
        """The first answer that will not change by waiting."""
        trouble = ""
        for attempt in range(TRIES):
            wait = random.uniform(0.5, 1) * 2**attempt / 2
            try:
                answer = self._http.send(request)
                if answer.status_code not in _PASSING:
                    return answer
                trouble = f"{answer.status_code} {answer.text[:200]}"
                told = answer.headers.get("Retry-After", "")
                wait = float(told) if told.isdigit() else wait
            except httpx.TransportError as error:
                trouble = repr(error)
                if isinstance(error, httpx.ConnectError | httpx.UnsupportedProtocol):
                    break
            if wait > LONGEST_WAIT_SECONDS:
                break
            time.sleep(wait)
        raise Unreadable(f"{request.method} {request.url}: gave up after {trouble}")


def _line(file: str, body: Json) -> Json:
    hidden = ("_links", "metadata", "quality_scores", "completenesses")
    return {"resource": file, "body": {name: value for name, value in body.items() if name not in hidden}}


def _key_of(link: Any) -> str | None:
    """What a link names, quantified or not. Product models, and products by identifier, link products by their
    identifiers, which not every product has: it is None then."""
    key: str | None = link.get("uuid") or link.get("identifier") if isinstance(link, dict) else link
    return key


def _with_links(body: Json, keeps: Callable[[str, str], bool]) -> tuple[Json, int]:
    """Both kinds of links, those that are kept, and how many name nothing. `keeps`: told the list and the key."""
    links: Json = {}
    unnamed = 0
    for member in ("associations", "quantified_associations"):
        links[member] = {}
        for type_, lists in (body.get(member) or {}).items():
            kept = links[member][type_] = {}
            for name, each in (lists or {}).items():
                keys = [_key_of(link) for link in each]
                unnamed += keys.count(None)
                kept[name] = [
                    link for link, key in zip(each, keys, strict=True) if key is not None and keeps(name, key)
                ]
    return {**body, **links}, unnamed


def _tagged(models: Iterator[Json], products: Iterator[Json]) -> Iterator[tuple[str, Json]]:
    for body in models:
        yield "product_models", body
    for body in products:
        yield "products", body


def _closed(models: list[Json], products: list[Json], identifier: str) -> list[tuple[str, Json]]:
    """A part that stands alone: without variants of models that were not read, and links to what was not."""
    codes: set[str] = set()
    kept_models = []
    for model in sorted(models, key=lambda model: model.get("parent") is not None):
        if model.get("parent") is None or model["parent"] in codes:
            codes.add(model["code"])
            kept_models.append(model)
    kept_products = [product for product in products if product.get("parent") in (None, *codes)]
    # Product models, and products of older PIMs, name linked products by identifier.
    known = {product.get("uuid") or product["identifier"] for product in kept_products}
    known |= {value["data"] for product in kept_products for value in product["values"].get(identifier, ())}
    tagged = [("product_models", model) for model in kept_models] + [("products", product) for product in kept_products]

    def there(name: str, key: str) -> bool:
        return name == "groups" or key in (codes if name == "product_models" else known)

    return [(file, _with_links(body, there)[0]) for file, body in tagged]
