"""Attributes over HTTP.

Source: pim: tests/back/Pim/Structure/EndToEnd/Attribute/ExternalApi/,
tests/back/Pim/Structure/Integration/Attribute/Validation/
"""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.answers import body, broken, codes, malformed, problem
from tests.conftest import version

BLANK = {
    "unique": False,
    "useable_as_grid_filter": False,
    "allowed_extensions": [],
    "metric_family": None,
    "default_metric_unit": None,
    "reference_data_name": None,
    "available_locales": [],
    "max_characters": None,
    "validation_rule": None,
    "validation_regexp": None,
    "wysiwyg_enabled": None,
    "number_min": None,
    "number_max": None,
    "decimals_allowed": None,
    "negative_allowed": None,
    "date_min": None,
    "date_max": None,
    "max_file_size": None,
    "minimum_input_length": None,
    "sort_order": 0,
    "localizable": False,
    "scopable": False,
    "labels": {},
    "guidelines": {},
    "auto_option_sorting": None,
    "default_value": None,
    "is_mandatory": False,
    "decimal_places_strategy": None,
    "decimal_places": None,
}
A_TEXT = {"code": "new", "type": "pim_catalog_text", "group": "attributeGroupA"}
GROUP_A = {"group": "attributeGroupA", "group_labels": {"en_US": "Attribute group A", "fr_FR": "Groupe d'attribut A"}}


def test_an_attribute_is_created_with_the_defaults_of_its_type(technical: httpx.Client) -> None:
    answer = technical.post("/attributes", json=A_TEXT)
    assert (answer.status_code, answer.content) == (201, b"")
    assert answer.headers["location"] == "http://localhost/api/rest/v1/attributes/new"
    assert technical.get("/attributes/new").json() == {**BLANK, **A_TEXT, **GROUP_A}


def test_an_identifier_says_whether_it_is_the_main_one(technical: httpx.Client) -> None:
    second = {**A_TEXT, "type": "pim_catalog_identifier", "useable_as_grid_filter": True}
    assert technical.post("/attributes", json={**second, "is_main_identifier": True}).status_code == 201
    assert technical.get("/attributes/new").json() == {
        **BLANK,
        **second,
        **GROUP_A,
        "unique": True,
        "is_main_identifier": False,
    }
    assert technical.get("/attributes/sku").json()["is_main_identifier"] is True


def test_numbers_are_given_as_the_database_keeps_them(technical: httpx.Client) -> None:
    """01 quirk 18: decimals come back as texts, with trailing zeros."""
    found = technical.get("/attributes/a_number_float_negative").json()
    assert (found["number_min"], found["number_max"]) == ("-250.0000", "1000.0000")
    assert technical.get("/attributes/an_image").json()["max_file_size"] == "500.00"
    answer = technical.patch("/attributes/an_image", json={"max_file_size": "7.5", "sort_order": "3"})
    assert answer.status_code == 204
    found = technical.get("/attributes/an_image").json()
    assert (found["max_file_size"], found["sort_order"]) == ("7.50", 3)


def test_dates_are_given_with_their_time_whatever_its_zone(technical: httpx.Client) -> None:
    found = technical.get("/attributes/a_date").json()
    assert (found["date_min"], found["date_max"]) == ("2005-05-25T00:00:00+00:00", "2050-12-31T00:00:00+00:00")
    assert technical.patch("/attributes/a_date", json={"date_min": "2011-02-31T12:00:00+05:00"}).status_code == 204
    assert technical.get("/attributes/a_date").json()["date_min"] == "2011-03-03T12:00:00+00:00"


def test_an_update_changes_what_it_names_and_tells_the_place(technical: httpx.Client) -> None:
    before = technical.get("/attributes/a_metric").json()
    change = {"group": "attributeGroupA", "default_metric_unit": "WATT", "guidelines": {"en_US": "read me"}}
    answer = technical.patch("/attributes/a_metric", json=change)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["location"] == "http://localhost/api/rest/v1/attributes/a_metric"
    assert technical.get("/attributes/a_metric").json() == {**before, **change, **GROUP_A}


def test_what_get_shows_can_be_sent_back(technical: httpx.Client) -> None:
    """apidocs: content/rest-api/update.md: read-only members are ignored."""
    for code in codes(technical.get("/attributes?limit=100")):
        shown = technical.get(f"/attributes/{code}").json()
        answer = technical.patch(f"/attributes/{code}", json=shown)
        assert (answer.status_code, answer.text) == (204, "")
        assert technical.get(f"/attributes/{code}").json() == shown


