"""Calls to all operations that are right but for a change or two: none of them is answered 500."""

from __future__ import annotations

import random
from typing import Final

import click

from mock_akeneo.app import create_app
from mock_akeneo.core.settings import Settings
from tests.rest.fuzzing import ask

CALLS_OF_AN_APPLICATION: Final = 5_000


def prove(dice: random.Random, *, cases: int) -> None:
    """Raises `AssertionError` with the first call that failed."""
    for done in range(0, cases, CALLS_OF_AN_APPLICATION):
        app = create_app(Settings(catalog="demo", clock="frozen"))
        failed = ask(app, min(CALLS_OF_AN_APPLICATION, cases - done), dice.randrange(2**32))
        assert not failed, (
            f"{len(failed)} calls; {failed[0].asked.operation.method} {failed[0].asked.target} "
            f"{failed[0].asked.body!r}: {failed[0].told}"
        )
    click.echo(f"API: {cases} changed calls, none answered 500", err=True)
