"""One process of the connector under a watch: its own cage, its output read as it comes, and always an end.

Everything is read in one loop without threads. The process may crash, hang, flood its output, or leave
children behind that hold its pipes open: `supervise` returns, and nothing that it started runs on.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mock_akeneo.contract import cage
from mock_akeneo.core.clock import monotonic

KEPT_OUTPUT_BYTES: Final = 64 * 1024
MAX_LINE_BYTES: Final = 16 * 1024 * 1024
LOOK_SECONDS: Final = 0.25
"""How often `stop` is asked."""
LAST_WORDS_SECONDS: Final = cage.LAST_WORDS_SECONDS
"""How long we read on after the process has ended, when one of its children still holds the pipes."""
GRACE_SECONDS: Final = cage.GRACE_SECONDS
"""From the polite signal to the one that cannot be refused."""
CAGED: Final = sys.platform == "linux"
"""Elsewhere the group of a process is all that can be ended."""
TOO_LONG: Final = f"it wrote an item or a line of more than {MAX_LINE_BYTES >> 20} MB"

Start = Callable[..., subprocess.Popen[bytes]]
"""Starts a process, called as `Popen` is."""


class Unusable(ValueError):
    """The connector cannot even be started: the user's mistake, told in one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a process ended. `stopped`: the reason that `stop` gave, empty if it ended by itself.

    `exit`: its exit code, negative for a signal. Output is the last `KEPT_OUTPUT_BYTES` of it.
    """

    exit: int
    stopped: str
    stdout: str
    stderr: str


class TooLong(Exception):
    """A line that nobody should have to keep."""


def caged(argv: Sequence[str], *, pass_fds: Sequence[int] = (), **more: Any) -> subprocess.Popen[bytes]:
    """Starts `argv` as `Popen` does, in a cage where there is one. Raises `OSError` for a program that is not there."""
    if not CAGED:
        return subprocess.Popen(argv, pass_fds=pass_fds, **more)
    told, status = os.pipe()
    with open(told, "rb") as trouble:
        try:
            words = [sys.executable, "-I", "-S", cage.__file__, str(status), *argv]
            process = subprocess.Popen(words, pass_fds=(*pass_fds, status), **more)
        finally:
            os.close(status)
        number = trouble.read()
    if number:
        process.wait()
        for stream in filter(None, (process.stdin, process.stdout, process.stderr)):
            stream.close()
        raise OSError(int(number), os.strerror(int(number)))
    return process


class _Tail:
    """The last bytes of a stream, and how many were dropped before them."""

    def __init__(self) -> None:
        self._kept, self._dropped = bytearray(), 0

    def __call__(self, data: bytes) -> None:
        self._kept += data
        if (over := len(self._kept) - KEPT_OUTPUT_BYTES) > KEPT_OUTPUT_BYTES:
            del self._kept[:over]
            self._dropped += over

    def text(self) -> str:
        over = max(0, len(self._kept) - KEPT_OUTPUT_BYTES)
        kept = bytes(self._kept[over:]).decode("utf-8", "replace")
        return f"[{self._dropped + over} bytes before this were dropped]\n{kept}" if self._dropped + over else kept


class Lines:
    """Cuts a stream into lines and hands them on. Raises `TooLong`."""

    def __init__(self, hand_over: Callable[[bytes], None]) -> None:
        self._rest, self._hand_over = bytearray(), hand_over

    def __call__(self, data: bytes) -> None:
        self._rest += data
        if b"\n" in data:
            *lines, rest = bytes(self._rest).split(b"\n")
            self._rest = bytearray(rest)
            for line in lines:
                if len(line) > MAX_LINE_BYTES:
                    raise TooLong
                self._hand_over(line)
        if len(self._rest) > MAX_LINE_BYTES:
            self._rest.clear()
            raise TooLong

    def close(self) -> None:
        if self._rest:
            self._hand_over(bytes(self._rest))


def supervise(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    stdin: bytes,
    stop: Callable[[], str],
    on_line: Callable[[bytes], None],
    lines_from: str,
    start: Start = caged,
    held: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Runs `argv` to its end, or until `stop()` gives a reason.

    `lines_from`: `stdout`, or `pipe` for a pipe of its own whose number is appended to `argv`; each line of
    it goes to `on_line`. `held`: whether its stdin is to be left open, with nothing more to read.

    Raises `Unusable` when there is no such program.
    """
    read_fd, write_fd = os.pipe() if lines_from == "pipe" else (-1, -1)
    try:
        process = start(
            [*argv, str(write_fd)] if write_fd >= 0 else list(argv),
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=(write_fd,) if write_fd >= 0 else (),
            start_new_session=True,
        )
    except OSError as error:
        if read_fd >= 0:
            os.close(read_fd)
        raise Unusable(f'cannot start "{argv[0]}": {error.strerror}') from None
    finally:
        if write_fd >= 0:
            os.close(write_fd)
    assert process.stdin
    assert process.stdout
    assert process.stderr
    lines, stdout, stderr = Lines(on_line), _Tail(), _Tail()

    def stdout_as_lines(data: bytes) -> None:
        stdout(data)
        lines(data)

    streams: dict[int, Callable[[bytes], None]] = {
        process.stdout.fileno(): stdout if read_fd >= 0 else stdout_as_lines,
        process.stderr.fileno(): stderr,
    }
    if read_fd >= 0:
        streams[read_fd] = lines
    stopped = ""
    stdin_fd = process.stdin.fileno()
    with selectors.DefaultSelector() as selector:
        for fd in streams:
            os.set_blocking(fd, False)
            selector.register(fd, selectors.EVENT_READ)
        unsent = memoryview(stdin)
        os.set_blocking(stdin_fd, False)
        selector.register(stdin_fd, selectors.EVENT_WRITE)
        next_look, last_words_until = monotonic() + LOOK_SECONDS, 0.0
        try:
            while selector.get_map() or process.poll() is None:
                for key, _ in selector.select(0.05):
                    if key.fd == stdin_fd:
                        unsent = _send(key.fd, unsent)
                        if not unsent:
                            selector.unregister(key.fd)
                    elif data := read_now(key.fd):
                        streams[key.fd](data)
                    elif data is not None:
                        selector.unregister(key.fd)
                if stdin_fd not in selector.get_map() and not held():
                    process.stdin.close()
                now = monotonic()
                if process.poll() is not None:
                    last_words_until = last_words_until or now + LAST_WORDS_SECONDS
                    if now > last_words_until:
                        break
                elif now >= next_look:
                    next_look = now + LOOK_SECONDS
                    if stopped := stop():
                        break
        except TooLong:
            stopped = TOO_LONG
        finally:
            end_group(process)
            for stream in (process.stdin, process.stdout, process.stderr):
                with contextlib.suppress(OSError):
                    stream.close()
            if read_fd >= 0:
                os.close(read_fd)
    if stopped != TOO_LONG:
        lines.close()
    return Outcome(exit=process.returncode, stopped=stopped, stdout=stdout.text(), stderr=stderr.text())


def _send(fd: int, unsent: memoryview) -> memoryview:
    """Writes what fits; a reader that has closed its stdin wants no more."""
    try:
        return unsent[os.write(fd, unsent[: 64 * 1024]) :] if unsent else unsent
    except BlockingIOError:
        return unsent
    except BrokenPipeError:
        return unsent[:0]


def read_now(fd: int) -> bytes | None:
    """What is there; empty at the end of the stream, None when nothing is there now."""
    try:
        return os.read(fd, 256 * 1024)
    except BlockingIOError:
        return None


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Ends cage and group: whoever is left of them, also when the process itself has already gone."""
    # A cage kills what does not end politely, and ends then itself.
    patience = GRACE_SECONDS + (cage.LAST_SECONDS if CAGED else 0)
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
