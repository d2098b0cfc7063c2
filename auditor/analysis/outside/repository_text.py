"""The text of a repository's files, whatever their language, as far as a pattern occurs in them.

In: the root, the paths that git knows or does not ignore, a pattern over bytes, paths wanted in any case. Out:
`TextFile`s in the order of the paths; what cannot be read is a problem. Follows no symbolic link, and holds one file
at a time.
"""

import codecs
import re
import stat
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import msgspec

_HEAD = 8192
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class TextFile(msgspec.Struct, frozen=True):
    """A file in which the pattern occurs, or that was wanted. `text` is None for a binary one, which has `content`."""

    path: str
    text: str | None
    content: bytes = b""


def matching(
    root: Path,
    paths: Iterable[str],
    pattern: re.Pattern[bytes],
    needles: tuple[bytes, ...],
    wanted: Collection[str],
    problems: list[str],
) -> Iterator[TextFile]:
    """Yield the files whose content or path matches `pattern`, and those of `wanted`.

    Args:
        root: Where the files lie.
        paths: Relative to it.
        pattern: What is looked for, in any case.
        needles: Lower-case bytes; what `pattern` matches holds one of them.
        wanted: Paths that are yielded in any case.
        problems: Takes one sentence for each file that cannot be read.
    """
    for path in paths:
        try:
            content = _content(root / path)
        except OSError as error:
            problems.append(f"{path}: cannot be read: {error.strerror or error}")
            continue
        if content is None:
            continue
        named = pattern.search(path.encode("utf-8", "surrogateescape")) is not None
        encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
        if encoding == "utf-16":
            text = content.decode(encoding, "replace")
            content = text.encode("utf-8", "replace")
        lowered = content.lower()
        held = any(needle in lowered for needle in needles) and pattern.search(content) is not None
        if not (path in wanted or named or held):
            continue
        if b"\0" in content[:_HEAD]:
            yield TextFile(path, None, content)
        else:
            yield TextFile(path, content.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n"))


def _content(path: Path) -> bytes | None:
    """Return a regular file's bytes; None for what is no file (a link, a submodule) or is not there any more."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return None
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