def test_an_unknown_attribute_is_not_found(technical: httpx.Client) -> None:
    assert body(technical.get("/attributes/nope")) == problem(404, 'Attribute "nope" does not exist.')


def test_a_code_is_found_in_any_letter_case(technical: httpx.Client) -> None:
    assert technical.get("/attributes/A_TEXT").json()["code"] == "a_text"


def test_an_update_that_creates_wants_the_code_of_the_url(technical: httpx.Client) -> None:
    message = 'The code "other" provided in the request body must match the code "new" provided in the url.'
    assert body(technical.patch("/attributes/new", json={**A_TEXT, "code": "other"})) == problem(422, message)


def test_labels_of_inactive_locales_are_kept_and_not_shown(technical: httpx.Client) -> None:
    """01 section 9."""
    answer = technical.post("/attributes", json={**A_TEXT, "labels": {"en_US": "New", "es_ES": "Nuevo", "fr_FR": ""}})
    assert answer.status_code == 201
    assert technical.get("/attributes/new").json()["labels"] == {"en_US": "New"}
    locales = {"locales": ["en_US", "es_ES"]}
    assert technical.patch("/channels/ecommerce", json=locales).status_code == 204
    assert technical.get("/attributes/new").json()["labels"] == {"en_US": "New", "es_ES": "Nuevo"}


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"code": []}, 'Property "code" expects a scalar as data, "array" given.'),
        ({"type": None}, 'Property "type" does not expect an empty value.'),
        ({"type": ""}, 'Property "type" does not expect an empty value.'),
        (
            {"type": "x"},
            'Property "type" expects a valid attribute type. The attribute type does not exist, "x" given.',
        ),
        ({"group": "x"}, 'Property "group" expects a valid code. The attribute group does not exist, "x" given.'),
        ({"group": None}, 'Property "group" expects a valid code. The attribute group does not exist, "" given.'),
        (
            {"date_min": "a date"},
            'Property "date_min" expects a string with the format "yyyy-mm-dd" as data, "a date" given.',
        ),
        (
            {"date_max": "2005-13-01"},
            'Property "date_max" expects a string with the format "yyyy-mm-dd" as data, "2005-13-01" given.',
        ),
        (
            {"available_locales": ["x"]},
            'Property "available_locales" expects a valid locale code. The locale does not exist, "x" given.',
        ),
        ({"labels": None}, 'Property "labels" expects an array as data, "NULL" given.'),
        ({"guidelines": "x"}, 'Property "guidelines" expects an array as data, "string" given.'),
        ({"available_locales": None}, 'Property "available_locales" expects an array as data, "NULL" given.'),
        ({"allowed_extensions": 1}, 'Property "allowed_extensions" expects an array as data, "integer" given.'),
        (
            {"labels": {"en_US": []}},
            'Property "labels" expects an array with valid data, one of the "labels" values is not a scalar.',
        ),
        ({"extra": ""}, 'Property "extra" does not exist.'),
        ({"number_min": {}}, 'Property "number_min" expects a scalar as data, "array" given.'),
    ],
)
def test_data_of_the_wrong_form_is_told_with_a_link(technical: httpx.Client, sent: Any, message: str) -> None:
    assert body(technical.post("/attributes", json=sent)) == malformed(message, "post_attributes")
    refused = body(technical.patch("/attributes/a_text", json=sent))
    assert refused == malformed(message, "patch_attributes__code_")


BLANK_VALUE = "This value should not be blank."
NULL_VALUE = "This value should be null."
NOT_NULL = "This value should not be null."


