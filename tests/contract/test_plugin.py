"""The plugin in a user's own suite: each test here runs a pytest of its own.

Most do it in this process: an interpreter and our imports cost more than what they look at. The very first does not,
nor do those with workers.
"""

from __future__ import annotations

import json
import subprocess
import sys

# A pytest in this process forgets the modules that it was the first to load, and httpx loads this one late.
import httpcore  # noqa: F401
import pytest

from mock_akeneo.contract import handle  # noqa: F401
from mock_akeneo.contract.rules import RULES
from mock_akeneo.contract.scenarios import SCENARIOS
from mock_akeneo.core.settings import Settings
from mock_akeneo.server import Server

pytest_plugins = ["pytester"]

OTHERS = ("no:cacheprovider", "no:faker", "no:schemathesis")
"""Plugins of this environment that take longer to load than the tests below to run."""
STRICT = ("--strict-markers", "--strict-config", "-W", "error", *(word for name in OTHERS for word in ("-p", name)))

FIVE_LINES = """
import httpx

def test_my_first_call(akeneo):
    grant = {"grant_type": "password", "username": akeneo.username, "password": akeneo.password}
    answer = httpx.post(f"{akeneo.base_url}/api/oauth/v1/token", json=grant, auth=(akeneo.client_id, akeneo.secret))
    assert answer.status_code == 200
"""


