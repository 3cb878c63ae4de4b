"""A Python connector that stays: its module is imported once, and its factory called anew for each job."""

from __future__ import annotations

import contextlib
import os
import selectors
import subprocess
from types import TracebackType
from typing import Final

from mock_akeneo.contract.adapters import ENDING_SECONDS, Handover, Job, PythonFactory, Results, Stop, ending_by_exit
from mock_akeneo.contract.connector import child_environment
from mock_akeneo.contract.evidence import Ending
from mock_akeneo.contract.supervision import (
    LOOK_SECONDS,
    TOO_LONG,
    Lines,
    TooLong,
    Unusable,
    caged,
    end_group,
    read_now,
)
from mock_akeneo.core.clock import monotonic

LAST_LINES_SECONDS: Final = 0.05


class _Process:
    """One child. Nothing that it prints is kept: who plays one job again and again has read it before."""

    def __init__(self, factory: PythonFactory, job: Job) -> None:
        self.results_fd, theirs = os.pipe()
        try:
            self.popen = caged(
                [*factory.argv, str(theirs)],
                env=child_environment(job.settings),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs,),
                start_new_session=True,
            )
        except OSError as error:
            os.close(self.results_fd)
            raise Unusable(f'cannot start "{factory.python}": {error.strerror}') from None
        finally:
            os.close(theirs)
        os.set_blocking(self.results_fd, False)

    def give(self, job: Job) -> bool:
        """Whether it takes the job: one that has gone does not."""
        assert self.popen.stdin
        try:
            self.popen.stdin.write(job.line())
            self.popen.stdin.flush()
        except BrokenPipeError:
            return False
        return True

    def end(self, *, goes: bool = False) -> int:
        """Ends its whole group; its exit code, if it had gone by itself. `goes`: it said no last word, so it will."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.popen.wait(ENDING_SECONDS if goes else LAST_LINES_SECONDS)
        gone = self.popen.poll()
        end_group(self.popen)
        with contextlib.suppress(OSError):
            assert self.popen.stdin
            self.popen.stdin.close()
        os.close(self.results_fd)
        return 0 if gone is None else gone


class WarmFactory:
    """As `PythonFactory`, for many jobs. Use as a context manager."""

    def __init__(self, factory: PythonFactory) -> None:
        self._factory = factory
        self._process: _Process | None = None

    @property
    def name(self) -> str:
        return self._factory.name

    @property
    def flags(self) -> tuple[str, ...]:
        return self._factory.flags

    def __enter__(self) -> WarmFactory:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def run(self, job: Job, stop: Stop) -> Handover:
        """Does the job. Raises `Unusable` when the connector cannot be started."""
        if self._process is None or not self._process.give(job):
            self._end()
            self._process = _Process(self._factory, job)
            self._process.give(job)
        results = Results()
        ending = _followed(self._process, results, stop)
        if not results.last.get("stays"):
            results.handover.exit = self._end(goes=not (results.last or ending))
        return results.settled(ending or ending_by_exit(results.handover.exit))

    def _end(self, *, goes: bool = False) -> int:
        process, self._process = self._process, None
        return process.end(goes=goes) if process else 0


def _followed(process: _Process, results: Results, stop: Stop) -> tuple[Ending, str] | None:
    """Reads until the job has ended, the process has gone, or `stop` gives an ending, which is handed on."""
    lines = Lines(results.take)
    next_look = monotonic() + LOOK_SECONDS
    with selectors.DefaultSelector() as selector:
        selector.register(process.results_fd, selectors.EVENT_READ)
        while not results.last:
            if selector.select(LOOK_SECONDS):
                data = read_now(process.results_fd)
                if data == b"":
                    return None
                try:
                    lines(data or b"")
                except TooLong:
                    return "raised", TOO_LONG
            elif process.popen.poll() is not None:
                return None  # a child that it left behind holds the pipe open
            if not results.last and monotonic() >= next_look:
                next_look = monotonic() + LOOK_SECONDS
                if ending := stop(results.handover):
                    return ending
    return None
