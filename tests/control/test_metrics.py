"""Figures for Prometheus."""

from __future__ import annotations

import re

import httpx


def test_figures_of_all_sandboxes_are_told_in_the_text_format(api: httpx.Client) -> None:
    api.put("/_mock/v1/limits", json={"preset": "integration-initial"})
    api.post("/_mock/v1/sandboxes", json={"name": "other"})
    api.post("/_mock/v1/faults", json={"operation": "locales.get", "kind": "status", "status": 503, "times": 1})
    for _ in range(6):
        api.get("/api/rest/v1/locales/en_US")
    answer = api.get("/_mock/v1/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    samples = dict(line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#"))
    assert {
        name: samples[name] for name in samples if "locales.get" in name and "_total{" in name and "seconds" not in name
    } == {
        'mock_akeneo_requests_total{sandbox="default",operation="locales.get",status="503"}': "1",
        'mock_akeneo_requests_total{sandbox="default",operation="locales.get",status="200"}': "4",
        'mock_akeneo_requests_total{sandbox="default",operation="locales.get",status="429"}': "1",
    }
    used = [value for name, value in samples.items() if name.startswith("mock_akeneo_limit_used")]
    assert used == ["5"]
    assert samples['mock_akeneo_faults_struck_total{sandbox="default",fault="fault-1"}'] == "1"
    assert samples['mock_akeneo_journal_entries{sandbox="default"}'] == "6"
    assert samples['mock_akeneo_journal_entries{sandbox="other"}'] == "0"
    assert samples['mock_akeneo_clock_seconds{sandbox="default"}'] == "1767225600.000000"
    for line in answer.text.splitlines():
        assert re.fullmatch(r'# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)+\})? [0-9.]+', line), line
    assert len(samples) == answer.text.count("\n") - answer.text.count("# ")
