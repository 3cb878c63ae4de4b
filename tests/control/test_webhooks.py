"""Subscriptions and deliveries over the control plane, with a subscriber that listens.

Source: apidocs: content/events-documentation/{security,overview}.md
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from mock_akeneo.core.clock import monotonic
from mock_akeneo.core.json_types import Json, dumps, loads
from mock_akeneo.core.settings import Settings
from mock_akeneo.scenarios.moves import MOVES
from mock_akeneo.server import Server
from mock_akeneo.webhooks import sender
from tests.cli.test_serve import serving
from tests.resources.shop import value, write_shop
from tests.webhooks.receiver import Received, Receiver

COLLECTION = {"content-type": "application/vnd.akeneo.collection+json"}


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine may need longer than a PIM waits."""
    monkeypatch.setattr(sender, "TIMEOUT_SECONDS", 30)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    catalog = str(write_shop(tmp_path_factory.mktemp("shop")))
    settings = Settings(catalog=catalog, clock="frozen", port=0, token_lifetime=100_000)
    with Server(settings) as started:
        yield started


@pytest.fixture
def control(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{server.base_url}/_mock/v1/webhooks") as connected:
        yield connected
        for subscription in connected.get("/subscriptions").json()["items"]:
            connected.delete(f"/subscriptions/{subscription['id']}")
    server.call(server.sandbox.reset)
    server.call(server.sandbox.webhooks.clear)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as listening:
        yield listening


@pytest.fixture
def api(server: Server) -> Iterator[httpx.Client]:
    """A client of the only connection."""
    sandbox = server.sandbox
    connection = next(iter(sandbox.connections.by_code.values()))
    token = server.call(sandbox.issue, connection, connection)["access_token"]
    headers = {"authorization": f"Bearer {token}"}
    with httpx.Client(base_url=f"{server.base_url}/api/rest/v1", headers=headers) as connected:
        yield connected


def subscribed(control: httpx.Client, receiver: Receiver, **more: object) -> Json:
    answer = control.post("/subscriptions", json={"url": receiver.url, **more})
    assert answer.status_code == 201
    body: Json = answer.json()
    return body


def deliveries(control: httpx.Client, count: int) -> list[Json]:
    """The deliveries, as soon as there are so many."""
    until = monotonic() + 30
    while len(items := control.get("/deliveries").json()["items"]) < count:
        assert monotonic() < until, f"{len(items)} deliveries, not {count}"
    found: list[Json] = items
    return found


def told(received: Received) -> list[tuple[str, Json]]:
    return [(event["action"], event["data"]["resource"]) for event in received.events]


def test_a_write_is_told_as_it_reads(control: httpx.Client, receiver: Receiver, api: httpx.Client) -> None:
    subscribed(control, receiver)
    api.post("/products", json={"identifier": "foo", "family": "familyA", "values": {"a_text": value("x")}})
    [event] = receiver.next().events
    assert event.pop("event_id")
    assert event == {
        "action": "product.created",
        "event_datetime": "2026-01-01T00:00:00+00:00",
        "author": "mock_user",
        "author_type": "api",
        "pim_source": str(api.base_url).removesuffix("/api/rest/v1/"),
        "data": {"resource": api.get("/products/foo").json()},
    }


def test_the_request_is_signed(control: httpx.Client, receiver: Receiver, api: httpx.Client) -> None:
    secret = subscribed(control, receiver, secret="s3cret")["secret"]
    api.post("/products", json={"identifier": "foo"})
    received = receiver.next()
    timestamp = received.headers["X-Akeneo-Request-Timestamp"]
    assert (secret, timestamp) == ("s3cret", "1767225600")
    signed = f"{timestamp}.".encode() + received.body
    assert received.headers["X-Akeneo-Request-Signature"] == hmac.new(b"s3cret", signed, "sha256").hexdigest()
    assert received.headers["Content-Type"] == "application/json"
    assert received.headers["User-Agent"].startswith("AkeneoPIM/v")


def test_the_body_is_written_as_php_writes_json(control: httpx.Client, receiver: Receiver, api: httpx.Client) -> None:
    """So a receiver that signs what it has parsed and written anew fails, as with a real PIM."""
    subscribed(control, receiver, secret="s3cret")
    api.post("/products", json={"identifier": "a/é"})
    received = receiver.next()
    assert b'"identifier":"a\\/\\u00e9"' in received.body
    signed = f"{received.headers['X-Akeneo-Request-Timestamp']}.".encode()
    signatures = [
        hmac.new(b"s3cret", signed + body, "sha256").hexdigest()
        for body in (received.body, dumps(loads(received.body)))
    ]
    assert [one == received.headers["X-Akeneo-Request-Signature"] for one in signatures] == [True, False]


def test_every_kind_of_write_makes_its_event(control: httpx.Client, receiver: Receiver, api: httpx.Client) -> None:
    subscribed(control, receiver)
    api.post("/product-models", json={"code": "sweat", "family_variant": "familyVariantA1"})
    assert told(receiver.next()) == [("product_model.created", api.get("/product-models/sweat").json())]
    api.patch("/product-models/sweat", json={"categories": ["master"]})
    assert [action for action, _ in told(receiver.next())] == ["product_model.updated"]
    api.patch("/products/foo", json={})
    [(action, product)] = told(receiver.next())
    assert action == "product.created"
    part = '{"identifier":"foo","attribute":"a_file","locale":null,"scope":null}'
    api.post("/media-files", data={"product": part}, files={"file": ("a.txt", b"x")})
    assert [action for action, _ in told(receiver.next())] == ["product.updated"]
    api.delete("/products/foo")
    gone = {"identifier": "foo", "uuid": product["uuid"]}
    assert told(receiver.next()) == [("product.removed", gone)]
    api.delete("/product-models/sweat")
    assert told(receiver.next()) == [("product_model.removed", {"code": "sweat"})]


def test_a_write_that_changes_nothing_or_fails_makes_none(
    control: httpx.Client, receiver: Receiver, api: httpx.Client
) -> None:
    subscribed(control, receiver)
    api.post("/products", json={"identifier": "foo"})
    receiver.next()
    api.patch("/products/foo", json={"enabled": True})
    api.patch("/products/foo", json={"enabled": "no"})
    api.post("/products", json={"identifier": "last"})
    assert [resource["identifier"] for _, resource in told(receiver.next())] == ["last"]


def test_only_the_addressed_model_is_told_as_removed(
    control: httpx.Client, receiver: Receiver, api: httpx.Client
) -> None:
    api.post("/product-models", json={"code": "sweat", "family_variant": "familyVariantA1"})
    sub = {"code": "sub", "parent": "sweat", "values": {"a_simple_select": value("optionA")}}
    api.post("/product-models", json=sub)
    subscribed(control, receiver)
    api.delete("/product-models/sweat")
    assert told(receiver.next()) == [("product_model.removed", {"code": "sweat"})]
    assert receiver.nothing_more()


def test_a_batch_is_told_in_tens(control: httpx.Client, receiver: Receiver, api: httpx.Client) -> None:
    subscribed(control, receiver)
    lines = "\n".join(f'{{"identifier":"p{number}"}}' for number in range(23))
    api.patch("/products", content=lines, headers=COLLECTION)
    received = [told(receiver.next()) for _ in range(3)]
    assert [len(events) for events in received] == [10, 10, 3]
    assert [resource["identifier"] for events in received for _, resource in events] == [f"p{n}" for n in range(23)]


def test_products_are_told_by_uuid_where_that_is_asked(
    control: httpx.Client, receiver: Receiver, api: httpx.Client
) -> None:
    subscribed(control, receiver, uses_uuid=True)
    api.post("/products", json={"identifier": "foo"})
    [(_, resource)] = told(receiver.next())
    assert resource == api.get(f"/products-uuid/{resource['uuid']}").json()


def test_a_connection_is_not_told_of_its_own_doing(
    server: Server, control: httpx.Client, receiver: Receiver, api: httpx.Client
) -> None:
    own = subscribed(control, receiver, connection="mock_connection")
    api.post("/products", json={"identifier": "foo"})
    [delivery] = deliveries(control, 1)
    assert (delivery["subscription"], delivery["sent"], delivery["message"]) == (
        own["id"],
        False,
        "The event was not sent because it was raised by the same connection.",
    )
    assert receiver.nothing_more()


def test_old_versions_tell_no_uuid(
    server: Server, monkeypatch: pytest.MonkeyPatch, control: httpx.Client, receiver: Receiver, api: httpx.Client
) -> None:
    api.post("/products", json={"identifier": "foo"})
    monkeypatch.setattr(server.sandbox.catalog, "pim_version", "6.0")
    subscribed(control, receiver)
    api.delete("/products/foo")
    assert told(receiver.next()) == [("product.removed", {"identifier": "foo"})]


def test_what_somebody_else_does_in_mid_run_is_told_as_of_the_user_interface(
    server: Server, control: httpx.Client, receiver: Receiver
) -> None:
    subscribed(control, receiver, connection="mock_connection")
    server.call(MOVES["create"].act, server.sandbox, {"products": 1})
    [event] = receiver.next().events
    assert (event["action"], event["author"], event["author_type"]) == ("product.created", "julia", "ui")


def test_a_delivery_tells_how_it_went(control: httpx.Client, receiver: Receiver, api: httpx.Client) -> None:
    subscription = subscribed(control, receiver)
    api.post("/products", json={"identifier": "foo"})
    received = receiver.next()
    [delivery] = deliveries(control, 1)
    assert (delivery.pop("id") > 0, delivery.pop("milliseconds") > 0) == (True, True)
    headers = delivery.pop("headers")
    assert delivery == {
        "subscription": subscription["id"],
        "url": receiver.url,
        "at": "2026-01-01T00:00:00+00:00",
        "sent": True,
        "status": 200,
        "message": "The API event request was sent.",
        "events": received.events,
        "resend_of": None,
    }
    assert headers["X-Akeneo-Request-Signature"] == received.headers["X-Akeneo-Request-Signature"]


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (302, "The API event request was sent."),
        (404, "The endpoint returned an error."),
        (503, "The endpoint returned an error."),
    ],
)
def test_what_a_subscriber_answers_is_noted_and_never_repeated(
    control: httpx.Client, receiver: Receiver, api: httpx.Client, status: int, message: str
) -> None:
    receiver.status = status
    subscribed(control, receiver)
    api.post("/products", json={"identifier": "foo"})
    api.post("/products", json={"identifier": "bar"})
    noted = [(d["status"], d["message"]) for d in deliveries(control, 2)]
    assert noted == [(status, message), (status, message)]


