"""The way of a request: one pure-ASGI pipeline in front of all operations.

Order: route look-up (names the operation, answers nothing yet), sandbox and connection, windows, slots, faults,
then the PIM's own order, in which 404, 405, 400, 401 and the rest arise. Everything that is answered is in the
journal.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import aclosing
from functools import partial
from hashlib import sha256
from typing import Any, Final
from urllib.parse import quote

from mock_akeneo.catalog.disk import NotKept
from mock_akeneo.core.clock import http_date, monotonic
from mock_akeneo.core.headers import CONTENT_LENGTH, DATE
from mock_akeneo.core.problems import Problem
from mock_akeneo.faults._kind import Effect, Leaving, Reply, Told
from mock_akeneo.faults.calls import Asked
from mock_akeneo.faults.status import Answered
from mock_akeneo.journal.journal import EXCERPT_BYTES, Entry
from mock_akeneo.oauth.tokens import Token
from mock_akeneo.rest import checks, negotiation
from mock_akeneo.rest.addresses import Addresses
from mock_akeneo.rest.bounds import NOTHING, Bounds, announced_length, line_length
from mock_akeneo.rest.callers import Callers
from mock_akeneo.rest.guard import Guard
from mock_akeneo.rest.inbox import ClientGone, Inbox, Message, Receive
from mock_akeneo.rest.leaving import ConnectionEnd, leave, seen
from mock_akeneo.rest.operation import APPLICATION_JSON, Operation
from mock_akeneo.rest.routes import Found, Routes
from mock_akeneo.sandbox.call import Answer, Call, problem_answer
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.sandbox.sandboxes import Sandboxes
from mock_akeneo.throttling.limiter import Abandoned, Slot, Waiting

Scope = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]

TOKEN_PATH: Final = "/api/oauth/v1/token"

_log = logging.getLogger("mock_akeneo")


def _is_json(headers: Mapping[bytes, bytes]) -> bool:
    """What is announced as JSON is read before anything else is said of it."""
    return negotiation.media_type(headers.get(b"content-type")) == APPLICATION_JSON


class Gateway:
    """Answers every call to the API. `own`: the sandbox of this port, if the port belongs to one."""

    def __init__(
        self,
        sandboxes: Sandboxes,
        routes: Routes,
        *,
        public_url: str | None = None,
        own: Sandbox | None = None,
        guard: Guard | None = None,
    ) -> None:
        self._callers, self._routes, self._guard = Callers(sandboxes, own), routes, guard
        self._addresses = Addresses(public_url)
        self._dates: dict[int, bytes] = {}
        self._bounds = Bounds(sandboxes.settings, self._callers)
        self._long = self._bounds.line - 100  # what is shorter need not be counted with care

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        received = monotonic()
        method: str = scope["method"]
        path: str = scope["path"]
        headers: dict[bytes, bytes] = dict(scope["headers"])
        query: bytes = scope["query_string"]
        guard = self._guard
        if guard is not None and not guard.passes(scope, headers) and (told := guard.refusal(scope)):
            await self.refuse(problem_answer(Problem(403, told)), scope, send)
            return

        found = self._routes.find(path)
        operation = None
        if found is not None:
            operation = found[0].get("GET" if method == "HEAD" else method)
            if path.endswith("/") and self._routes.leads_on(path, found):
                found = operation = None
        token = self._callers.bearers.get(headers.get(b"authorization", b""))
        target: bytes = scope.get("raw_path") or quote(path).encode()
        token_call = path == TOKEN_PATH
        sent = NOTHING
        if len(target) + len(query) > self._long:
            sent = self._bounds.refused_line(method, target, query)
        if sent is NOTHING and method != "GET" and method != "HEAD":
            ahead = operation is None or operation.read_ahead or _is_json(headers)
            sent = await self._bounds.received(receive, headers, query, token, ahead, token_call)
        body, length, digest, refusal = sent
        sent_method = method
        if method == "POST":
            method = negotiation.effective_method(headers, query, body)
            if method != "POST" and found is not None:
                operation = found[0].get(method)
        sandbox, token, connection = self._callers.whose(headers, query, body, token, token_call)

        entry = Entry(sent_method, path, query, scope["headers"], received, sandbox.clock.now())
        if operation is not None:
            entry.operation = operation.name
        if connection is not None:
            entry.connection = connection.code
        if token is not None:
            entry.token_id, entry.user = token.id, token.user.username
        if length:
            entry.request_bytes, entry.body, entry.digest = length, body[:EXCERPT_BYTES], digest
            if digest is None and len(body) == length > EXCERPT_BYTES:
                entry.digest = sha256(body).hexdigest()

        slot: Slot | None = None
        inbox = Inbox(receive, self._bounds.body)
        effect: Effect | None = None
        try:
            try:
                if refusal is not None:
                    raise refusal
                admitted = sandbox.limiter.enter(entry.connection, method, path, token_call=token_call)
                slot = admitted if isinstance(admitted, Slot) else await self._queued(admitted, inbox, entry)
                entry.limit, entry.in_flight = slot.note, slot.in_flight
                if operation is not None:
                    entry.nth = sandbox.count(operation.name)
                call = Call(sandbox, method, path, query, headers, entry)
                call.body, call.base, call.receive = body, self._addresses.of(scope, headers), inbox
                call.target = target
                if sandbox.faults.active:
                    effect = self._fault(call, found)
                if effect is None:
                    answer = await self._answer(call, found, operation, token, inbox)
                else:
                    answer = await self._struck(effect, call, found, operation, token, inbox)
            except Problem as problem:
                entry.limit = getattr(problem, "note", entry.limit)
                answer = problem_answer(problem)
            if effect is None or effect.leaving is None:
                await self._send(answer, sandbox, entry, slot, send, scope)
            else:
                await self._leave(effect.leaving, answer, sandbox, entry, slot, inbox, send, scope)
        except ClientGone:
            entry.client_gone = True
            _over(sandbox, entry, slot)
        except asyncio.CancelledError:
            # The server stops, and says nothing more to whoever still waits. Without a socket the caller gave up.
            connection_end: ConnectionEnd | None = scope.get("mock_akeneo.connection")
            if connection_end is None:
                raise
            connection_end.close()
        finally:
            if inbox.kept is not None:
                inbox.kept.close()
            if slot is not None:
                slot.leave()

    async def refuse(self, answer: Answer, scope: Scope, send: Send) -> None:
        """Answers a call that nobody looks into any further."""
        sandbox = self._callers.own or self._callers.sandboxes.default
        now = monotonic()
        entry = Entry(scope["method"], scope["path"], scope["query_string"], scope["headers"], now, sandbox.clock.now())
        await self._send(answer, sandbox, entry, None, send, scope)

    # What is answered

    async def _queued(self, waiting: Waiting, inbox: Inbox, entry: Entry) -> Slot:
        """Its slot, when its turn comes. Who disconnects leaves the queue; raises `ClientGone`."""
        gone = asyncio.ensure_future(inbox.gone())
        gone.add_done_callback(lambda _: waiting.abandon())
        try:
            return await waiting.granted()
        except Abandoned:
            raise ClientGone from None
        finally:
            entry.queued_ms = waiting.queued_ms
            gone.cancel()

    async def _answer(
        self,
        call: Call,
        found: Found | None,
        operation: Operation | None,
        token: Token | None,
        inbox: Inbox,
    ) -> Answer:
        """Carries the call out, and lets its service time pass. Raises `ClientGone`."""
        try:
            try:
                if operation is None or found is None:
                    operation = checks.no_operation(call, found, self._routes)
                else:
                    call.params = found[1]
                if not operation.public:
                    checks.authorise(call, operation, token)
                answer = operation.respond(call)
                if not isinstance(answer, Answer):
                    answer = await answer
            except NotKept:
                raise
            except Problem as problem:
                answer = problem_answer(problem)
            if call.method != "GET":
                call.commit()
        except ClientGone:
            raise
        except (NotKept, OSError) as error:
            # Besides the data folder only files are read and written here: those that come, and those asked for.
            call.sandbox.take_back()
            refusal = error if isinstance(error, NotKept) else NotKept.because(error)
            call.entry.nothing_kept(refusal.message)
            _log.error("%s %s was refused: %s", call.method, call.path, refusal.message)
            answer = problem_answer(refusal)
        except Exception:
            call.sandbox.take_back()
            _log.exception("%s %s could not be answered", call.method, call.path)
            answer = problem_answer(Problem(500, "Internal Server Error"))
        if call.sandbox.service.on:
            await self._serve(call.entry, answer.status, call.sandbox, inbox)
        return answer

    async def _serve(self, entry: Entry, status: int, sandbox: Sandbox, inbox: Inbox) -> None:
        """Lets the service time of a call pass that was carried out. Raises `ClientGone`."""
        begun = sandbox.service.begin(entry.operation, status, len(entry.items or ()), entry.lines or ())
        if begun is None:
            return
        entry.service_ms, over = begun
        try:
            await inbox.until(over)
        finally:
            over.cancel()

    def _fault(self, call: Call, found: Found | None) -> Effect | None:
        """What befalls the call, if a fault strikes it."""
        entry, params = call.entry, found[1] if found else ()
        asked = Asked(
            entry.operation, call.method, call.path, params, call.query_string, call.body, entry.connection,
            max(entry.request_bytes, announced_length(call.headers)),
            line_length(entry.method, call.target, call.query_string),
        )  # fmt: skip
        fault = call.sandbox.faults.strike(asked)
        if fault is None:
            return None
        entry.fault = fault.kind
        return fault.effect

    async def _struck(
        self,
        effect: Effect,
        call: Call,
        found: Found | None,
        operation: Operation | None,
        token: Token | None,
        inbox: Inbox,
    ) -> Answer:
        """What a fault makes of the answer, in the order of the call's way. Raises `ClientGone`."""
        sandbox, entry = call.sandbox, call.entry
        if effect.ends is not None and entry.connection is not None:
            how, kind = effect.ends
            (sandbox.expire if how == "expired" else sandbox.revoke)(entry.connection, kind)
            sandbox.commit()
            token = token and self._callers.bearers.get(b"Bearer " + token.value.encode())
        if effect.stale_seconds:
            call.catalog = sandbox.past.catalog(effect.stale_seconds)
        if effect.request is not None:
            call.body = effect.request(call.body)
        answer = Answer(0)
        if effect.carried_out == "before":
            answer = await self._answer(call, found, operation, token, inbox)
        if effect.wait:
            await inbox.pause(effect.wait)
        if effect.carried_out == "after":
            answer = await self._answer(call, found, operation, token, inbox)
        if effect.answer is not None:
            url = f"{call.base.decode('latin-1')}{call.path}"
            query = call.query_string.decode("latin-1")
            problem = effect.answer(Told(sandbox.clock.now(), f"{url}?{query}" if query else url))
            if isinstance(problem, Answered) and problem.retry_after is not None:
                told = {"name": "fault", "remaining": 0, "retry_after": problem.retry_after, "refused": True}
                entry.limit = told
            answer = problem_answer(problem)
        if effect.spoil is not None:
            status, headers, body = effect.spoil(Reply(answer.status, answer.headers, await _whole(answer)))
            answer = Answer(status, body, headers)
        return answer

    # How it leaves

    async def _send(
        self, answer: Answer, sandbox: Sandbox, entry: Entry, slot: Slot | None, send: Send, scope: Scope
    ) -> None:
        stream, length = answer.stream, answer.length
        start = self._start(answer, length if stream else len(answer.body), sandbox)
        body = answer.body
        if entry.method == "HEAD":
            stream, body = None, b""
        entry.status = answer.status
        if stream is not None:
            await send(start)
            try:
                async with aclosing(stream):
                    async for chunk in stream:
                        entry.response_bytes += len(chunk)
                        if entry.response_bytes >= length:
                            body = chunk
                            break
                        await send({"type": "http.response.body", "body": chunk, "more_body": True})
            except Exception:
                _over(sandbox, entry, slot)
                raise
        else:
            entry.response_bytes = len(body)
        _over(sandbox, entry, slot)
        if stream is None:
            whole = scope.pop("mock_akeneo.whole", None)
            if whole is not None and whole(answer.status, start["headers"], body):
                return
            await send(start)
        await send({"type": "http.response.body", "body": body})

    async def _leave(
        self,
        leaving: Leaving,
        answer: Answer,
        sandbox: Sandbox,
        entry: Entry,
        slot: Slot | None,
        inbox: Inbox,
        send: Send,
        scope: Scope,
    ) -> None:
        """Like `_send`, of an answer that a fault has struck on its way out. Raises `ClientGone`."""
        body = await _whole(answer)
        start = self._start(answer, len(body), sandbox)
        entry.status, entry.response_bytes = seen(leaving, answer.status, len(body))
        over = partial(_over, sandbox, entry, slot)
        connection: ConnectionEnd | None = scope.get("mock_akeneo.connection")
        await leave(leaving, start, body, over=over, inbox=inbox, send=send, connection=connection)

    def _start(self, answer: Answer, length: int, sandbox: Sandbox) -> Message:
        headers = list(answer.headers)
        if answer.status != 204:
            headers.append((CONTENT_LENGTH, b"%d" % length))
        headers.append((DATE, self._date(sandbox.clock.now())))
        return {"type": "http.response.start", "status": answer.status, "headers": headers}

    def _date(self, now: float) -> bytes:
        second = int(now)
        date = self._dates.get(second)
        if date is None:
            self._dates.clear()
            date = self._dates[second] = http_date(now).encode()
        return date


def _over(sandbox: Sandbox, entry: Entry, slot: Slot | None) -> None:
    """The call is over. To be called in the turn of the loop in which its last bytes are handed over.

    So the journal knows the call, the moves that waited for it are done and its slot is free before the client
    can read the end of the answer.
    """
    entry.answered = monotonic()
    if sandbox.moves and entry.nth is not None:
        entry.moved = sandbox.answered(entry)
    sandbox.journal.add(entry)
    if slot is not None:
        slot.leave()


async def _whole(answer: Answer) -> bytes:
    if answer.stream is None:
        return answer.body
    return b"".join([chunk async for chunk in answer.stream])
