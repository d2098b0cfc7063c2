"""Values that describe the joined program: the reference graph, its entry points and routes, and what is reached.

In: nothing. Out: frozen structs, and the one search over the graph that both static reachability and dormancy need. The
search lives here because `analysis` and `cross_reference` are siblings that share it. Never reads a file.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

import msgspec

from auditor.model.code import Definition, DefinitionId, Problem
from auditor.model.framework import EntryPointKind

EdgeKind = Literal[
    "name", "attribute", "import", "string", "dynamic", "inherits", "contains", "overrides", "registers",
    "maybe", "passed", "evaluated", "doctest", "promised",
]  # fmt: skip
MayUse = Callable[[DefinitionId, EdgeKind, DefinitionId], bool]
"""Whether a source may use a target in a way that cannot be seen, of a kind."""


class Edge(msgspec.Struct, frozen=True, gc=False):
    """`source` uses `target` on `line` of the source's file.

    `target` may be `".attr"`: that name on an unknown receiver.
    """

    source: DefinitionId
    target: DefinitionId
    kind: EdgeKind
    line: int


class Guess(msgspec.Struct, frozen=True, gc=False):
    """A use that cannot be seen, on `line` of the file that it stands in: it could be a use of any of `targets`.

    Uses that could mean the same share one tuple (the very object), so that a search looks into it only once.
    """

    targets: tuple[DefinitionId, ...]
    kind: EdgeKind
    line: int


class EntryPoint(msgspec.Struct, frozen=True):
    """A definition that something outside the code calls.

    `production` is false for tests and fixtures. `usage_key` is the key under which production counts it
    (`"GET /users/{id}"`, a task's name), empty where it is not measured. `period_days` is the schedule's period in days
    where one is declared. `detail` is one sentence that says why it is one.
    """

    definition: DefinitionId
    kind: EntryPointKind
    production: bool
    detail: str
    path: str
    line: int
    usage_key: str = ""
    period_days: float | None = None


def public_detail(definition: DefinitionId) -> str:
    """Return why a definition is an entry point that is part of a library's public face."""
    return f"{definition} is public API of a library"


class Route(msgspec.Struct, frozen=True):
    """One method of one path template and the definition that handles it.

    `template` is in the `{name}` or `{name:converter}` form, prefixes included. `shadowed_by` is the handler that the
    framework serves instead, where another route matches first.
    """

    method: str
    template: str
    handler: DefinitionId
    path: str
    line: int
    framework: str
    shadowed_by: DefinitionId | None = None

    @property
    def key(self) -> str:
        """Usage key: `"GET /users/{id}"`."""
        return f"{self.method} {self.template}"


class Schedule(msgspec.Struct, frozen=True):
    """Something runs `definition` on a schedule: up to `days` days pass between two runs.

    Where it is not `certain`, it may do so, by a schedule that cannot be read.
    """

    definition: DefinitionId
    days: float
    path: str
    line: int
    certain: bool = True


class Link(msgspec.Struct, frozen=True):
    """One step of a chain: how `definition` was reached. `via` is None for an entry point."""

    definition: DefinitionId
    via: DefinitionId | None
    kind: str
    line: int


class ReferenceGraph(msgspec.Struct, frozen=True):
    """All definitions and who refers to whom.

    `members` maps a class (or, for modules that escape as values, a module) to its members by name: they are reached
    when the owner is reached *and* the name is used on an unknown receiver (an edge to `".name"`). `edges` holds each
    source's outgoing edges. `opaque` are modules whose
    names may be used in ways that cannot be seen (unparsed): their definitions are never `unreached`.
    """

    definitions: Mapping[DefinitionId, Definition]
    edges: Mapping[DefinitionId, tuple[Edge, ...]]
    members: Mapping[DefinitionId, Mapping[str, tuple[DefinitionId, ...]]] = {}
    opaque: frozenset[str] = frozenset()
    dynamic_notes: Mapping[DefinitionId, str] = {}
    """Definitions a dynamic access could name (graded: held back, not alive), with the sentence that says so."""
    problems: tuple[Problem, ...] = ()
    maybe: Mapping[DefinitionId, tuple[Guess, ...]] = {}
    """What a source that is reached could reach in ways that cannot be seen (see `Reachability.possible`)."""
    unparsed: frozenset[str] = frozenset()
    """Modules that could not be parsed: they are reached, and with them every name in them (fail closed)."""
    startable: Mapping[DefinitionId, str] = {}
    """What a server could be told to start by a command line outside the project, with the sentence that says so."""

    def reached_from(self, roots: Iterable[DefinitionId], may: MayUse | None = None) -> dict[DefinitionId, Link]:
        """Return every definition reached from `roots`, each with the link that first reached it.

        Breadth first, so chains are shortest; deterministic for the same order of roots and edges. With `may`, uses
        that cannot be seen count as well, after those that can, where it says so of source, kind and target; it must
        not tell sources apart that share their targets and the kind.
        """
        search = _Search(self, may)
        search.run(roots)
        return search.reached


class _Search:
    """A breadth-first search in which a member waits until both its owner is reached and its name is used."""

    def __init__(self, graph: ReferenceGraph, may: MayUse | None) -> None:
        self.graph = graph
        self.may = may
        self.guessed: set[tuple[int, EdgeKind]] = set()
        self.reached: dict[DefinitionId, Link] = {}
        self.queue: list[DefinitionId] = []
        self.named: dict[str, Link] = {}
        self.waiting: dict[str, list[DefinitionId]] = {}

    def run(self, roots: Iterable[DefinitionId]) -> None:
        """Reach all that there is to reach. The loop looks at every edge, so it calls nothing for most of them."""
        for root in roots:
            self.visit(root, Link(root, None, "entry_point", 0))
        reached, queue, definitions, may = self.reached, self.queue, self.graph.definitions, self.may
        edges_of, members_of, maybe = self.graph.edges, self.graph.members, self.graph.maybe
        used: set[str] = set()
        for current in queue:  # which grows
            if current in members_of:
                self.offer(members_of[current])
            for edge in edges_of.get(current, ()):
                target = edge.target
                if target in reached or target in used:
                    continue
                if target in definitions:
                    reached[target] = Link(target, current, edge.kind, edge.line)
                    queue.append(target)
                elif target.startswith("."):
                    used.add(target)
                    self.use_name(target[1:], current, edge.line)
            if may is not None and current in maybe:
                self.guess(current, may)

    def visit(self, target: DefinitionId, link: Link) -> None:
        """Reach `target` by `link` unless it was reached before or is not a definition."""
        if target not in self.reached and target in self.graph.definitions:
            self.reached[target] = link
            self.queue.append(target)

    def use_name(self, name: str, user: DefinitionId, line: int) -> None:
        """Note that `user` takes the attribute `name` of an unknown receiver, and reach the members that waited."""
        self.named[name] = Link(name, user, "attribute", line)
        for member in self.waiting.pop(name, ()):
            self.visit(member, Link(member, user, "attribute", line))

    def offer(self, members: Mapping[str, tuple[DefinitionId, ...]]) -> None:
        """Reach those members whose names are used so far; the others wait."""
        reached, named, waiting = self.reached, self.named, self.waiting
        for name, found in members.items():
            used = named.get(name)
            if used is None:
                if name in waiting:
                    waiting[name] += found
                else:
                    waiting[name] = [*found]
                continue
            for member in found:
                if member not in reached:
                    self.visit(member, Link(member, used.via, used.kind, used.line))

    def guess(self, current: DefinitionId, may: MayUse) -> None:
        """Follow the uses by `current` that cannot be seen; targets that many share are looked into once."""
        for guess in self.graph.maybe[current]:
            key = id(guess.targets), guess.kind
            if key not in self.guessed:
                self.guessed.add(key)
                for target in guess.targets:
                    if target not in self.reached and may(current, guess.kind, target):
                        self.visit(target, Link(target, current, guess.kind, guess.line))


def chain_to(definition: DefinitionId, links: Mapping[DefinitionId, Link]) -> tuple[Link, ...]:
    """Return the links from a root down to `definition`; empty if it is not among `links`."""
    chain: list[Link] = []
    current: DefinitionId | None = definition
    seen: set[DefinitionId] = set()
    while current is not None and current in links and current not in seen:
        seen.add(current)
        chain.append(links[current])
        current = links[current].via
    return tuple(reversed(chain))


class Reachability(msgspec.Struct, frozen=True):
    """What production entry points reach, and what the tests reach besides. Values are the links that explain it."""

    production: Mapping[DefinitionId, Link]
    tests: Mapping[DefinitionId, Link]
    possible: Mapping[DefinitionId, str] = {}
    """What neither reaches but a computed name or outside code could, and all that it uses; with the sentence."""
    possible_by: Mapping[DefinitionId, str] = {}
    """The kind of the edge behind each of `possible`: `maybe`, `passed`, `string`, `evaluated`, `doctest`."""

    def chain(self, definition: DefinitionId) -> tuple[Link, ...]:
        """Return the links from an entry point down to `definition`; empty if it is not reached."""
        return chain_to(definition, self.production if definition in self.production else self.tests)


class Analysis(msgspec.Struct, frozen=True):
    """The whole static side of one tree, as later stages receive it."""

    graph: ReferenceGraph
    entry_points: tuple[EntryPoint, ...]
    routes: tuple[Route, ...]
    reachability: Reachability
    files: int
    lines: int
    project_kind: Literal["application", "library"] = "application"
    problems: tuple[Problem, ...] = ()
    exports_only: bool = False
    """It is a library whose configuration says that users import nothing but what its top packages offer."""
    schedules: tuple[Schedule, ...] = ()
    links: tuple[Edge, ...] = ()
    """Who makes links to which handlers by the names of their routes: no use, but it fails without the handler."""