def test_a_subscriber_has_half_a_second(
    monkeypatch: pytest.MonkeyPatch, control: httpx.Client, receiver: Receiver, api: httpx.Client
) -> None:
    monkeypatch.undo()
    receiver.silent = True
    subscribed(control, receiver)
    api.post("/products", json={"identifier": "foo"})
    [delivery] = deliveries(control, 1)
    assert (delivery["status"], delivery["message"]) == (None, "The endpoint failed to answer under 500 ms.")
    # Timers of the loop may fire a little early.
    assert delivery["milliseconds"] > 490


def test_a_subscriber_that_is_not_there_is_noted(control: httpx.Client, api: httpx.Client) -> None:
    with Receiver() as gone:
        pass
    subscribed(control, gone)
    api.post("/products", json={"identifier": "foo"})
    assert [d["status"] for d in deliveries(control, 1)] == [None]


def test_a_delivery_can_be_sent_again_with_a_new_signature(
    server: Server, control: httpx.Client, receiver: Receiver, api: httpx.Client
) -> None:
    subscribed(control, receiver)
    api.post("/products", json={"identifier": "foo"})
    first = receiver.next()
    [delivery] = deliveries(control, 1)
    server.call(server.sandbox.clock.advance, 60)
    answer = control.post(f"/deliveries/{delivery['id']}/resend")
    again = receiver.next()
    assert (answer.status_code, answer.json()["resend_of"], answer.json()["status"]) == (201, delivery["id"], 200)
    assert again.body == first.body
    assert int(again.headers["X-Akeneo-Request-Timestamp"]) == int(first.headers["X-Akeneo-Request-Timestamp"]) + 60


