"""A connector that is a command is judged like one that is a Python factory."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from mock_akeneo.contract.adapters import Command, adapter_for
from mock_akeneo.contract.evidence import Action
from mock_akeneo.contract.rules import RULES
from mock_akeneo.contract.run import run

SCRIPT = Path(__file__).with_name("command_connector.py")


def test_the_reference_connector_as_a_command_passes() -> None:
    command = Command(f"{shlex.quote(sys.executable)} {shlex.quote(str(SCRIPT))} {{action}}")
    rules = [RULES[rule] for rule in ("AUTH-01", "PULL-04", "PUSH-03", "PUSH-04", "MAP-01", "SEC-01", "LOG-01")]
    verdicts = run(command, rules).verdicts
    assert {verdict.rule: verdict.kind for verdict in verdicts} == {rule.id: "pass" for rule in rules}


PUSHES: list[Action] = ["push_models", "push_options", "push_media"]


def test_models_options_and_files_are_asked_only_of_a_command_that_offers_them() -> None:
    rules = [RULES[rule] for rule in ("PUSH-09", "PUSH-10", "PUSH-11", "THR-10")]
    words = f"{shlex.quote(sys.executable)} {shlex.quote(str(SCRIPT))} {{action}}"
    offering = run(adapter_for(connector=None, command=words, actions=PUSHES), rules)
    assert {verdict.rule: verdict.kind for verdict in offering.verdicts} == {rule.id: "pass" for rule in rules}
    usual = run(Command(words), rules)
    assert {verdict.kind for verdict in usual.verdicts} == {"not_seen"}


def test_a_command_that_does_nothing_is_caught() -> None:
    verdicts = run(Command("true {action}"), [RULES["PULL-02"], RULES["PUSH-04"], RULES["SEC-01"]]).verdicts
    assert [verdict.kind for verdict in verdicts] == ["not_seen", "not_seen", "not_seen"]
    [verdict] = run(Command("true {action}"), [RULES["PUSH-03"]]).verdicts
    assert (verdict.kind, verdict.why) == (
        "fail",
        "the report does not name as refused 20 products (contract-0001, contract-0012, contract-0023 …)",
    )
