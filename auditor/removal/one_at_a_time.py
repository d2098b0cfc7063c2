"""One run at a time in a repository. In: a repository. Out: a lock that ends with the process, however that ends.

The lock is the kernel's, on a file in git's own directory that all worktrees share, so a killed run leaves none.
"""

import contextlib
from collections.abc import Iterator

from auditor.errors import GitError
from auditor.git import Repository

try:
    import fcntl
except ImportError:  # Windows: git's own locks still keep two runs from moving one branch at once
    fcntl = None  # type: ignore[assignment]

_NAME = "auditor.lock"


@contextlib.contextmanager
def alone(repository: Repository) -> Iterator[None]:
    """Keep other runs out of the repository.

    Raises:
        GitError: Another one is at work, or git's directory cannot be written.
    """
    place = repository.common_directory() / _NAME
    try:
        held = place.open("ab")
    except OSError as error:
        raise GitError(f"{place}: cannot be written: {error.strerror or error}") from error
    with held:
        if fcntl is not None:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise GitError(
                    f"{repository.root}: another 'auditor apply' or 'rollback' is at work here; wait for its end"
                ) from error
        yield
