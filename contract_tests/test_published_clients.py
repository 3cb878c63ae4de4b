"""Published clients on the bench: `docs/published-clients.md` has their verdicts of all scenarios, as facts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from contract_tests.published import CLIENTS, Unavailable
from mock_akeneo.contract.rules import RULES
from mock_akeneo.contract.run import play, verdict
from mock_akeneo.contract.scenarios import SCENARIOS

PAGE = (Path(__file__).parents[1] / "docs" / "published-clients.md").read_text("utf-8")
KINDS = {"pass": "pass", "**fail**": "fail", "advice": "advice", "not seen": "not_seen"}


def rows(section: str) -> list[list[str]]:
    """The cells of the rows about rules."""
    return [re.split(r"(?<!\\) \| ", line[2:-2]) for line in section.splitlines() if re.match(r"\| [A-Z]+-\d", line)]


OVERVIEW, *SECTIONS = re.split(r"^## ", PAGE, flags=re.MULTILINE)
TOLD = {section.partition("\n")[0]: rows(section) for section in SECTIONS}


def test_the_page_tells_of_each_client_in_its_version_and_of_each_rule() -> None:
    """After a rule or a version has changed: `scripts/soak --clients`."""
    assert list(TOLD) == list(CLIENTS)
    for (name, client), section in zip(CLIENTS.items(), SECTIONS, strict=True):
        assert f"[{name}]({client.link}) {client.version}: " in section
        assert [row[0] for row in TOLD[name]] == list(RULES)
    assert [row[0] for row in rows(OVERVIEW)] == list(RULES)


@pytest.mark.parametrize("scenario", ["calm", "token-expires-mid-run"])
@pytest.mark.parametrize("name", CLIENTS)
def test_a_verdict_of_the_page_is_what_the_scenario_shows(name: str, scenario: str) -> None:
    client = CLIENTS[name]
    try:
        client.available()
    except Unavailable as error:
        pytest.skip(str(error))
    told = {rule: KINDS[kind] for rule, kind, decided_by, _ in TOLD[name] if decided_by == scenario}
    evidence = {scenario: play(SCENARIOS[scenario], client.adapter)}
    assert {rule: verdict(RULES[rule], evidence).kind for rule in told} == told
    assert told != {}
