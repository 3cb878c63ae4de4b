"""Products of any number on top of any structure: believable, valid, and the same bytes for the same seed.

Texts come from Faker, so "the same" holds for one version of it. What the generator cannot make is left out:
reference data, reference entities, assets, tables, product links, unique numbers and dates, and texts with a
regular expression that none of its words match.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from mock_akeneo.core.chance import Chance
from mock_akeneo.core.json_types import Json
from mock_akeneo.seeding.product_plan import UNIQUE_TEXTS, Level, blocks, kinds_of, options_of, spelling
from mock_akeneo.seeding.structure import Structure
from mock_akeneo.seeding.tiny_files import MediaFile, media_file, pdf, png
from mock_akeneo.seeding.value_pools import Material, Values, phrases, value_pool

_ENABLED: Final = 0.95
_ASSOCIATED: Final = 0.125
_CATEGORY_SETS: Final = 256

_DAYS: Final = tuple((date(2025, 1, 1) + timedelta(day)).isoformat() for day in range(365))
_FIRST_HALF, _SECOND_HALF = _DAYS[:181], _DAYS[181:]
_TIMES: Final = tuple(f"T{n // 60:02}:{n % 60:02}:{n * 7 % 60:02}+00:00" for n in range(24 * 60))


class Generated(NamedTuple):
    """Three streams, to be loaded in this order. Product models come parents first.

    Bodies are those of GET, but that variants and sub models hold their own values and categories only, and
    media values no links. Parts of the bodies are shared: copy before changing one.
    """

    media_files: Iterator[MediaFile]
    product_models: Iterator[Json]
    products: Iterator[Json]


def generate(structure: Structure, count: int, seed: int) -> Generated:
    """`count` products `gen-000001` … in the families of `structure`, their product models and media files.

    The first n products are the same whatever `count`. Memory does not grow with `count`. Raises `ValueError`
    when the structure has no main identifier, or one that allows no identifier of ours.
    """
    identifier = next((a for a in structure.attributes if a.get("is_main_identifier")), None)
    if identifier is None or spelling(identifier) is None:
        wanted = ", ".join(text.format(1) for text in UNIQUE_TEXTS)
        raise ValueError(f"to generate products, the catalog needs a main identifier that allows one of: {wanted}")
    media = _media_files(seed)
    made = _Products(structure, media, identifier["code"], count, seed)
    return Generated(iter(media), made.models(), made.products())


class _Products:
    def __init__(
        self, structure: Structure, media: Sequence[MediaFile], identifier: str, count: int, seed: int
    ) -> None:
        self._kinds = kinds_of(structure, _pools(structure, media, seed), identifier)
        self._identifier, self._count, self._seed = identifier, count, seed
        self._categories = _category_sets(structure, seed)
        types = [one for one in structure.association_types if not one["is_quantified"]]
        self._no_associations: Json = {
            one["code"]: {"products": [], "product_models": [], "groups": []} for one in types
        }
        self._one_way = next((one["code"] for one in types if not one["is_two_way"]), None)

    def models(self) -> Iterator[Json]:
        chance = Chance(f"{self._seed}/product models")
        for block in blocks(self._kinds, self._count):
            root, *below = block.kind.levels
            if below:
                places: list[int | None] = [None]
                if len(below) == 2:
                    places += range(-(-len(block.products) // below[1].width))
                for place in places:
                    yield {
                        "code": _model_code(block.number, place),
                        "family": block.kind.family,
                        "family_variant": block.kind.family_variant,
                        "parent": None if place is None else _model_code(block.number),
                        "categories": self._some_categories(chance) if place is None else [],
                        "values": _values(root if place is None else below[0], chance, block.number, place or 0),
                        "created": _moment(_FIRST_HALF, chance),
                        "updated": _moment(_SECOND_HALF, chance),
                        "associations": self._no_associations,
                        "quantified_associations": {},
                    }

    def products(self) -> Iterator[Json]:
        chance = Chance(f"{self._seed}/products")
        draw = chance.draw
        for block in blocks(self._kinds, self._count):
            level, depth = block.kind.levels[-1], len(block.kind.levels)
            spell = level.unique[self._identifier]
            for offset, number in enumerate(block.products):
                child, place = divmod(offset, level.width)
                parent = _model_code(block.number, child if depth == 3 else None) if depth > 1 else None
                values: dict[str, Values] = {
                    code: [{"locale": None, "scope": None, "data": spelled(number)}]
                    for code, spelled in level.unique.items()
                }
                values.update(_values(level, chance, block.number, place))
                associations = self._no_associations
                if self._one_way is not None and number > 1 and draw() < _ASSOCIATED:
                    # To an earlier product, so that a loader knows it already.
                    earlier = spell(1 + chance.below(number - 1))
                    linked = {"products": [earlier], "product_models": [], "groups": []}
                    associations = {**associations, self._one_way: linked}
                yield {
                    "uuid": chance.uuid4(),
                    "identifier": spell(number),
                    "enabled": draw() < _ENABLED,
                    "family": block.kind.family,
                    "categories": self._some_categories(chance) if parent is None else [],
                    "groups": [],
                    "parent": parent,
                    "values": values,
                    "created": _moment(_FIRST_HALF, chance),
                    "updated": _moment(_SECOND_HALF, chance),
                    "associations": associations,
                    "quantified_associations": {},
                }

    def _some_categories(self, chance: Chance) -> list[str]:
        return self._categories[int(chance.draw() * len(self._categories))]


def _values(level: Level, chance: Chance, block: int, place: int) -> dict[str, Values]:
    """Draws the values of one item; `place`: which child of its parent it is."""
    draw = chance.draw
    values = dict(level.combinations[(block * level.width + place) % len(level.combinations)])
    for code, pool, below in level.drawn:
        drawn = int(draw() * below)
        if drawn < len(pool):
            values[code] = pool[drawn]
    return values


def _model_code(block: int, child: int | None = None) -> str:
    return f"gen-model-{block:06}" if child is None else f"gen-model-{block:06}-{child + 1}"


def _moment(days: Sequence[str], chance: Chance) -> str:
    return days[int(chance.draw() * len(days))] + _TIMES[int(chance.draw() * len(_TIMES))]


def _pools(structure: Structure, media: Sequence[MediaFile], seed: int) -> dict[str, list[Values]]:
    """For each attribute of a family, values to draw from."""
    channels = structure.channels
    locales = sorted({code for channel in channels for code in channel["locales"]})
    currencies: dict[str | None, list[str]] = {one["code"]: sorted(one["currencies"]) for one in channels}
    currencies[None] = sorted({code for channel in channels for code in channel["currencies"]})
    by_extension: dict[str, list[str]] = {}
    for file in media:
        by_extension.setdefault(file.body["extension"], []).append(file.body["code"])
    used: dict[str, set[str]] = {}  # attribute to the channels that require it
    for family in structure.families:
        for code in family["attributes"]:
            used.setdefault(code, set())
        for channel, codes in family["attribute_requirements"].items():
            for code in codes:
                used.setdefault(code, set()).add(channel)
    material = Material(
        channels=channels,
        options=options_of(structure),
        units={family["code"]: list(family["units"]) for family in structure.measurement_families},
        currencies=currencies,
        media=by_extension,
        phrases={locale: phrases(locale, seed) for locale in ("", *locales)},
    )
    return {
        attribute["code"]: value_pool(
            attribute, material, used[attribute["code"]], Chance(f"{seed}/values/{attribute['code']}")
        )
        for attribute in structure.attributes
        if attribute["code"] in used and not attribute["unique"]
    }


def _category_sets(structure: Structure, seed: int) -> list[list[str]]:
    """Where products may lie: nowhere, or in one or two categories below the roots."""
    chance = Chance(f"{seed}/categories")
    codes = [category["code"] for category in structure.categories if category["parent"] is not None]
    if not codes:
        return [[]]
    return [sorted({codes[chance.below(len(codes))] for _ in range(chance.below(3))}) for _ in range(_CATEGORY_SETS)]


def _media_files(seed: int) -> list[MediaFile]:
    return [
        *(media_file(f"picture_{n:02}.png", "image/png", png(f"{seed}/{n}")) for n in range(1, 49)),
        *(media_file(f"sheet_{n:02}.pdf", "application/pdf", pdf(f"Sheet {seed}/{n}")) for n in range(1, 17)),
        *(media_file(f"notes_{n:02}.txt", "text/plain", f"Notes {seed}/{n}\n".encode()) for n in range(1, 9)),
    ]
