"""The thin clients of a running server: what people read, what scripts read, and how they end."""

from __future__ import annotations

import json
import shlex
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from click.testing import CliRunner, Result

from mock_akeneo.cli import COMMANDS, main
from mock_akeneo.cli.clock import seconds_of
from mock_akeneo.core.settings import Settings
from mock_akeneo.server import Server

PRODUCTS = "/api/rest/v1/products"


@pytest.fixture(scope="module")
def _server() -> Iterator[Server]:
    with Server(Settings(port=0, catalog="minimal", clock="frozen")) as server:
        yield server


@pytest.fixture
def server(_server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("MOCK_AKENEO_URL", _server.base_url)
    yield _server
    _server.call(_server.sandbox.reset)


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words, catch_exceptions=False)


def text(*words: str) -> str:
    done = run(*words)
    assert done.exit_code == 0, done.output
    return done.stdout


def told(*words: str) -> Any:
    """What a script reads."""
    return json.loads(text(*words, "--format", "json"))


def ask(server: Server, path: str = PRODUCTS, **headers: str) -> httpx.Response:
    return httpx.get(server.base_url + path, headers=headers, trust_env=False)


def test_sandboxes_are_made_shown_and_deleted(server: Server) -> None:
    exports = text("sandbox", "create", "shop", "--port", "0")
    lines = exports.splitlines()
    assert lines[0] == "# shop"
    variables = dict(shlex.split(line)[1].split("=", 1) for line in lines[1:])
    assert set(variables) == {
        *("AKENEO_BASE_URL", "AKENEO_CLIENT_ID", "AKENEO_SECRET", "AKENEO_USERNAME", "AKENEO_PASSWORD"),
    }
    assert httpx.get(variables["AKENEO_BASE_URL"] + PRODUCTS, trust_env=False).status_code == 401
    assert text("sandbox", "list").splitlines() == [
        "NAME     BASE URL                PRODUCTS  CONNECTIONS  REQUESTS",
        f"default  {server.base_url}  0         1            0",
        f"shop     {variables['AKENEO_BASE_URL']}  0         1            1",
    ]
    assert told("sandbox", "show", "shop")["own_port"] is True
    assert text("sandbox", "delete", "shop") == ""
    assert [item["name"] for item in told("sandbox", "list")["items"]] == ["default"]
    made = told("sandbox", "create", "--from", "default")
    assert made["name"].startswith("sandbox-")
    text("sandbox", "delete", made["name"])


def test_a_command_means_the_sandbox_it_names(server: Server) -> None:
    text("sandbox", "create", "other")
    text("clock", "advance", "60", "--sandbox", "other")
    assert told("clock", "show", "--sandbox", "other")["now"] == "2026-01-01T00:01:00+00:00"
    assert told("clock", "show")["now"] == "2026-01-01T00:00:00+00:00"
    text("sandbox", "delete", "other")


def test_connections_are_made_changed_and_deleted(server: Server) -> None:
    made = told("connection", "create", "shop", "--deny", "pim_api_product_edit")
    assert made["role"]["pim_api_product_edit"] is False
    assert made["secret"]
    assert "lacks      pim_api_product_list\n" in text(
        "connection", "role", "shop", "--allow", "pim_api_product_edit", "--deny", "pim_api_product_list"
    )
    assert told("connection", "regenerate-secret", "shop")["secret"] != made["secret"]
    assert told("connection", "regenerate-password", "shop")["password"] != made["password"]
    assert text("connection", "list").splitlines()[2].split()[0] == "shop"
    assert text("connection", "show", "shop").splitlines()[0] == "code       shop"
    text("connection", "delete", "shop")
    assert [item["code"] for item in told("connection", "list")["items"]] == ["mock_connection"]


def test_the_clock_is_moved(server: Server) -> None:
    assert text("clock", "advance", "1h30m") == "2026-01-01T01:30:00+00:00\n"
    assert text("clock", "advance", "--to", "2026-01-02T00:00:00Z") == "2026-01-02T00:00:00+00:00\n"
    assert text("clock", "freeze", "--at", "2026-01-03T00:00:00Z").startswith("2026-01-03T00:00:00+00:00  frozen, ")
    assert " scaled x60, " in text("clock", "scale", "60")
    assert " real, " in text("clock", "real")
    assert run("clock", "advance").exit_code == 2
    assert run("clock", "advance", "soon").exit_code == 2


