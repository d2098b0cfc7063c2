"""Whole files or none.

In: a path and its content. Out: the file, replaced in one step. Never leaves half a file behind.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from auditor.errors import ConfigError


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write `content` to `path` by way of a temporary file beside it; make its directory.

    Raises:
        ConfigError: The place cannot be written.
    """
    with replaced(path) as file:
        file.write(content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content)


@contextlib.contextmanager
def replaced(path: Path) -> Iterator[BinaryIO]:
    """Yield a temporary file beside `path` that takes its place at the end; make its directory.

    Where anything is raised meanwhile, `path` stays as it was and the temporary file goes. A device or a pipe, as
    `/dev/stdout`, is written to and never replaced.

    Raises:
        ConfigError: The place cannot be written.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        yield from _written_to(path)
        return
    # Named before it is there: whatever happens once it is, Ctrl-C included, it can be taken away again.
    temporary = path.with_name(f".{path.name}.{os.urandom(6).hex()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as file:
            yield file
        temporary.replace(path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise ConfigError(f"{path}: cannot be written: {error.strerror or error}") from error
        raise


def _written_to(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("wb") as file:
            yield file
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror or error}") from error


def keep_out_of_git(directory: Path) -> None:
    """Let git ignore a directory of ours by a .gitignore of its own, as caches do; nothing where it cannot be."""
    ignore = directory / ".gitignore"
    with contextlib.suppress(OSError, ConfigError):
        if directory.is_dir() and not ignore.exists():
            write_atomically(ignore, "*\n")
