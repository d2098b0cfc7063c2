"""What this program is made of, as one digest: what is kept between runs is worth nothing to another program.

In: globs below the package, names of libraries. Out: a hex digest. Never reads anything of the audited project.
"""

from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from pathlib import Path


@cache
def sources_digest(globs: Sequence[str], libraries: Sequence[str]) -> str:
    """Return the hex BLAKE2b (16 bytes) of our own files that match, with their names, and of the libraries' versions.

    `globs` and `libraries` are tuples; auditor's own version always counts.
    """
    import importlib.metadata

    digest = blake2b(digest_size=16)
    package = Path(__file__).parent
    for path in sorted({path for glob in globs for path in package.glob(glob)}):
        digest.update(f"{path.relative_to(package).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    for library in ("auditor", *libraries):
        digest.update(f"{importlib.metadata.version(library)}\0".encode())
    return digest.hexdigest()
