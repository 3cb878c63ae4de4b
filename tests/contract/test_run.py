from __future__ import annotations

import gc
from dataclasses import replace

import httpx
import pytest

from mock_akeneo.contract.adapters import adapter_for
from mock_akeneo.contract.evidence import Evidence
from mock_akeneo.contract.rules import PROFILES, RULES, Rule
from mock_akeneo.contract.run import Report, chosen, run, verdict
from mock_akeneo.contract.verdicts import Finding, Kind, Level, Verdict, broken, kept, not_seen
from mock_akeneo.scenarios.scenario import Scenario
from tests.contract.journal import TOLD, call, evidence, pull


def rule(level: Level, **findings: Finding) -> Rule:
    """A rule that finds in each scenario what is given here."""

    def judge(evidence: Evidence) -> Finding:
        """Does as it is told."""
        return findings[evidence.scenario]

    return Rule(
        id="X-01",
        level=level,
        judge=judge,
        condition="something happened",
        why="",
        source="",
        fix="",
        scenarios=("a", "b"),
    )


@pytest.mark.parametrize(
    ("level", "a", "b", "kind", "scenario"),
    [
        ("must", kept("well"), broken("bad"), "fail", "b"),
        ("should", kept("well"), broken("bad"), "advice", "b"),
        ("must", not_seen("no"), kept("well"), "pass", "b"),
        ("must", kept("one"), kept("two"), "pass", "a"),
        ("must", not_seen("one"), not_seen("two"), "not_seen", "a"),
    ],
)
def test_the_most_telling_scenario_decides(level: Level, a: Finding, b: Finding, kind: Kind, scenario: str) -> None:
    told = verdict(rule(level, a=a, b=b), {name: evidence(scenario=name) for name in ("a", "b")})
    assert (told.kind, told.scenario) == (kind, scenario)


def test_what_was_not_seen_is_told_with_the_condition_and_the_reason() -> None:
    told = verdict(rule("must", a=not_seen("it was over")), {"a": evidence(scenario="a")})
    assert told.why == "it was not seen that something happened: it was over"


def test_a_rule_whose_scenarios_were_not_played_is_not_seen() -> None:
    told = verdict(rule("must"), {})
    assert (told.kind, told.why) == (
        "not_seen",
        "it was not seen that something happened: none of its scenarios was played",
    )


def test_where_we_fail_ourselves_the_other_verdicts_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that broke under the kit ended a whole run once, without a report."""

    def play(scenario: Scenario, *_: object, **__: object) -> Evidence:
        if scenario.name == "calm":
            raise httpx.ReadError("Connection reset by peer")
        return evidence(scenario=scenario.name)

    def judge(told: Evidence) -> Finding:
        """Is kept in all scenarios but one, on which it stumbles."""
        return kept("well") if told.scenario == "events" else {}[told.scenario]  # type: ignore[index]

    monkeypatch.setattr("mock_akeneo.contract.run.play", play)
    rules = [
        replace(rule("must"), id=id_, judge=judge, scenarios=scenarios)
        for id_, scenarios in {"X-01": ("calm",), "X-02": ("calm", "events"), "X-03": ("server-errors",)}.items()
    ]
    report = run(adapter_for(connector=None, command="true {action}"), rules)
    assert [(verdict.rule, verdict.kind) for verdict in report.verdicts] == [
        ("X-01", "not_seen"),
        ("X-02", "pass"),
        ("X-03", "not_seen"),
    ]
    assert [note.partition(" (")[0] for note in report.notes] == [
        "mock-akeneo itself failed in calm: ReadError: Connection reset by peer",
        "mock-akeneo itself failed in X-03: KeyError: 'server-errors'",
    ]
    assert "mock-akeneo itself failed in calm" in report.verdicts[0].why
    assert report.exit_code() == 3


def test_of_a_judged_scenario_nothing_is_kept_but_what_a_report_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """All products and bodies of all scenarios were held until the end once: 1.2 GB."""
    told = replace(TOLD, username="of this test")

    def play(scenario: Scenario, *_: object, **__: object) -> Evidence:
        return evidence(pull(call(1)), scenario=scenario.name, told=told)

    monkeypatch.setattr("mock_akeneo.contract.run.play", play)
    rules = [replace(rule("must", calm=kept("well"), events=kept("well")), scenarios=("calm", "events"))]
    report = run(adapter_for(connector=None, command="true {action}"), rules)
    assert {name: len(played.timeline["calls"]) for name, played in report.played.items()} == {"calm": 1, "events": 1}
    gc.collect()
    assert [each.scenario for each in gc.get_objects() if isinstance(each, Evidence) and each.told is told] == []


def report(*kinds: Kind) -> Report:
    verdicts = [
        Verdict(rule=f"X-{number}", level="must", kind=kind, sentence="", scenario="", why="")
        for number, kind in enumerate(kinds)
    ]
    return Report(connector="x", flags=(), seed=0, verdicts=tuple(verdicts))


def test_the_exit_code_tells_good_broken_and_nothing_seen() -> None:
    assert report("pass", "not_seen", "advice").exit_code() == 0
    assert report("pass", "fail").exit_code() == 1
    assert report("not_seen", "not_seen").exit_code() == 5
    assert report("advice", "not_seen").exit_code() == 5
    assert report().exit_code() == 5


def test_advice_and_unseen_rules_fail_on_demand() -> None:
    assert report("pass", "advice").exit_code(strict=True) == 1
    assert report("pass", "advice").exit_code(fail_on=["advice"]) == 1
    assert report("pass", "not_seen").exit_code(fail_on=["not_seen"]) == 1
    assert report("pass", "not_seen").exit_code(strict=True) == 0


def test_rules_are_chosen_by_id_group_or_glob() -> None:
    assert [r.id for r in chosen()] == list(RULES)
    assert [r.id for r in chosen(["thr-02", "AUTH-0[12]"])] == ["AUTH-01", "AUTH-02", "THR-02"]
    assert [r.id for r in chosen(["P*-01"])] == ["PULL-01", "PUSH-01"]
    assert {r.id for r in chosen([], ["AUTH", "P*", "RET", "MAP", "EVT", "*-0[2-9]", "*-10"])} == {
        "THR-01",
        "SEC-01",
        "LOG-01",
    }


@pytest.mark.parametrize("profile", PROFILES)
def test_every_name_of_a_profile_names_a_rule(profile: str) -> None:
    assert all(chosen([name]) for name in PROFILES[profile])


def test_an_unknown_rule_is_told_with_what_was_meant() -> None:
    with pytest.raises(ValueError, match=r'no rule is called "THR-001": did you mean THR-01\?'):
        chosen(["THR-001"])
    with pytest.raises(ValueError, match=r'no rule is called "zzz": there are AUTH-01, '):
        chosen([], ["zzz"])


def test_every_rule_says_all_there_is_to_say() -> None:
    for id_, known in RULES.items():
        assert known.id == id_
        assert known.sentence.endswith(".")
        assert all((known.condition, known.why, known.source, known.fix, known.scenarios)), id_
