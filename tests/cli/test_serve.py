"""`serve` and `exec` as processes: what scripts and people see of them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from mock_akeneo.app import create_app
from mock_akeneo.cli.configuration import settings_from
from mock_akeneo.cli.serve import banner, ready_line
from mock_akeneo.core.settings import Settings

MAIN = [sys.executable, "-m", "mock_akeneo"]


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MOCK_AKENEO_", "AKENEO_"))}
    return {**kept, **more}


def run(*words: str, cwd: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*MAIN, *words], capture_output=True, text=True, timeout=60, cwd=cwd, env=environment(**more), check=False
    )


@contextmanager
def serving(*words: str, **more: str) -> Iterator[tuple[dict[str, Any], subprocess.Popen[str]]]:
    """A server as a process, and its ready line."""
    command = [*MAIN, "serve", "--catalog", "minimal", "--port", "0", "--format", "json", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment(**more)) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline()), process
        finally:
            process.terminate()
            process.wait(timeout=20)


def test_the_ready_line_holds_all_that_a_connector_needs() -> None:
    with serving() as (ready, process):
        assert ready == {
            "event": "ready",
            "base_url": ready["base_url"],
            "client_id": "1_mock_client",
            "secret": "mock_secret",
            "username": "mock_user",
            "password": "mock_password",
            "pid": process.pid,
        }
        answer = httpx.get(ready["base_url"] + "/_mock/v1/health", trust_env=False)
        assert answer.json()["status"] == "ready"


def test_the_ready_file_holds_the_same_line_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "ready.json"
    file.touch(mode=0o644)
    with serving("--ready-file", str(file)) as (ready, _):
        assert json.loads(file.read_text()) == ready
    assert [path.name for path in tmp_path.iterdir()] == ["ready.json"]
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_environment_changes_the_credentials_and_a_flag_wins_over_it() -> None:
    with serving("--token-lifetime", "60", MOCK_AKENEO_CLIENT_ID="2_mine", MOCK_AKENEO_TOKEN_LIFETIME="90") as (
        ready,
        _,
    ):
        assert ready["client_id"] == "2_mine"
        token = httpx.post(
            ready["base_url"] + "/api/oauth/v1/token",
            auth=("2_mine", "mock_secret"),
            json={"grant_type": "password", "username": "mock_user", "password": "mock_password"},
            trust_env=False,
        ).json()
        assert token["expires_in"] == 60


def test_a_server_stops_cleanly_on_sigterm() -> None:
    with serving() as (_, process):
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0


def test_the_banner_is_paste_ready() -> None:
    command = [*MAIN, "serve", "--catalog", "minimal", "--port", "0", "--limits", "integration-initial"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(17)]
        process.terminate()
    text = "".join(lines)
    assert "export AKENEO_CLIENT_ID=1_mock_client\n" in text
    assert "/api/oauth/v1/token \\\n" in text
    assert "limits    " in text
    assert "throttle" in text
    assert "service   pim\n" in text


def test_the_banner_says_that_a_limit_on_calls_at_once_can_hardly_strike_without_service_time() -> None:
    sandbox = create_app(Settings(catalog="minimal", concurrent_connections=1)).sandboxes.default
    assert (
        "  service   none\n"
        "            calls take no time, so the limit on calls at once can hardly strike: "
        "add --service-time pim, 50 or 20-50\n"
    ) in banner(ready_line(sandbox, "http://localhost"), sandbox)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["serv"], 2, 'Did you mean "serve"?'),
        (["serve", "--prt", "1"], 2, "No such option '--prt'"),
        (["serve", "--catalog", "/nowhere"], 2, "give demo, minimal, or a folder of JSON lines"),
        (["serve", "--limits", "integration-inital"], 2, "integration-initial"),
        (["serve", "--clock", "sometimes"], 2, "write real, frozen, frozen@2026-01-01T00:00:00Z or x60"),
        (["serve", "--when-busy", "wait"], 2, "'reject', 'queue'"),
        (["status", "--url", "http://127.0.0.1:9"], 4, "no mock-akeneo answers at http://127.0.0.1:9"),
        (["wait", "--url", "http://127.0.0.1:9", "--timeout", "0"], 4, "no mock-akeneo is ready"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(words: list[str], code: int, told: str) -> None:
    done = run(*words)
    assert done.returncode == code, done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_taken_port_is_told_and_ends_with_3() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run("serve", "--catalog", "minimal", "--port", port)
    assert done.returncode == 3
    assert done.stderr.startswith(f"Error: cannot listen on 127.0.0.1:{port}: ")
    assert "choose another --port" in done.stderr


def test_an_unknown_variable_or_key_is_an_error_with_a_suggestion(tmp_path: Path) -> None:
    done = run("serve", MOCK_AKENEO_PROT="1")
    assert done.returncode == 2
    assert "did you mean MOCK_AKENEO_PORT?" in done.stderr
    (tmp_path / "mock-akeneo.toml").write_text("catalogue = 'minimal'\n")
    done = run("serve", cwd=tmp_path)
    assert done.returncode == 2
    assert 'mock-akeneo.toml:1: "catalogue" is no setting; did you mean "catalog"?' in done.stderr


def test_a_catalog_that_breaks_a_rule_is_told_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "categories.jsonl").write_text('{"code":"master"}\n{"code":"two words"}\n')
    done = run("serve", "--catalog", str(tmp_path))
    assert done.returncode == 2
    assert "categories.jsonl:2: code: Category code may contain only letters, numbers and underscores" in done.stderr
    (tmp_path / "categories.jsonl").write_text('{"code":"master"\n')
    done = run("serve", "--catalog", str(tmp_path))
    assert done.returncode == 2
    assert "categories.jsonl:1: this line is no JSON" in done.stderr


def test_exec_gives_the_variables_to_a_command_and_ends_with_its_code() -> None:
    script = (
        "import os, sys, urllib.request as u;"
        "u.urlopen(u.Request(os.environ['AKENEO_BASE_URL'] + '/api/rest/v1/channels',"
        " headers={'Authorization': 'Bearer ' + os.environ['AKENEO_API_KEY']})).read();"
        "print(os.environ['AKENEO_CLIENT_ID'], os.environ['PIM'] == os.environ['AKENEO_BASE_URL'] + '/x');"
        "sys.exit(7)"
    )
    done = run("exec", "--catalog", "minimal", "--env", "PIM={base_url}/x", "--", sys.executable, "-c", script)
    assert (done.returncode, done.stdout) == (7, "1_mock_client True\n"), done.stderr


@pytest.mark.parametrize(
    ("there", "then"),
    [
        ({}, "127.0.0.1,localhost,::1"),
        ({"no_proxy": "a.example, 127.0.0.1", "NO_PROXY": "b.example"}, "a.example,127.0.0.1,b.example,localhost,::1"),
        ({"NO_PROXY": "*"}, "*"),
    ],
)  # fmt: skip
def test_children_ask_no_proxy_for_the_server(there: dict[str, str], then: str) -> None:
    script = (
        "import os, httpx; at = os.environ['AKENEO_BASE_URL'];"
        "print(os.environ['NO_PROXY'], os.environ['no_proxy'], httpx.get(at + '/api/rest/v1').status_code,"
        " httpx.get(at.replace('127.0.0.1', 'localhost') + '/api/rest/v1').status_code)"
    )
    kept = {"NO_PROXY": "", "no_proxy": "", "http_proxy": "http://127.0.0.1:9", "ALL_PROXY": "http://127.0.0.1:9"}
    done = run("exec", "--catalog", "minimal", "--", sys.executable, "-c", script, cwd=None, **{**kept, **there})
    assert (done.returncode, done.stdout) == (0, f"{then} {then} 200 200\n"), done.stderr


def test_exec_says_so_when_the_command_is_not_there() -> None:
    done = run("exec", "--catalog", "minimal", "--", "no-such-command")
    assert done.returncode == 127
    assert done.stderr == "Error: no-such-command cannot be run: No such file or directory\n"


def test_off_loopback_the_control_plane_asks_for_the_token_of_the_ready_line() -> None:
    with serving("--host", "0.0.0.0") as (ready, _):
        clock = ready["base_url"] + "/_mock/v1/clock"
        assert httpx.get(clock, trust_env=False).status_code == 401
        headers = {"Authorization": f"Bearer {ready['admin_token']}"}
        assert httpx.get(clock, headers=headers, trust_env=False).status_code == 200
    with serving("--host", "0.0.0.0", MOCK_AKENEO_ADMIN_TOKEN="sesame") as (ready, _):
        # Who set it knows it, and stdout is kept in logs.
        assert "admin_token" not in ready
        clock = ready["base_url"] + "/_mock/v1/clock"
        assert httpx.get(clock, headers={"Authorization": "Bearer sesame"}, trust_env=False).status_code == 200


def test_a_banner_shows_the_admin_token_only_if_nobody_set_it() -> None:
    sandbox = create_app(Settings(catalog="minimal", host="0.0.0.0", admin_token="sesame")).sandboxes.default
    shown = banner(ready_line(sandbox, "http://localhost"), sandbox)
    assert "  admin     as you set it\n" in shown
    assert "sesame" not in shown


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--products", "-1"), "-1 is not in the range 0<=x<="),
        (("--token-lifetime", "0"), "0 is not in the range 1<=x<="),
        (("--index-lag", "-1"), "-1.0 is not in the range 0<=x<="),
        (("--public-url", "pim.example"), '--public-url is "pim.example": write http:// or https:// and a host'),
        (
            ("--allowed-host", "http://pim.example"),
            '"http://pim.example" is no name of a host: write it without http://',
        ),
        (("--ready-file", "/no/where/ready"), "--ready-file: /no/where is no folder that can be written to"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_before_the_start(words: tuple[str, ...], told: str) -> None:
    ended = run("serve", "--port", "0", *words)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert told in ended.stderr


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("mock-akeneo.toml", "seed = 1\nprot = 0\n", 'mock-akeneo.toml:2: "prot" is no setting; did you mean "port"?'),
        ("mock-akeneo.toml", 'seed = 1\nport = "x"\n', "mock-akeneo.toml:2: port: 'x' is not a valid integer range."),
        (
            "mock-akeneo.toml",
            'allowed-host = ["a", "b/c"]\n',
            'mock-akeneo.toml:1: allowed-host: "b/c" is no name',
        ),
        ("pyproject.toml", "[tool.mock-akeneo]\n\ncatalg = 1\n", 'pyproject.toml:3: "catalg" is no setting'),
    ],
)
def test_what_is_wrong_in_a_settings_file_is_told_with_its_line(
    tmp_path: Path, file: str, text: str, told: str
) -> None:
    (tmp_path / file).write_text(text, "utf-8")
    ended = run("serve", cwd=tmp_path)
    assert ended.returncode == 2
    assert told in ended.stderr


@pytest.mark.parametrize("by", ["flag", "environment", "file", "text in a file"])
def test_more_names_of_this_machine_are_taken_from_wherever_settings_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MOCK_AKENEO_ALLOWED_HOST", raising=False)
    flags: dict[str, object] = {"allowed_host": ()}
    told = {"file": '["Pim.example", "shop.example:8080"]', "text in a file": '"pim.example,shop.example"'}
    if by == "flag":
        flags = {"allowed_host": ("pim.example", "shop.example")}
    elif by == "environment":
        monkeypatch.setenv("MOCK_AKENEO_ALLOWED_HOST", "pim.example, shop.example:80")
    else:
        Path("mock-akeneo.toml").write_text(f"allowed-host = {told[by]}\n", "utf-8")
    assert settings_from(flags).allowed_host == ("pim.example", "shop.example")
