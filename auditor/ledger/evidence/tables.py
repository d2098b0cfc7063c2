"""What of a ledger stands in an evidence file: which tables, which columns, and what may stand in them.

In: the ledger's schema. Out: tables of the file, and what checks a row. What says something of single persons stays
away: sketches of users, ids of events; so do marks of files and counts by the hour, which no verdict asks for. Pure.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
import sqlalchemy as sa
from msgspec import Meta

from auditor.ledger import rows, schema
from auditor.ledger.encoding import unpacked_durations
from auditor.ledger.rows import VERSION, Row
from auditor.model.usage import BITMAP_BYTES, UsageKind

EXPORTED = "exported"
"""Origin of what came by an evidence file: all origins of the ledger that it was written from, added up."""

_Text = Annotated[str, Meta(max_length=4 * schema.TEXT_BYTES)]
_Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]
_Line = Annotated[int, Meta(ge=0, le=2**31 - 1)]
_Time = Annotated[datetime, Meta(tz=True)]
_Bitmap = Annotated[bytes, Meta(min_length=BITMAP_BYTES, max_length=BITMAP_BYTES)]
_Counts = dict[_Text, _Count]
_OF_TYPE: dict[type[Any], Any] = {
    sa.Date: date, sa.Text: _Text, sa.BigInteger: _Count, sa.Integer: _Line, sa.Boolean: bool, schema.UtcTime: _Time,
    sa.LargeBinary: bytes,
}  # fmt: skip
_OF_COLUMN: dict[str, Any] = {
    "kind": UsageKind, "bitmap": _Bitmap, "by_status": _Counts, "errors_by_code": _Counts, "notes": list[_Text],
    "shadowed": list[tuple[_Text, _Text, _Line]],
}  # fmt: skip


class Table(msgspec.Struct, frozen=True, tag_field="line", tag="table", forbid_unknown_fields=True):
    """The line that begins a table; its rows follow, each a list of values in the order of the columns."""

    name: str
    columns: tuple[str, ...]


class Part:
    """One table of the file.

    Attributes:
        table: The ledger's.
        head: The line that begins it.
        by: Columns that its rows are sorted by: the source first.
    """

    def __init__(self, name: str, table: sa.Table, without: tuple[str, ...] = ()) -> None:
        columns = tuple(column for column in table.c if column.name not in without)
        self.table = table
        self.head = Table(name, tuple(str(column.name) for column in columns))
        keys = [str(column.name) for column in table.primary_key if column.name not in without]
        self.by = tuple(sorted(keys, key=lambda key: key != "source"))
        types: Any = tuple(_type_of(table, column) for column in columns)
        self._decoder = msgspec.json.Decoder(tuple[types])

    def row(self, line: bytes) -> Row:
        """Return a row of the file as the ledger holds it.

        Raises:
            ValueError: It is none, or holds what no ledger can.
        """
        row: Row = dict(zip(self.head.columns, self._decoder.decode(line), strict=True))
        for name, value in row.items():
            if isinstance(value, str):
                row[name] = rows.storable(value)
        if row.get("durations") is not None:
            unpacked_durations(row["durations"])
        if "shadowed" in row:
            row["shadowed"] = [
                [rows.storable(handler), rows.storable(path), at] for handler, path, at in row["shadowed"]
            ]
        return row


def _type_of(table: sa.Table, column: sa.Column[Any]) -> Any:  # noqa: ANN401 msgspec takes any type
    if table is schema.names and column.name == "kind":
        return UsageKind | Literal[VERSION]
    found = _OF_COLUMN.get(column.name) or _OF_TYPE[type(column.type)]
    return found | None if column.nullable else found


USES = Part("uses", schema.usage_days, without=("origin", "users"))
SOURCES = Part("sources", schema.sources)
READS = Part("reads", schema.source_reads)
ROUTES = Part("routes", schema.routes)
NAMES = Part("names", schema.names)
TOTALS = Part("totals", schema.totals)
WATCHED = Part("watched", schema.watched_days)
WATCHED_KINDS = Part("watched_kinds", schema.watched_kinds)
LOST = Part("lost", schema.lost_days)
PARTS = (SOURCES, READS, ROUTES, NAMES, WATCHED, WATCHED_KINDS, LOST, TOTALS, USES)
"""In the order of the file: who tells before what is told."""
