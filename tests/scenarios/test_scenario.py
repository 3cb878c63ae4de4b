from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from mock_akeneo.core.json_types import Json
from mock_akeneo.core.keys import Wrong
from mock_akeneo.scenarios.files import library, library_files, named, read_file, scenario_from
from mock_akeneo.scenarios.moves import MOVES, Move
from mock_akeneo.scenarios.scenario import KEYS, Scenario, scenario_schema

SCHEMA = jsonschema_rs.validator_for(scenario_schema())

EVERYTHING: Json = {
    "name": "everything",
    "about": "All keys at once.",
    "needs": ["pull", "push"],
    "catalog": "demo",
    "products": 10,
    "seed": 7,
    "clock": "frozen@2026-05-01T00:00:00Z",
    "limits": [{"name": "two", "kind": "concurrency", "limit": 2}],
    "service_time": "20-50",
    "faults": [{"operation": "@pull", "kind": "delay", "seconds": 0.5, "match": {"query": {"page": "2"}}}],
    "plans": [{"operation": "products.update_list", "steps": ["ok", "429", 503, {"kind": "delay", "seconds": 3}]}],
    "moves": [
        {"after": {"operation": "@pull", "nth": 1}, "do": "advance", "seconds": 3601},
        {"after": {"operation": "token"}, "do": "delete", "which": "served"},
    ],
    "push": {"new": 150, "updates": 10, "refused": 0},
}


def test_a_scenario_is_read_back_from_its_json() -> None:
    scenario = Scenario.parse(EVERYTHING)
    assert scenario.to_json() == EVERYTHING
    assert Scenario.parse(scenario.to_json()) == scenario
    assert set(EVERYTHING) == set(KEYS)


def test_a_name_is_enough() -> None:
    scenario = Scenario.parse({"name": "calm"})
    assert (scenario.needs, scenario.limits, scenario.clock, scenario.moves) == (("pull", "push"), None, None, ())


