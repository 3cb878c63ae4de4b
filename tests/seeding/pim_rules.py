"""What a catalog may hold, by the rules of the PIM, written down once more: `broken_*` tell in words what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from mock_akeneo.core.json_types import Json

LISTS = ("products", "product_models", "groups")

# File to lines.
Lines = Mapping[str, Sequence[Json]]


class Pim:
    """The lines of a catalog by their codes. A variant or sub model holds its own values only."""

    def __init__(self, lines: Lines) -> None:
        def by_code(name: str) -> dict[str, Json]:
            return {one["code"]: one for one in lines.get(name, ())}

        self.attributes, self.families = by_code("attributes"), by_code("families")
        self.variants, self.channels = by_code("family_variants"), by_code("channels")
        self.categories, self.groups = by_code("categories"), by_code("groups")
        self.types, self.media = by_code("association_types"), by_code("media_files")
        self.measures, self.models = by_code("measurement_families"), by_code("product_models")
        self.options = {(one["attribute"], one["code"]) for one in lines.get("attribute_options", ())}
        self.products = {one["identifier"]: one for one in lines.get("products", ()) if one["identifier"] is not None}
        self.locales = {code for channel in self.channels.values() for code in channel["locales"]}
        self.currencies = {code for channel in self.channels.values() for code in channel["currencies"]}
        self.identifier = next(code for code, one in self.attributes.items() if one.get("is_main_identifier"))


def broken_structure(lines: Lines) -> Iterator[str]:
    pim = Pim(lines)
    for name, some in lines.items():
        if name not in ("attribute_options", "products"):
            yield from repeated(name, [one["code"].casefold() for one in some])
            free = name == "product_models" or name.endswith("media_files")
            pattern = r"[^,;\n]+" if free else r"[A-Za-z0-9_]+"
            yield from (f"{name}: {one['code']}" for one in some if not re.fullmatch(pattern, one["code"]))
    options = lines.get("attribute_options", ())
    yield from repeated("options", [(one["attribute"], one["code"].casefold()) for one in options])
    yield from (f"option of no attribute: {one}" for one in options if one["attribute"] not in pim.attributes)
    groups = {code for one in lines["attribute_groups"] for code in one["attributes"]}
    yield from (f"attribute in no group: {code}" for code in pim.attributes if code not in groups)
    for channel in pim.channels.values():
        if pim.categories[channel["category_tree"]]["parent"] is not None:
            yield f"the tree of {channel['code']} is no root"
    known: set[str] = set()
    for category in lines["categories"]:
        if category["parent"] is not None and category["parent"] not in known:
            yield f"{category['code']} comes before its parent"
        known.add(category["code"])
    for family in pim.families.values():
        if family["attributes"] != sorted({*family["attributes"]} & pim.attributes.keys()):
            yield f"attributes of {family['code']}"
        if pim.identifier not in family["attributes"] or family["attribute_as_label"] not in family["attributes"]:
            yield f"identifier or label of {family['code']}"
        for channel, codes in family["attribute_requirements"].items():
            if channel not in pim.channels or not {*codes} <= {*family["attributes"]}:
                yield f"requirements of {family['code']} in {channel}"
    for variant in pim.variants.values():
        sets = variant["variant_attribute_sets"]
        own = [code for one in sets for code in one["attributes"]]
        held = {*pim.families[variant["family"]]["attributes"]}
        unique = {code for code in held if pim.attributes[code]["unique"]}
        axes = [pim.attributes[code] for one in sets for code in one["axes"]]
        if [one["level"] for one in sets] != [1, 2][: len(sets)] or not {*own} <= held or len({*own}) < len(own):
            yield f"levels of {variant['code']}"
        if not unique <= {*sets[-1]["attributes"]} or not all({*s["axes"]} <= {*s["attributes"]} for s in sets):
            yield f"unique attributes or axes of {variant['code']}"
        if any(one["localizable"] or one["scopable"] or one["unique"] for one in axes):
            yield f"axes of {variant['code']}"


def broken_items(lines: Lines) -> Iterator[str]:
    pim = Pim(lines)
    products, models = lines.get("products", ()), lines.get("product_models", ())
    yield from repeated("identifiers", [code.casefold() for code in pim.products])
    yield from repeated("uuids", [one["uuid"] for one in products])
    seen: dict[tuple[str, str], set[object]] = {}
    earlier: set[str] = set()
    for item in (*models, *products):
        name = item.get("code") or item.get("identifier") or item["uuid"]
        if "uuid" in item:
            if str(UUID(item["uuid"])) != item["uuid"] or UUID(item["uuid"]).version != 4:
                yield f"{name}: uuid"
            if value_of(item, pim.identifier) != item["identifier"]:
                yield f"{name}: identifier and value differ"
            if not isinstance(item["enabled"], bool) or not codes_of(item["groups"], pim.groups):
                yield f"{name}: enabled or groups"
        else:
            if item["parent"] is not None and item["parent"] not in earlier:
                yield f"{name}: comes before its parent"
            earlier.add(item["code"])
        if not codes_of(item["categories"], pim.categories):
            yield f"{name}: categories"
        if not moment(item["created"]) <= moment(item["updated"]):
            yield f"{name}: updated before it was created"
        yield from (f"{name}: {text}" for text in broken_level(item, pim, seen))
        for code, values in item["values"].items():
            yield from (f"{name}: {code}: {text}" for text in broken_values(pim.attributes[code], values, pim))
            if pim.attributes[code]["unique"]:
                data = str(values[0]["data"]).casefold()
                if data in seen.setdefault(("unique", code), set()):
                    yield f"{name}: {code} is not unique"
                seen["unique", code].add(data)
        yield from (f"{name}: {text}" for text in broken_associations(item, name, pim))


def broken_level(item: Json, pim: Pim, seen: dict[tuple[str, str], set[object]]) -> Iterator[str]:
    """Values stand on their own level, with every axis of it, in a combination that no sibling has."""
    parent = pim.models.get(item["parent"])
    if item["parent"] is None and "uuid" in item:
        # Simple products may hold values outside of their family; ours do only when they have none.
        if item["family"] is not None and not item["values"].keys() <= {*pim.families[item["family"]]["attributes"]}:
            yield "values outside of the family"
        return
    if item["parent"] is not None and parent is None:
        yield "unknown parent"
        return
    variant = pim.variants[(parent or item)["family_variant"]]
    if item["family"] != variant["family"] or item.get("family_variant", variant["code"]) != variant["code"]:
        yield "another family or family variant than its parent"
    sets = variant["variant_attribute_sets"]
    depth = 0 if parent is None else 1 if parent["parent"] is None else 2
    if ("uuid" in item) != (depth == len(sets)):
        yield "on the wrong level"
        return
    below = {code for one in sets for code in one["attributes"]}
    own = {*sets[depth - 1]["attributes"]} if depth else {*pim.families[item["family"]]["attributes"]} - below
    if not item["values"].keys() <= own:
        yield f"values of other levels: {sorted(item['values'].keys() - own)}"
    if parent is not None:
        combination = tuple(str(value_of(item, axis)) for axis in sets[depth - 1]["axes"])
        siblings = seen.setdefault(("axes", parent["code"]), set())
        if "None" in combination or combination in siblings:
            yield f"axes: {combination}"
        siblings.add(combination)


def broken_values(attribute: Json, values: Sequence[Json], pim: Pim) -> Iterator[str]:
    if not values:
        yield "no value"
    yield from repeated("slot", [(one["locale"], one["scope"]) for one in values])
    for value in values:
        locale, channel = value["locale"], value["scope"]
        if (locale is not None) != attribute["localizable"] or (channel is not None) != attribute["scopable"]:
            yield f"needs locale or scope, or not: {value}"
        elif locale is not None and locale not in (pim.channels[channel]["locales"] if channel else pim.locales):
            yield f"locale {locale}"
        elif locale is not None and attribute["available_locales"] and locale not in attribute["available_locales"]:
            yield f"locale {locale} is not available"
        elif not ALLOWED[attribute["type"].removeprefix("pim_catalog_")](attribute, value["data"], value, pim):
            yield f"data {value['data']!r}"


def broken_associations(item: Json, name: str, pim: Pim) -> Iterator[str]:
    plain = {code for code, one in pim.types.items() if not one["is_quantified"]}
    if {*item["associations"]} != plain:
        yield f"association types {sorted(item['associations'])}"
    known = {"products": pim.products, "product_models": pim.models, "groups": pim.groups}
    mirror = "products" if "uuid" in item else "product_models"
    for code, lists in item["associations"].items():
        if tuple(lists) != LISTS:
            yield f"{code} lists {list(lists)}"
        for kind, targets in lists.items():
            if not codes_of(targets, known[kind]):
                yield f"{code} {kind} {targets}"
            elif pim.types[code]["is_two_way"] and kind != "groups":
                others = [known[kind][target]["associations"][code][mirror] for target in targets]
                if name in targets or any(name not in other for other in others):
                    yield f"{code} stands on one side only"
    for code, lists in item["quantified_associations"].items():
        if not pim.types[code]["is_quantified"] or tuple(lists) != LISTS[:2]:
            yield f"{code} is not quantified"
        for kind, links in lists.items():
            if not codes_of([link["identifier"] for link in links], known[kind]):
                yield f"{code} {kind} {links}"
            if not all(isinstance(link["quantity"], int) and link["quantity"] > 0 for link in links):
                yield f"{code} quantities"


def repeated(what: str, some: Sequence[object]) -> list[str]:
    return [f"{what}: {one} stands twice" for one in {*some} if some.count(one) > 1] if len({*some}) < len(some) else []


def codes_of(some: Sequence[str], known: Mapping[str, Json]) -> bool:
    return list(some) == sorted({*some}) and {*some} <= known.keys()


def value_of(item: Json, code: str) -> object:
    return item["values"][code][0]["data"] if code in item["values"] else None


def moment(text: str) -> datetime:
    assert re.fullmatch(r"2025-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", text), text
    return datetime.fromisoformat(text)


# What data an attribute allows, by type


def text(limit: int) -> Callable[[Json, object, Json, Pim], bool]:
    patterns = {"email": r"[\w.]+@[\w.]+", "url": r"https://[\w./-]+"}

    def allowed(attribute: Json, data: object, value: Json, pim: Pim) -> bool:
        rule = attribute["validation_rule"]
        pattern = attribute["validation_regexp"].strip("/") if rule == "regexp" else patterns.get(rule, ".*")
        return (
            isinstance(data, str)
            and data == data.strip() != ""
            and len(data) <= (attribute["max_characters"] or limit)
            and re.fullmatch(pattern, data, re.DOTALL) is not None
        )

    return allowed


def identifier(attribute: Json, data: object, value: Json, pim: Pim) -> bool:
    return text(255)(attribute, data, value, pim) and not re.search(r"[,;\n]", str(data))


def amount(attribute: Json, data: object, places: int) -> bool:
    if attribute["decimals_allowed"]:
        if not isinstance(data, str) or not re.fullmatch(rf"-?\d+\.\d{{{places}}}", data):
            return False
    elif type(data) is not int:
        return False
    number, low, high = Decimal(str(data)), attribute["number_min"], attribute["number_max"]
    return (
        (number >= 0 or attribute["negative_allowed"] is not False)
        and (low is None or number >= Decimal(low))
        and (high is None or number <= Decimal(high))
    )


def metric(attribute: Json, data: Json, value: Json, pim: Pim) -> bool:
    units = pim.measures[attribute["metric_family"]]["units"]
    return data.keys() == {"amount", "unit"} and data["unit"] in units and amount(attribute, data["amount"], 4)


def prices(attribute: Json, data: Sequence[Json], value: Json, pim: Pim) -> bool:
    known = pim.channels[value["scope"]]["currencies"] if value["scope"] else pim.currencies
    codes = [price["currency"] for price in data]
    return (
        bool(codes)
        and codes == sorted({*codes} & {*known})
        and all(price.keys() == {"amount", "currency"} and amount(attribute, price["amount"], 2) for price in data)
    )


def day(attribute: Json, data: str, value: Json, pim: Pim) -> bool:
    low, high = attribute["date_min"] or "0001-01-01", attribute["date_max"] or "9999-12-31"
    drawn = date.fromisoformat(data.removesuffix("T00:00:00+00:00"))
    return date.fromisoformat(low[:10]) <= drawn <= date.fromisoformat(high[:10])


def option(attribute: Json, data: object, value: Json, pim: Pim) -> bool:
    return (attribute["code"], data) in pim.options


def chosen(attribute: Json, data: Sequence[str], value: Json, pim: Pim) -> bool:
    known = all(option(attribute, code, value, pim) for code in data)
    return known and list(data) == sorted({*data}) != []


def file(attribute: Json, data: str, value: Json, pim: Pim) -> bool:
    body = pim.media.get(data)
    return body is not None and body["extension"] in (attribute["allowed_extensions"] or [body["extension"]])


ALLOWED: dict[str, Callable[..., bool]] = {
    "identifier": identifier,
    "text": text(255),
    "textarea": text(65_535),
    "number": lambda attribute, data, value, pim: amount(attribute, data, 4),
    "metric": metric,
    "price_collection": prices,
    "boolean": lambda attribute, data, value, pim: isinstance(data, bool),
    "date": day,
    "simpleselect": option,
    "multiselect": chosen,
    "image": file,
    "file": file,
}
