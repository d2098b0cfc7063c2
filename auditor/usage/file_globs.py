"""The files that a source's glob names. In: a root, a pattern, an error. Out: sorted paths, why one cannot be read."""

import glob
from pathlib import Path

from auditor.usage.sources import one_line


def expand(root: Path, pattern: str) -> list[Path]:
    """Return the regular files that a glob below `root` (or an absolute one) names, sorted; `**` crosses directories.

    Raises:
        OSError: A directory cannot be searched.
    """
    names = glob.glob(pattern, root_dir=root, recursive=True)  # noqa: PTH207 -- Path.glob refuses absolute patterns
    return sorted(path for path in (root / name for name in names) if path.is_file())


def why(error: OSError) -> str:
    """Return in a few words why a file cannot be read."""
    return error.strerror or one_line(error) or "it is damaged"
