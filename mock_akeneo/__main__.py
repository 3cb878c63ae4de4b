"""`mock-akeneo`, and `python -m mock_akeneo`."""

from __future__ import annotations

import sys


def main() -> None:
    """The command line. `wait` is what containers run every few seconds: it loads no other command, and no click."""
    if sys.argv[1:2] == ["wait"]:
        from mock_akeneo import health

        if (told := health.flags(sys.argv[2:])) is not None:
            try:
                missing = health.wait(*told)
            except ValueError as error:
                sys.exit(_failed(2, str(error)))
            sys.exit(_failed(4, missing) if missing else 0)
    from mock_akeneo.cli import main as commands

    commands()


def _failed(code: int, sentence: str) -> int:
    sys.stderr.write(f"Error: {sentence}\n")
    return code


if __name__ == "__main__":
    main()