@pytest.mark.parametrize(
    ("more", "place", "message"),
    [
        ({"fault": []}, ("fault",), 'unknown key "fault": did you mean "faults"?'),
        ({"name": "a b"}, ("name",), '"name": "a b" is no name: use letters'),
        ({"name": "schema"}, ("name",), "is no name"),
        (
            {"needs": ["pul"]},
            ("needs",),
            '["pul"] is no list of pull, push, receive, push_models, push_options and push_media: '
            'write for example ["pull"]',
        ),
        ({"clock": "x"}, ("clock",), '"x" is no clock: write real, frozen, frozen@2026-01-01T00:00:00Z or x60'),
        ({"products": -1}, ("products",), "-1 is no whole number from 0 on: write for example 1000"),
        ({"limits": "akeneo-sas"}, ("limits",), 'did you mean "akeneo-saas"?'),
        (
            {"limits": [{"kind": "fixed_windw", "limit": 5, "seconds": 1}]},
            ("limits", 0, "kind"),
            'did you mean "fixed_window"?',
        ),
        (
            {"faults": [{"operation": "@pull", "kind": "reset"}, {"operation": "@pull", "kind": "resets"}]},
            ("faults", 1, "kind"),
            'fault 2: "kind": "resets" is no kind of fault: did you mean "reset"?',
        ),
        (
            {"faults": [{"operation": "product.list", "kind": "reset"}]},
            ("faults", 0, "operation"),
            'no operation is called "product.list": did you mean "products.list"?',
        ),
        (
            {"plans": [{"operation": "token", "steps": ["ok", "nok"]}]},
            ("plans", 0, "steps", 1),
            'plan 1: step 2: "nok" is no step: did you mean "ok"?',
        ),
        ({"moves": [{"do": "advance", "seconds": 1}]}, ("moves", 0), 'move 1: "after" is missing'),
        (
            {"moves": [{"after": {"operation": "@pull"}, "do": "advnce"}]},
            ("moves", 0, "do"),
            '"advnce" is no move: did you mean "advance"?',
        ),
        ({"moves": [{"after": {"operation": "@pull"}, "do": "advance"}]}, ("moves", 0), '"seconds" is missing'),
        (
            {"moves": [{"after": {"operation": "@pul"}, "do": "expire_tokens"}]},
            ("moves", 0, "after", "operation"),
            'no operation is called "@pul": did you mean "@pull"?',
        ),
        (
            {"moves": [{"after": {"operation": "@pull", "nth": 0}, "do": "expire_tokens"}]},
            ("moves", 0, "after", "nth"),
            "0 is no whole number from 1 on",
        ),
        (
            {"moves": [{"after": {"operation": "@pull"}, "do": "set_limits", "limits": [{"kind": "concurrency"}]}]},
            ("moves", 0, "limits", 0),
            '"limit" is missing',
        ),
        (
            {"moves": [{"after": {"operation": "@pull"}, "do": "delete", "which": "serve"}]},
            ("moves", 0, "which"),
            "is none of served, unserved and no list of identifiers",
        ),
        ({"push": {"new": 1, "refuse": 2}}, ("push", "refuse"), 'unknown key "refuse": did you mean "refused"?'),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_what_to_write(
    more: Json, place: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(Wrong) as refused:
        Scenario.parse({"name": "x", **more})
    assert message in str(refused.value)
    assert refused.value.place == place


@pytest.mark.parametrize("told", [[], "calm", None, {"about": "no name"}])
def test_what_is_no_scenario_is_refused(told: Any) -> None:
    with pytest.raises(Wrong, match=r'write \{"name"|"name" is missing'):
        Scenario.parse(told)


@pytest.mark.parametrize("do", MOVES)
def test_each_move_is_read_back_from_its_json(do: str) -> None:
    own = {name: key.example for name, key in MOVES[do].keys.items()}
    move = Move.parse({"after": {"operation": "@push", "nth": 2}, "do": do, **own})
    assert (move.operation, move.nth, move.do, move.own) == ("@push", 2, do, own)
    assert Move.parse(move.to_json()) == move


# Files

BROKEN = """\
name: broken
about: A kind is written wrongly.
faults:
  - operation: "@pull"
    kind: delay
    seconds: 0.5
  - operation: "@pull"
    knd: reset
"""


def refusal(text: str, file: str) -> str:
    with pytest.raises(ValueError) as refused:  # noqa: PT011  # its text is looked at by the caller
        scenario_from(text, file)
    return str(refused.value)


def test_a_mistake_in_a_file_is_told_with_its_line() -> None:
    assert refusal(BROKEN, "my.yaml") == 'my.yaml:8: fault 2: unknown key "knd": did you mean "kind"?'


BROKEN_JSON = """{
\t"name": "x",
\t"clock": "real",
\t"plans": [
\t\t{"operation": "token",
\t\t "steps": ["ok",
\t\t   "no\\/"]}
\t]
}"""


def test_a_mistake_in_json_is_told_with_its_line_too() -> None:
    assert refusal(BROKEN_JSON, "my.json").startswith('my.json:7: plan 1: step 2: "no/" is no step')


@pytest.mark.parametrize(
    ("text", "file", "message"),
    [
        ('{"name": "x",\n"about"}', "a.json", "a.json:2: no valid JSON: "),
        ("name: x\n  about: y", "a.yaml", "a.yaml:2: no valid YAML: mapping values are not allowed here"),
        (
            "name: x\nneeds:\n  - @pull",
            "a.yaml",
            "a.yaml:3: no valid YAML: found character '@' that cannot start any token (quote what begins with \"@\")",
        ),
        ("name: x\nseed: 1\nseed: 2", "a.yaml", 'a.yaml:3: the key "seed" stands here for the second time'),
        ("name: x\npush:\n  new: 1\n  new: 2", "a.yaml", 'a.yaml:4: the key "new" stands here for the second time'),
        ("- a\n- b", "a.yaml", 'a.yaml:1: ["a", "b"] is no scenario'),
        ("", "a.yaml", "a.yaml:1: null is no scenario"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_line(text: str, file: str, message: str) -> None:
    assert refusal(text, file).startswith(message)


BOMB = 'name: x\nabout: &a "lol"\nfaults:\n' + "\n".join(
    f"  - &{name} [{', '.join([f'*{last}'] * 9)}]" for last, name in zip("abcdefghi", "bcdefghij", strict=True)
)
MERGED = "name: x\npush:\n  a: &a {k: 1}\n" + "\n".join(
    f"  {name}: &{name} {{<<: [{', '.join([f'*{last}'] * 50)}]}}" for last, name in zip("abcde", "bcdef", strict=True)
)
DEEP_LISTS, DEEP_OBJECTS = "[" * 9000 + "]" * 9000, "".join(" " * n + "a:\n" for n in range(2000))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOMB, "a.yaml:9: up to here it stands for more than 200000 values"),
        (BOMB.replace('"lol"', "x" * 10_000), "a.yaml:7: up to here it stands for more than 200000 values"),
        (MERGED, "a.yaml:6: up to here it stands for more than 200000 values"),
        ("name: x\nfaults: &f\n  - a\n  - *f", 'a.yaml:4: "*f" stands for what it lies in itself'),
        ("&all\nname: x\npush: *all", 'a.yaml:3: "*all" stands for what it lies in itself'),
        ("name: x\npush: &p\n  <<: *p", 'a.yaml:3: "*p" stands for what it lies in itself'),
        ("name: x\npush: *none", "a.yaml:2: no valid YAML: found undefined alias 'none'"),
        (f"name: x\nneeds:\n  {DEEP_LISTS}", "a.yaml:3: it is nested deeper than 100 levels"),
        (f"name: x\n{DEEP_OBJECTS}", "a.yaml:10"),
        ("name: x\nseed: !!python/object:os.system 1", 'a.yaml:2: JSON has nothing like "!!python/object:os.system"'),
        ("name: x\nabout: !!binary eA==", 'a.yaml:2: JSON has nothing like "!!binary"'),
        ("name: x\nneeds: !!set {a}", 'a.yaml:2: JSON has nothing like "!!set"'),
        ("name: x\npush:\n  on: 1", 'a.yaml:3: the key "on" is no text: write it between quotes'),
        ("name: x\n? [a]\n: b", "a.yaml:2: a key is no text: write it between quotes"),
        ("name: x\nseed: !!int a", 'a.yaml:2: "a" cannot be read: '),
        ('name: x\nseed: !!int ""', 'a.yaml:2: "" cannot be read: '),
        ("name: x\nseed: !!bool a", 'a.yaml:2: "a" cannot be read: '),
        ("name: x\nseed: " + "1" * 5000, 'a.yaml:2: "1111'),
        ("name: x\nabout: a\x01b", 'a.yaml:2: no valid YAML: the character "\\u0001" must not stand here'),
        ("---\nname: x\n---\nname: y", "a.yaml:3: no valid YAML: but found another document"),
        ('{"name": "x",\n"needs": ' + "[" * 300 + "]" * 300 + "}", "a.json:2: it is nested deeper than 100 levels"),
        ('{"name": "x",\n"needs": ' + DEEP_LISTS + "}", "a.json:2: it is nested deeper than 100 levels"),
        ('{"name": "x",\n"seed": ' + "1" * 5000 + "}", 'a.json:2: "seed": Infinity is no whole number'),
    ],
    ids=range(23),
)
def test_a_file_that_is_no_json_or_stands_for_more_than_can_be_meant_is_refused_in_a_sentence(
    text: str, message: str
) -> None:
    told = refusal(text, message.partition(":")[0])
    assert told.startswith(message)
    assert "\n" not in told


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("name: x\nabout: 2026-02-30", "2026-02-30"),
        ("name: x\nabout: =", "="),
        ('{"name": "x", "about": "a\x7f\\t\\ud83d\\ude00"}', "a\x7f\t\U0001f600"),
    ],
)
def test_what_is_a_text_in_json_is_a_text(text: str, about: str) -> None:
    assert scenario_from(text, "x.json" if text.startswith("{") else "x.yaml").about == about


def test_an_alias_stands_for_what_it_names() -> None:
    text = """\
name: x
faults:
  - &slow
    operation: "@pull"
    kind: delay
    seconds: 1
  - <<: *slow
    seconds: 2
"""
    slow = {"operation": "@pull", "kind": "delay", "seconds": 1}
    assert scenario_from(text, "a.yaml").to_json()["faults"] == [slow, {**slow, "seconds": 2}]
    wrong = text.replace("seconds: 2", "secnds: 2")
    assert refusal(wrong, "a.yaml").startswith('a.yaml:8: fault 2: unknown key "secnds"')


def test_a_file_is_read_without_its_byte_order_mark_if_a_person_can_have_written_it(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes(b"#" * 10_000_001)
    with pytest.raises(ValueError, match=r"^cannot read the scenario in .*x\.yaml: it is larger than 10 MB$"):
        read_file(file)
    file.write_bytes(b"name: x\nabout: \xfc\n")
    with pytest.raises(ValueError, match=r"x\.yaml:2: not UTF-8$"):
        read_file(file)
    for name in ("x.yaml", "x.json"):
        (tmp_path / name).write_text('{"about": "ü"}', "utf-8-sig")
        assert read_file(tmp_path / name).about == "ü"


def test_a_file_without_a_name_is_called_like_itself(tmp_path: Path) -> None:
    file = tmp_path / "late-night.yaml"
    file.write_text("about: Nothing happens.\n")
    assert read_file(file).name == "late-night"
    with pytest.raises(ValueError, match=r"a scenario file ends in \.yaml, \.yml, \.json"):
        read_file(tmp_path / "x.toml")
    with pytest.raises(ValueError, match=r"cannot read the scenario in .*x\.yaml: No such file"):
        read_file(tmp_path / "x.yaml")


def test_json_and_yaml_say_the_same(tmp_path: Path) -> None:
    written = json.dumps(EVERYTHING)
    assert scenario_from(written, "a.json") == scenario_from(written, "a.yaml") == Scenario.parse(EVERYTHING)


# The library


def test_the_library_has_a_scenario_for_each_pain() -> None:
    assert len(library()) >= 20
    assert all(name == scenario.name for name, scenario in library().items())
    assert all(20 < len(scenario.about) <= 120 for scenario in library().values())
    assert all(text.startswith(f"name: {name}\nabout: ") for name, text in library_files().items())


def test_an_unknown_scenario_is_refused_with_what_was_meant() -> None:
    with pytest.raises(ValueError, match=r'no scenario is called "index-lags": did you mean "index-lag"\?'):
        named("index-lags")


# The schema


@pytest.mark.parametrize("scenario", [*library().values(), Scenario.parse(EVERYTHING)], ids=lambda one: one.name)
def test_the_schema_takes_every_scenario(scenario: Scenario) -> None:
    SCHEMA.validate(scenario.to_json())


@pytest.mark.parametrize(
    "more",
    [
        {"fault": []},
        {"name": "a b"},
        {"needs": ["pul"]},
        {"products": -1},
        {"limits": "akeneo-sas"},
        {"faults": [{"operation": "@pull", "kind": "resets"}]},
        {"faults": [{"operation": "@pull", "kind": "delay"}]},
        {"faults": [{"operation": "@pull", "kind": "delay", "seconds": 1, "match": {"sku": "a"}}]},
        {"plans": [{"operation": "token", "steps": ["nok"]}]},
        {"plans": [{"operation": "token", "steps": [{"kind": "delay", "seconds": 1, "nth": 1}]}]},
        {"moves": [{"after": {"operation": "@pull"}, "do": "advance"}]},
        {"moves": [{"after": {"operation": "@pull"}, "do": "advnce", "seconds": 1}]},
    ],
)
def test_the_schema_refuses_what_is_refused(more: Json) -> None:
    told = {"name": "x", **more}
    assert not SCHEMA.is_valid(told)
    with pytest.raises(Wrong):
        Scenario.parse(told)


def test_the_published_schema_is_the_one_in_force() -> None:
    published = files("mock_akeneo.scenarios") / "scenario.schema.json"
    assert json.loads(published.read_text("utf-8")) == scenario_schema()
