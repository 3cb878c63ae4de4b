"""Broken connectors: the reference connector with one planted bug each, and the rule that must name it where."""

from __future__ import annotations

from contract_tests.broken import auth, events, mapping, pulling, pushing, retry, secrecy, throttle

BROKEN: dict[str, tuple[str, str]] = {
    f"{topic.__name__}:{bug}": caught
    for topic in (auth, throttle, retry, pulling, pushing, mapping, events, secrecy)
    for bug, caught in topic.BROKEN.items()
}
"""Factory to rule, and the scenario in which it shows."""
