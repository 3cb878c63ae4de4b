from __future__ import annotations

import io
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, get_args
from urllib.parse import quote
from xml.etree import ElementTree

import jsonschema_rs
import orjson
import pytest

from mock_akeneo.contract.evidence import Action, Evidence, Run
from mock_akeneo.contract.reports import (
    FORMATS,
    check_path,
    json_text,
    kept_report,
    show,
    text,
    to_json,
    with_baseline,
    write,
)
from mock_akeneo.contract.reports.html import html
from mock_akeneo.contract.reports.junit import junit
from mock_akeneo.contract.reports.markdown import markdown
from mock_akeneo.contract.reports.terminal import workflow_commands
from mock_akeneo.contract.rules import RULES
from mock_akeneo.contract.run import Played, Report
from mock_akeneo.contract.verdicts import Verdict
from mock_akeneo.core.json_types import Json
from tests.contract.journal import TOLD, call, refused

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
TOLD_REPORT = to_json(REPORT)
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
                "known": False,
                "sentence": "Sends it well.",
                "scenario": "calm",
                "why": "it did",
                "evidence": [1],
                "fix": RULES["AUTH-01"].fix,
                "reproduce": REPRODUCE.format("AUTH-01"),
            },
            {
                "id": "SEC-01",
                "level": "must",
                "verdict": "fail",
                "known": False,
                "sentence": "Keeps it.",
                "scenario": "calm",
                "why": "it stood there",
                "evidence": [7, 9],
                "fix": RULES["SEC-01"].fix,
                "reproduce": REPRODUCE.format("SEC-01"),
            },
            {
                "id": "THR-01",
                "level": "must",
                "verdict": "not_seen",
                "known": False,
                "sentence": "Waits.",
                "scenario": None,
                "why": "no 429",
                "evidence": [],
                "fix": RULES["THR-01"].fix,
                "reproduce": REPRODUCE.format("THR-01"),
            },
        ],
        "counts": {"pass": 1, "fail": 1, "advice": 0, "not_seen": 1},
        "notes": ["busy was played without its faults"],
        "timelines": [],
    }
    assert orjson.loads(json_text(TOLD_REPORT)) == TOLD_REPORT


