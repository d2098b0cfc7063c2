"""Components that head still has, and that nothing of head renders any more.

In: two `ScriptView`s, what became of the files, the components. Out: `LostScript`s. Looked at is what touched files
used at base and do not use at head, and what that in turn used: who still uses it is asked of all of head. A file that
anything else may load (a page, a setting, a pattern, a name in a text) is used. Never judges.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import PurePosixPath

from auditor.analysis.scripts import entries
from auditor.analysis.scripts.read import stem
from auditor.analysis.scripts.resolving import ends_of_specifiers, folder_of, in_quotes
from auditor.analysis.scripts.syntax import Import, code_of
from auditor.model.script_change import LostScript
from auditor.model.script_paths import SCRIPT_SUFFIXES
from auditor.pipeline.script_askers import vouches
from auditor.pipeline.script_components import Components
from auditor.pipeline.script_entries import Outside
from auditor.pipeline.script_unimported import component_names
from auditor.pipeline.script_views import ScriptView

_LOADING = (*entries.PAGES, ".py", ".json", ".php", ".rb", ".astro", ".md", ".mdx")
"""Files besides scripts that may name one to be loaded."""
_OWN = re.compile(r"\b(?:function|class|const|let|var)\s+([A-Z]\w*)")
_ABOVE = ("'.'", '"."', "'./'", '"./"', "'..'", '".."')


class Stranded:
    """`now` maps files of base to where they are in head, `gone` are those that are not where they were."""

    def __init__(
        self, base: ScriptView, head: ScriptView, now: Mapping[str, str], gone: AbstractSet[str], parts: Components,
        outside: Outside,
    ) -> None:  # fmt: skip
        self.base, self.head, self.now, self.gone, self.parts, self.outside = base, head, now, gone, parts, outside
        self._users: dict[str, set[str]] = {}

    def lost(self) -> Iterator[LostScript]:
        """Yield the components that touched files rendered at base, one way or another, and that nothing renders."""
        if not self.parts.counts_any:
            return
        back = {new: old for old, new in self.now.items()}
        for path, by in sorted(self._unreached().items()):
            old = back.get(path, path)
            tracked, meant = self.parts.names(old) if old in self.base.scripts else (frozenset(), frozenset())
            for name in sorted(tracked | meant):
                yield self._component(old, path, name, name in tracked, by)
        for old, new in sorted(self.now.items()):
            for name in sorted(self._unused_inside(old, new)):
                yield self._component(old, new, name, tracked=True, by=new)

    def _component(self, old: str, path: str, name: str, tracked: bool, by: str) -> LostScript:
        line = self.head.facts(path).tracked.get(name, 1)
        names = frozenset((name,))
        return LostScript(
            f"{old}:{name}", path, line, "component", referrers=(by,), living=(by,), components=names,
            tracked=names if tracked else frozenset(), stranded=True,
        )  # fmt: skip

    def _unreached(self) -> dict[str, str]:
        """Return the files of head that nothing uses any more, with who used them at base."""
        waiting = dict(self._let_go())
        found: dict[str, str] = {}
        while waiting:
            fresh = {path: by for path, by in waiting.items() if path not in found and not self._is_entry(path)}
            self._find_users(fresh)
            alone = {path: by for path, by in fresh.items() if not self._users[path] - found.keys() - {path}}
            found |= alone
            waiting = {
                target: path
                for path in alone
                for target in self._used(self.head, path)
                if target not in found and target in self.head.scripts
            }
        return found

    def _let_go(self) -> Iterator[tuple[str, str]]:
        """Yield what a touched file used at base and does not use at head, as it is called at head."""
        for old in sorted({*self.gone, *self.now}):
            new = self.now.get(old)
            if not vouches(old):
                continue
            after = self._used(self.head, new) if new is not None else set()
            for target in self._used(self.base, old):
                there = self.now.get(target, target)
                if there in self.head.scripts and there not in after and target in self.base.scripts:
                    yield there, new or old

    def _used(self, view: ScriptView, path: str) -> set[str]:
        """Return the files of which a script uses something, those behind lists of exports for what is behind them."""
        return {target for one in view.facts(path).imports if not one.given for target in _targets(view, path, one)}

    def _is_entry(self, path: str) -> bool:
        """Return whether something that is no import may load a file."""
        names = self.head.project.dependencies
        if entries.route_of(path, names) or entries.is_frame(path, names) or entries.is_tool(path):
            return True
        if entries.is_test(path) or self.outside.loaded_by(path) is not None:
            return True
        if self.head.naming([PurePosixPath(path).name], _LOADING):
            return True
        own = {path, *(one for one in self.head.scripts if stem(one) == stem(path))}
        quoted = [
            text for name in {stem(path), *self.head.facts(path).exports} - {"default"} for text in in_quotes(name)
        ]
        tags = [f"<{name}" for name in component_names(path)] if path.endswith((".vue", ".svelte")) else []
        return bool({*self.head.naming([*quoted, *tags], (*SCRIPT_SUFFIXES, *entries.PAGES))} - own)

    def _find_users(self, paths: Iterable[str]) -> None:
        """Find who at head uses something of some files, through lists of exports as well."""
        wanted = set(paths)
        self._users |= {path: set() for path in wanted}
        seen: set[str] = set()
        waiting = set(wanted)
        while waiting:
            found = importers(self.head, waiting)
            lists: set[str] = set()
            for path in sorted(found):
                for one in self.head.facts(path).imports:
                    target = self.head.project.resolve(path, one.specifier)
                    if target in waiting and one.given:
                        lists.add(path)
                    elif target in waiting and vouches(path):
                        for origin in {*_targets(self.head, path, one)} & wanted:
                            self._users[origin].add(path)
            seen |= waiting
            waiting = lists - seen

    def _unused_inside(self, old: str, new: str) -> Iterator[str]:
        """Yield the tracked names of components that only their own file used, and does not use any more."""
        tracked = self.head.facts(new).tracked
        if not tracked or not self.base.facts(old).tracked:
            return
        before, after = (
            code_of(path, view.texts([path]).get(path, "")) for view, path in ((self.base, old), (self.head, new))
        )
        lines = after.splitlines(keepends=True)
        for name, line in tracked.items():
            owners = [found[1] for found in _OWN.finditer("".join(lines[:line]))]
            word = re.compile(rf"(?<![\w$]){re.escape(owners[-1])}(?![\w$])") if owners else None
            exported = self.head.facts(new).exports.keys() | self.head.facts(new).components
            if (
                word is not None
                and owners[-1] not in exported
                and len(word.findall(after)) == 1 < len(word.findall(before))
            ):
                yield name


def importers(view: ScriptView, targets: Iterable[str]) -> set[str]:
    """Return the scripts in which the words stand by which some files are imported."""
    words = {word for path in targets for word in ends_of_specifiers(path)}
    folders = {f"{folder_of(path)}/".lstrip("/") for path in targets if PurePosixPath(path).name.startswith("index.")}
    for path in targets:
        words |= {text for alias in view.project.aliases_of(path) for text in in_quotes(alias)}
    found = {path for path in view.naming(_ABOVE) if path.startswith(tuple(folders))} if folders else set()
    found = {*found, *view.naming(words)} & view.scripts
    view.load(found)
    return found


def _targets(view: ScriptView, path: str, one: Import) -> Iterator[str]:
    """Yield the files of which a script uses something by an import."""
    target = view.project.resolve(path, one.specifier)
    used = view.used_names(path, one) if target in view.scripts else frozenset()
    if target is None or used == frozenset():
        return
    names = one.names if used is None else one.names & used
    yield from {view.origin(target, name)[0] for name in names}
    if one.whole or not one.names:
        yield from {view.origin(target, name)[0] for name in view.exported(target)[0]}
        yield target
