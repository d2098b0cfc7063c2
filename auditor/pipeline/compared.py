"""What is to be said of two commits as such, before anything in them is judged.

In: the commits, base's analysis. Out: sentences: notes, and reasons why nothing can be known. Judges no code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.git import Repository
from auditor.pipeline.static import Static


def emptiness(base: str, head: str, base_commit: str, head_commit: str) -> Iterator[str]:
    """Say that a change without a commit is none: the wrong revisions were named, and nothing was looked at."""
    if base_commit == head_commit:
        yield (
            f"{head} has no commit that {base} lacks, so there is nothing to judge; name the branch that the change is "
            "to go into as base, and for a push what the branch was before it"
        )


def crosswise(ancestors: Sequence[str]) -> Iterator[str]:
    """Say against which commits a change is judged where it and its base were merged crosswise."""
    if len(ancestors) > 1:
        named = " and ".join(one[:12] for one in ancestors)
        yield f"base and head were merged crosswise: the change is judged against {named} together"


def sameness(repository: Repository, base: str, head: str) -> Iterator[str]:
    """Say that two commits hold the same files."""
    if base != head and repository.tree(base) == repository.tree(head):
        yield "base and head are the same files: there is nothing to judge"


def unread(repository: Repository, prefix: str, base: str, before: Static) -> Iterator[str]:
    """Say that there is Python at base and none of it was read: a wrong root or `exclude` is no approval."""
    if before.analysis.files or before.facts:
        return
    code = [path for path in repository.files_at(base) if path.startswith(prefix) and path.endswith(".py")]
    if code:
        yield (
            f"none of the {len(code):,} Python files of base is audited, {code[0].removeprefix(prefix)} for one, so "
            "nothing was judged; correct `exclude` and `roots`"
        )
