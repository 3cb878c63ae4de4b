"""What a connector handed over, compared with what the PIM holds. Products go by identifier, else uuid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from mock_akeneo.contract.evidence import Evidence, Run
from mock_akeneo.core.json_types import Json, loads

Flat = dict[tuple[str, str | None, str | None], Any]


def canonical(value: Any) -> Any:
    """A hashable form of JSON data; two forms are equal exactly when the data is JSON-equal."""
    if isinstance(value, dict):
        return frozenset((key, canonical(member)) for key, member in value.items())
    if isinstance(value, list):
        return tuple(canonical(member) for member in value)
    # In Python True is 1; in JSON they are two things.
    return ("boolean", value) if isinstance(value, bool) else value


def flat(values: Any) -> Flat:
    """`values` as (attribute, locale, scope) to data; what else stands in a value does not count.

    Raises `TypeError`, `KeyError` or `AttributeError` for what are no values.
    """
    return {
        (attribute, value.get("locale"), value.get("scope")): canonical(value["data"])
        for attribute, held in (values or {}).items()
        for value in held
    }


def called(product: Json) -> str:
    """What a reader calls a product: its identifier, else its uuid."""
    return str(product.get("identifier") or product["uuid"])


def keys_of(items: Iterable[Any], evidence: Evidence) -> list[str]:
    """The uuid of each item, handed over by uuid or identifier; what it said where the PIM holds none such."""
    known = {**evidence.before, **evidence.after}
    uuids = {p["identifier"]: uuid for uuid, p in known.items() if p.get("identifier") is not None}
    return [_uuid(item, uuids) for item in items]


def by_identifier(products: Mapping[str, Json]) -> dict[str, Json]:
    return {product["identifier"]: product for product in products.values() if product.get("identifier") is not None}


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull handed over against what it had to. `foreign`: what is no product of this PIM."""

    missing: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()


def pulled(run: Run, evidence: Evidence) -> Pulled:
    """An item that exists all through must be handed over once, with the values of a state that it had."""
    known = {**evidence.before, **evidence.after}
    uuids = {
        identifier: uuid for uuid, product in known.items() if (identifier := product.get("identifier")) is not None
    }
    # A pull that asked for nothing had to hand over all that the classic list shows.
    asked = run.asked or {uuid: (p,) for uuid, p in evidence.before.items() if p.get("identifier") is not None}
    seen: Counter[str] = Counter()
    foreign: list[str] = []
    altered: list[str] = []
    for item in run.items:
        uuid = _uuid(item, uuids)
        if uuid not in known:
            foreign.append(uuid)
            continue
        seen[uuid] += 1
        states = [*asked.get(uuid, ()), *(c[uuid] for c in (evidence.before, evidence.after) if uuid in c)]
        if not _has_values_of(item, states):
            altered.append(uuid)

    def names(these: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted({str(known.get(uuid, {}).get("identifier") or uuid) for uuid in these}))

    return Pulled(
        missing=names(uuid for uuid in asked if uuid in evidence.before and not seen[uuid]),
        twice=names(uuid for uuid, times in seen.items() if times > 1),
        foreign=names(foreign),
        altered=names(altered),
    )


def _uuid(item: Any, uuids: Mapping[str, str]) -> str:
    if not isinstance(item, dict):
        return f"{item!r:.60}"
    if isinstance(uuid := item.get("uuid"), str):
        return uuid.lower()
    identifier = item.get("identifier")
    return uuids.get(identifier, identifier) if isinstance(identifier, str) else "an item without uuid and identifier"


def _has_values_of(item: Json, states: Iterable[Json]) -> bool:
    try:
        values = flat(item["values"])
    except (TypeError, KeyError, AttributeError):
        return False
    return any(values == flat(state["values"]) for state in states)


