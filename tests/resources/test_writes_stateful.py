"""Random writes of products, variants and models, held against a small model of the catalog after every step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

import httpx
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mock_akeneo.app import App, create_app
from mock_akeneo.core.json_types import Json, dumps, loads
from mock_akeneo.core.settings import Settings
from tests.conftest import client
from tests.resources.shop import NO_ASSOCIATIONS, write_shop

# Where a value stands: attribute, locale, scope.
Place = tuple[str, str | None, str | None]

TEXT: Final[Place] = ("a_text", None, None)
AREA: Final[Place] = ("a_text_area", None, None)
NUMBER: Final[Place] = ("a_number_float", None, None)
YES_NO: Final[Place] = ("a_yes_no", None, None)
SELECT: Final[Place] = ("a_simple_select", None, None)
FRENCH: Final[Place] = ("a_localized_text", "fr_FR", None)
ENGLISH: Final[Place] = ("a_localized_text", "en_US", None)

# What each level of familyVariantA1 holds: the root, the sub-model, the variant.
LEVELS: Final = (
    {"a_number_float", "a_price", "a_date"},
    {"a_simple_select", "a_text"},
    {"sku", "a_text_area", "a_yes_no"},
)
IDENTIFIERS: Final = ("one", "Two", "t/w o", "drei", "1001")
CODES: Final = ("root", "SUB", "m 3")
CATEGORIES: Final = ("master", "categoryA", "categoryB")

identifiers = st.sampled_from(IDENTIFIERS)
codes = st.sampled_from(CODES)
category_sets = st.sets(st.sampled_from(CATEGORIES))
values = st.dictionaries(
    st.sampled_from([TEXT, AREA, NUMBER, YES_NO, FRENCH, ENGLISH]), st.sampled_from(["drop", "keep 1", "keep 2"])
)


def data_of(place: Place, wish: str) -> Any:
    """What is sent for a wish, None to remove."""
    if wish == "drop":
        return None
    number = int(wish[-1])
    match place[0]:
        case "a_number_float":
            return number + 0.5
        case "a_yes_no":
            return number == 1
        case _:
            return f"text {number}"


def shown(place: Place, data: Any) -> Any:
    return f"{data:.4f}" if place[0] == "a_number_float" else data


def entries(given: dict[Place, Any]) -> Json:
    """As `values` are sent."""
    sent: Json = {}
    for (attribute, locale, scope), data in given.items():
        sent.setdefault(attribute, []).append({"locale": locale, "scope": scope, "data": data})
    return sent


def by_place(sent: Json) -> dict[Place, Any]:
    return {(code, e["locale"], e["scope"]): e["data"] for code, found in sent.items() for e in found}


@dataclass(eq=False)
class Entity:
    """A product (`code` None) or a product model. `links`: by association type, to other entities."""

    name: str
    is_model: bool
    uuid: str = ""
    created: str = ""
    updated: str = ""
    enabled: bool = True
    family: str | None = None
    parent: Entity | None = None
    categories: set[str] = field(default_factory=set)
    values: dict[Place, Any] = field(default_factory=dict)
    links: dict[str, set[Entity]] = field(default_factory=lambda: {"PACK": set(), "COMPATIBILITY": set()})

    @property
    def above(self) -> list[Entity]:
        return [] if self.parent is None else [self.parent, *self.parent.above]

    def state(self) -> Any:
        """What a write may change."""
        links = {type_: frozenset(found) for type_, found in self.links.items()}
        values = {place: data for place, data in self.values.items() if data is not None}
        return (self.name, self.enabled, self.family, self.parent, frozenset(self.categories), values, links)

    def body(self) -> Json:
        """What GET shows, but for the order of values."""
        line = [*reversed(self.above), self]
        values = {place: shown(place, data) for one in line for place, data in one.values.items()}
        associations = {
            code: {name: list(found) for name, found in lists.items()} for code, lists in NO_ASSOCIATIONS.items()
        }
        for type_ in self.links:
            linked = {other for one in line for other in one.links[type_]}
            associations[type_]["products"] = sorted(other.name for other in linked if not other.is_model)
            associations[type_]["product_models"] = sorted(other.name for other in linked if other.is_model)
        common = {
            "family": self.family,
            "parent": None if self.parent is None else self.parent.name,
            "categories": sorted({code for one in line for code in one.categories}),
            "values": values,
            "created": self.created,
            "updated": self.updated,
            "associations": associations,
        }
        if self.is_model:
            return {"code": self.name, "family_variant": "familyVariantA1", **common}
        values[("sku", None, None)] = self.name
        return {"uuid": self.uuid, "identifier": self.name, "enabled": self.enabled, "groups": [], **common}


@cache
def app() -> App:
    return create_app(
        Settings(catalog=str(write_shop(Path(mkdtemp(prefix="shop")))), clock="frozen", token_lifetime=10**9)
    )


class Writes(RuleBasedStateMachine):
    """Products by identifier and models by code, in lower case, in the model and in the application."""

    def __init__(self) -> None:
        super().__init__()
        self.api: httpx.Client = client(app())
        self.api.base_url = httpx.URL("http://localhost/api/rest/v1/")
        self.products: dict[str, Entity] = {}
        self.models: dict[str, Entity] = {}

    def teardown(self) -> None:
        self.api.close()
        app().sandboxes.default.reset()

    @property
    def now(self) -> str:
        return app().sandboxes.default.clock.iso()

    def patch(self, entity: Entity | None, path: str, body: Json, *, as_line: bool = False) -> tuple[int, Json]:
        """Status and body, of the call or of its only line."""
        if not as_line:
            answer = self.api.patch(path, json=body)
            return answer.status_code, answer.json() if answer.content else {}
        collection = path.partition("/")[0]
        key = "code" if collection == "product-models" else "identifier"
        answer = self.api.patch(
            collection,
            content=dumps({**body, key: entity.name if entity else body.get(key, "")}),
            headers={"content-type": "application/vnd.akeneo.collection+json"},
        )
        line = loads(answer.content)
        return line["status_code"], line

    def write(self, entity: Entity, body: Json, *, status: int = 204, as_line: bool = False) -> None:
        """A write that is accepted."""
        path = f"{'product-models' if entity.is_model else 'products'}/{entity.name}"
        assert self.patch(entity, path, body, as_line=as_line)[0] == status

    def refused(self, entity: Entity, body: Json, message: str) -> None:
        path = f"{'product-models' if entity.is_model else 'products'}/{entity.name}"
        status, answer = self.patch(entity, path, body)
        told = [answer["message"], *(error["message"] for error in answer.get("errors", ()))]
        assert (status, any(message in one for one in told)) == (422, True), told

    def changed(self, entity: Entity, before: Any) -> None:
        if entity.state() != before:
            entity.updated = self.now

    def everything(self) -> Iterable[Entity]:
        return [*self.products.values(), *self.models.values()]

    def below(self, model: Entity) -> list[Entity]:
        return [entity for entity in self.everything() if model in entity.above]

    def drop(self, gone: Iterable[Entity]) -> None:
        for entity in gone:
            (self.models if entity.is_model else self.products).pop(entity.name.lower())
            for other in self.everything():
                for linked in other.links.values():
                    linked.discard(entity)

    def model_at(self, level: int) -> Entity | None:
        """The first model of a level, if there is one."""
        return next((model for model in self.models.values() if len(model.above) == level), None)

    def taken(self, entity: Entity, parent: Entity, axis: Place, data: Any) -> bool:
        siblings = (other for other in self.everything() if other is not entity and other.parent is parent)
        return any(other.values.get(axis) == data for other in siblings)

    # Products

    @initialize()
    def begin(self) -> None:
        """A simple product, and a variant two levels below a root."""
        self.write_root("root", {"categoryA"}, "keep 1")
        self.write_sub_model("SUB", "optionA", "keep 1")
        for name, given in (("one", {TEXT: "keep 1"}), ("Two", {AREA: "keep 1"})):
            self.create_product(name, given, by_post=True)
        self.convert(self.products["two"], axis=True, as_line=False)

    @rule(name=identifiers, given=values, by_post=st.booleans())
    def create_product(self, name: str, given: dict[Place, str], by_post: bool) -> None:
        body = {"values": entries({place: data_of(place, wish) for place, wish in given.items()})}
        if name.lower() in self.products:
            answer = self.api.post("products", json={"identifier": name.upper(), **body})
            assert (answer.status_code, answer.json()["errors"][0]["property"]) == (422, "identifier")
            return
        if by_post:
            answer = self.api.post("products", json={"identifier": name, **body})
        else:
            answer = self.api.patch(f"products/{name}", json=body)
        assert answer.status_code == 201
        entity = self.products[name.lower()] = Entity(name, False, created=self.now, updated=self.now)
        entity.uuid = self.api.get(f"products/{name}").json()["uuid"]
        self.set_values(entity, given)

    def set_values(self, entity: Entity, given: dict[Place, str]) -> None:
        allowed = LEVELS[len(entity.above)] if entity.parent is not None or entity.is_model else None
        for place, wish in given.items():
            if allowed is None or place[0] in allowed:
                entity.values[place] = data_of(place, wish)
                if entity.values[place] is None:
                    del entity.values[place]

    def any_product(self, data: st.DataObject) -> Entity:
        return data.draw(st.sampled_from(sorted(self.products.values(), key=lambda one: one.name)))

    @precondition(lambda self: self.products)
    @rule(data=st.data(), given=values, as_line=st.booleans())
    def patch_values(self, data: st.DataObject, given: dict[Place, str], as_line: bool) -> None:
        entity = self.any_product(data)
        body = {"values": entries({place: data_of(place, wish) for place, wish in given.items()})}
        if entity.parent is not None and YES_NO in given:
            axis = data_of(YES_NO, given[YES_NO])
            if axis is None:
                return self.refused(entity, body, "cannot be empty, as it is defined as an axis")
            if self.taken(entity, entity.parent, YES_NO, axis):
                return self.refused(entity, body, "already has this value")
        self.write(entity, body, as_line=as_line)
        before = entity.state()
        self.set_values(entity, given)
        return self.changed(entity, before)

    @precondition(lambda self: self.products)
    @rule(data=st.data(), enabled=st.booleans(), categories=category_sets, as_line=st.booleans())
    def patch_properties(self, data: st.DataObject, enabled: bool, categories: set[str], as_line: bool) -> None:
        entity = self.any_product(data)
        self.write(entity, {"enabled": enabled, "categories": sorted(categories)}, as_line=as_line)
        before = entity.state()
        entity.enabled = enabled
        self.set_categories(entity, categories)
        self.changed(entity, before)

    def set_categories(self, entity: Entity, categories: set[str]) -> None:
        inherited = {code for above in entity.above for code in above.categories}
        entity.categories = {code for code in categories if code in entity.categories or code not in inherited}

    @precondition(lambda self: self.products)
    @rule(data=st.data(), name=identifiers)
    def rename(self, data: st.DataObject, name: str) -> None:
        entity = self.any_product(data)
        if self.products.get(name.lower(), entity) is not entity:
            return self.refused(entity, {"identifier": name}, "is already used for another product")
        self.write(entity, {"identifier": name})
        before = entity.state()
        del self.products[entity.name.lower()]
        entity.name = name
        self.products[name.lower()] = entity
        return self.changed(entity, before)

    @precondition(lambda self: self.products)
    @rule(data=st.data())
    def send_back_what_get_returned(self, data: st.DataObject) -> None:
        entity = self.any_product(data)
        body = self.api.get(f"products/{entity.name}").json()
        if any(entity in above.links["COMPATIBILITY"] for above in entity.above):
            # A variant whose model is linked with it both ways shows a link to itself.
            return self.refused(entity, body, "A 2-way association only allows two different products")
        return self.write(entity, body)

    @precondition(lambda self: self.products)
    @rule(data=st.data())
    def delete_product(self, data: st.DataObject) -> None:
        entity = self.any_product(data)
        assert self.api.delete(f"products/{entity.name.upper()}").status_code == 204
        self.drop([entity])
        assert self.api.get(f"products/{entity.name}").status_code == 404

    # Links

    @precondition(lambda self: self.products)
    @rule(data=st.data(), type_=st.sampled_from(["PACK", "COMPATIBILITY"]))
    def link(self, data: st.DataObject, type_: str) -> None:
        everything = sorted(self.everything(), key=lambda one: (one.is_model, one.name))
        entity = data.draw(st.sampled_from(everything))
        wanted = data.draw(st.sets(st.sampled_from(everything), max_size=3))
        lists = {
            "products": sorted(other.name for other in wanted if not other.is_model),
            "product_models": sorted(other.name for other in wanted if other.is_model),
        }
        body = {"associations": {type_: lists}}
        own = entity.links[type_]
        if type_ == "COMPATIBILITY" and entity in wanted - own:
            return self.refused(entity, body, "A 2-way association only allows two different products")
        self.write(entity, body)
        inherited = {other for above in entity.above for other in above.links[type_]}
        kept = {other for other in wanted if other in own or other not in inherited}
        if kept == own:
            return None
        added, removed = wanted - own, own - wanted
        entity.links[type_] = kept
        entity.updated = self.now
        if type_ == "COMPATIBILITY":
            # In the order in which they are sent: who links back spares those below.
            for other in sorted(added, key=lambda one: (one.is_model, one.name)):
                if not any(entity in above.links[type_] for above in other.above):
                    self.link_back(other, entity, linked=True)
            for other in removed:
                self.link_back(other, entity, linked=False)
        return None

    def link_back(self, other: Entity, entity: Entity, *, linked: bool) -> None:
        before = other.state()
        (other.links["COMPATIBILITY"].add if linked else other.links["COMPATIBILITY"].discard)(entity)
        self.changed(other, before)

    # Models

    @rule(code=codes, categories=category_sets, number=st.sampled_from(["drop", "keep 1", "keep 2"]))
    def write_root(self, code: str, categories: set[str], number: str) -> None:
        """Creates or updates a root model."""
        known = self.models.get(code.lower())
        if known is not None and known.parent is not None:
            return
        body = {
            "family_variant": "familyVariantA1",
            "categories": sorted(categories),
            "values": entries({NUMBER: data_of(NUMBER, number), TEXT: "dropped"}),
        }
        entity = known or Entity(code, True, created=self.now, updated=self.now, family="familyA")
        self.write(entity, body, status=204 if known else 201)
        self.models[code.lower()] = entity
        before = entity.state()
        self.set_categories(entity, categories)
        self.set_values(entity, {NUMBER: number})
        self.changed(entity, before)

    @precondition(lambda self: self.model_at(0))
    @rule(code=codes, option=st.sampled_from(["optionA", "optionB"]), text=st.sampled_from(["drop", "keep 1"]))
    def write_sub_model(self, code: str, option: str, text: str) -> None:
        """Creates a sub-model, or updates one."""
        known = self.models.get(code.lower())
        if known is not None and known.parent is None:
            return None
        parent = known.parent if known else self.model_at(0)
        assert parent is not None
        body = {"parent": parent.name, "values": entries({SELECT: option, TEXT: data_of(TEXT, text), YES_NO: True})}
        entity = known or Entity(code, True, created=self.now, updated=self.now, family="familyA", parent=parent)
        if self.taken(entity, parent, SELECT, option):
            return self.refused(entity, body, "already has this value")
        self.write(entity, body, status=204 if known else 201)
        self.models[code.lower()] = entity
        before = entity.state()
        entity.values[SELECT] = option
        self.set_values(entity, {TEXT: text})
        return self.changed(entity, before)

    @precondition(lambda self: self.models)
    @rule(data=st.data())
    def delete_model(self, data: st.DataObject) -> None:
        model = data.draw(st.sampled_from(sorted(self.models.values(), key=lambda one: one.name)))
        assert self.api.delete(f"product-models/{model.name}").status_code == 204
        self.drop([*self.below(model), model])

    # Between simple and variant

    @precondition(lambda self: self.products and self.model_at(1))
    @rule(data=st.data(), axis=st.booleans(), as_line=st.booleans())
    def make_variant(self, data: st.DataObject, axis: bool, as_line: bool) -> None:
        """Of a simple product; a variant moves below this model."""
        self.convert(self.any_product(data), axis=axis, as_line=as_line)

    def convert(self, entity: Entity, *, axis: bool, as_line: bool) -> None:
        parent = self.model_at(1)
        assert parent is not None
        body = {"parent": parent.name.upper(), "values": entries({YES_NO: axis})}
        if self.taken(entity, parent, YES_NO, axis):
            return self.refused(entity, body, "already has this value")
        self.write(entity, body, status=201 if entity.parent is None else 204, as_line=as_line)
        before = entity.state()
        if entity.parent is None:
            entity.values = {place: found for place, found in entity.values.items() if place[0] in LEVELS[2]}
        entity.parent, entity.family, entity.values[YES_NO] = parent, "familyA", axis
        return self.changed(entity, before)

    @precondition(lambda self: self.products)
    @rule(data=st.data())
    def make_simple(self, data: st.DataObject) -> None:
        entity = self.any_product(data)
        self.write(entity, {"parent": None})
        before = entity.state()
        for above in entity.above:
            entity.values = {**above.values, **entity.values}
            entity.categories |= above.categories
            for type_, linked in above.links.items():
                entity.links[type_] |= linked
        entity.parent = None
        self.changed(entity, before)

    @rule(seconds=st.integers(1, 90))
    def time_passes(self, seconds: int) -> None:
        app().sandboxes.default.clock.advance(seconds)

    # What must hold

    @invariant()
    def reads_equal_the_model(self) -> None:
        for entity in self.everything():
            read = self.api.get(f"{'product-models' if entity.is_model else 'products'}/{entity.name}").json()
            read["values"] = by_place(read["values"])
            del read["quantified_associations"]
            read.pop("metadata", None)
            assert read == entity.body()

    @invariant()
    def lists_hold_what_there_is(self) -> None:
        listed = self.api.get("products?limit=100").json()["_embedded"]["items"]
        assert [item["identifier"] for item in listed] == [self.products[key].name for key in sorted(self.products)]
        listed = self.api.get("product-models?limit=100").json()["_embedded"]["items"]
        assert sorted(item["code"] for item in listed) == sorted(model.name for model in self.models.values())


TestWrites = Writes.TestCase
TestWrites.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
