"""Whole files or none.

In: a path and its content. Out: the file, replaced in one step. Never leaves half a file behind.
"""

import contextlib
import os
import tempfile
from pathlib import Path

from auditor.errors import ConfigError


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write `content` to `path` by way of a temporary file beside it; make its directory.

    Raises:
        ConfigError: The place cannot be written.
    """
    encoded = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(encoded)
        umask = os.umask(0)
        os.umask(umask)
        Path(temporary).chmod(0o666 & ~umask)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary is not None:
            with contextlib.suppress(OSError):
                Path(temporary).unlink(missing_ok=True)
        raise ConfigError(f"{path}: cannot be written: {error.strerror or error}") from error


def keep_out_of_git(directory: Path) -> None:
    """Let git ignore a directory of ours by a .gitignore of its own, as caches do; nothing where it cannot be."""
    ignore = directory / ".gitignore"
    with contextlib.suppress(OSError, ConfigError):
        if directory.is_dir() and not ignore.exists():
            write_atomically(ignore, "*\n")