@pytest.mark.parametrize(
    ("sent", "violations"),
    [
        ({}, [("type", BLANK_VALUE), ("code", BLANK_VALUE), ("group", BLANK_VALUE)]),
        ({**A_TEXT, "code": "a_text"}, [("code", "This value is already used.")]),
        ({**A_TEXT, "code": "A_TEXT"}, [("code", "This value is already used.")]),
        (
            {**A_TEXT, "code": "a-b"},
            [("code", "Attribute code may contain only letters, numbers and underscore")],
        ),
        (
            {**A_TEXT, "code": "ab\n"},
            [("code", "Attribute code may not contain line-feed characters")],
        ),
        (
            {**A_TEXT, "code": "a" * 256},
            [("code", "This value is too long. It should have 255 characters or less.")],
        ),
        ({**A_TEXT, "code": 12}, [("code", "This value should be of type string.")]),
        ({**A_TEXT, "code": "Family"}, [("code", "This code is not available")]),
        ({**A_TEXT, "code": "my_products"}, [("code", "This code is not available")]),
        ({**A_TEXT, "code": "x_GROUPS"}, [("code", "This code is not available")]),
        (
            {**A_TEXT, "localizable": "yes", "scopable": None},
            [("localizable", "This value should be of type bool."), ("scopable", NOT_NULL)],
        ),
        ({**A_TEXT, "sort_order": "x"}, [("sort_order", "This value should be of type numeric.")]),
        ({**A_TEXT, "sort_order": 1.5}, [("sort_order", "This value should not be a decimal.")]),
        ({**A_TEXT, "sort_order": -1}, [("sort_order", "This value should be greater than or equal to 0.")]),
        ({**A_TEXT, "sort_order": None}, [("sort_order", NOT_NULL)]),
        (
            {**A_TEXT, "labels": {"foo": "x", "": "y", "en_US": "a" * 101}},
            [
                ("labels", 'The locale "foo" does not exist.'),
                ("labels", 'The locale "" does not exist.'),
                ("labels", "This value is too long. It should have 100 characters or less."),
            ],
        ),
        (
            {**A_TEXT, "guidelines": {"en_US": "a" * 501, "foo": "x"}},
            [
                ("guidelines[en__u_s]", "This value is too long. It should have 500 characters or less."),
                ("guidelines", 'The locale "foo" does not exist.'),
            ],
        ),
        ({**A_TEXT, "auto_option_sorting": "x"}, [("auto_option_sorting", "This value should be of type bool.")]),
        (
            {**A_TEXT, "type": "akeneo_reference_entity"},
            [("reference_data_name", BLANK_VALUE)],
        ),
        (
            {**A_TEXT, "type": "pim_catalog_identifier"},
            [("useable_as_grid_filter", '"new" is an identifier attribute, it must be usable as grid filter')],
        ),
        # From here on the rules of the type, which are reached when those above hold.
        ({**A_TEXT, "type": "pim_catalog_number"}, [("decimals_allowed", NOT_NULL), ("negative_allowed", NOT_NULL)]),
        ({**A_TEXT, "type": "pim_catalog_price_collection"}, [("decimals_allowed", NOT_NULL)]),
        (
            {**A_TEXT, "type": "pim_catalog_price_collection", "decimals_allowed": True, "negative_allowed": True},
            [("negative_allowed", NULL_VALUE)],
        ),
        ({**A_TEXT, "max_characters": 256}, [("max_characters", "This value should be less than or equal to 255.")]),
        ({**A_TEXT, "max_characters": -1}, [("max_characters", "This value should be greater than or equal to 0.")]),
        (
            {**A_TEXT, "type": "pim_catalog_textarea", "max_characters": 65536},
            [("max_characters", "This value should be less than or equal to 65535.")],
        ),
        (
            {**A_TEXT, "type": "pim_catalog_boolean", "max_characters": 1, "wysiwyg_enabled": True},
            [("wysiwyg_enabled", NULL_VALUE), ("max_characters", NULL_VALUE)],
        ),
        ({**A_TEXT, "validation_rule": "x"}, [("validation_rule", "The value you selected is not a valid choice.")]),
        (
            {**A_TEXT, "validation_rule": "regexp", "validation_regexp": "[a-z"},
            [("validation_regexp", "This regular expression is not valid.")],
        ),
        ({**A_TEXT, "default_value": True}, [("default_value", "This attribute type cannot have a default value.")]),
        ({**A_TEXT, "auto_option_sorting": True}, [("auto_option_sorting", "This attribute cannot have options.")]),
        (
            {**A_TEXT, "reference_data_name": "color"},
            [("reference_data_name", "This attribute cannot be linked to reference data.")],
        ),
        ({**A_TEXT, "allowed_extensions": ["pdf"]}, [("allowed_extensions", "This value should be blank.")]),
        (
            {**A_TEXT, "type": "pim_catalog_image", "allowed_extensions": ["exe", "png"]},
            [
                (
                    "allowed_extensions",
                    '"exe" is not a supported image extension. Valid extensions are: gif, jfif, jif, jpeg, jpg, pdf, '
                    "png, psd, tif, tiff",
                )
            ],
        ),
        (
            {**A_TEXT, "type": "pim_catalog_file", "allowed_extensions": ["exe"]},
            [
                (
                    "allowed_extensions",
                    '"exe" is not a supported file extension. Valid extensions are: csv, doc, docx, mp3, pdf, ppt, '
                    "pptx, rtf, svg, txt, wav",
                )
            ],
        ),
        (
            {**A_TEXT, "type": "pim_catalog_file", "max_file_size": 10000},
            [("max_file_size", "This value should be between 0.01 and 9999.99.")],
        ),
        (
            {**A_TEXT, "type": "pim_catalog_textarea", "unique": True},
            [("unique", "This attribute type can't have unique value")],
        ),
        (
            {
                **A_TEXT,
                "type": "pim_catalog_identifier",
                "useable_as_grid_filter": True,
                "unique": False,
                "available_locales": ["en_US"],
            },
            [
                ("unique", "This attribute type must be unique"),
                ("available_locales", "This attribute cannot have available locales."),
            ],
        ),
        (
            {**A_TEXT, "type": "pim_catalog_metric", "decimals_allowed": True, "negative_allowed": True},
            [("metric_family", "Please specify a valid metric family")],
        ),
        (
            {
                **A_TEXT,
                "type": "pim_catalog_metric",
                "decimals_allowed": True,
                "negative_allowed": True,
                "metric_family": "Length",
                "default_metric_unit": "GRAM",
            },
            [("default_metric_unit", "Please specify a valid metric unit")],
        ),
        (
            {**A_TEXT, "metric_family": "Length", "default_metric_unit": "METER"},
            [("metric_family", NULL_VALUE), ("default_metric_unit", NULL_VALUE)],
        ),
        (
            {**A_TEXT, "type": "pim_catalog_date", "date_min": "2020-01-02", "date_max": "2020-01-01"},
            [("date_max", "The max date must be greater than the min date")],
        ),
        (
            {
                **A_TEXT,
                "type": "pim_catalog_number",
                "decimals_allowed": False,
                "negative_allowed": False,
                "number_min": 5.5,
                "number_max": "3",
            },
            [
                ("number_min", "This number is not valid"),
                ("number_max", "The max number must be greater than the min number"),
            ],
        ),
        (
            {
                **A_TEXT,
                "type": "pim_catalog_number",
                "decimals_allowed": False,
                "negative_allowed": False,
                "number_max": -1,
            },
            [("number_max", "This number is not valid")],
        ),
        ({**A_TEXT, "number_min": 1}, [("number_min", NULL_VALUE)]),
        # And last the rules of unique attributes.
        (
            {**A_TEXT, "unique": True, "localizable": True, "scopable": True},
            [
                ("localizable", "A unique attribute can not be localizable"),
                ("scopable", "A unique attribute can not be scopable"),
            ],
        ),
    ],
)
def test_broken_rules_are_told(technical: httpx.Client, sent: Any, violations: list[tuple[str, str]]) -> None:
    assert body(technical.post("/attributes", json=sent)) == broken(*violations)


