"""Measurement families over HTTP, and the former way to read them.

Source: pim: src/Akeneo/Tool/Bundle/MeasureBundle/back/tests/EndToEnd/ExternalApi/
"""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.answers import body, problem
from tests.conftest import version

URL = "/measurement-families"
UNIT = {
    "code": "ONE",
    "labels": {"en_US": "One"},
    "convert_from_standard": [{"operator": "mul", "value": "1"}],
    "symbol": "1",
}
HALF: dict[str, Any] = {"code": "HALF", "convert_from_standard": [{"operator": "mul", "value": "0.5"}]}
FAMILY: dict[str, Any] = {
    "code": "custom",
    "labels": {"en_US": "Custom", "fr_FR": "À soi"},
    "standard_unit_code": "ONE",
    "units": {"ONE": UNIT, "HALF": {**HALF, "labels": {}, "symbol": ""}},
}
FORMAT = "The measurement family has an invalid format."
RULES = "The measurement family has data that does not comply with the business rules."


def _save(api: httpx.Client, *families: Any) -> Any:
    answer = api.patch(URL, json=list(families))
    assert answer.status_code == 200, answer.text
    return answer.json()


def _one(api: httpx.Client, code: str) -> Any:
    return next(family for family in api.get(URL).json() if family["code"] == code)


def _refused(message: str, *errors: tuple[str, str], code: str = "custom") -> dict[str, Any]:
    told = [{"property": name, "message": text} for name, text in errors]
    return {"code": code, "status_code": 422, "message": message, "errors": told}


def test_all_standard_families_are_given_as_one_array_in_order_of_their_codes(technical: httpx.Client) -> None:
    families = technical.get(URL).json()
    assert len(families) == 23
    found = [family["code"] for family in families]
    assert found == sorted(found)
    length = _one(technical, "Length")
    assert (length["standard_unit_code"], length["units"]["METER"]["symbol"]) == ("METER", "m")


def test_a_family_is_created_changed_and_left_alone(technical: httpx.Client) -> None:
    sent = {**FAMILY, "units": {"ONE": UNIT, "HALF": HALF}}
    assert _save(technical, sent) == [{"code": "custom", "status_code": 201}]
    assert _one(technical, "custom") == FAMILY
    change = {"code": "custom", "labels": {"de_DE": "Eigen", "fr_FR": ""}, "units": {"HALF": {"symbol": "½"}}}
    assert _save(technical, change, sent) == [
        {"code": "custom", "status_code": 204},
        {"code": "custom", "status_code": 204},
    ]
    shown = _one(technical, "custom")
    assert shown["labels"] == {"en_US": "Custom", "de_DE": "Eigen", "fr_FR": "À soi"}
    assert shown["units"]["HALF"]["symbol"] == "½"


def test_operations_are_merged_by_their_index(technical: httpx.Client) -> None:
    """A shorter list does not take operations away."""
    two = [{"operator": "mul", "value": "0.5"}, {"operator": "add", "value": "3"}]
    _save(technical, {**FAMILY, "units": {"ONE": UNIT, "HALF": {**HALF, "convert_from_standard": two}}})
    _save(technical, {"code": "custom", "units": {"HALF": {"convert_from_standard": [{"value": "2"}]}}})
    operations = _one(technical, "custom")["units"]["HALF"]["convert_from_standard"]
    assert operations == [{"operator": "mul", "value": "2"}, {"operator": "add", "value": "3"}]


@pytest.mark.parametrize("sent", [b"", b"null", b"{", b'"x"'])
def test_what_is_no_json_is_refused(technical: httpx.Client, sent: bytes) -> None:
    answer = technical.patch(URL, content=sent, headers={"Content-Type": "application/json"})
    assert body(answer) == problem(400, "Invalid json message received")


def test_the_body_is_an_array_of_objects(technical: httpx.Client) -> None:
    message = "The list of measurement families has an invalid format."
    told = {"property": "", "message": "The data (object) must match the type: array"}
    assert body(technical.patch(URL, json={"values": None})) == {**problem(400, message), "errors": [told]}
    above = {"property": "", "message": "All array items must match schema"}
    told = {"property": "[1]", "message": "The data (string) must match the type: object"}
    assert body(technical.patch(URL, json=[FAMILY, "x"])) == {**problem(400, message), "errors": [above, told]}
    with version("7.0") as old:
        told = {"property": "", "message": "Object value found, but an array is required"}
        assert body(old.patch(URL, json={"values": None}))["errors"] == [told]


