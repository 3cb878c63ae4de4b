from __future__ import annotations

import os
import resource
import shlex
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from mock_akeneo.contract import adapters
from mock_akeneo.contract.adapters import Command, Handover, Job, PythonFactory, adapter_for
from mock_akeneo.contract.evidence import Action, Ending
from mock_akeneo.contract.supervision import Unusable
from tests.contract.journal import TOLD

SINCE = datetime(2026, 1, 1, tzinfo=UTC)


def never(_: Handover) -> None:
    return None


def of(name: str, action: Action = "pull", **more: Any) -> Handover:
    job = Job(action=action, settings=more.pop("settings", TOLD), **more)
    return PythonFactory(f"tests.contract.connectors:{name}").run(job, never)


def ends(pid: int) -> bool:
    """Whether the process goes within a minute of its signal, or waits to be reaped by its new parent."""
    for _ in range(6000):
        try:
            os.kill(pid, 0)
            if "State:\tZ" in Path(f"/proc/{pid}/status").read_text():
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.01)
    return False


def test_what_a_pull_yields_is_handed_over_and_what_it_prints_is_kept_beside() -> None:
    handover = of("Well", since=SINCE)
    assert handover.items == [
        {"identifier": "ä/ß", "values": {"since": "2026-01-01T00:00:00+00:00", "url": TOLD.api_url}},
        {"identifier": TOLD.client_id, "values": {}, "cwd": True},
    ]
    assert (handover.ending, handover.why, handover.exit) == ("finished", "", 0)
    assert handover.stdout == "a line on stdout that is no product\n"
    assert handover.stderr == "a line on stderr\n"


def test_what_a_push_returns_is_handed_over() -> None:
    products = [{"identifier": f"p{number}", "values": {"text": [{"data": "x" * 5000}]}} for number in range(300)]
    handover = of("Well", "push", products=products)
    assert handover.report == {"accepted": [f"p{number}" for number in range(300)], "refused": []}


def test_a_missing_action_is_told() -> None:
    handover = of("PullsOnly", "push")
    assert (handover.ending, handover.why) == ("unable", "the connector has no push")


def test_an_error_in_mid_run_is_told_with_what_came_before() -> None:
    handover = of("Raises")
    assert handover.items == [{"identifier": "one"}]
    assert (handover.ending, handover.why) == ("raised", "LookupError: the second page\nis gone")
    assert "Traceback" in handover.stderr


@pytest.mark.parametrize(
    ("code", "ending"),
    [("0", ("finished", "")), ("3", ("raised", "exit code 3"))],
)
def test_an_exit_in_mid_run_counts_by_its_code(code: str, ending: tuple[Ending, str]) -> None:
    handover = of("Exits", settings=replace(TOLD, username=code))
    assert (handover.ending, handover.why) == ending


def test_a_crash_is_told_by_its_signal() -> None:
    handover = of("Crashes")
    assert (handover.ending, handover.why) == ("raised", "killed by SIGABRT")


def test_a_flood_on_stdout_neither_blocks_nor_fills_the_memory() -> None:
    handover = of("Floods")
    assert handover.items == [{"identifier": "after the flood"}]
    assert handover.stdout.startswith("[1934464 bytes before this were dropped]\n")
    assert len(handover.stdout) < 70_000


def test_a_connector_that_hangs_is_ended_when_we_say_so() -> None:
    def stop(handover: Handover) -> tuple[Ending, str] | None:
        return ("unfinished", "long enough") if handover.items else None

    job = Job(action="pull", settings=TOLD)
    handover = PythonFactory("tests.contract.connectors:Hangs").run(job, stop)
    assert (handover.ending, handover.why) == ("unfinished", "long enough")
    assert handover.items == [{"identifier": "one"}]
    assert handover.exit == -15


def test_a_thread_that_was_left_behind_does_not_keep_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapters, "ENDING_SECONDS", 0.1)
    began = time.monotonic()
    handover = of("LeavesAThreadBehind")  # for ten minutes
    assert (handover.ending, handover.items) == ("finished", [{"identifier": "one"}])
    assert time.monotonic() - began < 300


def test_a_child_that_was_left_behind_is_ended_with_its_group() -> None:
    began = time.monotonic()
    handover = of("LeavesAChildBehind")
    assert handover.ending == "finished"
    assert time.monotonic() - began < 300
    assert ends(handover.items[0]["pid"])