def test_a_later_group_of_rules_is_not_reached_when_an_earlier_one_is_broken(technical: httpx.Client) -> None:
    """A bad code hides the missing `decimals_allowed`."""
    sent = {"code": "a-b", "type": "pim_catalog_number", "group": "attributeGroupA"}
    message = "Attribute code may contain only letters, numbers and underscore"
    assert body(technical.post("/attributes", json=sent)) == broken(("code", message))


@pytest.mark.parametrize(
    ("attribute", "sent", "name"),
    [
        ("a_text", {"code": "b_text"}, "code"),
        ("a_text", {"type": "pim_catalog_textarea"}, "type"),
        ("a_text", {"localizable": True}, "localizable"),
        ("a_text", {"scopable": True}, "scopable"),
        ("a_text", {"unique": True}, "unique"),
        ("a_metric", {"metric_family": "Length"}, "metric_family"),
        ("a_ref_data_simple_select", {"reference_data_name": "fabrics"}, "reference_data_name"),
    ],
)
def test_what_defines_an_attribute_stays(technical: httpx.Client, attribute: str, sent: Any, name: str) -> None:
    refused = body(technical.patch(f"/attributes/{attribute}", json=sent))
    assert refused == broken((name, "This property cannot be changed."))


def test_an_axis_is_in_all_locales(technical: httpx.Client) -> None:
    message = "An attribute cannot become locale specific if it is already used as an axis in a variant family."
    refused = body(technical.patch("/attributes/a_yes_no", json={"available_locales": ["en_US"]}))
    assert refused == broken(("available_locales", message))


