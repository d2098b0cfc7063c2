"""One table of a warehouse, through Ibis.

In: a connection URL, a table's name. Out: its columns, and the rows of an expression. Reads only: where the engine
lets a session promise that, it does. Raises SourceError in one line that holds neither the URL nor a part of it.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import ibis

from auditor.errors import SourceError
from auditor.usage.sources import one_line
from auditor.usage.warehouse.columns import ColumnKind

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")
_SHORTEST_SECRET = 3
_DEEPEST_RECORD = 3
_CAUSES = (
    (r"permission|denied|forbidden|not authorized|insufficient|privilege|\b403\b", "it does not permit the reading"),
    (r"password|authenticat|credential|login|\b401\b", "it does not accept the credentials"),
    (r"time[d ]?-?out|timeout|deadline|cancell?ed", "it did not answer in time"),
    (r"refused|unreachable|could not connect|resolve|name or service|no route|connection.*(closed|reset|failed)",
     "it cannot be reached"),
    (r"does ?n[o']t exist|not found|no such|unknown (table|database)|cannot be found",
     "what is asked for does not exist"),
)  # fmt: skip
"""What an engine's message means, the first that fits."""


Ibis = Any
"""A connection, table, expression or type of Ibis, which has no types of its own."""


class OpenTable:
    """A table that is there; `dialect` is Ibis' name of the kind of warehouse."""

    def __init__(self, backend: Ibis, table: Ibis, url: str) -> None:
        self._backend = backend
        self.dialect = str(backend.name)
        self.table = table
        self._url = url

    def kinds(self) -> dict[str, ColumnKind]:
        """Return the columns with their kinds; a record's by dotted names."""
        found: dict[str, ColumnKind] = {}
        for name, kind in self.table.schema().items():
            _flatten(name, kind, self.dialect, found, _DEEPEST_RECORD)
        if self.dialect == "pyspark":
            found |= dict.fromkeys(self._spark_instants() & found.keys(), "instant")
        return found

    def _spark_instants(self) -> set[str]:
        """Return the columns that are TIMESTAMP in Spark, a time with a zone; Ibis takes them for TIMESTAMP_NTZ."""
        try:
            schema = self._backend.raw_sql(self._backend.compile(self.table.limit(0))).schema
        except Exception as error:  # noqa: BLE001 -- drivers raise whatever they like
            raise SourceError(complaint(error, self._url)) from None
        found: set[str] = set()
        waiting = [("", schema)]
        while waiting:
            prefix, record = waiting.pop()
            for field in record.fields:
                kind = field.dataType.typeName()
                found |= {f"{prefix}{field.name}"} if kind == "timestamp" else set()
                waiting += [(f"{prefix}{field.name}.", field.dataType)] if kind == "struct" else []
        return found

    def rows(self, expression: Ibis, limit: int) -> tuple[list[tuple[Any, ...]], bool]:
        """Return at most `limit` rows of an expression, and whether there are more.

        Raises:
            SourceError: The warehouse does not answer it.
        """
        try:
            answer = expression.limit(limit + 1).to_pyarrow()
        except Exception as error:  # noqa: BLE001 -- drivers raise whatever they like
            raise SourceError(complaint(error, self._url)) from None
        rows = list(zip(*(column.to_pylist() for column in answer.columns), strict=True))
        return rows[:limit], len(rows) > limit


@contextmanager
def opened(url: str, table: str) -> Iterator[OpenTable]:
    """Open a table for reading, `schema.table` or `catalog.schema.table` where it needs one, and close it again.

    Raises:
        SourceError: There is no driver, no connection, no such table.
    """
    backend: Ibis = None
    try:
        backend = _connected(url)
        *places, name = table.split(".")
        found = backend.table(name, database=tuple(places) if len(places) > 1 else places[0] if places else None)
    except Exception as error:  # noqa: BLE001 -- as above
        _close(backend)
        raise SourceError(complaint(error, url, table if backend is not None else "")) from None
    try:
        yield OpenTable(backend, found, url)
    finally:
        _close(backend)


