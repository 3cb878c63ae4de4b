"""A server: uvicorn on a port, in this process or in a thread of its own."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, Final, TypeVar
from weakref import WeakSet

import uvicorn

from mock_akeneo.app import App, Asgi, Receive, Scope, Send, create_app
from mock_akeneo.core.settings import Settings
from mock_akeneo.health import host_in_url
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.sandbox.sandboxes import Sandboxes
from mock_akeneo.tls import Certificate, certificate_of
from mock_akeneo.transports import behind_stock, chosen, protocol_of

T = TypeVar("T")


class CannotStart(Exception):
    """The server could not start; the message says what to do."""


class NoSuchAddress(CannotStart):
    """The host is no address of this machine."""


_LOCALHOST: Final = ("127.0.0.1", "::1")
_TRIES: Final = 20
_NO_SUCH_ADDRESS: Final = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EINVAL)


def listeners(host: str, port: int, *, called: str = "--port") -> list[socket.socket]:
    """Bound sockets on one port; port 0 takes a free one. `called`: where the user told the port.

    `localhost` is both addresses of it, as clients try one or the other first. Raises `CannotStart`.
    """
    if not _is_localhost(host):
        return [_listener(host, port, called)]
    for _ in range(_TRIES):
        first = _listener(_LOCALHOST[0], port, called)
        try:
            return [first, _listener(_LOCALHOST[1], first.getsockname()[1], called)]
        except NoSuchAddress:  # a machine without IPv6
            return [first]
        except CannotStart:
            first.close()
            if port:
                raise
    raise CannotStart(f"no port is free on both addresses of {host}: choose one by {called}")


def _is_localhost(host: str) -> bool:
    return host.lower() == "localhost" or host.lower().endswith(".localhost")


def _listener(host: str, port: int, called: str) -> socket.socket:
    if not 0 <= port <= 65535:
        raise CannotStart(f"{port} is no port: choose 0 to 65535")
    name = f"[{host}]" if ":" in host else host
    sock = None
    try:
        if not host:
            raise ValueError("every address is 0.0.0.0 or ::, and not nothing")
        sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.listen(2048)
        sock.setblocking(False)
        return sock
    except (OSError, ValueError) as error:
        if sock is not None:
            sock.close()
        # A host that is none, or not of this machine.
        if isinstance(error, ValueError | socket.gaierror) or error.errno in _NO_SUCH_ADDRESS:
            raise NoSuchAddress(
                f"cannot listen on {name}: it is no address of this machine; choose another --host"
            ) from None
        raise CannotStart(
            f"cannot listen on {name}:{port}: {error.strerror}; choose another {called}, or 0 for a free one"
        ) from None


def base_url(sock: socket.socket, host: str, tls: bool = False) -> str:
    """Where a client on this machine reaches the socket."""
    scheme = "https" if tls else "http"
    return f"{scheme}://{host_in_url(host)}:{sock.getsockname()[1]}"


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

    async def listen(self, config: uvicorn.Config, host: str, port: int) -> OwnPort:
        """Serves another application on a port of its own, on the same loop. Raises `ValueError`."""
        try:
            socks = listeners(host, port, called='"port"')
        except CannotStart as error:
            raise ValueError(str(error)) from None
        config.load()
        connection: Any = config.http_protocol_class
        connections: WeakSet[Any] = WeakSet()

        def protocol() -> asyncio.Protocol:
            made: asyncio.Protocol = connection(config=config, server_state=self.server_state, app_state={})
            connections.add(made)
            return made

        loop = asyncio.get_running_loop()
        listening = [
            await loop.create_server(protocol, sock=sock, ssl=config.ssl, backlog=config.backlog) for sock in socks
        ]
        # With the others they are closed when the server ends.
        self.servers += listening
        return OwnPort(self, listening, connections, base_url(socks[0], host, config.is_ssl))


class OwnPort:
    """A port on which one application is served besides the server's own."""

    def __init__(self, server: Quiet, listening: list[asyncio.Server], connections: WeakSet[Any], url: str) -> None:
        self._server, self._listening, self._connections = server, listening, connections
        self.base_url = url

    async def close(self) -> None:
        """Takes no more calls, and drops those that are still being answered."""
        for one in self._listening:
            self._server.servers.remove(one)
            one.close()
        for connection in set(self._connections):
            if connection.transport is not None:
                connection.transport.abort()
        for one in self._listening:
            await one.wait_closed()


def uvicorn_server(app: App, certificate: Certificate | None = None) -> Quiet:
    """uvicorn as we need it: no access log, no headers of its own, our protocol. It opens ports for `app`."""
    name = chosen(app.settings.transport)
    protocol = protocol_of(name, app.settings)

    def config_of(served: Asgi) -> uvicorn.Config:
        return uvicorn.Config(
            behind_stock(served) if name == "stock" else served,
            http=protocol,
            loop="auto",
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=1,
            timeout_keep_alive=app.settings.keep_alive_timeout,
            ws="none",
            ssl_certfile=certificate and certificate.chain,
            ssl_keyfile=certificate and str(certificate.key),
        )

    server = Quiet(config_of(app))

    async def listen(own: Asgi, port: int) -> OwnPort:
        return await server.listen(config_of(own), app.settings.host, port)

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
        self._sockets = listeners(self.settings.host, self.settings.port)
        self.base_url = base_url(self._sockets[0], self.settings.host, self.certificate is not None)
        self.port: int = self._sockets[0].getsockname()[1]
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
            await self._server.serve(sockets=self._sockets)

        factory = self._server.config.get_loop_factory()
        try:
            with asyncio.Runner(loop_factory=factory) as runner:
                runner.run(serve())
        finally:
            self.app.close()

    def start(self) -> Server:
        self._thread.start()
        self._started.wait()
        # The sockets listen already: whoever connects now is answered as soon as the loop accepts.
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
            for sock in self._sockets:
                sock.close()
            self.app.close()

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
