"""The columns of a table attribute.

Source: apidocs: content/swagger/ (attributes). Unsure: the enterprise edition's own checks and messages are not
public; what is refused here is what its documentation calls wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import Malformed, Violation, malformed_type

DATA_TYPES: Final = (
    "select", "text", "number", "boolean", "incremental_number", "reference_entity", "product_link", "measurement",
    "date",
)  # fmt: skip
_MEMBERS: Final = ("code", "data_type", "labels", "validations", "is_required_for_completeness", "options")


def shape(item: Json, name: str, value: Any, pim: Catalog) -> None:
    """Columns replace columns; the first one is always required."""
    if not isinstance(value, list):
        raise malformed_type(name, "an array", value)
    if not all(isinstance(column, dict) for column in value):
        raise Malformed(f'Property "{name}" expects an array of objects as data.')
    item[name] = [_column(column, first=position == 0) for position, column in enumerate(value)]


def _column(given: Json, *, first: bool) -> Json:
    column = {
        # Members that are for some data types only, such as `reference_entity_identifier`.
        **{name: value for name, value in given.items() if name not in _MEMBERS},
        "code": given.get("code"),
        "data_type": given.get("data_type"),
        "labels": given.get("labels") or {},
        "validations": given.get("validations") or {},
        "is_required_for_completeness": first or bool(given.get("is_required_for_completeness")),
    }
    return {**column, "options": given["options"]} if given.get("options") else column


def without_options(columns: list[Json]) -> list[Json]:
    return [{name: value for name, value in column.items() if name != "options"} for column in columns]


def columns_are_fit(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    codes = set()
    for position, column in enumerate(item.get("table_configuration") or ()):
        path, code = f"table_configuration[{position}]", column["code"]
        if not code:
            yield Violation(f"{path}.code", "This value should not be blank.")
        elif not isinstance(code, str) or not re.fullmatch("[a-zA-Z0-9_]+", code, re.ASCII):
            yield Violation(f"{path}.code", "The column code can only contain letters, numbers and underscores")
        elif code.lower() in codes:
            yield Violation(f"{path}.code", "This value is already used.")
        codes.add(str(code).lower())
        if column["data_type"] not in DATA_TYPES:
            yield Violation(f"{path}.data_type", "The value you selected is not a valid choice.")