def test_what_the_hourly_limit_refuses_is_dropped(
    server: Server, control: httpx.Client, receiver: Receiver, api: httpx.Client
) -> None:
    subscribed(control, receiver)
    server.sandbox.webhooks.quota.limit = 1
    try:
        api.post("/products", json={"identifier": "one"})
        api.post("/products", json={"identifier": "two"})
        messages = [d["message"] for d in deliveries(control, 2)]
        server.call(server.sandbox.clock.advance, 3600)
        api.post("/products", json={"identifier": "three"})
        received = [receiver.next() for _ in range(2)]
    finally:
        server.sandbox.webhooks.quota.limit = 4000
    assert messages == [
        "The API event request was sent.",
        "The maximum number of events sent per hour has been reached.",
    ]
    assert [told(one)[0][1]["identifier"] for one in received] == ["one", "three"]


def test_what_the_hourly_limit_refuses_can_be_delayed(
    server: Server, control: httpx.Client, receiver: Receiver, api: httpx.Client
) -> None:
    subscribed(control, receiver, limit_mode="delay")
    server.sandbox.webhooks.quota.limit = 1
    try:
        api.post("/products", json={"identifier": "one"})
        api.post("/products", json={"identifier": "two"})
        deliveries(control, 2)
        api.patch("/products/two", json={"enabled": False})
        deliveries(control, 3)
        receiver.next()
        server.call(server.sandbox.clock.advance, 3600)
        [(action, resource)] = told(receiver.next())
    finally:
        server.sandbox.webhooks.quota.limit = 4000
    # The state is read when it is told.
    assert (action, resource["identifier"], resource["enabled"]) == ("product.created", "two", False)


