"""Holds a program and all that it starts, on Linux: `python -I -S cage.py STATUS_FD PROGRAM ARGUMENTS…`.

A child that makes a session or a group of its own, whose parent has gone, or that forgets its environment, comes back
to the cage, which is their subreaper. The cage ends as the program ends; whatever else it started goes with it, also
when the cage is told to end (SIGTERM) or we are no more. Where no program can be started, STATUS_FD tells the number
of the error. Elsewhere than on Linux there is no cage: a group is ended, as POSIX can.

Little is imported: one starts with every run of a connector.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time

GRACE_SECONDS = 2.0
"""From the polite signal to the one that cannot be refused."""
LAST_WORDS_SECONDS = 0.2
"""What children of a program that has ended have left to say."""
LAST_SECONDS = 3.0
"""Until all are gone that were killed."""
_LOOK_SECONDS = 0.5
_WATCHED = (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_PR_SET_DUMPABLE, _PR_SET_CHILD_SUBREAPER = 4, 36


def hold(status_fd: int, argv: list[str]) -> int:
    """The program's status, when it and all that it started have gone."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    above = os.getppid()
    os.set_inheritable(status_fd, False)
    signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
    program = os.fork()
    if program == 0:
        _become(argv, status_fd)
    os.closerange(0, 1 + max(map(int, os.listdir("/proc/self/fd"))))
    held = _Held(program)
    while held.look(_LOOK_SECONDS) is None:
        if held.told_to_end or os.getppid() != above:
            held.end(GRACE_SECONDS)
    held.wait(LAST_WORDS_SECONDS)
    held.end(0)
    return held.status or 0


def _become(argv: list[str], status_fd: int) -> None:
    """Is the program, or tells why not."""
    os.setsid()
    for sign in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(sign, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _WATCHED)
    try:
        os.execvp(argv[0], argv)
    except OSError as error:
        os.write(status_fd, str(error.errno).encode())
    os._exit(127)


class _Held:
    """The program and its descendants. `status`: the program's, None as long as it runs."""

    def __init__(self, program: int) -> None:
        self._program, self._empty = program, False
        self.status: int | None = None
        self.told_to_end = False

    def look(self, seconds: float) -> int | None:
        """Waits for news, and takes back who has gone; the program's status."""
        news = signal.sigtimedwait(_WATCHED, seconds)
        self.told_to_end = self.told_to_end or (news is not None and news.si_signo != signal.SIGCHLD)
        try:
            while (gone := os.waitpid(-1, os.WNOHANG))[0]:
                if gone[0] == self._program:
                    self.status = gone[1]
        except ChildProcessError:
            self._empty = True
        return self.status

    def wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._empty and (left := until - time.monotonic()) > 0:
            self.look(min(left, 0.05))

    def end(self, grace: float) -> None:
        self._send(signal.SIGTERM)
        self.wait(grace)
        until = time.monotonic() + LAST_SECONDS
        # Who is killed leaves its children to us: again, until there are none.
        while not self._empty and time.monotonic() < until:
            self._send(signal.SIGKILL)
            self.wait(0.02)

    def _send(self, sign: int) -> None:
        for pid in () if self._empty else _descendants():
            try:  # noqa: SIM105  (contextlib takes longer to import than all else)
                os.kill(pid, sign)
            except OSError:
                pass  # gone, or somebody else's


def _descendants() -> list[int]:
    children: dict[int, list[int]] = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", "rb") as file:
                above = int(file.read().rpartition(b")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(above, []).append(int(name))
    found = list(children.get(os.getpid(), ()))
    for pid in found:  # which grows
        found += children.get(pid, ())
    return found


def _end_as(status: int) -> None:
    """Ends as the program did, by its signal if it was one, without a core of ours."""
    if os.WIFSIGNALED(status):
        sign = os.WTERMSIG(status)
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        if sign not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(sign, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {sign})
        os.kill(os.getpid(), sign)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


if __name__ == "__main__":
    _end_as(hold(int(sys.argv[1]), sys.argv[2:]))