def test_the_text_tells_verdicts_then_what_to_do_then_what_was_not_seen() -> None:
    assert text(TOLD_REPORT) == (
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
    show(TOLD_REPORT, out)
    assert out.getvalue() == text(TOLD_REPORT)


def test_a_terminal_gets_the_same_words_in_colour() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    out = Terminal()
    show(TOLD_REPORT, out)
    assert "\x1b[" in out.getvalue()
    assert "SEC-01 FAIL in calm: it stood there" in out.getvalue()


def test_a_terminal_without_colours_gets_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("NO_COLOR", "1")
    out = Terminal()
    show(TOLD_REPORT, out)
    assert out.getvalue() == text(TOLD_REPORT)


def test_a_report_is_written_as_its_suffix_says(tmp_path: Path) -> None:
    for name, content in (
        ("r.json", json_text(TOLD_REPORT)),
        ("r.txt", text(TOLD_REPORT)),
        ("r.md", markdown(TOLD_REPORT)),
        ("r.html", html(TOLD_REPORT)),
        ("r.xml", junit(TOLD_REPORT)),
    ):
        check_path(tmp_path / name)
        write(TOLD_REPORT, tmp_path / name)
        assert (tmp_path / name).read_text("utf-8") == content


def test_a_file_that_can_be_no_report_is_told_before_anything_is_played(tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match=r'"r.pdf" has no suffix of a report: write one of .json, .txt, .md, .html, .xml'
    ):
        check_path(tmp_path / "r.pdf")
    with pytest.raises(ValueError, match="there is no folder "):
        check_path(tmp_path / "none" / "r.json")


THROTTLED = Evidence(
    scenario="calm",
    told=TOLD,
    runs=(
        Run(
            action="pull",
            ending="raised",
            why="<gave up>",
            calls=(
                call(1, "token", token_id="access-1"),
                call(2),
                refused(3),
                call(25, status=401, moved=["advance"]),
                call(26, status=500, path="/api/<b>"),
            ),
        ),
        Run(action="push", ending="unable"),
    ),
    limits=({"name": "throttle", "kind": "fixed_window", "limit": 1, "seconds": 2},),
)
DRAWN = replace(REPORT, played={"calm": Played.of(THROTTLED)})
SCHEMA_FILE = Path(__file__).parents[2] / "docs" / "contract-report.schema.json"


def test_every_report_is_as_the_published_schema_says() -> None:
    schema = jsonschema_rs.validator_for(orjson.loads(SCHEMA_FILE.read_bytes()))
    for report in (REPORT, DRAWN, with_baseline(REPORT, TOLD_REPORT)):
        schema.validate(orjson.loads(json_text(to_json(report))))
    assert not schema.is_valid(TOLD_REPORT | {"connectors": ["x"]})


@pytest.mark.parametrize("action", [*get_args(Action), "run"])
def test_a_report_on_any_action_is_as_the_published_schema_says(action: Any) -> None:
    schema = jsonschema_rs.validator_for(orjson.loads(SCHEMA_FILE.read_bytes()))
    left = Evidence(scenario="calm", told=TOLD, runs=(Run(action=action, ending="finished", calls=(call(1),)),))
    schema.validate(orjson.loads(json_text(to_json(replace(REPORT, played={"calm": Played.of(left)})))))


def test_a_timeline_tells_the_calls_of_the_scenario_from_its_first_on() -> None:
    [timeline] = to_json(DRAWN)["timelines"]
    assert (timeline["scenario"], timeline["left_out"]) == ("calm", 0)
    assert timeline["runs"] == [
        {"action": "pull", "ending": "raised", "why": "<gave up>"},
        {"action": "push", "ending": "unable", "why": ""},
    ]
    assert timeline["calls"][2] == {
        "id": 3,
        "action": "pull",
        "at": "2026-01-01T00:00:00+00:00",
        "received_ms": 200.0,
        "answered_ms": 210.0,
        "method": "GET",
        "path": "/api/rest/v1/products-uuid",
        "operation": "products_uuid.list",
        "status": 429,
        "refused_by": "throttle",
        "in_flight": 0,
        "token_id": "access-1",
        "fault": False,
        "moved": [],
    }


def test_a_long_timeline_is_cut_and_says_so() -> None:
    run = replace(THROTTLED.runs[0], calls=tuple(call(number) for number in range(1, 500)))
    told = to_json(replace(DRAWN, played={"calm": Played.of(replace(THROTTLED, runs=(run,)))}))
    assert [(len(timeline["calls"]), timeline["left_out"]) for timeline in told["timelines"]] == [(400, 99)]
    assert "99 later calls are not drawn." in html(told)


def test_the_page_stands_alone_and_draws_calls_windows_flight_tokens_and_jumps() -> None:
    page = html(to_json(DRAWN))
    for elsewhere in ("<script", "<link", "<img", "src=", "@import", "url(", "http://", "https://"):
        assert elsewhere not in page
    picture = page[page.index("<svg") : page.index("</svg>") + 6]
    assert [title.text for title in ElementTree.fromstring(picture).iter("title")] == [
        "a window, open 0.10 s to 2.10 s",
        "a window, open 2.40 s to 4.40 s",
        "#1 pull: POST /api/oauth/v1/token at 0.00 s, 200 after 10 ms",
        "#2 pull: GET /api/rest/v1/products-uuid at 0.10 s, 200 after 10 ms",
        "#3 pull: GET /api/rest/v1/products-uuid at 0.20 s, 429 after 10 ms, refused by throttle",
        "#25 pull: GET /api/rest/v1/products-uuid at 2.40 s, 401 after 10 ms",
        "#26 pull: GET /api/<b> at 2.50 s, 500 after 10 ms",
        "access-1: 4 calls, 2026-01-01T00:00:00+00:00 to 2026-01-01T00:00:00+00:00",
        "#25: 401 at 2026-01-01T00:00:00+00:00",
        "advance",
    ]


HOSTILE = replace(
    REPORT,
    connector="<script>|`x`",
    verdicts=(PASS, replace(FAIL, why="</p><b>\x00 | `` ]]> \x1b[31m\nnew: 100%, line")),
)


def test_what_a_connector_says_is_never_markup() -> None:
    told = to_json(HOSTILE)
    assert "<script>" not in html(told)
    assert "</p><b>" not in html(told)
    assert "\\<script\\>\\|\\`x\\`" in markdown(told)
    [failure] = ElementTree.fromstring(junit(told)).iter("failure")
    assert failure.get("message") == "</p><b>\\u0000 | `` ]]> \\u001b[31m\\u000anew: 100%, line"
    assert [line.partition("::calm")[0] for line in workflow_commands(told)] == ["::error title=SEC-01 Keeps it."]
    assert all("\n" not in line and "100%25" in line for line in workflow_commands(told))


STEERING: Final = "\x1b]0;a\x07\r\n\x9b2J\u202eb\u2066\u2028"


@pytest.mark.parametrize("form", FORMATS)
def test_what_a_connector_says_steers_nothing_and_shows_no_secret(form: str) -> None:
    """An error, a path and a note quote it; whoever opens the report reads what it was."""
    secret, token = "an odd/secret", "0123456789abcdef" * 5 + "012345"
    basic = b64encode(f"1_x:{secret}".encode()).decode()
    why = f"HTTPError: {STEERING} {quote(secret)} Basic {basic} for url: http://x/?access_token={token}"
    run = Run(action="pull", ending="raised", why=why, calls=(call(1, path=f"/api/{STEERING}"),))
    left = Evidence(scenario="calm", told=replace(TOLD, client_secret=secret), runs=(run,))
    hostile = replace(
        REPORT, connector=why, flags=("--command", why), verdicts=(replace(FAIL, why=why),), notes=(why,),
        played={"calm": Played.of(left)},
    )  # fmt: skip
    told = FORMATS[form](to_json(hostile))
    assert not set(told) & (set(STEERING) - set("ab]0;2J\n"))
    assert "\\u001b]0;a\\u0007" in told.replace("\\\\", "\\")
    for shown in (secret, quote(secret), basic, token):
        assert shown not in told


def cases(told: Json) -> list[tuple[str, list[str]]]:
    """Each test case of the JUnit report with what is inside of it."""
    suite = ElementTree.fromstring(junit(told))
    return [(case.get("name", "")[:7].strip(), [child.tag for child in case]) for case in suite.iter("testcase")]


def test_in_junit_rules_are_test_cases_and_only_a_new_fail_is_a_failure() -> None:
    advice = replace(PASS, rule="AUTH-02", kind="advice", why="could be better")
    report = replace(REPORT, verdicts=(*REPORT.verdicts, advice))
    told = to_json(report)
    assert cases(told) == [
        ("AUTH-01", []),
        ("SEC-01", ["failure"]),
        ("THR-01", ["skipped"]),
        ("AUTH-02", ["system-out"]),
    ]
    [suite] = ElementTree.fromstring(junit(told)).iter("testsuite")
    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "4",
        "failures": "1",
        "errors": "0",
        "skipped": "1",
    }
    assert cases(to_json(with_baseline(report, told)))[1] == ("SEC-01", ["skipped", "system-out"])


