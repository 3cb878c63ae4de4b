"""Channels, locales and currencies over HTTP.

Source: pim: tests/back/Channel/EndToEnd/
"""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.answers import body, broken, codes, malformed, problem
from tests.conftest import version

ECOMMERCE = {
    "code": "ecommerce",
    "currencies": ["USD", "EUR"],
    "locales": ["en_US"],
    "category_tree": "master",
    "conversion_units": {"a_metric_without_decimal": "METER", "a_metric": "KILOWATT"},
    "labels": {"en_US": "Ecommerce", "fr_FR": "Ecommerce"},
}
NEW = {"code": "new", "category_tree": "master", "locales": ["en_US"], "currencies": ["EUR"]}
FRENCH = '{"enabled":[{"operator":"=","value":true}]}'


def test_a_channel_is_shown_with_sorted_locales(technical: httpx.Client) -> None:
    assert technical.get("/channels/ecommerce").json() == ECOMMERCE
    assert technical.get("/channels/tablet").json()["locales"] == ["de_DE", "en_US", "fr_FR"]
    assert codes(technical.get("/channels")) == ["ecommerce", "ecommerce_china", "tablet"]


def test_a_new_channel_asks_every_family_for_the_identifier(technical: httpx.Client) -> None:
    answer = technical.post("/channels", json=NEW)
    assert answer.headers["location"] == "http://localhost/api/rest/v1/channels/new"
    assert technical.get("/channels/new").json() == {**NEW, "conversion_units": {}, "labels": {}}
    requirements = technical.get("/families/familyA1").json()["attribute_requirements"]
    assert list(requirements) == ["ecommerce", "ecommerce_china", "new", "tablet"]
    assert requirements["new"] == ["sku"]


def test_locales_are_active_as_long_as_a_channel_has_them(technical: httpx.Client) -> None:
    def active() -> list[str]:
        return codes(technical.get("/locales", params={"search": FRENCH}))

    assert active() == ["de_DE", "en_US", "fr_FR", "zh_CN"]
    assert technical.patch("/channels/tablet", json={"locales": ["fr_BE"]}).status_code == 204
    assert active() == ["en_US", "fr_BE", "zh_CN"]
    assert technical.get("/locales/fr_BE").json() == {"code": "fr_BE", "enabled": True}
    assert technical.get("/locales/de_DE").json() == {"code": "de_DE", "enabled": False}
    assert technical.get("/channels/ecommerce").json()["labels"] == {"en_US": "Ecommerce"}


def test_units_are_merged_and_taken_away(technical: httpx.Client) -> None:
    sent = {"conversion_units": {"a_metric": "WATT", "a_metric_without_decimal": None, "a_metric_negative": ""}}
    assert technical.patch("/channels/ecommerce", json=sent).status_code == 204
    assert technical.get("/channels/ecommerce").json()["conversion_units"] == {"a_metric": "WATT"}


ROUNDED = {"unit": "WATT", "decimal_places_strategy": "round", "decimal_places": 2}
BY_LOCALE = {
    "pim_config_family_rules": {"Power": {"en_US": ROUNDED, "fr_FR": "KILOWATT"}},
    "pim_config_attribute_locale_rules": {
        "a_metric": {"en_US": {"unit": "WATT", "decimal_places_strategy": "trim"}},
    },
}


def test_units_by_locale_are_kept_beside_the_others() -> None:
    with version("saas") as saas:
        before = saas.get("channels/ecommerce").json()["conversion_units"]
        assert saas.patch("channels/ecommerce", json={"conversion_units": BY_LOCALE}).status_code == 204
        assert saas.get("channels/ecommerce").json()["conversion_units"] == {**before, **BY_LOCALE}
        gone: dict[str, Any] = {"pim_config_family_rules": None, "pim_config_attribute_locale_rules": {}}
        assert saas.patch("channels/ecommerce", json={"conversion_units": gone}).status_code == 204
        assert saas.get("channels/ecommerce").json()["conversion_units"] == before


WRONG_RULES = 'Property "conversion_units" expects an array with valid data, the rules "{}" are no units by locale.'


