"""The addresses that servers in scripts answered to at base, and that no code of head registers.

In: two `ScriptView`s, what became of the files. Out: `LostScript`s of routes, with what cannot be read. An address is
that of the router with the prefixes under which others take it in, in whatever files. Never judges.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

import msgspec

from auditor.analysis.scripts.entries import is_test, is_tool
from auditor.analysis.scripts.resolving import ends_of_specifiers, in_quotes
from auditor.analysis.scripts.routers import SERVERS, WORDS, registers
from auditor.analysis.scripts.server_routes import Mount, Served, ServerFacts, read_server
from auditor.analysis.scripts.syntax import code_of
from auditor.model.listing import listed
from auditor.model.script_addresses import UNREAD, answers, plain, same
from auditor.model.script_change import LostScript
from auditor.pipeline.script_views import ScriptView

_MOST = 10
_GIVEN = ""
"""The name of the routers that a file's functions are given."""
Node = tuple[str, str]
"""A router: its file, and its name there."""


class Registered(msgspec.Struct, frozen=True):
    """One address that a tree serves: where it is registered, its method, the whole address as far as it is known."""

    path: str
    served: Served
    address: str


class ServerRoutes:
    """`now` maps files of base to where they are in head; `touched` are those of base that the change touches."""

    def __init__(self, base: ScriptView, head: ScriptView, now: Mapping[str, str], touched: Iterable[str]) -> None:
        self.now = now
        texts = base.texts(one for one in touched if not is_test(one))
        self.is_touched = any(registers(text) for text in texts.values()) and _serves(base)
        self._views = base, head
        self._doubts: dict[str, list[str]] = {}

    @property
    def doubts(self) -> tuple[str, ...]:
        """Sentences on what may still be served, which `lost` came upon."""
        return tuple(
            f"head may serve {listed([*dict.fromkeys(said)], _MOST)} yet: {what} there are computed, and were not read"
            for what, said in sorted(self._doubts.items())
        )

    def lost(self) -> list[LostScript]:
        """Return the addresses that head answers to no more."""
        if not self.is_touched:
            return []
        before, after = self._tables
        head = after.registered(self.now, before)
        known = {(one.served.method, plain(one.address)) for one in before.registered({}, None)}
        fresh = [one for one in head if (one.served.method, plain(one.address)) not in known]
        unread = {one.served.method for one in fresh if _is_opaque(one)}
        found: dict[str, LostScript] = {}
        for one in before.registered({}, None):
            if _goes_on(one, head, fresh):
                self._doubt(one, head)
            elif not one.served.whole and unread & {one.served.method, "*"}:
                self._doubts.setdefault("addresses", []).append(_said(one))
            else:
                lost = self._lost(one, fresh)
                found.setdefault(lost.id, lost)
        return list(found.values())

    @cached_property
    def served(self) -> tuple[tuple[str, str], ...]:
        """The (method, address) of all that head registers."""
        if not self.is_touched:
            return ()
        before, after = self._tables
        return tuple((one.served.method, one.address) for one in after.registered(self.now, before))

    @cached_property
    def _tables(self) -> tuple[_Table, _Table]:
        base, head = self._views
        before = _Table(base, {})
        return before, _Table(head, before.by_blob)

    def _doubt(self, one: Registered, head: Iterable[Registered]) -> None:
        if UNREAD not in one.address and all(
            UNREAD in other.address for other in head if _is_same(one, other)
        ):  # fmt: skip
            self._doubts.setdefault("prefixes", []).append(_said(one))

    def _lost(self, one: Registered, fresh: Iterable[Registered]) -> LostScript:
        served, address = one.served, one.address
        replaced = _is_opaque(one) and any(other.served.method == served.method for other in fresh)
        sentence = f"{_said(one)} was registered here, and head has no such route"
        return LostScript(
            f"{one.path}:{served.method}:{address}".replace(" ", ""), one.path, served.line, "route",
            entries=() if served.whole or replaced else (sentence,), address=address, method=served.method,
            whole=served.whole,
        )  # fmt: skip


def _goes_on(one: Registered, head: Iterable[Registered], fresh: Iterable[Registered]) -> bool:
    """Return whether head answers to an address: by the same, or by a new one that takes it in."""
    if any(_is_same(one, other) for other in head):
        return True
    key = f"{one.served.method} {plain(one.address)}"
    return UNREAD not in one.address and any(
        answers(key, other.served.method, other.address) for other in fresh if not other.served.whole
    )


def _is_same(one: Registered, other: Registered) -> bool:
    verbs = {one.served.method, other.served.method}
    if one.served.whole != other.served.whole or (len(verbs) == 2 and "*" not in verbs):
        return False
    if one.address.endswith(UNREAD) or other.address.endswith(UNREAD):  # the root of a router whose prefix is not known
        return plain(one.served.address) == plain(other.served.address)
    return same(one.address, other.address)


def _is_opaque(one: Registered) -> bool:
    """Return whether all that is known of an address is how it is written."""
    written = one.served.address
    return UNREAD in written and not written.rpartition(UNREAD)[2].startswith("/")


def _said(one: Registered) -> str:
    method = "" if one.served.method == "*" else f"{one.served.method} "
    return f"{method}{one.address}"


def _serves(view: ScriptView) -> bool:
    if any(names & SERVERS for names in view.project.dependencies.values()):
        return True
    return bool(view.naming(text for name in SERVERS for text in in_quotes(name)))