def test_in_markdown_a_row_tells_each_rule_and_a_section_each_breach() -> None:
    assert markdown(TOLD_REPORT) == (
        "# Contract of my connector:make\n\n1 pass · 1 fail · 0 advice · 1 not seen\n\n"
        "| rule | verdict | what it asks for | scenario | why |\n|---|---|---|---|---|\n"
        "| AUTH-01 | pass | Sends it well. | calm | it did |\n"
        "| SEC-01 | **FAIL** | Keeps it. | calm | it stood there |\n"
        "| THR-01 | not seen | Waits. |  | no 429 |\n\n"
        "## SEC-01 FAIL\n\nit stood there\n\n- calls of calm: 7, 9\n"
        "- to do: Send credentials in the body of a POST or in the Authorization header, tokens in that header alone.\n"
        f"- reproduce:\n\n      {REPRODUCE.format('SEC-01')}\n\n"
        "## Notes\n\n- busy was played without its faults\n"
    )


def test_what_a_baseline_names_fails_no_more_and_what_is_new_does() -> None:
    known = with_baseline(REPORT, TOLD_REPORT)
    assert (REPORT.exit_code(), known.exit_code(), known.exit_code(fail_on=["not_seen"])) == (1, 0, 0)
    assert list(workflow_commands(to_json(known))) == []
    assert "SEC-01 FAIL (known) in calm: it stood there\n" in text(to_json(known))
    assert text(to_json(known)).endswith("1 pass · 1 fail · 0 advice · 1 not seen · 2 known\n")
    worse = replace(REPORT, verdicts=(replace(PASS, kind="fail"), FAIL))
    assert with_baseline(worse, TOLD_REPORT).exit_code() == 1
    # A rule that was not seen before and fails now is no known failure.
    seen = replace(REPORT, verdicts=(PASS, replace(UNSEEN, kind="fail")))
    assert with_baseline(seen, TOLD_REPORT).exit_code() == 1


def test_what_is_mended_is_to_be_taken_out_of_the_baseline() -> None:
    mended = replace(REPORT, verdicts=(PASS, replace(FAIL, kind="pass")), notes=())
    assert with_baseline(mended, TOLD_REPORT).notes == ("SEC-01 passes now: take it out of the baseline",)


def test_a_kept_report_is_read_back(tmp_path: Path) -> None:
    write(to_json(DRAWN), tmp_path / "kept.json")
    assert kept_report(tmp_path / "kept.json") == to_json(DRAWN)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot read .*: No such file or directory"),
        ("{", "is no JSON"),
        ("[]", "is no report of the contract: write one with --report FILE.json"),
        ({"schema": 2, "rules": []}, "has schema 2, and this version reads schema 1"),
        ({"schema": 1, "rules": []}, "is no whole report of the contract: write it anew"),
        (TOLD_REPORT | {"rules": [{"id": "SEC-01"}]}, "is no whole report of the contract: write it anew"),
    ],
)
def test_a_file_that_is_no_report_is_told(tmp_path: Path, content: Any, message: str) -> None:
    file = tmp_path / "kept.json"
    if content is not None:
        file.write_bytes(content.encode() if isinstance(content, str) else orjson.dumps(content))
    with pytest.raises(ValueError, match=message):
        kept_report(file)