def test_there_are_at_most_ten_identifiers(technical: httpx.Client) -> None:
    another = {"type": "pim_catalog_identifier", "group": "other", "useable_as_grid_filter": True}
    for number in range(9):
        assert technical.patch(f"/attributes/id{number}", json=another).status_code == 201
    message = 'Limit of "10" identifier attributes is reached. The following identifier has not been created '
    assert body(technical.patch("/attributes/id9", json=another)) == broken(("", message))


TABLE = {
    "code": "nutrition",
    "type": "pim_catalog_table",
    "group": "attributeGroupA",
    "table_configuration": [
        {"code": "part", "data_type": "select", "options": [{"code": "salt", "labels": {"en_US": "Salt"}}]},
        {"code": "amount", "data_type": "number", "validations": {"min": 0}, "labels": {"en_US": "Amount"}},
    ],
}


def test_a_table_lists_the_options_of_its_columns_when_asked(technical: httpx.Client) -> None:
    """01 section 11.6; the first column is always required."""
    assert technical.post("/attributes", json=TABLE).status_code == 201
    part = {
        "code": "part",
        "data_type": "select",
        "labels": {},
        "validations": {},
        "is_required_for_completeness": True,
    }
    amount = {
        "code": "amount",
        "data_type": "number",
        "labels": {"en_US": "Amount"},
        "validations": {"min": 0},
        "is_required_for_completeness": False,
    }
    assert technical.get("/attributes/nutrition").json()["table_configuration"] == [part, amount]
    asked = technical.get("/attributes/nutrition?with_table_select_options=true").json()
    options = [{"code": "salt", "labels": {"en_US": "Salt"}}]
    assert asked["table_configuration"] == [{**part, "options": options}, amount]


def test_a_list_is_sorted_by_code_with_all_defaults_in_its_links(technical: httpx.Client) -> None:
    answer = technical.get("/attributes?limit=2&page=2&with_count=true").json()
    url = "http://localhost/api/rest/v1/attributes"
    items = answer.pop("_embedded")["items"]
    assert answer == {
        "_links": {
            "self": {"href": f"{url}?page=2&limit=2&with_count=true"},
            "first": {"href": f"{url}?page=1&limit=2&with_count=true"},
            "previous": {"href": f"{url}?page=1&limit=2&with_count=true"},
            "next": {"href": f"{url}?page=3&limit=2&with_count=true"},
        },
        "current_page": 2,
        "items_count": 30,
    }
    assert items == [
        {"_links": {"self": {"href": f"{url}/{code}"}}, **technical.get(f"/attributes/{code}").json()}
        for code in ("a_localizable_image", "a_localizable_scopable_image")
    ]


