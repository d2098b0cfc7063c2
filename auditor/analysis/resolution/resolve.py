"""All facts to one ReferenceGraph: who uses what, across files.

In: ModuleFacts, their SymbolTable, framework rules. Out: `ReferenceGraph`. Never decides what is alive: it says
under which condition one definition reaches another. Where a receiver is not known, a use counts for
every class that has the name.
"""

import re
import sys
from collections.abc import Sequence

from auditor.analysis.resolution.classes import add_class_rules
from auditor.analysis.resolution.decorators import add_decorators
from auditor.analysis.resolution.dynamic import add_dynamic
from auditor.analysis.resolution.edges import EdgeBuilder
from auditor.analysis.resolution.examples import add_examples
from auditor.analysis.resolution.models import add_models
from auditor.analysis.resolution.passed import add_asked_subclasses
from auditor.analysis.resolution.protocols import is_protocol
from auditor.analysis.resolution.stand_ins import add_stand_ins
from auditor.analysis.resolution.strings import add_string_members
from auditor.analysis.resolution.symbol_places import Lookup, options
from auditor.analysis.resolution.symbols import SymbolTable
from auditor.model.code import ModuleFacts, Reference, dotted, module_id
from auditor.model.framework import FrameworkRule
from auditor.model.graph import EdgeKind, ReferenceGraph


def resolve(facts: Sequence[ModuleFacts], symbols: SymbolTable, rules: Sequence[FrameworkRule]) -> ReferenceGraph:
    """Return the graph of all definitions.

    Reaching a definition reaches what it stands in; importing a module reaches its body and its packages' bodies. See
    `resolution.classes` for what reaching a class means, `resolution.dynamic` for names that only exist at run time.
    """
    active = active_rules(facts, rules)
    add_stand_ins(facts, symbols)
    build = EdgeBuilder(symbols)
    properties = frozenset(one.name for one in symbols.by_id.values() if one.kind == "property")
    asking: list[Reference] = []
    for one in facts:
        _add_containment(one, build)
        _add_imports(one, build)
        for reference in one.references:
            add_reference(one.module, reference, build)
            if reference.target == ".__subclasses__":
                asking.append(reference)
        for source, target, line in one.assigned:
            if target.rpartition(".")[2] in properties:
                add_reference(one.module, Reference(source, target, "attribute", line), build)
        _add_strings(one, build)
        _add_configurations(one, build)
        add_examples(one, build)
        if not one.parsed:
            _add_identifiers(one, build)
    add_asked_subclasses(facts, asking, build)
    add_class_rules(facts, build, active)
    add_decorators(facts, build, active)
    add_models(facts, build, active)
    add_string_members(facts, build, active)
    add_dynamic(facts, build)
    _add_escaped_modules(facts, build)
    return build.graph(facts)


def active_rules(facts: Sequence[ModuleFacts], rules: Sequence[FrameworkRule]) -> tuple[FrameworkRule, ...]:
    """Return the rules one of whose enablers the project imports, or which are always active (`*`)."""
    imported = {one.target.partition(".")[0] for module in facts for one in module.imports}
    imported |= {star.partition(".")[0] for module in facts for star in module.star_imports}
    imported |= {
        reference.target.partition(".")[0]
        for module in facts
        for reference in module.references
        if reference.kind == "import"
    }
    return tuple(rule for rule in rules if "*" in rule.enablers or imported.intersection(rule.enablers))


def _add_containment(facts: ModuleFacts, build: EdgeBuilder) -> None:
    whole = module_id(facts.module)
    package = facts.module.rpartition(".")[0]
    while package:
        if package in build.symbols.modules:
            build.add(whole, module_id(package), "import", 0)
            break
        package = package.rpartition(".")[0]
    for definition in facts.definitions:
        parent = definition.parent
        if parent is not None:
            build.add(definition.id, parent, "contains", definition.line)
            if parent == whole and definition.name.startswith("__") and definition.name.endswith("__"):
                build.add(whole, definition.id, "contains", definition.line)