@pytest.mark.parametrize(
    ("given", "seconds"), [("90", 90), ("1.5m", 90), ("1h30m", 5400), ("14d", 1_209_600), ("1d2h3m4s", 93_784)]
)
def test_a_duration_is_told_in_units(given: str, seconds: float) -> None:
    assert seconds_of(None, None, given) == seconds  # type: ignore[arg-type]


def test_limits_are_set_by_preset_and_by_file(server: Server, tmp_path: Path) -> None:
    assert text("limits", "show") == "no limits\nservice time: none\n"
    shown = text("limits", "set", "integration-initial").splitlines()
    assert shown[1].split()[:4] == ["throttle", "fixed_window", "connection", "5"]
    assert shown[-2] == "service time: pim"
    assert shown[-1].startswith("the clock is frozen and the preset's service time rests, so the limit")
    assert text("limits", "set", "--service-time", "none").splitlines()[-1] == (
        "calls take no time, so the limit on calls at once can hardly strike: add --service-time pim, 50 or 20-50"
    )
    assert text("limits", "set", "none", "--service-time", "20-50").splitlines()[:2] == [
        *("no limits", "service time: 20-50"),
    ]
    assert run("limits", "set").exit_code == 2
    assert "5s" in run("limits", "set", "--service-time", "5s").stderr
    file = tmp_path / "limits.json"
    file.write_text('[{"name": "one", "kind": "concurrency", "limit": 1}]')
    set_ = told("limits", "set", str(file))
    assert ([limit["name"] for limit in set_["limits"]], set_["service_time"]) == (["one"], "20-50")
    assert text("limits", "usage") == "nothing was counted\n"
    refused = run("limits", "set", "integration-inital")
    assert (refused.exit_code, "integration-initial" in refused.stderr) == (2, True)
    assert run("limits", "set", str(tmp_path / "none.json")).exit_code == 2


def test_faults_and_plans_are_planted_and_removed(server: Server) -> None:
    fault = text("faults", "add", "products.list", "status", "status=503", "times=1").strip()
    plan = text("faults", "plan", "locales.list", "429", '{"kind":"status","status":502}').strip()
    assert ask(server).status_code == 503
    assert text("faults", "list").splitlines() == [
        "ID       CALLS          TOLD                                           STRUCK",
        f"{fault}  products.list  status status=503 times=1                      1",
        f'{plan}   locales.list   remaining: 429 {{"kind":"status","status":502}}  -',
    ]
    text("faults", "remove", fault)
    text("faults", "remove", plan)
    assert text("faults", "list") == "nothing goes wrong\n"
    text("faults", "add", "@pull", "reset")
    assert told("faults", "clear") == {"count": 1}
    wrong = run("faults", "add", "products.list", "stats")
    assert (wrong.exit_code, 'did you mean "status"?' in wrong.stderr) == (2, True)
    assert run("faults", "add", "products.list", "delay", "seconds").exit_code == 2


def test_tokens_are_given_out_and_ended(server: Server) -> None:
    bearer = f"Bearer {text('token', 'issue').strip()}"
    assert ask(server, Authorization=bearer).status_code == 200
    assert [item["kind"] for item in told("token", "list")["items"]] == ["access", "refresh"]
    assert text("token", "expire") == "1 ended\n"
    assert ask(server, Authorization=bearer).json()["message"] == "The access token provided has expired."
    assert told("token", "revoke", "--connection", "mock_connection", "--kind", "refresh") == {"count": 1}
    assert run("token", "expire", "--connection", "nobody").exit_code == 2


def test_snapshots_are_taken_and_gone_back_to(server: Server) -> None:
    text("snapshot", "take", "empty")
    bearer = {"Authorization": f"Bearer {text('token', 'issue').strip()}"}
    httpx.post(server.base_url + PRODUCTS, json={"identifier": "one"}, headers=bearer, trust_env=False)
    assert told("sandbox", "show", "default")["products"] == 1
    assert "products     0\n" in text("snapshot", "restore", "empty")
    assert told("sandbox", "show", "default")["products"] == 0
    assert told("snapshot", "reset", "--keep", "tokens") == {"sandbox": "default", "to": "start"}
    assert ask(server, **bearer).status_code == 200
    assert text("snapshot", "list").splitlines()[1].split()[0] == "empty"
    text("snapshot", "delete", "empty")
    assert run("snapshot", "show", "empty").exit_code == 2


