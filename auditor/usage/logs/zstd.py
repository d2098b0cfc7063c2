"""The bytes of a zstd file, decompressed by DuckDB, which brings it along. In: a path. Out: a stream. Never writes."""

import glob
import io
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb

_LINES_AT_A_TIME = 2_000
_QUERY = """
    SELECT line FROM read_csv($path, columns = {'line': 'VARCHAR'}, delim = '\x01', quote = '', escape = '',
        header = false, auto_detect = false, strict_mode = false, ignore_errors = true, max_line_size = 2097152,
        encoding = 'latin-1', compression = 'zstd')
"""


class ZstdStream(io.RawIOBase):
    """A zstd file's lines as bytes, each ended by a line feed; for its beginning and for comparing files.

    Every byte is read as the Latin-1 character of that number, so what is no UTF-8 comes out as it is.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = duckdb.connect(":memory:", config={"threads": "1", "preserve_insertion_order": "true"})
        self._lines = self._decompressed()
        self._rest = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes; all that are left where it is negative."""
        while size < 0 or len(self._rest) < size:
            more = next(self._lines, b"")
            if not more:
                break
            self._rest += more
        taken = self._rest if size < 0 else self._rest[:size]
        self._rest = self._rest[len(taken) :]
        return taken

    def readline(self, size: int | None = -1, /) -> bytes:
        """Return the bytes up to the next line feed, at most `size`."""
        while b"\n" not in self._rest:
            more = next(self._lines, b"")
            if not more:
                break
            self._rest += more
        line, feed, _ = self._rest.partition(b"\n")
        taken = line + feed if size is None or size < 0 else (line + feed)[:size]
        self._rest = self._rest[len(taken) :]
        return taken

    def _decompressed(self) -> Iterator[bytes]:
        try:
            result = self._connection.execute(_QUERY, {"path": glob.escape(str(self._path))})
            while rows := result.fetchmany(_LINES_AT_A_TIME):
                yield b"".join((line or "").encode("latin-1", "replace") + b"\n" for (line,) in rows)
        except duckdb.Error as error:
            raise OSError(0, "it is damaged", str(self._path)) from error
