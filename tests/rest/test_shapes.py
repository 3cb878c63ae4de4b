"""How a body is merged into what is stored.

Source: 01 section 9; apidocs: content/rest-api/update.md
"""

from __future__ import annotations

from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_akeneo.app import App

LOCALES = ("de_DE", "en_US", "fr_FR", "zh_CN")
LABELS = st.dictionaries(
    st.sampled_from(LOCALES), st.text(st.characters(exclude_categories=["Cs"]), max_size=5) | st.none()
)
MERGES = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
PATH = "/association-types/PACK"


def _labels_after(api: httpx.Client, app: App, *changes: Any) -> Any:
    app.sandboxes.default.catalog.reset()
    for labels in changes:
        answer = api.patch(PATH, json={"labels": labels})
        assert (answer.status_code, answer.text) == (204, "")
    return api.get(PATH).json()["labels"]


@MERGES
@given(first=LABELS, second=LABELS)
def test_objects_are_merged_and_empty_members_removed(
    technical: httpx.Client, technical_app: App, first: Any, second: Any
) -> None:
    stored = {"en_US": "Pack", "fr_FR": "Pack", **first, **second}
    expected = {locale: text for locale, text in stored.items() if text}
    assert _labels_after(technical, technical_app, first, second) == expected


@MERGES
@given(labels=LABELS)
def test_an_update_done_twice_is_done_once(technical: httpx.Client, technical_app: App, labels: Any) -> None:
    once = _labels_after(technical, technical_app, labels)
    assert _labels_after(technical, technical_app, labels, labels) == once


@MERGES
@given(attributes=st.lists(st.sampled_from(["a_text", "a_date", "SKU", "a_yes_no"]), max_size=6))
def test_arrays_replace_and_absent_members_stay(
    technical: httpx.Client, technical_app: App, attributes: list[str]
) -> None:
    technical_app.sandboxes.default.catalog.reset()
    before = technical.get("/families/familyA3").json()
    answer = technical.patch("/families/familyA3", json={"attributes": [*attributes, "sku", "a_simple_select"]})
    assert answer.status_code == 204
    kept = sorted({code.lower() for code in attributes} | {"sku", "a_simple_select"})
    requirements = {
        channel: [code for code in codes if code in kept] for channel, codes in before["attribute_requirements"].items()
    }
    after = technical.get("/families/familyA3").json()
    assert after == {**before, "attributes": kept, "attribute_requirements": requirements}
    technical_app.sandboxes.default.catalog.reset()
