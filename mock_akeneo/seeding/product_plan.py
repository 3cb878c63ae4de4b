"""How generated products are dealt out to families and their variants, and what each storey of them holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice, product
from math import prod
from typing import Final, NamedTuple

from mock_akeneo.core.json_types import Json
from mock_akeneo.seeding.structure import Structure
from mock_akeneo.seeding.value_pools import Values, obeys

# How many products a family gets before it is the next one's turn, and how many children a product model gets
# on each level of its family variant.
_SIMPLE_PRODUCTS: Final = 8
_WIDTHS: Final = {1: (6,), 2: (2, 4)}
_AXIS_COMBINATIONS: Final = 200
_FILLED: Final = 0.8  # share of the products that hold an attribute which their family does not require

# Spellings of the nth text of a unique attribute; the first that the attribute allows is used.
UNIQUE_TEXTS: Final = (
    "gen-{:06}",
    "2{:012}",
    "GEN{:06}",
    "{:06}",
    "gen-{:06}@example.com",
    "https://www.example.com/gen-{:06}",
)
_NO_FAMILY: Final[Json] = {"code": None, "attributes": [], "attribute_requirements": {}}


class Level(NamedTuple):
    """What the items of one storey hold: root models, sub models, or products.

    `drawn`: attribute, pool, and what to draw below; beyond the pool means no value. `unique`: attribute, and
    what spells its nth value. `combinations`: values of the axes, another one for each of `width` siblings.
    """

    drawn: Sequence[tuple[str, Sequence[Values], int]]
    unique: Mapping[str, Callable[[int], str]]
    combinations: Sequence[dict[str, Values]]
    width: int


class Kind(NamedTuple):
    """A family, or one of its variants. `levels`: from the root to the products; one for simple products."""

    family: str | None
    family_variant: str | None
    levels: tuple[Level, ...]


class Block(NamedTuple):
    """All the products below one root model, or some simple ones. `number`: from 1."""

    number: int
    kind: Kind
    products: range


def blocks(kinds: Sequence[Kind], count: int) -> Iterator[Block]:
    """Deals out the products 1 to `count`, so that each kind has its turn."""
    first, number = 1, 0
    while first <= count:
        kind = kinds[number % len(kinds)]
        size = prod(level.width for level in kind.levels)
        number += 1
        yield Block(number, kind, range(first, min(first + size, count + 1)))
        first += size


def kinds_of(structure: Structure, pools: Mapping[str, Sequence[Values]], identifier: str) -> list[Kind]:
    """Each family and each of its variants whose axes can be filled; without families, products of none."""
    attributes = {attribute["code"]: attribute for attribute in structure.attributes}
    options = options_of(structure)
    kinds = []
    for family in structure.families or (_NO_FAMILY,):
        codes = {*family["attributes"], identifier}
        unique = {code for code in codes if attributes[code]["unique"]}
        required = {code for channel in family["attribute_requirements"].values() for code in channel}
        drawn = {
            code: (code, pools[code], int(len(pools[code]) / (1 if code in required else _FILLED)))
            for code in sorted(codes)
            if pools.get(code)
        }
        spelled = {code: spell for code in sorted(unique) if (spell := spelling(attributes[code])) is not None}
        simple = Level(list(drawn.values()), spelled, [{}], _SIMPLE_PRODUCTS)
        kinds.append(Kind(family["code"], None, (simple,)))
        for variant in structure.family_variants:
            if variant["family"] == family["code"]:
                sets = sorted(variant["variant_attribute_sets"], key=lambda one: one["level"])
                below = {code for one in sets for code in (*one["attributes"], *one["axes"])}
                levels = [Level([d for code, d in drawn.items() if code not in below], {}, [{}], 1)]
                for one, width in zip(sets, _WIDTHS[len(sets)], strict=True):
                    plain = [drawn[code] for code in one["attributes"] if code in drawn and code not in one["axes"]]
                    combined = _combinations([attributes[axis] for axis in one["axes"]], options)
                    levels.append(Level(plain, {}, combined, min(width, len(combined))))
                # The PIM adds unique attributes to the last level by itself.
                levels[-1] = levels[-1]._replace(unique=spelled)
                if all(level.combinations for level in levels):
                    kinds.append(Kind(family["code"], variant["code"], tuple(levels)))
    return kinds


def options_of(structure: Structure) -> dict[str, list[str]]:
    """The codes of the options of each attribute."""
    options: dict[str, list[str]] = {}
    for option in structure.attribute_options:
        options.setdefault(option["attribute"], []).append(option["code"])
    return options


def spelling(attribute: Json) -> Callable[[int], str] | None:
    """What spells the nth text of a unique attribute; `None` where no text of ours is allowed."""
    if attribute["type"] not in ("pim_catalog_identifier", "pim_catalog_text"):
        return None
    return next((text.format for text in UNIQUE_TEXTS if obeys(attribute, text.format(999_999))), None)


def _combinations(axes: Sequence[Json], options: Mapping[str, Sequence[str]]) -> list[dict[str, Values]]:
    values = [[[_value(data)] for data in _axis_values(axis, options)] for axis in axes]
    codes = [axis["code"] for axis in axes]
    return [dict(zip(codes, some, strict=True)) for some in islice(product(*values), _AXIS_COMBINATIONS)]


def _value(data: object) -> Json:
    return {"locale": None, "scope": None, "data": data}


def _axis_values(axis: Json, options: Mapping[str, Sequence[str]]) -> Iterable[object]:
    if axis["type"] == "pim_catalog_boolean":
        return (True, False)
    if axis["type"] == "pim_catalog_metric":
        low, high = float(axis["number_min"] or 0), float(axis["number_max"] or "inf")
        amounts = [amount for amount in range(10, 90, 10) if low <= amount <= high]
        unit = axis["default_metric_unit"]
        return [{"amount": f"{n}.0000" if axis["decimals_allowed"] else n, "unit": unit} for n in amounts]
    return options.get(axis["code"], ())
