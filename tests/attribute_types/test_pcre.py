from __future__ import annotations

import pytest

from mock_akeneo.attribute_types.pcre import python_pattern


@pytest.mark.parametrize(
    ("pcre", "matching", "other"),
    [
        (r"/^sku-\d*$/", "sku-001", "001"),
        ("/ABC/i", "xabcx", "ab"),
        ("#^a/b$#", "a/b", "ab"),
        (r"/^a\/b$/", "a/b", "ab"),
        ("{^a{2}$}", "aa", "a"),
        (r"~^(?<year>\d{4})-(?P=year)$~", "2020-2020", "2020-2021"),
        (r"/^\w+\z/", "abc", "ab\n"),
        (r"/^\w+$/u", "é", "-"),
        ("/a b # c/x", "ab", "a b"),
        (r"|^x\|y$|", "x|y", "xy"),
    ],
)
def test_a_pcre_matches_what_it_matches_in_php(pcre: str, matching: str, other: str) -> None:
    pattern = python_pattern(pcre)
    assert pattern is not None
    assert pattern.search(matching)
    assert not pattern.search(other)


@pytest.mark.parametrize("pcre", ["", "abc", "/abc", "/abc/k", "/(/", "/[[:alpha:]]/", r"/\p{L}/u", "/a/U", "/"])
def test_what_python_cannot_say_has_no_pattern(pcre: str) -> None:
    assert python_pattern(pcre) is None
