"""Going back: a collection, and what follows its changes, are as they were."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mock_akeneo.catalog.collection import Collection
from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.index import Index, by_alias, by_key

# (key, alias): put; (key, None): put without an alias; key alone: delete.
Step = tuple[str, str | None] | str

KEYS = st.sampled_from(["a", "B", "c", "D"])
STEPS = st.lists(KEYS | st.tuples(KEYS, st.none() | st.sampled_from(["x", "Y", "z"])), max_size=12)


class Watched:
    """A collection whose index hears of every change."""

    def __init__(self) -> None:
        self.collection, self.index = Collection("product"), Index({"key": by_key, "alias": by_alias})
        self.collection.changed = self._changed

    def _changed(self, key: str, before: Document | None, after: Document | None) -> None:
        self.index.put(after) if after is not None else self.index.delete(key)

    def do(self, steps: list[Step]) -> None:
        collection = self.collection
        for step in steps:
            if isinstance(step, str):
                if collection.get(step) is not None:
                    collection.delete(step)
                continue
            key, alias = step
            # Two documents never share an alias: whoever writes sees to that.
            owner = None if alias is None else collection.by_alias(alias)
            if owner is None or owner.key == key:
                collection.put(Document(key, b"{}", alias=alias))

    def state(self) -> dict[str, Any]:
        collection, index = self.collection, self.index
        return {
            "documents": list(collection),
            "created": list(collection.in_order_of_creation()),
            "aliases": {alias: collection.by_alias(alias) for alias in ("x", "y", "z")},
            "rows": {name: [index.documents[row] for row in order.rows] for name, order in index.orders.items()},
        }


@given(STEPS, STEPS)
def test_what_a_snapshot_holds_comes_back_in_its_order_of_creation(before: list[Step], after: list[Step]) -> None:
    watched = Watched()
    watched.do(before)
    there, snapshot = watched.state(), watched.collection.copy()
    watched.do(after)
    watched.collection.become(snapshot, watched.collection.differences(snapshot))
    assert watched.state() == there
    assert watched.collection.differences(snapshot) == {}


@given(STEPS, STEPS, STEPS)
def test_undo_goes_back_to_the_mark_whatever_was_restored_since(
    before: list[Step], between: list[Step], after: list[Step]
) -> None:
    watched = Watched()
    watched.do(before)
    watched.collection.mark()
    there = watched.state()
    watched.do(between)
    snapshot = watched.collection.copy()
    watched.do(after)
    watched.collection.become(snapshot, watched.collection.differences(snapshot))
    watched.collection.undo()
    # What was deleted and comes back is created anew.
    assert {**watched.state(), "created": []} == {**there, "created": []}


def test_a_collection_that_holds_the_same_is_left_alone() -> None:
    watched = Watched()
    watched.do([("a", "x"), ("b", None)])
    snapshot = watched.collection.copy()
    watched.collection.changed = None
    assert watched.collection.differences(snapshot) == {}
    watched.do([("a", "y")])
    assert watched.collection.differences(snapshot) == {"a": snapshot.get("a")}
