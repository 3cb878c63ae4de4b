"""The commands. stdout carries data, stderr logs and progress.

Exit codes: 0 good, 1 a rule or check failed, 2 wrong usage or configuration, 3 mock-akeneo itself failed or
could not start, 4 target unreachable or timed out, 5 nothing was checked.
"""

from __future__ import annotations

from importlib import import_module

import click

from mock_akeneo import __version__
from mock_akeneo.cli.groups import Group

# Each command lies in a module of its own, loaded when it is called: `serve` need not wait for the contract kit.
COMMANDS = {
    "serve": ("serve", "serve"),
    "exec": ("exec_", "exec_"),
    "contract": ("contract", "contract"),
    "scenario": ("scenario", "scenario"),
    "catalog": ("catalog", "catalog"),
    "sandbox": ("sandbox", "sandbox"),
    "snapshot": ("snapshot", "snapshot"),
    "connection": ("connection", "connection"),
    "token": ("token", "token"),
    "clock": ("clock", "clock"),
    "limits": ("limits", "limits"),
    "faults": ("faults", "faults"),
    "journal": ("journal", "journal"),
    "webhook": ("webhook", "webhook"),
    "wait": ("probe", "wait"),
    "status": ("probe", "status"),
    "doctor": ("doctor", "doctor"),
    "version": ("probe", "version"),
}


class Commands(Group):
    """Loads a command when it is asked for, and suggests one when there is none of that name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name]
        command: click.Command = getattr(import_module(f"mock_akeneo.cli.{module}"), attribute)
        return command

    def instead(self, ctx: click.Context, name: str) -> str:
        """Also what stands below another command: for `reset`, `snapshot reset`."""
        below = [
            f'"{group} {name}"'
            for group in COMMANDS
            if isinstance(command := self.get_command(ctx, group), click.Group) and name in command.commands
        ]
        return f" Did you mean {' or '.join(below)}?" if 0 < len(below) < 4 else super().instead(ctx, name)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]}, epilog=(
    "Exit codes: 0 good, 1 a rule or check failed, 2 wrong usage or configuration, "
    "3 mock-akeneo itself failed or could not start, 4 target unreachable or timed out, 5 nothing was checked."
))  # fmt: skip
@click.version_option(__version__, prog_name="mock-akeneo")
def main() -> None:
    """A local Akeneo PIM that you can break on purpose, and a contract kit for the connectors that talk to it."""
