"""Python programs whose file name does not say so: executables without a suffix, by their first line.

In: content, a commit. Out: whether it is one, paths. Never runs anything.
"""

from auditor.git import Repository


def runs_python(content: bytes) -> bool:
    """Return whether the first line names a Python interpreter."""
    first = content.partition(b"\n")[0][:80]
    return first.startswith(b"#!") and b"python" in first


def scripts_at(repository: Repository, commit: str, inside: str) -> list[str]:
    """Return the programs of a commit below `inside` (empty, or ending in a slash), relative to it."""
    found = {
        path[len(inside) :]: blob
        for path, blob in repository.executables_at(commit).items()
        if path.startswith(inside) and "." not in path.rpartition("/")[2]
    }
    contents = dict(repository.blobs(dict.fromkeys(found.values())))
    return [path for path, blob in found.items() if runs_python(contents.get(blob, b""))]
