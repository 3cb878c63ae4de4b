"""`serve --data` under writers, killed with `kill -9` at a random moment and started again, many times.

After each restart every acknowledged write is there, a write under way is there whole or not at all, and the
tokens from before still open the door. The writers know what they wrote; only the API is asked what is there.
With `full` the disk is full again and again meanwhile: what is refused has not happened, before and after the kill.
"""

from __future__ import annotations

import asyncio
import random
import shutil
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Final

import click
import httpx
import orjson

from scripts.benchmarks import akeneo, processes
from scripts.benchmarks.narrow import Narrow, narrow

DATA: Final = processes.LOGS / "killed"
_KILL_SECONDS: Final = (0.1, 1.5)  # after the writers began
_KEYS: Final = 20  # products of each writer
_FULL_SECONDS: Final = (0.02, 0.2)  # how long the disk is full, and how long it is not
_REFUSED: Final = "Nothing of this call was kept"
_VALUES: Final = ("text_00", "text_01", "textarea_20")  # all get the same text in one write: torn writes show


@dataclass
class Writer:
    """Writes products of its own. `stored`: what was acknowledged, by identifier; None is deleted.

    `under_way`: what the calls not yet answered would leave. `full`: whether calls may be refused for want of room.
    """

    name: str
    dice: random.Random
    stored: dict[str, str | None] = field(default_factory=dict)
    under_way: dict[str, str | None] = field(default_factory=dict)
    acknowledged: int = 0
    full: bool = False
    refused: int = 0

    async def write_until_the_end(self, api: httpx.AsyncClient) -> None:
        """Goes on until the server is gone. Raises `AssertionError` at a refusal."""
        while True:
            write = self.dice.choice((self._patch_one, self._patch_one, self._patch_lines, self._delete))
            self.under_way = {}
            try:
                if not await write(api):
                    await self._see_that_nothing_happened(api)
                    continue
            except httpx.TransportError:
                return
            self.stored.update(self.under_way)
            self.acknowledged += len(self.under_way)

    async def _see_that_nothing_happened(self, api: httpx.AsyncClient) -> None:
        """Of the last call, which was refused."""
        self.refused += 1
        identifier, self.under_way = next(iter(self.under_way)), {}
        answer = await api.get(f"/products/{identifier}")
        text = _text_of(answer.json() if answer.status_code == 200 else None)
        assert text == self.stored.get(identifier), f"{identifier} holds {text} after a refusal"

    def _is_refused(self, answer: httpx.Response) -> bool:
        return self.full and answer.status_code == 500 and _REFUSED in answer.text

    def _identifier(self) -> str:
        return f"{self.name}-{self.dice.randrange(_KEYS)}"

    def _text(self) -> str:
        return f"{self.dice.getrandbits(64):016x}"

    async def _patch_one(self, api: httpx.AsyncClient) -> bool:
        identifier = self._identifier()
        self.under_way = {identifier: self._text()}
        answer = await api.patch(f"/products/{identifier}", json=_body(identifier, self.under_way[identifier]))
        if self._is_refused(answer):
            return False
        assert answer.status_code in (201, 204), f"PATCH one was answered {answer.status_code}: {answer.text}"
        return True

    async def _patch_lines(self, api: httpx.AsyncClient) -> bool:
        identifiers = {self._identifier() for _ in range(self.dice.randint(2, _KEYS))}
        self.under_way = {identifier: self._text() for identifier in sorted(identifiers)}
        lines = b"\n".join(orjson.dumps(_body(*item)) for item in self.under_way.items())
        answer = await api.patch("/products", content=lines, headers={"Content-Type": akeneo.LINES_TYPE})
        if self._is_refused(answer):
            return False
        assert answer.status_code == 200, f"PATCH of lines was answered {answer.status_code}: {answer.text}"
        refused = [line for line in answer.text.splitlines() if orjson.loads(line)["status_code"] > 204]
        assert not refused, f"PATCH of lines refused {refused}"
        return True

    async def _delete(self, api: httpx.AsyncClient) -> bool:
        there = sorted(identifier for identifier, text in self.stored.items() if text is not None)
        if there:
            self.under_way = {self.dice.choice(there): None}
            answer = await api.delete(f"/products/{next(iter(self.under_way))}")
            if self._is_refused(answer):
                return False
            assert answer.status_code == 204, f"DELETE was answered {answer.status_code}: {answer.text}"
        return True

    def compare(self, found: dict[str, dict[str, Any]]) -> None:
        """Against the products of a restarted server, by identifier; what it kept counts from now on."""
        for identifier in {*self.stored, *self.under_way}:
            allowed = {self.stored.get(identifier)}
            if identifier in self.under_way:
                allowed.add(self.under_way[identifier])
            text = _text_of(found.pop(identifier, None))
            assert text in allowed, f"{identifier} holds {text}, not one of {allowed}"
            self.stored[identifier] = text
        self.under_way = {}


