"""The `search` parameter of products and product models: its structure, and the words in which it is refused.

Everything is checked here that the PIM checks before it looks at one filter after the other, in its order.
Source: pim: src/Akeneo/Pim/Enrichment/Component/Product/Connector/UseCase/Validator/
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any, Final, NamedTuple

from mock_akeneo.attribute_types.php import items, text_of
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.json_types import Json, json_decode, php_type
from mock_akeneo.core.problems import Problem
from mock_akeneo.core.versions import has

MAX_IDENTIFIERS: Final = 100
_LINKED_ENTITIES: Final = "updated_including_linked_entities"
_LINKED_TYPE: Final = "updated_including_linked_type"


class Condition(NamedTuple):
    """One entry of a filter: `{"operator", "value", "locale", "scope", "locales"}` on a property.

    `locale`, `channel`: of the entry, else those of `search_locale` and `search_scope`.
    """

    name: str
    operator: str
    entry: Json
    locale: str | None = None
    channel: str | None = None
    locales: list[str] | None = None

    @property
    def value(self) -> Any:
        return self.entry.get("value")


def parsed(text: str, not_json: int) -> Json:
    """The JSON of the parameter; `not_json` is the status of what is none. A list counts as an object, as in PHP."""
    try:
        search = json_decode(text)
    except ValueError:
        search = None
    if isinstance(search, list):
        return {str(position): value for position, value in enumerate(search)}
    if not isinstance(search, dict):
        raise Problem(not_json, "Search query parameter should be valid JSON.")
    return search


def conditions(search: Json, *, locale: str | None = None, channel: str | None = None) -> list[Condition]:
    """All entries in the order in which they were given. Raises `Problem` 422 for a wrong structure."""
    found = []
    locales = None
    for name, entries in search.items():
        for entry in _entries(name, entries):
            if entry.get("locales") is not None and entry["locales"] != "":
                # The PIM's own flaw: they hold for the filters behind it as well.
                locales = entry["locales"]
            own_locale, own_channel = entry.get("locale"), entry.get("scope")
            found.append(
                Condition(
                    name,
                    entry["operator"],
                    entry,
                    locale if own_locale is None else own_locale,
                    channel if own_channel is None else text_of(own_channel),
                    locales,
                )
            )
    return found


def _entries(name: str, entries: Any) -> list[Json]:
    given = items(entries) if isinstance(entries, list | dict) else []
    first = entries.get("0") if isinstance(entries, dict) else given[0] if given else None
    if first is None:
        raise Problem(
            422,
            f'Structure of filter "{name}" should respect this structure: '
            f'{{"{name}":[{{"operator": "my_operator", "value": "my_value"}}]}}',
        )
    for entry in given:
        operator = entry.get("operator") if isinstance(entry, dict) else None
        if operator is None:
            raise Problem(422, f'Operator is missing for the property "{name}".')
        if not isinstance(operator, str):
            raise Problem(422, f'Operator has to be a string, "{php_type(operator)}" given.')
    return given


def check(
    found: Sequence[Condition],
    pim: Catalog,
    *,
    fields: Container[str],
    unknown_status: int,
    search_locale: str | None,
    identifiers: bool,
) -> None:
    """Categories, names of properties, number of identifiers (`identifiers`: products only), locales.

    `unknown_status`: of a property that is not there.
    """
    _check_categories(found, pim)
    _check_names(found, pim, fields, unknown_status)
    _check_linked_type(found)
    if identifiers:
        _check_identifiers(found, pim)
    _check_form_of_locales(found)
    _check_locales(found, pim, search_locale)


def _check_categories(found: Sequence[Condition], pim: Catalog) -> None:
    codes = [
        text_of(code).strip()
        for condition in found
        if condition.name == "categories" and isinstance(condition.value, list | dict)
        for code in items(condition.value)
    ]
    unknown = [code for code in codes if pim["category"].get(code) is None]
    if unknown:
        raise Problem(422, _told(unknown, "Category", "Categories", "does not exist.", "do not exist."))


def _check_names(found: Sequence[Condition], pim: Catalog, fields: Container[str], unknown_status: int) -> None:
    if not has(pim.pim_version, "unknown fields are told"):
        # They are met as filters, each in its turn.
        return
    for name, *_ in found:
        if name not in fields and pim.attribute(name) is None:
            raise Problem(unknown_status, f'"{name}" does not exist or you do not have permission to access it.')


def _check_linked_type(found: Sequence[Condition]) -> None:
    """Unsure: the text, and when it is told."""
    names = {condition.name for condition in found}
    if _LINKED_TYPE in names and _LINKED_ENTITIES not in names:
        raise Problem(422, f'Property "{_LINKED_TYPE}" cannot be used without the property "{_LINKED_ENTITIES}".')


def _check_identifiers(found: Sequence[Condition], pim: Catalog) -> None:
    """Only the first such filter is looked at."""
    value = next((one.value for one in found if (one.name, one.operator) == ("identifier", "IN")), ())
    if value == () or not has(pim.pim_version, "unknown fields are told"):
        return
    if value is None:
        raise Problem(422, "The identifier filter can't contain null value")
    if not isinstance(value, list | dict):
        raise Problem(422, "The identifier filter value should be an array")
    if len({text_of(one) for one in items(value)}) > MAX_IDENTIFIERS:
        raise Problem(400, f"The identifier filter can't contain more than {MAX_IDENTIFIERS} product identifiers.")


def _check_form_of_locales(found: Sequence[Condition]) -> None:
    for name, _, entry, *_ in found:
        locale, locales = entry.get("locale"), entry.get("locales")
        if name == "completeness":
            if locales is not None and not isinstance(locales, list | dict):
                raise Problem(422, 'Property "completeness" expects an array with the key "locales".')
        elif locale is not None and not isinstance(locale, str):
            raise Problem(422, f'Property "{name}" expects a string with the key "locale".')
        elif locales is not None:
            raise Problem(422, f'Property "{name}" expects an array with the key "locale".')


def _check_locales(found: Sequence[Condition], pim: Catalog, search_locale: str | None) -> None:
    named: list[Any] = []
    for condition in found:
        locale, locales = condition.entry.get("locale"), condition.entry.get("locales")
        named += [] if locale is None else [locale]
        named += [] if locales is None else items(locales)
    named += [] if search_locale is None else [search_locale]
    unknown = [code for code in dict.fromkeys(map(text_of, named)) if not is_active(code, pim)]
    if unknown:
        raise Problem(422, inactive(unknown))


def is_active(code: str, pim: Catalog) -> bool:
    """Whether a locale is known, in any letter case, and active."""
    locale = pim["locale"].get(code)
    return locale is not None and locale.key in pim.active_locales


def inactive(codes: Sequence[str]) -> str:
    return _told(
        codes, "Locale", "Locales", "does not exist or is not activated.", "do not exist or are not activated."
    )


def _told(codes: Sequence[str], one: str, many: str, verb: str, verbs: str) -> str:
    """`Locale "x" does …`, `Locales "x, y" do …`"""
    several = len(codes) > 1
    return f'{many if several else one} "{", ".join(codes)}" {verbs if several else verb}'
