"""A report as Markdown, for a pull request or a job summary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mock_akeneo.contract.reports.terminal import WORDS, summary
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.visible import visible_strings

_SIGNS: Final = re.compile(r"([\\`*_{}\[\]<>#|~&])")


def markdown(told: Json) -> str:
    return "\n".join(_lines(visible_strings(told))) + "\n"


def _lines(told: Json) -> Iterator[str]:
    yield f"# Contract of {_plain(told['connector'])}"
    yield ""
    yield summary(told)
    yield ""
    yield "| rule | verdict | what it asks for | scenario | why |"
    yield "|---|---|---|---|---|"
    for rule in told["rules"]:
        known = " (known)" if rule["known"] else ""
        word = WORDS[rule["verdict"]] + known
        cells = (
            rule["id"],
            f"**{word}**" if rule["verdict"] == "fail" else word,
            _plain(rule["sentence"]),
            _plain(rule["scenario"] or ""),
            _plain(rule["why"]),
        )
        yield f"| {' | '.join(cells)} |"
    for rule in told["rules"]:
        if rule["verdict"] in ("fail", "advice"):
            yield ""
            yield f"## {rule['id']} {WORDS[rule['verdict']]}"
            yield ""
            yield f"{_plain(rule['why'])}"
            yield ""
            if rule["evidence"]:
                yield f"- calls of {_plain(rule['scenario'] or '')}: {', '.join(map(str, rule['evidence']))}"
            yield f"- to do: {_plain(rule['fix'])}"
            yield "- reproduce:"
            yield ""
            yield from (f"      {line}" for line in rule["reproduce"].splitlines())
    if told["notes"]:
        yield ""
        yield "## Notes"
        yield ""
        yield from (f"- {_plain(note)}" for note in told["notes"])


def _plain(told: str) -> str:
    """Shown as it is, on one line: no sign of it is markup."""
    return _SIGNS.sub(r"\\\1", " ".join(told.split()))
