"""The catalog of one sandbox: a collection for each kind, the search index, and the facts read off the structure."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from itertools import count
from typing import Any, Final

from mock_akeneo.catalog.collection import MANY, Collection
from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.index import Index, by_alias, by_key
from mock_akeneo.catalog.kinds import KINDS
from mock_akeneo.catalog.links import Links
from mock_akeneo.catalog.media import Media
from mock_akeneo.catalog.pages import Pages
from mock_akeneo.catalog.unique_values import Reading, UniqueValues
from mock_akeneo.catalog.variant_tree import VariantTree
from mock_akeneo.core.clock import Clock
from mock_akeneo.core.collation import collation_key
from mock_akeneo.core.json_types import Json
from mock_akeneo.core.versions import has

_generations = count(1)

# Of the views of products and product models that are kept ready. What is asked for more rarely is made anew.
MAX_VIEW_BYTES: Final = 128 * 1024 * 1024

_ORDERS = {
    "product": {"uuid": by_key, "identifier": by_alias},
    "product_model": {"code": by_key},
}

Maker = Callable[["Catalog"], Any]
# Of a product or product model: kind, before, after.
Change = tuple[str, Document | None, Document | None]


class Catalog:
    """What one PIM holds.

    `generation[kind]` moves when the reading of that kind's documents has to be made anew. `facts` are small
    values computed from the structure, kept until the structure changes. `index_lag`: seconds on the sandbox
    clock until lists and searches see a write. `revision` is another number after each change, which no other
    catalog has.
    """

    def __init__(self, clock: Clock, *, index_lag: float = 0.0) -> None:
        self.clock, self.index_lag = clock, index_lag
        # The version of the PIM that it is read and written like, see `core.versions`.
        self.pim_version = "saas"
        self.kinds = {name: Collection(name) for name in KINDS}
        self.generation = {name: next(_generations) for name in KINDS}
        self.revision = next(_generations)
        self.pages = Pages()
        self.media = Media()
        # Told of every change of a document, where all is kept in a data folder: (kind, key, before, after).
        self.noted: Callable[[str, str, Document | None, Document | None], None] | None = None
        # Told of a kind whose documents stand in another order of creation than their changes one by one would give.
        self.reordered: Callable[[str], None] | None = None
        # Told of every change of a product or product model: (kind, before, after).
        self.listeners: list[Callable[[str, Document | None, Document | None], None]] = []
        # What is read off a product model for all that lies below it, by its code in lower case.
        self._handed_down: dict[str, dict[str, Any]] = {}
        self._views: deque[Document] = deque()
        self._view_bytes = 0
        self._facts: dict[Any, Any] = {}
        # Asked for with every value of a product; forgotten with the facts.
        self._attributes: dict[str, Json] = {}
        self._indexes: dict[str, Index] = {}
        self._late: list[tuple[float, str, str]] = []
        self._watch()

    def _watch(self) -> None:
        self.unique_values = UniqueValues(self.kinds["product"])
        models, products = self.kinds["product_model"], self.kinds["product"]
        self.variant_tree, self.links = VariantTree(models, products), Links(models, products)
        for name, collection in self.kinds.items():
            collection.changed = self._watcher(name)

    def _watcher(self, kind: str) -> Callable[[str, Document | None, Document | None], None]:
        shows, indexed = KINDS[kind].shows, KINDS[kind].indexed

        def changed(key: str, before: Document | None, after: Document | None) -> None:
            self.revision = next(_generations)
            if indexed:
                if kind == "product":
                    self.unique_values.changed(before, after)
                    self._refresh_above(before, after)
                self.variant_tree.changed(kind, before, after)
                self.links.changed(kind, before, after)
                if self.index_lag:
                    self._late.append((self.clock.now() + self.index_lag, kind, key))
                else:
                    self._index_anew(kind, key)
                for tell in self.listeners:
                    tell(kind, before, after)
                if kind == "product_model":
                    self._hand_down_anew(key)
            elif kind != "media_file":
                self._structure_has_changed(kind)
            for shown in shows:
                self.generation[shown] = next(_generations)
            if self.noted is not None:
                self.noted(kind, key, before, after)

        return changed

    def _structure_has_changed(self, kind: str) -> None:
        self._facts.clear()
        self._attributes.clear()
        self._handed_down.clear()
        if KINDS[kind].searched:
            for index in self._indexes.values():
                index.drop_columns()

    def _hand_down_anew(self, model: str) -> None:
        if not self._handed_down:
            return
        self._handed_down.pop(model, None)
        for child in self.variant_tree.children("product_model", model):
            self._handed_down.pop(collation_key(child.key), None)

    def _index_anew(self, kind: str, key: str) -> None:
        """The indexes see a product or product model as it is now, and so do those below it."""
        index = self._indexes.get(kind)
        if index is not None:
            document = self.kinds[kind].get(key)
            index.put(document) if document is not None else index.delete(key)
        if kind == "product_model" and self._indexes:
            for below, document in self.variant_tree.descendants(key):
                if (index := self._indexes.get(below)) is not None:
                    index.refresh(document.key)

    def _refresh_above(self, *documents: Document | None) -> None:
        """What the index of models knows of their variants."""
        index = self._indexes.get("product_model")
        if index is not None:
            for document in documents:
                for model in self.variant_tree.ancestors(None if document is None else document.parent):
                    index.refresh(model.key)

    # Documents

    def __getitem__(self, kind: str) -> Collection:
        return self.kinds[kind]

    def data(self, kind: str, key: str) -> Json | None:
        """The stored JSON of one document of the structure, read only; letter case does not count."""
        document = self.kinds[kind].get(key)
        return None if document is None else document.data

    def index(self, kind: str) -> Index:
        """The search index of `product` or `product_model`, as late as the index lag says."""
        index = self._indexes.get(kind)
        if index is None:
            index = self._indexes[kind] = Index(_ORDERS[kind])
            # Built late, it must not see what a lagging index would not have seen.
            late = {key for _, late_kind, key in self._late if late_kind == kind}
            touched = self.kinds[kind].touched
            documents = [d for d in self.kinds[kind].in_order_of_creation() if collation_key(d.key) not in late]
            index.load(documents + [d for key in late if (d := touched.get(key)) is not None])
        if self._late:
            self._catch_up()
        return index

    @property
    def is_late(self) -> bool:
        """Whether lists and searches may change without a write, see the index lag."""
        return bool(self.index_lag or self._late)

    def _catch_up(self) -> None:
        now = self.clock.now()
        done = 0
        for due, kind, key in self._late:
            if due > now:
                break
            done += 1
            self._index_anew(kind, key)
        del self._late[:done]

    def before(self, changes: Iterable[Change]) -> Catalog:
        """The same catalog, whose lists and searches do not know of `changes`, told newest first. Read only."""
        known: dict[str, dict[str, Document]] = {}
        for kind, before, after in changes:
            documents = known.setdefault(kind, {collation_key(d.key): d for d in self.kinds[kind]})
            if after is not None:
                documents.pop(collation_key(after.key), None)
            if before is not None:
                documents[collation_key(before.key)] = before
        view = copy(self)
        view.revision = next(_generations)
        view._late = []
        view._indexes = {kind: self.index(kind) for kind in _ORDERS if kind not in known}
        for kind, documents in known.items():
            index = view._indexes[kind] = Index(_ORDERS[kind])
            index.load(documents.values())
        return view

    def view(self, kind: str, document: Document, make: Callable[[Document], bytes]) -> bytes:
        """The document as it is shown: made on first use, kept while the structure stays as it is and there is room."""
        generation = self.generation[kind]
        if document.generation != generation:
            document.view = make(document)
            document.generation = generation
            self._views.append(document)
            self._view_bytes += len(document.view)
            while self._view_bytes > MAX_VIEW_BYTES:
                oldest = self._views.popleft()
                if oldest.view is not None and oldest is not document:
                    self._view_bytes -= len(oldest.view)
                    oldest.view, oldest.generation = None, -1
        view: bytes = document.view
        return view

    def ancestors(self, document: Document, *, indexed: bool = False) -> list[Document]:
        """The models above it, nearest first; `indexed`: as lists and searches see them."""
        if not indexed or not self.index_lag:
            return self.variant_tree.ancestors(document.parent)
        found: list[Document] = []
        models, parent = self.index("product_model"), document.parent
        while parent is not None and (model := models.get(parent)) is not None and len(found) < 2:
            found.append(model)
            parent = model.parent
        return found

    def handed_down(self, parent: str, *, indexed: bool = False) -> dict[str, Any]:
        """Room for what is read off the model `parent` and those above it, for as long as they stay as they are."""
        if indexed and self.index_lag:
            return {}
        room = self._handed_down.get(parent)
        return self._handed_down.setdefault(collation_key(parent), {}) if room is None else room

    # Facts

    def fact(self, name: Any, make: Maker) -> Any:
        """What `make(self)` gave, until the structure changes. `None` is kept as well."""
        try:
            return self._facts[name]
        except KeyError:
            value = self._facts[name] = make(self)
            return value

    def has(self, what: str) -> bool:
        """Whether this version of the PIM has it: a row of `core.versions`."""
        return has(self.pim_version, what)

    def attribute(self, code: str) -> Json | None:
        known = self._attributes.get(code)
        if known is None:
            known = self.data("attribute", code)
            if known is not None:
                self._attributes[code] = known
        return known

    def option(self, attribute: str, code: str) -> Json | None:
        return self.data("attribute_option", option_key(attribute, code))

    def channel(self, code: str) -> Json | None:
        return self.data("channel", code)

    def family(self, code: str) -> Json | None:
        return self.data("family", code)

    def measurement_family(self, code: str) -> Json | None:
        return self.data("measurement_family", code)

    def product_with(self, identifier: str) -> str | None:
        """The uuid of the product with that identifier, in any letter case."""
        found = self["product"].by_alias(identifier)
        return None if found is None else found.key

    def media_file(self, key: str) -> Json | None:
        return self.data("media_file", key)

    def channels(self) -> list[Json]:
        """In order of their codes."""
        found: list[Json] = self.fact("channels", lambda c: [d.data for d in c["channel"]])
        return found

    @property
    def active_locales(self) -> frozenset[str]:
        """The locales of at least one channel."""
        found: frozenset[str] = self.fact(
            "active_locales",
            lambda c: frozenset(code for channel in c.channels() for code in channel["locales"]),
        )
        return found

    @property
    def active_currencies(self) -> frozenset[str]:
        """The currencies of at least one channel."""
        found: frozenset[str] = self.fact(
            "active_currencies",
            lambda c: frozenset(code for channel in c.channels() for code in channel["currencies"]),
        )
        return found

    @property
    def main_identifier(self) -> str:
        """The code of the attribute whose value is the identifier of a product."""
        found: str = self.fact("main_identifier", _main_identifier)
        return found

    def media_hash(self, key: str) -> str | None:
        """What tells the bytes of a media file apart from others: the same for the same bytes."""
        return self.media.digest(key)

    def other_with(self, attribute: str, data: Any, uuid: str, reading: Reading) -> str | None:
        """Another product than `uuid` whose value of a unique attribute reads like `data`, if any."""
        other = self.unique_values.owner(attribute, data, reading)
        return None if other == uuid else other

    # Undo, copies

    def mark(self) -> None:
        """What there is now is what `reset` goes back to."""
        for collection in self.kinds.values():
            collection.mark()

    def reset(self) -> None:
        """Goes back to the mark, for the index too. Costs what was touched."""
        with self._at_once():
            for collection in self.kinds.values():
                if collection.touched:
                    collection.undo()

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        """What is done meanwhile, and what was done before, the index sees without its lag."""
        lag, self.index_lag = self.index_lag, 0.0
        for _, kind, key in self._late:
            self._index_anew(kind, key)
        self._late.clear()
        yield
        self.index_lag = lag

    def snapshot(self) -> dict[str, Collection]:
        """The documents as they are now; shares the bytes."""
        return {name: collection.copy() for name, collection in self.kinds.items()}

    def start(self) -> dict[str, Collection]:
        """The documents as they were at the mark."""
        start = self.snapshot()
        for collection in start.values():
            collection.undo()
        return start

    def restore(self, snapshot: Mapping[str, Collection]) -> None:
        """Takes the documents of a snapshot, for the index too; the mark stays. Costs what differs."""
        with self._at_once():
            for name, collection in self.kinds.items():
                differences = collection.differences(snapshot[name])
                if len(differences) > MANY:
                    self._indexes.pop(name, None)
                if self.reordered is None or collection.version == snapshot[name].version:
                    collection.become(snapshot[name], differences)
                    continue
                known = collection.created()
                collection.become(snapshot[name], differences)
                if collection.created() != _created_behind(known, collection.created()):
                    self.reordered(name)

    def put_back(self, wanted: Mapping[str, Mapping[str, Document | None]]) -> None:
        """Holds these documents at their keys again (None: none), by kind: what was written meanwhile is not kept."""
        for kind, collection in self.kinds.items():
            if kind in wanted:
                collection.exchange(wanted[kind])

    def fork(self, clock: Clock, snapshot: Mapping[str, Collection] | None = None) -> Catalog:
        """A catalog of its own for another sandbox, that shares the bytes and what was made of them.

        `snapshot`: what it holds instead of what is here now.
        """
        fork = Catalog(clock, index_lag=self.index_lag)
        fork.pim_version = self.pim_version
        documents = self.kinds if snapshot is None else snapshot
        fork.kinds = {name: collection.copy() for name, collection in documents.items()}
        fork.pages = self.pages
        fork.media = self.media.copy()
        fork._watch()
        other = {name for name, held in documents.items() if held.version != self.kinds[name].version}
        # The same generations: what one sandbox rendered serves the other, until one of them changes.
        changed = {shown for name in other for shown in KINDS[name].shows}
        fork.generation.update((name, now) for name, now in self.generation.items() if name not in changed)
        if not other and not self._late:
            fork._indexes = {kind: index.copy() for kind, index in self._indexes.items()}
        fork.mark()
        return fork

    def close(self) -> None:
        """Lets go of all that points back at it, so that it is freed with its last user."""
        for collection in self.kinds.values():
            collection.changed = None
        self.listeners.clear()
        self._facts.clear()
        self._attributes.clear()
        self._handed_down.clear()
        self._indexes.clear()

    def load(self, kind: str, documents: Iterable[Document]) -> None:
        """Takes many documents at once, without undo: for a catalog that is being made."""
        self.kinds[kind].load(documents)
        self.revision = next(_generations)
        self._watch()
        self._facts.clear()
        self._attributes.clear()
        self._handed_down.clear()
        self._indexes.pop(kind, None)
        for shown in KINDS[kind].shows:
            self.generation[shown] = next(_generations)


def _created_behind(known: list[str], keys: list[str]) -> list[str]:
    """`keys` with those that were known before in their former order, and the new ones behind them."""
    there, before = set(keys), set(known)
    return [key for key in known if key in there] + [key for key in keys if key not in before]


def option_key(attribute: str, code: str) -> str:
    """Options of one attribute lie next to each other. A slash stands in no code."""
    return f"{attribute}/{code}"


def _main_identifier(catalog: Catalog) -> str:
    for document in catalog["attribute"].in_order_of_creation():
        if document.data.get("is_main_identifier"):
            code: str = document.data["code"]
            return code
    raise ValueError("the catalog has no main identifier: an attribute of type pim_catalog_identifier is needed")
