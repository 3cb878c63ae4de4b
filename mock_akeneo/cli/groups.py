"""A group of commands, which answers a name that it does not have with those that it has."""

from __future__ import annotations

from difflib import get_close_matches

import click


class Group(click.Group):
    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            raise click.UsageError(f'There is no command "{args[0]}".{self.instead(ctx, args[0])}', ctx)
        return super().resolve_command(ctx, args)

    def instead(self, ctx: click.Context, name: str) -> str:
        """What the name may have meant, and all that there is."""
        names = self.list_commands(ctx)
        near = get_close_matches(name, names, 1)
        return (f' Did you mean "{near[0]}"?' if near else "") + f" Commands: {', '.join(names)}."