@pytest.mark.parametrize(
    "cell",
    [
        1,
        {},
        {"unit": 1},
        {"unit": "WATT", "decimal_places_strategy": "cut"},
        {"unit": "WATT", "decimal_places_strategy": "round"},
        {"unit": "WATT", "decimal_places_strategy": "round", "decimal_places": 0},
        {"unit": "WATT", "decimal_places_strategy": "round", "decimal_places": 5},
        {"unit": "WATT", "decimal_places_strategy": "round", "decimal_places": True},
        {"unit": "WATT", "decimals": 2},
    ],
)
def test_units_by_locale_of_the_wrong_form_are_told_with_a_link(cell: Any) -> None:
    with version("saas") as saas:
        for name in ("pim_config_family_rules", "pim_config_attribute_locale_rules"):
            rules = {"Power": {"en_US": "WATT", "fr_FR": cell}}
            answer = saas.patch("channels/ecommerce", json={"conversion_units": {name: rules}})
            assert body(answer) == malformed(WRONG_RULES.format(name), "patch_channels__code_")


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"pim_config_family_rules": {"x": {}}}, 'The measurement family "x" does not exist.'),
        (
            {"pim_config_family_rules": {"Power": {"en_US": "METER"}}},
            'The unit "METER" does not exist or does not belong to the measurement family "Power".',
        ),
        ({"pim_config_attribute_locale_rules": {"x": {}}}, 'The attribute "x" does not exist.'),
        (
            {"pim_config_attribute_locale_rules": {"a_text": {"en_US": "WATT"}}},
            'The attribute "a_text" is not a measurement attribute.',
        ),
        (
            {"pim_config_attribute_locale_rules": {"a_metric": {"en_US": {**ROUNDED, "unit": "METER"}}}},
            'The unit "METER" does not exist or does not belong to the default measurement family of the given '
            'attribute "a_metric".',
        ),
    ],
)
def test_units_by_locale_fit_attributes_and_families(sent: Any, message: str) -> None:
    with version("saas") as saas:
        answer = saas.patch("channels/ecommerce", json={"conversion_units": sent})
        assert body(answer) == broken(("conversion_units", message))


def test_older_versions_know_no_units_by_locale(technical: httpx.Client) -> None:
    with version("7.0") as installed:
        answer = installed.patch("channels/ecommerce", json={"conversion_units": BY_LOCALE})
        message = (
            'Property "conversion_units" expects an array with valid data, one of the "conversion_units" values is '
            "not a scalar."
        )
        assert body(answer) == malformed(message, "patch_channels__code_")


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (
            {"category_tree": "x"},
            'Property "category_tree" expects a valid code. The category does not exist, "x" given.',
        ),
        ({"currencies": ["x"]}, 'Property "currencies" expects a valid code. The currency does not exist, "x" given.'),
        ({"locales": ["x"]}, 'Property "locales" expects a valid code. The locale does not exist, "x" given.'),
        ({"locales": None}, 'Property "locales" expects an array as data, "NULL" given.'),
        (
            {"conversion_units": {"a_metric": []}},
            'Property "conversion_units" expects an array with valid data, one of the "conversion_units" values is '
            "not a scalar.",
        ),
        ({"code": {}}, 'Property "code" expects a scalar as data, "array" given.'),
        ({"extra": 1}, 'Property "extra" does not exist.'),
    ],
)
def test_data_of_the_wrong_form_is_told_with_a_link(technical: httpx.Client, sent: Any, message: str) -> None:
    assert body(technical.post("/channels", json=sent)) == malformed(message, "post_channels")
    assert body(technical.patch("/channels/tablet", json=sent)) == malformed(message, "patch_channels__code_")


NO_ELEMENT = "This collection should contain 1 element or more."
CODE = "Channel code may contain only letters, numbers and underscores and should contain at least one letter"


