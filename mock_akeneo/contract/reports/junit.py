"""A report as JUnit XML: rules are test cases, what was not seen is skipped, advice passes with output."""

from __future__ import annotations

import re
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from mock_akeneo.core.json_types import Json
from mock_akeneo.core.visible import visible_strings

_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(told: Json) -> str:
    told = visible_strings(told)
    suites = Element("testsuites", name="mock-akeneo contract")
    suite = SubElement(suites, "testsuite", name=_fit(told["connector"]))
    counted = {"failure": 0, "skipped": 0}
    for rule in told["rules"]:
        case = SubElement(
            suite, "testcase", classname=f"contract.{rule['id'].partition('-')[0]}", time="0",
            name=f"{rule['id']} {rule['sentence']}",
        )  # fmt: skip
        calls = f"\nCalls: {', '.join(map(str, rule['evidence']))}" if rule["evidence"] else ""
        details = _fit(f"{rule['scenario']}: {rule['why']}{calls}\nTo do: {rule['fix']}\n{rule['reproduce']}")
        match rule["verdict"], rule["known"]:
            case ("fail", False):
                counted["failure"] += 1
                SubElement(case, "failure", message=_fit(rule["why"]), type=rule["level"]).text = details
            case ("fail", True):
                counted["skipped"] += 1
                SubElement(case, "skipped", message=_fit(f"known: {rule['why']}"))
                SubElement(case, "system-out").text = details
            case ("not_seen", _):
                counted["skipped"] += 1
                SubElement(case, "skipped", message=_fit(rule["why"]))
            case ("advice", _):
                SubElement(case, "system-out").text = details
    for element in (suites, suite):
        element.set("tests", str(len(told["rules"])))
        element.set("failures", str(counted["failure"]))
        element.set("errors", "0")
        element.set("skipped", str(counted["skipped"]))
    indent(suites)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(suites, encoding="unicode") + "\n"


def _fit(told: str) -> str:
    """Without the characters that XML cannot hold: a connector's error may have any."""
    return _NO_XML.sub("\ufffd", told)