class _Table:
    """The routers of one commit."""

    def __init__(self, view: ScriptView, known: Mapping[str, ServerFacts]) -> None:
        self.view = view
        self.by_blob: dict[str, ServerFacts] = {}
        paths = [path for path in {*view.naming(WORDS)} & view.scripts if not is_test(path) and not is_tool(path)]
        self.facts: dict[str, ServerFacts] = {}
        texts = view.texts(path for path in paths if view.blob(path) not in known)
        for path in sorted(paths):
            blob = view.blob(path) or ""
            facts = known.get(blob)
            if facts is None:
                text = texts.get(path, "")
                facts = read_server(code_of(path, text)) if registers(text) else ServerFacts()
            self.by_blob[blob] = facts
            if facts != ServerFacts():
                self.facts[path] = facts
        self._mounts: dict[Node, list[tuple[Node, str]]] = {}
        for path, facts in self.facts.items():
            for mount in facts.mounts:
                target = self._target(path, mount)
                if target is not None:
                    self._mounts.setdefault(target, []).append((self._node(path, mount.onto), mount.prefix))
        self._listed = frozenset(name for facts in self.facts.values() for name in facts.listed)

    def registered(self, now: Mapping[str, str], before: _Table | None) -> list[Registered]:
        """Return all that is registered; at head, `before` is base's table and `now` maps base's files to head's."""
        back = {new: old for old, new in now.items()}
        found = []
        for path, facts in self.facts.items():
            for served in facts.served:
                node = self._node(path, served.router)
                if before is None or self._is_taken_in(node, before, back.get(node[0], node[0])):
                    found += [
                        Registered(path, served, _rooted(_joined(prefix, served.address)))
                        for prefix in self._prefixes(node)
                    ]
        return found

    def _is_taken_in(self, node: Node, before: _Table, old: str) -> bool:
        """Return whether a router of head is mounted as it was at base, or somebody may mount it unseen."""
        facts = self.facts.get(node[0], ServerFacts())
        if node[1] in facts.controllers:
            return node[1] in self._listed or node[1] not in before._listed
        if self._mounts.get(node) or node[1] in facts.applications or not before._mounts.get((old, node[1])):
            return True
        is_given = node[1] == _GIVEN or node[1] == facts.exported or node[1] in self.view.facts(node[0]).exports
        return is_given and self._is_used(node[0])

    def _is_used(self, path: str) -> bool:
        """Return whether code that is no test uses what it imports of a file."""
        ends = {*ends_of_specifiers(path)} | ({"'.'", '"."', "'./'", "'..'"} if "/index." in path else set())
        for other in {*self.view.naming(ends)} & self.view.scripts - {path}:
            if is_test(other):
                continue
            imports = self.view.facts(other).imports
            meant = [one for one in imports if self.view.project.resolve(other, one.specifier) == path]
            if any(one.given or self.view.uses(other, one) for one in meant):
                return True
        return False

    def _prefixes(self, node: Node, seen: tuple[Node, ...] = ()) -> list[str]:
        """Return the prefixes of all addresses of a router; one that is not known begins with `UNREAD`."""
        path, name = node
        facts = self.facts.get(path, ServerFacts())
        if name in facts.controllers:
            every = [one for other in self.facts.values() for one in other.prefixes]
            return [every[0] if len(every) == 1 else UNREAD if every else ""]
        own = facts.routers.get(name, "")
        above = [one for one in self._mounts.get(node, ()) if one[0] not in seen and one[0] != node]
        found = {
            _joined(_joined(prefix, more), own)
            for parent, more in above
            for prefix in self._prefixes(parent, (*seen, node))
        }
        if found:
            return sorted(found)
        return [own if name in facts.applications else _joined(UNREAD, own) if own else UNREAD]

    def _node(self, path: str, name: str, depth: int = 0) -> Node:
        """Return the router that a name of a file means; one that comes from another file is that file's."""
        facts = self.facts.get(path, ServerFacts())
        if name in facts.routers or name in facts.controllers:
            return path, name
        if name in facts.imported and depth < 5:
            found = self._there(path, *facts.imported[name], depth)
            return found if found is not None else (path, _GIVEN)
        return path, _GIVEN

    def _target(self, path: str, mount: Mount) -> Node | None:
        if not mount.specifier:
            return self._node(path, mount.target)
        return self._there(path, mount.specifier, mount.target, 0)

    def _there(self, path: str, specifier: str, name: str, depth: int) -> Node | None:
        """Return the router that a file has of another one by a name; None for what is no file of the tree."""
        target = self.view.project.resolve(path, specifier)
        if target is None or target not in self.view.scripts:
            return None
        if name not in ("*", "default") or target not in self.facts:
            target, name = self.view.origin(target, "default" if name == "*" else name)
        facts = self.facts.get(target)
        if facts is None:
            return None
        if name in facts.routers or name in facts.imported:
            return self._node(target, name, depth + 1)
        if facts.exported in facts.routers or facts.exported in facts.imported:
            return self._node(target, facts.exported, depth + 1)
        return (target, next(iter(facts.routers))) if len(facts.routers) == 1 else (target, _GIVEN)


def _rooted(address: str) -> str:
    return address if address.startswith(("/", UNREAD)) else f"/{address}"


def _joined(prefix: str, address: str) -> str:
    if not address.strip("/"):
        return prefix or "/"
    if address.startswith(UNREAD) and not prefix.strip("/"):
        return address
    return f"{prefix.rstrip('/')}/{address.lstrip('/')}"
