"""Connectors that misbehave as processes: started by the tests of the adapters."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime
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


class HandsOverWhatIsNoJson(Connector):
    def pull(self, since: datetime | None = None) -> Iterator[Any]:
        yield {"identifier": "one", "updated": datetime(2026, 1, 1)}


def broken_factory(settings: Any) -> Any:
    raise RuntimeError("no connection to the shop")


not_callable = "x"
