"""pim_catalog_boolean: true or false, and nothing that looks like it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from mock_akeneo.attribute_types._attribute_type import AttributeType, Operator, Pim
from mock_akeneo.attribute_types.operators import EMPTINESS, a_boolean, differs, equals
from mock_akeneo.attribute_types.php import is_blank
from mock_akeneo.core.chance import Chance
from mock_akeneo.core.json_types import Json, php_type
from mock_akeneo.core.problems import malformed_type


def payload_format(code: str, data: object) -> str | None:
    if data is None or isinstance(data, bool):
        return None
    return f"The {code} attribute requires a boolean value (true or false) as data, a {php_type(data)} was detected."


def accept(attribute: Json, data: object, _pim: Pim) -> bool | None:
    if isinstance(data, bool):
        return data
    if is_blank(data):
        return None
    raise malformed_type(attribute["code"], "a boolean", data)


def column(_attribute: Json, data: Any, _pim: Pim) -> Any:
    return data


def fake(_attribute: Json, chance: Chance, _codes: Sequence[str]) -> bool:
    return chance.below(2) == 1


BOOLEAN: Final = AttributeType(
    name="pim_catalog_boolean",
    accept=accept,
    payload_format=payload_format,
    operators={"=": Operator(equals, a_boolean), "!=": Operator(differs, a_boolean), **EMPTINESS},
    column=column,
    fake=fake,
)
