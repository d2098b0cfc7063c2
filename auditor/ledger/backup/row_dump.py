"""A ledger's rows as compressed lines of JSON, for databases that have no program to dump them or none that fits.

In: a connection or a file. Out: a file or rows. The first line says what follows, the last one closes with the figures
of every table: a file that was cut off or changed is recognised. Never writes to a database.
"""

import gzip
import zlib
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import msgspec
import sqlalchemy as sa

from auditor.errors import StoreError
from auditor.ledger import holdings

FORMAT_VERSION = 1


class _Head(msgspec.Struct, frozen=True, tag_field="line", tag="ledger"):
    revision: str
    format_version: int = FORMAT_VERSION


class _Table(msgspec.Struct, frozen=True, tag_field="line", tag="table"):
    name: str
    columns: tuple[str, ...]


class _End(msgspec.Struct, frozen=True, tag_field="line", tag="end"):
    tables: dict[str, holdings.TableFigures]


_LINES = msgspec.json.Decoder(_Head | _Table | _End)


def write(connection: sa.Connection, revision: str, path: Path) -> None:
    """Write what the database holds to `path`; the connection sees one state of it."""
    figures = {}
    with path.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=6, mtime=0) as file:
        _line(file, _Head(revision))
        for table in holdings.tables(connection):
            columns = holdings.columns_of(table)
            _line(file, _Table(str(table.name), columns))
            tally = holdings.Tally(columns)
            for row in holdings.rows(connection, table, columns):
                line = holdings.encoded(row)
                tally.add(line, row)
                file.write(line + b"\n")
            figures[str(table.name)] = tally.figures()
        _line(file, _End(figures))


def read(path: Path) -> Iterator[tuple[str, tuple[str, ...], list[Any]]]:
    """Yield table, columns and values of each row, as JSON holds them.

    Raises:
        StoreError: The file is damaged, cut off, or none of ours; by then rows may have been given.
    """
    tallies: dict[str, holdings.Tally] = {}
    table = _Table("", ())
    with closing(_lines(path)) as lines:
        for line in lines:
            if line.startswith(b"[") and tallies:
                tallies[table.name].add(line)
                yield table.name, table.columns, _row(line, path)
                continue
            said = _decoded(line, path)
            if isinstance(said, _Table):
                table = said
                tallies[table.name] = holdings.Tally(table.columns)
            elif isinstance(said, _End):
                _compare(said, tallies, path)
                return
    raise _damaged(path, "its end is missing")


def revision_of(path: Path) -> str:
    """Return the revision of the ledger in a file.

    Raises:
        StoreError: It is none of ours, or of a newer auditor.
    """
    with closing(_lines(path)) as lines:
        head = _decoded(next(lines, b""), path)
    if not isinstance(head, _Head):
        raise _damaged(path, "its first line is not that of a backup")
    if head.format_version != FORMAT_VERSION:
        raise StoreError(f"backup {path}: written by a newer auditor (format {head.format_version}); upgrade auditor")
    return head.revision


def figures_of(path: Path) -> holdings.Holdings:
    """Return what the ledger in a file holds, after reading all of it.

    Raises:
        StoreError: The file is damaged.
    """
    for _ in read(path):
        pass
    with closing(_lines(path)) as lines:
        end = next(
            said for said in (_decoded(line, path) for line in lines if line[:1] == b"{") if isinstance(said, _End)
        )
    return end.tables


def converted(values: list[Any], types: Mapping[str, Any], columns: tuple[str, ...]) -> dict[str, Any]:
    """Return a row's values as the database takes them: days, times and bytes are text in JSON."""
    return {
        name: value if value is None or types[name] is None else msgspec.convert(value, types[name], strict=False)
        for name, value in zip(columns, values, strict=True)
    }


def _line(file: gzip.GzipFile, value: msgspec.Struct) -> None:
    file.write(msgspec.json.encode(value) + b"\n")


def _lines(path: Path) -> Generator[bytes, None, None]:
    try:
        with gzip.open(path) as file:
            for line in file:
                yield line.rstrip(b"\n")
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(path, str(error)) from error


def _decoded(line: bytes, path: Path) -> _Head | _Table | _End:
    try:
        return cast("_Head | _Table | _End", _LINES.decode(line))
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _damaged(path, str(error)) from error


def _row(line: bytes, path: Path) -> list[Any]:
    try:
        return msgspec.json.decode(line, type=list[Any])
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _damaged(path, str(error)) from error


def _compare(end: _End, tallies: Mapping[str, holdings.Tally], path: Path) -> None:
    found = {name: tally.figures() for name, tally in tallies.items()}
    plain = {name: msgspec.structs.replace(figures, sums={}) for name, figures in end.tables.items()}
    if found != plain:
        raise _damaged(path, "its rows are not those that were written")


def _damaged(path: Path, why: str) -> StoreError:
    return StoreError(f"backup {path}: it is damaged: {why}; choose another one with --to FILE")
