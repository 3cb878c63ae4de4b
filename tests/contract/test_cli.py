"""The commands of the kit, as far as nothing has to be played."""

from __future__ import annotations

import shlex
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from mock_akeneo.cli import main
from mock_akeneo.contract.rules import RULES


def contract(*words: str) -> Result:
    return CliRunner().invoke(main, ["contract", *words])


def test_list_shows_every_rule_with_its_sentence() -> None:
    assert contract("list").output.splitlines() == [f"{r.id:<8} {r.level:<7} {r.sentence}" for r in RULES.values()]
    listed = orjson.loads(contract("list", "--format", "json").output)
    assert [rule["id"] for rule in listed] == list(RULES)


def test_explain_tells_what_why_where_from_and_what_to_do() -> None:
    rule = RULES["THR-01"]
    assert contract("explain", "thr-01").output == (
        "THR-01  Waits at least `Retry-After` before it repeats a call that was answered 429.\n"
        "  level:     must (a breach fails)\n"
        "  seen when: a call answered 429 with Retry-After was repeated\n"
        "  scenarios: told-to-wait, throttled\n"
        f"  why:       {rule.why}\n"
        f"  to do:     {rule.fix}\n"
        f"  source:    {rule.source}\n"
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["explain", "THR-001"], 'Error: no rule is called "THR-001": did you mean THR-01?\n'),
        (
            ["run"],
            'Error: which connector? Give --connector package.module:factory or --command "… {action}"\n',
        ),
        (["run", "--connector", "a:b", "--only", "AUT"], 'Error: no rule is called "AUT": did you mean AUTH?\n'),
        (
            ["run", "--connector", "a:b", "--report", "x.pdf"],
            'Error: "x.pdf" has no suffix of a report: write one of .json, .txt, .md, .html, .xml\n',
        ),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_code_2(words: list[str], message: str) -> None:
    result = contract(*words)
    assert (result.exit_code, result.stderr) == (2, message)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"a": 1}\n{"a"', ":2: no valid JSON: "),
        ("[]", ":1: a product is a JSON object"),
        ("\n", " holds no products"),
    ],
)
def test_a_broken_sample_is_told_with_its_line(tmp_path: Path, content: str, message: str) -> None:
    sample = tmp_path / "sample.jsonl"
    sample.write_text(content)
    result = contract("run", "--connector", "a:b", "--sample", str(sample))
    assert result.exit_code == 2
    assert result.stderr.startswith(f"Error: {sample}{message}")


def test_a_connector_that_is_not_there_is_told_once_played() -> None:
    result = contract("run", "--connector", "no.such:thing", "--only", "SEC", "--catalog", "minimal")
    assert result.exit_code == 2
    assert result.stderr.endswith("Error: cannot import no.such: No module named 'no'\n")


KEPT = {
    "schema": 1,
    "connector": "a:b",
    "seed": 0,
    "rules": [
        {
            "id": "SEC-01",
            "level": "must",
            "verdict": "fail",
            "known": False,
            "sentence": "Keeps it.",
            "scenario": "calm",
            "why": "it stood there",
            "evidence": [7],
            "fix": "Keep it.",
            "reproduce": "mock-akeneo contract run --only SEC-01",
        }
    ],
    "counts": {"pass": 0, "fail": 1, "advice": 0, "not_seen": 0},
    "notes": [],
    "timelines": [],
}


def test_a_kept_report_is_shown_and_written_in_other_forms(tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    kept.write_bytes(orjson.dumps(KEPT))
    shown = contract("report", str(kept), "--report", str(tmp_path / "r.md"), "--report", str(tmp_path / "r.html"))
    assert (shown.exit_code, "SEC-01 FAIL in calm: it stood there\n" in shown.output) == (0, True)
    assert (tmp_path / "r.md").read_text().startswith("# Contract of a:b\n")
    assert (tmp_path / "r.html").read_text().startswith("<!DOCTYPE html>\n")
    assert orjson.loads(contract("report", str(kept), "--format", "json").output) == KEPT


def test_a_report_that_is_none_is_told() -> None:
    result = contract("report", "no-such.json")
    assert (result.exit_code, result.stderr) == (2, "Error: cannot read no-such.json: No such file or directory\n")


LEAKS = """
import urllib.request

class Leaks:
    def __init__(self, settings):
        self.url = f"{settings.api_url}/api/rest/v1/products?limit=1&access_token={settings.api_key}"

    def pull(self, since=None):
        urllib.request.urlopen(self.url).read()
        return []
"""


def test_a_workflow_is_told_what_is_new_and_a_baseline_forgives_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "leaky_connector.py").write_text(LEAKS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    words = ("run", "--connector", "leaky_connector:Leaks", "--only", "SEC-01", "--catalog", "minimal")
    first = contract(*words, "--report", "baseline.json")
    assert (first.exit_code, "::error title=SEC-01 " in first.stderr) == (1, True)
    again = contract(*words, "--baseline", "baseline.json")
    assert "1 fail" in again.output
    assert (again.exit_code, "::error" in again.stderr) == (5, False)


def test_the_command_that_reproduces_a_failure_does_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "leaky_connector.py").write_text(LEAKS)
    monkeypatch.chdir(tmp_path)
    told = contract(
        *("run", "--connector", "leaky_connector:Leaks", "--only", "SEC-01", "--only", "AUTH-01"),
        *("--catalog", "minimal", "--patience", "40", "--format", "json"),
    )
    [failure] = [rule for rule in orjson.loads(told.stdout)["rules"] if rule["verdict"] == "fail"]
    assert failure["reproduce"] == (
        "mock-akeneo contract run --connector leaky_connector:Leaks"
        " --catalog minimal --patience 40 --only SEC-01 --seed 0"
    )
    again = CliRunner().invoke(main, [*shlex.split(failure["reproduce"])[1:], "--format", "json"])
    assert orjson.loads(again.stdout)["rules"] == [failure]