def test_the_journal_is_shown_exported_and_emptied(server: Server, tmp_path: Path) -> None:
    for path in ("/api/rest/v1/one?a=b", "/api/rest/v1", "/api/rest/v1/two"):
        ask(server, path)
    ids = [entry["id"] for entry in map(json.loads, text("journal", "tail", "--format", "json").splitlines())]
    lines = text("journal", "tail", "-n", "2").splitlines()
    assert [line.split()[:5] for line in lines] == [
        [str(ids[1]), "2026-01-01T00:00:00+00:00", "200", "GET", "/api/rest/v1"],
        [str(ids[2]), "2026-01-01T00:00:00+00:00", "404", "GET", "/api/rest/v1/two"],
    ]
    assert len(text("journal", "tail", "--status", "4xx").splitlines()) == 2
    assert told("journal", "show", str(ids[0]))["query"] == "a=b"
    assert len(text("journal", "export").splitlines()) == 3
    text("journal", "export", str(tmp_path / "all.har"))
    assert len(json.loads((tmp_path / "all.har").read_bytes())["log"]["entries"]) == 3
    assert len(json.loads(text("journal", "export", "--as", "har", "--operation", "root.get"))["log"]["entries"]) == 1
    assert run("journal", "export", str(tmp_path / "none" / "all.har")).exit_code == 2
    assert text("journal", "clear") == "3 forgotten\n"
    assert text("journal", "tail") == ""


def test_the_journal_is_followed_until_its_sandbox_is_gone(server: Server) -> None:
    text("sandbox", "create", "short")
    journal = server.sandboxes.by_name["short"].journal

    def call_and_delete() -> None:
        while not server.call(len, journal.followers):
            pass
        ask(server, **{"X-Mock-Sandbox": "short"})
        while server.call(len, journal) == 0:
            pass
        httpx.delete(f"{server.base_url}/_mock/v1/sandboxes/short", trust_env=False)

    caller = threading.Thread(target=call_and_delete)
    caller.start()
    lines = text("journal", "tail", "--follow", "--sandbox", "short").splitlines()
    caller.join()
    assert [line.split()[2:5] for line in lines] == [["401", "GET", PRODUCTS]]


def test_webhooks_are_subscribed_and_listed(server: Server) -> None:
    made = told("webhook", "subscribe", "http://127.0.0.1:9/events", "--uses-uuid")
    assert (made["uses_uuid"], bool(made["secret"])) == (True, True)
    assert [item["url"] for item in told("webhook", "list")["items"]] == ["http://127.0.0.1:9/events"]
    assert told("webhook", "deliveries") == {"items": []}
    assert run("webhook", "resend", "1").exit_code == 2
    text("webhook", "unsubscribe", made["id"])
    assert told("webhook", "list") == {"items": []}


def test_nobody_there_ends_with_4_and_one_sentence() -> None:
    for words in (("clock", "show"), ("journal", "tail"), ("sandbox", "create"), ("scenario", "play", "maintenance")):
        done = run(*words, "--url", "http://127.0.0.1:9")
        assert done.exit_code == 4, done.output
        assert done.stderr.startswith("Error: no mock-akeneo answers at http://127.0.0.1:9: ")
        assert done.stdout == ""


def test_another_server_is_told_from_ours(server: Server) -> None:
    done = run("clock", "show", "--url", f"{server.base_url}/api/rest/v1")
    assert done.exit_code == 4
    assert "is no mock-akeneo: it answered 404 to /api/rest/v1/_mock/v1/clock" in done.stderr


def test_off_loopback_the_admin_token_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(Settings(port=0, catalog="minimal", host="0.0.0.0", admin_token="sesame")) as far:
        refused = run("clock", "show", "--url", far.base_url)
        assert (refused.exit_code, "send the admin token" in refused.stderr) == (2, True)
        monkeypatch.setenv("MOCK_AKENEO_ADMIN_TOKEN", "sesame")
        assert run("clock", "show", "--url", far.base_url).exit_code == 0


