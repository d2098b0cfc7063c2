"""What each batch of a plan would change, as patches for a reviewer.

In: a configuration, a plan. Out: a patch a batch, made of what the plan's commit holds and of the batches before it.
Changes no file and no repository; a batch whose edit cannot be shown has no patch.
"""

from auditor.config import LoadedConfig
from auditor.errors import AuditorError
from auditor.git import Repository
from auditor.model.leftovers import is_requirement, is_whole_file, requirements_of
from auditor.model.plan import Batch, Plan, Step
from auditor.model.script_paths import is_script


def batch_diffs(loaded: LoadedConfig, plan: Plan) -> dict[int, str]:
    """Return number -> patch of the batches still to apply. What Knip edits is not shown: it runs with the batch."""
    from auditor.pipeline.places import prefix_in, repository_of
    from auditor.report import diff_lines

    repository = repository_of(loaded)
    tree = _Tree(repository, plan.base_commit, prefix_in(loaded, repository))
    found = {}
    for batch in plan.batches:
        try:
            changed = tree.with_batch(batch)
        except (AuditorError, UnicodeError):
            continue
        found[batch.number] = "".join(diff_lines.patch(path, *sides) for path, sides in sorted(changed.items()))
    return found


class _Tree:
    """A commit's files as the batches leave them, one after the other."""

    def __init__(self, repository: Repository, commit: str, prefix: str) -> None:
        self._repository, self._commit, self._prefix = repository, commit, prefix
        self._now: dict[str, bytes] = {}

    def with_batch(self, batch: Batch) -> dict[str, tuple[str, str]]:
        """Take a batch's steps, and return path -> text before and after."""
        texts: dict[str, tuple[str, str]] = {}
        for step in batch.steps:
            before = self._now.get(step.path)
            if before is None:
                before = self._repository.content(self._commit, self._prefix + step.path) or b""
            if is_script(step.path) and step.action == "edit":
                continue
            self._now[step.path] = _edited(step, before)
            first = texts[step.path][0] if step.path in texts else before.decode("utf-8", "replace")
            texts[step.path] = (first, self._now[step.path].decode("utf-8", "replace"))
        return texts


def _edited(step: Step, content: bytes) -> bytes:
    from auditor.removal import edit, edit_requirements

    if step.action == "delete_file" or is_whole_file(step):
        return b""
    if is_requirement(step):
        return edit_requirements.remove(content, step.path, sorted(requirements_of(step).values()))
    modules = {definition.partition(":")[0] for definition in step.remove}
    return edit.remove(content, modules.pop(), step.remove) if len(modules) == 1 else content
