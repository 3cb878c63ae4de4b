"""pim_catalog_simpleselect and pim_catalog_multiselect: codes of the attribute's options, whatever their letter case.

What is stored and shown has the letter case of the option; several options are sorted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from mock_akeneo.attribute_types import _unchanged
from mock_akeneo.attribute_types._attribute_type import AttributeType, Operator, Pim, broken
from mock_akeneo.attribute_types.operators import (
    EMPTINESS,
    a_list,
    avoids_or_empty,
    is_in,
    is_not_in_or_empty,
    meets,
    wrong_type,
)
from mock_akeneo.attribute_types.php import is_blank, items, numeric, sorted_texts, text_of
from mock_akeneo.core.chance import Chance
from mock_akeneo.core.json_types import Json, php_type
from mock_akeneo.core.problems import Malformed, Problem, Violation, malformed_type


def accept_one(attribute: Json, data: object, _pim: Pim) -> str | None:
    if is_blank(data):
        return None
    if not isinstance(data, str):
        raise Malformed(f"The {attribute['code']} attribute requires a string, a {php_type(data)} was detected.")
    return data


def own_code(attribute: Json, data: str, pim: Pim) -> str:
    option = pim.option(attribute["code"], data)
    code: str = data if option is None else option["code"]
    return code


def accept_many(attribute: Json, data: object, pim: Pim) -> list[str] | None:
    """Sorted. Letter case is put right only where no rule is broken, since the rules tell what was sent."""
    if is_blank(data):
        return None
    code = attribute["code"]
    if not isinstance(data, list | dict):
        raise malformed_type(code, "an array", data)
    codes = items(data)
    for option_code in codes:
        if not isinstance(option_code, str):
            raise _invalid(code, "one of the options is not a string")
    if "" in codes:
        raise _invalid(code, "one of the options is an empty string")
    known = []
    for option_code in codes:
        option = pim.option(code, option_code)
        if option is not None:
            known.append(option["code"])
    return sorted_texts(known if len(set(known)) == len(codes) else codes)


def _invalid(code: str, because: str) -> Malformed:
    return Malformed(f'Property "{code}" expects an array with valid data, {because}.')


def is_one_of_the_options(
    attribute: Json, data: Any, channel: str | None, locale: str | None, pim: Pim
) -> Iterator[Violation]:
    code = attribute["code"]
    if pim.option(code, data) is None:
        message = f"The {data} value is not in the {code} attribute option list."
        yield broken(attribute, channel, locale, message)


def are_among_the_options(
    attribute: Json, data: Any, channel: str | None, locale: str | None, pim: Pim
) -> Iterator[Violation]:
    code = attribute["code"]
    unknown = [option.lower() for option in data if pim.option(code, option) is None]
    if unknown:
        message = f"The {', '.join(unknown)} values are not in the {code} attribute option list."
        yield broken(attribute, channel, locale, message)


def are_named_once(
    attribute: Json, data: Any, channel: str | None, locale: str | None, _pim: Pim
) -> Iterator[Violation]:
    seen: set[str] = set()
    again: dict[str, str] = {}
    for option in data:
        folded = option.lower()
        if folded in seen:
            again.setdefault(folded, option)
        seen.add(folded)
    if again:
        was = "option was" if len(again) == 1 else "options were"
        message = (
            f'The following {was} used multiple times: "{", ".join(again.values())}". '
            "Please check your option list again."
        )
        yield broken(attribute, channel, locale, message)


def visible_one(attribute: Json, data: Any, _channel: str | None, pim: Pim) -> Any:
    option = pim.option(attribute["code"], data)
    if option is None:
        return None
    return data if option["code"] == data else option["code"]


def visible_many(attribute: Json, data: Any, _channel: str | None, pim: Pim) -> Any:
    options = [pim.option(attribute["code"], code) for code in data]
    shown = [option["code"] for option in options if option is not None]
    return data if shown == data else sorted_texts(shown) or None


def column_of_one(_attribute: Json, data: Any, _pim: Pim) -> str:
    code: str = data.lower()
    return code


def column_of_many(_attribute: Json, data: Any, _pim: Pim) -> frozenset[str]:
    return frozenset(code.lower() for code in data)


def existing_options(attribute: Json, value: object, pim: Pim) -> frozenset[str]:
    codes = a_list(attribute, value, pim)
    for code in codes:
        if not isinstance(code, str) and numeric(code) is None:
            raise wrong_type(attribute["code"], "a string", code)
    wanted = [text_of(code) for code in codes]
    for code in wanted:
        if pim.option(attribute["code"], code) is None:
            kind = "options" if attribute["type"] == "pim_catalog_multiselect" else "option"
            raise Problem(422, f'Object "{kind}" with code "{code}" does not exist')
    return frozenset(code.lower() for code in wanted)


ONE: Final[Mapping[str, Operator]] = {
    "IN": Operator(is_in, existing_options),
    "NOT IN": Operator(is_not_in_or_empty, existing_options),
    **EMPTINESS,
}
MANY: Final[Mapping[str, Operator]] = {
    "IN": Operator(meets, existing_options),
    "NOT IN": Operator(avoids_or_empty, existing_options),
    **EMPTINESS,
}


def fake_one(_attribute: Json, chance: Chance, codes: Sequence[str]) -> str | None:
    return codes[chance.below(len(codes))] if codes else None


def fake_many(_attribute: Json, chance: Chance, codes: Sequence[str]) -> list[str] | None:
    """A stretch of the codes, up to three long."""
    if not codes:
        return None
    start = chance.below(len(codes))
    return list(codes[start : start + 1 + chance.below(3)])


SIMPLE_SELECT: Final = AttributeType(
    name="pim_catalog_simpleselect",
    accept=accept_one,
    unchanged=_unchanged.option,
    settled=own_code,
    membership=is_one_of_the_options,
    visible=visible_one,
    operators=ONE,
    column=column_of_one,
    fake=fake_one,
)

MULTI_SELECT: Final = AttributeType(
    name="pim_catalog_multiselect",
    accept=accept_many,
    unchanged=_unchanged.options,
    membership=are_among_the_options,
    rules=(are_named_once,),
    visible=visible_many,
    operators=MANY,
    column=column_of_many,
    fake=fake_many,
)
