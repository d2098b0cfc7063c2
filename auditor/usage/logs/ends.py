"""What marks of read files rest on: a file's size and ends. In: a path. Out: a digest."""

import hashlib
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
