"""The search index: orders, and columns that are made as scans come by and keep up with writes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mock_akeneo.catalog import index as module
from mock_akeneo.catalog.document import Document
from mock_akeneo.catalog.index import Index, by_alias, by_key

KEYS = tuple("abcdEFGH")


def document(key: str, text: str, alias: str | None = None) -> Document:
    return Document(key, text.encode(), alias=alias)


def text_of(document: Document) -> str:
    return document.stored.decode()


def new_index(*documents: Document) -> Index:
    index = Index({"key": by_key, "alias": by_alias})
    index.load(documents)
    return index


def ordered(index: Index, order: str) -> list[str]:
    return [found.key for row in index.orders[order].rows if (found := index.documents[row])]


def test_an_order_holds_what_has_its_key() -> None:
    index = new_index(document("b", "", "Z"), document("A", "", None), document("c", "", "y"))
    assert (ordered(index, "key"), ordered(index, "alias")) == (["A", "b", "c"], ["c", "b"])
    index.put(document("A", "", "x"))
    index.delete("b")
    assert (ordered(index, "key"), ordered(index, "alias")) == (["A", "c"], ["A", "c"])


def test_a_column_makes_only_what_is_asked_for() -> None:
    made: list[str] = []

    def make(one: Document) -> str:
        made.append(one.key)
        return text_of(one)

    index = new_index(*(document(key, key * 2) for key in "abc"))
    column = index.column("text", make)
    assert index.values(column, [1])[1] == "bb"
    assert made == ["b"]
    assert index.values(column) == ["aa", "bb", "cc"]
    assert made == ["b", "a", "c"]
    assert index.values(index.column("text", make)) == ["aa", "bb", "cc"]
    assert len(made) == 3


def test_a_write_makes_nothing_before_the_column_is_asked_for() -> None:
    made: list[str] = []

    def make(one: Document) -> str:
        made.append(text_of(one))
        return text_of(one)

    index = new_index(document("a", "old"))
    index.values(index.column("text", make))
    for text in ("new", "newer"):
        index.put(document("a", text))
    assert made == ["old"]
    assert index.values(index.column("text", make)) == ["newer"]
    assert made == ["old", "newer"]


def test_what_is_missing_is_told_without_making_it() -> None:
    index = new_index(*(document(key, key) for key in "abc"))
    column = index.column("text", text_of)
    assert index.missing(column, [0, 2]) == 2
    index.values(column, [0])
    assert index.missing(column, [0, 2]) == 1
    index.values(column)
    assert index.missing(column, [0, 1, 2]) == 0


def test_a_copy_goes_its_own_way() -> None:
    index = new_index(document("a", "", "x"), document("b", "", "y"))
    index.delete("a")
    copy = index.copy()
    copy.put(document("c", "", "z"))
    copy.delete("b")
    index.put(document("B", "", "w"))
    assert (ordered(index, "key"), ordered(index, "alias")) == (["B"], ["B"])
    assert (ordered(copy, "key"), ordered(copy, "alias")) == (["c"], ["c"])
    assert copy.values(copy.column("text", by_key))[copy.orders["key"].rows[0]] == "c"


def test_only_so_many_columns_are_kept() -> None:
    index = new_index(document("a", "x"))
    first = index.column("0", text_of)
    for number in range(1, module.MAX_COLUMNS):
        index.column(str(number), text_of)
    assert index.column("0", text_of) is first
    index.column("one more", text_of)
    assert index.column("0", text_of) is first
    assert index.column("1", text_of).values == []


writes = st.lists(
    st.tuples(st.sampled_from(("put", "delete", "refresh", "ask")), st.sampled_from(KEYS), st.text(max_size=2)),
    max_size=40,
)


@given(steps=writes, notes=st.sampled_from((2, 5, 1000)), at_once=st.sampled_from((0, 2, 1000)))
def test_columns_and_orders_keep_up_with_any_writes(
    steps: list[tuple[str, str, str]], notes: int, at_once: int
) -> None:
    """However many notes of changes are kept, and however many of them are made anew at once."""
    kept = module.MAX_NOTES, module.CATCH_UP_ROWS
    module.MAX_NOTES, module.CATCH_UP_ROWS = notes, at_once  # type: ignore[misc]
    try:
        index = new_index(document("a", "start"))
        texts = {"a": "start"}
        for what, key, text in steps:
            if what == "put":
                index.put(document(key, text, text or None))
                texts[key] = text
            elif what == "delete":
                index.delete(key)
                texts.pop(key, None)
            elif what == "refresh":
                index.refresh(key)
            else:
                row = index.orders["key"].rows[:1]
                index.values(index.column("text", text_of), row)
        column = index.values(index.column("text", text_of))
        found = {one.key: column[row] for row, one in enumerate(index.documents) if one is not None}
        assert found == texts
        assert ordered(index, "key") == sorted(texts, key=str.lower)
        assert all((index.get(key) is not None) is (key in texts) for key in KEYS)
    finally:
        module.MAX_NOTES, module.CATCH_UP_ROWS = kept  # type: ignore[misc]
