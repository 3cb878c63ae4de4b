"""A disk that is full when we say so: a small tmpfs where one may be mounted (as root on Linux), or a limit on the size
of the files that a server may write, which also strikes where a file has grown before."""

from __future__ import annotations

import errno
import os
import random
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

BYTES: Final = 48 * 1024 * 1024
_BALLAST: Final = "ballast"
# What is left of it when it is full: sometimes a commit fits, sometimes it breaks off inside.
_LEFT: Final = 16 * 1024


class Narrow:
    """`mounted`: whether it is a disk of its own."""

    def __init__(self, folder: Path, *, mounted: bool) -> None:
        self.folder, self.mounted = folder, mounted

    def fill(self, pid: int, dice: random.Random) -> None:
        if not self.mounted or dice.random() < 0.5:
            log = self.folder / "data" / "catalog.sqlite3-wal"
            most = dice.randint(0, log.stat().st_size + _LEFT if log.exists() else _LEFT)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
            return
        with (self.folder / _BALLAST).open("ab", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(bytes(_LEFT))
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
            with suppress(OSError):
                ballast.truncate(max(0, ballast.tell() - _LEFT))

    def free(self, pid: int) -> None:
        (self.folder / _BALLAST).unlink(missing_ok=True)
        with suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@contextmanager
def narrow(folder: Path) -> Iterator[Narrow]:
    folder.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={BYTES}", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        yield Narrow(folder, mounted=mounted)
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)
