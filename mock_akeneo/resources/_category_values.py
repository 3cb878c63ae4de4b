"""What enriched categories have besides labels: values, and what a tree asks of products.

Source: apidocs: content/swagger/akeneo-web-api.json (categories); pim:
src/Akeneo/Category/back/Domain/ValueObject/Attribute/Value/AbstractValue.php (keys and members of values)
Unsure: an attribute of categories comes from the template of a tree, of which no API tells; here it is what the values
of the catalog say, a new one what its first value is. The words of a refusal are ours, after those of other resources.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.chance import derived_uuid
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import Malformed, Violation, malformed_type
from mock_akeneo.rest import shapes

FILE: Final = "category_media_file"

_KNOWN: Final = {
    "channel": shapes.known("channel", "channel", "channel code"),
    "locale": shapes.known("locale", "locale", "locale code"),
}
_file = shapes.known(FILE, "media file", "media file")


class Attribute(NamedTuple):
    """`name`: `description|96b88bf4-…`, its code and uuid. `type`: `text`, `textarea`, `boolean` or `image`."""

    name: str
    type: str


def values(item: Json, name: str, value: Any, pim: Catalog) -> None:
    """A list of `{"attribute_code", "channel", "locale", "data"}`; those that are not named stay, null removes one.

    What GET shows is taken as well.
    """
    found: Json = dict(item.get(name) or {})
    for given in _objects(name, value):
        missing = [member for member in ("attribute_code", "data") if member not in given]
        if missing:
            raise Malformed(f'Property "{name}" expects an array with the key "{missing[0]}".')
        _merge(found, name, given, pim)
    item[name] = found


def _objects(name: str, value: Any) -> list[Json]:
    objects = shapes.array(name, value)
    if not all(isinstance(given, dict) for given in objects):
        raise Malformed(f'Property "{name}" expects an array of objects as data.')
    return objects


def _merge(found: Json, name: str, given: Json, pim: Catalog) -> None:
    code, data = given["attribute_code"], given["data"]
    if not isinstance(code, str):
        raise malformed_type("attribute_code", "a string", code)
    if not code.partition("|")[0]:
        raise Malformed('Property "attribute_code" does not expect an empty value.')
    channel, locale = (_scoped(member, name, given.get(member), pim) for member in ("channel", "locale"))
    attribute = attribute_of(code, found, pim) or Attribute(_named(code), _type_of(data, pim))
    key = "|".join(part for part in (attribute.name, channel, locale) if part)
    if data is None:
        found.pop(key, None)
        return
    found[key] = {
        "data": _fit(name, data, attribute.type, pim),
        "type": attribute.type,
        "channel": channel,
        "locale": locale,
        "attribute_code": attribute.name,
    }


def _scoped(member: str, name: str, value: Any, pim: Catalog) -> str | None:
    """The channel or locale of a value, in its own letter case."""
    if isinstance(value, list | dict):
        raise malformed_type(member, "a scalar", value)
    return None if value is None else _KNOWN[member](name, value, pim)


def _named(code: str) -> str:
    return code if "|" in code else f"{code}|{derived_uuid(f'category attribute {code}')}"


def attribute_of(code: str, found: Json, pim: Catalog) -> Attribute | None:
    """The attribute that a value of this category, or else of another one, tells of. `code`: with or without uuid."""
    code = code.partition("|")[0]
    return _told(found).get(code) or pim.fact("category attributes", _attributes).get(code)


def _attributes(pim: Catalog) -> Mapping[str, Attribute]:
    found: dict[str, Attribute] = {}
    for document in pim["category"].in_order_of_creation():
        found = _told(document.data.get("values") or {}) | found
    return found


def _told(values: Json) -> dict[str, Attribute]:
    """By their codes."""
    named = (Attribute(value["attribute_code"], value["type"]) for value in values.values())
    return {attribute.name.partition("|")[0]: attribute for attribute in named}


def _type_of(data: Any, pim: Catalog) -> str:
    if isinstance(data, bool):
        return "boolean"
    if isinstance(data, dict) or pim[FILE].get(str(data)) is not None:
        return "image"
    return "textarea" if "\n" in str(data) or "<" in str(data) else "text"


def _fit(name: str, data: Any, kind: str, pim: Catalog) -> Any:
    """The data as it is kept. An image is told by the path of its file, or as GET shows it."""
    if kind == "boolean":
        if not isinstance(data, bool):
            raise malformed_type(name, "a boolean", data)
        return data
    if kind == "image":
        path = data.get("file_path") if isinstance(data, dict) else data
        if not isinstance(path, str):
            raise malformed_type(name, "a string", path)
        return _image(pim.data(FILE, _file(name, path, pim)) or {})
    if not isinstance(data, str):
        raise malformed_type(name, "a string", data)
    return data


def _image(file: Json) -> Json:
    """The data of an image: what a category tells of its media file."""
    return {
        "size": file["size"],
        "extension": file["extension"],
        "file_path": file["code"],
        "mime_type": file["mime_type"],
        "original_filename": file["original_filename"],
    }


def validations(item: Json, name: str, value: Any, pim: Catalog) -> None:
    """What a tree asks of the categories of a product: kept, merged, and shown by no GET."""
    members = shapes.array(name, value)
    given_by_name = value if isinstance(value, dict) else {str(place): member for place, member in enumerate(members)}
    for member, given in given_by_name.items():
        shape = _VALIDATIONS.get(member)
        if shape is None:
            raise Malformed(f'Property "{member}" does not exist.')
        shape({}, member, given, pim)
    item[name] = {**item.get(name, {}), **given_by_name}


_VALIDATIONS: Final = {
    "max_categories_per_product": shapes.integer,
    "only_leaves": shapes.boolean,
    "is_mandatory": shapes.boolean,
}


def only_a_tree_has_requirements(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    for name in ("validations", "channel_requirements"):
        if item["parent"] is not None and item.get(name):
            yield Violation(name, "This property is only applicable to a root category.")
