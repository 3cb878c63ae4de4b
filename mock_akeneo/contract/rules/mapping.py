"""What becomes of values and codes on the way: none is left out, none is made up, none is changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mock_akeneo.contract.evidence import Evidence, Run
from mock_akeneo.contract.products import called, flat, keys_of, listed
from mock_akeneo.contract.rules._rule import Rule, worst
from mock_akeneo.contract.verdicts import Finding, broken, kept, not_seen
from mock_akeneo.core.json_types import Json

CODES = ("identifier", "family", "parent", "categories", "groups")


def hands_over_every_channel_and_locale(evidence: Evidence) -> Finding:
    """Hands over a value for every channel and locale that it has one for."""
    return worst([_scopes(run, evidence) for run in evidence.runs], "no pull was asked for")


def _scopes(run: Run, evidence: Evidence) -> Finding:
    several, lost = 0, []
    for item, product in _pairs(run, evidence):
        there, here = _keys(product), _keys(item)
        codes = {code for code, _, _ in here}
        many = {key for key in there if key[1] or key[2]}
        several += bool(many)
        # An attribute that is left out as a whole may be one that nobody asked for.
        if any(key not in here for key in many if key[0] in codes):
            lost.append(called(product))
    if lost:
        return broken(f"a channel or a locale is missing in the values of {listed(tuple(lost))}")
    if not several:
        return not_seen("no value of a channel or a locale was handed over")
    return kept(f"{several} products came with the values of all their channels and locales")


def hands_over_no_removed_value(evidence: Evidence) -> Finding:
    """Hands over no value that was removed in the PIM since the last pull."""
    return worst([_removed(run, evidence) for run in evidence.runs if run.since], "no pull was told since when")


def _removed(run: Run, evidence: Evidence) -> Finding:
    met, kept_on = 0, []
    for item, product in _pairs(run, evidence):
        before = evidence.before.get(product["uuid"])
        if before is None or not (removed := _keys(before) - _keys(product)):
            continue
        met += 1
        if removed & _keys(item):
            kept_on.append(called(product))
    if kept_on:
        return broken(f"it handed over values that had been removed from {listed(tuple(kept_on))}")
    return (
        kept(f"{met} products came without the values that had been removed")
        if met
        else not_seen("no product was handed over that had lost a value")
    )


def hands_over_codes_byte_for_byte(evidence: Evidence) -> Finding:
    """Hands over identifiers and codes byte for byte, however odd they are."""
    return worst([_codes(run, evidence) for run in evidence.runs], "no pull was asked for")


def _codes(run: Run, evidence: Evidence) -> Finding:
    known = {code for product in (*evidence.before.values(), *evidence.after.values()) for code in _codes_of(product)}
    handed = {code for item in run.items if isinstance(item, dict) for code in _codes_of(item)}
    if not handed:
        return not_seen("no product with an identifier or a code was handed over")
    if unknown := sorted(handed - known):
        shown = ", ".join(repr(code) for code in unknown[:3])
        return broken(f"it handed over {len(unknown)} codes that the PIM does not know: {shown}")
    return kept(f"all {len(handed)} codes are those of the PIM")


def _codes_of(product: Json) -> Iterator[str]:
    for name in CODES:
        value = product.get(name)
        yield from (code for code in (value if isinstance(value, list) else [value]) if isinstance(code, str))


def keeps_numbers_that_come_as_text(evidence: Evidence) -> Finding:
    """Hands over numbers that the PIM gives as text as text: prices, measurements, decimals."""
    return worst([_numbers(run, evidence) for run in evidence.runs], "no pull was asked for")


def _numbers(run: Run, evidence: Evidence) -> Finding:
    met, turned = 0, []
    for item, product in _pairs(run, evidence):
        there, here = _data(product), _data(item)
        pairs = [(there[key], here[key]) for key in there.keys() & here.keys()]
        met += any(isinstance(right, dict | list) for right, _ in pairs)
        if any(_number_for_text(right, given) for right, given in pairs):
            turned.append(called(product))
    if turned:
        return broken(f"numbers that come as text were changed in {listed(tuple(turned))}")
    return kept(f"the numbers of {met} products are the PIM's") if met else not_seen("no such number was handed over")


def _number_for_text(right: Any, given: Any) -> bool:
    """Whether somewhere in `given` a number stands for the text that `right` has there."""
    if isinstance(right, dict) and isinstance(given, dict):
        return any(_number_for_text(right[name], given[name]) for name in right.keys() & given.keys())
    if isinstance(right, list) and isinstance(given, list) and len(right) == len(given):
        return any(_number_for_text(*pair) for pair in zip(right, given, strict=True))
    return isinstance(right, str) and isinstance(given, int | float) and not isinstance(given, bool)


def _pairs(run: Run, evidence: Evidence) -> Iterator[tuple[Json, Json]]:
    """Each product that was handed over with values, and the PIM's own."""
    if run.action != "pull":
        return
    known = {**evidence.before, **evidence.after}
    for key, item in zip(keys_of(run.items, evidence), run.items, strict=True):
        product = known.get(key)
        if product is not None and isinstance(item.get("values"), dict):
            yield item, product


def _keys(product: Json) -> set[tuple[str, str | None, str | None]]:
    try:
        return set(flat(product["values"]))
    except (TypeError, KeyError, AttributeError):
        return set()


def _data(product: Json) -> dict[tuple[str, str | None, str | None], Any]:
    try:
        return {
            (code, value.get("locale"), value.get("scope")): value["data"]
            for code, values in product["values"].items()
            for value in values
        }
    except (TypeError, KeyError, AttributeError):
        return {}


RULES = (
    Rule(
        id="MAP-01",
        level="must",
        judge=hands_over_every_channel_and_locale,
        condition="a product with values of channels or locales was handed over",
        why="A text of one locale that stands for all is wrong in every shop but one.",
        source="https://api.akeneo.com/concepts/products.html, https://github.com/Agence-DnD/PIMGento-2-API/issues/123",
        fix="Go through all entries of an attribute's values, not only the first, and keep `locale` and `scope`.",
        scenarios=("calm",),
    ),
    Rule(
        id="MAP-02",
        level="must",
        judge=hands_over_no_removed_value,
        condition="a product that had lost a value was handed over",
        why="A value that is gone is not in the answer at all. Whoever merges answers keeps it forever.",
        source="https://api.akeneo.com/concepts/products.html#focus-on-the-product-values",
        fix="Replace the values of a product as a whole by those of the answer.",
        scenarios=("delta",),
    ),
    Rule(
        id="MAP-03",
        level="must",
        judge=hands_over_codes_byte_for_byte,
        condition="a product with an identifier or a code was handed over",
        why="An identifier may hold slashes, blanks, umlauts, or only digits with a zero in front. Trimmed, lowered or "
        "turned into a number it is another product.",
        source="https://github.com/webgriffe/SyliusAkeneoPlugin/issues/87, https://github.com/akeneo/pim-community-dev/issues/6264",
        fix="Treat identifiers and codes as opaque text; encode them only in a URL.",
        scenarios=("calm",),
    ),
    Rule(
        id="MAP-04",
        level="must",
        judge=keeps_numbers_that_come_as_text,
        condition="a product with a price, a measurement or a decimal was handed over",
        why="Amounts are text so that no digit is lost: as floating point numbers they are rounded.",
        source="https://api.akeneo.com/concepts/products.html#focus-on-the-product-values",
        fix="Keep the text, or use a decimal type that remembers its digits.",
        scenarios=("calm",),
    ),
)
