"""What a quick answer rests on: all that it has to know of base without its graph.

In: base's `Side` and what is known of its routes and classes. Out: a `Ground`, kept between runs. Never judges.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

import msgspec

from auditor.gate.asked import asked_in, closed, given_by
from auditor.gate.sides import Side
from auditor.model.code import DefinitionId, ModuleFacts, SourceFile, dotted
from auditor.model.graph import EntryPoint, public_detail

_SETTINGS = frozenset({"INSTALLED_APPS", "ROOT_URLCONF", "urlpatterns"})
_ALWAYS_SET = frozenset({"DATABASES", "SECRET_KEY", "MIDDLEWARE", "TEMPLATES", "DEFAULT_AUTO_FIELD", "USE_TZ"})


class Ground(msgspec.Struct, frozen=True):
    """One tree, as far as a change of a few of its files has to be compared with it.

    `clear`: every file was read. `listed` are all paths, `files` the audited ones, `read` those besides
    whose content was looked at; `declared` is the digest of what they say. `followed` are the functions that start-up
    code calls, None where no route depends on start-up code.
    """

    clear: bool
    listed: tuple[str, ...]
    files: tuple[SourceFile, ...]
    read: frozenset[str]
    declared: str
    followed: frozenset[DefinitionId] | None
    production: frozenset[DefinitionId]
    """What production reaches, bindings and tests left out."""
    ends: frozenset[DefinitionId]
    """What the outside calls, or a decorator or base class keeps."""
    public: frozenset[DefinitionId]
    """Those of them that are nothing but part of a library's public face."""
    registrations: frozenset[DefinitionId]
    """What settings name, or a call or a decorator hands over to be called later."""
    holding: frozenset[DefinitionId]
    """What has to go on using all that it uses, or something that registers may not run any more."""
    recorded: frozenset[str]
    """Last parts of the calls that rules ask for."""
    handlers: frozenset[DefinitionId]
    outers: frozenset[DefinitionId]
    """Functions in which handlers stand."""
    taken: frozenset[DefinitionId]
    """Bindings and definitions of tests that other modules use."""
    takers: dict[DefinitionId, tuple[str, ...]]
    """Code, and `.name`s of unknown receivers, with the other modules that refer to it, however they write its name."""
    computed: frozenset[str]
    """Ids, and `.name`s, that a computed name reaches."""
    guessed: frozenset[str]
    """Ids of what production does not reach, but a computed name of which nothing is known could."""
    outside: frozenset[str]
    """Parts of what files that are no Python name."""
    parents: frozenset[DefinitionId]
    """Classes that have subclasses."""
    inherited: frozenset[str]
    """Names of what these classes have."""
    members: dict[str, int]
    """Names of members, with the number of classes that have one."""
    starred: frozenset[str]
    """Modules of which others take all names."""
    special: frozenset[str]
    """Modules of settings and URL configurations."""
    registered_on: frozenset[str]
    """Simple names of objects that others register on, and of functions that make applications."""
    in_packages: frozenset[str]
    """Dotted names that packages themselves bind."""
    importers: dict[str, int]
    """Modules of the tree with the number of files that import them or something of them."""
    tops: dict[str, int]
    """First parts of what is imported, with the number of files."""
    switches: frozenset[str]
    enablers: frozenset[str]
    """First parts of names whose import makes rules of a framework count."""
    starting: frozenset[str]
    """Modules whose text is followed as start-up code."""
    asked: frozenset[str]
    """Names of which something asks what they give."""
    giving: frozenset[str]
    """Functions of which nothing does, and that give back what others give."""
    handed_back: frozenset[str]
    """Names of what they give back."""


class Told(NamedTuple):
    """What the graph does not say: classes with subclasses, functions that start-up code calls, and the like."""

    parents: frozenset[DefinitionId]
    followed: frozenset[DefinitionId] | None
    factories: Iterable[DefinitionId]
    served: frozenset[str]
    switches: frozenset[str]
    enablers: frozenset[str]
    listed: tuple[str, ...]
    files: tuple[SourceFile, ...]
    read: frozenset[str]
    declared: str
    outside: frozenset[str]
    recorded: frozenset[str]
    registrations: frozenset[DefinitionId]
    holding: frozenset[DefinitionId]


