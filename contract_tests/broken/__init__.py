"""Broken connectors: the reference connector with one planted bug each, and the rule that must name it."""

from __future__ import annotations

from contract_tests.broken import auth, pulling, pushing, throttle

BROKEN: dict[str, str] = {
    f"{topic.__name__}:{bug}": rule
    for topic in (auth, throttle, pulling, pushing)
    for bug, rule in topic.BROKEN.items()
}
