"""What differs between the versions of the PIM."""

from __future__ import annotations

from fnmatch import fnmatchcase

from mock_akeneo.core.versions import SINCE, VERSIONS, answers, first_with, has, reaches
from mock_akeneo.resources import OPERATIONS


def test_versions_stand_from_old_to_new() -> None:
    assert VERSIONS == ("5.0", "6.0", "7.0", "saas")
    assert [reaches(version, "7.0") for version in VERSIONS] == [False, False, True, True]


def test_a_row_tells_the_first_version_that_has_it() -> None:
    assert set(SINCE.values()) <= set(VERSIONS)
    assert [has(version, "enriched categories") for version in VERSIONS] == [False, False, False, True]


def test_an_operation_goes_by_its_name_or_by_a_glob_and_the_latest_row_counts() -> None:
    assert first_with("families.list") == "5.0"
    assert first_with("system_information.get") == "6.0"
    assert first_with("products_uuid.get") == "7.0"
    assert first_with("products_uuid.search") == "saas"
    assert not answers("6.0", "products_uuid.get")


def test_every_row_that_looks_like_an_operation_is_one() -> None:
    names = [operation.name for operation in OPERATIONS]
    rows = [row for row in SINCE if "." in row and " " not in row]
    assert [row for row in rows if not any(fnmatchcase(name, row) for name in names)] == []