def _connected(url: str) -> Ibis:
    """Return a connection; what can be promised to be read only is."""
    parts = urlsplit(url)
    if parts.scheme == "pyspark":
        return _spark(parts.query)
    if parts.scheme == "duckdb" and (parts.netloc + parts.path).strip("/") not in ("", ":memory:"):
        return ibis.connect(url, read_only=True)
    if parts.scheme == "snowflake":
        return ibis.connect(url, create_object_udfs=False)  # else Ibis makes a database of functions there
    if parts.scheme == "trino" and parts.password:
        return ibis.connect(url, host=f"https://{parts.hostname}")  # without a scheme Ibis cannot use the password
    backend = ibis.connect(url)
    if backend.name == "postgres":
        backend.raw_sql("SET default_transaction_read_only TO on")
    return backend


def _spark(query: str) -> Ibis:
    """Return a connection to the running Spark session, or to one with the settings that the URL's query names."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder
    for name, value in parse_qsl(query):
        builder = builder.remote(value) if name == "spark.remote" else builder.config(name, value)
    return ibis.pyspark.connect(builder.getOrCreate())


def _close(backend: Ibis) -> None:
    """Close a connection; a Spark session stays, since others may use it and it ends with the process."""
    if backend is None or backend.name == "pyspark":
        return
    with suppress(Exception):
        backend.disconnect()


def _flatten(name: str, kind: Ibis, dialect: str, found: dict[str, ColumnKind], depth: int) -> None:
    if kind.is_struct() and depth:
        for field, inner in kind.fields.items():
            _flatten(f"{name}.{field}", inner, dialect, found, depth - 1)
        return
    found[name] = _kind(kind, dialect)


def _kind(kind: Ibis, dialect: str) -> ColumnKind:
    if kind.is_timestamp():
        # ClickHouse keeps a DateTime without a zone as seconds since 1970: its zone is only how it is shown.
        return "instant" if kind.timezone is not None or dialect == "clickhouse" else "local"
    if kind.is_integer():
        return "integer"
    if kind.is_floating() or kind.is_decimal():
        return "number"
    if kind.is_string():
        return "text"
    return "date" if kind.is_date() else "other"


def complaint(error: BaseException, url: str, table: str = "") -> str:
    """Return what is wrong with a warehouse, in one line without the URL, what it holds, and the query."""
    scheme = url.partition("://")[0] if "://" in url else "?"
    if isinstance(error, SourceError):
        return str(error)
    if isinstance(error, ImportError):
        extra = scheme.replace("postgresql", "postgres")
        return (
            f"the driver for {one_line(scheme, 20)}:// is missing; pip install 'ibis-framework[{one_line(extra, 20)}]'"
        )
    kind = type(error).__name__
    if kind == "TableNotFound" or (table and re.search(_CAUSES[-1][0], str(error), re.IGNORECASE)):
        return (
            f"there is no table {one_line(table or 'of that name', 80)} that may be read; is it written schema.table?"
        )
    text = str(error)
    for pattern, meaning in _CAUSES:
        if re.search(pattern, f"{kind} {text}", re.IGNORECASE):
            return f"the warehouse cannot be read: {meaning} ({kind})"
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return f"the warehouse cannot be read: {kind}: {one_line(_without(first, url), 120)}"


def _without(text: str, url: str) -> str:
    """Return a message without URLs and without anything that the connection URL holds."""
    text = _ADDRESS.sub("…", text)
    try:
        parts = urlsplit(url)
    except ValueError:
        return "its url cannot be read"
    pieces = {parts.username, parts.password, parts.hostname, parts.netloc, *parts.path.split("/")}
    pieces |= {value for _, value in parse_qsl(parts.query)}
    pieces |= {unquote(piece) for piece in pieces if piece}
    for piece in sorted((one for one in pieces if one and len(one) >= _SHORTEST_SECRET), key=len, reverse=True):
        text = text.replace(piece, "…")
    return text
