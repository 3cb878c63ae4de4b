"""pim: tests/back/Pim/Enrichment/Integration/PQB/Filter/Attribute/{Text,TextArea}/."""

from __future__ import annotations

import pytest

from tests.attribute_types.small_pim import SmallPim, complaints, filter_refusal, found, refusal, shown


def test_a_text_is_shown_as_it_was_sent_but_on_one_line() -> None:
    assert shown("a_text", " <p>é</p> ") == " <p>é</p> "
    assert shown("a_text", "a\r\nb\rc\nd") == "a b c d"


def test_a_textarea_keeps_its_line_breaks() -> None:
    assert shown("a_text_area", "a\r\nb\nc") == "a\r\nb\nc"


@pytest.mark.parametrize("blank", [None, "", "  \t\n", [], {}])
@pytest.mark.parametrize("code", ["a_text", "a_text_area"])
def test_a_blank_text_removes_the_value(code: str, blank: object) -> None:
    assert shown(code, blank) is None


@pytest.mark.parametrize("code", ["a_text", "a_text_area"])
def test_an_array_is_refused_and_a_number_or_boolean_is_a_broken_rule(code: str) -> None:
    assert refusal(code, ["x"]) == f"The {code} attribute requires a string, a array was detected."
    assert refusal(code, {"x": 1}) == f"The {code} attribute requires a string, a array was detected."
    assert complaints(code, 12) == [f"The {code} attribute requires a string, a integer was detected."]
    assert complaints(code, 1.5) == [f"The {code} attribute requires a string, a double was detected."]
    assert complaints(code, False) == [f"The {code} attribute requires a string, a boolean was detected."]


def test_a_text_is_no_longer_than_its_attribute_allows() -> None:
    assert complaints("a_text", "é" * 200) == []
    assert complaints("a_text", "é" * 201) == [
        "The a_text attribute must not contain more than 200 characters. The submitted value is too long."
    ]
    assert complaints("a_unique_text", "x" * 256) == [
        "The a_unique_text attribute must not contain more than 255 characters. The submitted value is too long."
    ]
    assert complaints("a_text_area", "x" * 65_535) == []
    assert complaints("a_text_area", "x" * 65_536) == [
        "The a_text_area attribute must not contain more than 65535 characters. The submitted value is too long."
    ]


def test_a_text_keeps_the_validation_rule_of_its_attribute() -> None:
    assert complaints("an_email", "julia@example.com") == []
    assert complaints("an_email", "julia") == ["The an_email attribute requires an e-mail address."]
    assert complaints("a_url", "http://akeneo.com:8080/a?b=c#d") == []
    assert complaints("a_url", "akeneo.com") == ["The a_url attribute requires a url link."]
    assert complaints("a_regexp", "abc123") == []
    assert complaints("a_regexp", "abc") == [
        "The a_regexp attribute must match the following regular expression: /([0-9]+)/."
    ]


def test_a_unique_text_is_on_no_other_product_whatever_its_letter_case() -> None:
    pim = SmallPim(used={("a_unique_text", "foo"): "other"})
    assert complaints("a_unique_text", "FOO", pim) == [
        "The a_unique_text attribute can not have the same value more than once. "
        "The FOO value is already set on another product."
    ]
    assert complaints("a_unique_text", "FOO", SmallPim(used={("a_unique_text", "foo"): "own"})) == []


@pytest.mark.parametrize(
    ("operator", "operand", "names"),
    [
        ("STARTS WITH", "CAT", ["cat", "cattle"]),
        ("STARTS WITH", "my dog", ["best"]),
        ("CONTAINS", "at", ["cat", "cattle"]),
        ("CONTAINS", "b>", ["best"]),
        ("DOES NOT CONTAIN", "at", ["best"]),
        ("=", "Cat", ["cat"]),
        ("!=", "cat", ["cattle", "best"]),
        ("IN", ["CAT", "none"], ["cat"]),
        ("NOT IN", ["cat"], ["cattle", "best"]),
        ("EMPTY", None, ["nothing"]),
        ("NOT EMPTY", None, ["cat", "cattle", "best"]),
    ],
)
def test_texts_are_found_whatever_their_letter_case(operator: str, operand: object, names: list[str]) -> None:
    products = {"cat": "Cat", "cattle": "cattle", "best": "my DOG is <b>the</b> best", "nothing": None}
    assert found("a_text", operator, operand, products) == names


@pytest.mark.parametrize(
    ("operator", "operand", "names"),
    [
        ("STARTS WITH", "my cat", ["cat"]),
        ("STARTS WITH", "why my rabbit is", ["rabbit"]),
        ("CONTAINS", "bold>", []),
        ("CONTAINS", "cat is the most", ["cat"]),
        ("DOES NOT CONTAIN", "<br/>", ["cat", "rabbit"]),
        ("=", "my cat is the most beautiful", ["cat"]),
        ("=", "My <i>cat</i> is the most beautiful", ["cat"]),
        ("=", "why my rabbit\n is the best?", ["rabbit"]),
        ("!=", "my <b>cat</b> is the most beautiful", ["rabbit"]),
        ("IN", ["My cat is<hr/> the most beautiful", "x"], ["cat"]),
        ("NOT IN", ["my cat is the most beautiful"], ["rabbit"]),
        ("EMPTY", "whatever", ["nothing"]),
    ],
)
def test_textareas_are_found_by_what_is_read_without_tags_and_line_breaks(
    operator: str, operand: object, names: list[str]
) -> None:
    products = {
        "cat": "my <bold>cat</bold> is the most <i>beautiful</i><br/>",
        "rabbit": "Why my rabbit\n is the best?",
        "nothing": None,
    }
    assert found("a_text_area", operator, operand, products) == names


def test_only_the_first_ten_thousand_characters_of_a_textarea_are_searched() -> None:
    assert found("a_text_area", "CONTAINS", "needle", {"far": "x" * 10_000 + "needle", "near": "needle"}) == ["near"]


@pytest.mark.parametrize("code", ["a_text", "a_text_area"])
def test_the_value_of_a_text_filter_is_a_string(code: str) -> None:
    assert filter_refusal(code, "=", None) == f'Property "{code}" expects a string as data, "NULL" given.'
    assert filter_refusal(code, "!=", [[]]) == f'Property "{code}" expects a string as data, "array" given.'
    assert filter_refusal(code, "IN", "x") == f'Property "{code}" expects an array as data, "string" given.'
