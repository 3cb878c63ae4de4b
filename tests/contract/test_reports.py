from __future__ import annotations

import io
from pathlib import Path

import orjson
import pytest

from mock_akeneo.contract.reports import check_path, json_text, show, text, to_json, write
from mock_akeneo.contract.run import Report
from mock_akeneo.contract.verdicts import Verdict

PASS = Verdict(
    rule="AUTH-01", level="should", kind="pass", sentence="Sends it well.", scenario="calm", why="it did", evidence=(1,)
)
FAIL = Verdict(
    rule="SEC-01",
    level="must",
    kind="fail",
    sentence="Keeps it.",
    scenario="calm",
    why="it stood there",
    evidence=(7, 9),
)
UNSEEN = Verdict(rule="THR-01", level="must", kind="not_seen", sentence="Waits.", scenario="", why="no 429")
REPORT = Report(
    connector="my connector:make",
    flags=("--connector", "my connector:make"),
    seed=7,
    verdicts=(PASS, FAIL, UNSEEN),
    notes=("busy was played without its faults",),
)
REPRODUCE = "mock-akeneo contract run --connector 'my connector:make' --only {} --seed 7"


def test_the_json_holds_each_verdict_with_its_evidence() -> None:
    assert to_json(REPORT) == {
        "schema": 1,
        "connector": "my connector:make",
        "seed": 7,
        "rules": [
            {
                "id": "AUTH-01",
                "level": "should",
                "verdict": "pass",
                "sentence": "Sends it well.",
                "scenario": "calm",
                "why": "it did",
                "evidence": [1],
                "reproduce": REPRODUCE.format("AUTH-01"),
            },
            {
                "id": "SEC-01",
                "level": "must",
                "verdict": "fail",
                "sentence": "Keeps it.",
                "scenario": "calm",
                "why": "it stood there",
                "evidence": [7, 9],
                "reproduce": REPRODUCE.format("SEC-01"),
            },
            {
                "id": "THR-01",
                "level": "must",
                "verdict": "not_seen",
                "sentence": "Waits.",
                "scenario": None,
                "why": "no 429",
                "evidence": [],
                "reproduce": REPRODUCE.format("THR-01"),
            },
        ],
        "counts": {"pass": 1, "fail": 1, "advice": 0, "not_seen": 1},
        "notes": ["busy was played without its faults"],
    }
    assert orjson.loads(json_text(REPORT)) == to_json(REPORT)


def test_the_text_tells_verdicts_then_what_to_do_then_what_was_not_seen() -> None:
    assert text(REPORT) == (
        "Contract of my connector:make\n"
        "\n"
        "  AUTH-01  pass      Sends it well.\n"
        "  SEC-01   FAIL      Keeps it.\n"
        "  THR-01   not seen  Waits.\n"
        "\n"
        "SEC-01 FAIL in calm: it stood there\n"
        "  calls:     7, 9\n"
        "  to do:     Send credentials in the body of a POST or in the Authorization header, tokens in that header"
        " alone.\n"
        f"  reproduce: {REPRODUCE.format('SEC-01')}\n"
        "\n"
        "THR-01 not seen: no 429\n"
        "\n"
        "Note: busy was played without its faults\n"
        "1 pass · 1 fail · 0 advice · 1 not seen\n"
    )


def test_a_stream_that_is_no_terminal_gets_plain_text() -> None:
    out = io.StringIO()
    show(REPORT, out)
    assert out.getvalue() == text(REPORT)


def test_a_terminal_gets_the_same_words_in_colour() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    out = Terminal()
    show(REPORT, out)
    assert "\x1b[" in out.getvalue()
    assert "SEC-01 FAIL in calm: it stood there" in out.getvalue()


def test_a_report_is_written_as_its_suffix_says(tmp_path: Path) -> None:
    for name, content in (("r.json", json_text(REPORT)), ("r.txt", text(REPORT))):
        check_path(tmp_path / name)
        write(REPORT, tmp_path / name)
        assert (tmp_path / name).read_text("utf-8") == content


def test_a_file_that_can_be_no_report_is_told_before_anything_is_played(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r'"r.pdf" has no suffix of a report: write one of .json, .txt'):
        check_path(tmp_path / "r.pdf")
    with pytest.raises(ValueError, match="there is no folder "):
        check_path(tmp_path / "none" / "r.json")
