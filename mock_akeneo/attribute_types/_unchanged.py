"""What an update of a product takes for no change, by type: (data that was sent, stored data or None) -> bool.

The PIM asks this of every value of a product that is there already, before anything else looks at it: what is no change
is never refused. Only products are compared so; product models and new products are not.

Source: pim: src/Akeneo/Pim/Enrichment/Component/Product/Comparator/{Filter/EntityWithValuesFilter.php,Attribute/}
"""

from __future__ import annotations

from typing import Any

from mock_akeneo.attribute_types._attribute_type import identical
from mock_akeneo.attribute_types.php import items, keys_of, numeric, text_of

__all__ = ["identical", "metric", "number", "option", "options", "prices", "scalar"]


def scalar(data: Any, stored: Any) -> bool:
    """Compared as texts: `false` is what is not there, and the number 5 is the text `5`."""
    return not isinstance(data, list | dict) and text_of(data) == text_of(stored)


def number(data: Any, stored: Any) -> bool:
    """Compared as floats."""
    if data is None:
        return stored is None
    given = numeric(data)
    return given is not None and stored is not None and float(given) == float(numeric(stored) or 0)


def option(data: Any, stored: Any) -> bool:
    return isinstance(data, str) and data.lower() == (stored or "").lower()


def options(data: Any, stored: Any) -> bool:
    if not isinstance(data, list | dict) or not all(isinstance(code, str) for code in items(data)):
        return False
    return sorted(code.lower() for code in items(data)) == sorted(code.lower() for code in stored or ())


def metric(data: Any, stored: Any) -> bool:
    """Amounts as floats, everything else as texts, members that nobody knows too."""
    given = keys_of(data)
    if given.get("amount") is None:
        return stored is None
    amount = numeric(given["amount"])
    if amount is None or stored is None:
        return False
    if any(
        name not in stored or text_of(of) != text_of(stored[name]) for name, of in given.items() if name != "amount"
    ):
        return False
    return text_of(float(amount)) == text_of(float(numeric(stored["amount"]) or 0))


def prices(data: Any, stored: Any) -> bool:
    """By currency, in the order in which they are stored."""
    return isinstance(data, list | dict) and _amounts(items(data)) == _amounts(stored or ())


def _amounts(told: Any) -> list[tuple[str, object]]:
    amounts: dict[str, object] = {}
    for price in told:
        amount = keys_of(price).get("amount")
        if amount is not None:
            found = numeric(amount)
            amounts[text_of(price.get("currency"))] = amount if found is None else round(found, 4)
    return list(amounts.items())
