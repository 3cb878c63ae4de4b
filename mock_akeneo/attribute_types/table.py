"""pim_catalog_table: rows `{column: cell}`; the cells of the first column name the rows.

From the documentation only: the shape of the data, and that a cell is filtered with the operators of its column's
type. Unsure: all texts but the ones that other types have too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from mock_akeneo.attribute_types import _numbers, boolean, date, metric, number, product_link, references, selects, text
from mock_akeneo.attribute_types._attribute_type import AttributeType, Operator, Pim, Test, broken, unsupported
from mock_akeneo.attribute_types.operators import EMPTINESS, comparing, wrong_type
from mock_akeneo.attribute_types.php import is_blank, items, keys_of, numeric, text_of
from mock_akeneo.core.chance import Chance
from mock_akeneo.core.json_types import Json, php_type
from mock_akeneo.core.problems import Malformed, Problem, Violation, malformed_type

MAX_ROWS: Final = 100


class Cell(NamedTuple):
    """One data type of columns. `normal`: the cell as it is stored, `None` when it is none of its type."""

    wanted: str
    normal: Callable[[Any], Any]
    operators: Mapping[str, Operator]
    column: Callable[[Json, Any, Pim], Any]


def _text_cell(data: Any) -> str | None:
    return data if isinstance(data, str) else None


def _number_cell(data: Any) -> str | None:
    found = numeric(data)
    return None if found is None else text_of(data).strip()


def _boolean_cell(data: Any) -> bool | None:
    return data if isinstance(data, bool) else None


def _date_cell(data: Any) -> str | None:
    return data if isinstance(data, str) and date.moment(data) is not None else None


def _measurement_cell(data: Any) -> Json | None:
    if not isinstance(data, dict) or not isinstance(data.get("unit"), str):
        return None
    amount = _number_cell(data.get("amount"))
    return None if amount is None else {"amount": amount, "unit": data["unit"]}


def _link_cell(data: Any) -> Json | None:
    return data if product_link.malformed_link(data) is None else None


_NUMBER: Final = Cell("a numeric", _number_cell, number.NUMBER.operators, number.column)

CELLS: Final[Mapping[str, Cell]] = {
    "select": Cell("a string", _text_cell, references.CODE, selects.column_of_one),
    "text": Cell("a string", _text_cell, text.TEXT_OPERATORS, text.column),
    "number": _NUMBER,
    "incremental_number": _NUMBER,
    "boolean": Cell("a boolean", _boolean_cell, boolean.BOOLEAN.operators, boolean.column),
    "date": Cell("a date", _date_cell, date.OPERATORS, date.column),
    "measurement": Cell(
        "a measurement",
        _measurement_cell,
        {**comparing(metric.an_amount_in_a_unit), **EMPTINESS},
        metric.column,
    ),
    "reference_entity": Cell("a string", _text_cell, references.CODE, selects.column_of_one),
    "product_link": Cell("a product link", _link_cell, product_link.OPERATORS, product_link.column),
}


def columns(attribute: Json) -> dict[str, Json]:
    return {column["code"]: column for column in attribute.get("table_configuration") or ()}


def accept(attribute: Json, data: object, _pim: Pim) -> list[Json] | None:
    """Cells of the wrong type stay as they are, for the rules to tell; empty cells are left out."""
    if is_blank(data):
        return None
    code = attribute["code"]
    if not isinstance(data, list | dict):
        raise malformed_type(code, "an array", data)
    known = columns(attribute)
    first = next(iter(known), None)
    rows: list[Json] = []
    for row in items(data):
        if not isinstance(row, dict):
            raise Malformed(f'Property "{code}" expects an array of arrays as data.')
        if first is not None and is_blank(row.get(first)):
            raise Malformed(f'Property "{code}" expects an array with the key "{first}".')
        rows.append({name: _normal(known.get(name), cell) for name, cell in row.items() if not is_blank(cell)})
    return rows


def _normal(column: Json | None, cell: Any) -> Any:
    if column is None:
        return cell
    normal = CELLS[column["data_type"]].normal(cell)
    return cell if normal is None else normal


def has_the_columns_of_its_configuration(
    attribute: Json, data: Any, channel: str | None, locale: str | None, _pim: Pim
) -> Iterator[Violation]:
    known = columns(attribute)
    for name in dict.fromkeys(name for row in data for name in row if name not in known):
        message = f'The "{name}" column does not exist'
        yield broken(attribute, channel, locale, message)


def has_cells_of_the_type_of_their_column(
    attribute: Json, data: Any, channel: str | None, locale: str | None, _pim: Pim
) -> Iterator[Violation]:
    known = columns(attribute)
    for row in data:
        for name, cell in row.items():
            column = known.get(name)
            if column is None:
                continue
            kind = CELLS[column["data_type"]]
            if kind.normal(cell) is None:
                message = f'The "{name}" column requires {kind.wanted}, a {php_type(cell)} was detected.'
                yield broken(attribute, channel, locale, message)
            elif complaint := _invalid(column, cell):
                yield broken(attribute, channel, locale, complaint)


def _invalid(column: Json, cell: Any) -> str | None:
    """What the column's validations (`min`, `max`, `decimals_allowed`, `max_length`, options) say to a cell."""
    rules = column.get("validations") or {}
    name = column["code"]
    found = numeric(cell)
    if column["data_type"] == "number" and found is not None:
        low, high = numeric(rules.get("min")), numeric(rules.get("max"))
        if low is not None and found < low:
            return f'The "{name}" column requires an equal or greater than {low} value.'
        if high is not None and found > high:
            return f'The "{name}" column requires an equal or lesser than {high} value.'
        if rules.get("decimals_allowed") is False and found != found.to_integral_value():
            return f'The "{name}" column requires a non-decimal value, and {cell} is not a valid value.'
    if column["data_type"] == "text" and len(cell) > (rules.get("max_length") or text.TEXT_CHARACTERS):
        most = rules.get("max_length") or text.TEXT_CHARACTERS
        return f'The "{name}" column must not contain more than {most} characters.'
    options = column.get("options") if column["data_type"] == "select" else None
    if options and cell.lower() not in {option["code"].lower() for option in options}:
        return f'The {cell} value is not in the "{name}" column option list.'
    return None


