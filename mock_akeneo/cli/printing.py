"""What the commands print: nothing of what others wrote steers the terminal."""

from __future__ import annotations

import click

from mock_akeneo.core.visible import visible_lines


def echo(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Line ends are ours: a text of others is made `visible` before it becomes a part of `text`."""
    click.echo(visible_lines(text), err=err, nl=nl)
