"""The values of a product or product model together: `{attribute: [{"locale", "scope", "data"}]}`.

A write calls, in this order: `payload_format` (products only), `check_attributes` (only when a product is there
already), then with its other properties `merge_values`, and at last `value_violations`.

Source: pim: src/Akeneo/Pim/Enrichment/Component/Product/Updater/EntityWithValuesUpdater.php,
.../Builder/EntityWithValuesBuilder.php, .../Validator/ExternalApi/PayloadFormatValidator.php
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from mock_akeneo.attribute_types import ATTRIBUTE_TYPES
from mock_akeneo.attribute_types._attribute_type import Pim, broken
from mock_akeneo.attribute_types.php import items, keys_of
from mock_akeneo.attribute_types.stored_values import wrong_locale
from mock_akeneo.core.collation import collation_key
from mock_akeneo.core.json_types import Json, php_type
from mock_akeneo.core.problems import SUFFIX, Malformed, Violation, malformed_type

# The two texts of an attribute that is not there. Products that are created with a parent, and product models always,
# are told the second.
UNKNOWN_ATTRIBUTE: Final = "The {} attribute does not exist in your PIM."
UNKNOWN_PROPERTY: Final = 'Property "{}" does not exist.'

_NO_FIELDS: Final[Mapping[str, Callable[[Any], None]]] = {}
_KEYS: Final = ("locale", "scope", "data")
_KEY_SET: Final = frozenset(_KEYS)


def payload_format(values: object, pim: Pim) -> None:
    """What products are checked for before anything else: the form of the entries, then values given twice.

    Raises the first `Malformed`. The sentence about a missing key ends with the suffix twice, as the PIM's does.
    """
    if values is None:
        return
    if not isinstance(values, list | dict):
        raise Malformed("This value should be of type array|(Traversable&ArrayAccess).")
    values = by_code(values)
    for code, entries in values.items():
        if entries is None:
            continue
        if not isinstance(entries, list | dict):
            raise Malformed(f'Property "{code}" expect to be an array')
        attribute = pim.attribute(code)
        check = None if attribute is None else ATTRIBUTE_TYPES[attribute["type"]].payload_format
        for entry in items(entries):
            if entry is None:
                continue
            if not isinstance(entry, list | dict):
                raise Malformed(f'Property "{code}" expect to be an array of array')
            given = keys_of(entry)
            for key in _KEYS:
                if key not in given:
                    raise Malformed(f'Property "{code}" expects an array with the key "{key}".{SUFFIX}')
                of = given[key]
                if key == "data":
                    if check is not None and (complaint := check(code, of)):
                        raise Malformed(complaint)
                elif of is not None and type(of) is not str:
                    raise Malformed(f'Property "{code}" expects an array with the key "{key}" as string.{SUFFIX}')
    for code, entries in values.items():
        if entries is None:
            # The PIM looks no further.
            return
        if len(entries) > 1:
            _refuse_twice(code, entries)


def by_code(values: list[Any] | dict[str, Any]) -> dict[str, Any]:
    """The positions of a list are what its members are called by, as in PHP."""
    return values if isinstance(values, dict) else {str(place): entries for place, entries in enumerate(values)}


def _refuse_twice(code: str, entries: Any) -> None:
    seen = set()
    for entry in items(entries):
        if entry is None or entry["data"] is None:
            continue
        place = entry["scope"], entry["locale"]
        if place in seen:
            raise Malformed(
                f'You cannot update the same product value on the "{code}" attribute twice, '
                "with the same scope and locale."
            )
        seen.add(place)


def check_attributes(values: object, pim: Pim) -> None:
    """What an update of a product finds before it looks at any other property, whatever the order of the keys.

    Raises `Malformed` for an attribute that is not there and for an entry that is no object.
    """
    if not isinstance(values, list | dict):
        return
    for code, entries in by_code(values).items():
        attribute = pim.attribute(code)
        if attribute is None or attribute["code"] != code:
            raise Malformed(UNKNOWN_ATTRIBUTE.format(code))
        if isinstance(entries, list | dict) and None in items(entries):
            raise _no_array(code)


def _no_array(code: str) -> Malformed:
    return Malformed(f'Property "{code}" expects an array with valid data, one of the values is not an array.')


def merge_values(
    stored: Json,
    values: object,
    pim: Pim,
    *,
    updating: bool = False,
    unknown: str = UNKNOWN_ATTRIBUTE,
    fields: Mapping[str, Callable[[Any], None]] = _NO_FIELDS,
) -> Json:
    """`stored` with `values` written over it, value by value; `stored` itself when nothing changes by meaning.

    `stored` stays as it was, and shares with the result the entries of every attribute that did not change; changed
    ones come last, in the order in which they were given. `updating`: the product was there already, so the PIM
    compares before it looks: attributes given as `null`, and what is no change, are no errors then. `unknown`: the text
    for an attribute that is not there, unless `fields` has a setter of that name, which takes the data then.
    Raises the first `Malformed`, without link.
    """
    if not isinstance(values, list | dict):
        raise malformed_type("values", "an array", values)
    payload = by_code(values)
    _check_form(payload, updating)
    merged = stored
    for given_code, given in payload.items():
        if given is None:
            continue
        attribute = pim.attribute(given_code)
        if attribute is None:
            if given_code not in fields:
                raise Malformed(unknown.format(given_code))
            for entry in items(given):
                fields[given_code](entry["data"])
            continue
        code = attribute["code"]
        before: list[Json] = stored.get(code, [])
        after = _merged(before, items(given), attribute, pim, updating)
        if after is before:
            continue
        if merged is stored:
            merged = stored.copy()
        merged.pop(code, None)
        if after:
            merged[code] = after
    return merged


def _check_form(payload: Json, updating: bool) -> None:
    """Of all values first: the PIM sets none before every one has its keys."""
    for code, entries in payload.items():
        if entries is None and updating:
            continue
        if not isinstance(entries, list | dict):
            raise malformed_type(code, "an array", entries)
        for entry in items(entries):
            if type(entry) is dict and entry.keys() >= _KEY_SET:
                locale, channel = entry["locale"], entry["scope"]
                if (locale is None or type(locale) is str) and (channel is None or type(channel) is str):
                    continue
            raise _malformed_entry(code, entry)


def _malformed_entry(code: str, entry: object) -> Malformed:
    if not isinstance(entry, list | dict):
        return _no_array(code)
    given = keys_of(entry)
    for key in _KEYS:
        if key not in given:
            return Malformed(f'Property "{code}" expects an array with the key "{key}".')
    key = "scope" if given["locale"] is None or isinstance(given["locale"], str) else "locale"
    return Malformed(f'Property "{code}" expects a value with a string as {key}, "{php_type(given[key])}" given.')


def _merged(before: list[Json], given: list[Json], attribute: Json, pim: Pim, updating: bool) -> list[Json]:
    """The entries of one attribute after the write; `before` itself when nothing changed."""
    type_ = ATTRIBUTE_TYPES[attribute["type"]]
    after = before
    for entry in given:
        locale, channel, data = entry["locale"], entry["scope"], entry["data"]
        if updating:
            if type_.null_on_update is not None and type_.null_on_update(data):
                data = None
            at = _position(before, channel, locale)
            stored = None if at is None else before[at]["data"]
            if (type(data) is type(stored) and data == stored) or type_.unchanged(data, stored):
                continue
        if (channel is None) is attribute["scopable"] or (locale is None) is attribute["localizable"]:
            # An empty value in a place that the attribute has not is ignored without a word.
            if type_.removes(data):
                continue
            raise Malformed(_misplaced(attribute, channel, locale))
        at = _position(after, channel, locale)
        if at is not None and type(data) is type(after[at]["data"]) and data == after[at]["data"]:
            # What GET showed: the normal form of a normal form is itself.
            continue
        accepted = type_.accept(attribute, data, pim)
        if at is None:
            if accepted is not None:
                after = [*after, {"locale": locale, "scope": channel, "data": accepted}]
        elif accepted is None:
            after = after[:at] + after[at + 1 :]
        elif after[at]["data"] != accepted and not (
            type_.same is not None and type_.same(after[at]["data"], accepted, pim)
        ):
            after = [*after[:at], *after[at + 1 :], {"locale": locale, "scope": channel, "data": accepted}]
    return after


def _position(entries: list[Json], channel: str | None, locale: str | None) -> int | None:
    for position, entry in enumerate(entries):
        if entry["locale"] == locale and entry["scope"] == channel:
            return position
    return None


def _misplaced(attribute: Json, channel: str | None, locale: str | None) -> str:
    of_channel = f"({'nothing' if channel is None else channel} was detected)"
    of_locale = f"({'nothing' if locale is None else locale} was detected)"
    match attribute["scopable"], attribute["localizable"]:
        case True, True:
            wanted = f"requires a value per channel {of_channel} and a locale {of_locale}"
        case True, False:
            wanted = f"requires a value per channel {of_channel} but does not require a value per locale {of_locale}"
        case False, True:
            wanted = f"does not require a value per channel {of_channel} but requires a value per locale {of_locale}"
        case _:
            wanted = f"requires neither a channel {of_channel} nor a locale {of_locale}"
    return f"The {attribute['code']} attribute {wanted}."


def value_violations(values: Json, pim: Pim, *, uuid: str | None = None, since: Json | None = None) -> list[Violation]:
    """All rules that the values break, in the PIM's order: options and codes, channels, locales, then the rest.

    `uuid`: of the product, for unique values; product models have none and are not asked. `since`: values that were
    right before; the attributes whose entries are still the same list are not looked at again.
    """
    unknown: list[Violation] = []
    channels: list[Violation] = []
    locales: list[Violation] = []
    rest: list[Violation] = []
    active_locales = pim.active_locales
    if since is not None:
        values = {code: entries for code, entries in values.items() if since.get(code) is not entries}
    for code, entries in values.items():
        attribute = pim.attribute(code)
        if attribute is None:
            continue
        type_ = ATTRIBUTE_TYPES[attribute["type"]]
        membership, rules = type_.membership, type_.rules
        for entry in entries:
            locale, channel, data = entry["locale"], entry["scope"], entry["data"]
            found = None
            if channel is not None:
                found = pim.channel(channel)
                if found is None:
                    message = (
                        f"The {code} attribute requires a value per channel. "
                        f"The {channel} channel (scope) must exist in your PIM"
                    )
                    channels.append(broken(attribute, channel, locale, message))
            if locale is not None and (complaint := _refused_locale(attribute, channel, locale, found, active_locales)):
                locales.append(broken(attribute, channel, locale, complaint))
            if membership is not None:
                unknown.extend(membership(attribute, data, channel, locale, pim))
            if attribute["unique"] and uuid is not None:
                rest.extend(_used_elsewhere(attribute, data, uuid, pim))
            for rule in rules:
                rest.extend(rule(attribute, data, channel, locale, pim))
    return unknown + channels + locales + rest


def _refused_locale(
    attribute: Json, channel: str | None, locale: str, found: Json | None, active: frozenset[str]
) -> str | None:
    """An active locale is known in any spelling, but is in no channel, and in no list of an attribute's, that way.

    Source: pim: .../Validator/Constraints/LocalizableValuesValidator.php
    """
    if locale not in active and collation_key(locale) in map(collation_key, active):
        active = frozenset((locale,))
    return wrong_locale(attribute, channel, locale, found, active)


def _used_elsewhere(attribute: Json, data: Any, uuid: str, pim: Pim) -> list[Violation]:
    """The main identifier has a rule of its own, of the product."""
    code = attribute["code"]
    if attribute.get("is_main_identifier"):
        return []
    reading = ATTRIBUTE_TYPES[attribute["type"]].unique_text
    text = reading(data)
    if not text or pim.other_with(code, data, uuid, reading) is None:
        return []
    if attribute["type"] == "pim_catalog_identifier":
        message = f"The {text} value is already set on another product for the {code} identifier attribute."
        return [Violation("identifier", message, template="unique")]
    message = (
        f"The {code} attribute can not have the same value more than once. "
        f"The {text} value is already set on another product."
    )
    return [broken(attribute, None, None, message)]