def _body(identifier: str, text: str | None) -> dict[str, Any]:
    value = [{"locale": None, "scope": None, "data": text}]
    return {"identifier": identifier, "family": "lamps", "values": dict.fromkeys(_VALUES, value)}


def _text_of(product: dict[str, Any] | None) -> str | None:
    """What a product holds. Raises `AssertionError` if a write was applied by half."""
    if product is None:
        return None
    texts = {code: [value["data"] for value in product["values"].get(code, [])] for code in _VALUES}
    first = texts[_VALUES[0]]
    assert len(first) == 1, f"torn: {product}"
    assert all(each == first for each in texts.values()), f"torn: {product}"
    assert product["family"] == "lamps", f"torn: {product}"
    return str(first[0])


def prove(dice: random.Random, *, rounds: int, writers: int, full: bool = False) -> None:
    """Raises `AssertionError` with what was lost or torn."""
    shutil.rmtree(DATA, ignore_errors=True)
    with ExitStack() as stack:
        disk = stack.enter_context(narrow(DATA)) if full else None
        if disk is not None:
            click.echo(f"full is {'a small tmpfs or ' if disk.mounted else ''}a limit on the size of files", err=True)
        _prove(
            dice, rounds, [Writer(f"writer-{n}", random.Random(dice.random()), full=full) for n in range(writers)], disk
        )
    shutil.rmtree(DATA)


def _prove(dice: random.Random, rounds: int, everyone: list[Writer], disk: Narrow | None) -> None:
    server = _serve()
    try:
        with akeneo.client(server) as api:
            for path, items in akeneo.structure():
                akeneo.push(api, path, items)
        for number in range(1, rounds + 1):
            token = akeneo.token(server)
            before = sum(writer.acknowledged for writer in everyone)
            refused = sum(writer.refused for writer in everyone)
            seconds = dice.uniform(*_KILL_SECONDS)
            asyncio.run(_write_and_kill(server, token, everyone, seconds, disk, dice))
            under_way = sum(len(writer.under_way) for writer in everyone)
            server = _serve()
            found = _products(server, token)
            for writer in everyone:
                writer.compare(found)
            assert not found, f"products that no one wrote: {sorted(found)}"
            written = sum(writer.acknowledged for writer in everyone) - before
            refused = sum(writer.refused for writer in everyone) - refused
            click.echo(
                f"kill {number} after {seconds:.2f} s: {written} writes acknowledged, {refused} refused, "
                f"{under_way} under way; restarted in {server.start_seconds:.2f} s, all there",
                err=True,
            )
    finally:
        server.kill()


def _serve() -> processes.Server:
    return akeneo.serve("--data", str(DATA / "data"), name="killed-server", core=None)


async def _write_and_kill(
    server: processes.Server,
    token: str,
    writers: list[Writer],
    seconds: float,
    disk: Narrow | None,
    dice: random.Random,
) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=server.base_url + akeneo.API, headers=headers, timeout=30) as api:
        writing = [asyncio.create_task(writer.write_until_the_end(api)) for writer in writers]
        filling = None if disk is None else asyncio.create_task(_fill_and_free(disk, server.pid, dice))
        await asyncio.wait(writing, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        ended = server.process.poll()
        server.kill()
        if disk is not None and filling is not None:
            filling.cancel()
            await asyncio.wait([filling])
            assert filling.cancelled(), f"the disk could not be filled: {filling.exception()}"
            disk.free(server.pid)
        await asyncio.gather(*writing)
        assert ended is None, f"the server ended by itself with {ended}: see {processes.LOGS}"


async def _fill_and_free(disk: Narrow, pid: int, dice: random.Random) -> None:
    while True:
        await asyncio.sleep(dice.uniform(*_FULL_SECONDS))
        disk.fill(pid, dice)
        await asyncio.sleep(dice.uniform(*_FULL_SECONDS))
        disk.free(pid)


def _products(server: processes.Server, token: str) -> dict[str, dict[str, Any]]:
    """All products by identifier, read with a token from before the kill."""
    found: dict[str, dict[str, Any]] = {}
    with httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=30) as api:
        url: str | None = f"{server.base_url}{akeneo.API}/products?pagination_type=search_after&limit=100"
        while url:
            answer = api.get(url)
            assert answer.status_code == 200, f"a page was answered {answer.status_code}: {answer.text}"
            page = answer.json()
            found.update({item["identifier"]: item for item in page["_embedded"]["items"]})
            url = page["_links"].get("next", {}).get("href")
    return found
