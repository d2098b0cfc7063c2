"""Templates and requirements that code names, and what still names those that are gone.

In: a loaded configuration, the repository, a commit, the static side. Out: `Leftover`s; `Breach`es. Reads commits,
never the working tree; nothing where there is nothing to take along. Never plans anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from auditor.analysis.leftovers import requirement_names, template_names
from auditor.config import LoadedConfig
from auditor.git import Repository
from auditor.model.gate import Breach
from auditor.model.leftovers import Leftover, is_requirement, is_whole_file, requirements_of
from auditor.model.script_paths import is_script
from auditor.pipeline.commit_files import CommitFiles
from auditor.pipeline.static import Static
from auditor.removal import edit_requirements

if TYPE_CHECKING:
    from auditor.model.plan import Step


def leftovers(loaded: LoadedConfig, repository: Repository, commit: str, static: Static) -> tuple[Leftover, ...]:
    """Return the templates and requirements of a commit that code names, with all places that name them or could."""
    tree = CommitFiles(loaded, repository, commit)
    templates = template_names.removable(tree.own, _libraries(static))
    lists = [path for path in tree.own if edit_requirements.declares(path)]
    if not templates and not lists:
        return ()
    texts = tree.texts()
    found = template_names.named(templates, texts, _classes(static))
    files = (
        Leftover(
            path, path, "delete_file", 0, texts.get(path, "").count("\n"), tree.own[path],
            found[path].places, found[path].by_code,
        )
        for path in templates
        if found[path].places
    )  # fmt: skip
    return (*files, *_requirements(lists, texts, static))


def _requirements(lists: Iterable[str], texts: Mapping[str, str], static: Static) -> Iterator[Leftover]:
    """Yield the requirements that the project imports."""
    declared = {path: edit_requirements.declared(texts[path], path) for path in lists if path in texts}
    imported: dict[str, set[tuple[str, int]]] = {}
    for module in static.facts:
        for fact in module.imports:
            imported.setdefault(fact.target.partition(".")[0], set()).add((module.path, fact.line))
    names = {
        name: requirement_names.import_names(name, imported.keys()) for entries in declared.values() for name in entries
    }
    wanted = {name: known for name, known in names.items() if not imported.keys().isdisjoint(known)}
    found = requirement_names.places(wanted, texts)
    for path, entries in declared.items():
        for name in sorted(entries.keys() & wanted.keys()):
            one = entries[name]
            by_code = frozenset(place for known in wanted[name] for place in imported.get(known, ()))
            places = (found[name] | by_code) - _declarations(name, declared)
            identity, lines = f"{path}:{name}", one.last - one.first + 1
            yield Leftover(identity, path, "edit", one.first, lines, one.digest, places, by_code)


def _declarations(
    name: str, declared: Mapping[str, Mapping[str, edit_requirements.Entry]]
) -> frozenset[tuple[str, int]]:
    """Return the lines that declare a requirement."""
    entries = ((path, found[name]) for path, found in declared.items() if name in found)
    return frozenset((path, line) for path, one in entries for line in range(one.first, one.last + 1))


def still_named(
    loaded: LoadedConfig, repository: Repository, steps: Sequence[Step], commit: str, static: Static
) -> tuple[Breach, ...]:
    """Return what of a commit names a template or a requirement that steps have removed, or could."""
    templates = [step.path for step in steps if is_whole_file(step) and not is_script(step.path)]
    lists = [step for step in steps if is_requirement(step) and not is_script(step.path)]
    if not templates and not lists:
        return ()
    texts = CommitFiles(loaded, repository, commit).texts()
    named = template_names.named(templates, texts, _classes(static))
    places = {template: named[template].places for template in templates}
    declared = {
        path: edit_requirements.declared(text, path) for path, text in texts.items() if edit_requirements.declares(path)
    }
    gone = {
        name for step in lists for name in requirements_of(step).values() if name not in declared.get(step.path, ())
    }
    wanted = {name: requirement_names.import_names(name, frozenset()) for name in gone}
    found = requirement_names.places(wanted, texts)
    places |= {name: found[name] - _declarations(name, declared) for name in gone}
    return tuple(
        Breach(name, path, line, "dangling_reference", f"`{name}` is removed, and this line may ask for it")
        for name in sorted(places)
        for path, line in sorted(places[name])[:1]
    )


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
