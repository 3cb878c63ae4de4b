"""Pools of ready-made product values, a pool for each attribute.

Products draw from them while they stream: a value that is drawn costs a tenth of one that is made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cache
from typing import Final, NamedTuple

from mock_akeneo.core.chance import Chance
from mock_akeneo.core.json_types import Json

POOL_SIZE: Final = 128
_FILLED: Final = 0.85  # share of the slots that nobody requires and that hold a value all the same
_PHRASES: Final = 200
_USUAL_FIRST_DAY: Final = date(2015, 1, 1).toordinal()

# One value of a product in all its locales and channels: `[{"locale", "scope", "data"}]`.
Values = list[Json]


class Phrases(NamedTuple):
    titles: list[str]
    sentences: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What values are made of. `media`: extension to codes. `phrases`: by locale, `""` for no locale.

    `units`: by measurement family. `options`: by attribute. `currencies`: by channel, `None` for no channel.
    """

    channels: Sequence[Json]
    options: Mapping[str, Sequence[str]]
    units: Mapping[str, Sequence[str]]
    currencies: Mapping[str | None, Sequence[str]]
    media: Mapping[str, Sequence[str]]
    phrases: Mapping[str, Phrases]


class Slot(NamedTuple):
    """Where a value is wanted. `locale`, `channel`: `None` unless the attribute has a value for each."""

    attribute: Json
    material: Material
    chance: Chance
    locale: str | None
    channel: str | None


def value_pool(attribute: Json, material: Material, required_by: Collection[str], chance: Chance) -> list[Values]:
    """`POOL_SIZE` values of `attribute`, each of which obeys it; fewer, or none, when they cannot be made.

    `required_by`: channels in which no locale may be missing.
    """
    make = MAKERS.get(attribute["type"])
    if make is None:
        return []
    pool = []
    for _ in range(POOL_SIZE):
        values = []
        for locale, channel in slots(attribute, material.channels):
            required = channel in required_by if channel else bool(required_by)
            if required or chance.draw() < _FILLED:
                data = make(Slot(attribute, material, chance, locale, channel))
                if data is not None:
                    values.append({"locale": locale, "scope": channel, "data": data})
        if values:
            pool.append(values)
    return pool


def slots(attribute: Json, channels: Sequence[Json]) -> list[tuple[str | None, str | None]]:
    """Where `attribute` can hold a value: pairs of locale and channel."""
    available = attribute["available_locales"]
    found: list[tuple[str | None, str | None]] = [(None, None)]
    if attribute["scopable"] and attribute["localizable"]:
        found = [(locale, channel["code"]) for channel in channels for locale in channel["locales"]]
    elif attribute["scopable"]:
        found = [(None, channel["code"]) for channel in channels]
    elif attribute["localizable"]:
        found = [(locale, None) for locale in sorted({code for channel in channels for code in channel["locales"]})]
    return [slot for slot in found if slot[0] is None or not available or slot[0] in available]


def phrases(locale: str, seed: int) -> Phrases:
    """Titles and sentences in the language of `locale`, as far as Faker speaks it, else in English."""
    # Faker costs 0.2 s and 20 MB at import: a server without generated products shall not pay.
    from faker import Faker
    from faker.config import AVAILABLE_LOCALES

    language = locale.split("_")[0]
    kin = sorted(known for known in AVAILABLE_LOCALES if known.split("_")[0] == language)
    spoken = locale if locale in AVAILABLE_LOCALES else kin[0] if kin and language else "en_US"
    faker = Faker(spoken, use_weighting=False)
    faker.seed_instance(f"{seed}/{locale}")
    chance = Chance(f"{seed}/titles/{locale}")
    return Phrases(
        [f"{faker.last_name()} {faker.word().capitalize()} {100 + chance.below(900)}" for _ in range(_PHRASES)],
        [faker.sentence(nb_words=9) for _ in range(_PHRASES)],
    )


def obeys(attribute: Json, text: str) -> bool:
    """Whether `attribute` allows `text`: its length, and the kind of text that it wants."""
    limit = attribute["max_characters"]
    if limit is not None and len(text) > limit:
        return False
    match attribute["validation_rule"]:
        case "email":
            return "@" in text
        case "url":
            return text.startswith("https://")
        case "regexp":
            pattern = _pattern(attribute["validation_regexp"] or "")
            return pattern is not None and pattern.search(text) is not None
    return True


@cache
def _pattern(php: str) -> re.Pattern[str] | None:
    """PHP's `/^[a-z]+$/i` in Python's terms; `None` when Python cannot read it."""
    closing = {"(": ")", "{": "}", "[": "]", "<": ">"}.get(php[:1], php[:1])
    body, _, modifiers = php[1:].rpartition(closing or "/")
    flags = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}
    try:
        return re.compile(body, sum(flags.get(modifier, 0) for modifier in modifiers))
    except re.error:
        return None