@dataclass(frozen=True, slots=True)
class Told:
    """A push report against the catalog. `malformed`: why it cannot be read, else empty.

    `groundless`: refused in the report, though the PIM never refused it.
    """

    malformed: str = ""
    untold: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()
    accepted_not_stored: tuple[str, ...] = ()
    refused_but_stored: tuple[str, ...] = ()
    groundless: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def told(run: Run, evidence: Evidence) -> Told:
    """Each product must be accepted or refused once, and accepted exactly if it is stored."""
    report = run.report
    try:
        accepted = [str(identifier) for identifier in report["accepted"]]
        refused = [str(refusal["identifier"]) for refusal in report["refused"]]
    except (TypeError, KeyError):
        wanted = '{"accepted": [identifier…], "refused": [{"identifier", "message"}…]}'
        return Told(malformed=f"it returned {report!r:.80} instead of {wanted}")
    times = Counter(accepted + refused)
    pushed = {body["identifier"]: body for body in run.pushed}
    before, after = by_identifier(evidence.before), by_identifier(evidence.after)
    stored = {i for i, body in pushed.items() if holds(after.get(i), body) and not holds(before.get(i), body)}
    declined = set(_declined(run, evidence))
    return Told(
        untold=tuple(i for i in pushed if not times[i]),
        twice=tuple(i for i, count in times.items() if count > 1),
        accepted_not_stored=tuple(i for i in accepted if i not in pushed or not holds(after.get(i), pushed[i])),
        refused_but_stored=tuple(i for i in refused if i in stored),
        groundless=()
        if None in declined
        else tuple(i for i in refused if i not in stored and i not in declined and i not in run.refusable),
        refused=tuple(refused),
    )


def holds(product: Json | None, pushed: Json) -> bool:
    """Whether a product of the catalog holds all that a pushed body says."""
    if product is None:
        return False
    there = flat(product["values"])
    return all(there.get(key) == data for key, data in flat(pushed.get("values")).items()) and all(
        _unordered(product.get(name)) == _unordered(value)
        for name, value in pushed.items()
        if name in ("enabled", "family", "categories", "groups", "parent")
    )


def _unordered(value: Any) -> Any:
    return frozenset(value) if isinstance(value, list) else canonical(value)


def written(run: Run, evidence: Evidence) -> frozenset[str]:
    """The identifiers of products that the PIM took, in a batch or alone."""
    return frozenset(name for name, status in _writes(run, evidence) if name is not None and status < 300)


def _declined(run: Run, evidence: Evidence) -> Iterator[str | None]:
    """The identifiers of products that the PIM refused to store; None for one that cannot be told."""
    return (name for name, status in _writes(run, evidence) if status in (400, 413, 415, 422))


def _writes(run: Run, evidence: Evidence) -> Iterator[tuple[str | None, int]]:
    """Each product that the PIM answered for with its status; None for one that cannot be told."""
    for call in run.calls:
        for line in call["lines"] or ():
            name = line["identifier"] if "identifier" in line else _identifier(line.get("uuid"), evidence)
            yield name, line["status_code"]
        if call["status"] is None or call["method"] not in ("POST", "PATCH"):
            continue
        if call["operation"] == "products.update":
            yield unquote(call["path"].partition("/products/")[2]), call["status"]
        elif call["operation"] == "products_uuid.update":
            yield _identifier(call["path"].partition("/products-uuid/")[2], evidence), call["status"]
        elif call["operation"] in ("products.create", "products_uuid.create"):
            yield _identifier_in(call["body"]), call["status"]


def _identifier(uuid: str | None, evidence: Evidence) -> str | None:
    product = evidence.after.get((uuid or "").lower(), {})
    return product.get("identifier")


def _identifier_in(body: str | None) -> str | None:
    try:
        identifier: str | None = loads(body or "null")["identifier"]
    except (ValueError, TypeError, KeyError):
        return None
    return identifier


def listed(names: tuple[str, ...], shown: int = 3) -> str:
    """`1 product (a)`, `3 products (a, b, c)`, `12 products (a, b, c …)`."""
    return f"{len(names)} product{'s' * (len(names) != 1)} ({some(names, shown)})"


def some(names: tuple[str, ...], shown: int = 3) -> str:
    """`a, b, c …`"""
    return ", ".join(names[:shown]) + " …" * (len(names) > shown)
