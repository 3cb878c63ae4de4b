"""Writing products: in batches, and with a true report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import pairwise

from mock_akeneo.contract.evidence import Evidence, Run
from mock_akeneo.contract.products import by_identifier, flat, listed, told, written
from mock_akeneo.contract.rules._rule import Rule, shortfall, unfinished, worst
from mock_akeneo.contract.verdicts import Finding, broken, kept, not_seen
from mock_akeneo.core.json_types import Json
from mock_akeneo.scenarios.scenario import PUSHES

MAX_LINES = 100

_LISTS = ("products.update_list", "products_uuid.update_list")


def sends_at_most_100_lines(evidence: Evidence) -> Finding:
    """Sends batches of at most 100 products."""
    batches = [call for call in evidence.calls if call["operation"] in _LISTS]
    too_large = [
        call["id"]
        for call in batches
        # A gateway that takes even less is no fault of the connector.
        if (call["status"] == 413 and not call["fault"]) or len(call["lines"] or ()) > MAX_LINES
    ]
    if too_large:
        return broken(f"{len(too_large)} of {len(batches)} batches were too large", too_large[:5])
    if not any(len(run.pushed) > MAX_LINES and run.calls for run in evidence.runs):
        return not_seen(f"no more than {MAX_LINES} products were pushed")
    return kept(f"{len(batches)} batches were within {MAX_LINES} lines" if batches else "it wrote products one by one")


def reports_what_is_stored(evidence: Evidence) -> Finding:
    """Reports each product once: as accepted if it is stored, as refused if it is not."""
    return worst([_truth(run, evidence) for run in evidence.runs if run.action == "push"], "no push was asked for")


def _truth(run: Run, evidence: Evidence) -> Finding:
    if run.ending in ("unable", "unfinished"):
        return not_seen(run.why)
    if run.ending == "raised" and run.disturbed:
        return not_seen(f"the push ended with an error: {run.why}")
    if sentence := unfinished(run):
        return broken(sentence, [call["id"] for call in run.calls[-3:]])
    report = told(run, evidence)
    if report.malformed:
        return broken(report.malformed)
    for names, sentence in (
        (report.accepted_not_stored, "it reported {} as accepted, which the PIM does not hold as pushed"),
        (report.refused_but_stored, "it reported {} as refused, which the PIM holds as pushed"),
        (report.untold, "it reported {} neither as accepted nor as refused"),
        (report.twice, "it reported {} more than once"),
        (() if run.disturbed else report.groundless, "it reported {} as refused, which the PIM never refused"),
    ):
        if names:
            return broken(sentence.format(listed(names)), _mentioning(run, names))
    return kept(f"all {len(run.pushed)} products were reported as the PIM holds them")


def reports_refused_lines(evidence: Evidence) -> Finding:
    """Reports the products that the PIM refused, and writes the others of the same batch."""
    return worst([_refusals(run, evidence) for run in evidence.runs if run.action == "push"], "no push was asked for")


def _refusals(run: Run, evidence: Evidence) -> Finding:
    if run.ending in ("unable", "unfinished"):
        return not_seen(run.why)
    if not run.refusable:
        return not_seen("the PIM had nothing to refuse")
    if sentence := unfinished(run):
        return not_seen(sentence) if run.disturbed else broken(sentence, [call["id"] for call in run.calls[-3:]])
    report = told(run, evidence)
    if report.malformed:
        return broken(report.malformed)
    silent = tuple(sorted(run.refusable - set(report.refused)))
    if silent:
        return broken(f"the report does not name as refused {listed(silent)}", _mentioning(run, silent))
    after = by_identifier(evidence.after)
    unwritten = tuple(
        b["identifier"] for b in run.pushed if b["identifier"] not in run.refusable and b["identifier"] not in after
    )
    if unwritten:
        return broken(f"others of the batch were refused, and it did not write {listed(unwritten)}")
    return kept(f"all {len(run.refusable)} refused products were reported, the others written")


def sends_no_refused_line_again(evidence: Evidence) -> Finding:
    """Does not send a product again unchanged that the PIM refused."""
    return _lines_again(evidence, lambda status: status >= 400, "refused")


def sends_no_accepted_line_again(evidence: Evidence) -> Finding:
    """Does not send a product again that the PIM took, because others of its batch were refused."""
    return _lines_again(evidence, lambda status: status < 400, "accepted")


def _product_of(line: Json) -> str:
    """What the answer of a line names: the identifier, or the uuid where products were written by uuid."""
    return str(line.get("identifier") or line.get("uuid") or "")


def _lines_again(evidence: Evidence, meant: Callable[[int], bool], what: str) -> Finding:
    """Whether a product met such a status in more than one batch of a push in which some were refused."""
    for run in evidence.runs:
        lines = [(line, call["id"]) for call in run.calls for line in call["lines"] or ()]
        if run.action != "push" or not any(line["status_code"] >= 400 for line, _ in lines):
            continue
        seen = Counter(_product_of(line) for line, _ in lines if meant(line["status_code"]))
        again = tuple(product for product, times in seen.items() if product and times > 1)
        if again:
            return broken(f"it sent {listed(again)} again, {what} before", _mentioning(run, again))
        return kept(f"{len(seen)} products were {what}, each once")
    return not_seen("no line of a batch was refused")


def sends_no_unchanged_product_again(evidence: Evidence) -> Finding:
    """Does not send a product again that has not changed since the last push."""
    pushes = [run for run in evidence.runs if run.action == "push"]
    return worst([_unchanged(*pair, evidence) for pair in pairwise(pushes)], "there was no second push")


def _unchanged(first: Run, second: Run, evidence: Evidence) -> Finding:
    for run in (first, second):
        if run.ending != "finished":
            return not_seen(unfinished(run) or run.why)
    before, taken = {body["identifier"]: body for body in first.pushed}, written(first, evidence)
    unchanged = [
        b["identifier"] for b in second.pushed if before.get(b["identifier"]) == b and b["identifier"] in taken
    ]
    if not unchanged:
        return not_seen("nothing that the first push had written came again")
    sent = written(second, evidence)
    if again := tuple(identifier for identifier in unchanged if identifier in sent):
        return broken(f"it sent {listed(again)} again, unchanged since the last push", _mentioning(second, again))
    return kept(f"{len(unchanged)} products that had not changed were not sent again")


def writes_a_product_after_those_that_it_names(evidence: Evidence) -> Finding:
    """Writes a product after those that its associations name."""
    return worst([_in_order(run, evidence) for run in evidence.runs if run.action == "push"], "no push was asked for")


def _in_order(run: Run, evidence: Evidence) -> Finding:
    naming = {body["identifier"]: body["associations"] for body in run.pushed if body.get("associations")}
    if not naming:
        return not_seen("no product that was pushed named another")
    if run.ending != "finished":
        return not_seen(unfinished(run) or run.why)
    after = by_identifier(evidence.after)
    lost = tuple(i for i, named in naming.items() if not _named(named) <= _named(after.get(i, {}).get("associations")))
    if lost:
        return broken(f"{listed(lost)} came before what they name, and were not written so", _mentioning(run, lost))
    return kept(f"{len(naming)} products were written with the later ones that they name")


def _named(associations: Json | None) -> set[tuple[str, str]]:
    """Association type and product of each association."""
    return {(kind, name) for kind, linked in (associations or {}).items() for name in linked.get("products", ())}


def loses_nothing_that_others_need(evidence: Evidence) -> Finding:
    """Loses nothing where entities need each other: models and variants, options and the products that use them."""
    return _stored(evidence, "push_models", "push_options")


def uploads_the_files_of_products(evidence: Evidence) -> Finding:
    """Uploads the file of each media value, also when an upload is refused for a moment or its answer is lost."""
    return _stored(evidence, "push_media")


def _stored(evidence: Evidence, *actions: str) -> Finding:
    return worst(
        [_all_of(run) for run in evidence.runs if run.action in actions], f"no {' or '.join(actions)} was asked for"
    )


def _all_of(run: Run) -> Finding:
    if run.ending in ("unable", "unfinished"):
        return not_seen(run.why)
    if not run.pushed:
        return not_seen("the catalog has nothing of which such a push could be made")
    if missing := shortfall(run):
        ended = unfinished(run)
        return broken(f"{missing}; {ended}" if ended else missing, _refusals_of(run)[:5])
    return kept(f"all {len(run.pushed)} entities are stored as they were given")


def is_refused_nothing_for_what_comes_later(evidence: Evidence) -> Finding:
    """Writes an entity after those that it needs, so that none is refused for want of another."""
    return worst([_in_turn(run) for run in evidence.runs if run.action in PUSHES], "no such push was asked for")


def _in_turn(run: Run) -> Finding:
    if run.ending in ("unable", "unfinished") or not run.pushed:
        return not_seen(run.why or "the catalog has nothing of which such a push could be made")
    if run.lacking:
        return not_seen(shortfall(run))
    if refused := _refusals_of(run):
        return broken(f"an entity was refused for want of another in {len(refused)} of its calls", refused[:5])
    return kept(f"none of {len(run.pushed)} entities was refused on the way")


def _refusals_of(run: Run) -> list[int]:
    """The calls in which an entity was refused that was right but for its moment."""
    return [
        call["id"]
        for call in run.calls
        if any(line["status_code"] in (404, 422) for line in call["lines"] or ())
        or (call["method"] in ("POST", "PATCH") and call["operation"] != "token" and call["status"] in (404, 422))
    ]


def wipes_nothing(evidence: Evidence) -> Finding:
    """Leaves alone the values that a push does not name."""
    return worst([_survivors(run, evidence) for run in evidence.runs if run.action == "push"], "no push was asked for")


def _survivors(run: Run, evidence: Evidence) -> Finding:
    before, after = by_identifier(evidence.before), by_identifier(evidence.after)
    updated = [body for body in run.pushed if body["identifier"] in before]
    if not updated or not any(
        (call["status"] or 999) < 300 for call in run.calls if call["method"] in ("PATCH", "POST")
    ):
        return not_seen("no product that was there before was written")
    wiped = []
    for body in updated:
        identifier = body["identifier"]
        stored, named = after.get(identifier), flat(body.get("values"))
        kept_values = {} if stored is None else flat(stored["values"])
        if any(
            key not in named and kept_values.get(key) != data
            for key, data in flat(before[identifier]["values"]).items()
        ):
            wiped.append(identifier)
    if wiped:
        return broken(
            f"values that the push did not name were lost in {listed(tuple(wiped))}", _mentioning(run, tuple(wiped))
        )
    return kept(f"{len(updated)} products kept what the push did not name")


def _mentioning(run: Run, names: tuple[str, ...]) -> list[int]:
    """The calls in which these products were written, as far as the journal tells."""
    wanted = set(names)
    return [call["id"] for call in run.calls if any(_product_of(line) in wanted for line in call["lines"] or ())][:5]


RULES = (
    Rule(
        id="PUSH-01",
        level="should",
        judge=sends_at_most_100_lines,
        condition="more than 100 products were pushed",
        why="A batch of more than 100 lines is refused as a whole with 413 and has to be sent again in parts.",
        source="https://api.akeneo.com/api-reference.html#patch_products",
        fix="Split what you push into batches of 100 lines before you send it.",
        scenarios=("calm", "busy"),
    ),
    Rule(
        id="PUSH-02",
        level="must",
        judge=reports_what_is_stored,
        condition="a push was over, without an error that the scenario provoked",
        why="200 does not mean stored: a batch is answered with one status for each line. Whoever reads "
        "only the first "
        "reports products as written that are not there.",
        source="https://github.com/akeneo/pim-community-dev/pull/5808",
        fix="Read every line of the answer: 201 and 204 are accepted, all others are refused, and a product "
        "whose line is "
        "missing has to be sent again.",
        scenarios=(
            "calm",
            "refused-lines",
            "token-expires-mid-run",
            "throttled",
            "busy",
            "server-errors",
            "broken-connections",
            "index-lag",
            "pushed-again",
        ),
    ),
    Rule(
        id="PUSH-03",
        level="must",
        judge=reports_refused_lines,
        condition="products were pushed that the PIM refuses",
        why="A product that was refused and not reported is missed by customers before it is missed by anyone else.",
        source="https://api.akeneo.com/api-reference.html#patch_products",
        fix="Report each line with a status of 400 or more with its identifier and message, and go on with the others.",
        scenarios=("refused-lines",),
    ),
    Rule(
        id="PUSH-04",
        level="must",
        judge=wipes_nothing,
        condition="a product that was there before was written",
        why="PATCH merges. Whoever deletes and creates, or sends null for what it does not know, destroys "
        "others' work.",
        source="https://api.akeneo.com/documentation/update.html",
        fix="Send only what you want to change, with PATCH.",
        scenarios=("calm",),
    ),
    Rule(
        id="PUSH-05",
        level="must",
        judge=sends_no_refused_line_again,
        condition="lines of a batch were refused",
        why="A line that breaks a rule breaks it again. Its tries use up limits and hide the true reason.",
        source="https://api.akeneo.com/api-reference.html#patch_products",
        fix="Report a line of 4xx with its message at once; send again only lines of a batch that got no answer.",
        scenarios=("refused-lines",),
    ),
    Rule(
        id="PUSH-06",
        level="should",
        judge=sends_no_accepted_line_again,
        condition="lines of a batch were refused",
        why="Each write costs the PIM a save, an event and an entry of its index, also when nothing changes.",
        source="https://api.akeneo.com/documentation/good-practices.html",
        fix="Read the status of each line, and leave out of the next try what was taken.",
        scenarios=("refused-lines",),
    ),
    Rule(
        id="PUSH-07",
        level="should",
        judge=sends_no_unchanged_product_again,
        condition="the same products were pushed twice",
        why="Each write costs calls of your limit, and tells everyone who listens to events that something changed.",
        source="https://api.akeneo.com/documentation/good-practices.html",
        fix="Remember a digest of what each product was when it was last accepted (`state_folder` is a place for it), "
        "and send only those that differ.",
        scenarios=("pushed-again",),
    ),
    Rule(
        id="PUSH-08",
        level="should",
        judge=writes_a_product_after_those_that_it_names,
        condition="a product was pushed that names a later one in its associations",
        why="The PIM refuses a product that names another which is not there yet, also when that one comes later in "
        "the same batch.",
        source="https://github.com/akeneo/pim-community-dev/pull/6631, "
        "https://github.com/akeneo/pim-community-dev/pull/6694",
        fix="Send the products that name no other of the same push first, wait for the answers, then those that do.",
        scenarios=("associated-products",),
    ),
    Rule(
        id="PUSH-09",
        level="must",
        judge=loses_nothing_that_others_need,
        condition="models with variants, or options with products that use them, were pushed",
        why="A variant whose model is not there yet is refused, and so is a product with an option that is not there: "
        "whoever takes them as they come loses them.",
        source="https://github.com/akeneo/pim-community-dev/pull/6631, "
        "https://github.com/webgriffe/SyliusAkeneoPlugin/issues/76",
        fix="Send root models, then the models below them, then variants; and options before the products that use "
        "them. Wait for the answers before the next level.",
        scenarios=("models-and-variants", "new-options"),
    ),
    Rule(
        id="PUSH-10",
        level="should",
        judge=is_refused_nothing_for_what_comes_later,
        condition="models with variants, options with products that use them, or products with files were pushed",
        why="Whoever repeats what was refused until all is there makes calls in vain, and cannot tell a wrong order "
        "from a wrong product.",
        source="https://github.com/akeneo/pim-community-dev/pull/6631",
        fix="Sort by what needs what: options, root models, models below them, products, files.",
        scenarios=("models-and-variants", "new-options", "media-files"),
    ),
    Rule(
        id="PUSH-11",
        level="must",
        judge=uploads_the_files_of_products,
        condition="products with files were pushed",
        why="The upload of a file is the most asked-about call: a path is no value, and an image whose upload met a "
        "429 is missed in the shop only.",
        source="https://github.com/akeneo/pim-community-dev/issues/18578, "
        "https://github.com/akeneo/pim-community-dev/issues/16040",
        fix="Write the product first, then POST `/media-files` as multipart with `product` (JSON as plain text) and "
        "`file`; repeat an upload that was put off as any other call.",
        scenarios=("media-files",),
    ),
)