PATTERN = "Object properties that match pattern '.+' must also match pattern's schema"
UNITS = (("", "The properties must match schema: units"), ("units", PATTERN))


@pytest.mark.parametrize(
    ("sent", "refused"),
    [
        (
            {"labels": {"en_US": "x"}},
            _refused(FORMAT, ("", "The required properties (code) are missing"), code=""),
        ),
        (
            {"code": "custom"},
            _refused(FORMAT, ("", "The required properties (units, standard_unit_code) are missing")),
        ),
        ({**FAMILY, "foo": 1}, _refused(FORMAT, ("", "Additional object properties are not allowed: foo"))),
        (
            {**FAMILY, "units": {"ONE": {**UNIT, "symbol": 1}}},
            _refused(
                FORMAT,
                *UNITS,
                ("units.ONE", "The properties must match schema: symbol"),
                ("units.ONE.symbol", "The data (integer) must match the type: string"),
            ),
        ),
        (
            {**FAMILY, "units": {"ONE": {**UNIT, "convert_from_standard": [{"operator": "mul"}]}}},
            _refused(
                FORMAT,
                *UNITS,
                ("units.ONE", "The properties must match schema: convert_from_standard"),
                ("units.ONE.convert_from_standard", "All array items must match schema"),
                ("units.ONE.convert_from_standard[0]", "The required properties (value) are missing"),
            ),
        ),
        (
            {**FAMILY, "foo": 1, "labels": {"é b": 2.0, "12": None}, "standard_unit_code": 1.5},
            _refused(
                FORMAT,
                ("", "The properties must match schema: labels, standard_unit_code"),
                ("labels", PATTERN),
                ("labels.%C3%A9%20b", "The data (integer) must match the type: string"),
                ("labels[12]", "The data (null) must match the type: string"),
                ("standard_unit_code", "The data (number) must match the type: string"),
            ),
        ),
        (
            {**FAMILY, "units": {"0": {**UNIT, "code": "0"}}},
            _refused(
                FORMAT,
                ("", "The properties must match schema: units"),
                ("units", "The data (array) must match the type: object"),
            ),
        ),
        (
            {**FAMILY, "labels": [12], "standard_unit_code": "0"},
            _refused(
                RULES,
                ("standard_unit_code", "The standard unit is required."),
                ("labels[0]", "This value should be of type string."),
            ),
        ),
        (
            {**FAMILY, "code": "a-b"},
            {
                "code": "a-b",
                "status_code": 422,
                "message": 'Measurement family code may contain only letters, numbers and underscores. "a-b" given',
            },
        ),
        (
            {**FAMILY, "units": {"TWO": UNIT}},
            _refused(RULES, ("[units][TWO]", "The index does not match the unit code.")),
        ),
        (
            {**FAMILY, "standard_unit_code": "TWO"},
            _refused(
                RULES,
                (
                    "standard_unit_code",
                    'The "TWO" standard unit code does not exist in the list of units for the "custom" measurement '
                    "family.",
                ),
            ),
        ),
        (
            {**FAMILY, "standard_unit_code": ""},
            _refused(RULES, ("standard_unit_code", "The standard unit is required.")),
        ),
        (
            {**FAMILY, "units": {"ONE": UNIT, "A B": {**HALF, "code": "A B"}}},
            _refused(RULES, ("units[1][code]", "This field can only contain letters, numbers, and underscores.")),
        ),
        (
            {**FAMILY, "units": {"ONE": UNIT, "HALF": {**HALF, "convert_from_standard": []}}},
            _refused(
                RULES,
                ("units[1][convert_from_standard]", "A minimum of one conversion operation per unit is required."),
            ),
        ),
        (
            {
                **FAMILY,
                "units": {"ONE": UNIT, "HALF": {**HALF, "convert_from_standard": HALF["convert_from_standard"] * 6}},
            },
            _refused(
                RULES,
                (
                    "units[1][convert_from_standard]",
                    "You’ve reached the limit of 5 conversion operations per unit.",
                ),
            ),
        ),
        (
            {
                **FAMILY,
                "units": {
                    "ONE": UNIT,
                    "HALF": {**HALF, "convert_from_standard": [{"operator": "pow", "value": "1e3"}]},
                },
            },
            _refused(
                RULES,
                (
                    "units[1][convert_from_standard][0][operator]",
                    'The "pow" operator is invalid, please use "mul", "div", "add", "sub" instead.',
                ),
                ("units[1][convert_from_standard][0][value]", "The operation value should be a valid number"),
            ),
        ),
        (
            {**FAMILY, "units": {"ONE": {**UNIT, "convert_from_standard": [{"operator": "mul", "value": "2"}]}}},
            _refused(
                RULES,
                (
                    "units[0].convert_from_standard",
                    'The standard unit code of the "custom" measurement family should be a multiply-by-1 operation',
                ),
            ),
        ),
        (
            {"code": "Length", "standard_unit_code": "YARD"},
            _refused(
                RULES,
                ("standard_unit_code", 'The standard unit code of the "Length" measurement family cannot be changed'),
                code="Length",
            )
            | {
                "errors": [
                    {
                        "property": "standard_unit_code",
                        "message": 'The standard unit code of the "Length" measurement family cannot be changed',
                    },
                    {
                        "property": "units[0][convert_from_standard]",
                        "message": 'The standard unit code of the "Length" measurement family should be a '
                        "multiply-by-1 operation",
                    },
                ]
            },
        ),
        (
            # a_metric_without_decimal stands on this family.
            {"code": "Length", "units": {"YARD": {"convert_from_standard": [{"operator": "mul", "value": "9"}]}}},
            _refused(
                RULES,
                (
                    "",
                    "A product attribute is linked to this measurement family. You can only edit the translated labels "
                    "and symbol of a unit",
                ),
                code="Length",
            ),
        ),
    ],
)
def test_each_family_is_refused_by_itself(technical: httpx.Client, sent: Any, refused: Any) -> None:
    good = {**FAMILY, "code": "good"}
    assert _save(technical, sent, good) == [refused, {"code": "good", "status_code": 201}]


