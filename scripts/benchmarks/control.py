"""Calls to the control plane by its own OpenAPI document and beyond it: none of them is answered 5xx."""

from __future__ import annotations

import random
from typing import Final

import click

from mock_akeneo.app import create_app
from mock_akeneo.core.settings import Settings
from tests.control.fuzzing import ask

# What was asked before may matter, but not for ever: a sandbox whose clock is at its end shows little.
CALLS_OF_AN_APPLICATION: Final = 250


def prove(dice: random.Random, *, cases: int) -> None:
    """Raises `AssertionError` with the first call that failed."""
    for done in range(0, cases, CALLS_OF_AN_APPLICATION):
        app = create_app(Settings(catalog="minimal", clock="frozen"))
        failed = ask(app, min(CALLS_OF_AN_APPLICATION, cases - done), dice.randrange(2**32))
        assert not failed, (
            f"{failed[0].asked.method} {failed[0].asked.target} {failed[0].asked.body!r}: {failed[0].told}"
        )
    click.echo(f"control plane: {cases} calls, none answered 5xx", err=True)
