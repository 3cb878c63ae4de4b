"""A server: uvicorn on a port, in this process or in a thread of its own."""

from __future__ import annotations

import asyncio
import re
import signal
import socket
import threading
import types
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from typing import Any, Final, TypeVar

import uvicorn
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from mock_akeneo.app import App, Asgi, Receive, Scope, Send, create_app
from mock_akeneo.core.settings import Settings
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.sandbox.sandboxes import Sandboxes
from mock_akeneo.tls import Certificate, certificate_of

T = TypeVar("T")

_COPIED_BYTES: Final = 1 << 16  # a body so small is copied behind its head sooner than it is handed over apart

_CALLS_AHEAD: Final = 100  # so many calls of one connection may wait for their turn before it is read no more

# A client may offer another protocol with each call, as Java's does with HTTP/2. httptools would take the body of such
# a call for that protocol's first bytes.
_UPGRADE: Final = re.compile(rb"\r\nupgrade:[^\r\n]*", re.IGNORECASE)


class Protocol(HttpToolsProtocol):
    """uvicorn's protocol, which passes two more things to the application, and answers at once what it can.

    `mock_akeneo.transport`: faults are real TCP behaviour. `mock_akeneo.whole`: see `_whole`; whoever does not take it
    out of the scope leaves a cycle of references behind.
    """

    # The first call in the bytes that just arrive; those behind it take turns with other connections.
    _arriving = False
    # A call whose body is likely to be in the bytes that just arrive.
    _held: RequestResponseCycle | None = None
    _answered: RequestResponseCycle | None = None

    def data_received(self, data: bytes) -> None:
        if (self._answered is None or self._answered.response_complete) and b"pgrade:" in data:
            head, blank, rest = data.partition(b"\r\n\r\n")
            data = _UPGRADE.sub(b"", head) + blank + rest
        self._arriving = True
        super().data_received(data)
        self._arriving = False
        if self._held is not None:
            self._start(self._held)
        # Who stops reading, as uvicorn does while calls wait for their turn, does not learn that the client has gone.
        few = 0 < len(self.pipeline) < _CALLS_AHEAD and len(self.cycle.body) < HIGH_WATER_LIMIT
        if few and not self.transport.is_closing():
            self.flow.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        # uvicorn tells the last call that came, which is another one if the client did not wait for its answers.
        if self._answered is not None and not self._answered.response_complete:
            self._answered.disconnected = True
            self._answered.message_event.set()
        super().connection_lost(exc)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        # The call before it may have been answered since the bytes came, and set the alarm that closes an idle line.
        self._unset_keepalive_if_required()
        self._answered = cycle
        scope: Any = cycle.scope
        scope["mock_akeneo.transport"] = self.transport
        of_the_api = scope["path"].startswith("/api/")
        if of_the_api:
            scope["mock_akeneo.whole"] = partial(_whole, cycle)
        if not of_the_api or not self._arriving:
            super()._start_asgi_task(cycle, app)
        elif scope["method"] == "GET":
            self._start(cycle)
        else:
            self._held = cycle

    def on_message_complete(self) -> None:
        super().on_message_complete()
        if self._held is not None:
            self._start(self._held)

    def _start(self, cycle: RequestResponseCycle) -> None:
        """What need not wait needs no task and no other turn of the loop, like an eager task of Python 3.12."""
        self._held, self._arriving = None, False
        answering = cycle.run_asgi(self.app)
        try:
            awaited = answering.send(None)
        except StopIteration:
            return
        task = self.loop.create_task(_going_on(answering, awaited))
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)


@types.coroutine
def _going_on(begun: Coroutine[Any, Any, None], awaited: Any) -> Generator[Any, Any, None]:
    """The rest of a coroutine that already waits for `awaited`."""
    while True:
        try:
            told = yield awaited
        except BaseException as error:
            step = partial(begun.throw, error)
        else:
            step = partial(begun.send, told)
        try:
            awaited = step()
        except StopIteration:
            return


