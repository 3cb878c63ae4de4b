"""A made up structure has what generated products need."""

from __future__ import annotations

from collections import Counter

import pytest

from mock_akeneo.seeding.shop import shop


@pytest.mark.parametrize("families", [0, 1, 8, 40])
def test_a_shop_has_as_many_families_as_wanted_each_with_its_own_variant(families: int) -> None:
    made = shop(families)
    assert len({one["code"] for one in made.families}) == len(made.families) == families
    assert [one["family"] for one in made.family_variants] == [one["code"] for one in made.families]


def test_the_families_of_a_shop_use_all_of_its_attributes() -> None:
    made = shop(8)
    used = Counter(code for family in made.families for code in family["attributes"])
    assert used.keys() == {one["code"] for one in made.attributes}


def test_a_shop_has_every_attribute_type_in_all_four_ways() -> None:
    ways = Counter(
        (one["localizable"], one["scopable"]) for one in shop(1).attributes if one["type"] != "pim_catalog_identifier"
    )
    assert ways == {(False, False): 13, (True, False): 11, (False, True): 11, (True, True): 11}