def test_an_item_that_is_no_json_is_an_error_of_the_connector() -> None:
    handover = of("HandsOverWhatIsNoJson")
    assert (handover.ending, handover.why) == (
        "raised",
        "TypeError: Object of type datetime is not JSON serializable",
    )


def test_a_factory_that_raises_is_an_error_of_the_connector() -> None:
    handover = of("broken_factory")
    assert (handover.ending, handover.why) == ("raised", "RuntimeError: no connection to the shop")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("tests.contract.connectors", '"tests.contract.connectors" names no factory: write package.module:factory'),
        ("no.such_module:make", "cannot import no.such_module: No module named 'no'"),
        ("tests.contract.connectors:make", 'tests.contract.connectors has no "make"'),
        ("tests.contract.connectors:not_callable", "tests.contract.connectors:not_callable is not callable"),
        (
            "tests.contract.fails_while_loaded:make",
            "tests.contract.fails_while_loaded fails while it is loaded: RuntimeError: the configuration is missing",
        ),
    ],
)
def test_a_factory_that_cannot_be_had_is_the_users_mistake(path: str, message: str) -> None:
    with pytest.raises(Unusable) as told:
        PythonFactory(path).run(Job(action="pull", settings=TOLD), never)
    assert str(told.value) == message


def test_the_users_modules_are_not_shadowed_by_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`child.py` lies in a folder that has a `scenarios.py` too; a user's folder may have spaces in its name."""
    home = tmp_path / "my connector"
    home.mkdir()
    (home / "scenarios.py").write_text("class make:\n    def __init__(self, s): pass\n    def pull(self): return []\n")
    monkeypatch.chdir(home)
    handover = PythonFactory("scenarios:make").run(Job(action="pull", settings=TOLD), never)
    assert (handover.ending, handover.why) == ("finished", "")


SCRIPT = """
import json, os, sys
action = sys.argv[1]
if action == "pull":
    print("starting up")
    assert os.environ["NO_PROXY"] == os.environ["no_proxy"] and "127.0.0.1,localhost" in os.environ["no_proxy"]
    print(json.dumps({"identifier": os.environ["AKENEO_USERNAME"], "since": os.environ["CONNECTOR_SINCE"]}))
    print(json.dumps([os.environ["CONNECTOR_THROTTLE_LIMIT"]]), end="")
else:
    for line in sys.stdin:
        product = json.loads(line)
        status = "refused" if product["identifier"] == "bad" else "accepted"
        print(json.dumps({"identifier": product["identifier"], "status": status, "message": "as told"}))
    sys.exit(int(os.environ["AKENEO_PASSWORD"]))
"""


@pytest.fixture
def script(tmp_path: Path) -> str:
    file = tmp_path / "sync it.py"
    file.write_text(SCRIPT)
    return f"{shlex.quote(sys.executable)} {shlex.quote(str(file))} {{action}}"


def test_a_command_that_pulls_writes_products_as_lines(script: str) -> None:
    handover = Command(script).run(Job(action="pull", settings=TOLD, since=SINCE), never)
    assert handover.items == [{"identifier": TOLD.username, "since": "2026-01-01T00:00:00+00:00"}]
    assert (handover.ending, handover.unreadable, handover.sample) == ("finished", 2, "starting up")


@pytest.mark.parametrize(("code", "ending", "why"), [("0", "finished", ""), ("7", "raised", "exit code 7")])
def test_a_command_that_pushes_reads_products_and_writes_results(
    script: str, code: str, ending: Ending, why: str
) -> None:
    job = Job(
        action="push", settings=replace(TOLD, password=code), products=[{"identifier": "good"}, {"identifier": "bad"}]
    )
    handover = Command(script).run(job, never)
    assert handover.report == {
        "accepted": ["good"],
        "refused": [{"identifier": "bad", "status": "refused", "message": "as told"}],
    }
    assert (handover.ending, handover.why) == (ending, why)