# Subscriptions


def test_a_secret_is_shown_once(control: httpx.Client, receiver: Receiver) -> None:
    made = subscribed(control, receiver)
    assert len(made["secret"]) == 50
    assert control.get("/subscriptions").json() == {"items": [{**made, "secret": None}]}


def test_three_subscriptions_are_active_at_most(control: httpx.Client, receiver: Receiver) -> None:
    for _ in range(3):
        subscribed(control, receiver)
    answer = control.post("/subscriptions", json={"url": receiver.url})
    assert (answer.status_code, answer.json()["detail"]) == (
        409,
        "You have reached the limit of active event subscriptions.",
    )
    assert subscribed(control, receiver, enabled=False)["enabled"] is False


def test_who_has_unsubscribed_is_told_no_more(control: httpx.Client, receiver: Receiver, api: httpx.Client) -> None:
    first, second = subscribed(control, receiver), subscribed(control, receiver)
    assert control.delete(f"/subscriptions/{first['id']}").status_code == 204
    assert control.delete(f"/subscriptions/{first['id']}").status_code == 404
    api.post("/products", json={"identifier": "foo"})
    assert [d["subscription"] for d in deliveries(control, 1)] == [second["id"]]


@pytest.mark.parametrize(
    ("body", "status", "detail"),
    [
        ({}, 422, '"url" is a text'),
        ({"url": "nowhere"}, 422, '"nowhere" is no URL: write http://127.0.0.1:8000/path'),
        (
            {"url": "http://example.com/"},
            422,
            '"example.com" is another machine: give "allow_remote": true to send events there',
        ),
        ({"url": "http://localhost/", "connection": "x"}, 404, 'there is no connection "x"'),
        ({"url": "http://localhost/", "limit_mode": "x"}, 422, '"limit_mode" is one of drop, delay'),
        ({"url": "http://localhost/", "enabled": "x"}, 422, '"enabled" is true or false'),
    ],
)
def test_a_wrong_subscription_is_told_what_to_write(
    control: httpx.Client, body: Json, status: int, detail: str
) -> None:
    answer = control.post("/subscriptions", json=body)
    assert (answer.status_code, loads(answer.content)["detail"]) == (status, detail)


@pytest.mark.parametrize("id_", ["77", "x"])
def test_a_delivery_that_is_not_there_cannot_be_sent_again(control: httpx.Client, id_: str) -> None:
    answer = control.post(f"/deliveries/{id_}/resend")
    assert (answer.status_code, answer.json()["detail"]) == (404, f'there is no delivery "{id_}"')


def test_a_reset_takes_subscriptions_back_and_a_snapshot_holds_them(
    server: Server, control: httpx.Client, receiver: Receiver
) -> None:
    subscribed(control, receiver)
    server.call(lambda: server.sandbox.snapshots.update(with_one=server.sandbox.snapshot()))
    before = control.get("/subscriptions").json()
    server.call(server.sandbox.reset)
    assert control.get("/subscriptions").json() == {"items": []}
    server.call(lambda: server.sandbox.restore(server.sandbox.snapshots.pop("with_one")))
    assert control.get("/subscriptions").json() == before


def test_a_data_folder_keeps_subscriptions(tmp_path: Path, receiver: Receiver) -> None:
    with serving("--catalog", "minimal", "--data", str(tmp_path)) as (ready, _):
        url = f"{ready['base_url']}/_mock/v1/webhooks/subscriptions"
        made = httpx.post(url, json={"url": receiver.url}).json()
    with serving("--catalog", "minimal", "--data", str(tmp_path)) as (ready, _):
        kept = httpx.get(f"{ready['base_url']}/_mock/v1/webhooks/subscriptions").json()
    assert kept == {"items": [{**made, "secret": None}]}
