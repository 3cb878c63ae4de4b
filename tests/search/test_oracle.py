"""Searches find what the oracle finds, in the same order, on any page, with writes in between."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_akeneo.app import App
from mock_akeneo.core.json_types import Json
from tests.search.oracle import Shelf, found, level_of
from tests.search.shelf import ATTRIBUTES, AXES, CATEGORIES, CHANNELS, LOCALES, OPTIONS, PHOTOS

COLLECTION = {"content-type": "application/vnd.akeneo.collection+json"}
NOW = datetime(2026, 1, 1, tzinfo=UTC)

# What is written and what is searched for meet often.
TEXTS = ("Kite", "kite board", "KITE", "Ärger", 'a "quoted"}],"', "100%", "a*b", "<b>bold</b>", "back\\slash", "7")
AREAS = ("<p>My <b>cat</b></p>", "my cat", "one\ntwo", "Line }]", "a < b", "MY CAT sleeps")
PARTS = ("kite", "K", "a", "%", "*", "}]", "\\", "cat", "b", "<b>", "", " ")
NUMBERS = ("0", "-1.5", "2", "10.25", 2, 1000)
UNITS = ("GRAM", "KILOGRAM", "MILLIGRAM")
DAYS = ("2020-01-31", "2020-02-01", "2021-12-31")
MOMENTS = ("2025-12-31 23:59:59", "2026-01-01 00:00:00", "2026-01-01 00:00:10", "2026-01-02 00:00:00")
IDENTIFIERS = ("p1", "P2", "_x", "a-b", "10", "9", "Ä", "kite/1", "p 1")
UUIDS = tuple(f"{n:08x}-0000-4000-8000-{n:012x}" for n in range(1, 15))


# What is written

CODES = tuple(code for code in ATTRIBUTES if code not in ("sku", "axis", "twist"))


def data_of(code: str) -> st.SearchStrategy[Any]:
    amounts = st.sampled_from(("1", "50.00", "99.9"))
    types: Mapping[str, st.SearchStrategy[Any]] = {
        "text": st.sampled_from(TEXTS),
        "textarea": st.sampled_from(AREAS),
        "number": st.sampled_from(NUMBERS),
        "metric": st.fixed_dictionaries({"amount": st.sampled_from(NUMBERS), "unit": st.sampled_from(UNITS)}),
        "price_collection": st.dictionaries(st.sampled_from(("EUR", "USD")), amounts, min_size=1).map(
            lambda prices: [{"amount": amount, "currency": currency} for currency, amount in prices.items()]
        ),
        "boolean": st.booleans(),
        "date": st.sampled_from(DAYS),
        "simpleselect": st.sampled_from(OPTIONS),
        "multiselect": st.lists(st.sampled_from(OPTIONS), unique=True, min_size=1),
        "image": st.sampled_from(tuple(PHOTOS)),
    }
    return types[ATTRIBUTES[code]["type"].removeprefix("pim_catalog_")]


def places_of(code: str) -> list[tuple[str | None, str | None]]:
    attribute = ATTRIBUTES[code]
    locales = attribute.get("available_locales", LOCALES)
    return sorted(
        {
            (channel if attribute.get("scopable") else None, locale if attribute.get("localizable") else None)
            for channel, one in CHANNELS.items()
            for locale in one["locales"]
            if locale in locales or not attribute.get("localizable")
        },
        key=str,
    )


@st.composite
def values_among(draw: st.DrawFn, codes: Sequence[str]) -> Json:
    values: Json = {}
    for code in draw(st.lists(st.sampled_from(codes), unique=True)) if codes else ():
        places = draw(st.lists(st.sampled_from(places_of(code)), unique=True, min_size=1))
        values[code] = [{"locale": lo, "scope": channel, "data": draw(data_of(code))} for channel, lo in places]
    return values


def at_level(codes: Sequence[str], variant: str, level: int) -> list[str]:
    return [code for code in codes if level_of(code, variant) == level]


categories = st.lists(st.sampled_from(tuple(CATEGORIES)), unique=True, max_size=2)


def one(data: Any) -> list[Json]:
    return [{"locale": None, "scope": None, "data": data}]


@st.composite
def models(draw: st.DrawFn, codes: Sequence[str]) -> list[Json]:
    table: tuple[tuple[str, str, str | None, Json], ...] = (
        ("Deep", "deep", None, {}),
        ("deep-1", "deep", "Deep", {"axis": one("a")}),
        ("deep-2", "deep", "Deep", {"axis": one("b")}),
        ("flat", "flat", None, {}),
        ("lone", "flat", None, {}),
    )
    return [
        {
            "code": code,
            "family_variant": variant,
            "parent": parent,
            "categories": draw(categories),
            "values": {**draw(values_among(at_level(codes, variant, 0 if parent is None else 1))), **axes},
        }
        for code, variant, parent, axes in table
    ]


@st.composite
def products(draw: st.DrawFn, codes: Sequence[str]) -> list[Json]:
    lines = []
    uuids = iter(draw(st.permutations(UUIDS)))
    for identifier in draw(st.lists(st.sampled_from(IDENTIFIERS), min_size=3, max_size=6, unique=True)):
        values = draw(values_among(codes))
        if draw(st.integers(0, 4)):
            values["sku"] = one(identifier)
        family = draw(st.sampled_from(("wide", "narrow", "bare", None)))
        lines.append({"uuid": next(uuids), "family": family, "parent": None, "values": values})
    places = [("deep-1", True), ("deep-1", False), ("deep-2", True), *(("flat", code) for code in AXES[:3])]
    for parent, axis in draw(st.lists(st.sampled_from(places), min_size=1, max_size=5, unique=True)):
        variant = "flat" if parent == "flat" else "deep"
        values = draw(values_among(at_level(codes, variant, 1 if parent == "flat" else 2)))
        values |= {"axis": one(axis)} if parent == "flat" else {"twist": one(axis)}
        values["sku"] = one(f"v-{parent}-{axis}")
        lines.append({"uuid": next(uuids), "parent": parent, "values": values})
    more = {
        "enabled": st.booleans(),
        "categories": categories,
        "groups": st.lists(st.sampled_from(("first", "second"))),
    }
    return [{**line, **draw(st.fixed_dictionaries(more))} for line in lines]


# What is searched for

NO_VALUE = ("EMPTY", "NOT EMPTY")


def condition(operators: Sequence[str], value: st.SearchStrategy[Any] | None = None) -> st.SearchStrategy[Json]:
    chosen = st.sampled_from(operators)
    if value is None:
        return st.fixed_dictionaries({"operator": chosen})
    return st.fixed_dictionaries({"operator": chosen, "value": value})


def texts(samples: Sequence[str]) -> st.SearchStrategy[Json]:
    return condition(("STARTS WITH", "CONTAINS", "DOES NOT CONTAIN", "=", "!="), st.sampled_from(samples))


def lists(samples: Sequence[str]) -> st.SearchStrategy[Json]:
    return condition(("IN", "NOT IN"), st.lists(st.sampled_from(samples), max_size=3))


def dates(samples: Sequence[str], *operators: str) -> st.SearchStrategy[Json]:
    sample = st.sampled_from(samples)
    return st.one_of(
        condition(("=", "!=", "<", ">"), sample),
        condition(("BETWEEN", "NOT BETWEEN"), st.tuples(sample, sample).map(list)),
        condition(NO_VALUE),
    )


COMPARISONS = ("<", "<=", "=", "!=", ">=", ">")
percentages = st.sampled_from((0, 10, 14, 33, 40, 50, 100, "100"))
ONE_LOCALE = [
    f"{words} ON AT LEAST ONE LOCALE"
    for words in (
        "EQUALS",
        "NOT EQUALS",
        "LOWER THAN",
        "LOWER OR EQUALS THAN",
        "GREATER THAN",
        "GREATER OR EQUALS THAN",
    )
]
ALL_LOCALES = [
    f"{words} ON ALL LOCALES"
    for words in ("LOWER THAN", "LOWER OR EQUALS THAN", "GREATER THAN", "GREATER OR EQUALS THAN")
]
dated = st.one_of(
    dates(MOMENTS),
    condition(("SINCE LAST N DAYS",), st.integers(-1, 2)),
)
in_a_channel = st.fixed_dictionaries({"scope": st.sampled_from(tuple(CHANNELS))})
maybe_a_locale = st.sampled_from(({}, {"locale": "en_US"}, {"locale": "fr_FR"}))
some_locales = st.lists(st.sampled_from(LOCALES), unique=True, min_size=1).map(lambda some: {"locales": some})


def joined(*parts: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    return st.tuples(*parts).map(lambda all_of: {name: value for part in all_of for name, value in part.items()})


FIELDS: dict[str, st.SearchStrategy[Json]] = {
    "identifier": st.one_of(
        texts((*IDENTIFIERS, *PARTS)), lists(("P1", "p2", "_X", "V-DEEP-1-true", "deep-1")), condition(NO_VALUE)
    ),
    "uuid": lists((*UUIDS, UUIDS[0].upper(), "no uuid")),
    "family": st.one_of(lists(("wide", "NARROW", "bare")), condition(NO_VALUE)),
    "categories": st.one_of(
        condition(
            ("IN", "NOT IN", "IN CHILDREN", "NOT IN CHILDREN", "IN OR UNCLASSIFIED"),
            st.lists(st.sampled_from(tuple(CATEGORIES)), max_size=2),
        ),
        condition(("UNCLASSIFIED", "NOT EMPTY"), st.just([])),
    ),
    "enabled": condition(("=", "!="), st.booleans()),
    "groups": st.one_of(lists(("first", "second")), condition(NO_VALUE)),
    "parent": st.one_of(
        condition(("=",), st.sampled_from(("Deep", "DEEP-1", "flat", "nobody"))),
        condition(("IN",), st.lists(st.sampled_from(("deep", "Deep-1", "FLAT", "nobody")), max_size=2)),
        condition(NO_VALUE),
    ),
    "created": dated,
    "updated": dated,
    "completeness": st.one_of(
        joined(condition((*COMPARISONS, *ONE_LOCALE), percentages), in_a_channel, maybe_a_locale),
        joined(condition(ALL_LOCALES, percentages), in_a_channel, some_locales),
        joined(condition(("GREATER OR EQUALS THAN ON AT LEAST ONE LOCALE",), percentages), in_a_channel, some_locales),
        condition(("EMPTY",)),
    ),
}
MODEL_FIELDS: dict[str, st.SearchStrategy[Json]] = {
    **{name: FIELDS[name] for name in ("identifier", "family", "categories", "created", "updated")},
    "parent": st.one_of(condition(("IN",), st.just(["deep", "nobody"])), condition(NO_VALUE)),
    "completeness": joined(
        condition(("AT LEAST COMPLETE", "ALL COMPLETE", "AT LEAST INCOMPLETE", "ALL INCOMPLETE")),
        in_a_channel,
        st.one_of(st.sampled_from(LOCALES).map(lambda locale: {"locale": locale}), some_locales),
    ),
}


def attribute_condition(code: str) -> st.SearchStrategy[Json]:
    type_ = ATTRIBUTES[code]["type"].removeprefix("pim_catalog_")
    currency = st.sampled_from(("EUR", "USD"))
    by_type: Mapping[str, st.SearchStrategy[Json]] = {
        "identifier": st.one_of(texts((*IDENTIFIERS, *PARTS)), lists(("P1", "p2"))),
        "text": texts((*TEXTS, *PARTS)),
        "textarea": texts((*AREAS, "my <i>cat</i>", "onetwo", "cat", "b")),
        "image": texts(("kite.JPG", "kite", "b.jpg", "a")),
        "number": condition(COMPARISONS, st.sampled_from(NUMBERS)),
        "metric": condition(
            COMPARISONS, st.fixed_dictionaries({"amount": st.sampled_from(NUMBERS), "unit": st.sampled_from(UNITS)})
        ),
        "price_collection": st.one_of(
            condition(
                COMPARISONS, st.fixed_dictionaries({"amount": st.sampled_from((1, "50", 99.9)), "currency": currency})
            ),
            condition(("EMPTY FOR CURRENCY", "NOT EMPTY FOR CURRENCY"), st.fixed_dictionaries({"currency": currency})),
            condition(("EMPTY ON ALL CURRENCIES", "NOT EMPTY ON AT LEAST ONE CURRENCY")),
        ),
        "boolean": condition(("=", "!="), st.booleans()),
        "date": dates(DAYS),
        "simpleselect": lists((*(AXES if code == "axis" else OPTIONS), "A")),
        "multiselect": lists((*OPTIONS, "A")),
    }
    return joined(st.one_of(by_type[type_], condition(NO_VALUE)), in_a_channel, maybe_a_locale_of(code))


def maybe_a_locale_of(code: str) -> st.SearchStrategy[Json]:
    """What is not needed is ignored."""
    return st.fixed_dictionaries({"locale": st.sampled_from(LOCALES)})


@st.composite
def searches(draw: st.DrawFn, fields: Mapping[str, st.SearchStrategy[Json]], codes: Sequence[str]) -> Json:
    """Mostly one condition: of several only few documents fulfil all."""
    names = st.one_of(st.sampled_from(tuple(fields)), st.sampled_from(("sku", *codes)))
    several = draw(st.sampled_from((1, 1, 1, 2, 3)))
    return {
        name: [
            draw(fields[name] if name in fields else attribute_condition(name))
            for _ in range(draw(st.sampled_from((1, 1, 1, 2))))
        ]
        for name in draw(st.lists(names, min_size=several, max_size=several, unique=True))
    }


# The law


def written(api: httpx.Client, path: str, lines: Sequence[Json]) -> None:
    answer = api.patch(path, content="\n".join(map(json.dumps, lines)), headers=COLLECTION)
    answers = [json.loads(line) for line in answer.text.splitlines()]
    assert [one for one in answers if one["status_code"] not in (201, 204)] == []


def shelf_of(api: httpx.Client, app: App) -> Shelf:
    """Every document, read one by one."""
    pim = app.sandboxes.default.catalog
    return Shelf(
        {document.key: api.get(f"products-uuid/{document.key}").json() for document in pim["product"]},
        {document.key: api.get(f"product-models/{document.key}").json() for document in pim["product_model"]},
        datetime.fromtimestamp(pim.clock.now(), UTC),
    )


def all_pages(api: httpx.Client, path: str, query: Mapping[str, object]) -> list[Json]:
    """Follows the cursor to the end."""
    items: list[Json] = []
    answer = api.get(path, params={"pagination_type": "search_after", **query})  # type: ignore[dict-item]
    while True:
        assert answer.status_code == 200, answer.text
        page = answer.json()
        items += page["_embedded"]["items"]
        if "next" not in page["_links"]:
            return items
        answer = api.get(page["_links"]["next"]["href"])


def keys(items: Sequence[Json], key: str) -> list[Any]:
    return [item[key] for item in items]


def agree(api: httpx.Client, shelf: Shelf, search: Json, models: Json, channel: str | None, limit: int) -> None:
    query: dict[str, Any] = {"search": json.dumps(search), "limit": limit}
    if channel is not None:
        query["scope"] = channel
    wanted = found(shelf, [shelf.products[uuid] for uuid in sorted(shelf.products)], search, channel)
    items = all_pages(api, "products-uuid", query)
    assert keys(items, "uuid") == keys(wanted, "uuid")
    if channel is None:
        assert [{name: item[name] for name in item if name != "_links"} for item in items] == wanted
    by_page = api.get("products-uuid", params={**query, "with_count": "true"}).json()
    assert (by_page["items_count"], by_page["_embedded"]["items"]) == (len(wanted), items[:limit])

    named = [item for item in wanted if shelf.identifier(item) is not None]
    named.sort(key=lambda item: str(shelf.identifier(item)).lower())
    assert keys(all_pages(api, "products", query), "uuid") == keys(named, "uuid")

    query["search"] = json.dumps(models)
    ordered = sorted(shelf.models.values(), key=lambda model: model["code"].lower())
    wanted_models = found(shelf, ordered, models, channel)
    items = all_pages(api, "product-models", query)
    assert keys(items, "code") == keys(wanted_models, "code")
    if channel is None:
        assert [{name: item[name] for name in item if name != "_links"} for item in items] == wanted_models


@pytest.mark.timeout(400)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_search_finds_what_the_sentences_say(api: httpx.Client, app: App, data: st.DataObject) -> None:
    sandbox = app.sandboxes.default
    sandbox.reset(frozenset({"tokens"}))
    codes = data.draw(st.lists(st.sampled_from(CODES), min_size=3, max_size=8, unique=True), label="attributes")
    lines = data.draw(products(codes), label="products")
    written(api, "product-models", data.draw(models(codes), label="models"))
    written(api, "products-uuid", lines)
    for _ in range(2):
        shelf = shelf_of(api, app)
        for _ in range(4):
            agree(
                api,
                shelf,
                data.draw(searches(FIELDS, codes), label="search"),
                data.draw(searches(MODEL_FIELDS, codes), label="search of models"),
                data.draw(st.sampled_from((None, None, *CHANNELS)), label="scope"),
                data.draw(st.sampled_from((1, 2, 100)), label="limit"),
            )
        # Writes in between: columns that were asked for have to keep up.
        sandbox.clock.advance(10)
        if lines:
            gone = data.draw(st.sampled_from(lines), label="deleted")
            if gone["uuid"] in shelf.products:
                assert api.delete(f"products-uuid/{gone['uuid']}").status_code == 204
        model = data.draw(st.sampled_from(data.draw(models(codes))), label="changed model")
        written(api, "product-models", [{"code": model["code"], "values": model["values"]}])
        again = [line for line in lines if line["parent"] is None and line["uuid"] in shelf.products]
        if again:
            line = data.draw(st.sampled_from(again), label="written again")
            values = data.draw(values_among(codes), label="values")
            written(api, "products-uuid", [{"uuid": line["uuid"], "enabled": not line["enabled"], "values": values}])
