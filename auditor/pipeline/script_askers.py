"""Who asks for scripts, and for what of them, in two commits.

In: two `ScriptView`s, what is lost. Out: who asked at base, and where head asks in vain. Follows re-exports on both
sides. Never judges.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import PurePosixPath

from auditor.analysis.scripts.entries import is_test
from auditor.analysis.scripts.resolving import ends_of_specifiers, folder_of, in_quotes
from auditor.analysis.scripts.syntax import Import
from auditor.model.script_change import Asking
from auditor.pipeline.script_views import ScriptView

_GENERATED = (".gen.", ".generated.", "/generated/", "__generated__")
_ABOVE = ("'.'", '"."', "'./'", '"./"', "'..'", '".."', "/..'", '/.."', "../'", '../"')
"""How an index file is imported from beside it and from below."""


class Askers:
    """What asks for lost files and exports.

    `gone` are the paths of base that head has not, `moved` those of them that live on elsewhere, `changed` maps a path
    of head to the one that it had at base, for files that export less than before.
    """

    def __init__(
        self,
        base: ScriptView,
        head: ScriptView,
        gone: frozenset[str],
        moved: Collection[str],
        changed: Mapping[str, str],
    ) -> None:
        self.base, self.head, self.gone, self.moved = base, head, gone, moved
        self.changed = dict(changed)
        self.of_file: dict[str, set[str]] = {}
        self.of_name: dict[tuple[str, str], set[str]] = {}
        self.files_in_vain: dict[str, set[Asking]] = {}
        self.names_in_vain: dict[tuple[str, str], set[Asking]] = {}
        self.unseen: set[str] = set()
        """What head asks for in place of what could be read at base, and cannot be read."""
        self._look_at_base()
        self._look_at_head()

    def _look_at_base(self) -> None:
        targets = self.gone | set(self.changed.values())
        candidates = self._candidates(self.base, targets)
        for path in candidates:
            for one in self.base.facts(path).imports:
                target = self.base.project.resolve(path, one.specifier)
                if target is None or target not in targets or target == path or not vouches(path):
                    continue
                self.of_file.setdefault(target, set()).add(path)
                names = one.names if not one.whole else one.names | self.base.facts(target).exports.keys()
                for name in names:
                    self.of_name.setdefault((target, name), set()).add(path)

    def _look_at_head(self) -> None:
        """Find who asks in vain; what re-exports all of a changed file has changed as well."""
        waiting = {*self.gone, *self.changed}
        seen: set[str] = set()
        while waiting:
            candidates = self._candidates(self.head, waiting)
            barrels = {
                path
                for path in candidates
                if any(target in self.changed for target, _ in self.head.stars(path)) and path not in self.changed
            }
            self.changed |= {path: path for path in barrels if path in self.base.scripts}
            seen |= candidates
            waiting = barrels & self.changed.keys()
        for path in sorted(seen):
            for one in self.head.facts(path).imports:
                self._ask(path, one)

    def _candidates(self, view: ScriptView, targets: Iterable[str]) -> set[str]:
        """Return the scripts of a tree in which the words stand by which some files are imported."""
        words: set[str] = set()
        found: set[str] = set()
        for path in targets:
            words |= {*ends_of_specifiers(path)}
            for alias in {*view.project.aliases_of(path), *self.base.project.aliases_of(path)}:
                words |= {*in_quotes(alias)}
        folders = {f"{folder_of(path)}/" for path in targets if PurePosixPath(path).name.startswith("index.")}
        if folders:
            above = tuple("" if folder == "/" else folder for folder in folders)
            found = {path for path in view.naming(_ABOVE) if path.startswith(above)}
        found = (found | {*view.naming(words)}) & view.scripts
        view.load(found)
        return found

    def _ask(self, path: str, one: Import) -> None:
        target = self.head.project.resolve(path, one.specifier)
        place = Asking(path, one.line)
        before = self.changed.get(target or "") or self.base.project.resolve(path, one.specifier)
        if target is None and before in self.gone:
            self.files_in_vain.setdefault(before or "", set()).add(place)
        if target not in self.head.scripts or (before not in self.gone and target not in self.changed):
            return
        self.head.load([target])
        if target in self.head.unread and before not in self.base.unread and vouches(path):
            self.unseen.add(target)
        if before is None or not one.names or before not in self.base.scripts:
            return
        now, is_open = self.head.exported(target)
        had = self.base.exported(before)[0]
        for name in () if is_open else (one.names & had) - now:
            origin = self.base.origin(before, name)
            if origin[0] in self.gone and origin[0] not in self.moved:
                self.files_in_vain.setdefault(origin[0], set()).add(place)
            else:
                self.names_in_vain.setdefault(origin, set()).add(place)


def vouches(path: str) -> bool:
    """Return whether a script's asking for another says that the program does: no test's does, no generated list's."""
    return not is_test(path) and not any(mark in f"/{path}" for mark in _GENERATED)
