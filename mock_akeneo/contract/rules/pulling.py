"""Reading products: all of them, once, as they are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

from mock_akeneo.contract.evidence import Evidence, Run
from mock_akeneo.contract.products import called, key_of, listed, pulled
from mock_akeneo.contract.rules._rule import Rule, unfinished, worst
from mock_akeneo.contract.verdicts import Finding, broken, kept, not_seen
from mock_akeneo.core.json_types import Json, loads

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
    handed = [key_of(item, evidence) for item in run.items]
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
)
