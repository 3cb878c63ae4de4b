"""The commands of the kit, as far as nothing has to be played."""

from __future__ import annotations

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
        "  scenarios: throttled\n"
        f"  why:       {rule.why}\n"
        f"  to do:     {rule.fix}\n"
        f"  source:    {rule.source}\n"
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["explain", "THR-1"], 'Error: no rule is called "THR-1": did you mean THR-01?\n'),
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
