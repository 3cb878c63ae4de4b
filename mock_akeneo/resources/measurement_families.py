"""Measurement families: units and how they convert. One plain JSON array to read, one to write.

Source: pim: src/Akeneo/Tool/Bundle/MeasureBundle/back/src/Controller/ExternalApi/ and .../src/Validation/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any, Final

from mock_akeneo.attribute_types import php
from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.catalog.document import Document
from mock_akeneo.core.json_types import Json, dumps
from mock_akeneo.core.problems import INVALID_JSON, Problem, ValidationFailed, Violation
from mock_akeneo.resources import _json_schema
from mock_akeneo.resources._json_schema import Schema
from mock_akeneo.rest import rules
from mock_akeneo.rest.operation import APPLICATION_JSON, ROOT, Operation
from mock_akeneo.rest.rules import Groups
from mock_akeneo.sandbox.call import Answer, Call, json_answer

MAX_FAMILIES: Final = 300
MAX_UNITS: Final = 50
MAX_OPERATIONS: Final = 5
OPERATORS: Final = ("mul", "div", "add", "sub")

_TEXT = Schema(("string",))
_LABELS = Schema(("object", "array"), every=_TEXT)
_OPERATION = Schema(("object",), members={"operator": _TEXT, "value": _TEXT}, required=("operator", "value"))
_UNIT = Schema(
    ("object",),
    members={
        "code": _TEXT,
        "labels": _LABELS,
        "convert_from_standard": Schema(("array",), items=_OPERATION),
        "symbol": _TEXT,
    },
    required=("code", "convert_from_standard"),
    open=False,
)
LIST: Final = Schema(("array",), items=Schema(("object",)))
WITH_CODE: Final = Schema(("object",), members={"code": _TEXT}, required=("code",))
FAMILY: Final = Schema(
    ("object",),
    members={
        "_links": Schema(("object",)),
        "code": _TEXT,
        "labels": _LABELS,
        "standard_unit_code": _TEXT,
        "units": Schema(("object",), every=_UNIT),
    },
    required=("code", "units", "standard_unit_code"),
    open=False,
)


class Misshapen(Problem):
    """The data does not fit the schema: 400 for the whole list, 422 for one of its families."""

    def __init__(self, status: int, message: str, errors: list[Json]) -> None:
        super().__init__(status, message)
        self.errors = errors

    def body(self) -> Json:
        return {**super().body(), "errors": self.errors}


class AgainstTheRules(ValidationFailed):
    def __init__(self, violations: ValidationFailed) -> None:
        super().__init__(violations.violations)
        self.message = "The measurement family has data that does not comply with the business rules."


# Reading


def read(call: Call) -> Answer:
    documents = list(call.catalog["measurement_family"])
    call.entry.items = [document.key for document in documents]
    return json_answer(b"[" + b",".join(document.stored for document in documents) + b"]")


# Writing


def write_all(call: Call) -> Answer:
    """Each family by itself, in order."""
    given = call.json
    if given is None:
        raise Problem(400, INVALID_JSON)
    told = _told(call.catalog)
    if errors := told(given, LIST):
        raise Misshapen(400, "The list of measurement families has an invalid format.", errors)
    answers = [_written(payload, call.catalog, told) for payload in php.items(given)]
    call.entry.lines = [
        {"line": line, "code": answer["code"], "status_code": answer["status_code"]}
        for line, answer in enumerate(answers, 1)
    ]
    return json_answer(dumps(answers))


Told = Callable[[Any, Schema], list[Json]]


def _told(pim: Catalog) -> Told:
    return _json_schema.new_errors if pim.has("new words of the JSON schema") else _json_schema.old_errors


def _written(payload: Json, pim: Catalog, told: Told) -> Json:
    code = payload.get("code")
    code = "" if code is None else code
    try:
        return {"code": code, "status_code": write(payload, pim, told)}
    except Problem as problem:
        body = problem.body()
        return {"code": code, "status_code": body.pop("code"), **body}


def write(payload: Json, pim: Catalog, told: Told = _json_schema.new_errors) -> int:
    """201 or 204. Raises `Problem` 422."""
    _check_form(payload, WITH_CODE, told)
    code = payload["code"]
    _check_code(code)
    document = pim["measurement_family"].get(code)
    before = None if document is None else document.data
    merged = payload if before is None else _merged(before, payload)
    _check_form(merged, FAMILY, told)
    try:
        rules.check(RULES, merged, before, pim)
    except ValidationFailed as failed:
        raise AgainstTheRules(failed) from None
    family = _normal(merged, code if before is None else before["code"])
    if family != before:
        pim["measurement_family"].put(Document(family["code"], dumps(family)))
    return 201 if before is None else 204


def _check_form(payload: Json, schema: Schema, told: Told) -> None:
    if errors := told(payload, schema):
        raise Misshapen(422, "The measurement family has an invalid format.", errors)


def _check_code(code: str) -> None:
    if code == "":
        raise Problem(422, 'Expected a different value than "".')
    if len(code) > 255:
        length = len(code.encode())
        message = f"Measurement family code cannot be longer than 255 characters, {length} string long given"
        raise Problem(422, message)
    if not _is_word(code):
        message = f'Measurement family code may contain only letters, numbers and underscores. "{code}" given'
        raise Problem(422, message)


def _is_word(text: str) -> bool:
    return re.fullmatch(r"\w+\n?", text, re.ASCII) is not None


def _merged(before: Any, given: Any) -> Any:
    """PHP's `array_replace_recursive`: objects and lists by key, all else is replaced."""
    if not isinstance(before, dict | list) or not isinstance(given, dict | list):
        return given
    if isinstance(before, list) and isinstance(given, list):
        merged = [_merged(one, other) for one, other in zip(before, given, strict=False)]
        return merged + deepcopy(before[len(merged) :]) + given[len(merged) :]
    old, new = _by_key(before), _by_key(given)
    return {**old, **{name: _merged(old.get(name), value) for name, value in new.items()}}


