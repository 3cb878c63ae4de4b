"""What an attribute type is, and what it asks of the PIM around it.

Source: pim: src/Akeneo/Pim/Enrichment/Component/Product/{Factory/Value,Validator,Comparator/Attribute}/ and
src/Akeneo/Pim/Enrichment/Bundle/Elasticsearch/Filter/Attribute/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from mock_akeneo.attribute_types.php import is_blank
from mock_akeneo.core.chance import Chance
from mock_akeneo.core.clock import Clock
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.problems import Problem, Violation
from mock_akeneo.core.versions import has


class Pim(Protocol):
    """The facts that values are judged by; every `Json` has the shape of the API's own GET.

    `option`, `measurement_family` and `product_with` ignore letter case. `product_with`: the uuid of the product with
    that identifier. `media_hash`: what tells the bytes of a file apart.
    `other_with`: another product than `uuid` whose value of that attribute reads like `data`, if any.
    """

    @property
    def clock(self) -> Clock: ...

    @property
    def active_locales(self) -> frozenset[str]: ...

    @property
    def active_currencies(self) -> frozenset[str]: ...

    def attribute(self, code: str) -> Json | None: ...

    def option(self, attribute: str, code: str) -> Json | None: ...

    def channel(self, code: str) -> Json | None: ...

    def measurement_family(self, code: str) -> Json | None: ...

    def product_with(self, identifier: str) -> str | None: ...

    def media_file(self, key: str) -> Json | None: ...

    def media_hash(self, key: str) -> str | None: ...

    def other_with(self, attribute: str, data: Any, uuid: str, reading: Callable[[Any], str]) -> str | None: ...


# (attribute, data, channel, locale, pim): what the data breaks. Its name is the sentence that holds when it is silent.
Rule = Callable[[Json, Any, str | None, str | None, Pim], Iterator[Violation]]

# From what a filter column holds for products (`None`: no value) and some of its rows to those of them that are found.
# Many at once: calling a function takes longer than comparing two texts.
Test = Callable[[Sequence[Any], Iterable[int]], list[int]]


def identical(data: Any, stored: Any) -> bool:
    return type(data) is type(stored) and bool(data == stored)


def anything(_field: Json, _value: object, _pim: Pim) -> None:
    """The check of an operator without value: whatever is sent does not matter."""


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator of the `search` parameter.

    `test`: from the checked operand to the `Test`. `check`: (attribute, or any Json with a `code`; value; pim) -> the
    operand; raises `Problem` 422. `needs_ownership`: finds only products whose family has the attribute. `since`: the
    row of `core.versions.SINCE` that tells which versions of the PIM have it; all have it without one.
    """

    test: Callable[[Any], Test]
    check: Callable[[Json, object, Pim], Any] = anything
    needs_ownership: bool = False
    since: str | None = None

    def known_to(self, pim_version: str) -> bool:
        return self.since is None or has(pim_version, self.since)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeType:
    """One attribute type.

    `accept`: (attribute, data, pim) -> the normal form, which is what is stored and what GET shows; `None` when the
    data removes the value. Raises `Malformed` without link. Data of the right shape that breaks a rule comes out as
    it went in, for the rules to tell.
    `removes`: whether the data removes the value.
    `unchanged`: (data, stored data or None) -> whether an update of a product takes the data for what is there already,
    and drops it before anything else looks at it. `null_on_update`: data that it takes for `null`.
    `settled`: (attribute, accepted data, pim) -> what is read back once it is saved; rules still see what was sent.
    `by_channel`: whether data under a channel in another letter case is not found again, rather than under the channel.
    `rules`: in the PIM's order. `membership`: the rule that what the data names exists; told before all others.
    `payload_format`: (attribute code, data) -> the complaint of the check that products alone have.
    `visible`: (attribute, data, channel, pim) -> the data less what is gone meanwhile, `None` when nothing is left;
    the very same object when nothing is gone.
    `same`: whether two normal forms mean the same.
    `shown`: (attribute, stored data) -> what GET shows, where unique values are stored as they were sent.
    `filled`: (attribute, data, channel) -> whether the data counts for the completeness of that channel.
    `unique_text`: the data as the PIM compares unique values.
    `download`: the path of the link that GET shows beside the data.
    `operators`: of `search`. `column`: (attribute, data, pim) -> what they compare, of stored data.
    `fake`: (attribute, chance, codes it may point at) -> data that keeps the rules, for catalogs of any size. Codes:
    option codes, currencies, units, media keys or record codes.
    """

    name: str
    accept: Callable[[Json, object, Pim], Any]
    operators: Mapping[str, Operator]
    column: Callable[[Json, Any, Pim], Any]
    fake: Callable[[Json, Chance, Sequence[str]], Any]
    removes: Callable[[object], bool] = is_blank
    unchanged: Callable[[Any, Any], bool] = identical
    null_on_update: Callable[[object], bool] | None = None
    settled: Callable[[Json, Any, Pim], Any] | None = None
    by_channel: bool = False
    rules: tuple[Rule, ...] = ()
    membership: Rule | None = None
    payload_format: Callable[[str, object], str | None] | None = None
    visible: Callable[[Json, Any, str | None, Pim], Any] | None = None
    same: Callable[[Any, Any, Pim], bool] | None = None
    shown: Callable[[Json, Any], Any] | None = None
    filled: Callable[[Json, Any, Json], bool] | None = None
    unique_text: Callable[[Any], str] = str
    download: Callable[[Any], str] | None = None


def broken(
    attribute: Json, channel: str | None, locale: str | None, message: str, currency: object = None
) -> Violation:
    """A violation on one product value; equal ones on other values are told as well."""
    code = attribute["code"]
    extra = {"attribute": code, "locale": locale, "scope": channel}
    if currency is not None:
        extra["currency"] = currency
    return Violation("values", message, extra, f"{code} {channel} {locale} {currency} {message}")


def unsupported(name: str, operator: str) -> Problem:
    return Problem(422, f'Filter on property "{name}" is not supported or does not support operator "{operator}"')
