"""What a connector may be given to push besides plain products, and what the PIM lacks of it in the end.

Each list holds bodies as the PIM takes them, told apart by their members: an option has an `attribute`, a product an
`identifier`, a product model neither. Whatever others need comes after them: no list can be written in its order.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mock_akeneo.contract.products import holds
from mock_akeneo.core.json_types import Json

_SELECTS: Final = frozenset({"pim_catalog_simpleselect", "pim_catalog_multiselect"})
_ATTRIBUTES_WITH_NEW_OPTIONS: Final = 2


def models(
    number: int, products: Iterable[Json], product_models: Mapping[str, Json], family_variants: Mapping[str, Json]
) -> list[Json]:
    """`number` root models, each with one variant, and with a model between them where the family variant has two
    levels. Values of axes are those of a variant that is there; a catalog without variants gives nothing."""
    # Of each family variant the first variant that there is.
    patterns = {
        product_models[variant["parent"]]["family_variant"]: variant
        for variant in sorted(products, key=lambda product: str(product.get("identifier")), reverse=True)
        if variant.get("parent") in product_models
    }
    codes = sorted(patterns, key=lambda code: (-len(family_variants[code]["variant_attribute_sets"]), code))
    levels: tuple[list[Json], list[Json], list[Json]] = ([], [], [])
    for position in range(number if codes else 0):
        code = codes[position % len(codes)]
        root = f"contract-model-{position + 1:04}"
        sets = sorted(family_variants[code]["variant_attribute_sets"], key=lambda each: int(each["level"]))
        axes = [{axis: _bare(patterns[code]["values"][axis]) for axis in each["axes"]} for each in sets]
        levels[0].append({"code": root, "family_variant": code})
        parent = root
        for between in axes[:-1]:
            parent = f"{root}-below"
            levels[1].append({"code": parent, "family_variant": code, "parent": root, "values": between})
        levels[2].append({"identifier": f"{root}-variant", "parent": parent, "values": axes[-1]})
    return [*levels[2], *levels[1], *levels[0]]


def options(number: int, attributes: Iterable[Json]) -> list[Json]:
    """`number` new options of a few attributes, and as many products that use one each."""
    selects = [a for a in attributes if a["type"] in _SELECTS and _is_plain(a)][:_ATTRIBUTES_WITH_NEW_OPTIONS]
    used, made = [], []
    for position in range(number if selects else 0):
        attribute, code = selects[position % len(selects)], f"contract_{position + 1:04}"
        data = code if attribute["type"] == "pim_catalog_simpleselect" else [code]
        made.append({"code": code, "attribute": attribute["code"], "labels": {}})
        used.append(
            {"identifier": f"contract-option-{position + 1:04}", "values": {attribute["code"]: _value(data=data)}}
        )
    return [*used, *made]


def media(number: int, attributes: Iterable[Json], folder: Path) -> list[Json]:
    """`number` products with an image each. Its value has the path of the `file`, in `folder`, in place of `data`."""
    images = [
        a["code"]
        for a in attributes
        if a["type"] == "pim_catalog_image" and _is_plain(a) and "png" in (a["allowed_extensions"] or ["png"])
    ]
    made: list[Json] = []
    for position in range(number if images else 0):
        file = folder / f"front view {position + 1}.png"
        file.write_bytes(_png(position))
        values = {images[position % len(images)]: _value(file=str(file))}
        made.append({"identifier": f"contract-file-{position + 1:04}", "values": values})
    return made


def _is_plain(attribute: Json) -> bool:
    return not (attribute["localizable"] or attribute["scopable"])


def _value(**told: object) -> list[Json]:
    return [{"locale": None, "scope": None, **told}]


def _bare(values: Sequence[Json]) -> list[Json]:
    return [{name: value[name] for name in ("locale", "scope", "data")} for value in values]


def _png(shade: int) -> bytes:
    """An image of one grey pixel."""
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(bytes([0, shade % 256]))),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the PIM holds: products by identifier, models by code, options as attribute and code; `is_file` says whether
    the media file of a code has the bytes of the file at a path."""

    products: Mapping[str, Json]
    product_models: Mapping[str, Json]
    options: frozenset[tuple[str, str]]
    is_file: Callable[[str, str], bool]


def lacking(pushed: Iterable[Json], held: Held) -> tuple[str, ...]:
    """The names of those that the PIM does not hold as they were given."""
    return tuple(str(body.get("identifier") or body["code"]) for body in pushed if not _is_held(body, held))


def _is_held(body: Json, held: Held) -> bool:
    if "attribute" in body:
        return (body["attribute"], body["code"]) in held.options
    if "identifier" not in body:
        return holds(held.product_models.get(body["code"]), body)
    product = held.products.get(body["identifier"])
    values = {a: [value for value in told if "file" not in value] for a, told in body["values"].items()}
    return (
        product is not None
        and holds(product, {**body, "values": values})
        and all(
            any(_same_place(value, there) and held.is_file(there["data"], value["file"]) for there in _at(product, a))
            for a, told in body["values"].items()
            for value in told
            if "file" in value
        )
    )


def _at(product: Json, attribute: str) -> Sequence[Json]:
    there: Sequence[Json] = product["values"].get(attribute, ())
    return there


def _same_place(one: Json, other: Json) -> bool:
    return (one["locale"], one["scope"]) == (other["locale"], other["scope"])
