"""Connectors that misbehave as processes: started by the tests of the adapters."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any


class Connector:
    """Each method is what its name says; `pull` and `push` are set by the factories below."""

    def __init__(self, settings: Any) -> None:
        self.settings = settings


class Well(Connector):
    def pull(self, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        print("a line on stdout that is no product")
        print("a line on stderr", file=sys.stderr)
        yield {"identifier": "ä/ß", "values": {"since": since and since.isoformat(), "url": self.settings.api_url}}
        yield {"identifier": os.environ["AKENEO_CLIENT_ID"], "values": {}, "cwd": os.getcwd() in sys.path}

    def push(self, products: list[dict[str, Any]]) -> dict[str, Any]:
        return {"accepted": [product["identifier"] for product in products], "refused": []}


class PullsOnly(Connector):
    def pull(self, since: datetime | None = None) -> list[dict[str, Any]]:
        return []


class Raises(Connector):
    def pull(self, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        yield {"identifier": "one"}
        raise LookupError("the second page\nis gone")


class Exits(Connector):
    def pull(self, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        os._exit(int(self.settings.username))
        yield {}


class Crashes(Connector):
    def pull(self, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        os.abort()
        yield {}


class Floods(Connector):
    def pull(self, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        for _ in range(200):
            sys.stdout.write("x" * 10_000)
        yield {"identifier": "after the flood"}


class Hangs(Connector):
    def pull(self, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        yield {"identifier": "one"}
        time.sleep(600)


class LeavesAThreadBehind(Connector):
    def pull(self, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        threading.Thread(target=time.sleep, args=(600,)).start()
        yield {"identifier": "one"}


class LeavesAChildBehind(Connector):
    """The child holds stdout and stderr open, and tells its number."""

    def pull(self, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        yield {"identifier": "one", "pid": child.pid}


class LeavesChildrenInSessionsOfTheirOwn(Connector):
    """One forgets its parent, one its environment, one does not end politely; each tells its number."""

    def pull(self, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        for words in (
            "setsid sh -c 'echo $$; exec sleep 600' & wait_for_nothing=1",
            "setsid env -i sh -c 'echo $$; exec sleep 600' &",
            "setsid sh -c \"trap '' TERM HUP; echo \\$\\$; while :; do sleep 1; done\" &",
        ):
            # The shell between them and us has gone when they sleep.
            shell = subprocess.Popen(["sh", "-c", words], stdout=subprocess.PIPE, text=True)
            assert shell.stdout
            yield {"identifier": "one", "pid": int(shell.stdout.readline())}


class HangsWithAChildInASession(Connector):
    def pull(self, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        child = subprocess.Popen(["sleep", "600"], start_new_session=True)
        yield {"identifier": "one", "pid": child.pid}
        time.sleep(600)


class Writes(Connector):
    """Writes what `since` holds to the pipe of the results, as `child` was told its number."""

    def pull(self, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        yield {"identifier": "one"}
        [results] = [int(word) for word in Path("/proc/self/cmdline").read_text().split("\0") if word.isdigit()]
        os.write(results, os.environ["FORGED"].encode("utf-8", "surrogateescape") + b"\n")
        yield {"identifier": "two"}


class HandsOverTooMuch(Connector):
    def pull(self, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        yield {"identifier": "one", "text": "x" * (17 << 20)}
        yield {"identifier": "two"}


class HandsOverInfinity(Connector):
    def pull(self, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        yield {"identifier": "one", "weight": float("inf")}


class HandsOverWhatIsTooDeep(Connector):
    def pull(self, since: datetime | None = None) -> Iterator[Any]:
        deep: Any = []
        for _ in range(100_000):
            deep = [deep]
        yield {"identifier": "one", "deep": deep}


class HandsOverWhatIsNoJson(Connector):
    def pull(self, since: datetime | None = None) -> Iterator[Any]:
        yield {"identifier": "one", "updated": datetime(2026, 1, 1)}


def broken_factory(settings: Any) -> Any:
    raise RuntimeError("no connection to the shop")


not_callable = "x"
