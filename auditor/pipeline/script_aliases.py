"""Aliases of imports that a change takes out of tsconfig's `paths`, and that head's scripts still use.

In: two `ScriptView`s, the settings that the change touches. Out: `LostScript`s with the places that ask. An alias that
the settings of another tool name at head is left to that tool. Never judges.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from auditor.analysis.scripts.entries import is_bundler, is_test, is_tool
from auditor.analysis.scripts.resolving import in_quotes
from auditor.model.script_change import Asking, LostScript
from auditor.model.script_paths import SCRIPT_SUFFIXES
from auditor.pipeline.script_views import ScriptView


def is_alias_setting(path: str) -> bool:
    """Return whether a file may hold aliases of imports: `tsconfig.json`, `tsconfig.app.json`, `jsconfig.json`."""
    name = PurePosixPath(path).name
    return name == "jsconfig.json" or (name.startswith("tsconfig") and name.endswith(".json"))


def lost_aliases(base: ScriptView, head: ScriptView, settings: Iterable[str]) -> Iterator[LostScript]:
    """Yield the aliases that base has and head has not, where scripts of head use them."""
    for path in sorted(settings):
        folder = path.rpartition("/")[0]
        now = {pattern for pattern, _ in head.project.aliases(folder)}
        gone = [pattern for pattern in dict(base.project.aliases(folder)) if pattern not in now]
        for pattern in gone:
            places = tuple(sorted(_asking(base, head, pattern), key=lambda one: (one.path, one.line)))
            if places:
                yield LostScript(f"{path}:{pattern}", path, 1, "member", dangling=places)


def _asking(base: ScriptView, head: ScriptView, pattern: str) -> Iterator[Asking]:
    """Yield the imports of head that led to a file by an alias at base, and do so by none at head."""
    start = pattern.partition("*")[0]
    if not start or _is_named_by_tools(head, pattern):
        return
    found = {*head.naming([f"'{start}", f'"{start}'])} & head.scripts
    head.load(found)
    for path in found:
        for one in () if is_test(path) else head.facts(path).imports:
            meant, now = (view.project.by_alias(path, one.specifier) for view in (base, head))
            if one.specifier.startswith(start) and meant is not None and now is None:
                yield Asking(path, one.line)


def _is_named_by_tools(head: ScriptView, pattern: str) -> bool:
    start = pattern.partition("*")[0]
    words = [text for name in {pattern, start, start.rstrip("/")} for text in in_quotes(name)]
    words += [f"^{start}", f"^{start.rstrip('/')}"]
    named = head.naming(words, (*SCRIPT_SUFFIXES, ".json", ".babelrc"))
    return any(
        is_bundler(path) or is_tool(path) or PurePosixPath(path).name in ("package.json", ".babelrc", "deno.json")
        for path in named
    )
