"""What the server logs holds no secret and steers no terminal: a path or a traceback quotes what was sent."""

from __future__ import annotations

import logging
from typing import Final
from weakref import WeakSet

from mock_akeneo.core.visible import visible, visible_lines
from mock_akeneo.journal.secrets import Secrets

LOGGERS: Final = ("mock_akeneo", "uvicorn.error", "asyncio")
_TRACES: Final = logging.Formatter()


class _Redacted(logging.Filter):
    """Of all servers of this process: a record does not say which it comes from."""

    def __init__(self) -> None:
        super().__init__()
        self.known: WeakSet[Secrets] = WeakSet()

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            told = record.getMessage()
        except (TypeError, ValueError):
            told = str(record.msg)
        if record.exc_info and not record.exc_text:
            record.exc_text = _TRACES.formatException(record.exc_info)
        for secrets in list(self.known):
            told = secrets.redacted(told)
            record.exc_text = record.exc_text and secrets.redacted(record.exc_text)
        record.msg, record.args = visible(told.rstrip("\n")), ()
        record.exc_text = record.exc_text and visible_lines(record.exc_text)
        # A formatter that makes its own text of an exception finds none.
        record.exc_info = None
        return True


_REDACTED: Final = _Redacted()


def keep_out_of_logs(secrets: Secrets) -> None:
    _REDACTED.known.add(secrets)
    for name in LOGGERS:
        logging.getLogger(name).addFilter(_REDACTED)
