"""What must hold of an attribute: rules of every type, then those of its type, then those of unique ones.

Source: pim: src/Akeneo/Pim/Structure/Bundle/Resources/config/validation/attribute.yml and
src/Akeneo/Pim/Structure/Component/Validator/Constraints/; the group sequence is that of .../Model/AbstractAttribute.php
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from mock_akeneo.attribute_types.php import int_of, is_true, text_of
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import Violation
from mock_akeneo.resources._table_configuration import columns_are_fit
from mock_akeneo.rest import rules
from mock_akeneo.rest.rules import Groups, Rule

IDENTIFIER: Final = "pim_catalog_identifier"
TEXT: Final = "pim_catalog_text"
TEXTAREA: Final = "pim_catalog_textarea"
NUMBER: Final = "pim_catalog_number"
METRIC: Final = "pim_catalog_metric"
PRICE: Final = "pim_catalog_price_collection"
BOOLEAN: Final = "pim_catalog_boolean"
DATE: Final = "pim_catalog_date"
SIMPLE_SELECT: Final = "pim_catalog_simpleselect"
MULTI_SELECT: Final = "pim_catalog_multiselect"
FILE: Final = "pim_catalog_file"
IMAGE: Final = "pim_catalog_image"
TABLE: Final = "pim_catalog_table"
REFERENCES: Final = (
    "pim_reference_data_simpleselect",
    "pim_reference_data_multiselect",
    "akeneo_reference_entity",
    "akeneo_reference_entity_collection",
    "pim_catalog_asset_collection",
)
TYPES: Final = (
    IDENTIFIER, TEXT, TEXTAREA, NUMBER, METRIC, PRICE, BOOLEAN, DATE, SIMPLE_SELECT, MULTI_SELECT, FILE, IMAGE,
    TABLE, "pim_catalog_product_link", *REFERENCES,
)  # fmt: skip

# The types that each property is for; for all others it stays null.
ONLY_FOR: Final[Mapping[str, tuple[str, ...]]] = {
    "reference_data_name": REFERENCES,
    "auto_option_sorting": (SIMPLE_SELECT, MULTI_SELECT),
    "default_value": (BOOLEAN,),
    "wysiwyg_enabled": (TEXTAREA,),
    "decimals_allowed": (NUMBER, METRIC, PRICE),
    "negative_allowed": (NUMBER, METRIC),
    "max_characters": (IDENTIFIER, TEXT, TEXTAREA),
    "max_file_size": (FILE, IMAGE),
    "date_min": (DATE,),
    "date_max": (DATE,),
    "validation_rule": (IDENTIFIER, TEXT),
    "validation_regexp": (IDENTIFIER, TEXT),
    "allowed_extensions": (FILE, IMAGE),
    "number_min": (NUMBER, METRIC, PRICE),
    "number_max": (NUMBER, METRIC, PRICE),
    "metric_family": (METRIC,),
    "default_metric_unit": (METRIC,),
}
ELSEWHERE: Final = {
    "reference_data_name": "This attribute cannot be linked to reference data.",
    "auto_option_sorting": "This attribute cannot have options.",
    "default_value": "This attribute type cannot have a default value.",
    "allowed_extensions": "This value should be blank.",
}
MAY_BE_UNIQUE: Final = (IDENTIFIER, TEXT, NUMBER, DATE)
VALIDATION_RULES: Final = {TEXT: ("url", "email", "regexp"), IDENTIFIER: ("regexp",)}
MAX_CHARACTERS: Final = {TEXT: 255, IDENTIFIER: 255, TEXTAREA: 65535}
EXTENSIONS: Final = {
    FILE: ("csv", "doc", "docx", "mp3", "pdf", "ppt", "pptx", "rtf", "svg", "txt", "wav"),
    IMAGE: ("gif", "jfif", "jif", "jpeg", "jpg", "pdf", "png", "psd", "tif", "tiff"),
}
MAX_IDENTIFIERS: Final = 10
MAX_INTEGER: Final = 2**63 - 1
# In lower case; codes that end in `_products` or `_groups` are reserved as well.
RESERVED: Final = (
    "id", "associationtypes", "categories", "categoryid", "completeness", "enabled", "family", "groups",
    "associations", "products", "scope", "treeid", "values", "category", "parent", "label", "entity_type",
    "attributes", "uuid", "identifier",
)  # fmt: skip


# What only the PIM that Akeneo runs itself has, and the types that it is for.
BLANK_OF_SAAS: Final = {"is_mandatory": False, "decimal_places_strategy": None, "decimal_places": None}
MAY_BE_MANDATORY: Final = (
    BOOLEAN, IDENTIFIER, NUMBER, SIMPLE_SELECT, TEXTAREA, TEXT, "pim_reference_data_simpleselect",
    "akeneo_reference_entity",
)  # fmt: skip


# Rules of every type


def not_too_many_identifiers(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    if before is None and item["type"] == IDENTIFIER:
        known = sum(document.data["type"] == IDENTIFIER for document in pim["attribute"].in_order_of_creation())
        if known and not pim.has("several identifiers"):
            # Unsure: from memory of the older sources.
            yield Violation("type", "An identifier attribute already exists.")
        elif known >= MAX_IDENTIFIERS:
            yield Violation(
                "",
                f'Limit of "{MAX_IDENTIFIERS}" identifier attributes is reached. The following identifier has not '
                "been created ",
            )


def identifier_is_a_grid_filter(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    if item["type"] == IDENTIFIER and not is_true(item["useable_as_grid_filter"]):
        message = f'"{text_of(item["code"])}" is an identifier attribute, it must be usable as grid filter'
        yield Violation("useable_as_grid_filter", message)


def it_refers_to_something(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    if item["type"] in REFERENCES and not item["reference_data_name"]:
        yield Violation("reference_data_name", "This value should not be blank.")


def axis_is_in_all_locales(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    if item["available_locales"] and item["code"] in pim.fact("axes", _axes):
        yield Violation(
            "available_locales",
            "An attribute cannot become locale specific if it is already used as an axis in a variant family.",
        )


def _axes(pim: Catalog) -> frozenset[str]:
    return frozenset(
        axis
        for variant in pim["family_variant"].in_order_of_creation()
        for level in variant.data["variant_attribute_sets"]
        for axis in level["axes"]
    )


def required_is_a_switch(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    if not isinstance(item.get("required"), bool | None):
        yield Violation("required", "This value should be of type bool.")


def code_is_not_reserved(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    code = text_of(item["code"]).lower()
    if code in RESERVED or code.endswith(("_products", "_groups")):
        yield Violation("code", "This code is not available")


def guidelines_are_short_texts(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    for locale, text in item["guidelines"].items():
        if len(text) > 500:
            yield Violation(rules.snake_case(f"guidelines[{locale}]"), rules.too_long(500))
    for locale in item["guidelines"]:
        yield from rules.unknown_locale("guidelines", locale, pim)


OF_EVERY_TYPE: Final[tuple[Rule, ...]] = (
    rules.unique("attribute"),
    not_too_many_identifiers,
    identifier_is_a_grid_filter,
    rules.immutable("code", "type", "scopable", "localizable", "metric_family", "unique", "reference_data_name"),
    it_refers_to_something,
    rules.boolean("auto_option_sorting", "default_value"),
    axis_is_in_all_locales,
    rules.not_blank("type"),
    rules.string("code"),
    rules.not_blank("code"),
    rules.matches("code", "[a-zA-Z0-9_]+", "Attribute code may contain only letters, numbers and underscore"),
    rules.at_most("code", 255),
    code_is_not_reserved,
    rules.no_line_feed("code", "Attribute code may not contain line-feed characters"),
    rules.boolean("localizable"),
    rules.not_null("localizable"),
    rules.boolean("scopable"),
    rules.not_null("scopable"),
    rules.boolean("useable_as_grid_filter"),
    rules.not_null("useable_as_grid_filter"),
    rules.boolean("wysiwyg_enabled", "decimals_allowed", "negative_allowed"),
    rules.numeric("max_characters"),
    rules.whole("max_characters"),
    rules.whole_sort_order,
    required_is_a_switch,
    rules.boolean("unique"),
    rules.not_null("unique"),
    rules.numeric("max_file_size"),
    rules.string("validation_regexp"),
    rules.translations(named=True),
    rules.not_blank("group"),
    rules.numeric("number_min", "number_max"),
    rules.string("metric_family", "default_metric_unit"),
    guidelines_are_short_texts,
)


# Rules of the type


def measurement_family_and_unit_are_known(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    if item["type"] != METRIC:
        return
    # Families and units are looked up by their very codes.
    family = pim.measurement_family(str(item["metric_family"] or ""))
    if family is None or family["code"] != item["metric_family"]:
        yield Violation("metric_family", "Please specify a valid metric family")
    elif item["default_metric_unit"] not in family["units"]:
        yield Violation("default_metric_unit", "Please specify a valid metric unit")


def dates_are_in_order(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    if item["type"] == DATE and item["date_min"] and item["date_max"] and item["date_min"] >= item["date_max"]:
        yield Violation("date_max", "The max date must be greater than the min date")


def numbers_are_in_order(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    if item["type"] not in ONLY_FOR["number_min"]:
        return
    # Zero counts as no limit here, but for the texts `0.0` and so on, as the database gives it back.
    lowest, highest = item["number_min"], item["number_max"]
    if is_true(lowest) and not _suits(lowest, item):
        yield Violation("number_min", "This number is not valid")
    if is_true(highest) and float(highest) > MAX_INTEGER:
        yield Violation("number_max", f"This value should be less than or equal to {MAX_INTEGER}.")
    elif is_true(highest) and not _suits(highest, item):
        yield Violation("number_max", "This number is not valid")
    if is_true(lowest) and is_true(highest) and float(lowest) >= float(highest):
        yield Violation("number_max", "The max number must be greater than the min number")


def _suits(number: int | float | str, item: Json) -> bool:
    is_whole = float(number) == float(int_of(number))
    return (bool(item["negative_allowed"]) or float(number) >= 0) and (is_whole or bool(item["decimals_allowed"]))


def only_for_its_types(*names: str) -> Rule:
    """A property of other types is null; the numbers' own switches are never null where they belong."""

    def rule(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
        for name in names:
            if item["type"] in ONLY_FOR[name]:
                if name in ("decimals_allowed", "negative_allowed") and item[name] is None:
                    yield Violation(name, "This value should not be null.")
            elif item[name] is not None and item[name] != []:
                yield Violation(name, ELSEWHERE.get(name, "This value should be null."))

    return rule


def characters_are_in_range(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    limit = MAX_CHARACTERS.get(item["type"])
    if limit is not None:
        yield from rules.at_least_zero("max_characters")(item, before, pim)
        yield from rules.at_most_number("max_characters", limit)(item, before, pim)


def identifiers_are_required(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    if item["type"] == IDENTIFIER and item.get("required") is False:
        yield Violation("required", "This attribute type must be required")
    if item["type"] != IDENTIFIER and item.get("required"):
        yield Violation("required", "This attribute type can't be required")


def type_may_be_unique(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    if item["type"] == IDENTIFIER and not item["unique"]:
        yield Violation("unique", "This attribute type must be unique")
    if item["type"] not in MAY_BE_UNIQUE and item["unique"]:
        yield Violation("unique", "This attribute type can't have unique value")


def file_size_is_in_range(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    size = item["max_file_size"]
    if item["type"] in ONLY_FOR["max_file_size"] and size is not None and not 0.01 <= float(size) <= 9999.99:
        yield Violation("max_file_size", "This value should be between 0.01 and 9999.99.")


def validation_rule_is_known(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    choices = VALIDATION_RULES.get(item["type"])
    if choices is not None:
        yield from rules.one_of("validation_rule", *choices)(item, before, pim)


def expression_is_regular(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    expression = item["validation_regexp"]
    if item["type"] in ONLY_FOR["validation_regexp"] and is_true(expression) and not _is_pcre(expression):
        yield Violation("validation_regexp", "This regular expression is not valid.")


def _is_pcre(expression: str) -> bool:
    """Delimiters around an expression that compiles. What PCRE has and Python lacks counts as good."""
    text = expression.lstrip()
    closing = {"(": ")", "[": "]", "{": "}", "<": ">"}.get(text[:1], text[:1])
    if not closing or closing.isalnum() or closing in "\\ ":
        return False
    body, found, flags = text[1:].rpartition(closing)
    if not found or not re.fullmatch(r"[imsxADSUXJun\s]*", flags):
        return False
    try:
        re.compile(body)
    except re.error as error:
        return "unknown extension" in str(error) or "bad escape" in str(error)
    except (OverflowError, RecursionError):
        return False
    return True


def extensions_are_supported(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    supported = EXTENSIONS.get(item["type"])
    if supported is None:
        return
    kind = "image" if item["type"] == IMAGE else "file"
    for extension in item["allowed_extensions"]:
        if extension not in supported:
            yield Violation(
                "allowed_extensions",
                f'"{extension}" is not a supported {kind} extension. Valid extensions are: {", ".join(supported)}',
                template="not supported",
            )


def identifier_is_in_all_locales(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    if item["type"] == IDENTIFIER and item["available_locales"]:
        yield Violation("available_locales", "This attribute cannot have available locales.")


OF_THE_TYPE: Final[tuple[Rule, ...]] = (
    measurement_family_and_unit_are_known,
    dates_are_in_order,
    numbers_are_in_order,
    only_for_its_types("reference_data_name", "auto_option_sorting", "default_value", "wysiwyg_enabled"),
    only_for_its_types("decimals_allowed", "negative_allowed"),
    characters_are_in_range,
    only_for_its_types("max_characters"),
    identifiers_are_required,
    type_may_be_unique,
    file_size_is_in_range,
    only_for_its_types("max_file_size", "date_min", "date_max"),
    validation_rule_is_known,
    only_for_its_types("validation_rule", "validation_regexp"),
    expression_is_regular,
    only_for_its_types("allowed_extensions"),
    extensions_are_supported,
    only_for_its_types("number_min", "number_max", "metric_family", "default_metric_unit"),
    identifier_is_in_all_locales,
)


# Rules of what only the PIM has that Akeneo runs itself. Unsure: its messages are not public.


def it_may_be_mandatory(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    yield from rules.boolean("is_mandatory")(item, before, pim)
    if item["is_mandatory"] is True and item["type"] not in MAY_BE_MANDATORY:
        yield Violation("is_mandatory", "This attribute type can't be mandatory")


def decimal_places_are_fit(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    if item["type"] not in (NUMBER, METRIC):
        yield from rules.null("decimal_places_strategy", "decimal_places")(item, before, pim)
    else:
        yield from rules.one_of("decimal_places_strategy", "round", "forbid", "trim")(item, before, pim)
        yield from rules.numeric("decimal_places")(item, before, pim)
        yield from rules.whole("decimal_places")(item, before, pim)
        yield from rules.at_least_zero("decimal_places")(item, before, pim)


def only_tables_have_columns(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    columns = item.get("table_configuration")
    if item["type"] == TABLE and not columns:
        yield Violation("table_configuration", "This value should not be blank.")
    if item["type"] != TABLE and columns:
        yield Violation("table_configuration", "This value should be blank.")


OF_SAAS: Final[tuple[Rule, ...]] = (it_may_be_mandatory, decimal_places_are_fit)
OF_TABLES: Final[tuple[Rule, ...]] = (only_tables_have_columns, columns_are_fit)


# Rules of unique attributes


def unique_is_global(item: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    for name in ("localizable", "scopable"):
        if item["unique"] and item[name]:
            yield Violation(name, f"A unique attribute can not be {name}")


def of(*, saas: bool) -> Groups:
    return OF_EVERY_TYPE, (*OF_THE_TYPE, *OF_TABLES, *(OF_SAAS if saas else ())), (unique_is_global,)