def _by_key(array: Any) -> Json:
    return array if isinstance(array, dict) else {str(position): entry for position, entry in enumerate(array)}


def _normal(family: Json, code: str) -> Json:
    """As it is stored and shown: every member, no empty labels."""
    return {
        "code": code,
        "labels": _texts(family.get("labels")),
        "standard_unit_code": family["standard_unit_code"],
        "units": {
            unit["code"]: {
                "code": unit["code"],
                "labels": _texts(unit.get("labels")),
                "convert_from_standard": [
                    {"operator": operation["operator"], "value": operation["value"]}
                    for operation in unit["convert_from_standard"]
                ],
                "symbol": unit.get("symbol", ""),
            }
            for unit in family["units"].values()
        },
    }


def _texts(labels: Any) -> Json:
    return {locale: text for locale, text in labels.items() if text != ""} if isinstance(labels, dict) else {}


# Rules


def units_stand_at_their_codes(family: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    for key, unit in family["units"].items():
        if key != unit["code"] or _INTEGER.fullmatch(key):
            yield Violation(f"[units][{key}]", "The index does not match the unit code.")


def standard_unit_is_one_of_its_units(family: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    standard = family["standard_unit_code"]
    if not php.is_true(standard):
        yield Violation("standard_unit_code", "The standard unit is required.")
    elif standard not in family["units"]:
        yield Violation(
            "standard_unit_code",
            f'The "{standard}" standard unit code does not exist in the list of units for the "{family["code"]}" '
            "measurement family.",
        )


def code_is_fit(family: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    yield from _code_violations("code", family["code"])


def labels_are_fit(family: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    yield from _label_violations("labels", family.get("labels"))


def there_are_not_too_many_units(family: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    if len(family["units"]) > MAX_UNITS:
        # The PIM speaks of operations here too.
        yield Violation("units", f"You’ve reached the limit of {MAX_UNITS} conversion operations per unit.")


def units_are_fit(family: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    for position, unit in enumerate(family["units"].values()):
        path = f"units[{position}]"
        yield from _code_violations(f"{path}[code]", unit["code"])
        yield from _label_violations(f"{path}[labels]", unit.get("labels"))
        if len(unit.get("symbol", "")) > 255:
            yield Violation(f"{path}[symbol]", rules.too_long(255))
        yield from _operation_violations(f"{path}[convert_from_standard]", unit["convert_from_standard"])


def _code_violations(path: str, code: str) -> Iterator[Violation]:
    if code == "":
        yield Violation(path, "This value should not be blank.")
    if len(code) > 100:
        yield Violation(path, rules.too_long(100))
    if code != "" and not _is_word(code):
        yield Violation(path, "This field can only contain letters, numbers, and underscores.")


# A key that PHP's arrays take for a number.
_INTEGER: Final = re.compile(r"0|-?[1-9]\d{0,18}", re.ASCII)


def _label_violations(path: str, labels: Any) -> Iterator[Violation]:
    """A list is looked into as well: its keys are no texts.

    Source: pim: src/Akeneo/Tool/Bundle/MeasureBundle/back/src/Validation/Common/LabelCollectionValidator.php
    """
    for locale, text in _by_key(labels or {}).items():
        inner = rules.snake_case(f"{path}[{locale}]")
        if locale == "":
            yield Violation(inner, "This value should not be blank.")
        if _INTEGER.fullmatch(locale):
            yield Violation(inner, "This value should be of type string.")
        if len(locale) > 100:
            yield Violation(inner, rules.too_long(100))
        if text is None:
            yield Violation(inner, "This value should not be null.")
        elif not isinstance(text, str):
            yield Violation(inner, "This value should be of type string.")
        if len(php.text_of(text)) > 100:
            yield Violation(inner, rules.too_long(100))


def _operation_violations(path: str, operations: list[Json]) -> Iterator[Violation]:
    if len(operations) > MAX_OPERATIONS:
        yield Violation(path, f"You’ve reached the limit of {MAX_OPERATIONS} conversion operations per unit.")
    if not operations:
        yield Violation(path, "A minimum of one conversion operation per unit is required.")
    for position, operation in enumerate(operations):
        operator, value = operation["operator"], operation["value"]
        if operator == "":
            yield Violation(f"{path}[{position}][operator]", "This value should not be blank.")
        if operator not in OPERATORS:
            choices = ", ".join(f'"{choice}"' for choice in OPERATORS)
            message = f'The "{operator}" operator is invalid, please use {choices} instead.'
            yield Violation(f"{path}[{position}][operator]", message)
        if value == "":
            yield Violation(f"{path}[{position}][value]", "This value should not be blank.")
        elif not re.fullmatch(r"\d*\.?\d+\n?", value, re.ASCII):
            yield Violation(f"{path}[{position}][value]", "The operation value should be a valid number")


def standard_unit_stays(family: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    if before is not None and family["standard_unit_code"] != before["standard_unit_code"]:
        message = f'The standard unit code of the "{family["code"]}" measurement family cannot be changed'
        yield Violation("standard_unit_code", message)


def standard_unit_multiplies_by_one(family: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    operations = family["units"][family["standard_unit_code"]]["convert_from_standard"]
    if len(operations) == 1 and (operations[0]["operator"], operations[0]["value"]) != ("mul", "1"):
        yield Violation(
            "units[0].convert_from_standard" if before is None else "units[0][convert_from_standard]",
            f'The standard unit code of the "{family["code"]}" measurement family should be a multiply-by-1 operation',
        )


def used_units_keep_their_operations(family: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    """Units cannot be taken away by the API: what is not named stays."""
    if before is None or before["code"] not in pim.fact("used measurement families", _used):
        return
    for code, unit in before["units"].items():
        if family["units"][code]["convert_from_standard"] != unit["convert_from_standard"]:
            yield Violation(
                "",
                "A product attribute is linked to this measurement family. You can only edit the translated labels "
                "and symbol of a unit",
            )
            return


def _used(pim: Catalog) -> frozenset[str]:
    documents = pim["attribute"].in_order_of_creation()
    return frozenset(document.data["metric_family"] for document in documents if document.data["metric_family"])


def there_are_not_too_many(family: Json, before: Json | None, pim: Catalog) -> Iterator[Violation]:
    if before is None and len(pim["measurement_family"]) >= MAX_FAMILIES:
        yield Violation("", f"You’ve reached the limit of {MAX_FAMILIES} measurement families.")


RULES: Final[Groups] = (
    (units_stand_at_their_codes,),
    (
        standard_unit_is_one_of_its_units,
        code_is_fit,
        labels_are_fit,
        there_are_not_too_many_units,
        units_are_fit,
    ),
    (
        standard_unit_stays,
        standard_unit_multiplies_by_one,
        used_units_keep_their_operations,
        there_are_not_too_many,
    ),
)


MEASUREMENT_FAMILIES: Final = (
    Operation(
        name="measurement_families.list",
        method="GET",
        path=f"{ROOT}/measurement-families",
        respond=read,
        route="pim_api_measurement_family_get",
    ),
    Operation(
        name="measurement_families.update_list",
        method="PATCH",
        path=f"{ROOT}/measurement-families",
        respond=write_all,
        consumes=APPLICATION_JSON,
        route="pim_api_measurement_family_create_or_update",
    ),
)
