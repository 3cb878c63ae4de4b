"""The `search` parameter of products and product models: its structure, and the words in which it is refused.

Source: pim: src/Akeneo/Pim/Enrichment/Component/Product/Connector/UseCase/Validator/ValidateSearch.php and siblings
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from mock_akeneo.core.json_types import Json, loads, php_type
from mock_akeneo.core.problems import Problem


class Condition(NamedTuple):
    """One entry of a filter: `{"operator", "value", "locale", "scope", "locales"}` on a property."""

    name: str
    operator: str
    entry: Json

    @property
    def value(self) -> Any:
        return self.entry.get("value")


def parsed(text: str, not_json: int) -> Json:
    """The JSON of the parameter; `not_json` is the status of what is none. A list counts as an object, as in PHP."""
    try:
        search = loads(text)
    except ValueError:
        search = None
    if isinstance(search, list):
        return {str(position): value for position, value in enumerate(search)}
    if not isinstance(search, dict):
        raise Problem(not_json, "Search query parameter should be valid JSON.")
    return search


def conditions(search: Json) -> list[Condition]:
    """All entries in the order in which they were given. Raises `Problem` 422 for a wrong structure."""
    return list(_conditions(search))


def _conditions(search: Json) -> Iterator[Condition]:
    for name, entries in search.items():
        if isinstance(entries, dict):
            entries = list(entries.values())
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise Problem(
                422,
                f'Structure of filter "{name}" should respect this structure: '
                f'{{"{name}":[{{"operator": "my_operator", "value": "my_value"}}]}}',
            )
        for entry in entries:
            if "operator" not in entry:
                raise Problem(422, f'Operator is missing for the property "{name}".')
            if not isinstance(entry["operator"], str):
                given = php_type(entry["operator"])
                raise Problem(422, f'Operator has to be a string, "{given}" given.')
            yield Condition(name, entry["operator"], entry)