def _whole(cycle: RequestResponseCycle, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> bool:
    """Answers with head and body in one write; False: nothing is done, send it as ASGI does.

    uvicorn writes twice, and each write costs a call to the system and wakes the client.
    """
    lines = [STATUS_LINE[status][:-2], *(b"%b: %b" % header for header in headers)]
    if not cycle.keep_alive:
        lines.append(b"connection: close")
    head = b"\r\n".join(lines)
    # A line break in a header would make two of it; uvicorn refuses that in its own words.
    if head.count(b"\n") >= len(lines) or cycle.response_started or cycle.flow.write_paused:
        return False
    if not cycle.disconnected:
        cycle.response_started = cycle.response_complete = True
        if len(body) < _COPIED_BYTES:
            cycle.transport.write(b"".join((head, b"\r\n\r\n", body)))
        else:
            cycle.transport.writelines((head, b"\r\n\r\n", body))
        cycle.message_event.set()
        if not cycle.keep_alive:
            cycle.transport.close()
        cycle.on_response()
    return True


class CannotStart(Exception):
    """The server could not start; the message says what to do."""


def listener(host: str, port: int, *, called: str = "--port") -> socket.socket:
    """A bound socket; port 0 takes a free one. `called`: where the user told the port. Raises `CannotStart`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.listen(2048)
    except OSError as error:
        sock.close()
        raise CannotStart(
            f"cannot listen on {host}:{port}: {error.strerror}; choose another {called}, or 0 for a free one"
        ) from None
    except OverflowError:
        sock.close()
        raise CannotStart(f"{port} is no port: choose 0 to 65535") from None
    sock.setblocking(False)
    return sock


def base_url(sock: socket.socket, host: str, tls: bool = False) -> str:
    """Where a client on this machine reaches the socket."""
    scheme = "https" if tls else "http"
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"{scheme}://{name}:{sock.getsockname()[1]}"


class Quiet(uvicorn.Server):
    """uvicorn's server, which ends well when it is told to: it does not raise SIGTERM again after its shutdown.

    `ending`: called when it begins to end, for answers that have no end of their own.
    """

    ending: Callable[[], None]

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.ending()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def listen(self, app: Asgi, host: str, port: int) -> OwnPort:
        """Serves another application on a port of its own, on the same loop. Raises `ValueError`."""
        try:
            sock = listener(host, port, called='"port"')
        except CannotStart as error:
            raise ValueError(str(error)) from None

        def protocol() -> Protocol:
            made = Protocol(config=self.config, server_state=self.server_state, app_state={})
            made.app = app
            return made

        loop = asyncio.get_running_loop()
        listening = await loop.create_server(protocol, sock=sock, ssl=self.config.ssl, backlog=self.config.backlog)
        # With the others it is closed when the server ends.
        self.servers.append(listening)
        return OwnPort(self, app, listening, base_url(sock, host, self.config.is_ssl))


class OwnPort:
    """A port on which one application is served besides the server's own."""

    def __init__(self, server: Quiet, app: Asgi, listening: asyncio.Server, url: str) -> None:
        self._server, self._app, self._listening = server, app, listening
        self.base_url = url

    async def close(self) -> None:
        """Takes no more calls, and drops those that are still being answered."""
        self._server.servers.remove(self._listening)
        self._listening.close()
        for connection in list(self._server.server_state.connections):
            if isinstance(connection, Protocol) and connection.app is self._app:
                connection.transport.abort()
        await self._listening.wait_closed()


def uvicorn_server(app: App, certificate: Certificate | None = None) -> Quiet:
    """uvicorn as we need it: no access log, no headers of its own, our protocol. It opens ports for `app`."""
    config = uvicorn.Config(
        app,
        http=Protocol,
        loop="auto",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
        ws="none",
        ssl_certfile=certificate and certificate.chain,
        ssl_keyfile=certificate and str(certificate.key),
    )
    server = Quiet(config)

    async def listen(own: Asgi, port: int) -> OwnPort:
        return await server.listen(own, app.settings.host, port)

    app.listen, server.ending = listen, app.end
    return server


async def _as_coroutine(awaitable: Awaitable[T]) -> T:
    return await awaitable


class Server:
    """A server in a thread of its own, for tests and for the contract kit. Use it as a context manager.

    All state is touched by the server's loop alone: `call` does something there. `certificate`: with TLS.
    Raises `ValueError` for settings that cannot be, `CannotStart` for a port that cannot be had.
    """

    def __init__(self, settings: Settings | None = None, *, app: App | None = None) -> None:
        self.settings = settings or Settings(port=0)
        self.app = app or create_app(self.settings)
        self.certificate = certificate_of(self.settings.tls, self.settings.host)
        self._socket = listener(self.settings.host, self.settings.port)
        self.base_url = base_url(self._socket, self.settings.host, self.certificate is not None)
        self.port: int = self._socket.getsockname()[1]
        self._server = uvicorn_server(self.app, self.certificate)
        self.app.sandboxes.base_url = self.base_url
        self._loop: asyncio.AbstractEventLoop | None = None
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mock-akeneo", daemon=True)

    @property
    def sandboxes(self) -> Sandboxes:
        return self.app.sandboxes

    @property
    def sandbox(self) -> Sandbox:
        """The sandbox `default`."""
        return self.app.sandboxes.default

    def _run(self) -> None:
        async def serve() -> None:
            self._loop = asyncio.get_running_loop()
            self._loop.call_soon(self._started.set)
            await self._server.serve(sockets=[self._socket])

        factory = self._server.config.get_loop_factory()
        with asyncio.Runner(loop_factory=factory) as runner:
            runner.run(serve())

    def start(self) -> Server:
        self._thread.start()
        self._started.wait()
        # The socket listens already: whoever connects now is answered as soon as the loop accepts.
        return self

    def call(self, do: Callable[..., T], *args: Any) -> T:
        """Does something on the server's loop and gives its result, or raises its error."""
        assert self._loop is not None, "the server has not been started"
        if threading.current_thread() is self._thread:
            return do(*args)
        future: Future[T] = Future()

        def run() -> None:
            try:
                future.set_result(do(*args))
            except BaseException as error:
                future.set_exception(error)

        self._loop.call_soon_threadsafe(run)
        return future.result(timeout=60)

    def asgi(self, own: Sandbox | None = None) -> Asgi:
        """The application for callers of another event loop, without a socket and with the state of the port.

        Each call is forwarded to the server's loop. `own`: every call belongs to that sandbox, whatever its
        credentials. For `httpx.ASGITransport`; what a fault does to a connection is raised as the error of httpx.
        """
        app = self.app if own is None else self.app.of(own)

        async def forwarded(scope: Scope, receive: Receive, send: Send) -> None:
            assert self._loop is not None, "the server has not been started"
            here = asyncio.get_running_loop()

            async def receive_from_there() -> Any:
                return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_as_coroutine(receive()), here))

            async def send_from_there(message: Any) -> None:
                await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_as_coroutine(send(message)), here))

            answering = _as_coroutine(app(scope, receive_from_there, send_from_there))
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(answering, self._loop))

        return forwarded

    def stop(self) -> None:
        self._server.should_exit = True
        self._server.force_exit = True
        if self._thread.is_alive():
            self._thread.join(timeout=10)
        else:
            self._socket.close()

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
