"""From a batch to the contents of its files. In: a repository, a plan, a batch. Out: new contents by path.

Works on the commit, never on the file system: a path that is not a regular file of the commit does not exist here, so
an absolute path, `..`, a symlink, a submodule or git's own directory cannot be reached. Text that moved since the plan
was made is refused.
"""

from auditor.errors import EditError, GitError
from auditor.git import Repository
from auditor.model.code import DefinitionId
from auditor.model.leftovers import is_requirement, is_whole_file, requirements_of
from auditor.model.plan import MAX_PATHS, Batch, Plan, Step
from auditor.model.script_paths import is_script
from auditor.removal import edit, edit_requirements, history
from auditor.removal.knip_fix import Fix, no_fix


def edited_contents(
    repository: Repository, prefix: str, plan: Plan, batch: Batch, head: str, fix: Fix = no_fix
) -> dict[str, bytes | None]:
    """Return path (from the repository's top) -> new content for each file of a batch; None deletes the file.

    `prefix` is the audited root relative to the repository's top: empty, or ending in `/`. `fix` takes exports out of
    JavaScript and TypeScript.

    Raises:
        GitError: A path is not a regular file of the commit, or its content is not what was planned for.
        EditError: A definition cannot be removed.
    """
    if not 1 <= len(batch.paths) <= MAX_PATHS:
        raise GitError(f"batch {batch.number} touches {len(batch.paths)} files; 1 to {MAX_PATHS} are allowed")
    for path in batch.paths:
        _check_form(batch, path)
    whole = {path: prefix + path for path in batch.paths}
    held = repository.entries(head, whole.values())
    for path in batch.paths:
        _check_path(batch, path, held.get(whole[path]))
    exports = [whole[step.path] for step in batch.steps if is_script(step.path) and step.action == "edit"]
    contents: dict[str, bytes | None] = {}
    for step in batch.steps:
        place = whole[step.path]
        if is_script(step.path) or is_whole_file(step):
            _check_same_file(batch, step, held[place][1])
            contents[place] = None if step.action == "delete_file" else fix(head, exports)[place]
            continue
        now = contents.get(place, repository.content(head, place))
        if now is None:
            raise GitError(f"batch {batch.number}: {step.path} is deleted and edited by the same batch; plan again")
        if is_requirement(step):
            contents[place] = _without_requirements(batch, step, now)
            continue
        _check_unmoved(repository, prefix, plan, batch, step, head)
        contents[place] = None if step.action == "delete_file" else _edited(step, now)
    return contents


def _check_same_file(batch: Batch, step: Step, blob: str) -> None:
    """Raise GitError where a file that is no Python is not the one that the plan was made for, byte for byte."""
    if not step.body_hash or set(step.body_hash.values()) != {blob}:
        raise GitError(
            f"batch {batch.number}: {step.path} changed after the plan was made; make the plan again with "
            "'auditor plan'"
        )


def _without_requirements(batch: Batch, step: Step, content: bytes) -> bytes:
    """Return a file of requirements without those of a step; raise GitError where one is not as planned."""
    found = edit_requirements.declared(content.decode("utf-8", "replace"), step.path)
    names = requirements_of(step)
    for identity, name in names.items():
        if name not in found or found[name].digest != step.body_hash.get(identity):
            raise GitError(
                f"batch {batch.number}: `{name}` in {step.path} changed after the plan was made; make the plan again "
                "with 'auditor plan'"
            )
    return edit_requirements.remove(content, step.path, sorted(names.values()))


def _edited(step: Step, content: bytes) -> bytes:
    try:
        edited = edit.remove(content, _module(step), step.remove)
    except EditError as error:
        raise EditError(f"{step.path}: {error}") from error
    if edited == content:
        raise EditError(f"{step.path}: nothing to remove: {', '.join(step.remove)} is not there; plan again")
    return edited


def _module(step: Step) -> str:
    modules = {definition.partition(":")[0] for definition in step.remove}
    if len(modules) != 1:
        raise EditError(f"{step.path}: the step names definitions of {len(modules)} modules; make the plan again")
    return modules.pop()


def _check_form(batch: Batch, path: str) -> None:
    """Raise GitError where a path is not one below the audited root, before git is asked about it."""
    parts = path.split("/")
    if {"", ".", ".."} & set(parts) or ".git" in (part.lower() for part in parts) or not path.isprintable():
        raise GitError(f"batch {batch.number}: {path!r} is no path below the audited root; make the plan again")


def _check_path(batch: Batch, path: str, entry: tuple[str, str] | None) -> None:
    mode = entry[0] if entry else None
    if mode is None:
        why = "is not a file of the commit checked out"
    elif mode == "160000":
        why = "is a submodule"
    elif mode == "120000":
        why = "is a symlink"
    elif not mode.startswith("100"):
        why = "is a directory"
    else:
        return
    raise GitError(f"batch {batch.number}: {path!r} {why}; make the plan again with 'auditor plan'")


def _check_unmoved(repository: Repository, prefix: str, plan: Plan, batch: Batch, step: Step, head: str) -> None:
    """Raise GitError where the text is not the one that the evidence is about.

    Either every hash of the plan is found again, or nothing but this plan's own batches touched the file since.
    """
    place = prefix + step.path
    if not _hashes_differ(step, repository.content(head, place) or b""):
        return
    if not _only_batches_touched(repository, plan, place, head):
        raise GitError(
            f"batch {batch.number}: what it removes from {step.path} changed after the plan was made on "
            f"{plan.base_commit[:12]}; make the plan again with 'auditor plan'"
        )
    differing = _hashes_differ(step, repository.content(plan.base_commit, place) or b"")
    if step.action == "edit" and step.body_hash and differing:
        raise GitError(
            f"batch {batch.number}: {', '.join(differing)} in {step.path} is not what the plan was made for; make the "
            "plan again with 'auditor plan'"
        )


def _hashes_differ(step: Step, content: bytes) -> list[DefinitionId]:
    """Return the definitions whose planned hash the content does not have; all, where the plan has none.

    For a file that goes whole, its module's hash alone counts.
    """
    planned = step.body_hash
    if step.action == "delete_file":
        planned = {definition: value for definition, value in planned.items() if definition.endswith(":")}
    if not planned:
        return list(step.remove) or [step.path]
    found = edit.hashes(content, next(iter(planned)).partition(":")[0], planned)
    return [definition for definition, value in planned.items() if value not in found[definition]]


def _only_batches_touched(repository: Repository, plan: Plan, path: str, head: str) -> bool:
    """Return whether since the plan's commit nothing but its own batches touched a path."""
    if not repository.is_ancestor(plan.base_commit, head):
        return False
    touching = repository.commits_touching(f"{plan.base_commit}..{head}", [path])
    return all(history.belongs_to_plan(message, plan) for _, message in touching)
