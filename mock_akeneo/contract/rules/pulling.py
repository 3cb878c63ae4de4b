"""Reading products: all of them, once, as they are."""

from __future__ import annotations

from mock_akeneo.contract.evidence import Evidence, Run
from mock_akeneo.contract.products import listed, pulled
from mock_akeneo.contract.rules._rule import Rule, unfinished, worst
from mock_akeneo.contract.verdicts import Finding, broken, kept, not_seen


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
        scenarios=("calm", "token-expires-mid-run", "throttled", "busy"),
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
)
