"""A server: uvicorn on a port, in this process or in a thread of its own."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar, cast

import uvicorn

from mock_akeneo.app import App, Asgi, Receive, Scope, Send, create_app
from mock_akeneo.core.settings import Settings
from mock_akeneo.protocol import Outbox, Protocol
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.sandbox.sandboxes import Sandboxes
from mock_akeneo.tls import Certificate, certificate_of

T = TypeVar("T")


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
    outbox: Outbox

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
            made = Protocol(self.outbox, config=self.config, server_state=self.server_state, app_state={})
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
    outbox = Outbox()
    config = uvicorn.Config(
        app,
        # uvicorn calls what it takes for a class.
        http=cast(type[asyncio.Protocol], partial(Protocol, outbox)),
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
    server.outbox = outbox

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
