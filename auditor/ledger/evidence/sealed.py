"""A sealed file of lines. In: lines and a path. Out: the file; its lines again, and whether they are those written.

JSON, one value a line, compressed where the name ends in `.gz`. The last line is the seal: the SHA-256 of all lines
before it, and with a key their HMAC. The digest proves that nothing was changed, not who wrote it: whoever edits a file
can seal it again. The HMAC proves that the writer had the key. Read in one pass and in bounded memory; nothing of it
may be used before the last line was read. Never holds more than a line, and never evaluates anything.
"""

import gzip
import hmac
import zlib
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import IO, Annotated

import msgspec

from auditor.errors import ConfigError, EvidenceError
from auditor.files import replaced

LARGEST_FILE = 128 * 2**20
"""Bytes that a file may have."""
LARGEST_CONTENT = 512 * 2**20
"""Bytes that may be in it when it is unpacked: a few hundred can be a petabyte of zeros."""
KEY = "AUDITOR_EVIDENCE_KEY"
"""The variable of the environment that holds the key."""
_LONGEST_LINE = 2**20
_GZIP = b"\x1f\x8b"
_AGAIN = "publish it again with 'auditor ledger export'"

Digest = Annotated[str, msgspec.Meta(pattern=r"^sha256:[0-9a-f]{64}$")]
Signature = Annotated[str, msgspec.Meta(pattern=r"^hmac-sha256:[0-9a-f]{64}$")]


class Seal(msgspec.Struct, frozen=True, tag_field="line", tag="end", forbid_unknown_fields=True, omit_defaults=True):
    """The last line: the digest of all lines before it, and their HMAC where the writer had a key."""

    digest: Digest
    hmac: Signature | None = None


def write(path: Path, lines: Iterable[bytes], key: bytes) -> Seal:
    """Write lines and their seal to a file, in one step; with a `key` that is not empty, their HMAC as well.

    Raises:
        ConfigError: The place cannot be written.
    """
    hashed = sha256()
    with replaced(path) as raw:
        # No name and no time in the header: the same lines are the same bytes.
        packs = path.name.endswith(".gz")
        file = gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=6, mtime=0) if packs else raw
        for line in lines:
            hashed.update(line + b"\n")
            file.write(line + b"\n")
        digest = f"sha256:{hashed.hexdigest()}"
        seal = Seal(digest, _signature(digest, key) if key else None)
        file.write(msgspec.json.encode(seal) + b"\n")
        if packs:
            file.close()
    return seal


class SealedLines:
    """The lines of a sealed file.

    Attributes:
        path: The file.
        seal: Its seal; None until the last line was taken, and where it is not right.
    """

    def __init__(self, path: Path, *, key: bytes, digest: str | None) -> None:
        """Prepare to read `path`.

        Args:
            path: The file.
            key: The writer's key; empty: signatures are not looked at.
            digest: What the digest must be, None for any.
        """
        self.path = path
        self.seal: Seal | None = None
        self._key = key
        self._digest = digest

    def read(self) -> Iterator[bytes]:
        """Yield the lines without the seal; that they may be used is known when the last one was taken.

        Raises:
            ConfigError: The file is missing or cannot be read.
            EvidenceError: It is damaged, was edited, is none of ours, too large, or not the one that is wanted.
        """
        hashed = sha256()
        seal: Seal | None = None
        with closing(_lines(self.path)) as lines:
            for line in lines:
                if seal is not None:
                    raise damaged(self.path, "something follows its end")
                if line.startswith(b'{"line":"end"'):
                    seal = _seal(line, self.path)
                    continue
                hashed.update(line)
                yield line[:-1]
        if seal is None:
            raise damaged(self.path, "its end is missing")
        if not hmac.compare_digest(seal.digest, f"sha256:{hashed.hexdigest()}"):
            raise damaged(self.path, "its digest is not that of its content")
        self._check(seal)
        self.seal = seal

    def _check(self, seal: Seal) -> None:
        if self._digest is not None and seal.digest != self._digest:
            raise unusable(self.path, f"its digest is {seal.digest}, and {self._digest} is wanted")
        if self._key and seal.hmac is None:
            raise unusable(self.path, f"it is not signed, and {KEY} is set; {_AGAIN} where {KEY} is set as well")
        if self._key and not hmac.compare_digest(seal.hmac or "", _signature(seal.digest, self._key)):
            raise unusable(self.path, f"it was not signed with the {KEY} that is set here")


def damaged(path: Path, why: str) -> EvidenceError:
    """Return what is said of a file that is not what was written."""
    return unusable(path, f"it is damaged or was edited: {why}; {_AGAIN}")


def unusable(path: Path, why: str) -> EvidenceError:
    """Return what is said of a file that may not be used."""
    return EvidenceError(f"evidence {path}: not used: {why}")


def _signature(digest: str, key: bytes) -> str:
    return f"hmac-sha256:{hmac.new(key, digest.encode(), sha256).hexdigest()}"


def _seal(line: bytes, path: Path) -> Seal:
    try:
        seal = msgspec.json.decode(line, type=Seal)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise damaged(path, f"its end cannot be read: {error}") from error
    if msgspec.json.encode(seal) + b"\n" != line:
        raise damaged(path, "its end is not as it is written")
    return seal


def _lines(path: Path) -> Generator[bytes, None, None]:
    """Yield the lines of a file with their ends, as far as they may be read at all."""
    read_bytes = 0
    try:
        with path.open("rb") as raw:
            if path.stat().st_size > LARGEST_FILE:
                raise unusable(path, f"it is larger than {LARGEST_FILE // 2**20} MiB; export fewer days")
            file = gzip.GzipFile(fileobj=raw, mode="rb") if raw.peek(2)[:2] == _GZIP else raw
            while line := _unpacked(file, path):
                read_bytes += len(line)
                if read_bytes > LARGEST_CONTENT:
                    raise unusable(path, f"it holds more than {LARGEST_CONTENT // 2**20} MiB; export fewer days")
                if not line.endswith(b"\n"):
                    raise damaged(path, "a line has no end")
                yield line
    except OSError as error:
        raise ConfigError(f"evidence {path}: cannot be read: {error.strerror or error}") from error


def _unpacked(file: gzip.GzipFile | IO[bytes], path: Path) -> bytes:
    try:
        return file.readline(_LONGEST_LINE)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise damaged(path, str(error)) from error