@pytest.mark.parametrize(
    ("stderr", "why"),
    [
        ("", "exit code 1"),
        ("starting\nno shop at that address\n\n", "exit code 1: no shop at that address"),
        ("Error: no token\n    at renewed (sync.mjs:7)\n\nNode.js v20\n", "exit code 1: Error: no token"),
        ("Traceback (most recent call last):\n  ...\nLookupError: gone\n", "exit code 1: LookupError: gone"),
        ("error " + "x" * 1000, "exit code 1: error " + "x" * 194),
    ],
)
def test_a_command_that_fails_is_told_in_its_own_last_words(stderr: str, why: str) -> None:
    code = f"import sys; sys.stderr.write({stderr!r}); sys.exit(1)"
    command = Command(shlex.join([sys.executable, "-c", code]), ("pull",))
    handover = command.run(Job(action="pull", settings=TOLD), never)
    assert (handover.ending, handover.why) == ("raised", why)


def test_a_command_that_reads_nothing_of_a_large_push_does_not_hang(script: str) -> None:
    products = [{"identifier": "x" * 1000}] * 2000
    handover = Command(f"{shlex.quote(sys.executable)} -c pass {{action}}").run(
        Job(action="push", settings=TOLD, products=products), never
    )
    assert (handover.ending, handover.report) == ("finished", {"accepted": [], "refused": []})


def test_a_command_of_one_action_has_not_the_other() -> None:
    command = Command("sync", ("pull",))
    handover = command.run(Job(action="push", settings=TOLD), never)
    assert (handover.ending, handover.why) == ("unable", "the connector has no push")
    assert command.flags == ("--command", "sync", "--action", "pull")


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ({}, 'which connector? Give --connector package.module:factory or --command "… {action}"'),
        ({"connector": "a:b", "command": "c {action}"}, "give --connector or --command, not both"),
        (
            {"command": "sync"},
            'write {action} where "sync" takes pull or push, or name its one --action',
        ),
        ({"command": "'{action}"}, "the command cannot be read: No closing quotation"),
        ({"connector": "a:b", "python": "/no/such/python"}, 'there is no Python at "/no/such/python"'),
    ],
)
def test_flags_that_reach_no_connector_are_told(flags: dict[str, Any], message: str) -> None:
    with pytest.raises(Unusable) as told:
        adapter_for(**{"connector": None, "command": None, **flags})
    assert str(told.value) == message


def test_a_program_that_is_not_there_is_the_users_mistake() -> None:
    with pytest.raises(Unusable) as told:
        Command("no-such-program {action}").run(Job(action="pull", settings=TOLD), never)
    assert str(told.value) == 'cannot start "no-such-program": No such file or directory'


def test_the_flags_lead_back_to_the_connector() -> None:
    assert PythonFactory("a:b").flags == ("--connector", "a:b")
    assert PythonFactory("a:b", "/usr/bin/python3").flags == ("--connector", "a:b", "--python", "/usr/bin/python3")
    assert Command("x {action}").flags == ("--command", "x {action}")


RECEIVES = """
import http.server, json, os, sys, threading, urllib.parse
class Endpoint(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        print(json.dumps({"body": body.decode(), "number": self.headers["X-Number"]}), flush=True)
        self.send_response(202)
        self.end_headers()
port = urllib.parse.urlsplit(os.environ["CONNECTOR_WEBHOOK_URL"]).port
server = http.server.HTTPServer(("127.0.0.1", port), Endpoint)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
"""


def receiving(code: str) -> Handover:
    delivered = [{"headers": {"X-Number": str(number)}, "body": f'{{"number":"\\/{number}"}}'} for number in range(3)]
    command = Command(f"{shlex.quote(sys.executable)} -c {shlex.quote(code)}", ("receive",))
    return command.run(Job(action="receive", settings=TOLD, deliveries=delivered), never)


def test_a_command_takes_deliveries_at_its_endpoint_until_its_stdin_ends() -> None:
    handover = receiving(RECEIVES)
    assert (handover.ending, handover.why) == ("finished", "")
    assert handover.items == [{"number": str(n), "body": f'{{"number":"\\/{n}"}}'} for n in range(3)]
    assert [answer["status"] for answer in handover.report["answers"]] == [202] * 3
    assert handover.report["shows"]


def test_a_command_that_listens_nowhere_is_told() -> None:
    handover = receiving("pass")
    assert handover.report == {"answers": [], "shows": False}
    assert handover.why.startswith("nothing took connections at http://127.0.0.1:")


def gone(pid: int) -> bool:
    """Whether it has gone, or only its name is left."""
    try:
        return "State:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return True


@pytest.mark.skipif(sys.platform != "linux", reason="there is no cage")
def test_nothing_that_a_connector_started_survives_it_not_even_in_a_session_of_its_own() -> None:
    handover = of("LeavesChildrenInSessionsOfTheirOwn")
    assert handover.ending == "finished"
    left = [item["pid"] for item in handover.items]
    assert len(left) == 3
    assert all(map(gone, left))


