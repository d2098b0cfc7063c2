"""Templates that head renders or includes by a name which no file of head answers to any more.

In: the static sides of both commits, head's files. Out: `Mention`s for the gate. Only a text that is a template's whole
name counts (`render(request, "blog/index.html")`). Reads files only where a template went.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from auditor.analysis.extraction.templates import is_template
from auditor.gate import Mention
from auditor.git import Repository
from auditor.model.code import DefinitionId, ModuleFacts, module_id
from auditor.pipeline.static import Static

_FOLDERS = ("templates", "jinja2")


def lost_templates(repository: Repository, prefix: str, head: str, before: Static, after: Static) -> Iterator[Mention]:
    """Yield the lines of head that name a template which only base has."""
    has = {one.path: one for one in after.facts}
    went = [one.path for one in before.facts if one.path not in has and not one.in_tests and is_template(one.path)]
    kept = {name for path in has for name in _names(path)}
    gone = {name: path for path in went for name in _names(path) if name not in kept}
    if not gone:
        return
    pattern = re.compile(rf"""["']({"|".join(map(re.escape, gone))})["']""")
    for full in repository.naming(head, gone):
        module = has.get(full.removeprefix(prefix)) if full.startswith(prefix) else None
        if module is None or module.in_tests:
            continue
        text = (repository.content(head, full) or b"").decode("utf-8", "replace")
        for number, line in enumerate(text.splitlines(), 1):
            found = pattern.search(line) if not line.lstrip().startswith("#") else None
            if found is not None:
                source = _around(module, number)
                yield Mention(module.path, number, found[1], module_id(f"/{gone[found[1]]}"), source=source)


def _names(path: str) -> Iterator[str]:
    """Yield what a template is called: its path below each folder of templates that it lies in."""
    parts = PurePosixPath(path).parts
    for index, folder in enumerate(parts[:-1]):
        if folder in _FOLDERS:
            yield "/".join(parts[index + 1 :])


def _around(module: ModuleFacts, line: int) -> DefinitionId:
    """Return the innermost definition of a file in which a line stands."""
    inside = [one for one in module.definitions if one.line <= line <= one.end_line and one.kind != "import"]
    return min(inside, key=lambda one: one.end_line - one.line).id if inside else module_id(module.module)
