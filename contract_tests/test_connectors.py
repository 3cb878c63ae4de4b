"""The worked examples of docs/connectors.md, judged as any connector is; and commands that misbehave as processes."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

import pytest

from mock_akeneo.contract.adapters import Command
from mock_akeneo.contract.rules import RULES
from mock_akeneo.contract.run import PATIENCE_SECONDS, play, run, verdict
from mock_akeneo.contract.scenarios import SCENARIOS

EXAMPLES = Path(__file__).with_name("connectors")
LANGUAGES = {
    "sync.py": (sys.executable,),
    "sync.mjs": ("node",),
    "sync.sh": ("bash", "curl", "jq"),
}
"""Each example and the programs that it needs, the first of which runs it."""


def example(name: str) -> Command:
    programs = LANGUAGES[name]
    missing = [program for program in programs if not shutil.which(program)]
    if missing:
        pytest.skip(f"{', '.join(missing)} is not installed")
    return Command(f"{shlex.quote(programs[0])} {shlex.quote(str(EXAMPLES / name))} {{action}}")


@pytest.mark.parametrize("name", LANGUAGES)
@pytest.mark.parametrize("scenario", ["calm", "token-expires-mid-run", "refused-lines"])
def test_an_example_keeps_every_rule_that_the_scenario_shows(name: str, scenario: str) -> None:
    evidence = {scenario: play(SCENARIOS[scenario], example(name))}
    verdicts = [verdict(rule, evidence) for rule in RULES.values() if scenario in rule.scenarios]
    assert [(v.rule, v.why) for v in verdicts if v.kind == "fail"] == []
    assert [v.rule for v in verdicts if v.kind == "pass"] != []


def test_the_python_example_takes_events_at_an_endpoint_of_its_own() -> None:
    command = Command(example("sync.py").template, ("receive",))
    evidence = {"events": play(SCENARIOS["events"], command)}
    verdicts = [verdict(rule, evidence) for rule in RULES.values() if rule.id.startswith("EVT")]
    assert [(v.rule, v.kind) for v in verdicts] == [(f"EVT-0{number}", "pass") for number in range(1, 6)]


def test_the_python_example_writes_models_before_what_stands_below_them() -> None:
    command = Command(example("sync.py").template, ("pull", "push", "push_models"))
    verdicts = run(command, [RULES["PUSH-09"], RULES["PUSH-10"]]).verdicts
    assert {verdict.rule: verdict.kind for verdict in verdicts} == {"PUSH-09": "pass", "PUSH-10": "pass"}


MISBEHAVIOURS = {
    "exits 0 after doing nothing": (
        "pass", "the pull ended without an error but did not hand over 188 products",
    ),
    "exits with an error": ("sys.exit(3)", "the pull ended with an error: exit code 3"),
    "is killed": ("os.kill(os.getpid(), 9)", "the pull ended with an error: killed by SIGKILL"),
    "hangs": ("import time; time.sleep(600)", " 4 s"),
    "floods stdout": (
        "[sys.stdout.write('x' * 100000 + '\\n') for _ in range(300)]",
        "the pull ended without an error but did not hand over 188 products",
    ),
    "leaves a child behind": (
        "import subprocess; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])",
        "the pull ended without an error but did not hand over 188 products",
    ),
}  # fmt: skip
"""What a connector does after one page of one product, and what the kit says of the pull."""

ONE_CALL = """
import base64, json, os, sys, urllib.request
basic = base64.b64encode(f"{os.environ['AKENEO_CLIENT_ID']}:{os.environ['AKENEO_SECRET']}".encode()).decode()
grant = {"grant_type": "password", "username": os.environ["AKENEO_USERNAME"], "password": os.environ["AKENEO_PASSWORD"]}
url = os.environ["AKENEO_BASE_URL"]
token = json.load(urllib.request.urlopen(urllib.request.Request(
    url + "/api/oauth/v1/token", json.dumps(grant).encode(),
    {"Authorization": "Basic " + basic, "Content-Type": "application/json"})))["access_token"]
urllib.request.urlopen(urllib.request.Request(
    url + "/api/rest/v1/products-uuid?limit=1", headers={"Authorization": "Bearer " + token})).read()
"""


@pytest.mark.parametrize("name", MISBEHAVIOURS)
def test_a_process_that_misbehaves_is_told_in_a_sentence(name: str, tmp_path: Path) -> None:
    """Its folder has the name of ours, and its path a blank."""
    code, why = MISBEHAVIOURS[name]
    folder = tmp_path / "my project" / "contract_tests"
    folder.mkdir(parents=True)
    script = folder / "sync it.py"
    script.write_text(f"{ONE_CALL}\n{code}\n")
    command = Command(f"{shlex.quote(sys.executable)} {shlex.quote(str(script))}", ("pull",))
    patience = 4.0 if name == "hangs" else PATIENCE_SECONDS
    evidence = play(SCENARIOS["calm"], command, patience=patience)
    finding = RULES["PULL-01"].judge(evidence)
    assert (finding.kind, why in finding.why) == ("not_seen" if name == "hangs" else "broken", True), finding.why