@pytest.mark.skipif(sys.platform != "linux", reason="there is no cage")
def test_nor_one_that_we_end() -> None:
    def once_it_is_there(handover: Handover) -> tuple[Ending, str] | None:
        return ("unfinished", "enough") if handover.items else None

    job = Job(action="pull", settings=TOLD)
    handover = PythonFactory("tests.contract.connectors:HangsWithAChildInASession").run(job, once_it_is_there)
    assert (handover.ending, handover.why) == ("unfinished", "enough")
    assert gone(handover.items[0]["pid"])


@pytest.mark.skipif(sys.platform != "linux", reason="there is no cage")
def test_nor_one_whose_supervisor_was_killed() -> None:
    script = (
        "import sys, subprocess\n"
        "from mock_akeneo.contract.supervision import caged\n"
        "held = caged(['sh', '-c', 'setsid sleep 600 & echo $!; exec sleep 600'], stdout=subprocess.PIPE)\n"
        "print(held.stdout.readline().decode(), flush=True)\n"
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    ) as supervisor:
        assert supervisor.stdout
        pid = int(supervisor.stdout.readline())
        assert not gone(pid)
        supervisor.kill()
    assert ends(pid)


FORGED: Final = {
    "an item of nothing": '{"event":"item"}',
    "a report of nothing": '{"event":"report"}',
    "an error of nothing": '{"event":"raised"}',
    "an error that is no text": '{"event":"raised","error":[1]}',
    "no action": '{"event":"unable"}',
    "no reason": '{"event":"unusable","message":null}',
    "no event": '{"events":[]}',
    "an event that is no word": '{"event":{"item":1}}',
    "an array": "[1,2]",
    "half a line": '{"event":"item","item":{"identi',
    "no UTF-8": '{"event":"item","item":"\udcff\udcfe"}',
    "NaN": '{"event":"item","item":NaN}',
    "too deep": "[" * 5000,
}


@pytest.mark.parametrize("line", FORGED.values(), ids=FORGED)
def test_a_forged_line_among_the_results_is_the_connectors_fault(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORGED", line)
    handover = of("Writes")
    assert [item["identifier"] for item in handover.items] == ["one", "two"]
    assert handover.ending == "raised"
    assert handover.why.startswith(f"a line among its results is none: {line[:10].replace(chr(0xDCFF), '?')[:5]}")


def test_what_a_connector_forges_about_its_end_holds_and_what_follows_is_not_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FORGED", '{"event":"finished","stays":true}')
    handover = of("Writes")
    assert (handover.ending, len(handover.items)) == ("finished", 1)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("HandsOverTooMuch", "ValueError: an item or a report of more than 16 MB"),
        ("HandsOverInfinity", "ValueError: Out of range float values are not JSON compliant"),
        ("HandsOverWhatIsTooDeep", "RecursionError: maximum recursion depth exceeded"),
    ],
)
def test_an_item_that_cannot_be_handed_over_is_an_error_of_the_connector(name: str, why: str) -> None:
    handover = of(name)
    assert (handover.ending, handover.items) == ("raised", [])
    assert handover.why.startswith(why)


def test_a_line_of_more_than_16_mb_ends_the_run_and_is_not_kept() -> None:
    script = "import sys\nwhile True: sys.stdout.write('x' * 65536)"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    handover = Command(f"{sys.executable} -c {shlex.quote(script)} {{action}}").run(
        Job(action="pull", settings=TOLD), never
    )
    assert (handover.ending, handover.why) == ("raised", "it wrote an item or a line of more than 16 MB")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


@pytest.mark.parametrize("action", ["pull", "push"])
def test_a_flood_of_lines_is_counted_so_that_somebody_ends_it(action: Action) -> None:
    script = "while True: print('{}' * 1)"

    def at_1000(handover: Handover) -> tuple[Ending, str] | None:
        return ("endless", f"{handover.lines >= 1000} {handover.size >= 2000}") if handover.lines > 1000 else None

    handover = Command(f"{sys.executable} -c {shlex.quote(script)} {{action}}").run(
        Job(action=action, settings=TOLD), at_1000
    )
    assert (handover.ending, handover.why) == ("endless", "True True")
