"""What a change takes away of JavaScript and TypeScript: `ScriptChange`, for the gate to judge.

In: a loaded configuration, the repository, two commits, the names of components that were counted. Out: files, exports
and components that base has and head has not, with who asks for them. None where the change touches no script. Reads
blobs by hash, never the working tree but for Knip's reports.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property

import msgspec

from auditor.analysis.scripts import entries
from auditor.analysis.scripts.syntax import BINARY
from auditor.config import LoadedConfig
from auditor.git import Repository
from auditor.git.reading import Change
from auditor.model.script_change import Asking, LostScript, ScriptChange
from auditor.pipeline.knip_at_base import unused_at
from auditor.pipeline.places import prefix_in
from auditor.pipeline.script_aliases import is_alias_setting, lost_aliases
from auditor.pipeline.script_askers import Askers, vouches
from auditor.pipeline.script_components import Components
from auditor.pipeline.script_conventions import Conventions
from auditor.pipeline.script_entries import Outside
from auditor.pipeline.script_members import Members
from auditor.pipeline.script_pages import ASSETS, Pages
from auditor.pipeline.script_routes import ServerRoutes
from auditor.pipeline.script_stranded import Stranded
from auditor.pipeline.script_unimported import Unimported
from auditor.pipeline.script_views import ScriptView, Sources


def script_change(
    loaded: LoadedConfig, repository: Repository, base: str, head: str, counted: AbstractSet[str]
) -> ScriptChange | None:
    """Return what is lost between two commits; None where no script of the project is touched.

    Args:
        loaded: The configuration that holds at base.
        repository: Where the project lies.
        base: The commit that the change starts from.
        head: The commit with the change.
        counted: The names of all components that production counted in the window.
    """
    prefix, sources = prefix_in(loaded, repository), Sources(loaded)
    changes = [one for change in repository.changes(base, head) if (one := _inside(change, prefix)) is not None]
    touched = [one for one in changes if sources.has(one.old_path or one.path) and one.status != "A"]
    others = [(one.old_path or one.path, one.status) for one in changes if one.status in "DRMT"]
    assets = [
        path for path, status in others if status in "DR" and path.endswith(ASSETS) and not sources.elsewhere(path)
    ]
    settings = [path for path, _ in others if is_alias_setting(path) and not sources.elsewhere(path)]
    if not touched and not assets and not settings:
        return None
    before = ScriptView(loaded, repository, base, sources)
    after = ScriptView(loaded, repository, head, sources, before)
    unused = unused_at(loaded, repository, base)
    return _Reading(before, after, touched, (assets, settings), counted, unused).change()


def _inside(change: Change, prefix: str) -> Change | None:
    """Return a change with paths relative to the audited root; None where it took nothing from there."""
    old = change.old_path or change.path
    if not old.startswith(prefix):
        return None
    moved = change.status in "RC" and change.path.startswith(prefix)
    if not moved:
        status = "D" if change.status == "R" else change.status
        return Change(status, old[len(prefix) :])
    return Change(change.status, change.path[len(prefix) :], old[len(prefix) :])


class _Reading:
    """Both commits, what became of the files, and what is lost with them."""

    def __init__(
        self,
        base: ScriptView,
        head: ScriptView,
        touched: Iterable[Change],
        others: tuple[Iterable[str], Iterable[str]],
        counted: AbstractSet[str],
        unused: Mapping[str, str],
    ) -> None:
        self.base, self.head, self.counted, self.unused = base, head, counted, unused
        self.now: dict[str, str] = {}
        for one in touched:
            old = one.old_path or one.path
            if old in base.scripts and one.path in head.scripts:
                self.now[old] = one.path
        self.gone = frozenset(
            old
            for one in touched
            if (old := one.old_path or one.path) in base.scripts and old not in head.paths and one.status in "DRT"
        )
        base.load([*self.gone, *self.now])
        head.load(self.now.values())
        self.fewer = {
            new: old
            for old, new in self.now.items()
            if self.lost_names(old, new) or new in head.unread.keys() - base.unread
        }
        self.askers = Askers(base, head, self.gone, self.now, self.fewer)
        self.unimported = Unimported(base, head, base.project.dependencies)
        self.parts = Components(base, head, self.now, self.gone, counted)
        self.conventions = Conventions(base, head, self.now)
        self.pages, self.settings = Pages(base, head, self.now, others[0]), others[1]
        self.routes = ServerRoutes(base, head, self.now, {*self.gone, *self.now})
        self.outside = Outside(base, head, frozenset(one for one in self.gone if one not in self.now))

    def lost_names(self, old: str, new: str) -> frozenset[str]:
        """Return what a file at base exports and at head does not."""
        now, is_open = self.head.exported(new)
        return frozenset() if is_open else self.base.exported(old)[0] - now

    def change(self) -> ScriptChange:
        lost = [self.file(path) for path in sorted(self.gone)]
        for new, old in sorted(self.fewer.items()):
            lost += self.exports(old, new)
        for old, new in sorted(self.now.items()):
            lost += self.components(old, new)
        known = {(one.path, one.id.rpartition(":")[2]) for one in lost if one.kind == "export"}
        for (path, name), places in sorted(self.askers.names_in_vain.items()):
            if (path, name) not in known:
                one = self.export(path, name, tuple(sorted(places, key=_order)))
                lost.append(msgspec.structs.replace(one, kind="passed_on", components=frozenset()))
        stranded = Stranded(self.base, self.head, self.now, self.gone, self.parts, self.outside).lost()
        seen = [*(one for one in lost if not _is_nothing(one)), *self.routes.lost(), *stranded]
        seen += [*Members(self.base, self.head, self.now).lost(), *self.pages.lost()]
        seen += lost_aliases(self.base, self.head, self.settings)
        unseen = tuple(
            f"what {path} still holds cannot be known: at head {self.head.unread[path]}" for path in sorted(self.unseen)
        )
        said = (*self.unread(), *self.routes.doubts)
        return ScriptChange(tuple(seen), self.lines(seen), self.parts.browsers, said, unseen, self.routes.served)

    # Files

    def file(self, path: str) -> LostScript:
        """Return what a file's vanishing means."""
        moved = self.now.get(path, "")
        referrers = sorted(self.askers.of_file.get(path, ())) or self.conventions.around(path)
        in_vain = self.askers.files_in_vain.get(path, set()) | self.outside.in_vain.get(path, set())
        in_vain |= set() if moved else {*self.unimported.of_file(path)}
        components, tracked = self.parts.of_file(path)
        address = self.conventions.address(path)
        ends = (
            *(() if moved else self.outside.ends(path)), *self.conventions.sentences(path, address),
            *self.conventions.frames(path),
        )  # fmt: skip
        return LostScript(
            path, path, 1, "file", moved, tuple(sorted(in_vain, key=_order)),
            (*referrers, *self.outside.pages(path)), self.living(referrers, path),
            None if moved or referrers or entries.is_test(path) else self.outside.loaded_by(path),
            ends if vouches(path) else (), address, self.unused.get(path, ""), components, tracked,
        )  # fmt: skip

    def living(self, referrers: Iterable[str], path: str) -> tuple[str, ...]:
        """Return who asked at base and lives on."""
        alive = [one for one in referrers if self.now.get(one, one) in self.head.paths]
        return (*alive, *(page for page in self.outside.pages(path) if page in self.head.paths))

    # Exports

    def exports(self, old: str, new: str) -> Iterator[LostScript]:
        """Yield what a file that stays exports no longer; what it only passed on is no deletion of its own."""
        if entries.is_test(old):
            return
        passed_on = {name for one in self.base.facts(old).imports for name in one.given}
        own = self.base.facts(old).exports.keys() - passed_on
        for name in sorted(self.lost_names(old, new)):
            asking = {*self.askers.names_in_vain.get((old, name), ()), *self.unimported.of_export(old, name)}
            asking |= {*self.pages.asking(old, name)}
            places = tuple(sorted(asking, key=_order))
            if name in own or places or self.conventions.answers(old, name) or self.conventions.frames(old):
                yield self.export(old, name, places)

    def export(self, path: str, name: str, places: tuple[Asking, ...]) -> LostScript:
        referrers = sorted(self.askers.of_name.get((path, name), ()))
        facts = self.base.facts(path)
        components = self.parts.unanswered({name} & self.counted & facts.components, path)
        found = entries.route_of(path, self.base.project.dependencies)
        ends, address = tuple(self.outside.published(path, self.now.get(path, ""))), ""
        if found is not None and name in entries.methods_of([name]) and path in self.now:
            ends = (f"{found.framework} serves {name} {found.address} by it", *ends)
        elif (served := self.conventions.answers(path, name)) is not None:
            does, address = (
                ("runs it by its name" if served.by_name else f"serves {served.address} by it"),
                served.address,
            )
            ends = (f"{served.framework} {does}", *ends)
        if name == "default":
            ends = (*self.conventions.frames(path), *ends)
        return LostScript(
            f"{path}:{name}", path, facts.exports.get(name, 1), "export", "", places, tuple(referrers),
            tuple(one for one in referrers if self.now.get(one, one) in self.head.paths),
            None if places else self.loading(path, name), ends, address,
            self.unused.get(f"{path}:{name}", ""), components,
        )  # fmt: skip

    def loading(self, path: str, name: str) -> Asking | None:
        """Return a place of head that loads a file by a pattern, and takes an export of it as far as can be seen."""
        is_alone = self.now.get(path) == path and not self.askers.of_file.get(path)
        place = self.outside.loaded_by(path) if is_alone else None
        if place is None:
            return None
        before, after = (view.texts([place.path]).get(place.path, "") for view in (self.base, self.head))
        fresh = self.head.exported(path)[0] - self.base.exported(path)[0]
        if any(_takes(after, one) and not _takes(before, one) for one in fresh):
            return None
        unsaid = name == "default" and not _takes(before, name)  # what loads lazily takes it without a word
        return place if unsaid or _takes(after, name) else None

    # Components

    def components(self, old: str, new: str) -> Iterator[LostScript]:
        """Yield the components that a file loses which stays."""
        before = self.base.facts(old)
        for name in sorted(self.parts.dropped(old, new)):
            yield LostScript(
                f"{old}:{name}", old, before.tracked.get(name, 1), "component",
                referrers=tuple(sorted(self.askers.of_file.get(old, ()))), living=(new,),
                components=frozenset((name,)), tracked=frozenset((name,)) & before.tracked.keys(),
            )  # fmt: skip

    # What is said

    def lines(self, lost: Iterable[LostScript]) -> dict[str, int]:
        """Return the lengths of the files at head that lost something."""
        paths = {one.path for one in lost} & self.head.paths
        return {path: len(text.splitlines()) for path, text in self.head.texts(paths).items()}

    def unread(self) -> Iterator[str]:
        """Yield what the change touches and whose content says nothing."""
        unread = self.base.unread | self.head.unread
        touched = {*self.gone, *self.now, *self.now.values()}
        for path in sorted(unread.keys() & touched - self.unseen):
            yield f"{path} was judged by its name alone: {unread[path]}"

    @cached_property
    def unseen(self) -> frozenset[str]:
        """Scripts of head that cannot be read, of which base or head says that they are used."""
        lost = {new: old for old, new in self.now.items() if new in self.head.unread and old not in self.base.unread}
        names = self.base.project.dependencies
        used = {
            new
            for new, old in lost.items()
            if self.head.unread[new] == BINARY or self.parts.counts(old) or entries.route_of(old, names)
            if not entries.is_test(old)
        }
        return frozenset(self.askers.unseen | used)


def _takes(text: str, name: str) -> bool:
    """Return whether a text takes something of a name from an object, as far as can be seen."""
    return re.search(rf"""[.'"{{,]\s*{re.escape(name)}\b""", text) is not None


def _order(place: Asking) -> tuple[bool, str, int]:
    """Order places: what runs first, tests last."""
    return (not vouches(place.path), place.path, place.line)


def _is_nothing(lost: LostScript) -> bool:
    """Return whether a vanished file is no code of the program, and nobody misses it."""
    other = entries.is_test(lost.path) or entries.is_tool(lost.path)
    return other and not (lost.dangling or lost.components)
