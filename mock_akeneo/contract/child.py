"""Runs actions of a Python connector in a process of its own: `python child.py FACTORY RESULTS_FD`.

Standard library only and valid from Python 3.8 on, because `--python PATH` runs it in the connector's own
environment, where nothing of ours is installed. Each line of stdin is a job: a JSON object with `action`,
`settings`, `since` and `products`. The factory is called anew for each, in this one process, which ends with stdin,
or after a job that left a thread behind. The results go as JSON lines to the file descriptor RESULTS_FD, so that
nothing that the connector prints disturbs them:

    {"event": "unusable", "message"}     the factory cannot be loaded; nothing was asked of it
    {"event": "unable", "action"}        the connector has no such action
    {"event": "item", "item"}            one product that `pull` handed over
    {"event": "report", "report"}        what `push` returned
    {"event": "raised", "error"}         it raised; `error` is one line, the traceback goes to stderr
    {"event": "finished"}                it came to its end by itself

`unable`, `raised` and `finished` end a job and say besides whether the process `stays` for another.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import threading
import time
import traceback
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Callable, Dict, List  # noqa: UP035  (as Python 3.8 has them)

Json = Dict[str, Any]  # noqa: UP006
MAX_LINE_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class ConnectorSettings:
    """What an integration asks its user for: `throttle_limit` calls are allowed in each `throttle_seconds`.

    `api_url` has no path and no trailing slash; `api_key` is an access token, fresh when the run began.
    `state_folder`: a folder for what is to be remembered between two runs against the same PIM; it begins empty.
    `webhook_secret`: the key of the signatures of the Events API. `ca_file`: the authority (PEM) that signed the PIM's
    certificate, where it is none of those that everybody knows; clients find it in their usual variables as well.
    """

    api_url: str
    client_id: str
    client_secret: str
    username: str
    password: str
    api_key: str = ""
    throttle_limit: int = 500
    throttle_seconds: float = 60
    concurrent_connections: int = 5
    state_folder: str = ""
    webhook_secret: str = ""
    ca_file: str = ""


def factory_named(path: str) -> Callable[[ConnectorSettings], Any]:
    """The callable that `package.module:factory` names. Raises `ValueError` that says what is wrong."""
    module_name, colon, name = path.partition(":")
    if not (module_name and colon and name):
        raise ValueError(f'"{path}" names no factory: write package.module:factory')
    try:
        found: Any = importlib.import_module(module_name)
    except ImportError as error:
        raise ValueError(f"cannot import {module_name}: {error}") from error
    for part in name.split("."):
        if not hasattr(found, part):
            raise ValueError(f'{module_name} has no "{part}"')
        found = getattr(found, part)
    if not callable(found):
        raise ValueError(f"{path} is not callable")
    return found  # type: ignore[no-any-return]


def perform(factory: Callable[[ConnectorSettings], Any], job: Json, tell: Callable[[Json], None]) -> Json:
    """Makes the connector and does the job; `tell` takes the events but the last, which is given back."""
    try:
        connector = factory(ConnectorSettings(**job["settings"]))
        act = getattr(connector, job["action"], None)
        if not callable(act):
            return {"event": "unable", "action": job["action"]}
        if job["action"] == "pull":
            since = job["since"]
            for item in act(since=datetime.fromisoformat(since)) if since else act():
                tell({"event": "item", "item": item})
        elif job["action"] == "receive":
            tell({"event": "report", "report": answers(connector, job["deliveries"])})
            for item in connector.received() if hasattr(connector, "received") else ():
                tell({"event": "item", "item": item})
        else:
            tell({"event": "report", "report": act(job["products"])})
    except BaseException as error:  # SystemExit as well: whatever ends it early is told
        traceback.print_exc()
        return {"event": "raised", "error": f"{type(error).__name__}: {error}"}
    return {"event": "finished"}


def answers(connector: Any, deliveries: List[Json]) -> Json:  # noqa: UP006
    """What it answered to each delivery, and how soon; an error counts as the 500 that a server would make of it."""
    told = []
    for delivery in deliveries:
        began = time.perf_counter()
        try:
            status = int(connector.receive(delivery["headers"], delivery["body"].encode()) or 200)
        except Exception:
            traceback.print_exc()
            status = 500
        told.append({"status": status, "seconds": time.perf_counter() - began})
    return {"answers": told, "shows": hasattr(connector, "received")}


def main(path: str, results_fd: int) -> int:
    os.set_inheritable(results_fd, False)  # a process that the connector starts must not hold our pipe open
    results = os.fdopen(results_fd, "w", encoding="utf-8")

    def tell(event: Json) -> None:
        line = json.dumps(event, allow_nan=False)
        if len(line) > MAX_LINE_BYTES:
            raise ValueError("an item or a report of more than 16 MB")
        results.write(line + "\n")
        results.flush()

    jobs = os.fdopen(os.dup(0), encoding="utf-8")  # which the connector does not find, and so does not read
    with open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), 0)
    # As with `python -m`: modules are found from where the user stands, and ours do not shadow them.
    sys.path[0] = os.getcwd()
    sys.argv = [path]
    try:
        factory = factory_named(path)
    except ValueError as error:
        tell({"event": "unusable", "message": str(error)})
        return 2
    except Exception as error:  # the module was found and broke while it was loaded
        traceback.print_exc()
        broken = path.partition(":")[0]
        tell(
            {
                "event": "unusable",
                "message": f"{broken} fails while it is loaded: {type(error).__name__}: {error}",
            }
        )
        return 2
    last: Json = {}
    before = threading.active_count()
    for line in jobs:
        last = perform(factory, json.loads(line), tell)
        stays = threading.active_count() <= before
        tell({**last, "stays": stays})
        if not stays:
            break
    return int(last.get("event") == "raised")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
