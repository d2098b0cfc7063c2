"""Files of ours that are kept between runs, each under the digest of what it holds.

In: a path, content. Out: the content exactly as it was kept, or nothing. What is cut off, changed or foreign is
nothing; a place that cannot be written keeps nothing.
"""

from __future__ import annotations

import contextlib
from hashlib import blake2b
from pathlib import Path

from auditor.errors import ConfigError
from auditor.files import write_atomically

_DIGEST = 32


def keep(path: Path, magic: bytes, content: bytes) -> None:
    """Keep content in a file; `magic` tells what kind of content it is, and of which format."""
    with contextlib.suppress(ConfigError):
        write_atomically(path, magic + _sum(content) + content)


def recall(path: Path | None, magic: bytes) -> memoryview | None:
    """Return the content that a file was given, None where it does not hold just that any more."""
    try:
        stored = path.read_bytes() if path is not None else b""
    except OSError:
        return None
    start = len(magic) + _DIGEST
    content = memoryview(stored)[start:]
    return content if stored[:start] == magic + _sum(content) else None


def _sum(content: bytes | memoryview) -> bytes:
    return blake2b(content, digest_size=_DIGEST).digest()
