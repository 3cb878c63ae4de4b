"""What a search has to find, told by the sentences of the documentation over whole documents: slow, and obvious.

Source: apidocs: content/rest-api/filter.md; pim: tests/back/Pim/Enrichment/Integration/PQB/Filter/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from mock_akeneo.core.json_types import Json
from tests.search.shelf import ATTRIBUTES, CATEGORIES, CHANNELS, FAMILIES, LEVEL_1, LEVEL_2, PHOTOS, VARIANTS

GRAMS = {"GRAM": Decimal(1), "KILOGRAM": Decimal(1000), "MILLIGRAM": Decimal("0.001")}


@dataclass
class Shelf:
    """Everything as GET one shows it, models by code, products by uuid, with inherited values and categories."""

    products: dict[str, Json]
    models: dict[str, Json]
    now: datetime

    def ancestors(self, item: Json) -> list[Json]:
        found = []
        while item["parent"] is not None:
            item = self.models[item["parent"]]
            found.append(item)
        return found

    def variants(self, model: Json) -> list[Json]:
        return [one for one in self.products.values() if model in self.ancestors(one)]

    def identifier(self, item: Json) -> str | None:
        if "code" in item:
            code: str = item["code"]
            return code
        entries = item["values"].get("sku")
        return entries[0]["data"] if entries else None


def found(shelf: Shelf, items: Sequence[Json], search: Json, channel: str | None = None) -> list[Json]:
    """Those that fulfil every condition; `channel`: of the parameter `scope`."""
    if channel is not None and "categories" not in search:
        root = CHANNELS[channel]["category_tree"]
        search = {**search, "categories": [{"operator": "IN CHILDREN", "value": [root]}]}
    return [
        item
        for item in items
        if all(fulfils(shelf, item, name, condition) for name, some in search.items() for condition in some)
    ]


def fulfils(shelf: Shelf, item: Json, name: str, condition: Json) -> bool:
    if name in FIELDS:
        return FIELDS[name](shelf, item, condition["operator"], condition.get("value"), condition)
    return _attribute(item, name, condition)


# Fields


def _text(given: str | None, operator: str, value: Any) -> bool:
    text = None if given is None else given.lower()
    if operator == "EMPTY":
        return text is None
    if text is None:
        return False
    match operator:
        case "NOT EMPTY":
            return True
        case "IN":
            return text in [one.lower() for one in value]
        case "NOT IN":
            return text not in [one.lower() for one in value]
        case "=":
            return bool(text == value.lower())
        case "!=":
            return bool(text != value.lower())
        case "STARTS WITH":
            return bool(text.startswith(value.lower()))
        case "CONTAINS":
            return bool(value.lower() in text)
        case "DOES NOT CONTAIN":
            return bool(value.lower() not in text)
    raise AssertionError(operator)


def _identifier(shelf: Shelf, item: Json, operator: str, value: Any, condition: Json) -> bool:
    return _text(shelf.identifier(item), operator, value)


def _uuid(shelf: Shelf, item: Json, operator: str, value: Any, condition: Json) -> bool:
    return (item["uuid"] in [one.lower() for one in value]) is (operator == "IN")


def _family(shelf: Shelf, item: Json, operator: str, value: Any, condition: Json) -> bool:
    family = item["family"]
    match operator:
        case "IN":
            return family is not None and family.lower() in [one.lower() for one in value]
        case "NOT IN":
            return family is None or family.lower() not in [one.lower() for one in value]
        case "EMPTY":
            return family is None
        case "NOT EMPTY":
            return family is not None
    raise AssertionError(operator)


def _below(code: str) -> set[str]:
    return {code} | {one for child, parent in CATEGORIES.items() if parent == code for one in _below(child)}


def _categories(shelf: Shelf, item: Json, operator: str, value: Any, condition: Json) -> bool:
    own = set(item["categories"])
    wanted = set(value or ())
    if "CHILDREN" in operator:
        wanted = {one for code in wanted for one in _below(code)}
    match operator:
        case "IN" | "IN CHILDREN":
            return bool(own & wanted)
        case "NOT IN" | "NOT IN CHILDREN":
            return not own & wanted
        case "UNCLASSIFIED":
            return not own
        case "IN OR UNCLASSIFIED":
            return not own or bool(own & wanted)
        case "NOT EMPTY":
            return bool(own)
    raise AssertionError(operator)


def _enabled(shelf: Shelf, item: Json, operator: str, value: Any, condition: Json) -> bool:
    return (item["enabled"] is value) is (operator == "=")


def _groups(shelf: Shelf, item: Json, operator: str, value: Any, condition: Json) -> bool:
    own = set(item["groups"])
    match operator:
        case "IN":
            return bool(own & set(value))
        case "NOT IN":
            return not own & set(value)
        case "EMPTY":
            return not own
        case "NOT EMPTY":
            return bool(own)
    raise AssertionError(operator)


def _parent(shelf: Shelf, item: Json, operator: str, value: Any, condition: Json) -> bool:
    match operator:
        case "=":
            return value.lower() in [one["code"].lower() for one in shelf.ancestors(item)]
        case "IN":
            return item["parent"] is not None and item["parent"].lower() in [one.lower() for one in value]
        case "EMPTY":
            return item["parent"] is None
        case "NOT EMPTY":
            return item["parent"] is not None
    raise AssertionError(operator)


def _date(moment: datetime, operator: str, value: Any, now: datetime) -> bool:
    def read(text: str) -> datetime:
        return datetime.fromisoformat(text + "+00:00")

    match operator:
        case "=":
            return moment == read(value)
        case "!=":
            return moment != read(value)
        case "<":
            return moment < read(value)
        case ">":
            return moment > read(value)
        case "BETWEEN":
            return read(value[0]) <= moment <= read(value[1])
        case "NOT BETWEEN":
            return not read(value[0]) <= moment <= read(value[1])
        case "SINCE LAST N DAYS":
            return moment > now - timedelta(days=value)
        case "EMPTY":
            return False
        case "NOT EMPTY":
            return True
    raise AssertionError(operator)


def _created(shelf: Shelf, item: Json, operator: str, value: Any, condition: Json) -> bool:
    return _date(datetime.fromisoformat(item["created"]), operator, value, shelf.now)


def _updated(shelf: Shelf, item: Json, operator: str, value: Any, condition: Json) -> bool:
    """The latest date of the item and all models above it."""
    moments = [datetime.fromisoformat(one["updated"]) for one in (item, *shelf.ancestors(item))]
    return _date(max(moments), operator, value, shelf.now)


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda one, other: bool(one < other),
    "<=": lambda one, other: bool(one <= other),
    "=": lambda one, other: bool(one == other),
    "!=": lambda one, other: bool(one != other),
    ">=": lambda one, other: bool(one >= other),
    ">": lambda one, other: bool(one > other),
}
WORDS = {
    "LOWER THAN": "<",
    "LOWER OR EQUALS THAN": "<=",
    "EQUALS": "=",
    "GREATER OR EQUALS THAN": ">=",
    "GREATER THAN": ">",
}


def completeness(item: Json, channel: str, locale: str) -> int | None:
    """The share of required attributes that have a value; None without family or where the channel lacks the locale."""
    if item["family"] is None or locale not in CHANNELS[channel]["locales"]:
        return None
    required = {"sku", *FAMILIES[item["family"]].get("attribute_requirements", {}).get(channel, ())}
    required = {code for code in required if locale in ATTRIBUTES[code].get("available_locales", [locale])}
    filled = 0
    for code in required:
        data = value_of(item, code, channel, locale)
        if ATTRIBUTES[code]["type"] == "pim_catalog_price_collection":
            filled += {one["currency"] for one in data or ()} >= set(CHANNELS[channel]["currencies"])
        else:
            filled += data is not None
    return 100 * filled // len(required)


def _completeness(shelf: Shelf, item: Json, operator: str, value: Any, condition: Json) -> bool:
    if operator == "EMPTY":
        return item["family"] is None
    channel = condition["scope"]
    if "code" in item:
        return _completeness_of_variants(shelf, item, operator, condition)
    locales: list[str] = [condition["locale"]] if "locale" in condition else CHANNELS[channel]["locales"]
    locales = condition.get("locales", locales)
    found = [completeness(item, channel, locale) for locale in locales]
    if item["family"] is None:
        return False
    words = operator.removesuffix(" ON AT LEAST ONE LOCALE").removesuffix(" ON ALL LOCALES")
    if words in ("!=", "NOT EQUALS"):
        return None not in found and not all(one == int(value) for one in found)
    compare = COMPARISONS[WORDS.get(words, words)]
    if operator.endswith("ON ALL LOCALES"):
        return all(one is not None and compare(one, int(value)) for one in found)
    return any(one is not None and compare(one, int(value)) for one in found)


def _completeness_of_variants(shelf: Shelf, model: Json, operator: str, condition: Json) -> bool:
    variants = shelf.variants(model)
    locales = condition["locales"] if "locales" in condition else [condition["locale"]]
    if not variants:
        return False

    def holds(locale: str) -> bool:
        found = [completeness(one, condition["scope"], locale) for one in variants]
        if None in found:
            return False
        complete = [one == 100 for one in found]
        match operator:
            case "AT LEAST COMPLETE":
                return any(complete)
            case "ALL COMPLETE":
                return all(complete)
            case "AT LEAST INCOMPLETE":
                return not all(complete)
            case "ALL INCOMPLETE":
                return not any(complete)
        raise AssertionError(operator)

    return any(map(holds, locales)) if operator.startswith("AT LEAST") else all(map(holds, locales))


FIELDS: dict[str, Callable[[Shelf, Json, str, Any, Json], bool]] = {
    "identifier": _identifier,
    "uuid": _uuid,
    "family": _family,
    "categories": _categories,
    "enabled": _enabled,
    "groups": _groups,
    "parent": _parent,
    "created": _created,
    "updated": _updated,
    "completeness": _completeness,
}

# Attributes


def value_of(item: Json, code: str, channel: str | None, locale: str | None) -> Any:
    attribute = ATTRIBUTES[code]
    place = channel if attribute.get("scopable") else None, locale if attribute.get("localizable") else None
    for entry in item["values"].get(code, ()):
        if (entry["scope"], entry["locale"]) == place:
            return entry["data"]
    return None


def owns(item: Json, code: str) -> bool:
    """Whether its family has the attribute, for a model at its own level or above."""
    if item["family"] is None or code not in FAMILIES[item["family"]]["attributes"]:
        return False
    if "code" not in item:
        return True
    depth = 0 if item["parent"] is None else 1
    levels = [set(one["attributes"]) for one in VARIANTS[item["family_variant"]]["variant_attribute_sets"]]
    return not any(code in level for level in levels[depth:])


def _attribute(item: Json, code: str, condition: Json) -> bool:
    operator, value = condition["operator"], condition.get("value", {})
    type_ = ATTRIBUTES[code]["type"].removeprefix("pim_catalog_")
    data = value_of(item, code, condition.get("scope"), condition.get("locale"))
    if operator == "EMPTY FOR CURRENCY":
        return owns(item, code) and value["currency"] not in [one["currency"] for one in data or ()]
    if operator == "NOT EMPTY FOR CURRENCY":
        return value["currency"] in [one["currency"] for one in data or ()]
    if operator.startswith("EMPTY"):
        return data is None and owns(item, code)
    if operator.startswith("NOT EMPTY"):
        return data is not None
    if type_ in ("simpleselect", "multiselect"):
        own = {one.lower() for one in ([data] if isinstance(data, str) else data or ())}
        return bool(own & {one.lower() for one in value}) is (operator == "IN")
    return data is not None and _compared(type_, data, operator, value)


def _compared(type_: str, data: Any, operator: str, value: Any) -> bool:
    match type_:
        case "identifier" | "text":
            return _text(data, operator, value)
        case "textarea":
            if operator in ("=", "!="):
                value = _stripped(value)
            return _text(_stripped(data), operator, value)
        case "image":
            return _text(PHOTOS[data], operator, value)
        case "number":
            return COMPARISONS[operator](Decimal(data), Decimal(str(value)))
        case "metric":
            wanted = Decimal(str(value["amount"])) * GRAMS[value["unit"]]
            return COMPARISONS[operator](Decimal(data["amount"]) * GRAMS[data["unit"]], wanted)
        case "price_collection":
            amounts = {one["currency"]: Decimal(one["amount"]) for one in data}
            amount = amounts.get(value["currency"])
            return amount is not None and COMPARISONS[operator](amount, Decimal(str(value["amount"])))
        case "boolean":
            return (data is value) is (operator == "=")
        case "date":
            return _day(data[:10], operator, value)
    raise AssertionError(type_)


def _stripped(text: str) -> str:
    return re.sub(r"<[^>]+>", "", text).replace("\n", "")


def _day(day: str, operator: str, value: Any) -> bool:
    if operator == "BETWEEN":
        return bool(value[0] <= day <= value[1])
    if operator == "NOT BETWEEN":
        return not value[0] <= day <= value[1]
    return COMPARISONS[operator](day, value)


def level_of(code: str, family_variant: str) -> int:
    """0: the root model, then one further down each."""
    if family_variant == "flat":
        return 1 if code in (*LEVEL_1, *LEVEL_2) else 0
    return 2 if code in LEVEL_2 else 1 if code in LEVEL_1 else 0