@pytest.mark.parametrize(
    ("sent", "violations"),
    [
        (
            {},
            [
                ("code", "This value should not be blank."),
                ("category_tree", "This value should not be blank."),
                ("currencies", NO_ELEMENT),
                ("locales", NO_ELEMENT),
            ],
        ),
        ({**NEW, "code": "Tablet"}, [("code", "This value is already used.")]),
        ({**NEW, "code": "123_"}, [("code", CODE)]),
        ({**NEW, "code": "a" * 101}, [("code", "This value is too long. It should have 100 characters or less.")]),
        (
            {**NEW, "category_tree": "categoryA"},
            [("category_tree", 'The category "categoryA" has to be a root category.')],
        ),
        (
            {**NEW, "currencies": ["EUR", "ADP", "AED"]},
            [
                ("currencies", 'The currency "ADP" has to be activated.'),
                ("currencies", 'The currency "AED" has to be activated.'),
            ],
        ),
        (
            {**NEW, "conversion_units": {"a_metric": "METER", "x": "METER", "a_text": "METER"}},
            [
                (
                    "conversion_units",
                    'The unit "METER" does not exist or does not belong to the default measurement family of the given '
                    'attribute "a_metric".',
                ),
                ("conversion_units", 'The attribute "x" does not exist.'),
            ],
        ),
        (
            {**NEW, "conversion_units": {"a_text": "METER", "x": "METER"}},
            [("conversion_units", 'The attribute "a_text" is not a measurement attribute.')],
        ),
        ({**NEW, "labels": {"foo": "x"}}, [("labels", 'The locale "foo" does not exist.')]),
    ],
)
def test_broken_rules_are_told(technical: httpx.Client, sent: Any, violations: list[tuple[str, str]]) -> None:
    assert body(technical.post("/channels", json=sent)) == broken(*violations)


def test_a_channel_keeps_its_code(technical: httpx.Client) -> None:
    told = broken(("code", "This property cannot be changed."), ("code", CODE))
    assert body(technical.patch("/channels/tablet", json={"code": "123"})) == told


def test_every_locale_and_currency_is_known(technical: httpx.Client) -> None:
    assert technical.get("/locales?with_count=true").json()["items_count"] == 210
    assert technical.get("/currencies?with_count=true").json()["items_count"] == 294
    assert codes(technical.get("/locales?limit=3")) == ["af_ZA", "am_ET", "ar_AE"]


def test_a_currency_is_found_in_any_letter_case(technical: httpx.Client) -> None:
    assert technical.get("/currencies/eur").json() == {"code": "EUR", "enabled": True, "label": "EUR (Euro)"}
    assert technical.get("/currencies/ADP").json() == {
        "code": "ADP",
        "enabled": False,
        "label": "ADP (Andorran Peseta)",
    }
    assert technical.get("/currencies/CNX").json() == {"code": "CNX", "enabled": False, "label": "CNX"}
    with version("7.0") as old:
        assert old.get("/currencies/eur").json() == {"code": "EUR", "enabled": True}


@pytest.mark.parametrize(
    ("path", "label"), [("channels", "Channel"), ("locales", "Locale"), ("currencies", "Currency")]
)
def test_what_is_unknown_is_not_found(technical: httpx.Client, path: str, label: str) -> None:
    assert body(technical.get(f"/{path}/x")) == problem(404, f'{label} "x" does not exist.')


@pytest.mark.parametrize("path", ["locales", "currencies"])
@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "PUT"])
def test_locales_and_currencies_are_read_only(technical: httpx.Client, path: str, method: str) -> None:
    answer = technical.request(method, f"/{path}", json={})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


def test_currencies_are_searched_in_newer_versions_only(technical: httpx.Client) -> None:
    assert codes(technical.get("/currencies", params={"search": FRENCH})) == ["CNY", "EUR", "USD"]
    with version("7.0") as old:
        answer = old.get("/currencies", params={"search": FRENCH, "limit": "2"})
        assert codes(answer) == ["ADP", "AED"]
        encoded = "%7B%22enabled%22:%5B%7B%22operator%22:%22%3D%22,%22value%22:true%7D%5D%7D"
        expected = f"http://localhost/api/rest/v1/currencies?page=1&limit=2&with_count=false&search={encoded}"
        assert answer.json()["_links"]["self"]["href"] == expected


def test_a_channel_has_the_locales_that_were_spelled_as_they_are(technical: httpx.Client) -> None:
    """Recorded from a real PIM: others are found, and taken away again."""
    channel = {"code": "one", "currencies": ["USD"], "category_tree": "master"}
    answer = technical.post("/channels", json={**channel, "locales": ["EN_us"]})
    assert body(answer) == broken(("locales", "This collection should contain 1 element or more."))
    assert technical.post("/channels", json={**channel, "locales": ["en_US", "FR_fr"]}).status_code == 201
    assert technical.get("/channels/one").json()["locales"] == ["en_US"]