def ground_of(side: Side, told: Told) -> Ground:
    """Return what a quick answer has to know of a tree."""
    analysis, definitions = side.analysis, side.definitions
    production = {one for one in analysis.reachability.production if _is_code(side, one)}
    handlers = frozenset(route.handler for route in analysis.routes)
    unclear = any(one.path.strip("'\"").endswith(".py") and one.path not in side.by_path for one in analysis.problems)
    taken, takers, computed, kept = _used(side)
    classes = [one.id for one in definitions.values() if one.kind == "class"]
    names = {one: {*side.names.members(one), *side.names.attributes(one)} for one in told.parents}
    top_names = frozenset(module.module.partition(".")[0] for module in side.facts)
    given = [one for module in side.facts for one in given_by(module)]
    every = Counter(name for one in classes for name in side.names.members(one))
    shared = frozenset(name for name, times in every.items() if times > 1)  # what stands in for what
    asked = closed(shared.union(*map(asked_in, side.facts)), given)
    silent = [(name, back) for name, back in given if name not in asked]
    return Ground(
        clear=not unclear,
        listed=told.listed,
        files=told.files,
        read=told.read,
        declared=told.declared,
        followed=told.followed,
        production=frozenset(production),
        ends=frozenset(entry.definition for entry in analysis.entry_points if entry.production) | handlers | kept,
        registrations=told.registrations,
        holding=told.holding,
        recorded=told.recorded,
        public=_public(side, handlers | kept),
        handlers=handlers,
        outers=frozenset(one.rpartition(".<locals>.")[0] for one in handlers if ".<locals>." in one),
        taken=taken,
        takers=takers,
        computed=computed,
        guessed=frozenset(_guessed(side)) - production,
        outside=told.outside,
        parents=told.parents,
        inherited=frozenset().union(*names.values()),
        members=dict(
            Counter(name for one in classes if not definitions[one].in_tests for name in side.names.members(one))
        ),
        starred=frozenset(star for module in side.facts for star in module.star_imports),
        special=frozenset(_special(side.facts)) | told.served,
        registered_on=frozenset(_registered_on(side.facts, top_names, told.factories)),
        in_packages=frozenset(
            dotted(one.id)
            for module in side.facts if module.is_package
            for one in module.definitions if "." not in one.qualified_name
        ),
        importers=dict(Counter(_imported(side.facts, frozenset(side.by_module)))),
        tops=dict(Counter(top for module in side.facts for top in tops_of(module))),
        switches=told.switches,
        enablers=told.enablers,
        starting=frozenset(module.module for module in side.facts if module.registering),
        asked=asked,
        giving=frozenset(name for name, _ in silent),
        handed_back=frozenset(name for _, back in silent for name in back),
    )  # fmt: skip


def _is_code(side: Side, identity: DefinitionId) -> bool:
    found = side.definitions.get(identity)
    return found is not None and found.kind != "import" and not found.in_tests


def _used(
    side: Side,
) -> tuple[
    frozenset[DefinitionId], dict[DefinitionId, tuple[str, ...]], frozenset[str], frozenset[DefinitionId]
]:  # fmt: skip
    """Return bindings that other modules use, code with these, what computed names reach, what decorators keep."""
    taken: dict[DefinitionId, set[str]] = {}
    computed: set[str] = set()
    kept: set[DefinitionId] = set()
    for source, edges in side.edges.items():
        home = source.partition(":")[0]
        for edge in edges:
            target = edge.target
            if edge.kind == "dynamic":
                computed.add(f".{target.rpartition('#')[2].lstrip('.')}" if target.startswith(".") else target)
            elif edge.kind == "registers":
                kept.add(target)
            elif target.startswith("."):
                taken.setdefault(f".{target.rpartition('#')[2].lstrip('.')}", set()).add(home)
            elif edge.kind != "contains" and target.partition(":")[0] != home:
                taken.setdefault(target, set()).add(home)
    bindings = frozenset(one for one in taken if not (one.startswith(".") or _is_code(side, one)))
    takers = {one: tuple(sorted(modules)) for one, modules in taken.items() if one not in bindings}
    return bindings, takers, frozenset(computed), frozenset(kept)


def _public(side: Side, others: AbstractSet[DefinitionId]) -> frozenset[DefinitionId]:
    """Return what is an end as public API alone, and is one by itself."""
    entries: dict[DefinitionId, list[EntryPoint]] = {}
    for entry in side.analysis.entry_points:
        entries.setdefault(entry.definition, []).append(entry)
    return frozenset(
        one for one, found in entries.items()
        if one not in others and len(found) == 1 and found[0].kind == "public_api" and found[0].production
        and found[0].detail == public_detail(one) and not found[0].usage_key and side.definitions[one].kind != "import"
    )  # fmt: skip


def _guessed(side: Side) -> Iterator[DefinitionId]:
    """Yield what code could look up by a name of which nothing is known."""
    looking = {one.source for module in side.facts for one in module.dynamic if one.pattern == "*"}
    seen: set[int] = set()
    for source in looking & side.analysis.graph.maybe.keys():
        for guess in side.analysis.graph.maybe[source]:
            if guess.kind == "maybe" and id(guess.targets) not in seen:  # many share one
                seen.add(id(guess.targets))
                yield from guess.targets


def _special(facts: Iterable[ModuleFacts]) -> Iterator[str]:
    """Yield modules that frameworks read as a whole: settings, URL configurations."""
    for module in facts:
        names = {one.qualified_name for one in module.definitions}
        if names & _SETTINGS or len(names & _ALWAYS_SET) > 1 or module.module.rpartition(".")[2] == "settings":
            yield module.module


def _registered_on(
    facts: Sequence[ModuleFacts], tops: frozenset[str], factories: Iterable[DefinitionId]
) -> Iterator[str]:
    modules = {module.module for module in facts}
    for module in facts:
        for call in module.calls:
            receiver = call.callee.replace("()", "").rpartition(".")[0]
            if call.decorates is not None and receiver.partition(".")[0] in tops and receiver not in modules:
                yield receiver.rpartition(".")[2]
    yield from (dotted(one).rpartition(".")[2] for one in factories)


def _imported(facts: Iterable[ModuleFacts], modules: frozenset[str]) -> Iterator[str]:
    for module in facts:
        if not module.in_tests:
            yield from modules_of(module, modules)


def modules_of(module: ModuleFacts, modules: frozenset[str]) -> frozenset[str]:
    """Return the modules among `modules` that a file imports, or something of."""
    found = set(module.star_imports) & modules
    for one in module.imports:
        found.update(name for name in (one.target, one.target.rpartition(".")[0]) if name in modules)
    return frozenset(found)


def tops_of(module: ModuleFacts) -> frozenset[str]:
    """Return the first parts of what a file imports."""
    return frozenset(name.partition(".")[0] for name in (*(one.target for one in module.imports), *module.star_imports))
