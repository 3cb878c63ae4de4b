"""`wait`, as containers and scripts run it: where it looks for the server, and what it costs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.cli.test_serve import MAIN, environment, run, serving

ROOT = Path(__file__).parents[2]


def port_of(ready: dict[str, str]) -> str:
    return ready["base_url"].rpartition(":")[2]


def test_wait_finds_the_server_by_the_variables_that_the_server_was_given(tmp_path: Path) -> None:
    with serving("--host", "0.0.0.0", "--tls", "auto") as (ready, _):
        told = {"MOCK_AKENEO_HOST": "0.0.0.0", "MOCK_AKENEO_PORT": port_of(ready), "MOCK_AKENEO_TLS": "auto"}
        done = run("wait", "--timeout", "20", cwd=tmp_path, **told)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        # Without TLS nobody answers there.
        assert run("wait", "--timeout", "0", cwd=tmp_path, **{**told, "MOCK_AKENEO_TLS": ""}).returncode == 4


def test_wait_finds_the_server_by_its_ready_file_also_when_its_public_address_leads_elsewhere(tmp_path: Path) -> None:
    file = tmp_path / "ready.json"
    told = {"MOCK_AKENEO_READY_FILE": str(file), "MOCK_AKENEO_PUBLIC_URL": "http://pim.invalid"}
    missing = run("wait", "--timeout", "0", cwd=tmp_path, **told)
    assert missing.returncode == 4
    assert missing.stderr == (
        f"Error: no mock-akeneo is ready after 0 s: {file} does not hold the ready line of a server\n"
    )
    waiting = subprocess.Popen([*MAIN, "wait"], cwd=tmp_path, env=environment(**told))
    with serving(**told) as (ready, _):
        assert waiting.wait(timeout=30) == 0
        assert ready["base_url"] == "http://pim.invalid"
        # So do the commands that talk to a running server.
        assert json.loads(run("status", cwd=tmp_path, **told).stdout)["status"] == "ready"


def test_commands_trust_the_authority_that_the_ready_file_names(tmp_path: Path) -> None:
    told = {"MOCK_AKENEO_READY_FILE": str(tmp_path / "ready.json")}
    with serving("--tls", "auto", **told):
        done = run("limits", "show", cwd=tmp_path, **told)
        assert done.returncode == 0, done.stderr


def test_wait_finds_the_server_by_the_settings_file_of_the_folder(tmp_path: Path) -> None:
    with serving("--host", "localhost") as (ready, _):
        (tmp_path / "mock-akeneo.toml").write_text(f'host = "localhost"\nport = {port_of(ready)}\n')
        assert run("wait", "--timeout", "20", cwd=tmp_path).returncode == 0
        (tmp_path / "mock-akeneo.toml").unlink()
        (tmp_path / "pyproject.toml").write_text(f"[tool.mock-akeneo]\nport = {port_of(ready)}\n")
        assert run("wait", "--timeout", "20", cwd=tmp_path).returncode == 0
    (tmp_path / "pyproject.toml").write_text("[tool]\nmock-akeneo = 1\n")
    done = run("wait", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (
        2,
        "Error: pyproject.toml: tool.mock-akeneo is no table: write [tool.mock-akeneo]\n",
    )


@pytest.mark.parametrize(
    ("words", "told", "sentence"),
    [
        (("--url", "127.0.0.1:8080"), {}, '"127.0.0.1:8080" is no URL of a server: write http://127.0.0.1:8080'),
        (("--url", "http://[::1"), {}, '"http://[::1" is no URL of a server: write http://127.0.0.1:8080'),
        (("--url=http://a:99999",), {}, '"http://a:99999" is no URL of a server: write http://127.0.0.1:8080'),
        ((), {"MOCK_AKENEO_PORT": "many"}, 'the port to ask is "many": write 1 to 65535, or --url'),
        (
            (),
            {"MOCK_AKENEO_PORT": "0"},
            "port 0 is a free one that only the server knows: give --url, or MOCK_AKENEO_READY_FILE",
        ),
    ],
)
def test_what_is_no_address_is_told_at_once(
    tmp_path: Path, words: tuple[str, ...], told: dict[str, str], sentence: str
) -> None:
    for command in ("wait", "status"):
        done = run(command, *words, cwd=tmp_path, **told)
        assert (done.returncode, done.stderr) == (2, f"Error: {sentence}\n")


def test_wait_loads_nothing_heavy() -> None:
    """What it costs is what it loads: a timed test would only say how busy the machine is."""
    command = [sys.executable, "-X", "importtime", "-m", "mock_akeneo", "wait", "--timeout", "0", "--url"]
    done = subprocess.run(
        [*command, "http://127.0.0.1:9"], capture_output=True, text=True, timeout=60, env=environment(), check=False
    )
    assert done.returncode == 4
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    ours = {name for name in loaded if name.startswith("mock_akeneo.")}
    assert ours == {"mock_akeneo.health", "mock_akeneo.core", "mock_akeneo.core.settings_file"}
    assert not loaded & {"click", "httpx", "http.client", "ssl", "asyncio", "json", "orjson", "tomllib", "dataclasses"}


def test_image_and_compose_ask_in_the_same_way_and_leave_a_busy_machine_its_time() -> None:
    image = (ROOT / "Dockerfile").read_text()
    [check] = re.findall(r"^HEALTHCHECK (.*) CMD (.*)$", image, re.MULTILINE)
    service = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["akeneo"]["healthcheck"]
    command = json.loads(check[1])
    assert dict(word.removeprefix("--").split("=") for word in check[0].split()) == {
        "interval": "30s",
        "timeout": "30s",
        "start-period": "30s",
    }
    assert service == {
        "test": ["CMD", *command],
        "interval": "30s",
        "timeout": "30s",
        "start_period": "30s",
    }
    with serving("--host", "0.0.0.0") as (ready, _):
        assert command[0] == "mock-akeneo"
        assert run(*command[1:], MOCK_AKENEO_PORT=port_of(ready)).returncode == 0
