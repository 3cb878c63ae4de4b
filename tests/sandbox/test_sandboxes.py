"""What a sandbox costs, and that nothing is left of it."""

from __future__ import annotations

import gc
import tracemalloc
from weakref import ref

import httpx

from mock_akeneo.app import App, create_app
from mock_akeneo.core.settings import Settings
from mock_akeneo.sandbox.sandbox import Sandbox
from mock_akeneo.seeding.start import fresh
from tests.asgi import AsgiTransport


def used(app: App, sandbox: Sandbox) -> None:
    """Reads, writes, a limit, a fault, a move and a thing that is due: everything that points at its sandbox."""
    connection = next(iter(sandbox.connections.by_code.values()))
    bearer = {"Authorization": f"Bearer {sandbox.issue(connection, connection)['access_token']}"}
    where = f"?sandbox={sandbox.name}"
    with httpx.Client(transport=AsgiTransport(app), base_url="http://localhost", headers=bearer) as http:
        http.put(f"/_mock/v1/limits{where}", json={"preset": "akeneo-saas"})
        http.post(f"/_mock/v1/faults{where}", json={"operation": "token", "kind": "reset"})
        http.put(f"/_mock/v1/snapshots/before{where}")
        assert http.get(
            "/api/rest/v1/products?search={%22enabled%22:[{%22operator%22:%22=%22,%22value%22:true}]}"
        ).is_success
        assert http.get("/api/rest/v1/product-models?limit=100").is_success
        assert http.get("/api/rest/v1/products?with_completenesses=true&scope=ecommerce").is_success
        assert http.patch("/api/rest/v1/products/new", json={"enabled": False}).is_success
        http.post(f"/_mock/v1/snapshots/before/restore{where}")
    sandbox.after("@pull", 1, lambda: sandbox.expire())
    sandbox.clock.at(sandbox.clock.now() + 60, lambda: sandbox.expire())


def test_a_deleted_sandbox_is_freed_at_once() -> None:
    app = create_app(Settings(catalog="demo"))
    sandboxes = app.sandboxes
    sandbox, _ = fresh(sandboxes, "short-lived", sandboxes.default.catalog)
    used(app, sandbox)
    seen: list[ref[object]] = [ref(sandbox), ref(sandbox.catalog), ref(sandbox.journal), ref(sandbox.limiter)]
    gc.disable()  # nothing may wait for the collector, which looks seldom
    try:
        sandboxes.delete("short-lived")
        del sandbox, _
        assert [one() for one in seen] == [None] * 4
    finally:
        gc.enable()
    assert not sandboxes.bearers
    assert [connection.sandbox for connection in sandboxes.clients.values()] == ["default"]


def test_sandboxes_share_the_bytes_of_their_catalog() -> None:
    app = create_app(Settings(catalog="demo"))
    template = app.sandboxes.default.catalog
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for number in range(20):
        fresh(app.sandboxes, f"one-{number}", template)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (after - before) / 20 < 300_000