def test_a_used_family_takes_new_units_labels_and_symbols(technical: httpx.Client) -> None:
    sent = {"code": "Length", "labels": {"fr_FR": "Longueur"}, "units": {"HALF": HALF, "YARD": {"symbol": "y"}}}
    assert _save(technical, sent) == [{"code": "Length", "status_code": 204}]
    assert _one(technical, "Length")["units"]["HALF"] == {**HALF, "labels": {}, "symbol": ""}


def test_older_versions_use_other_words_for_the_form() -> None:
    with version("7.0") as old:
        errors = _save(old, {"code": "custom", "foo": 1})[0]["errors"]
        assert errors == [
            {"property": "units", "message": "The property units is required"},
            {"property": "standard_unit_code", "message": "The property standard_unit_code is required"},
            {
                "property": "",
                "message": "The property foo is not defined and the definition does not allow additional properties",
            },
        ]


# The former routes

AREA = {"code": "SQUARE_MILLIMETER", "convert": {"mul": "0.000001"}, "symbol": "mm²"}


def test_former_families_are_listed_in_pages(technical: httpx.Client) -> None:
    answer = technical.get("/measure-families?limit=1&page=2&with_count=true").json()
    url = "http://localhost/api/rest/v1/measure-families"
    (item,) = answer.pop("_embedded")["items"]
    assert answer == {
        "_links": {
            "self": {"href": f"{url}?page=2&limit=1&with_count=true"},
            "first": {"href": f"{url}?page=1&limit=1&with_count=true"},
            "previous": {"href": f"{url}?page=1&limit=1&with_count=true"},
            "next": {"href": f"{url}?page=3&limit=1&with_count=true"},
        },
        "current_page": 2,
        "items_count": 23,
    }
    assert (item["_links"], item["code"], item["standard"]) == (
        {"self": {"href": f"{url}/Area"}},
        "Area",
        "SQUARE_METER",
    )
    assert item["units"][0] == AREA


def test_a_former_family_echoes_the_code_of_the_url(technical: httpx.Client) -> None:
    shown = technical.get("/measure-families/aREA").json()
    assert (shown["code"], shown["standard"], shown["units"][0]) == ("aREA", "SQUARE_METER", AREA)
    message = 'Measure family with code "x" does not exist.'
    assert body(technical.get("/measure-families/x")) == problem(404, message)
