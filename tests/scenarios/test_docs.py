"""The documents know every kind of fault, every move and every scenario, and their examples are right."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from mock_akeneo.core.keys import Key
from mock_akeneo.faults import FAULTS
from mock_akeneo.faults.calls import CALL_KEYS
from mock_akeneo.faults.fault import OFTEN_KEYS, Fault
from mock_akeneo.faults.plans import Plan
from mock_akeneo.scenarios.files import library, scenario_from
from mock_akeneo.scenarios.moves import MOVES
from mock_akeneo.scenarios.scenario import KEYS, NAMES

DOCS = Path(__file__).parents[2] / "docs"
ON_FAULTS, ON_SCENARIOS = (DOCS / name for name in ("faults.md", "scenarios.md"))


def row(name: str, keys: Mapping[str, Key], about: str) -> str:
    told = (f"**`{key}`**" if value.required else f"`{key}`" for key, value in keys.items())
    return f"| `{name}` | {', '.join(told)} | {about} |"


def test_every_kind_of_fault_is_in_the_docs_with_its_keys() -> None:
    text = ON_FAULTS.read_text("utf-8")
    for name, kind in FAULTS.items():
        assert row(name, kind.keys, kind.about) in text
    for name in (*CALL_KEYS, *OFTEN_KEYS):
        assert f"`{name}`" in text


def test_every_move_and_key_and_scenario_is_in_the_docs() -> None:
    text = ON_SCENARIOS.read_text("utf-8")
    for name, kind in MOVES.items():
        assert row(name, kind.keys, kind.about) in text
    for scenario in library().values():
        assert f"| `{scenario.name}` | {scenario.about} |" in text
    assert all(f"\n{name}: " in text or f"\n{name}:\n" in text for name in KEYS if name != "push")


def test_the_examples_can_be_played() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", ON_SCENARIOS.read_text("utf-8"), re.DOTALL)
    assert scenario_from(example, "docs.yaml").name == "friday-night"
    fault, plan = (json.loads(body) for body in re.findall(r"-d '(.*?)'", ON_FAULTS.read_text("utf-8")))
    assert Fault.parse(fault, NAMES).kind == "status"
    assert len(Plan.parse(plan, NAMES).steps) == 4
