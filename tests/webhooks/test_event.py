"""Events, and how they share requests."""

from __future__ import annotations

from mock_akeneo.webhooks.event import Event, requests_of


def event(action: str, id_: str = "1", *, gone: bool = False) -> Event:
    at, source = "2026-01-01T00:00:00+00:00", "http://localhost"
    return Event(action, id_, at, "julia", "api", source, lambda uuid: None if gone else {"uses_uuid": uuid})


def test_an_event_is_sent_with_what_there_is_to_tell() -> None:
    assert event("product.updated").body(uses_uuid=True) == {
        "action": "product.updated",
        "event_id": "1",
        "event_datetime": "2026-01-01T00:00:00+00:00",
        "author": "julia",
        "author_type": "api",
        "pim_source": "http://localhost",
        "data": {"resource": {"uses_uuid": True}},
    }


def test_an_event_of_something_gone_is_not_sent() -> None:
    assert event("product.updated", gone=True).body(uses_uuid=False) is None


def test_ten_events_share_a_request_in_their_order() -> None:
    events = [event("product.created" if number % 2 else "product.updated", str(number)) for number in range(23)]
    assert [len(request) for request in requests_of(events)] == [10, 10, 3]
    assert [e for request in requests_of(events) for e in request] == events


def test_removed_ones_and_models_go_apart() -> None:
    actions = [
        "product.created",
        "product.removed",
        "product_model.updated",
        "product.updated",
        "product_model.removed",
    ]
    requests = [[e.action for e in request] for request in requests_of([event(action) for action in actions])]
    assert requests == [
        ["product.created", "product.updated"],
        ["product.removed"],
        ["product_model.updated"],
        ["product_model.removed"],
    ]