# The makers give data as GET shows it, or `None` when nothing fits.

Maker = Callable[[Slot], object]


def _pick(chance: Chance, choices: Sequence[str]) -> str | None:
    return choices[chance.below(len(choices))] if choices else None


def _text(slot: Slot) -> str | None:
    number, said = slot.chance.below(1000), slot.material.phrases[slot.locale or ""]
    title = said.titles[slot.chance.below(len(said.titles))]
    shortened = title[: slot.attribute["max_characters"]].rstrip()
    candidates = (
        title,
        shortened,
        f"shop{number}@example.com",
        f"https://www.example.com/{number}",
        title.split()[0].lower(),
        f"A{number:03}",
        f"{number:03}",
        f"{number:013}",
    )
    return next((text for text in candidates if text and obeys(slot.attribute, text)), None)


def _textarea(slot: Slot) -> str | None:
    said = slot.material.phrases[slot.locale or ""].sentences
    sentences = [said[slot.chance.below(len(said))] for _ in range(1 + slot.chance.below(3))]
    paragraphs = slot.attribute["wysiwyg_enabled"]
    text = "".join(f"<p>{sentence}</p>" for sentence in sentences) if paragraphs else " ".join(sentences)
    return text if obeys(slot.attribute, text) else _text(slot)


def _amount(slot: Slot, places: int) -> int | str | None:
    """A number within the limits of the attribute; a text of `places` decimals where decimals are allowed."""
    rules = slot.attribute
    low, high = (None if rules[end] is None else Decimal(rules[end]) for end in ("number_min", "number_max"))
    if low is None:
        low = Decimal(-50 if rules["negative_allowed"] else 0)
        low = low if high is None else min(low, high)
    if rules["negative_allowed"] is False:
        low = max(low, Decimal(0))
    scale = 10**places if rules["decimals_allowed"] else 1
    first = int((low * scale).to_integral_value(ROUND_CEILING))
    last = int(((high if high is not None else low + 1000) * scale).to_integral_value(ROUND_FLOOR))
    if first > last:
        return None
    drawn = first + slot.chance.below(last - first + 1)
    return f"{Decimal(drawn).scaleb(-places):f}" if rules["decimals_allowed"] else drawn


def _number(slot: Slot) -> int | str | None:
    return _amount(slot, 4)


def _metric(slot: Slot) -> Json | None:
    units = slot.material.units.get(slot.attribute["metric_family"], ())
    unit = slot.attribute["default_metric_unit"]
    if slot.chance.draw() < 0.25:
        unit = _pick(slot.chance, units) or unit
    amount = _amount(slot, 4)
    return None if amount is None else {"amount": amount, "unit": unit}


def _prices(slot: Slot) -> list[Json] | None:
    amounts = [(_amount(slot, 2), currency) for currency in slot.material.currencies[slot.channel]]
    return [{"amount": amount, "currency": currency} for amount, currency in amounts if amount is not None] or None


def _boolean(slot: Slot) -> bool:
    return slot.chance.draw() < 0.5


def _date(slot: Slot) -> str:
    low, high = slot.attribute["date_min"], slot.attribute["date_max"]
    last = date.fromisoformat(high[:10] if high else "2030-12-31").toordinal()
    first = date.fromisoformat(low[:10]).toordinal() if low else min(_USUAL_FIRST_DAY, last)
    day = date.fromordinal(first + slot.chance.below(max(last - first, 0) + 1))
    return f"{day.isoformat()}T00:00:00+00:00"


def _option(slot: Slot) -> str | None:
    return _pick(slot.chance, slot.material.options.get(slot.attribute["code"], ()))


def _options(slot: Slot) -> list[str] | None:
    known = slot.material.options.get(slot.attribute["code"], ())
    return sorted({known[slot.chance.below(len(known))] for _ in range(1 + slot.chance.below(4))}) if known else None


def _file_of(*extensions: str) -> Maker:
    def maker(slot: Slot) -> str | None:
        allowed = slot.attribute["allowed_extensions"] or extensions
        media = slot.material.media
        return _pick(slot.chance, [code for known in extensions if known in allowed for code in media[known]])

    return maker


MAKERS: Final[Mapping[str, Maker]] = {
    "pim_catalog_text": _text,
    "pim_catalog_textarea": _textarea,
    "pim_catalog_number": _number,
    "pim_catalog_metric": _metric,
    "pim_catalog_price_collection": _prices,
    "pim_catalog_boolean": _boolean,
    "pim_catalog_date": _date,
    "pim_catalog_simpleselect": _option,
    "pim_catalog_multiselect": _options,
    "pim_catalog_image": _file_of("png"),
    "pim_catalog_file": _file_of("pdf", "txt"),
}
