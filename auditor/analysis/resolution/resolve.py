"""All facts to one ReferenceGraph: who uses what, across files.

In: ModuleFacts, their SymbolTable, framework rules. Out: `ReferenceGraph`. Never decides what is alive: it says
under which condition one definition reaches another. Where a receiver is not known, a use counts for
every class that has the name.
"""

import re
from collections.abc import Sequence

from auditor.analysis.resolution.classes import add_class_rules
from auditor.analysis.resolution.decorators import add_decorators
from auditor.analysis.resolution.dynamic import add_dynamic
from auditor.analysis.resolution.edges import EdgeBuilder, EdgeKey
from auditor.analysis.resolution.examples import add_examples
from auditor.analysis.resolution.lazy_modules import add_lazy_modules
from auditor.analysis.resolution.models import add_models
from auditor.analysis.resolution.passed import add_asked_subclasses
from auditor.analysis.resolution.stand_ins import add_stand_ins
from auditor.analysis.resolution.strings import add_string_members
from auditor.analysis.resolution.symbol_places import Lookup
from auditor.analysis.resolution.symbols import SymbolTable
from auditor.analysis.resolution.uses import Use, Uses
from auditor.model.code import DefinitionId, ModuleFacts, Reference, dotted, module_id
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
    uses = Uses(build)
    properties = frozenset(one.name for one in symbols.by_id.values() if one.kind == "property")
    asking: list[Reference] = []
    for one in facts:
        _add_containment(one, build)
        _add_imports(one, build, uses)
        _add_references(one, uses)
        asking += [reference for reference in one.references if reference.target == ".__subclasses__"]
        for source, target, line in one.assigned:
            if target.rpartition(".")[2] in properties:
                uses.add(source, uses.near(one.module, target, "attribute"), line)
        _add_strings(one, build, uses)
        _add_configurations(one, build, uses)
        add_examples(one, build)
        if not one.parsed:
            _add_identifiers(one, build)
    add_asked_subclasses(facts, asking, build)
    add_class_rules(facts, build, active)
    add_decorators(facts, build, active)
    add_models(facts, build, active)
    add_string_members(facts, build, active)
    add_lazy_modules(facts, build)
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
    contained: dict[DefinitionId, tuple[EdgeKey]] = {}
    for definition in facts.definitions:
        parent = definition.parent
        if parent is not None:
            key = contained.get(parent)
            if key is None:
                key = contained[parent] = ((parent, "contains"),)
            build.add_keys(definition.id, key, definition.line)
            if parent == whole and definition.id.endswith("__") and definition.name.startswith("__"):
                build.add(whole, definition.id, "contains", definition.line)


def _add_imports(facts: ModuleFacts, build: EdgeBuilder, uses: Uses) -> None:
    whole = module_id(facts.module)
    for one in facts.imports:
        target = build.symbols.near(facts.module, one.target)
        uses.add(one.scope, uses.of(target, "import"), one.line)
        bound = f"{facts.module}:{one.name}"
        source = bound if one.scope == whole and bound in build.symbols.by_id else one.scope
        for identity in build.symbols.lookup(target).trail:
            build.add(source, identity, "import", one.line)
    for star in facts.star_imports:
        uses.add(whole, uses.near(facts.module, star, "import"), 0)


def _add_references(facts: ModuleFacts, uses: Uses) -> None:
    known: dict[tuple[str, EdgeKind], Use] = {}
    for one in facts.references:
        written = one.target, one.kind
        use = known.get(written)
        if use is None:
            use = known[written] = uses.near(facts.module, one.target, one.kind)
        uses.add(one.source, use, one.line)


def _add_strings(facts: ModuleFacts, build: EdgeBuilder, uses: Uses) -> None:
    symbols = build.symbols
    for text, line, source in facts.strings:
        if "." not in text and ":" not in text:
            continue
        name = text.replace(":", ".", 1)
        if name.startswith("*."):
            _add_ending(source, name[2:], line, build)
            continue
        if not symbols.is_top(name.partition(".")[0]):
            continue
        if "*" in name:
            _add_pattern(source, name, line, build)
            continue
        found = symbols.lookup(name)
        if found.rest or found.place.kind == "external":
            continue
        uses.add(source, uses.of(name, "string"), line)
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


def _add_configurations(facts: ModuleFacts, build: EdgeBuilder, uses: Uses) -> None:
    """Use the settings of what is given to `config.from_object(…)`: a class, a module, or `__name__`."""
    for call in facts.calls:
        if call.callee.endswith("from_object") and call.args and call.args[0].kind in ("name", "text"):
            given = call.args[0].text.replace("()", "").replace(":", ".", 1)
            name = facts.module if given.endswith("__name__") else build.symbols.near(facts.module, given)
            found = build.symbols.lookup(name)
            uses.add(call.source, uses.of(name, "string"), call.line)
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
