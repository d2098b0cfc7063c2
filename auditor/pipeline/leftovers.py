"""Templates that code names, and what still names those that are gone: read from commits, never the working tree.

In: a loaded configuration, the repository, a commit, the static side. Out: `Leftover`s; `Breach`es. Reads nothing
where the plan could take nothing along. Never plans anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from auditor.analysis.leftovers import template_names
from auditor.config import LoadedConfig
from auditor.git import Repository
from auditor.model.gate import Breach
from auditor.model.leftovers import Leftover, is_whole_file
from auditor.model.script_paths import is_script
from auditor.pipeline.places import prefix_in
from auditor.pipeline.static import Static

if TYPE_CHECKING:
    from auditor.model.plan import Step

_LARGEST = 1_000_000


def leftovers(loaded: LoadedConfig, repository: Repository, commit: str, static: Static) -> tuple[Leftover, ...]:
    """Return the templates of a commit that code names, with all places that name them or could."""
    tree = _Tree(loaded, repository, commit)
    templates = template_names.removable(tree.own, _libraries(static))
    if not templates:
        return ()
    texts = tree.texts()
    found = template_names.named(templates, texts, _classes(static))
    return tuple(
        Leftover(
            path, path, "delete_file", 0, texts.get(path, "").count("\n"), tree.own[path],
            found[path].places, found[path].by_code,
        )
        for path in templates
        if found[path].places
    )  # fmt: skip


def still_named(
    loaded: LoadedConfig, repository: Repository, steps: Iterable[Step], commit: str, static: Static
) -> tuple[Breach, ...]:
    """Return what of a commit names a template that steps have deleted, or could."""
    gone = [step.path for step in steps if is_whole_file(step) and not is_script(step.path)]
    if not gone:
        return ()
    found = template_names.named(gone, _Tree(loaded, repository, commit).texts(), _classes(static))
    return tuple(
        Breach(template, path, line, "dangling_reference", f"`{template}` is deleted, and this line may ask for it")
        for template in gone
        for path, line in sorted(found[template].places)[:1]
    )


class _Tree:
    """All files of a commit. Paths are relative to the audited root; what lies outside of it begins with `/`."""

    def __init__(self, loaded: LoadedConfig, repository: Repository, commit: str) -> None:
        self.repository = repository
        prefix = prefix_in(loaded, repository)
        reports = f"{loaded.config.report.directory}".strip("./") + "/"
        named = repository.files_at(commit).items()
        all_files = {path[len(prefix) :] if path.startswith(prefix) else f"/{path}": blob for path, blob in named}
        self.blobs = {path: blob for path, blob in all_files.items() if not path.startswith(reports)}
        self.own = {path: blob for path, blob in self.blobs.items() if not path.startswith("/")}

    def texts(self) -> dict[str, str]:
        """Return texts by path; binary files are left out, and so is what is very large and no Python."""
        contents = dict(self.repository.blobs(dict.fromkeys(self.blobs.values())))
        found = {}
        for path, blob in self.blobs.items():
            content = contents.get(blob, b"")
            if b"\0" not in content[:8000] and (len(content) <= _LARGEST or path.endswith(".py")):
                found[path] = content.decode("utf-8", "replace")
        return found


def _libraries(static: Static) -> Iterable[str]:
    """Return the top names of what is imported from outside."""
    own = {module.module.partition(".")[0] for module in static.facts}
    names = {fact.target.partition(".")[0] for module in static.facts for fact in module.imports}
    return names - own


def _classes(static: Static) -> dict[str, Sequence[tuple[str, int]]]:
    found: dict[str, list[tuple[str, int]]] = {}
    for one in static.analysis.graph.definitions.values():
        if one.kind == "class":
            found.setdefault(one.name.lower(), []).append((one.path, one.line))
    return dict(found)