def has_few_rows_each_named_once(
    attribute: Json, data: Any, channel: str | None, locale: str | None, _pim: Pim
) -> Iterator[Violation]:
    if len(data) > MAX_ROWS:
        message = f"The {attribute['code']} attribute must not contain more than {MAX_ROWS} rows."
        yield broken(attribute, channel, locale, message)
    first = next(iter(columns(attribute)), None)
    seen: set[str] = set()
    for row in data:
        name = _row_name(row, first)
        if name in seen:
            message = f'The "{row[first]}" row of the {attribute["code"]} attribute is given more than once.'
            yield broken(attribute, channel, locale, message)
        seen.add(name)


def _row_name(row: Json, first: str | None) -> str:
    cell = row.get(first) if first is not None else None
    return str(cell["id"] if isinstance(cell, dict) and "id" in cell else cell).lower()


def filled(attribute: Json, data: Any, _channel: Json) -> bool:
    """In every row, in the first column and those that completeness asks for."""
    known = columns(attribute)
    required = [name for name, column in known.items() if column.get("is_required_for_completeness")]
    return all(name in row for row in data for name in required)


def column(attribute: Json, data: Any, pim: Pim) -> list[tuple[str, Json]]:
    """Each row's name and its cells, in the form that the operators of their types compare."""
    known = columns(attribute)
    first = next(iter(known), None)
    rows = []
    for row in data:
        cells = {
            name: CELLS[known[name]["data_type"]].column(_as_attribute(attribute, known[name]), cell, pim)
            for name, cell in row.items()
            if name in known
        }
        rows.append((_row_name(row, first), cells))
    return rows


def _as_attribute(attribute: Json, column: Json) -> Json:
    """What the checks and columns of other types ask of their attribute."""
    return {"code": attribute["code"], "metric_family": column.get("measurement_family_code")}


def _cell_operator(name: str) -> Operator:
    def check(attribute: Json, value: object, pim: Pim) -> Test:
        """Gives the finished test: it depends on the type of the column that the value names."""
        if name in EMPTINESS and not (isinstance(value, dict) and "column" in value):
            return EMPTINESS[name].test(None)
        code = attribute["code"]
        if not isinstance(value, list | dict):
            raise wrong_type(code, "an array", value)
        given = keys_of(value)
        if "column" not in given:
            raise Problem(422, f'Property "{code}" expects an array with the key "column".')
        column = columns(attribute).get(given["column"]) if isinstance(given["column"], str) else None
        if column is None:
            because = f'The column does not exist, "{text_of(given["column"])}" given.'
            raise Problem(422, f'Property "{code}" expects a valid column. {because}')
        operator = CELLS[column["data_type"]].operators.get(name)
        if operator is None:
            raise unsupported(code, name)
        test = operator.test(operator.check(_as_attribute(attribute, column), given.get("value"), pim))
        return _some_row(text_of(given.get("row")).lower(), column["code"], test)

    return Operator(lambda test: test, check, needs_ownership=name == "EMPTY")


def _some_row(row: str, column: str, test: Test) -> Test:
    """Any row when none is named."""

    def passes(cells: list[Any]) -> bool:
        return bool(test(cells, range(len(cells))))

    return lambda values, found: [
        one
        for one in found
        if (rows := values[one]) is not None
        and passes([cells.get(column) for name, cells in rows if not row or name == row])
    ]


OPERATORS: Final[Mapping[str, Operator]] = {
    name: _cell_operator(name) for name in dict.fromkeys(name for cell in CELLS.values() for name in cell.operators)
}


def fake(attribute: Json, chance: Chance, codes: Sequence[str]) -> list[Json] | None:
    """One row for each code (options of the first column), with its text, number and boolean cells."""
    known = columns(attribute)
    first = next(iter(known), None)
    if first is None or not codes:
        return None
    return [
        {first: code}
        | {
            name: _fake_cell(column, chance)
            for name, column in known.items()
            if name != first and column["data_type"] in ("text", "number", "boolean")
        }
        for code in codes
    ]


def _fake_cell(column: Json, chance: Chance) -> Any:
    rules = column.get("validations") or {}
    if column["data_type"] == "boolean":
        return chance.below(2) == 1
    if column["data_type"] == "text":
        return text.words(chance, 1)[: rules.get("max_length") or text.TEXT_CHARACTERS]
    as_attribute = {
        "number_min": rules.get("min", 0),
        "number_max": rules.get("max"),
        "negative_allowed": True,
        "decimals_allowed": rules.get("decimals_allowed", False),
    }
    return str(_numbers.fake_amount(as_attribute, chance))


TABLE: Final = AttributeType(
    name="pim_catalog_table",
    accept=accept,
    rules=(
        has_the_columns_of_its_configuration,
        has_cells_of_the_type_of_their_column,
        has_few_rows_each_named_once,
    ),
    filled=filled,
    operators=OPERATORS,
    column=column,
    fake=fake,
)