def test_under_tls_the_authority_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(Settings(port=0, catalog="minimal", tls="auto")) as far:
        assert far.certificate is not None
        assert run("clock", "show", "--url", far.base_url).exit_code == 4
        monkeypatch.setenv("SSL_CERT_FILE", str(far.certificate.authority))
        assert run("clock", "show", "--url", far.base_url).exit_code == 0
        assert run("status", "--url", far.base_url).exit_code == 0


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_tells_of_itself(name: str) -> None:
    done = run(name, "--help")
    assert done.exit_code == 0
    assert done.stdout.split("\n\n")[1].strip().endswith(".")


def test_what_is_wrong_in_a_limits_file_is_told_with_its_line_and_nothing_changes(
    server: Server, tmp_path: Path
) -> None:
    run("limits", "set", "integration-initial")
    file = tmp_path / "limits.json"
    file.write_text('[\n{"kind": "fixed_window",\n "limit": 1,\n "secnds": 3}\n]', "utf-8")
    refused = run("limits", "set", str(file))
    assert refused.exit_code == 2
    assert f'{file}:4: limit 1: unknown key "secnds": did you mean "seconds"?' in refused.output
    assert [limit["name"] for limit in told("limits", "show")["limits"]] == ["throttle", "concurrent-connections"]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("sandbox", "show", "defualt"), 'there is no sandbox "defualt": did you mean "default"?'),
        (("clock", "show", "--sandbox", "defualt"), 'there is no sandbox "defualt": did you mean "default"?'),
        (("snapshot", "restore", "befor"), 'there is no snapshot "befor": did you mean "before"?'),
        (("token", "issue"), '"connection" is missing, whose token it is: mock_connection, erp'),
        (("connection", "show", "mock_conection"), 'there is no connection "mock_conection"'
         ': did you mean "mock_connection"?'),
    ],
)  # fmt: skip
def test_a_name_that_is_missing_or_nearly_there_is_asked_for(
    server: Server, words: tuple[str, ...], meant: str
) -> None:
    run("snapshot", "take", "before")
    run("connection", "create", "erp")
    refused = run(*words)
    assert refused.exit_code == 2
    assert meant in refused.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("advance", "99999999999999d"), "the clock ends with the year 9999, which is earlier"),
        (("scale", "1e11"), "is not in the range 0<x<=1000000.0"),
        (("scale", "nan"), "no number of JSON is infinite or none at all"),
    ],
)
def test_the_clock_is_not_sent_beyond_the_end_of_time(words: tuple[str, ...], told: str) -> None:
    done = CliRunner().invoke(main, ["clock", *words, "--url", "http://127.0.0.1:1"])
    assert done.exit_code == 2
    assert told in done.output


STEERING = "a\x1b[2Jb\r\nc\x9bd\u202ee"
SPELLED = "a\\u001b[2Jb\\u000d\\u000ac\\u009bd\\u202ee"


def test_nothing_that_others_wrote_steers_the_terminal(server: Server) -> None:
    ask(server, f"{PRODUCTS}/{quote(STEERING)}")
    limit = {"kind": "fixed_window", "name": STEERING, "limit": 1, "seconds": 1}
    httpx.put(f"{server.base_url}/_mock/v1/limits", json={"limits": [limit]}, trust_env=False).raise_for_status()
    last = str(json.loads(text("journal", "tail", "--last", "1", "--format", "json"))["id"])
    shown = {words: run(*words).output for words in (
        ("journal", "tail"), ("journal", "tail", "--format", "json"), ("journal", "show", last), ("journal", "export"),
        ("journal", "export", "--as", "har"), ("limits", "show"),
        ("catalog", "lint", STEERING), ("scenario", "show", STEERING), ("token", "revoke", "--connection", STEERING),
    )}  # fmt: skip
    for words, output in shown.items():
        assert not set(output) & set("\x1b\r\x9b\u202e"), words
        told = (SPELLED, json.dumps(STEERING)[1:-1], quote(STEERING))
        assert any(each in output for each in told) or words[0] == "token", words