def test_a_users_test_talks_to_a_pim_without_any_configuration(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(FIVE_LINES)
    pytester.runpytest_subprocess(*STRICT).assert_outcomes(passed=1)


def test_each_test_has_a_pim_of_its_own_also_beside_other_workers(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import httpx
        import pytest

        @pytest.mark.parametrize("number", range(6))
        def test_the_journal_shows_this_test_alone(akeneo, number):
            headers = {"Authorization": f"Bearer {akeneo.env['AKENEO_API_KEY']}"}
            for _ in range(number):
                answer = httpx.get(f"{akeneo.base_url}/api/rest/v1/locales", headers=headers)
                assert answer.status_code == 200
            assert len(akeneo.journal) == number
            assert {entry["connection"] for entry in akeneo.journal} <= {"mock_connection"}
        """
    )
    pytester.runpytest_subprocess(*STRICT, "-n", "3").assert_outcomes(passed=6)


def test_clock_limits_tokens_and_journal_are_in_the_tests_hand(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from datetime import UTC, datetime

        import httpx
        import pytest

        LIMIT = {"name": "one", "kind": "fixed_window", "limit": 1, "seconds": 60}

        @pytest.mark.akeneo(catalog="minimal", limits=[LIMIT], clock="frozen@2026-05-01T00:00:00Z")
        def test_it(akeneo):
            def ask():
                headers = {"Authorization": f"Bearer {akeneo.env['AKENEO_API_KEY']}"}
                return httpx.get(f"{akeneo.base_url}/api/rest/v1/locales", headers=headers).status_code

            assert akeneo.clock.now() == datetime(2026, 5, 1, tzinfo=UTC)
            assert [limit["name"] for limit in akeneo.limits.get()] == ["one"]
            assert [ask(), ask()] == [200, 429]
            assert akeneo.clock.advance(60) == datetime(2026, 5, 1, 0, 1, tzinfo=UTC)
            assert ask() == 200
            akeneo.limits.set("none")
            assert akeneo.tokens.expire() == 1
            assert ask() == 401
            assert [entry["status"] for entry in akeneo.journal] == [200, 429, 200, 401]
            assert len(akeneo.journal.entries(status=200)) == 2
            akeneo.journal.clear()
            assert len(akeneo.journal) == 0

        @pytest.mark.akeneo(catalog="minimal", limits="integration-initial", service_time=20)
        def test_calls_that_take_their_time(akeneo):
            headers = {"Authorization": f"Bearer {akeneo.env['AKENEO_API_KEY']}"}
            httpx.get(f"{akeneo.base_url}/api/rest/v1/locales", headers=headers)
            assert [call["service_ms"] for call in akeneo.journal] == [20]
            assert akeneo.limits.service_time == "20"
            akeneo.limits.set([])
            assert (akeneo.limits.get(), akeneo.limits.service_time) == ([], "20")
            akeneo.limits.set(service_time="20-50")
            assert akeneo.limits.service_time == "20-50"
            akeneo.limits.set("none")
            assert akeneo.limits.service_time == "none"
        """
    )
    pytester.runpytest_inprocess(*STRICT).assert_outcomes(passed=2)


FAULTS_CATALOG_AND_APP = """
import asyncio

import httpx
import pytest

RESET = {"operation": "locales.list", "kind": "status", "status": 503, "times": 1}

def headers(akeneo):
    return {"Authorization": f"Bearer {akeneo.env['AKENEO_API_KEY']}"}

def ask(akeneo):
    return httpx.get(f"{akeneo.base_url}/api/rest/v1/locales", headers=headers(akeneo)).status_code

@pytest.mark.akeneo(catalog="minimal", faults=[RESET])
def test_faults(akeneo):
    assert [ask(akeneo), ask(akeneo)] == [503, 200]
    akeneo.faults.plant(**RESET)
    assert len(akeneo.faults.all()) == 2
    akeneo.faults.clear()
    assert (ask(akeneo), akeneo.faults.all()) == (200, [])

@pytest.mark.akeneo(catalog="minimal", limits=[{"name": "none", "kind": "fixed_window", "limit": 1, "seconds": 60}])
def test_catalog(akeneo):
    body = {"code": "shoes", "labels": {}}
    url = f"{akeneo.base_url}/api/rest/v1/families"
    assert httpx.post(url, json=body, headers=headers(akeneo)).status_code == 201
    assert "shoes" in [family["code"] for family in akeneo.catalog.all("families")]
    assert akeneo.catalog.one("families/shoes")["code"] == "shoes"
    with pytest.raises(KeyError):
        akeneo.catalog.one("families/boots")
    assert len(akeneo.journal) == 1
"""

APP = """
@pytest.mark.akeneo(catalog="minimal")
def test_app(akeneo, akeneo_app):
    async def ask():
        transport = httpx.ASGITransport(akeneo_app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get("/api/rest/v1/locales", headers=headers(akeneo))

    assert asyncio.run(ask()).status_code == 200
    assert [entry["status"] for entry in akeneo.journal] == [200]

@pytest.mark.akeneo(pim_version="7.0")
def test_version(akeneo, akeneo_server):
    assert akeneo.base_url != akeneo_server.base_url
    assert ask(akeneo) == 200
"""


def test_faults_catalog_application_and_version_are_in_the_tests_hand(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(FAULTS_CATALOG_AND_APP + APP)
    pytester.runpytest_inprocess(*STRICT).assert_outcomes(passed=4)


def test_each_test_gets_a_sandbox_on_a_server_that_runs_already(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(FAULTS_CATALOG_AND_APP + APP)
    with Server(Settings(port=0, catalog="minimal")) as server:
        result = pytester.runpytest_subprocess(*STRICT, "--akeneo-url", server.base_url, "-n", "2")
        result.assert_outcomes(passed=2, skipped=2)
        assert list(server.sandboxes.by_name) == ["default"]


def test_a_server_that_does_not_run_is_told(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(FIVE_LINES)
    result = pytester.runpytest_inprocess(*STRICT, "--akeneo-url", "http://127.0.0.1:9")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*--akeneo-url: no mock-akeneo answers at http://127.0.0.1:9: *"])


MARKS = {
    'limit="none"': "there is no limit=, did you mean limits=?",
    "nope=1": "there is no nope=, write catalog=, limits=, service_time=, faults=, clock=, pim_version=",
    '"demo"': "'demo' has no name: write catalog=, limits=, service_time=, faults=, clock=, pim_version=",
    "clock=3": "clock=3 is no str",
    "faults=[3]": "faults=[3] holds what is no dict",
    'catalog="nope"': 'there is no catalog "nope": give demo, minimal, or a folder of JSON lines',
    'pim_version="8.0"': "there is no version '8.0' of the PIM: write one of 5.0, 6.0, 7.0, saas",
}


def test_a_marker_that_cannot_be_is_told_in_one_sentence_without_the_source_of_the_plugin(
    pytester: pytest.Pytester,
) -> None:
    tests = [
        f"@pytest.mark.akeneo({said})\ndef test_{number}(akeneo):\n    pass\n" for number, said in enumerate(MARKS)
    ]
    pytester.makepyfile("import pytest\n\n" + "\n".join(tests))
    result = pytester.runpytest_inprocess(*STRICT)
    result.assert_outcomes(errors=len(MARKS))
    shown = [line for line in result.outlines if line.startswith("@")]
    assert shown == [f"@pytest.mark.akeneo: {told}" for told in MARKS.values()]
    result.stdout.no_fnmatch_line("*mock_akeneo/contract*")


def test_what_the_test_asks_of_its_sandbox_wrongly_is_shown_at_its_own_line(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_it(akeneo):
            akeneo.faults.plant(operation="products.list", knd="status")
        """
    )
    result = pytester.runpytest_inprocess(*STRICT)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(['E *ValueError: unknown key "knd": did you mean "kind"[?]', "", "*.py:2: ValueError"])
    result.stdout.no_fnmatch_line("*mock_akeneo/contract*")


def test_the_fixtures_ask_no_proxy(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    pytester.makepyfile("def test_it(akeneo):\n    assert akeneo.catalog.all('locales')\n")
    pytester.runpytest_inprocess(*STRICT).assert_outcomes(passed=1)


def test_the_plugin_loads_nothing_of_ours_before_it_is_asked() -> None:
    """In a process of its own: other plugins of this environment load starlette and httpx by themselves."""
    code = (
        "import json, pytest, sys; before = set(sys.modules); import mock_akeneo.contract.plugin; "
        "print(*sorted(set(sys.modules) - before))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert loaded == ["mock_akeneo", "mock_akeneo.contract", "mock_akeneo.contract.plugin"]


def test_the_suite_in_the_wheel_judges_a_connector_once_for_all_workers_and_writes_its_report(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        my_connector="""
        import httpx

        class Mine:
            def __init__(self, settings):
                self.settings = settings
                with open("started", "a") as started:
                    started.write("for one action\\n")

            def pull(self, since=None):
                url = f"{self.settings.api_url}/api/rest/v1/products?limit=1&access_token={self.settings.api_key}"
                [product] = httpx.get(url).json()["_embedded"]["items"]
                return [{"uuid": product["uuid"], "values": {}}]
        """
    )
    result = pytester.runpytest_subprocess(
        *STRICT,
        *("--pyargs", "mock_akeneo.contract.suite", "--akeneo-connector", "my_connector:Mine"),
        *("-k", "SEC-01 or AUTH-01 or PULL-02", "--akeneo-report", "report.json", "-n", "2", "--dist", "each"),
    )
    result.assert_outcomes(failed=4, skipped=2)  # each rule is told by both workers
    scenarios = {name for rule in ("SEC-01", "AUTH-01", "PULL-02") for name in RULES[rule].scenarios}
    assert (pytester.path / "started").read_text().count("\n") == sum(len(SCENARIOS[name].needs) for name in scenarios)
    result.stdout.fnmatch_lines(
        [
            "*SEC-01 Never puts a secret, a password or a token into a URL.*",
            "*calm: a secret stood in query.access_token*",
            "*mock-akeneo contract run --connector my_connector:Mine --only SEC-01 --seed 0*",
        ]
    )
    report = json.loads((pytester.path / "report.json").read_text())
    assert {rule["id"]: rule["verdict"] for rule in report["rules"]} == {
        "AUTH-01": "not_seen",
        "PULL-02": "fail",
        "SEC-01": "fail",
    }
    assert report["counts"] == {"pass": 0, "fail": 2, "advice": 0, "not_seen": 1}
    [calm] = [timeline for timeline in report["timelines"] if timeline["scenario"] == "calm"]
    leaking = [call["id"] for call in calm["calls"] if call["operation"] == "products.list"]
    assert [rule["evidence"] for rule in report["rules"] if rule["id"] == "SEC-01"] == [leaking]


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("--akeneo-report", "x.pdf"), '*--akeneo-report: "x.pdf" has no suffix of a report*'),
        (
            ("--pyargs", "mock_akeneo.contract.suite", "--akeneo-connector", "no.such:thing"),
            "*cannot import no.such: No module named 'no'*",
        ),
    ],
)
def test_wrong_options_are_told_in_a_sentence(pytester: pytest.Pytester, flags: tuple[str, ...], message: str) -> None:
    result = pytester.runpytest_inprocess(*STRICT, *flags)
    assert result.ret != 0
    (result.stdout if "no.such" in message else result.stderr).fnmatch_lines([message])