def _add_imports(facts: ModuleFacts, build: EdgeBuilder) -> None:
    whole = module_id(facts.module)
    for one in facts.imports:
        target = build.symbols.near(facts.module, one.target)
        _import_modules(one.scope, target, one.line, build)
        bound = f"{facts.module}:{one.name}"
        source = bound if one.scope == whole and bound in build.symbols.by_id else one.scope
        for identity in build.symbols.lookup(target).trail:
            build.add(source, identity, "import", one.line)
    for star in facts.star_imports:
        _import_modules(whole, build.symbols.near(facts.module, star), 0, build)


def _import_modules(source: str, target: str, line: int, build: EdgeBuilder) -> None:
    """Reach the bodies that importing a dotted name runs: the longest module prefix (packages follow by themselves)."""
    while target:
        if target in build.symbols.modules:
            build.add(source, module_id(target), "import", line)
            return
        target = target.rpartition(".")[0]


def add_reference(module: str, reference: Reference, build: EdgeBuilder) -> None:
    """Add the edges of one use."""
    source, kind, line = reference.source, reference.kind, reference.line
    if reference.target.startswith("."):
        build.add(source, reference.target, "attribute", line)
        return
    target = build.symbols.near(module, reference.target)
    if kind == "import":
        _import_modules(source, target, line, build)
        return
    if target.endswith(".__subclasses__"):
        owner = build.symbols.lookup(target.rpartition(".")[0]).place.name
        for subclass in build.symbols.subclasses(owner) if owner in build.symbols.by_id else ():
            build.add(source, subclass, "dynamic", line)
    add_lookup(source, build.symbols.lookup(target), kind, line, build)


def add_lookup(source: str, found: Lookup, kind: EdgeKind, line: int, build: EdgeBuilder) -> None:
    """Add the edges of one looked-up name: what it touches, overrides, and attributes of values nothing is known of."""
    for identity in found.trail:
        build.add(source, identity, kind, line)
    if found.place.kind == "module":
        build.add(source, module_id(found.place.name), kind, line)
        if not found.rest and kind != "string":
            build.escaped.setdefault(found.place.name, None)
            build.used_in.setdefault(source.partition(":")[0], {})[found.place.name] = None
    for place in options(found.place):
        if place.kind == "external":
            for attribute in _external_attributes(place.name):
                build.add(source, f".{attribute}", "attribute", line)
            owner, _, attribute = place.name.rpartition(".")
            build.use_member(source, owner.rstrip("()"), attribute, line)
    for identity, attribute in found.receivers:
        build.use_member(source, identity, attribute, line)
        if is_protocol(identity, build.symbols):
            build.use_protocol(source, identity, attribute, line)
    for identity, attribute in found.supers:
        build.use_super(source, identity, attribute, line)
    for attribute in found.rest:
        build.add(source, f".{attribute}", "attribute", line)


def _external_attributes(name: str) -> Sequence[str]:
    """Return the attributes of an external expression that may be attributes of the project's own objects.

    `flask.g.db.save` may well end in ours; `os.path.join` and a new object's own first attribute do not.
    """
    parts = name.split(".")
    calls = [position for position, part in enumerate(parts) if part.endswith("()")]
    if not calls:
        start = len(parts) if parts[0] in sys.stdlib_module_names or parts[0] == "builtins" else 2
    elif name.startswith(_STRUCTURAL) or parts[calls[0]].endswith("()()") or _may_give_ours(parts, calls[0]):
        start = calls[0] + 1
    else:
        start = calls[0] + 2
    return [part.rstrip("()") for part in parts[start:]]


def _may_give_ours(parts: Sequence[str], call: int) -> bool:
    """Return whether an external function may give back an object of ours: `copy.copy`, `get_object_or_404`."""
    called = parts[call].rstrip("()")
    if parts[0] == "builtins":
        return called in ("next", "max", "min", "getattr", "iter", "__import__")
    if parts[0] in sys.stdlib_module_names:
        return parts[0] in _GIVING_BACK and not called[:1].isupper()
    return call > 0 and not called[:1].isupper()


_GIVING_BACK = frozenset({
    "asyncio", "contextlib", "copy", "functools", "heapq", "importlib", "inspect", "itertools", "operator", "pickle",
    "random", "weakref",
})  # fmt: skip
"""Modules of the standard library whose functions give back what they were given."""
_STRUCTURAL = ("typing.", "typing_extensions.", "collections.abc.", "io.", "contextlib.Abstract", "os.PathLike")
"""Classes whose members any object may have without inheriting from them."""


