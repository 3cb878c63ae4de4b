"""Many plays, each in a process forked from one that has loaded everything; and their connectors, forked likewise.

To start a Python connector costs more than most scenarios: the interpreter, its imports, the certificates of the
world. A fork has them all, and is a process of its own as ever.
"""

from __future__ import annotations

import contextlib
import gc
import json
import multiprocessing
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import IO, Any, Final, NoReturn, TypeVar, cast

from mock_akeneo.contract import child
from mock_akeneo.contract.supervision import Start

LOOK_SECONDS: Final = 1.0
MOST_FILES: Final = 256
Task = TypeVar("Task")


def each(
    tasks: Iterable[Task], act: Callable[[Task], Any], jobs: int, look: Callable[[], None]
) -> Iterator[tuple[Task, Any]]:
    """Each task, as it is done, with what `act` gives in a process of its own, or with the exception that ended it.

    `jobs` at a time; `look` is called every now and then. Whoever ends the iteration early ends those at work.
    """
    forking = multiprocessing.get_context("fork")
    waiting, at_work = deque(tasks), dict[Connection, tuple[BaseProcess, Task]]()
    gc.collect()
    gc.freeze()  # what is never touched is never copied
    try:
        while waiting or at_work:
            while waiting and len(at_work) < jobs:
                reader, writer = forking.Pipe(duplex=False)
                process: BaseProcess = forking.Process(target=_acted, args=(act, waiting[0], writer))
                process.start()
                writer.close()
                at_work[reader] = process, waiting.popleft()
            for ready in cast("list[Connection]", wait(list(at_work), LOOK_SECONDS)):
                process, task = at_work.pop(ready)
                try:
                    came = ready.recv()
                except EOFError:
                    came = RuntimeError("its process ended without a word")
                ready.close()
                process.join()
                yield task, came
            look()
    finally:
        for process, _ in at_work.values():
            process.terminate()
        for process, _ in at_work.values():
            process.join()
        gc.unfreeze()


def _acted(act: Callable[[Task], Any], task: Task, writer: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who holds us all ends us
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        came = act(task)
    except Exception as error:
        traceback.print_exc()
        came = RuntimeError(f"{type(error).__name__}: {error}")
    writer.send(came)


class Forkery:
    """Starts Python connectors by forking; `start` is called as `Popen`. To be made before there is any thread.

    One connector at a time: the next is started when the last has been waited for.
    """

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        if os.fork() == 0:
            ours.close()
            _serve(theirs)
        theirs.close()
        self._socket = ours
        self.start: Start = cast("Start", self._start)

    def _start(self, argv: Sequence[str], *, env: Mapping[str, str], pass_fds: Sequence[int], **_: Any) -> Forked:
        """`argv`: as `PythonFactory` has it, with the number of the pipe."""
        (stdin, to_stdin), (from_stdout, stdout), (from_stderr, stderr) = os.pipe(), os.pipe(), os.pipe()
        changed = {name: value for name, value in env.items() if os.environ.get(name) != value}
        told = json.dumps({"factory": argv[-2], "env": changed}).encode()
        socket.send_fds(self._socket, [told], [stdin, stdout, stderr, *pass_fds])
        for fd in (stdin, stdout, stderr):
            os.close(fd)
        return Forked(self._socket, to_stdin, from_stdout, from_stderr)


class Forked:
    """What the kit uses of a `Popen`."""

    def __init__(self, told: socket.socket, stdin: int, stdout: int, stderr: int) -> None:
        self.stdin: IO[bytes] = os.fdopen(stdin, "wb", 0)
        self.stdout: IO[bytes] = os.fdopen(stdout, "rb", 0)
        self.stderr: IO[bytes] = os.fdopen(stderr, "rb", 0)
        self.returncode: int | None = None
        self._told = told
        self.pid = int(told.recv(64))

    def poll(self) -> int | None:
        if self.returncode is None and select.select([self._told], [], [], 0)[0]:
            self.returncode = int(self._told.recv(64))
        return self.returncode

    def wait(self, timeout: float) -> int:
        if self.returncode is None:
            if not select.select([self._told], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("a forked connector", timeout)
            self.returncode = int(self._told.recv(64))
        return self.returncode


def _serve(asked: socket.socket) -> NoReturn:
    """Forks one connector after the other until nobody asks any more."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    while True:
        told, fds, _, _ = socket.recv_fds(asked, 64 * 1024, 4)
        if not told:
            os._exit(0)
        if (pid := os.fork()) == 0:
            _become(json.loads(told), fds)
        with contextlib.suppress(OSError):  # it may have done so by itself
            os.setpgid(pid, pid)
        for fd in fds:
            os.close(fd)
        asked.send(str(pid).encode())
        _, status = os.waitpid(pid, 0)
        asked.send(str(os.waitstatus_to_exitcode(status)).encode())


def _become(told: dict[str, Any], fds: Sequence[int]) -> NoReturn:
    code = 1
    try:
        os.setpgid(0, 0)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for number, fd in enumerate(fds[:3]):
            os.dup2(fd, number)
        results = fds[3]
        os.closerange(3, results)
        os.closerange(results + 1, MOST_FILES)
        os.environ |= told["env"]
        code = child.main(told["factory"], results)
        for thread in threading.enumerate():
            if thread is not threading.main_thread() and not thread.daemon:
                thread.join()
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        traceback.print_exc()
    os._exit(code)
