"""Reading products: all of them, once, as they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any
from urllib.parse import parse_qsl

from mock_akeneo.contract.evidence import Evidence, Run, refused_by
from mock_akeneo.contract.products import by_identifier, called, holds, keys_of, listed, pulled
from mock_akeneo.contract.rules._rule import Rule, unfinished, worst
from mock_akeneo.contract.verdicts import Finding, broken, kept, not_seen
from mock_akeneo.core.json_types import Json, loads

LIMIT_OF_A_PAGE = 10
"""Where none is asked for."""
MOST_ITEMS = 100
_LISTS = ("products.list", "products_uuid.list")
NEAR = timedelta(days=2)
"""An overlap of this length is an honest one: some ask by whole days."""


def pulls_every_product_once(evidence: Evidence) -> Finding:
    """Hands over every product that it asked for exactly once."""
    return worst(
        [_completeness(run, evidence) for run in evidence.runs if run.action == "pull"],
        "no pull was asked for",
    )


def _completeness(run: Run, evidence: Evidence) -> Finding:
    if run.ending in ("unable", "unfinished"):
        return not_seen(run.why)
    handed = pulled(run, evidence)
    for names, sentence in (
        (handed.twice, "it handed over {} more than once"),
        (handed.foreign, "it handed over {} that the PIM does not hold"),
    ):
        if names:
            return broken(sentence.format(listed(names)))
    if run.ending == "raised" and run.disturbed:
        # To raise is honest; whether it had to is for the rule about that trouble to say.
        return not_seen(f"the pull ended with an error: {run.why}")
    if sentence := unfinished(run):
        return broken(sentence, [call["id"] for call in run.calls[-3:]])
    if handed.missing:
        return broken(
            f"the pull ended without an error but did not hand over {listed(handed.missing)}",
            [call["id"] for call in run.calls[-3:]],
        )
    return kept(f"{len(run.items)} products were handed over, each once")


def hands_over_values_as_they_are(evidence: Evidence) -> Finding:
    """Hands over the values of a product as the PIM gave them, for every channel and locale."""
    return worst([_fidelity(run, evidence) for run in evidence.runs if run.action == "pull"], "no pull was asked for")


def _fidelity(run: Run, evidence: Evidence) -> Finding:
    if not run.items:
        return not_seen(run.why or "nothing was handed over")
    altered = pulled(run, evidence).altered
    if altered:
        return broken(f"the values of {listed(altered)} are not those of the PIM")
    return kept(f"the values of {len(run.items)} products are those of the PIM")


def pulls_all_while_the_catalog_changes(evidence: Evidence) -> Finding:
    """Hands over once what is there all through, though products are created, changed and deleted between the pages."""
    if not any(call["moved"] for call in evidence.calls):
        return not_seen("the catalog did not change between two pages")
    return worst([pulls_every_product_once(evidence), hands_over_values_as_they_are(evidence)], "")


def pulls_lists_of_any_length(evidence: Evidence) -> Finding:
    """Reads a list of any length: of none, one, 10, 100 and 101 products."""
    return pulls_every_product_once(evidence)


def pulls_what_changed_since(evidence: Evidence) -> Finding:
    """Hands over what was updated since the last pull: all of it, and not the whole catalog."""
    return worst([_delta(run, evidence) for run in evidence.runs if run.since], "no pull was told since when")


def _delta(run: Run, evidence: Evidence) -> Finding:
    if run.ending in ("unable", "unfinished"):
        return not_seen(run.why)
    if sentence := unfinished(run):
        return broken(sentence, [call["id"] for call in run.calls[-3:]])
    since = datetime.fromisoformat(run.since)
    changed, old = _changed(evidence, since), _unchanged(evidence, since - NEAR)
    if not changed:
        return not_seen("nothing was changed after the first pull had begun")
    names = {name for product in old.values() for name in (product["uuid"], product.get("identifier")) if name}
    handed = keys_of(run.items, evidence)
    missing = tuple(sorted(called(product) for uuid, product in changed.items() if uuid not in handed))
    if missing:
        return broken(f"it did not hand over {listed(missing)}, updated since {run.since}")
    if stale := tuple(sorted(called(old[uuid]) for uuid in set(handed) if uuid in old)):
        return broken(f"it handed over {listed(stale)}, not updated since {run.since}")
    lists = [call for call in run.calls if names & set(call["items"] or ())]
    read = sum(len(names & set(call["items"])) for call in lists)
    if read > len(old) / 2:
        return broken(f"it read {read} products that were not updated since {run.since}", [c["id"] for c in lists[:5]])
    return kept(f"it handed over the {len(changed)} products that were updated since {run.since}")


def _changed(evidence: Evidence, since: datetime) -> dict[str, Json]:
    return {uuid: p for uuid, p in evidence.after.items() if datetime.fromisoformat(p["updated"]) > since}


def _unchanged(evidence: Evidence, since: datetime) -> dict[str, Json]:
    return {uuid: p for uuid, p in evidence.after.items() if datetime.fromisoformat(p["updated"]) < since}


def asks_with_an_overlap(evidence: Evidence) -> Finding:
    """Asks for a little more than was updated since the last pull, because lists lag behind."""
    asked = [
        (call["id"], moment)
        for run in evidence.runs
        if run.since
        for call in run.calls
        for moment in _moments(call["query"])
        if moment <= datetime.fromisoformat(run.since) + NEAR
    ]
    if not asked:
        return not_seen("no list was asked for by the moment of the last pull")
    since = min(datetime.fromisoformat(run.since) for run in evidence.runs if run.since)
    late = [id_ for id_, moment in asked if moment > since - timedelta(seconds=1)]
    if late:
        return broken("it asked for what was updated since the very second in which the last pull began", late[:5])
    return kept(
        "it asked for what was updated since some time before the last pull began", [id_ for id_, _ in asked[:5]]
    )


def _moments(query: str) -> Iterator[datetime]:
    """The earliest moment that each `updated` of a search names, in UTC."""
    try:
        conditions = loads(dict(parse_qsl(query)).get("search", "{}")).get("updated", ())
    except (ValueError, AttributeError):
        return
    for condition in conditions:
        value = condition.get("value")
        value = value[0] if isinstance(value, list) and value else value
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            continue
        yield moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def asks_for_pages_of_100(evidence: Evidence) -> Finding:
    """Asks for pages of 100 products, where more than one page is needed."""
    lists = [call for call in evidence.calls if call["operation"] in _LISTS and call["items"]]
    if sum(len(call["items"]) for call in lists) <= MOST_ITEMS:
        return not_seen(f"no more than {MOST_ITEMS} products were read from lists")
    short = [call for call in lists if len(call["items"]) == _limit(call["query"]) < MOST_ITEMS]
    # A single small page may be a probe.
    if len(short) > 1:
        limit = _limit(short[0]["query"])
        return broken(f"it asked {len(short)} × for a page of {limit} products", [call["id"] for call in short[:5]])
    return kept(f"{len(lists)} pages were as large as can be", [call["id"] for call in lists[:5]])


def _limit(query: str) -> int:
    limit = dict(parse_qsl(query)).get("limit", "")
    return int(limit) if limit.isdecimal() else LIMIT_OF_A_PAGE


def hands_over_products_without_identifier(evidence: Evidence) -> Finding:
    """Hands over products without identifier by their uuid, each once."""
    return worst([_nameless(run, evidence) for run in evidence.runs if run.action == "pull"], "no pull was asked for")


def _nameless(run: Run, evidence: Evidence) -> Finding:
    if run.ending in ("unable", "unfinished"):
        return not_seen(run.why)
    nameless = [uuid for uuid, product in evidence.after.items() if product.get("identifier") is None]
    if not nameless:
        return not_seen("no product was without identifier")
    if run.ending == "raised" and any(refused_by(call) or call["fault"] for call in run.calls):
        return not_seen(f"the pull ended with an error: {run.why}")
    if sentence := unfinished(run):
        return broken(sentence, [call["id"] for call in run.calls[-3:]])
    if (others := _completeness(run, evidence)).kind == "broken":
        return others
    times = Counter(keys_of(run.items, evidence))
    wrong = tuple(uuid for uuid in nameless if uuid in run.asked and times[uuid] != 1)
    if wrong:
        return broken(f"it did not hand over {listed(wrong)} without identifier, or more than once")
    if not any(uuid in run.asked for uuid in nameless):
        return kept("the list that it asked for has no products without identifier; it handed over all others")
    return kept(f"{len(nameless)} products without identifier were handed over, each once")


def reads_beyond_10000_products(evidence: Evidence) -> Finding:
    """Reads a catalog of more than 10,000 products to its end."""
    return pulls_every_product_once(evidence)


def hands_over_what_was_pushed(evidence: Evidence) -> Finding:
    """Hands over what was pushed before, with the values that were pushed."""
    rounds = [
        _round_trip(push, pull, evidence)
        for push, pull in combinations(evidence.runs, 2)
        if (push.action, pull.action) == ("push", "pull")
    ]
    return worst(rounds, "no pull was asked for after a push")


def _round_trip(push: Run, pull: Run, evidence: Evidence) -> Finding:
    for run in (push, pull):
        if run.ending in ("unable", "unfinished"):
            return not_seen(run.why)
        if sentence := unfinished(run):
            return not_seen(sentence) if run.disturbed else broken(sentence, [call["id"] for call in run.calls[-3:]])
    stored = by_identifier(evidence.after)
    there = [body for body in push.pushed if holds(stored.get(body["identifier"]), body)]
    if not there:
        return not_seen("nothing that was pushed was stored")
    items = dict(zip(keys_of(pull.items, evidence), pull.items, strict=True))
    lost = tuple(
        body["identifier"] for body in there if not _came_back(items.get(stored[body["identifier"]]["uuid"]), body)
    )
    if lost and pull.disturbed:
        return not_seen("the scenario stood in the way of the pull")  # a list may lag behind
    if lost:
        return broken(f"it pushed {listed(lost)} and did not hand them over as they were pushed")
    return kept(f"{len(there)} products that it pushed were handed over as they were pushed")


def _came_back(item: Any, body: Json) -> bool:
    """What is not handed over besides the values does not count."""
    if not isinstance(item, dict) or not isinstance(item.get("values"), dict):
        return False
    return holds(item, {name: value for name, value in body.items() if name in item})


RULES = (
    Rule(
        id="PULL-01",
        level="must",
        judge=pulls_every_product_once,
        condition="a pull was over, without an error that the scenario provoked",
        why="A page that is skipped, or a list that ends early without an error, looks like a shop with "
        "fewer products.",
        source="https://api.akeneo.com/documentation/pagination.html, "
        "https://github.com/akeneo/magento2-connector-community/issues/679",
        fix="Follow `_links.next` until there is none, with `pagination_type=search_after`. Raise on every "
        "answer that "
        "is no page.",
        scenarios=(
            "calm",
            "token-expires-mid-run",
            "throttled",
            "busy",
            "server-errors",
            "broken-connections",
            "index-lag",
        ),
    ),
    Rule(
        id="PULL-02",
        level="must",
        judge=hands_over_values_as_they_are,
        condition="a product was handed over",
        why="A value belongs to an attribute, a channel and a locale; one that loses them lands in the wrong shop.",
        source="https://api.akeneo.com/concepts/products.html, https://github.com/Agence-DnD/PIMGento-2-API/issues/123",
        fix="Keep every entry of `values` with its `scope`, `locale` and `data`; keep numbers that come as "
        "text as text.",
        scenarios=("calm",),
    ),
    Rule(
        id="PULL-03",
        level="must",
        judge=pulls_all_while_the_catalog_changes,
        condition="the catalog changed between two pages",
        why="Pages by number move when a product is deleted: the first one of the next page is on this page by then, "
        "and is lost.",
        source="https://api.akeneo.com/documentation/pagination.html",
        fix="Use `pagination_type=search_after` and follow `_links.next`.",
        scenarios=("drift",),
    ),
    Rule(
        id="PULL-04",
        level="must",
        judge=pulls_what_changed_since,
        condition="a second pull was told since when, and products had been updated",
        why="A whole catalog takes hours of calls. What changed takes minutes, if nothing of it is missed.",
        source="https://api.akeneo.com/documentation/filter.html#filter-on-product-properties",
        fix='Search for {"updated": [{"operator": ">", "value": "…"}]} with the moment in UTC.',
        scenarios=("delta",),
    ),
    Rule(
        id="PULL-05",
        level="should",
        judge=asks_with_an_overlap,
        condition="a second pull asked for what was updated since a moment",
        why="Lists come from a search index that lags behind writes. A product saved just before the last pull "
        "began may have been missing there, and is not later than that moment.",
        source="https://api.akeneo.com/documentation/troubleshooting.html",
        fix="Ask for what was updated since a minute before the last pull began; to take a product twice does no harm.",
        scenarios=("delta",),
    ),
    Rule(
        id="PULL-06",
        level="must",
        judge=pulls_lists_of_any_length,
        condition="a pull was over",
        why="The first page may be empty, and the last one full: then no next page follows.",
        source="https://api.akeneo.com/documentation/pagination.html",
        fix="Look at `_links.next` alone: not at the number of items, and not at the number of pages.",
        scenarios=("0-products", "1-products", "10-products", "100-products", "101-products"),
    ),
    Rule(
        id="PULL-07",
        level="should",
        judge=asks_for_pages_of_100,
        condition="more than 100 products were read from lists",
        why="A page is 10 products if nothing else is asked for: ten times the calls, of a limit that all share.",
        source="https://api.akeneo.com/documentation/pagination.html, "
        "https://github.com/akeneo/magento2-connector-community/issues/70",
        fix="Send `limit=100` with the first page; `_links.next` keeps it.",
        scenarios=("calm",),
    ),
    Rule(
        id="PULL-08",
        level="must",
        judge=hands_over_products_without_identifier,
        condition="a pull was over and the catalog held products without identifier",
        why="Since 7.0 an identifier is optional. Whoever keeps products by it keeps one of all that have none.",
        source="https://github.com/akeneo/pim-community-dev/pull/17633, "
        "https://api.akeneo.com/getting-started/from-identifiers-to-uuid-7x/welcome.html",
        fix="Keep products by uuid, and take the identifier for a value that may be missing.",
        scenarios=("without-identifier",),
    ),
    Rule(
        id="PULL-09",
        level="must",
        judge=reads_beyond_10000_products,
        condition="a pull of more than 10,000 products was over",
        why="Pages by number end at 10,000 products with a 422: an import that worked for years stops when the catalog "
        "grows by one.",
        source="https://api.akeneo.com/documentation/pagination.html, "
        "https://github.com/webgriffe/SyliusAkeneoPlugin/pull/84",
        fix="Use `pagination_type=search_after` and follow `_links.next`; raise on a page that is refused.",
        scenarios=("10001-products",),
    ),
    Rule(
        id="PULL-10",
        level="must",
        judge=hands_over_what_was_pushed,
        condition="products were pushed and stored, and a pull followed",
        why="What goes into the PIM has to come out of it for the other shops, with what the PIM made of it.",
        source="https://api.akeneo.com/documentation/why-use-the-api.html",
        fix="Pull all that the PIM shows, whoever wrote it; merge nothing of your own into it.",
        scenarios=("round-trip",),
    ),
)
