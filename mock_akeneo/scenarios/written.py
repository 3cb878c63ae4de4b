"""A scenario file as nodes, which know their lines: YAML as far as JSON has it, and no more of it than can be meant.

An alias may stand for something large, and an alias in that again: few lines could be more than any memory holds.
"""

from __future__ import annotations

from typing import Any, Final

import yaml

from mock_akeneo.core.json_types import FEW_LEVELS
from mock_akeneo.core.keys import shown

MAX_VALUES: Final = 200_000
_VALUE_CHARACTERS: Final = 100  # of a longer text as many count as a value each

_TAG: Final = "tag:yaml.org,2002:"
_JSON: Final = tuple(_TAG + name for name in ("null", "bool", "int", "float", "str", "seq", "map"))
_KEY: Final = (_TAG + "str", _TAG + "merge")


class Fault(Exception):
    """What is wrong in which line."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line, self.message = line, message


class Written(yaml.SafeLoader):  # type: ignore[misc]
    """Raises `Fault`, and `yaml.YAMLError` for what is no YAML."""

    yaml_implicit_resolvers = {  # noqa: RUF012  # a moment and "=" are texts, as in JSON
        first: [(tag, pattern) for tag, pattern in resolvers if tag in (*_JSON, *_KEY)]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = self._values = 0
        # Of the nodes that are whole: how many values they stand for.
        self._weights: dict[int, int] = {}

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            known = self.anchors.get(event.anchor)
            if known is not None and id(known) not in self._weights:
                raise Fault(line, f'"*{event.anchor}" stands for what it lies in itself')
            node = super().compose_node(parent, index)
            self._values += self._weights[id(node)]
        else:
            self._depth += 1
            if self._depth > FEW_LEVELS:
                raise Fault(line, f"it is nested deeper than {FEW_LEVELS} levels")
            before = self._values
            node = super().compose_node(parent, index)
            self._check(node)
            self._values += 1 + (len(node.value) // _VALUE_CHARACTERS if isinstance(node.value, str) else 0)
            self._weights[id(node)] = self._values - before
            self._depth -= 1
        if self._values > MAX_VALUES:
            raise Fault(line, f"up to here it stands for more than {MAX_VALUES} values")
        return node

    def _check(self, node: Any) -> None:
        if node.tag not in (*_JSON, _TAG + "merge"):
            raise Fault(node.start_mark.line + 1, f'JSON has nothing like "{node.tag.replace(_TAG, "!!")}"')
        if not isinstance(node, yaml.MappingNode):
            return
        known = set()
        for key, _ in node.value:
            line = key.start_mark.line + 1
            if key.tag not in _KEY:
                name = f"the key {shown(key.value)}" if isinstance(key.value, str) else "a key"
                raise Fault(line, f"{name} is no text: write it between quotes")
            if key.value in known:
                raise Fault(line, f'the key "{key.value}" stands here for the second time')
            known.add(key.value)

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (ValueError, ArithmeticError, LookupError, AttributeError, TypeError) as error:
            raise Fault(node.start_mark.line + 1, f"{shown(node.value)} cannot be read: {error}") from None


def of_yaml(text: str) -> tuple[Any, Any]:
    """The value and its node."""
    loader = Written(text)
    try:
        node = loader.get_single_node()
        return (None if node is None else loader.construct_document(node)), node
    finally:
        loader.dispose()


def node_of_json(text: str) -> Any:
    """The node of what is valid JSON: YAML calls fewer characters printable, and a tab no blank."""
    loader = Written(Written.NON_PRINTABLE.sub(" ", text.replace("\t", " ")))
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


def line_of(text: str, error: yaml.YAMLError) -> tuple[int, str]:
    """The line of what is no YAML, and why."""
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        hint = ' (quote what begins with "@")' if error.problem and "'@'" in error.problem else ""
        return (mark.line + 1 if mark else 1), f"{error.problem}{hint}"
    at: int = getattr(error, "position", 0)
    return text.count("\n", 0, at) + 1, f"the character {shown(text[at : at + 1])} must not stand here"
