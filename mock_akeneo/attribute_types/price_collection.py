"""pim_catalog_price_collection: one amount for each currency, sorted by currency."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final

from mock_akeneo.attribute_types import _numbers, _unchanged
from mock_akeneo.attribute_types._attribute_type import AttributeType, Operator, Pim, Test, broken
from mock_akeneo.attribute_types.operators import (
    EMPTINESS,
    is_empty,
    is_not_empty,
    wrong_type,
)
from mock_akeneo.attribute_types.php import is_blank, items, keys_of, numeric, text_of
from mock_akeneo.core.chance import Chance
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import Malformed, Problem, Violation, malformed_type

_PRICE_KEYS: Final = {"amount", "currency"}


def payload_format(code: str, data: object) -> str | None:
    """Source: pim: src/Akeneo/Pim/Enrichment/Component/Product/Validator/ExternalApi/PayloadFormatValidator.php"""
    wrong = f'The data format sent for the "{code}" attribute is wrong. Please, fill in one value per amount field.'
    if not isinstance(data, list | dict):
        return wrong
    for price in items(data):
        if price is None:
            continue
        if not isinstance(price, list | dict):
            return "This value should be of type array|(Traversable&ArrayAccess)."
        given = keys_of(price)
        if not given.keys() >= _PRICE_KEYS:
            return wrong
        if isinstance(given["amount"], bool | list | dict) or not isinstance(given["currency"], str):
            return wrong
        if len(given) > 2:
            return "This field was not expected."
    return None


def removes(data: object) -> bool:
    if is_blank(data):
        return True
    if not isinstance(data, list | dict):
        return False
    return all(_is_left_out(price) for price in items(data))


def _is_left_out(price: object) -> bool:
    return isinstance(price, dict) and price.get("amount", price) is None


def accept(attribute: Json, data: object, _pim: Pim) -> list[Json] | None:
    if removes(data):
        return None
    code = attribute["code"]
    if not isinstance(data, list | dict):
        raise malformed_type(code, "an array", data)
    limits = _numbers.bounds(attribute)
    prices: list[Json] = []
    sound = True
    for price in items(data):
        if _is_left_out(price):
            continue
        if not isinstance(price, list | dict):
            raise Malformed(f'Property "{code}" expects an array of arrays as data.')
        given = keys_of(price)
        for key in ("amount", "currency"):
            if given.get(key) is None:
                raise Malformed(f'Property "{code}" expects an array with the key "{key}".')
        amount = given["amount"]
        number = numeric(amount)
        if number is None or not _numbers.fits(number, limits) or _has_space(amount):
            sound = False
        else:
            amount = _numbers.whole_number(amount, number) if limits.whole else _numbers.rounded(number, 2)
        prices.append({"amount": amount, "currency": given["currency"]})
    prices.sort(key=_currency_text)
    if sound and len({_currency_text(price) for price in prices}) < len(prices):
        # Of several prices in one currency the PIM shows the highest.
        prices.sort(key=lambda price: (_currency_text(price), Decimal(price["amount"])))
        prices = list({_currency_text(price): price for price in prices}.values())
    return prices


def _currency_text(price: Json) -> str:
    return text_of(price["currency"])


def _has_space(amount: object) -> bool:
    return isinstance(amount, str) and " " in amount


def has_amounts_within_bounds_in_active_currencies(
    attribute: Json, data: Any, channel: str | None, locale: str | None, pim: Pim
) -> Iterator[Violation]:
    limits, active = _numbers.bounds(attribute), pim.active_currencies
    for price in data:
        amount, currency = price["amount"], price["currency"]
        number = numeric(amount)
        if number is None or not _numbers.fits(number, limits) or _has_space(amount):
            for complaint in _complaints(attribute, amount):
                yield broken(attribute, channel, locale, complaint, currency)
        if not isinstance(currency, str) or currency not in active:
            message = (
                f"Please specify a valid currency for the {attribute['code']} attribute, "
                f"the {text_of(currency)} code was sent."
            )
            yield broken(attribute, channel, locale, message, currency)


def _complaints(attribute: Json, amount: object) -> Iterator[str]:
    number = numeric(amount)
    if number is None:
        yield _numbers.not_numeric(attribute, amount)
        yield from _numbers.out_of_order(attribute, amount)
        return
    if _has_space(amount):
        yield (
            f"The {attribute['code']} attribute requires a value which does not contains space, "
            f'and the submitted "{amount}" has at least one.'
        )
    # Prices tell of decimals first, numbers and measurements of their range.
    yield from _numbers.not_whole(attribute, number, amount)
    yield from _numbers.out_of_range(attribute, number)


def visible(_attribute: Json, data: Any, channel: str | None, pim: Pim) -> Any:
    """A scopable price is shown in the currencies of its channel only, though any active one is accepted.

    Source: pim: .../Factory/NonExistentValuesFilter/NonExistentPriceCollectionValueFilter.php
    """
    active = pim.active_currencies
    if channel is not None:
        found = pim.channel(channel)
        active = frozenset(found["currencies"]) if found else frozenset()
    if all(price["currency"] in active for price in data):
        return data
    return [price for price in data if price["currency"] in active] or None


def filled(_attribute: Json, data: Any, channel: Json) -> bool:
    """In every currency of the channel."""
    return {price["currency"] for price in data}.issuperset(channel["currencies"])


def column(_attribute: Json, data: Any, _pim: Pim) -> dict[str, float]:
    return {price["currency"]: float(number) for price in data if (number := numeric(price["amount"])) is not None}


def an_amount_in_a_currency(attribute: Json, value: object, pim: Pim) -> tuple[str, float]:
    code = attribute["code"]
    if not isinstance(value, list | dict):
        raise wrong_type(code, "an array", value)
    if "amount" not in keys_of(value):
        raise Problem(422, f'Property "{code}" expects an array with the key "amount".')
    number = numeric(keys_of(value)["amount"])
    if number is None:
        # The PIM names the type of the whole value.
        raise wrong_type(code, "a numeric", value)
    return a_currency(attribute, value, pim), float(number)


def a_currency(attribute: Json, value: object, pim: Pim) -> str:
    code = attribute["code"]
    if not isinstance(value, list | dict):
        raise wrong_type(code, "an array", value)
    if "currency" not in keys_of(value):
        raise Problem(422, f'Property "{code}" expects an array with the key "currency".')
    currency = keys_of(value)["currency"]
    if not isinstance(currency, str) or currency not in pim.active_currencies:
        because = f'The currency does not exist, "{text_of(currency)}" given.'
        raise Problem(422, f'Property "{code}" expects a valid currency. {because}')
    return currency


def _amount_that(compare: Callable[[float, float], bool]) -> Operator:
    def found(operand: tuple[str, float]) -> Test:
        currency, amount = operand
        return lambda values, rows: [
            row
            for row in rows
            if (prices := values[row]) is not None and currency in prices and compare(prices[currency], amount)
        ]

    return Operator(found, an_amount_in_a_currency)


def lacks_currency(currency: str) -> Test:
    return lambda values, rows: [row for row in rows if (prices := values[row]) is None or currency not in prices]


def has_currency(currency: str) -> Test:
    return lambda values, rows: [row for row in rows if (prices := values[row]) is not None and currency in prices]


OPERATORS: Final[Mapping[str, Operator]] = {
    "<": _amount_that(lt),
    "<=": _amount_that(le),
    "=": _amount_that(eq),
    "!=": _amount_that(ne),
    ">=": _amount_that(ge),
    ">": _amount_that(gt),
    **EMPTINESS,
    "EMPTY ON ALL CURRENCIES": Operator(is_empty, needs_ownership=True),
    "EMPTY FOR CURRENCY": Operator(lacks_currency, a_currency, needs_ownership=True),
    "NOT EMPTY ON AT LEAST ONE CURRENCY": Operator(is_not_empty),
    "NOT EMPTY FOR CURRENCY": Operator(has_currency, a_currency),
}


def fake(attribute: Json, chance: Chance, codes: Sequence[str]) -> Any:
    return [{"amount": _numbers.fake_amount(attribute, chance), "currency": currency} for currency in codes]


PRICE_COLLECTION: Final = AttributeType(
    name="pim_catalog_price_collection",
    accept=accept,
    removes=removes,
    unchanged=_unchanged.prices,
    by_channel=True,
    payload_format=payload_format,
    rules=(has_amounts_within_bounds_in_active_currencies,),
    visible=visible,
    filled=filled,
    operators=OPERATORS,
    column=column,
    fake=fake,
)