def _add_strings(facts: ModuleFacts, build: EdgeBuilder) -> None:
    symbols = build.symbols
    for text, line, source in facts.strings:
        name = text.replace(":", ".", 1)
        if name.startswith("*."):
            _add_ending(source, name[2:], line, build)
            continue
        if "." not in name or not symbols.is_top(name.partition(".")[0]):
            continue
        if "*" in name:
            _add_pattern(source, name, line, build)
            continue
        found = symbols.lookup(name)
        if found.rest or found.place.kind == "external":
            continue
        add_lookup(source, found, "string", line, build)
        _add_constants(source, found, line, build)
        named = symbols.modules.get(found.place.name) if found.place.kind == "module" else None
        if named is not None and named.in_tests:
            build.maybe(source, build.body_and_top(named), line)


def _add_pattern(source: str, pattern: str, line: int, build: EdgeBuilder) -> None:
    """Note what a composed name may be (`f"shop.carriers.{name}.Carrier"`); each unknown part is one name."""
    known = pattern.partition("*")[0]
    names = re.compile(re.escape(pattern).replace(r"\*", "[^.]+"))
    for module, facts in build.symbols.modules.items():
        if not (module.startswith(known) or known.startswith(f"{module}.")):
            continue
        for definition in facts.definitions:
            if definition.kind != "import" and names.fullmatch(dotted(definition.id)):
                build.maybe(source, (definition.id,), line)


def _add_ending(source: str, ending: str, line: int, build: EdgeBuilder) -> None:
    """Note what a name with an unknown package before it may be (`package + ".views.login"`)."""
    owner, _, name = ending.rpartition(".")
    for module in build.symbols.modules if owner else ():
        identity = f"{module}:{name}"
        if module.endswith(f".{owner}") and identity in build.symbols.by_id:
            build.maybe(source, (identity,), line)


def _add_constants(source: str, found: Lookup, line: int, build: EdgeBuilder, *, lower: bool = False) -> None:
    """Use the upper-case names (all, where `lower`) of a module or class that is loaded by name: it has settings."""
    place, symbols = found.place, build.symbols
    if found.rest or place.kind not in ("module", "definition"):
        return
    if place.kind == "module":
        facts = symbols.modules.get(place.name)
        members = [one.id for one in facts.definitions if lower or one.qualified_name.isupper()] if facts else []
    else:
        members = [
            member
            for owner in symbols.order(place.name)[0]
            for name, member in symbols.members(owner).items()
            if lower or name.isupper()
        ]
    for member in members:
        if symbols.by_id[member].kind == "variable":
            build.add(source, member, "string", line)


def _add_configurations(facts: ModuleFacts, build: EdgeBuilder) -> None:
    """Use the settings of what is given to `config.from_object(…)`: a class, a module, or `__name__`."""
    for call in facts.calls:
        if call.callee.endswith("from_object") and call.args and call.args[0].kind in ("name", "text"):
            given = call.args[0].text.replace("()", "").replace(":", ".", 1)
            name = facts.module if given.endswith("__name__") else build.symbols.near(facts.module, given)
            found = build.symbols.lookup(name)
            add_lookup(call.source, found, "string", call.line, build)
            _add_constants(call.source, found, call.line, build, lower=call.callee.endswith("config_from_object"))


def _add_identifiers(facts: ModuleFacts, build: EdgeBuilder) -> None:
    """Let a file that was not parsed use every definition whose name occurs in it."""
    whole = module_id(facts.module)
    for identity, definition in build.symbols.by_id.items():
        if definition.name in facts.identifiers and definition.kind not in ("module", "import"):
            build.add(whole, identity, "dynamic", 0)


def _add_escaped_modules(facts: Sequence[ModuleFacts], build: EdgeBuilder) -> None:
    """Give modules that are used as values their top-level definitions as members."""
    for one in facts:
        if one.module in build.escaped:
            for definition in one.definitions:
                name = definition.qualified_name
                if name and "." not in name:
                    build.add_member(module_id(one.module), name, definition.id)
