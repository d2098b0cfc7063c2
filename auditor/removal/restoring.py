"""A batch's files brought back one by one, beside what was changed later. In: a batch and HEAD. Out: a tree, notes.

For when a revert conflicts. Each file gets what the batch took from it; later changes stay. Where both cannot be, as
the definitions of the result show, nothing is restored and the message says what to do by hand.
"""

import ast
import warnings
from collections.abc import Sequence
from difflib import SequenceMatcher

from auditor.errors import GitError
from auditor.git import Repository
from auditor.removal import commit_message, history
from auditor.removal.history import AppliedBatch

_MOST_NAMED = 3


def restored_tree(repository: Repository, batch: AppliedBatch, head: str) -> tuple[str, tuple[str, ...]]:
    """Return the hash of `head`'s tree with the batch's files restored, and a note for each file changed since.

    Raises:
        GitError: A file cannot hold both what was restored and what was changed later.
    """
    before, after = _ends(repository, batch)
    entries = repository.entries(before, batch.paths)
    contents: dict[str, bytes] = {}
    notes: list[str] = []
    for path in batch.paths:
        old = repository.content(before, path) if path in entries else None
        if old is None:
            raise GitError(f"{path}: it is not in {before[:40]}; take it back by hand: git revert {batch.commit}")
        new, now = repository.content(after, path), repository.content(head, path)
        if now == new:
            contents[path] = old
            continue
        contents[path] = _both(repository, path, new, now, old, by_hand=f"git checkout {before} -- {path}")
        later = later_commits(repository, f"{batch.commit}..{head}", [path])
        notes.append(f"{path}: kept what was changed later: {later}")
    modes = {path: mode for path, (mode, _) in entries.items()}
    return repository.edited_tree(head, contents, modes), tuple(notes)


def later_commits(repository: Repository, revisions: str, paths: Sequence[str]) -> str:
    """Return the newest commits of a range that touch paths, with their subjects, for a message."""
    later = repository.commits_touching(revisions, paths)
    named = [f"{commit[:12]} ({commit_message.line(message)})" for commit, message in later[:_MOST_NAMED]]
    more = [f"{len(later) - _MOST_NAMED} more"] if len(later) > _MOST_NAMED else []
    return ", ".join(named + more)


def _ends(repository: Repository, batch: AppliedBatch) -> tuple[str, str]:
    """Return the commits around the batch alone: those of its tags where its own commit holds more."""
    if batch.alone:
        return f"{batch.commit}^", batch.commit
    tags = history.newest_tags(repository, batch.plan_id, batch.number)
    if tags is None:
        raise GitError(
            f"commit {batch.commit[:12]} holds more than batch {batch.number}, and its tags are not here; "
            "run 'git fetch --tags', then again"
        )
    return tags.before, tags.verified


def _both(
    repository: Repository, path: str, new: bytes | None, now: bytes | None, old: bytes, *, by_hand: str
) -> bytes:
    """Return a file with what the batch took from it and with what was changed later; `new` is what the batch left."""
    problem = "it was deleted or renamed later" if now is None else "another file took its place later"
    if now is not None and new is not None:
        clean = repository.merged(new, now, old)
        if clean is not None:
            return clean
        both = _beside(new, now, old)
        lost = _lost(both or b"", new, now, old) if path.endswith((".py", ".pyi")) else []
        if both is not None and not lost:
            return both
        problem = f"a later change and what the batch removed cannot both stand ({', '.join(lost[:_MOST_NAMED])})"
    raise GitError(f"{path}: {problem}; nothing was restored; restore it by hand: {by_hand}")


def _beside(new: bytes, now: bytes, old: bytes) -> bytes | None:
    """Return `now` with what lies between `old` and `new`: lines that went stand where they were, as far as that is.

    None where a line that the batch changed was changed later too.
    """
    left, changed, had = (text.splitlines(keepends=True) for text in (new, now, old))
    later = SequenceMatcher(None, left, changed, autojunk=False).get_opcodes()
    result = list(changed)
    for _tag, start, end, had_start, had_end in reversed(
        SequenceMatcher(None, left, had, autojunk=False).get_opcodes()
    ):
        if left[start:end] == had[had_start:had_end]:
            continue
        place = _place(later, start)
        if changed[place : place + end - start] != left[start:end]:
            return None
        result[place : place + end - start] = had[had_start:had_end]
    return b"".join(result)


def _place(later: Sequence[tuple[str, int, int, int, int]], line: int) -> int:
    """Return where the beginning of a line is after a change, given as opcodes."""
    for tag, start, end, changed_start, changed_end in later:
        if tag == "equal" and start <= line <= end:
            return changed_start + line - start
        if start <= line < end:
            return changed_start if line == start else changed_end
    return later[-1][4] if later else 0


def _lost(result: bytes, new: bytes, now: bytes, old: bytes) -> list[str]:
    """Return the names whose definition the result does not have as it should, each once; empty where all is there.

    It should have everything as it is now, and what the batch removed as it was before.
    """
    try:
        found, kept, left, had = (_definitions(text) for text in (result, now, new, old))
    except (SyntaxError, ValueError, RecursionError) as error:
        return [f"it would not parse: {error}"]
    wanted = {**{name: text for name, text in had.items() if name not in left}, **kept}
    return sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))


def _definitions(source: bytes) -> dict[str, tuple[str, ...]]:
    """Return each statement's structure by the name it defines, members of classes too; others by their structure."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(source)
    found: dict[str, tuple[str, ...]] = {}
    _note(found, tree.body, "")
    return found


def _note(found: dict[str, tuple[str, ...]], body: Sequence[ast.stmt], inside: str) -> None:
    for node in body:
        name = inside + ast.dump(node)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = inside + node.name
        if isinstance(node, ast.ClassDef):
            _note(found, node.body, f"{name}.")
            node.body = []
        found[name] = (*found.get(name, ()), ast.dump(node))
