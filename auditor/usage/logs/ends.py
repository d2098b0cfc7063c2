"""What marks of read files rest on: a file's size and ends, the code that read it. In: paths. Out: digests."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

_END = 1 << 16


def size_and_digest(path: Path, context: bytes) -> tuple[int, str]:
    """Return a file's size and the digest of its ends and of `context`, at most 64 bytes; to be taken before reading.

    Raises:
        OSError: It cannot be read.
    """
    digest = hashlib.blake2b(context, digest_size=16)
    with path.open("rb") as stream:
        digest.update(stream.read(_END))
        size = stream.seek(0, 2)
        stream.seek(max(_END, size - _END))
        digest.update(stream.read(_END))
    return size, digest.hexdigest()


def digest_of_code(modules: Iterable[Path]) -> str:
    """Return the digest of the code that reads: a version number would be forgotten."""
    digest = hashlib.blake2b(digest_size=16)
    for path in modules:
        digest.update(path.read_bytes())
    return digest.hexdigest()
