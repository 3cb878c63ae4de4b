"""A report as one HTML file that needs nothing from elsewhere, with a picture of each scenario over time."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from mock_akeneo.contract.reports.terminal import WORDS, summary
from mock_akeneo.contract.reports.timeline import COLOURS, svg
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.visible import visible_strings

STYLE: Final = """
:root { color-scheme: light dark; --line: #8886; }
body { font: 15px/1.45 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line); }
td:first-child { white-space: nowrap; font-family: ui-monospace, monospace; }
pre { overflow-x: auto; padding: .5rem; border: 1px solid var(--line); }
.fail { color: #c62828; font-weight: bold; } .advice { color: #b26a00; } .pass { color: #2e7d32; }
.not_seen, .left-out { opacity: .65; }
svg { width: 100%; height: auto; border: 1px solid var(--line); }
svg text { font: 10px ui-monospace, monospace; fill: currentColor; }
.window { fill: #1565c0; fill-opacity: .09; stroke: #1565c0; stroke-opacity: .5; stroke-dasharray: 3 3; }
.flight { fill: #8884; stroke: currentColor; } .life { fill: #1565c0; }
.move { stroke: #6a1b9a; stroke-dasharray: 4 3; fill: none; }
.legend span { margin-right: 1.2rem; white-space: nowrap; }
.legend i { display: inline-block; width: .8em; height: .8em; margin-right: .3em; }
"""


def html(told: Json) -> str:
    return "\n".join(_lines(visible_strings(told))) + "\n"


def _lines(told: Json) -> Iterator[str]:
    yield '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    yield f"<title>Contract of {escape(told['connector'])}</title><style>{STYLE}</style></head><body>"
    yield f"<h1>Contract of {escape(told['connector'])}</h1><p>{escape(summary(told))}</p>"
    yield "<table><tr><th>Rule</th><th>Verdict</th><th>What it asks for</th><th>Scenario</th></tr>"
    for rule in told["rules"]:
        name = _anchored(rule) if rule["verdict"] in ("fail", "advice") else escape(rule["id"])
        why = f"<br><small>{escape(rule['why'])}</small>" if rule["verdict"] == "not_seen" else ""
        yield (
            f"<tr><td>{name}</td><td>{_word(rule)}</td><td>{escape(rule['sentence'])}{why}</td>"
            f"<td>{escape(rule['scenario'] or '')}</td></tr>"
        )
    yield "</table>"
    for rule in told["rules"]:
        if rule["verdict"] in ("fail", "advice"):
            yield from _breach(rule)
    if told["notes"]:
        yield "<h2>Notes</h2><ul>"
        yield from (f"<li>{escape(note)}</li>" for note in told["notes"])
        yield "</ul>"
    if told["timelines"]:
        yield "<h2>Calls over time</h2>"
        yield from _legend()
        for timeline in told["timelines"]:
            yield from _timeline(timeline)
    yield "</body></html>"


def _anchored(rule: Json) -> str:
    return f'<a href="#{escape(rule["id"])}">{escape(rule["id"])}</a>'


def _word(rule: Json) -> str:
    known = " (known)" if rule["known"] else ""
    return f'<span class="{rule["verdict"]}">{WORDS[rule["verdict"]]}</span>{known}'


def _breach(rule: Json) -> Iterator[str]:
    yield f'<h2 id="{escape(rule["id"])}">{escape(rule["id"])} {_word(rule)}</h2>'
    yield f"<p>{escape(rule['why'])}</p><dl>"
    if rule["evidence"]:
        yield f"<dt>Calls of {escape(rule['scenario'] or '')}</dt>"
        yield f"<dd>{escape(', '.join(map(str, rule['evidence'])))}</dd>"
    yield f"<dt>To do</dt><dd>{escape(rule['fix'])}</dd>"
    yield f"<dt>Reproduce</dt><dd><pre>{escape(rule['reproduce'])}</pre></dd></dl>"


def _legend() -> Iterator[str]:
    yield '<p class="legend">'
    yield from (f'<span><i style="background:{colour}"></i>{escape(meaning)}</span>' for _, colour, meaning in COLOURS)
    yield "<span>dashed frame: a window of a limit</span><span>dashed line: the scenario moved something</span></p>"


def _timeline(timeline: Json) -> Iterator[str]:
    yield f"<h3>{escape(timeline['scenario'])}</h3>"
    for run in timeline["runs"]:
        if run["why"]:
            yield f"<p>{escape(run['action'])}: {escape(run['why'])}</p>"
    yield svg(timeline) or "<p>No call was made.</p>"
    if timeline["left_out"]:
        yield f'<p class="left-out">{timeline["left_out"]} later calls are not drawn.</p>'
