"""Columns of facts against tables of what they repeat: texts, tuples of texts, values.

In: columns of rows, or their numbers in the tables. Out: the other. Never knows what the rows are.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any, Literal

import msgspec

from auditor.model.code import Value

Column = Literal["plain", "text", "texts", "value", "values", "keywords"]
"""What stands in a column: itself, a text (or None), a tuple of texts, a Value, a tuple of them, or names with them."""

_NO_KEYWORDS: dict[str, Value] = {}
"""What all values and calls without keywords share when read; nobody changes facts."""


class Tables(msgspec.Struct, frozen=True, array_like=True):
    """What columns point into.

    `texts` are joined by NUL where none holds one; `nothing` is the number of None among them, -1 without. A value has
    a kind and a word; `parts` are those that have more, by their number.
    """

    texts: str | list[str]
    nothing: int
    groups: list[list[int]]
    kinds: list[int]
    words: list[int]
    parts: list[tuple[int, list[int], list[int], list[list[int]]]]


class TableWriter:
    """Fills the tables while columns are written."""

    def __init__(self) -> None:
        self._texts: defaultdict[str | None, int] = defaultdict()
        self._texts.default_factory = self._texts.__len__  # a text that is not there yet gets the next number
        self._groups: defaultdict[tuple[str, ...], int] = defaultdict()
        self._groups.default_factory = self._groups.__len__
        self._leaves: dict[tuple[str, str], int] = {}
        self._kinds: list[int] = []
        self._words: list[int] = []
        self._parts: list[tuple[int, list[int], list[int], list[list[int]]]] = []

    def column(self, kind: Column, cells: Sequence[Any]) -> list[Any]:
        """Return a column as it is written."""
        if kind == "text":
            return self.texts(cells)
        if kind == "plain":
            return list(cells)
        if kind == "texts":
            return list(map(self._groups.__getitem__, cells))
        if kind == "value":
            return [self._value(one) for one in cells]
        if kind == "values":
            return [[self._value(one) for one in cell] for cell in cells]
        return [self._keywords(cell) for cell in cells]

    def texts(self, cells: Iterable[str | None]) -> list[int]:
        """Return the numbers of texts."""
        return list(map(self._texts.__getitem__, cells))

    def tables(self) -> Tables:
        """Return the tables as they are after the last column."""
        groups = [self.texts(group) for group in self._groups]
        nothing = self._texts.get(None, -1)
        texts = [one or "" for one in self._texts]
        joined = "\0".join(texts)
        clear = joined.count("\0") == len(texts) - 1
        return Tables(joined if clear else texts, nothing, groups, self._kinds, self._words, self._parts)

    def _keywords(self, keywords: dict[str, Value]) -> list[list[int]]:
        return [self.texts(keywords), [self._value(one) for one in keywords.values()]] if keywords else []

    def _value(self, value: Value) -> int:
        """Return the number of a value; of what it consists comes before it."""
        leaf = not (value.values or value.keys or value.keywords)
        known = self._leaves.get((value.kind, value.text)) if leaf else None
        if known is not None:
            return known
        values = [self._value(one) for one in value.values]
        keywords = self._keywords(value.keywords)
        number = len(self._kinds)
        self._kinds.append(self._texts[value.kind])
        self._words.append(self._texts[value.text])
        if leaf:
            self._leaves[value.kind, value.text] = number
        else:
            self._parts.append((number, values, self.texts(value.keys), keywords))
        return number


class TableReader:
    """Reads columns by the tables they were written against."""

    def __init__(self, tables: Tables) -> None:
        texts = tables.texts.split("\0") if isinstance(tables.texts, str) else tables.texts
        interned: list[str | None] = list(map(sys.intern, texts))
        if tables.nothing >= 0:
            interned[tables.nothing] = None
        self._text = interned.__getitem__
        self._group = [tuple(map(self._text, group)) for group in tables.groups].__getitem__
        empty = repeat(())
        self._values: list[Value] = list(
            map(Value, self.column("text", tables.kinds), self.column("text", tables.words), empty, empty,
                repeat(_NO_KEYWORDS))
        )  # fmt: skip
        self._value = self._values.__getitem__
        for number, values, keys, keywords in tables.parts:
            plain = self._values[number]
            inner = tuple(map(self._value, values))
            self._values[number] = Value(plain.kind, plain.text, inner, self.texts(keys), self._keywords(keywords))

    def column(self, kind: Column, cells: list[Any]) -> Iterable[Any]:
        """Return what stands in a column."""
        if kind == "text":
            return map(self._text, cells)
        if kind == "plain":
            return cells
        if kind == "texts":
            return map(self._group, cells)
        if kind == "value":
            return map(self._value, cells)
        if kind == "values":
            value = self._value
            return [tuple(map(value, cell)) if cell else () for cell in cells]
        return [self._keywords(cell) for cell in cells]

    def texts(self, cells: list[int]) -> tuple[str, ...]:
        """Return the texts of these numbers."""
        return tuple(map(self._text, cells))  # type: ignore[arg-type]  # None stands only where a column may hold it

    def _keywords(self, keywords: list[list[int]]) -> dict[str, Value]:
        if not keywords:
            return _NO_KEYWORDS
        names, values = keywords
        return dict(zip(map(self._text, names), map(self._value, values), strict=True))  # type: ignore[arg-type]
