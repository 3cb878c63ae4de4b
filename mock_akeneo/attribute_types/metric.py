"""pim_catalog_metric: an amount in a unit of the attribute's measurement family."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import ROUND_DOWN, Context, Decimal
from typing import Any, Final, NamedTuple, NoReturn

from mock_akeneo.attribute_types import _numbers, _unchanged
from mock_akeneo.attribute_types._attribute_type import AttributeType, Operator, Pim, broken, unsupported
from mock_akeneo.attribute_types.operators import EMPTINESS, comparing, is_empty, wrong_type
from mock_akeneo.attribute_types.php import is_blank, keys_of, numeric, text_of
from mock_akeneo.core.chance import Chance
from mock_akeneo.core.json_types import Json, php_type
from mock_akeneo.core.problems import Malformed, Problem, Violation, malformed_type

# Keys of `conversion_units` that are no attribute codes: measurement family, or attribute, to locale to unit.
FAMILY_RULES: Final = "pim_config_family_rules"
LOCALE_RULES: Final = "pim_config_attribute_locale_rules"

_DECIMAL: Final = re.compile(r"-?\d+(\.\d+)?\n?", re.ASCII)
_TRUNCATING: Final = Context(prec=2000, rounding=ROUND_DOWN)
_TWELVE_DECIMALS: Final = Decimal("1e-12")


def removes(data: object) -> bool:
    return is_blank(data) or (isinstance(data, dict) and "amount" in data and data["amount"] is None)


def has_no_amount(data: object) -> bool:
    """What an update of a product compares as `null`, so that its form is never looked at."""
    return keys_of(data).get("amount") is None


def accept(attribute: Json, data: object, pim: Pim) -> Json | None:
    if removes(data):
        return None
    code = attribute["code"]
    if not isinstance(data, list | dict):
        raise malformed_type(code, "an array", data)
    given = keys_of(data)
    for key in ("amount", "unit"):
        if key not in given:
            raise Malformed(f'Property "{code}" expects an array with the key "{key}".')
    amount, unit = given["amount"], given["unit"]
    if not isinstance(unit, str):
        raise Malformed(
            f'Property "{code}" expects an array with valid data, '
            f'key "unit" has to be a string, "{php_type(unit)}" given.'
        )
    number = numeric(amount)
    if number is not None and isinstance(amount, str) and _DECIMAL.fullmatch(amount) is None:
        raise Malformed(f'Property "{code}" expects a decimal as data, "{amount}" given.')
    known = known_unit(attribute, unit, pim)
    limits = _numbers.bounds(attribute)
    if known is None or number is None or not _numbers.fits(number, limits):
        return {"amount": amount, "unit": known or unit}
    shown = _numbers.whole_number(amount, number) if limits.whole else _numbers.rounded(number, 4)
    return {"amount": shown, "unit": known}


def known_unit(attribute: Json, unit: str, pim: Pim) -> str | None:
    """The unit in the letter case of its measurement family."""
    family = pim.measurement_family(attribute["metric_family"])
    if family is None or unit in family["units"]:
        return unit if family is not None else None
    wanted = unit.lower()
    return next((code for code in family["units"] if code.lower() == wanted), None)


def standard_amount(family: Json, amount: Decimal, unit: str) -> Decimal:
    """The amount in the family's standard unit; each operation cuts after twelve decimals.

    The operations lead from the unit to the standard unit, though the API calls them `convert_from_standard`.
    Source: pim: src/Akeneo/Tool/Bundle/MeasureBundle/back/src/Convert/MeasureConverter.php
    """
    for operation in family["units"][unit]["convert_from_standard"]:
        operand = Decimal(operation["value"])
        match operation["operator"]:
            case "mul":
                amount = _TRUNCATING.multiply(amount, operand)
            case "div" if operand:
                amount = _TRUNCATING.divide(amount, operand)
            case "add":
                amount = _TRUNCATING.add(amount, operand)
            case "sub":
                amount = _TRUNCATING.subtract(amount, operand)
        amount = amount.quantize(_TWELVE_DECIMALS, context=_TRUNCATING)
    return amount


class Target(NamedTuple):
    """What a measurement is converted into. `decimals`: how many of them; `trimmed`: without zeros at their end."""

    unit: str
    decimals: int | None = None
    trimmed: bool = False


def target(attribute: Json, rules: Json, locale: str) -> Target | None:
    """Of the `conversion_units` of a channel the rule that says most about the attribute in that locale, if any."""
    cell = (
        rules.get(LOCALE_RULES, {}).get(attribute["code"], {}).get(locale)
        or rules.get(attribute["code"])
        or rules.get(FAMILY_RULES, {}).get(attribute["metric_family"], {}).get(locale)
    )
    if not isinstance(cell, dict):
        return Target(cell) if cell else None
    strategy = cell.get("decimal_places_strategy")
    return Target(cell["unit"], cell["decimal_places"] if strategy == "round" else None, strategy == "trim")


def in_unit(family: Json, attribute: Json, data: Json, wanted: Target) -> Json:
    """The same measurement in another unit of the family; the stored one where a unit or the amount is unknown.

    Unsure: how many decimals if none are asked for; here four, and none for a whole number of an attribute without
    decimals.
    """
    number, units, unit = numeric(data["amount"]), family["units"], wanted.unit
    if number is None or data["unit"] not in units or unit not in units:
        return data
    amount = from_standard(family, standard_amount(family, number, data["unit"]), unit)
    text = _numbers.rounded(amount, wanted.decimals or 4)
    if wanted.trimmed:
        return {"amount": text.rstrip("0").removesuffix("."), "unit": unit}
    whole = wanted.decimals is None and not attribute["decimals_allowed"] and text.endswith(".0000")
    return {"amount": int(text.removesuffix(".0000")) if whole else text, "unit": unit}


def from_standard(family: Json, amount: Decimal, unit: str) -> Decimal:
    """The way back of `standard_amount`: the opposite operations, last one first."""
    for operation in reversed(family["units"][unit]["convert_from_standard"]):
        operand = Decimal(operation["value"])
        match operation["operator"]:
            case "mul" if operand:
                amount = _TRUNCATING.divide(amount, operand)
            case "div":
                amount = _TRUNCATING.multiply(amount, operand)
            case "add":
                amount = _TRUNCATING.subtract(amount, operand)
            case "sub":
                amount = _TRUNCATING.add(amount, operand)
        amount = amount.quantize(_TWELVE_DECIMALS, context=_TRUNCATING)
    return amount


def has_a_known_unit(
    attribute: Json, data: Any, channel: str | None, locale: str | None, pim: Pim
) -> Iterator[Violation]:
    if pim.measurement_family(attribute["metric_family"]) is None:
        yield broken(attribute, channel, locale, "Please specify a valid metric family")
    elif known_unit(attribute, data["unit"], pim) is None:
        yield broken(attribute, channel, locale, "Please specify a valid metric unit")


def has_an_amount_within_bounds(
    attribute: Json, data: Any, channel: str | None, locale: str | None, _pim: Pim
) -> Iterator[Violation]:
    for complaint in _numbers.complaints(attribute, data["amount"], of_amount=True):
        yield broken(attribute, channel, locale, complaint)


def column(attribute: Json, data: Any, pim: Pim) -> float | None:
    family = pim.measurement_family(attribute["metric_family"])
    number = numeric(data["amount"])
    if family is None or number is None or data["unit"] not in family["units"]:
        return None
    return float(standard_amount(family, number, data["unit"]))


def an_amount_in_a_unit(attribute: Json, value: object, pim: Pim) -> float:
    code = attribute["code"]
    if not isinstance(value, list | dict):
        raise wrong_type(code, "an array", value)
    given = keys_of(value)
    for key in ("amount", "unit"):
        if key not in given:
            raise Problem(422, f'Property "{code}" expects an array with the key "{key}".')
    amount, unit = given["amount"], given["unit"]
    number = numeric(amount)
    if number is None:
        because = f'key "amount" has to be a numeric, "{php_type(amount)}" given'
        raise Problem(422, f'Property "{code}" expects an array with valid data, {because}.')
    if not isinstance(unit, str):
        because = f'key "unit" has to be a string, "{php_type(unit)}" given'
        raise Problem(422, f'Property "{code}" expects an array with valid data, {because}.')
    family = pim.measurement_family(attribute["metric_family"])
    if family is None or unit not in family["units"]:
        because = f'The unit does not exist in the attribute\'s family "{attribute["metric_family"]}"'
        raise Problem(422, f'Property "{code}" expects a valid unit. {because}, "{text_of(unit)}" given.')
    return float(standard_amount(family, number, unit))


# The PIM registers these for measurements as well, and finds out that they are not after it has looked at the value.
# Source: pim: src/Akeneo/Pim/Enrichment/Bundle/Resources/config/query_builders.yml
_OF_CURRENCIES: Final = (
    "EMPTY FOR CURRENCY",
    "EMPTY ON ALL CURRENCIES",
    "NOT EMPTY ON AT LEAST ONE CURRENCY",
    "NOT EMPTY FOR CURRENCY",
)


def of_no_measurement(operator: str) -> Operator:
    def check(attribute: Json, value: object, pim: Pim) -> NoReturn:
        an_amount_in_a_unit(attribute, value, pim)
        raise unsupported(attribute["code"], operator)

    return Operator(is_empty, check)


def fake(attribute: Json, chance: Chance, codes: Sequence[str]) -> Any:
    unit = codes[chance.below(len(codes))] if codes else attribute["default_metric_unit"]
    return {"amount": _numbers.fake_amount(attribute, chance), "unit": unit}


METRIC: Final = AttributeType(
    name="pim_catalog_metric",
    accept=accept,
    removes=removes,
    unchanged=_unchanged.metric,
    null_on_update=has_no_amount,
    rules=(has_a_known_unit, has_an_amount_within_bounds),
    operators={
        **comparing(an_amount_in_a_unit),
        **EMPTINESS,
        **{operator: of_no_measurement(operator) for operator in _OF_CURRENCIES},
    },
    column=column,
    fake=fake,
)