def test_older_versions_lack_what_came_later() -> None:
    """core.versions: SaaS alone has several identifiers and mandatory attributes."""
    with version("7.0") as old:
        shown = old.get("/attributes/sku").json()
        assert not shown.keys() & {"is_main_identifier", "is_mandatory", "decimal_places", "decimal_places_strategy"}
        refused = body(old.patch("/attributes/a_text", json={"is_mandatory": True}))
        assert refused == malformed('Property "is_mandatory" does not exist.', "patch_attributes__code_")
        search = '{"is_main_identifier":[{"operator":"=","value":true}]}'
        assert body(old.get("/attributes", params={"search": search})) == problem(
            400,
            'Available search filters are "code, updated, type" and you tried to search on unavailable filter '
            '"is_main_identifier"',
        )


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ({"type": "pim_catalog_text", "max_characters": "1e2"}, {"max_characters": 100}),
        ({"type": "pim_catalog_text", "sort_order": 1e15}, {"sort_order": 10**15}),
        ({"type": "pim_catalog_text", "minimum_input_length": "12abc"}, {"minimum_input_length": 12}),
        ({"type": "pim_catalog_text", "minimum_input_length": True}, {"minimum_input_length": 1}),
        ({"type": "pim_catalog_text", "validation_regexp": ""}, {"validation_regexp": None}),
        ({"type": "pim_catalog_text", "is_read_only": "foo"}, {}),
        ({"type": "pim_catalog_text", "unique": None}, {"unique": None}),
        ({"unique": None, "type": "pim_catalog_text"}, {"unique": False}),
        ({"type": "pim_catalog_text", "guidelines": {"EN_us": 1.0}}, {"guidelines": {"EN_us": "1"}}),
        ({"type": "pim_catalog_image", "allowed_extensions": ["PNG, jpg", None, "png"]}, {}),
        (
            {"type": "pim_catalog_image", "allowed_extensions": ["PNG, jpg", "png"]},
            {"allowed_extensions": ["png", "jpg"]},
        ),
        ({"type": "pim_catalog_image", "max_file_size": 0.30000000000000004}, {"max_file_size": "0.30"}),
        (
            {"type": "pim_catalog_number", "decimals_allowed": True, "negative_allowed": False, "number_max": 1.00004},
            {"number_max": "1.0000"},
        ),
    ],
)
def test_the_database_makes_its_own_of_a_member(technical: httpx.Client, sent: Any, shown: Any) -> None:
    """pim: Model/AbstractAttribute.php (types of columns), Updater/AttributeUpdater.php"""
    answer = technical.post("/attributes", json={"code": "cast", "group": "other", **sent})
    if sent.get("unique", 0) is None and shown["unique"] is None:
        assert body(answer) == broken(("unique", "This value should not be null."))
    elif None in sent.get("allowed_extensions", ()):
        kinds = "gif, jfif, jif, jpeg, jpg, pdf, png, psd, tif, tiff"
        message = f'"" is not a supported image extension. Valid extensions are: {kinds}'
        assert body(answer) == broken(("allowed_extensions", message))
    else:
        assert answer.status_code == 201, answer.text
        found = technical.get("/attributes/cast").json()
        assert "is_read_only" not in found
        assert {name: found[name] for name in shown} == shown


@pytest.mark.parametrize(
    ("sent", "violations"),
    [
        ({"type": "pim_catalog_text", "required": True}, [("required", "This attribute type can't be required")]),
        ({"type": "pim_catalog_text", "required": 1}, [("required", "This value should be of type bool.")]),
        (
            {"type": "pim_catalog_identifier", "useable_as_grid_filter": True, "required": False},
            [("required", "This attribute type must be required")],
        ),
        (
            {"type": "pim_catalog_text", "validation_rule": ""},
            [("validation_rule", "The value you selected is not a valid choice.")],
        ),
        ({"type": "pim_catalog_date", "validation_rule": ""}, [("validation_rule", "This value should be null.")]),
        (
            {"type": "pim_catalog_metric", "metric_family": False},
            [("metric_family", "This value should be of type string.")],
        ),
        (
            {"type": "pim_catalog_text", "sort_order": ""},
            [
                ("sort_order", "This value should be of type numeric."),
                ("sort_order", "This value should be greater than or equal to 0."),
            ],
        ),
        ({"type": "pim_catalog_text", "sort_order": "abc"}, [("sort_order", "This value should be of type numeric.")]),
        (
            {"type": "pim_catalog_number", "decimals_allowed": False, "negative_allowed": False, "number_max": 1.00004},
            [("number_max", "This number is not valid")],
        ),
        (
            {"type": "pim_catalog_number", "decimals_allowed": True, "negative_allowed": False, "number_max": 1e19},
            [("number_max", "This value should be less than or equal to 9223372036854775807.")],
        ),
    ],
)
def test_rules_look_at_what_was_sent(technical: httpx.Client, sent: Any, violations: list[tuple[str, str]]) -> None:
    """pim: Resources/config/validation/attribute.yml"""
    assert body(technical.post("/attributes", json={"code": "cast", "group": "other", **sent})) == broken(*violations)


def test_a_switch_is_not_the_number_that_it_equals(technical: httpx.Client) -> None:
    """pim: Tool/Component/StorageUtils/Validator/Constraints/ImmutableValidator.php (`!==`)"""
    refused = technical.patch("/attributes/a_text", json={"localizable": 0})
    assert body(refused) == broken(
        ("localizable", "This property cannot be changed."), ("localizable", "This value should be of type bool.")
    )
