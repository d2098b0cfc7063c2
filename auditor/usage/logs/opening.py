"""A log file as a stream of bytes, whatever it is compressed with.

In: a path. Out: its kind of compression, its decompressed beginning, and whether it is whole. Compression is known by
content, never by name. What is damaged becomes an OSError that names the file. Never writes.
"""

import gzip
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal

Compression = Literal["none", "gzip", "zstd"]

CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_ZSTD_SKIPPABLE = b"\x2a\x4d\x18"
_RAW_OR_COMPRESSED, _REPEATED = (0, 2), 1


def compression(path: Path) -> Compression:
    """Return what a file is compressed with."""
    with path.open("rb") as stream:
        start = stream.read(4)
    if start[:2] == _GZIP:
        return "gzip"
    return "zstd" if start == _ZSTD or _skippable(start) else "none"


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a log for reading, decompressed; what its decompressor complains of becomes an OSError that names it."""
    kind = compression(path)
    try:
        if kind == "gzip":
            with gzip.open(path) as stream:
                yield stream  # type: ignore[misc]  # GzipFile reads like a BinaryIO
        elif kind == "zstd":
            from auditor.usage.logs.zstd import ZstdStream

            with ZstdStream(path) as decompressed:
                yield decompressed  # type: ignore[misc]  # it reads like a BinaryIO
        else:
            with path.open("rb") as plain:
                yield plain
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise OSError(0, "it is damaged", str(path)) from error


def read_to_the_end(path: Path, kind: Compression) -> None:
    """Make sure that a compressed log is whole: releases of DuckDB take what is left of a damaged one for all of it.

    gzip is decompressed once; of zstd the lengths of its blocks are followed, since DuckDB checks what is in them.

    Raises:
        OSError: It is damaged or cannot be read.
    """
    if kind == "gzip":
        with opened(path) as stream:
            while stream.read(CHUNK):
                pass
    elif kind == "zstd" and not _whole_zstd(path):
        raise OSError(0, "it is damaged", str(path))


def _skippable(start: bytes) -> bool:
    return start[1:4] == _ZSTD_SKIPPABLE and start[:1] in {bytes([0x50 + n]) for n in range(16)}


def _whole_zstd(path: Path) -> bool:
    """Return whether every frame of a file ends inside it (RFC 8878, section 3.1)."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        while stream.tell() < size:
            start = stream.read(4)
            if _skippable(start):
                stream.seek(int.from_bytes(stream.read(4), "little"), os.SEEK_CUR)
            elif start != _ZSTD or not _skip_frame(stream):
                return False
        return stream.tell() == size


def _skip_frame(stream: BinaryIO) -> bool:
    """Go to the end of the frame whose magic number was just read; return False where it is cut."""
    descriptor = stream.read(1)
    if not descriptor:
        return False
    flags = descriptor[0]
    single = flags >> 5 & 1
    content_size = (single, 2, 4, 8)[flags >> 6]
    dictionary = (0, 1, 2, 4)[flags & 3]
    stream.seek((0 if single else 1) + dictionary + content_size, os.SEEK_CUR)
    while True:
        header = stream.read(3)
        if len(header) < 3:
            return False
        block = int.from_bytes(header, "little")
        kind, length = block >> 1 & 3, block >> 3
        if kind not in (*_RAW_OR_COMPRESSED, _REPEATED):
            return False
        stream.seek(1 if kind == _REPEATED else length, os.SEEK_CUR)
        if block & 1:
            stream.seek(4 if flags >> 2 & 1 else 0, os.SEEK_CUR)
            return True
